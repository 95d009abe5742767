"""待处理: what staff complete and decide beside a mail that waits is read as a word, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.mail import enquiry_number
from bot.records.office import EventView, MailEntry
from bot.records.staff import ReviewWord, StaffAction
from bot.roster.layout import REVIEWS
from bot.roster.read_back import StaffReading, read_staff
from bot.roster.remarks import REVIEW_DELETED
from bot.roster.write import write_workbook
from tests.unit.office_views import NOW, mail, registration, roll, view
from tests.unit.roster_edits import column_of, copy_row, edit, fill, sheet_in, texts

LIST = "待处理"
WAITING = (mail(3, needs_person=True), mail(5, needs_person=True))
FIRST, SECOND = WAITING[0].id, WAITING[1].id
ONE, OTHER = registration(30), registration(31)


class Book:
    """A workbook and what the last write said of it."""

    def __init__(self, path: Path) -> None:
        self.path, self.published = path, ""

    def write(self, *mails: MailEntry, **more: object) -> None:
        shown: EventView = replace(view(roll(2), mails or WAITING), **more)  # type: ignore[arg-type]
        self.published = write_workbook(self.path, shown, NOW, self.published).published

    def read(self, *mails: MailEntry, settled: tuple[int, ...] = ()) -> StaffReading:
        waiting = mails or WAITING
        return read_staff(self.path, roll(2), reviews=waiting, published=self.published, settled=settled)

    def fill(self, row: int, **cells: object) -> None:
        fill(self.path, LIST, {(row, header): value for header, value in cells.items()})


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = Book(tmp_path / "报名汇总.xlsx")
    made.write()
    return made


@pytest.fixture
def read_out(tmp_path: Path) -> Book:
    """A workbook whose first mail has two people already made out by the bot."""
    made = Book(tmp_path / "报名汇总.xlsx")
    made.write(read_people=READ)
    return made


READ = (
    (
        FIRST,
        (
            (("name", ONE.name), ("organisation", ONE.organisation), ("mobile", ONE.mobile)),
            (("name", OTHER.name), ("single_room", "是")),
        ),
    ),
)


def done(number: int) -> tuple[MailEntry, ...]:
    """The waiting mails after one of them was dealt with."""
    return tuple(replace(one, needs_person=one.id != number and one.needs_person) for one in WAITING)


def test_each_waiting_mail_has_a_row_to_complete_and_a_link_to_its_file(tmp_path: Path) -> None:
    book = Book(tmp_path / "w.xlsx")

    book.write(mail_files=((FIRST, "来信/000004.eml"),))

    assert texts(book.path, LIST, "邮件编号") == [FIRST, SECOND]
    assert texts(book.path, LIST, "原信") == ["打开原信", None]
    sheet = sheet_in(book.path, LIST)
    link = sheet.cell(2, column_of(sheet, "原信")).hyperlink
    assert link is not None
    assert unquote(link.target or "") == "来信/000004.eml"
    headers = [cell.value for cell in sheet[1]]
    own = "姓名 单位 职务 手机 身份证号 是否单间 联系人 联系人电话 开票抬头 纳税人识别号 处理 备注"
    assert headers[-12:] == own.split()
    assert len(headers) == len(set(headers))


def test_a_link_goes_when_the_file_is_gone(tmp_path: Path) -> None:
    book = Book(tmp_path / "w.xlsx")
    book.write(mail_files=((FIRST, "来信/000004.eml"),))

    book.write()

    sheet = sheet_in(book.path, LIST)
    assert sheet.cell(2, column_of(sheet, "原信")).hyperlink is None
    assert sheet.cell(2, column_of(sheet, "原信")).value is None


def test_cells_for_numbers_are_text_before_anything_is_typed(book: Book) -> None:
    sheet = sheet_in(book.path, LIST)

    for header in ("手机", "身份证号", "联系人电话", "纳税人识别号"):
        assert sheet.cell(2, column_of(sheet, header)).number_format == "@"


def test_drop_downs_offer_the_decisions_and_the_room(book: Book) -> None:
    book.write()
    sheet = sheet_in(book.path, LIST)

    offered = {v.formula1: str(v.sqref) for v in sheet.data_validations.dataValidation}

    letters = {header: get_column_letter(column_of(sheet, header)) for header in ("处理", "是否单间")}
    assert offered == {
        '"录取,候补,取消,忽略"': f"{letters['处理']}2:{letters['处理']}503",
        '"是,否"': f"{letters['是否单间']}2:{letters['是否单间']}503",
    }


def test_people_made_out_by_the_bot_are_filled_in_a_row_each(read_out: Book) -> None:
    assert texts(read_out.path, LIST, "邮件编号") == [FIRST, FIRST, SECOND]
    assert texts(read_out.path, LIST, "姓名") == [ONE.name, OTHER.name, None]
    assert texts(read_out.path, LIST, "手机") == [ONE.mobile, None, None]
    assert texts(read_out.path, LIST, "是否单间") == [None, "是", None]


def test_text_out_of_a_mail_stays_text_in_the_cells_to_complete(tmp_path: Path) -> None:
    book = Book(tmp_path / "w.xlsx")
    book.write(read_people=((FIRST, ((("name", "=1+1"), ("phone", "+86755")),)),))

    sheet = sheet_in(book.path, LIST)
    cells = [sheet.cell(2, column_of(sheet, header)) for header in ("姓名", "联系人电话")]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        ("=1+1", "s", True),
        ("+86755", "s", True),
    ]


def test_a_completed_row_with_a_word_is_read_with_all_its_fields(book: Book) -> None:
    book.fill(
        2,
        姓名=f" {ONE.name} ",
        单位="示范市第一医院",
        职务="主任",
        手机=13800138000,
        身份证号=ONE.id_number,
        是否单间="否",
        联系人="张三",
        联系人电话="0755-1",
        开票抬头="示范市第一医院",
        纳税人识别号="A1",
        处理="录取",
        备注="电话确认过",
    )

    reading = book.read()

    assert reading.words.reviews == (
        ReviewWord(
            FIRST,
            StaffAction.ADMIT,
            (
                (
                    ("name", ONE.name),
                    ("organisation", "示范市第一医院"),
                    ("job_title", "主任"),
                    ("mobile", "13800138000"),
                    ("id_number", ONE.id_number),
                    ("single_room", "否"),
                    ("contact", "张三"),
                    ("phone", "0755-1"),
                    ("invoice_title", "示范市第一医院"),
                    ("taxpayer_id", "A1"),
                ),
            ),
        ),
    )
    assert (reading.review_remarks, reading.problems, reading.words.people) == ((), (), ())


def test_nothing_is_decided_where_nothing_was_chosen(read_out: Book) -> None:
    reading = read_out.read()

    assert not reading.words
    assert (reading.review_remarks, reading.problems) == ((), ())


def test_people_decided_differently_give_a_word_for_each_action_admitted_first(read_out: Book) -> None:
    read_out.fill(2, 处理="忽略")
    read_out.fill(3, 处理="录取")

    words = read_out.read().words.reviews

    assert words == (
        ReviewWord(FIRST, StaffAction.ADMIT, ((("name", OTHER.name), ("single_room", "是")),)),
        ReviewWord(FIRST, StaffAction.IGNORE),
    )


def test_an_ignored_mail_needs_nothing_else(book: Book) -> None:
    book.fill(3, 处理="忽略")

    assert book.read().words.reviews == (ReviewWord(SECOND, StaffAction.IGNORE),)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"处理": "录取"}, "请先填写姓名，再在“处理”栏选“录取”"),
        ({"处理": "候补", "手机": "13800138000"}, "请先填写姓名，再在“处理”栏选“候补”"),
        ({"处理": "取消"}, "要取消的人"),
        ({"处理": "确认", "姓名": "王某"}, "看不懂"),
        ({"处理": "录取", "姓名": "王某", "身份证号": 440301199001011234}, "末几位已经丢失"),
    ],
)
def test_what_is_not_clear_is_told_and_nothing_of_that_mail_carried_out(
    book: Book, cells: dict[str, object], said: str
) -> None:
    book.fill(2, **cells)
    book.fill(3, 处理="忽略")

    reading = book.read()
    book.write(review_remarks=reading.review_remarks)

    assert reading.words.reviews == (ReviewWord(SECOND, StaffAction.IGNORE),)
    assert [number for number, _ in reading.review_remarks] == [FIRST]
    assert said in reading.review_remarks[0][1]
    assert texts(book.path, LIST, "提示") == [reading.review_remarks[0][1], None]
    assert texts(book.path, LIST, "处理")[0] == cells["处理"]


def test_a_remark_goes_once_the_row_is_completed(book: Book) -> None:
    book.fill(2, 处理="录取")
    book.write(review_remarks=book.read().review_remarks)
    book.fill(2, 姓名="王某")

    reading = book.read()

    assert reading.review_remarks == ()
    assert reading.words.reviews[0].action is StaffAction.ADMIT


def test_nobody_of_a_mail_is_forgotten_because_another_was_decided(read_out: Book) -> None:
    read_out.fill(2, 处理="录取")

    reading = read_out.read()

    assert not reading.words
    assert reading.review_remarks[0][0] == FIRST
    assert OTHER.name in reading.review_remarks[0][1]


def test_an_empty_row_of_a_mail_decides_nothing_and_holds_nothing_back(read_out: Book) -> None:
    def clear(sheet: Worksheet) -> None:
        for header in ("姓名", "是否单间"):
            sheet.cell(3, column_of(sheet, header)).value = None

    edit(read_out.path, LIST, clear)
    read_out.fill(2, 处理="候补")

    assert [word.action for word in read_out.read().words.reviews] == [StaffAction.WAIT]


def test_a_copied_row_adds_a_person_and_stays_through_every_write(book: Book) -> None:
    book.fill(2, 姓名=ONE.name, 处理="录取", 手机=ONE.mobile)
    edit(book.path, LIST, lambda sheet: copy_row(sheet, 2, 4))
    book.fill(4, 姓名=OTHER.name, 手机="")

    before = book.read().words.reviews
    for _ in range(2):
        book.write(read_people=READ)
    after = book.read().words.reviews

    people = ((("name", ONE.name), ("mobile", ONE.mobile)), (("name", OTHER.name),))
    assert before == after == (ReviewWord(FIRST, StaffAction.ADMIT, people),)
    assert texts(book.path, LIST, "邮件编号") == [FIRST, FIRST, SECOND]


def test_the_same_person_in_two_rows_counts_once(book: Book) -> None:
    book.fill(2, 姓名=ONE.name, 处理="录取")
    edit(book.path, LIST, lambda sheet: copy_row(sheet, 2, 3))

    assert len(book.read().words.reviews[0].people) == 1


def test_what_was_typed_without_a_word_survives_every_write(read_out: Book) -> None:
    read_out.fill(2, 姓名="改过的名字", 身份证号="4403", 备注="等回电")
    read_out.fill(4, 单位="示范市第二医院")
    earlier = mail(1, needs_person=True)

    for _ in range(3):
        read_out.write(earlier, *WAITING, read_people=READ)

    assert texts(read_out.path, LIST, "邮件编号") == [earlier.id, FIRST, FIRST, SECOND]
    assert texts(read_out.path, LIST, "姓名") == [None, "改过的名字", OTHER.name, None]
    assert texts(read_out.path, LIST, "身份证号") == [None, "4403", None, None]
    assert texts(read_out.path, LIST, "备注") == [None, "等回电", None, None]
    assert texts(read_out.path, LIST, "单位")[3] == "示范市第二医院"


def test_somebody_dropped_by_deleting_her_row_does_not_come_back(read_out: Book) -> None:
    edit(read_out.path, LIST, lambda sheet: sheet.delete_rows(3))

    read_out.write(read_people=READ)

    assert texts(read_out.path, LIST, "姓名") == [ONE.name, None]
    assert read_out.read().review_remarks == ()


def test_a_mail_whose_rows_were_all_deleted_still_waits_and_says_so(read_out: Book) -> None:
    edit(read_out.path, LIST, lambda sheet: sheet.delete_rows(2, 2))

    reading = read_out.read()
    read_out.write(read_people=READ, review_remarks=reading.review_remarks)

    assert not reading.words
    assert reading.review_remarks == ((FIRST, REVIEW_DELETED),)
    assert texts(read_out.path, LIST, "姓名") == [ONE.name, OTHER.name, None]
    assert read_out.read().review_remarks == reading.review_remarks


def test_rows_in_any_order_are_read_for_their_mails(read_out: Book) -> None:
    def turn(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    read_out.fill(4, 处理="忽略")
    edit(read_out.path, LIST, turn)

    assert read_out.read().words.reviews == (ReviewWord(SECOND, StaffAction.IGNORE),)


def test_a_number_that_names_no_waiting_mail_is_a_problem(book: Book) -> None:
    edit(book.path, LIST, lambda sheet: copy_row(sheet, 2, 4))
    book.fill(4, 邮件编号=99999, 查询编号=None, 姓名=ONE.name, 处理="录取")

    for _ in range(2):
        reading = book.read()
        assert not reading.words
        assert len(reading.problems) == 1
        assert "99999" in reading.problems[0]
        book.write()

    assert ONE.name in texts(book.path, LIST, "姓名")


def test_a_row_dragged_down_is_not_taken_for_the_next_mails(book: Book) -> None:
    """Spreadsheets count a dragged number up: the row then names a mail that it is not about."""
    book.fill(2, 姓名=ONE.name, 处理="录取")
    edit(book.path, LIST, lambda sheet: copy_row(sheet, 2, 4))
    book.fill(4, 邮件编号=SECOND, 姓名=OTHER.name)

    reading = book.read()

    assert [word.mail_id for word in reading.words.reviews] == [FIRST]
    assert len(reading.words.reviews[0].people) == 1
    assert OTHER.name in reading.problems[0]


def test_the_enquiry_number_is_enough_and_numbers_may_be_text(book: Book) -> None:
    book.fill(2, 邮件编号=None, 处理="忽略")
    book.fill(3, 邮件编号=f" {SECOND} ", 查询编号=None, 处理="忽略")

    assert {word.mail_id for word in book.read().words.reviews} == {FIRST, SECOND}


def test_rows_of_a_mail_go_once_its_word_was_carried_out(read_out: Book) -> None:
    for row in (2, 3):
        read_out.fill(row, 处理="录取")

    read_out.write(*done(FIRST), settled_reviews=(FIRST,))

    assert texts(read_out.path, LIST, "邮件编号") == [SECOND]
    assert read_out.read(WAITING[1]).problems == ()


def test_rows_nobody_touched_go_when_the_mail_was_settled_otherwise(read_out: Book) -> None:
    read_out.write(*done(FIRST))

    assert texts(read_out.path, LIST, "邮件编号") == [SECOND]


def test_what_was_typed_is_kept_below_when_the_mail_was_settled_otherwise(read_out: Book) -> None:
    read_out.fill(2, 姓名="改过的名字")
    read_out.fill(3, 处理="录取")

    for _ in range(2):
        read_out.write(*done(FIRST))

    kept = texts(read_out.path, LIST, "姓名")
    assert kept == [None, None, None, "改过的名字", OTHER.name]
    problems = read_out.read(WAITING[1]).problems
    assert len(problems) == 1
    assert OTHER.name in problems[0]


def test_a_word_carried_out_while_the_workbook_was_open_is_no_problem(read_out: Book) -> None:
    for row in (2, 3):
        read_out.fill(row, 处理="录取")

    reading = read_out.read(WAITING[1], settled=(FIRST,))

    assert (reading.problems, reading.review_remarks) == ((), ())
    assert not reading.words


def test_a_remark_stays_after_its_word_was_carried_out_and_is_no_new_word(book: Book) -> None:
    book.fill(2, 姓名=ONE.name, 处理="录取", 备注="发票寄纸质")

    for _ in range(2):
        book.write(*done(FIRST), settled_reviews=(FIRST,))

    assert texts(book.path, LIST, "备注")[-1] == "发票寄纸质"
    assert texts(book.path, LIST, "处理")[-1] == "录取（已办）"
    assert book.read(WAITING[1]).problems == ()
    assert not book.read(WAITING[1]).words


def test_own_columns_and_comments_stay_with_the_row_of_their_mail(book: Book) -> None:
    def add(sheet: Worksheet) -> None:
        column = len(REVIEWS.columns) + 1
        sheet.cell(1, column).value, sheet.cell(3, column).value = "跟进人", "小李"
        sheet.cell(3, column_of(sheet, "姓名")).comment = Comment("电话里说的", "小李")

    edit(book.path, LIST, add)
    book.write(mail(1, needs_person=True), *WAITING)

    sheet = sheet_in(book.path, LIST)
    assert texts(book.path, LIST, "跟进人") == [None, None, "小李"]
    assert sheet.cell(4, column_of(sheet, "姓名")).comment is not None


def test_a_workbook_from_before_gets_the_cells_to_complete(read_out: Book) -> None:
    """Rows of an older workbook have no cells of staff's; what staff noted to the right of them stays."""

    def older(sheet: Worksheet) -> None:
        sheet.delete_rows(3)
        sheet.delete_cols(14, len(REVIEWS.columns))
        sheet.cell(1, 14).value, sheet.cell(2, 14).value = "跟进", "已打电话"

    edit(read_out.path, LIST, older)
    old = read_out.read()
    read_out.write(read_people=READ)

    assert (old.problems, old.review_remarks) == ((), ())
    assert texts(read_out.path, LIST, "姓名") == [ONE.name, OTHER.name, None]
    assert texts(read_out.path, LIST, "跟进") == ["已打电话", None, None]


def test_a_lost_column_of_decisions_is_told(book: Book) -> None:
    book.fill(1, 处理="意见")

    reading = book.read()

    assert not reading.words
    assert "“处理”" in reading.problems[0]


def test_a_lost_sheet_or_header_is_told_and_decides_nothing(book: Book) -> None:
    edit(book.path, LIST, lambda sheet: sheet.delete_rows(1))
    headless = book.read()
    whole = load_workbook(book.path)
    del whole[LIST]
    whole.save(book.path)
    gone = book.read()

    assert "表头" in headless.problems[0]
    assert LIST in gone.problems[0]
    assert not headless.words
    assert not gone.words


def test_enquiry_numbers_of_the_samples_differ() -> None:
    assert len({enquiry_number(one.message_id) for one in WAITING}) == 2
