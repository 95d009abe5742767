"""Finds tables without ruled borders: lines of text whose words stand under each other in columns.

A printed sheet without borders, or a table with level rules only. The first line with several words apart
heads the table; between two of its words, where the lines below have least ink, one column ends and the next
begins. Pure; never fails; text that is no table gives none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from bot.forms.ocr.bend import Image
from bot.forms.ocr.grid import Grid, Slot
from bot.forms.ocr.lines import Stroke
from bot.forms.ocr.words import Piece, Row

FEWEST_COLUMNS = 3
_APART = 0.7
_ROW_GAP = 3.5
_SAME_CELL = 0.55
_LEAST_DIGITS = 0.3
"""Of a line that was read in one piece from the first column to the third or beyond, and yet is no prose."""
_INKED = 2

Span = tuple[float, float]


def find_columns(
    rows: Sequence[Row], level: Sequence[Stroke], ink: Image, text: float
) -> list[tuple[Grid, list[Row]]]:
    """Grids of the tables that the lines of text make, each with its lines. `ink` is 255 where the straight page
    has ink, `text` the height of a line in pixels."""
    return [found for run in _runs(rows, text) if (found := _table(run, level, ink, text)) is not None]


def _words(row: Row, text: float) -> list[Span]:
    """The stretches of a line that stand apart."""
    words: list[Span] = []
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
        if run and _top(row) - max(_bottom(r) for r in run) < _ROW_GAP * text and _fits(run[0], row, text):
            run.append(row)
            continue
        yield run
        run = [row] if len(_words(row, text)) >= FEWEST_COLUMNS and not _is_pairs(row) else []
    yield run


def _is_pairs(row: Row) -> bool:
    """联系人：… 电话：… is a line of labels and values, not a heading."""
    return any("：" in piece.text or ":" in piece.text for piece in row)


def _fits(heading: Row, row: Row, text: float) -> bool:
    """Whether a line may be of the table with this heading: below it, and not plain text."""
    if _is_pairs(row):
        return False
    heads = _words(heading, text)
    if row[0].right < heads[0][0] - 3 * text or row[-1].left > heads[-1][1] + 6 * text:
        return False
    return not any(_is_prose(piece, heads) for piece in row)


def _is_prose(piece: Piece, heads: Sequence[Span]) -> bool:
    under = [head for head in heads if piece.left < (head[0] + head[1]) / 2 < piece.right]
    signs = sum(sign.isascii() and sign.isalnum() for sign in piece.text)
    return len(under) > 2 and signs < _LEAST_DIGITS * len(piece.text)


def _heads(run: Sequence[Row], text: float) -> list[Span]:
    """Where the columns' names stand: in the first line, and in one close below it where the first has none."""
    heads = _words(run[0], text)
    if (
        len(run) > 2
        and _top(run[1]) - _bottom(run[0]) < _SAME_CELL * text
        and len(_words(run[1], text)) < len(heads)
    ):
        apart = [
            word
            for word in _words(run[1], text)
            if not any(word[0] < head[1] + _APART * text and head[0] < word[1] + _APART * text for head in heads)
        ]
        heads = sorted([*heads, *apart])
    return heads


def _borders(run: Sequence[Row], heads: Sequence[Span], ink: Image) -> list[float]:
    """Where one column ends and the next begins: between their names, where fewest lines have ink."""
    borders = []
    for one, other in pairwise(heads):
        left, right = max(round(one[1]), 0), min(round(other[0]), ink.shape[1])
        if right - left < 2:
            borders.append((one[1] + other[0]) / 2)
            continue
        inked = np.zeros(right - left, np.int64)
        for row in run[1:]:
            part = ink[max(round(_top(row)), 0) : max(round(_bottom(row)), 0), left:right]
            inked += np.count_nonzero(part, axis=0) >= _INKED
        free = np.flatnonzero(np.diff(np.concatenate(([0], inked == inked.min(), [0]))))
        starts, ends = free[::2], free[1::2]
        widest = int(np.argmax(ends - starts))
        borders.append(left + float(starts[widest] + ends[widest]) / 2)
    return borders


def _table(run: list[Row], level: Sequence[Stroke], ink: Image, text: float) -> tuple[Grid, list[Row]] | None:
    if len(run) < 2:
        return None
    heads = _heads(run, text)
    between = _borders(run, heads, ink)
    xs = [min(heads[0][0], *(row[0].left for row in run)) - text, *between]
    xs.append(max(heads[-1][1], *(row[-1].right for row in run)) + text)
    filled = [_filled(row, xs, text) for row in run]
    if sum(count >= FEWEST_COLUMNS for count in filled) < 2:
        return None
    bands = _bands(run, filled, level, (xs[0], xs[-1]), text)
    if len(bands) < 2:
        return None
    cuts = [(one[1] + other[0]) / 2 for one, other in pairwise(bands)]
    ys = [bands[0][0] - 0.3 * text, *cuts, bands[-1][1] + 0.3 * text]
    slots = tuple(
        Slot(r, c, 1, 1, xs[c], ys[r], xs[c + 1], ys[r + 1])
        for r in range(len(ys) - 1)
        for c in range(len(xs) - 1)
    )
    return Grid(slots, len(ys) - 1, len(xs) - 1), run


def _filled(row: Row, xs: Sequence[float], text: float) -> int:
    """In how many columns a line has text."""
    return sum(
        any(min(piece.right, right) - max(piece.left, left) > 0.3 * text for piece in row)
        for left, right in pairwise(xs)
    )


def _bands(
    run: list[Row], filled: Sequence[int], level: Sequence[Stroke], across: Span, text: float
) -> list[Span]:
    """Top and bottom of every row: by level rules where each row has them, else lines close together are one."""
    wide = across[1] - across[0] - 2 * text
    rules = sorted({round(s.at) for s in level if s.length > 0.6 * wide and s.start < across[1]})
    spans = [(_top(row), _bottom(row)) for row in run]
    columns = max(filled)
    whole = [count >= max(FEWEST_COLUMNS, columns - 1) for count in filled]
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
