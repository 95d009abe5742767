"""The workbook through a real office program: LibreOffice opens it, staff work in it, it is read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.roster.read_back import read_staff
from bot.roster.write import render, write_workbook
from tests.integration.office_macros import profile_with, run_macro, saved_again, soffice
from tests.unit.office_views import NOW, START, full_view, mail, registration, roll, view

pytestmark = pytest.mark.integration

EDITS = """
Sub Edit(address As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(address, "_blank", 0, hidden())
  sheet = book.Sheets.getByName("报名名单")
  ' Somebody writes beside the second and the fourth person, in colour, with a comment.
  sheet.getCellByPosition(18, 2).String = "已缴"
  sheet.getCellByPosition(18, 2).CellBackColor = RGB(255, 255, 0)
  sheet.getCellByPosition(21, 4).String = "素食"
  sheet.getCellByPosition(20, 4).String = "取消"
  sheet.getCellByPosition(19, 2).Value = 2980
  sheet.Annotations.insertNew(sheet.getCellByPosition(2, 2).CellAddress, "电话里确认过")
  ' A column of their own, and a wider one.
  sheet.getCellByPosition(23, 0).String = "车次"
  sheet.getCellByPosition(23, 2).String = "一号车"
  sheet.Columns(3).Width = 9000
  ' Sorted by name, backwards.
  Dim field(0) As New com.sun.star.table.TableSortField
  field(0).Field = 2
  field(0).IsAscending = False
  Dim order(1) As New com.sun.star.beans.PropertyValue
  order(0).Name = "SortFields"
  order(0).Value = field()
  order(1).Name = "ContainsHeader"
  order(1).Value = True
  sheet.getCellRangeByName("A1:X7").sort(order())
  ' A row typed in between, and a sheet of their own.
  sheet.Rows.insertByIndex(3, 1)
  sheet.getCellByPosition(2, 3).String = "电话报名的人"
  book.Sheets.insertNewByName("房间安排", 0)
  book.Sheets(0).getCellByPosition(0, 0).Formula = "=COUNTA(报名名单.C2:C99)"
  Dim kept(0) As New com.sun.star.beans.PropertyValue
  kept(0).Name = "FilterName"
  kept(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(address, kept())
  book.close(True)
End Sub
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LibreOffice profile of our own with the macro in it."""
    return profile_with(tmp_path_factory.mktemp("profile"), EDITS)


def roster(path: Path) -> Worksheet:
    sheet = load_workbook(path)["报名名单"]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_every_value_is_the_same_after_libreoffice_saved_it(profile: Path, tmp_path: Path) -> None:
    nasty = '=HYPERLINK("http://x.example","点我")'
    people = (*roll(5), replace(registration(5), name=nasty, job_title="+86", organisation="@SUM(A1)", number=6))
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(people, (mail(0, needs_person=True, subject=nasty),)), NOW)

    again = saved_again(profile, path, tmp_path / "again")

    before, after = load_workbook(path), load_workbook(again)
    for title in ("报名名单", "单位汇总", "待处理", "邮件记录"):
        ours, theirs = before[title], after[title]
        assert isinstance(ours, Worksheet)
        assert isinstance(theirs, Worksheet)
        for row in ours.iter_rows():
            for cell in row:
                there = theirs[cell.coordinate]
                assert (cell.coordinate, cell.value) == (there.coordinate, there.value)
                assert there.data_type != "f"
    assert roster(again)["F2"].data_type == "s"
    assert roster(again).auto_filter.ref == "A1:V7"


def test_work_of_staff_in_libreoffice_is_read_back_and_survives(profile: Path, tmp_path: Path) -> None:
    people = roll(6)
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(people), NOW)
    run_macro(profile, "Edit", path)
    assert load_workbook(path).sheetnames[0] == "房间安排"

    reading = read_staff(path, people)
    earlier = replace(registration(300), received_at=START - timedelta(hours=1), number=1)
    moved = (earlier, *(replace(p, number=(p.number or 0) + 1) for p in people))
    for _ in range(2):
        write_workbook(path, view(moved), NOW)

    entries = {entry.registration_id: entry for entry in reading.entries}
    assert len(entries) == 6
    assert (entries[2].paid, entries[2].invoiced) == ("已缴", "2980")
    assert (entries[4].action, entries[4].remark) == ("取消", "素食")
    assert [entries[number].paid for number in (1, 3, 4, 5, 6)] == [""] * 5
    assert "电话报名的人" in reading.problems[0]
    sheet = roster(path)
    assert [sheet.cell(row, 3).value for row in range(2, 9)] == [p.name for p in moved]
    assert (sheet["S4"].value, sheet["S4"].fill.fgColor.rgb, sheet["X4"].value) == ("已缴", "FFFFFF00", "一号车")
    assert sheet["C4"].comment is not None
    assert sheet["C4"].comment.text.endswith("电话里确认过")
    assert (sheet["V6"].value, sheet["U6"].value) == ("素食", "取消")
    assert 30 < sheet.column_dimensions["D"].width < 60
    assert sheet["C11"].value == "电话报名的人"
    assert load_workbook(path)["房间安排"]["A1"].value == "=COUNTA(报名名单!C2:C99)"


def test_a_workbook_updated_many_times_still_opens(profile: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    for _ in range(2):
        write_workbook(path, full_view(), NOW)
        path = saved_again(profile, path, tmp_path / f"from-{path.parent.name}")

    soffice(profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(path))

    assert (tmp_path / "w.pdf").read_bytes().startswith(b"%PDF")
    sheet = roster(path)
    assert sheet.max_row == 58
    assert sum(len(area.rules) for area in sheet.conditional_formatting) == 7
    assert load_workbook(BytesIO(render(full_view(), NOW))).sheetnames == load_workbook(path).sheetnames
