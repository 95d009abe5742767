"""One commit per mail: outcome, registrations, journal and the rendered reply go in together, or not at all.

Opened by `Ledger.mail_commit`, which locks the event before anything is read; leaving it without an error commits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.ledger import journal, mails, outbox, registrations
from bot.records.decision import Decision, Registration, Standing
from bot.records.mail import FetchedMail, MailKind, MailLocation, MailMark, ParsedMail
from bot.records.outgoing import ComposedMail

_ACTIONS = {
    Standing.NEW: "person_registered",
    Standing.UNCHANGED: "person_unchanged",
    Standing.CHANGED: "person_differs",
    Standing.REPEATED: "person_repeated",
    Standing.REJECTED: "person_rejected",
}


class MailCommit:
    """What may be read and written in the one transaction of one mail."""

    def __init__(self, connection: Connection, event_id: str | None, known: registrations.Roll) -> None:
        self._connection = connection
        self._event_id = event_id
        self.known = known
        """The roll as last read: kept by the ledger for the next commit, once this one has succeeded."""

    def roll(self) -> tuple[Registration, ...]:
        """Everybody recorded for the event, in order of arrival; empty without an event."""
        if self._event_id is None:
            return ()
        self.known = registrations.current(self._connection, self._event_id, self.known)
        return self.known.people

    def find_same(self, mail: ParsedMail) -> int | None:
        """The recorded mail that this one is, by its bytes, or by Message-ID and content together."""
        return mails.find_same(self._connection, mail)

    def add_location(self, mail_id: int, location: MailLocation, received_at: datetime) -> None:
        """Notes that a recorded mail lies at another UID as well; it gets the same mark."""
        mails.add_location(self._connection, mail_id, location, received_at)

    def recent_replies(self, address: str, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """(template, time) of the answers composed for an address since then, oldest first."""
        return outbox.recent_replies(self._connection, address, since)

    def record(
        self,
        fetched: FetchedMail,
        mail: ParsedMail,
        kind: MailKind,
        decision: Decision,
        mark: MailMark,
        reply: ComposedMail | None,
        now: datetime,
        draft: bool = False,
        excerpt: str = "",
    ) -> int:
        """Records the mail and all that follows from it; gives the mail's id.

        `reply` goes to the outbox, as a draft where `draft` is set. `excerpt` is the newly written text as far as
        somebody worked it out; else the beginning of the body is kept.
        """
        if decision.event_id not in (None, self._event_id):
            raise ValueError("the decision is on another event than the one that was locked")
        connection = self._connection
        namesakes = mails.with_message_id(connection, mail.message_id)
        mails.add_raw(connection, fetched, mail.raw_hash)
        mail_id = mails.add(connection, fetched, mail, kind, decision, mark, excerpt, now)
        mails.add_location(connection, mail_id, fetched.location, fetched.received_at)
        new_ids = registrations.add(connection, decision.new_registrations, mail_id, now)
        if reply is not None:
            outbox.add(connection, reply, now, mail_id=mail_id, draft=draft)
        line = partial(journal.line, now, mail_id=mail_id, event_id=self._event_id)
        lines = [line("mail_recorded", reason=str(decision.reason), text=decision.note)]
        if namesakes:
            lines.append(line("message_id_reused", text=f"与第{namesakes[0]}号邮件的编号相同，内容不同。"))
        lines += _people_lines(decision, new_ids, line)
        lines += [line("review_opened", reason=str(reason)) for reason in decision.review_reasons]
        if reply is not None:
            lines.append(line("reply_drafted" if draft else "reply_queued", reason=reply.template))
        journal.write(connection, *lines)
        return mail_id


def _people_lines(
    decision: Decision, new_ids: tuple[int, ...], line: Callable[..., dict[str, Any]]
) -> list[dict[str, Any]]:
    """Why each person stands where they stand: what answers "why is she 51st?" later."""
    recorded = iter(new_ids)
    lines = []
    for person in decision.people:
        registration = person.registration
        is_new = person.standing is Standing.NEW
        fields = "、".join(field for field, _, _ in person.changed)
        lines.append(
            line(
                _ACTIONS[person.standing],
                reason=str(person.reason),
                text=f"{registration.origin}：{registration.state}" + (f"（{fields}）" if fields else ""),
                registration_id=next(recorded) if is_new else registration.id or None,
            )
        )
    return lines
