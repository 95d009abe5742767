"""Runs a page's drawing operators (pdfminer.six) and keeps glyphs, straight lines and the extent of pictures.

Nothing is drawn, no picture is decoded. Work is counted: a document that draws more than any form ends in
UnreadableFileError (too_large), however its forms are nested in each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, mult_matrix

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.pdf_page import Glyph, PageContent, add_shape, plain, turned
from bot.records.form import UnreadCode

MAX_OBJECTS = 150_000
"""Marks drawn in one document: glyphs, shapes, pictures. A list of 500 people has 40 000."""

MAX_CONTENT = 10_000_000
"""Bytes of drawing operators in one document, counted each time that they are run."""

_INVISIBLE = (3, 7)
_FORM = 20  # what a nested form costs, counted in marks
_EDGE = 0.5
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MOSTLY = 0.6
_COVERING = 0.6

Matrix = tuple[float, float, float, float, float, float]
Clip = tuple[float, float, float, float]
"""x0, top, x1, bottom within which marks are seen."""


@dataclass(slots=True)
class Budget:
    """What a document may still draw."""

    objects: int = MAX_OBJECTS
    content: int = MAX_CONTENT

    def take(self, objects: int = 0, content: int = 0) -> None:
        self.objects -= objects
        self.content -= content
        if self.objects < 0 or self.content < 0:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)


class PageReader:
    """Reads the pages of one document, within one budget."""

    def __init__(self) -> None:
        self.budget = Budget()
        self._resources = PDFResourceManager(caching=True)

    def read(self, page: PDFPage) -> PageContent:
        """What stands on a page, upright. Raises UnreadableFileError (too_large), or what pdfminer raises."""
        device = _Device(self._resources, self.budget)
        _Interpreter(self._resources, device).process_page(page)
        return device.content()


class _Interpreter(PDFPageInterpreter):
    """pdfminer's, with the work counted and clipping minded: Excel prints what is too long for its cell whole, and
    clips it."""

    device: _Device

    def __init__(self, resources: PDFResourceManager, device: _Device) -> None:
        super().__init__(resources, device)
        self.clips: list[Clip] = []
        self.clipping = False

    def execute(self, streams: Sequence[Any]) -> None:
        length = sum(len(stream.get_data()) for stream in map(resolve1, streams) if isinstance(stream, PDFStream))
        self.device.budget.take(content=length)
        clip = self.device.clip
        super().execute(streams)
        self.device.clip = clip

    def do_q(self) -> None:
        self.device.budget.take(objects=1)
        self.clips.append(self.device.clip)
        super().do_q()

    def do_Q(self) -> None:  # noqa: N802 -- the operator's name
        if self.clips:
            self.device.clip = self.clips.pop()
        super().do_Q()

    def do_W(self) -> None:  # noqa: N802
        self.device.clip_to(self.curpath)

    def do_W_a(self) -> None:  # noqa: N802
        self.device.clip_to(self.curpath)


def page_matrix(page: PDFPage) -> Matrix:
    """From the file's coordinates to those of the shown page, y downwards, with 0, 0 at the crop box's corner."""
    x0, y0, x1, y1 = page.cropbox
    if page.rotate == 90:
        return (0, 1, 1, 0, -y0, -x0)
    if page.rotate == 180:
        return (-1, 0, 0, 1, x1, -y0)
    if page.rotate == 270:
        return (0, -1, -1, 0, y1, x1)
    return (1, 0, 0, -1, -x0, y1)


class _Device(PDFTextDevice):
    def __init__(self, resources: PDFResourceManager, budget: Budget) -> None:
        super().__init__(resources)
        self.budget = budget
        self.page = PageContent(0, 0)
        self.pictures = 0.0
        self.ways = {0: 0, 90: 0, 180: 0, 270: 0}
        self.invisible = False
        self.clip: Clip = (-math.inf, -math.inf, math.inf, math.inf)

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        x0, y0, x1, y1 = page.cropbox
        width, height = abs(x1 - x0), abs(y1 - y0)
        if page.rotate in (90, 270):
            width, height = height, width
        self.page = PageContent(width, height)
        # The interpreter draws in upward coordinates that begin at the media box; this takes them to ours.
        drawn, shown = _inverted(ctm), page_matrix(page)
        self.to_page = mult_matrix(drawn, shown)
        self.clip = (0.0, 0.0, width, height)

    def clip_to(self, path: Sequence[Any]) -> None:
        """From now on only what lies within this path too is seen (its bounding box is enough here)."""
        matrix = mult_matrix(self.ctm or _IDENTITY, self.to_page)
        points = [apply_matrix_pt(matrix, tuple(step[-2:])) for step in path if len(step) > 2]
        if not points:
            return
        xs, ys = [x for x, _ in points], [y for _, y in points]
        x0, top, x1, bottom = self.clip
        self.clip = (max(x0, min(xs)), max(top, min(ys)), min(x1, max(xs)), min(bottom, max(ys)))

    def sees(self, x: float, y: float) -> bool:
        x0, top, x1, bottom = self.clip
        return x0 - _EDGE <= x <= x1 + _EDGE and top - _EDGE <= y <= bottom + _EDGE

    def end_page(self, page: PDFPage) -> None:
        area = max(self.page.width * self.page.height, 1.0)
        self.page.picture_share = min(1.0, self.pictures / area)

    def content(self) -> PageContent:
        way, count = max(self.ways.items(), key=lambda item: item[1])
        if way and count > _MOSTLY * sum(self.ways.values()):
            return turned(self.page, way)
        return self.page

    def begin_figure(self, name: str, bbox: Any, matrix: Matrix) -> None:
        self.budget.take(objects=_FORM)

    def end_figure(self, name: str) -> None:
        return None

    def render_image(self, name: str, stream: Any) -> None:
        self.budget.take(objects=1)
        x0, y0, x1, y1 = apply_matrix_rect(mult_matrix(self.ctm or _IDENTITY, self.to_page), (0, 0, 1, 1))
        across = max(0.0, min(x1, self.page.width) - max(x0, 0.0))
        down = max(0.0, min(y1, self.page.height) - max(y0, 0.0))
        self.pictures += across * down
        sides = [
            resolve1(stream.get(long, stream.get(short, 0))) for long, short in (("Width", "W"), ("Height", "H"))
        ]
        if all(isinstance(side, int) for side in sides):
            self.page.largest_picture = max(self.page.largest_picture, sides[0] * sides[1])
        solid = not any(key in stream for key in ("SMask", "Mask", "ImageMask", "IM"))
        if solid and across * down > _COVERING * self.page.width * self.page.height:
            self.page.hidden += self.page.glyphs  # a scanner's text below its picture
            self.page.glyphs.clear()

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self.invisible = textstate.render in _INVISIBLE
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        self.budget.take(objects=1)
        advance = float(font.char_width(cid) * fontsize * scaling)
        name = str(font.fontname or "").rpartition("+")[2]
        try:
            text = plain(font.to_unichr(cid), name)
        except PDFUnicodeNotDefined:
            text = "" if not name.startswith("Wing") else plain(chr(cid), name)
        box = _glyph_box(font, cid, fontsize, rise, advance)
        self._add(text, mult_matrix(matrix, self.to_page), box)
        return advance

    def _add(self, text: str, matrix: Matrix, box: tuple[float, float, float, float]) -> None:
        x0, top, x1, bottom = apply_matrix_rect(matrix, box)
        if not self.sees((x0 + x1) / 2, (top + bottom) / 2):
            return
        if (
            not text
            or "\ue000" <= text[0] <= "\uf8ff"
            or text[0] == "\ufffd"
            or (text < " " and text not in "\t\n\r")
        ):
            self.page.garbled += 1
            return
        a, b = matrix[0], matrix[1]
        if min(abs(a), abs(b)) > 0.2 * max(abs(a), abs(b)):
            return  # across the page: a watermark
        left, right = max(x0, self.clip[0]), min(x1, self.clip[2])
        glyph = Glyph(text, min(left, x1), top, max(right, x0), bottom)
        if self.invisible:
            self.page.hidden.append(glyph)
            return
        # y goes downwards: text that climbs has b < 0 and is set upright by a turn clockwise.
        way = (0 if a > 0 else 180) if abs(a) >= abs(b) else (90 if b < 0 else 270)
        self.ways[way] += not text.isspace()
        self.page.glyphs.append(glyph)

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        self.budget.take(objects=1 + len(path) // 8)
        self.page.shapes += 1
        if not (stroke or fill):
            return
        matrix = mult_matrix(self.ctm or _IDENTITY, self.to_page)
        points: list[tuple[float, float]] = []
        curved = False
        for operator, *operands in path:
            if operator == "m":
                add_shape(self.page, points, stroke, curved)
                points, curved = [], False
            if operator == "h" and points:
                points.append(points[0])
            elif len(operands) >= 2:
                curved = curved or operator in "cvy"
                points.append(apply_matrix_pt(matrix, (operands[-2], operands[-1])))
        add_shape(self.page, points, stroke, curved)


def _glyph_box(
    font: Any, cid: int, fontsize: float, rise: float, advance: float
) -> tuple[float, float, float, float]:
    if font.is_vertical():
        vx, vy = font.char_disp(cid)
        left = fontsize * 0.5 if vx is None else vx * fontsize * 0.001
        high = (1000 - vy) * fontsize * 0.001 + rise
        return (-left, high + advance, -left + fontsize, high)
    low = font.get_descent() * fontsize + rise
    return (0, low, advance, low + fontsize)


def _inverted(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return (d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det)
