"""Builds Documents for tests: tables from lists of texts, lines from texts, merged cells where asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.records.form import Cell, Document, Line, Place, StoredAs, Table

ORIGIN = "回执.docx"


def place(spot: str, part: str = "表1") -> Place:
    return Place(ORIGIN, part, spot)


def table(
    rows: Sequence[Sequence[str]],
    *,
    merged: Iterable[tuple[int, int, int, int]] = (),
    hidden_rows: Iterable[int] = (),
    hidden: bool = False,
    title: str = "",
    confidence: float = 1.0,
    numbers: Iterable[tuple[int, int]] = (),
) -> Table:
    """A table of texts; short rows are filled up. Each of `merged` is (row, column, row span, column span): the
    cell there stands at every position it covers. `numbers` are the cells that the file stored as numbers."""
    width = max((len(row) for row in rows), default=0)
    spans = {(row, column): (down, right) for row, column, down, right in merged}
    stored = set(numbers)
    grid: list[list[Cell | None]] = [[None] * width for _ in rows]
    for r, row in enumerate(rows):
        for c in range(width):
            if grid[r][c] is not None:
                continue
            down, right = spans.get((r, c), (1, 1))
            kind: StoredAs = "number" if (r, c) in stored else "text"
            text = row[c] if c < len(row) else ""
            cell = Cell(text, r, c, place(f"{chr(65 + c % 26)}{r + 1}"), down, right, confidence, kind)
            for rr in range(r, r + down):
                for cc in range(c, c + right):
                    grid[rr][cc] = cell
    rows_of_cells = tuple(tuple(cell for cell in row if cell is not None) for row in grid)
    return Table(rows_of_cells, title, frozenset(hidden_rows), hidden)


def wide(text: str, row: int, width: int) -> tuple[list[str], tuple[int, int, int, int]]:
    """A row that is one cell over the whole width, and its merge."""
    return [text] + [""] * (width - 1), (row, 0, 1, width)


def lines(text: str) -> list[Line]:
    """One Line per line of a text, blank ones left out."""
    return [
        Line(part, Place(ORIGIN, "", f"第{number}行"))
        for number, part in enumerate(text.splitlines(), start=1)
        if part.strip()
    ]


def document(*blocks: Table | Line | str | Sequence[Line]) -> Document:
    """A Document of tables and lines; a string stands for its lines."""
    flat: list[Table | Line] = []
    for block in blocks:
        if isinstance(block, str):
            flat += lines(block)
        elif isinstance(block, Table | Line):
            flat.append(block)
        else:
            flat += block
    return Document(ORIGIN, tuple(flat))
