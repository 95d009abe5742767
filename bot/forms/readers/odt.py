"""Reads an OpenDocument text (.odt, .ott, flat .fodt; OpenDocument 1.3, part 3) into a Document.

What the writer's program would not print is not read: deleted and hidden text, text struck out, comments,
placeholders. Never runs macros or follows links. Fails with UnreadableFileError.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bot.forms.readers.grid import MAX_COLUMNS, Piece, row_and_column, table, tidy
from bot.forms.readers.odt_package import opened
from bot.forms.readers.odt_text import Look, paragraph_text, text_boxes
from bot.forms.readers.package import attribute, local_name
from bot.records.form import Document, Line, Place, Table

MOST_ROWS = 2_000
"""Rows of one table in a text."""

_ROW_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_WRAPPERS = frozenset(
    {"list", "list-item", "list-header", "section", "numbered-paragraph", "index-body", "table-of-content"}
)
_DRAWN = frozenset({"frame", "g", "custom-shape", "rect", "text-box"})
_FRAME_PARTS = ("header", "footer", "header-first", "footer-first")


def read_odt(origin: str, content: bytes) -> Document:
    """The document's paragraphs and tables in reading order; headers and footers come last.

    A nested table follows the table it stands in; a table of one cell is a frame, and read as what it frames.
    Raises UnreadableFileError.
    """
    found = opened(content, "text")
    story = _Story(origin, Look(found.roots))
    story.read(found.body)
    for root in found.roots:
        for page in root.iter("{*}master-page"):
            for part in page:
                if local_name(part) in _FRAME_PARTS and attribute(part, "display") != "false":
                    story.read(part)
    return Document(origin, tuple(story.blocks))


class _Story:
    """Walks one document; `blocks` grows in reading order."""

    def __init__(self, origin: str, look: Look) -> None:
        self.blocks: list[Table | Line] = []
        self._origin = origin
        self._look = look
        self._paragraphs = 0
        self._tables = 0

    def read(self, holder: etree._Element) -> None:
        """Adds what stands in the body, a section, a cell or a text box."""
        for child in holder:
            self._block(child)

    def _block(self, element: etree._Element) -> None:
        name = local_name(element)
        if name in ("p", "h"):
            self._paragraph(element)
        elif name == "table":
            self._table(element)
        elif name in _WRAPPERS:
            if attribute(element, "display") != "none":
                self.read(element)
        elif name in _DRAWN:
            for box in text_boxes(element):
                self.read(box)

    def _paragraph(self, element: etree._Element) -> None:
        self._paragraphs += 1
        text, boxes = paragraph_text(element, self._look)
        place = Place(self._origin, "", f"第{self._paragraphs}段")
        for line in tidy(text).split("\n"):
            if line:
                self.blocks.append(Line(line, place))
        for box in boxes:
            self.read(box)

    def _table(self, element: etree._Element) -> None:
        rows = list(_repeated_rows(element))
        own = [cell for row in rows for cell in row if local_name(cell) == "table-cell"]
        if len(own) == 1:
            self.read(own[0])
            return
        self._tables += 1
        part = f"表{self._tables}"
        inner: list[etree._Element] = []
        pieces = [piece for number, row in enumerate(rows) for piece in self._row(row, number, inner)]
        found = table(pieces, self._origin, part, len(rows))
        if found is not None:
            self.blocks.append(found)
        else:
            self._tables -= 1
        for block in inner:
            self._block(block)

    def _row(self, row: list[etree._Element], number: int, inner: list[etree._Element]) -> Iterator[Piece]:
        column = 0
        for cell in row:
            times = count_of(cell, "number-columns-repeated", MAX_COLUMNS)
            if local_name(cell) == "table-cell":
                down = count_of(cell, "number-rows-spanned", MOST_ROWS)
                across = count_of(cell, "number-columns-spanned", MAX_COLUMNS)
                text = self._cell_text(cell, inner)
                for at in range(column, min(column + times, MAX_COLUMNS)):
                    yield Piece(number, at, text, row_and_column(number, at), down, across)
            column += times

    def _cell_text(self, cell: etree._Element, inner: list[etree._Element]) -> str:
        """What a cell says; tables nested in it are added to `inner`, to be read afterwards."""
        lines: list[str] = []
        self._cell_lines(cell, lines, inner)
        return tidy("\n".join(lines))

    def _cell_lines(self, holder: etree._Element, lines: list[str], inner: list[etree._Element]) -> None:
        for child in holder:
            name = local_name(child)
            if name in ("p", "h"):
                text, boxes = paragraph_text(child, self._look)
                lines.append(text)
                for box in boxes:
                    self._cell_lines(box, lines, inner)
            elif name == "table":
                inner.append(child)
            elif name in _WRAPPERS:
                self._cell_lines(child, lines, inner)
            elif name in _DRAWN:
                for box in text_boxes(child):
                    self._cell_lines(box, lines, inner)


def rows_of(element: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, also those in groups of rows."""
    for child in element:
        if local_name(child) == "table-row":
            yield child
        elif local_name(child) in _ROW_GROUPS:
            yield from rows_of(child)


def count_of(element: etree._Element, name: str, most: int) -> int:
    """A count such as number-columns-repeated: at least 1, at most `most`."""
    value = attribute(element, name)
    return max(1, min(int(value), most)) if value.isascii() and value.isdigit() and len(value) < 10 else 1


def _repeated_rows(element: etree._Element) -> Iterator[list[etree._Element]]:
    """The cells of each row, as often as the row is repeated."""
    number = 0
    for row in rows_of(element):
        cells = [cell for cell in row if local_name(cell) in ("table-cell", "covered-table-cell")]
        for _ in range(count_of(row, "number-rows-repeated", MOST_ROWS)):
            if number >= MOST_ROWS:
                return
            number += 1
            yield cells
