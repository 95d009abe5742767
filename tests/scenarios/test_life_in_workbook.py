"""What staff decide in 报名名单: carried out once, told in the clerk's own thread, and never undone by a mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.office import Office
from tests.scenarios.replaying import Kept, told
from tests.scenarios.staff_hands import (
    answers_by_reader,
    beside,
    decides,
    in_thread_of,
    journal,
    minutes_pass,
    name_in,
    registered,
    roll,
    staff_acts,
    states,
    waiting_mail,
    writes,
)


def test_somebody_who_waits_is_admitted_beyond_the_capacity_and_hears_of_it_in_her_thread(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        _, (_, letter, name) = registered(office, 2)

        decides(office, name, "录取")
        office.works()
        answer = office.answer()
        minutes_pass(office, 3)

        assert list(states(office).values()) == ["confirmed", "confirmed"]
        assert answer.recipients == (letter.sender,)
        assert in_thread_of(answer, letter)
        assert "原为候补，现为已录取" in answer.text
        assert beside(office, name, "状态") == "已录取"
        [line] = journal(office, "staff_decided")
        assert (line.actor, line.at, line.reason) == ("staff", office.now, "录取")
        assert line.registration_id == roll(office)[name].id
        assert staff_acts(office) == 1
    assert told(Kept(tmp_path).replayed()) == []


def test_cancelling_gives_the_seat_to_the_first_who_waits_in_the_same_commit(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        (_, first, leaves), (_, second, moves), (_, _, stays) = registered(office, 3)

        decides(office, leaves, "取消")
        office.works()
        answers = answers_by_reader(office)

        assert states(office) == {leaves: "cancelled", moves: "confirmed", stays: "waitlisted"}
        assert set(answers) == {first.sender, second.sender}
        assert "取消" in answers[first.sender].subject
        assert "递补" in answers[second.sender].subject
        assert in_thread_of(answers[second.sender], second)
        assert len({line.act_id for line in journal(office, "registration_changed")}) == 1
    assert told(Kept(tmp_path).replayed()) == []


def test_who_was_put_on_the_waitlist_by_staff_is_not_promoted_by_the_rule(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        (_, letter, put_back), (second, other, moves) = registered(office, 2)
        decides(office, put_back, "候补")
        office.works()
        answers = answers_by_reader(office)

        office.cancels(second, moves)
        office.works()
        office.answers()

        assert set(answers) == {letter.sender, other.sender}
        assert "原为已录取，现为候补" in answers[letter.sender].text
        assert states(office) == {put_back: "waitlisted", moves: "cancelled"}
        assert roll(office)[put_back].by_staff
    assert told(Kept(tmp_path).replayed()) == []


def test_ignoring_keeps_the_state_against_every_rule_until_the_cell_is_emptied(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        (first, _, leaves), (_, _, pinned) = registered(office, 2)
        decides(office, pinned, "忽略")
        office.works()
        nothing_said = office.answers()
        office.cancels(first, leaves)
        office.works()
        office.answers()
        before = states(office)[pinned], roll(office)[pinned].by_staff

        decides(office, pinned, None)
        office.works()
        answer = office.answer()

        assert nothing_said == []
        assert before == ("waitlisted", True)
        assert (states(office)[pinned], roll(office)[pinned].by_staff) == ("confirmed", False)
        assert "递补" in answer.subject
        assert [line.reason for line in journal(office, "staff_decided")] == ["忽略", ""]
    assert told(Kept(tmp_path).replayed()) == []


def test_who_came_too_late_is_admitted_and_told_so(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.now = office.now.replace(month=4, day=12)
        [(_, letter, name)] = registered(office, 1)
        before = states(office)[name]

        decides(office, name, "录取")
        office.works()
        answer = office.answer()

        assert (before, states(office)[name]) == ("late", "confirmed")
        assert in_thread_of(answer, letter)
        assert "原为逾期，现为已录取" in answer.text


def test_payments_invoices_and_remarks_are_kept_without_any_act_or_mail(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(_, _, name)] = registered(office, 1)

        writes(office, name, 缴费="已缴 2980", 开票="已开", 备注="素食")
        minutes_pass(office, 2)

        [entry] = office.view().staff
        assert (entry.paid, entry.invoiced, entry.remark, entry.action) == ("已缴 2980", "已开", "素食", "")
        assert [beside(office, name, header) for header in ("缴费", "开票", "备注")] == [
            "已缴 2980",
            "已开",
            "素食",
        ]
        assert [(line.actor, line.at) for line in journal(office, "staff_entry")] == [("staff", office.now)]
        assert staff_acts(office) == 0


def test_who_was_cancelled_by_staff_and_registers_again_waits_for_a_person(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(form, _, name)] = registered(office, 1)
        decides(office, name, "取消")
        office.works()
        office.answers()

        office.sends_word_form(form)
        office.works()
        office.answers()

        assert states(office) == {name: "cancelled"}
        assert len(office.view().registrations) == 1
        assert waiting_mail(office).sender == form.hospital.email
    assert told(Kept(tmp_path).replayed()) == []


def test_who_was_admitted_by_staff_is_cancelled_by_no_mail(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        _, (form, _, name) = registered(office, 2)
        decides(office, name, "录取")
        office.cancels(form, name)
        office.works()
        office.answers()

        minutes_pass(office, 2)

        assert states(office)[name] == "confirmed"
        assert waiting_mail(office).subject.startswith("取消报名")
        assert [line.action for line in journal(office, "registration_changed")] == ["registration_changed"]
    assert told(Kept(tmp_path).replayed()) == []


def test_several_decisions_of_one_reading_give_each_reader_one_mail(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        pair = office.form(2)
        letter = office.sends_word_form(pair)
        (_, _, other), (_, _, last) = registered(office, 2)

        decides(office, name_in(pair, 0), "取消")
        decides(office, name_in(pair, 1), "取消")
        decides(office, last, "录取")
        office.works()
        answers = answers_by_reader(office)

        assert [states(office)[name] for name in (name_in(pair, 0), name_in(pair, 1), other, last)] == [
            "cancelled",
            "cancelled",
            "confirmed",
            "confirmed",
        ]
        assert len(answers) == 3
        assert name_in(pair, 0) in answers[letter.sender].text
        assert name_in(pair, 1) in answers[letter.sender].text
        assert staff_acts(office) == 1
    assert told(Kept(tmp_path).replayed()) == []


def test_seats_given_beyond_the_capacity_go_to_nobody_else_when_they_become_free(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        (first, _, leaves), (_, _, extra), (_, _, waits) = registered(office, 3)
        decides(office, extra, "录取")
        office.works()
        office.answers()

        office.cancels(first, leaves)
        office.works()
        office.answer()

        assert states(office) == {leaves: "cancelled", extra: "confirmed", waits: "waitlisted"}
    assert told(Kept(tmp_path).replayed()) == []


def test_a_word_that_is_heard_only_when_the_workbook_is_written_is_answered_in_the_same_cycle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Office(tmp_path) as office:
        [(_, letter, name)] = registered(office, 1)
        monkeypatch.setattr("bot.app.cycle.hear_staff", lambda *_: None)

        decides(office, name, "取消")
        office.works()

        assert office.answer().recipients == (letter.sender,)
        assert beside(office, name, "状态") == "已取消"
