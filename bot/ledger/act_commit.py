"""One commit per act that is no mail: staff's words in the workbook, or other settings.

Opened by `Ledger.act_commit`, which locks the events before anything is read; leaving it without an error commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.ledger import journal, mails, outbox, registrations
from bot.ledger.commit import change_lines, notice_lines
from bot.records.decision import Change, Registration
from bot.records.office import WaitingMail
from bot.records.outgoing import Notice


class ActCommit:
    """What may be read and written in the one transaction of one act. `actor` is who acted: `staff` or `bot`."""

    def __init__(self, connection: Connection, act_id: int, now: datetime, actor: str) -> None:
        self._connection = connection
        self._now = now
        self.act_id = act_id
        self._line = partial(journal.line, now, actor=actor, act_id=act_id)

    def roll(self, event_id: str) -> tuple[Registration, ...]:
        """Everybody recorded for the event, in order of arrival, as it is within this transaction."""
        return registrations.of_event(self._connection, event_id)

    def mail(self, mail_id: int) -> WaitingMail | None:
        """A recorded mail; None for an unknown one."""
        return mails.waiting(self._connection, mail_id)

    def raw_mail(self, mail_id: int) -> bytes | None:
        """A recorded mail's bytes as fetched."""
        return mails.raw(self._connection, mail_id)

    def change(self, event_id: str, changes: Sequence[Change]) -> None:
        """Applies changes of recorded registrations, each with its line in the journal."""
        registrations.apply(self._connection, changes)
        lines = change_lines(changes, partial(self._line, event_id=event_id))
        if lines:
            journal.write(self._connection, *lines)

    def register(self, people: Sequence[Registration], mail_id: int) -> tuple[int, ...]:
        """Records people of a mail that waited for a person; gives their ids in the same order."""
        answer_to = mails.answer_to(self._connection, mail_id)
        new = [replace(person, answer_to=answer_to) for person in people]
        ids = registrations.add(self._connection, new, mail_id, self._now)
        for person, number in zip(new, ids, strict=True):
            self.note(
                "person_registered",
                reason=str(person.reason),
                text=str(person.state),
                mail_id=mail_id,
                registration_id=number,
                event_id=person.event_id,
            )
        return ids

    def notify(self, notices: Iterable[Notice], *, draft: bool) -> None:
        """Puts notices in the outbox, as drafts where `draft` is set."""
        for notice in notices:
            outbox.add_notice(self._connection, notice, self._now, draft=draft)
            line = partial(self._line, event_id=notice.event_id, mail_id=notice.about_mail_id)
            journal.write(self._connection, *notice_lines((notice,), line, draft=draft))

    def close_review(self, mail_id: int) -> bool:
        """A person has decided about the mail; False when nobody had to, or somebody had."""
        closed = mails.close_review(self._connection, mail_id, self._now)
        if closed:
            self.note("review_closed", mail_id=mail_id)
        return closed

    def note(
        self,
        action: str,
        *,
        reason: str = "",
        text: str = "",
        mail_id: int | None = None,
        registration_id: int | None = None,
        event_id: str | None = None,
    ) -> None:
        """Appends a line to the journal."""
        line = self._line(
            action,
            reason=reason,
            text=text,
            mail_id=mail_id,
            registration_id=registration_id,
            event_id=event_id,
        )
        journal.write(self._connection, line)
