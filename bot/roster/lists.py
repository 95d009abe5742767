"""Excel's lists (Insert, Table) that staff made of one of the bot's sheets, refitted to the new rows.

A list whose header no longer fits would make Excel call the file damaged, so such a list is dissolved
(its cells stay) and the caller is told.
"""

from __future__ import annotations

from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet


def refit_lists(sheet: Worksheet, last_row: int) -> list[str]:
    """Stretch a list that starts at A1 over the table; dissolve any other. Returns what to tell staff."""
    told = []
    for name, table in list(dict(sheet.tables).items()):
        if not _refit(sheet, table, max(last_row, 2)):
            del sheet.tables[name]
            told.append(
                f"工作表“{sheet.title}”里的表格样式“{table.displayName}”与更新后的行列对不上，已还原为普通区域，内容未动。"
            )
    return told


def _refit(sheet: Worksheet, table: Table, last_row: int) -> bool:
    _, first_row, last_column, _ = range_boundaries(table.ref)
    if first_row != 1 or not table.ref.startswith("A") or table.totalsRowCount or last_column is None:
        return False
    width = max(last_column, range_boundaries(sheet.auto_filter.ref)[2] or last_column)
    names = [str(sheet.cell(1, column).value or "") for column in range(1, width + 1)]
    if "" in names or len({name.casefold() for name in names}) < len(names):
        return False
    known = {column.name: column for column in table.tableColumns}
    columns = []
    for number, name in enumerate(names, 1):
        column = known.get(name) or TableColumn(id=number, name=name)
        column.id = number
        columns.append(column)
    table.tableColumns = columns
    table.ref = f"A1:{get_column_letter(width)}{last_row}"
    if table.autoFilter is not None:
        table.autoFilter.ref = table.ref
        table.autoFilter.filterColumn = sheet.auto_filter.filterColumn
    # A sheet may not have a filter of its own where a list has one.
    sheet.auto_filter.ref = None
    sheet.auto_filter.filterColumn = []
    return True
