"""Makes a page image fit for recognition: a sensible size, the sheet alone, and dark ink on white paper.

What a phone sees around the paper is cut away and the sheet made rectangular, but only where its four edges are
plain to see. Shadows are divided out, the red of stamps is taken away. Never fails: what can't be improved stays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

LONG_SIDE = 2000
"""Pixels of the long side of a page: about 170 dpi on A4, from where on nothing is gained."""
SMALL_SIDE = 1100
_MOST_GROWTH = 2.0

STAMP_RED = 0.14
"""How much redder than its other colours a part of a stamp is, in parts of the paper's light."""
_UNDER_STAMP = 0.74
"""In red light, a stamp is lighter than this part of the paper, and ink is darker."""

_PAPER = 250
_FAINTEST = 150
"""Ink is not taken for darker than it is by more than this: a page with hardly any stays as it is."""

_LOOK = 640
_LEAST_PAPER = 0.25
_MOST_PAPER = 0.97
_LEAST_FILLED = 0.93
_LEAST_BRIGHTER = 30
_MOST_LEAN = 0.35
"""How far the lengths of opposite edges may differ, in parts of the longer one."""


def sized(image: Image) -> Image:
    """The image with a long side of at most LONG_SIDE; very small ones are made larger."""
    import cv2

    long = max(image.shape[:2])
    scale = LONG_SIDE / long if long > LONG_SIDE else min(SMALL_SIDE / long, _MOST_GROWTH)
    if SMALL_SIDE <= long <= LONG_SIDE:
        return image
    shrinks = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    height, width = (max(round(side * scale), 1) for side in image.shape[:2])
    return np.asarray(cv2.resize(image, (width, height), interpolation=shrinks), np.uint8)


def sheet_alone(image: Image) -> Image:
    """A photographed sheet cut out of its surroundings and made rectangular; other images as they are."""
    import cv2

    corners = paper_corners(image)
    if corners is None:
        return image
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    width, height = round((top + bottom) / 2), round((left + right) / 2)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(corners, target)
    flags = cv2.INTER_CUBIC
    out = cv2.warpPerspective(image, warp, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def paper_corners(image: Image) -> NDArray[np.float32] | None:
    """The corners of a bright sheet on a darker ground, clockwise from top left; None where that is not plain."""
    import cv2

    scale = _LOOK / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY) if small.ndim == 3 else small
    # Print is closed over, so that the sheet is one bright patch.
    smooth = cv2.GaussianBlur(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), (0, 0), 1.5)
    _, bright = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    rough = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float32)
    if len(rough) != 4:
        return None
    corners = _clockwise(rough)
    if not _is_sheet(corners, float(cv2.contourArea(outline)), np.asarray(gray, np.uint8)):
        return None
    return np.asarray(corners / scale, np.float32)


def _clockwise(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """From the corner nearest to the top left."""
    middle = points.mean(axis=0)
    around = points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0)


def _is_sheet(corners: NDArray[np.float32], filled: float, gray: NDArray[np.uint8]) -> bool:
    import cv2

    height, width = gray.shape[:2]
    area = float(cv2.contourArea(corners))
    share = area / (width * height)
    if not _LEAST_PAPER < share < _MOST_PAPER or filled < _LEAST_FILLED * area:
        return False
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    if min(top, right, bottom, left) < 0.2 * max(height, width):
        return False
    if abs(top - bottom) > _MOST_LEAN * max(top, bottom) or abs(left - right) > _MOST_LEAN * max(left, right):
        return False
    inside = np.zeros(gray.shape, np.uint8)
    cv2.fillConvexPoly(inside, corners.astype(np.int32), 255)
    outside = cv2.bitwise_not(cv2.dilate(inside, np.ones((9, 9), np.uint8)))
    return cv2.mean(gray, inside)[0] - cv2.mean(gray, outside)[0] > _LEAST_BRIGHTER


def legible(image: Image) -> Image:
    """The page in gray as if evenly lit: paper white, ink dark, stamps gone."""
    import cv2

    lit = _evenly_lit(image)
    if lit.ndim == 2:
        return _stretched(lit)
    blue, green, red = cv2.split(lit)
    gray = np.asarray(cv2.cvtColor(lit, cv2.COLOR_BGR2GRAY), np.uint8)
    excess = np.asarray(cv2.subtract(red, cv2.max(blue, green)), np.uint8)
    stamped = (excess > round(255 * STAMP_RED)).astype(np.uint8)
    if stamped.any():
        # A little around as well: the edges of red strokes are paler than the strokes.
        around = np.asarray(cv2.dilate(stamped, np.ones((5, 5), np.uint8)), np.uint8)
        under = np.asarray(cv2.convertScaleAbs(red, alpha=1 / _UNDER_STAMP), np.uint8)
        gray = np.where(around > 0, under, gray)
    return _stretched(gray)


def _evenly_lit(image: Image) -> Image:
    """Every channel divided by the paper's own light around each pixel: paper becomes 255."""
    import cv2

    height, width = image.shape[:2]
    small = cv2.resize(image, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8)), (13, 13))
    # Where there is nothing bright around (a photograph, the desk), dividing would only raise noise.
    paper = cv2.resize(cv2.max(paper, np.full_like(paper, 48)), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, paper, scale=_PAPER), np.uint8)


def _stretched(gray: Image) -> Image:
    """The darkest ink made black, gently: faint toner becomes as readable as fresh one."""
    import cv2

    dark = min(round(float(np.percentile(gray[::3, ::3], 0.5))), _FAINTEST)
    steps = np.clip((np.arange(256, dtype=np.float32) - dark) * (_PAPER / (_PAPER - dark)), 0, 255)
    return np.asarray(cv2.LUT(gray, steps.astype(np.uint8)), np.uint8)
