"""Rows of headings by position (姓名   单位   职务), above lists that have no lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bot.forms.labels import Field, Labels
from bot.forms.layout_text import is_identity, is_mobile
from bot.forms.readers.pdf_page import Glyph
from bot.forms.readers.pdf_text import as_run, split_runs

MAX_COLUMNS = 40
APART = 0.8
"""A gap of this many character heights parts headings, and labels from values."""

_LEADING = 1.8

NAMES = (Field.NAME, Field.WEAK_NAME)

Row = list[Glyph]
"""The glyphs of one visual line, from left to right."""

Head = tuple[str, float, float]
"""A heading, and from which x to which it goes."""


def heads_in(row: Row) -> list[Head]:
    """The texts of a line that stand apart from each other."""
    return [(run.text, run.x0, run.x1) for run in map(as_run, split_runs(row, APART))]


def find_heads(rows: Sequence[Row], index: int, labels: Labels) -> tuple[int, int, list[Head]] | None:
    """A row of headings at `index`, perhaps with a line above and below it: first line, line after, headings."""
    heads = heads_in(rows[index])
    if not 3 <= len(heads) <= MAX_COLUMNS:
        return None
    fields = [labels.field_of(text) for text, _, _ in heads]
    known = [one for one in fields if one]
    if not any(one in NAMES for one in known) or len(known) < 3 or len(known) * 3 < len(heads) * 2:
        return None
    if any(is_mobile(text) or is_identity(text) for text, _, _ in heads):
        return None
    first, after = index, index + 1
    if index and _is_half(rows[index - 1], rows[index], heads):
        first, heads = index - 1, _with(heads, heads_in(rows[index - 1]))
    if (
        after < len(rows)
        and _is_half(rows[after], rows[index], heads)
        and (index > first or not _digits(rows[after]))
    ):
        heads = _with(heads, heads_in(rows[after]))
        after += 1
    if after < len(rows) and (longer := _gone_on(rows[after - 1 : after + 1], heads, labels)):
        return first, after + 1, longer
    return first, after, heads


def _digits(row: Row) -> bool:
    return any(glyph.text.isdigit() for glyph in row)


def _is_half(row: Row, main: Row, heads: Sequence[Head]) -> bool:
    """Whether a line close to the headings is a part of a heading in two lines."""
    near = abs(middle_of(row) - middle_of(main)) < 1.1 * max(size_of(main), size_of(row))
    parts = heads_in(row)
    short = all(len(text) <= 8 for text, _, _ in parts)
    return (
        near
        and short
        and not _digits(row)
        and not any(x0 < b and a < x1 for _, x0, x1 in parts for _, a, b in heads)
    )


def _gone_on(rows: Sequence[Row], heads: Sequence[Head], labels: Labels) -> list[Head] | None:
    """The headings with what a line below them adds to some (是否单 over 间), where each of these is a heading
    together with it; None for any other line."""
    main, row = rows
    if _digits(row) or middle_of(row) - middle_of(main) > _LEADING * max(size_of(main), size_of(row)):
        return None
    longer = list(heads)
    for text, x0, x1 in heads_in(row):
        over = [index for index, (_, a, b) in enumerate(longer) if x0 < b and a < x1]
        if len(over) != 1:
            return None
        above, a, b = longer[over[0]]
        if not labels.is_exact(above + text):
            return None
        longer[over[0]] = (above + text, min(a, x0), max(b, x1))
    return longer


def _with(heads: list[Head], more: list[Head]) -> list[Head]:
    return sorted([*heads, *more], key=lambda head: head[1])


def middle_of(row: Row) -> float:
    """The y of a line's middle."""
    return sum(glyph.middle for glyph in row) / len(row)


def size_of(row: Row) -> float:
    """The height of a line's characters."""
    return median(glyph.size for glyph in row)


def apart(heads: Sequence[Head]) -> list[Head]:
    """Headings in two lines as one each."""
    parted: list[Head] = []
    for text, x0, x1 in heads:
        if parted and x0 < parted[-1][2]:
            last = parted.pop()
            parted.append((last[0] + text, last[1], max(last[2], x1)))
        else:
            parted.append((text, x0, x1))
    return parted
