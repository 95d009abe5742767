"""What a Document says, in a shape that tests can compare at a glance."""

from __future__ import annotations

from bot.records.form import Document, Table


def shown(document: Document) -> list[str | list[list[str]]]:
    """Lines as strings, tables as rows of texts."""
    return [
        [[cell.text for cell in row] for row in block.rows] if isinstance(block, Table) else block.text
        for block in document.blocks
    ]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]
