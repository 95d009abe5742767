"""The worker's own notes, by key: heartbeat, last cycle, last error, last digest, pauses, the last balance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.ledger.schema import state
from bot.records.office import Balance

_BALANCE = "balance"
_ROWS = "rows_read:"


def get(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(state.c.value).where(state.c.key == key))


def put(connection: Connection, key: str, value: str, now: datetime) -> None:
    changed = connection.execute(update(state).where(state.c.key == key).values(value=value, changed_at=now))
    if changed.rowcount == 0:
        connection.execute(insert(state).values(key=key, value=value, changed_at=now))


def get_balance(connection: Connection) -> Balance | None:
    value = get(connection, _BALANCE)
    if value is None:
        return None
    stored = json.loads(value)
    return Balance(stored["in_mailbox"], stored["recorded"], datetime.fromisoformat(stored["counted_at"]))


def put_balance(connection: Connection, balance: Balance) -> None:
    value = {
        "in_mailbox": balance.in_mailbox,
        "recorded": balance.recorded,
        "counted_at": balance.counted_at.isoformat(),
    }
    put(connection, _BALANCE, json.dumps(value), balance.counted_at)


def put_rows(
    connection: Connection, mail_id: int, rows: Sequence[tuple[tuple[str, str], ...]], now: datetime
) -> None:
    """What could be read of a mail that waits for a person: one list of (field, value) for each person."""
    put(connection, f"{_ROWS}{mail_id}", json.dumps(rows, ensure_ascii=False), now)


def get_rows(connection: Connection, mail_id: int) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Back again; () where nothing could be read."""
    value = get(connection, f"{_ROWS}{mail_id}")
    return tuple(tuple((field, text) for field, text in row) for row in json.loads(value or "[]"))
