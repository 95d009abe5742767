"""What one page of a fixed layout holds, as plain values: glyphs, ruled lines, how much is picture.

Lengths are points (1/72 inch) from the upper left corner of the page as it is shown, y downwards. Pure.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from bot.forms.readers.symbols import readable
from bot.records.form import Box

PICTURE_DPI = 150
MAX_PICTURE_PIXELS = 12_000_000
"""A page picture is made smaller rather than larger than this (A3 at 150 dpi has 4.4 million)."""

_THIN = 3.0
_LEVEL = 1.0
_MOST_POINTS = 200

# Chrome, macOS and some WPS versions write radicals for the characters that look the same.
_RADICALS = str.maketrans(
    "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺟⻁⻑",
    "民西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟母虎長",
)


class Glyph(NamedTuple):
    """One character, or a whole typed-in value, with its box. `sure` is how far its reading can be trusted."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    sure: float = 1.0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def size(self) -> float:
        return max(self.bottom - self.top, 0.1)


class Rule(NamedTuple):
    """A straight line along the page: `at` is its y where it is level, else its x."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class PageContent:
    """One page. `hidden` are glyphs drawn invisibly (the text layer of a scanner), `garbled` counts characters
    whose meaning the file does not tell, `picture_share` is how much of the page pictures cover (0 to 1),
    `shapes` counts drawn shapes, `largest_picture` is in
    pixels, `turn` says by how many degrees clockwise the page had to be turned until its text stood upright."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    fills: list[Rule] = field(default_factory=list)
    hidden: list[Glyph] = field(default_factory=list)
    garbled: int = 0
    picture_share: float = 0.0
    shapes: int = 0
    largest_picture: int = 0
    turn: int = 0

    @property
    def scale(self) -> float:
        """Pixels of the page picture per point."""
        return picture_scale(self.width, self.height, PICTURE_DPI)

    def box(self, page: int, x0: float, top: float, x1: float, bottom: float) -> Box:
        scale = self.scale
        right, low = round(self.width * scale), round(self.height * scale)
        return Box(
            page,
            min(max(round(x0 * scale), 0), right),
            min(max(round(top * scale), 0), low),
            min(max(round(x1 * scale), 0), right),
            min(max(round(bottom * scale), 0), low),
        )


def picture_scale(width: float, height: float, dpi: int) -> float:
    """Pixels per point for a page of this size, so that its picture stays within MAX_PICTURE_PIXELS."""
    wanted = dpi / 72
    area = max(width * height, 1.0)
    return min(wanted, math.sqrt(MAX_PICTURE_PIXELS / area))


def plain(text: str, font: str) -> str:
    """What a glyph says: symbols as the boxes and ticks that they show, look-alikes as the real characters."""
    if text.isascii() and not font.startswith("Wing"):
        return text
    family = "wingdings 2" if font.startswith("Wingdings2") else "wingdings" if font.startswith("Wing") else ""
    shown = readable(text, family) if family or "\uf000" <= text <= "\uf0ff" else text
    return "".join(map(_usual, shown.translate(_RADICALS)))


def _usual(character: str) -> str:
    if "\u2f00" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff" or "\ufb00" <= character <= "\ufb06":
        return unicodedata.normalize("NFKC", character)
    return character


def turned(page: PageContent, degrees: int) -> PageContent:
    """The page turned clockwise by 90, 180 or 270 degrees."""
    across, down = page.width, page.height

    def point(x: float, y: float) -> tuple[float, float]:
        if degrees == 90:
            return down - y, x
        if degrees == 180:
            return across - x, down - y
        return y, across - x

    def glyph(one: Glyph) -> Glyph:
        (xa, ya), (xb, yb) = point(one.x0, one.top), point(one.x1, one.bottom)
        return one._replace(x0=min(xa, xb), top=min(ya, yb), x1=max(xa, xb), bottom=max(ya, yb))

    def rule(one: Rule) -> Rule:
        begin = point(one.start, one.at) if one.level else point(one.at, one.start)
        end = point(one.end, one.at) if one.level else point(one.at, one.end)
        level = one.level == (degrees == 180)
        own, low, high = (begin[1], begin[0], end[0]) if level else (begin[0], begin[1], end[1])
        return Rule(level, own, min(low, high), max(low, high))

    return replace(
        page,
        width=down if degrees != 180 else across,
        height=across if degrees != 180 else down,
        glyphs=[glyph(one) for one in page.glyphs],
        hidden=[glyph(one) for one in page.hidden],
        rules=[rule(one) for one in page.rules],
        fills=[rule(one) for one in page.fills],
        turn=(page.turn + degrees) % 360,
    )


def add_shape(page: PageContent, points: Sequence[tuple[float, float]], stroke: bool, curved: bool) -> None:
    """Notes the straight lines along the page of one drawn shape; a thin box is one line."""
    if len(points) < 2 or curved or len(points) > _MOST_POINTS:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if not all(map(math.isfinite, (left, right, top, bottom))):
        return
    if bottom - top < _THIN <= right - left:
        page.rules.append(Rule(True, (top + bottom) / 2, left, right))
    elif right - left < _THIN <= bottom - top:
        page.rules.append(Rule(False, (left + right) / 2, top, bottom))
    else:
        target = page.rules if stroke else page.fills
        for (xa, ya), (xb, yb) in pairwise(points):
            if abs(ya - yb) < _LEVEL <= abs(xa - xb):
                target.append(Rule(True, (ya + yb) / 2, min(xa, xb), max(xa, xb)))
            elif abs(xa - xb) < _LEVEL <= abs(ya - yb):
                target.append(Rule(False, (xa + xb) / 2, min(ya, yb), max(ya, yb)))
