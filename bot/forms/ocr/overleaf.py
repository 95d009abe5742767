"""Puts together rows of a table that a page's end parted: a unit's last character alone on top of the next page.

A row that was begun overleaf has text in few columns and none in its first. Pure; never fails; what is not plainly
the rest of a row stays a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from bot.records.form import Cell, Line, Table

Block = TypeVar("Block")
"""Tables, lines, or what else a reader puts between them."""

_Row = tuple[Cell, ...]

_MOST_FILLED = 0.5
_LONGEST_FOOTER = 12
"""Signs of a line between the parts of a table: a page number."""


def with_rows_joined(pages: Iterable[Sequence[Block]]) -> list[tuple[Block, ...]]:
    """The blocks of all pages; the rest of a row at the top of a page is moved to the row that it belongs to."""
    result: list[tuple[Block, ...]] = []
    for blocks in pages:
        after: list[Any] = list(blocks)
        before: list[Any] = list(result[-1]) if result else []
        last, first = _table_at_edge(before[::-1]), _table_at_edge(after)
        if last is not None and first is not None:
            before[-1 - last], after[first] = _joined(before[-1 - last], after[first])
            result[-1] = tuple(before)
        result.append(tuple(after))
    return result


def _table_at_edge(blocks: Sequence[object]) -> int | None:
    """Where the first table stands, when there is nothing but short lines before it."""
    for index, block in enumerate(blocks):
        if isinstance(block, Table):
            return index
        if not isinstance(block, Line) or len(block.text) > _LONGEST_FOOTER:
            return None
    return None


def _joined(upper: Table, lower: Table) -> tuple[Table, Table]:
    """Both tables, the row that the page's end parted whole in the upper one."""
    start = 1 if [cell.text for cell in lower.rows[0]] == [cell.text for cell in upper.rows[0]] else 0
    if len(lower.rows) < start + 2 or len(upper.rows) < 2 or len(upper.rows[0]) != len(lower.rows[0]):
        return upper, lower
    begun, rest = upper.rows[-1], lower.rows[start]
    if not _is_rest(rest, begun):
        return upper, lower
    row = tuple(_with(one, other) for one, other in zip(begun, rest, strict=True))
    kept = tuple(tuple(_moved_up(cell, start) for cell in cells) for cells in lower.rows if cells is not rest)
    return replace(upper, rows=(*upper.rows[:-1], row)), replace(lower, rows=kept)


def _is_rest(rest: _Row, begun: _Row) -> bool:
    filled = [column for column, cell in enumerate(rest) if cell.text]
    plain = all(cell.row_span == cell.column_span == 1 for cell in (*rest, *begun))
    few = 0 < len(filled) < _MOST_FILLED * len(rest)
    return plain and few and 0 not in filled and all(begun[column].text for column in (0, *filled))


def _with(begun: Cell, rest: Cell) -> Cell:
    if not rest.text:
        return begun
    text = begun.text + rest.text
    return replace(begun, text=text, confidence=min(begun.confidence, rest.confidence))


def _moved_up(cell: Cell, below: int) -> Cell:
    return replace(cell, row=cell.row - 1) if cell.row > below else cell
