"""Takes out of a compound file ([MS-CFB]) what somebody embedded as an object: a packed file, an office document.

Raises UnreadableFileError for a file that holds nothing of that kind.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from bot.forms.containers.basket import Basket
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.names import decoded_name
from bot.forms.readers.compound import compound_file
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_PACKAGE, _NATIVE, _CONTENTS = "Package", "\x01Ole10Native", "CONTENTS"
_NOT_READABLE = "这种旧版 Office 文件系统暂时不能自动读取，请改用 Word（docx）或 Excel（xlsx）格式的回执表发送。"
_LONGEST_PATH = 600


def open_ole_object(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The files embedded in a compound file that is itself no document. `origin` names what has no name."""
    basket = Basket(limits)
    with compound_file(content) as file:
        for name, inner in objects_in(file, (), basket.room):
            basket.add(name or origin.rpartition("/")[2], inner)
    if not basket.items:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_READABLE)
    return basket.items


def objects_in(file: Any, folder: tuple[str, ...], room: int) -> Iterator[tuple[str, bytes]]:
    """Name ("" where it has none) and bytes of each file embedded in a storage of an open OleFileIO."""
    for stream in (_PACKAGE, _NATIVE, _CONTENTS):
        path = [*folder, stream]
        if not file.exists(path) or file.get_size(path) > room:
            continue
        with file.openstream(path) as opened:
            data = bytes(opened.read())
        if stream == _NATIVE:
            yield packed_file(data)
        else:
            yield "", data


def packed_file(data: bytes) -> tuple[str, bytes]:
    """Name and bytes out of an Ole10Native stream ([MS-OLEDS] 2.3.6 and what the Windows packager puts there:
    size, 2 bytes, label, path, 8 bytes, path again, size, bytes). Bare data where it is laid out otherwise."""
    try:
        label_end = data.index(b"\x00", 6, 6 + _LONGEST_PATH)
        path_end = data.index(b"\x00", label_end + 1, label_end + 1 + _LONGEST_PATH)
        position = path_end + 1 + 4
        (length,) = struct.unpack_from("<L", data, position)
        position += 4 + length
        (size,) = struct.unpack_from("<L", data, position)
    except (ValueError, struct.error):
        return "", data[4:]
    if position + 4 + size > len(data):
        return "", data[4:]
    name = decoded_name(data[6:label_end]).replace("\\", "/").rpartition("/")[2]
    return name, data[position + 4 : position + 4 + size]
