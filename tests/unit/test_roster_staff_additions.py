"""What staff add to the workbook survives every update, and stays with the person it belongs to."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import CustomFilter, CustomFilters, DateGroupItem, FilterColumn, Filters
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import TransientError
from bot.records.decision import Registration, State
from bot.records.office import StaffEntry
from bot.roster.guidance import NOTE_MARK
from bot.roster.layout import LEFTOVER_MARK, REVIEWS
from bot.roster.read_back import read_staff
from bot.roster.write import WriteReport, write_workbook
from tests.unit.office_views import NOW, START, full_view, registration, roll, view

FIRST = roll(6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook with six people, as the bot wrote it."""
    place = tmp_path / "报名汇总.xlsx"
    write_workbook(place, view(FIRST), NOW)
    return place


def edit(path: Path, change: Callable[[Worksheet], object], title: str = "报名名单") -> None:
    """Change a sheet as staff would, and save."""
    book = load_workbook(path)
    sheet = book[title]
    assert isinstance(sheet, Worksheet)
    change(sheet)
    book.save(path)


def roster(path: Path) -> Worksheet:
    sheet = load_workbook(path)["报名名单"]
    assert isinstance(sheet, Worksheet)
    return sheet


def row_of(sheet: Worksheet, name: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 3).value == name)


def update(path: Path, people: tuple[Registration, ...], staff: tuple[StaffEntry, ...] = ()) -> WriteReport:
    return write_workbook(path, replace(view(people), staff=staff), NOW)


def with_one_before(people: tuple[Registration, ...]) -> tuple[Registration, ...]:
    """Somebody whose mail arrived earlier takes number 1; the others move down."""
    first = replace(registration(300), received_at=START - timedelta(hours=1), number=1)
    return (first, *(replace(person, number=(person.number or 0) + 1) for person in people))


def test_entries_stay_with_their_person_when_somebody_is_inserted_above(path: Path) -> None:
    edit(path, lambda s: [s.cell(3, 19, "已缴 2980"), s.cell(3, 22, "素食")])

    update(path, with_one_before(FIRST))

    sheet = roster(path)
    row = row_of(sheet, FIRST[1].name)
    assert (row, sheet.cell(row, 19).value, sheet.cell(row, 22).value) == (4, "已缴 2980", "素食")
    assert [sheet.cell(r, 19).value for r in range(2, 9) if r != row] == [None] * 6


def test_types_and_formats_of_entries_survive(path: Path) -> None:
    day = datetime(2026, 4, 2)  # noqa: DTZ001

    def change(sheet: Worksheet) -> None:
        sheet["S4"], sheet["T4"], sheet["V4"] = day, 2980.5, "=J4*2"
        sheet["S4"].number_format = "m月d日"
        sheet["S4"].fill = PatternFill("solid", fgColor="FFFF00")

    edit(path, change)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert (sheet["S5"].value, sheet["T5"].value, sheet["V5"].value) == (day, 2980.5, "=J5*2")
    assert (sheet["S5"].number_format, sheet["S5"].fill.fgColor.rgb) == ("m月d日", "00FFFF00")


def test_columns_to_the_right_move_with_their_rows(path: Path) -> None:
    edit(path, lambda s: [s.cell(1, 24, "车次"), s.cell(2, 24, "一号车"), s.cell(5, 25, "没有表头的话")])

    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert (sheet["X1"].value, sheet["X3"].value, sheet["Y6"].value) == ("车次", "一号车", "没有表头的话")
    assert (sheet["X2"].value, sheet["Y5"].value) == (None, None)


def test_a_column_inserted_between_moves_behind_the_last(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_cols(4)
        sheet["D1"], sheet["D2"] = "性别", "女"
        sheet["W2"] = "备注照旧"

    edit(path, change)
    update(path, FIRST)

    sheet = roster(path)
    assert [cell.value for cell in sheet[1]][-2:] == ["备注", "性别"]
    assert (sheet["W2"].value, sheet["V2"].value) == ("女", "备注照旧")


def test_moved_and_deleted_columns_come_back_in_order(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["S2"] = "已缴"
        sheet.delete_cols(3)
        sheet.move_range("R1:R7", cols=10)

    before = [cell.value for cell in roster(path)[1]]
    edit(path, change)
    update(path, FIRST)

    sheet = roster(path)
    assert [cell.value for cell in sheet[1]] == before
    assert (sheet["C2"].value, sheet["S2"].value) == (FIRST[0].name, "已缴")


def test_a_deleted_staff_column_is_filled_from_the_ledger(path: Path) -> None:
    edit(path, lambda s: s.delete_cols(19))

    update(path, FIRST, (StaffEntry(3, paid="已缴"),))

    sheet = roster(path)
    assert [cell.value for cell in sheet[1]][18:] == ["缴费", "开票", "处理", "备注"]
    assert sheet["S4"].value == "已缴"


def test_changes_to_the_bots_columns_are_overwritten(path: Path) -> None:
    edit(path, lambda s: [s.cell(2, 2, "候补"), s.cell(2, 10, 1)])

    update(path, FIRST)

    assert (roster(path)["B2"].value, roster(path)["J2"].value) == ("已录取", 2980)


def test_comments_anywhere_move_with_their_row(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C3"].comment = Comment("电话里确认过", "小李")
        sheet["S3"].comment = Comment("对公转账", "小李")
        sheet["A1"].comment = Comment("表头的话", "小李")

    edit(path, change)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    comments = {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}
    comments = {place: text for place, text in comments.items() if NOTE_MARK not in text}
    assert comments == {"C4": "电话里确认过", "S4": "对公转账", "A1": "表头的话"}


def test_formats_that_staff_gave_the_bots_cells_move_along(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C3"].fill = PatternFill("solid", fgColor="FF00FF")
        sheet["G3"].number_format = "General"

    edit(path, change)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert sheet["C4"].fill.fgColor.rgb == "00FF00FF"
    assert sheet["C3"].fill.fgColor.rgb != "00FF00FF"
    assert sheet["G4"].number_format == "@"


def test_widths_heights_panes_and_hidden_columns_survive(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.column_dimensions["D"].width = 51
        sheet.column_dimensions["G"].hidden = True
        sheet.column_dimensions["X"].width = 33
        sheet.row_dimensions[3].height = 44
        sheet.freeze_panes = "E2"

    edit(path, change)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert sheet.column_dimensions["D"].width == 51
    assert sheet.column_dimensions["G"].hidden
    assert not sheet.column_dimensions["F"].hidden
    assert sheet.column_dimensions["X"].width == 33
    assert (sheet.row_dimensions[4].height, sheet.row_dimensions[3].height) == (44, None)
    assert sheet.freeze_panes == "E2"


def test_grouped_column_widths_are_taken_apart_rightly(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for letter in "EF":
            del sheet.column_dimensions[letter]
        sheet.column_dimensions["D"].width = 40
        sheet.column_dimensions["D"].min, sheet.column_dimensions["D"].max = 4, 6
        tail = sheet.column_dimensions["Z"]
        tail.width, tail.min, tail.max = 9, 26, 16384

    edit(path, change)
    update(path, FIRST)
    update(path, FIRST)

    sheet = roster(path)
    assert [sheet.column_dimensions[letter].width for letter in "DEFG"] == [40, 40, 40, 21]
    assert sheet.column_dimensions["Z"].width == 9


def test_extra_sheets_with_formulas_validations_and_formats_survive(path: Path) -> None:
    def change(book: Workbook) -> None:
        extra = book.create_sheet("房间安排", 0)
        extra["A1"], extra["A2"] = "房号", "=COUNTA(报名名单!C:C)"
        extra["A1"].comment = Comment("酒店给的", "小李")
        extra.column_dimensions["A"].width = 40
        choice = DataValidation(type="list", formula1='"标双,单间"')
        choice.add("B2:B9")
        extra.add_data_validation(choice)
        extra.conditional_formatting.add("C1:C9", Rule(type="cellIs", operator="greaterThan", formula=["3"]))
        extra.merge_cells("D1:E2")

    book = load_workbook(path)
    change(book)
    book.save(path)
    update(path, with_one_before(FIRST))

    book = load_workbook(path)
    extra = book["房间安排"]
    assert isinstance(extra, Worksheet)
    assert book.sheetnames[0] == "房间安排"
    assert (extra["A2"].value, extra.column_dimensions["A"].width) == ("=COUNTA(报名名单!C:C)", 40)
    assert extra["A1"].comment is not None
    assert len(extra.data_validations.dataValidation) == 1
    assert len(list(extra.conditional_formatting)) == 1
    assert [str(area) for area in extra.merged_cells.ranges] == ["D1:E2"]


def test_staffs_own_rules_on_the_roster_survive(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.conditional_formatting.add("S2:S99", Rule(type="cellIs", operator="equal", formula=['"已缴"']))
        choice = DataValidation(type="list", formula1='"已缴,未缴"')
        choice.add("S2:S99")
        sheet.add_data_validation(choice)

    edit(path, change)
    update(path, FIRST)
    update(path, FIRST)

    sheet = roster(path)
    assert [r.type for a in sheet.conditional_formatting for r in a.rules].count("cellIs") == 1
    assert [v.formula1 for v in sheet.data_validations.dataValidation].count('"已缴,未缴"') == 1


def test_a_chart_and_a_picture_on_an_extra_sheet_survive_byte_for_byte(path: Path) -> None:
    book = load_workbook(path)
    extra = book.create_sheet("图表")
    for row in ((1, 2), (3, 4)):
        extra.append(row)
    chart = BarChart()
    chart.add_data(Reference(extra, min_col=1, max_col=2, min_row=1, max_row=2))
    extra.add_chart(chart, "D2")
    book.save(path)
    _put_picture_beside_chart(path)

    for _ in range(3):
        update(path, with_one_before(FIRST))

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        pictures = [archive.read(name) for name in names if name.endswith(".png")]
        types = archive.read("[Content_Types].xml").decode()
    assert pictures == [b"\x89PNG-not-really"]
    assert len(names) == len(set(names))
    assert types.count("image/png") == 1
    book = load_workbook(path)
    assert len(book["图表"]._charts) == 1  # type: ignore[attr-defined]
    assert len(book["统计"]._charts) == 1  # type: ignore[attr-defined]


def _put_picture_beside_chart(path: Path) -> None:
    """Add a picture to the drawing of the sheet 图表, as Excel would store it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    marks = ("xl/drawings/_rels/drawing1.xml.rels", "xl/drawings/_rels/drawing2.xml.rels")
    relations = next(name for name in reversed(marks) if name in parts)
    link = (
        b'<Relationship Id="rId77" Target="../media/photo.png" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", link)
    parts["xl/media/photo.png"] = b"\x89PNG-not-really"
    declared = b'<Default Extension="png" ContentType="image/png"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", declared)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())


def test_a_filter_keeps_its_criteria_and_hides_the_right_rows(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.auto_filter.filterColumn = [FilterColumn(colId=1, filters=Filters(filter=["候补"]))]
        for row in range(2, 8):
            sheet.row_dimensions[row].hidden = True

    edit(path, change)
    people = (*(replace(p, state=State.CONFIRMED) for p in FIRST[:4]), replace(FIRST[4], state=State.WAITLISTED))
    update(path, people)

    sheet = roster(path)
    assert sheet.auto_filter.ref == "A1:V6"
    assert [column.colId for column in sheet.auto_filter.filterColumn] == [1]
    assert [bool(sheet.row_dimensions[row].hidden) for row in range(2, 7)] == [True, True, True, True, False]


def test_rows_hidden_by_hand_stay_hidden_and_new_ones_are_shown(path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True

    edit(path, hide)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert [row for row in range(2, 9) if sheet.row_dimensions[row].hidden] == [4]


def test_a_filter_that_cannot_be_tested_never_hides_new_people(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        day = DateGroupItem(year=2026, month=3, day=1, dateTimeGrouping="day")
        sheet.auto_filter.filterColumn = [FilterColumn(colId=16, filters=Filters(dateGroupItem=[day]))]
        for row in range(2, 8):
            sheet.row_dimensions[row].hidden = row != 4

    edit(path, change)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert [row for row in range(2, 9) if not sheet.row_dimensions[row].hidden] == [2, 5]


def test_a_filter_on_a_moved_column_follows_it(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_cols(1)
        sheet["A1"] = "勾选"
        sheet.auto_filter.ref = "A1:W7"
        both = CustomFilters(customFilter=[CustomFilter(operator="equal", val=f"{FIRST[0].name[0]}*")])
        sheet.auto_filter.filterColumn = [FilterColumn(colId=3, customFilters=both)]

    edit(path, change)
    update(path, FIRST)

    sheet = roster(path)
    assert sheet.auto_filter.filterColumn[0].colId == 2
    shown = [p.name for row, p in enumerate(FIRST, 2) if not sheet.row_dimensions[row].hidden]
    assert shown == [p.name for p in FIRST if p.name[0] == FIRST[0].name[0]]


def test_a_list_made_of_the_table_is_stretched(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = None
        sheet.add_table(Table(displayName="名单", ref="A1:V7"))

    edit(path, change)
    report = update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert sheet.tables["名单"].ref == "A1:V8"
    assert [column.name for column in sheet.tables["名单"].tableColumns] == [c.value for c in sheet[1]]
    assert sheet.auto_filter.ref is None
    assert report.warnings == ()


def test_a_list_that_no_longer_fits_is_dissolved_and_told(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = None
        sheet.add_table(Table(displayName="几个人", ref="C1:E4"))

    edit(path, change)
    report = update(path, FIRST)

    assert not roster(path).tables
    assert "几个人" in report.warnings[0]


def test_array_formulas_and_odd_ones_move_or_stay(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["S2"] = ArrayFormula("S2", "=SUM(J2*2)")
        sheet["T2"] = '=IF("unclosed'
        sheet["V2"] = "▼重要"

    edit(path, change)
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    moved = sheet["S3"].value
    assert isinstance(moved, ArrayFormula)
    assert (moved.ref, moved.text) == ("S3", "=SUM(J3*2)")
    assert (sheet["T3"].value, sheet["V3"].value) == ('=IF("unclosed', "▼重要")


def test_a_stray_cell_far_away_costs_nothing(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "误触"
        sheet["S2"] = "全部"
        sheet.merge_cells("S2:S7")

    edit(path, change)
    started = time.perf_counter()
    update(path, FIRST)

    assert time.perf_counter() - started < 10
    assert roster(path)["XFD10"].value == "误触"


def test_a_link_stays_only_with_the_words_it_was_made_for(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["N2"].hyperlink = "mailto:old@example.org"
        sheet["N3"].hyperlink = "mailto:same@example.org"
        sheet["V3"] = "见网盘"
        sheet["V3"].hyperlink = "https://drive.example.org/x"

    edit(path, change)
    update(path, with_one_before((replace(FIRST[0], email="new@example.org"), *FIRST[1:])))

    sheet = roster(path)
    links = {c.coordinate: c.hyperlink.target for row in sheet.iter_rows() for c in row if c.hyperlink}
    assert links == {"N4": "mailto:same@example.org", "V4": "https://drive.example.org/x"}


def test_a_workbook_that_cannot_be_worked_with_is_left_for_a_person(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise KeyError("xl/drawings/drawing1.xml")

    monkeypatch.setattr("bot.roster.write.parts.collect", fail)

    with pytest.raises(TransientError, match="改名留存"):
        update(path, FIRST[:3])

    assert path.read_bytes() == before


def test_cross_sheet_choices_of_an_extra_sheet_survive(path: Path) -> None:
    book = load_workbook(path)
    book.create_sheet("房间安排")["A1"] = "房号"
    book.save(path)
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="1"/></ext><ext uri="{00000000-0000-0000-0000-000000000000}"/></extLst>'
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet6.xml"] = parts["xl/worksheets/sheet6.xml"].replace(
        b"</worksheet>", extension + b"</worksheet>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    for _ in range(2):
        update(path, FIRST)

    with zipfile.ZipFile(path) as archive:
        text = archive.read("xl/worksheets/sheet6.xml").decode()
    assert text.count("dataValidations") == 1
    assert text.count("{00000000") == 0


def test_merged_entries_are_given_to_every_row_they_covered(path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["S2"] = "医院统一转账"
        sheet.merge_cells("S2:S4")

    edit(path, change)
    entries = read_staff(path, FIRST).entries
    update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert [entry.paid for entry in entries[:4]] == ["医院统一转账"] * 3 + [""]
    assert [sheet.cell(row, 19).value for row in range(2, 7)] == [None, *["医院统一转账"] * 3, None]


def test_a_row_typed_by_hand_is_kept_below_the_list(path: Path) -> None:
    def type_in(sheet: Worksheet) -> None:
        sheet.insert_rows(3)
        sheet["C3"], sheet["V3"] = "电话报名的人", "再联系"

    edit(path, type_in)

    for _ in range(3):
        update(path, with_one_before(FIRST))

    sheet = roster(path)
    assert [sheet.cell(row, 3).value for row in range(2, 9)] == [p.name for p in with_one_before(FIRST)]
    assert str(sheet["A10"].value).startswith(LEFTOVER_MARK)
    assert (sheet["C11"].value, sheet["V11"].value, sheet.max_row) == ("电话报名的人", "再联系", 11)


def test_a_row_typed_by_hand_joins_the_person_once_the_form_comes(path: Path) -> None:
    late_comer = replace(registration(10), number=7)
    typed = [late_comer.name, late_comer.mobile]
    edit(path, lambda s: [s.cell(9, 3, typed[0]), s.cell(9, 6, typed[1]), s.cell(9, 22, "先电话报过")])
    update(path, FIRST)

    update(path, (*FIRST, late_comer))

    sheet = roster(path)
    assert (sheet["C8"].value, sheet["V8"].value) == (late_comer.name, "先电话报过")
    assert sheet.max_row == 8


def test_a_title_above_the_header_does_not_lose_the_table(path: Path) -> None:
    def put_title(sheet: Worksheet) -> None:
        sheet["S2"] = "已缴"
        sheet.insert_rows(1)
        sheet["A1"] = "赴外省学习报名表"

    edit(path, put_title)

    assert read_staff(path, FIRST).entries[0].paid == "已缴"
    update(path, FIRST)

    sheet = roster(path)
    assert (sheet["A1"].value, sheet["S2"].value) == ("序号", "已缴")
    assert "赴外省学习报名表" in [cell.value for cell in sheet["A"]]


def test_a_copied_row_does_not_multiply(path: Path) -> None:
    def copy_row(sheet: Worksheet) -> None:
        for number in range(1, 23):
            sheet.cell(8, number, sheet.cell(2, number).value)

    edit(path, copy_row)
    for _ in range(3):
        update(path, FIRST)

    assert roster(path).max_row == 7


def test_two_different_copies_are_both_kept_and_do_not_multiply(path: Path) -> None:
    def copy_row(sheet: Worksheet) -> None:
        for number in range(1, 23):
            sheet.cell(8, number, sheet.cell(2, number).value)
        sheet["V2"], sheet["V8"] = "一", "二"

    edit(path, copy_row)
    for _ in range(3):
        update(path, FIRST)

    sheet = roster(path)
    assert [sheet.cell(row, 22).value for row in (2, 10)] == ["一", "二"]
    assert sheet.max_row == 10
    assert any("不止一条" in problem or "没有对应" in problem for problem in read_staff(path, FIRST).problems)


def test_notes_beside_a_review_survive_even_after_it_is_settled(path: Path) -> None:
    busy = full_view()
    write_workbook(path, busy, NOW)
    column = len(REVIEWS.columns) + 1
    edit(path, lambda s: [s.cell(1, column, "跟进"), s.cell(3, column, "已打电话")], "待处理")

    write_workbook(path, busy, NOW)
    write_workbook(path, replace(busy, mails=tuple(replace(m, needs_person=False) for m in busy.mails)), NOW)

    sheet = load_workbook(path)["待处理"]
    assert isinstance(sheet, Worksheet)
    assert [sheet.cell(row, column).value for row in range(1, 5)] == ["跟进", None, None, "已打电话"]


def test_notes_beside_the_statistics_survive(path: Path) -> None:
    edit(path, lambda s: [s.cell(30, 10, "会议室已订")], "统计")

    update(path, FIRST)

    assert load_workbook(path)["统计"]["J30"].value == "会议室已订"


def test_a_renamed_roster_stays_and_a_new_one_is_made(path: Path) -> None:
    book = load_workbook(path)
    book["报名名单"].title = "名单备份"
    book.save(path)

    update(path, FIRST)

    assert set(load_workbook(path).sheetnames) >= {"名单备份", "报名名单"}
