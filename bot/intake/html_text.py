"""The text of an HTML mail: what a person would read, one line per block, table cells parted by tabs.

Fetches nothing and runs nothing; broken HTML never fails. Python's HTMLParser is not used: on unclosed tags its
cost grows with the square of the length, and a mail could hold up the whole mailbox with it. Pure.
"""

from __future__ import annotations

import html
import re

_LIMIT = 1_000_000
"""Characters of HTML that are looked at; a form written into a mail is far smaller."""
_BLOCKS = re.compile(
    r"p|div|br|hr|pre|blockquote|center|form|section|article|header|footer|h[1-6]|[uod]l|li|d[td]|"
    r"table|tr|caption|t(?:head|body)"
)
_UNREAD = frozenset(["script", "style", "head", "title", "noscript", "template"])
_TAG = re.compile(
    r"""<(/?)([A-Za-z][A-Za-z0-9:]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|<[/!?A-Za-z][^<>]*>""",
)
"""No tag reaches past the next `<`, so that a broken one costs no more than its own length."""
_SPANS = (("<!--", "-->"), ("<style", "</style"), ("<script", "</script"))


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
    pieces: list[str] = []
    position = unread = 0
    for tag in _TAG.finditer(source):
        if not unread:
            pieces.append(_shown(source[position : tag.start()]))
        position = tag.end()
        name, closing = (tag[2] or "").lower(), bool(tag[1])
        if name in _UNREAD:
            unread = max(0, unread - 1) if closing else unread + 1
        elif name == "body":
            unread = 0
        elif _BLOCKS.fullmatch(name):
            pieces.append("\n")
        elif name in ("td", "th") and not closing:
            pieces.append("\t")
    if not unread:
        pieces.append(_shown(source[position:]))
    lines = (re.sub(r" *\t *", "\t", line).strip() for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(re.sub(r" {2,}", " ", line) for line in lines)).strip()


def _shown(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", html.unescape(text))


def charset_of_html(octets: bytes) -> str:
    """The character set that the HTML itself names in its first kilobytes, "" for none."""
    match = re.search(
        rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", octets[:8192], re.IGNORECASE
    )
    return match[1].decode("ascii") if match else ""
