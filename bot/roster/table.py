"""A table sheet rebuilt in place: the bot's columns from the ledger, everything of staff's carried along.

What staff wrote (values, formats, comments, links, row heights, filters, column widths) moves with the row
or column it belongs to. A row that belongs to no record is moved below the list, never thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.filters import AutoFilter, FilterColumn
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from bot.roster import filters
from bot.roster.cells import CellValue, Lifted, lay, lay_attachments, put, safe_text, starts_like_formula
from bot.roster.existing import OldRow, OldTable, match_first_column, read_table
from bot.roster.guidance import NOTE_MARK
from bot.roster.heights import row_height, text_lines
from bot.roster.layout import Column, Layout, Record
from bot.roster.lists import refit_lists
from bot.roster.match import Matching
from bot.roster.styles import Styles, colour_by_state, offer_choices, set_up_sheet

_NOTE_WIDTH, _NOTE_CHARACTERS, _NOTE_LINE = 380, 50, 19
"""Of a comment: pixels, characters in a line, pixels of a line."""

Placing = Callable[[OldTable], tuple[Sequence[Record], Matching]]
"""Gives, for the table as it stands, the records in the order of their rows, and which row each one had before."""


class Rebuild:
    """One sheet on its way from what it was to what the ledger says. Used once."""

    def __init__(self, book: Workbook, layout: Layout, records: Sequence[Record], styles: Styles) -> None:
        self.layout, self.records, self.styles = layout, records, styles
        self.warnings: list[str] = []
        self.new = layout.title not in book.sheetnames
        if self.new:
            self.sheet: Worksheet = book.create_sheet(layout.title)
            set_up_sheet(self.sheet, layout)
        else:
            self.sheet = book[layout.title]
        self.old: OldTable = read_table(self.sheet, layout)
        self.columns = self._new_columns()

    def _new_columns(self) -> dict[int, int]:
        """Old column -> new column. Those right of the last known one keep their distance to it; those that staff
        put between the bot's are moved to the end."""
        known = self.old.positions
        columns = {
            known[header]: number for number, header in enumerate(self.layout.headers, 1) if header in known
        }
        width, edge = len(self.layout.columns), max(known.values(), default=0)
        right = [column for column in self.old.extras if column > edge]
        columns.update({column: width + column - edge for column in right})
        end = max(columns.values(), default=width)
        between = [column for column in self.old.extras if column < edge]
        columns.update({column: max(end, width) + place for place, column in enumerate(between, 1)})
        return columns

    def run(self, place: Placing | None = None) -> None:
        """Match, clear, write anew. `place` tells which record belongs to which row; None: by the first column."""
        if place is None:
            matching = match_first_column(self.old, self.layout, self.records)
        else:
            self.records, matching = place(self.old)
        rows_of = {record: row for row, record in {**matching.by_order, **matching.sure}.items()}
        criteria = filters.moved(self._given_filter(), self.columns)
        self._clear()
        self._write_header()
        for index, record in enumerate(self.records):
            old_row = self.old.rows[rows_of[index]] if index in rows_of else None
            self._write_record(index + 2, record, old_row)
        last = len(self.records) + 1
        self._renew_filter(criteria, last, rows_of)
        self._write_leftovers(last + 2, matching)
        self._finish(last)

    def _given_filter(self) -> AutoFilter:
        """The filter that staff use: that of a list on this sheet, or the sheet's own."""
        of_lists = [table.autoFilter for table in self.sheet.tables.values() if table.autoFilter is not None]
        return of_lists[0] if of_lists else self.sheet.auto_filter

    def _clear(self) -> None:
        """Take all cells off; what is to stay has been lifted before."""
        self._move_widths()
        header_height = self.sheet.row_dimensions[self.old.header_row].height if self.old.header_row else 30
        self.sheet._cells.clear()
        self.sheet.row_dimensions.clear()
        self.sheet.row_dimensions[1].height = header_height

    def _move_widths(self) -> None:
        """Widths and hidden columns follow their columns; grouped entries are taken apart first."""
        if self.new:
            return
        single: dict[int, ColumnDimension] = {}
        tail: list[ColumnDimension] = []
        most = max([*self.columns, *self.columns.values(), len(self.layout.columns)])
        for dimension in list(self.sheet.column_dimensions.values()):
            dimension.reindex()
            for number in range(dimension.min or 1, min(dimension.max or 1, most) + 1):
                single[number] = dimension
            if (dimension.max or 1) > most:
                dimension.min = max(dimension.min or 1, most + 1)
                tail.append(dimension)
        self.sheet.column_dimensions.clear()
        taken = set(self.columns.values())
        for number, dimension in single.items():
            target = self.columns.get(number, number if number not in taken else 0)
            if target and (number in self.columns or target not in taken):
                self._set_width(target, dimension.width, bool(dimension.hidden))
        for number, column in enumerate(self.layout.columns, 1):
            if number not in taken:
                self._set_width(number, column.width, False)
        for dimension in tail:
            letter = get_column_letter(dimension.min or 1)
            moved = copy(dimension)
            moved.index = letter
            self.sheet.column_dimensions[letter] = moved

    def _set_width(self, column: int, width: float, hidden: bool) -> None:
        dimension = self.sheet.column_dimensions[get_column_letter(column)]
        dimension.width, dimension.hidden = width, hidden

    def _write_header(self) -> None:
        for number, column in enumerate(self.layout.columns, 1):
            cell = self._cell(1, number)
            before = self.old.header_cells.get(self.old.positions.get(column.header, 0))
            put(cell, column.header)
            style = before.style if before and before.style is not None else self.styles.header(column)
            cell._style = style  # type: ignore[attr-defined]
            if before:
                lay_attachments(cell, before)
            _explain(cell, column)
        for old_column in self.old.extras:
            lifted = self.old.header_cells.get(old_column)
            if lifted:
                lay(self.sheet, 1, self.columns[old_column], lifted)

    def _write_record(self, number: int, record: Record, old_row: OldRow | None) -> None:
        old_cells, links = old_row.cells if old_row else {}, dict(record.links)
        for column_number, (column, value) in enumerate(zip(self.layout.columns, record.values, strict=True), 1):
            old_column = self.old.positions.get(column.header, 0)
            lifted = old_cells.get(old_column)
            if column.staff and old_row is not None and old_column:
                if lifted is None:
                    lifted = Lifted(None, "n", None, row=old_row.number, column=old_column)
                if lifted.style is None:
                    # A row that staff began below the table has no format: numbers typed there would be rounded.
                    lifted.style = self.styles.body(column)
                lay(self.sheet, number, column_number, lifted)
                continue
            cell = self._cell(number, column_number)
            put(cell, value)
            doubtful = column.header in record.doubtful
            cell._style = self._style(column_number, lifted, value, doubtful)  # type: ignore[attr-defined]
            if lifted is not None:
                # A link belongs to the words it was made for.
                lifted.hyperlink = lifted.hyperlink if lifted.value == cell.value else None
                lay_attachments(cell, lifted)
            if column.header in links:
                cell.hyperlink = Hyperlink(ref=cell.coordinate, target=links[column.header])
        for old_column in self.old.extras:
            if old_column in old_cells:
                lay(self.sheet, number, self.columns[old_column], old_cells[old_column])
        before = old_row.height if old_row is not None else None
        height = row_height(self._lines(record), before)
        self.sheet.row_dimensions[number].height = max(height or 0.0, record.height) or None

    def _lines(self, record: Record) -> int:
        wrapped = (
            text_lines(value, column.width)
            for column, value in zip(self.layout.columns, record.values, strict=True)
            if column.kind == "wrapped" and isinstance(value, str)
        )
        return max(wrapped, default=1)

    def _style(self, column_number: int, lifted: Lifted | None, value: CellValue, doubtful: bool) -> StyleArray:
        column = self.layout.columns[column_number - 1]
        quoted = isinstance(value, str) and starts_like_formula(safe_text(value))
        if column.staff and not (column.exact and quoted):
            return self.styles.body(column)
        return self.styles.owned(column, lifted.style if lifted else None, quoted, doubtful)

    def _renew_filter(self, criteria: list[FilterColumn], last: int, rows_of: dict[int, int]) -> None:
        """One filter over the whole list, with staff's criteria; rows hidden as it says."""
        width = max([len(self.layout.columns), *self.columns.values()])
        renewed = AutoFilter(ref=f"A1:{get_column_letter(width)}{max(last, 2)}")
        renewed.filterColumn = criteria
        self.sheet.auto_filter = renewed
        tests = [(criterion.colId + 1, filters.test_of(criterion)) for criterion in criteria]
        for number in range(2, last + 1):
            passed = [test(self.sheet.cell(number, column).value) for column, test in tests if test]
            before = self.old.rows[rows_of[number - 2]].hidden if number - 2 in rows_of else False
            # Without criteria, a row is hidden only if staff hid it by hand.
            carried = before and (not tests or any(test is None for _, test in tests))
            if carried or not all(passed):
                self.sheet.row_dimensions[number].hidden = True

    def _write_leftovers(self, start: int, matching: Matching) -> None:
        settled = set(matching.sure) | set(matching.by_order) | matching.copies
        left = [
            row
            for index, row in enumerate(self.old.rows)
            if index not in settled and (self.layout.keeps_strangers or self.old.staff_content(row, self.layout))
        ]
        if not left:
            return
        note = self._cell(start, 1)
        put(note, self.layout.leftover_note)
        note._style = self.styles.note()  # type: ignore[attr-defined]
        for number, row in enumerate(left, start + 1):
            for column, lifted in sorted(row.cells.items()):
                if not lifted.empty or lifted.style is not None:
                    lay(self.sheet, number, self.columns.get(column, column), lifted, translate=False)

    def _finish(self, last: int) -> None:
        # Staff may freeze elsewhere; some programs drop the panes when they save.
        if self.sheet.freeze_panes is None:
            self.sheet.freeze_panes = self.layout.freeze
        colour_by_state(self.sheet, self.layout, last)
        offer_choices(self.sheet, self.layout, last)
        self.warnings.extend(refit_lists(self.sheet, last))

    def _cell(self, row: int, column: int) -> Cell:
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell)
        return cell


def _explain(cell: Cell, column: Column) -> None:
    """The bot's comment on a header, renewed; a comment of staff's own stays instead."""
    own = cell.comment is not None and NOTE_MARK in cell.comment.content
    if own and not column.note:
        cell.comment = None
    elif column.note and (own or cell.comment is None):
        lines = text_lines(column.note, _NOTE_CHARACTERS)
        cell.comment = Comment(column.note, "报名机器人", height=_NOTE_LINE * (lines + 1), width=_NOTE_WIDTH)
