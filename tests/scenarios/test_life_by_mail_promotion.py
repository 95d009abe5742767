"""A seat that becomes free goes to the first who waits, in the same commit, and she hears of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.demo import clients
from bot.demo.form_files import FilledForm
from bot.records.decision import Reason, State
from tests.scenarios.letters import registers, roll, seated, writes
from tests.scenarios.office import CHINA, Answer, Office, excel_file

TOO_LATE = datetime(2026, 4, 22, 9, 0, tzinfo=CHINA)


def full(office: Office, *counts: int) -> list[FilledForm]:
    """Hospitals with so many people each, registered one after the other."""
    forms = [office.form(count) for count in counts]
    for form in forms:
        registers(office, form)
    return forms


def cancels_all(office: Office, form: FilledForm) -> dict[str, Answer]:
    """What left after the hospital took everybody back, by recipient."""
    writes(office, form, "我院报名人员全部取消。")
    office.works()
    answers = office.answers()
    return {answer.recipients[0]: answer for answer in answers}


def test_the_first_who_waits_is_promoted_and_told_below_her_own_mail(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        seats, first, second = office.form(), office.form(), office.form()
        registers(office, seats)
        letter = office.sends_word_form(first)
        office.works()
        office.answer()
        registers(office, second)

        told = cancels_all(office, seats)

        assert seated(office) == [first.people[0].name]
        assert set(told) == {seats.hospital.email, first.hospital.email}
        news = told[first.hospital.email]
        assert news.subject.startswith("候补递补成功")
        assert str(news.mail["In-Reply-To"]) == letter.id
        assert str(news.mail["Auto-Submitted"]) == "auto-generated"
        assert first.people[0].name in news.text
        assert seats.people[0].name not in news.text
        assert first.people[0].name not in told[seats.hospital.email].text
        assert roll(office)[1].reason is Reason.PROMOTED


def test_cancellation_and_promotion_are_one_act(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        seats, _ = full(office, 1, 1)

        cancels_all(office, seats)

        with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as ledger:
            query = "SELECT act_id, reason FROM journal WHERE action = 'registration_changed'"
            lines = ledger.execute(query).fetchall()
        assert {reason for _, reason in lines} == {"cancelled_by_sender", "promoted"}
        assert len({act for act, _ in lines}) == 1


def test_several_freed_seats_go_on_in_order_of_arrival(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        seats, first, second, third = full(office, 2, 1, 1, 1)

        told = cancels_all(office, seats)

        assert seated(office) == [first.people[0].name, second.people[0].name]
        assert third.hospital.email not in told


def test_nobody_is_promoted_once_the_event_has_begun(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        seats, waits = full(office, 1, 1)
        office.now = TOO_LATE

        told = cancels_all(office, seats)

        assert seated(office) == []
        assert set(told) == {seats.hospital.email}
        assert "递补" not in told[seats.hospital.email].text
        assert roll(office)[1].name == waits.people[0].name


def test_whole_form_moves_only_when_it_fits_and_blocks_those_behind(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=3, when_partly_full="whole_form") as office:
        one, two, pair, single = full(office, 1, 2, 2, 1)

        told = cancels_all(office, one)
        assert set(told) == {one.hospital.email}
        assert len(seated(office)) == 2

        told = cancels_all(office, two)
        assert set(told) == {two.hospital.email, pair.hospital.email, single.hospital.email}
        assert seated(office) == [*(person.name for person in pair.people), single.people[0].name]


def test_whoever_may_not_be_answered_is_promoted_and_staff_are_told_to_call(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        (seats,) = full(office, 1)
        waits = office.form()
        letter = office.letter(waits, files=[excel_file(waits)])
        office.arrives(clients.modern(letter, extra=[("X-Auto-Response-Suppress", "All")]))
        office.works()

        told = cancels_all(office, seats)

        assert seated(office) == [waits.people[0].name]
        assert set(told) == {seats.hospital.email}
        cancelling = office.view().mails[-1]
        assert cancelling in office.view().reviews
        assert f"人工告知：{waits.people[0].name}" in cancelling.note


@pytest.mark.parametrize(("mode", "drafts"), [("draft", 2), ("off", 0)])
def test_where_the_bot_sends_nothing_itself_promotion_happens_all_the_same(
    tmp_path: Path, mode: str, drafts: int
) -> None:
    with Office(tmp_path, capacity=1, mode=mode) as office:
        seats, waits = office.form(), office.form()
        for form in (seats, waits):
            writes(office, form, "见附件", files=[excel_file(form)])
        office.works()
        writes(office, seats, "我院报名人员全部取消。")

        summary = office.works()

        assert office.answers() == []
        assert summary.sent.drafts == drafts
        assert [one.state for one in roll(office)] == [State.CANCELLED, State.CONFIRMED]


def test_who_registers_in_the_cancelling_mail_comes_behind_those_who_wait(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        seats, waits = full(office, 1, 1)
        more = office.form(hospital=seats.hospital)
        gone = seats.people[0].name

        writes(office, seats, f"{gone}取消报名。其他人员的回执见附件。", files=[excel_file(more)])
        office.works()

        assert len(office.answers()) == 2
        assert [(one.name, one.state) for one in roll(office)] == [
            (gone, State.CANCELLED),
            (waits.people[0].name, State.CONFIRMED),
            (more.people[0].name, State.WAITLISTED),
        ]
