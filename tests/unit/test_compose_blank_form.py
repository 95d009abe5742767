"""The blank form that goes with an answer."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

from docx import Document

from bot.records.event import Fees
from bot.replies.blank_form import COLUMNS, PARTICULARS, blank_form
from tests.unit.reply_cases import EVENT


def test_has_the_columns_and_lines_of_the_notice() -> None:
    form = Document(BytesIO(blank_form(EVENT)))

    people, particulars = form.tables
    assert [cell.text for cell in people.rows[0].cells] == ["姓名", "单位", "职务", "手机", "身份证号", "是否单间"]
    assert [row.cells[0].text for row in particulars.rows] == list(PARTICULARS)
    assert form.paragraphs[0].text == EVENT.form_title


def test_asks_for_nothing_that_the_event_does_not_need() -> None:
    course = replace(EVENT, required=("name", "organisation", "mobile"), lodging="", fees=Fees(0, 0))

    form = Document(BytesIO(blank_form(course)))

    people, particulars = form.tables
    assert [cell.text for cell in people.rows[0].cells] == ["姓名", "单位", "职务", "手机"]
    assert [row.cells[0].text for row in particulars.rows] == list(PARTICULARS[:4])
    assert not any("单间" in paragraph.text for paragraph in form.paragraphs)


def test_is_blank_where_clerks_write() -> None:
    people, particulars = Document(BytesIO(blank_form(EVENT))).tables

    assert len(people.rows) > 5
    assert not any(cell.text for row in people.rows[1:] for cell in row.cells)
    assert not any(row.cells[1].text for row in particulars.rows)


def test_says_until_when_and_where_to_send_it_without_looking_like_a_field() -> None:
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(blank_form(EVENT))).paragraphs)

    assert "2026年4月10日（星期五）" in text
    assert EVENT.mailbox in text
    assert not re.search("[：:]", text)
    assert not any(f"{label}" in text for label, _ in COLUMNS if label not in ("单位",))


def test_names_the_event_where_the_notice_names_no_form() -> None:
    form = Document(BytesIO(blank_form(replace(EVENT, form_title="", mailbox="", payee=None, document_number=""))))

    assert form.paragraphs[0].text == f"参加{EVENT.title}回执表"
    assert form.core_properties.created is not None
