"""Cuts pictures out of a page: of single cells for people to look at, and of the whole page."""

from __future__ import annotations

from bot.forms.ocr.bend import Image
from bot.records.form import Box, PagePicture

TALLEST = 80
WIDEST = 900
_MARGIN = 4
_SHADES = 16
_PAGE_QUALITY = 80


def cell_picture(image: Image, box: Box) -> bytes:
    """A small gray PNG of just what stands in the box; b"" where the box is empty."""
    import cv2

    height, width = image.shape[:2]
    left, right = max(box.left - _MARGIN, 0), min(box.right + _MARGIN, width)
    top, bottom = max(box.top - _MARGIN, 0), min(box.bottom + _MARGIN, height)
    if right - left < 2 or bottom - top < 2:
        return b""
    cut = image[top:bottom, left:right]
    gray = cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY) if cut.ndim == 3 else cut
    scale = min(TALLEST / gray.shape[0], WIDEST / gray.shape[1], 1.0)
    if scale < 1:
        size = (max(round(gray.shape[1] * scale), 1), max(round(gray.shape[0] * scale), 1))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    step = 256 // _SHADES  # fewer shades make a third of the bytes and look the same
    return cv2.imencode(".png", (gray // step) * step + step // 2)[1].tobytes()


def page_picture(image: Image) -> PagePicture:
    """The page as a JPEG."""
    import cv2

    height, width = image.shape[:2]
    content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _PAGE_QUALITY])[1].tobytes()
    return PagePicture(content, width, height)
