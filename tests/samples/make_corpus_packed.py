"""Packs files for the corpus as archives, mails and Outlook's own containers. Contents are stored, not squeezed,
where no library writes the format: RAR 4 and 5 by their published notes, TNEF by [MS-OXTNEF].
"""

from __future__ import annotations

import base64
import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

File = tuple[str, bytes]

WHEN = datetime(2026, 4, 1, 1, 30, tzinfo=UTC)
_DOS_TIME = (2026 - 1980) << 25 | 4 << 21 | 1 << 16
_GREETING = "您好，附件是我院的回执，请查收。"


def zip_gbk(files: Iterable[File]) -> bytes:
    """As Windows packs: names in GBK, without the UTF-8 flag."""
    buffer = io.BytesIO()
    names = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files):
            # The library would mark a Chinese name as UTF-8: a stand-in of the same length is put in first.
            encoded = name.encode("gbk")
            stand_in = f"{number:02d}".ljust(len(encoded), "~")
            archive.writestr(zipfile.ZipInfo(stand_in, WHEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
            names.append((stand_in.encode(), encoded))
    packed = buffer.getvalue()
    for stand_in_bytes, encoded in names:
        packed = packed.replace(stand_in_bytes, encoded)
    return packed


def zip_utf8(files: Iterable[File]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, WHEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tar_gz(files: Iterable[File]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), int(WHEN.timestamp())
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def seven_zip(files: Iterable[File]) -> bytes:
    import py7zr

    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writef(io.BytesIO(content), name)
    return buffer.getvalue()


def rar4(files: Iterable[File]) -> bytes:
    """Stored, names in the old code page and in Unicode, as WinRAR up to 4 writes them."""
    parts = [b"Rar!\x1a\x07\x00", _rar4_block(0x73, 0, bytes(6))]
    for name, content in files:
        encoded = _rar4_name(name)
        fields = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), _DOS_TIME, 20, 0x30, len(encoded), 32
        )
        parts += [_rar4_block(0x74, 0x8200, fields + encoded), content]
    return b"".join([*parts, _rar4_block(0x7B, 0x4000, b"")])


def _rar4_block(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def _rar4_name(name: str) -> bytes:
    """GBK, a zero, then every character as two bytes: four to a flag byte of 0b10101010."""
    packed = b"\x00"
    for start in range(0, len(name), 4):
        packed += b"\xaa" + name[start : start + 4].encode("utf-16-le")
    return name.encode("gbk") + b"\x00" + packed


def rar5(files: Iterable[File]) -> bytes:
    """Stored, as WinRAR since 5 writes it."""
    parts = [b"Rar!\x1a\x07\x01\x00", _rar5_block(_vint(1) + _vint(0) + _vint(0))]
    for name, content in files:
        encoded = name.encode()
        size = _vint(len(content))
        fields = _vint(4) + size + _vint(32) + struct.pack("<I", zlib.crc32(content)) + _vint(0) + _vint(0)
        parts += [_rar5_block(_vint(2) + _vint(2) + size + fields + _vint(len(encoded)) + encoded), content]
    return b"".join([*parts, _rar5_block(_vint(5) + _vint(0) + _vint(0))])


def _rar5_block(body: bytes) -> bytes:
    head = _vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(head)) + head


def _vint(number: int) -> bytes:
    result = bytearray()
    while number > 0x7F:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*result, number])


def mail(files: Iterable[File], subject: str = "回执") -> bytes:
    """A mail with the files attached, as one saves it from a mail program."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "王芳 <office@hospital01.example.org>"
    message["To"] = "office@example.org"
    message["Date"] = "Wed, 01 Apr 2026 09:30:00 +0800"
    message["Subject"] = subject
    message["Message-ID"] = "<corpus@hospital01.example.org>"
    message.set_content(_GREETING, cte="base64")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary("=_corpus")
    return message.as_bytes()


def mail_around(inner: bytes, name: str = "转发的邮件.eml") -> bytes:
    """A mail that carries another one as a message/rfc822 attachment in base64, as some web mailers do."""
    encoded = base64.encodebytes(inner).decode().replace("\n", "\r\n")
    word = base64.b64encode(name.encode()).decode()
    head = (
        "From: <office@hospital01.example.org>\r\nTo: <office@example.org>\r\n"
        "Date: Wed, 01 Apr 2026 09:40:00 +0800\r\nSubject: Fw\r\nMessage-ID: <outer@hospital01.example.org>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_outer"\r\n\r\n'
        "--=_outer\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nFw\r\n"
        f'--=_outer\r\nContent-Type: message/rfc822; name="=?utf-8?B?{word}?="\r\n'
        f'Content-Disposition: attachment; filename="=?utf-8?B?{word}?="\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return (head + encoded + "\r\n--=_outer--\r\n").encode()


def outlook_message(files: Iterable[File]) -> bytes:
    import msgforge

    message = msgforge.Message(
        subject="回执", text_body=_GREETING, to=[("office@example.org", "会务组")], sent=WHEN
    )
    for name, content in files:
        message.attach_bytes(name, content)
    return bytes(message.as_bytes())


def winmail_dat(files: Iterable[File]) -> bytes:
    """TNEF as Outlook sends it: titles in GBK, and the long name as a MAPI property."""
    parts = [struct.pack("<IH", 0x223E9F78, 1)]
    parts.append(_tnef(1, 0x00089006, struct.pack("<I", 0x00010000)))
    parts.append(_tnef(1, 0x00069007, struct.pack("<II", 936, 0)))
    parts.append(_tnef(1, 0x00078008, b"IPM.Microsoft Mail.Note\x00"))
    for name, content in files:
        parts.append(_tnef(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)))
        parts.append(_tnef(2, 0x00018010, name.encode("gbk") + b"\x00"))
        parts.append(_tnef(2, 0x0006800F, content))
        text = (name + "\x00").encode("utf-16-le")
        padded = text.ljust(-(-len(text) // 4) * 4, b"\x00")
        properties = struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(text)) + padded
        parts.append(_tnef(2, 0x00069005, properties))
    return b"".join(parts)


def _tnef(level: int, attribute: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, attribute, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
