"""Takes attachments, the body and attached mails out of Outlook's .msg files ([MS-OXMSG]).

Everything is read in memory; a stream is measured before it is read. Raises UnreadableFileError for the file;
single attachments that can't be read become Items with a code.
"""

from __future__ import annotations

import struct
from typing import Any

from bot.forms.containers import mapi
from bot.forms.containers.basket import Basket
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.ole_object import objects_in
from bot.forms.containers.picture_size import is_small_picture
from bot.forms.readers.compound import compound_file
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_ATTACHMENT = "__attach_version1.0_#"
_STREAM = "__substg1.0_{number:04X}{kind:04X}"
_PROPERTIES = "__properties_version1.0"
_DEEPEST_MAIL = 4
_MOST_ENTRIES = 20_000
_HEADER_SIZES = {0: 32, 1: 24}
"""Bytes before the properties of the mail itself, of a mail inside; 8 for attachments (2.4)."""

_ATTACHMENT_HEADER = 8
_LARGEST_TEXT = 20_000_000
_LONGEST_NAME = 4_000
"""Bytes of a file's name: twenty thousand of twenty megabytes each would keep the reader busy for hours."""

Path = tuple[str, ...]


def open_msg(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The attachments of a mail in their order, its own text before them; mails inside as folders."""
    with compound_file(content) as file:
        folders = file.listdir(streams=True, storages=True)
        if len(folders) > _MOST_ENTRIES:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        reader = _Reader(file, [tuple(folder) for folder in folders], Basket(limits))
        reader.take_mail((), "", 0)
        return reader.basket.items


class _Reader:
    """Reads the storages of one file; `basket` fills in the order of the attachments' numbers."""

    def __init__(self, file: Any, paths: list[Path], basket: Basket) -> None:
        self._file = file
        self._paths = frozenset(paths)
        self._children: dict[Path, list[str]] = {}
        for path in sorted(paths):
            self._children.setdefault(path[:-1], []).append(path[-1])
        self.basket = basket

    def take_mail(self, mail: Path, prefix: str, depth: int) -> None:
        """The body, then each attachment of the mail in storage `mail`."""
        codepages = self._numbers(mail, _HEADER_SIZES[min(depth, 1)])
        codepage = codepages.get(mapi.MESSAGE_CODEPAGE, 936)
        page_codepage = codepages.get(mapi.INTERNET_CODEPAGE, codepage)
        html = self._stream(mail, mapi.HTML, mapi.BINARY)
        page: bytes | str = html or self._text(mail, mapi.HTML, page_codepage)
        mapi.add_body(
            self.basket,
            html=page,
            text=self._text(mail, mapi.BODY, page_codepage),
            packed_rtf=self._stream(mail, mapi.RTF_COMPRESSED, mapi.BINARY),
            codepage=page_codepage,
            prefix=prefix,
        )
        for name in self._children.get(mail, ()):
            if name.startswith(_ATTACHMENT):
                self._take_attachment((*mail, name), prefix, codepage, depth)

    def _take_attachment(self, folder: Path, prefix: str, codepage: int, depth: int) -> None:
        name = prefix + (
            self._text(folder, mapi.ATTACH_LONG_NAME, codepage, _LONGEST_NAME)
            or self._text(folder, mapi.ATTACH_NAME, codepage, _LONGEST_NAME)
            or self._text(folder, mapi.DISPLAY_NAME, codepage, _LONGEST_NAME)
            or "附件"
        )
        inside = (*folder, _STREAM.format(number=mapi.ATTACH_DATA, kind=mapi.OBJECT))
        if (*inside, _PROPERTIES) in self._paths:
            if depth >= _DEEPEST_MAIL:
                self.basket.refuse(name, UnreadCode.TOO_LARGE)
            else:
                self.take_mail(inside, f"{name}/", depth + 1)
        elif inside in self._paths:
            for inner, content in objects_in(self._file, inside, self.basket.room):
                self.basket.add(f"{prefix}{inner}" if inner else name, content)
        else:
            path = (*folder, _STREAM.format(number=mapi.ATTACH_DATA, kind=mapi.BINARY))
            if path not in self._paths:
                return
            if not self.basket.fits(self._file.get_size(list(path))):
                self.basket.refuse(name, UnreadCode.TOO_LARGE)
                return
            content = self._read(path)
            inline = bool(self._text(folder, mapi.CONTENT_ID, codepage, _LONGEST_NAME))
            if not is_small_picture(content, inline=inline):
                self.basket.add(name, content, inline=inline)

    def _read(self, path: Path) -> bytes:
        with self._file.openstream(list(path)) as stream:
            return bytes(stream.read())

    def _stream(self, folder: Path, number: int, kind: int, most: int = _LARGEST_TEXT) -> bytes:
        """One property's bytes, or b"" where it is missing or absurdly long."""
        path = (*folder, _STREAM.format(number=number, kind=kind))
        if path not in self._paths or self._file.get_size(list(path)) > most:
            return b""
        return self._read(path)

    def _text(self, folder: Path, number: int, codepage: int, most: int = _LARGEST_TEXT) -> str:
        wide = self._stream(folder, number, mapi.UNICODE, most)
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self._stream(folder, number, mapi.STRING8, most)
        return mapi.decoded(narrow, codepage) if narrow else ""

    def _numbers(self, folder: Path, header: int) -> dict[int, int]:
        """The whole-number properties of a storage (2.4.2.1)."""
        path = (*folder, _PROPERTIES)
        if path not in self._paths or self._file.get_size(list(path)) > _LARGEST_TEXT:
            return {}
        data = self._read(path)
        found = {}
        for position in range(header, len(data) - 15, 16):
            kind, number, _, value = struct.unpack_from("<HHLL", data, position)
            if kind == 0x0003:
                found[number] = value
        return found
