"""One commit per mail: outcome, registrations, journal and the rendered reply go in together, or not at all.

Opened by `Ledger.mail_commit`, which locks the event before anything is read; leaving it without an error commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.ledger import journal, mails, outbox, registrations
from bot.records.decision import Decision, PersonDecision, Registration, Standing
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

    def __init__(self, connection: Connection, event_id: str | None) -> None:
        self._connection = connection
        self._event_id = event_id

    def roll(self) -> tuple[Registration, ...]:
        """Everybody recorded for the event, in order of arrival; empty without an event."""
        if self._event_id is None:
            return ()
        return registrations.of_event(self._connection, self._event_id)

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
        self._note(mail_id, now, "mail_recorded", str(decision.reason), decision.note)
        if namesakes:
            self._note(mail_id, now, "message_id_reused", "", f"与第{namesakes[0]}号邮件的编号相同，内容不同。")
        for person in decision.people:
            self._record_person(person, mail_id, now)
        for reason in decision.review_reasons:
            self._note(mail_id, now, "review_opened", str(reason), "")
        if reply is not None:
            outbox.add(connection, reply, now, mail_id=mail_id, draft=draft)
            self._note(mail_id, now, "reply_drafted" if draft else "reply_queued", reply.template, "")
        return mail_id

    def _record_person(self, person: PersonDecision, mail_id: int, now: datetime) -> None:
        registration = person.registration
        registration_id: int | None = registration.id or None
        if person.standing is Standing.NEW:
            registration_id = registrations.add(self._connection, registration, mail_id, now)
        fields = "、".join(field for field, _, _ in person.changed)
        self._note(
            mail_id,
            now,
            _ACTIONS[person.standing],
            str(person.reason),
            f"{registration.origin}：{registration.state}" + (f"（{fields}）" if fields else ""),
            registration_id,
        )

    def _note(
        self,
        mail_id: int,
        now: datetime,
        action: str,
        reason: str,
        text: str,
        registration_id: int | None = None,
    ) -> None:
        journal.write(
            self._connection,
            now,
            action,
            reason=reason,
            text=text,
            mail_id=mail_id,
            registration_id=registration_id,
            event_id=self._event_id,
        )
