"""Which kinds of file can be read, and what reads each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.forms.kinds import FileKind
from bot.forms.readers.csv_file import read_csv
from bot.forms.readers.decoding import decoded
from bot.forms.readers.docx import read_docx
from bot.forms.readers.heavy import require_ocr
from bot.forms.readers.html import read_html, web_page_in
from bot.forms.readers.odt import read_odt
from bot.forms.readers.odt_sheet import read_ods
from bot.forms.readers.office_xml import read_office_xml
from bot.forms.readers.rtf import read_rtf
from bot.forms.readers.spreadsheet import read_spreadsheet
from bot.forms.readers.text import read_text
from bot.forms.readers.word_binary import read_doc
from bot.forms.readers.xlsx import read_xlsx
from bot.records.form import Document

Reader = Callable[[str, bytes], Document]
"""Takes origin and bytes; gives the Document, or raises UnreadableFileError."""


def _read_web_page(origin: str, content: bytes) -> Document:
    return read_html(origin, web_page_in(content))


def _read_ofd(origin: str, content: bytes) -> Document:
    from bot.forms.readers.ofd import read_ofd

    return read_ofd(origin, content)


def _read_pdf(origin: str, content: bytes) -> Document:
    from bot.forms.readers.pdf import read_pdf

    return read_pdf(origin, content)


def _read_pdf_with_pages(origin: str, content: bytes) -> Document:
    from bot.forms.readers.pdf import read_pdf

    return read_pdf(origin, content, pages=True)


def _read_picture(origin: str, content: bytes) -> Document:
    require_ocr()
    from bot.forms.readers.picture import read_picture

    return read_picture(origin, content)


def _read_text_file(origin: str, content: bytes) -> Document:
    text = decoded(content)
    return read_csv(origin, text) or read_text(origin, text)


READERS: Mapping[FileKind, Reader] = {
    FileKind.DOCX: read_docx,
    FileKind.XLSX: read_xlsx,
    FileKind.DOC: read_doc,
    FileKind.RTF: read_rtf,
    FileKind.OFFICE_XML: read_office_xml,
    FileKind.XLS: read_spreadsheet,
    FileKind.XLSB: read_spreadsheet,
    FileKind.ODT: read_odt,
    FileKind.ODS: read_ods,
    FileKind.HTML: _read_web_page,
    FileKind.MHTML: _read_web_page,
    FileKind.TEXT: _read_text_file,
    FileKind.PDF: _read_pdf,
    FileKind.OFD: _read_ofd,
    FileKind.PICTURE: _read_picture,
}
"""The reader of each kind of file. A kind that is in no table here or in openers.py is reported as unsupported."""

PAGE_READERS: Mapping[FileKind, Reader] = {FileKind.PDF: _read_pdf_with_pages}
"""The same for the kinds whose page pictures cost extra: asked when the pages are to be shown to a person."""
