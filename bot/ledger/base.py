"""What every part of the ledger stands on: one transaction per call, reading or writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from bot.ledger import registrations
from bot.ledger.engine import BotLock
from bot.ledger.faults import translated


class LedgerBase:
    """An opened database. Closing it gives the lock back."""

    def __init__(self, engine: Engine, lock: BotLock | None) -> None:
        self._engine = engine
        self._lock = lock
        self._rolls: dict[str | None, registrations.Roll] = {}
        self._readers = engine
        if engine.dialect.name == "postgresql":
            # Several queries that see one moment, as SQLite's transactions do anyway.
            self._readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            if lock is None:
                self._engine = self._readers

    def close(self) -> None:
        """Gives the lock back; the ledger must not be used afterwards."""
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One consistent moment: a transaction that sees no later commits."""
        with translated(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._lock is not None:
            self._lock.confirm()
        with (
            translated(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection
