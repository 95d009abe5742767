"""The workbook as written: headers, values, formats, and what a crash or another program leaves of it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import TransientError, WorkbookBusyError
from bot.records.decision import State
from bot.records.office import StaffEntry
from bot.roster import write
from bot.roster.locks import STALE_AFTER_SECONDS
from bot.roster.write import render, workbook_bytes, write_workbook
from tests.unit.office_views import EVENT, NOW, full_view, mail, registration, roll, view

# fmt: off
HEADERS = [
    "序号", "状态", "姓名", "单位", "职务", "手机", "身份证号", "是否单间", "会员", "应缴费用", "填报单位",
    "联系人", "联系电话", "邮箱", "开票抬头", "纳税人识别号", "收到时间", "问题", "缴费", "开票", "处理", "备注",
]
# fmt: on


def sheet_of(content: bytes | Path, title: str = "报名名单") -> Worksheet:
    sheet = load_workbook(BytesIO(content) if isinstance(content, bytes) else content)[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def column(sheet: Worksheet, header: str) -> list[object]:
    number = [cell.value for cell in sheet[1]].index(header) + 1
    return [sheet.cell(row, number).value for row in range(2, sheet.max_row + 1)]


def test_headers_stand_in_row_one_in_the_agreed_order(tmp_path: Path) -> None:
    path = tmp_path / "报名汇总.xlsx"

    write_workbook(path, full_view(), NOW)

    assert [cell.value for cell in sheet_of(path)[1]] == HEADERS
    assert load_workbook(path).sheetnames == ["报名名单", "单位汇总", "待处理", "邮件记录", "统计"]


def test_lists_people_by_number_with_state_words() -> None:
    shown = sheet_of(render(full_view(), NOW))

    assert column(shown, "序号")[:55] == list(range(1, 56))
    words = column(shown, "状态")
    assert (words[0], words[50], words[54], words[55], words[56]) == ("已录取", "候补", "逾期", "已取消", "待核")


def test_numbers_that_are_names_stay_text() -> None:
    shown = sheet_of(render(full_view(), NOW))

    for header in ("手机", "身份证号", "联系电话", "纳税人识别号"):
        cell = shown.cell(2, HEADERS.index(header) + 1)
        assert (cell.data_type, cell.number_format) == ("s", "@")


def test_arrival_is_a_real_time_of_the_events_zone() -> None:
    shown = sheet_of(render(view(roll(1)), NOW))
    cell = shown.cell(2, HEADERS.index("收到时间") + 1)

    assert cell.value == datetime(2026, 3, 25, 9, 0)  # noqa: DTZ001
    assert cell.number_format == "yyyy-mm-dd hh:mm:ss"


def test_fee_is_empty_where_membership_is_unknown() -> None:
    shown = sheet_of(render(view(roll(12)), NOW))

    assert column(shown, "会员")[9] == "待确认"
    assert column(shown, "应缴费用")[9] is None
    assert column(shown, "应缴费用")[0] == 2980


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\u3000="])
def test_text_from_a_mail_never_becomes_a_formula(start: str) -> None:
    nasty = f'{start}HYPERLINK("http://x.example","点我")'
    person = replace(registration(0), name=nasty, job_title=nasty, number=1)
    content = render(view((person,), (mail(0, needs_person=True, subject=nasty, excerpt=nasty, note=nasty),)), NOW)

    book = load_workbook(BytesIO(content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]

    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    named = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert len(named) >= 5
    assert all(cell.data_type == "s" for cell in named)
    assert all(cell.quotePrefix for cell in named)


def test_error_words_stay_text() -> None:
    shown = sheet_of(render(view((replace(registration(0), name="#N/A", number=1),)), NOW))

    assert (shown["C2"].value, shown["C2"].data_type) == ("#N/A", "s")


def test_characters_that_no_workbook_can_hold_are_left_out() -> None:
    person = replace(registration(0), name="王\x00\x0b\ud800小\uffff明", job_title="长" * 40000, number=1)

    shown = sheet_of(render(view((person,)), NOW))

    assert shown["C2"].value == "王小明"
    assert len(str(shown["E2"].value)) == 32767


def test_length_limit_counts_characters_outside_the_basic_plane_twice() -> None:
    person = replace(registration(0), job_title="𠮷" * 20000, number=1)

    shown = sheet_of(render(view((person,)), NOW))

    assert len(str(shown["E2"].value).encode("utf-16-le")) // 2 <= 32767


def test_header_is_frozen_filtered_and_repeated_in_print() -> None:
    shown = sheet_of(render(view(roll(3)), NOW))

    assert shown.freeze_panes == "D2"
    assert shown.auto_filter.ref == "A1:V4"
    assert shown.print_title_rows == "$1:$1"
    assert shown.page_setup.orientation == "landscape"


def test_action_column_offers_the_decisions() -> None:
    shown = sheet_of(render(view(roll(3)), NOW))

    choices = [(v.formula1, str(v.sqref)) for v in shown.data_validations.dataValidation]

    assert choices == [('"录取,候补,取消,忽略"', "U2:U504")]


def test_repeated_writes_do_not_pile_up_rules_validations_or_charts(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    for _ in range(3):
        write_workbook(path, full_view(), NOW)
    book = load_workbook(path)

    assert sum(len(area.rules) for area in book["报名名单"].conditional_formatting) == 7
    assert len(book["报名名单"].data_validations.dataValidation) == 1
    assert len(book["统计"]._charts) == 1  # type: ignore[attr-defined]
    assert len(book.sheetnames) == 5


def test_organisations_are_summed_up() -> None:
    shown = sheet_of(render(view(roll(7, capacity=5)), NOW), "单位汇总")

    rows = [[cell.value for cell in row[:8]] for row in shown.iter_rows(min_row=2)]

    assert [row[2:4] for row in rows] == [[3, 0], [2, 1], [0, 1]]
    assert rows[0][7] == 3 * 2980


def test_reviews_and_mails_say_everything_in_chinese() -> None:
    content = render(full_view(), NOW)

    reviews, mails = sheet_of(content, "待处理"), sheet_of(content, "邮件记录")

    assert reviews.max_row == 3
    assert [reviews.cell(2, number).value for number in (7, 8)] == ["报名", "回执表读不出"]
    assert mails.max_row == 23
    assert mails.cell(22, 11).value == "发送失败"


def test_statistics_carry_a_chart_and_the_balance() -> None:
    shown = sheet_of(render(full_view(), NOW), "统计")
    said = {row[0].value: row[1].value for row in shown.iter_rows(min_row=5, max_col=2)}

    assert (said["名额"], said["已录取"], said["候补"], said["邮箱来信"]) == (50, 50, 4, 22)
    assert len(shown._charts) == 1  # type: ignore[attr-defined]


def test_an_empty_event_gives_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "new" / "w.xlsx"

    write_workbook(path, view(()), NOW)
    write_workbook(path, view(()), NOW)

    assert [cell.value for cell in sheet_of(path)[1]] == HEADERS


def test_known_entries_fill_a_fresh_workbook(tmp_path: Path) -> None:
    people = replace(view(roll(2)), staff=(StaffEntry(2, "已缴", "已开", "", "=1+1"),))

    shown = sheet_of(render(people, NOW))

    assert column(shown, "缴费") == [None, "已缴"]
    assert (shown["V3"].value, shown["V3"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("lock", [".~lock.w.xlsx#", "~$w.xlsx", ".~w.xlsx"])
def test_an_open_workbook_is_left_alone(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(roll(1)), NOW)
    before = path.read_bytes()
    (tmp_path / lock).write_text("somebody")

    with pytest.raises(WorkbookBusyError, match=r"w\.xlsx.*打开.*不会丢失"):
        write_workbook(path, view(roll(2)), NOW)

    assert path.read_bytes() == before


def test_a_lock_file_of_yesterdays_crash_does_not_block_for_ever(tmp_path: Path) -> None:
    path, lock = tmp_path / "w.xlsx", tmp_path / ".~lock.w.xlsx#"
    lock.write_text("")
    old = time.time() - STALE_AFTER_SECONDS - 60
    os.utime(lock, (old, old))

    write_workbook(path, view(roll(2)), NOW)

    assert sheet_of(path).max_row == 3


def test_a_refused_replacement_means_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(roll(1)), NOW)
    before = path.read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WorkbookBusyError):
        write_workbook(path, view(roll(2)), NOW)

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["w.xlsx"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(roll(1)), NOW)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TransientError, match="磁盘空间"):
        write_workbook(path, view(roll(2)), NOW)

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["w.xlsx"]


def test_a_killed_write_leaves_the_old_file_and_its_remains_are_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(roll(1)), NOW)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            write_workbook(path, view(roll(2)), NOW)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2

    write_workbook(path, view(roll(2)), NOW)

    assert [file.name for file in tmp_path.iterdir()] == ["w.xlsx"]
    assert sheet_of(path).max_row == 3


def test_a_file_saved_by_somebody_in_between_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(roll(1)), NOW)
    whole, theirs = write._bytes_of, render(view(roll(3)), NOW)

    def meanwhile(book: Workbook) -> bytes:
        path.write_bytes(theirs)
        return whole(book)

    monkeypatch.setattr(write, "_bytes_of", meanwhile)
    with pytest.raises(WorkbookBusyError):
        write_workbook(path, view(roll(2)), NOW)

    assert path.read_bytes() == theirs


@pytest.mark.parametrize("damage", [b"not a workbook", b"PK\x03\x04broken"])
def test_a_damaged_workbook_is_kept_aside_and_told(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "报名汇总.xlsx"
    path.write_bytes(damage)

    report = write_workbook(path, view(roll(2)), NOW)

    aside = tmp_path / "报名汇总.损坏-20260403-083000.xlsx"
    assert aside.read_bytes() == damage
    assert sheet_of(path).max_row == 3
    assert aside.name in report.warnings[0]


def test_two_damaged_workbooks_of_one_second_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    for damage in (b"one", b"two"):
        path.write_bytes(damage)
        write_workbook(path, view(()), NOW)

    kept = sorted(file.read_bytes() for file in tmp_path.glob("w.损坏-*"))

    assert kept == [b"one", b"two"]


def test_a_workbook_with_a_password_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    path.write_bytes(write.OLE_SIGNATURE + bytes(512))

    with pytest.raises(WorkbookBusyError, match="密码"):
        write_workbook(path, view(()), NOW)

    assert path.read_bytes().startswith(write.OLE_SIGNATURE)


def test_permissions_of_the_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    write_workbook(path, view(()), NOW)
    fresh = path.stat().st_mode & 0o777
    path.chmod(0o664)

    write_workbook(path, view(roll(1)), NOW)

    assert path.stat().st_mode & 0o777 == 0o664
    assert fresh & 0o400


def test_a_link_to_the_workbook_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "share" / "w.xlsx", tmp_path / "w.xlsx"
    real.parent.mkdir()
    write_workbook(real, view(()), NOW)
    link.symlink_to(real)

    write_workbook(link, view(roll(1)), NOW)

    assert link.is_symlink()
    assert sheet_of(real).max_row == 2


def test_bytes_for_the_digest_are_none_without_a_file(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"

    assert workbook_bytes(path) is None
    write_workbook(path, view(()), NOW)
    assert workbook_bytes(path) == path.read_bytes()


def test_five_thousand_people_are_written_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    people = view(roll(5000, every=timedelta(minutes=2)))
    started = time.perf_counter()

    write_workbook(path, people, NOW)

    # Four seconds on two shared cores; the limit only catches a change of order.
    assert time.perf_counter() - started < 60
    assert EVENT.capacity == people.count(State.CONFIRMED)
