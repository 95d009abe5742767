"""Reads an OFD file (GB/T 33190-2016), in which Chinese authorities keep documents, by the positions of its texts.

A zip of XML parts: texts with the place of each character, and drawn paths; tables and lists are found as in a
PDF. Signatures, annotations and scripts are not looked at. Raises UnreadableFileError.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from bot.forms.labels import default_labels
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.package import Package, attribute, local_name
from bot.forms.readers.pdf_blocks import find_blocks
from bot.forms.readers.pdf_columns import Columns
from bot.forms.readers.pdf_draft import Found, joined, numbered
from bot.forms.readers.pdf_page import Glyph, PageContent, add_shape, plain
from bot.records.form import Document, UnreadCode

MAX_PAGES = 40
MAX_OBJECTS = 150_000
"""Characters and points of paths in one document; more is reported as too large."""

_ONLY_PICTURES = "这个 OFD 文件里只有图片，系统读不了，请另存为 PDF，或改用 Word、Excel 格式的回执表后重新发送。"
_POINTS = 72 / 25.4
_ASCENT = 0.88
_A4 = (0.0, 0.0, 210.0, 297.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"[SMLQBAC]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Matrix = tuple[float, float, float, float, float, float]


def read_ofd(origin: str, content: bytes) -> Document:
    """What an OFD file says, page by page. Raises UnreadableFileError."""
    package = Package(content)
    labels = default_labels()
    pages: list[tuple[Found, ...]] = []
    before: Columns | None = None
    left = MAX_OBJECTS
    says_something = False
    for number, page in enumerate(_pages(package)):
        if number == MAX_PAGES:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        left -= page.shapes
        says_something = says_something or bool(page.glyphs)
        if left < 0:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        findings = find_blocks(page, number, labels, before)
        before = findings.open_columns
        pages.append(findings.found)
    if not says_something:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, _ONLY_PICTURES)
    return Document(origin, tuple(numbered(joined(pages), origin)))


def _pages(package: Package) -> Iterator[PageContent]:
    root = next((one for one in package.parse("OFD.xml").iter() if local_name(one) == "DocRoot"), None)
    if root is None:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    main = _part("", root.text or "")
    document = package.parse(main)
    size = _box(document) or _A4
    templates = {
        attribute(one, "ID"): _part(main, attribute(one, "BaseLoc"))
        for one in document.iter()
        if local_name(one) == "TemplatePage"
    }
    listed = next((one for one in document.iter() if local_name(one) == "Pages"), None)
    for entry in listed if listed is not None else ():
        if local_name(entry) != "Page":
            continue
        drawn = package.parse(_part(main, attribute(entry, "BaseLoc")))
        x, y, width, height = _box(drawn) or size
        page = PageContent(width * _POINTS, height * _POINTS)
        for used in drawn.iter():
            if local_name(used) == "Template" and (part := templates.get(attribute(used, "TemplateID"))):
                _draw(package.parse(part), page, x, y)
        _draw(drawn, page, x, y)
        yield page


def _part(beside: str, location: str) -> str:
    """A part's name by what another part calls it; only ever looked up in the package."""
    location = location.strip().replace("\\", "/")
    path = location if location.startswith("/") else posixpath.join(posixpath.dirname(beside), location)
    return posixpath.normpath("/" + path).lstrip("/")


def _numbers(text: str) -> list[float]:
    return [float(word) for word in _NUMBER.findall(text)]


def _box(element: etree._Element) -> tuple[float, float, float, float] | None:
    """The page's size (x, y, width, height in millimetres) that a document or page gives."""
    for one in element.iter():
        if local_name(one) == "PhysicalBox":
            numbers = _numbers(one.text or "")
            if len(numbers) == 4 and 0 < numbers[2] < 1e5 and 0 < numbers[3] < 1e5:
                return (numbers[0], numbers[1], numbers[2], numbers[3])
    return None


def _draw(part: etree._Element, page: PageContent, x: float, y: float) -> None:
    for one in part.iter():
        kind = local_name(one)
        if page.shapes > MAX_OBJECTS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        if kind not in ("TextObject", "PathObject") or attribute(one, "Visible") == "false":
            continue
        boundary = _numbers(attribute(one, "Boundary"))
        if len(boundary) != 4:
            continue
        matrix = _matrix(attribute(one, "CTM"), boundary[0] - x, boundary[1] - y)
        if kind == "TextObject":
            _draw_text(one, page, matrix)
        else:
            _draw_path(one, page, matrix)


def _matrix(text: str, x: float, y: float) -> Matrix:
    """From an object's own millimetres to points on the page."""
    numbers = _numbers(text)
    a, b, c, d, e, f = numbers if len(numbers) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    k = _POINTS
    return (a * k, b * k, c * k, d * k, (e + x) * k, (f + y) * k)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _draw_text(one: etree._Element, page: PageContent, matrix: Matrix) -> None:
    size = next(iter(_numbers(attribute(one, "Size"))), 0.0)
    scale = math.hypot(matrix[2], matrix[3])
    across = math.hypot(matrix[0], matrix[1])
    if not 0 < size * scale < 1000 or abs(matrix[1]) > 0.2 * max(across, 1e-9):
        return  # text across the page: a watermark
    x = y = 0.0
    for code in one:
        if local_name(code) != "TextCode":
            continue
        x = next(iter(_numbers(attribute(code, "X"))), x)
        y = next(iter(_numbers(attribute(code, "Y"))), y)
        text = (code.text or "").strip("\r\n")
        page.shapes += 1 + len(text)
        rights, downs = _steps(attribute(code, "DeltaX"), len(text)), _steps(attribute(code, "DeltaY"), len(text))
        right, down = x, y
        for index, character in enumerate(text):
            usual = size * (0.5 if character.isascii() else 1.0)
            step = rights[index] if index < len(rights) else (0.0 if downs else usual)
            left, base = _at(matrix, right, down)
            width = min(step, usual) if step > 0 else usual
            shown = plain(character, "")
            if shown and 0 <= left <= page.width and 0 <= base <= page.height:
                high = base - _ASCENT * size * scale
                page.glyphs.append(Glyph(shown, left, high, left + width * across, high + size * scale))
            right += step
            down += downs[index] if index < len(downs) else 0.0
        x, y = right, down


def _steps(text: str, most: int) -> list[float]:
    """The distances between characters; `g 3 2.5` stands for three times 2.5 (GB/T 33190-2016, 11.3)."""
    words = text.split()
    steps: list[float] = []
    index = 0
    while index < len(words) and len(steps) < most:
        if words[index] == "g" and index + 2 < len(words):
            count = int(next(iter(_numbers(words[index + 1])), 0))
            steps += [next(iter(_numbers(words[index + 2])), 0.0)] * max(0, min(count, most - len(steps)))
            index += 3
            continue
        steps += _numbers(words[index])[:1]
        index += 1
    return steps


def _draw_path(one: etree._Element, page: PageContent, matrix: Matrix) -> None:
    stroke = attribute(one, "Stroke") != "false"
    if not stroke and attribute(one, "Fill") != "true":
        return
    data = next((child.text or "" for child in one if local_name(child) == "AbbreviatedData"), "")
    points: list[tuple[float, float]] = []
    curved = False
    words = _STEP.findall(data)
    page.shapes += 1 + len(words) // 8
    index = 0
    while index < len(words):
        word = words[index]
        count = _OPERANDS.get(word, 0)
        operands = [float(number) for number in words[index + 1 : index + 1 + count] if number not in _OPERANDS]
        index += 1 + len(operands)
        if len(operands) < count:
            continue
        if word in "SM":
            add_shape(page, points, stroke, curved)
            points, curved = [], False
        if word == "C" and points:
            points.append(points[0])
        elif count >= 2:
            curved = curved or word in "QBA"
            points.append(_at(matrix, operands[-2], operands[-1]))
    add_shape(page, points, stroke, curved)
