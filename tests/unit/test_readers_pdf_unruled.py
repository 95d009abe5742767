"""PDF pages without ruled lines, as office programs print them: text set with tabs, headings and labels in two
lines beside their values. All people are invented."""

from __future__ import annotations

from bot.forms.read import read_file
from bot.forms.readers.pdf import read_pdf
from bot.records.form import RegistrationForm
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.make_pdf import SIZE, placed, ruled, shown, single, stacked
from tests.samples.shown import shown as said_by
from tests.samples.shown import tables

XS = (30, 90, 210, 290, 370, 490, 560)
TAB = 35.4
SLIP = slip(21, 3)
FOOTERS = [f"{label}：{value}" for label, value in SLIP.lines]


def the_form(content: bytes) -> RegistrationForm:
    reading = read_file("回执表.pdf", content)
    assert len(reading.forms) == 1, reading.unread
    return reading.forms[0]


def people_of(form: RegistrationForm) -> list[list[str]]:
    return [
        [
            a.name.text,
            a.organisation.text,
            a.job_title.text,
            a.mobile.text,
            a.id_number.text,
            a.single_room_value.text,
        ]
        for a in form.attendees
    ]


def fields_of(form: RegistrationForm) -> list[str]:
    own = (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    return [value.text for value in own]


def wide(text: str) -> float:
    return SIZE * sum(0.5 if character.isascii() else 1.0 for character in text)


def set_with_tabs(words: list[str], y: float) -> str:
    """A line as text editors print it: each word begins at the next tab stop after the word before."""
    drawn, x = "", 0.0
    for word in words:
        drawn += shown(word, 50 + x, y)
        x = TAB * ((x + wide(word)) // TAB + 1)
    return drawn


def test_list_set_with_tabs_is_read_by_the_order_of_its_words() -> None:
    rows = [HEADINGS, *SLIP.rows]
    drawn = "".join(set_with_tabs(list(row), 780 - 15 * number) for number, row in enumerate(rows))

    form = the_form(single(shown(TITLE, 50, 800) + drawn + stacked(FOOTERS, 50, 700, 15)))

    assert people_of(form) == SLIP.rows
    assert fields_of(form) == [value for _, value in SLIP.lines]


def test_short_values_set_with_tabs_do_not_slip_under_other_headings() -> None:
    rows = [[name, "某医院", "科长", mobile, identity, room] for name, _, _, mobile, identity, room in SLIP.rows]
    drawn = "".join(set_with_tabs(row, 780 - 15 * n) for n, row in enumerate([list(HEADINGS), *rows]))

    assert people_of(the_form(single(drawn + stacked(FOOTERS, 50, 700, 15)))) == rows


def test_heading_in_two_lines_is_one_heading() -> None:
    heads = [*HEADINGS[:5], "是否单"]
    drawn = placed([heads], XS, 780) + shown("间", XS[5] + 3, 765 - 17) + placed(SLIP.rows, XS, 735)

    form = the_form(single(drawn + stacked(FOOTERS, 40, 640)))

    assert people_of(form) == SLIP.rows
    assert form.attendees[0].single_room is not None


def test_label_in_two_lines_has_the_value_beside_their_middle() -> None:
    drawn = placed([HEADINGS, *SLIP.rows], XS, 780)
    for number, (label, value) in enumerate(SLIP.lines):
        y = 640 - 20 * number
        if label == "开具发票的单位抬头名称":
            drawn += shown("开具发票的单位抬头", 40, y + 5) + shown("名称：", 40, y - 5) + shown(value, 150, y)
        else:
            drawn += shown(f"{label}：", 40, y) + shown(value, 150, y)

    form = the_form(single(drawn))

    assert fields_of(form) == [value for _, value in SLIP.lines]
    assert people_of(form) == SLIP.rows


def test_title_above_labels_is_no_label() -> None:
    drawn = shown("参加专题学习的人员回执表", 40, 700)
    drawn += "".join(
        shown(f"{label}：", 40, 670 - 20 * n) + shown(value, 160, 670 - 20 * n)
        for n, (label, value) in enumerate(SLIP.lines[:3])
    )

    said = said_by(read_pdf("a.pdf", single(drawn)))

    assert "参加专题学习的人员回执表" in said


def test_list_under_a_title_is_not_drawn_into_labels_and_values_below() -> None:
    title = "参加专题学习的全体人员回执" + "表" * 6
    drawn = shown(title, 33, 790) + placed([HEADINGS, *SLIP.rows], XS, 780)
    drawn += "".join(
        shown(f"{label}：", 33, 660 - 20 * n) + shown(value, 93, 660 - 20 * n)
        for n, (label, value) in enumerate(SLIP.lines[:3])
    )

    document = read_pdf("a.pdf", single(drawn))

    assert [cell.text for cell in tables(document)[0].rows[0]] == list(HEADINGS)


def test_two_whole_numbers_in_one_cell_stay_two() -> None:
    first, second = SLIP.rows[:2]
    cells = [(first[n], second[n]) for n in (0, 3, 4)]
    drawn = ruled([["姓名", "手机", "身份证号"]], (30, 120, 220, 340), 780)
    drawn += ruled([["", "", ""]], (30, 120, 220, 340), 756, 40)
    drawn += "".join(stacked(pair, x + 3, 740, 14) for pair, x in zip(cells, (30, 120, 220), strict=True))

    form = the_form(single(drawn + stacked(FOOTERS, 40, 640)))

    assert [(a.name.text, a.mobile.text, a.id_number.text) for a in form.attendees] == [
        (row[0], row[3], row[4]) for row in (first, second)
    ]
