"""Invented people with a seat, for the tests of the office's lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.demo.invented import id_number, taxpayer_id
from bot.records.decision import Registration, State
from bot.records.event import Flight, Travel
from bot.records.form import FieldProblem, ProblemCode
from tests.unit.office_views import EVENT, registration

ORGANISATIONS = ("深圳市云杉医院", "深圳市榕江医院", "深圳市木棉医院", "深圳市白鹭医院", "深圳市梧桐医院")
NUMBERS = tuple(taxpayer_id(900 + place) for place in range(5))

FLYING = replace(
    EVENT,
    travel=Travel(
        (
            Flight("去程", date(2026, 4, 22), "深圳—杭州", "深航", "ZH9887", "14:00", "16:10"),
            Flight("回程", date(2026, 4, 25), "杭州—深圳", "深航", "ZH9882", "10:30", "12:50"),
        )
    ),
)


def key(name: str) -> str:
    """Spellings of one organisation made equal, as a list of members would do it."""
    return name.replace("（", "(").replace("）", ")").replace(" ", "").removeprefix("深圳市")


def person(place: int, sex: str = "男", of: int = 0, /, **changes: object) -> Registration:
    """The one who arrives at `place` (from 1), named after it; sharing a room unless told otherwise."""
    sequence = 2 * place + (1 if sex == "男" else 0)
    one = replace(
        registration(place),
        id=place,
        number=place,
        name=f"甲{place}",
        id_number=id_number("440305", "19800101", sequence % 1000),
        organisation=ORGANISATIONS[of],
        submitting_organisation=ORGANISATIONS[of],
        invoice_title=ORGANISATIONS[of],
        taxpayer_id=NUMBERS[of],
        single_room=False,
        fee=2980,
        uid=place,
        position=0,
    )
    one = replace(one, received_at=one.received_at + timedelta(days=place))
    return replace(one, **changes)  # type: ignore[arg-type]


def cancelled(one: Registration) -> Registration:
    return replace(one, state=State.CANCELLED, number=None)


def problem(field: str, code: ProblemCode = ProblemCode.CHECKSUM) -> FieldProblem:
    return FieldProblem(field, code, "请核对。")
