"""A table seen row by row as its distinct cells, each with the field that it names, if it is a heading.

Pure. Merged cells count once per row. Headings are looked up once per text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.forms.labels import Field, Labels
from bot.forms.layout_text import collapse
from bot.records.form import Cell, Table


class Spot(NamedTuple):
    """A cell in one row: the columns that it covers there are `column` to `end` (not included)."""

    column: int
    end: int
    cell: Cell
    text: str


class Sheet:
    """The rows of one table as spots."""

    def __init__(self, table: Table, labels: Labels) -> None:
        self.table = table
        self.labels = labels
        self.rows = [list(_spots(row)) for row in table.rows]
        self.width = max((len(row) for row in table.rows), default=0)
        self._covering = [[spot for spot in row for _ in range(spot.column, spot.end)] for row in self.rows]
        self._filled = [[spot for spot in row if spot.text] for row in self.rows]
        self._fields: dict[str, Field | None] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def field(self, text: str) -> Field | None:
        """The field that a cell's text names, or None; remembered."""
        if text not in self._fields:
            self._fields[text] = self.labels.field_of(text) if text else None
        return self._fields[text]

    def filled(self, row: int) -> list[Spot]:
        return self._filled[row]

    def at(self, row: int, column: int) -> Spot | None:
        """The spot that covers a column, or None outside the table."""
        covering = self._covering[row]
        return covering[column] if 0 <= column < len(covering) else None

    def between(self, row: int, start: int, end: int) -> list[Spot]:
        """The spots that begin in, or cover the first of, the columns from `start` to `end`."""
        spots = []
        while start < end and (spot := self.at(row, start)) is not None:
            spots.append(spot)
            start = spot.end
        return spots

    def goes_on_above(self, row: int, spot: Spot) -> bool:
        """Whether the cell began in the row above."""
        above = self.table.rows[row - 1] if row else ()
        return spot.column < len(above) and above[spot.column] is spot.cell


def _spots(row: tuple[Cell, ...]) -> Iterator[Spot]:
    start = 0
    for column in range(1, len(row) + 1):
        if column == len(row) or row[column] is not row[start]:
            cell = row[start]
            yield Spot(start, column, cell, collapse(cell.text) if cell.text else "")
            start = column
