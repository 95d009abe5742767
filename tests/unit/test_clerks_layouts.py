"""What hospital clerks make of the form, each read field by field against what they meant."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import openpyxl
import pytest

from bot.forms.read import read_file
from bot.records.form import RegistrationForm
from tests.samples.clerk_texts import (
    footers,
    in_brackets,
    in_one_value,
    numbered,
    under_each_other,
    without_colons,
)
from tests.samples.make_forms import HEADINGS, Slip, saved, slip
from tests.samples.make_word_xml import p, tbl, tc, tr, word_xml
from tests.unit.documents import document, table
from tests.unit.reading import LABELS, read

ONE = slip(21, 1)
TWO = slip(22, 2)


def form_of(name: str, content: bytes) -> RegistrationForm:
    forms = read_file(name, content).forms
    assert len(forms) == 1
    return forms[0]


def people_said(form: RegistrationForm) -> list[list[str]]:
    words = {True: "是", False: "否", None: ""}
    return [
        [
            a.name.text,
            a.organisation.text,
            a.job_title.text,
            a.mobile.text,
            a.id_number.text,
            words[a.single_room],
        ]
        for a in form.attendees
    ]


def footers_said(form: RegistrationForm) -> list[str]:
    values = (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    return [value.text for value in values]


def assert_says(form: RegistrationForm, meant: Slip) -> None:
    assert people_said(form) == meant.rows
    assert footers_said(form) == [value for _, value in meant.lines]
    assert not form.problems
    assert not any(attendee.problems for attendee in form.attendees)


@pytest.mark.parametrize(
    ("written", "meant"),
    [(in_brackets, ONE), (without_colons, ONE), (in_one_value, ONE), (under_each_other, ONE), (numbered, TWO)],
)
def test_reads_a_form_typed_into_the_mail(written: Callable[[Slip], str], meant: Slip) -> None:
    text = written(meant)

    form = form_of("正文.txt", text.encode())

    assert_says(form, meant)


def test_keeps_both_words_of_a_post_that_a_blank_parts() -> None:
    name, unit, _, mobile, number, room = ONE.rows[0]
    text = "\n".join([" ".join(HEADINGS), f"{name} {unit} 医务科 科长 {mobile} {number} {room}", footers(ONE)])

    form = form_of("正文.txt", text.encode())

    assert form.attendees[0].job_title.text == "医务科 科长"


@pytest.mark.parametrize(
    ("label", "number"),
    [("港澳居民来往内地通行证", "H12345678"), ("护照号", "E12345678"), ("台胞证号", "01234567")],
)
def test_takes_the_number_of_another_document_under_its_own_name(label: str, number: str) -> None:
    name, unit, post, mobile, _, _ = ONE.rows[0]
    text = f"姓名：{name}\n单位：{unit}\n职务：{post}\n手机：{mobile}\n{label}：{number}\n是否单间：否"

    form = form_of("正文.txt", text.encode())

    assert form.attendees[0].id_number.text == number
    assert not form.attendees[0].problems


def test_parts_two_people_who_share_every_cell_of_a_row() -> None:
    cells = [p(above) + p(below) for above, below in zip(*TWO.rows, strict=True)]
    cells[1] = p(TWO.hospital.name)
    grid = tbl(tr(*HEADINGS), tr(*map(tc, cells)))

    form = form_of("回执.docx", word_xml(grid + "".join(p(f"{a}：{b}") for a, b in TWO.lines)))

    assert_says(form, TWO)


def test_reads_a_list_whose_heading_row_was_deleted() -> None:
    grid = tbl(*[tr(str(n), *row) for n, row in enumerate(TWO.rows, start=1)])

    form = form_of("回执.docx", word_xml(grid + "".join(p(f"{a}：{b}") for a, b in TWO.lines)))

    assert [a.name.text for a in form.attendees] == [person.name for person in TWO.people]
    assert [a.id_number.text for a in form.attendees] == [person.id_number for person in TWO.people]


def test_gives_the_contact_the_number_below_people_in_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for heading, *values in zip(HEADINGS, *TWO.rows, strict=True):
        sheet.append([heading, *values])
    for line in TWO.lines:
        sheet.append(line)

    form = form_of("回执.xlsx", saved(book))

    assert_says(form, TWO)


def test_gives_the_contact_the_second_number_of_a_row_that_says_everything() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEADINGS, *(label for label, _ in TWO.lines)])
    for row in TWO.rows:
        sheet.append([*row, *(value for _, value in TWO.lines)])

    form = form_of("回执.xlsx", saved(book))

    assert_says(form, TWO)


def test_reads_thousands_of_sentences_in_little_time() -> None:
    text = "\n".join(f"第{n}条，关于调研学习的通知，联系人：李某，电话：1380000{n:04d}" for n in range(2_000))

    start = perf_counter()
    read(*document(text).blocks)

    assert perf_counter() - start < 10


def test_reads_a_table_of_many_sentences_in_little_time() -> None:
    rows = [[f"这是第{r}行的第{c}栏，内容：无" for c in range(60)] for r in range(200)]

    start = perf_counter()
    found = read(table(rows))

    assert not found
    assert perf_counter() - start < 10


def test_knows_headings_also_where_only_their_ending_is_one() -> None:
    assert not LABELS.may_end_exactly("深圳市第一人民医院在此")
    assert LABELS.may_end_exactly("开具发票的单位抬头名称")
