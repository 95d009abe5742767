"""Lines up texts in columns on a terminal, where a Chinese character is as wide as two Latin ones. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many terminal cells a text takes (Unicode Standard Annex 11: wide characters take two)."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and … where it is wider than `most` cells. Line breaks become spaces."""
    text = " ".join(text.split())
    if width(text) <= most:
        return text
    kept = ""
    for one in text:
        if width(kept + one) > most - 2:
            break
        kept += one
    return kept + "…"


def columns(rows: Sequence[Sequence[str]], most: Sequence[int], gap: int = 2) -> list[str]:
    """One line per row; each column as wide as its widest text, at most `most` of that column."""
    cut = [[shortened(text, limit) for text, limit in zip(row, most, strict=True)] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cut, strict=True)] if cut else []
    return [
        "".join(text + " " * (wide - width(text) + gap) for text, wide in zip(row, widths, strict=True)).rstrip()
        for row in cut
    ]
