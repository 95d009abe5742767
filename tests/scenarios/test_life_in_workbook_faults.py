"""Contradictions in the workbook, crashes, a workbook left open, and people whom no mail can tell: nothing is
guessed, nothing is lost, nothing is done or said twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.app.cycle import run_cycle
from bot.demo import clients
from bot.demo.form_files import FilledForm
from bot.errors import TransientError
from bot.jobs import desk, publish
from bot.ledger.ledger import Ledger
from bot.roster.remarks import DELETED
from tests.scenarios.office import Office, word_file
from tests.scenarios.replaying import Kept, told
from tests.scenarios.staff_hands import (
    PEOPLE,
    asks,
    beside,
    completes,
    decides,
    journal,
    minutes_pass,
    name_in,
    registered,
    roll,
    row_of,
    staff_acts,
    states,
    waiting_mail,
    waiting_rows,
    writes,
)
from tests.unit.roster_edits import copy_row, edit, texts


def test_an_unknown_word_changes_nothing_and_is_told_until_it_is_another(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(_, _, name)] = registered(office, 1)
        decides(office, name, "同意")
        said: list[str] = []
        minutes_pass(office, 3, lambda: said.append(beside(office, name)))
        acts_then, word_then = staff_acts(office), beside(office, name, "处理")

        decides(office, name, "忽略")
        office.works()

        assert all("“同意”看不懂" in text for text in said)
        assert (acts_then, word_then) == (0, "同意")
        assert states(office) == {name: "confirmed"}
        assert "看不懂" not in beside(office, name)
        assert staff_acts(office) == 1


def registered_anew(office: Office) -> tuple[FilledForm, int, int]:
    """Somebody who cancelled by mail and registered again: her form, and both her rows, the old one first."""
    [(form, _, name)] = registered(office, 1)
    office.cancels(form, name)
    office.works()
    office.sends_word_form(form)
    office.works()
    office.answers()
    shown = texts(office.workbook, PEOPLE, "状态")
    return form, 2 + shown.index("已取消"), 2 + shown.index("已录取")


def into(office: Office, row: int, word: str | None) -> None:
    edit(office.workbook, PEOPLE, lambda sheet: put(sheet, row, "处理", word))


def test_admitting_somebody_who_registered_anew_is_refused_once_and_told_until_the_word_goes(
    tmp_path: Path,
) -> None:
    with Office(tmp_path) as office:
        _, old, _ = registered_anew(office)

        into(office, old, "录取")
        said: list[str] = []
        minutes_pass(office, 3, lambda: said.append(str(texts(office.workbook, PEOPLE, "问题")[old - 2])))
        tried = staff_acts(office)
        into(office, old, None)
        office.works()

        assert all("另有一条有效的报名" in text for text in said)
        assert tried == 1
        assert "另有一条" not in str(texts(office.workbook, PEOPLE, "问题")[old - 2])
        assert sorted(one.state.value for one in office.view().registrations) == ["cancelled", "confirmed"]
    assert told(Kept(tmp_path).replayed()) == []


def test_what_was_refused_is_done_once_staff_take_the_other_place_away(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        _, old, anew = registered_anew(office)
        into(office, old, "录取")
        minutes_pass(office, 2)

        into(office, anew, "取消")
        minutes_pass(office, 2)
        office.answers()

        first, second = sorted(office.view().registrations, key=lambda one: one.order)
        assert (first.state.value, second.state.value) == ("confirmed", "cancelled")
        assert "另有一条" not in "".join(map(str, texts(office.workbook, PEOPLE, "问题")))
        assert staff_acts(office) == 2
    assert told(Kept(tmp_path).replayed()) == []


def test_what_was_refused_stays_so_when_she_gives_the_other_place_up_by_mail(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, old, _ = registered_anew(office)
        into(office, old, "录取")
        office.works()

        office.cancels(form, name_in(form))
        minutes_pass(office, 2)
        office.answers()

        assert [one.state.value for one in office.view().registrations] == ["cancelled", "cancelled"]
        assert staff_acts(office) == 1


def put(sheet: Any, row: int, header: str, value: str | None) -> None:
    sheet.cell(row, [cell.value for cell in sheet[1]].index(header) + 1).value = value


def test_a_deleted_row_comes_back_and_cancels_nobody(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        (_, _, name), (_, _, other) = registered(office, 2)
        row = row_of(office.workbook, PEOPLE, "姓名", name)
        edit(office.workbook, PEOPLE, lambda sheet: sheet.delete_rows(row))

        minutes_pass(office, 2)

        assert states(office) == {name: "confirmed", other: "confirmed"}
        assert DELETED in beside(office, name)
        assert DELETED not in beside(office, other)
        assert staff_acts(office) == 0


def test_two_rows_of_one_person_that_differ_are_told_and_neither_is_done(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        (_, _, name), _ = registered(office, 2)
        row = row_of(office.workbook, PEOPLE, "姓名", name)
        edit(office.workbook, PEOPLE, lambda sheet: copy_row(sheet, row, row + 1))
        edit(office.workbook, PEOPLE, lambda sheet: put(sheet, row, "处理", "取消"))
        edit(office.workbook, PEOPLE, lambda sheet: put(sheet, row + 1, "处理", "录取"))

        minutes_pass(office, 2)

        assert states(office)[name] == "confirmed"
        assert staff_acts(office) == 0
        assert "不止一行" in str(texts(office.workbook, PEOPLE, "问题")[0])


def test_what_was_decided_in_an_open_workbook_is_done_when_it_is_closed(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(_, _, name)] = registered(office, 1)
        asks(office, "您好，请问可以住单间吗？")
        office.works()
        mail = waiting_mail(office)
        lock = office.workbook.with_name(f"~${office.workbook.name}")
        lock.touch()
        decides(office, name, "取消")
        completes(office, mail, {"处理": "忽略"})
        minutes_pass(office, 2)
        while_open = states(office)[name], staff_acts(office), len(office.view().reviews)
        # On second thoughts, before it is closed.
        decides(office, name, "忽略")
        writes(office, name, 备注="再想想")
        lock.unlink()
        minutes_pass(office, 2)

        assert while_open == ("confirmed", 0, 1)
        assert states(office)[name] == "confirmed"
        assert roll(office)[name].by_staff
        assert beside(office, name, "备注") == "再想想"
        assert waiting_rows(office) == []
        assert staff_acts(office) == 1
    assert told(Kept(tmp_path).replayed()) == []


@pytest.mark.parametrize("step", ["entries", "remarks", "workbook"])
def test_crash_after_carrying_out_is_settled_once_with_one_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise TransientError("磁盘已满。")

    with Office(tmp_path, capacity=1) as office:
        (_, first, leaves), (_, second, moves) = registered(office, 2)
        asking = office.form()
        asked = asks(office, "您好，我院还想报一位，请问可以吗？", asking)
        office.works()
        decides(office, leaves, "取消")
        completes(office, waiting_mail(office), {"姓名": name_in(asking), "处理": "候补"})
        with monkeypatch.context() as faulty:
            if step == "entries":
                faulty.setattr(Ledger, "save_staff_entries", breaks)
            elif step == "remarks":
                faulty.setattr(desk, "_note", breaks)
            else:
                faulty.setattr(publish, "write_workbook", breaks)
            bot = office.bot()
            try:
                broken = run_cycle(bot)
            finally:
                bot.close()

        minutes_pass(office, 2)
        answers = [answer.recipients[0] for answer in office.answers()]

        assert broken.errors
        assert sorted(answers) == sorted([first.sender, second.sender, asked.sender])
        assert states(office) == {leaves: "cancelled", moves: "confirmed", name_in(asking): "waitlisted"}
        assert waiting_rows(office) == []
        assert len(journal(office, "registration_changed")) == 2
        settled = staff_acts(office)
        minutes_pass(office, 2)
        assert staff_acts(office) == settled
    assert told(Kept(tmp_path).replayed()) == []


@pytest.mark.parametrize(("mode", "drafts"), [("draft", 2), ("off", 0)])
def test_decisions_are_carried_out_and_mailed_as_the_office_wants(tmp_path: Path, mode: str, drafts: int) -> None:
    with Office(tmp_path, capacity=1, mode=mode) as office:
        (_, _, leaves), (_, _, moves) = registered(office, 2)
        before = len(Kept(tmp_path).rows("SELECT id FROM outbox"))
        decides(office, leaves, "取消")
        office.works()

        assert office.answers() == []
        assert states(office) == {leaves: "cancelled", moves: "confirmed"}
        assert len(Kept(tmp_path).rows("SELECT id FROM outbox")) - before == drafts
    assert told(Kept(tmp_path).replayed()) == []


def test_whom_no_mail_may_reach_is_named_for_a_call_until_staff_note_it(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        (_, _, leaves) = registered(office, 1)[0]
        form = office.form()
        letter = office.letter(
            form, "报名回执表", "见附件。", files=[word_file(form)], sender="noreply@scanner.example.org"
        )
        office.arrives(clients.modern(letter))
        office.works()
        name = name_in(form)
        quiet = beside(office, name)

        decides(office, leaves, "取消")
        office.works()
        answers = office.answers()
        said = beside(office, name), "\n".join(office.digest().warnings)
        writes(office, name, 备注="已电话告知")
        office.works()

        assert states(office) == {leaves: "cancelled", name: "confirmed"}
        assert len(answers) == 1
        assert "请电话告知" not in quiet
        assert "请电话告知" in said[0]
        assert name in said[1]
        assert "请电话告知" not in beside(office, name)
        assert name not in "\n".join(office.digest().warnings)
