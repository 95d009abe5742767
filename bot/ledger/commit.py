"""One commit per mail: outcome, registrations, journal and the rendered reply go in together, or not at all.

Opened by `Ledger.mail_commit`, which locks the event before anything is read; leaving it without an error commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.ledger import acts, bounces, journal, mails, notes, outbox, registrations
from bot.records.act import ActKind
from bot.records.decision import Change, Decision, Registration, ReplyTemplate, Standing
from bot.records.mail import BounceReport, FetchedMail, MailKind, MailLocation, MailMark, ParsedMail
from bot.records.outgoing import ComposedMail, Notice

_ACTIONS = {
    Standing.NEW: "person_registered",
    Standing.UNCHANGED: "person_unchanged",
    Standing.CHANGED: "person_differs",
    Standing.REPEATED: "person_repeated",
    Standing.REJECTED: "person_rejected",
    Standing.AMENDED: "person_amended",
    Standing.CANCELLED: "person_cancelled",
    Standing.REPLACED: "person_replaced",
    Standing.MOVED: "person_moved",
    Standing.WITHHELD: "person_withheld",
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

    def raw_mail(self, mail_id: int) -> bytes | None:
        """A recorded mail's bytes as fetched."""
        return mails.raw(self._connection, mail_id)

    def keep_rows(self, mail_id: int, rows: Sequence[tuple[tuple[str, str], ...]], now: datetime) -> None:
        """Keeps what could be read of a mail that waits for a person, for the person to complete."""
        if rows:
            notes.put_rows(self._connection, mail_id, rows, now)

    def bounced(self, report: BounceReport, now: datetime) -> int | None:
        """Writes down that a mail of ours came back; gives its id in the outbox. None where the bounce is about
        none of ours, or tells of a delay only. Twice is harmless: the first bounce counts."""
        item_id = None if report.delayed else bounces.match(self._connection, report, now)
        if item_id is not None:
            bounces.mark(self._connection, item_id, report, now)
        return item_id

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
        answer_to: str = "",
        notices: Sequence[Notice] = (),
    ) -> int:
        """Records the mail and all that follows from it; gives the mail's id.

        `reply` and `notices` (to those whom the decision moved though the mail is not theirs) go to the outbox, as
        drafts where `draft` is set. `excerpt` is the newly written text as far as somebody worked it out; else the
        beginning of the body is kept. `answer_to` is where later answers about this mail's people may go.
        """
        if decision.event_id not in (None, self._event_id):
            raise ValueError("the decision is on another event than the one that was locked")
        connection = self._connection
        namesakes = mails.with_message_id(connection, mail.message_id)
        mails.add_raw(connection, fetched, mail.raw_hash)
        mail_id = mails.add(connection, fetched, mail, kind, decision, mark, excerpt, answer_to, now)
        mails.add_location(connection, mail_id, fetched.location, fetched.received_at)
        act_id = acts.add(connection, now, ActKind.MAIL, mail_id=mail_id, event_id=self._event_id)
        registrations.apply(connection, decision.changes)
        people = [replace(person, answer_to=answer_to) for person in decision.new_registrations]
        new_ids = registrations.add(connection, people, mail_id, now)
        if reply is not None:
            told = (*new_ids, *(p.registration.id for p in decision.people if p.registration.id))
            outbox.add(
                connection,
                reply,
                now,
                mail_id=mail_id,
                draft=draft,
                event_id=self._event_id,
                registration_ids=() if decision.reply is ReplyTemplate.HANDED_TO_STAFF else told,
            )
        for notice in notices:
            outbox.add_notice(connection, notice, now, draft=draft)
        line = partial(journal.line, now, mail_id=mail_id, event_id=self._event_id, act_id=act_id)
        lines = [line("mail_recorded", reason=str(decision.reason), text=decision.note)]
        if namesakes:
            lines.append(line("message_id_reused", text=f"与第{namesakes[0]}号邮件的编号相同，内容不同。"))
        lines += _people_lines(decision, new_ids, line)
        lines += change_lines(decision.changes, line)
        lines += [line("review_opened", reason=str(reason)) for reason in decision.review_reasons]
        if reply is not None:
            lines.append(line("reply_drafted" if draft else "reply_queued", reason=reply.template))
        lines += notice_lines(notices, line, draft=draft)
        journal.write(connection, *lines)
        return mail_id


def change_lines(changes: Iterable[Change], line: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """From what to what each registration was changed, and why: which fields, never their values."""
    return [
        line(
            "registration_changed",
            reason=str(change.reason),
            text=_change_text(change),
            registration_id=change.before.id,
        )
        for change in changes
    ]


def _change_text(change: Change) -> str:
    before, after = change.before.state, change.after.state
    states = str(after) if before is after else f"{before} -> {after}"
    fields = "、".join(field for field, _, _ in change.fields)
    return states + (f"（{fields}）" if fields else "")


def notice_lines(
    notices: Iterable[Notice], line: Callable[..., dict[str, Any]], *, draft: bool
) -> list[dict[str, Any]]:
    action = "notice_drafted" if draft else "notice_queued"
    return [
        line(action, reason=notice.mail.template, registration_id=person)
        for notice in notices
        for person in notice.registration_ids
    ]


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
