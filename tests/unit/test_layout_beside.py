"""The form's own fields in columns beside the people, and columns that only look so."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, footers_of, names, one, read, rows_of

HOSPITAL = next(hospitals(71))
ANN, BEN, CLERK = islice(people(71), 3)
LABELS = ["填报单位", "联系人", "电话（手机）", "邮箱", "开具发票的单位抬头名称", "纳税人识别号"]
FILLED = [HOSPITAL.name, CLERK.name, CLERK.mobile, HOSPITAL.email, HOSPITAL.name, HOSPITAL.taxpayer_id]
PAIRS = [list(pair) for pair in zip(LABELS, FILLED, strict=True)]
ROWS = [
    [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, "否"] for person in (ANN, BEN)
]
NOBODY = [""] * 6


def test_fields_under_a_head_beside_the_people_are_the_form_s() -> None:
    people_rows = [*ROWS, *([NOBODY] * 4)]
    rows = [[*HEADINGS, "填报信息", ""], *(row + pair for row, pair in zip(people_rows, PAIRS, strict=True))]

    form = one(table(rows, merged=[(0, 6, 1, 2)]))

    assert rows_of(form) == ROWS
    assert footers_of(form) == FILLED
    assert all(not person.extras for person in form.attendees)


def test_fields_that_begin_beside_the_headings_are_the_form_s() -> None:
    left = [HEADINGS, *ROWS, *([NOBODY] * 3)]

    form = one(table([row + pair for row, pair in zip(left, PAIRS, strict=True)]))

    assert rows_of(form) == ROWS
    assert footers_of(form) == FILLED


def test_empty_column_between_people_and_fields_does_not_matter() -> None:
    left = [HEADINGS, *ROWS, *([NOBODY] * 4)]
    right = [["", ""], *PAIRS]

    form = one(table([[*row, "", *pair] for row, pair in zip(left, right, strict=True)]))

    assert rows_of(form) == ROWS
    assert footers_of(form) == FILLED


def test_title_over_both_parts_stays_the_form_s() -> None:
    left = [["专题学习回执表", *NOBODY[1:]], HEADINGS, *ROWS, *([NOBODY] * 4)]
    right = [["", ""], ["填报信息", ""], *PAIRS]
    rows = [row + pair for row, pair in zip(left, right, strict=True)]

    form = one(table(rows, merged=[(0, 0, 1, 8), (1, 6, 1, 2)]))

    assert form.title == "专题学习回执表"
    assert rows_of(form) == ROWS
    assert footers_of(form) == FILLED


def test_nobody_is_made_of_the_fields_beside_an_empty_list() -> None:
    left = [HEADINGS, *([NOBODY] * 6)]
    right = [["填报信息", ""], *PAIRS]

    forms = read(table([row + pair for row, pair in zip(left, right, strict=True)]))

    assert [names(form) for form in forms] == [[]]
    assert footers_of(forms[0]) == FILLED


@pytest.mark.parametrize("filled", [True, False])
def test_fields_in_two_columns_under_a_list_are_not_beside_it(filled: bool) -> None:
    top = [[*HEADINGS, "备注", ""], *([[*row, "", ""] for row in ROWS] if filled else [[""] * 8])]
    under = [
        [LABELS[0], FILLED[0], "", "", "", "", LABELS[1], FILLED[1]],
        [LABELS[2], FILLED[2], "", "", "", "", LABELS[3], FILLED[3]],
        [LABELS[4], FILLED[4], "", "", "", "", LABELS[5], FILLED[5]],
    ]

    form = one(table([*top, *under]))

    assert rows_of(form) == (ROWS if filled else [])
    assert footers_of(form) == FILLED


def test_contact_of_each_person_is_no_field_beside_the_list() -> None:
    rows = [[*HEADINGS, "联系人", "联系人电话"], *([*row, CLERK.name, CLERK.mobile] for row in ROWS)]

    form = one(table(rows))

    assert rows_of(form) == ROWS
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)
