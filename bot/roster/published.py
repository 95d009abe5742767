"""What the last write showed, as marks: by them a row is known again whatever its person is called by now, a
deleted row is missed, and a cell changed by hand is told from one that the ledger has changed since.

Pure. The ledger keeps the text; it holds hashes only, nobody's particulars. A missing or damaged text means that
nothing is known: rows are then matched by what stands in them, and nothing is missed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

from bot.records.decision import Registration
from bot.roster.cells import CellValue, safe_text, shown
from bot.roster.layout import ROSTER
from bot.roster.marks import mark_of, who_mark
from bot.roster.match import Person, plain
from bot.roster.sheets import local_time

MAINTAINED: Final = tuple(
    column.header
    for column in ROSTER.columns
    if not column.staff and column.header not in ("序号", "收到时间", "问题")
)
"""The columns of 报名名单 in which a change by hand is told; the others change with the rows around them."""


@dataclass(frozen=True, slots=True)
class Published:
    """By registration: (mark of who stood in the row, mark of all that stood there). By mail that waited: a mark
    of each row's cells as they were filled in for staff."""

    people: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    reviews: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of_text(cls, text: str | None) -> Self:
        """Back from `as_text`."""
        try:
            given = json.loads(text or "{}")
            people = {int(number): (str(who), str(what)) for number, (who, what) in given["people"].items()}
            reviews = {int(number): tuple(map(str, marks)) for number, marks in given["reviews"].items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()
        return cls(people, reviews)

    def as_text(self) -> str:
        return json.dumps({"people": self.people, "reviews": self.reviews}, separators=(",", ":"))

    def who(self, registration_id: int) -> str:
        return self.people.get(registration_id, ("", ""))[0]

    def what(self, registration_id: int) -> str:
        return self.people.get(registration_id, ("", ""))[1]


def person_of(registration: Registration, zone: ZoneInfo, published: Published) -> Person:
    """What names this registration, with the mark of the row that showed it last."""
    return Person(
        name=plain(registration.name),
        id_number=plain(registration.id_number),
        mobile=plain(registration.mobile),
        organisation=plain(registration.organisation),
        received=local_time(registration.received_at, zone),
        mark=published.who(registration.id),
    )


def seen(value: CellValue) -> str:
    """A value as its cell will show it, for comparison."""
    return plain(shown(safe_text(value) if isinstance(value, str) else value))


def marks_of(values: Mapping[str, CellValue]) -> tuple[str, str]:
    """Both marks of a row of 报名名单 from its values by header."""
    received = values["收到时间"]
    assert isinstance(received, datetime)
    name, id_number, mobile = (seen(values[header]) for header in ("姓名", "身份证号", "手机"))
    return who_mark(name, id_number, mobile, received), mark_of(seen(values[header]) for header in MAINTAINED)
