"""publish: the ledger's truth, shown to the office as workbook and daily digest.

Staff's own columns are read back from the workbook before every write. A workbook that is open elsewhere is left
alone and said so; the next run tries again. The workbook is only written when it would change.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.admission.suggestions import suggest
from bot.digest.summarise import summarise
from bot.digest.workdays import calendar_note
from bot.errors import BotError, WorkbookBusyError
from bot.jobs.desk import PUBLISHED as ROWS
from bot.jobs.desk import SEEN, event_view, mark_of, take_words, to_call, touched, workbook_view
from bot.jobs.letters import tidy_letters
from bot.jobs.office import Office
from bot.jobs.send import STOPPED, paused_until
from bot.ledger.ledger import Ledger
from bot.lists.office import office_lists
from bot.records.decision import Membership
from bot.records.digest import DigestSummary
from bot.records.event import Event
from bot.records.office import EventView
from bot.records.outgoing import ComposedMail, DraftFate
from bot.records.words import STATE_WORDS
from bot.roster.write import render, set_aside, write_workbook

LAST_DIGEST = "last_digest_at"
STILL_TOLD = timedelta(days=14)
"""After its last day an event's digest goes on so long, for invoices and questions."""
WORKBOOK_BUSY = "workbook_busy"
WORKBOOK_NOTES = "workbook_notes"
_CALL = "{}的录取情况有变动（现为{}），没有可以自动答复的邮箱；请电话告知，并在报名名单的“备注”里记一笔。"
_PUBLISHED = "published:"
_OWNER = "workbook_event"


def workbook_path(office: Office, event: Event) -> Path:
    """The configured workbook belongs to the event that had it first; each further one has its own beside it."""
    owner = office.ledger.get_state(_OWNER) or office.events[0].id
    return office.workbook if event.id == owner else _beside(office.workbook, event.id)


def workbook_owner(ledger: Ledger, events: tuple[Event, ...]) -> Event:
    """The event that the configured workbook belongs to; the first one where that is not known, or gone from the
    configuration."""
    owner = ledger.get_state(_OWNER)
    return next((event for event in events if event.id == owner), events[0])


def _beside(workbook: Path, event_id: str) -> Path:
    return workbook.with_stem(f"{workbook.stem}-{event_id}")


def _settle_owner(office: Office, now: datetime) -> None:
    """The configured workbook stays with its event, whatever files are added. Only when that event is gone from
    the configuration does its workbook step aside, whole, for the first event that has none yet."""
    owner = office.ledger.get_state(_OWNER)
    heirs = [event.id for event in office.events if not _beside(office.workbook, event.id).exists()]
    if owner in {event.id for event in office.events} or not heirs:
        return
    if owner and office.workbook.exists():
        set_aside(office.workbook, _beside(office.workbook, owner))
    office.ledger.set_state(_OWNER, heirs[0], now)


def publish_workbooks(office: Office, now: datetime) -> tuple[str, ...]:
    """Bring every event's workbook up to date; gives what staff should know (a busy file, an unclear row)."""
    notes: list[str] = []
    busy: list[str] = []
    errors: list[BotError] = []
    try:
        _settle_owner(office, now)
    except WorkbookBusyError as error:
        _remember(office.ledger, WORKBOOK_BUSY, str(error), now)
        return (str(error),)
    for event in office.events:
        try:
            notes.extend(_publish(office, event, workbook_path(office, event), now))
        except WorkbookBusyError as error:
            busy.append(str(error))
        except BotError as error:
            # One workbook's trouble is not the next one's.
            errors.append(error)
    _remember(office.ledger, WORKBOOK_BUSY, "\n".join(busy), now)
    _remember(office.ledger, WORKBOOK_NOTES, "\n".join(notes), now)
    if errors:
        raise errors[0]
    return (*busy, *notes)


def hear_staff(office: Office, now: datetime) -> bool:
    """Carry out what staff wrote since the bot last looked, before new mail is decided on. True where a workbook
    was touched; a busy one is heard when it is published."""
    heard = False
    for event in office.events:
        path = workbook_path(office, event)
        if touched(office.ledger, event, path):
            with suppress(WorkbookBusyError):
                take_words(office, event, path, now)
                heard = True
    return heard


def _publish(office: Office, event: Event, path: Path, now: datetime) -> tuple[str, ...]:
    problems = take_words(office, event, path, now)
    view = workbook_view(office, event, path, now)
    signature = _signature(view)
    if path.exists() and office.ledger.get_state(_PUBLISHED + event.id) == signature:
        return problems
    report = write_workbook(path, view, now, office.ledger.get_state(ROWS + event.id))
    office.ledger.set_state(ROWS + event.id, report.published, now)
    office.ledger.set_state(_PUBLISHED + event.id, signature, now)
    office.ledger.set_state(SEEN + event.id, mark_of(path), now)
    tidy_letters(office.ledger, path)
    return (*problems, *report.warnings)


def _signature(view: EventView) -> str:
    """Changes whenever the workbook would: everything shown, not the moment it is shown at."""
    balance = (view.balance.in_mailbox, view.balance.recorded) if view.balance else None
    shown = (
        view.event,
        view.registrations,
        view.mails,
        view.staff,
        balance,
        view.remarks,
        view.review_remarks,
        view.undelivered,
        view.mail_files,
        view.settled_reviews,
        view.lists,
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _remember(ledger: Ledger, key: str, text: str, now: datetime) -> None:
    if (ledger.get_state(key) or "") != text:
        ledger.set_state(key, text, now)


def digest_summary(office: Office, event: Event, now: datetime) -> DigestSummary:
    """What the digest of one event says at this moment."""
    return _summary(office, event_view(office.ledger, event, now), now)


def _summary(office: Office, view: EventView, now: datetime) -> DigestSummary:
    zone = ZoneInfo(view.event.timezone)
    noted = office.ledger.get_state(LAST_DIGEST)
    since = datetime.fromisoformat(noted) if noted else None
    warnings = [
        line
        for key in (WORKBOOK_BUSY, WORKBOOK_NOTES, "last_error", STOPPED)
        for line in (office.ledger.get_state(key) or "").splitlines()
    ]
    if paused := paused_until(office.ledger, now):
        warnings.append(f"应邮件服务器的要求，暂停发信到 {paused.astimezone(zone):%m-%d %H:%M}，之后自动继续。")
    warnings += [_CALL.format(one.name, STATE_WORDS[one.state]) for one in to_call(view)]
    if calendar := calendar_note(now.astimezone(zone).date(), office.digest_days):
        warnings.append(calendar)
    summary = summarise(
        view,
        # A last digest in the future was sent by a clock that has been set back since.
        since=since if since and since <= now else None,
        now=now,
        warnings=tuple(warnings),
        journal=office.ledger.journal(event_id=view.event.id, since=since),
        suggestions=_suggestions(office, view),
    )
    return replace(summary, drafts=summary.drafts + _notices_in_drafts(office.ledger, view.event, now))


def _notices_in_drafts(ledger: Ledger, event: Event, now: datetime) -> int:
    """Notices that wait for a person to send them: they answer no mail, so no mail's line counts them."""
    waiting = (*ledger.drafts_to_place(), *ledger.drafts.watched(now))
    ids = {
        item.id
        for item in waiting
        if item.mail_id is None and item.event_id == event.id and item.draft_fate is DraftFate.WAITING
    }
    return len(ids)


def _suggestions(office: Office, view: EventView) -> dict[str, tuple[str, ...]]:
    """Listed names that organisations of unknown membership may mean: staff decide."""
    unknown = {
        one.organisation or one.submitting_organisation
        for one in view.registrations
        if one.membership is Membership.UNKNOWN
    }
    return {name: suggest(name, office.members) for name in unknown if name}


def _going_on(events: tuple[Event, ...], now: datetime) -> tuple[Event, ...]:
    """The events that staff still hear of: from the opening until some days after the last day. With none, all."""
    return tuple(e for e in events if e.opens <= now <= e.over_after + STILL_TOLD) or events


def queue_digest(office: Office, now: datetime) -> int:
    """Put each event's digest for each recipient into the outbox, all or none; gives how many mails: none when the
    digest of this very moment was queued before."""
    if office.ledger.get_state(LAST_DIGEST) == now.isoformat():
        # Asked for twice with the same `--now`: those mails stand in the outbox already.
        return 0
    mails: list[ComposedMail] = []
    for event in _going_on(office.events, now) if office.recipients else ():
        view = event_view(office.ledger, event, now)
        summary, workbook = (
            _summary(office, view, now),
            render(replace(view, lists=office_lists(view, office.members.key)), now),
        )
        name = workbook_path(office, event).name
        # One mail each, so that one bad address never keeps the digest from the others.
        mails += [
            office.composer.digest(summary, (recipient,), workbook, name, now) for recipient in office.recipients
        ]
    if mails:
        office.ledger.queue_all(mails, now, {LAST_DIGEST: now.isoformat()})
    return len(mails)
