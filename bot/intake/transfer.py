"""Content-Transfer-Encoding: its many spellings, and base64 with foreign matter in it.

Never raises. Pure.
"""

from __future__ import annotations

import base64
import binascii
import re

MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xff\xd8\xff",
    b"\x89PNG",
)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")


def encoding_name(written: str) -> str:
    """The encoding that a header means: `base64`, `quoted-printable`, `x-uuencode` or `` (none)."""
    letters = re.sub(r"[^a-z0-9]", "", written.lower())
    if letters.startswith(("base64", "b64", "xbase64")):
        return "base64"
    if letters.startswith(("quotedprint", "quoteprint")):
        return "quoted-printable"
    if letters in ("uuencode", "xuuencode", "uue", "xuue"):
        return "x-uuencode"
    return ""


def decode_base64(encoded: bytes) -> tuple[bytes, bool]:
    """The octets, and whether there was foreign matter between or behind (a list's footer, an advertisement)."""
    joined = b"".join(encoded.split())
    try:
        return base64.b64decode(joined, validate=True), False
    except binascii.Error:
        pass
    if re.fullmatch(rb"[A-Za-z0-9+/]*", joined):
        # Cut short: the mail ended in the middle, or a program left out the padding.
        return _decode_unpadded(joined), True
    return _decode_by_line(encoded), True


def _decode_by_line(encoded: bytes) -> bytes:
    out: list[bytes] = []
    pending: list[bytes] = []
    width = 0
    ended = False
    for line in encoded.splitlines():
        compact = b"".join(line.split())
        if not _BASE64_LINE.fullmatch(compact):
            continue
        if ended and (len(compact) % 4 or (len(compact) < width and not compact.endswith(b"="))):
            continue
        ended = False
        width = width or len(compact)
        pending.append(compact)
        if compact.endswith(b"="):
            out.append(_decode_unpadded(b"".join(pending).rstrip(b"=")))
            pending.clear()
            ended = True
    out.append(_decode_unpadded(b"".join(pending)))
    return b"".join(out)


def _decode_unpadded(joined: bytes) -> bytes:
    if len(joined) % 4 == 1:
        joined = joined[:-1]
    try:
        return base64.b64decode(joined + b"=" * (-len(joined) % 4))
    except binascii.Error:
        return b""


def looks_like_base64_file(encoded: bytes) -> bool:
    """Whether octets without a stated encoding are plainly a base64-coded file of a kind we know."""
    start = b"".join(encoded[:200].split())[:64]
    if len(start) < 16 or not re.fullmatch(rb"[A-Za-z0-9+/=]+", start):
        return False
    return _decode_unpadded(start[: len(start) // 4 * 4].rstrip(b"=")).startswith(MAGIC)
