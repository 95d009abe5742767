"""What goes over an SMTP connection and what comes back, as bytes and text: pure functions of values."""

from __future__ import annotations

import re
from contextlib import suppress

_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]+@[^\s<>@\\,;\"\x00-\x1f\x7f]+")
_MAX_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3: 256 with the angle brackets."""


def as_transmitted(mime: bytes) -> bytes:
    """With CRLF at every line's end (RFC 5321, 2.3.8): a bare LF before a dot could smuggle in another mail."""
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", mime)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def stuff_dots(content: bytes) -> bytes:
    """With a second dot before a line's first (RFC 5321, 4.5.2), so that no line ends the mail."""
    return re.sub(rb"(?m)^\.", b"..", content)


def envelope_address(address: str) -> str | None:
    """The address for the envelope, its domain in ASCII (RFC 5890), or None when it cannot be sent to: NetEase
    has no SMTPUTF8 (RFC 6531)."""
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    if not ascii_address.isascii() or len(ascii_address) > _MAX_ADDRESS or not _ADDRESS.fullmatch(ascii_address):
        return None
    return ascii_address


def decode_reply(text: bytes | str) -> str:
    """A server's words: UTF-8 where that gives Chinese, else GB 18030, which NetEase and QQ speak."""
    if isinstance(text, str):
        return text
    with suppress(UnicodeDecodeError):
        decoded = text.decode("utf-8")
        # Short GBK words can be valid UTF-8, but then they come out as Hebrew or the like, below U+0800.
        if decoded.isascii() or any(character >= "\u0800" for character in decoded):
            return decoded
    return text.decode("gb18030", "replace")
