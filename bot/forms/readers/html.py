"""Reads HTML (a mail's body, a web page saved under a Word or Excel name) into a Document.

What a mail program would not show is not read: styles, scripts, hidden preheaders, text struck out. Loads
nothing from anywhere. A table that only arranges other tables is read as what it arranges. Never fails on bad
markup; a page nested beyond measure is cut off by the parser.
"""

from __future__ import annotations

import re
from email import message_from_bytes

from lxml import etree
from lxml import html as lxml_html

from bot.forms.readers.decoding import decoded
from bot.forms.readers.grid import Piece, row_and_column, table, tidy
from bot.forms.readers.package import local_name
from bot.forms.readers.symbols import EMPTY_BOX, TICKED_BOX, is_symbol_font, readable
from bot.records.form import Document, Line, Place, Table

_NOT_SHOWN = frozenset(
    {
        "style",
        "script",
        "head",
        "title",
        "meta",
        "link",
        "template",
        "noscript",
        "del",
        "s",
        "strike",
        "xml",
        "object",
    }
)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article header footer main aside nav center form fieldset blockquote pre address figure "
        "ul ol li dl dt dd h1 h2 h3 h4 h5 h6 hr table caption tr td th body html",
    )
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through",
    re.I,
)
_FONT = re.compile(r"font-family\s*:\s*[\"']?(wingdings(?: 2)?)", re.I)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.I)
_UNSEEN_PREFIXES = ("v:", "x:", "m:", "o:")
_BLANKS = re.compile(r"\s+")
_MAX_SPAN = 512
_MAX_ROW_SPAN = 2_000


def web_page_in(content: bytes) -> str:
    """The markup of a page given as bytes: a plain page in any usual charset, or an MHTML archive (RFC 2557)."""
    if re.match(rb"\s*(?:mime-version|content-type|from|subject|date)\s*:", content[:200], re.I):
        for part in message_from_bytes(content).walk():
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes):
                    return decoded(payload, part.get_content_charset() or "")
    return decoded(content)


def read_html(origin: str, markup: str) -> Document:
    """Tables and lines of a page, in reading order. `markup` is already decoded; an empty page gives no blocks."""
    text = _XML_DECLARATION.sub("", markup.replace("\x00", ""))
    if not text.strip():
        return Document(origin, ())
    try:
        root = lxml_html.document_fromstring(
            text, parser=lxml_html.HTMLParser(remove_comments=True, remove_pis=True)
        )
    except etree.ParserError:
        return Document(origin, ())
    page = _Page(origin)
    page.flow(root)
    page.end_line()
    return Document(origin, tuple(page.blocks))


class _Page:
    """Walks one page; `blocks` grows in reading order."""

    def __init__(self, origin: str) -> None:
        self.blocks: list[Table | Line] = []
        self._origin = origin
        self._pending: list[str] = []
        self._lines = 0
        self._tables = 0

    def end_line(self) -> None:
        """Ends the line that is being gathered."""
        text = "".join(self._pending)
        self._pending.clear()
        for line in tidy(text).split("\n"):
            if line:
                self._lines += 1
                self.blocks.append(Line(line, Place(self._origin, "", f"第{self._lines}行")))

    def flow(self, element: etree._Element, font: str = "") -> None:
        """Reads an element outside tables."""
        name = local_name(element).lower()
        if not name or _is_hidden(element, name):
            return
        font = _font(element) or font
        if name == "table":
            self.end_line()
            self._table(element, font)
            return
        block = name in _BLOCKS
        if block:
            self.end_line()
        self._pending.append(_own_text(element, name, font))
        for child in element:
            self.flow(child, font)
            self._pending.append(_shown(child.tail, font))
        if block:
            self.end_line()

    def _table(self, element: etree._Element, font: str) -> None:
        rows = [row for row in _rows(element) if not _is_hidden(row, "tr")]
        cells = [[cell for cell in row if local_name(cell) in ("td", "th")] for row in rows]
        if _only_arranges(cells):
            for row in cells:
                for cell in row:
                    self.flow(cell, font)
            return
        self._tables += 1
        inner: list[etree._Element] = []
        pieces = _pieces(cells, font, inner)
        found = table(pieces, self._origin, f"表{self._tables}", len(rows))
        if found is not None:
            self.blocks.append(found)
        else:
            self._tables -= 1
        for nested in inner:
            self.flow(nested, font)


def _pieces(cells: list[list[etree._Element]], font: str, inner: list[etree._Element]) -> list[Piece]:
    """Cells at their positions as HTML's table model has it (HTML Living Standard, 4.9.12)."""
    pieces: list[Piece] = []
    taken: set[tuple[int, int]] = set()
    for row, row_cells in enumerate(cells):
        column = 0
        for cell in row_cells:
            while (row, column) in taken:
                column += 1
            across = _span(cell, "colspan", _MAX_SPAN)
            down = min(_span(cell, "rowspan", _MAX_ROW_SPAN), len(cells) - row)
            text = "" if _is_hidden(cell, "td") else _cell_text(cell, font, inner)
            pieces.append(Piece(row, column, text, row_and_column(row, column), down, across))
            if down > 1:
                taken.update((row + r, column + c) for r in range(1, down) for c in range(across))
            column += across
    return pieces


def _only_arranges(cells: list[list[etree._Element]]) -> bool:
    """Whether a table is page layout: a single cell, or one column, or every filled cell, holding other tables."""
    flat = [cell for row in cells for cell in row]
    if len(flat) <= 1:
        return True
    nested = [cell for cell in flat if next(cell.iter("table"), None) is not None]
    if not nested:
        return False
    if all(len(row) <= 1 for row in cells):
        return True
    return all(cell in nested or not "".join(map(str, cell.itertext())).strip() for cell in flat)


def _rows(element: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for child in element:
        name = local_name(child)
        if name == "tr":
            found.append(child)
        elif name in ("thead", "tbody", "tfoot"):
            found.extend(row for row in child if local_name(row) == "tr")
    return found


def _cell_text(cell: etree._Element, font: str, inner: list[etree._Element]) -> str:
    pieces: list[str] = []
    _gather(cell, font, pieces, inner)
    return tidy("".join(pieces))


def _gather(element: etree._Element, font: str, pieces: list[str], inner: list[etree._Element]) -> None:
    """Adds what an element inside a cell says; nested tables go to `inner`."""
    name = local_name(element).lower()
    if not name or _is_hidden(element, name):
        return
    if name == "table":
        inner.append(element)
        return
    font = _font(element) or font
    block = name in _BLOCKS
    if block:
        pieces.append("\n")
    pieces.append(_own_text(element, name, font))
    for child in element:
        _gather(child, font, pieces, inner)
        pieces.append(_shown(child.tail, font))
    if block:
        pieces.append("\n")


def _own_text(element: etree._Element, name: str, font: str) -> str:
    """What stands at the element's beginning, before its children."""
    if name == "br":
        return "\n"
    if name == "input":
        kind = (element.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            return EMPTY_BOX if element.get("checked") is None else TICKED_BOX
        return (element.get("value") or "") if kind in ("text", "tel", "email", "number") else ""
    if name == "option" and element.get("selected") is None:
        return ""
    return _shown(element.text, font)


def _shown(text: str | None, font: str) -> str:
    """Markup's own line breaks and blanks are one blank each."""
    return readable(_BLANKS.sub(" ", text), font) if text else ""


def _is_hidden(element: etree._Element, name: str) -> bool:
    if name in _NOT_SHOWN or (name != "o:p" and name.startswith(_UNSEEN_PREFIXES)):
        return True
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def _font(element: etree._Element) -> str:
    found = _FONT.search(element.get("style") or "")
    face = found[1] if found else element.get("face") or ""
    return face if is_symbol_font(face) else ""


def _span(cell: etree._Element, name: str, limit: int) -> int:
    """A span as browsers read it: the digits it begins with; 0 rows means "to the end"."""
    found = re.match(r"\s*(\d{1,5})", cell.get(name) or "")
    number = int(found[1]) if found else 1
    if number == 0:
        return limit if name == "rowspan" else 1
    return min(number, limit)
