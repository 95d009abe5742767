"""Fields of the whole form in columns beside a list of people: parted from it, so that each is read by itself.

Pure. Such columns hold nothing but headings of the form's fields, each with its value to the right; a column that
says anything about a person is none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.forms.labels import Field, Labels
from bot.forms.layout_grid import Header, find_header
from bot.forms.layout_sheet import Sheet
from bot.records.form import Cell, Table

_OF_THE_FORM = frozenset(
    (
        Field.SUBMITTER,
        Field.ORGANISATION,
        Field.CONTACT,
        Field.CONTACT_PHONE,
        Field.MOBILE,
        Field.TELEPHONE,
        Field.EMAIL,
        Field.INVOICE_TITLE,
        Field.TAXPAYER_ID,
        Field.INVOICE,
    )
)
_FEWEST = 2
_ROWS_LOOKED_AT = 30


def apart(table: Table, labels: Labels) -> Iterator[Table]:
    """The table, or the list of people and the columns beside it as two tables."""
    sheet = Sheet(table, labels)
    header = next((h for row in range(min(len(sheet), _ROWS_LOOKED_AT)) if (h := find_header(sheet, row))), None)
    column = _first_beside(sheet, header) if header is not None else None
    if header is None or column is None:
        yield table
        return
    yield _columns(table, 0, column, 0)
    yield _columns(table, column, sheet.width, header.first_row)


def _first_beside(sheet: Sheet, header: Header) -> int | None:
    """The column in which headings of the form's fields begin, right of everything about people."""
    known = [c.start for c in header.columns if c.field is not None and c.field not in _OF_THE_FORM]
    known += [c.start for fields, _ in header.lanes for c in fields.values()]
    for column in range(max(known) + 1, sheet.width - 1):
        found = _headings_in(sheet, header, column)
        if found is not None and len(found) >= _FEWEST:
            return column
    return None


def _headings_in(sheet: Sheet, header: Header, column: int) -> set[Field] | None:
    """The fields that the cells of a column name, from the row of headings on; None where a cell names none."""
    found: set[Field] = set()
    for row in range(header.first_row, len(sheet)):
        spot = sheet.at(row, column)
        if spot is None or not spot.text:
            continue
        if spot.column < column:  # what goes over the list and these columns alike
            if row <= header.last_row:
                return None
            break
        field = sheet.field(spot.text)
        if field in _OF_THE_FORM and sheet.labels.is_exact(spot.text) and spot.end < sheet.width:
            found.add(field)
        elif row > header.last_row:
            return None
    return found


def _columns(table: Table, start: int, end: int, top: int) -> Table:
    """Some columns of a table; rows above `top` are left out. Cells begin where the columns begin."""
    moved: dict[int, Cell] = {}
    rows = []
    for row in table.rows[top:]:
        cells = []
        for cell in row[start:end]:
            if id(cell) not in moved:
                moved[id(cell)] = replace(cell, row=max(cell.row - top, 0), column=max(cell.column - start, 0))
            cells.append(moved[id(cell)])
        rows.append(tuple(cells))
    hidden = frozenset(row - top for row in table.hidden_rows if row >= top)
    return replace(table, rows=tuple(rows), hidden_rows=hidden, title=table.title if not top and not start else "")
