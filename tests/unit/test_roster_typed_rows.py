"""Rows that staff began below the table of 待处理, where cells have no format of ours."""

from __future__ import annotations

from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from bot.roster.write import write_workbook
from tests.unit.office_views import NOW, mail, registration, roll, view
from tests.unit.roster_edits import column_of, edit, sheet_in

LIST = "待处理"


def test_a_row_begun_below_the_table_gets_the_format_of_the_cells_to_complete(tmp_path: Path) -> None:
    path = tmp_path / "报名汇总.xlsx"
    shown = view(roll(2), (mail(3, needs_person=True),))
    published = write_workbook(path, shown, NOW).published
    someone = registration(30)

    def add(sheet: Worksheet) -> None:
        sheet.cell(3, column_of(sheet, "邮件编号")).value = shown.reviews[0].id
        sheet.cell(3, column_of(sheet, "姓名")).value = someone.name

    edit(path, LIST, add)

    write_workbook(path, shown, NOW, published)

    sheet = sheet_in(path, LIST)
    name, number = sheet.cell(3, column_of(sheet, "姓名")), sheet.cell(3, column_of(sheet, "身份证号"))
    assert name.value == someone.name
    assert name.fill.fgColor.rgb == sheet.cell(2, column_of(sheet, "姓名")).fill.fgColor.rgb
    assert (name.number_format, number.number_format) == ("@", "@")
