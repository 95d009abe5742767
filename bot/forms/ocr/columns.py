"""Finds tables without ruled borders: lines of text whose words stand under each other in columns.

A printed sheet without borders, or a table with level rules only. The first line with several words apart
heads the table; the columns are the strips in which its lines have text. Pure; never fails; text that is no
table gives none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.forms.ocr.grid import Grid, Slot
from bot.forms.ocr.lines import Stroke
from bot.forms.ocr.words import Piece, Row

FEWEST_COLUMNS = 3
_APART = 0.7
_ROW_GAP = 3.5
_SAME_CELL = 0.55


def find_columns(rows: Sequence[Row], level: Sequence[Stroke], text: float) -> list[tuple[Grid, list[Row]]]:
    """Grids of the tables that the lines of text make, each with its lines. `text` is the height of a line."""
    return [found for run in _runs(rows, text) if (found := _table(run, level, text)) is not None]


def _words(row: Row, text: float) -> list[tuple[float, float]]:
    """The stretches of a line that stand apart."""
    words: list[tuple[float, float]] = []
    for piece in row:
        if words and piece.left - words[-1][1] < _APART * text:
            words[-1] = (words[-1][0], max(words[-1][1], piece.right))
        else:
            words.append((piece.left, piece.right))
    return words


def _runs(rows: Sequence[Row], text: float) -> Iterator[list[Row]]:
    """Lines one below the other from a line of several words on, as long as they keep to its columns."""
    run: list[Row] = []
    for row in rows:
        if run and _top(row) - max(_bottom(r) for r in run) < _ROW_GAP * text and _fits(run, row, text):
            run.append(row)
            continue
        yield run
        run = [row] if len(_words(row, text)) >= FEWEST_COLUMNS and not _is_pairs(row) else []
    yield run


def _is_pairs(row: Row) -> bool:
    """联系人：… 电话：… is a line of labels and values, not a heading."""
    return any("：" in piece.text or ":" in piece.text for piece in row)


def _fits(run: list[Row], row: Row, text: float) -> bool:
    """Whether every word of the line stands under at most one column, and it is no line of plain text."""
    if _is_pairs(row):
        return False
    strips = _strips(run[:1], text)
    for left, right in _words(row, text):
        centers = [strip for strip in strips if left < (strip[0] + strip[1]) / 2 < right]
        touched = [s for s in strips if min(right, s[1]) - max(left, s[0]) > 0.3 * text]
        if len(centers) > 1 or len(touched) > 2:
            return False
        if not touched and not (strips[0][0] - 3 * text < (left + right) / 2 < strips[-1][1] + 6 * text):
            return False
    return True


def _strips(rows: Sequence[Row], text: float) -> list[tuple[float, float]]:
    """The columns: where the first line has words, widened by the words below that belong to one of them alone."""
    strips = _words(rows[0], text)
    for row in rows[1:]:
        for left, right in _words(row, text):
            touched = [i for i, s in enumerate(strips) if min(right, s[1]) > max(left, s[0])]
            if len(touched) == 1:
                i = touched[0]
                low = strips[i - 1][1] if i else float("-inf")
                high = strips[i + 1][0] if i + 1 < len(strips) else float("inf")
                strips[i] = (max(min(strips[i][0], left), low), min(max(strips[i][1], right), high))
    return strips


def _table(run: list[Row], level: Sequence[Stroke], text: float) -> tuple[Grid, list[Row]] | None:
    if len(run) < 2 or sum(len(_words(row, text)) >= FEWEST_COLUMNS for row in run) < 2:
        return None
    strips = _strips(run, text)
    bands = _bands(run, level, strips, text)
    if len(bands) < 2:
        return None
    between = [(one[1] + other[0]) / 2 for one, other in pairwise(strips)]
    xs = [min(strips[0][0], *(row[0].left for row in run)) - text, *between]
    xs.append(max(strips[-1][1], *(row[-1].right for row in run)) + text)
    cuts = [(one[1] + other[0]) / 2 for one, other in pairwise(bands)]
    ys = [bands[0][0] - 0.3 * text, *cuts, bands[-1][1] + 0.3 * text]
    slots = tuple(
        Slot(r, c, 1, 1, xs[c], ys[r], xs[c + 1], ys[r + 1])
        for r in range(len(ys) - 1)
        for c in range(len(xs) - 1)
    )
    return Grid(slots, len(ys) - 1, len(xs) - 1), run


def _bands(
    run: list[Row], level: Sequence[Stroke], strips: Sequence[tuple[float, float]], text: float
) -> list[tuple[float, float]]:
    """Top and bottom of every row: by level rules where each row has them, else lines close together are one."""
    wide = strips[-1][1] - strips[0][0]
    rules = sorted({round(s.at) for s in level if s.length > 0.6 * wide and s.start < strips[-1][1]})
    spans = [(_top(row), _bottom(row)) for row in run]
    whole = [len(_words(row, text)) >= max(FEWEST_COLUMNS, len(strips) - 1) for row in run]
    bands = [span for span, full in zip(spans, whole, strict=True) if full]
    for top, bottom in (span for span, full in zip(spans, whole, strict=True) if not full):
        near = min(bands, key=lambda band: max(top - band[1], band[0] - bottom), default=None)
        if near is not None:
            gap = (near[1], top) if top > near[0] else (bottom, near[0])
            ruled = any(gap[0] - 0.3 * text < rule < gap[1] + 0.3 * text for rule in rules)
            if gap[1] - gap[0] < _SAME_CELL * text and not ruled:
                bands[bands.index(near)] = (min(near[0], top), max(near[1], bottom))
                continue
        bands.append((top, bottom))
    return sorted(bands)


def _top(row: Sequence[Piece]) -> float:
    return min(piece.top for piece in row)


def _bottom(row: Sequence[Piece]) -> float:
    return max(piece.bottom for piece in row)
