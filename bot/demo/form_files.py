"""Forms as the invented hospitals' clerks fill them in: Word, Excel, an HTML table, plain lines.

Plays the sender, so it uses the office libraries directly; nothing of the bot reads through this module.
"""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import docx
import openpyxl
from docx.shared import Pt

from bot.demo.invented import InventedHospital, InventedPerson

FORM_TITLE = "参加赴浙江开展临床重点专科建设专题调研学习回执表"
HEADINGS = ("姓名", "单位", "职务", "手机", "身份证号", "是否单间")


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a clerk fills in: her hospital's particulars and the people she names."""

    hospital: InventedHospital
    people: tuple[InventedPerson, ...]
    yes: str = "是"
    no: str = "否"

    def rows(self) -> list[tuple[str, ...]]:
        return [
            (
                person.name,
                self.hospital.name,
                person.job_title,
                person.mobile,
                person.id_number,
                self.yes if person.single_room else self.no,
            )
            for person in self.people
        ]

    def footers(self) -> list[tuple[str, str]]:
        hospital = self.hospital
        return [
            ("填报单位", hospital.name),
            ("联系人", hospital.contact),
            ("电话（手机）", hospital.phone),
            ("邮箱", hospital.email),
            ("开具发票的单位抬头名称", hospital.name),
            ("纳税人识别号", hospital.taxpayer_id),
        ]

    def with_people(self, people: Sequence[InventedPerson]) -> FilledForm:
        return replace(self, people=tuple(people))


def word_form(form: FilledForm, *, blank_rows: int = 3, footers_in_table: bool = False) -> bytes:
    """The notice's own form as .docx; blank template rows stay below the people, as they do in real life."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_paragraph("附件：")
    document.add_heading(FORM_TITLE, level=1)
    rows = form.rows()
    table = document.add_table(rows=1 + len(rows) + blank_rows, cols=len(HEADINGS), style="Table Grid")
    for column, heading in enumerate(HEADINGS):
        table.cell(0, column).text = heading.replace("姓名", "姓  名")
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    if footers_in_table:
        for label, value in form.footers():
            cells = table.add_row().cells
            cells[1].merge(cells[-1])
            cells[0].text, cells[1].text = label, value
    else:
        for label, value in form.footers():
            document.add_paragraph(f"{label}：{value}")
    return _saved(document)


def excel_form(form: FilledForm, *, numbers: bool = True, titles: bool = True) -> bytes:
    """The form rebuilt in Excel; `numbers` stores mobiles as Excel likes to, as numbers."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "回执表"
    if titles:
        sheet.append([FORM_TITLE])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADINGS) + 1)
    sheet.append(["序号", *HEADINGS])
    for number, row in enumerate(form.rows(), start=1):
        cells: list[object] = [number, *row]
        if numbers and row[3]:
            cells[4] = int(row[3])
        sheet.append(cells)
    sheet.append([])
    for label, value in form.footers():
        sheet.append([f"{label}：", None, value])
    return _saved(book)


def html_form(form: FilledForm) -> str:
    """The form as a table in the mail's own HTML body."""
    head = "".join(f"<td><b>{heading}</b></td>" for heading in HEADINGS)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in form.rows()
    )
    footers = "".join(f"<div>{label}：{html.escape(value)}</div>" for label, value in form.footers())
    return (
        f"<div>您好！我院报名情况如下：</div><div><b>{FORM_TITLE}</b></div>"
        f'<table border="1" cellspacing="0"><tr>{head}</tr>{body}</table>{footers}'
    )


def lines_form(form: FilledForm) -> str:
    """The form as `label：value` lines in a plain mail."""
    lines = ["您好，我院报名如下：", ""]
    for row in form.rows():
        lines += [f"{heading}：{text}" for heading, text in zip(HEADINGS, row, strict=True)] + [""]
    lines += [f"{label}：{value}" for label, value in form.footers()]
    return "\n".join(lines)


def empty_word_form() -> bytes:
    """The form as it was sent out, nobody on it."""
    document = docx.Document()
    document.add_heading(FORM_TITLE, level=1)
    table = document.add_table(rows=4, cols=len(HEADINGS), style="Table Grid")
    for column, heading in enumerate(HEADINGS):
        table.cell(0, column).text = heading
    for label in ("填报单位", "联系人", "电话（手机）", "邮箱", "开具发票的单位抬头名称", "纳税人识别号"):
        document.add_paragraph(f"{label}：")
    return _saved(document)


def _saved(file: docx.document.Document | openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()
