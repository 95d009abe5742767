"""Decompresses within bounds: never more bytes than asked for, however much the packed ones claim or hold.

Raises UnreadableFileError: `corrupt` for damaged data, `too_large` where more comes out than allowed.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

_CHUNK = 64 * 1024
_MOST_MEMORY = 128 * 2**20
"""Bytes that an xz file may make its decoder set aside: twice what `xz -9` asks for."""

BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class Decompressor(Protocol):
    """What bz2 and lzma give; zlib's is wrapped."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Inflater:
    """zlib's decompressor with the interface of the other two; `wbits` as zlib has it (-15 raw, 31 gzip)."""

    def __init__(self, wbits: int = -zlib.MAX_WBITS) -> None:
        self._inner: Any = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._inner.eof

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return bytes(self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 1)))


def gzip_decompressor() -> Decompressor:
    return Inflater(16 + zlib.MAX_WBITS)


def bzip2_decompressor() -> Decompressor:
    return bz2.BZ2Decompressor()


def xz_decompressor() -> Decompressor:
    return lzma.LZMADecompressor(memlimit=_MOST_MEMORY)


def decompressed(packed: bytes | memoryview, decompressor: Decompressor, limit: int) -> tuple[bytes, int]:
    """What one compressed stream holds, at most `limit` bytes and one more, and how many packed bytes it took."""
    out = bytearray()
    position = 0
    try:
        while not decompressor.eof and len(out) <= limit:
            data = b""
            if decompressor.needs_input:
                data = bytes(packed[position : position + _CHUNK])
                position += len(data)
            piece = decompressor.decompress(data, limit + 1 - len(out))
            if not (data or piece or decompressor.eof):
                raise UnreadableFileError(UnreadCode.CORRUPT)
            out += piece
    except BROKEN as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    return bytes(out), position - len(decompressor.unused_data)


def streamed(content: bytes, make: Callable[[], Decompressor]) -> Iterator[bytes]:
    """The unpacked bytes of a file made of one or more compressed streams, piece by piece."""
    view = memoryview(content)
    position = 0
    try:
        while position < len(view):
            decompressor = make()
            while not decompressor.eof:
                data = b""
                if decompressor.needs_input:
                    data = bytes(view[position : position + _CHUNK])
                    position += len(data)
                piece = decompressor.decompress(data, _CHUNK)
                if not (data or piece or decompressor.eof):
                    raise UnreadableFileError(UnreadCode.CORRUPT)
                yield piece
            position -= len(decompressor.unused_data)
            if not bytes(view[position : position + _CHUNK]).strip(b"\x00"):
                return
    except BROKEN as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error


class BoundedStream(io.RawIOBase):
    """A file object over pieces of bytes that gives at most `limit` bytes altogether, then raises (too_large)."""

    def __init__(self, pieces: Iterator[bytes], limit: int) -> None:
        super().__init__()
        self._pieces = pieces
        self._left = limit
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(filter(None, self._pieces), b"")
            self._left -= len(self._rest)
            if self._left < 0:
                raise UnreadableFileError(UnreadCode.TOO_LARGE)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
