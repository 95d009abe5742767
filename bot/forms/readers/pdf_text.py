"""Glyphs by position become lines of text. Pure; lengths in points, y downwards.

Blanks follow what people see: a wide gap is two blanks, so that columns stay apart; letter-spaced Chinese and
numbers stay together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.forms.readers.pdf_page import Glyph

WIDE = 1.5
"""A gap of this many character heights parts columns."""

_WORD_GAP = 0.2
_CHARACTER_GAP = 0.8
_TWICE = 0.3
_ROOM = 14.0
_PLENTY = 0.75
_LATIN_WORD = re.compile(r"[A-Za-z]+[,.;]?")
_WHOLE_NUMBER = re.compile(r"1\d{10}|\d{17}[\dXx]")
_LATIN_END = re.compile(r"[A-Za-z0-9@._\-/]+$")
_LATIN_START = re.compile(r"[A-Za-z0-9@._\-/]+")


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs that stand together on one line."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    sure: float = 1.0

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        return max(self.bottom - self.top, 0.1)


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs by visual line, from the top; each line from left to right, without those painted twice."""
    rows: list[list[Glyph]] = []
    middle = size = 0.0
    for glyph in sorted(glyphs, key=lambda one: one.middle):
        if rows and glyph.middle - middle <= 0.5 * min(size, glyph.size):
            row = rows[-1]
            row.append(glyph)
            middle += (glyph.middle - middle) / len(row)
            size = max(size, glyph.size)
        else:
            rows.append([glyph])
            middle, size = glyph.middle, glyph.size
    return [_once(sorted(row, key=lambda one: one.x0)) for row in rows]


def _once(row: list[Glyph]) -> list[Glyph]:
    """Without what was painted twice (bold by printing again, or a shadow)."""
    kept: list[Glyph] = []
    for glyph in row:
        near = _TWICE * min(glyph.size, max(glyph.x1 - glyph.x0, 0.1))
        if not any(one.text == glyph.text and abs(one.x0 - glyph.x0) < near for one in kept[-3:]):
            kept.append(glyph)
    return kept


def split_runs(row: Sequence[Glyph], gap: float) -> list[list[Glyph]]:
    """The parts of a line that are more than `gap` character heights apart; blanks at their ends are left out."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in row:
        if glyph.text.isspace():
            continue
        if last is None or glyph.x0 - last.x1 > gap * max(min(last.size, glyph.size), 1.0):
            runs.append([])
        runs[-1].append(glyph)
        last = glyph
    if not runs:
        return runs
    return [_with_blanks(run, row) for run in runs]


def _with_blanks(run: list[Glyph], row: Sequence[Glyph]) -> list[Glyph]:
    begin, end = run[0].x0, run[-1].x0
    return [one for one in row if begin <= one.x0 <= end]


def as_run(glyphs: Sequence[Glyph]) -> Run:
    """One line's glyphs, from left to right, as text with its box."""
    text: list[str] = []
    last: Glyph | None = None
    blank = False
    for glyph in glyphs:
        if glyph.text.isspace():
            blank = True
            continue
        if last is not None:
            text.append(_between(last, glyph, blank))
        text.append(glyph.text)
        last, blank = glyph, False
    seen = [one for one in glyphs if not one.text.isspace()] or list(glyphs)
    return Run(
        "".join(text),
        min(one.x0 for one in seen),
        min(one.top for one in seen),
        max(one.x1 for one in seen),
        max(one.bottom for one in seen),
        min(one.sure for one in seen),
    )


def _between(last: Glyph, glyph: Glyph, blank: bool) -> str:
    gap = (glyph.x0 - last.x1) / max(min(last.size, glyph.size), 1.0)
    if gap > WIDE:
        return "  "
    latin = (
        last.text[-1:].isascii()
        and last.text[-1:].isalpha()
        and glyph.text[:1].isascii()
        and glyph.text[:1].isalpha()
    )
    return " " if blank or gap > (_WORD_GAP if latin else _CHARACTER_GAP) else ""


def cell_text(runs: Sequence[Run], width: float) -> str:
    """The text of a cell `width` points wide: lines that were only wrapped are joined, others stay lines.

    `runs` is one per visual line, from the top.
    """
    if all(len(run.text) == 1 for run in runs):
        return "".join(run.text for run in runs)  # written downwards
    text = ""
    for number, run in enumerate(runs):
        if not number:
            text = run.text
            continue
        before = runs[number - 1]
        text += _joint(text, run.text, _was_wrapped(before, run, width)) + run.text
    return text


def _was_wrapped(before: Run, run: Run, width: float) -> bool:
    """Whether the line above was so full that what follows had to go on below: never two whole numbers."""
    if _WHOLE_NUMBER.fullmatch(before.text) and _WHOLE_NUMBER.fullmatch(run.text):
        return False
    word = _LATIN_START.match(run.text)
    first = word[0] if word else run.text[:1]
    needed = (run.x1 - run.x0) * _wide(first) / max(_wide(run.text), 1)
    return (before.x1 - before.x0) + needed > (width - _ROOM) * _PLENTY


def _wide(text: str) -> float:
    return sum(1.0 if "\u2e80" <= c <= "\uffef" else 0.5 for c in text)


def _joint(before: str, after: str, wrapped: bool) -> str:
    end, start = _LATIN_END.search(before), _LATIN_START.match(after)
    if not wrapped:
        return "\n"
    if end is None or start is None:
        return ""
    words = _LATIN_WORD.fullmatch(end[0]) and _LATIN_WORD.fullmatch(start[0])
    return " " if words else ""
