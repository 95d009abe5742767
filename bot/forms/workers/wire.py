"""Documents and items as frames, and back. What comes back is checked as it is rebuilt.

ValueError, TypeError, KeyError, IndexError or OverflowError when a frame does not describe what it should.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.forms.containers.contents import Item
from bot.forms.workers.frames import Frame
from bot.records.form import Box, Cell, Document, Line, PagePicture, Place, StoredAs, Table, UnreadCode

_STORED_AS: dict[str, StoredAs] = {"text": "text", "number": "number", "date": "date"}
_MOST_POSITIONS = 2_000_000
_FARTHEST = 2**21
"""Rows, columns and spans: twice the rows of a sheet. What is read later may count up to them."""

_MOST_PIXELS = 100_000


class _Blobs:
    """Collects the bytes of a message; what is empty has the number -1."""

    def __init__(self) -> None:
        self.all: list[bytes] = []

    def add(self, content: bytes) -> int:
        if not content:
            return -1
        self.all.append(content)
        return len(self.all) - 1


def document_out(document: Document) -> tuple[dict[str, Any], list[bytes]]:
    """The head and the blobs that describe a document."""
    blobs = _Blobs()
    head = {
        "origin": document.origin,
        "blocks": [_block_out(block, blobs) for block in document.blocks],
        "pages": [(blobs.add(page.content), page.width, page.height) for page in document.pages],
    }
    return head, blobs.all


def document_in(frame: Frame) -> Document:
    """The document that a frame describes."""
    head, take = frame.head, _taker(frame.blobs)
    return Document(
        _text(head["origin"]),
        tuple(_block_in(block, take) for block in head["blocks"]),
        tuple(
            PagePicture(take(blob), _number(width, 0, _MOST_PIXELS), _number(height, 0, _MOST_PIXELS))
            for blob, width, height in head["pages"]
        ),
    )


def items_out(items: Sequence[Item]) -> tuple[dict[str, Any], list[bytes]]:
    """The head and the blobs that describe what a container holds."""
    blobs = _Blobs()
    head = {
        "items": [
            (item.name, blobs.add(item.content), item.code.value if item.code else "", item.inline)
            for item in items
        ]
    }
    return head, blobs.all


def items_in(frame: Frame) -> tuple[Item, ...]:
    """The items that a frame describes."""
    take = _taker(frame.blobs)
    return tuple(
        Item(_text(name), take(blob), UnreadCode(code) if code else None, bool(inline))
        for name, blob, code, inline in frame.head["items"]
    )


def _taker(blobs: Sequence[bytes]) -> Callable[[int], bytes]:
    def take(number: int) -> bytes:
        return b"" if number < 0 else blobs[number]

    return take


def _block_out(block: Table | Line, blobs: _Blobs) -> dict[str, Any]:
    if isinstance(block, Line):
        return {"line": block.text, "place": _place_out(block.place), **_seen_out(block, blobs)}
    numbers: dict[int, int] = {}
    cells: list[dict[str, Any]] = []
    for row in block.rows:
        for cell in row:
            if id(cell) not in numbers:
                numbers[id(cell)] = len(cells)
                cells.append(_cell_out(cell, blobs))
    return {
        "cells": cells,
        "rows": [[numbers[id(cell)] for cell in row] for row in block.rows],
        "title": block.title,
        "hidden_rows": sorted(block.hidden_rows),
        "hidden": block.hidden,
    }


def _cell_out(cell: Cell, blobs: _Blobs) -> dict[str, Any]:
    head: dict[str, Any] = {"t": cell.text, "at": (cell.row, cell.column), "place": _place_out(cell.place)}
    if (cell.row_span, cell.column_span) != (1, 1):
        head["span"] = (cell.row_span, cell.column_span)
    if cell.stored_as != "text":
        head["as"] = cell.stored_as
    return head | _seen_out(cell, blobs)


def _seen_out(source: Cell | Line, blobs: _Blobs) -> dict[str, Any]:
    """What only pages and pictures have; left out where there is nothing to say."""
    head: dict[str, Any] = {}
    if source.confidence != 1.0:
        head["sure"] = source.confidence
    if source.box is not None:
        box = source.box
        head["box"] = (box.page, box.left, box.top, box.right, box.bottom)
    if source.picture:
        head["picture"] = blobs.add(source.picture)
    return head


def _place_out(place: Place) -> tuple[str, str, str]:
    return (place.origin, place.part, place.spot)


def _block_in(head: dict[str, Any], take: Callable[[int], bytes]) -> Table | Line:
    if "line" in head:
        return Line(_text(head["line"]), _place_in(head["place"]), *_seen_in(head, take))
    cells = [_cell_in(cell, take) for cell in head["cells"]]
    numbers = head["rows"]
    width = len(numbers[0]) if numbers else 0
    if any(len(row) != width or min(row, default=0) < 0 for row in numbers):
        raise ValueError("not a grid")
    if len(numbers) * width > _MOST_POSITIONS:
        raise ValueError("too wide a grid")
    rows = tuple(tuple(cells[number] for number in row) for row in numbers)
    hidden = frozenset(_number(row, 0, _FARTHEST) for row in head["hidden_rows"])
    return Table(rows, _text(head["title"]), hidden, bool(head["hidden"]))


def _cell_in(head: dict[str, Any], take: Callable[[int], bytes]) -> Cell:
    row, column = head["at"]
    down, right = head.get("span", (1, 1))
    confidence, box, picture = _seen_in(head, take)
    return Cell(
        _text(head["t"]),
        _number(row, 0, _FARTHEST),
        _number(column, 0, _FARTHEST),
        _place_in(head["place"]),
        _number(down, 1, _FARTHEST),
        _number(right, 1, _FARTHEST),
        confidence,
        _STORED_AS[head.get("as", "text")],
        box,
        picture,
    )


def _seen_in(head: dict[str, Any], take: Callable[[int], bytes]) -> tuple[float, Box | None, bytes]:
    confidence = min(1.0, max(0.0, float(head.get("sure", 1.0))))
    pixels = (_number(number, -_MOST_PIXELS, _MOST_PIXELS) for number in head.get("box", ()))
    box = Box(*pixels) if "box" in head else None
    return confidence, box, take(int(head["picture"])) if "picture" in head else b""


def _place_in(head: Sequence[Any]) -> Place:
    origin, part, spot = head
    return Place(_text(origin), _text(part), _text(spot))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: Any, least: int, most: int) -> int:
    number = int(value)
    if not least <= number <= most:
        raise ValueError("not such a number")
    return number
