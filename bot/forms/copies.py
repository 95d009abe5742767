"""Finds forms of one mail that are copies of each other: the Word file and the Excel file of the same list, the
attachment and its text in the body. Each form counts once; what only the copy says fills what the kept one left
empty.

Pure; never fails. Two forms that contradict each other are no copies: both are kept for the decision to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.records.form import Attendee, RegistrationForm, Value

_FORM_FIELDS = ("organisation", "contact", "phone", "email", "invoice_title", "taxpayer_id")
_PERSON_FIELDS = ("organisation", "job_title", "mobile", "id_number")


def without_copies(forms: Sequence[RegistrationForm]) -> tuple[RegistrationForm, ...]:
    """The forms, normalised, without copies, in order; forms without people only where no form has any."""
    kept: list[RegistrationForm] = []
    for form in forms:
        if not form.attendees:
            continue
        for index, other in enumerate(kept):
            if _covers(other, form):
                kept[index] = _completed(other, form)
                break
            if _covers(form, other):
                kept[index] = _completed(form, other)
                break
        else:
            kept.append(form)
    if not kept:
        return tuple(forms[:1])
    said_elsewhere = [problem for form in forms if not form.attendees for problem in form.problems]
    kept[0] = replace(kept[0], problems=(*kept[0].problems, *said_elsewhere))
    return tuple(kept)


def _covers(form: RegistrationForm, other: RegistrationForm) -> bool:
    """Whether everybody on `other` stands on `form` too, without contradiction."""
    return all(any(is_same_person(here, there) for here in form.attendees) for there in other.attendees)


def is_same_person(one: Attendee, other: Attendee) -> bool:
    """Same name, and no number of one that the other has differently."""
    if not one.name or one.name.text != other.name.text:
        return False
    return all(_agree(getattr(one, field), getattr(other, field)) for field in ("id_number", "mobile"))


def _agree(one: Value, other: Value) -> bool:
    return not one or not other or one.text == other.text


def _completed(form: RegistrationForm, copy: RegistrationForm) -> RegistrationForm:
    """`form` with its empty fields filled from `copy`."""
    attendees = []
    for attendee in form.attendees:
        twin = next((there for there in copy.attendees if is_same_person(attendee, there)), attendee)
        known = {field: getattr(attendee, field) or getattr(twin, field) for field in _PERSON_FIELDS}
        room = attendee if attendee.single_room is not None else twin
        attendees.append(
            replace(attendee, **known, single_room=room.single_room, single_room_value=room.single_room_value)
        )
    known = {field: getattr(form, field) or getattr(copy, field) for field in _FORM_FIELDS}
    return replace(form, **known, attendees=tuple(attendees))
