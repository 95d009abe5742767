"""`rehearse`: what the bot would decide and answer for the mails that lie in the mailbox now, and whom it would
tell besides: those who move up, those about whom staff decided in the workbook, those who have not paid.

Works on a copy of the ledger in a temporary folder, so that decisions build on what is really recorded; marks no
mail, sends nothing, writes neither ledger nor workbook.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.app.wiring import Clock, wire
from bot.jobs.desk import event_view
from bot.jobs.publish import hear_staff
from bot.jobs.receive import receive_mail
from bot.jobs.reminders import remind_unpaid
from bot.jobs.terms import take_terms
from bot.ledger.copy import copy_ledger
from bot.ledger.ledger import Ledger
from bot.records.office import MailEntry
from bot.records.outgoing import OutboxItem
from bot.records.words import STATE_WORDS
from bot.settings import Settings
from bot.settings.terms import terms_text

_Arrival = tuple[datetime, int]


@dataclass(frozen=True)
class Rehearsed:
    """One mail, and what would become of it; `answer` is the whole outgoing mail, b"" for none."""

    mail: MailEntry
    people: tuple[str, ...]
    answer: bytes = b""


@dataclass(frozen=True)
class RehearsedNotice:
    """A mail that would go out though it answers none; `content` is the whole of it."""

    recipient: str
    content: bytes


def rehearse(settings: Settings, clock: Clock) -> Iterator[Rehearsed | RehearsedNotice]:
    """Every mail that is not recorded yet, in order of arrival; then the notices, in the order of what led to
    them."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        copy = Path(folder) / "ledger.db"
        copy_ledger(settings.ledger_url, copy)
        bot = wire(settings, clock=clock, ledger=Ledger.open(f"sqlite:///{copy}"))
        try:
            now = clock()
            before = {mail.id for mail in bot.ledger.mails(None)}
            waited = {item.id for item in _waiting(bot.ledger, now)}
            bot.mailbox.connect()
            take_terms(bot.parts, terms_text(settings), now)
            hear_staff(bot.office, now)
            while (report := receive_mail(bot.parts, now)).unfinished and report.recorded:
                pass
            if bot.parts.reply_mode != "off":
                remind_unpaid(bot.office, now)
            new = [item for item in _waiting(bot.ledger, now) if item.id not in waited]
            answers = {item.mail_id: item.mime for item in new}
            people = _people(bot.ledger, settings, clock)
            for mail in bot.ledger.mails(None):
                if mail.id not in before:
                    uid = mail.location.uid if mail.location else 0
                    yield Rehearsed(mail, people.get((mail.received_at, uid), ()), answers.get(mail.id, b""))
            for item in new:
                if item.mail_id is None:
                    yield RehearsedNotice("、".join(item.recipients), item.mime)
        finally:
            bot.close()


def _waiting(ledger: Ledger, now: datetime) -> list[OutboxItem]:
    """What waits to be sent or to be put into Drafts, oldest first."""
    return sorted((*ledger.due(now, 1_000_000), *ledger.drafts_to_place()), key=lambda item: item.id)


def _people(ledger: Ledger, settings: Settings, clock: Clock) -> dict[_Arrival, tuple[str, ...]]:
    """Each mail's people by its arrival, which every mail has; not every mail has a Message-ID."""
    found: dict[_Arrival, tuple[str, ...]] = {}
    for event in settings.events:
        for one in event_view(ledger, event, clock()).registrations:
            number = f"，序号 {one.number}" if one.number else ""
            who = f"{one.name or '（未填姓名）'}（{one.organisation or '未填单位'}）"
            line = f"{who}：{STATE_WORDS[one.state]}{number}"
            arrival = (one.received_at, one.uid)
            found[arrival] = (*found.get(arrival, ()), line)
    return found
