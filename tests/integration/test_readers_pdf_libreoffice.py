"""Forms printed to PDF by LibreOffice read the same as the files they were made from."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.styles import Border, Side
from openpyxl.worksheet.properties import PageSetupProperties

from bot.forms.read import read_file
from tests.integration.test_readers_libreoffice import converted, said
from tests.samples.make_forms import Slip, excel_form, saved, slip, word_form
from tests.servers.require import require

pytestmark = pytest.mark.integration

WIDTHS = (14, 30, 18, 16, 24, 10)


@pytest.fixture(scope="module")
def soffice() -> str:
    return shutil.which("soffice") or shutil.which("libreoffice") or require("LibreOffice")


def ruled_word_form(content: Slip) -> bytes:
    document = docx.Document(BytesIO(word_form(content)))
    document.tables[0].style = "Table Grid"
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def printed_sheet(content: Slip, *, ruled: bool, fit: bool = True) -> bytes:
    """The Excel form with or without borders; unless it is to `fit`, its last columns get own pages."""
    book = openpyxl.load_workbook(BytesIO(excel_form(content)))
    sheet = book.active
    assert sheet is not None
    thin = Side(style="thin") if ruled else Side()
    for row in sheet.iter_rows(min_row=2, max_row=2 + len(content.people)):
        for cell in row:
            cell.border = Border(thin, thin, thin, thin)
    for column, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=fit)
    sheet.page_setup.fitToHeight = 0
    return saved(book)


@pytest.mark.parametrize(
    ("name", "content", "source"),
    [
        ("a.docx", slip(41, 3), lambda content: ruled_word_form(content)),
        ("long.docx", slip(42, 45), lambda content: ruled_word_form(content)),
        ("plain.docx", slip(43, 3), lambda content: word_form(content)),
        ("plainlong.docx", slip(44, 45), lambda content: word_form(content)),
        ("a.xlsx", slip(45, 5), lambda content: printed_sheet(content, ruled=True)),
        ("long.xlsx", slip(46, 90), lambda content: printed_sheet(content, ruled=True)),
        ("plain.xlsx", slip(47, 5), lambda content: printed_sheet(content, ruled=False)),
        ("plainlong.xlsx", slip(48, 90), lambda content: printed_sheet(content, ruled=False)),
        ("wide.xlsx", slip(49, 12), lambda content: printed_sheet(content, ruled=True, fit=False)),
        ("widelong.xlsx", slip(50, 90), lambda content: printed_sheet(content, ruled=True, fit=False)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_form_printed_to_pdf_reads_like_its_source(
    soffice: str, tmp_path: Path, name: str, content: Slip, source: object
) -> None:
    assert callable(source)
    made = source(content)
    printed = converted(soffice, tmp_path, name, made, "pdf")

    forms = read_file("回执表.pdf", printed).forms

    assert [said(form) for form in forms] == [said(form) for form in read_file(name, made).forms]
    assert len(forms[0].attendees) == len(content.people)
