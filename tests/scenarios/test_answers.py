"""One scenario for each kind of answer: a mail comes in over IMAP, the answer leaves over SMTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.demo import clients, form_files
from bot.demo.clients import DOCX, File
from bot.records.decision import Outcome, State
from tests.scenarios.office import CHINA, Office, excel_file, word_file


def test_confirms_a_form_that_finds_seats(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        letter = office.sends_word_form(form)

        office.works()

        answer = office.answer()
        assert answer.recipients == (form.hospital.email,)
        assert str(answer.mail["In-Reply-To"]) == letter.id
        assert str(answer.mail["Auto-Submitted"]) == "auto-replied"
        for person in form.people:
            assert person.name in answer.text
            assert person.id_number not in answer.text
            assert f"{person.id_number[:6]}********{person.id_number[-4:]}" in answer.text
        assert "6200 0000 0000" in answer.text
        assert office.templates() == ["confirmed"]


def test_member_is_told_one_price_and_stranger_both(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        member, stranger = office.form(2), office.form()
        office._members[member.hospital.name] = True
        with_members = Office(tmp_path / "second", members={member.hospital.name: True})
        with with_members as listed:
            listed.sends_word_form(member)
            listed.sends_word_form(stranger)

            listed.works()

            first, second = listed.answers()
            assert "5,960" in first.text or "5960" in first.text
            assert "3,600" not in first.text
            assert "2,980" in second.text
            assert "3,600" in second.text


def test_waitlists_when_capacity_is_reached(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        office.sends_word_form(office.form())
        office.sends_word_form(office.form())

        office.works()

        first, second = office.answers()
        assert office.templates() == ["confirmed", "waitlisted"]
        assert "候补" in second.text
        assert "6200 0000 0000" not in second.text
        assert first.recipients != second.recipients


def test_splits_a_form_in_its_own_order(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        form = office.form(3)
        office.sends_word_form(form)

        office.works()

        answer = office.answer()
        states = {one.name: one.state for one in office.view().registrations}
        assert office.templates() == ["mixed"]
        assert [states[person.name] for person in form.people] == [
            State.CONFIRMED,
            State.CONFIRMED,
            State.WAITLISTED,
        ]
        assert "候补" in answer.text


def test_waitlists_a_whole_form_where_the_notice_says_so(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2, when_partly_full="whole_form") as office:
        office.sends_word_form(office.form())
        office.sends_word_form(office.form(2))
        office.sends_word_form(office.form())

        office.works()

        assert len(office.answers()) == 3
        assert office.templates() == ["confirmed", "waitlisted", "waitlisted"]


def test_counts_the_deadline_day_to_its_last_second(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form(), at=datetime(2026, 4, 10, 23, 59, 59, tzinfo=CHINA))
        office.sends_word_form(office.form(), at=datetime(2026, 4, 11, 0, 0, 0, tzinfo=CHINA))
        office.now = datetime(2026, 4, 20, tzinfo=CHINA)

        office.works()

        assert len(office.answers()) == 2
        assert office.templates() == ["confirmed", "late"]
        assert [one.state for one in office.view().registrations] == [State.CONFIRMED, State.LATE]


def test_late_form_is_not_recorded_where_the_notice_rejects_it(tmp_path: Path) -> None:
    with Office(tmp_path, late="reject") as office:
        office.sends_word_form(office.form(), at=datetime(2026, 4, 12, tzinfo=CHINA))

        office.works()

        assert "逾期" in office.answer().text or office.templates() == ["late"]
        assert office.templates() == ["late"]
        assert office.view().registrations == ()
        assert office.view().mails[0].outcome is Outcome.REJECTED


def test_order_is_arrival_whatever_the_date_header_says(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        early, late = office.form(), office.form()
        office.now = datetime(2026, 4, 5, tzinfo=CHINA)
        letter = replace(office.letter(late, files=[word_file(late)]), sent_at=datetime(2026, 3, 1, tzinfo=CHINA))
        office.arrives(clients.modern(letter), datetime(2026, 4, 5, 10, tzinfo=CHINA))
        office.sends_word_form(early, at=datetime(2026, 4, 4, 10, tzinfo=CHINA))

        office.works()

        assert len(office.answers()) == 2
        states = {one.name: one.state for one in office.view().registrations}
        assert states == {early.people[0].name: State.CONFIRMED, late.people[0].name: State.WAITLISTED}


def test_asks_only_for_what_is_wrong_and_keeps_the_place(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        form = office.form()
        office.sends_word_form(form.with_people([replace(form.people[0], mobile="")]))
        office.sends_word_form(office.form())

        office.works()

        first, _ = office.answers()
        assert office.templates() == ["needs_correction", "waitlisted"]
        assert "手机" in first.text
        assert [one.state for one in office.view().registrations] == [State.CONFIRMED, State.WAITLISTED]


@pytest.mark.parametrize("way", ["no attachment", "blank form"])
def test_asks_for_the_form_and_sends_a_blank_one(tmp_path: Path, way: str) -> None:
    with Office(tmp_path) as office:
        files = [File("回执表.docx", form_files.empty_word_form(), DOCX)] if way == "blank form" else []
        letter = office.letter(office.form(), "报名回执表", "老师您好，我院报名回执表见附件。", files=files)
        office.arrives(clients.modern(letter))

        office.works()

        answer = office.answer()
        assert office.templates() == ["no_form"]
        assert any(name.endswith(".docx") for name in answer.attachment_names)


def test_says_so_when_a_file_cannot_be_read_and_keeps_it_for_a_person(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        scan = File("盖章回执.pdf", b"%PDF-1.4\n%%EOF\n", ("application", "pdf"))
        office.arrives(clients.modern(office.letter(office.form(), files=[scan])))

        office.works()

        answer = office.answer()
        view = office.view()
        assert office.templates() == ["unreadable"]
        assert "盖章回执.pdf" in answer.text
        assert [mail.outcome for mail in view.reviews] == [Outcome.UNREADABLE]


def test_same_form_again_changes_nothing(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        office.sends_word_form(form)
        office.arrives(clients.modern(office.letter(form, "再发一次", files=[excel_file(form)])))

        office.works()

        assert len(office.answers()) == 2
        assert office.templates() == ["confirmed", "unchanged"]
        assert len(office.view().registrations) == 2


def test_changed_form_updates_the_registration_in_its_place(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        office.sends_word_form(form)
        office.sends_word_form(form.with_people([replace(form.people[0], job_title="党委书记")]))

        office.works()

        assert len(office.answers()) == 2
        assert office.templates() == ["confirmed", "updated"]
        assert [(one.number, one.job_title) for one in office.view().registrations] == [(1, "党委书记")]
        assert office.view().reviews == ()


@pytest.mark.parametrize(
    "text", ["因工作安排，我院有一人不能参加，申请取消。", "我院张主任因故无法前往，拟更换为其他同事参加。"]
)
def test_unclear_request_to_change_goes_to_a_person(tmp_path: Path, text: str) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        office.sends_word_form(form)
        office.arrives(clients.modern(office.letter(form, "关于报名的变更", text)))

        office.works()

        assert len(office.answers()) == 2
        assert office.templates() == ["confirmed", "handed_to_staff"]
        assert [one.state for one in office.view().registrations] == [State.CONFIRMED] * 2


def test_question_is_left_to_staff_without_an_answer(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        letter = office.letter(office.form(), "咨询", "您好，请问什么时候可以开发票？还有名额吗？")
        office.arrives(clients.modern(letter))

        office.works()

        assert office.answers() == []
        view = office.view()
        assert [mail.kind.value for mail in view.mails] == ["question"]
        assert len(view.reviews) == 1


def test_stranger_who_names_a_registered_person_learns_nothing_of_the_registration(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        first = office.form()
        office.sends_word_form(first)
        stranger = office.form()
        alias = replace(first.people[0], name="欧阳无名", job_title="顾问")
        office.sends_word_form(stranger.with_people([alias]))

        office.works()

        _, answer = office.answers()
        assert office.templates() == ["confirmed", "handed_to_staff"]
        for secret in ("欧阳无名", first.people[0].name, first.hospital.name, "第 1 位", "已录取", "职务"):
            assert secret not in answer.text
