"""The office changes its configuration while people are registered: what follows, what does not, and who hears."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.form_files import FilledForm
from bot.errors import TransientError
from bot.jobs import terms
from bot.records.act import ActKind
from bot.records.decision import Membership, State
from tests.scenarios.office import CHINA, Answer, Office

FIRST_DAY = datetime(2026, 4, 22, 9, 0, tzinfo=CHINA)
OVER = datetime(2026, 4, 26, 9, 0, tzinfo=CHINA)


def registered(office: Office, count: int) -> list[FilledForm]:
    """So many hospitals registered one person each, one after the other, and read their answers."""
    forms = [office.form() for _ in range(count)]
    for form in forms:
        office.sends_word_form(form)
    office.works()
    office.answers()
    office.now += timedelta(hours=1)
    return forms


def states(office: Office) -> list[State]:
    return [one.state for one in sorted(office.view().registrations, key=lambda one: one.order)]


def recipients(answers: Sequence[Answer]) -> list[str]:
    return [address for answer in answers for address in answer.recipients]


def test_more_seats_go_to_the_first_who_wait_and_only_they_hear(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        forms = registered(office, 4)

        office.sets("capacity = 1", "capacity = 3")
        office.works()

        assert states(office) == [*[State.CONFIRMED] * 3, State.WAITLISTED]
        answers = office.answers()
        assert recipients(answers) == [form.hospital.email for form in forms[1:3]]
        for answer, form in zip(answers, forms[1:3], strict=True):
            assert answer.subject.startswith("候补递补成功")
            assert form.people[0].name in answer.text


def test_seats_added_while_new_mail_waits_go_to_those_who_were_there_before(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        registered(office, 2)

        office.sets("capacity = 1", "capacity = 2")
        office.sends_word_form(office.form())
        office.works()

        assert states(office) == [State.CONFIRMED, State.CONFIRMED, State.WAITLISTED]
        assert [one.subject[:4] for one in office.answers()] == ["候补递补", "候补登记"]


@pytest.mark.parametrize("late", ["promote_until = 2026-03-27\n", ""])
def test_seats_added_after_promotions_ended_move_nobody(tmp_path: Path, late: str) -> None:
    with Office(tmp_path, capacity=1) as office:
        office.sets("capacity = 1\n", f"capacity = 1\n{late}")
        registered(office, 2)
        office.now = FIRST_DAY if not late else office.now + timedelta(days=1)

        office.sets("capacity = 1", "capacity = 2")
        office.works()

        assert states(office) == [State.CONFIRMED, State.WAITLISTED]


def test_a_day_more_for_promotions_lets_the_first_move_up(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        office.sets("capacity = 1\n", "capacity = 2\npromote_until = 2026-03-26\n")
        forms = registered(office, 3)
        office.cancels(forms[0], forms[0].people[0].name)
        office.works()
        kept = states(office)
        office.answers()

        office.sets("promote_until = 2026-03-26", "promote_until = 2026-03-28")
        office.works()

        assert kept == [State.CANCELLED, State.CONFIRMED, State.WAITLISTED]
        assert states(office) == [State.CANCELLED, State.CONFIRMED, State.CONFIRMED]
        assert recipients(office.answers()) == [forms[2].hospital.email]


def test_fewer_seats_take_nobodys_away_and_staff_are_told(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=3) as office:
        forms = registered(office, 3)

        office.sets("capacity = 3", "capacity = 1")
        office.sends_word_form(office.form())
        office.works()
        late = office.answer()
        office.cancels(forms[0], forms[0].people[0].name)
        office.works()

        assert states(office) == [State.CANCELLED, State.CONFIRMED, State.CONFIRMED, State.WAITLISTED]
        assert late.subject.startswith("候补登记")
        assert any("比现在的名额（1 人）多 1 人" in warning for warning in office.digest().warnings)
        office.answer()


def test_whole_forms_that_wait_are_not_overtaken_when_seats_are_added(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2, when_partly_full="whole_form") as office:
        for count in (2, 3, 1):
            office.sends_word_form(office.form(count))
        office.works()
        office.answers()

        office.sets("capacity = 2", "capacity = 4")
        office.works()
        kept = states(office)
        warned = office.digest().warnings
        office.sets("capacity = 4", "capacity = 6")
        office.works()

        assert kept == [*[State.CONFIRMED] * 2, *[State.WAITLISTED] * 4]
        assert any("还有 2 个名额空着" in warning for warning in warned)
        assert states(office) == [State.CONFIRMED] * 6
        assert len(office.answers()) == 2


def test_list_that_gains_an_organisation_settles_membership_and_fee_and_tells_what_to_pay(tmp_path: Path) -> None:
    with Office(tmp_path, members={"深圳市示例医院": True}) as office:
        (form,) = registered(office, 1)
        name = form.hospital.name
        before = office.view().registrations[0]
        asked = office.digest().units

        office.sets("name,aliases,member\n", f"name,aliases,member\n{name},,yes\n", "organisations.csv")
        office.works()

        (after,) = office.view().registrations
        assert (before.membership, before.fee) == (Membership.UNKNOWN, None)
        assert [unit.organisation for unit in asked] == [name]
        assert (after.membership, after.fee) == (Membership.MEMBER, 2980)
        assert office.digest().units == ()
        answer = office.answer()
        assert answer.subject.startswith("应缴费用核定通知")
        assert "应缴费用：原为待核定，现为2,980元" in answer.text
        assert settled_lines(office, after.id) == ["confirmed（membership、fee）"]


def settled_lines(office: Office, registration_id: int) -> list[str]:
    bot = office.bot()
    try:
        lines = bot.ledger.journal(registration_id=registration_id)
        return [line.text for line in lines if line.reason == "membership_settled"]
    finally:
        bot.close()


def test_unknown_organisation_is_told_both_rates_and_staff_get_names_that_may_be_meant(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        listed = form.hospital.name.replace("深圳市", "深圳市南山区")
        office.sets("member\n", f"member\n{listed},,yes\n", "organisations.csv")

        office.sends_word_form(form)
        office.works()

        text = office.answer().text
        assert "2,980" in text
        assert "3,600" in text
        assert "尚待会务组核实" in text
        (unit,) = office.digest().units
        assert listed in unit.suggestions


def test_other_fees_hold_for_those_recorded_but_not_for_those_who_left(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, gone = registered(office, 2)
        rows = f"{form.hospital.name},,no\n{gone.hospital.name},,no\n"
        office.sets("member\n", f"member\n{rows}", "organisations.csv")
        office.works()
        office.cancels(gone, gone.people[0].name)
        office.works()
        office.answers()

        office.sets("non_member = 3600", "non_member = 3800")
        office.works()

        stays, left = sorted(office.view().registrations, key=lambda one: one.order)
        assert (stays.fee, left.fee) == (3800, 3600)
        assert office.answers() == []


def test_next_years_list_is_not_that_of_an_event_that_is_over(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        known, unknown = registered(office, 2)
        office.sets("member\n", f"member\n{known.hospital.name},,yes\n", "organisations.csv")
        office.works()
        office.now = OVER

        rows = f"{known.hospital.name},,no\n{unknown.hospital.name},,yes\n"
        office.sets(f"{known.hospital.name},,yes\n", rows, "organisations.csv")
        office.works()

        first, second = sorted(office.view().registrations, key=lambda one: one.order)
        assert (first.membership, first.fee) == (Membership.MEMBER, 2980)
        assert (second.membership, second.fee) == (Membership.MEMBER, 2980)
        assert [answer.recipients for answer in office.answers()] == [
            (known.hospital.email,),
            (unknown.hospital.email,),
        ]


@pytest.mark.parametrize("why", ["free", "long over"])
def test_nobody_hears_of_a_list_that_changes_nothing_for_her(tmp_path: Path, why: str) -> None:
    with Office(tmp_path) as office:
        if why == "free":
            office.sets("member = 2980\nnon_member = 3600", "member = 0\nnon_member = 0")
        (form,) = registered(office, 1)
        office.now = office.now if why == "free" else OVER + timedelta(days=30)

        office.sets("member\n", f"member\n{form.hospital.name},,yes\n", "organisations.csv")
        office.works()

        assert office.view().registrations[0].membership is Membership.MEMBER
        assert office.answers() == []


def test_settings_whose_consequences_could_not_be_recorded_are_taken_once_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Office(tmp_path, capacity=1) as office:
        registered(office, 2)
        office.sets("capacity = 1", "capacity = 2")

        def breaks(*_: object) -> None:
            raise TransientError("磁盘已满。")

        with monkeypatch.context() as faulty:
            faulty.setattr(terms, "notices_of_changes", breaks)
            with pytest.raises(AssertionError, match="磁盘已满"):
                office.works()
        kept = states(office)
        office.works()
        office.works()

        assert kept == [State.CONFIRMED, State.WAITLISTED]
        assert states(office) == [State.CONFIRMED, State.CONFIRMED]
        assert office.answer().subject.startswith("候补递补成功")
        bot = office.bot()
        acts = [act.kind for act in bot.ledger.acts()]
        bot.close()
        assert acts.count(ActKind.SETTINGS) == 2


def test_higher_limit_lets_those_move_up_who_waited_beyond_it(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=3) as office:
        office.sets("capacity = 3", "capacity = 3\nlimit_per_organisation = 1")
        office.sends_word_form(office.form(2))
        office.sends_word_form(office.form(1))
        office.works()
        office.answers()
        before = states(office)

        office.sets("limit_per_organisation = 1", "limit_per_organisation = 2")
        office.works()

        assert before == [State.CONFIRMED, State.WAITLISTED, State.CONFIRMED]
        assert states(office) == [State.CONFIRMED] * 3
        assert office.answer().subject.startswith("候补递补成功")
