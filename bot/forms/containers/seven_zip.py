"""Takes files out of 7z archives, by py7zr (extra `archives`), in memory and within the limits.

No password is tried. Names from the archive never reach the library again: each file is asked for by its number.
Raises UnreadableFileError for the archive; single files that are too large become Items with a code.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from bot.forms.containers.basket import Basket
from bot.forms.containers.bounded import BROKEN
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.names import is_clutter
from bot.forms.containers.sentences import LIBRARY_MISSING
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_LARGEST_HEADER = 2**20
"""Bytes of a directory, as stored: one of ten thousand files has about half."""

_LARGEST_DICTIONARY = 256 * 2**20
"""Bytes of memory that a decoder may ask for: what 7-Zip's strongest setting uses."""

_MOST_ENTRIES = 20_000
_MOST_UNPACKED = 400_000_000
"""Bytes that are unpacked at most, those that are thrown away on the way to a later file included."""

# What py7zr lets through from its decoders and from numbers that make no sense, beside its own errors.
_DAMAGED = (*BROKEN, LookupError, TypeError, AttributeError, OverflowError, RecursionError, AssertionError)
_LZMA, _LZMA2, _PPMD = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"


def open_7z(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The files in a 7z archive, in its order. `origin` is not needed."""
    try:
        import py7zr
        from py7zr.exceptions import ArchiveError, DecompressionBombError, PasswordRequired
    except ImportError as error:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, LIBRARY_MISSING) from error
    if len(content) < 32 or struct.unpack_from("<Q", content, 20)[0] > _LARGEST_HEADER:
        raise UnreadableFileError(UnreadCode.CORRUPT if len(content) < 32 else UnreadCode.TOO_LARGE)
    try:
        with py7zr.SevenZipFile(BytesIO(content), max_extract_size=_MOST_UNPACKED) as archive:
            if archive.needs_password():
                raise UnreadableFileError(UnreadCode.ENCRYPTED)
            return _files_of(archive, limits)
    except PasswordRequired as error:
        raise UnreadableFileError(UnreadCode.ENCRYPTED) from error
    except DecompressionBombError as error:
        raise UnreadableFileError(UnreadCode.TOO_LARGE) from error
    except (ArchiveError, *_DAMAGED) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error


def _files_of(archive: Any, limits: Limits) -> tuple[Item, ...]:
    if len(archive.files) > _MOST_ENTRIES:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    _check_memory(archive)
    basket, shelf = Basket(limits), _Shelf()
    wanted = [file for file in archive.files if not _is_left_out(file)]
    names: list[str] = [file.filename for file in wanted]
    left = limits.bytes
    for number, file in enumerate(wanted):
        # From here on the library knows the file by a number only: no name of the archive can be a path.
        file.file_properties()["filename"] = f"file-{number}"
        # Only where a file has its block for itself does the library know how large it is packed.
        packed = None if file.folder is None or file.folder.solid else file.compressed
        if file.uncompressed <= left and basket.fits(file.uncompressed, packed):
            left -= file.uncompressed
            shelf.wanted.append(f"file-{number}")
    for number, file in enumerate(left_out for left_out in archive.files if _is_left_out(left_out)):
        file.file_properties()["filename"] = f"left-out-{number}"
    if shelf.wanted:
        archive.extract(targets=shelf.wanted, factory=shelf)
    for number, name in enumerate(names):
        content = shelf.content(f"file-{number}")
        if content is None:
            basket.refuse(name, UnreadCode.TOO_LARGE)
        else:
            basket.add(name, content)
    return basket.items


def _is_left_out(file: Any) -> bool:
    special = file.is_directory or file.is_symlink or file.is_socket or file.is_junction
    return bool(special or is_clutter(file.filename))


def _check_memory(archive: Any) -> None:
    """A few bytes of properties can make a decoder ask for gigabytes: LZMA's dictionary, PPMd's model."""
    streams = archive.header.main_streams
    for folder in streams.unpackinfo.folders if streams is not None else ():
        for coder in folder.coders:
            properties = bytes(coder.get("properties") or b"")
            asked = 0
            if coder["method"] == _LZMA2 and properties:
                bits = properties[0] & 0x3F
                asked = (2 | bits & 1) << (bits // 2 + 11)
            elif coder["method"] in (_LZMA, _PPMD) and len(properties) >= 5:
                (asked,) = struct.unpack_from("<L", properties, 1)
            if asked > _LARGEST_DICTIONARY:
                raise UnreadableFileError(UnreadCode.TOO_LARGE)


class _Shelf:
    """Where py7zr puts what it unpacks: it asks `create` for something to write each file into."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self._files: dict[str, _Writer] = {}

    def create(self, name: str) -> _Writer:
        return self._files.setdefault(name.replace("\\", "/").rpartition("/")[2], _Writer())

    def content(self, name: str) -> bytes | None:
        if name not in self.wanted:
            return None
        return self._files[name].getvalue() if name in self._files else b""


class _Writer(BytesIO):
    """One unpacked file."""

    def size(self) -> int:
        """How many bytes were written."""
        return self.getbuffer().nbytes

    def close(self) -> None:
        """Called when the file is complete; its bytes are still wanted."""
