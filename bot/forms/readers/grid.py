"""Puts cells with spans onto a rectangular grid, whatever kind of file they come from.

Pure. Never fails: overlapping spans keep the first cell, gaps become empty cells, and a grid has at most
MAX_POSITIONS positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import Cell, Place, StoredAs, Table, UnreadCode

MAX_POSITIONS = 200_000
MAX_COLUMNS = 512

_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One cell on its way to the grid: its top-left position, its spans, and what it says."""

    row: int
    column: int
    text: str
    spot: str
    row_span: int = 1
    column_span: int = 1
    stored_as: StoredAs = "text"


def tidy(text: str) -> str:
    """One blank for any run of blanks; lines kept, but no blank ends and no empty lines."""
    if not text:
        return text
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def row_and_column(row: int, column: int) -> str:
    """第2行第3列, counted from 1 as people do."""
    return f"第{row + 1}行第{column + 1}列"


def lay_out(pieces: Iterable[Piece], origin: str, part: str, height: int) -> list[list[Cell]]:
    """The rectangular grid of `height` rows; spans are clipped to it.

    Raises UnreadableFileError (too_large) for a grid beyond MAX_POSITIONS.
    """
    placed: dict[tuple[int, int], Cell] = {}
    width = 0
    for piece in pieces:
        if piece.column >= MAX_COLUMNS or piece.row >= height:
            continue
        down = min(piece.row_span, height - piece.row)
        across = min(piece.column_span, MAX_COLUMNS - piece.column)
        if len(placed) + down * across > MAX_POSITIONS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        place = Place(origin, part, piece.spot)
        cell = Cell(piece.text, piece.row, piece.column, place, down, across, stored_as=piece.stored_as)
        for row in range(piece.row, piece.row + down):
            for column in range(piece.column, piece.column + across):
                placed.setdefault((row, column), cell)
        width = max(width, piece.column + across)
    if height * width > MAX_POSITIONS:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    return [
        [
            placed.get((row, column)) or Cell("", row, column, Place(origin, part, row_and_column(row, column)))
            for column in range(width)
        ]
        for row in range(height)
    ]


def table(
    pieces: Sequence[Piece],
    origin: str,
    part: str,
    height: int,
    *,
    title: str = "",
    hidden_rows: frozenset[int] = frozenset(),
    hidden: bool = False,
) -> Table | None:
    """The table of these cells, or None where no cell says anything."""
    if not any(piece.text for piece in pieces):
        return None
    rows = lay_out(pieces, origin, part, height)
    return Table(tuple(tuple(row) for row in rows), title=title, hidden_rows=hidden_rows, hidden=hidden)


def without_blank_runs(pieces: Sequence[Piece], keep: int) -> tuple[list[Piece], dict[int, int]]:
    """The same cells with runs of empty rows or columns cut down to `keep`: one stray character in the last
    corner of a sheet must not make a million rows. Also gives old row -> new row for the rows that say something.

    Cells without text are dropped, except where they span rows or columns that do say something.
    """
    filled = [piece for piece in pieces if piece.text]
    rows = _closer({piece.row for piece in filled}, keep)
    columns = _closer({piece.column for piece in filled}, keep)
    moved = []
    for piece in filled:
        down = _reach(rows, piece.row, piece.row_span)
        across = _reach(columns, piece.column, piece.column_span)
        moved.append(
            replace(piece, row=rows[piece.row], column=columns[piece.column], row_span=down, column_span=across)
        )
    return moved, rows


def _closer(used: set[int], keep: int) -> dict[int, int]:
    """Each used index -> its new index, with gaps of more than `keep` cut down to `keep`."""
    moved: dict[int, int] = {}
    previous, position = -1, -1
    for index in sorted(used):
        position += min(index - previous, keep + 1)
        moved[index] = position
        previous = index
    return moved


def _reach(moved: dict[int, int], first: int, span: int) -> int:
    """How many of the new rows or columns a cell covers that covered `span` old ones from `first`."""
    if span == 1:
        return 1
    last = max(new for old, new in moved.items() if first <= old < first + span)
    return last - moved[first] + 1
