"""Whether two entries mean the same person, and in what they differ.

Which pairs count as the same:
equal identity numbers, neither of them faulty: the same, whatever else differs;
equal identity numbers with a fault, and equal mobile numbers: the same (a name may be misread by OCR);
equal name and mobile number: the same, also with different identity numbers (one is mistyped);
equal name and organisation: the same, unless both have a faultless identity number of their own.
What was read from a scan with little certainty proves neither that two are the same nor that they differ
(likeness.py). A match never decides more than "no second seat": where particulars differ, a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.admission.likeness import Likeness, is_misread, likeness
from bot.admission.words import compact, digits, loose_key, name_key
from bot.records.decision import Registration

_NUMBERS = frozenset({"mobile", "id_number", "phone", "taxpayer_id"})

_LONG_NUMBER = re.compile(r"\d{14,}[0-9A-Z]*")
"""What may be an identity number with a slip in it, as against 无 or 待补, which many people have in common."""

_WHO = frozenset({"name", "mobile", "id_number"})

OrganisationKey = Callable[[str], str]

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class _Keys:
    name: str
    mobile: str
    id_number: str
    faulty_id: str
    organisation: str
    unsure: frozenset[str]


class People:
    """People to look somebody up among: the surest match first, the earliest added among equally sure ones."""

    def __init__(self, organisation_key: OrganisationKey, people: Iterable[Registration] = ()) -> None:
        self._organisation_key = organisation_key
        self._by_id: dict[str, Registration] = {}
        self._by_faulty_id: dict[tuple[str, str], Registration] = {}
        self._by_mobile: dict[tuple[str, str], Registration] = {}
        self._by_organisation: dict[tuple[str, str], list[Registration]] = {}
        self._all: list[tuple[_Keys, Registration]] = []
        self._unsure: list[tuple[_Keys, Registration]] = []
        for person in people:
            self.add(person)

    def add(self, person: Registration) -> None:
        keys = self._keys(person)
        self._all.append((keys, person))
        if keys.unsure:
            self._unsure.append((keys, person))
        if keys.id_number:
            self._by_id.setdefault(keys.id_number, person)
        if keys.faulty_id and keys.mobile:
            self._by_faulty_id.setdefault((keys.faulty_id, keys.mobile), person)
        if keys.name and keys.mobile:
            self._by_mobile.setdefault((keys.name, keys.mobile), person)
        if keys.name and keys.organisation:
            self._by_organisation.setdefault((keys.name, keys.organisation), []).append(person)

    def find(self, person: Registration) -> Registration | None:
        """The one who is surest the same person, or None."""
        keys = self._keys(person)
        namesakes = self._by_organisation.get((keys.name, keys.organisation), [])
        return (
            (self._by_id.get(keys.id_number) if keys.id_number else None)
            or (self._by_faulty_id.get((keys.faulty_id, keys.mobile)) if keys.faulty_id else None)
            or self._unless_apart(keys, self._by_mobile.get((keys.name, keys.mobile)))
            or next(filter(None, (self._namesake(keys, other) for other in namesakes)), None)
            or self._misread(keys, person)
        )

    def _unless_apart(self, keys: _Keys, other: Registration | None) -> Registration | None:
        """Name and mobile are equal; where one is only perhaps so, two faultless numbers are two people."""
        if other is None:
            return None
        theirs = self._keys(other)
        doubtful = {"name", "mobile"} & (keys.unsure | theirs.unsure)
        return None if doubtful and keys.id_number and theirs.id_number else other

    def _namesake(self, keys: _Keys, other: Registration) -> Registration | None:
        """Name and organisation are equal; a name that is only perhaps so needs no contradiction by the mobile."""
        theirs = self._keys(other)
        unsure = keys.unsure | theirs.unsure
        if keys.id_number and theirs.id_number:
            return None
        elsewhere = keys.mobile and theirs.mobile and keys.mobile != theirs.mobile and "mobile" not in unsure
        return None if "name" in unsure and elsewhere else other

    def _misread(self, keys: _Keys, person: Registration) -> Registration | None:
        """Somebody on another form of whom this one may be an uncertain reading, or the other way round. Two rows
        of one form are two people, however alike."""
        for theirs, other in self._all if keys.unsure else self._unsure:
            unsure = keys.unsure | theirs.unsure
            if (other.message_id, other.form_index) == (person.message_id, person.form_index):
                continue
            found = Likeness(
                name=likeness(keys.name, theirs.name, sure="name" not in unsure, words=True),
                mobile=likeness(keys.mobile, theirs.mobile, sure="mobile" not in unsure),
                id_number=likeness(
                    keys.id_number or keys.faulty_id,
                    theirs.id_number or theirs.faulty_id,
                    sure=bool(keys.id_number and theirs.id_number),
                ),
                organisation=bool(keys.organisation) and keys.organisation == theirs.organisation,
            )
            if found.same_person:
                return other
        return None

    def _keys(self, person: Registration) -> _Keys:
        written = _id_key(person.id_number)
        return _Keys(
            name=name_key(person.name),
            mobile=digits(person.mobile),
            id_number=written if person.certain_id else "",
            faulty_id=written if _LONG_NUMBER.fullmatch(written) else "",
            organisation=self._organisation_key(person.organisation) if person.organisation else "",
            unsure=frozenset(problem.field for problem in person.uncertain) & _WHO,
        )


def differences(
    old: Registration, new: Registration, organisation_key: OrganisationKey
) -> tuple[tuple[str, str, str], ...]:
    """(field, old, new) for every particular that was changed or added.

    A blank in the new entry where the old one has a value is no change: clerks send what they have at hand. Nor is
    an uncertain reading that may well say the same as the old value (the stamped scan of a form sent before).
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
        if getattr(new, field)
        and key(getattr(old, field)) != key(getattr(new, field))
        and not (
            new.is_uncertain(field)
            and not old.is_uncertain(field)
            and is_misread(key(getattr(new, field)), key(getattr(old, field)), words=field not in _NUMBERS)
        )
    ]
    if new.single_room is not None and new.single_room != old.single_room:
        found.append(("single_room", _room(old.single_room), _room(new.single_room)))
    return tuple(found)


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
