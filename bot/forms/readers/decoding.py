"""Turns a text file's bytes into text: byte order marks, a declared charset, UTF-8, then the GB family.

Pure. Never fails: bytes that no charset explains become U+FFFD. gb2312 and gbk are read as GB 18030
(GB 18030-2022), which contains both, because files labelled so often hold characters outside them.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
_GB = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "gb2312-80", "x-gbk", "cp936", "ms936", "windows-936"})


def decoded(content: bytes, charset: str = "") -> str:
    """The text of `content`; `charset` is what a header said about it, or ""."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    declared = _DECLARED.search(content[:2048])
    names = [charset, declared[1].decode("ascii", "ignore") if declared else "", "utf-8", "gb18030"]
    for name in names:
        wanted = "gb18030" if name.lower() in _GB else name
        if not wanted:
            continue
        try:
            return content.decode(wanted)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("gb18030", "replace")
