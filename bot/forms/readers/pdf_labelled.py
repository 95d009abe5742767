"""Lines of labels and values without ruled lines, with all values under each other (填报单位：   某医院). Pure.

Excel cuts a label that is too long off where the next column begins: then only the place tells label and value
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.forms.readers.pdf_page import Glyph

MOST_LINES = 40

_ALIGNED = 1.5
_COLONS = (":", "：")


def value_edge(rows: Sequence[list[Glyph]], index: int) -> tuple[float, int]:
    """The x at which values begin in the lines from `index` on, and how many lines stand so; (0, 0) where fewer
    than two lines with a colon agree."""
    block = rows[index : index + MOST_LINES]
    starts = [start for row in block[:6] if (start := _after_colon(row)) is not None]
    for edge in dict.fromkeys(starts):
        count = agreeing = 0
        for row in block:
            start = _after_colon(row)
            if start is not None and abs(start - edge) <= _ALIGNED:
                agreeing += 1
            elif (start is not None and start < edge) or not _begins_at(row, edge):
                break
            count += 1
        if agreeing >= 2 and count >= 2:
            return edge, count
    return 0.0, 0


def _after_colon(row: Sequence[Glyph]) -> float | None:
    """Where the value after a line's first colon begins; None for a line without one."""
    marks = [glyph for glyph in row if not glyph.text.isspace()]
    for glyph, following in pairwise(marks):
        if glyph.text.endswith(_COLONS):
            return following.x0
    return None


def _begins_at(row: Sequence[Glyph], edge: float) -> bool:
    """Whether a line has a character that begins at `edge` and one before it, or ends before it with a colon."""
    marks = [glyph for glyph in row if not glyph.text.isspace()]
    if not marks or marks[0].x0 >= edge - _ALIGNED:
        return False
    if any(abs(glyph.x0 - edge) <= _ALIGNED for glyph in marks):
        return True
    return marks[-1].x1 <= edge + _ALIGNED and marks[-1].text.endswith(_COLONS)
