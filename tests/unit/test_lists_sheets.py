"""The lists as sheets of the shared workbook: what staff write beside a row stays with it, theirs stays theirs."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.lists.office import office_lists
from bot.records.decision import Registration, State
from bot.records.form import ProblemCode
from bot.records.lists import OfficeLists
from bot.roster.list_sheets import BADGES, FLIGHTS, INVOICES, LIST_TITLES, ROOMS, list_tables
from bot.roster.styles import DOUBT_FILL, Styles
from bot.roster.table import Rebuild
from tests.unit.lists_cases import FLYING, cancelled, key, person, problem
from tests.unit.office_views import view


def lists_of(*people: Registration) -> OfficeLists:
    return office_lists(replace(view(people), event=FLYING), key)


def written(lists: OfficeLists, book: Workbook | None = None) -> Workbook:
    """The list sheets renewed in this book (or a new one), saved and opened again as the next program finds it."""
    given = book or Workbook()
    styles = Styles(given)
    for layout, records in list_tables(lists, given):
        Rebuild(given, layout, records, styles).run(None)
    content = BytesIO()
    given.save(content)
    return load_workbook(content)


def sheet_of(book: Workbook, title: str) -> Worksheet:
    sheet = book[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def column(sheet: Worksheet, header: str) -> list[object]:
    number = [cell.value for cell in sheet[1]].index(header) + 1
    return [sheet.cell(row, number).value for row in range(2, sheet.max_row + 1)]


def cell_of(sheet: Worksheet, header: str, row: int = 2):  # type: ignore[no-untyped-def]
    return sheet.cell(row, [cell.value for cell in sheet[1]].index(header) + 1)


def test_there_is_no_sheet_before_somebody_is_confirmed() -> None:
    assert list_tables(lists_of(replace(person(1), state=State.WAITLISTED)), Workbook()) == []


def test_there_is_no_sheet_of_flights_where_there_is_no_flight() -> None:
    lists = office_lists(view((person(1),)), key)

    assert [layout.title for layout, _ in list_tables(lists, Workbook())] == ["住房安排", "开票清单", "胸牌"]


def test_each_list_has_its_sheet_and_headers_in_row_one() -> None:
    book = written(lists_of(person(1), person(2)))

    for layout in (ROOMS, FLIGHTS, INVOICES, BADGES):
        assert tuple(cell.value for cell in sheet_of(book, layout.title)[1]) == layout.headers


def test_numbers_that_are_names_are_text() -> None:
    book = written(lists_of(person(1)))

    for title, header in (("航班名单", "身份证号"), ("航班名单", "手机"), ("开票清单", "纳税人识别号")):
        cell = cell_of(sheet_of(book, title), header)
        assert (cell.data_type, cell.number_format) == ("s", "@")


def test_formula_in_a_name_stays_text() -> None:
    book = written(lists_of(replace(person(1), name="=1+1", organisation="@SUM(A1)")))

    cell = cell_of(sheet_of(book, "胸牌"), "姓名")
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_guests_of_one_room_stand_together_and_name_each_other() -> None:
    sheet = sheet_of(written(lists_of(person(1), person(2, "女"), person(3))), "住房安排")

    assert column(sheet, "房间") == ["男1", "男1", "女1"]
    assert column(sheet, "同住人") == ["甲3", "甲1", None]
    assert column(sheet, "说明")[2] == "落单（待拼房）"


def test_room_number_of_staff_stays_with_the_person_when_pairs_change() -> None:
    people = [person(place, "男", place - 1) for place in (1, 2, 3)]
    book = written(lists_of(*people))
    sheet = sheet_of(book, "住房安排")
    for row, number in enumerate(("801", "801", "802"), 2):
        cell_of(sheet, "房号", row).value = number

    sheet = sheet_of(written(lists_of(*people, person(4, "男", 0)), book), "住房安排")

    assert dict(zip(column(sheet, "姓名"), column(sheet, "房号"), strict=True)) == {
        "甲1": "801",
        "甲2": "801",
        "甲3": "802",
        "甲4": None,
    }


def test_room_number_stays_with_the_person_when_somebody_before_her_cancels() -> None:
    people = [person(1), replace(person(2), number=2)]
    book = written(lists_of(*people))
    cell_of(sheet_of(book, "住房安排"), "房号", 3).value = "802"

    after = [cancelled(people[0]), replace(people[1], number=1)]
    sheet = sheet_of(written(lists_of(*after), book), "住房安排")

    assert column(sheet, "姓名")[0] == "甲2"
    assert column(sheet, "房号")[0] == "802"


def test_row_of_somebody_who_cancelled_is_kept_below_with_what_staff_wrote() -> None:
    people = [person(1), person(2)]
    book = written(lists_of(*people))
    cell_of(sheet_of(book, "住房安排"), "备注", 3).value = "要低楼层"

    sheet = sheet_of(written(lists_of(people[0], cancelled(people[1])), book), "住房安排")

    assert column(sheet, "编号")[:2] == [1, None]
    assert column(sheet, "备注")[-1] == "要低楼层"


def test_sheets_are_emptied_when_everybody_has_gone() -> None:
    book = written(lists_of(person(1)))

    sheet = sheet_of(written(lists_of(cancelled(person(1))), book), "开票清单")

    assert sheet.max_row == 1


def test_sheet_that_staff_made_under_the_same_name_is_left_alone() -> None:
    book = Workbook()
    own = book.create_sheet("住房安排")
    for row in (("房号", "姓名", "备注"), ("801", "甲1", "靠电梯")):
        own.append(row)

    once = written(lists_of(person(1)), book)
    twice = written(lists_of(person(1), person(2)), once)

    assert [[cell.value for cell in row] for row in sheet_of(twice, "住房安排")] == [
        ["房号", "姓名", "备注"],
        ["801", "甲1", "靠电梯"],
    ]
    assert column(sheet_of(twice, "住房安排（自动）"), "姓名") == ["甲1", "甲2"]
    assert {title for title in twice.sheetnames if title.endswith("（自动）")} <= LIST_TITLES


def test_sheet_of_staff_with_a_note_far_below_is_left_alone() -> None:
    book = Workbook()
    book.create_sheet("胸牌")["C40"] = "挂绳 50 根，蓝色"

    again = written(lists_of(person(1)), book)

    assert sheet_of(again, "胸牌")["C40"].value == "挂绳 50 根，蓝色"
    assert column(sheet_of(again, "胸牌（自动）"), "姓名") == ["甲1"]


def test_own_sheet_keeps_its_name_when_the_one_of_staff_is_gone() -> None:
    book = Workbook()
    book.create_sheet("胸牌")["A1"] = "挂绳"
    before = written(lists_of(person(1)), book)
    cell_of(sheet_of(before, "胸牌（自动）"), "备注").value = "已印"
    del before["胸牌"]

    again = written(lists_of(person(1)), before)

    assert "胸牌" not in again.sheetnames
    assert column(sheet_of(again, "胸牌（自动）"), "备注") == ["已印"]


def test_sheet_that_staff_emptied_is_filled_again() -> None:
    book = Workbook()
    book.create_sheet("胸牌")

    assert column(sheet_of(written(lists_of(person(1)), book), "胸牌"), "姓名") == ["甲1"]


def test_sheet_is_known_again_below_a_title_that_staff_put_above() -> None:
    book = written(lists_of(person(1)))
    sheet_of(book, "胸牌").insert_rows(1)
    sheet_of(book, "胸牌")["A1"] = "给印刷厂的名单"

    again = written(lists_of(person(1), person(2)), book)

    assert "胸牌（自动）" not in again.sheetnames
    assert column(sheet_of(again, "胸牌"), "姓名") == ["甲1", "甲2"]


def test_name_read_with_doubt_is_marked() -> None:
    one = replace(person(1), problems=(problem("name", ProblemCode.UNCERTAIN),))

    cell = cell_of(sheet_of(written(lists_of(one)), "胸牌"), "姓名")

    assert cell.fill.fgColor.rgb[-6:] == DOUBT_FILL


def test_amount_stays_empty_where_no_fee_is_known() -> None:
    some, none = person(1), replace(person(2, "男", 1), fee=None)
    sheet = sheet_of(written(lists_of(some, replace(person(3), fee=None), none)), "开票清单")

    assert column(sheet, "应缴合计") == [2980, None]
    assert column(sheet, "待定人数") == [1, 1]


def test_flights_are_named_beside_each_passenger() -> None:
    sheet = sheet_of(written(lists_of(person(1))), "航班名单")

    assert column(sheet, "航班") == ["ZH9887、ZH9882"]
    assert column(sheet, "证件") == ["居民身份证"]
