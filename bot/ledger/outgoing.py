"""The ledger's outgoing mail: what waits, what was sent, what became of drafts. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from bot.ledger import journal, notes, outbox
from bot.ledger.base import LedgerBase
from bot.ledger.commit import notice_lines
from bot.ledger.drafts import Drafts
from bot.records.outgoing import ComposedMail, Delivery, Notice, OutboxItem, OutboxState


class OutgoingMail(LedgerBase):
    """The part of the ledger that sending works with."""

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
                line = partial(journal.line, now, event_id=notice.event_id, mail_id=notice.about_mail_id)
                journal.write(connection, *notice_lines((notice,), line, draft=draft))

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
