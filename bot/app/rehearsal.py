"""`rehearse`: what the bot would decide and answer for the mails that lie in the mailbox now.

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
from bot.jobs.receive import receive_mail
from bot.jobs.terms import take_terms
from bot.ledger.copy import copy_ledger
from bot.ledger.ledger import Ledger
from bot.records.office import MailEntry
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


def rehearse(settings: Settings, clock: Clock) -> Iterator[Rehearsed]:
    """Every mail that is not recorded yet, in order of arrival."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        copy = Path(folder) / "ledger.db"
        copy_ledger(settings.ledger_url, copy)
        bot = wire(settings, clock=clock, ledger=Ledger.open(f"sqlite:///{copy}"))
        try:
            before = {mail.id for mail in bot.ledger.mails(None)}
            bot.mailbox.connect()
            now = clock()
            take_terms(bot.parts, terms_text(settings), now)
            while (report := receive_mail(bot.parts, now)).unfinished and report.recorded:
                pass
            waiting = (*bot.ledger.due(now, 1_000_000), *bot.ledger.drafts_to_place())
            answers = {item.mail_id: item.mime for item in waiting}
            people = _people(bot.ledger, settings, clock)
            for mail in bot.ledger.mails(None):
                if mail.id not in before:
                    uid = mail.location.uid if mail.location else 0
                    yield Rehearsed(mail, people.get((mail.received_at, uid), ()), answers.get(mail.id, b""))
        finally:
            bot.close()


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
