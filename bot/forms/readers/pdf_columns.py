"""Lists and cards without lines: columns by the headings above them and the blank strips between them. Pure.

A list begins at a row of headings (姓名 单位 …) that stand apart; every glyph below belongs to the column in which
it stands, every line without a name to the nearest person. Where nothing of that holds, lines stay lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from bot.forms.labels import Field, Labels
from bot.forms.readers.pdf_heads import APART, NAMES, Head, Row, apart, find_heads, heads_in, middle_of, size_of
from bot.forms.readers.pdf_labelled import MOST_LINES, labelled_rows
from bot.forms.readers.pdf_page import Glyph
from bot.forms.readers.pdf_text import as_run, split_runs

_BROKEN = 0.1
_OFF = 0.4
_GAPS = (0.5, 0.35, 0.25, 0.15)
_MOST_RESTS = 3
_LEADING = 1.6
_FAR = 6.0
_FARTHER = 1.8
_LONG_NUMBER = re.compile(r"\d{11}")


@dataclass(slots=True)
class Columns:
    """A list's columns: the x of their edges, which of them holds the names, and which hold numbers."""

    edges: list[float]
    name: int
    numbers: tuple[int, ...] = ()

    def of(self, glyph: Glyph) -> int:
        return sum(glyph.centre >= edge for edge in self.edges[1:-1])

    def parts(self, row: Row) -> list[Row]:
        """A line by columns. Where values do not stand below their headings (text set with tabs), but are as many
        as these, their order counts."""
        parts: list[Row] = [[] for _ in self.edges[1:]]
        for glyph in row:
            if not glyph.text.isspace():
                parts[self.of(glyph)].append(glyph)
        if self.cuts(row) or self._misplaced(parts):
            return self.in_order(row) or parts
        return parts

    def in_order(self, row: Row) -> list[Row] | None:
        """The texts of a line, where they are as many as the columns and numbers stand where numbers should."""
        for gap in _GAPS:
            runs = split_runs(row, gap)
            if len(runs) == len(self.edges) - 1 and not self._misplaced(runs):
                return runs
            if len(runs) >= len(self.edges):
                return None
        return None

    def _misplaced(self, parts: Sequence[Row]) -> bool:
        """Whether words stand in a column of numbers."""
        return any(parts[i] and not any(glyph.text.isdigit() for glyph in parts[i]) for i in self.numbers)

    def cuts(self, row: Row) -> bool:
        """Whether an edge goes through an unbroken text of this line."""
        return any(map(self._is_cut, split_runs(row, _BROKEN)))

    def _is_cut(self, run: Row) -> bool:
        begin, end = run[0].x0 + _OFF * run[0].size, run[-1].x1 - _OFF * run[-1].size
        return any(begin < edge < end for edge in self.edges[1:-1])


@dataclass(slots=True)
class List:
    """A list without lines: for each of its rows the glyphs of each column."""

    columns: Columns
    rows: list[list[Row]] = field(default_factory=list)


def find_lists(rows: Sequence[Row], labels: Labels, before: Columns | None) -> list[List | Row]:
    """Lines and the lists among them, in order. `before` are the columns of a list that ended the page before."""
    found: list[List | Row] = []
    index = 0
    while index < len(rows):
        header = find_heads(rows, index, labels)
        if header is not None:
            first, after, heads = header
            del found[len(found) - (index - first) :]
            body = _body(rows, after, labels, heads)
            columns = _columns(heads, rows[first:after], body, labels)
            torn = sum(columns.cuts(row) and columns.in_order(row) is None for row in body)
            if torn * 2 > len(body):  # values do not stand below their headings: no list by position
                found += rows[first : after + len(body)]
                index = after + len(body)
                continue
            found.append(List(columns, [_merged(columns, rows[first:after]), *_people(columns, body)]))
            index = after + len(body)
        elif before is not None and index <= 1 and (body := _going_on(rows, index, labels, before)):
            found.append(List(before, _people(before, body)))
            index += len(body)
            before = None
        elif pairs := _card(rows, index, labels) or _labelled(rows, index, labels):
            found.append(pairs[0])
            index += pairs[1]
        else:
            found.append(rows[index])
            index += 1
    return found


def _is_foot(row: Row, labels: Labels) -> bool:
    """A line that ends a list: 填报单位：…, 注：…"""
    text = as_run(row).text.strip()
    label, colon, _ = text.replace(":", "：").partition("：")
    return bool(colon) and len(label) <= 30 and (labels.field_of(label) is not None or label[:1] in "注备说")


def _body(rows: Sequence[Row], start: int, labels: Labels, heads: Sequence[Head]) -> list[Row]:
    """The lines below the headings that are still the list."""
    body: list[Row] = []
    gaps: list[float] = []
    for index in range(start, len(rows)):
        row = rows[index]
        if _is_foot(row, labels) or find_heads(rows, index, labels) is not None or _is_aside(row, heads, labels):
            break
        gap = middle_of(row) - middle_of(rows[index - 1])
        if gap > max(_FAR * size_of(row), _FARTHER * max(gaps, default=0.0)):
            break
        if _is_prose(row, heads):
            break
        gaps.append(gap)
        body.append(row)
    return body


def _is_aside(row: Row, heads: Sequence[Head], labels: Labels) -> bool:
    """A line of labels and values that begins where the list begins."""
    return bool(row) and row[0].x0 <= heads[0][2] and _card_row(row, labels)


def _is_prose(row: Row, heads: Sequence[Head]) -> bool:
    """One unbroken text that runs through several columns."""
    runs = split_runs(row, APART)
    if len(runs) > 1 or not runs:
        return False
    run = as_run(runs[0])
    if _LONG_NUMBER.search(run.text):
        return False  # a row whose columns nearly touch
    return sum(run.x0 < (x0 + x1) / 2 < run.x1 for _, x0, x1 in heads) > 1


def _columns(heads: Sequence[Head], top: Sequence[Row], body: Sequence[Row], labels: Labels) -> Columns:
    taken = sorted((run[0].x0, run[-1].x1) for row in [*top, *body] for run in split_runs(row, _BROKEN))
    right = max((end for _, end in taken), default=heads[-1][2])
    heads = apart(heads)
    edges = [min(heads[0][1], min((start for start, _ in taken), default=heads[0][1])) - 1]
    for (_, a0, a1), (_, b0, b1) in pairwise(heads):
        edges.append(_strip((a0 + a1) / 2, (b0 + b1) / 2, taken, (a1 + b0) / 2))
    edges.append(max(right, heads[-1][2]) + 1)
    fields = [labels.field_of(text) for text, _, _ in heads]
    name = next((fields.index(one) for one in NAMES if one in fields), 0)
    numbers = tuple(index for index, one in enumerate(fields) if one in (Field.MOBILE, Field.ID_NUMBER))
    return Columns(edges, name, numbers)


def _strip(begin: float, end: float, taken: Sequence[tuple[float, float]], otherwise: float) -> float:
    """The middle of the widest strip between two x in which nothing stands."""
    best, width, at = otherwise, 0.0, begin
    for start, stop in taken:
        if stop <= begin or start >= end:
            continue
        if start - at > width:
            best, width = (at + start) / 2, start - at
        at = max(at, stop)
    if end - at > width:
        best = (at + end) / 2
    return best


def _merged(columns: Columns, lines: Sequence[Row]) -> list[Row]:
    parts: list[Row] = [[] for _ in columns.edges[1:]]
    for line in lines:
        for own, more in zip(parts, columns.parts(line), strict=True):
            own += more
    return parts


def _people(columns: Columns, body: Sequence[Row]) -> list[list[Row]]:
    """The rows of the list: each line with a name is one, lines without one belong to the nearest."""
    lines = [(columns.parts(row), middle_of(row), size_of(row)) for row in body]
    lines = [line for line in lines if any(line[0])]
    anchors = [index for index, (parts, _, _) in enumerate(lines) if parts[columns.name]]
    anchors = [
        i for i, (parts, _, _) in enumerate(lines) if i in anchors or sum(map(bool, parts)) * 2 > len(parts)
    ]
    middles = [middle for _, middle, _ in lines]
    reach = 2.6 * median(size for _, _, size in lines) if lines else 0.0
    groups = _grouped(middles, anchors, reach, _LEADING / 2.6 * reach)
    return [_merged(columns, [[g for part in lines[i][0] for g in part] for i in group]) for group in groups]


def _grouped(middles: Sequence[float], anchors: Sequence[int], reach: float, leading: float) -> list[list[int]]:
    """Lines by the person to whom they belong, where `anchors` are the lines with names: between two of them the
    widest gap parts their lines, and of gaps alike the lowest one, or the middle one where lines also stand above
    the first name."""
    if not anchors:
        return [[index] for index in range(len(middles))]
    top = next((i + 1 for i in range(anchors[0] - 1, -1, -1) if middles[i + 1] - middles[i] > leading), 0)
    starts = [0, top] if top else [0]
    centred = anchors[0] > top
    for above, below in pairwise(anchors):
        gaps = [middles[i + 1] - middles[i] for i in range(above, below)]
        widest = max(gaps)
        alike = [i for i, gap in enumerate(gaps) if gap > 0.9 * widest]
        cut = (len(gaps) - 1) // 2 if centred and (len(gaps) - 1) // 2 in alike else alike[-1]
        starts.append(above + cut + 1)
    groups = [list(range(a, b)) for a, b in pairwise([*starts, len(middles)])]
    tail = groups[-1]
    for index, line in enumerate(tail):
        if line > anchors[-1] and middles[line] - middles[line - 1] > reach:
            groups[-1] = tail[:index]
            groups += [[one] for one in tail[index:]]
            break
    return groups


def _going_on(rows: Sequence[Row], index: int, labels: Labels, before: Columns) -> list[Row]:
    """The lines at the top of a page that stand in the columns of the list on the page before; the first of them
    may be the rest of a row that began there."""
    for start in range(index, min(index + _MOST_RESTS, len(rows))):
        if before.cuts(rows[start]) or _is_foot(rows[start], labels):
            return []
        parts = before.parts(rows[start])
        filled = sum(map(bool, parts))
        if filled >= 3 and filled * 2 >= len(parts) and parts[before.name]:
            return _body(rows, index, labels, [("", a, b) for a, b in pairwise(before.edges)])
    return []


def _card_row(row: Row, labels: Labels) -> bool:
    heads = heads_in(row)
    texts = [text for text, _, _ in heads]
    if not 2 <= len(texts) <= 8 or any("：" in text or ":" in text for text in texts):
        return False
    if len(texts) % 2 or not all(map(labels.is_exact, texts[::2])):
        return False
    return not any(labels.field_of(text) for text in texts[1::2])


def _card(rows: Sequence[Row], index: int, labels: Labels) -> tuple[List, int] | None:
    """Labels and values side by side without lines (姓名  某某  性别  女), two lines or more, and how many."""
    lines: list[list[Row]] = []
    for row in rows[index:]:
        parts = split_runs(row, APART)
        if not _card_row(row, labels) or (lines and len(parts) != len(lines[0])):
            break
        lines.append(parts)
    if len(lines) < 2:
        return None
    edges = [float(number) for number in range(len(lines[0]) + 1)]
    return List(Columns(edges, 0), lines), len(lines)


def _labelled(rows: Sequence[Row], index: int, labels: Labels) -> tuple[List, int] | None:
    """Lines of labels and values, up to the next list, as a table of two columns, and how many lines that are."""
    near = rows[index : index + MOST_LINES]
    if not labelled_rows(near)[1]:
        return None
    upto = next((i for i in range(1, len(near)) if find_heads(near, i, labels) is not None), len(near))
    edge, groups = labelled_rows(near[:upto])
    lines = [row for group in groups for row in group]
    if not lines or all(_pitch_free(row, edge) for row in lines):
        return None
    left = min(row[0].x0 for row in lines) - 1
    columns = Columns([left, edge - 1, max(row[-1].x1 for row in lines) + 1], 0)
    parts = [
        [[g for row in group for g in row if (g.x0 < edge - 1) is is_label] for is_label in (True, False)]
        for group in groups
    ]
    return List(columns, parts), len(lines)


def _pitch_free(row: Row, edge: float) -> bool:
    """Whether the value follows its label at once, as in running text."""
    before = [glyph for glyph in row if glyph.x0 < edge - 1 and not glyph.text.isspace()]
    return bool(before) and abs(edge - before[-1].x1) < 0.5 * before[-1].size
