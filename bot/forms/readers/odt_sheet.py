"""Reads an OpenDocument spreadsheet (.ods, .ots, flat .fods; OpenDocument 1.3, part 3) into a Document.

Reads the sheets' own XML, because merged cells and hidden rows matter to a form, and calamine tells neither for
this kind. Formulas give the value that was last shown. Never runs macros or follows links. Fails with
UnreadableFileError.
"""

from __future__ import annotations

import re

from lxml import etree

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import tidy
from bot.forms.readers.odt import count_of, rows_of
from bot.forms.readers.odt_package import opened
from bot.forms.readers.odt_text import Look, paragraph_text, text_boxes
from bot.forms.readers.package import attribute, local_name
from bot.forms.readers.sheet import MAX_FILLED_CELLS, MAX_SHEETS, Sheet, sheet_table
from bot.forms.readers.xlsx_numbers import GENERAL, number_text
from bot.records.form import Document, Line, Place, StoredAs, Table, UnreadCode

_LAST_ROW = 2**20
_LAST_COLUMN = 2**14
_DURATION = re.compile(r"PT(\d{1,5})H(\d{1,2})M")
_NOT_SHOWN = ("collapse", "filter")


def read_ods(origin: str, content: bytes) -> Document:
    """One table per sheet that says anything, in the workbook's order, text boxes as lines after their sheet.

    `Table.title` and `Place.part` are the sheet's name, `Place.spot` is the cell (B3). Long runs of empty rows or
    columns are cut down. Raises UnreadableFileError.
    """
    found = opened(content, "spreadsheet")
    look = Look(found.roots)
    blocks: list[Table | Line] = []
    filled = 0
    sheets = [child for child in found.body if local_name(child) == "table"]
    for element in sheets[:MAX_SHEETS]:
        name = attribute(element, "name")
        reader = _SheetReader(origin, name, look)
        reader.read(element)
        filled += len(reader.sheet.pieces)
        if filled > MAX_FILLED_CELLS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        hidden = not look.is_shown("table", attribute(element, "style-name"))
        shown = sheet_table(reader.sheet, origin, name, hidden=hidden)
        if shown is not None:
            blocks.append(shown)
        if not hidden:
            blocks.extend(reader.lines)
    return Document(origin, tuple(blocks))


class _SheetReader:
    def __init__(self, origin: str, name: str, look: Look) -> None:
        self.sheet = Sheet()
        self.lines: list[Line] = []
        self._place = Place(origin, name, "文本框")
        self._look = look

    def read(self, element: etree._Element) -> None:
        for shapes in element:
            if local_name(shapes) == "shapes":
                self._drawn(shapes)
        number = 0
        for row in rows_of(element):
            times = count_of(row, "number-rows-repeated", _LAST_ROW)
            before = len(self.sheet.pieces)
            self._row(row, number)
            filled = len(self.sheet.pieces) > before
            if filled and attribute(row, "visibility") in _NOT_SHOWN:
                self.sheet.hidden_rows.update(range(number, number + min(times, MAX_FILLED_CELLS)))
            if filled:
                for again in range(1, times):
                    self._row(row, number + again)
            number += times

    def _row(self, row: etree._Element, number: int) -> None:
        column = 0
        for cell in row:
            if local_name(cell) not in ("table-cell", "covered-table-cell"):
                continue
            times = count_of(cell, "number-columns-repeated", _LAST_COLUMN)
            if len(cell) and local_name(cell) == "table-cell":
                text, stored_as = self._cell_text(cell)
                down = count_of(cell, "number-rows-spanned", _LAST_ROW)
                across = count_of(cell, "number-columns-spanned", _LAST_COLUMN)
                for at in range(column, column + times) if text else ():
                    self.sheet.add(number, at, text, stored_as)
                    if down * across > 1:
                        self.sheet.merges.append((number, at, number + down - 1, at + across - 1))
            column += times

    def _cell_text(self, cell: etree._Element) -> tuple[str, StoredAs]:
        shown = self._shown(cell)
        kind = attribute(cell, "value-type")
        value = attribute(cell, "value")
        if kind in ("float", "currency") and value:
            text, stored_as = number_text(value, GENERAL)
            filled_up = shown.isascii() and shown.isdigit() and shown.lstrip("0") == text.lstrip("0")
            return (shown if filled_up else text), stored_as
        if kind == "date":
            date, _, time = attribute(cell, "date-value").partition("T")
            return f"{date} {time[:5]}".removesuffix(" 00:00").strip(), "date"
        if kind == "time":
            found = _DURATION.match(attribute(cell, "time-value"))
            return (f"{int(found[1]):02d}:{int(found[2]):02d}" if found else shown), "date"
        if kind == "boolean":
            return attribute(cell, "boolean-value").upper(), "text"
        return ("" if shown.startswith("#") and shown.rstrip("!?").isupper() else shown), "text"

    def _shown(self, cell: etree._Element) -> str:
        lines = []
        for child in cell:
            if local_name(child) == "p":
                text, boxes = paragraph_text(child, self._look)
                lines.append(text)
                for box in boxes:
                    self._box(box)
            elif local_name(child) not in ("annotation", "table"):
                self._drawn(child)
        return tidy("\n".join(lines))

    def _drawn(self, element: etree._Element) -> None:
        for box in text_boxes(element):
            self._box(box)

    def _box(self, box: etree._Element) -> None:
        for paragraph in box.iter("{*}p"):
            text = tidy(paragraph_text(paragraph, self._look)[0])
            if text:
                self.lines.append(Line(text, self._place))
