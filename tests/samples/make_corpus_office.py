"""Writes the blocks of a layout as Word, Excel, web page and comma-separated files, each time the same bytes."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table as WordTable
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties

from tests.samples.corpus_layouts import Block, Grid, Layout, Slot, Text

SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
_CHANGED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_DATED = rb"\g<1>2026-04-01T00:00:00Z"


def placed(grid: Grid) -> Iterator[tuple[int, int, Slot]]:
    """Every cell of a grid with the row and column at which it begins."""
    taken: set[tuple[int, int]] = set()
    for row, slots in enumerate(grid.rows):
        column = 0
        for slot in slots:
            while (row, column) in taken:
                column += 1
            yield row, column, slot
            taken |= {(row + y, column + x) for y in range(slot.down) for x in range(slot.across)}
            column += slot.across


def word(blocks: Sequence[Block], layout: Layout) -> bytes:
    """As Word saves it."""
    document = docx.Document()
    font = document.styles["Normal"].font
    font.size, font.name = Pt(10.5), SANS if layout.sans else SERIF
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), font.name)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if layout.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(2)
    width = (29.7 if layout.landscape else 21) - 3.6
    for block in blocks:
        if isinstance(block, Text):
            run = document.add_paragraph().add_run(block.text)
            if block.title:
                run.bold, run.font.size = True, Pt(15)
        else:
            _word_table(document, block, width)
    return repacked(_saved(document))


def _word_table(document: docx.document.Document, grid: Grid, width: float) -> None:
    table: WordTable = document.add_table(len(grid.rows), len(grid.widths))
    table.autofit = False
    if grid.ruled:
        table.style = "Table Grid"
    for column, part in zip(table.columns, grid.widths, strict=True):
        column.width = Cm(width * part)
        for cell in column.cells:
            cell.width = Cm(width * part)
    for row, column, slot in placed(grid):
        cell = table.cell(row, column)
        if slot.across > 1 or slot.down > 1:
            cell = cell.merge(table.cell(row + slot.down - 1, column + slot.across - 1))
        cell.text = slot.text
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)


def excel(blocks: Sequence[Block], layout: Layout) -> bytes:
    """As Excel saves it: numbers as text, every table from column A, borders where they are ruled."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "回执表"
    font = Font(name=SANS if layout.sans else SERIF, size=10)
    thin = Side(style="thin")
    columns = max(len(block.widths) for block in blocks if isinstance(block, Grid))
    widest = next(b for b in blocks if isinstance(b, Grid) and len(b.widths) == columns)
    for index, part in enumerate(widest.widths):
        sheet.column_dimensions[chr(65 + index)].width = (140 if layout.landscape else 95) * part
    top = 1
    for block in blocks:
        if isinstance(block, Text):
            cell = sheet.cell(top, 1, block.text)
            cell.font = Font(name=font.name, size=14 if block.title else 10, bold=block.title)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            sheet.merge_cells(start_row=top, end_row=top, start_column=1, end_column=columns)
            sheet.row_dimensions[top].height = 15 * (1 + len(block.text) // 45)
            top += 1
            continue
        for row, column, slot in placed(block):
            cell = sheet.cell(top + row, 1 + column, slot.text)
            cell.font, cell.number_format = font, "@"
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            last_row, last_column = top + row + slot.down - 1, column + slot.across
            if slot.across > 1 or slot.down > 1:
                sheet.merge_cells(
                    start_row=top + row, end_row=last_row, start_column=1 + column, end_column=last_column
                )
            for line in sheet.iter_rows(top + row, last_row, 1 + column, last_column):
                for one in line:
                    one.border = Border(thin, thin, thin, thin) if block.ruled else Border()
            if slot.down == 1:
                room = (140 if layout.landscape else 95) * sum(block.widths[column:last_column]) / 2.1
                lines = 1 + int(len(slot.text) // max(1.0, room)) + slot.text.count("\n")
                height = sheet.row_dimensions[top + row].height or 0
                sheet.row_dimensions[top + row].height = max(height, 8 + 14 * lines)
        top += len(block.rows)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if layout.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return repacked(_saved(book))


def web(blocks: Sequence[Block], layout: Layout) -> bytes:
    """As a web page in UTF-8."""
    family = "sans-serif" if layout.sans else "serif"
    parts = [f'<html><head><meta charset="utf-8"></head><body style="font-family:{family}">']
    for block in blocks:
        if isinstance(block, Text):
            tag = "h2" if block.title else "p"
            parts.append(f"<{tag}>{html.escape(block.text)}</{tag}>")
            continue
        parts.append(f'<table border="{int(block.ruled)}" cellspacing="0">')
        for slots in block.rows:
            cells = "".join(_web_cell(slot) for slot in slots)
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>"]).encode()


def _web_cell(slot: Slot) -> str:
    spans = f' colspan="{slot.across}"' * (slot.across > 1) + f' rowspan="{slot.down}"' * (slot.down > 1)
    return f"<td{spans}>{html.escape(slot.text).replace(chr(10), '<br>')}</td>"


def comma_separated(blocks: Sequence[Block], layout: Layout, charset: str) -> bytes:
    """As Excel saves a sheet: what merged cells cover is empty. utf-8-sig or gb18030."""
    columns = max(len(block.widths) for block in blocks if isinstance(block, Grid))
    lines: list[list[str]] = []
    for block in blocks:
        if isinstance(block, Text):
            lines.append([block.text, *[""] * (columns - 1)])
            continue
        rows = [[""] * columns for _ in block.rows]
        for row, column, slot in placed(block):
            rows[row][column] = slot.text
        lines += rows
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(lines)
    return buffer.getvalue().encode(charset)


def word_with_pictures(pictures: Sequence[bytes]) -> bytes:
    """A Word file that holds nothing but a line of greeting and the scanned pages."""
    document = docx.Document()
    document.add_paragraph("回执见下图：")
    for picture in pictures:
        document.add_picture(io.BytesIO(picture), width=Cm(15))
    return repacked(_saved(document))


def repacked(content: bytes) -> bytes:
    """The same office package with every date fixed, so that making it again gives the same bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for entry in old.infolist():
            if "thumbnail" in entry.filename:
                continue
            inside = old.read(entry)
            if entry.filename == "docProps/core.xml":
                inside = _CHANGED.sub(_DATED, inside)
            if entry.filename == "_rels/.rels":
                inside = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", inside)
            new.writestr(zipfile.ZipInfo(entry.filename, (2026, 4, 1, 0, 0, 0)), inside, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _saved(file: docx.document.Document | openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()
