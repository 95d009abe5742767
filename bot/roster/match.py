"""Which row of the sheet belongs to which registration, though staff sorted, inserted, copied or deleted rows.

Pure. Compares what names a person, surest first; a row that fits none or several is never guessed at: it is
told apart, so that what stands in it is neither moved to another person nor lost.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """What names a person, on the sheet or in the ledger; "" or None where missing. `content` is what staff wrote
    beside (rows only): rows of one person that say the same need not be told apart. `mark` is that of the row as
    the bot wrote it last: a person's row is known by it though the ledger names somebody else there by now."""

    name: str = ""
    id_number: str = ""
    mobile: str = ""
    organisation: str = ""
    received: datetime | None = None
    content: Hashable = None
    mark: str = ""


@dataclass(slots=True)
class Matching:
    """`sure`: row index -> registration index. `by_order`: rows that can't be told apart, each put beside one of
    the registrations they fit, in order, only so that no row multiplies; nothing may be concluded from them.
    `rivals`: rows that all are one registration's, though they say different things; which of them counts is open.
    `copies`: rows that say the same as a sure one of the same person. `mixed`: rows in which one person's name
    stands beside another's number, as a column sorted alone leaves them. The rest belongs to nobody."""

    sure: dict[int, int] = field(default_factory=dict)
    by_order: dict[int, int] = field(default_factory=dict)
    rivals: dict[int, int] = field(default_factory=dict)
    copies: set[int] = field(default_factory=set)
    mixed: set[int] = field(default_factory=set)


Key = tuple[Hashable, ...]

KEYS: Final[tuple[Callable[[Person], Key], ...]] = (
    lambda p: (p.mark,),
    lambda p: (p.id_number, p.name),
    lambda p: (p.id_number, p.name, p.received),
    lambda p: (p.name, p.mobile),
    lambda p: (p.name, p.mobile, p.received),
    lambda p: (p.name, p.organisation, p.received),
    # A name that was corrected: everything else about the row still says who it is.
    lambda p: (p.id_number, p.mobile, p.received),
)


def plain(text: str) -> str:
    """For comparison only: full-width forms folded, spaces left out, upper case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def match(rows: Sequence[Person], people: Sequence[Person]) -> Matching:
    """Match rows to registrations; both sides' texts as `plain` gives them."""
    result = Matching()
    rows_left = dict.fromkeys(range(len(rows)))
    people_left = dict.fromkeys(range(len(people)))
    names, numbers = {p.name for p in people if p.name}, {p.id_number for p in people if p.id_number}
    for key in KEYS:
        for row_group, person_group in _groups(key, rows, rows_left, people, people_left):
            if len(row_group) == len(person_group) == 1:
                row, person = row_group[0], person_group[0]
                del rows_left[row]
                if key is not KEYS[0] and _is_mixed(rows[row], people[person], names, numbers):
                    result.mixed.add(row)
                    continue
                result.sure[row] = person
                del people_left[person]
    for key in KEYS:
        for row_group, person_group in _groups(key, rows, rows_left, people, people_left):
            _settle_alike(result, rows, row_group, person_group)
            for row in row_group:
                rows_left.pop(row, None)
            for person in person_group:
                people_left.pop(person, None)
    _find_copies(result, rows, rows_left)
    return result


def _is_mixed(row: Person, person: Person, names: set[str], numbers: set[str]) -> bool:
    """Whether what differs between a row and the person it fits is another person's."""
    return (row.name != person.name and row.name in names) or (
        row.id_number != person.id_number and row.id_number in numbers
    )


def _groups(
    key: Callable[[Person], Key],
    rows: Sequence[Person],
    rows_left: dict[int, None],
    people: Sequence[Person],
    people_left: dict[int, None],
) -> list[tuple[list[int], list[int]]]:
    """Rows and registrations that share a key without a gap in it."""
    by_key: dict[Key, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, (indices, values) in enumerate(((rows_left, rows), (people_left, people))):
        for index in indices:
            name = key(values[index])
            if all(name):
                by_key[name][side].append(index)
    return [(left, right) for left, right in by_key.values() if left and right]


def _settle_alike(result: Matching, rows: Sequence[Person], row_group: list[int], person_group: list[int]) -> None:
    """Several rows or several registrations share every key: sure only where all rows say the same and so any
    assignment is right."""
    alike = len({rows[row].content for row in row_group}) == 1 and len(row_group) >= len(person_group)
    target = result.sure if alike else result.by_order
    for row, person in zip(row_group, person_group, strict=False):
        target[row] = person
    if not alike and len(person_group) == 1:
        result.rivals.update(dict.fromkeys(row_group, person_group[0]))
    if alike:
        result.copies.update(row_group[len(person_group) :])


def _find_copies(result: Matching, rows: Sequence[Person], rows_left: dict[int, None]) -> None:
    """A row that equals a matched one in everything, also in what staff wrote, is a mere copy."""
    known = {rows[row] for row in (*result.sure, *result.by_order)}
    result.copies.update(row for row in rows_left if rows[row] in known)
