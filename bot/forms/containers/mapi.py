"""What Outlook's two ways of packing a mail (.msg and winmail.dat) have in common: property numbers, code pages,
compressed RTF, and which of a mail's bodies is handed on.

Numbers from [MS-OXPROPS], compression from [MS-OXRTFCP]. Nothing here raises for what a mail holds.
"""

from __future__ import annotations

import codecs
import struct

from bot.forms.containers.basket import Basket
from bot.forms.readers.decoding import decoded as decoded_page

BODY, HTML, RTF_COMPRESSED = 0x1000, 0x1013, 0x1009
ATTACH_DATA, ATTACH_LONG_NAME, ATTACH_NAME, DISPLAY_NAME = 0x3701, 0x3707, 0x3704, 0x3001
CONTENT_ID, SUBJECT = 0x3712, 0x0037
INTERNET_CODEPAGE, MESSAGE_CODEPAGE = 0x3FDE, 0x3FFD
UNICODE, STRING8, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

_UTF8_CODEPAGE = 65001
_GB_CODEPAGES = frozenset({936, 20936, 51936, 52936, 54936, 50227})
_RTF_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u"
    rb"\tab\tx"
)
_RTF_WINDOW = 4096
_MOST_RTF = 20_000_000
_BODY_NAME = "邮件正文"
_RTF_TABLE = b"\\trowd"


def codepage_name(codepage: int) -> str:
    """Python's name of a Windows code page; the GB family is always read as GB 18030, the unknown too."""
    if codepage == _UTF8_CODEPAGE:
        return "utf-8"
    if codepage not in _GB_CODEPAGES:
        for name in (f"cp{codepage}", f"windows-{codepage}"):
            try:
                return codecs.lookup(name).name
            except LookupError:
                continue
    return "gb18030"


def decoded(raw: bytes, codepage: int) -> str:
    """A text in a code page; what does not fit it is tried as UTF-8 and GB 18030 before anything is lost."""
    for charset in (codepage_name(codepage), "utf-8", "gb18030"):
        try:
            return raw.decode(charset).rstrip("\x00")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("gb18030", "replace").rstrip("\x00")


def rtf_from(packed: bytes) -> bytes:
    """RTF out of its compressed form ([MS-OXRTFCP] 3.1.1), as far as it goes; b"" for what is none."""
    if len(packed) < 16:
        return b""
    _, size, kind = struct.unpack_from("<LL4s", packed)
    if kind == b"MELA":
        return packed[16 : 16 + size]
    if kind != b"LZFu" or size > _MOST_RTF:
        return b""
    window = bytearray(_RTF_START.ljust(_RTF_WINDOW, b"\x00"))
    out = bytearray()
    write, position = len(_RTF_START), 16
    while position < len(packed) and len(out) < size:
        control = packed[position]
        position += 1
        for bit in range(8):
            if position + (control >> bit & 1) >= len(packed):
                return bytes(out)
            if not control >> bit & 1:
                run = packed[position : position + 1]
                position += 1
            else:
                reference = packed[position] << 8 | packed[position + 1]
                position += 2
                begin = reference >> 4
                if begin == write:
                    return bytes(out)
                run = b""
                for step in range((reference & 0xF) + 2):
                    byte = window[(begin + step) % _RTF_WINDOW]
                    run += bytes((byte,))
                    window[(write + step) % _RTF_WINDOW] = byte
            for step, byte in enumerate(run):
                window[(write + step) % _RTF_WINDOW] = byte
            write = (write + len(run)) % _RTF_WINDOW
            out += run
    return bytes(out[:size])


def add_body(
    basket: Basket, *, html: bytes | str, text: str, packed_rtf: bytes, codepage: int, prefix: str = ""
) -> None:
    """Hands on a mail's own text once: HTML where there is any, else RTF that has a table, else the plain text."""
    page = html if isinstance(html, str) else decoded_page(html, codepage_name(codepage))
    rtf = b"" if page.strip() else rtf_from(packed_rtf)
    if page.strip():
        # With a byte order mark, since the page itself may still name another charset.
        basket.add(f"{prefix}{_BODY_NAME}.html", page.encode("utf-8-sig", "replace"))
    elif rtf and (_RTF_TABLE in rtf or not text.strip()):
        basket.add(f"{prefix}{_BODY_NAME}.rtf", rtf)
    elif text.strip():
        basket.add(f"{prefix}{_BODY_NAME}.txt", text.encode("utf-8", "replace"))
