"""Gathers one stretch of an RTF file (the text, a header, a text box) into lines and tables, in reading order.

Pure. Never fails, except with UnreadableFileError (too_large) for an absurd table.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.forms.readers.grid import tidy
from bot.forms.readers.rtf_table import RowGatherer, RowShape
from bot.forms.readers.rtf_tokens import joined
from bot.records.form import Line, Place, Table


class Story:
    """`level` is 0 outside tables, 1 in a table, 2 in a table in its cell, and so on."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._blocks: list[Table | Line] = []
        self._pending: list[str] = []
        self._boxes: list[Table | Line] = []
        self._cells: dict[int, list[str]] = {}
        self._open: dict[int, RowGatherer] = {}
        self._inner: list[RowGatherer] = []
        self._paragraphs = 0
        self._tables = 0

    def say(self, text: str) -> None:
        """Adds text to the paragraph that is being gathered."""
        self._pending.append(text)

    def take_box(self, blocks: Iterable[Table | Line], level: int) -> None:
        """Adds what a text box says: to the cell it lies in, else after its paragraph."""
        for block in blocks:
            if level and isinstance(block, Line):
                self._cells.setdefault(level, []).append(block.text)
            else:
                self._boxes.append(block)

    def end_paragraph(self, level: int) -> None:
        text = self._paragraph()
        if level:
            self._cells.setdefault(level, []).append(text)
            return
        self._close_tables()
        self._paragraphs += 1
        self._add_lines(text)
        self._blocks += self._boxes
        self._boxes.clear()

    def end_cell(self, level: int) -> None:
        lines = [*self._cells.pop(level, []), self._paragraph()]
        self._open.setdefault(level, RowGatherer()).end_cell("\n".join(lines))
        for deeper in sorted(key for key in self._open if key > level):
            self._inner.append(self._open.pop(deeper))

    def end_row(self, level: int, shape: RowShape) -> None:
        self._open.setdefault(level, RowGatherer()).end_row(shape)

    def finished(self) -> list[Table | Line]:
        """All blocks, with what was still open."""
        self.end_paragraph(0)
        return self._blocks

    def _paragraph(self) -> str:
        text = joined("".join(self._pending))
        self._pending.clear()
        return text

    def _close_tables(self) -> None:
        outer = [self._open.pop(level) for level in sorted(self._open)]
        inner, self._inner = self._inner, []
        for gatherer in (*outer, *inner):
            if not gatherer.is_empty:
                self._add_table(gatherer)
        for level in sorted(self._cells):
            self._add_lines("\n".join(self._cells[level]))
        self._cells.clear()

    def _add_table(self, gatherer: RowGatherer) -> None:
        framed = gatherer.only_text()
        if framed is not None:
            self._paragraphs += 1
            self._add_lines(framed)
            return
        found = gatherer.table(self._origin, f"表{self._tables + 1}")
        if found is not None:
            self._tables += 1
            self._blocks.append(found)

    def _add_lines(self, text: str) -> None:
        place = Place(self._origin, "", f"第{self._paragraphs}段")
        self._blocks += [Line(line, place) for line in tidy(text).split("\n") if line]
