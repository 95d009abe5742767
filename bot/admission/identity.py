"""Whether two entries mean the same person, and in what they differ.

Which pairs count as the same:
equal identity numbers, neither of them faulty: the same, whatever else differs;
equal identity numbers with a fault, and equal mobile numbers: the same (a name may be misread by OCR);
equal name and mobile number: the same, also with different identity numbers (one is mistyped);
equal name and organisation: the same, unless both have a faultless identity number of their own.
A match never decides more than "no second seat": where particulars differ, a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from bot.admission.words import compact, digits, loose_key, name_key
from bot.records.decision import Registration

_LONG_NUMBER = re.compile(r"\d{14,}[0-9A-Z]*")
"""What may be an identity number with a slip in it, as against 无 or 待补, which many people have in common."""

OrganisationKey = Callable[[str], str]

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Likeness(IntEnum):
    """How sure it is that two entries are one person; higher is surer."""

    NONE = 0
    NAME_AND_ORGANISATION = 1
    NAME_AND_MOBILE = 2
    ID_NUMBER = 3


@dataclass(frozen=True, slots=True)
class _Keys:
    name: str
    mobile: str
    id_number: str
    faulty_id: str
    organisation: str


def likeness(one: Registration, other: Registration, organisation_key: OrganisationKey) -> Likeness:
    """How surely two entries are one person."""
    a, b = _keys(one, organisation_key), _keys(other, organisation_key)
    if a.id_number and a.id_number == b.id_number:
        return Likeness.ID_NUMBER
    if a.faulty_id and a.faulty_id == b.faulty_id and a.mobile and a.mobile == b.mobile:
        return Likeness.ID_NUMBER
    if not a.name or a.name != b.name:
        return Likeness.NONE
    if a.mobile and a.mobile == b.mobile:
        return Likeness.NAME_AND_MOBILE
    if a.organisation and a.organisation == b.organisation and not (a.id_number and b.id_number):
        return Likeness.NAME_AND_ORGANISATION
    return Likeness.NONE


def find_same(
    person: Registration, others: Iterable[Registration], organisation_key: OrganisationKey
) -> Registration | None:
    """The one among `others` that is surest the same person (the first of equally sure ones), or None."""
    best, found = Likeness.NONE, None
    for other in others:
        sure = likeness(person, other, organisation_key)
        if sure > best:
            best, found = sure, other
    return found


def differences(
    old: Registration, new: Registration, organisation_key: OrganisationKey
) -> tuple[tuple[str, str, str], ...]:
    """(field, old, new) for every particular that was changed or added.

    A blank in the new entry where the old one has a value is no change: clerks send what they have at hand.
    """
    comparable: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("name", name_key),
        ("organisation", organisation_key),
        ("job_title", loose_key),
        ("mobile", digits),
        ("id_number", _id_key),
        ("contact", name_key),
        ("phone", digits),
        ("email", lambda text: compact(text).casefold()),
        ("invoice_title", organisation_key),
        ("taxpayer_id", loose_key),
    )
    found = [
        (field, getattr(old, field), getattr(new, field))
        for field, key in comparable
        if getattr(new, field) and key(getattr(old, field)) != key(getattr(new, field))
    ]
    if new.single_room is not None and new.single_room != old.single_room:
        found.append(("single_room", _room(old.single_room), _room(new.single_room)))
    return tuple(found)


def _keys(person: Registration, organisation_key: OrganisationKey) -> _Keys:
    written = _id_key(person.id_number)
    return _Keys(
        name=name_key(person.name),
        mobile=digits(person.mobile),
        id_number=_id_key(person.certain_id),
        faulty_id=written if _LONG_NUMBER.fullmatch(written) else "",
        organisation=organisation_key(person.organisation) if person.organisation else "",
    )


def _id_key(id_number: str) -> str:
    """Upper-case; a 15-digit number of the first generation becomes its 18-digit successor (GB 11643-1999)."""
    key = loose_key(id_number).upper()
    if len(key) == 15 and key.isdecimal():
        body = key[:6] + "19" + key[6:]
        total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]
    return key


def _room(single_room: bool | None) -> str:
    return {True: "是", False: "否", None: ""}[single_room]
