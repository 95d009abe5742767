"""Reads an Excel workbook (.xlsx, .xlsm, from Excel, WPS or others; ISO/IEC 29500) into a Document.

Streams the sheets' own XML, so that a workbook with odd styles or a million empty formatted rows is read like
any other (openpyxl refuses the first and takes minutes for the second). Formulas give the value that was last
shown. Never runs macros or follows links. Fails with UnreadableFileError.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import Piece, tidy
from bot.forms.readers.package import Package, attribute, local_name
from bot.forms.readers.sheet import MAX_FILLED_CELLS, MAX_SHEETS, Sheet, cell_name, sheet_table
from bot.forms.readers.symbols import readable
from bot.forms.readers.xlsx_numbers import number_text
from bot.forms.readers.xlsx_stream import FilledCells
from bot.forms.readers.xlsx_styles import PLAIN, Style, shared_strings, string_item, styles, unescape
from bot.records.form import Document, Line, Place, StoredAs, Table, UnreadCode

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_OFF = ("", "0", "false")


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of one workbook share."""

    origin: str
    strings: list[str]
    styles: list[Style]
    from_1904: bool


def read_xlsx(origin: str, content: bytes) -> Document:
    """One table per sheet that says anything, in the workbook's order, text boxes as lines after their sheet.

    `Table.title` and `Place.part` are the sheet's name, `Place.spot` is the cell (B3). Long runs of empty rows or
    columns are cut down. Raises UnreadableFileError.
    """
    package = Package(content)
    main = package.main_part("xl/workbook.xml")
    root = package.parse(main)
    parts = {link.id: link for link in package.relationships(main)}
    by_kind = {link.kind: link.target for link in parts.values()}
    book = _Book(
        origin,
        shared_strings(package, by_kind.get("sharedStrings", "xl/sharedStrings.xml")),
        styles(package, by_kind.get("styles", "xl/styles.xml")),
        any(attribute(element, "date1904") not in _OFF for element in root.iter("{*}workbookPr")),
    )
    blocks: list[Table | Line] = []
    filled = 0
    for number, entry in enumerate(root.iter("{*}sheet")):
        link = parts.get(attribute(entry, "id"))
        if number >= MAX_SHEETS or link is None or link.kind != "worksheet" or not package.has(link.target):
            continue
        sheet = _read_sheet(package, link.target, book)
        filled += len(sheet.pieces)
        if filled > MAX_FILLED_CELLS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        name = attribute(entry, "name")
        hidden = attribute(entry, "state") in ("hidden", "veryHidden")
        found = sheet_table(sheet, origin, name, hidden=hidden)
        if found is not None:
            blocks.append(found)
        if not hidden:
            blocks.extend(_text_boxes(package, link.target, origin, name))
    return Document(origin, tuple(blocks))


def _read_sheet(package: Package, part: str, book: _Book) -> Sheet:
    sheet = Sheet()
    row_number = -1
    try:
        with package.open(part) as stream:
            for _, element in etree.iterparse(
                FilledCells(stream),
                tag=("{*}row", "{*}mergeCell"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
            ):
                if local_name(element) == "mergeCell":
                    merge = _range(attribute(element, "ref"))
                    if merge is not None and len(sheet.merges) < MAX_FILLED_CELLS:
                        sheet.merges.append(merge)
                    continue
                given = element.get("r", "")
                row_number = (
                    int(given) - 1 if given.isascii() and given.isdigit() and len(given) < 8 else row_number + 1
                )
                _read_row(element, row_number, book, sheet)
                _forget(element)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    return sheet


def _forget(element: etree._Element) -> None:
    """Frees a row that was read, and what stands before it, so that memory stays flat."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_row(element: etree._Element, row: int, book: _Book, sheet: Sheet) -> None:
    if next(element.iter("{*}v", "{*}is"), None) is None:
        return
    before = len(sheet.pieces)
    column = -1
    for cell in element:
        reference = cell.get("r", "")
        position = _position(reference)
        column = position[1] if position is not None else column + 1
        text, stored_as = _cell_text(cell, book)
        if text:
            spot = reference or cell_name(row, column)
            sheet.pieces.append(Piece(row, column, text, spot, stored_as=stored_as))
    if len(sheet.pieces) > MAX_FILLED_CELLS:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    if len(sheet.pieces) > before and _is_hidden_row(element):
        sheet.hidden_rows.add(row)


def _is_hidden_row(row: etree._Element) -> bool:
    flat = row.get("customHeight", "") not in _OFF and row.get("ht", "").rstrip("0.") == "" and row.get("ht")
    return row.get("hidden", "") not in _OFF or bool(flat)


def _cell_text(cell: etree._Element, book: _Book) -> tuple[str, StoredAs]:
    """What one cell shows. Error values (#N/A) and crossed-out cells say nothing."""
    kind = cell.get("t", "n")
    value, inline = "", ""
    for child in cell:
        name = local_name(child)
        if name == "v":
            value = child.text or ""
        elif name == "is":
            inline = string_item(child)
    style = _style(cell, book.styles)
    if kind == "e" or style.font.struck or not (value or inline):
        return "", "text"
    if kind == "n" and value:
        return number_text(value, style.number, from_1904=book.from_1904)
    if kind == "b":
        return ("TRUE" if value.strip() == "1" else "FALSE"), "text"
    if kind == "d":
        return value.replace("T", " ").removesuffix(" 00:00:00"), "date"
    if kind == "s":
        index = value.strip()
        known = index.isascii() and index.isdigit() and int(index) < len(book.strings)
        value = book.strings[int(index)] if known else ""
    elif kind == "str":
        value = unescape(value)
    return tidy(readable(value or inline, style.font.symbols)), "text"


def _style(cell: etree._Element, known: Sequence[Style]) -> Style:
    index = cell.get("s", "")
    return known[int(index)] if index.isascii() and index.isdigit() and int(index) < len(known) else PLAIN


def _text_boxes(package: Package, part: str, origin: str, sheet: str) -> list[Line]:
    """Text in shapes that lie on the sheet (DrawingML), one line per paragraph."""
    lines = []
    for link in package.relationships(part):
        if link.kind != "drawing" or not package.has(link.target):
            continue
        for body in package.parse(link.target).iter("{*}txBody"):
            for paragraph in body.iter("{*}p"):
                text = tidy("".join(run.text or "" for run in paragraph.iter("{*}t")))
                if text:
                    lines.append(Line(text, Place(origin, sheet, "文本框")))
    return lines


def _position(reference: str) -> tuple[int, int] | None:
    """B3 -> (2, 1); None for anything else."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _range(reference: str) -> tuple[int, int, int, int] | None:
    """A1:B3 -> (0, 0, 2, 1); None for anything else."""
    first, _, last = reference.partition(":")
    start, end = _position(first), _position(last or first)
    if start is None or end is None:
        return None
    return min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
