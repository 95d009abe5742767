"""What staff choose in 处理 of 报名名单 becomes a new word, once; contradictions change nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.decision import Registration, State
from bot.records.office import StaffEntry
from bot.records.staff import StaffAction, StaffWord
from bot.roster.actions import understood
from bot.roster.published import Published
from bot.roster.read_back import StaffReading, read_staff
from bot.roster.remarks import DELETED
from bot.roster.write import write_workbook
from tests.unit.office_views import NOW, registration, roll, view
from tests.unit.roster_edits import column_of, copy_row, edit, fill, sheet_in, texts

FIRST = roll(6)
LIST = "报名名单"


class Book:
    """A workbook and what the last write said of it."""

    def __init__(self, path: Path) -> None:
        self.path, self.published = path, ""

    def write(
        self,
        people: tuple[Registration, ...] = FIRST,
        remarks: tuple[tuple[int, str], ...] = (),
        staff: tuple[StaffEntry, ...] = (),
    ) -> None:
        shown = replace(view(people), remarks=remarks, staff=staff)
        self.published = write_workbook(self.path, shown, NOW, self.published).published

    def read(self, people: tuple[Registration, ...] = FIRST, known: tuple[StaffEntry, ...] = ()) -> StaffReading:
        return read_staff(self.path, people, known, published=self.published)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path / "报名汇总.xlsx")
    made.write()
    return made


# fmt: off
MEANT = [
    ("录取", StaffAction.ADMIT), (" 录 取 ", StaffAction.ADMIT), ("已录取", StaffAction.ADMIT),
    ("录用", StaffAction.ADMIT), ("補錄", StaffAction.ADMIT), ("录取。", StaffAction.ADMIT),
    ("√录取", StaffAction.ADMIT), ("“录取”", StaffAction.ADMIT), ("改为录取", StaffAction.ADMIT),
    ("候补", StaffAction.WAIT), ("候補", StaffAction.WAIT), ("转候补", StaffAction.WAIT),
    ("候补\u3000", StaffAction.WAIT), ("列入候补！", StaffAction.WAIT),
    ("取消", StaffAction.CANCEL), ("已取消", StaffAction.CANCEL), ("取消报名", StaffAction.CANCEL),
    ("不参加了", StaffAction.CANCEL), ("\t取消\n", StaffAction.CANCEL),
    ("忽略", StaffAction.IGNORE), ("已忽略", StaffAction.IGNORE), ("无需处理", StaffAction.IGNORE),
    ("", StaffAction.NONE), ("  \u3000", StaffAction.NONE),
]
UNCLEAR = [
    "确认", "同意", "撤销", "取消录取", "取消候补", "不取消", "待取消", "录取？", "录取?", "取消?", "待定",
    "已处理",
    "录取/候补", "录取或候补", "先候补", "暂不录取", "不录取", "取消忽略", "1", "是",
    "√", "。", "x", "cancel", "请取消王某",
]
# fmt: on


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_a_word_is_understood_as_people_type_it(typed: str, meant: StaffAction) -> None:
    assert understood(typed) is meant


@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_can_mean_two_things_is_no_word(typed: str) -> None:
    assert understood(typed) is None


@given(st.text(max_size=12))
def test_no_text_is_taken_for_a_cancellation_that_does_not_say_so(text: str) -> None:
    assert understood(text) is not StaffAction.CANCEL or "取消" in text or "退出" in text or "不参加" in text


def test_a_choice_is_a_new_word_until_the_ledger_knows_it(book: Book) -> None:
    fill(book.path, LIST, {(2, "处理"): "取消", (3, "处理"): " 已录取 "})

    first = book.read()
    again = book.read(known=first.entries)

    assert first.words.people == (StaffWord(1, StaffAction.CANCEL), StaffWord(2, StaffAction.ADMIT))
    assert [entry.action for entry in first.entries[:3]] == ["取消", "录取", ""]
    assert not again.words
    assert again.remarks == ()


def test_an_emptied_cell_is_a_word_of_its_own(book: Book) -> None:
    known = (StaffEntry(1, action="录取"), StaffEntry(2, action="已录取"))
    fill(book.path, LIST, {(3, "处理"): "录取"})

    reading = book.read(known=known)

    assert reading.words.people == (StaffWord(1, StaffAction.NONE),)
    assert reading.entries[0].action == ""


def test_a_lost_column_takes_no_word_back(book: Book) -> None:
    fill(book.path, LIST, {(1, "处理"): "处理意见"})

    reading = book.read(known=(StaffEntry(1, action="录取"),))

    assert not reading.words
    assert reading.entries[0].action == "录取"


def test_a_word_that_nobody_understands_is_told_and_stays_new(book: Book) -> None:
    known = (StaffEntry(1, action="录取"),)
    fill(book.path, LIST, {(2, "处理"): "再看看"})
    unclear = book.read(known=known)
    book.write(remarks=unclear.remarks)
    shown = texts(book.path, LIST, "问题")[0]
    still = book.read(known=unclear.entries)
    fill(book.path, LIST, {(2, "处理"): "取消"})
    mended = book.read(known=still.entries)

    assert not unclear.words
    assert unclear.remarks == (
        (1, "“处理”栏填的“再看看”看不懂，请从下拉里选：录取、候补、取消、忽略；没有改动。"),
    )
    assert str(shown).endswith(unclear.remarks[0][1])
    assert unclear.entries[0].action == "录取"
    assert still.remarks == unclear.remarks
    assert mended.words.people == (StaffWord(1, StaffAction.CANCEL),)
    assert mended.remarks == ()


def test_a_long_text_in_place_of_a_word_is_shown_cut(book: Book) -> None:
    fill(book.path, LIST, {(2, "处理"): "对方来电说要\n" + "再" * 300})

    assert len(book.read().remarks[0][1]) < 80


def test_a_word_typed_before_an_update_is_not_taken_for_a_new_one(book: Book) -> None:
    fill(book.path, LIST, {(2, "处理"): "再联系"})

    reading = book.read(known=(StaffEntry(1, action="再联系"),))

    assert not reading.words


def test_a_word_stays_with_its_person_when_rows_are_sorted(book: Book) -> None:
    def sort(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    fill(book.path, LIST, {(3, "处理"): "取消"})
    edit(book.path, LIST, sort)

    reading = book.read()

    assert reading.words.people == (StaffWord(2, StaffAction.CANCEL),)
    assert (reading.remarks, reading.problems) == ((), ())


def test_a_word_is_new_for_somebody_whose_state_changed_meanwhile(book: Book) -> None:
    fill(book.path, LIST, {(3, "处理"): "录取"})
    waiting = (FIRST[0], replace(FIRST[1], state=State.WAITLISTED), *FIRST[2:])

    assert book.read(waiting).words.people == (StaffWord(2, StaffAction.ADMIT),)


def test_two_rows_of_one_person_with_different_words_change_nothing(book: Book) -> None:
    def twice(sheet: Worksheet) -> None:
        copy_row(sheet, 2, 3)
        column = column_of(sheet, "处理")
        sheet.cell(2, column).value, sheet.cell(3, column).value = "录取", "取消"

    edit(book.path, LIST, twice)
    first = book.read()
    book.write(remarks=first.remarks)
    second = book.read()

    for reading in (first, second):
        assert not reading.words
        assert 1 not in {entry.registration_id for entry in reading.entries}
        assert reading.remarks == (
            (1, "这个人在表中不止一行，“处理”栏填得不一样（录取、取消），没有改动；请只留一行。"),
        )


def test_two_rows_that_differ_elsewhere_are_not_read_either(book: Book) -> None:
    def twice(sheet: Worksheet) -> None:
        copy_row(sheet, 2, 3)
        sheet.cell(2, column_of(sheet, "处理")).value = sheet.cell(3, column_of(sheet, "处理")).value = "取消"
        sheet.cell(3, column_of(sheet, "备注")).value = "另一行"

    edit(book.path, LIST, twice)

    reading = book.read()

    assert not reading.words
    assert reading.remarks == ((1, "这个人在表中不止一行，所填内容不一样，都没有读取；请只留一行。"),)


def test_an_exact_copy_of_a_decided_row_is_one_decision(book: Book) -> None:
    fill(book.path, LIST, {(2, "处理"): "取消"})
    edit(book.path, LIST, lambda sheet: copy_row(sheet, 2, 3))

    assert book.read().words.people == (StaffWord(1, StaffAction.CANCEL),)


def test_a_deleted_row_is_no_cancellation_and_is_said_beside_the_restored_one(book: Book) -> None:
    edit(book.path, LIST, lambda sheet: sheet.delete_rows(3))

    first = book.read()
    book.write(remarks=first.remarks)
    second = book.read()

    assert not first.words
    assert first.remarks == ((2, DELETED),)
    assert texts(book.path, LIST, "姓名")[1] == FIRST[1].name
    # It stays until somebody has seen it and deletes the sentence.
    assert second.remarks == first.remarks


def test_a_remark_goes_when_staff_delete_it_or_cancel_as_it_says(book: Book) -> None:
    edit(book.path, LIST, lambda sheet: sheet.delete_rows(2, 2))
    book.write(remarks=book.read().remarks)
    cancelled = (*FIRST[:1], replace(FIRST[1], state=State.CANCELLED, number=None), *FIRST[2:])
    fill(book.path, LIST, {(2, "问题"): None})

    assert book.read(cancelled).remarks == ()


def test_nothing_is_missed_where_the_last_write_is_not_known(book: Book) -> None:
    edit(book.path, LIST, lambda sheet: sheet.delete_rows(3))

    for unknown in (None, "", "{", "[]", '{"people":{"2":7},"reviews":{}}'):
        assert read_staff(book.path, FIRST, published=unknown).remarks == ()


def test_a_row_of_somebody_cancelled_may_be_deleted(book: Book) -> None:
    cancelled = (*FIRST[:5], replace(FIRST[5], state=State.CANCELLED, number=None))
    book.write(cancelled)
    edit(book.path, LIST, lambda sheet: sheet.delete_rows(7))

    assert book.read(cancelled).remarks == ()


def test_somebody_new_since_the_last_write_is_not_missed(book: Book) -> None:
    assert book.read((*FIRST, replace(registration(20), number=7))).remarks == ()


@pytest.mark.parametrize(
    ("header", "typed", "advice"),
    [
        ("姓名", "王改名", "请让对方来信更正"),
        ("手机", 13800138000, "请让对方来信更正"),
        ("身份证号", 110101199003070000, "请让对方来信更正"),
        ("是否单间", "是", "请让对方来信更正"),
        ("状态", "候补", "请在“处理”栏选择"),
        ("应缴费用", 0, "请告诉维护人员"),
    ],
)
def test_a_changed_cell_of_the_bots_is_told_and_restored(
    book: Book, header: str, typed: object, advice: str
) -> None:
    before = texts(book.path, LIST, header)[1]
    fill(book.path, LIST, {(3, header): typed})

    first = book.read()
    book.write(remarks=first.remarks)
    second = book.read()

    assert [number for number, _ in first.remarks] == [2]
    assert f"“{header}”由机器人维护，改动已恢复" in first.remarks[0][1]
    assert advice in first.remarks[0][1]
    assert texts(book.path, LIST, header)[1] == before
    assert second.remarks == first.remarks


def test_changed_cells_are_told_together_by_what_to_do(book: Book) -> None:
    fill(book.path, LIST, {(2, "状态"): "已取消", (2, "职务"): "院长", (2, "邮箱"): "x@example.org"})

    assert book.read().remarks == (
        (
            1,
            "“状态”由机器人维护，改动已恢复；如需改变，请在“处理”栏选择。"
            "“职务”“邮箱”由机器人维护，改动已恢复；如需更正，请让对方来信更正。",
        ),
    )


def test_a_decision_beside_a_changed_cell_is_still_carried_out(book: Book) -> None:
    fill(book.path, LIST, {(2, "职务"): "院长", (2, "处理"): "取消"})

    assert book.read().words.people == (StaffWord(1, StaffAction.CANCEL),)


def test_what_the_ledger_changed_since_is_nobodys_hand(book: Book) -> None:
    amended = (replace(FIRST[0], job_title="院长", mobile="13800138000"), *FIRST[1:])

    assert book.read(amended).remarks == ()


def test_other_spaces_and_widths_are_no_change(book: Book) -> None:
    fill(book.path, LIST, {(2, "手机"): f" {FIRST[0].mobile} ", (2, "单位"): f"{FIRST[0].organisation}　"})

    assert book.read().remarks == ()


def test_the_row_of_somebody_replaced_stays_the_row_of_her_successor(book: Book) -> None:
    fill(book.path, LIST, {(2, "缴费"): "已缴", (2, "备注"): "住一楼"})
    after = registration(40)
    successor = replace(FIRST[0], name=after.name, id_number=after.id_number, mobile=after.mobile)
    people = (successor, *FIRST[1:])

    reading = book.read(people)
    book.write(people)

    assert (reading.problems, reading.remarks) == ((), ())
    assert reading.entries[0] == StaffEntry(1, paid="已缴", remark="住一楼")
    assert texts(book.path, LIST, "姓名") == [person.name for person in people]
    assert texts(book.path, LIST, "缴费")[0] == "已缴"


def test_a_column_sorted_without_the_others_gives_nobody_anothers_word(book: Book) -> None:
    def sort_names_only(sheet: Worksheet) -> None:
        column = column_of(sheet, "姓名")
        names = [sheet.cell(row, column).value for row in range(2, 8)]
        for row, name in enumerate(names[1:] + names[:1], 2):
            sheet.cell(row, column).value = name

    fill(book.path, LIST, {(2, "处理"): "取消", (3, "缴费"): "已缴"})
    edit(book.path, LIST, sort_names_only)

    first = book.read()
    book.write()
    second = book.read()

    for reading in (first, second):
        assert not reading.words
        assert all(entry.paid == "" for entry in reading.entries)
        assert len(reading.problems) >= 1
    assert texts(book.path, LIST, "姓名")[:6] == [person.name for person in FIRST]
    assert "取消" in texts(book.path, LIST, "处理")[6:]


def test_somebody_typed_in_by_hand_is_not_registered_by_a_word(book: Book) -> None:
    fill(book.path, LIST, {(9, "姓名"): "电话里报名的人", (9, "处理"): "录取"})

    reading = book.read()

    assert not reading.words
    assert "“处理”没有执行" in reading.problems[0]


def test_an_answer_that_did_not_arrive_is_said_beside_the_person(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"

    write_workbook(
        path, replace(view(FIRST), undelivered=((2, "收件人不存在"),), remarks=((2, "另有提示。"),)), NOW
    )

    assert texts(path, LIST, "问题")[:3] == [None, "回复未送达，请电话联系。另有提示。", None]


def test_marks_of_the_last_write_hold_nobodys_particulars(book: Book) -> None:
    people = Published.of_text(book.published).people

    assert set(people) == {1, 2, 3, 4, 5, 6}
    for person in FIRST:
        for said in (person.name, person.id_number, person.mobile, person.organisation):
            assert said not in book.published


def test_headers_explain_themselves_once_and_leave_staffs_comments(book: Book) -> None:
    def comment(sheet: Worksheet) -> None:
        sheet.cell(1, column_of(sheet, "问题")).comment = Comment("请小李每天看", "小王")

    edit(book.path, LIST, comment)
    book.write()
    book.write()

    sheet = sheet_in(book.path, LIST)
    notes = {str(cell.value): cell.comment.text for cell in sheet[1] if cell.comment}
    assert set(notes) == {"问题", "处理"}
    assert notes["问题"] == "请小李每天看"
    assert notes["处理"].startswith("【说明】")
    assert all(word in notes["处理"] for word in ("录取", "候补", "取消", "忽略"))
