"""Tables saved as text: separators, charsets, and what Excel does to long numbers."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.read import read_file
from bot.forms.readers.csv_file import read_csv
from bot.records.form import Cell, Document, Line, Place
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.shown import shown, tables
from tests.unit.reading import footers_of, rows_of

SLIP = slip(11, 3)
RECTANGULAR = [
    [TITLE, *[""] * 5],
    list(HEADINGS),
    *SLIP.rows,
    *[[f"{label}：", value, *[""] * 4] for label, value in SLIP.lines],
]
RAGGED = [[TITLE], list(HEADINGS), *SLIP.rows, *[[f"{label}：{value}"] for label, value in SLIP.lines]]


def written(rows: list[list[str]], separator: str = ",") -> str:
    text = StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def document(text: str) -> Document:
    found = read_csv("x", text)
    assert found is not None
    return found


def cell(text: str) -> Cell:
    """The only cell under a heading."""
    return tables(document(written([["姓名", "身份证号"], ["张三", text]])))[0].rows[1][1]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_reads_the_form_in_any_charset_and_with_any_separator(charset: str, separator: str) -> None:
    reading = read_file("回执.csv", written(RECTANGULAR, separator).encode(charset))

    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]
    assert footers_of(reading.forms[0]) == [value for _, value in SLIP.lines]


@pytest.mark.parametrize("separator", [",", ";"])
def test_rows_of_one_cell_around_the_table_are_lines(separator: str) -> None:
    found = document(written(RAGGED, separator))

    lines = [f"{label}：{value}" for label, value in SLIP.lines]
    assert shown(found) == [TITLE, [list(HEADINGS), *SLIP.rows], *lines]
    assert found.blocks[0] == Line(TITLE, Place("x", "", "第1行"))


def test_a_cell_is_called_as_in_excel() -> None:
    table = tables(document(written(RAGGED)))[0]

    assert table.rows[1][4].place == Place("x", "", "E3")


def test_a_cell_may_hold_lines_and_separators() -> None:
    text = '姓名,单位\r\n"张三","深圳市,\r\n某医院 ""南院"""\r\n'

    assert shown(document(text)) == [[["姓名", "单位"], ["张三", '深圳市,\n某医院 "南院"']]]


@pytest.mark.parametrize("trick", ['="{}"', "={}", "'{}", "‘{}", "{}\t", " {}"])
def test_what_makes_excel_take_a_number_for_text_is_left_out(trick: str) -> None:
    number = SLIP.people[0].id_number

    found = cell(trick.format(number))

    assert (found.text, found.stored_as) == (number, "text")


def test_an_identity_number_in_scientific_notation_has_lost_its_digits() -> None:
    found = cell("4.40301E+17")

    assert (found.text, found.stored_as) == ("440301000000000000", "number")


def test_a_telephone_number_cut_short_stays_as_it_was_written() -> None:
    assert cell("1.39E+10").text == "1.39E+10"


def test_a_number_in_scientific_notation_with_all_its_digits_is_whole() -> None:
    assert cell("1.3900000001E+10").text == "13900000001"


def test_the_line_that_names_the_separator_is_no_row() -> None:
    assert shown(document("sep=;\r\n姓名;手机\r\n张三;139\r\n")) == [[["姓名", "手机"], ["张三", "139"]]]


def test_a_heading_of_two_rows_gets_back_its_merged_cells() -> None:
    rows = [["序号", "参加人员", "", "是否单间"], ["", "姓名", "单位", ""], ["1", "张三", "某医院", "是"]]

    table = tables(document(written(rows)))[0]

    assert table.rows[0][3] is table.rows[1][3]
    assert table.rows[0][0] is table.rows[1][0]


@pytest.mark.parametrize(
    "letter",
    [
        "您好，\n附上报名表，请查收。\n",
        "各位老师,\n姓名,单位,手机都已填好,\n谢谢\n",
        "填报单位：某医院\n联系人：张三\n",
        "a,b\nc,d\n",
        "",
    ],
)
def test_a_letter_is_no_table(letter: str) -> None:
    assert read_csv("x", letter) is None


@given(st.text(alphabet="姓名,;\t\"\n\r='1E+a", max_size=80))
def test_never_fails(text: str) -> None:
    found = read_csv("x", text)

    assert found is None or found.origin == "x"
