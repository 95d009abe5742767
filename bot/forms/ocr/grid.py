"""Makes grids out of ruled lines: rows, columns, and which positions are merged into one cell.

Works on straightened strokes. Strokes that touch are one table. A border counts where most of it is ruled, so
that broken and faint lines hold and the strokes of stamps and digits, which end in mid-air, do not. Pure; never
fails; what is no table gives no grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from bot.forms.ocr.lines import Stroke
from bot.forms.ocr.token import Token

MOST_STROKES = 500
MOST_ROWS = 200
MOST_COLUMNS = 60
SAME_LINE = 0.45
"""Strokes closer than this, in heights of text, are one line (double lines, bends left over)."""
_TOUCH = 0.7
_MEET = 0.4
_LONG = 0.4
_CROWD = 0.2
_ROUNDS = 3
_THINNEST_ROW = 0.8
_WHOLE = 0.9
"""How much of the way from one rule to the next a short line has to be drawn: the side of a ring ends before."""
_MOSTLY = 0.7
_BORDER_OF_WHOLE_LINE = 0.3
_BORDER = 0.55


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one cell stands: its position and spans in the grid, and its edges in pixels."""

    row: int
    column: int
    row_span: int
    column_span: int
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """A table without its text. `slots` are in reading order and cover it without overlap."""

    slots: tuple[Slot, ...]
    rows: int
    columns: int

    @property
    def left(self) -> float:
        return min(slot.left for slot in self.slots)

    @property
    def top(self) -> float:
        return min(slot.top for slot in self.slots)

    @property
    def right(self) -> float:
        return max(slot.right for slot in self.slots)

    @property
    def bottom(self) -> float:
        return max(slot.bottom for slot in self.slots)

    def slot_at(self, x: float, y: float) -> Slot | None:
        return next((slot for slot in self.slots if slot.holds(x, y)), None)


def find_grids(
    level: Sequence[Stroke], upright: Sequence[Stroke], tokens: Sequence[Token], text: float
) -> tuple[Grid, ...]:
    """The ruled tables of a page, the smallest first (one inside a frame comes before the frame). `text` is the
    height of a line of text in pixels."""
    level = sorted(level, key=lambda stroke: -stroke.length)[:MOST_STROKES]
    upright = sorted(upright, key=lambda stroke: -stroke.length)[:MOST_STROKES]
    grids = [
        grid
        for across, down in _groups(level, upright, text)
        if (grid := _grid(across, down, tokens, text)) is not None
    ]
    return tuple(sorted(grids, key=lambda grid: (grid.right - grid.left) * (grid.bottom - grid.top)))


def _groups(
    level: Sequence[Stroke], upright: Sequence[Stroke], text: float
) -> Iterator[tuple[list[Stroke], list[Stroke]]]:
    """Strokes that touch each other, directly or through others."""
    reach = _TOUCH * text
    strokes = [*level, *upright]
    parents = list(range(len(strokes)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for i, across in enumerate(level):
        for j, down in enumerate(upright, start=len(level)):
            if (
                across.start - reach <= down.at <= across.end + reach
                and down.start - reach <= across.at <= down.end + reach
            ):
                parents[root(j)] = root(i)
    for first, one in enumerate(level):
        for second in range(first):
            other = level[second]
            apart = max(one.start, other.start) - min(one.end, other.end)
            if abs(one.at - other.at) < SAME_LINE * text and apart < 2 * text:
                parents[root(first)] = root(second)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for index, stroke in enumerate(strokes):
        groups.setdefault(root(index), ([], []))[index >= len(level)].append(stroke)
    yield from (group for group in groups.values() if len(group[0]) > 1 and len(group[1]) > 1)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line of the table: where it runs, and the parts of it that are ruled."""

    at: float
    parts: tuple[tuple[float, float], ...]
    strokes: tuple[Stroke, ...] = ()

    def is_crowded(self, part: tuple[float, float], text: float) -> bool:
        """Whether strokes run side by side there, as in characters but not in borders."""
        beside = [stroke.at for stroke in self.strokes if stroke.start < part[1] and stroke.end > part[0]]
        return max(beside, default=0.0) - min(beside, default=0.0) > _CROWD * text

    @property
    def start(self) -> float:
        return self.parts[0][0]

    @property
    def end(self) -> float:
        return self.parts[-1][1]

    @property
    def longest(self) -> float:
        return max(end - start for start, end in self.parts)

    @property
    def ruled(self) -> float:
        return sum(end - start for start, end in self.parts)

    def share(self, start: float, end: float) -> float:
        """How much of a stretch is ruled."""
        covered = sum(max(0.0, min(end, stop) - max(start, first)) for first, stop in self.parts)
        return covered / max(end - start, 1.0)


def _rules(strokes: Sequence[Stroke], text: float) -> list[_Rule]:
    """Strokes on one line put together, in order; gaps of up to half a line of text are closed."""
    bundles: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda stroke: stroke.at):
        if bundles and stroke.at - _middle(bundles[-1]) < SAME_LINE * text:
            bundles[-1].append(stroke)
        else:
            bundles.append([stroke])
    rules = []
    for bundle in bundles:
        parts: list[tuple[float, float]] = []
        for stroke in sorted(bundle, key=lambda stroke: stroke.start):
            if parts and stroke.start - parts[-1][1] < 0.5 * text:
                parts[-1] = (parts[-1][0], max(parts[-1][1], stroke.end))
            else:
                parts.append((stroke.start, stroke.end))
        rules.append(_Rule(_middle(bundle), tuple(parts), tuple(bundle)))
    return rules


def _middle(bundle: Sequence[Stroke]) -> float:
    return sum(stroke.at * stroke.length for stroke in bundle) / sum(stroke.length for stroke in bundle)


def _grid(level: list[Stroke], upright: list[Stroke], tokens: Sequence[Token], text: float) -> Grid | None:
    across, down = _rules(level, text), _rules(upright, text)
    held_across, held_down = _long(across), _long(down)
    for _ in range(_ROUNDS):  # strokes in mid-air must not hold up one another, so the long lines come first
        held_down = _held(down, held_across, text)
        held_across = _held(across, held_down, text)
    across, down = held_across, held_down
    if len(across) < 2 or len(down) < 2:
        return None
    down = _closed(across, down, [(t.center[0], t.center[1]) for t in tokens], text)
    across = _closed(down, across, [(t.center[1], t.center[0]) for t in tokens], text)
    down = [rule for rule in down if not _through_words(rule, across, tokens, text)]
    too_many = len(across) > MOST_ROWS + 1 or len(down) > MOST_COLUMNS + 1
    if len(across) < 2 or len(down) < 2 or too_many or (len(across) == 2 and len(down) == 2):
        return None
    slots = tuple(_slots(across, down))
    return Grid(slots, len(across) - 1, len(down) - 1) if len(slots) > 1 else None


def _long(rules: list[_Rule]) -> list[_Rule]:
    longest = max((rule.longest for rule in rules), default=0.0)
    return [rule for rule in rules if rule.longest > _LONG * longest]


def _held(rules: list[_Rule], others: list[_Rule], text: float) -> list[_Rule]:
    """The rules that belong to the table made by `others`: long ones that cross two of them, and short ones that
    run exactly from one to another; of two too close for text between them the better one."""
    longest = max((rule.longest for rule in rules), default=0.0)
    kept: list[_Rule] = []
    for rule in rules:
        if rule.longest > _LONG * longest:
            parts = tuple(part for part in rule.parts if len(_met(rule.at, part, others, text)) > 1)
        else:
            parts = tuple(
                part
                for part in rule.parts
                if _spans(rule.at, part, others, text) and not rule.is_crowded(part, text)
            )
            if sum(end - start for start, end in parts) > _MOSTLY * rule.ruled:
                parts = rule.parts
        if not parts:
            continue
        held = replace(rule, parts=parts)
        if kept and held.at - kept[-1].at < _THINNEST_ROW * text:
            if held.ruled > kept[-1].ruled:
                kept[-1] = held
        else:
            kept.append(held)
    return kept


def _met(at: float, part: tuple[float, float], others: list[_Rule], text: float) -> list[float]:
    """Where a part of a rule meets others."""
    reach = _MEET * text
    return [
        other.at
        for other in others
        if part[0] - reach <= other.at <= part[1] + reach
        and any(start - reach <= at <= end + reach for start, end in other.parts)
    ]


def _spans(at: float, part: tuple[float, float], others: list[_Rule], text: float) -> bool:
    met = _met(at, part, others, text)
    if len(met) == 2 and part[1] - part[0] < _WHOLE * abs(met[1] - met[0]):
        return False
    return (
        len(met) > 1
        and min(abs(part[0] - place) for place in met) < _MEET * text
        and min(abs(part[1] - place) for place in met) < _MEET * text
    )


def _closed(
    rules: list[_Rule], across: list[_Rule], centers: list[tuple[float, float]], text: float
) -> list[_Rule]:
    """`across` with the outer lines that were not drawn: where rules run on beyond them over text."""
    longest = max(rule.end - rule.start for rule in rules)
    long = [rule for rule in rules if rule.end - rule.start > _MOSTLY * longest]
    # The middle ones: a single line can be lengthened by the strokes of a stamp.
    first, last = median(rule.start for rule in long), median(rule.end for rule in long)
    lowest, highest = min(rule.at for rule in rules), max(rule.at for rule in rules)
    whole = ((lowest, highest),)
    closed = list(across)
    for edge, end in ((first, across[0].at), (last, across[-1].at)):
        between = [
            1 for place, side in centers if min(edge, end) < place < max(edge, end) and lowest < side < highest
        ]
        if abs(edge - end) > text and between and (edge < across[0].at or edge > across[-1].at):
            closed.append(_Rule(edge, whole))
    return sorted(closed, key=lambda rule: rule.at)


def _through_words(rule: _Rule, across: list[_Rule], tokens: Sequence[Token], text: float) -> bool:
    """Whether an upright line crosses text wherever it is ruled: part of a stamp or of a character."""
    if rule.ruled > 0.5 * (across[-1].at - across[0].at):
        return False
    for start, end in rule.parts:
        if not any(
            token.left + 0.6 * text < rule.at < token.right - 0.6 * text and start < token.center[1] < end
            for token in tokens
        ):
            return False
    return True


def _slots(across: list[_Rule], down: list[_Rule]) -> Iterator[Slot]:
    ys, xs = [rule.at for rule in across], [rule.at for rule in down]
    below = [_borders(rule, xs) for rule in across]
    beside = [_borders(rule, ys) for rule in down]
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            last = column
            while last + 2 < len(xs) and not beside[last + 1][row] and (row, last + 1) not in taken:
                last += 1
            bottom = row
            while bottom + 2 < len(ys) and all(
                not below[bottom + 1][c] and (c == last or not beside[c + 1][bottom + 1])
                for c in range(column, last + 1)
            ):
                bottom += 1
            taken.update((r, c) for r in range(row, bottom + 1) for c in range(column, last + 1))
            yield Slot(
                row, column, bottom - row + 1, last - column + 1, xs[column], ys[row], xs[last + 1], ys[bottom + 1]
            )


def _borders(rule: _Rule, crossings: list[float]) -> list[bool]:
    """Between which crossings the rule is drawn."""
    shares = [rule.share(start, end) for start, end in pairwise(crossings)]
    whole = rule.share(crossings[0], crossings[-1]) > _MOSTLY
    return [share > (_BORDER_OF_WHOLE_LINE if whole else _BORDER) for share in shares]
