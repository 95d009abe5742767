"""Makes registration forms of invented hospitals as files: Word, Excel, a web page, plain text."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

import docx
import openpyxl

from bot.demo.invented import InventedHospital, InventedPerson, hospitals, people

TITLE = "参加赴浙江开展临床重点专科建设专题调研学习回执表"
HEADINGS = ("姓名", "单位", "职务", "手机", "身份证号", "是否单间")


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on one form."""

    hospital: InventedHospital
    people: tuple[InventedPerson, ...]

    @property
    def rows(self) -> list[list[str]]:
        return [
            [p.name, self.hospital.name, p.job_title, p.mobile, p.id_number, "是" if p.single_room else "否"]
            for p in self.people
        ]

    @property
    def lines(self) -> list[tuple[str, str]]:
        h = self.hospital
        return [
            ("填报单位", h.name),
            ("联系人", h.contact),
            ("电话（手机）", h.phone),
            ("邮箱", h.email),
            ("开具发票的单位抬头名称", h.name),
            ("纳税人识别号", h.taxpayer_id),
        ]


def slip(seed: int = 1, count: int = 2) -> Slip:
    return Slip(next(hospitals(seed)), tuple(islice(people(seed), count)))


def word_form(content: Slip, blank_rows: int = 2) -> bytes:
    """The association's own form, filled in, as Word saves it."""
    document = docx.Document()
    document.add_paragraph(TITLE)
    grid = document.add_table(rows=1, cols=len(HEADINGS))
    rows: list[Sequence[str]] = [HEADINGS, *content.rows, *[[""] * len(HEADINGS)] * blank_rows]
    for number, row in enumerate(rows):
        cells = grid.rows[0].cells if number == 0 else grid.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    for label, value in content.lines:
        document.add_paragraph(f"{label}：{value}")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def excel_form(content: Slip) -> bytes:
    """The same form as a sheet, numbers as text."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "回执表"
    sheet.append([TITLE])
    sheet.merge_cells("A1:F1")
    sheet.append(list(HEADINGS))
    for row in content.rows:
        sheet.append(row)
    for label, value in content.lines:
        sheet.append([f"{label}：", value])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def web_form(content: Slip) -> str:
    """The same form as a mail program's HTML."""
    rows = "".join(
        "<tr>"
        + "".join(f"<td><p class=MsoNormal>{html.escape(text)}<o:p></o:p></p></td>" for text in row)
        + "</tr>"
        for row in (HEADINGS, *content.rows)
    )
    lines = "".join(f"<p>{label}：{html.escape(value)}</p>" for label, value in content.lines)
    return (
        f"<html><body><p>您好：</p><p>{TITLE}</p><table class=MsoNormalTable>{rows}</table>{lines}</body></html>"
    )


def text_form(content: Slip) -> str:
    """The same form pasted from a sheet into a plain mail."""
    rows = ["\t".join(row) for row in (HEADINGS, *content.rows)]
    return "\n".join([TITLE, *rows, "", *(f"{label}：{value}" for label, value in content.lines)])
