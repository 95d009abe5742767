"""Staff decide in LibreOffice, in both sheets: typing, copying, dragging, deleting; it is read as they meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.records.staff import ReviewWord, StaffAction, StaffWord
from bot.roster.read_back import read_staff
from bot.roster.remarks import DELETED
from bot.roster.write import write_workbook
from tests.integration.office_macros import HANDS, profile_with, run_macro, saved_again
from tests.unit.office_views import NOW, mail, registration, roll, view
from tests.unit.roster_edits import column_of, sheet_in, texts

pytestmark = pytest.mark.integration

EDITS = """
Sub Decide(address As String)
  book = Opened(address)
  people = book.Sheets.getByName("报名名单")
  Typed(book, people, 2, "处理", "取消")
  Typed(book, people, 3, "处理", " 录取 ")
  Typed(book, people, 4, "处理", "问一下")
  Typed(book, people, 5, "手机", "13900139000")
  people.Rows.removeByIndex(5, 1)
  waiting = book.Sheets.getByName("待处理")
  Typed(book, waiting, 2, "姓名", "NAME")
  Typed(book, waiting, 2, "身份证号", "NUMBER")
  Typed(book, waiting, 2, "手机", "013800138000")
  Typed(book, waiting, 2, "纳税人识别号", "123456789012345678")
  Typed(book, waiting, 2, "处理", "录取")
  ' The whole row copied to add a person.
  waiting.Rows.insertByIndex(2, 1)
  waiting.copyRange(waiting.getCellByPosition(0, 2).CellAddress, waiting.getCellRangeByName("A2:AB2").RangeAddress)
  Typed(book, waiting, 3, "姓名", "OTHER")
  Typed(book, waiting, 4, "处理", "忽略")
  Typed(book, waiting, 5, "姓名", "等一等")
  Saved(book, address)
End Sub

Sub Drag(address As String)
  book = Opened(address)
  waiting = book.Sheets.getByName("待处理")
  Typed(book, waiting, 2, "姓名", "NAME")
  Typed(book, waiting, 2, "处理", "录取")
  waiting.Rows.insertByIndex(2, 1)
  waiting.getCellRangeByName("A2:AB3").fillAuto(com.sun.star.sheet.FillDirection.TO_BOTTOM, 1)
  Saved(book, address)
End Sub
"""

PEOPLE = roll(6)
ONE, OTHER = registration(30), registration(31)
MAILS = tuple(mail(number, needs_person=True) for number in (3, 4, 5))
FILES = tuple((one.id, f"来信/{one.id:06d}.eml") for one in MAILS)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    code = HANDS + EDITS.replace("NAME", ONE.name).replace("OTHER", OTHER.name).replace("NUMBER", ONE.id_number)
    return profile_with(tmp_path_factory.mktemp("profile"), code)


def test_decisions_made_in_libreoffice_are_read_as_they_were_meant(profile: Path, tmp_path: Path) -> None:
    path = tmp_path / "报名汇总.xlsx"
    shown = replace(view(PEOPLE, MAILS), mail_files=FILES)
    published = write_workbook(path, shown, NOW).published
    run_macro(profile, "Decide", path)

    reading = read_staff(path, PEOPLE, reviews=MAILS, published=published)

    assert reading.words.people == (StaffWord(1, StaffAction.CANCEL), StaffWord(2, StaffAction.ADMIT))
    told = dict(reading.remarks)
    assert set(told) == {3, 4, 5}
    assert "“问一下”看不懂" in told[3]
    assert "“手机”由机器人维护" in told[4]
    assert told[5] == DELETED
    typed = (("mobile", "013800138000"), ("id_number", ONE.id_number), ("taxpayer_id", "123456789012345678"))
    assert reading.words.reviews == (
        ReviewWord(
            MAILS[0].id,
            StaffAction.ADMIT,
            ((("name", ONE.name), *typed), (("name", OTHER.name), *typed)),
        ),
        ReviewWord(MAILS[1].id, StaffAction.IGNORE),
    )
    assert (reading.review_remarks, reading.problems) == ((), ())


def test_what_was_typed_in_libreoffice_survives_the_next_writes(profile: Path, tmp_path: Path) -> None:
    path = tmp_path / "报名汇总.xlsx"
    shown = replace(view(PEOPLE, MAILS), mail_files=FILES)
    published = write_workbook(path, shown, NOW).published
    run_macro(profile, "Decide", path)
    before = read_staff(path, PEOPLE, reviews=MAILS, published=published)

    for _ in range(2):
        told = replace(shown, remarks=before.remarks, staff=before.entries)
        published = write_workbook(path, told, NOW, published).published
        path = saved_again(profile, path, tmp_path / f"from-{path.parent.name}")

    after = read_staff(path, PEOPLE, before.entries, reviews=MAILS, published=published)
    assert after.words.people == ()
    assert after.words.reviews == before.words.reviews
    # The row that was deleted stands there again; what was wrong is still said.
    assert after.remarks == before.remarks
    assert after.problems == ()
    assert texts(path, "报名名单", "姓名") == [person.name for person in PEOPLE]
    assert texts(path, "待处理", "姓名") == [ONE.name, OTHER.name, None, "等一等"]
    sheet = sheet_in(path, "待处理")
    assert [bool(sheet.cell(row, column_of(sheet, "原信")).hyperlink) for row in range(2, 6)] == [True] * 4
    offered = [v.formula1 for v in sheet.data_validations.dataValidation]
    assert sorted(offered) == ['"录取,候补,取消,忽略"', '"是,否"']
    notes = [cell.comment.text for cell in sheet[1] if cell.comment]
    assert len(notes) == 3
    assert all("【说明】" in note for note in notes)


def test_a_row_dragged_down_in_libreoffice_adds_nobody_to_another_mail(profile: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    published = write_workbook(path, view(PEOPLE, MAILS), NOW).published
    run_macro(profile, "Drag", path)
    numbers = texts(path, "待处理", "邮件编号")

    reading = read_staff(path, PEOPLE, reviews=MAILS, published=published)

    assert numbers[:2] == [MAILS[0].id, MAILS[0].id + 1]
    assert [(word.mail_id, len(word.people)) for word in reading.words.reviews] == [(MAILS[0].id, 1)]
    assert len(reading.problems) == 1
    assert "第 3 行" in reading.problems[0]
