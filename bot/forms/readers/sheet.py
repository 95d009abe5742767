"""One sheet of a workbook on its way to a Table, whatever kind of workbook it comes from.

Pure. Fails with UnreadableFileError (too_large) only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import Piece, table, without_blank_runs
from bot.records.form import StoredAs, Table, UnreadCode

MAX_FILLED_CELLS = 60_000
MAX_SHEETS = 100
_BLANKS_KEPT = 5


@dataclass(slots=True)
class Sheet:
    """What one sheet held: filled cells, merged ranges (top, left, bottom, right; from 0), rows not shown."""

    pieces: list[Piece] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)

    def add(self, row: int, column: int, text: str, stored_as: StoredAs = "text") -> None:
        """Keeps a cell that says something. Raises UnreadableFileError beyond MAX_FILLED_CELLS."""
        if not text:
            return
        self.pieces.append(Piece(row, column, text, cell_name(row, column), stored_as=stored_as))
        if len(self.pieces) > MAX_FILLED_CELLS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)


def sheet_table(sheet: Sheet, origin: str, name: str, *, hidden: bool = False) -> Table | None:
    """The sheet as a table, long runs of empty rows or columns cut down; None where it says nothing."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
    spread = []
    for piece in sheet.pieces:
        down, across = spans.get((piece.row, piece.column), (1, 1))
        spread.append(
            Piece(piece.row, piece.column, piece.text, piece.spot, down, across, piece.stored_as)
            if down * across > 1
            else piece
        )
    pieces, rows = without_blank_runs(spread, _BLANKS_KEPT)
    height = max(rows.values(), default=-1) + 1
    hidden_rows = frozenset(rows[row] for row in sheet.hidden_rows if row in rows)
    return table(pieces, origin, name, height, title=name, hidden_rows=hidden_rows, hidden=hidden)


def cell_name(row: int, column: int) -> str:
    """(2, 1) -> B3."""
    letters = ""
    left = column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
