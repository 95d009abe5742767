"""Makes scans and phone photos out of clean page images: stamp, tilt, blur, noise, JPEG, perspective, shadow.

Images are uint8 BGR arrays of shape (height, width, 3). The same arguments give the same picture. Nothing here
reads or writes files, except the font of the stamp.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]
Corners = Sequence[tuple[float, float]]

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
"""Where Debian's fonts-noto-cjk and fonts-wqy-microhei put the seal's script: the first there is."""

SEAL_DIAMETER = 4.2 / 2.54
"""Inches: the round seals of Chinese institutions measure about 42 mm."""

_SEAL_RED = (35, 30, 215)
_PAPER = 250


def scan(
    image: Picture,
    *,
    dpi_scale: float = 1.0,
    tilt: float = 0.0,
    stamp: str = "",
    stamp_at: tuple[float, float] = (0.72, 0.6),
    stamp_strength: float = 0.75,
    dpi: int = 200,
    blur: float = 0.0,
    noise: float = 0.0,
    contrast: float = 1.0,
    jpeg: int = 0,
    gray: bool = False,
    bilevel: bool = False,
    seed: int = 0,
) -> Picture:
    """A page as an office scanner gives it.

    `dpi_scale` makes the page smaller (0.75: 200 dpi becomes 150); `dpi` is that of `image` and sizes the seal.
    `tilt` in degrees; `stamp` is the name on the seal, its centre at `stamp_at` in parts of the page; `blur` and
    `noise` are standard deviations in pixels and grey steps of the result; `contrast` below 1 is faint toner;
    `jpeg` is a quality to pass through (0: none). `gray` and `bilevel` still give three channels.
    """
    page = _in_colour(image)
    if stamp:
        page = with_seal(page, stamp, stamp_at, round(SEAL_DIAMETER * dpi), stamp_strength, seed)
    if tilt:
        page = _tilted(page, tilt)
    if dpi_scale != 1.0:
        page = np.asarray(
            cv2.resize(page, None, fx=dpi_scale, fy=dpi_scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    if contrast != 1.0:
        page = np.clip(_PAPER - (_PAPER - page.astype(np.float32)) * contrast, 0, 255).astype(np.uint8)
    return _developed(page, blur, noise, jpeg, gray, bilevel, seed)


def photo(
    image: Picture,
    *,
    corners: Corners | None = None,
    perspective: float = 0.04,
    tilt: float = 0.0,
    desk: tuple[int, int, int] = (72, 92, 118),
    margin: float = 0.08,
    shadow: float = 0.3,
    brightness: float = 0.9,
    long_side: int = 2000,
    bend: float = 0.0,
    blur: float = 0.6,
    noise: float = 4.0,
    jpeg: int = 0,
    rotate90: int = 0,
    seed: int = 0,
) -> Picture:
    """A page as somebody's phone takes it, lying on a desk.

    `corners` are where the page's corners come to stand (clockwise from top left, in parts of the photo); without
    them they are made from `perspective` (largest shift of a corner), `tilt` in degrees and `margin` around.
    `shadow` is how much darker the dark side is (0-1), `bend` how far the paper bulges (parts of its height),
    `rotate90` how many quarter turns clockwise the pixels are turned at the end. `long_side` in pixels.
    """
    rng = np.random.default_rng(seed)
    page = _in_colour(image)
    if bend:
        page = _bent(page, bend)
    height, width = page.shape[:2]
    scale = long_side / (max(height, width) * (1 + 2 * margin))
    size = (round(width * (1 + 2 * margin) * scale), round(height * (1 + 2 * margin) * scale))
    if corners is None:
        corners = _corners(size, margin, perspective, tilt, rng)
    target = np.array([(x * size[0], y * size[1]) for x, y in corners], np.float32)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    if scale < 0.9:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), 0.35 / scale), np.uint8)
    warp = cv2.getPerspectiveTransform(source, target)
    ground = _desk(size, desk, rng)
    cover = cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, size, flags=cv2.INTER_AREA)
    laid = cv2.warpPerspective(page, warp, size, flags=cv2.INTER_CUBIC)
    part = (np.asarray(cover, np.float32) / np.float32(255))[:, :, None]
    picture = _lit(np.asarray(laid * part + ground * (1 - part), np.float32), shadow, brightness, rng)
    turned = np.ascontiguousarray(np.rot90(picture, -rotate90)) if rotate90 else picture
    return _developed(turned, blur, noise, jpeg, False, False, seed)


def with_seal(
    page: Picture, name: str, at: tuple[float, float], diameter: int, strength: float = 0.75, seed: int = 0
) -> Picture:
    """The page with a round red seal over it: ink that lets what is printed show through."""
    ink = seal(name, diameter, seed).astype(np.float32)[:, :, None] / 255 * strength
    height, width = page.shape[:2]
    left, top = round(at[0] * width - ink.shape[1] / 2), round(at[1] * height - ink.shape[0] / 2)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + ink.shape[1]), min(height, top + ink.shape[0])
    if x0 >= x1 or y0 >= y1:
        return page
    result = page.copy()
    part = ink[y0 - top : y1 - top, x0 - left : x1 - left]
    paper = result[y0:y1, x0:x1].astype(np.float32)
    inked = paper * (np.array(_SEAL_RED, np.float32) / 255)
    result[y0:y1, x0:x1] = (paper * (1 - part) + inked * part).astype(np.uint8)
    return result


def seal(name: str, diameter: int, seed: int = 0) -> Picture:
    """How much ink lies where (0-255), as a square: a ring, the name along it, a star, worn places."""
    rng = np.random.default_rng(seed)
    big = 4 * diameter
    canvas = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(canvas)
    edge = max(4, big // 34)
    draw.ellipse((edge, edge, big - edge, big - edge), outline=255, width=edge)
    star = [
        (
            big / 2 + big * (0.15 if i % 2 == 0 else 0.058) * math.sin(math.pi * i / 5),
            big / 2 - big * (0.15 if i % 2 == 0 else 0.058) * math.cos(math.pi * i / 5),
        )
        for i in range(10)
    ]
    draw.polygon(star, fill=255)
    font = _font(round(big * 0.115))
    spread = min(280.0, 24.0 * (len(name) - 1))
    for index, character in enumerate(name):
        angle = -spread / 2 + spread * index / max(1, len(name) - 1)
        glyph = Image.new("L", (round(big * 0.16),) * 2, 0)
        middle = glyph.width / 2
        ImageDraw.Draw(glyph).text((middle, middle), character, font=font, fill=255, anchor="mm")
        turned = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        x = big / 2 + big * 0.375 * math.sin(math.radians(angle)) - middle
        y = big / 2 - big * 0.375 * math.cos(math.radians(angle)) - middle
        canvas.paste(255, (round(x), round(y)), turned)
    angle = float(rng.uniform(-12, 12))
    small = canvas.rotate(angle).resize((diameter, diameter), Image.Resampling.LANCZOS)
    worn = cv2.GaussianBlur(rng.random((diameter, diameter)).astype(np.float32), (0, 0), max(1.0, diameter / 60))
    worn = (worn - worn.min()) / max(1e-6, float(worn.max() - worn.min()))
    return np.asarray(np.asarray(small, np.float32) * (0.55 + 0.45 * worn), np.uint8)


def as_jpeg(image: Picture, quality: int = 75, *, orientation: int = 1, dpi: int = 200) -> bytes:
    """The picture as a JPEG file; an `orientation` other than 1 is written into its EXIF data."""
    buffer = BytesIO()
    gray = np.array_equal(image[:, :, 0], image[:, :, 1]) and np.array_equal(image[:, :, 1], image[:, :, 2])
    picture = Image.fromarray(image[:, :, 0] if gray else np.ascontiguousarray(image[:, :, ::-1]))
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    picture.save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi), exif=exif, optimize=True)
    return buffer.getvalue()


def _in_colour(image: Picture) -> Picture:
    return image if image.ndim == 3 else np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(next(path for path in FONTS if Path(path).is_file()), size)


def _tilted(page: Picture, degrees: float) -> Picture:
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper = (_PAPER, _PAPER, _PAPER)
    return np.asarray(
        cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper), np.uint8
    )


def _bent(page: Picture, bend: float) -> Picture:
    """Paper that does not lie flat: lines of text become shallow arcs."""
    height, width = page.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    ys += (np.cos(np.pi * (xs / width - 0.5)) * bend * height).astype(np.float32)
    return np.asarray(cv2.remap(page, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _corners(
    size: tuple[int, int], margin: float, perspective: float, tilt: float, rng: np.random.Generator
) -> list[tuple[float, float]]:
    low, high = margin / (1 + 2 * margin), 1 - margin / (1 + 2 * margin)
    angle, ratio = math.radians(tilt), size[1] / size[0]
    placed = []
    for x, y in ((low, low), (high, low), (high, high), (low, high)):
        dx, dy = x - 0.5, (y - 0.5) * ratio
        turned = (
            dx * math.cos(angle) - dy * math.sin(angle),
            (dx * math.sin(angle) + dy * math.cos(angle)) / ratio,
        )
        shift = rng.uniform(-perspective, perspective, 2)
        placed.append((0.5 + turned[0] + float(shift[0]), 0.5 + turned[1] + float(shift[1])))
    return placed


def _desk(size: tuple[int, int], colour: tuple[int, int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Wood: a colour with streaks along one direction."""
    streaks = cv2.GaussianBlur(rng.normal(0, 40, (size[1], size[0])).astype(np.float32), (0, 0), 25, sigmaY=1.5)
    return np.asarray(np.clip(np.array(colour, np.float32) + streaks[:, :, None], 0, 255), np.float32)


def _lit(picture: NDArray[np.float32], shadow: float, brightness: float, rng: np.random.Generator) -> Picture:
    """Light from one side, warm, with a soft shadow across."""
    height, width = picture.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    xs, ys = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    across = (xs * np.cos(angle) + ys * np.sin(angle)) / 1.4142
    edge = 1 / (1 + np.exp(-(across - rng.uniform(-0.3, 0.3)) * 9))
    light = brightness * (1 - shadow * (0.4 * (across + 1) / 2 + 0.6 * edge))
    warm = np.array((0.93, 0.98, 1.0), np.float32)
    return np.asarray(np.clip(picture * light[:, :, None] * warm, 0, 255), np.uint8)


def _developed(
    page: Picture, blur: float, noise: float, jpeg: int, gray: bool, bilevel: bool, seed: int
) -> Picture:
    """What optics, sensor and file format do at the end."""
    if blur:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), blur), np.uint8)
    if noise:
        rng = np.random.default_rng(seed + 1)
        grain = rng.normal(0, noise, page.shape[:2]).astype(np.float32)[:, :, None]
        page = np.clip(page.astype(np.float32) + grain, 0, 255).astype(np.uint8)
    if gray or bilevel:
        one = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
        if bilevel:
            one = np.where(one > 165, 255, 0).astype(np.uint8)
        page = np.asarray(cv2.cvtColor(one, cv2.COLOR_GRAY2BGR), np.uint8)
    if jpeg:
        _, encoded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, jpeg])
        page = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
    return page
