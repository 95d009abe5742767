"""Reads a PDF into a Document: ruled tables, lists without lines, lines of text, and what was typed into fields.

Pages that are pictures (scans, outlined text, text layers of unknown recognition or without meaning) are
recognised by bot.forms.ocr, page by page. Never runs anything in the file. Raises UnreadableFileError, and
NeedsOcrError where recognition is another process' work.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pdfminer.pdfpage import PDFPage

from bot.forms.labels import Labels, default_labels
from bot.forms.ocr.overleaf import with_rows_joined
from bot.forms.readers import heavy
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.pdf_blocks import find_blocks
from bot.forms.readers.pdf_columns import Columns
from bot.forms.readers.pdf_device import PageReader
from bot.forms.readers.pdf_draft import Block, Found, joined, numbered
from bot.forms.readers.pdf_fields import is_xfa_only, merged, typed_glyphs
from bot.forms.readers.pdf_open import OpenedPdf
from bot.forms.readers.pdf_page import Glyph, PageContent, turned
from bot.forms.readers.pdf_text import as_run, rows_of, split_runs
from bot.records.form import Document, PagePicture, UnreadCode

MAX_SCANNED_PAGES = 12
"""Recognition takes seconds for each; a longer scan is reported, never read in part."""

MAX_PIXELS = 120_000_000
"""Of one picture on a page; A3 at 600 dpi has 70 million."""

SCAN_DPI = 200
HIDDEN_TEXT_CONFIDENCE = 0.6

_XFA_ONLY = (
    "这个 PDF 是 Acrobat 动态表单（XFA），系统读不了，请打印成普通 PDF 后重新发送，"
    "或改用 Word、Excel 格式的回执表。"
)
_FEW_CHARACTERS = 10
_BACKGROUND = 0.5
_SCANNED = 0.1
_FEW_LABELS = 3
_OUTLINES = 60
_GARBLED = 0.15


@dataclass(slots=True)
class _Reading:
    """What has been read so far, page by page."""

    found: list[tuple[Found, ...]] = field(default_factory=list)
    contents: list[PageContent] = field(default_factory=list)
    recognised: dict[int, PagePicture] = field(default_factory=dict)


def read_pdf(origin: str, content: bytes, *, pages: bool = False) -> Document:
    """What a PDF says, page by page. `Document.pages` are its pages' pictures where asked for by `pages`, and
    wherever a page had to be recognised. Raises UnreadableFileError and NeedsOcrError."""
    pdf = OpenedPdf(content)
    try:
        if is_xfa_only(pdf.document, pdf.pages):
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _XFA_ONLY)
        reading = _read(pdf, origin, default_labels())
        pictures = _pictures(pdf, reading) if pages or reading.recognised else ()
        return Document(origin, tuple(numbered(joined(with_rows_joined(reading.found)), origin)), pictures)
    finally:
        pdf.close()


def _read(pdf: OpenedPdf, origin: str, labels: Labels) -> _Reading:
    reader = PageReader()
    reading = _Reading()
    before: Columns | None = None
    for number, page in enumerate(pdf.pages):
        content = _with_typed(_content(reader, page), typed_glyphs(page))
        reading.contents.append(content)
        if _is_picture(content, labels) and (blocks := _recognised(pdf, reading, origin, number)) is not None:
            before = None
            reading.found.append(blocks)
            continue
        findings = find_blocks(content, number, labels, before)
        before = findings.open_columns
        reading.found.append(findings.found)
    return reading


def _content(reader: PageReader, page: PDFPage) -> PageContent:
    """What stands on a page. One whose drawing operators are broken can still be looked at: it counts as a
    picture, as pdfium, which mends more, shows it."""
    try:
        return reader.read(page)
    except UnreadableFileError:
        raise
    except Exception:  # noqa: BLE001 -- pdfminer.six raises whatever the broken object led to
        x0, y0, x1, y1 = page.cropbox
        sides = (abs(x1 - x0), abs(y1 - y0))
        return PageContent(*(sides[::-1] if page.rotate in (90, 270) else sides), picture_share=1.0)


def _with_typed(content: PageContent, typed: list[Glyph]) -> PageContent:
    """The page with its fields' values at their places."""
    if typed and content.turn:
        sides = (content.height, content.width) if content.turn % 180 else (content.width, content.height)
        typed = turned(PageContent(*sides, glyphs=typed), content.turn).glyphs
    if typed:
        content.glyphs = merged(content.glyphs, typed)
    return content


def _is_picture(content: PageContent, labels: Labels) -> bool:
    """Whether what people see on the page is not in its text."""
    shown = sum(not glyph.text.isspace() for glyph in content.glyphs)
    if content.garbled > max(_FEW_CHARACTERS, _GARBLED * shown):
        return True
    if len(content.hidden) > shown and content.picture_share > _SCANNED:
        return True
    if content.picture_share > _BACKGROUND:
        return _labels_in(content, labels) < _FEW_LABELS
    return shown < _FEW_CHARACTERS and (content.picture_share > _SCANNED or content.shapes > _OUTLINES)


def _labels_in(content: PageContent, labels: Labels) -> int:
    """How many headings of forms stand in the page's text."""
    words = (as_run(run).text for row in rows_of(content.glyphs) for run in split_runs(row, 1.0))
    return sum(labels.field_of(word.replace(":", "：").partition("：")[0]) is not None for word in words)


def _recognised(pdf: OpenedPdf, reading: _Reading, origin: str, number: int) -> tuple[Block, ...] | None:
    """The page read as a picture; None where its invisible text has to do, for want of recognition."""
    content = reading.contents[number]
    try:
        heavy.require_ocr()
    except UnreadableFileError:
        if len(content.hidden) < _FEW_CHARACTERS:
            raise
        content.glyphs += [glyph._replace(sure=HIDDEN_TEXT_CONFIDENCE) for glyph in content.hidden]
        return None
    if len(reading.recognised) == MAX_SCANNED_PAGES or content.largest_picture > MAX_PIXELS:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    from bot.forms.ocr.page import read_page

    image = pdf.image(number, SCAN_DPI)
    blocks, reading.recognised[number] = read_page(image, origin, f"第{number + 1}页", number)
    return blocks


def _pictures(pdf: OpenedPdf, reading: _Reading) -> tuple[PagePicture, ...]:
    return tuple(
        reading.recognised.get(number) or _picture(pdf, content, number)
        for number, content in enumerate(reading.contents)
    )


def _picture(pdf: OpenedPdf, content: PageContent, number: int) -> PagePicture:
    """A page as its boxes count; without a picture where it holds one that is too large to draw."""
    if content.largest_picture > MAX_PIXELS:
        return PagePicture(b"")
    return PagePicture(*pdf.png(number, content.scale, content.turn))
