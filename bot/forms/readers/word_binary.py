"""Reads a binary Word file (.doc of Word 97-2003, .wps of WPS Office; [MS-DOC]) into a Document.

Turns it into a .docx in a private temporary folder, which the docx reader reads. Never runs macros. Needs the
library of the extra `legacy`; without it, and for Word 6 and 95, fails with UnreadableFileError (unsupported),
else with `encrypted`, `too_large` or `corrupt`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.forms.readers.docx import read_docx
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import tidy
from bot.records.form import Document, Line, Place, UnreadCode

MAX_BYTES = 64 * 2**20

_CLASS_ID = slice(8, 24)
_LONGEST_BOXES = 100_000
_FIELD_CODE = re.compile(r"\x13[^\x13-\x15]*\x14")
_LINE_ENDS = re.compile(r"[\r\n\x07\x0b\x0c]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffc]")
_WORD_97 = b"\xec\xa5"
_NOT_INSTALLED = "旧版 Word 文件（doc、wps）系统暂时读不了，请另存为 docx、xlsx 或 PDF 后重新发送。"
_TOO_OLD = "这是 Word 95 或更早版本的文件，系统读不了，请另存为 docx 后重新发送。"


def read_doc(origin: str, content: bytes) -> Document:
    """As read_docx: paragraphs and tables in reading order. Raises UnreadableFileError.

    Text boxes that the library gave up (it wants them as Word writes them, others do not) come last, as lines.
    """
    found = read_docx(origin, as_docx(content))
    boxes = _text_box_lines(content)
    said = _without_blanks("".join(_texts(found)))
    if not boxes or any(_without_blanks(line) in said for line in boxes):
        return found
    place = Place(origin, "", "文本框")
    return Document(origin, (*found.blocks, *(Line(line, place) for line in boxes)))


def as_docx(content: bytes) -> bytes:
    """The same document as a .docx package, pictures included. Raises UnreadableFileError."""
    try:
        from doc2docx import convert
        from doc2docx.cfb import CompoundFile, CompoundFileLimits
        from doc2docx.errors import Doc2DocxError, EncryptedDocumentError
    except ImportError as error:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED) from error
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    plain = _without_class_id(content)
    limits = CompoundFileLimits(max_input_bytes=MAX_BYTES, max_stream_bytes=MAX_BYTES)
    try:
        if not CompoundFile(plain, limits=limits).open_stream("WordDocument").startswith(_WORD_97):
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _TOO_OLD)
        with tempfile.TemporaryDirectory(prefix="word") as folder:
            source, target = Path(folder, "a.doc"), Path(folder, "a.docx")
            source.write_bytes(plain)
            convert(source, target, limits=limits)
            return target.read_bytes()
    except EncryptedDocumentError as error:
        raise UnreadableFileError(UnreadCode.ENCRYPTED) from error
    except Doc2DocxError as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error


def _text_box_lines(content: bytes) -> list[str]:
    """What stands in the text boxes: a stretch of characters of its own behind the main text ([MS-DOC] 2.3.5)."""
    from doc2docx.cfb import CompoundFile
    from doc2docx.diagnostics import ConversionReport
    from doc2docx.errors import Doc2DocxError
    from doc2docx.msdoc import FileInformationBlock, read_piece_table

    report = ConversionReport("", "")
    try:
        file = CompoundFile(_without_class_id(content))
        words = file.open_stream("WordDocument")
        fib = FileInformationBlock.parse(words)
        if not 0 < fib.ccp_textboxes <= _LONGEST_BOXES:
            return []
        table = file.open_stream(fib.base.table_stream_name)
        pieces = read_piece_table(table, words, fc_clx=fib.clx.fc, lcb_clx=fib.clx.lcb, report=report)
        start = fib.textbox_story_cp_start
        text = pieces.extract(start, start + fib.ccp_textboxes, report, story="textbox")
    except Doc2DocxError:
        return []
    lines = (tidy(_CONTROL.sub("", line)) for line in _LINE_ENDS.split(_FIELD_CODE.sub("", text)))
    return [line for line in lines if line]


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Line):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _without_class_id(content: bytes) -> bytes:
    """WPS writes its class id into the header where [MS-CFB] 2.2 wants zeros, and the library is strict."""
    plain = bytearray(content)
    plain[_CLASS_ID] = bytes(16)
    return bytes(plain)
