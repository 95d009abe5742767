"""Rows of RTF cells to a Table: cells say where their right edge lies, not in which column they stand.

Pure. Never fails, except with UnreadableFileError (too_large) for an absurd table.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import MAX_COLUMNS, Piece, row_and_column, table, tidy
from bot.records.form import Table, UnreadCode

MOST_ROWS = 5_000
_SAME_EDGE = 40
"""Twips (1/1440 inch) within which two edges are one: Word moves edges a little from row to row."""


@dataclass(slots=True)
class CellShape:
    """One cell of a row's definition: its right edge in twips, and the cells that it belongs to."""

    right: int = 0
    joins_left: bool = False
    joins_above: bool = False


@dataclass(slots=True)
class RowShape:
    """A row's definition (\\trowd): `next_cell` gathers what is said before the \\cellx that ends it."""

    left: int = 0
    cells: list[CellShape] = field(default_factory=list)
    next_cell: CellShape = field(default_factory=CellShape)

    def end_cell(self, right: int) -> None:
        if len(self.cells) < MAX_COLUMNS:
            self.next_cell.right = right
            self.cells.append(self.next_cell)
        self.next_cell = CellShape()


class RowGatherer:
    """Gathers the cells of one table, row after row."""

    def __init__(self) -> None:
        self._rows: list[tuple[RowShape, list[str]]] = []
        self._texts: list[str] = []

    @property
    def is_empty(self) -> bool:
        return not self._rows and not self._texts

    def end_cell(self, text: str) -> None:
        if len(self._texts) < MAX_COLUMNS:
            self._texts.append(tidy(text))

    def end_row(self, shape: RowShape) -> None:
        """Ends the row whose cells were gathered; its shape counts as it is now."""
        if len(self._rows) >= MOST_ROWS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        texts, self._texts = self._texts, []
        if texts:
            self._rows.append((replace(shape, cells=list(shape.cells)), texts))

    def only_text(self) -> str | None:
        """What a table of one cell says: it is a frame."""
        return self._rows[0][1][0] if len(self._rows) == 1 and len(self._rows[0][1]) == 1 else None

    def table(self, origin: str, part: str) -> Table | None:
        """The table of all rows, or None where it says nothing."""
        if self._texts:
            self.end_row(RowShape())
        columns = _columns([shape for shape, _ in self._rows])
        pieces: list[Piece] = []
        above: dict[int, int] = {}
        for number, (shape, texts) in enumerate(self._rows):
            left = columns.get(shape.left, 0)
            row_starts = len(pieces)
            for index, text in enumerate(texts):
                cell = shape.cells[index] if index < len(shape.cells) else CellShape()
                right = max(columns.get(cell.right, 0), left + 1)
                owner = above.get(left)
                if cell.joins_left and len(pieces) > row_starts:
                    wider = right - pieces[-1].column
                    pieces[-1] = replace(pieces[-1], column_span=max(wider, 1), text=pieces[-1].text or text)
                elif cell.joins_above and owner is not None:
                    pieces[owner] = replace(pieces[owner], row_span=number - pieces[owner].row + 1)
                else:
                    above[left] = len(pieces)
                    spot = row_and_column(number, left)
                    pieces.append(Piece(number, left, text, spot, column_span=right - left))
                left = right
        return table(pieces, origin, part, len(self._rows))


def _columns(shapes: list[RowShape]) -> dict[int, int]:
    """Every edge -> the number of its column, edges that lie close together being one."""
    edges = sorted({edge for shape in shapes for edge in (shape.left, *(cell.right for cell in shape.cells))})
    columns: dict[int, int] = {}
    number, first = -1, 0
    for edge in edges:
        if number < 0 or edge - first > _SAME_EDGE:
            number, first = number + 1, edge
        columns[edge] = number
    return columns
