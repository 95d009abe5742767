"""What the office's views are made of, as `app` wires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.admission.membership import MemberDirectory
from bot.jobs.staff import StaffReport
from bot.ledger.ledger import Ledger
from bot.records.event import Event
from bot.records.staff import StaffWords
from bot.replies.compose import Composer

CarryOut = Callable[[Event, StaffWords, datetime], StaffReport]


@dataclass(frozen=True)
class Office:
    """The stations that show the ledger to staff and hear what they say. `digest_days` is a word of
    `digest.workdays`; `carry_out` does what staff decide, None where nothing may be changed."""

    ledger: Ledger
    composer: Composer
    events: tuple[Event, ...]
    workbook: Path
    recipients: tuple[str, ...]
    digest_days: str
    members: MemberDirectory = field(default_factory=MemberDirectory)
    carry_out: CarryOut | None = None
