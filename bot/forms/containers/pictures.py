"""Takes the pictures, and the files embedded as objects, out of documents whose own text names nobody: a photo of
the form pasted into Word or Excel, a form dropped in as an object, a saved web page with a scan in it.

Pictures too small for a form are left out. Raises UnreadableFileError for a document that can't be opened.
"""

from __future__ import annotations

import base64
import binascii
import re
from email import message_from_bytes

from bot.forms.containers.basket import Basket
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.picture_size import is_small_picture
from bot.forms.kinds import FileKind, kind_of
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.package import Package

_MEDIA = re.compile(r"^(?:word|xl|ppt)/media/|^pictures/|^media/", re.I)
_EMBEDDED = re.compile(r"^(?:word|xl|ppt)/embeddings/|^object[^/]*$", re.I)
_EMBEDDED_KINDS = frozenset(
    {
        FileKind.DOCX,
        FileKind.XLSX,
        FileKind.DOC,
        FileKind.XLS,
        FileKind.PDF,
        FileKind.OTHER_OLE,
        FileKind.ODT,
        FileKind.ODS,
    }
)
_DATA_URI = re.compile(r"data:image/[\w.+-]{1,20};base64,([A-Za-z0-9+/=\s%]{200,})", re.I)


def pictures_in_package(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The pictures and embedded files of an office package (docx, xlsx, OpenDocument), by their parts' names."""
    package = Package(content)
    basket = Basket(limits)
    for part in sorted(package.names(), key=_in_counting_order):
        embedded = _EMBEDDED.search(part) is not None
        if not embedded and _MEDIA.search(part) is None:
            continue
        try:
            data = package.read(part, basket.room)
        except UnreadableFileError as error:
            basket.refuse(part.rpartition("/")[2], error.code)
            continue
        wanted = kind_of(data) in _EMBEDDED_KINDS if embedded else _is_page(data)
        if wanted:
            basket.add(part.rpartition("/")[2], data, inline=not embedded)
    return basket.items


def pictures_in_old_word(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The pictures and embedded files of a binary Word file, by way of its docx."""
    from bot.forms.readers.word_binary import as_docx

    return pictures_in_package(origin, as_docx(content), limits)


def pictures_in_page(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The pictures of a web page: those of an MHTML archive (RFC 2557) and `data:` addresses (RFC 2397)."""
    basket = Basket(limits)
    if re.match(rb"\s*(?:mime-version|content-type|from|subject|date)\s*:", content[:200], re.I):
        for part in message_from_bytes(content).walk():
            payload = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
            if isinstance(payload, bytes) and _is_page(payload):
                basket.add(_part_name(part.get("Content-Location", ""), len(basket.items)), payload, inline=True)
    for found in _DATA_URI.finditer(content.decode("latin-1")):
        try:
            data = base64.b64decode(found[1].replace("%0A", "").replace("%0D", ""), validate=False)
        except (binascii.Error, ValueError):
            continue
        if _is_page(data):
            basket.add(f"图片{len(basket.items) + 1}", data, inline=True)
    return basket.items


def _is_page(data: bytes) -> bool:
    return kind_of(data) is FileKind.PICTURE and not is_small_picture(data, inline=False)


def _in_counting_order(part: str) -> list[str | int]:
    """image2 before image10."""
    return [int(word) if word.isdigit() else word for word in re.split(r"(\d+)", part)]


def _part_name(location: str, number: int) -> str:
    return location.replace("\\", "/").rpartition("/")[2][:80] or f"图片{number + 1}"
