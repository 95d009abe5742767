"""How much of a document is read: no registration form is longer, and one absurd mail must not hold up the others.

Pure. Counted in lines outside tables and filled cells. A file beyond it is reported, never read in part.
"""

from __future__ import annotations

from bot.records.form import Document, Line, Table

MOST_LINES = 6_000
MOST_FILLED_CELLS = 60_000


def beginning(document: Document) -> Document:
    """The document, or its first blocks where it is too long: a mail's own words stand above what it quotes."""
    lines = cells = 0
    for index, block in enumerate(document.blocks):
        if isinstance(block, Line):
            lines += 1
        else:
            cells += _filled(block)
        if lines > MOST_LINES or cells > MOST_FILLED_CELLS:
            return Document(document.origin, document.blocks[:index])
    return document


def is_too_long(document: Document) -> bool:
    return beginning(document) is not document


def _filled(table: Table) -> int:
    """Filled cells; a merged one counts once for each row that it stands in."""
    return sum(
        bool(cell.text) and (index == 0 or row[index - 1] is not cell)
        for row in table.rows
        for index, cell in enumerate(row)
    )
