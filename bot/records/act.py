"""What leads to a decision: a mail, a person's word in the workbook, or other settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ActKind(StrEnum):
    """What happened."""

    MAIL = "mail"
    """A mail was recorded; the payload is empty, the mail tells all."""
    STAFF = "staff"
    """Staff decided in the workbook; the payload is what they entered."""
    SETTINGS = "settings"
    """What decisions depend on (events, members, limits) is other than before; the payload is all of it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One recorded act; `id` counts them in the order in which they were decided."""

    id: int
    at: datetime
    kind: ActKind
    mail_id: int | None
    event_id: str | None
    payload: Any
