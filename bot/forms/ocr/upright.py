"""Which way up a page is, told by the text on it.

Lines of text are longer than tall, so boxes that stand upright mean a page on its side. Upside down, the
recogniser is unsure of nearly every character: a few lines read both ways tell. Pure but for the reading,
which is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bot.forms.ocr.engine import Image, Quad

ReadLines = Callable[[Sequence[Image]], Sequence[tuple[str, float]]]

LOOKED_AT = 6
"""Lines that are read to tell which way is up."""
_SURE = 0.8
_TALL = 1.5
_FEWEST_SIGNS = 3
"""Shorter texts than this say little: 日 and 否 look much alike upside down."""


def lies_on_its_side(quads: Sequence[Quad]) -> bool:
    """Whether most of the text runs up or down."""
    tall = wide = 0.0
    for quad in quads:
        width, height = sides(quad)
        if height > _TALL * width:
            tall += height
        elif width > _TALL * height:
            wide += width
    return tall > wide


def stands_on_its_head(crops: Sequence[Image], read: ReadLines) -> bool:
    """Whether lines read better after half a turn. `crops` are images of one line of text each."""
    longest = sorted(crops, key=lambda crop: crop.shape[1] / max(crop.shape[0], 1), reverse=True)[:LOOKED_AT]
    as_it_is = _readability(read(longest))
    if not longest or as_it_is >= _SURE:
        return False
    turned = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in longest]
    return _readability(read(turned)) > as_it_is


def sides(quad: Quad) -> tuple[float, float]:
    """Width and height of a box, in pixels."""
    width = max(float(np.linalg.norm(quad[0] - quad[1])), float(np.linalg.norm(quad[3] - quad[2])))
    height = max(float(np.linalg.norm(quad[0] - quad[3])), float(np.linalg.norm(quad[1] - quad[2])))
    return width, height


def _readability(texts: Sequence[tuple[str, float]]) -> float:
    """The middle certainty of the longer texts, 0 without any."""
    scores = [score if len(text) >= _FEWEST_SIGNS else 0.0 for text, score in texts]
    return float(np.median(scores)) if scores else 0.0
