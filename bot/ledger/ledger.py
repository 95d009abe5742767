"""The ledger as the rest of the bot knows it. Every method is one transaction; nothing is half done.

Raises TransientError where trying again may help (disk full, locked, database away), PermanentError where it
can't, LedgerBusyError where another bot works on this ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import URL, Connection, make_url, select, text

from bot.errors import PermanentError, UsageError
from bot.ledger import acts, mails, migrations, registrations
from bot.ledger.act_commit import ActCommit
from bot.ledger.commit import MailCommit
from bot.ledger.engine import BotLock, file_of, make_engine, parsed
from bot.ledger.faults import translated
from bot.ledger.office import OfficeLedger
from bot.ledger.outgoing import OutgoingMail
from bot.ledger.schema import events
from bot.records.act import Act, ActKind
from bot.records.mail import MailLocation, MailMark

_OTHER_VERSION = "台账是另一个版本的程序建立的，请先用当前版本运行一次机器人（once 或 run），再来查看。"


class Ledger(OutgoingMail, OfficeLedger):
    """Mails, registrations, outbox and journal of one bot. Make it with `Ledger.open`."""

    @classmethod
    def open(cls, url: str, *, exclusive: bool = True) -> Ledger:
        """Opens the ledger at an SQLAlchemy URL.

        `exclusive` is for the bot: makes the folder and the tables, and takes the lock. Without it, for readers:
        takes no lock and changes nothing; a ledger that does not exist yet is simply empty.
        """
        address = parsed(url)
        file = file_of(address)
        if not exclusive:
            return cls._open_for_reading(address)
        if file is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise UsageError(f"建不了台账所在的文件夹“{file.parent}”，请检查路径和权限。") from None
        engine = make_engine(address)
        lock = BotLock(address)
        try:
            with translated(), engine.connect().execution_options(writes=True) as connection, connection.begin():
                if migrations.version_of(connection) != migrations.HEAD:
                    migrations.upgrade(connection)
        except BaseException:
            lock.release()
            engine.dispose()
            raise
        return cls(engine, lock)

    @classmethod
    def open_beside(cls, url: str) -> Ledger:
        """The ledger of a bot that is at work, for a few words to it (a mail for its outbox). Takes no lock; every
        method is one transaction all the same. UsageError for a ledger that another version made."""
        address = parsed(url)
        engine = make_engine(address)
        try:
            with translated(), engine.connect() as connection:
                version = migrations.version_of(connection)
            if version != migrations.HEAD:
                raise UsageError(_OTHER_VERSION)
        except BaseException:
            engine.dispose()
            raise
        ledger = cls(engine, None)
        ledger._engine = engine
        return ledger

    @classmethod
    def _open_for_reading(cls, address: URL) -> Ledger:
        file = file_of(address)
        if file is not None and not file.exists():
            return cls._empty()
        engine = make_engine(address, read_only=True)
        try:
            with translated(), engine.connect() as connection:
                version = migrations.version_of(connection)
        except BaseException:
            engine.dispose()
            raise
        if version == migrations.HEAD:
            return cls(engine, None)
        engine.dispose()
        if version is None:
            return cls._empty()
        raise UsageError(_OTHER_VERSION)

    @classmethod
    def _empty(cls) -> Ledger:
        engine = make_engine(make_url("sqlite://"))
        with translated(), engine.begin() as connection:
            migrations.upgrade(connection)
        return cls(engine, None)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Mail in

    def recorded_uids(self, folder: str, uidvalidity: int) -> frozenset[int]:
        """The UIDs of the folder whose mail is recorded."""
        with self._reading() as connection:
            return mails.recorded_uids(connection, folder, uidvalidity)

    def count_recorded(self, folder: str, uidvalidity: int, since: datetime) -> int:
        """How many recorded mails lie in the folder that arrived since then: one side of the balance."""
        with self._reading() as connection:
            return mails.count_recorded(connection, folder, uidvalidity, since)

    @contextmanager
    def mail_commit(self, event_id: str | None) -> Iterator[MailCommit]:
        """The one transaction of one mail. The event is locked before anything is read, so that nobody else counts
        its seats meanwhile; an error inside takes everything back."""
        with self._writing() as connection:
            if event_id is not None:
                _lock_event(connection, event_id)
            commit = MailCommit(connection, event_id, self._rolls.get(event_id, registrations.Roll()))
            yield commit
        # Remembered only after the commit: a transaction taken back may have read people who are gone again.
        self._rolls[event_id] = commit.known

    @contextmanager
    def act_commit(
        self, event_ids: Iterable[str], kind: ActKind, payload: Any, now: datetime, actor: str = "staff"
    ) -> Iterator[ActCommit]:
        """The one transaction of an act that is no mail. The events are locked before anything is read; an error
        inside takes everything back."""
        named = sorted(set(event_ids))
        with self._writing() as connection:
            for event_id in named:
                _lock_event(connection, event_id)
            only = named[0] if len(named) == 1 else None
            act_id = acts.add(connection, now, kind, event_id=only, payload=payload)
            yield ActCommit(connection, act_id, now, actor)

    def acts(self) -> tuple[Act, ...]:
        """All that led to decisions, in the order in which they were taken."""
        with self._reading() as connection:
            return acts.read(connection)

    def latest_act(self, kind: ActKind) -> Act | None:
        with self._reading() as connection:
            return acts.latest(connection, kind)

    def marks_due(self) -> tuple[tuple[MailLocation, MailMark], ...]:
        """The flags that the mailbox does not show yet."""
        with self._reading() as connection:
            return mails.marks_due(connection)

    def marks_done(self, locations: Iterable[MailLocation], now: datetime) -> None:
        with self._writing() as connection:
            mails.marks_done(connection, locations, now)

    def raw_mail(self, mail_id: int) -> bytes:
        """The mail's bytes as fetched; PermanentError for an unknown mail."""
        with self._reading() as connection:
            content = mails.raw(connection, mail_id)
        if content is None:
            raise PermanentError(f"台账里没有第{mail_id}号邮件。")
        return content


def _lock_event(connection: Connection, event_id: str) -> None:
    """Locks the event's row (made on first use) until the transaction ends."""
    connection.execute(text("INSERT INTO events (id) VALUES (:id) ON CONFLICT DO NOTHING"), {"id": event_id})
    connection.execute(select(events.c.id).where(events.c.id == event_id).with_for_update())
