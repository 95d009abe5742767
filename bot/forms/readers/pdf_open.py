"""Opens a PDF within bounds: with pypdfium2 (which mends what is broken and takes an owner's password off), then
with pdfminer.six, which says what stands where. Also renders pages.

Never runs scripts, follows links or writes files. Raises UnreadableFileError: encrypted, corrupt or too_large.
"""

from __future__ import annotations

import base64
import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium_c
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.pdf_page import picture_scale
from bot.records.form import UnreadCode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PAGES = 40
"""No form comes in more pages; a longer file is reported, never read in part."""

MAX_FILE = 100_000_000
MAX_STREAM = 40_000_000
MAX_PICTURE = 200_000_000
MAX_UNPACKED = 600_000_000
MAX_LZW = 400_000
"""Bytes of streams: unpacked each, unpacked each picture, unpacked together, packed by LZW (decoded in Python)."""

_DICTIONARY = 4_000
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_LZW = re.compile(rb"/(?:LZWDecode|LZW)\b")
_ASCII85 = re.compile(rb"/(?:ASCII85Decode|A85)\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_CHUNK = 1 << 16
_ENCRYPTED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)

# pdfminer.six quotes what it can't read, and what stands in a file must not get into a log.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)


class OpenedPdf:
    """A PDF as both libraries see it."""

    def __init__(self, content: bytes) -> None:
        """Raises UnreadableFileError."""
        if len(content) > MAX_FILE:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        check_streams(content)
        self._pdfium = open_pdfium(content)
        try:
            if len(self._pdfium) > MAX_PAGES:
                raise UnreadableFileError(UnreadCode.TOO_LARGE)
            if pdfium_c.FPDF_GetSecurityHandlerRevision(self._pdfium) >= 0:
                content = self._saved()
                check_streams(content)
            self.document, self.pages = self._parsed(content)
        except BaseException:
            self.close()
            raise

    def _parsed(self, content: bytes) -> tuple[PDFDocument, tuple[PDFPage, ...]]:
        with suppress(Exception):
            return _parsed(content, len(self._pdfium))
        mended = self._saved()
        check_streams(mended)
        try:
            return _parsed(mended, len(self._pdfium))
        except Exception as error:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error

    def _saved(self) -> bytes:
        """The file as pdfium writes it: in order, and without encryption."""
        buffer = BytesIO()
        self._pdfium.save(buffer, flags=pdfium_c.FPDF_REMOVE_SECURITY)
        return buffer.getvalue()

    def close(self) -> None:
        self._pdfium.close()

    def image(self, number: int, dpi: int, turn: int = 0) -> NDArray[np.uint8]:
        """Page `number` (from 0) as BGR pixels, with what was typed into its fields, turned clockwise by `turn`
        degrees beyond its own rotation."""
        page = self._page(number)
        try:
            scale = picture_scale(page.get_width(), page.get_height(), dpi)
            bitmap = page.render(scale=scale, rotation=turn, rev_byteorder=False, prefer_bgrx=False)
            pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
            bitmap.close()
        finally:
            page.close()
        if pixels.ndim == 2:
            return pixels
        return pixels[:, :, :3]

    def png(self, number: int, scale: float, turn: int) -> tuple[bytes, int, int]:
        """Page `number` as a PNG of so many pixels per point; its width and height."""
        page = self._page(number)
        try:
            bitmap = page.render(scale=scale, rotation=turn)
            picture = bitmap.to_pil()
            buffer = BytesIO()
            picture.save(buffer, "PNG", compress_level=6)
            bitmap.close()
        finally:
            page.close()
        return buffer.getvalue(), picture.width, picture.height

    def _page(self, number: int) -> Any:
        if self._pdfium.formenv is None and self._pdfium.get_formtype() != pdfium_c.FORMTYPE_NONE:
            self._pdfium.init_forms()
        return self._pdfium[number]


def open_pdfium(content: bytes) -> pypdfium2.PdfDocument:
    """The file as pdfium sees it, with at least one page. Raises UnreadableFileError (encrypted or corrupt)."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        raise UnreadableFileError(UnreadCode.ENCRYPTED if code in _ENCRYPTED else UnreadCode.CORRUPT) from error
    if not len(document):
        document.close()
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return document


def _parsed(content: bytes, count: int) -> tuple[PDFDocument, tuple[PDFPage, ...]]:
    document = PDFDocument(PDFParser(BytesIO(content)), password="")
    pages: list[PDFPage] = []
    for page in PDFPage.create_pages(document):
        pages.append(page)
        if len(pages) > MAX_PAGES:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
    if len(pages) != count:
        raise ValueError("the libraries disagree about the pages")
    return document, tuple(pages)


def check_streams(content: bytes) -> None:
    """Unpacks every stream of a file piece by piece, keeping nothing. Raises UnreadableFileError (too_large) for
    what no form needs: pdfminer.six unpacks a stream whole, however large it becomes."""
    left = MAX_UNPACKED
    for begin, end, words in _streams(content):
        packings = len(_FLATE.findall(words)) + len(_LZW.findall(words))
        limit = MAX_PICTURE if _PICTURE.search(words) else MAX_STREAM
        if packings > 1 or (_LZW.search(words) and end - begin > MAX_LZW):
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        if not _FLATE.search(words):
            continue
        length = _unpacked(content, begin, words, min(limit, left))
        left -= length
        if length >= limit or left <= 0:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)


def _streams(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Begin and end of each stream, and the words of the dictionary before it."""
    for match in _STREAM.finditer(content):
        start = match.start()
        if content[start - 3 : start] == b"end":
            continue
        head = max(content.rfind(b"obj", max(start - _DICTIONARY, 0), start), start - _DICTIONARY, 0)
        end = content.find(b"endstream", match.end())
        yield match.end(), end if end >= 0 else len(content), content[head:start]


def _unpacked(content: bytes, begin: int, words: bytes, limit: int) -> int:
    """How long a stream is when unpacked, counted up to `limit`."""
    end = len(content)
    if _ASCII85.search(words):
        stop = content.find(b"~>", begin)
        with suppress(ValueError):
            content, begin = base64.a85decode(content[begin : stop if stop >= 0 else end].strip()), 0
            end = len(content)
    unpacker = zlib.decompressobj()
    length = 0
    while begin < end and not unpacker.eof and length < limit:
        try:
            piece = unpacker.decompress(content[begin : begin + _CHUNK], limit)
        except zlib.error:
            break
        length += len(piece)
        begin += _CHUNK
    return length
