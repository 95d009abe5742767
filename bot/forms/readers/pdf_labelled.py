"""Lines of labels and values without ruled lines, with all values under each other (填报单位：   某医院). Pure.

Excel cuts a label that is too long off where the next column begins: then only the place tells label and value
apart. A label in two lines has its value beside their middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.forms.readers.pdf_heads import Row, middle_of, size_of
from bot.forms.readers.pdf_page import Glyph

MOST_LINES = 40

_ALIGNED = 1.5
_TOUCHING = 0.95
_GAP = 0.5
_COLONS = (":", "：")


def labelled_rows(rows: Sequence[Row]) -> tuple[float, list[list[Row]]]:
    """The x at which values begin in the lines at the beginning of `rows`, and these lines, those of one label
    together; (0, []) where fewer than two with a colon agree."""
    block = rows[:MOST_LINES]
    starts = [start for row in block[:6] if (start := _after_colon(row)) is not None]
    groups = _touching(block) if starts else []
    for edge in dict.fromkeys(starts):
        kept: list[list[Row]] = []
        agreeing = 0
        for group in groups:
            fits, agrees = _stands_so(group, edge)
            # A line above that only happens to have a character there is none of them.
            if not fits or not (kept or agrees or _leaves_a_gap(group, edge)):
                break
            agreeing += agrees
            kept.append(group)
        if agreeing >= 2:
            return edge, kept
    return 0.0, []


def _touching(rows: Sequence[Row]) -> list[list[Row]]:
    """Lines closer than text is set, together: a label of two lines beside its value."""
    groups: list[list[Row]] = []
    for row in rows:
        above = groups[-1][-1] if groups else None
        if above is not None and middle_of(row) - middle_of(above) < _TOUCHING * min(size_of(above), size_of(row)):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _after_colon(row: Row) -> float | None:
    """Where the value after a line's first colon begins; None for a line without one."""
    marks = [glyph for glyph in row if not glyph.text.isspace()]
    return next((after.x0 for glyph, after in pairwise(marks) if glyph.text.endswith(_COLONS)), None)


def _stands_so(group: Sequence[Row], edge: float) -> tuple[bool, bool]:
    """Whether a label with its value, or without one, stands in these lines; and whether it ends with a colon and
    the value begins at `edge`."""
    if any((start := _after_colon(row)) is not None and start < edge - _ALIGNED for row in group):
        return False, False
    before, beyond = _parts(group, edge)
    if not before or (beyond and min(glyph.x0 for glyph in beyond) > edge + _ALIGNED):
        return False, False
    colon = any(glyph.text.endswith(_COLONS) for glyph in before)
    return bool(beyond) or before[-1].text.endswith(_COLONS), colon and bool(beyond)


def _parts(group: Sequence[Row], edge: float) -> tuple[list[Glyph], list[Glyph]]:
    marks = [glyph for row in group for glyph in row if not glyph.text.isspace()]
    return [g for g in marks if g.x0 < edge - _ALIGNED], [g for g in marks if g.x0 >= edge - _ALIGNED]


def _leaves_a_gap(group: Sequence[Row], edge: float) -> bool:
    """Whether what stands before `edge` ends well before it."""
    before, _ = _parts(group, edge)
    return bool(before) and edge - max(glyph.x1 for glyph in before) > _GAP * before[-1].size
