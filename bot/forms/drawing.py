"""Draws what was read onto the picture of its page: numbered boxes, doubtful values in another colour.

Pure: a page picture and marks in, a PNG out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from bot.records.form import Box, PagePicture

SURE_COLOUR = (22, 128, 60)
DOUBTFUL_COLOUR = (200, 60, 0)
_LINE = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A value's box, the number that it has in the list beside the picture, and whether somebody should look."""

    box: Box
    number: int
    doubtful: bool


def draw(page: PagePicture, marks: Sequence[Mark]) -> bytes:
    """The page as a PNG with the marks on it. Marks on the same box share one frame, their numbers in a row."""
    # Only who wants a picture pays for the library.
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(BytesIO(page.content)) as picture:
        canvas = picture.convert("RGB")
    pen = ImageDraw.Draw(canvas)
    size = max(14, canvas.width // 90)
    font = ImageFont.load_default(size)
    by_box: dict[Box, list[Mark]] = {}
    for mark in marks:
        by_box.setdefault(mark.box, []).append(mark)
    for box, here in by_box.items():
        colour = DOUBTFUL_COLOUR if any(mark.doubtful for mark in here) else SURE_COLOUR
        frame = (box.left, box.top, max(box.left + 1, box.right), max(box.top + 1, box.bottom))
        pen.rectangle(frame, outline=colour, width=_LINE)
        text = " ".join(str(mark.number) for mark in here)
        corner = (frame[0] + _LINE, max(0, frame[1] - size - _LINE))
        pen.rectangle(pen.textbbox(corner, text, font=font), fill="white")
        pen.text(corner, text, fill=colour, font=font)
    written = BytesIO()
    canvas.save(written, "PNG", optimize=True)
    return written.getvalue()


def preview(picture: bytes, width: int) -> bytes:
    """A picture as a JPEG of at most `width` pixels across, for a web page."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        small = opened.convert("RGB")
    small.thumbnail((width, width * 3))
    written = BytesIO()
    small.save(written, "JPEG", quality=80)
    return written.getvalue()
