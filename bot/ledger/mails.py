"""Recorded mails: their rows, raw bytes, places in the mailbox, and the entries that the office sees."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select, update

from bot.ledger.bounces import undelivered_notices, why_undelivered
from bot.ledger.registrations import problems_out
from bot.ledger.schema import mail_locations, mails, outbox, raw_mails
from bot.records.decision import Decision, Outcome, Reason, ReplyTemplate
from bot.records.mail import FetchedMail, MailKind, MailLocation, MailMark, ParsedMail
from bot.records.office import MailEntry, WaitingMail
from bot.records.outgoing import DraftFate, OutboxState

_REPLY_WORDS = {
    OutboxState.SENT: "sent",
    OutboxState.DRAFT: "draft",
    OutboxState.FAILED: "none",
    OutboxState.QUEUED: "queued",
    OutboxState.SENDING: "queued",
    OutboxState.IN_DOUBT: "queued",
}
_EXCERPT_LENGTH = 500


def add_raw(connection: Connection, fetched: FetchedMail, raw_hash: str) -> None:
    """Keeps the mail's bytes, once for each hash."""
    known = select(raw_mails.c.raw_hash).where(raw_mails.c.raw_hash == raw_hash)
    if connection.scalar(known) is None:
        connection.execute(
            insert(raw_mails).values(
                raw_hash=raw_hash,
                size=fetched.size,
                complete=fetched.complete,
                content=zlib.compress(fetched.raw),
            )
        )


def raw(connection: Connection, mail_id: int) -> bytes | None:
    """The mail's bytes as fetched, None for an unknown mail."""
    query = select(raw_mails.c.content).join(mails).where(mails.c.id == mail_id)
    content = connection.scalar(query)
    return None if content is None else zlib.decompress(content)


def add(
    connection: Connection,
    fetched: FetchedMail,
    mail: ParsedMail,
    kind: MailKind,
    decision: Decision,
    mark: MailMark,
    excerpt: str,
    answer_to: str,
    now: datetime,
) -> int:
    """Records one mail with its outcome, and gives the new id."""
    sender = mail.sender
    people = [person.registration for person in decision.people]
    telephone = next((number for p in people for number in (p.phone, p.mobile) if number), "")
    statement = insert(mails).values(
        message_id=mail.message_id,
        content_key=mail.content_key,
        raw_hash=mail.raw_hash,
        received_at=fetched.received_at,
        uid=fetched.location.uid,
        sender=sender.address if sender else mail.header("From"),
        sender_name=sender.name if sender else "",
        subject=mail.subject,
        excerpt=(excerpt or mail.text)[:_EXCERPT_LENGTH],
        attachment_names=[attachment.name for attachment in mail.attachments],
        telephone=telephone,
        kind=kind,
        outcome=decision.outcome,
        reason=decision.reason,
        note=decision.note,
        event_id=decision.event_id,
        review_reasons=[str(reason) for reason in decision.review_reasons],
        # Their pictures stand with each person's registration.
        form_problems=problems_out(decision.form_problems, pictures=False),
        unread=[asdict(file) for file in decision.unread],
        needs_person=decision.needs_person,
        reviewed_at=None,
        mark=mark,
        recorded_at=now,
        answer_to=answer_to,
    )
    mail_id: int = connection.execute(statement.returning(mails.c.id)).scalar_one()
    return mail_id


def answer_to(connection: Connection, mail_id: int) -> str:
    """Where answers about the mail may go; "" for nowhere."""
    return connection.scalar(select(mails.c.answer_to).where(mails.c.id == mail_id)) or ""


def waiting(connection: Connection, mail_id: int) -> WaitingMail | None:
    """A recorded mail as a decision about it sees it; None for an unknown one."""
    row = connection.execute(select(mails).where(mails.c.id == mail_id)).mappings().one_or_none()
    if row is None:
        return None
    fields = {name: row[name] for name in WaitingMail.__dataclass_fields__ if name != "waits"}
    return WaitingMail(**fields, waits=bool(row["needs_person"]) and row["reviewed_at"] is None)


def find_same(connection: Connection, mail: ParsedMail) -> int | None:
    """The id of the recorded mail that this one is, by its bytes, or by Message-ID and content together."""
    same_content = and_(
        mails.c.message_id == mail.message_id, mails.c.content_key == mail.content_key, mails.c.content_key != ""
    )
    return connection.scalar(select(mails.c.id).where(or_(mails.c.raw_hash == mail.raw_hash, same_content)))


def with_message_id(connection: Connection, message_id: str) -> tuple[int, ...]:
    """Every recorded mail that carries this Message-ID."""
    return tuple(
        connection.scalars(select(mails.c.id).where(mails.c.message_id == message_id).order_by(mails.c.id))
    )


def add_location(connection: Connection, mail_id: int, location: MailLocation, received_at: datetime) -> bool:
    """Notes that a recorded mail lies here (too); its mark becomes due. False when that was known."""
    if connection.scalar(select(mail_locations.c.mail_id).where(_at(location))) is not None:
        return False
    mark = connection.execute(select(mails.c.mark).where(mails.c.id == mail_id)).scalar_one()
    connection.execute(
        insert(mail_locations).values(
            **_key(location), mail_id=mail_id, received_at=received_at, mark=mark, marked_at=None
        )
    )
    return True


def recorded_uids(connection: Connection, folder: str, uidvalidity: int) -> frozenset[int]:
    here = and_(mail_locations.c.folder == folder, mail_locations.c.uidvalidity == uidvalidity)
    return frozenset(connection.scalars(select(mail_locations.c.uid).where(here)))


def count_recorded(connection: Connection, folder: str, uidvalidity: int, since: datetime) -> int:
    """How many places of the folder are recorded that hold mail which arrived since then."""
    query = select(func.count()).where(
        mail_locations.c.folder == folder,
        mail_locations.c.uidvalidity == uidvalidity,
        mail_locations.c.received_at >= since,
    )
    return connection.execute(query).scalar_one()


def marks_due(connection: Connection) -> tuple[tuple[MailLocation, MailMark], ...]:
    """The flags that the mailbox does not show yet, in order of UID."""
    query = (
        select(mail_locations)
        .where(mail_locations.c.marked_at.is_(None), mail_locations.c.mark != MailMark.NONE)
        .order_by(mail_locations.c.folder, mail_locations.c.uidvalidity, mail_locations.c.uid)
    )
    return tuple((_location(row), MailMark(row["mark"])) for row in connection.execute(query).mappings())


def marks_done(connection: Connection, locations: Iterable[MailLocation], now: datetime) -> None:
    for location in locations:
        connection.execute(update(mail_locations).where(_at(location)).values(marked_at=now))


def close_review(connection: Connection, mail_id: int, now: datetime) -> bool:
    """A person has looked; False when nobody had to, or somebody had."""
    waiting = and_(mails.c.id == mail_id, mails.c.needs_person == 1, mails.c.reviewed_at.is_(None))
    return connection.execute(update(mails).where(waiting).values(reviewed_at=now)).rowcount == 1


def entries(connection: Connection, event_id: str | None = None) -> tuple[MailEntry, ...]:
    """Recorded mails in order of arrival: all, or those of one event and those of none (bounces, questions)."""
    query = (
        select(
            mails,
            outbox.c.state.label("reply_state"),
            outbox.c.template.label("reply_template"),
            outbox.c.draft_fate.label("reply_fate"),
            outbox.c.last_error.label("reply_last_error"),
            outbox.c.bounced_at.label("reply_bounced_at"),
            outbox.c.bounce_text.label("reply_bounce_text"),
        )
        .join_from(mails, outbox, outbox.c.mail_id == mails.c.id, isouter=True)
        .order_by(mails.c.received_at, mails.c.uid, mails.c.id)
    )
    if event_id is not None:
        query = query.where(or_(mails.c.event_id == event_id, mails.c.event_id.is_(None)))
    places = _first_locations(connection)
    notices = undelivered_notices(connection)
    rows = connection.execute(query).mappings()
    return tuple(_entry(row, places.get(row["id"]), notices.get(row["id"], "")) for row in rows)


def _entry(row: RowMapping, location: MailLocation | None, undelivered_notice: str) -> MailEntry:
    state = OutboxState(row["reply_state"]) if row["reply_state"] else None
    return MailEntry(
        id=row["id"],
        message_id=row["message_id"],
        received_at=row["received_at"],
        sender=row["sender"],
        sender_name=row["sender_name"],
        subject=row["subject"],
        kind=MailKind(row["kind"]),
        outcome=Outcome(row["outcome"]),
        reason=Reason(row["reason"]),
        note=row["note"],
        event_id=row["event_id"],
        needs_person=row["needs_person"] and row["reviewed_at"] is None,
        reply=_reply_word(state, row["reply_fate"]),
        reply_template=ReplyTemplate(row["reply_template"]) if state else None,
        undelivered=why_undelivered(row, "reply_") or undelivered_notice,
        excerpt=row["excerpt"],
        attachment_names=tuple(row["attachment_names"]),
        recorded_at=row["recorded_at"],
        location=location,
        telephone=row["telephone"],
        review_reasons=tuple(Reason(reason) for reason in row["review_reasons"]),
    )


def _reply_word(state: OutboxState | None, fate: str | None) -> str:
    """`sent` also for a draft that a person has sent, `none` for one that she has deleted."""
    if state is None:
        return "none"
    if state is OutboxState.DRAFT and fate:
        return "none" if fate == DraftFate.DELETED else "sent"
    return _REPLY_WORDS[state]


def _first_locations(connection: Connection) -> dict[int, MailLocation]:
    query = select(mail_locations).order_by(
        mail_locations.c.received_at.desc(), mail_locations.c.uidvalidity.desc(), mail_locations.c.uid.desc()
    )
    return {row["mail_id"]: _location(row) for row in connection.execute(query).mappings()}


def _key(location: MailLocation) -> dict[str, Any]:
    return {"folder": location.folder, "uidvalidity": location.uidvalidity, "uid": location.uid}


def _at(location: MailLocation) -> Any:
    return and_(*(mail_locations.c[column] == value for column, value in _key(location).items()))


def _location(row: RowMapping) -> MailLocation:
    return MailLocation(row["folder"], row["uidvalidity"], row["uid"])
