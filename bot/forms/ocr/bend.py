"""How a page is bent, told from the slopes of its rules, and how to take that back.

Paper lies askew, is photographed at an angle, or curls. Never fails: too few rules make no bend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Run = tuple[Points, float]
"""Points along the middle of a run of ink, and how thick it is."""

_FEWEST_SLOPES = 3
_ROUNDS = 4
_STEP = 16
_NONE = (0.0, 0.0, 0.0)
_STILL = 1.5
"""Bends of fewer pixels are left as they are."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How the page is bent: a level line through (0, c) runs as c + (slope + fan * c) * x + curve * x² / 2, with x
    from the middle of the page; an upright one likewise. Fans are what perspective makes of parallel lines."""

    middle: tuple[float, float]
    level: tuple[float, float, float]
    upright: tuple[float, float, float]

    @classmethod
    def of(
        cls,
        level: list[Run],
        upright: list[Run],
        middle: tuple[float, float],
        text: float,
        written: Sequence[Points] = (),
    ) -> Bend:
        """The bend of a page around its middle; `text` is the height of a line of text in pixels, `written` are
        lines of text, by which a page without rules is told to be askew."""
        center = np.array(middle)
        across = _fitted([points - center for points, _ in level], 3 * text)
        down = _fitted([(points - center)[:, ::-1] for points, _ in upright], 3 * text)
        if across == _NONE:
            across = _fitted([points - center for points in written], 3 * text)
        return cls(middle, across, (-across[0], 0.0, 0.0) if down == _NONE else down)

    def straight(self, points: Points) -> Points:
        """Where points of the bent page stand on the straight one."""
        x, y = (points - np.array(self.middle)).T
        flat = np.column_stack((_origin(y, x, self.upright), _origin(x, y, self.level)))
        return np.asarray(flat + np.array(self.middle))

    def moves(self, width: int, height: int) -> bool:
        """Whether taking the bend back would move anything noticeably."""
        corners = np.array([(0, 0), (width, 0), (0, height), (width, height), (width / 2, 0), (0, height / 2)])
        return bool(np.abs(self.straight(corners.astype(np.float64)) - corners).max() > _STILL)

    def unbent(self, image: Image) -> Image:
        import cv2

        """The image with the bend taken back."""
        height, width = image.shape[:2]
        u, v = np.meshgrid(np.arange(0, width + _STEP, _STEP), np.arange(0, height + _STEP, _STEP))
        u, v = u - self.middle[0], v - self.middle[1]
        x, y = u.astype(np.float64), v.astype(np.float64)
        for _ in range(_ROUNDS):
            y, x = _bent(x, v, self.level), _bent(y, u, self.upright)
        coarse = np.dstack((x + self.middle[0], y + self.middle[1])).astype(np.float32)
        # Coarse points lie _STEP pixels apart; resizing puts them at the middle of their pixels, hence the shift.
        matrix = np.array([[1 / _STEP, 0, 0], [0, 1 / _STEP, 0]], np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        fine = cv2.warpAffine(coarse, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        out = cv2.remap(image, fine, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        return np.asarray(out, np.uint8)


def _origin(along: Points, across: Points, bend: tuple[float, float, float]) -> Points:
    slope, fan, curve = bend
    return np.asarray((across - slope * along - curve * along**2 / 2) / (1 + fan * along))


def _bent(along: Points, origin: Points, bend: tuple[float, float, float]) -> Points:
    slope, fan, curve = bend
    return np.asarray(origin + (slope + fan * origin) * along + curve * along**2 / 2)


def _fitted(runs: list[Points], shortest: float) -> tuple[float, float, float]:
    """Slope, fan and curve that the runs' slopes show; (0, 0, 0) where there are too few."""
    places, slopes, weights = [], [], []
    for points in runs:
        for piece in np.array_split(points, max(1, int(np.ptp(points[:, 0]) // (2.5 * shortest)))):
            span = float(np.ptp(piece[:, 0])) if len(piece) > 1 else 0.0
            if span >= shortest:
                slopes.append(float(np.polyfit(piece[:, 0], piece[:, 1], 1)[0]))
                places.append(piece.mean(axis=0))
                weights.append(span)
    if len(slopes) < _FEWEST_SLOPES:
        return _NONE
    where, slope = np.array(places), np.array(slopes)
    weight = np.sqrt(np.array(weights))
    bend = (float(np.average(slope, weights=weight)), 0.0, 0.0)
    spread = np.ptp(where, axis=0) > 2 * shortest
    for _ in range(_ROUNDS):
        origin = _origin(where[:, 0], where[:, 1], bend)
        terms = np.column_stack((np.ones(len(slope)), origin * spread[1], where[:, 0] * spread[0]))
        miss = np.abs(slope - terms @ np.array(bend))
        trust = weight / (1 + (miss / max(1.5 * float(np.median(miss)), 0.001)) ** 2)
        scale = np.array([1.0, 1000.0, 1000.0])
        solution, *_ = np.linalg.lstsq(terms / scale * trust[:, None], slope * trust, rcond=1e-6)
        first, fan, curve = (float(number) for number in solution / scale)
        bend = (first, float(np.clip(fan, -3e-4, 3e-4)), float(np.clip(curve, -2e-4, 2e-4)))
    return bend
