"""A form says how it heads its columns and fields, filled in or not: events are told apart by it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from bot.forms.copies import without_copies
from bot.forms.label_additions import labels_with
from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.forms.normalise import normalise_form
from bot.forms.validate import validate_form
from bot.records.form import Document, RegistrationForm
from tests.unit.documents import document, table

LABELS = default_labels()
HOSPITAL = next(hospitals(21))
ONE, OTHER = islice(people(21), 2)
COLUMNS = ["姓名", "单位", "手机", "保障岗位", "是否 驻会（是/否）"]
ROW = [ONE.name, HOSPITAL.name, ONE.mobile, "", ""]


def the_form(found: Document) -> RegistrationForm:
    forms = find_forms(found, LABELS)
    assert len(forms) == 1
    return forms[0]


@pytest.mark.parametrize("rows", [[ROW], [[*ROW[:3], "急救", "是"]], [[""] * 5]])
def test_columns_are_named_as_written_whether_anybody_filled_them_in_or_not(rows: list[list[str]]) -> None:
    form = the_form(document(table([COLUMNS, *rows])))

    assert form.headings == tuple(COLUMNS)


def test_fields_below_the_list_are_named_too_each_once() -> None:
    below = [["填报单位", HOSPITAL.name, "", "联系人", ""], ["邮箱", "", "", "联系人", ""]]

    form = the_form(document(table([COLUMNS, ROW, *below])))

    assert form.headings == (*COLUMNS, "填报单位", "联系人", "邮箱")


def test_card_names_what_was_filled_in_under_headings_that_are_known() -> None:
    rows = [["姓名", ONE.name], ["手机", ONE.mobile], ["身份证号", ONE.id_number], ["保障岗位", "急救"]]
    labels = labels_with({"labels": {"extra": ["保障岗位"]}})

    form = find_forms(document(table(rows)), labels)[0]

    assert "保障岗位" in form.headings


def test_headings_outlast_reading_and_checking() -> None:
    form = the_form(document(table([COLUMNS, ROW])))

    assert validate_form(normalise_form(form)).headings == tuple(COLUMNS)


def test_copy_adds_its_headings() -> None:
    form = normalise_form(the_form(document(table([COLUMNS, ROW]))))
    copy = replace(form, origin="正文", headings=("姓名", "填报单位"))

    kept = without_copies([form, copy])

    assert len(kept) == 1
    assert kept[0].headings == (*COLUMNS, "填报单位")
