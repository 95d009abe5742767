"""Leaves the empty cells and rows of a sheet's XML out before it is parsed.

Clerks format whole columns, and a sheet of three people then holds a million rows of nothing: parsing them takes
minutes, skipping them seconds. Only cells and rows that say where they stand (r="…") are left out, so that no
other moves; anything written in an unusual way passes through as it is.
"""

from __future__ import annotations

import re
from typing import IO

_CHUNK = 2**20
_EMPTY_CELL = re.compile(rb'<c\b[^<>]*\br="[^"<>]*"[^<>]*(?:/>|></c>)')
_EMPTY_ROW = re.compile(rb'<row\b[^<>]*\br="\d+"[^<>]*(?:/>|>\s*</row>)')
_LONGEST_ROW = 16 * 2**20


class FilledCells:
    """A readable stream over another, without empty cells and rows; give it to a parser."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all there is for a negative one; b"" at the end."""
        while not self._ready or size < 0:
            chunk = self._stream.read(_CHUNK)
            text = self._rest + chunk
            # A row is looked at only when it is whole.
            cut = text.rfind(b"<row") if chunk and len(text) < _LONGEST_ROW else len(text)
            cut = max(cut, 0)
            self._rest = text[cut:]
            self._ready += _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", text[:cut]))
            if not chunk:
                break
        end = len(self._ready) if size < 0 else size
        given, self._ready = self._ready[:end], self._ready[end:]
        return given
