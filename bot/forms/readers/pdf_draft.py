"""Tables and lines of pages as they were found, before they are numbered, and joined over page breaks.

Pure. A list that goes on overleaf becomes one table when its columns stand where they stood, whether its headings
are repeated or not; what stands between (page numbers, a running title) is kept after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.grid import MAX_POSITIONS, row_and_column
from bot.records.form import Box, Cell, Line, Place, Table, UnreadCode

_SAME_COLUMN = 4.0
_PAGE_NUMBER = re.compile(r"[\s\-—–·第页共/]*\d{0,3}(?:[\s\-—–·第页共/of]*\d{0,3})[\s\-—–·页/]*", re.I)


@dataclass(frozen=True, slots=True)
class Spot:
    """One cell: its position, its spans, what it says, how sure that is, and where it stands."""

    row: int
    column: int
    down: int
    across: int
    text: str
    sure: float
    box: Box


@dataclass(frozen=True, slots=True)
class Draft:
    """One table on one page, or one that goes on over pages; `xs` are the edges of its columns in points."""

    xs: tuple[float, ...]
    height: int
    spots: tuple[Spot, ...]

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def edges(self) -> list[int]:
        """Where its rows begin on their pages, in coarse steps."""
        tops: dict[int, int] = {}
        for spot in self.spots:
            tops.setdefault(spot.row, spot.box.top // 4)
        return [tops[row] for row in sorted(tops)]


@dataclass(frozen=True, slots=True)
class Loose:
    """One line outside tables."""

    text: str
    sure: float
    box: Box


Block = Table | Line
Found = Draft | Loose | Block
"""What a page gave: findings by position, or finished blocks of a page that was recognised."""


def joined(pages: Sequence[Sequence[Found]]) -> list[Found]:
    """All pages' findings in reading order, tables that go on overleaf as one."""
    out: list[Found] = []
    for page in pages:
        found = list(page)
        last = _last_table(out)
        first = _first_table(found)
        if last is not None and first is not None:
            before, after = out[last], found[first]
            if isinstance(before, Draft) and isinstance(after, Draft) and _goes_on(before, after):
                out[last] = _together(before, after)
                del found[first]
        out += found
    return _with_right_sides(out)


def _with_right_sides(found: list[Found]) -> list[Found]:
    """The findings with right-hand columns that were printed on pages of their own beside their left ones."""
    out: list[Found] = []
    for one in found:
        left = _left_of(out, one) if isinstance(one, Draft) else None
        if isinstance(one, Draft) and left is not None:
            out[left] = _side_by_side(out[left], one)
        else:
            out.append(one)
    return out


def _left_of(out: Sequence[Found], right: Draft) -> int | None:
    """The table whose right-hand columns were printed on a page of their own (a sheet too wide for its paper): its
    rows are as many and as high."""
    for index, one in enumerate(out):
        apart = isinstance(one, Draft) and one.spots[0].box.page != right.spots[0].box.page
        if isinstance(one, Draft) and apart and one.height == right.height > 1 and one.edges() == right.edges():
            return index
    return None


def _side_by_side(left: Found, right: Draft) -> Draft:
    assert isinstance(left, Draft)
    spots = [replace(spot, column=spot.column + left.columns) for spot in right.spots]
    xs = (*left.xs, *(left.xs[-1] + x - right.xs[0] for x in right.xs[1:]))
    return Draft(xs, left.height, (*left.spots, *spots))


def _last_table(found: Sequence[Found]) -> int | None:
    """The table that ends a page; page numbers after it do not matter."""
    for index in range(len(found) - 1, -1, -1):
        one = found[index]
        if isinstance(one, Draft):
            return index
        if isinstance(one, Table) or not _PAGE_NUMBER.fullmatch(one.text):
            return None
    return None


def _first_table(found: Sequence[Found]) -> int | None:
    """The table that begins a page; a running title above it does not matter."""
    for index, one in enumerate(found[:3]):
        if isinstance(one, Draft):
            return index
        if isinstance(one, Table) or ":" in one.text or "：" in one.text:
            return None
    return None


def _goes_on(before: Draft, after: Draft) -> bool:
    if len(before.xs) != len(after.xs):
        return False
    shift = after.xs[0] - before.xs[0]
    return all(abs(a - b - shift) <= _SAME_COLUMN for a, b in zip(after.xs, before.xs, strict=True))


def _together(before: Draft, after: Draft) -> Draft:
    """Both tables as one; a row that was broken by the end of the page stays two rows, unless its rest has
    neither a name nor a number of its own."""
    spots = list(before.spots)
    rest = [spot for spot in after.spots if spot.row == 0 and spot.text]
    torn = _is_rest(before, after, rest)
    if torn:
        for spot in rest:
            for index, above in enumerate(spots):
                if above.row + above.down == before.height and above.column == spot.column:
                    spots[index] = replace(above, text=above.text + spot.text, sure=min(above.sure, spot.sure))
    shift = before.height - torn
    spots += [replace(spot, row=spot.row + shift) for spot in after.spots if not torn or spot.row]
    return Draft(before.xs, before.height + after.height - torn, tuple(spots))


def _is_rest(before: Draft, after: Draft, rest: Sequence[Spot]) -> bool:
    """Whether the first row overleaf is the rest of the row before the break: few of its cells say anything, and
    each of them has text above it that it can follow."""
    if not rest or len(rest) * 2 > before.columns or any(spot.down > 1 for spot in after.spots if spot.row == 0):
        return False
    above = {spot.column: spot for spot in before.spots if spot.row + spot.down == before.height}
    filled = sum(bool(spot.text) for spot in above.values())
    if filled <= len(rest):
        return False
    first = min((spot.column for spot in above.values() if spot.text), default=0)
    return all(spot.column > first and (own := above.get(spot.column)) and own.text for spot in rest)


def numbered(found: Sequence[Found], origin: str) -> Iterator[Block]:
    """The findings as tables and lines with their places. Raises UnreadableFileError (too_large)."""
    tables = lines = positions = 0
    for one in found:
        if isinstance(one, (Table, Line)):
            yield one
            continue
        if isinstance(one, Loose):
            lines += 1
            yield Line(one.text, Place(origin, _page(one.box), f"第{lines}行"), one.sure, one.box)
            continue
        positions += one.height * one.columns
        if positions > MAX_POSITIONS:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        tables += 1
        yield _table(one, origin, tables)


def _table(draft: Draft, origin: str, number: int) -> Table:
    grid: list[list[Cell | None]] = [[None] * draft.columns for _ in range(draft.height)]
    for spot in draft.spots:
        place = Place(origin, _page(spot.box), f"表{number} {row_and_column(spot.row, spot.column)}")
        cell = Cell(spot.text, spot.row, spot.column, place, spot.down, spot.across, spot.sure, box=spot.box)
        for row in range(spot.row, min(spot.row + spot.down, draft.height)):
            for column in range(spot.column, min(spot.column + spot.across, draft.columns)):
                grid[row][column] = cell
    part = _page(draft.spots[0].box)
    return Table(
        tuple(
            tuple(
                cell or Cell("", r, c, Place(origin, part, f"表{number} {row_and_column(r, c)}"))
                for c, cell in enumerate(row)
            )
            for r, row in enumerate(grid)
        )
    )


def _page(box: Box) -> str:
    return f"第{box.page + 1}页"
