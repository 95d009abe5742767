"""Takes files out of tar archives, packed or not, and unpacks single gz, bz2 and xz files.

Everything is read as a stream with a bound, whatever the headers promise; links and devices are left out. Raises
UnreadableFileError for the archive; single files that are too large become Items with a code.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from itertools import chain

from bot.forms.containers.basket import THE_REST, Basket
from bot.forms.containers.bounded import (
    BROKEN,
    BoundedStream,
    Decompressor,
    bzip2_decompressor,
    gzip_decompressor,
    streamed,
    xz_decompressor,
)
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.names import decoded_name
from bot.forms.containers.sentences import LIBRARY_MISSING
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_MOST_STREAMED = 250_000_000
"""Bytes that are unpacked at most, those of files that are left out included."""

_MOST_ENTRIES = 20_000
_PACKERS: tuple[tuple[bytes, Callable[[], Decompressor]], ...] = (
    (b"\x1f\x8b", gzip_decompressor),
    (b"BZh", bzip2_decompressor),
    (b"\xfd7zXZ\x00", xz_decompressor),
)
_ENDINGS = (".gz", ".bz2", ".xz", ".z")
_GZIP_NAME = 0x08
_GZIP_EXTRA = 0x04
_BLOCK = 512
_TAR = b"ustar"


def open_packed(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The files in a tar, or the one that a gz, bz2 or xz file holds; that one is called as the container is,
    without its last ending, where it doesn't say its name itself."""
    make = next((make for magic, make in _PACKERS if content.startswith(magic)), None)
    if make is None and content[257:262] != _TAR:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, LIBRARY_MISSING)
    pieces = iter((content,)) if make is None else streamed(content, make)
    pieces, beginning = _beginning(pieces)
    basket = Basket(limits)
    if make is None or beginning[257:262] == _TAR:
        _take_all(pieces, basket)
    else:
        _take_one(_inner_name(origin, content), pieces, basket)
    return basket.items


def _beginning(pieces: Iterator[bytes]) -> tuple[Iterator[bytes], bytes]:
    """The same pieces again, and the first block of what they hold."""
    looked: list[bytes] = []
    for piece in pieces:
        looked.append(piece)
        if sum(map(len, looked)) >= _BLOCK:
            break
    return chain(looked, pieces), b"".join(looked)[:_BLOCK]


def _take_one(name: str, pieces: Iterator[bytes], basket: Basket) -> None:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > basket.room:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
    basket.add(name, bytes(content))


def _take_all(pieces: Iterator[bytes], basket: Basket) -> None:
    stream = io.BufferedReader(BoundedStream(pieces, _MOST_STREAMED))
    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
            for number, entry in enumerate(archive):
                if number >= _MOST_ENTRIES:
                    raise UnreadableFileError(UnreadCode.TOO_LARGE)
                # Kept by the library only to be listed; a long archive would fill the memory.
                archive.members = []  # type: ignore[attr-defined]
                if entry.isreg():
                    name = decoded_name(entry.name.encode("utf-8", "surrogateescape"))
                    basket.take(name, entry.size, lambda limit, entry=entry: _data(archive, entry, limit))  # type: ignore[misc]
    except UnreadableFileError as error:
        if not any(item.code is None for item in basket.items):
            raise
        basket.refuse(THE_REST, error.code)
    except (tarfile.TarError, *BROKEN) as error:
        if not basket.items:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error
        basket.refuse(THE_REST, UnreadCode.CORRUPT)


def _data(archive: tarfile.TarFile, entry: tarfile.TarInfo, limit: int) -> bytes:
    try:
        file = archive.extractfile(entry)
        content = file.read(limit + 1) if file is not None else b""
    except tarfile.TarError as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    if len(content) != entry.size:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return content


def _inner_name(origin: str, content: bytes) -> str:
    """RFC 1952, 2.3: a gz file may name what it holds (in Latin-1 by the standard, in fact in any charset)."""
    if (
        content.startswith(b"\x1f\x8b")
        and len(content) > 10
        and content[3] & (_GZIP_NAME | _GZIP_EXTRA) == _GZIP_NAME
    ):
        end = content.find(b"\x00", 10, 300)
        if end > 10:
            return decoded_name(content[10:end]).replace("\\", "/").rpartition("/")[2]
    name = origin.rpartition("/")[2]
    for ending in _ENDINGS:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
