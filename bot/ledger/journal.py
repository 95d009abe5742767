"""The append-only journal: who did what to which mail or registration, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.ledger.schema import journal
from bot.records.office import JournalEntry

BOT = "bot"

_INSERT = insert(journal)


def line(
    now: datetime,
    action: str,
    *,
    reason: str = "",
    text: str = "",
    actor: str = BOT,
    mail_id: int | None = None,
    registration_id: int | None = None,
    event_id: str | None = None,
    act_id: int | None = None,
) -> dict[str, Any]:
    """One line for `write`. `action` and `reason` are stable words, `text` is for people."""
    return {
        "at": now,
        "actor": actor,
        "action": action,
        "reason": reason,
        "text": text,
        "mail_id": mail_id,
        "registration_id": registration_id,
        "event_id": event_id,
        "act_id": act_id,
    }


def write(connection: Connection, *lines: dict[str, Any]) -> None:
    """Appends the lines in this order."""
    connection.execute(_INSERT, list(lines))


def read(
    connection: Connection,
    *,
    mail_id: int | None = None,
    registration_id: int | None = None,
    event_id: str | None = None,
    since: datetime | None = None,
) -> tuple[JournalEntry, ...]:
    """The lines about one mail, person or event (or all), oldest first."""
    query = select(journal).order_by(journal.c.id)
    wanted: tuple[tuple[Any, Any], ...] = (
        (journal.c.mail_id, mail_id),
        (journal.c.registration_id, registration_id),
        (journal.c.event_id, event_id),
    )
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(journal.c.at >= since)
    return tuple(JournalEntry(**row) for row in connection.execute(query).mappings())
