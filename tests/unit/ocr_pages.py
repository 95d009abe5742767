"""Drawn pages and hand-made tokens, for tests of reading pictures without an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.forms.ocr.page import arranged
from bot.forms.ocr.passage import Reread
from bot.forms.ocr.token import Token
from bot.records.form import Line, Place, Table

cv2 = pytest.importorskip("cv2")

Image = NDArray[np.uint8]
TEXT = 30
Lines = Sequence[tuple[float, float, float, float]]


def page(width: int = 1200, height: int = 900) -> Image:
    return np.full((height, width, 3), 250, np.uint8)


def ruled(
    lines: Lines, image: Image | None = None, ink: int = 20, bend: Callable[..., float] | None = None
) -> Image:
    """A page with these lines (x1, y1, x2, y2); `bend` moves points down."""
    image = page() if image is None else image
    for x1, y1, x2, y2 in lines:
        points = np.linspace((x1, y1), (x2, y2), 60)
        moved = [(x, y + (bend(x, y) if bend else 0)) for x, y in points]
        cv2.polylines(image, [np.array(moved, np.int32)], False, (ink, ink, ink), 2)
    return image


def grid_lines(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float, float, float]]:
    return [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]


def token(text: str, left: float, top: float, score: float = 0.995, width: float | None = None) -> Token:
    wide = sum(24 if ord(c) > 0x2E80 else 13 for c in text) if width is None else width
    right, bottom = left + wide, top + TEXT
    return Token(((left, top), (right, top), (right, bottom), (left, bottom)), text, score)


def echo(tokens: Sequence[Token]) -> Reread:
    """A second look that says what the tokens say, like an engine that is sure."""

    def reread(_: Image, boxes: Sequence[tuple[int, int, int, int]]) -> list[tuple[str, float]]:
        return [_best(tokens, box) for box in boxes]

    return reread


def _best(tokens: Sequence[Token], box: tuple[int, int, int, int]) -> tuple[str, float]:
    left, top, right, bottom = box
    for one in tokens:
        x, y = one.center
        if left <= x <= right and top <= y <= bottom:
            return one.text, one.score
    return "", 0.0


def blocks(image: Image, tokens: Sequence[Token], reread: Reread | None = None) -> tuple[Table | Line, ...]:
    return arranged(image, tokens, reread or echo(tokens), Place("回执.jpg", "第1页"), 0)[0]


def only_table(image: Image, tokens: Sequence[Token], reread: Reread | None = None) -> Table:
    tables = [block for block in blocks(image, tokens, reread) if isinstance(block, Table)]
    assert len(tables) == 1
    return tables[0]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]
