"""receive: what is new in the mailbox, in order of arrival, each mail recorded in one commit.

A failure inside one mail keeps that mail for a person and never stops the next one. Flags are set only after the
commit, so a crash anywhere leaves the mail to be fetched again or its flags to be set again.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import maillog
from bot.admission.membership import MemberDirectory
from bot.admission.numbering import number_roll
from bot.admission.policy import decide_after_failure, decide_mail, kind_of, mark_of
from bot.admission.promotion import after
from bot.admission.route import choose_event
from bot.errors import BotError, PermanentError
from bot.forms.labels import Labels
from bot.forms.read import read_mail
from bot.forms.workshop import Workshop
from bot.intake.intent import judge_intent
from bot.intake.mailbox import Mailbox
from bot.intake.mailbox_listing import Listed
from bot.intake.parse import parse
from bot.intake.screening import screen
from bot.jobs.notices import notices_of_changes, promoted, with_untold
from bot.jobs.rows import rows_read
from bot.ledger.commit import MailCommit
from bot.ledger.ledger import Ledger
from bot.records.decision import Decision, Outcome, Reason, Registration, ReplyTemplate, Submission
from bot.records.event import Event
from bot.records.form import Reading, Unread, UnreadCode
from bot.records.mail import Address, FetchedMail, Intent, MailKind, MailLocation, ParsedMail, Screening
from bot.records.office import Balance
from bot.records.outgoing import Notice
from bot.replies.compose import Composer
from bot.replies.limits import MAX_UNHELPFUL_PER_DAY, hold_back

ONE_DAY = timedelta(days=1)
LONGEST_LOOK = 300.0
"""Seconds after which a look ends with the mail in hand: answers need not wait until every scan is read."""
PATIENT_LOOKS = 3
"""How many looks into the mailbox later mails wait for one that the server does not give."""


_INCOMPLETE = {
    "too_many_parts": "这封邮件的部分太多，只读了前面的一些。",
    "unparsable": "这封邮件的格式有误，只能读出标题和发件人。",
}
"""Defects of a mail that mean that a form may have been missed."""


@dataclass(frozen=True)
class Parts:
    """The stations of one bot, as `app` wires them."""

    mailbox: Mailbox
    folder: str
    ledger: Ledger
    composer: Composer
    members: MemberDirectory
    labels: Labels
    workshop: Workshop
    events: tuple[Event, ...]
    own_addresses: frozenset[str]
    reply_mode: str
    max_per_sender_per_day: int
    authentication_required: bool = False
    """Changes by mail only from senders that the mailbox server vouches for, also where it tells nothing."""
    acknowledge_questions: bool = False
    """A question gets one word of receipt a day; else it is answered by staff alone."""
    should_stop: Callable[[], bool] = lambda: False

    @property
    def earliest_opening(self) -> datetime:
        return min(event.opens for event in self.events)


@dataclass
class CycleReport:
    """What one look into the mailbox came to: outcomes by their words, and what could not be done.

    `unfinished` is True where reading took so long that another look should go on."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seen_before: int = 0
    not_recorded: int = 0
    not_delivered: int = 0
    unfinished: bool = False

    @property
    def recorded(self) -> int:
        return sum(self.outcomes.values())

    def add(self, later: CycleReport) -> None:
        """Take the look that went on into this report."""
        self.outcomes += later.outcomes
        self.seen_before += later.seen_before
        self.not_recorded, self.not_delivered = later.not_recorded, later.not_delivered
        self.unfinished = later.unfinished


def receive_mail(parts: Parts, now: datetime) -> CycleReport:
    """Fetch what is new, in order of arrival, and record each mail. Stops between two mails when asked to, or when
    reading takes long."""
    report = CycleReport()
    begun = time.monotonic()
    look = parts.mailbox.look(
        parts.earliest_opening, lambda uidvalidity: parts.ledger.recorded_uids(parts.folder, uidvalidity)
    )
    for fetched in parts.mailbox.fetch(look.listed):
        if _must_wait(parts, look.listed, fetched):
            break
        _receive(parts, fetched, now, report)
        if parts.should_stop():
            break
        if time.monotonic() - begun > LONGEST_LOOK:
            report.unfinished = True
            break
    _note_troubles(parts, now, report)
    if not report.unfinished:
        recorded = look.recorded + report.recorded + report.seen_before
        parts.ledger.save_balance(Balance(look.in_mailbox, recorded, now))
    return report


def _must_wait(parts: Parts, listed: Sequence[Listed], fetched: FetchedMail) -> bool:
    """True while an earlier mail could not be fetched: nobody overtakes it, but only for so many looks."""
    earlier = {one.location for one in listed if (one.received_at, one.location.uid) < fetched.arrival}
    return any(
        int(parts.ledger.get_state(_waited_key(location)) or 0) < PATIENT_LOOKS
        for location in parts.mailbox.failed
        if location in earlier
    )


def _note_troubles(parts: Parts, now: datetime, report: CycleReport) -> None:
    failed = parts.mailbox.failed
    report.not_delivered = len(failed)
    for location in failed:
        waited = int(parts.ledger.get_state(_waited_key(location)) or 0) + 1
        parts.ledger.set_state(_waited_key(location), str(waited), now)
        maillog.not_delivered(location, waited)
    for location in parts.mailbox.vanished:
        maillog.vanished(location)


def _waited_key(location: MailLocation) -> str:
    return f"not_delivered:{maillog.key(location)}"


def _receive(parts: Parts, fetched: FetchedMail, now: datetime, report: CycleReport) -> None:
    mail: ParsedMail | None = None
    try:
        mail = parse(fetched.raw, complete=fetched.complete)
        outcome = record_mail(parts, fetched, mail, now)
    except Exception as error:  # noqa: BLE001 - one bad mail must never stop the next
        _raise_what_is_not_the_mails_fault(error)
        maillog.station_failed(fetched.location, error)
        try:
            outcome = _keep_for_person(parts, fetched, mail, now)
        except Exception as again:  # noqa: BLE001 - not recorded: it is fetched again at the next look
            _raise_what_is_not_the_mails_fault(again)
            maillog.not_recorded(fetched.location, again)
            report.not_recorded += 1
            return
    if outcome is None:
        report.seen_before += 1
    else:
        report.outcomes[outcome.outcome.value] += 1


def _raise_what_is_not_the_mails_fault(error: Exception) -> None:
    """A ledger that is away or full ends the look, for the next mail would fare no better."""
    if isinstance(error, BotError) and not isinstance(error, PermanentError):
        raise error


def record_mail(parts: Parts, fetched: FetchedMail, mail: ParsedMail, now: datetime) -> Decision | None:
    """Read, decide, answer and record one mail in one commit. None when the same mail was recorded before."""
    screening = screen(mail, parts.own_addresses)
    intent = judge_intent(mail, tuple(word for event in parts.events for word in event.keywords))
    reading = _read(parts, fetched, mail, screening, parts.events[0])
    event, unrouted = choose_event(
        parts.events,
        fetched.received_at,
        titles=tuple(form.title for form in reading.forms),
        headings=tuple(form.headings for form in reading.forms),
        subject=mail.subject,
        thread=_thread(parts, mail, reading),
        text=intent.excerpt,
    )
    if event is not None and event.required != parts.events[0].required:
        reading = _read(parts, fetched, mail, screening, event)
    submission = Submission(
        received_at=fetched.received_at,
        uid=fetched.location.uid,
        message_id=mail.message_id,
        sender=mail.sender.address if mail.sender else "",
        forms=reading.forms,
        unread=reading.unread,
        sender_name=mail.sender.name if mail.sender else "",
    )
    with parts.ledger.mail_commit(event.id if event else None) as commit:
        if _is_known(commit, fetched, mail):
            return None
        decision = decide_mail(
            event,
            commit.roll(),
            unrouted=unrouted,
            submission=submission,
            screening=screening,
            intent=intent,
            members=parts.members,
            now=now,
            authentication_required=parts.authentication_required,
        )
        decision = with_untold(_answered_within_limits(parts, commit, decision, screening, now))
        if screening.bounce is not None:
            commit.bounced(screening.bounce, now)
        roll = after(commit.roll() + decision.new_registrations, decision.changes)
        reply = None
        if decision.reply and parts.reply_mode != "off":
            numbered = number_roll(roll)
            reply = parts.composer.reply(
                decision, event, mail, screening.answer_to, numbered, now, fetched.received_at
            )
        mail_id = commit.record(
            fetched,
            mail,
            kind_of(decision, screening, intent),
            decision,
            mark_of(decision, answers=parts.reply_mode == "send"),
            reply,
            now,
            draft=parts.reply_mode == "draft",
            excerpt=intent.excerpt,
            answer_to=screening.answer_to if screening.may_answer else "",
            notices=_notices(parts, commit, event, decision, roll, now),
        )
        if decision.needs_person:
            commit.keep_rows(mail_id, rows_read(reading), now)
    maillog.recorded(fetched.location, decision.outcome, decision.reason)
    return decision


def _thread(parts: Parts, mail: ParsedMail, reading: Reading) -> str | None:
    """The event that earlier mail of the conversation belongs to; of a mail without a form, else the only event
    that its sender registered anybody for."""
    found = parts.ledger.event_of_thread((*mail.in_reply_to, *mail.references))
    if found is None and not reading.forms and mail.sender is not None:
        events = parts.ledger.events_of_sender(mail.sender.address)
        found = next(iter(events)) if len(events) == 1 else None
    return found


def _answered_within_limits(
    parts: Parts, commit: MailCommit, decision: Decision, screening: Screening, now: datetime
) -> Decision:
    """The decision with its answer held back where the address had too many; a question with its receipt, where
    the office wants one and none was sent that day."""
    if decision.reply is None:
        wanted = parts.acknowledge_questions and decision.reason is Reason.QUESTION and screening.may_answer
        if not wanted or not screening.answer_to:
            return decision
        recent = commit.recent_replies(screening.answer_to, now - ONE_DAY)
        if any(template == ReplyTemplate.HANDED_TO_STAFF for template, _ in recent):
            return decision
        decision = replace(decision, reply=ReplyTemplate.HANDED_TO_STAFF)
        held = hold_back(ReplyTemplate.HANDED_TO_STAFF, recent, now, parts.max_per_sender_per_day)
        return replace(decision, reply=None) if held else decision
    recent = commit.recent_replies(screening.answer_to, now - ONE_DAY)
    held = hold_back(decision.reply, recent, now, parts.max_per_sender_per_day)
    # That nothing changed helps as little the fourth time, whatever the answer is called (cancelled already).
    told = sum(template == decision.reply for template, _ in recent)
    repeats = decision.outcome is Outcome.UNCHANGED and told >= MAX_UNHELPFUL_PER_DAY
    return _without_reply(decision) if held or repeats else decision


def _notices(
    parts: Parts,
    commit: MailCommit,
    event: Event | None,
    decision: Decision,
    roll: tuple[Registration, ...],
    now: datetime,
) -> tuple[Notice, ...]:
    """Mails to those who moved up because of this mail, though it is not theirs."""
    if event is None or parts.reply_mode == "off":
        return ()
    return notices_of_changes(parts.composer, event, decision.changes, promoted, roll, commit.raw_mail, now)


def _is_known(commit: MailCommit, fetched: FetchedMail, mail: ParsedMail) -> bool:
    """True for a mail that was recorded before (moved, restored, delivered twice): only its new place is noted."""
    known = commit.find_same(mail)
    if known is None:
        return False
    commit.add_location(known, fetched.location, fetched.received_at)
    maillog.seen_before(fetched.location)
    return True


def _read(parts: Parts, fetched: FetchedMail, mail: ParsedMail, screening: Screening, event: Event) -> Reading:
    """The mail's forms, checked against what `event` requires. A bounce brings back our own words: not read.
    Other machines' mail is read all the same, should a hospital's automatic forwarding name somebody."""
    if screening.kind is MailKind.BOUNCE:
        return Reading()
    arrived = fetched.received_at.astimezone(ZoneInfo(event.timezone)).date()
    reading = read_mail(
        mail, parts.labels, today=arrived, required=event.required, workshop=parts.workshop, open_mail=parse
    )
    text = next((text for defect, text in _INCOMPLETE.items() if defect in mail.defects), "")
    if fetched.complete and not text:
        return reading
    code = UnreadCode.CORRUPT if fetched.complete else UnreadCode.TOO_LARGE
    missing = Unread("整封邮件", code, text or "这封邮件没有取到全文（太大，或邮箱服务器没有给出）。")
    return replace(reading, unread=(*reading.unread, missing))


def _without_reply(decision: Decision) -> Decision:
    """The same decision, its answer held back for a person: too many answers to this address already."""
    return replace(decision, reply=None, review_reasons=(*decision.review_reasons, Reason.ANSWER_HELD_BACK))


def _keep_for_person(
    parts: Parts, fetched: FetchedMail, mail: ParsedMail | None, now: datetime
) -> Decision | None:
    """Record a mail on which a station failed: nobody registered, no answer, a person has to look.

    Its own words are shown as far as the ledger takes them; a mail that it does not take gets none.
    """
    event = parts.events[0] if len(parts.events) == 1 else None
    decision = decide_after_failure(event)
    kind = MailKind.OTHER
    if mail is not None:
        # Screening may be what failed. What it says of a machine's mail is worth keeping, but not worth the mail.
        with suppress(Exception):
            screening = screen(mail, parts.own_addresses)
            kind = kind_of(decision, screening, Intent(MailKind.OTHER, "station_failed"))
        try:
            return _record_failure(parts, fetched, mail, kind, decision, now)
        except Exception as error:  # noqa: BLE001 - once more, with less
            _raise_what_is_not_the_mails_fault(error)
    return _record_failure(parts, fetched, _without_its_words(fetched, mail), kind, decision, now)


def _record_failure(
    parts: Parts, fetched: FetchedMail, mail: ParsedMail, kind: MailKind, decision: Decision, now: datetime
) -> Decision | None:
    with parts.ledger.mail_commit(decision.event_id) as commit:
        if _is_known(commit, fetched, mail):
            return None
        commit.record(fetched, mail, kind, decision, mark_of(decision), None, now)
    return decision


def _without_its_words(fetched: FetchedMail, mail: ParsedMail | None) -> ParsedMail:
    """A stand-in that no database can refuse: the bytes' hash, and the sender where it is plain ASCII."""
    digest = hashlib.sha256(fetched.raw).hexdigest()
    sender = mail.sender.address if mail and mail.sender else ""
    return ParsedMail(
        message_id=f"<{digest}@unreadable.invalid>",
        message_id_given=False,
        raw_hash=digest,
        content_key="",
        subject="（这封邮件读不了，请在邮箱里打开查看）",
        sender=Address("", sender) if sender.isascii() and sender.isprintable() and sender else None,
    )


def settle_marks(parts: Parts, now: datetime) -> int:
    """Let the mailbox's flags say what was committed; gives how many mails were marked."""
    due = parts.ledger.marks_due()
    if not due:
        return 0
    done = parts.mailbox.mark(due)
    parts.ledger.marks_done(done, now)
    return len(done)
