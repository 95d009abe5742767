"""Reads a table saved as text (.csv, .tsv; RFC 4180 and what Excel and WPS make of it) into a Document.

Text says nothing of its kind, so this looks whether it is such a table at all. Pure. Fails with
UnreadableFileError (too_large) only.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from io import StringIO

from bot.forms.readers.grid import tidy
from bot.forms.readers.sheet import Sheet, sheet_table
from bot.forms.readers.xlsx_numbers import GENERAL, number_text
from bot.records.form import Document, Line, Place, StoredAs, Table

_SEPARATORS = ",;\t"
_NAMES_ITS_SEPARATOR = re.compile(r"\Asep=(.)\r?\n", re.I)
_HEADING = re.compile(
    r"(?:参会|参加|参训)?(?:人员|人)?姓名|身份证(?:号码?|件号码?)?|手机(?:号码?)?|填报单位|单位名称"
)
_BLANKS = re.compile(r"\s+")
_EXCEL_TEXT = re.compile(r'="?(.*?)"?\s*\Z', re.S)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
_LONGEST_NUMBER = 15
"""Digits that Excel keeps."""


def read_csv(origin: str, text: str) -> Document | None:
    """The table, with lines that stand above and below it, or None where the text is no such table.

    It is one where its rows have cells of the same number, two or more, and one is a form's heading. Numbers that
    were saved as 4.40301E+17 have lost their digits and count as numbers. Raises UnreadableFileError.
    """
    plain = text.replace("\x00", "")
    named = _NAMES_ITS_SEPARATOR.match(plain)
    body = plain[named.end() :] if named else plain
    for separator in named[1] if named else _SEPARATORS:
        rows = _rows(body, separator)
        if rows is not None:
            return _document(origin, rows)
    return None


def _rows(text: str, separator: str) -> list[list[str]] | None:
    """All rows, or None where this is not what parts the cells."""
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return None
    widths = Counter(len(row) for row in rows if row)
    width, count = max(
        ((width, count) for width, count in widths.items() if width > 1), key=_count, default=(0, 0)
    )
    if count < 2:
        return None
    headed = any(_HEADING.fullmatch(_BLANKS.sub("", cell).rstrip("：:")) for row in rows for cell in row)
    rectangular = count == sum(widths.values())
    # What is not rectangular may be a letter: tabs and blanks in it are the text reader's matter.
    ragged = separator != "\t" and width > 2 and all(one in (1, width) for one in widths)
    return rows if headed and (rectangular or ragged) else None


def _count(pair: tuple[int, int]) -> int:
    return pair[1]


def _document(origin: str, rows: list[list[str]]) -> Document:
    blocks: list[Table | Line] = []
    sheet = Sheet()
    for number, row in enumerate(rows):
        if len(row) == 1 and tidy(row[0]):
            _end_table(sheet, origin, blocks)
            sheet = Sheet()
            place = Place(origin, "", f"第{number + 1}行")
            blocks += [Line(line, place) for line in tidy(row[0]).split("\n")]
        for column, cell in enumerate(row if len(row) > 1 else ()):
            sheet.add(number, column, *_cell_text(cell))
        if number and _is_heading_of_people(row):
            sheet.merges += _lost_merges(rows[number - 1], row, number)
    _end_table(sheet, origin, blocks)
    return Document(origin, tuple(blocks))


def _is_heading_of_people(row: list[str]) -> bool:
    headings = [_BLANKS.sub("", cell) for cell in row]
    return "姓名" in headings and sum(map(bool, headings)) > 1


def _lost_merges(above: list[str], row: list[str], number: int) -> list[tuple[int, int, int, int]]:
    """In a heading of two rows what stands above an empty cell was merged with it before it was saved as text."""
    if sum(map(bool, map(tidy, above))) < 2:
        return []
    pairs = enumerate(zip(above, row, strict=False))
    return [(number - 1, column, number, column) for column, (up, down) in pairs if tidy(up) and not tidy(down)]


def _end_table(sheet: Sheet, origin: str, blocks: list[Table | Line]) -> None:
    first = min((piece.row for piece in sheet.pieces), default=0)
    sheet.pieces = [replace(piece, row=piece.row - first) for piece in sheet.pieces]
    sheet.merges = [(top - first, left, bottom - first, right) for top, left, bottom, right in sheet.merges]
    found = sheet_table(sheet, origin, "")
    if found is not None:
        blocks.append(found)


def _cell_text(written: str) -> tuple[str, StoredAs]:
    """A cell without what makes Excel take it for text: ="440301…", a leading apostrophe, a tab."""
    cell = tidy(written.replace("\r\n", "\n").replace("\r", "\n"))
    found = _EXCEL_TEXT.match(cell) if cell.startswith("=") else None
    if found is not None:
        cell = found[1]
    elif cell[:1] in "'‘’" and cell[1:2].isdigit():
        cell = cell[1:]
    number = _SCIENTIFIC.fullmatch(cell)
    if number is None:
        return cell, "text"
    digits, places = len(number[2] or ""), int(number[3])
    if digits < places < _LONGEST_NUMBER:
        # A telephone number cut short must not look like one.
        return cell, "number"
    return number_text(cell, GENERAL)
