"""Mail of ours that came back: which one it was, and whom it was about, so that a person calls them.

A bounce is believed only about a mail that really went out. What a forged one can reach is a needless call.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select, update

from bot.ledger import journal
from bot.ledger.drafts import item_sent_as
from bot.ledger.schema import outbox, outbox_registrations, registrations
from bot.records.mail import BounceReport
from bot.records.outgoing import DraftFate, OutboxState

WINDOW = timedelta(days=5)
"""For so long servers keep trying (RFC 5321, 4.5.4.1): a bounce that names nothing but an address is about a mail
of that time."""
_NO_WORDS = "对方邮件服务器没有说明原因"


def went_out() -> ColumnElement[bool]:
    """Mails that the server accepted, from the bot or from a person who sent a draft."""
    by_person = outbox.c.draft_fate.in_([str(DraftFate.SENT), str(DraftFate.CHANGED)])
    return or_(outbox.c.state == OutboxState.SENT, and_(outbox.c.state == OutboxState.DRAFT, by_person))


def match(connection: Connection, report: BounceReport, now: datetime) -> int | None:
    """The outgoing mail that a bounce is about: by the queue id that our server gave it, else by its Message-ID,
    else, where the bounce names no mail, by the address, provided that only one mail went there lately. None for
    any other: a bounce that names a mail unknown to us is about none of ours."""
    if report.queue_id:
        known = select(outbox.c.id).where(outbox.c.queue_id == report.queue_id, went_out())
        found: int | None = connection.scalar(known.order_by(outbox.c.id.desc()).limit(1))
        if found is not None:
            return found
    if report.message_id:
        sent_as = item_sent_as(connection, report.message_id)
        named = or_(outbox.c.message_id == report.message_id, outbox.c.id == (sent_as or 0))
        # Nobody knows the Message-ID of a mail that never left: a bounce may come before the doubt is settled.
        doubtful = outbox.c.state.in_([str(OutboxState.SENDING), str(OutboxState.IN_DOUBT)])
        known = select(outbox.c.id).where(named, or_(went_out(), doubtful))
        return connection.scalar(known.order_by(outbox.c.id.desc()).limit(1))
    return _only_one_to(connection, report.recipient, now) if report.recipient else None


def _only_one_to(connection: Connection, recipient: str, now: datetime) -> int | None:
    lately = outbox.c.sent_at.between(now - WINDOW, now)
    rows = connection.execute(select(outbox.c.id, outbox.c.recipients).where(lately, went_out()))
    ids = [row[0] for row in rows if recipient.lower() in (address.lower() for address in row[1])]
    return ids[0] if len(ids) == 1 else None


def mark(connection: Connection, item_id: int, report: BounceReport, now: datetime) -> bool:
    """Writes down that a mail came back, and why, with a line in the journal for the mail that it answered or was
    about and one for each person it told of. False where that was known: the first bounce counts."""
    row = connection.execute(select(outbox).where(outbox.c.id == item_id)).mappings().one()
    if row["bounced_at"] is not None or report.delayed:
        return False
    why = _why(report, len(row["recipients"]) > 1)
    here = outbox.c.id == item_id
    connection.execute(update(outbox).where(here).values(bounced_at=now, bounce_text=why))
    people = connection.scalars(
        select(outbox_registrations.c.registration_id)
        .where(outbox_registrations.c.outbox_id == item_id)
        .order_by(outbox_registrations.c.registration_id)
    )
    common: dict[str, Any] = {"reason": row["template"], "text": why, "event_id": row["event_id"]}
    lines = [journal.line(now, "mail_bounced", mail_id=row["mail_id"] or row["about_mail_id"], **common)]
    lines += [journal.line(now, "mail_bounced", registration_id=person, **common) for person in people]
    journal.write(connection, *lines)
    return True


def _why(report: BounceReport, several: bool) -> str:
    text = report.text or report.status or _NO_WORDS
    return f"{report.recipient}：{text}" if several and report.recipient else text


def why_undelivered(row: RowMapping, prefix: str = "") -> str:
    """Why a row of the outbox did not arrive, "" where it did as far as is known. `prefix` stands before the names
    of the columns `state`, `last_error`, `bounced_at` and `bounce_text`."""
    if row[f"{prefix}bounced_at"] is not None:
        return f"退信：{row[f'{prefix}bounce_text']}"
    return row[f"{prefix}last_error"] if row[f"{prefix}state"] == OutboxState.FAILED else ""


def undelivered_people(connection: Connection, event_id: str) -> dict[int, str]:
    """Why the last mail to each person of an event did not arrive; those whom it reached are left out. A mail that
    still waits says nothing, one that went through later clears what was before."""
    query = (
        select(outbox, outbox_registrations.c.registration_id.label("person"))
        .join(outbox_registrations, outbox_registrations.c.outbox_id == outbox.c.id)
        .join(registrations, registrations.c.id == outbox_registrations.c.registration_id)
        .where(registrations.c.event_id == event_id, or_(went_out(), outbox.c.state == OutboxState.FAILED))
        .order_by(outbox.c.id)
    )
    last = {row["person"]: why_undelivered(row) for row in connection.execute(query).mappings()}
    return {person: why for person, why in last.items() if why}


def undelivered_notices(connection: Connection) -> dict[int, str]:
    """Why the last notice about each mail did not arrive, by the mail's id; those that arrived are left out."""
    query = (
        select(outbox)
        .where(outbox.c.about_mail_id.is_not(None), or_(went_out(), outbox.c.state == OutboxState.FAILED))
        .order_by(outbox.c.id)
    )
    last = {row["about_mail_id"]: why_undelivered(row) for row in connection.execute(query).mappings()}
    return {mail_id: why for mail_id, why in last.items() if why}
