"""Reads one page image: recognised text becomes tables and lines, with places, boxes and confidences.

Never fails on a page without text or tables: what is not in a table is a line. Errors of the recognition engine
are raised as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.forms.ocr.bend import Image
from bot.forms.ocr.columns import find_columns
from bot.forms.ocr.confidence import Look
from bot.forms.ocr.crops import cell_picture, page_picture
from bot.forms.ocr.grid import Grid, Slot, find_grids
from bot.forms.ocr.ink import character_width, with_overlooked
from bot.forms.ocr.lines import Sheet, straight_sheet
from bot.forms.ocr.passage import Passage, Reread, Segment, looked_at, passage_of, text_of
from bot.forms.ocr.token import Token
from bot.forms.ocr.words import Row, piece_of, placed, readable, rows_of
from bot.records.form import Box, Cell, Line, PagePicture, Place, Table

_Cells = dict[Slot, Passage]


def read_page(image: Image, origin: str, part: str, page: int) -> tuple[tuple[Table | Line, ...], PagePicture]:
    """What stands on a page (BGR or gray, any orientation), in reading order, and the page upright.

    `origin` is the file's name, `part` the page in words (第1页), `page` its number from 0; boxes are in pixels of
    the picture that is given back.
    """
    from bot.forms.ocr.recognise import recognise, reread  # the engine is heavy

    found = recognise(image)
    return arranged(found.image, found.tokens, reread, Place(origin, part), page)


def arranged(
    image: Image, tokens: Sequence[Token], reread: Reread, place: Place, page: int
) -> tuple[tuple[Table | Line, ...], PagePicture]:
    """The same for a page that is upright and recognised already; `reread` gives second looks at parts of it."""
    sheet = straight_sheet(image, tokens)
    tables, lines = _parted(sheet)
    passages = [passage for _, cells in tables for passage in cells.values()] + [line for _, line in lines]
    writer = _Writer(sheet.image, place, page, looked_at(sheet.image, passages, reread))
    blocks: list[tuple[float, Table | Line]] = []
    for number, (grid, cells) in enumerate(sorted(tables, key=lambda table: table[0].top), start=1):
        blocks.append((grid.top, writer.table(number, grid, cells)))
    for number, (row, line) in enumerate(lines, start=1):
        blocks.append((row[0].middle, writer.line(number, row, line)))
    return tuple(block for _, block in sorted(blocks, key=lambda block: block[0])), page_picture(sheet.image)


def _parted(sheet: Sheet) -> tuple[list[tuple[Grid, _Cells]], list[tuple[Row, Passage]]]:
    """The page's tables with their cells, and the lines outside."""
    rest = readable(sheet.tokens, sheet.text_height)
    tables: list[tuple[Grid, _Cells]] = []
    for grid in find_grids(sheet.level, sheet.upright, sheet.tokens, sheet.text_height):
        inside = [token for token in rest if _within(token, grid)]
        if inside:
            tables.append((grid, _cells(grid, inside, sheet)))
            rest = [token for token in rest if not _within(token, grid)]
    rows = rows_of(map(piece_of, rest))
    for grid, run in find_columns(rows, sheet.level, sheet.ink, sheet.text_height):
        taken = {piece for row in run for piece in row}
        tables.append((grid, _cells(grid, [token for token in rest if piece_of(token) in taken], sheet)))
        rows = [row for row in rows if not taken & set(row)]
    width = sheet.image.shape[1]
    return tables, [(row, passage_of((row,), width, sheet.ink)) for row in rows]


def _within(token: Token, grid: Grid) -> bool:
    x, y = token.center
    return grid.left <= x < grid.right and grid.top <= y < grid.bottom


def _cells(grid: Grid, tokens: Sequence[Token], sheet: Sheet) -> _Cells:
    cells: _Cells = {}
    han = character_width(map(piece_of, sheet.tokens), sheet.text_height)
    for slot, pieces in placed(grid, tokens, sheet.text_height).items():
        whole = with_overlooked(sheet.ink, slot, pieces, sheet.text_height, han)
        cells[slot] = passage_of(rows_of(whole), slot.right - slot.left, sheet.ink)
    return cells


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes passages down as cells and lines of a document."""

    image: Image
    place: Place
    page: int
    looks: Mapping[Segment, Look]

    def table(self, number: int, grid: Grid, cells: _Cells) -> Table:
        at: dict[tuple[int, int], Cell] = {}
        for slot, passage in cells.items():
            cell = self._cell(number, slot, passage)
            for row in range(slot.row, slot.row + slot.row_span):
                for column in range(slot.column, slot.column + slot.column_span):
                    at[row, column] = cell
        return Table(tuple(tuple(at[row, column] for column in range(grid.columns)) for row in range(grid.rows)))

    def _cell(self, number: int, slot: Slot, passage: Passage) -> Cell:
        look = text_of(passage, self.looks)
        box = Box(self.page, round(slot.left), round(slot.top), round(slot.right), round(slot.bottom))
        return Cell(
            look.text,
            slot.row,
            slot.column,
            replace(self.place, spot=f"表{number} 第{slot.row + 1}行第{slot.column + 1}列"),
            slot.row_span,
            slot.column_span,
            look.score,
            box=box,
            picture=cell_picture(self.image, box) if look.text else b"",
        )

    def line(self, number: int, row: Row, passage: Passage) -> Line:
        look = text_of(passage, self.looks)
        box = Box(
            self.page,
            round(row[0].left),
            round(min(piece.top for piece in row)),
            round(max(piece.right for piece in row)),
            round(max(piece.bottom for piece in row)),
        )
        place = replace(self.place, spot=f"第{number}行")
        return Line(look.text, place, look.score, box, cell_picture(self.image, box))
