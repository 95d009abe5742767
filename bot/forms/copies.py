"""Finds forms of one mail that are copies of each other: the Word file and the Excel file of the same list, the
attachment and its text in the body, the Word file and its stamped scan. Each form counts once; what only the copy
says fills what the kept one left empty, and where the two contradict each other the answer asks.

Pure; never fails. Two forms that name different people are no copies: both are kept for the decision to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.forms.conflicts import Sources, differing, is_number_sure, is_typed, may_be_misread, merged, source_name
from bot.forms.validate import SURE_FROM
from bot.records.form import Attendee, FieldProblem, RegistrationForm, Value

_FORM_FIELDS = ("organisation", "contact", "phone", "email", "invoice_title", "taxpayer_id")
_ROWS_PER_KEY = 40
_LONGEST_NAME = 40
_PERSON_FIELDS = ("name", "organisation", "job_title", "mobile", "id_number")


def without_copies(forms: Sequence[RegistrationForm]) -> tuple[RegistrationForm, ...]:
    """The forms, normalised, without copies, in order; forms without people only where no form has any."""
    kept: list[RegistrationForm] = []
    for form in forms:
        if not form.attendees:
            continue
        for index, other in enumerate(kept):
            if (one := _one_of(other, form)) is not None:
                kept[index] = one
                break
        else:
            kept.append(form)
    if not kept:
        return tuple(forms[:1])
    said_elsewhere = [problem for form in forms if not form.attendees for problem in form.problems]
    kept[0] = replace(kept[0], problems=(*kept[0].problems, *said_elsewhere))
    return tuple(kept)


def is_same_person(one: Attendee, other: Attendee) -> bool:
    """Whether two rows mean one person, as far as the rows themselves say.

    Readings from a picture may be off by a character of the name or by a few digits. Of typed rows with one name
    a single number may differ (that is asked about); who differs in both numbers is somebody else.
    """
    same_id = bool(one.id_number) and one.id_number.text == other.id_number.text
    same_mobile = bool(one.mobile) and one.mobile.text == other.mobile.text
    apart = _is_another(one, other, "id_number"), _is_another(one, other, "mobile")
    if one.name and one.name.text == other.name.text:
        return same_id or same_mobile or not any(apart) or (not all(apart) and _share_organisation(one, other))
    if same_id:
        return not one.name or not other.name or _is_like(one, other)
    if is_typed(one.name) and is_typed(other.name):
        return False
    near_id = _is_near(one.id_number, other.id_number)
    unsure = min(one.name.confidence, other.name.confidence) < SURE_FROM
    if same_mobile and not apart[0]:
        return _is_like(one, other) or (unsure and near_id)
    return near_id and _is_like(one, other)


def _one_of(kept: RegistrationForm, form: RegistrationForm) -> RegistrationForm | None:
    """Both as one, where everybody on one stands on the other; what was typed is the one that is kept."""
    pairs = _pairs(kept, form)
    if len(pairs) < min(len(kept.attendees), len(form.attendees)):
        return None
    kept_covers = len(pairs) == len(form.attendees)
    one_is_typed = _is_picture(kept) != _is_picture(form)
    turned = _is_picture(kept) if one_is_typed else not kept_covers
    if turned:
        return _merged(form, kept, {there: here for here, there in pairs.items()})
    return _merged(kept, form, pairs)


def _pairs(one: RegistrationForm, other: RegistrationForm) -> dict[int, int]:
    """Who on the first form is who on the second, by position; each at most once, the surest first."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    shared = _by_key(other)
    for matches in (_is_equal, is_same_person):
        for here, person in enumerate(one.attendees):
            if here in found:
                continue
            for there in sorted({there for key in _keys(person) for there in shared.get(key, ())}):
                if there not in taken and matches(person, other.attendees[there]):
                    found[here] = there
                    taken.add(there)
                    break
    if len(one.attendees) == len(other.attendees) and _is_picture(one) != _is_picture(other) and found:
        for here, (person, candidate) in enumerate(zip(one.attendees, other.attendees, strict=True)):
            if here not in found and here not in taken and _is_hardly_legible(person, candidate):
                found[here] = here
    return found


def _by_key(form: RegistrationForm) -> dict[str, list[int]]:
    """For each key, the first rows that have it: comparing every row with every other takes too long on lists of
    thousands."""
    found: dict[str, list[int]] = {}
    for number, person in enumerate(form.attendees):
        for key in _keys(person):
            rows = found.setdefault(key, [])
            if len(rows) < _ROWS_PER_KEY:
                rows.append(number)
    return found


def _keys(person: Attendee) -> set[str]:
    """One person's two rows have at least one of these in common: a number, or the name but for one character."""
    name = person.name.text[:_LONGEST_NAME]
    keys = {
        name,
        person.id_number.text,
        person.mobile.text,
        *(name[:at] + name[at + 1 :] for at in range(len(name))),
    }
    return keys - {""}


def _is_equal(one: Attendee, other: Attendee) -> bool:
    """Same name, and no number of one that the other has differently."""
    if not one.name or one.name.text != other.name.text:
        return False
    return all(_agree(getattr(one, field), getattr(other, field)) for field in ("id_number", "mobile"))


def _agree(one: Value, other: Value) -> bool:
    return not one or not other or one.text == other.text


def _is_another(one: Attendee, other: Attendee, field: str) -> bool:
    """Whether both have this number, and surely not the same."""
    here, there = getattr(one, field), getattr(other, field)
    if _agree(here, there):
        return False
    if is_typed(here) and is_typed(there):
        return True
    if is_number_sure("id_number", here) and is_number_sure("id_number", there) and field == "id_number":
        return True
    return not may_be_misread(here, there)


def _share_organisation(one: Attendee, other: Attendee) -> bool:
    here, there = one.organisation.text, other.organisation.text
    return not here or not there or here in there or there in here or not is_typed(one.organisation)


def _is_near(one: Value, other: Value) -> bool:
    return bool(one) and bool(other) and (one.text == other.text or may_be_misread(one, other))


def _is_like(one: Attendee, other: Attendee) -> bool:
    """Whether two names differ by no more than one character."""
    here, there = one.name.text, other.name.text
    if len(here) == len(there):
        return differing(here, there) <= 1
    shorter, longer = sorted((here, there), key=len)
    return len(longer) - len(shorter) == 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


def _is_hardly_legible(one: Attendee, other: Attendee) -> bool:
    """Whether a row of a picture, in its place on the form, may be anybody: nothing on it was read surely."""
    read = one if not is_typed(one.name) or not is_typed(one.id_number) else other
    return all(
        not value or (value.confidence < SURE_FROM and not is_number_sure(field, value))
        for field, value in (("name", read.name), ("id_number", read.id_number), ("mobile", read.mobile))
    )


def _is_picture(form: RegistrationForm) -> bool:
    return any(not is_typed(value) for person in form.attendees for value in (person.name, person.id_number))


def _merged(form: RegistrationForm, copy: RegistrationForm, pairs: dict[int, int]) -> RegistrationForm:
    """`form` with what `copy` adds: values, people of its own, and a question for each contradiction."""
    sources = Sources(
        source_name(form.origin, picture=_is_picture(form)), source_name(copy.origin, picture=_is_picture(copy))
    )
    people = [
        person if number not in pairs else _merged_person(person, copy.attendees[pairs[number]], sources)
        for number, person in enumerate(form.attendees)
    ]
    people += [person for number, person in enumerate(copy.attendees) if number not in set(pairs.values())]
    values, problems = _merged_values(form, copy, _FORM_FIELDS, sources)
    said = {(problem.field, problem.code) for problem in form.problems}
    new = (problem for problem in problems if (problem.field, problem.code) not in said)
    headings = tuple(dict.fromkeys((*form.headings, *copy.headings)))
    return replace(form, **values, attendees=tuple(people), problems=(*form.problems, *new), headings=headings)


def _merged_person(person: Attendee, twin: Attendee, sources: Sources) -> Attendee:
    values, problems = _merged_values(person, twin, _PERSON_FIELDS, sources, person.name.text)
    room = person if person.single_room is not None or twin.single_room is None else twin
    known = dict(person.extras)
    extras = (*person.extras, *((label, value) for label, value in twin.extras if label not in known))
    said = {(problem.field, problem.code) for problem in person.problems}
    return replace(
        person,
        **values,
        single_room=room.single_room,
        single_room_value=room.single_room_value,
        extras=extras,
        problems=(*person.problems, *(one for one in problems if (one.field, one.code) not in said)),
    )


def _merged_values(
    one: Attendee | RegistrationForm,
    other: Attendee | RegistrationForm,
    fields: Sequence[str],
    sources: Sources,
    person: str = "",
) -> tuple[dict[str, Any], list[FieldProblem]]:
    values: dict[str, Any] = {}
    problems = []
    for field in fields:
        values[field], problem = merged(field, getattr(one, field), getattr(other, field), sources, person)
        if problem is not None:
            problems.append(problem)
    return values, problems
