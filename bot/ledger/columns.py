"""Column types that are the same in SQLite (STRICT tables) and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

Whole = Integer().with_variant(BigInteger(), "postgresql")
"""UID and UIDVALIDITY are unsigned 32 bits (RFC 3501): too wide for PostgreSQL's INTEGER."""

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: `timestamptz` in PostgreSQL, text of fixed width in SQLite, so that it sorts as it reads.
    A time without a zone is a mistake of the caller."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be recorded")
        in_utc = value.astimezone(UTC)
        return in_utc.strftime(_FORMAT) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class Words(TypeDecorator[str]):
    """Text from anywhere: a NUL (PostgreSQL refuses it) or half a surrogate pair (nobody can encode it) in a
    subject must not keep a mail from being recorded."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(str(value))


class Flag(TypeDecorator[bool]):
    """0 or 1: STRICT tables know no BOOLEAN."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Json(TypeDecorator[Any]):
    """Lists and objects as JSON text: only ever read back whole, never searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return [] if value == "[]" else json.loads(value)


def clean(text: str) -> str:
    """The text without NUL, and with U+FFFD for what is no character."""
    return text.replace("\x00", "").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def one_of(column: str, words: Sequence[str]) -> str:
    """The text of a CHECK constraint that allows these words only."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"
