"""Reads an Excel 2003 XML workbook (XML Spreadsheet) into a Document. Fails with UnreadableFileError."""

from __future__ import annotations

from lxml import etree

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import tidy
from bot.forms.readers.package import attribute, local_name
from bot.forms.readers.sheet import MAX_FILLED_CELLS, MAX_SHEETS, Sheet, sheet_table
from bot.forms.readers.symbols import readable
from bot.forms.readers.xlsx_numbers import GENERAL, number_text
from bot.records.form import Document, StoredAs, Table, UnreadCode

_LAST_ROW = 2**20
_LAST_COLUMN = 2**14
_OFF = ("", "0", "false")


def read_spreadsheet_xml(origin: str, root: etree._Element) -> Document:
    """One table per sheet that says anything, in the workbook's order; `root` is ss:Workbook.

    `Table.title` and `Place.part` are the sheet's name, `Place.spot` is the cell (B3). Raises UnreadableFileError.
    """
    blocks: list[Table] = []
    filled = 0
    for number, element in enumerate(root.iter("{*}Worksheet")):
        if number >= MAX_SHEETS:
            break
        sheet = _sheet(element)
        filled += len(sheet.pieces)
        if filled > MAX_FILLED_CELLS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        hidden = any((shown.text or "") != "SheetVisible" for shown in element.iter("{*}Visible"))
        found = sheet_table(sheet, origin, attribute(element, "Name"), hidden=hidden)
        if found is not None:
            blocks.append(found)
    return Document(origin, tuple(blocks))


def _sheet(element: etree._Element) -> Sheet:
    sheet = Sheet()
    row = -1
    for holder in element.iter("{*}Row"):
        row = _position(holder, row, _LAST_ROW)
        before = len(sheet.pieces)
        column = -1
        for cell in holder:
            if local_name(cell) != "Cell":
                continue
            column = _position(cell, column, _LAST_COLUMN)
            across, down = _number(cell, "MergeAcross", _LAST_COLUMN), _number(cell, "MergeDown", _LAST_ROW)
            sheet.add(row, column, *_cell_text(cell))
            if across or down:
                sheet.merges.append((row, column, row + down, column + across))
            column += across
        if len(sheet.pieces) > before and attribute(holder, "Hidden") not in _OFF:
            sheet.hidden_rows.add(row)
        row += _number(holder, "Span", _LAST_ROW)
    return sheet


def _cell_text(cell: etree._Element) -> tuple[str, StoredAs]:
    """What one cell shows. Error values say nothing."""
    data = next((child for child in cell if local_name(child) == "Data"), None)
    if data is None:
        return "", "text"
    kind, written = attribute(data, "Type"), "".join(map(str, data.itertext()))
    if kind == "Error":
        return "", "text"
    if kind == "Number":
        return number_text(written, GENERAL)
    if kind == "DateTime":
        day, _, time = written.partition("T")
        return f"{day} {time[:5]}".removesuffix(" 00:00").strip(), "date"
    if kind == "Boolean":
        return ("TRUE" if written.strip() == "1" else "FALSE"), "text"
    return tidy(readable(written.replace("\r", "\n"))), "text"


def _position(element: etree._Element, previous: int, most: int) -> int:
    """ss:Index counts from 1; without it the next one."""
    return (_number(element, "Index", most) or previous + 2) - 1


def _number(element: etree._Element, name: str, most: int) -> int:
    text = attribute(element, name)
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 0
