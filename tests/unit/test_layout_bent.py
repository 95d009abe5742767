"""More ways in which clerks bend a form: swapped columns, examples written over, several people in one cell."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.forms.normalise import normalise_form
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, extra, footers_of, names, one, read, rows_of

HOSPITAL, OTHER = islice(hospitals(31), 2)
ANN, BEN, EVE, CLERK = islice(people(31), 4)
NOBODY = ["张三", "XX医院", "主任", "13800138000", "440301199001011234", "否"]


def row(person: InventedPerson, unit: str = HOSPITAL.name) -> list[str]:
    return [person.name, unit, person.job_title, person.mobile, person.id_number, "否"]


def swapped(person: InventedPerson) -> list[str]:
    cells = row(person)
    return [*cells[:3], cells[4], cells[3], cells[5]]


def test_columns_that_everybody_swapped_are_changed_back() -> None:
    form = one(table([HEADINGS, swapped(ANN), swapped(BEN)]))

    assert rows_of(form) == [row(ANN), row(BEN)]
    assert (form.attendees[0].mobile.label, form.attendees[0].id_number.label) == ("手机", "身份证号")


def test_card_with_swapped_numbers_is_changed_back() -> None:
    person = one(table([["姓名", ANN.name], ["手机", ANN.id_number], ["身份证号", ANN.mobile]])).attendees[0]

    assert (person.mobile.text, person.id_number.text) == (ANN.mobile, ANN.id_number)


def test_columns_that_only_one_person_swapped_stay_for_the_report() -> None:
    form = one(table([HEADINGS, swapped(ANN), row(BEN)]))

    assert rows_of(form) == [swapped(ANN), row(BEN)]


def test_example_that_a_clerk_wrote_over_takes_part() -> None:
    marked = one(table([["序号", *HEADINGS], ["示例", *row(ANN)], ["1", *row(BEN)]]))
    told = one("第2行为示例，不得删除", table([HEADINGS, row(ANN), row(BEN)]))
    alone = one(table([["序号", *HEADINGS], ["例", *row(ANN)]]), f"填报单位：{HOSPITAL.name}")

    assert names(marked) == names(told) == [ANN.name, BEN.name]
    assert names(alone) == [ANN.name]
    assert marked.problems == alone.problems == ()


@pytest.mark.parametrize("example", [NOBODY, [*row(EVE)[:1], "某某医院", *row(EVE)[2:]], row(EVE, OTHER.name)])
def test_example_of_nobody_here_registers_nobody(example: list[str]) -> None:
    form = one(table([["序号", *HEADINGS], ["示例", *example], ["1", *row(BEN)]]))

    assert names(form) == [BEN.name]
    assert form.problems == ()


def test_example_that_may_be_somebody_is_reported_where_nobody_else_stands() -> None:
    form = one(table([["序号", *HEADINGS], ["示例", *row(ANN)], ["1", *[""] * 6]]))

    assert names(form) == []
    assert [(problem.person, problem.blocking) for problem in form.problems] == [(ANN.name, False)]
    assert "示例" in form.problems[0].text


def test_several_people_in_one_row_with_one_answer_for_all() -> None:
    cells = [f"{x}、{y}" if x != y else x for x, y in zip(row(ANN), row(BEN), strict=True)]

    assert rows_of(one(table([HEADINGS, cells]))) == [row(ANN), row(BEN)]


def test_too_few_numbers_for_the_names_are_nobodys() -> None:
    cells = [f"{ANN.name}、{BEN.name}", HOSPITAL.name, "", ANN.mobile, f"{ANN.id_number}、{BEN.id_number}", "否"]

    form = one(table([HEADINGS, cells]))

    assert [(p.name.text, p.mobile.text, p.id_number.text) for p in form.attendees] == [
        (ANN.name, "", ANN.id_number),
        (BEN.name, "", BEN.id_number),
    ]
    assert extra(form.attendees[0], "手机") == ANN.mobile


def test_numbers_in_brackets_behind_the_names() -> None:
    form = one(table([HEADINGS[:2], [f"{ANN.name}（{ANN.mobile}）\n{BEN.name}（{BEN.mobile}）", HOSPITAL.name]]))

    assert [(p.name.text, p.mobile.text) for p in form.attendees] == [
        (ANN.name, ANN.mobile),
        (BEN.name, BEN.mobile),
    ]


@pytest.mark.parametrize("mark", ["同上", "〃"])
def test_same_as_above_is_what_stands_above(mark: str) -> None:
    rows = [row(ANN, OTHER.name), [BEN.name, mark, mark, BEN.mobile, BEN.id_number, mark]]

    form = normalise_form(one(table([HEADINGS, *rows]), f"填报单位：{HOSPITAL.name}"))

    second = form.attendees[1]
    assert (second.organisation.text, second.job_title.text) == (OTHER.name, ANN.job_title)
    assert second.single_room is False


def test_same_as_above_in_the_first_row_is_nothing() -> None:
    form = normalise_form(one(table([HEADINGS, [ANN.name, "同上", "同上", ANN.mobile, ANN.id_number, "否"]])))

    assert (form.attendees[0].organisation.text, form.attendees[0].job_title.text) == ("", "")


@pytest.mark.parametrize(
    "rows",
    [
        [row(ANN), row(BEN)],
        [["1", *row(ANN)], ["2", *row(BEN)]],
        [["1", HOSPITAL.name, *row(ANN)[:1], *row(ANN)[2:]], ["2", HOSPITAL.name, *row(BEN)[:1], *row(BEN)[2:]]],
    ],
)
def test_lists_without_headings_in_any_order(rows: list[list[str]]) -> None:
    form = one(table(rows))

    assert [(p.name.text, p.organisation.text, p.mobile.text, p.id_number.text) for p in form.attendees] == [
        (p.name, HOSPITAL.name, p.mobile, p.id_number) for p in (ANN, BEN)
    ]


def test_list_without_headings_and_identity_numbers() -> None:
    form = one(table([["1", *row(ANN)[:4]], ["2", *row(BEN)[:4]]]))

    assert [row[:4] for row in rows_of(form)] == [row(ANN)[:4], row(BEN)[:4]]


def test_heads_of_columns_that_are_one_person_each() -> None:
    rows = [
        ["项目", "参会人1", "参会人2"],
        *([a, *bc] for a, *bc in zip(HEADINGS, row(ANN), row(BEN), strict=True)),
    ]

    assert rows_of(one(table(rows))) == [row(ANN), row(BEN)]


def test_head_beside_a_card_that_goes_down_all_its_rows() -> None:
    rows = [
        ["参\n会\n人\n员" if i == 0 else "", a, b] for i, (a, b) in enumerate(zip(HEADINGS, row(ANN), strict=True))
    ]

    assert rows_of(one(table(rows, merged=[(0, 0, 6, 1)]))) == [row(ANN)]


def test_two_forms_under_each_other_part_where_the_second_unit_stands() -> None:
    def wide(*texts: str) -> list[str]:
        return [*texts, *[""] * (6 - len(texts))]

    rows = [
        *(wide("填报单位", HOSPITAL.name), HEADINGS, row(ANN), wide("联系人", EVE.name), wide()),
        *(wide("填报单位", OTHER.name), HEADINGS, row(BEN, OTHER.name), wide("联系人", CLERK.name)),
    ]

    forms = read(table(rows))

    assert [(form.organisation.text, form.contact.text, names(form)) for form in forms] == [
        (HOSPITAL.name, EVE.name, [ANN.name]),
        (OTHER.name, CLERK.name, [BEN.name]),
    ]


def test_traditional_headings() -> None:
    headings = ["姓名", "單位名稱", "職務", "手機號碼", "身份證號碼", "是否單間"]
    below = (
        f"填報單位：{HOSPITAL.name}\n聯繫人：{CLERK.name}\n電話（手機）：{CLERK.mobile}\n郵箱：a@example.org\n"
        f"開具發票的單位抬頭名稱：{OTHER.name}\n納稅人識別號：{OTHER.taxpayer_id}"
    )

    form = one("參會回執", table([headings, row(ANN)]), below)

    assert rows_of(form) == [row(ANN)]
    assert footers_of(form) == [
        HOSPITAL.name,
        CLERK.name,
        CLERK.mobile,
        "a@example.org",
        OTHER.name,
        OTHER.taxpayer_id,
    ]


@pytest.mark.parametrize(("first", "second"), [("单间", "标双"), ("是", "否")])
def test_mark_in_one_of_two_columns_for_rooms(first: str, second: str) -> None:
    rows = [
        ["姓名", "单位", "手机", "是否单间", ""],
        ["", "", "", first, second],
        [ANN.name, HOSPITAL.name, ANN.mobile, "√", ""],
        [BEN.name, HOSPITAL.name, BEN.mobile, "", "√"],
        [EVE.name, HOSPITAL.name, EVE.mobile, "", ""],
    ]

    form = normalise_form(one(table(rows, merged=[(0, 3, 1, 2), (0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 2, 1)])))

    assert [person.single_room for person in form.attendees] == [True, False, None]


def test_units_in_rows_of_their_own_are_those_of_the_people_below() -> None:
    headings = ["姓名", "职务", "手机", "身份证号"]
    rows = [
        headings,
        [HOSPITAL.name, "", "", ""],
        [ANN.name, ANN.job_title, ANN.mobile, ANN.id_number],
        [OTHER.name, "", "", ""],
        [BEN.name, BEN.job_title, BEN.mobile, BEN.id_number],
    ]

    form = one(table(rows, merged=[(1, 0, 1, 4), (3, 0, 1, 4)]))

    assert [(p.name.text, p.organisation.text) for p in form.attendees] == [
        (ANN.name, HOSPITAL.name),
        (BEN.name, OTHER.name),
    ]
