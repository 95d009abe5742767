"""Takes the files out of a PDF that carries files (a portfolio, a form with its list attached).

Names are only words, nothing is written, nothing is opened here. Raises UnreadableFileError like the PDF reader.
"""

from __future__ import annotations

from contextlib import closing

from bot.forms.containers.contents import Item, Limits
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

MAX_ATTACHMENTS = 50


def pdf_attachments(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The attached files in their order, each within `limits`; () for a PDF without any.

    By ISO 32000-1, 7.11.4 (embedded files). What is too large is given with its code instead of its content.
    """
    from bot.forms.readers.pdf_open import check_streams, open_pdfium

    check_streams(content)
    with closing(open_pdfium(content)) as document:
        count = document.count_attachments()
        if count > min(MAX_ATTACHMENTS, limits.items):
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        left = min(limits.bytes, limits.ratio * len(content))
        items = []
        for number in range(count):
            item = _taken(document.get_attachment(number), number, left)
            left -= len(item.content)
            items.append(item)
    return tuple(items)


def _taken(attachment: object, number: int, left: int) -> Item:
    import ctypes

    import pypdfium2
    import pypdfium2.raw as pdfium_c

    assert isinstance(attachment, pypdfium2.PdfAttachment)
    name = attachment.get_name().replace("/", "_").replace("\\", "_") or f"附件{number + 1}"
    length = ctypes.c_ulong()
    if not pdfium_c.FPDFAttachment_GetFile(attachment, None, 0, length):
        return Item(name, code=UnreadCode.CORRUPT)
    if length.value > left:
        return Item(name, code=UnreadCode.TOO_LARGE)
    try:
        return Item(name, bytes(attachment.get_data()))
    except pypdfium2.PdfiumError:
        return Item(name, code=UnreadCode.CORRUPT)
