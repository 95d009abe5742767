"""Makes archives as people and attackers make them, where no library at hand writes them that way."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO

Files = Iterable[tuple[str, bytes]]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary zip, names in UTF-8."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def raw_zip(
    files: Iterable[tuple[bytes, bytes]],
    *,
    flags: int = 0,
    extra: bytes = b"",
    descriptor: bool = False,
    method: int = 8,
) -> bytes:
    """A zip with these raw names, flags and extra field for every entry; `descriptor`: sizes behind the data."""
    body, directory, count = bytearray(), bytearray(), 0
    flags |= 0x8 if descriptor else 0
    for name, content in files:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush() if method == 8 else content
        crc, offset = zlib.crc32(content), len(body)
        sizes = (0, 0, 0) if descriptor else (crc, len(packed), len(content))
        body += struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, flags, method, 0, 33, *sizes, len(name), 0) + name
        body += packed
        if descriptor:
            body += struct.pack("<4sLLL", b"PK\x07\x08", crc, len(packed), len(content))
        directory += struct.pack(
            "<4sHHHHHHLLLHHHHHLL",
            *(b"PK\x01\x02", 20, 20, flags, method, 0, 33, crc, len(packed), len(content)),
            *(len(name), len(extra), 0, 0, 0, 0, offset),
        )
        directory += name + extra
        count += 1
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def overlapping_zip(times: int, size: int) -> bytes:
    """A zip whose `times` entries all share the data of one, `size` bytes unpacked."""
    content = bytes(size)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    crc = zlib.crc32(content)
    body = (
        struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), size, 1, 0) + b"a" + packed
    )
    directory = b""
    for number in range(times):
        name = b"%d" % number
        directory += struct.pack(
            "<4sHHHHHHLLLHHHHHLL",
            *(b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0),
        )
        directory += name
    end = struct.pack(
        "<4sHHHHLLH", b"PK\x05\x06", 0, 0, times & 0xFFFF, times & 0xFFFF, len(directory), len(body), 0
    )
    return body + directory + end


def unicode_path_extra(raw: bytes, name: str) -> bytes:
    """The extra field in which some programs put a name in UTF-8 beside the raw one (APPNOTE 4.6.9)."""
    field = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


def zeros_gz(megabytes: int) -> bytes:
    """A gz of zeros, made without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def tarred(files: Files, mode: str = "w", encoding: str = "utf-8", kind: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar; `mode` as tarfile has it (w:gz, w:bz2, w:xz)."""
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, encoding=encoding, format=kind) as archive:  # type: ignore[call-overload]
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return buffer.getvalue()


def gzipped(content: bytes, name: str = "") -> bytes:
    buffer = BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def _vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def _block5(kind: int, flags: int, fields: bytes, extra: bytes = b"", data: int | None = None) -> bytes:
    flags |= (0x1 if extra else 0) | (0x2 if data is not None else 0)
    head = (
        _vint(kind)
        + _vint(flags)
        + (_vint(len(extra)) if extra else b"")
        + (_vint(data) if data is not None else b"")
    )
    body = head + fields + extra
    size = _vint(len(body))
    return struct.pack("<L", zlib.crc32(size + body)) + size + body


def rar5(
    files: Files,
    *,
    encrypted: bool = False,
    encrypted_headers: bool = False,
    claimed: int | None = None,
    part: bool = False,
) -> bytes:
    """A RAR 5 archive with stored files; each of `claimed` bytes, if given; `part`: of several volumes."""
    out = b"Rar!\x1a\x07\x01\x00"
    if encrypted_headers:
        out += _block5(4, 0, _vint(0) + _vint(0) + b"\x0f" + bytes(16))
    out += _block5(1, 0, _vint(0x1 if part else 0))
    for name, content in files:
        record = _vint(0x01) + _vint(0) + _vint(0) + b"\x0f" + bytes(32)
        extra = _vint(len(record)) + record if encrypted else b""
        size = len(content) if claimed is None else claimed
        fields = (
            _vint(0x4) + _vint(size) + _vint(0o644) + struct.pack("<L", zlib.crc32(content)) + _vint(0) + _vint(1)
        )
        raw = name.encode()
        out += _block5(2, 0x10 if part else 0, fields + _vint(len(raw)) + raw, extra, len(content)) + content
    return out + _block5(5, 0, _vint(0x1 if part else 0))


def rar4(files: Files, *, encrypted: bool = False, encrypted_headers: bool = False, part: bool = False) -> bytes:
    """A RAR 4 archive with stored files, names in UTF-16 beside ASCII ones as WinRAR writes them."""

    def block(kind: int, flags: int, fields: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    main = (0x80 if encrypted_headers else 0) | (0x1 if part else 0)
    out = b"Rar!\x1a\x07\x00" + block(0x73, main, bytes(6))
    for name, content in files:
        # The packed form of a name (flag 0x200): ASCII, a zero, then runs of two-byte characters.
        coded = bytearray(b"?\x00\x00")
        for begin in range(0, len(name), 4):
            run = name[begin : begin + 4]
            coded += bytes([0b10101010 & (0xFF << (8 - 2 * len(run)))]) + run.encode("utf-16-le")
        flags = 0x8000 | 0x200 | (0x4 if encrypted else 0) | (0x2 if part else 0)
        fields = struct.pack(
            "<LLBLLBBHL",
            len(content),
            len(content),
            2,
            zlib.crc32(content),
            0x5A210000,
            29,
            0x30,
            len(coded),
            0x20,
        )
        out += block(0x74, flags, fields + bytes(coded)) + content
    return out + block(0x7B, 0x4000, b"")
