"""待处理: a mail that waits is opened, completed and decided in the workbook; what follows is as if the bot had
understood it on arrival."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

from bot.demo import clients
from bot.demo.clients import Letter
from bot.demo.form_files import FilledForm
from tests.scenarios.office import EVENT, Office, word_file
from tests.scenarios.replaying import Kept, told
from tests.scenarios.staff_hands import (
    PEOPLE,
    WAITING,
    answers_by_reader,
    asks,
    completes,
    decides,
    hint,
    in_thread_of,
    journal,
    link_of,
    minutes_pass,
    name_in,
    registered,
    roll,
    staff_acts,
    states,
    waiting_mail,
    waiting_rows,
)
from tests.unit.roster_edits import texts

QUESTION = "您好，请问住宿怎么安排？我院还想报一位。"


def row(form: FilledForm, place: int = 0, **more: str) -> dict[str, str]:
    """What staff fill in about a person."""
    person = form.people[place]
    return {"姓名": person.name, "单位": form.hospital.name, "手机": person.mobile, **more}


def test_waiting_mail_stands_there_with_its_reason_and_opens_until_it_is_settled(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        letter = asks(office, QUESTION)
        office.works()
        mail = waiting_mail(office)
        file = link_of(office, mail)
        opened = message_from_bytes(file.read_bytes())["Message-ID"]
        shown = [texts(office.workbook, WAITING, header)[0] for header in ("发件人", "原因", "主题")]

        completes(office, mail, {"处理": "忽略"})
        office.works()

        assert letter.id in opened
        assert shown[0] in (letter.sender_name, letter.sender)
        assert shown[1:] == ["来信咨询", letter.subject]
        assert waiting_rows(office) == []
        assert not file.exists()
        assert office.view().reviews == ()
        assert [line.actor for line in journal(office, "review_closed")] == ["staff"]
    assert told(Kept(tmp_path).replayed()) == []


def test_completed_and_admitted_it_is_a_registration_with_the_mails_own_arrival(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        early = office.form()
        letter = asks(office, QUESTION, early)
        arrived = office.now
        [(_, _, later)] = registered(office, 1)
        office.now += timedelta(hours=3)

        completes(office, waiting_mail(office), row(early, 处理="录取"))
        office.works()
        answer = office.answer()
        minutes_pass(office, 2)

        person = roll(office)[name_in(early)]
        assert (person.state.value, person.received_at, person.by_staff) == ("confirmed", arrived, True)
        assert texts(office.workbook, PEOPLE, "姓名")[:2] == [name_in(early), later]
        assert in_thread_of(answer, letter)
        assert name_in(early) in answer.text
        assert waiting_rows(office) == []
        assert staff_acts(office) == 1
    assert told(Kept(tmp_path).replayed()) == []


def test_somebody_put_on_the_waitlist_out_of_a_mail_stands_at_her_place(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        registered(office, 1)
        between = office.form()
        letter = asks(office, QUESTION, between)
        [(_, _, last)] = registered(office, 1)

        completes(office, waiting_mail(office), row(between, 处理="候补"))
        office.works()
        answer = office.answer()

        assert states(office)[name_in(between)] == "waitlisted"
        assert texts(office.workbook, PEOPLE, "姓名")[1:3] == [name_in(between), last]
        assert in_thread_of(answer, letter)
        assert "候补" in answer.subject


def test_several_people_of_one_mail_are_settled_together_whatever_becomes_of_each(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        (old, first, leaves), _ = registered(office, 2)
        new = office.form(3)
        letter = asks(office, QUESTION, new)
        office.works()

        completes(
            office,
            waiting_mail(office),
            row(new, 0, 处理="录取"),
            row(new, 1, 处理="候补"),
            {"姓名": leaves, "单位": old.hospital.name, "处理": "取消"},
            {"姓名": name_in(new, 2), "处理": "忽略"},
        )
        office.works()
        answers = office.answers()

        assert states(office)[name_in(new, 0)] == "confirmed"
        assert states(office)[name_in(new, 1)] == "waitlisted"
        assert states(office)[leaves] == "cancelled"
        assert name_in(new, 2) not in roll(office)
        assert sorted(answer.recipients[0] for answer in answers) == sorted(
            [first.sender, letter.sender, letter.sender]
        )
        assert waiting_rows(office) == []
        assert staff_acts(office) == 1
    assert told(Kept(tmp_path).replayed()) == []


def test_nothing_of_a_mail_is_done_while_one_of_its_people_is_not_decided(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        new = office.form(2)
        asks(office, QUESTION, new)
        office.works()
        mail = waiting_mail(office)

        completes(office, mail, row(new, 0, 处理="录取"), row(new, 1))
        minutes_pass(office, 2)

        assert roll(office) == {}
        assert staff_acts(office) == 0
        assert name_in(new, 1) in hint(office, mail)
        assert texts(office.workbook, WAITING, "姓名")[:2] == [name_in(new, 0), name_in(new, 1)]


def test_what_could_not_be_carried_out_is_told_and_tried_again_only_as_another_word(
    tmp_path: Path,
) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        asks(office, QUESTION, form)
        office.works()
        mail = waiting_mail(office)
        stranger = "查无此人"
        completes(office, mail, row(form, 0, 处理="录取"), {"姓名": stranger, "处理": "取消"})
        office.works()
        hints: list[str] = [hint(office, mail)]
        minutes_pass(office, 3, lambda: hints.append(hint(office, mail)))
        tried, nobody = staff_acts(office), roll(office)

        completes(office, mail, {}, {"姓名": stranger, "处理": "忽略"})
        office.works()
        office.answer()

        assert tried == 1
        assert nobody == {}
        assert all(f"找不到“{stranger}”" in text for text in hints)
        assert states(office) == {name_in(form): "confirmed"}
        assert staff_acts(office) == 2
    assert told(Kept(tmp_path).replayed()) == []


def test_a_copied_row_that_kept_the_first_ones_number_registers_neither_until_it_is_mended(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        asks(office, QUESTION, form)
        office.works()
        mail = waiting_mail(office)
        number = {"身份证号": form.people[0].id_number}
        completes(office, mail, row(form, 0, 处理="录取", **number), row(form, 1, 处理="录取", **number))
        minutes_pass(office, 2)
        told_then, nobody, tried = hint(office, mail), roll(office), staff_acts(office)

        completes(office, mail, {}, {"身份证号": form.people[1].id_number})
        office.works()
        office.answer()

        assert "看起来是同一个人" in told_then
        assert (nobody, tried) == ({}, 1)
        assert states(office) == {name_in(form, 0): "confirmed", name_in(form, 1): "confirmed"}
    assert told(Kept(tmp_path).replayed()) == []


def test_one_mails_refusal_is_not_tried_again_because_of_another_mails(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        for _ in range(2):
            asks(office, QUESTION)
        office.works()
        one, other = office.view().reviews
        completes(office, one, {"姓名": "查无此人", "处理": "取消"})
        office.works()
        completes(office, other, {"姓名": "也无此人", "处理": "取消"})
        office.works()

        minutes_pass(office, 4)

        assert staff_acts(office) == 2
        assert "查无此人" in hint(office, one)
        assert "也无此人" in hint(office, other)


def test_a_person_on_the_list_gets_what_staff_fill_in_and_the_clerk_reads_what_changed(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(form, letter, name)] = registered(office, 1)
        asks(office, "您好，我院那位老师的手机号填错了，请问怎么改？", form)
        office.works()
        office.answers()
        before = roll(office)[name]

        completes(office, waiting_mail(office), row(form, 手机="13900139000", 处理="录取"))
        office.works()
        answer = office.answer()

        after = roll(office)[name]
        assert (after.mobile, after.order, after.id) == ("13900139000", before.order, before.id)
        assert len(office.view().registrations) == 1
        assert in_thread_of(answer, letter)
        assert "139****9000" in answer.text
    assert told(Kept(tmp_path).replayed()) == []


def test_who_is_to_be_cancelled_is_known_by_her_number_where_the_unit_is_written_shorter(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(form, letter, name)] = registered(office, 1)
        asks(office, "您好，我院那位老师可能来不了了，请问怎么办？")
        office.works()

        completes(office, waiting_mail(office), row(form, 单位="眼科医院", 处理="取消"))
        office.works()
        answer = office.answer()

        assert states(office) == {name: "cancelled"}
        assert in_thread_of(answer, letter)


def test_who_was_cancelled_by_staff_is_taken_back_out_of_her_new_mail(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        [(form, _, name)] = registered(office, 1)
        decides(office, name, "取消")
        office.works()
        letter = office.sends_word_form(form)
        arrived = office.now
        office.works()
        office.answers()
        filled_in = texts(office.workbook, WAITING, "姓名")[0]

        completes(office, waiting_mail(office), {"处理": "录取"})
        office.works()
        answer = office.answer()
        minutes_pass(office, 2)

        active = [one for one in office.view().registrations if one.state.value != "cancelled"]
        assert filled_in == name
        assert [(one.name, one.state.value, one.received_at) for one in active] == [(name, "confirmed", arrived)]
        assert in_thread_of(answer, letter)
        assert sorted(map(str, texts(office.workbook, PEOPLE, "状态"))) == ["已取消", "已录取"]
    assert told(Kept(tmp_path).replayed()) == []


def add_second_event(office: Office) -> None:
    second = EVENT.replace('id = "study-tour"', 'id = "rehabilitation"').replace(
        '["浙江", "临床重点专科", "调研学习"]', '["康复医学", "学术年会"]'
    )
    facts = {"capacity": 3, "when_partly_full": "in_form_order", "late": "record"}
    (office.config / "events" / "rehabilitation.toml").write_text(second.format(**facts), encoding="utf-8")


def unclear_mail(office: Office) -> tuple[FilledForm, Letter, list[Path]]:
    """A form that may be for either of two events, and both workbooks that show it."""
    add_second_event(office)
    form = office.form()
    letter = office.letter(form, "回执", "见附件。", files=[word_file(form)])
    office.arrives(clients.modern(letter))
    office.works()
    office.answers()
    return form, letter, sorted(office.workbook.parent.glob("*.xlsx"), key=lambda book: book != office.workbook)


def test_mail_of_unclear_event_decided_in_one_workbook_disappears_from_the_others(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, letter, books = unclear_mail(office)
        shown = [waiting_rows(office, book) for book in books]
        filled_in = [texts(book, WAITING, "姓名")[0] for book in books]

        completes(office, waiting_mail(office), {"处理": "录取"})
        office.works()
        answers = answers_by_reader(office)

        assert [len(rows) for rows in shown] == [1, 1]
        assert filled_in == [name_in(form)] * 2
        assert [waiting_rows(office, book) for book in books] == [[], []]
        assert set(answers) == {letter.sender}
        assert staff_acts(office) == 1
        assert len(Kept(tmp_path).rows("SELECT id FROM registrations")) == 1
    assert told(Kept(tmp_path).replayed()) == []


def test_a_decision_beside_a_mail_that_another_workbook_settled_is_told_as_not_done(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, _, (first, second) = unclear_mail(office)
        mail = waiting_mail(office)
        completes(office, mail, {"处理": "忽略"}, book=first)
        completes(office, mail, {"处理": "录取"}, book=second)
        notes: list[tuple[str, ...]] = []
        for _ in range(2):
            notes.append(office.works().notes)

        assert Kept(tmp_path).rows("SELECT id FROM registrations") == []
        assert all(any(name_in(form) in note and "没有执行" in note for note in said) for said in notes)
        assert texts(second, WAITING, "处理").count("录取") == 1
        assert staff_acts(office) == 1
