"""A list of people as plain text: a line of headings with tabs, bars or blanks, or one heading per line.

Pure. The text is laid out as a table and read like any other; where blanks are the separators, a row must have as
many words as there are headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.forms.labels import Field, Labels
from bot.forms.layout_found import Finding, Section
from bot.forms.layout_grid import find_header
from bot.forms.layout_sheet import Sheet
from bot.forms.layout_table import read_table
from bot.forms.layout_text import collapse, is_identity, is_mobile
from bot.records.form import Cell, Line, Table

_SEPARATORS = (
    re.compile(r"\t"),
    re.compile(r"\s*[|｜]\s*"),
    re.compile(r"\s{2,}"),
    re.compile(r"\s+"),
    re.compile(r"\s*[，,、]\s*"),
)
_LONGEST_LINE = 400
_MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class TextGrid:
    """What a list in text says, and the index of the line after it."""

    found: list[Finding]
    next: int


def read_text_grid(lines: list[Line], index: int, labels: Labels) -> TextGrid | None:
    """The list whose headings stand on the line at `index`, or begin there one per line; None if none does."""
    text = lines[index].text
    if len(text) > _LONGEST_LINE:
        return None
    return _in_columns(lines, index, labels) or _one_per_line(lines, index, labels)


def _in_columns(lines: list[Line], index: int, labels: Labels) -> TextGrid | None:
    for separator in _SEPARATORS:
        words = _words(lines[index].text, separator)
        if not 2 <= len(words) <= _MOST_COLUMNS:
            continue
        if sum(labels.field_of(word) is not None for word in words) < 2:
            continue
        if find_header(Sheet(_table([_cells(lines[index], words, 0)]), labels), 0) is None:
            continue
        rows, following = _rows(lines, index, separator, words)
        return _read(rows, following, labels)
    return None


def _rows(
    lines: list[Line], index: int, separator: re.Pattern[str], heading: list[str]
) -> tuple[list[list[Cell]], int]:
    rows = [_cells(lines[index], heading, 0)]
    following = index + 1
    while following < len(lines):
        words = _words(lines[following].text, separator)
        exact = separator.pattern in (r"\t", r"\s*[|｜]\s*")
        if len(words) < 2 or len(words) > len(heading) or (not exact and len(words) != len(heading)):
            break
        rows.append(_cells(lines[following], words + [""] * (len(heading) - len(words)), len(rows)))
        following += 1
    return rows, following


def _one_per_line(lines: list[Line], index: int, labels: Labels) -> TextGrid | None:
    """Headings under each other, then values under each other in the same order, person after person."""
    headings: list[str] = []
    for line in lines[index : index + _MOST_COLUMNS]:
        text = collapse(line.text)
        if not labels.is_exact(text) or text.endswith((":", "：")) or text in headings:
            break
        headings.append(text)
    width = len(headings)
    if width < 3 or Field.NAME not in (labels.field_of(text) for text in headings):
        return None
    rows = [[_cell(lines[index + c], text, 0, c) for c, text in enumerate(headings)]]
    following = index + width
    typed = [
        (column, looks)
        for column, text in enumerate(headings)
        for field, looks in ((Field.ID_NUMBER, is_identity), (Field.MOBILE, is_mobile))
        if labels.field_of(text) is field
    ]
    while following + width <= len(lines):
        chunk = lines[following : following + width]
        if not typed or not any(looks(chunk[column].text) for column, looks in typed):
            break
        rows.append([_cell(line, collapse(line.text), len(rows), c) for c, line in enumerate(chunk)])
        following += width
    return _read(rows, following, labels)


def _words(text: str, separator: re.Pattern[str]) -> list[str]:
    bare = text.strip("\n") if separator.pattern == r"\t" else text.strip().strip("|｜").strip()
    return [collapse(word) for word in separator.split(bare)]


def _cells(line: Line, words: list[str], row: int) -> list[Cell]:
    return [_cell(line, word, row, column) for column, word in enumerate(words)]


def _cell(line: Line, text: str, row: int, column: int) -> Cell:
    return Cell(text, row, column, line.place, confidence=line.confidence, box=line.box, picture=line.picture)


def _table(rows: list[list[Cell]]) -> Table:
    return Table(tuple(tuple(row) for row in rows))


def _read(rows: list[list[Cell]], following: int, labels: Labels) -> TextGrid:
    found, _ = read_table(_table(rows), labels)
    return TextGrid([finding for finding in found if not isinstance(finding, Section)], following)
