"""Takes attachments and the body out of winmail.dat ([MS-OXTNEF]), into which Outlook packs what MIME lacks.

Own reader: what libraries there are stumble over Chinese names, or over broken files for ever. Every step moves
forward, so time grows with the file's size only. Broken files give what stands before the damage; raises
UnreadableFileError (corrupt) where that is nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.forms.containers import mapi
from bot.forms.containers.basket import Basket
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.picture_size import is_small_picture
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_SIGNATURE = 0x223E9F78
_HEADER = 6
_ATTACH_START, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_PROPERTIES = 0x069002, 0x018010, 0x06800F, 0x069005
_CODEPAGE, _BODY, _PROPERTIES = 0x069007, 0x02800C, 0x069003
_ID_MASK = 0x0FFFFF
_MULTIPLE = 0x1000
_NAMED_FROM = 0x8000
_FIXED_SIZES = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 20: 8, 64: 8, 72: 16}
_VARIABLE = frozenset({mapi.STRING8, mapi.UNICODE, mapi.BINARY, mapi.OBJECT})
_OBJECT_ID = 16
_MOST_PROPERTIES = 4_000

Properties = dict[int, tuple[int, bytes]]
"""By property number: its type, its bytes."""


@dataclass(slots=True)
class _Attachment:
    title: bytes = b""
    content: bytes = b""
    properties: Properties = field(default_factory=dict)


def open_tnef(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The attachments in a winmail.dat in its order, its own text before them. `origin` is not needed."""
    if len(content) < _HEADER or struct.unpack_from("<L", content)[0] != _SIGNATURE:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    codepage = 936
    body = b""
    own: Properties = {}
    attachments: list[_Attachment] = []
    for kind, value in _attributes(content):
        if kind == _CODEPAGE and len(value) >= 4:
            (codepage,) = struct.unpack_from("<L", value)
        elif kind == _BODY:
            body = value
        elif kind == _PROPERTIES:
            own.update(_properties(value))
        elif kind == _ATTACH_START:
            attachments.append(_Attachment())
        elif attachments and kind == _ATTACH_TITLE:
            attachments[-1].title = value
        elif attachments and kind == _ATTACH_DATA:
            attachments[-1].content = value
        elif attachments and kind == _ATTACH_PROPERTIES:
            attachments[-1].properties = _properties(value)
    basket = Basket(limits)
    _add_body(basket, own, body, codepage)
    for attachment in attachments:
        _add_attachment(basket, attachment, codepage)
    if not basket.items and not attachments:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return basket.items


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute's number and value: level, number and type, length, value, checksum (2.1.3)."""
    position = _HEADER
    while position + 9 <= len(content):
        _, number, length = struct.unpack_from("<BLL", content, position)
        position += 9
        if position + length > len(content):
            return
        yield number & _ID_MASK, content[position : position + length]
        position += length + 2


def _properties(data: bytes) -> Properties:
    """A list of MAPI properties (2.1.3.4), as far as it can be followed. Of several values the first."""
    found: Properties = {}
    if len(data) < 4:
        return found
    count, position = struct.unpack_from("<L", data)[0], 4
    try:
        for _ in range(min(count, _MOST_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, position)
            position += 4
            if number >= _NAMED_FROM:
                position = _after_name(data, position)
            values = 1
            base = kind & ~_MULTIPLE
            if kind & _MULTIPLE or base in _VARIABLE:
                (values,) = struct.unpack_from("<L", data, position)
                position += 4
            for index in range(min(values, _MOST_PROPERTIES)):
                value, position = _value(data, position, base)
                if index == 0:
                    found.setdefault(number, (base, value))
    except (struct.error, KeyError):
        return found
    return found


def _after_name(data: bytes, position: int) -> int:
    """Behind a named property's name: a GUID, then a number or a padded text."""
    (kind,) = struct.unpack_from("<L", data, position + 16)
    position += 20
    if kind == 0:
        return position + 4
    length: int = struct.unpack_from("<L", data, position)[0]
    return position + 4 + length + -length % 4


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    if kind in _VARIABLE:
        (length,) = struct.unpack_from("<L", data, position)
        position += 4
        return data[position : position + length], position + length + -length % 4
    length = _FIXED_SIZES[kind]
    if position + length > len(data):
        raise struct.error
    return data[position : position + length], position + length


def _text(properties: Properties, number: int, codepage: int) -> str:
    kind, value = properties.get(number, (0, b""))
    if kind == mapi.UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return mapi.decoded(value, codepage) if kind == mapi.STRING8 else ""


def _bytes(properties: Properties, number: int) -> bytes:
    kind, value = properties.get(number, (0, b""))
    return value if kind == mapi.BINARY else b""


def _add_body(basket: Basket, own: Properties, body: bytes, codepage: int) -> None:
    text = _text(own, mapi.BODY, codepage) or mapi.decoded(body, codepage)
    _, number = own.get(mapi.INTERNET_CODEPAGE, (0, b""))
    page_codepage = struct.unpack_from("<L", number)[0] if len(number) >= 4 else codepage
    mapi.add_body(
        basket,
        html=_bytes(own, mapi.HTML),
        text=text,
        packed_rtf=_bytes(own, mapi.RTF_COMPRESSED),
        codepage=page_codepage,
    )


def _add_attachment(basket: Basket, attachment: _Attachment, codepage: int) -> None:
    properties = attachment.properties
    name = (
        _text(properties, mapi.ATTACH_LONG_NAME, codepage)
        or mapi.decoded(attachment.title, codepage)
        or _text(properties, mapi.DISPLAY_NAME, codepage)
    )
    content = attachment.content or _bytes(properties, mapi.ATTACH_DATA)
    kind, value = properties.get(mapi.ATTACH_DATA, (0, b""))
    if not content and kind == mapi.OBJECT:
        # A mail attached to the mail: the interface's number, then a winmail.dat of its own.
        content = value[_OBJECT_ID:]
        name = name or "转发的邮件"
    inline = bool(_text(properties, mapi.CONTENT_ID, codepage))
    if not is_small_picture(content, inline=inline):
        basket.add(name, content, inline=inline)
