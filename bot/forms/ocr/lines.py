"""Finds the ruled lines of a page image and straightens the page by them.

Rules are rarely level: paper lies askew, is photographed at an angle, is bent. So short straight runs of ink are
found first; from their slopes a smooth bend of the whole page is fitted and taken back. Letters, stamps and
underlined words give runs as well: what is too short, too thick or inside a word is left out, and the rest is for
the grid to judge. Never fails: without rules the page stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.forms.ocr.bend import Bend, Image, Points, Run
from bot.forms.ocr.token import Token

INK = 0.86
"""A pixel darker than this part of the paper around it is ink."""
SHORTEST = 1.1
"""The shortest run that can be a rule, in heights of a line of text."""
RED = 36
"""A pixel redder than this is of a stamp; there only what is dark in red light is ink."""
INK_UNDER_RED = 0.7
MOST_STROKES = 3000
_BOW = 1.5
_POINTS = 17


@dataclass(frozen=True, slots=True)
class Stroke:
    """A run of ink along one direction: `at` across it (y of a level one, x of an upright one), from `start` to
    `end` along it, `thick` pixels thick."""

    at: float
    start: float
    end: float
    thick: float = 2.0

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Sheet:
    """A straight page: its image, where it has ink (255), what is written on it, and the rules on it."""

    image: Image
    ink: Image
    tokens: tuple[Token, ...]
    level: tuple[Stroke, ...]
    upright: tuple[Stroke, ...]
    text_height: float


def straight_sheet(image: Image, tokens: Sequence[Token]) -> Sheet:
    """The page with its rules, both made straight. `image` is BGR or gray and already the right way up."""
    text = text_height(tokens)
    rules, ink = _inks(image)
    level, upright = _strokes(rules, tokens, text)
    height, width = image.shape[:2]
    bend = Bend.of(level, upright, (width / 2, height / 2), text, _middles(tokens))
    if not bend.moves(width, height):
        return Sheet(image, ink, tuple(tokens), _level(level), _upright(upright), text)
    straight = tuple(_moved(token, bend) for token in tokens)
    flat_level = _level([(bend.straight(points), thick) for points, thick in level])
    flat_upright = _upright([(bend.straight(points), thick) for points, thick in upright])
    return Sheet(bend.unbent(image), bend.unbent(ink), straight, flat_level, flat_upright, text)


def _middles(tokens: Sequence[Token]) -> list[Points]:
    """Points along the middle of every text."""
    ends = [((t.corners[0], t.corners[3]), (t.corners[1], t.corners[2])) for t in tokens]
    return [np.linspace(np.mean(left, axis=0), np.mean(right, axis=0), _POINTS) for left, right in ends]


def text_height(tokens: Sequence[Token]) -> float:
    """The height of the page's usual line of text, in pixels."""
    heights = [
        float(np.hypot(t.corners[3][0] - t.corners[0][0], t.corners[3][1] - t.corners[0][1])) for t in tokens
    ]
    return float(np.median(heights)) if heights else 30.0


def ink_channel(image: Image) -> Image:
    """The page without red: on the red channel red stamps are as light as paper."""
    return np.ascontiguousarray(image[:, :, 2]) if image.ndim == 3 else image


def _inks(image: Image) -> tuple[Image, Image]:
    """255 where there is ink, by the paper around it, in any light: rules even under stamps, and words without
    anything red."""
    import cv2

    gray = ink_channel(image)
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.resize(cv2.blur(paper, (9, 9)), (gray.shape[1], gray.shape[0]))
    ink = cv2.compare(gray, cv2.convertScaleAbs(paper, alpha=INK), cv2.CMP_LT)
    if image.ndim == 3:
        blue, green, red = cv2.split(image)
        stamped = cv2.compare(cv2.subtract(red, cv2.max(blue, green)), RED, cv2.CMP_GT)  # type: ignore[call-overload]
        dark = cv2.compare(gray, cv2.convertScaleAbs(paper, alpha=INK_UNDER_RED), cv2.CMP_LT)
        words = cv2.bitwise_and(ink, cv2.bitwise_not(cv2.dilate(stamped, np.ones((3, 3), np.uint8))))
        ink = cv2.bitwise_and(ink, cv2.bitwise_or(dark, cv2.bitwise_not(stamped)))
        return np.asarray(ink, np.uint8), np.asarray(words, np.uint8)
    return np.asarray(ink, np.uint8), np.asarray(ink, np.uint8)


def _strokes(ink: Image, tokens: Sequence[Token], text: float) -> tuple[list[Run], list[Run]]:
    level = [run for run in _runs(ink, text) if not _in_words(run[0], tokens)]
    turned = _runs(np.ascontiguousarray(ink.T), text)
    upright = [(points[:, ::-1], thick) for points, thick in turned]
    return _thin(level, text), _thin(upright, text)


def _runs(ink: Image, text: float) -> list[Run]:
    """The level runs of ink."""
    import cv2

    longest = max(round(SHORTEST * text), 12)
    thickened = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    bridged = cv2.morphologyEx(thickened, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    kept = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, longest), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    order = np.argsort(-stats[1:, cv2.CC_STAT_WIDTH])[:MOST_STROKES] + 1
    runs: list[Run] = []
    for label in order if count > 1 else ():
        x, y, width, height, area = (int(number) for number in stats[label][:5])
        if height > width:
            continue
        inside = labels[y : y + height, x : x + width] == label
        columns = np.arange(0, width, max(1, min(longest // 2, width // 2)))
        columns = np.append(columns, width - 1)
        share = inside[:, columns].sum(axis=0)
        middle = (inside[:, columns] * np.arange(height)[:, None]).sum(axis=0) / np.maximum(share, 1)
        points = np.column_stack((x + columns, y + middle)).astype(np.float64)[share > 0]
        if width > 5 * text or not _bowed(points, share[share > 0]):
            runs.append((points, area / width - 2))
    return runs


def _bowed(points: Points, thickness: Points) -> bool:
    """Whether a short run is the top of a ring: bent, or thicker in its middle than at its ends."""
    if len(points) < 4:
        return False
    ends = np.interp(points[:, 0], points[[0, -1], 0], points[[0, -1], 1])
    bow = abs(float(np.median((points[:, 1] - ends)[1:-1])))
    swollen = float(np.median(thickness[1:-1])) > 1.7 * float(max(thickness[0], thickness[-1]) - 2) + 4
    return bow > _BOW or swollen


def _in_words(points: Points, tokens: Sequence[Token]) -> bool:
    """Whether a level run lies within words: strokes of characters in a row."""
    inside = np.zeros(len(points), bool)
    for token in tokens:
        (ax, ay), (bx, by), _, (dx, dy) = token.corners
        if max(ay, by, dy) < points[:, 1].min() - 60 or min(ay, by) > points[:, 1].max() + 60:
            continue
        along = (points[:, 0] - ax) / max(bx - ax, 1.0)
        top = ay + (by - ay) * along
        tall = max(float(np.hypot(dx - ax, dy - ay)), 1.0)
        depth = (points[:, 1] - top) / tall
        inside |= (along > -0.02) & (along < 1.02) & (depth > 0.18) & (depth < 0.82)
    return bool(inside.mean() > 0.7)


def _thin(runs: list[Run], text: float) -> list[Run]:
    """Without the thick ones: rings of stamps, photographs, the edge of the desk."""
    if not runs:
        return runs
    lengths = np.array([np.ptp(points[:, 0]) + np.ptp(points[:, 1]) for points, _ in runs])
    thick = np.array([thickness for _, thickness in runs])
    order = np.argsort(thick)
    usual = thick[order][np.searchsorted(np.cumsum(lengths[order]), lengths.sum() / 2)]
    limit = max(2.5 * usual + 1, 0.15 * text)
    return [run for run, thickness in zip(runs, thick, strict=True) if thickness <= limit]


def _level(runs: Sequence[Run]) -> tuple[Stroke, ...]:
    return tuple(
        Stroke(float(np.median(p[:, 1])), float(p[:, 0].min()), float(p[:, 0].max()), thick) for p, thick in runs
    )


def _upright(runs: Sequence[Run]) -> tuple[Stroke, ...]:
    return _level([(points[:, ::-1], thick) for points, thick in runs])


def _moved(token: Token, bend: Bend) -> Token:
    a, b, c, d = (tuple(point) for point in bend.straight(np.array(token.corners)).tolist())
    return Token((a, b, c, d), token.text, token.score)
