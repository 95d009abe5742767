"""Registrations in and out of their table; and what staff entered beside them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.errors import PermanentError
from bot.ledger.schema import events, registrations, staff_entries
from bot.records.decision import Change, Membership, Reason, Registration, State
from bot.records.form import FieldProblem, ProblemCode
from bot.records.office import StaffEntry

LARGEST_PICTURE = 64_000
"""Bytes; a picture of one cell has a few thousand."""

# `number` follows from the whole roll and is never stored.
_STORED = tuple(field for field in Registration.__dataclass_fields__ if field != "number")

# Built once: the roll is read in every commit.
_ADDED_SINCE = select(*(registrations.c[field] for field in _STORED)).where(
    registrations.c.event_id == bindparam("event"), registrations.c.id > bindparam("last_id")
)
_INSERT = insert(registrations).returning(registrations.c.id, sort_by_parameter_order=True)


def add(connection: Connection, people: Sequence[Registration], mail_id: int, now: datetime) -> tuple[int, ...]:
    """Records the people of one mail, and gives their new ids in the same order."""
    if not people:
        return ()
    rows = [_row(registration) | {"mail_id": mail_id, "created_at": now} for registration in people]
    return tuple(connection.scalars(_INSERT, rows))


def apply(connection: Connection, changes: Iterable[Change]) -> None:
    """Writes down how recorded registrations stand after a decision. Who gives a seat or a number up comes first,
    so that nobody has two places at any moment."""
    for change in sorted(changes, key=lambda one: one.after.state is not State.CANCELLED):
        values = _row(change.after)
        del values["mail_id"]
        here = registrations.c.id == change.before.id
        if connection.execute(update(registrations).where(here).values(**values)).rowcount != 1:
            raise PermanentError(f"台账里没有第{change.before.id}号报名。")


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of an event as it was read once, to be brought up to date instead of being read again."""

    changes: int = -1
    last_id: int = 0
    people: tuple[Registration, ...] = ()


def of_event(connection: Connection, event_id: str) -> tuple[Registration, ...]:
    """Everybody recorded for the event, in order of arrival, not numbered."""
    return current(connection, event_id, Roll()).people


def current(connection: Connection, event_id: str, known: Roll) -> Roll:
    """The roll as it is now; reads only what is new while no recorded registration was changed."""
    changes = connection.scalar(select(events.c.changes).where(events.c.id == event_id)) or 0
    if changes != known.changes:
        known = Roll(changes)
    rows = connection.execute(_ADDED_SINCE, {"event": event_id, "last_id": known.last_id})
    added = tuple(_registration(row) for row in rows)
    if not added:
        return known
    people = sorted((*known.people, *added), key=lambda person: (person.order, person.id))
    return Roll(changes, max(person.id for person in added), tuple(people))


def event_ids(connection: Connection) -> frozenset[str]:
    """The events that anybody is recorded for."""
    return frozenset(connection.scalars(select(registrations.c.event_id).distinct()))


def events_of_sender(connection: Connection, address: str) -> frozenset[str]:
    """The events that mails from this address registered anybody for."""
    query = select(registrations.c.event_id).where(func.lower(registrations.c.sender) == address.lower())
    return frozenset(connection.scalars(query.distinct()))


def problems_out(problems: Iterable[FieldProblem], *, pictures: bool = True) -> list[dict[str, Any]]:
    """As JSON takes them: a picture as base64 (RFC 4648, 4), left out where there is none or it is too large."""
    return [_problem_out(problem, pictures) for problem in problems]


def _problem_out(problem: FieldProblem, pictures: bool) -> dict[str, Any]:
    stored = asdict(problem)
    del stored["picture"]
    if pictures and 0 < len(problem.picture) <= LARGEST_PICTURE:
        stored["picture"] = b64encode(problem.picture).decode("ascii")
    return stored


def problems_in(stored: Iterable[dict[str, Any]]) -> tuple[FieldProblem, ...]:
    """Back again; one stored before there were pictures has none."""
    return tuple(
        FieldProblem(
            **{
                **problem,
                "code": ProblemCode(problem["code"]),
                "picture": b64decode(problem.get("picture", "")),
            }
        )
        for problem in stored
    )


def staff_of_event(connection: Connection, event_id: str | None = None) -> tuple[StaffEntry, ...]:
    """What staff entered beside the registrations of one event, or of all."""
    query = select(staff_entries).order_by(staff_entries.c.registration_id)
    if event_id is not None:
        query = query.join(registrations).where(registrations.c.event_id == event_id)
    columns = (c for c in staff_entries.c if c.name != "changed_at")
    return tuple(StaffEntry(**row) for row in connection.execute(query.with_only_columns(*columns)).mappings())


def save_staff_entry(connection: Connection, entry: StaffEntry, now: datetime) -> bool:
    """Stores one entry; True when it says something new. An entry for somebody unknown is left out."""
    values = {"paid": entry.paid, "invoiced": entry.invoiced, "action": entry.action, "remark": entry.remark}
    here = staff_entries.c.registration_id == entry.registration_id
    before = connection.execute(select(staff_entries).where(here)).mappings().one_or_none()
    if before is None:
        known = select(registrations.c.id).where(registrations.c.id == entry.registration_id)
        if not any(values.values()) or connection.scalar(known) is None:
            return False
        row = {**values, "registration_id": entry.registration_id, "changed_at": now}
        connection.execute(insert(staff_entries).values(row))
        return True
    if all(before[key] == value for key, value in values.items()):
        return False
    connection.execute(update(staff_entries).where(here).values(**values, changed_at=now))
    return True


def _row(registration: Registration) -> dict[str, Any]:
    values = {field: getattr(registration, field) for field in _STORED if field != "id"}
    return values | {"problems": problems_out(registration.problems), "certain_id": registration.certain_id}


def _registration(row: Row[Any]) -> Registration:
    fields = dict(zip(_STORED, row, strict=True))
    fields["state"] = State(fields["state"])
    fields["reason"] = Reason(fields["reason"])
    fields["membership"] = Membership(fields["membership"])
    fields["problems"] = problems_in(fields["problems"])
    fields["extras"] = tuple((label, value) for label, value in fields["extras"])
    return Registration(**fields)
