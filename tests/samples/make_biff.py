"""Makes workbooks of old Excel by hand ([MS-XLS], BIFF8), and binary ones of new Excel ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.samples.make_outlook import compound
from tests.samples.make_package import package, relationships

Value = str | float
_GLOBALS, _SHEET = 0x0005, 0x0010


def xls(
    rows: Sequence[Sequence[Value]],
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
    hidden: bool = False,
    encrypted: bool = False,
    name: str = "回执",
    first: bytes = b"",
    more: bytes = b"",
    sheets: int = 1,
) -> bytes:
    """One sheet. `merged` are (top, left, bottom, right); `first` and `more` are records that are put in front of
    the book's and the sheet's own; the sheet is named `sheets` times."""
    sheet = _begin(_SHEET) + more
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                sheet += record(0x0204, struct.pack("<HHHHB", number, column, 0, len(text) // 2, 1) + text)
            else:
                sheet += record(0x0203, struct.pack("<HHHd", number, column, 0, value))
    ranges = b"".join(struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in merged)
    sheet += record(0x00E5, struct.pack("<H", len(merged)) + ranges) if merged else b""
    sheet += record(0x000A, b"")
    title = name.encode("utf-16-le")
    start = _begin(_GLOBALS) + (record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if encrypted else b"")
    start += record(0x0042, struct.pack("<H", 1200)) + first
    length = len(start) + (4 + 8 + len(title)) * sheets + 4
    bound = record(0x0085, struct.pack("<IBBBB", length, int(hidden), 0, len(name), 1) + title) * sheets
    book = start + bound + record(0x000A, b"") + sheet
    return compound({"Workbook": book.ljust(4096, b"\0")})


def xlsb(cells: Sequence[tuple[int, int, str]]) -> bytes:
    """One sheet with these texts at (row, column)."""
    body, row_now = b"", -1
    for row, column, text in cells:
        if row != row_now:
            body += _long(0, struct.pack("<I", row) + bytes(13))
            row_now = row
        body += _long(6, struct.pack("<III", column, 0, len(text)) + text.encode("utf-16-le"))
    sheet = _long(129, b"") + _long(148, bytes(16)) + _long(145, b"") + body + _long(146, b"") + _long(130, b"")
    name, link = "回执".encode("utf-16-le"), "rId1".encode("utf-16-le")
    entry = struct.pack("<III", 0, 1, 4) + link + struct.pack("<I", 2) + name
    book = _long(131, b"") + _long(143, b"") + _long(156, entry) + _long(144, b"") + _long(132, b"")
    return package(
        {
            "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relationships(("rId1", "worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _begin(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 0x0600))


def number_record(row: int, column: int) -> bytes:
    """A cell with a number in it."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _long(kind: int, content: bytes) -> bytes:
    """A record of [MS-XLSB]: kind and length in seven bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(content), b""
    while length > 127:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + size + bytes([length]) + content
