"""What stands on a table sheet now, whoever moved, inserted, merged or renamed things there.

Reads only, except that merged cells in the table are taken apart first (each covered row then holds the
value), because rows that move one by one can't stay merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bot.roster.cells import Lifted, lay, lift
from bot.roster.layout import Layout, Record
from bot.roster.marks import who_mark
from bot.roster.match import Matching, Person, match, plain

HEADER_SEARCHED: Final = 20
"""Rows in which the header is looked for, in case staff put a title above it."""


@dataclass(slots=True)
class OldRow:
    """One row as it stood. `cells` by column number; height and visibility travel with it."""

    number: int
    cells: dict[int, Lifted]
    height: float | None = None
    hidden: bool = False

    @property
    def blank(self) -> bool:
        return all(cell.empty for cell in self.cells.values())


@dataclass(slots=True)
class OldTable:
    """A sheet's table as it stood: where each known header was, staff's further columns, and the rows below.
    `header_row` is 0 where no header was found."""

    header_row: int
    positions: dict[str, int]
    extras: tuple[int, ...]
    header_cells: dict[int, Lifted] = field(default_factory=dict)
    rows: list[OldRow] = field(default_factory=list)

    def text(self, row: OldRow, header: str) -> str:
        cell = row.cells.get(self.positions.get(header, 0))
        return cell.text if cell else ""

    def moment(self, row: OldRow, header: str) -> datetime | None:
        cell = row.cells.get(self.positions.get(header, 0))
        return as_moment(cell.value if cell else None)

    def staff_content(self, row: OldRow, layout: Layout) -> tuple[tuple[str, str, str], ...]:
        """What staff wrote in a row: their own columns, and comments anywhere."""
        own = {self.positions.get(column.header, 0) for column in layout.columns if column.staff} | set(
            self.extras
        )
        return tuple(
            (str(number), cell.text if number in own else "", cell.comment.content if cell.comment else "")
            for number, cell in sorted(row.cells.items())
            if (number in own and cell.text) or cell.comment
        )


def as_moment(value: object) -> datetime | None:
    """A time cell to the nearest second (spreadsheets store binary fractions of days); also text like one."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return (value.replace(tzinfo=None) + timedelta(milliseconds=500)).replace(microsecond=0)


def read_table(sheet: Worksheet, layout: Layout) -> OldTable:
    """Take up everything on a table sheet."""
    _split_merged(sheet)
    rows = [OldRow(number, cells) for number, cells in _cells_by_row(sheet).items()]
    header = max(rows[:HEADER_SEARCHED], key=lambda row: len(_known(row, layout)), default=None)
    if header is None or len(_known(header, layout)) < 2:
        return OldTable(0, {}, (), {}, [_with_dimensions(sheet, row) for row in rows if not row.blank])
    positions = _known(header, layout)
    used = {column for row in rows for column, cell in row.cells.items() if not cell.empty}
    extras = tuple(sorted(used - set(positions.values())))
    body = [row for row in rows if row is not header and not row.blank and not _is_note(row, layout)]
    return OldTable(header.number, positions, extras, header.cells, [_with_dimensions(sheet, row) for row in body])


def _cells_by_row(sheet: Worksheet) -> dict[int, dict[int, Lifted]]:
    """Only the cells that are there: `iter_rows` would make millions where a stray one stands far below."""
    found: dict[int, dict[int, Lifted]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if isinstance(cell, Cell) and (cell.value is not None or cell.has_style or cell.comment is not None):
            found.setdefault(row, {})[column] = lift(cell)
    return found


def _known(row: OldRow, layout: Layout) -> dict[str, int]:
    """Header -> column; of two equal headers the left one counts, the other is staff's."""
    positions: dict[str, int] = {}
    for column, cell in sorted(row.cells.items()):
        text = plain(cell.text)
        if text in layout.headers and text not in positions:
            positions[text] = column
    return positions


def _is_note(row: OldRow, layout: Layout) -> bool:
    """Whether this is the bot's own line above the rows that belong to nobody."""
    return any(cell.text == layout.leftover_note for cell in row.cells.values())


def _with_dimensions(sheet: Worksheet, row: OldRow) -> OldRow:
    if row.number in sheet.row_dimensions:
        dimension = sheet.row_dimensions[row.number]
        row.height, row.hidden = dimension.height, bool(dimension.hidden)
    return row


def _split_merged(sheet: Worksheet) -> None:
    last = max((row for (row, _), cell in sheet._cells.items() if isinstance(cell, Cell)), default=0)
    for merged in list(sheet.merged_cells.ranges):
        first = sheet.cell(merged.min_row, merged.min_col)
        sheet.unmerge_cells(str(merged))
        if not isinstance(first, Cell) or first.value is None:
            continue
        lifted = lift(first)
        lifted.comment = lifted.hyperlink = None
        for number in range(merged.min_row + 1, min(merged.max_row, last) + 1):
            lay(sheet, number, merged.min_col, lifted, translate=False)


def match_people(table: OldTable, layout: Layout, people: Sequence[Person]) -> Matching:
    """Match the rows of 报名名单 to registrations."""
    return match([_person(table, row, layout) for row in table.rows], people)


def _person(table: OldTable, row: OldRow, layout: Layout) -> Person:
    name, id_number, mobile = (plain(table.text(row, header)) for header in ("姓名", "身份证号", "手机"))
    received = table.moment(row, "收到时间")
    return Person(
        name=name,
        id_number=id_number,
        mobile=mobile,
        organisation=plain(table.text(row, "单位")),
        received=received,
        content=table.staff_content(row, layout),
        mark=who_mark(name, id_number, mobile, received),
    )


def match_first_column(table: OldTable, layout: Layout, records: Sequence[Record]) -> Matching:
    """Match the rows of the other tables by their first column, which names a record."""
    wanted = {plain(str(record.values[0])): index for index, record in enumerate(records)}
    result = Matching()
    for index, row in enumerate(table.rows):
        record = wanted.pop(plain(table.text(row, layout.headers[0])), None)
        if record is not None:
            result.sure[index] = record
    return result
