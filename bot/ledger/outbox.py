"""Outgoing mail: queued in the commit of the mail it answers, sent later, its fate written down.

queued -> sending -> sent | queued again | in_doubt | failed. SENDING is written before the first byte of DATA, so
that a crash leaves a mail in doubt rather than forgotten or sent twice. A draft is never sent by the bot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, or_, select, update

from bot.ledger import journal
from bot.ledger.schema import outbox, outbox_registrations
from bot.records.outgoing import (
    ComposedMail,
    Delivery,
    DeliveryResult,
    DraftFate,
    Notice,
    OutboxItem,
    OutboxState,
)

_NOT_THIS_MAILS_FAULT = (DeliveryResult.PAUSE, DeliveryResult.STOP)


def add(
    connection: Connection,
    mail: ComposedMail,
    now: datetime,
    *,
    mail_id: int | None,
    draft: bool = False,
    event_id: str | None = None,
    about_mail_id: int | None = None,
    registration_ids: Sequence[int] = (),
) -> int:
    """Puts a mail in the outbox, and gives its id. `registration_ids` are those that it tells about."""
    statement = insert(outbox).values(
        mail_id=mail_id,
        template=mail.template,
        recipients=list(mail.recipients),
        address=mail.recipients[0].lower() if mail.recipients else "",
        subject=mail.subject,
        message_id=mail.message_id,
        mime=mail.mime,
        state=OutboxState.DRAFT if draft else OutboxState.QUEUED,
        attempts=0,
        next_attempt_at=now,
        created_at=now,
        last_error="",
        queue_id="",
        sent_at=None,
        event_id=event_id,
        about_mail_id=about_mail_id,
    )
    item_id: int = connection.execute(statement.returning(outbox.c.id)).scalar_one()
    people = [{"outbox_id": item_id, "registration_id": one} for one in dict.fromkeys(registration_ids)]
    if people:
        connection.execute(insert(outbox_registrations), people)
    return item_id


def add_notice(connection: Connection, notice: Notice, now: datetime, *, draft: bool) -> int:
    """Puts a notice in the outbox, and gives its id."""
    return add(
        connection,
        notice.mail,
        now,
        mail_id=None,
        draft=draft,
        event_id=notice.event_id,
        about_mail_id=notice.about_mail_id,
        registration_ids=notice.registration_ids,
    )


def due(connection: Connection, now: datetime, limit: int) -> tuple[OutboxItem, ...]:
    """What may be sent now, in the order in which it was composed."""
    query = select(outbox).where(outbox.c.state == OutboxState.QUEUED, outbox.c.next_attempt_at <= now)
    return items(connection, query.order_by(outbox.c.id).limit(limit))


def in_states(connection: Connection, states: Iterable[OutboxState]) -> tuple[OutboxItem, ...]:
    query = select(outbox).where(outbox.c.state.in_([str(state) for state in states]))
    return items(connection, query.order_by(outbox.c.id))


def sent_times(connection: Connection, since: datetime) -> tuple[datetime, ...]:
    """When mails were accepted by the server since then, oldest first."""
    query = select(outbox.c.sent_at).where(outbox.c.state == OutboxState.SENT, outbox.c.sent_at >= since)
    return tuple(connection.scalars(query.order_by(outbox.c.sent_at)))


def drafts_to_place(connection: Connection) -> tuple[OutboxItem, ...]:
    """Drafts that do not lie in the mailbox's Drafts folder yet."""
    query = select(outbox).where(outbox.c.state == OutboxState.DRAFT, outbox.c.sent_at.is_(None))
    return items(connection, query.order_by(outbox.c.id))


def draft_placed(connection: Connection, item_id: int, now: datetime) -> None:
    connection.execute(
        update(outbox).where(outbox.c.id == item_id, outbox.c.state == OutboxState.DRAFT).values(sent_at=now)
    )


def start_sending(connection: Connection, item_id: int, now: datetime) -> bool:
    """Marks a queued or doubtful mail as being sent; False when it is not in a state to be sent. The time is kept:
    a look into the Sent folder after a crash waits from then on."""
    ready = outbox.c.state.in_([str(OutboxState.QUEUED), str(OutboxState.IN_DOUBT)])
    changed = connection.execute(
        update(outbox).where(outbox.c.id == item_id, ready).values(state=OutboxState.SENDING, next_attempt_at=now)
    )
    return changed.rowcount == 1


def settle(
    connection: Connection,
    item_id: int,
    delivery: Delivery,
    now: datetime,
    next_attempt_at: datetime | None,
) -> OutboxState:
    """Writes down what an attempt came to.

    `next_attempt_at` None gives a mail up that would be tried again (RETRY), and leaves the time as it is for one
    that waits for others' sake (PAUSE, STOP) or for a look into the Sent folder (IN_DOUBT).
    """
    row = connection.execute(select(outbox).where(outbox.c.id == item_id)).mappings().one()
    if row["state"] in (OutboxState.SENT, OutboxState.FAILED):
        return OutboxState(row["state"])
    state = _state_after(delivery.result, next_attempt_at)
    values: dict[str, Any] = {"state": state, "last_error": "" if state is OutboxState.SENT else _error(delivery)}
    if delivery.result not in _NOT_THIS_MAILS_FAULT:
        values["attempts"] = row["attempts"] + 1
    if state is OutboxState.SENT:
        values |= {"sent_at": now, "queue_id": delivery.queue_id}
    elif next_attempt_at is not None:
        values["next_attempt_at"] = next_attempt_at
    connection.execute(update(outbox).where(outbox.c.id == item_id).values(**values))
    note(connection, row, now, f"mail_{state}", reason=str(delivery.result), text=values["last_error"])
    return state


def note(
    connection: Connection,
    row: RowMapping,
    now: datetime,
    action: str,
    *,
    reason: str,
    text: str,
    actor: str = journal.BOT,
) -> None:
    """Writes down what became of an outgoing mail (its row): with the mail that it answers; for a notice with each
    person whom it tells about, for the earlier mail may be about others as well."""
    people: list[int | None] = [None]
    if row["mail_id"] is None:
        told = select(outbox_registrations.c.registration_id).where(outbox_registrations.c.outbox_id == row["id"])
        people = [*connection.scalars(told.order_by(outbox_registrations.c.registration_id))] or people
    lines = (
        journal.line(
            now,
            action,
            reason=reason,
            text=text,
            actor=actor,
            mail_id=row["mail_id"] or row["about_mail_id"],
            registration_id=person,
            event_id=row["event_id"],
        )
        for person in people
    )
    journal.write(connection, *lines)


def counts(connection: Connection) -> dict[OutboxState, int]:
    """How many mails are in each state, zeros included; drafts only while they wait for a person."""
    # A draft that a person has sent or deleted does not wait any more.
    waits = or_(outbox.c.state != OutboxState.DRAFT, outbox.c.draft_fate == DraftFate.WAITING)
    query = select(outbox.c.state, func.count()).where(waits).group_by(outbox.c.state)
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return {state: found.get(state, 0) for state in OutboxState}


def recent_replies(connection: Connection, address: str, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """(template, time) of the answers composed for an address since then, oldest first."""
    query = (
        select(outbox.c.template, outbox.c.created_at)
        .where(
            outbox.c.address == address.lower(),
            outbox.c.created_at >= since,
            outbox.c.mail_id.is_not(None),
        )
        .order_by(outbox.c.id)
    )
    return tuple((row[0], row[1]) for row in connection.execute(query))


def _state_after(result: DeliveryResult, next_attempt_at: datetime | None) -> OutboxState:
    if result is DeliveryResult.RETRY and next_attempt_at is None:
        return OutboxState.FAILED
    return {
        DeliveryResult.SENT: OutboxState.SENT,
        DeliveryResult.PERSON: OutboxState.FAILED,
        DeliveryResult.IN_DOUBT: OutboxState.IN_DOUBT,
    }.get(result, OutboxState.QUEUED)


def _error(delivery: Delivery) -> str:
    """The advice where there is one, then the server's own words."""
    said = f"{delivery.code} {delivery.text}".strip() if delivery.code else delivery.text
    return "；".join(part for part in (delivery.advice, said) if part) or str(delivery.result)


def items(connection: Connection, query: Select[Any]) -> tuple[OutboxItem, ...]:
    """What a query of the outbox finds, as values."""
    return tuple(_item(row) for row in connection.execute(query).mappings())


def _item(row: RowMapping) -> OutboxItem:
    fields = {field: row[field] for field in OutboxItem.__dataclass_fields__}
    fields["recipients"] = tuple(row["recipients"])
    fields["state"] = OutboxState(row["state"])
    fields["draft_fate"] = DraftFate(row["draft_fate"])
    return OutboxItem(**fields)
