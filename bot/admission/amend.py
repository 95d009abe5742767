"""What becomes of somebody on the roll whom a later form names again: her particulars follow the form, her place
and her time of arrival stay. Pure.

A new value that has a fault never takes the place of one that has none: it is refused, and the sender is asked.
An identity number under quite another name is nobody's correction: a person looks at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.admission.fees import fee_of
from bot.admission.likeness import is_misread
from bot.admission.words import digits, name_key
from bot.records.decision import Change, PersonDecision, Reason, Registration, Standing
from bot.records.event import Event
from bot.records.form import FieldProblem, ProblemCode

PARTICULARS = (
    "name",
    "organisation",
    "job_title",
    "mobile",
    "id_number",
    "contact",
    "phone",
    "email",
    "invoice_title",
    "taxpayer_id",
)
"""Fields of text that a later form may correct; `single_room` is the other one."""

Difference = tuple[str, str, str]
OrganisationKey = Callable[[str], str]
_ROOMS = {"是": True, "否": False, "": None}


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a later form does to a registration."""

    after: Registration
    applied: tuple[Difference, ...]
    refused: tuple[FieldProblem, ...] = ()

    def settles(self, before: Registration) -> bool:
        """Whether something is otherwise afterwards, be it only that a doubtful value is certain now."""
        return bool(self.applied) or self.after.problems != before.problems


def is_somebody_else(before: Registration, named: Registration) -> bool:
    """Whether a match is contradicted: by the name, where more than a slip of the pen lies between; or by the
    mobile number, where only name and organisation agree and nothing else says that it is not a namesake."""
    old, new = name_key(before.name), name_key(named.name)
    if old and new and not is_misread(old, new, words=True):
        return True
    proven = bool(before.certain_id) and before.certain_id == named.certain_id
    unsure = before.is_uncertain("mobile") or named.is_uncertain("mobile")
    mobiles = {digits(before.mobile), digits(named.mobile)} - {""}
    return not proven and not unsure and len(mobiles) == 2 and not (before.id_number and named.id_number)


def amended(
    event: Event, before: Registration, named: Registration, differences: tuple[Difference, ...]
) -> Amendment:
    """`before` with the particulars of `named` (the same person on a later form); `differences` are those of
    `identity.differences`."""
    refused_fields = {field for field, old, _ in differences if old and _is_worse(field, before, named)}
    applied = tuple(one for one in differences if one[0] not in refused_fields)
    values: dict[str, Any] = {field: new for field, _, new in applied if field != "single_room"}
    values |= {field: _ROOMS[new] for field, _, new in applied if field == "single_room"}
    after = replace(before, **values)
    after = replace(
        after,
        problems=_problems(before, named, {field for field, _, _ in applied}),
        extras=tuple((dict(before.extras) | dict(named.extras)).items()),
    )
    if {"organisation", "single_room"} & values.keys():
        membership = named.membership if "organisation" in values else before.membership
        after = replace(after, membership=membership, fee=fee_of(event.fees, membership, after.single_room))
    refused = tuple(p for p in named.problems if p.field in refused_fields and p.blocking)
    return Amendment(after, applied, refused)


def decided(before: Registration, amendment: Amendment) -> tuple[PersonDecision, Change | None]:
    """What is said of the person, and the change of the roll."""
    if not amendment.settles(before):
        if amendment.refused:
            refused = PersonDecision(Standing.CHANGED, before, Reason.VALUE_REFUSED, refused=amendment.refused)
            return refused, None
        return PersonDecision(Standing.UNCHANGED, before, Reason.SAME_AS_BEFORE), None
    after, fields = amendment.after, amendment.applied
    decision = PersonDecision(Standing.AMENDED, after, Reason.AMENDED, fields, amendment.refused)
    return decision, Change(before, after, Reason.AMENDED, fields)


def _faults(registration: Registration, field: str) -> list[FieldProblem]:
    return [problem for problem in registration.problems if problem.field == field and problem.blocking]


def _is_worse(field: str, before: Registration, named: Registration) -> bool:
    return bool(_faults(named, field)) and not _faults(before, field)


def _problems(before: Registration, named: Registration, applied: set[str]) -> tuple[FieldProblem, ...]:
    """Of each field those of the value that stands there now."""
    kept = [problem for problem in before.problems if not _takes_new(problem.field, before, named, applied)]
    kept += [problem for problem in named.problems if _takes_new(problem.field, before, named, applied)]
    return tuple(dict.fromkeys(kept))


def _takes_new(field: str, before: Registration, named: Registration, applied: set[str]) -> bool:
    """Whether the value of a field is the new form's: applied, or the same as before and not only now doubtful."""
    if field in applied:
        return True
    if not _given(field, named) or not _same(field, before, named):
        return False
    doubtful = any(problem.field == field for problem in named.problems)
    return not doubtful or any(problem.field == field for problem in before.problems)


def _given(field: str, named: Registration) -> bool:
    return named.single_room is not None if field == "single_room" else bool(getattr(named, field, ""))


def _same(field: str, before: Registration, named: Registration) -> bool:
    return bool(getattr(before, field, None) == getattr(named, field, None))


def confirmed_as_read(before: Registration) -> Registration:
    """The registration after the sender said that all is as it was read from her scan."""
    return replace(before, problems=tuple(p for p in before.problems if p.code is not ProblemCode.UNCERTAIN))
