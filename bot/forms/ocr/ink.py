"""Finds ink that no token accounts for: characters that the engine overlooked.

An overlooked character is worse than a misread one, for nothing shows that it is missing. Never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from bot.forms.ocr.bend import Image
from bot.forms.ocr.grid import Slot
from bot.forms.ocr.words import Piece

MOST_BLOTS = 12
_EDGE = 0.22
"""What lies so near to a cell's border, in heights of text, may be the border."""
_TALL = 0.35
_BROAD = 0.5
_FULL = 0.015
_HAN = re.compile(r"[\u3400-\u9fff]+")


def with_overlooked(ink: Image, slot: Slot, pieces: Sequence[Piece], text: float, han: float) -> list[Piece]:
    """A cell's pieces, grown over the ink beside them, and empty ones where there is ink alone; those are `grown`.

    `ink` is 255 where there is ink, `text` the height of a line of text and `han` the width of a
    Chinese character, in pixels.
    """
    result = [replace(piece, grown=True) if _says_too_little(ink, piece, han) else piece for piece in pieces]
    for blot in _blots(ink, slot, pieces, text):
        near = [
            index
            for index, piece in enumerate(result)
            if min(piece.bottom, blot.bottom) - max(piece.top, blot.top) > 0.5 * min(piece.height, blot.height)
            and max(piece.left, blot.left) - min(piece.right, blot.right) < 1.5 * text
        ]
        if near:
            index = min(near, key=lambda i: max(result[i].left - blot.right, blot.left - result[i].right))
            result[index] = _grown(result[index], blot)
        else:
            result.append(blot)
    return result


def character_width(pieces: Iterable[Piece], text: float) -> float:
    """The usual width of a Chinese character of these pieces."""
    widths = [(p.right - p.left) / len(p.text) for p in pieces if len(p.text) > 3 and _HAN.fullmatch(p.text)]
    return float(np.median(widths)) if widths else 0.8 * text


def _says_too_little(ink: Image, piece: Piece, han: float) -> bool:
    """Whether a Chinese text has more ink than characters: 许一 of which only 许 was read."""
    if not _HAN.fullmatch(piece.text):
        return False
    top, left = max(round(piece.top), 0), max(round(piece.left), 0)
    part = ink[top : max(round(piece.bottom), 0), left : max(round(piece.right), 0)]
    places = np.flatnonzero(part.any(axis=0)) if part.size else np.zeros(0)
    gaps = np.diff(places)
    inked = len(places) + int(gaps[(gaps > 1) & (gaps < 0.3 * han)].sum())
    return inked > (len(piece.text) + 0.5) * han


def _grown(piece: Piece, blot: Piece) -> Piece:
    return replace(
        piece,
        left=min(piece.left, blot.left),
        top=min(piece.top, blot.top),
        right=max(piece.right, blot.right),
        bottom=max(piece.bottom, blot.bottom),
        grown=True,
    )


def _blots(ink: Image, slot: Slot, pieces: Iterable[Piece], text: float) -> list[Piece]:
    import cv2

    margin = _EDGE * text
    left, top = max(round(slot.left + margin), 0), max(round(slot.top + margin), 0)
    right, bottom = round(slot.right - margin), round(slot.bottom - margin)
    part = ink[top:bottom, left:right].copy() if right > left and bottom > top else ink[:0, :0]
    if not part.size:
        return []
    for piece in pieces:
        x, y = max(round(piece.left) - left - 2, 0), max(round(piece.top) - top - 2, 0)
        part[y : max(round(piece.bottom) - top + 2, 0), x : max(round(piece.right) - left + 2, 0)] = 0
    if np.count_nonzero(part) < _FULL * text * text:
        return []
    kernel = np.ones((max(round(0.2 * text), 1), max(round(0.4 * text), 1)), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(part, cv2.MORPH_CLOSE, kernel))
    blots = []
    for label in range(1, count):
        x, y, width, height, _ = (int(number) for number in stats[label])
        inked = np.count_nonzero(
            part[y : y + height, x : x + width][labels[y : y + height, x : x + width] == label]
        )
        at_border = height < 0.15 * text and (y == 0 or y + height == part.shape[0])
        if inked < _FULL * text * text or at_border or not (height > _TALL * text or width > _BROAD * text):
            continue
        middle = top + y + height / 2
        half = max(height, text) / 2
        blots.append(Piece("", 0.0, left + x, middle - half, left + x + width, middle + half, grown=True))
    return _in_lines(blots, text)[:MOST_BLOTS]


def _in_lines(blots: Iterable[Piece], text: float) -> list[Piece]:
    """Blots side by side put together."""
    lines: list[Piece] = []
    for blot in sorted(blots, key=lambda piece: piece.left):
        for index, line in enumerate(lines):
            beside = abs(line.middle - blot.middle) < 0.5 * text and blot.left - line.right < 1.5 * text
            if beside:
                lines[index] = _grown(line, blot)
                break
        else:
            lines.append(blot)
    return lines
