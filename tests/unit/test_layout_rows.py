"""Rows under headings: which are people, which are not, and what several in one cell become."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.records.form import ProblemCode
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, names, one, rows_of

HOSPITAL, OTHER = islice(hospitals(13), 2)
ANN, BEN, EVE, CLERK, TUTOR = islice(people(13), 5)


def row(person: InventedPerson) -> list[str]:
    return [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, "否"]


@pytest.mark.parametrize(
    "example",
    [
        ["例：张三", "XX医院", "主任", "138XXXXXXXX", "4403XXXX", "是"],
        ["示例", "深圳某医院", "主任", TUTOR.mobile, TUTOR.id_number, "是"],
        ["（填写示例）张三", "深圳某医院", "主任", TUTOR.mobile, TUTOR.id_number, "是"],
        ["张某某", "深圳某医院", "主任", "", "", "是"],
        ["XXX", "XX医院", "XX", "138XXXXXXXX", "XXXXXX", ""],
        ["张三", "深圳某医院", "主任", "138XXXXXXXX", "", "是"],
        ["合计", "2人", "", "", "", ""],
        ["总计：1人", "", "", "", "", ""],
        ["备注：请如实填写", "", "", "", "", ""],
        ["注：身份证号用于购票", "", "", "", "", ""],
        ["说明", "本表可续", "", "", "", ""],
        ["", HOSPITAL.name, "", "", "", ""],
        ["", HOSPITAL.name, "", "", "", "□是 □否"],
        ["/", "/", "/", "/", "/", "/"],
        ["无", "", "", "", "", ""],
        ["……", "……", "……", "……", "……", "……"],
        ["暂无信息", "", "", "", "", ""],
        ["以下空白", "", "", "", "", ""],
        ["填表人：" + CLERK.name, "", "", "", "", ""],
        ["联系人", CLERK.name, "电话", CLERK.mobile, "", ""],
        HEADINGS,
    ],
)
def test_rows_that_are_nobody(example: list[str]) -> None:
    form = one(table([HEADINGS, example, row(ANN), example, row(BEN), example]))

    assert rows_of(form) == [row(ANN), row(BEN)]


@pytest.mark.parametrize(
    ("kept", "name"),
    [
        (["", HOSPITAL.name, "", ANN.mobile, "", ""], ""),
        (["", HOSPITAL.name, "", "", ANN.id_number, ""], ""),
        ([ANN.name, "", "", "", "", ""], ANN.name),
        (["阿卜杜拉·买买提", "", "院长", "", "", ""], "阿卜杜拉·买买提"),
        (["John Smith", "", "", ANN.mobile, "", ""], "John Smith"),
        ([ANN.name, HOSPITAL.name, "", "138XXXXXXXX", ANN.id_number, ""], ANN.name),
        ([ANN.name, HOSPITAL.name, "", "138****1234", "4403**********1234", ""], ANN.name),
        ([ANN.name + "（组长）", "", "", ANN.mobile, "", ""], ANN.name + "（组长）"),
        (["总某明", "", "", ANN.mobile, ANN.id_number, ""], "总某明"),
    ],
)
def test_rows_that_are_somebody(kept: list[str], name: str) -> None:
    form = one(table([HEADINGS, kept, row(BEN)]))

    assert names(form) == [name, BEN.name]


def test_only_ordinals_are_nobody() -> None:
    rows = [["序号", *HEADINGS], ["1", *row(ANN)], *([str(n), *[""] * 6] for n in range(2, 20))]

    assert names(one(table(rows))) == [ANN.name]


def test_unit_merged_over_rows_is_everybodys_and_no_person() -> None:
    rows = [HEADINGS, row(ANN), row(BEN), [""] * 6, [""] * 6]
    rows[2][1] = ""

    form = one(table(rows, merged=[(1, 1, 4, 1)]))

    assert rows_of(form) == [row(ANN), row(BEN)]


def test_mobile_merged_over_blank_rows_is_no_person() -> None:
    form = one(table([HEADINGS, row(ANN), [""] * 6], merged=[(1, 3, 2, 1)]))

    assert names(form) == [ANN.name]


def test_person_over_two_rows_is_one_person() -> None:
    rows = [[*HEADINGS, "航班"], [*row(ANN), "去程"], ["", "", "", "", "", "", "返程"], [*row(BEN), "去程"]]
    merges = [(1, column, 2, 1) for column in range(6)]

    assert names(one(table(rows, merged=merges))) == [ANN.name, BEN.name]


def test_people_in_hidden_rows_are_reported_and_not_taken() -> None:
    form = one(table([HEADINGS, row(ANN), row(BEN)], hidden_rows=[2]))

    assert names(form) == [ANN.name]
    assert [(p.person, p.code, p.blocking) for p in form.problems] == [(BEN.name, ProblemCode.CONFLICT, False)]
    assert "隐藏" in form.problems[0].text


def test_hidden_sheet_gives_nobody() -> None:
    alone = one(table([HEADINGS, row(ANN)], hidden=True))
    beside = one(table([HEADINGS, row(ANN)]), table([HEADINGS, row(BEN)], hidden=True))

    assert (names(alone), len(alone.problems)) == ([], 1)
    assert (names(beside), len(beside.problems)) == ([ANN.name], 1)
