"""Reads a Word file (.docx, .docm, transitional or strict OOXML, ISO/IEC 29500) into a Document.

Works on the package's XML rather than on python-docx's objects: those leave out content controls, text boxes
and nested tables, and refuse strict files. What Word would not print is not read: deleted and hidden text,
text struck out, placeholders. Fails with UnreadableFileError.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bot.forms.readers.docx_text import blank_placeholders, chosen, paragraph_text
from bot.forms.readers.grid import Piece, row_and_column, table, tidy
from bot.forms.readers.html import read_html, web_page_in
from bot.forms.readers.package import Package, attribute, local_name
from bot.records.form import Document, Line, Place, Table

# Elements that only wrap others and say nothing themselves.
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent"})
_FRAME_PARTS = ("header", "footer")


def read_docx(origin: str, content: bytes) -> Document:
    """The document's paragraphs and tables in reading order; headers and footers come last.

    A nested table follows the table it stands in; a table of one cell is a frame, and read as what it frames.
    Raises UnreadableFileError.
    """
    package = Package(content)
    main = package.main_part("word/document.xml")
    story = _Story(origin, package, main)
    story.read(_part(package, main))
    for link in package.relationships(main):
        if link.kind in _FRAME_PARTS and package.has(link.target):
            story.read(_part(package, link.target))
    return Document(origin, tuple(story.blocks))


def _part(package: Package, name: str) -> etree._Element:
    root = package.parse(name)
    blank_placeholders(root)
    return root


class _Story:
    """Walks one document; `blocks` grows in reading order."""

    def __init__(self, origin: str, package: Package, part: str) -> None:
        self.blocks: list[Table | Line] = []
        self._origin = origin
        self._package = package
        self._part = part
        self._paragraphs = 0
        self._tables = 0

    def read(self, root: etree._Element) -> None:
        """Adds what stands in a part, a cell or a text box."""
        for child in root:
            self._block(child)

    def _block(self, element: etree._Element) -> None:
        name = local_name(element)
        if name == "p":
            self._paragraph(element)
        elif name == "tbl":
            self._table(element)
        elif name == "altChunk":
            self._imported_page(element)
        elif name in _WRAPPERS or name == "body":
            for child in chosen(element):
                self._block(child)

    def _paragraph(self, element: etree._Element) -> None:
        self._paragraphs += 1
        text, boxes = paragraph_text(element)
        place = Place(self._origin, "", f"第{self._paragraphs}段")
        for line in tidy(text).split("\n"):
            if line:
                self.blocks.append(Line(line, place))
        for box in boxes:
            self.read(box)

    def _imported_page(self, element: etree._Element) -> None:
        """Some office systems put the whole text into a web page inside the package (w:altChunk)."""
        wanted = attribute(element, "id")
        for link in self._package.relationships(self._part):
            if link.id == wanted and self._package.has(link.target):
                page = web_page_in(self._package.read(link.target))
                self.blocks.extend(read_html(self._origin, page).blocks)

    def _table(self, element: etree._Element) -> None:
        rows = [row for row in _rows(element) if not _is_removed_row(row)]
        if sum(1 for row in rows for _ in _cells(row)) == 1:
            for cell in _cells(rows[0]):
                self.read(cell)
            return
        self._tables += 1
        part = f"表{self._tables}"
        pieces: list[Piece] = []
        inner: list[etree._Element] = []
        open_merges: dict[int, int] = {}
        for number, row in enumerate(rows):
            column = _row_number(row, "gridBefore")
            for cell in _cells(row):
                span = max(1, _cell_number(cell, "gridSpan"))
                above = open_merges.get(column)
                if _continues(cell, "vMerge") and above is not None:
                    pieces[above] = _one_row_more(pieces[above], number)
                elif _continues(cell, "hMerge") and pieces and pieces[-1].row == number:
                    pieces[-1] = _wider(pieces[-1], span)
                else:
                    text = self._cell_text(cell, inner)
                    open_merges[column] = len(pieces)
                    spot = row_and_column(number, column)
                    pieces.append(Piece(number, column, text, spot, column_span=span))
                column += span
        hidden = frozenset(number for number, row in enumerate(rows) if _row_flag(row, "hidden"))
        found = table(pieces, self._origin, part, len(rows), hidden_rows=hidden)
        if found is not None:
            self.blocks.append(found)
        else:
            self._tables -= 1
        for block in inner:
            self._block(block)

    def _cell_text(self, cell: etree._Element, inner: list[etree._Element]) -> str:
        """What a cell says; tables nested in it are added to `inner`, to be read afterwards."""
        if _cell_properties_have(cell, "cellDel"):
            return ""
        lines: list[str] = []
        self._cell_lines(cell, lines, inner)
        return tidy("\n".join(lines))

    def _cell_lines(self, container: etree._Element, lines: list[str], inner: list[etree._Element]) -> None:
        for child in chosen(container):
            name = local_name(child)
            if name == "p":
                text, boxes = paragraph_text(child)
                lines.append(text)
                for box in boxes:
                    self._cell_lines(box, lines, inner)
            elif name == "tbl":
                inner.append(child)
            elif name in _WRAPPERS:
                self._cell_lines(child, lines, inner)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, also those inside content controls."""
    for child in chosen(element):
        if local_name(child) == "tr":
            yield child
        elif local_name(child) in _WRAPPERS:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in chosen(row):
        if local_name(child) == "tc":
            yield child
        elif local_name(child) in _WRAPPERS:
            yield from _cells(child)


def _property(owner: etree._Element, holder: str, name: str) -> etree._Element | None:
    """A row's or cell's property element, e.g. trPr/gridBefore."""
    for child in owner:
        if local_name(child) == holder:
            return next((found for found in child if local_name(found) == name), None)
    return None


def _row_number(row: etree._Element, name: str) -> int:
    return _number(_property(row, "trPr", name))


def _cell_number(cell: etree._Element, name: str) -> int:
    return _number(_property(cell, "tcPr", name))


def _number(element: etree._Element | None) -> int:
    value = attribute(element, "val") if element is not None else ""
    return min(int(value), 512) if value.isascii() and value.isdigit() else 0


def _row_flag(row: etree._Element, name: str) -> bool:
    element = _property(row, "trPr", name)
    return element is not None and attribute(element, "val") not in ("0", "false", "off")


def _is_removed_row(row: etree._Element) -> bool:
    """Deleted in a tracked change."""
    return _property(row, "trPr", "del") is not None


def _cell_properties_have(cell: etree._Element, name: str) -> bool:
    return _property(cell, "tcPr", name) is not None


def _continues(cell: etree._Element, merge: str) -> bool:
    """Whether the cell belongs to the one above (vMerge) or to its left (hMerge, written by old programs)."""
    element = _property(cell, "tcPr", merge)
    return element is not None and attribute(element, "val") != "restart"


def _one_row_more(piece: Piece, row: int) -> Piece:
    return Piece(piece.row, piece.column, piece.text, piece.spot, row - piece.row + 1, piece.column_span)


def _wider(piece: Piece, span: int) -> Piece:
    return Piece(piece.row, piece.column, piece.text, piece.spot, piece.row_span, piece.column_span + span)
