"""One page's glyphs and lines become tables and lines of text, in reading order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.forms.labels import Labels
from bot.forms.readers.pdf_columns import Columns, List, find_lists
from bot.forms.readers.pdf_draft import Draft, Found, Loose, Spot
from bot.forms.readers.pdf_heads import Row, middle_of
from bot.forms.readers.pdf_page import Glyph, PageContent
from bot.forms.readers.pdf_ruled import Field, Grid, find_grids
from bot.forms.readers.pdf_text import as_run, cell_text, rows_of, split_runs

_TOGETHER = 0.2
_ENOUGH_LINES = 6


@dataclass(frozen=True, slots=True)
class PageFindings:
    """What one page says, and the columns of a list without lines that ended it."""

    found: tuple[Found, ...]
    open_columns: Columns | None = None


def find_blocks(page: PageContent, number: int, labels: Labels, before: Columns | None) -> PageFindings:
    """Tables and lines of a page, `number` from 0; `before` is what `open_columns` said of the page before."""
    grids = find_grids(page.rules)
    if not grids and len(page.rules) < _ENOUGH_LINES:
        grids = find_grids([*page.rules, *page.fills])
    inside, outside = _shared_out(page.glyphs, grids)
    drafts = [(grid, draft) for grid in grids if (draft := _ruled(grid, inside[id(grid)], page, number))]
    rows = rows_of(outside)
    found: list[Found] = []
    last: Columns | None = None
    done = 0
    for grid, draft in [*drafts, (None, None)]:
        upto = len(rows) if grid is None else sum(middle_of(row) < grid.top for row in rows)
        pieces = find_lists(rows[done : max(upto, done)], labels, before)
        before = None if grid is not None or pieces else before
        found += [one for piece in pieces for one in _laid_out(piece, page, number)]
        last = pieces[-1].columns if pieces and isinstance(pieces[-1], List) else _still_open(pieces)
        done = max(upto, done)
        if draft is not None:
            found.append(draft)
    return PageFindings(tuple(found), last)


def _still_open(pieces: Sequence[List | Row]) -> Columns | None:
    """The columns of a list that only a page number follows."""
    if len(pieces) > 1 and isinstance(pieces[-2], List) and isinstance(pieces[-1], list) and len(pieces[-1]) < 12:
        text = as_run(pieces[-1]).text
        return (
            pieces[-2].columns if any(c.isdigit() for c in text) and ":" not in text and "：" not in text else None
        )
    return None


def _shared_out(glyphs: Iterable[Glyph], grids: Sequence[Grid]) -> tuple[dict[int, list[Glyph]], list[Glyph]]:
    """Each glyph to the smallest table in which it stands, or to none."""
    inside: dict[int, list[Glyph]] = {id(grid): [] for grid in grids}
    outside: list[Glyph] = []
    smallest = sorted(grids, key=lambda grid: (grid.bottom - grid.top) * (grid.xs[-1] - grid.xs[0]))
    for glyph in glyphs:
        owner = next((grid for grid in smallest if grid.covers(glyph.centre, glyph.middle)), None)
        if owner is not None:
            inside[id(owner)].append(glyph)
        elif not glyph.text.isspace() or outside:
            outside.append(glyph)
    return inside, outside


def _ruled(grid: Grid, glyphs: list[Glyph], page: PageContent, number: int) -> Draft | None:
    held: dict[Field, list[Glyph]] = {}
    for row in rows_of(glyphs):
        for run in split_runs(row, _TOGETHER):
            held.setdefault(_owner(grid, run), []).extend(run)
    spots = []
    for field in grid.fields:
        x0, top, x1, bottom = grid.box(field)
        text, sure = _says(held.get(field, ()), x1 - x0)
        box = page.box(number, x0, top, x1, bottom)
        spots.append(Spot(field.row, field.column, field.down, field.across, text, sure, box))
    if not any(spot.text for spot in spots):
        return None
    return Draft(tuple(grid.xs), len(grid.ys) - 1, tuple(spots))


def _owner(grid: Grid, run: Sequence[Glyph]) -> Field:
    """The cell in which most of an unbroken text stands: what is too long for its cell runs on into the next."""
    middle = sum(glyph.middle for glyph in run) / len(run)
    begin, end = run[0].x0, run[-1].x1
    inner = [x for x in grid.xs if begin < x < end]
    if not inner:
        return grid.field_at((begin + end) / 2, middle)
    edges = [begin, *inner, end]
    shares: dict[Field, float] = {}
    for left, right in pairwise(edges):
        field = grid.field_at((left + right) / 2, middle)
        shares[field] = shares.get(field, 0.0) + right - left
    return max(shares, key=lambda field: shares[field])


def _says(glyphs: Sequence[Glyph], width: float) -> tuple[str, float]:
    runs = [as_run(row) for row in rows_of(glyphs)]
    runs = [run for run in runs if run.text.strip()]
    if not runs:
        return "", 1.0
    return cell_text(runs, width).strip(), min(run.sure for run in runs)


def _laid_out(piece: List | Row, page: PageContent, number: int) -> list[Found]:
    if isinstance(piece, List):
        return [_unruled(piece, page, number)]
    run = as_run(piece)
    text = run.text.strip()
    return [Loose(text, run.sure, page.box(number, run.x0, run.top, run.x1, run.bottom))] if text else []


def _unruled(one: List, page: PageContent, number: int) -> Draft:
    spots = []
    for row, parts in enumerate(one.rows):
        glyphs = [glyph for part in parts for glyph in part]
        top, bottom = min(g.top for g in glyphs), max(g.bottom for g in glyphs)
        for column, part in enumerate(parts):
            left, right = one.columns.edges[column : column + 2]
            if part:
                left, right = min(g.x0 for g in part), max(g.x1 for g in part)
            text, sure = _says(part, right - left)
            spots.append(Spot(row, column, 1, 1, text, sure, page.box(number, left, top, right, bottom)))
    return Draft(tuple(one.columns.edges), len(one.rows), tuple(spots))
