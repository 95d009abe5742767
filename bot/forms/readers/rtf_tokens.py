"""Cuts RTF into groups, control words and bytes, and turns bytes into text (Rich Text Format 1.9.1).

Pure. Never fails: what is no RTF is passed on as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    rb"|\\'(?P<hex>[0-9A-Fa-f]{2})|\\(?P<symbol>[\s\S])|(?P<breaks>[\r\n]+)|(?P<text>[^\\{}\r\n]+)"
)
_CODE_PAGES = {936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 65001: "utf-8", 54936: "gb18030"}
_CHARSETS = {
    134: 936,
    136: 950,
    128: 932,
    129: 949,
    254: 437,
    238: 1250,
    204: 1251,
    161: 1253,
    162: 1254,
    255: 437,
}
_WESTERN = ("cp1252", "latin-1", "cp437")
_CHINESE = re.compile("[\x00-\x7f\u2010-\u2027\u3000-\u303f\u3400-\u9fff\uff00-\uffee·×]*")


class Token(NamedTuple):
    """`kind` is "{", "}", "word", "symbol" (its character in `name`) or "bytes" (one, or a run)."""

    kind: str
    name: str = ""
    number: int | None = None
    content: bytes = b""


def tokens(content: bytes) -> Iterator[Token]:
    """The tokens in order; the bytes of \\bin are left out."""
    at = 0
    while (found := _TOKEN.match(content, at)) is not None:
        at = found.end()
        kind = found.lastgroup
        if kind == "open":
            yield Token("{")
        elif kind == "close":
            yield Token("}")
        elif kind in ("word", "number"):
            name = found["word"].decode("ascii")
            number = int(found["number"]) if found["number"] else None
            if name == "bin":
                at += max(number or 0, 0)
            else:
                yield Token("word", name, number)
        elif kind == "hex":
            yield Token("bytes", content=bytes((int(found["hex"], 16),)))
        elif kind == "symbol":
            yield Token("symbol", found["symbol"].decode("latin-1"))
        elif kind == "text":
            yield Token("bytes", content=found["text"])


def code_page_of(charset: int, default: int) -> int:
    """The code page of a font's \\fcharset; `default` (\\ansicpg) for "ANSI" and "default"."""
    return default if charset in (0, 1) else _CHARSETS.get(charset, default)


def text_of(content: bytes, code_page: int) -> str:
    """Bytes as text. What claims to be western but reads as Chinese is Chinese: many programs write no charset."""
    if content.isascii():
        return content.decode("ascii")
    name = _CODE_PAGES.get(code_page, f"cp{code_page}")
    if name in _WESTERN or name == "cp0":
        for guess in ("utf-8", "gb18030"):
            try:
                text = content.decode(guess)
            except UnicodeDecodeError:
                continue
            if _CHINESE.fullmatch(text):
                return text
    for guess in (name, "gb18030"):
        try:
            return content.decode(guess)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("gb18030", "replace")


def joined(text: str) -> str:
    """`text` with pairs of surrogates, as \\u writes rare characters, turned into characters."""
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
