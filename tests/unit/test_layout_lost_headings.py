"""A heading that could not be read under a seal: what stands below it says what it is."""

from __future__ import annotations

import pytest

from bot.demo.invented import InventedPerson, people
from bot.records.form import RegistrationForm
from tests.unit.documents import table
from tests.unit.reading import read

ONE, OTHER = (next(people(seed)) for seed in (3, 4))


def rows(*listed: InventedPerson, mobile: str = "手机", identity: str = "身份证号") -> list[list[str]]:
    heads = ["姓名", "单位", "职务", mobile, identity]
    return [heads, *([p.name, "深圳市木棉医院", p.job_title, p.mobile, p.id_number] for p in listed)]


def only(forms: tuple[RegistrationForm, ...]) -> RegistrationForm:
    (form,) = forms
    return form


@pytest.mark.parametrize("left", ["", "身", "证 号章", "★"])
def test_a_column_of_identity_numbers_is_known_without_its_heading(left: str) -> None:
    form = only(read(table(rows(ONE, OTHER, identity=left), confidence=0.95)))

    assert [a.id_number.text for a in form.attendees] == [ONE.id_number, OTHER.id_number]
    assert [a.mobile.text for a in form.attendees] == [ONE.mobile, OTHER.mobile]


def test_a_column_of_mobile_numbers_is_known_without_its_heading() -> None:
    form = only(read(table(rows(ONE, OTHER, mobile="机"), confidence=0.95)))

    assert [a.mobile.text for a in form.attendees] == [ONE.mobile, OTHER.mobile]


def test_numbers_that_fail_their_check_do_not_name_their_column() -> None:
    listed = rows(ONE, OTHER, identity="")
    listed[1][4] = listed[1][4][:-1] + ("1" if listed[1][4][-1] != "1" else "2")

    form = only(read(table(listed, confidence=0.95)))

    assert [a.id_number.text for a in form.attendees] == ["", ""]


def test_two_columns_without_heading_are_left_alone() -> None:
    listed = [[*row, row[4]] for row in rows(ONE, OTHER, identity="")]

    form = only(read(table(listed, confidence=0.95)))

    assert [a.id_number.text for a in form.attendees] == ["", ""]
