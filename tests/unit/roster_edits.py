"""Staff at work in a saved workbook, for tests: cells found by their headers, as people find them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet


def sheet_in(path: Path, title: str) -> Worksheet:
    sheet = load_workbook(path)[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def edit(path: Path, title: str, change: Callable[[Worksheet], object]) -> None:
    """Open, change one sheet, save."""
    book = load_workbook(path)
    sheet = book[title]
    assert isinstance(sheet, Worksheet)
    change(sheet)
    book.save(path)


def column_of(sheet: Worksheet, header: str) -> int:
    return [cell.value for cell in sheet[1]].index(header) + 1


def fill(path: Path, title: str, cells: dict[tuple[int, str], object]) -> None:
    """Put values into cells, each named by its row and its header."""

    def change(sheet: Worksheet) -> None:
        for (row, header), value in cells.items():
            sheet.cell(row, column_of(sheet, header)).value = value  # type: ignore[assignment]

    edit(path, title, change)


def copy_row(sheet: Worksheet, source: int, target: int) -> None:
    """As copying a whole row and inserting it elsewhere does."""
    sheet.insert_rows(target)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(target, column).value = sheet.cell(source, column).value


def texts(path: Path, title: str, header: str) -> list[object]:
    """What stands under a header, down to the last row."""
    sheet = sheet_in(path, title)
    return [sheet.cell(row, column_of(sheet, header)).value for row in range(2, sheet.max_row + 1)]
