"""How high a row must be for its wrapped text: LibreOffice and some versions of WPS do not work it out themselves,
and lines then lie upon each other. Pure.

Our heights are recognisable (whole lines and a margin of our own), so that they follow the text; any other height
is staff's and stays unless the text needs more.
"""

from __future__ import annotations

from unicodedata import east_asian_width

LINE = 15.0
_MARGIN = 3.75
_MOST_LINES = 12
"""Past this the row would fill a screen; the cell shows the rest when it is clicked."""


def text_lines(text: str, width: float) -> int:
    """How many lines a text takes in a wrapped cell of a column `width` characters wide."""
    room = max(int(width) - 1, 2)
    return sum(max(-(-_columns(line) // room), 1) for line in text.split("\n")) if text else 1


def row_height(lines: int, before: float | None) -> float | None:
    """The height in points for so many lines, None to leave it to the program; `before` is what stood there."""
    needed = LINE * min(lines, _MOST_LINES) + _MARGIN if lines > 1 else None
    if before is None or _is_ours(before):
        return needed
    return max(before, needed or 0.0)


def _is_ours(height: float) -> bool:
    return height > LINE + _MARGIN and (height - _MARGIN) % LINE < 0.01


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)
