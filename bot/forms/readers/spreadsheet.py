"""Reads the workbooks of old Excel and WPS (.xls, .et: BIFF) and binary ones (.xlsb) into a Document.

The cells come from calamine, which knows all three; formulas give the value that was last shown. Calamine tells
neither hidden rows nor crossed-out text, so these are read like any other. Never runs macros or follows links.
Fails with UnreadableFileError.
"""

from __future__ import annotations

import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import tidy
from bot.forms.readers.package import Package
from bot.forms.readers.sheet import MAX_FILLED_CELLS, MAX_SHEETS, Sheet, sheet_table
from bot.forms.readers.symbols import readable
from bot.forms.readers.xls_book import harmless_book
from bot.forms.readers.xlsb_extent import positions_in
from bot.forms.readers.xlsx_numbers import GENERAL, number_text
from bot.records.form import Document, StoredAs, Table, UnreadCode

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_POSITIONS = 8_000_000
"""Rows times columns between the first and last cell of a sheet (of all sheets of an .xls): calamine takes some 60
bytes for each."""

_TORN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)
_Value = int | float | str | bool | time | date | datetime | timedelta


def read_spreadsheet(origin: str, content: bytes) -> Document:
    """One table per sheet that says anything, in the workbook's order.

    `Table.title` and `Place.part` are the sheet's name, `Place.spot` is the cell (B3). Long runs of empty rows or
    columns are cut down. Raises UnreadableFileError.
    """
    from python_calamine import CalamineError, PasswordError

    if content.startswith(b"PK"):
        _refuse_what_is_too_wide(content)
    else:
        content = harmless_book(content, MAX_POSITIONS)
    try:
        return _read(origin, content)
    except PasswordError as error:
        raise UnreadableFileError(UnreadCode.ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    except BaseException as error:
        # What the library raises when it breaks off (a panic of Rust) is no Exception, and has no name to import.
        if type(error).__name__ == "PanicException":
            raise UnreadableFileError(UnreadCode.CORRUPT) from None
        raise


def _read(origin: str, content: bytes) -> Document:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    blocks: list[Table] = []
    filled = 0
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        if not book.sheets_metadata:
            raise UnreadableFileError(UnreadCode.CORRUPT)
        for index, entry in enumerate(book.sheets_metadata[:MAX_SHEETS]):
            if entry.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = _sheet(book.get_sheet_by_index(index))
            filled += len(sheet.pieces)
            if filled > MAX_FILLED_CELLS:
                raise UnreadableFileError(UnreadCode.TOO_LARGE)
            found = sheet_table(sheet, origin, entry.name, hidden=entry.visible != SheetVisibleEnum.Visible)
            if found is not None:
                blocks.append(found)
    return Document(origin, tuple(blocks))


def _refuse_what_is_too_wide(content: bytes) -> None:
    """A stray cell in the last corner of a binary sheet would take half a terabyte."""
    package = Package(content)
    linked = {link.target for link in package.relationships("xl/workbook.bin")}
    for name in package.names():
        if name in linked or (name.startswith("xl/worksheets/") and name.endswith(".bin")):
            try:
                with package.open(name) as stream:
                    positions = positions_in(stream)
            except _TORN as error:
                raise UnreadableFileError(UnreadCode.CORRUPT) from error
            if positions > MAX_POSITIONS:
                raise UnreadableFileError(UnreadCode.TOO_LARGE)


def _sheet(found: CalamineSheet) -> Sheet:
    sheet = Sheet()
    sheet.merges = [(top, left, bottom, right) for (top, left), (bottom, right) in found.merged_cell_ranges or ()][
        :MAX_FILLED_CELLS
    ]
    for row, values in enumerate(found.iter_rows()):
        # A sheet may have millions of empty positions.
        if values.count("") == len(values):
            continue
        for column, value in enumerate(values):
            if value != "":
                sheet.add(row, column, *_cell_text(value))
    return sheet


def _cell_text(value: _Value) -> tuple[str, StoredAs]:
    """What a cell shows, and whether the file held a number or a date."""
    if isinstance(value, str):
        return tidy(readable(value.replace("\r\n", "\n").replace("\r", "\n"))), "text"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), "text"
    if isinstance(value, int | float):
        return number_text(repr(value), GENERAL)
    if isinstance(value, datetime):
        return (f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"), "date"
    if isinstance(value, time):
        return f"{value:%H:%M}", "date"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}", "date"
    return f"{value:%Y-%m-%d}", "date"
