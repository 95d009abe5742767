"""How far the cells of a binary sheet reach, read from its records ([MS-XLSB] 2.1.4) before anything is kept.

Pure. What is torn at the end ends the count. ValueError for a cell that does not hold its place, which the library
would put wherever the record before happened to say.
"""

from __future__ import annotations

from typing import IO

_ROW_HEADER = 0
_LAST_CELL_RECORD = 11
_BLANK_CELL = 1
_PLACE = 4
_CHUNK = 2**16


def positions_in(stream: IO[bytes]) -> int:
    """Rows times columns between the first and the last cell that holds a value; 0 for an empty sheet. ValueError
    as above."""
    records = _Records(stream)
    top, bottom, left, right, row = -1, -1, -1, -1, 0
    while (record := records.following()) is not None:
        kind, beginning = record
        if kind <= _LAST_CELL_RECORD and len(beginning) < _PLACE:
            raise ValueError("a cell without its place")
        number = int.from_bytes(beginning[:4], "little")
        if kind == _ROW_HEADER:
            row = number
        elif _BLANK_CELL < kind <= _LAST_CELL_RECORD:
            top, bottom = (row if top < 0 else min(top, row)), max(bottom, row)
            left, right = (number if left < 0 else min(left, number)), max(right, number)
    return (bottom - top + 1) * (right - left + 1) if top >= 0 else 0


class _Records:
    """Kind and first four bytes of each record in turn."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = b""
        self._at = 0

    def following(self) -> tuple[int, bytes] | None:
        kind = self._number(2)
        length = self._number(4)
        if kind is None or length is None:
            return None
        beginning = self._take(min(length, 4))
        left = length - len(beginning)
        while left > 0:
            step = len(self._take(min(left, _CHUNK)))
            if not step:
                return None
            left -= step
        return kind, beginning

    def _number(self, most: int) -> int | None:
        """Seven bits a byte, the lowest first, until a byte without the high bit ([MS-XLSB] 2.1.4)."""
        value = 0
        for position in range(most):
            byte = self._take(1)
            if not byte:
                return None
            value |= (byte[0] & 0x7F) << (7 * position)
            if not byte[0] & 0x80:
                break
        return value

    def _take(self, count: int) -> bytes:
        if len(self._held) - self._at < count:
            self._held = self._held[self._at :] + self._stream.read(_CHUNK)
            self._at = 0
        taken = self._held[self._at : self._at + count]
        self._at += len(taken)
        return taken
