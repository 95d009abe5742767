"""Settings -> parts: every station of one bot, put together once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.admission.membership import MemberDirectory
from bot.forms.label_additions import labels_with
from bot.forms.workers.pool import WorkerProcesses
from bot.forms.workshop import Workshop
from bot.intake.mailbox import Mailbox
from bot.jobs.office import Office
from bot.jobs.receive import Parts
from bot.jobs.send import Sending
from bot.jobs.staff import carry_out
from bot.ledger.ledger import Ledger
from bot.replies.compose import Composer
from bot.replies.limits import Pace, pace_for
from bot.replies.smtp import MailServer
from bot.settings import Settings

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current moment, in UTC."""
    return datetime.now(UTC)


@dataclass
class Bot:
    """One bot, wired. Closing it closes the mailbox and the ledger."""

    settings: Settings
    ledger: Ledger
    mailbox: Mailbox
    parts: Parts
    sending: Sending
    office: Office
    clock: Clock
    own_workers: WorkerProcesses | None = None
    """The processes that open attachments, where this bot started them itself."""

    def rest(self) -> None:
        """Between two cycles: give back what only reading needs."""
        if self.own_workers is not None:
            self.own_workers.rest()

    def close(self) -> None:
        if self.own_workers is not None:
            self.own_workers.close()
        self.mailbox.close()
        self.ledger.close()


def composer_of(settings: Settings) -> Composer:
    folders = tuple(dict.fromkeys(event.templates for event in settings.events if event.templates))
    return Composer(settings.templates, settings.sender, timezone=settings.bot.schedule.timezone, folders=folders)


def members_of(settings: Settings) -> MemberDirectory:
    rows = ((row.name, row.aliases, row.member) for row in settings.organisations)
    return MemberDirectory.of(rows)


def mailbox_of(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> Mailbox:
    return Mailbox(settings.mailbox, settings.bot.mailbox.folder, sleep=sleep)


def server_of(settings: Settings) -> MailServer:
    return MailServer(settings.smtp, settings.sender)


def pace_of(settings: Settings) -> Pace:
    smtp = settings.bot.smtp
    pace = pace_for(smtp.host)
    if smtp.seconds_between_mails is not None:
        pace = replace(pace, between=timedelta(seconds=smtp.seconds_between_mails))
    return pace if smtp.max_per_day is None else replace(pace, per_day=smtp.max_per_day)


def office_of(settings: Settings, ledger: Ledger, composer: Composer, parts: Parts | None = None) -> Office:
    """The office's views; without `parts` nothing that staff wrote is carried out."""
    return Office(
        ledger=ledger,
        composer=composer,
        events=settings.events,
        workbook=settings.workbook,
        recipients=settings.bot.digest.recipients,
        digest_days=settings.bot.schedule.digest_days,
        members=members_of(settings),
        carry_out=None if parts is None else partial(carry_out, parts),
    )


def wire(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    should_stop: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    ledger: Ledger | None = None,
    composer: Composer | None = None,
    workshop: Workshop | None = None,
) -> Bot:
    """Open the ledger (LedgerBusyError when another bot holds it) and put the stations together.

    Connects to no server yet, and starts no process before there is a file to open. `sleep` waits between two
    attempts at the mailbox; what it raises ends them. A `workshop` that is given is the caller's to close."""
    composer = composer or composer_of(settings)
    ledger = ledger or Ledger.open(settings.ledger_url)
    mailbox = mailbox_of(settings, sleep)
    own_workers = WorkerProcesses() if workshop is None else None
    files = workshop or own_workers
    assert files is not None
    parts = Parts(
        mailbox=mailbox,
        folder=settings.bot.mailbox.folder,
        ledger=ledger,
        composer=composer,
        members=members_of(settings),
        labels=labels_with(settings.form_labels),
        workshop=files,
        events=settings.events,
        own_addresses=settings.own_addresses,
        reply_mode=settings.bot.replies.mode,
        max_per_sender_per_day=settings.bot.replies.max_per_sender_per_day,
        authentication_required=settings.bot.mailbox.authentication == "required",
        acknowledge_questions=settings.bot.replies.acknowledge_questions,
        should_stop=should_stop,
    )
    sending = Sending(
        ledger=ledger,
        server=lambda: server_of(settings),
        mailbox=mailbox,
        pace=pace_of(settings),
        clock=clock,
        should_stop=should_stop,
    )
    return Bot(
        settings, ledger, mailbox, parts, sending, office_of(settings, ledger, composer, parts), clock, own_workers
    )


PROJECT = Path(__file__).resolve().parents[2]
"""Where the shipped templates stand."""
