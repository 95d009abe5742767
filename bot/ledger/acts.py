"""The acts that led to decisions, in order: mails, staff's words, settings. From these all can be done again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.ledger.schema import acts
from bot.records.act import Act, ActKind


def add(
    connection: Connection,
    now: datetime,
    kind: ActKind,
    *,
    mail_id: int | None = None,
    event_id: str | None = None,
    payload: Any = None,
) -> int:
    """Appends an act, and gives its number."""
    values = {"at": now, "kind": kind, "mail_id": mail_id, "event_id": event_id, "payload": payload or {}}
    number: int = connection.execute(insert(acts).values(values).returning(acts.c.id)).scalar_one()
    return number


def read(connection: Connection) -> tuple[Act, ...]:
    """All acts, in the order in which they were decided."""
    rows = connection.execute(select(acts).order_by(acts.c.id)).mappings()
    return tuple(Act(**{**row, "kind": ActKind(row["kind"])}) for row in rows)


def latest(connection: Connection, kind: ActKind) -> Act | None:
    """The last act of a kind; None before there was one."""
    query = select(acts).where(acts.c.kind == kind).order_by(acts.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Act(**{**row, "kind": ActKind(row["kind"])})
