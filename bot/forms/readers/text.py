"""Reads plain text (a mail's body, a .txt or .csv file) into a Document.

Rows pasted from a spreadsheet become a table: cells parted by tabs, bars, two or more blanks, commas, or single
blanks where the numbers of persons show that these are rows. Everything else stays a line. Pure; never fails.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bot.forms.readers.grid import Piece, row_and_column, table, tidy
from bot.records.form import Document, Line, Place, Table

_LONG_NUMBER = re.compile(r"(?<![\d.])[\d０-９][\d０-９\- ]{5,}[\dXx０-９]")
_WIDE_BLANKS = re.compile(r"[ \u00a0]{2,}|[\u3000]+[ \u00a0]*|[ \u00a0]+\u3000+")
_RULE = re.compile(r"[\s|+:_=\-—─┼┬┴├┤┌┐└┘│┃━]+")
_BARS = re.compile(r"[|｜│┃]")
_COMMAS = re.compile(r"[,，、;；]")
_LABELLED = re.compile(r"[:：]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MOST_BLANK_LINES = 1
_MAX_LINES = 20_000

_Split = Callable[[str], list[str]]


def read_text(origin: str, text: str) -> Document:
    """Lines and tables of a text, in reading order; quotation marks (>) at line beginnings are left out."""
    lines = [_unquoted(line) for line in text.replace("\x00", "").splitlines()[:_MAX_LINES]]
    blocks: list[Table | Line] = []
    tables = 0
    at = 0
    while at < len(lines):
        rows, taken = _rows_from(lines, at)
        if rows:
            found = _as_table(rows, origin, f"表{tables + 1}")
            if found is not None:
                tables += 1
                blocks.append(found)
                at += taken
                continue
        words = tidy(lines[at])
        if words and not _RULE.fullmatch(words):
            blocks.append(Line(words, Place(origin, "", f"第{at + 1}行")))
        at += 1
    return Document(origin, tuple(blocks))


def _unquoted(line: str) -> str:
    return re.sub(r"^(?:\s{0,3}[>＞]\s?)+", "", line).rstrip("\r")


def _rows_from(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """The rows of a table that begins at line `start`, and how many lines it takes; no rows where none begins."""
    for split, fewest, needs_numbers in _SPLITTERS:
        rows, taken = _run(lines, start, split, fewest, needs_numbers)
        if len(rows) > 1:
            return rows, taken
    return [], 0


def _run(
    lines: list[str], start: int, split: _Split, fewest: int, needs_numbers: bool
) -> tuple[list[list[str]], int]:
    """As many lines from `start` as split into cells, past single blank lines and ruled lines."""
    first = split(lines[start])
    if len(first) < fewest or _is_labelled(first) or _RULE.fullmatch(lines[start]):
        return [], 0
    rows, end, blank = [first], start + 1, 0
    exact = split in (_by_commas, _by_single_blanks)
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if not line.strip():
            blank += 1
            if blank > _MOST_BLANK_LINES:
                break
            continue
        if _RULE.fullmatch(line):
            end, blank = index + 1, 0
            continue
        row = split(line)
        if split is _by_wide_blanks:
            row = _under(lines[start], first, line, row)
        if len(row) < 2 or _is_labelled(row) or (exact and len(row) != len(first)):
            break
        if needs_numbers and not _has_number(row):
            break
        rows.append(row)
        end, blank = index + 1, 0
    return rows, end - start


def _by_tabs(line: str) -> list[str]:
    return [cell.strip() for cell in line.rstrip("\n").split("\t")] if "\t" in line else []


def _by_bars(line: str) -> list[str]:
    cells = [cell.strip() for cell in _BARS.split(line)]
    if len(cells) < 3:
        return []
    inner = cells[1:] if not cells[0] else cells
    return inner[:-1] if not inner[-1] else inner


def _by_wide_blanks(line: str) -> list[str]:
    return [cell for cell in _WIDE_BLANKS.split(line.strip()) if cell]


def _by_commas(line: str) -> list[str]:
    return [cell.strip().strip('"“”') for cell in _COMMAS.split(line)] if _COMMAS.search(line) else []


def _by_single_blanks(line: str) -> list[str]:
    return _joined_names(line.split())


# In this order: the plainest sign of a column first. (how to split, fewest columns of the first row, whether
# every further row must hold a number as persons have them)
_SPLITTERS: tuple[tuple[_Split, int, bool], ...] = (
    (_by_tabs, 2, False),
    (_by_bars, 2, False),
    (_by_wide_blanks, 3, True),
    (_by_commas, 3, True),
    (_by_single_blanks, 4, True),
)


def _is_labelled(cells: list[str]) -> bool:
    """Whether these are `label：value` pairs in one line rather than cells of a row."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and 2 * sum(1 for cell in filled if _LABELLED.search(cell)) >= len(filled)


def _has_number(cells: list[str]) -> bool:
    return any(_LONG_NUMBER.search(cell) for cell in cells)


def _joined_names(cells: list[str]) -> list[str]:
    """张 三 is one name: two single characters side by side belong together."""
    joined: list[str] = []
    for cell in cells:
        if joined and len(cell) == 1 and len(joined[-1]) == 1 and _HAN.match(cell) and _HAN.match(joined[-1]):
            joined[-1] += cell
        else:
            joined.append(cell)
    return joined


def _under(heading_line: str, headings: list[str], line: str, cells: list[str]) -> list[str]:
    """A row's cells put under the headings they stand below, so that an empty cell shifts nothing."""
    cells = _joined_names(cells)
    if len(cells) >= len(headings) or len(cells) < 2:
        return cells
    starts = _starts(heading_line, headings)
    row = [""] * len(headings)
    at = 0
    for left, (begin, cell) in zip(
        range(len(cells), 0, -1), zip(_starts(line, cells), cells, strict=True), strict=True
    ):
        last = len(headings) - left
        best = min(range(at, last + 1), key=lambda index: abs(starts[index] - begin))
        row[best] = cell
        at = best + 1
    return row


def _starts(line: str, cells: list[str]) -> list[int]:
    """The column on the screen at which each cell begins (a Chinese character is two columns wide)."""
    starts, at = [], 0
    for cell in cells:
        found = line.find(cell[:1], at)
        at = found if found >= 0 else at
        starts.append(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:at]))
        at += len(cell)
    return starts


def _as_table(rows: list[list[str]], origin: str, part: str) -> Table | None:
    pieces = [
        Piece(number, column, tidy(text), row_and_column(number, column))
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
    ]
    return table(pieces, origin, part, len(rows))
