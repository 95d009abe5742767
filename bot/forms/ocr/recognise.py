"""Recognises the text of a page image: the page the right way up, and what stands where on it.

`reread` reads parts of such a page again, prepared in another way, so that a slip of the first look rarely comes
twice. Never fails on a page without text. Errors of the libraries are raised as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.forms.ocr.engine import Image, Quad, find_text, read_lines
from bot.forms.ocr.prepare import legible, sheet_alone, sized
from bot.forms.ocr.token import Token
from bot.forms.ocr.upright import lies_on_its_side, sides, stands_on_its_head

LEAST_SCORE = 0.2
"""A text with a character less sure than this is a scribble, a logo or a piece of a stamp."""
_ODD_ANGLE = 20.0
"""Degrees from the page's own direction: the lettering of a seal."""
_STACKED = 1.8
_AROUND = 0.18
"""What a second look sees around a line, in heights of the line."""


@dataclass(frozen=True)
class Recognised:
    """A page that is the right way up (BGR or gray), and the text on it in its pixels."""

    image: Image
    tokens: tuple[Token, ...]


def recognise(image: Image) -> Recognised:
    """The text of a page image (BGR or gray) that may be turned, tilted or photographed."""
    page = sized(sheet_alone(image))
    clean = legible(page)
    quads = find_text(_in_colour(clean))
    if lies_on_its_side(quads):
        page, clean = _turned(page, 1), _turned(clean, 1)
        quads = find_text(_in_colour(clean))
    crops = [_cut_out(clean, quad) for quad in quads]
    looks = read_lines(crops)
    known = {id(crop): look for crop, look in zip(crops, looks, strict=True)}
    if stands_on_its_head(crops, lambda some: [known.get(id(crop)) or read_lines([crop])[0] for crop in some]):
        page, clean = _turned(page, 2), _turned(clean, 2)
        size = np.array(clean.shape[1::-1], np.float64)
        quads = [np.roll(size - quad, -2, axis=0) for quad in reversed(quads)]
        looks = read_lines([np.ascontiguousarray(crop[::-1, ::-1]) for crop in reversed(crops)])
    tokens = [_token(quad, text, score) for quad, (text, score) in zip(quads, looks, strict=True)]
    return Recognised(page, _along_the_page([token for token in tokens if token is not None]))


def reread(image: Image, boxes: Sequence[tuple[int, int, int, int]]) -> list[tuple[str, float]]:
    """A second look at lines of text: what each box (left, top, right, bottom) of the image says, and the
    certainty of its least sure character."""
    return read_lines([_again(image, box) for box in boxes])


def _token(quad: Quad, text: str, score: float) -> Token | None:
    plain = text.strip()
    if not plain or score < LEAST_SCORE:
        return None
    a, b, c, d = ((float(x), float(y)) for x, y in quad)
    return Token((a, b, c, d), plain, score)


def _along_the_page(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Without texts that run in another direction than the page's."""
    angles = [_angle(token) for token in tokens]
    if not tokens:
        return ()
    usual = float(np.median(angles))
    kept = zip(tokens, angles, strict=True)
    return tuple(token for token, angle in kept if len(token.text) < 3 or abs(angle - usual) < _ODD_ANGLE)


def _angle(token: Token) -> float:
    (ax, ay), (bx, by), *_ = token.corners
    return float(np.degrees(np.arctan2(by - ay, bx - ax)))


def _turned(image: Image, quarters: int) -> Image:
    return np.ascontiguousarray(np.rot90(image, quarters))


def _in_colour(image: Image) -> Image:
    return np.repeat(image[:, :, None], 3, axis=2) if image.ndim == 2 else image


def _cut_out(image: Image, quad: Quad) -> Image:
    """A box of the page as an upright image of one line."""
    import cv2

    width, height = (max(round(side), 1) for side in sides(quad))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    line = np.asarray(
        cv2.warpPerspective(image, warp, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )
    return _laid_out(line)


def _laid_out(line: Image) -> Image:
    """Characters that stand below one another, beside one another."""
    height, width = line.shape[:2]
    if height < _STACKED * width:
        return line
    count = round(height / width)
    edges = np.linspace(0, height, count + 1).round().astype(int)
    tallest = int(np.diff(edges).max())
    pieces = [line[max(bottom - tallest, 0) : bottom] for bottom in edges[1:]]
    return np.ascontiguousarray(np.hstack([piece[:tallest] for piece in pieces if piece.shape[0] == tallest]))


def _again(image: Image, box: tuple[int, int, int, int]) -> Image:
    """A part of the page for a second look: with other surroundings, at another size, and in its own light."""
    import cv2

    left, top, right, bottom = box
    more = max(round(_AROUND * (bottom - top)), 2)
    height, width = image.shape[:2]
    part = image[max(top - more, 0) : min(bottom + more, height), max(left - more, 0) : min(right + more, width)]
    if part.size == 0:
        return np.full((1, 1), 255, np.uint8)
    red = np.ascontiguousarray(part[:, :, 2]) if part.ndim == 3 else part
    grown = cv2.resize(red, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_LANCZOS4)
    paper, ink = (float(np.percentile(grown, share)) for share in (75, 1))
    if paper - ink < 20:
        return np.asarray(grown, np.uint8)
    # What is lighter than a stamp in red light is paper.
    white = ink + (paper - ink) * 0.9
    level = (np.asarray(grown, np.float32) - ink) / (white - ink) * 255
    return np.asarray(np.clip(level, 0, 255), np.uint8)
