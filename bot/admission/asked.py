"""What becomes of requests that a sender made in her own words: cancel, replace, correct, confirm. Pure.

All or nothing: where one request cannot be carried out for certain, none is, and a person decides. Seats that are
freed go to the waitlist before anybody new of the same mail is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.admission.amend import confirmed_as_read
from bot.admission.entries import membership_of
from bot.admission.fees import fee_of
from bot.admission.identity import People
from bot.admission.membership import MemberDirectory
from bot.admission.promotion import after
from bot.admission.words import digits, name_key
from bot.records.decision import (
    Change,
    Outcome,
    PersonDecision,
    Reason,
    Registration,
    ReplyTemplate,
    Standing,
    State,
)
from bot.records.event import Event
from bot.records.form import FieldProblem, ProblemCode
from bot.records.request import Request, RequestKind

_LABELS = {
    "name": "姓名",
    "organisation": "单位",
    "job_title": "职务",
    "mobile": "手机号码",
    "id_number": "身份证号",
}


@dataclass(frozen=True, slots=True)
class Carried:
    """What the requests come to: changes of the roll, and what is said of each person."""

    changes: tuple[Change, ...]
    people: tuple[PersonDecision, ...]

    @property
    def outcome(self) -> Outcome:
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    @property
    def reason(self) -> Reason:
        return self.people[0].reason

    @property
    def reply(self) -> ReplyTemplate:
        """By what was done, where it was one kind of thing. What is missing is asked for in the same mail."""
        standings = {person.standing for person in self.people}
        if standings == {Standing.CANCELLED}:
            return ReplyTemplate.CANCELLED
        if standings == {Standing.REPLACED}:
            return ReplyTemplate.REPLACED
        if standings == {Standing.UNCHANGED}:
            return ReplyTemplate.UNCHANGED
        return ReplyTemplate.UPDATED


class CannotCarryOutError(Exception):
    """A request that a person has to decide; `reason` tells why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


def carry_out(
    event: Event,
    roll: tuple[Registration, ...],
    requests: Sequence[Request],
    members: MemberDirectory,
    successors: Sequence[Registration] = (),
) -> Carried:
    """Applies `requests`, in the order in which they were made. `successors` are new people of an attached form,
    who take over places in order, where the words name nobody or name them. Raises CannotCarryOutError."""
    changes: dict[tuple[object, ...], Change] = {}
    people: list[PersonDecision] = []
    left = list(successors)
    for request in requests:
        for original in request.people:
            before = changes[original.order].after if original.order in changes else original
            decision = _carry(event, after(roll, changes.values()), request, before, members, left)
            people.append(decision)
            if decision.registration != original:
                fields = (
                    *(changes[original.order].fields if original.order in changes else ()),
                    *decision.changed,
                )
                changes[original.order] = Change(original, decision.registration, decision.reason, fields)
    return Carried(tuple(changes.values()), _last_of_each(people))


def _last_of_each(people: list[PersonDecision]) -> tuple[PersonDecision, ...]:
    """One entry per person, with all that was done to her."""
    found: dict[tuple[object, ...], PersonDecision] = {}
    for person in people:
        known = found.get(person.registration.order)
        fields = (*(known.changed if known else ()), *person.changed)
        found[person.registration.order] = replace(person, changed=fields)
    return tuple(found.values())


def _carry(
    event: Event,
    roll: tuple[Registration, ...],
    request: Request,
    before: Registration,
    members: MemberDirectory,
    left: list[Registration],
) -> PersonDecision:
    if before.state is State.CANCELLED:
        if request.kind is RequestKind.CANCEL:
            # Asked for once more: it is done already.
            return PersonDecision(Standing.CANCELLED, before, Reason.CANCELLED_BY_SENDER)
        raise CannotCarryOutError(Reason.REQUEST_UNCLEAR)
    if request.kind is RequestKind.CONFIRM:
        return PersonDecision(Standing.AMENDED, confirmed_as_read(before), Reason.CONFIRMED_AS_READ)
    if request.kind is RequestKind.CORRECT:
        return _corrected(event, roll, before, request.values, members)
    if before.by_staff:
        raise CannotCarryOutError(Reason.STAFF_DECIDED_BEFORE)
    if request.kind is RequestKind.CANCEL:
        gone = replace(before, state=State.CANCELLED, reason=Reason.CANCELLED_BY_SENDER)
        return PersonDecision(Standing.CANCELLED, gone, Reason.CANCELLED_BY_SENDER)
    return _replaced(event, roll, before, request, members, left)


def _corrected(
    event: Event,
    roll: tuple[Registration, ...],
    before: Registration,
    values: tuple[tuple[str, str], ...],
    members: MemberDirectory,
) -> PersonDecision:
    new = _with_values(event, before, values, members)
    _refuse_taken_number(roll, before, new)
    changed = tuple(
        (field, _shown(before, field), _shown(new, field))
        for field, _ in values
        if _shown(before, field) != _shown(new, field)
    )
    if new == before:
        return PersonDecision(Standing.UNCHANGED, before, Reason.SAME_AS_BEFORE)
    return PersonDecision(Standing.AMENDED, new, Reason.AMENDED, changed)


def _replaced(
    event: Event,
    roll: tuple[Registration, ...],
    before: Registration,
    request: Request,
    members: MemberDirectory,
    left: list[Registration],
) -> PersonDecision:
    """The successor has the place, the time of arrival and, unless the mail says otherwise, the organisation and
    room of the one before; nothing else of her is known but what the mail says."""
    successor = _successor_on_form(request, left)
    if successor is not None:
        new = _as_on_form(event, before, successor, members)
    elif request.successor:
        blank = replace(
            before, name=request.successor, job_title="", mobile="", id_number="", problems=(), extras=()
        )
        new = _with_values(event, blank, request.values, members)
    else:
        raise CannotCarryOutError(Reason.REQUEST_UNCLEAR)
    new = replace(new, reason=Reason.REPLACED_BY_SENDER, problems=(*new.problems, *_missing(event, new)))
    others = [one for one in roll if one.state is not State.CANCELLED and one.order != before.order]
    if People(members.key, others).find(new) is not None or any(_may_be(one, new) for one in others):
        raise CannotCarryOutError(Reason.SAME_PERSON_TWICE)
    fields = ("name", "organisation", "job_title", "mobile", "id_number", "single_room")
    changed = tuple(
        (field, _shown(before, field), _shown(new, field))
        for field in fields
        if field == "name" or _shown(before, field) != _shown(new, field)
    )
    return PersonDecision(Standing.REPLACED, new, Reason.REPLACED_BY_SENDER, changed)


def _may_be(other: Registration, new: Registration) -> bool:
    """Whether somebody of the same name, wherever she registered, is told apart by no number that both have."""
    if name_key(other.name) != name_key(new.name):
        return False
    pairs = ((other.certain_id, new.certain_id), (digits(other.mobile), digits(new.mobile)))
    return not any(one and two and one != two for one, two in pairs)


def _successor_on_form(request: Request, left: list[Registration]) -> Registration | None:
    """The new person of the form whom the words mean: by name, else the next one."""
    if not left:
        return None
    named = [person for person in left if person.name == request.successor] if request.successor else left[:1]
    if not named:
        return None
    left.remove(named[0])
    return named[0]


def _as_on_form(
    event: Event, before: Registration, successor: Registration, members: MemberDirectory
) -> Registration:
    room = successor.single_room if successor.single_room is not None else before.single_room
    # A form that gives only the new person's own particulars, or the same organisation again: staff may have
    # settled whether it is a member.
    stays = not successor.organisation or members.key(successor.organisation) == members.key(before.organisation)
    membership = before.membership if stays else successor.membership
    new = replace(
        successor,
        membership=membership,
        state=before.state,
        reason=before.reason,
        single_room=room,
        fee=fee_of(event.fees, membership, room),
        received_at=before.received_at,
        uid=before.uid,
        form_index=before.form_index,
        position=before.position,
        message_id=before.message_id,
        sender=before.sender,
        id=before.id,
        number=before.number,
        mail_id=before.mail_id,
        answer_to=before.answer_to,
        by_staff=before.by_staff,
    )
    fields = ["organisation", "submitting_organisation", "contact", "phone", "email", "invoice_title"]
    # The old number only under the old title.
    fields += [] if new.invoice_title else ["taxpayer_id"]
    blank = {field: getattr(before, field) for field in fields if not getattr(new, field)}
    return replace(new, **blank)


def _with_values(
    event: Event, before: Registration, values: tuple[tuple[str, str], ...], members: MemberDirectory
) -> Registration:
    """The registration with other values, which have all passed their checks: their old problems are gone."""
    fields: dict[str, Any] = {
        field: (value == "是" if field == "single_room" else value) for field, value in values
    }
    problems = tuple(problem for problem in before.problems if problem.field not in fields)
    new = replace(before, **fields, problems=problems)
    if {"organisation", "single_room"} & fields.keys():
        moved = "organisation" in fields
        membership = (
            membership_of(members, new.organisation, new.submitting_organisation) if moved else new.membership
        )
        new = replace(new, membership=membership, fee=fee_of(event.fees, membership, new.single_room))
    return new


def _refuse_taken_number(roll: Sequence[Registration], before: Registration, new: Registration) -> None:
    """Two people cannot have one identity number."""
    if new.certain_id and any(
        other.certain_id == new.certain_id and other.state is not State.CANCELLED and other.order != before.order
        for other in roll
    ):
        raise CannotCarryOutError(Reason.SAME_PERSON_TWICE)


def _missing(event: Event, person: Registration) -> list[FieldProblem]:
    """What the event requires and nobody has told yet."""
    known = {problem.field for problem in person.problems}
    return [
        FieldProblem(
            field,
            ProblemCode.MISSING,
            f"{person.name or '新参加人员'}的{label}没有填写，请补上。",
            label,
            person.name,
        )
        for field, label in _LABELS.items()
        if field in event.required and field not in known and not getattr(person, field)
    ]


def _shown(registration: Registration, field: str) -> str:
    value = getattr(registration, field)
    return value if isinstance(value, str) else {True: "是", False: "否", None: ""}[value]
