"""People from what was read about them: one row or card, perhaps with several names in it; nobody twice.

Pure. Several names with as many numbers are told apart; where it is not clear whose a number is, each person is
kept with the name alone and the number among the extras.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from bot.forms.labels import Field
from bot.forms.layout_text import (
    bare,
    collapse,
    identities_in,
    is_mobile,
    is_name,
    is_resident_number,
    mobiles_in,
    split_list,
)
from bot.records.form import EMPTY, Attendee, Value

Extras = tuple[tuple[str, Value], ...]
_BRACKET = "(（"
_NUMBERS_IN_BRACKETS = re.compile(r"[(（][^()（）]*\d{7}[^()（）]*[)）]")
_MOST_NAMESAKES = 50  # looked at for a repetition: more stand on no form


def people_of(values: Mapping[Field, Value], extras: Extras) -> Iterator[Attendee]:
    """The attendees that one row or card names. `values` are raw, by field; one attendee even without a name."""
    names = _names(values)
    if len(names) < 2:
        name = values.get(Field.NAME, EMPTY)
        text = collapse(name.text)
        filled = {field: value for field, value in values.items() if value.text}
        if beside := _in_brackets(name, text, filled):
            text = collapse(_NUMBERS_IN_BRACKETS.sub("", text))
        yield _attendee({**values, **beside, Field.NAME: _with_text(name, text)}, extras)
        return
    parts: dict[Field, list[Value]] = {
        field: _parts(field, value, len(names)) for field, value in values.items() if field is not Field.NAME
    }
    unclear = tuple(
        (value.label, value)
        for field, value in values.items()
        if value.text and field in parts and not parts[field]
    )
    for index, name_text in enumerate(names):
        own: dict[Field, Value] = {field: found[index] for field, found in parts.items() if found}
        own |= _in_brackets(values[Field.NAME], name_text, own)
        alone = collapse(_NUMBERS_IN_BRACKETS.sub("", name_text))
        yield _attendee({**own, Field.NAME: _with_text(values[Field.NAME], alone)}, extras + unclear)


def _in_brackets(name: Value, text: str, known: Mapping[Field, Value]) -> dict[Field, Value]:
    """The numbers that stand in brackets behind one of several names: 张某（138…）."""
    found: dict[Field, Value] = {}
    for bracket in _NUMBERS_IN_BRACKETS.findall(text):
        for field, numbers in ((Field.MOBILE, mobiles_in(bracket)), (Field.ID_NUMBER, identities_in(bracket))):
            if numbers and field not in known:
                found[field] = replace(name, text=numbers[0], written=numbers[0], label="")
    return found


def _attendee(values: Mapping[Field, Value], extras: Extras) -> Attendee:
    name = values.get(Field.NAME, EMPTY)
    return Attendee(
        name=name,
        organisation=values.get(Field.ORGANISATION, EMPTY),
        job_title=values.get(Field.JOB_TITLE, EMPTY),
        mobile=values.get(Field.MOBILE, EMPTY),
        id_number=values.get(Field.ID_NUMBER, EMPTY),
        single_room_value=values.get(Field.SINGLE_ROOM, EMPTY),
        extras=extras,
        place=next((value.place for value in (name, *values.values()) if value.place), None),
    )


def _with_text(value: Value, text: str) -> Value:
    return value if value.text == text else replace(value, text=text, written=text)


def _names(values: Mapping[Field, Value]) -> list[str]:
    """The names in one name value: several where they are listed (张三、李四), or where line breaks or blanks
    part as many names as there are numbers."""
    text = values.get(Field.NAME, EMPTY).text
    listed = [collapse(part) for part in split_list(text.replace("\n", " "))]
    if len(listed) > 1 and all(map(_is_listed_name, listed)):
        return listed
    lines = [part for line in text.splitlines() for part in split_list(line)] if "\n" in text else text.split(" ")
    if len(lines) > 1 and all(_NUMBERS_IN_BRACKETS.search(part) and _is_listed_name(part) for part in lines):
        return lines
    if len(lines) > 1 and all(is_name(part) for part in lines):
        counts = (
            len(mobiles_in(values.get(Field.MOBILE, EMPTY).text)),
            len(identities_in(values.get(Field.ID_NUMBER, EMPTY).text)),
        )
        if len(lines) in counts:
            return lines
    return [text]


def _is_listed_name(text: str) -> bool:
    for bracket in _BRACKET:
        text = text.split(bracket)[0]
    return is_name(text)


def _parts(field: Field, value: Value, count: int) -> list[Value]:
    """The value of each of `count` people, or nothing when it is not clear whose it is."""
    if field is Field.MOBILE:
        texts = mobiles_in(value.text)
    elif field is Field.ID_NUMBER:
        texts = identities_in(value.text)
    else:
        texts = split_list(value.text)
        if field in (Field.JOB_TITLE, Field.SINGLE_ROOM) and len(texts) != count:
            texts = value.text.split()
        if field is Field.ORGANISATION and len(texts) == 1:
            texts *= count
        if field is Field.SINGLE_ROOM and len(texts) == 1:
            texts *= count  # one answer for everybody in the row
    return [_with_text(value, text) for text in texts] if len(texts) == count else []


def without_repeats(groups: Iterable[tuple[Attendee, ...]]) -> tuple[Attendee, ...]:
    """Everybody once, in order. `groups` are the lists of one form: in different lists the same name without a
    contradiction is the same person; within one list a number must agree too."""
    kept: list[tuple[int, Attendee, _Keys]] = []
    namesakes: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for person in group:
            keys = _keys_of(person)
            known = namesakes.setdefault(keys.name, [])
            for index in known[:_MOST_NAMESAKES]:
                group_of_other, other, other_keys = kept[index]
                if _are_same(other_keys, keys, apart=group_of_other != number):
                    completed = _completed(other, person)
                    kept[index] = (group_of_other, completed, _keys_of(completed))
                    break
            else:
                known.append(len(kept))
                kept.append((number, person, keys))
    return tuple(person for _, person, _ in kept)


class _Keys(NamedTuple):
    """What two writings of the same person have in common."""

    name: str
    id_number: str
    mobile: str
    organisation: str


def _keys_of(person: Attendee) -> _Keys:
    return _Keys(*map(_key, (person.name, person.id_number, person.mobile, person.organisation)))


def name_key(person: Attendee) -> str:
    """What two writings of the same name have in common."""
    return _key(person.name)


def same_person(one: Attendee, other: Attendee, *, apart: bool) -> bool:
    return _are_same(_keys_of(one), _keys_of(other), apart=apart)


def _are_same(one: _Keys, other: _Keys, *, apart: bool) -> bool:
    if one.name != other.name:
        return False
    pairs = ((one.id_number, other.id_number), (one.mobile, other.mobile))
    if any(a and b and a != b for a, b in pairs):
        return False
    if any(a and a == b for a, b in pairs):
        return True
    units = (one.organisation, other.organisation)
    return apart and bool(one.name) and (not all(units) or units[0] == units[1])


def _key(value: Value) -> str:
    return bare(value.text).upper()


def _completed(one: Attendee, other: Attendee) -> Attendee:
    return replace(
        one,
        organisation=one.organisation or other.organisation,
        job_title=one.job_title or other.job_title,
        mobile=one.mobile or other.mobile,
        id_number=one.id_number or other.id_number,
        single_room_value=one.single_room_value or other.single_room_value,
        extras=tuple(dict.fromkeys(one.extras + other.extras)),
    )


def unswapped(people: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    """The people with mobile and identity numbers changed back, where everybody's stand in each other's column. If
    only some do, nothing is changed: those are for validation to name."""
    if not people or not any(p.mobile.text or p.id_number.text for p in people):
        return people
    for person in people:
        if person.mobile.text and not is_resident_number(person.mobile.text):
            return people
        if person.id_number.text and not is_mobile(person.id_number.text):
            return people
    return tuple(
        replace(
            person,
            mobile=replace(person.id_number, label=person.mobile.label) if person.id_number else EMPTY,
            id_number=replace(person.mobile, label=person.id_number.label) if person.mobile else EMPTY,
        )
        for person in people
    )
