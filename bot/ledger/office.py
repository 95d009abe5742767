"""The ledger as office and commands see it: events, mails, reviews, journal, the worker's notes.

Each method is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.ledger import bounces, journal, mails, notes, registrations, threads
from bot.ledger.base import LedgerBase
from bot.records.event import Event
from bot.records.office import Balance, EventView, JournalEntry, MailEntry, StaffEntry


class OfficeLedger(LedgerBase):
    """The part of the ledger that views and notes work with."""

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
