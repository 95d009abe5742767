"""Tables by their ruled lines: where lines cross, and which walls stand between neighbouring fields. Pure.

A field without a wall to its neighbour is one merged cell with it. Lines may be drawn in pieces, twice, or as thin
boxes; what has no crossing (an underlined blank, a frame around the page) is no table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.forms.readers.pdf_page import Rule

MAX_FIELDS = 60_000
MAX_CROSSINGS = 600_000

_SNAP = 2.5
_REACH = 3.5
_WALL = 0.55
_OWN = 4


@dataclass(frozen=True, slots=True)
class Field:
    """One cell by its position in the grid: `down` rows and `across` columns from (`row`, `column`)."""

    row: int
    column: int
    down: int
    across: int


@dataclass(slots=True)
class Grid:
    """One ruled table: the y of its rows' edges, the x of its columns' edges, and its cells in reading order."""

    ys: list[float]
    xs: list[float]
    fields: list[Field] = field(default_factory=list)
    at: dict[tuple[int, int], Field] = field(default_factory=dict)

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]

    def covers(self, x: float, y: float) -> bool:
        return self.xs[0] - 1 <= x <= self.xs[-1] + 1 and self.ys[0] - 1 <= y <= self.ys[-1] + 1

    def field_at(self, x: float, y: float) -> Field:
        """The cell at a point inside the table."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.at[row, column]

    def box(self, one: Field) -> tuple[float, float, float, float]:
        """x0, top, x1, bottom of a cell."""
        return (
            self.xs[one.column],
            self.ys[one.row],
            self.xs[one.column + one.across],
            self.ys[one.row + one.down],
        )


def find_grids(rules: Iterable[Rule]) -> list[Grid]:
    """The tables that these lines draw, from the top. A page with more lines than any table has none."""
    level = _joined([rule for rule in rules if rule.level])
    upright = _joined([rule for rule in rules if not rule.level])
    if len(level) * len(upright) > MAX_CROSSINGS:
        return []
    grids = [grid for group in _connected(level, upright) if (grid := _grid(group)) is not None]
    kept = [
        grid
        for grid in grids
        if len(grid.fields) >= _OWN or not any(_inside(grid, other) for other in grids if other is not grid)
    ]
    return sorted(kept, key=lambda grid: (grid.top, grid.xs[0]))


def _inside(grid: Grid, other: Grid) -> bool:
    """Whether a grid is drawn within another one: a frame in a cell, or a table of its own."""
    return other.covers(grid.xs[0], grid.top) and other.covers(grid.xs[-1], grid.bottom)


def _joined(rules: list[Rule]) -> list[Rule]:
    """Pieces of one line as one line."""
    joined: list[Rule] = []
    for group in _clusters(sorted(rules, key=lambda rule: rule.at)):
        at = sum(rule.at for rule in group) / len(group)
        pieces = sorted(group, key=lambda rule: rule.start)
        start, end = pieces[0].start, pieces[0].end
        for rule in pieces[1:]:
            if rule.start > end + _REACH:
                joined.append(Rule(rule.level, at, start, end))
                start, end = rule.start, rule.end
            end = max(end, rule.end)
        joined.append(Rule(group[0].level, at, start, end))
    return joined


def _clusters(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in rules:
        if groups and rule.at - groups[-1][0].at <= _SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def _connected(level: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines grouped by their crossings."""
    parent = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, flat in enumerate(level):
        for j, tall in enumerate(upright, start=len(level)):
            meets = flat.start - _REACH <= tall.at <= flat.end + _REACH
            if meets and tall.start - _REACH <= flat.at <= tall.end + _REACH:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*level, *upright]):
        groups.setdefault(root(index), ([], []))[0 if rule.level else 1].append(rule)
    return [(flat, tall) for flat, tall in groups.values() if flat and tall]


def _grid(group: tuple[list[Rule], list[Rule]]) -> Grid | None:
    level, upright = group
    ys = _edges(level, [end for rule in upright for end in (rule.start, rule.end)])
    xs = _edges(upright, [end for rule in level for end in (rule.start, rule.end)])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2 or rows * columns > MAX_FIELDS:
        return None
    grid = Grid(ys, xs)
    above = _walls(level, ys, xs)
    left = _walls(upright, xs, ys)
    for row in range(rows):
        for column in range(columns):
            if (row, column) in grid.at:
                continue
            across = down = 1
            while (
                column + across < columns
                and (column + across, row) not in left
                and (row, column + across) not in grid.at
            ):
                across += 1
            span = range(column, column + across)
            while row + down < rows and not any((row + down, one) in above for one in span):
                if any((one, row + down) in left for one in span[1:]):
                    break
                down += 1
            one = Field(row, column, down, across)
            grid.fields.append(one)
            for covered in range(row, row + down):
                for beside in span:
                    grid.at.setdefault((covered, beside), one)
    return grid if len(grid.fields) > 1 else None


def _edges(rules: list[Rule], ends: list[float]) -> list[float]:
    """Where rows or columns begin and end; a table open at a side ends where its lines end."""
    edges = [sum(rule.at for rule in group) / len(group) for group in _clusters(sorted(rules, key=lambda r: r.at))]
    if ends and min(ends) < edges[0] - _REACH:
        edges.insert(0, min(ends))
    if ends and max(ends) > edges[-1] + _REACH:
        edges.append(max(ends))
    return edges


def _walls(rules: list[Rule], own: list[float], across: list[float]) -> set[tuple[int, int]]:
    """(edge, field): the edges that have a wall along the field between `across[field]` and the next."""
    covered: dict[tuple[int, int], float] = {}
    for rule in rules:
        edge = min(range(len(own)), key=lambda index: abs(own[index] - rule.at))
        first = max(bisect_right(across, rule.start) - 1, 0)
        for number in range(first, len(across) - 1):
            if across[number] >= rule.end:
                break
            length = min(rule.end, across[number + 1]) - max(rule.start, across[number])
            if length > 0:
                covered[edge, number] = covered.get((edge, number), 0.0) + length
    return {key for key, length in covered.items() if length >= _WALL * (across[key[1] + 1] - across[key[1]])}
