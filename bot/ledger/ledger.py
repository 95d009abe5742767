"""The ledger as the rest of the bot knows it. Every method is one transaction; nothing is half done.

Raises TransientError where trying again may help (disk full, locked, database away), PermanentError where it
can't, LedgerBusyError where another bot works on this ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, make_url, select, text

from bot.errors import PermanentError, UsageError
from bot.ledger import acts, bounces, journal, mails, migrations, notes, outbox, registrations, threads
from bot.ledger.act_commit import ActCommit
from bot.ledger.commit import MailCommit
from bot.ledger.drafts import Drafts
from bot.ledger.engine import BotLock, file_of, make_engine, parsed
from bot.ledger.faults import translated
from bot.ledger.schema import events
from bot.records.act import Act, ActKind
from bot.records.event import Event
from bot.records.mail import MailLocation, MailMark
from bot.records.office import Balance, EventView, JournalEntry, MailEntry, StaffEntry
from bot.records.outgoing import ComposedMail, Delivery, Notice, OutboxItem, OutboxState

_OTHER_VERSION = "台账是另一个版本的程序建立的，请先用当前版本运行一次机器人（once 或 run），再来查看。"


class Ledger:
    """Mails, registrations, outbox and journal of one bot. Make it with `Ledger.open`."""

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

    def close(self) -> None:
        """Gives the lock back; the ledger must not be used afterwards."""
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

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

    # Mail out

    def queue(self, mail: ComposedMail, now: datetime) -> int:
        """Puts a mail in the outbox that answers nobody (the digest)."""
        return self.queue_all((mail,), now)[0]

    def queue_all(
        self, composed: Iterable[ComposedMail], now: datetime, notes_with_them: Mapping[str, str] | None = None
    ) -> tuple[int, ...]:
        """Puts mails in the outbox that answer nobody, and the worker's notes about them: all or nothing."""
        with self._writing() as connection:
            for key, value in (notes_with_them or {}).items():
                notes.put(connection, key, value, now)
            return tuple(outbox.add(connection, mail, now, mail_id=None) for mail in composed)

    def queue_notices(
        self, notices: Iterable[Notice], now: datetime, notes_with_them: Mapping[str, str], *, draft: bool = False
    ) -> None:
        """Puts notices in the outbox, and the worker's notes about them: all or nothing."""
        with self._writing() as connection:
            for key, value in notes_with_them.items():
                notes.put(connection, key, value, now)
            for notice in notices:
                outbox.add_notice(connection, notice, now, draft=draft)

    def due(self, now: datetime, limit: int = 50) -> tuple[OutboxItem, ...]:
        """What may be sent now, in the order in which it was composed."""
        with self._reading() as connection:
            return outbox.due(connection, now, limit)

    def start_sending(self, item_id: int, now: datetime) -> bool:
        """To be called before DATA; False when the mail may not be sent (settled meanwhile)."""
        with self._writing() as connection:
            return outbox.start_sending(connection, item_id, now)

    def settle(
        self, item_id: int, delivery: Delivery, now: datetime, next_attempt_at: datetime | None = None
    ) -> OutboxState:
        """Writes down what an attempt came to; RETRY without a next attempt gives up. Twice is harmless."""
        with self._writing() as connection:
            return outbox.settle(connection, item_id, delivery, now, next_attempt_at)

    def unsettled(self) -> tuple[OutboxItem, ...]:
        """Mails that were being sent when the bot died, or whose last answer never came."""
        with self._reading() as connection:
            return outbox.in_states(connection, (OutboxState.SENDING, OutboxState.IN_DOUBT))

    def sent(self) -> tuple[OutboxItem, ...]:
        """Mails that the server accepted, in the order in which they were composed."""
        with self._reading() as connection:
            return outbox.in_states(connection, (OutboxState.SENT,))

    def sent_times(self, since: datetime) -> tuple[datetime, ...]:
        """When mails were accepted by the server since then: what the pace is reckoned from."""
        with self._reading() as connection:
            return outbox.sent_times(connection, since)

    def failed(self) -> tuple[OutboxItem, ...]:
        """Mails that were refused for good, or given up: a person has to call."""
        with self._reading() as connection:
            return outbox.in_states(connection, (OutboxState.FAILED,))

    def outbox_counts(self) -> dict[OutboxState, int]:
        with self._reading() as connection:
            return outbox.counts(connection)

    def drafts_to_place(self) -> tuple[OutboxItem, ...]:
        """Drafts that do not lie in the mailbox's Drafts folder yet."""
        with self._reading() as connection:
            return outbox.drafts_to_place(connection)

    def draft_placed(self, item_id: int, now: datetime) -> None:
        with self._writing() as connection:
            outbox.draft_placed(connection, item_id, now)

    @property
    def drafts(self) -> Drafts:
        """What a person did with the drafts that lie in the mailbox."""
        return Drafts(self._reading, self._writing)

    # What the office sees

    def events_with_registrations(self) -> frozenset[str]:
        with self._reading() as connection:
            return registrations.event_ids(connection)

    def event_of_thread(self, ids: tuple[str, ...]) -> str | None:
        """The event that earlier mail with one of these Message-IDs belongs to, ours or theirs; None where none of
        it does, or where it belongs to several."""
        with self._reading() as connection:
            return threads.event_of(connection, ids)

    def undelivered_people(self, event_id: str) -> dict[int, str]:
        """Why the last mail to each person of an event did not arrive, by the registration's id; those whom it
        reached are left out."""
        with self._reading() as connection:
            return bounces.undelivered_people(connection, event_id)

    def events_of_sender(self, address: str) -> frozenset[str]:
        """The events that mails from this address registered anybody for."""
        with self._reading() as connection:
            return registrations.events_of_sender(connection, address)

    def rows_read(self, mail_id: int) -> tuple[tuple[tuple[str, str], ...], ...]:
        """What could be read of a mail that waits for a person, one list of (field, value) for each person."""
        with self._reading() as connection:
            return notes.get_rows(connection, mail_id)

    def event_view(self, event: Event, now: datetime) -> EventView:
        """Everything about one event at one moment; the registrations are in order of arrival, not numbered."""
        with self._reading() as connection:
            return EventView(
                event=event,
                registrations=registrations.of_event(connection, event.id),
                mails=mails.entries(connection, event.id),
                staff=registrations.staff_of_event(connection, event.id),
                balance=notes.get_balance(connection),
            )

    def mails(self, event_id: str | None = None) -> tuple[MailEntry, ...]:
        """Recorded mails in order of arrival: all, or those of one event and of no event."""
        with self._reading() as connection:
            return mails.entries(connection, event_id)

    def reviews(self) -> tuple[MailEntry, ...]:
        """The mails that wait for a person, oldest first."""
        return tuple(mail for mail in self.mails() if mail.needs_person)

    def close_review(self, mail_id: int, now: datetime, actor: str = "staff") -> bool:
        """A person has looked; False when nobody had to, or somebody had."""
        with self._writing() as connection:
            closed = mails.close_review(connection, mail_id, now)
            if closed:
                journal.write(connection, journal.line(now, "review_closed", actor=actor, mail_id=mail_id))
            return closed

    def staff_entries(self, event_id: str | None = None) -> tuple[StaffEntry, ...]:
        with self._reading() as connection:
            return registrations.staff_of_event(connection, event_id)

    def save_staff_entries(self, entries: Iterable[StaffEntry], now: datetime) -> int:
        """Stores what staff entered; gives how many entries say something new. Each is written to the journal."""
        saved = 0
        with self._writing() as connection:
            for entry in entries:
                if registrations.save_staff_entry(connection, entry, now):
                    saved += 1
                    person = entry.registration_id
                    journal.write(
                        connection, journal.line(now, "staff_entry", actor="staff", registration_id=person)
                    )
        return saved

    def journal(
        self,
        *,
        mail_id: int | None = None,
        registration_id: int | None = None,
        event_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[JournalEntry, ...]:
        """The lines about one mail, person or event (or all), oldest first."""
        with self._reading() as connection:
            return journal.read(
                connection, mail_id=mail_id, registration_id=registration_id, event_id=event_id, since=since
            )

    def write_journal(self, now: datetime, action: str, *, reason: str = "", text: str = "") -> None:
        """Appends a line about the bot itself (started, stopped, login refused)."""
        with self._writing() as connection:
            journal.write(connection, journal.line(now, action, reason=reason, text=text))

    # The worker's notes

    def get_state(self, key: str) -> str | None:
        with self._reading() as connection:
            return notes.get(connection, key)

    def set_state(self, key: str, value: str, now: datetime) -> None:
        with self._writing() as connection:
            notes.put(connection, key, value, now)

    def save_balance(self, balance: Balance) -> None:
        with self._writing() as connection:
            notes.put_balance(connection, balance)

    def balance(self) -> Balance | None:
        with self._reading() as connection:
            return notes.get_balance(connection)

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


def _lock_event(connection: Connection, event_id: str) -> None:
    """Locks the event's row (made on first use) until the transaction ends."""
    connection.execute(text("INSERT INTO events (id) VALUES (:id) ON CONFLICT DO NOTHING"), {"id": event_id})
    connection.execute(select(events.c.id).where(events.c.id == event_id).with_for_update())
