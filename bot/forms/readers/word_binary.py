"""Reads a binary Word file (.doc of Word 97-2003, .wps of WPS Office; [MS-DOC]) into a Document.

Turns it into a .docx in a private temporary folder, which the docx reader reads. Never runs macros. Needs the
library of the extra `legacy`; without it, and for Word 6 and 95, fails with UnreadableFileError (unsupported),
else with `encrypted`, `too_large` or `corrupt`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.forms.readers.docx import read_docx
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import Document, UnreadCode

MAX_BYTES = 64 * 2**20

_CLASS_ID = slice(8, 24)
_WORD_97 = b"\xec\xa5"
_NOT_INSTALLED = "旧版 Word 文件（doc、wps）系统暂时读不了，请另存为 docx、xlsx 或 PDF 后重新发送。"
_TOO_OLD = "这是 Word 95 或更早版本的文件，系统读不了，请另存为 docx 后重新发送。"


def read_doc(origin: str, content: bytes) -> Document:
    """As read_docx: paragraphs and tables in reading order. Raises UnreadableFileError."""
    return read_docx(origin, as_docx(content))


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


def _without_class_id(content: bytes) -> bytes:
    """WPS writes its class id into the header where [MS-CFB] 2.2 wants zeros, and the library is strict."""
    plain = bytearray(content)
    plain[_CLASS_ID] = bytes(16)
    return bytes(plain)
