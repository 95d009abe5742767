"""The text of an HTML mail: what a person would read, one line per block, table cells parted by tabs.

Fetches nothing and runs nothing. Broken HTML never fails: at worst the tags are cut out. Pure.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_LIMIT = 1_000_000
"""Characters of HTML that are looked at; a form written into a mail is far smaller."""
_BLOCKS = re.compile(
    r"p|div|br|hr|pre|blockquote|center|form|section|article|header|footer|h[1-6]|[uod]l|li|d[td]|"
    r"table|tr|caption|t(?:head|body)"
)
_UNREAD = frozenset(["script", "style", "head", "title", "noscript", "template"])
_SPANS = (("<!--", "-->"), ("<style", "</style"), ("<script", "</script"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "body":
            self._unread = 0
        elif _BLOCKS.fullmatch(tag):
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif _BLOCKS.fullmatch(tag):
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _without_spans(source: str) -> str:
    """Comments, styles and scripts cut out by plain searching, at a cost that grows only with the length."""
    for opening, closing in _SPANS:
        lowered = source.lower()
        if len(lowered) != len(source) or opening not in lowered:
            continue
        kept: list[str] = []
        position = 0
        while (start := lowered.find(opening, position)) >= 0:
            kept.append(source[position:start])
            end = lowered.find(closing, start + len(opening))
            if end < 0:
                break
            end = lowered.find(">", end + len(closing) - 1)
            if end < 0:
                break
            position = end + 1
        else:
            kept.append(source[position:])
        source = "".join(kept)
    return source


def text_of_html(source: str) -> str:
    """HTML's visible text; "" for none."""
    source = _without_spans(source[:_LIMIT])
    reader = _Reader()
    try:
        reader.feed(source)
        reader.close()
        text = "".join(reader.pieces)
    except (AssertionError, ValueError):
        text = html.unescape(re.sub(r"<[^<>]*>", "\n", source))
    lines = (re.sub(r"[ \u00a0\u3000]*\t[ \u00a0\u3000]*", "\t", line).strip() for line in text.split("\n"))
    joined = "\n".join(re.sub(r"[ \u00a0]{2,}", " ", line.replace("\u00a0", " ")).strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


def charset_of_html(octets: bytes) -> str:
    """The character set that the HTML itself names in its first kilobytes, "" for none."""
    match = re.search(
        rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", octets[:8192], re.IGNORECASE
    )
    return match[1].decode("ascii") if match else ""
