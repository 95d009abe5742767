"""Makes an old workbook (.xls, .et; [MS-XLS], BIFF5 and BIFF8) harmless for the library that reads its cells.

The library trusts the sizes that a file states: how far a sheet reaches, how many texts there are, how the storage
is laid out. Here the records are read first. What asks for too much is refused, and only the records are given on,
in a fresh container without macros and pictures. Fails with UnreadableFileError.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.forms.readers.compound import compound_file
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.sheet import MAX_FILLED_CELLS, MAX_SHEETS
from bot.records.form import UnreadCode

MAX_BYTES = 64 * 2**20
"""Of the workbook's records."""

_STREAMS = ("Workbook", "Book")
# Kinds of records ([MS-XLS] 2.3.2).
_BOF, _END, _FILE_PASS, _SHEET, _TEXTS, _CONTINUE = 0x0809, 0x000A, 0x002F, 0x0085, 0x00FC, 0x003C
_DIMENSIONS, _FORMULA, _NUMBERS = 0x0200, 0x0006, 0x00BD
_CELLS = frozenset({0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6, _FORMULA, _NUMBERS})
_SMALLEST_TEXT = 3
_SECTOR = 4096
_MOST_TABLES = 109
_FREE, _CHAIN_END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@dataclass(frozen=True, slots=True)
class _Record:
    """Where one record's content lies."""

    kind: int
    start: int
    end: int


def harmless_book(content: bytes, most_positions: int) -> bytes:
    """The workbook as a compound file of its records alone.

    UnreadableFileError: `encrypted` with a password, `too_large` where its sheets reach over more than
    `most_positions` rows times columns altogether, `corrupt` where there are no records.
    """
    stream = bytearray(_records_of(content))
    sheets = []
    for record in _walk(stream, 0):
        if record.kind == _FILE_PASS:
            raise UnreadableFileError(UnreadCode.ENCRYPTED)
        if record.kind == _SHEET and record.end - record.start >= 4:
            sheets.append(int.from_bytes(stream[record.start : record.start + 4], "little"))
        if record.kind == _TEXTS:
            _limit_texts(stream, record)
    _check_sheets(stream, sheets, most_positions)
    return _wrapped(bytes(stream))


def _records_of(content: bytes) -> bytes:
    if content[:2] == _BOF.to_bytes(2, "little"):
        return content
    with compound_file(content) as file:
        for name in _STREAMS:
            if file.exists(name):
                size = file.get_size(name)
                if size > MAX_BYTES:
                    raise UnreadableFileError(UnreadCode.TOO_LARGE)
                with file.openstream(name) as opened:
                    records = bytes(opened.read())
                if len(records) == size:
                    return records
                break
    raise UnreadableFileError(UnreadCode.CORRUPT)


def _walk(stream: bytearray, at: int) -> Iterator[_Record]:
    """The records from one place to the end of that part. A torn one is corrupt: people may stand behind it."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _END:
            return
        if at + 4 + length > len(stream):
            raise UnreadableFileError(UnreadCode.CORRUPT)
        yield _Record(kind, at + 4, at + 4 + length)
        at += 4 + length
    if at != len(stream):
        raise UnreadableFileError(UnreadCode.CORRUPT)


def _limit_texts(stream: bytearray, record: _Record) -> None:
    """The stated number of texts (SST, 2.4.265) brought down to what the record and those that go on with it could
    hold."""
    room = record.end - record.start
    for following in _walk(stream, record.end):
        if following.kind != _CONTINUE:
            break
        room += following.end - following.start
    if record.end - record.start >= 8:
        (stated,) = struct.unpack_from("<L", stream, record.start + 4)
        struct.pack_into("<L", stream, record.start + 4, min(stated, room // _SMALLEST_TEXT))


def _check_sheets(stream: bytearray, sheets: list[int], most_positions: int) -> None:
    """All sheets are read when the book is opened, one that is named twice is read twice."""
    if len(sheets) > MAX_SHEETS:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    known: dict[int, tuple[int, int]] = {}
    positions = cells = 0
    for at in sheets:
        if at not in known:
            known[at] = _extent(stream, at)
        positions += known[at][0]
        cells += known[at][1]
        if positions > most_positions or cells > MAX_FILLED_CELLS * 4:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)


def _extent(stream: bytearray, at: int) -> tuple[int, int]:
    """Rows times columns between a sheet's first and last cell with a value, and the number of such cells."""
    top, bottom, left, right, cells = -1, -1, -1, -1, 0
    for record in _walk(stream, at):
        if record.kind == _DIMENSIONS:
            # Only said so that memory can be set aside; the cells themselves tell better.
            stream[record.start : record.end] = bytes(record.end - record.start)
        if record.kind not in _CELLS or record.end - record.start < 6:
            continue
        row, column = struct.unpack_from("<HH", stream, record.start)
        count = (record.end - record.start) // 6 if record.kind == _NUMBERS else 1
        cells += count
        top, bottom = (row if top < 0 else min(top, row)), max(bottom, row)
        left, right = (column if left < 0 else min(left, column)), max(right, column + count - 1)
    return (bottom - top + 1) * (right - left + 1) if cells else 0, cells


def _wrapped(stream: bytes) -> bytes:
    """A compound file with the one stream (sectors of 4096 bytes: [MS-CFB] 2.2, major version 4): allocation
    tables, directory, an unused sector for short streams, the records."""
    length = -(-max(len(stream), 1) // _SECTOR)
    tables = next(count for count in range(1, _MOST_TABLES + 1) if count * 1024 >= count + 2 + length)
    chains = [_TABLE] * tables + [_CHAIN_END, _CHAIN_END]
    first = len(chains)
    chains += [*range(first + 1, first + length), _CHAIN_END]
    chains += [_FREE] * (tables * 1024 - len(chains))
    header = struct.pack(
        "<8s16x5H6x9L",
        *(bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 4, 0xFFFE, 12, 6),
        *(1, tables, tables, 0, 4096, _CHAIN_END, 0, _CHAIN_END, 0),
    )
    header += struct.pack(f"<{_MOST_TABLES}L", *range(tables), *[_FREE] * (_MOST_TABLES - tables))
    directory = _entry("Root Entry", 5, 1, tables + 1, _SECTOR) + _entry(
        "Workbook", 2, _FREE, first, max(len(stream), _SECTOR)
    )
    parts = (
        header,
        struct.pack(f"<{len(chains)}L", *chains),
        directory,
        b"",
        stream.ljust(length * _SECTOR, b"\0"),
    )
    return b"".join(part.ljust(_SECTOR, b"\0") for part in parts)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    """One entry of the directory ([MS-CFB] 2.6.1)."""
    encoded = name.encode("utf-16-le")
    return struct.pack("<64sHBBLLL36xLQ", encoded, len(encoded) + 2, kind, 1, _FREE, _FREE, child, start, size)
