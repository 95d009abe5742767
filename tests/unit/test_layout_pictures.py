"""Forms read from pictures: misread headings, odd signs, words that stick together. Sure files stay strict."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from bot.records.form import Line, Table
from tests.unit.documents import lines, place, table
from tests.unit.reading import HEADINGS, footers_of, names, one, read, rows_of

HOSPITAL, OTHER = islice(hospitals(31), 2)
ANN, BEN, CLERK = islice(people(31), 3)
SEEN = 0.93


def row(name: str = ANN.name) -> list[str]:
    return [name, HOSPITAL.name, ANN.job_title, ANN.mobile, ANN.id_number, "否"]


def seen(text: str) -> list[Line]:
    return [Line(line.text, line.place, SEEN) for line in lines(text)]


def page(*blocks: Table | Line | list[Line]) -> list[Table | Line]:
    return [part for block in blocks for part in (block if isinstance(block, list) else [block])]


@pytest.mark.parametrize(
    "headings",
    [
        ["姓各", "单位", "职 务", "手机:", "身份证亏", "是否单问"],
        ["姓名", "单 位 ", "职务", "乎机", "身价证号", "是否单间"],
        ["姓名", "单伫", "职努", "手札", "身份証号", "是否単間"],
        ["姓名", "单位", "职务", "手机号吗", "身份\n证号", "是否\n单间"],
    ],
)
def test_headings_with_a_misread_letter(headings: list[str]) -> None:
    form = one(table([headings, row()], confidence=SEEN))

    assert rows_of(form) == [row()]


def test_heading_that_came_apart_into_two_rows() -> None:
    form = one(
        table(
            [
                ["姓名", "单位", "手机", "身份证", "是否"],
                ["", "", "号码", "号码", "单间"],
                [*row()[:2], *row()[3:]],
            ]
        )
    )

    assert rows_of(form) == [[ANN.name, HOSPITAL.name, "", ANN.mobile, ANN.id_number, "否"]]


def test_empty_column_for_ordinals() -> None:
    form = one(table([["序号", *HEADINGS], ["", *row()]], confidence=SEEN))

    assert rows_of(form) == [row()]


def test_digits_apart_are_one_number() -> None:
    cells = [ANN.name, HOSPITAL.name, ANN.job_title, " ".join(ANN.mobile), " ".join(ANN.id_number), "否"]

    form = one(table([HEADINGS, cells], confidence=SEEN))

    assert rows_of(form) == [row()]


@pytest.mark.parametrize(
    "text",
    [
        "参会回执表\n姓各：{0}\n单 位;{1}\n职务.{2}\n手机:{3}\n身份证亏 ：{4}\n是否单间：否",
        "参会回执表\n姓名{0}\n单位{1}\n职务{2}\n手机{3}\n身份证号{4}\n是否单间 否",
    ],
)
def test_lines_with_odd_signs_or_none(text: str) -> None:
    form = one(*seen(text.format(*row())))

    assert rows_of(form) == [row()]


def test_heading_and_value_in_one_cell() -> None:
    labels = ["姓名", "单位", "职务", "手机", "身份证号", "是否单间"]
    cells = [f"{label}{text}" for label, text in zip(labels, row(), strict=True)]

    form = one(table([cells[:2], cells[2:4], cells[4:]], confidence=SEEN))

    assert rows_of(form) == [row()]


def test_fields_below_the_list_with_a_stamp_and_the_page_number_between() -> None:
    below = (
        f"填报单泣：{HOSPITAL.name}\n{HOSPITAL.name}\n公章\n联糸人;{CLERK.name}\n电活（手机）：{CLERK.mobile}\n"
        f"邮葙：a@example.org\n开具发票的单位抬失名称：{OTHER.name}\n纳税人识別号：{OTHER.taxpayer_id}\n"
        "第1页 共1页"
    )

    form = one(*page(seen("第1页 共1页\n参会回执表"), table([HEADINGS, row()], confidence=SEEN), seen(below)))

    assert rows_of(form) == [row()]
    assert footers_of(form) == [
        HOSPITAL.name,
        CLERK.name,
        CLERK.mobile,
        "a@example.org",
        OTHER.name,
        OTHER.taxpayer_id,
    ]


@pytest.mark.parametrize("name", ["单一诺", "时各", "单玮", "单伫", "于机"])
def test_names_that_look_like_misread_headings_stay_names(name: str) -> None:
    listed = one(table([HEADINGS, row(name)], confidence=SEEN))
    card = one(table([["姓名", name, "手机", ANN.mobile]], confidence=SEEN))

    assert names(listed) == [name]
    assert names(card) == [name]


def test_sure_files_keep_their_words() -> None:
    form = one("姓名：" + ANN.name, f"单泣：{HOSPITAL.name}", f"手机：{ANN.mobile}", f"税号：{OTHER.taxpayer_id}")

    assert form.attendees[0].organisation.text == ""
    assert [label for label, _ in form.attendees[0].extras] == ["单泣"]


def test_values_are_never_repaired() -> None:
    cells = [ANN.name, HOSPITAL.name, "职努", ANN.mobile[:-1] + "O", ANN.id_number[:-1] + "l", "否"]

    form = one(table([HEADINGS, cells], confidence=SEEN))

    assert rows_of(form) == [cells]


def test_identity_card_from_a_camera_registers_nobody() -> None:
    card = f"姓名{ANN.name}\n性别女 民族汉\n出生 1980 年1月1日\n住址广东省某市某路\n公民身份号码{ANN.id_number}"

    assert read(*seen(card)) == ()
    assert read(Line(card, place("1"), SEEN)) == ()
