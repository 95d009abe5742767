"""Questions, and machines that answer our answers: nobody is answered for ever, and no machine changes a seat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo import form_files
from bot.demo.clients import XLSX, File
from bot.demo.form_files import FilledForm
from bot.jobs.desk import event_view
from bot.records.decision import Outcome, State
from bot.records.mail import MailKind
from tests.scenarios.letters import answered, registers, roll, seated, writes
from tests.scenarios.office import Answer, Office, excel_file

SECOND_EVENT = """
id = "course"
title = "医疗纠纷防范培训班"
keywords = ["纠纷防范", "培训班"]
capacity = 1
opens = 2026-03-25
deadline = 2026-04-10
starts = 2026-04-22
ends = 2026-04-25
[fees]
member = 0
non_member = 0
"""


@pytest.mark.parametrize("acknowledges", [False, True])
def test_question_is_for_a_person_with_at_most_one_receipt_a_day(tmp_path: Path, acknowledges: bool) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        if acknowledges:
            office.sets("[replies]\n", "[replies]\nacknowledge_questions = true\n", "bot.toml")
        for text in ("请问什么时候开发票？", "请问酒店在哪里？"):
            writes(office, form, text, subject="咨询")
        office.works()
        first_day = office.answers()
        office.now += timedelta(days=2)
        writes(office, form, "请问可以带家属吗？", subject="咨询")
        office.works()

        next_day = office.answers()
        assert [len(first_day), len(next_day)] == ([1, 1] if acknowledges else [0, 0])
        assert all("将尽快回复" in answer.text for answer in (*first_day, *next_day))
        questions = office.view().mails[1:]
        assert {mail.kind for mail in questions} == {MailKind.QUESTION}
        assert {mail.outcome for mail in questions} == {Outcome.HANDED_TO_STAFF}
        assert len(office.view().reviews) == 3


MACHINES = (
    "您的邮件已收到，我会尽快答复。",
    "我因出差在外，无法第一时间回复您的来信，敬请谅解。",
    "您好，我正在休假，不能马上处理您的来信，急事请致电。",
    "此邮件为系统自动回复，请勿直接回复。",
)


@pytest.mark.parametrize("quotes", ["below", "unmarked"])
@pytest.mark.parametrize("about", ["updated", "cancelled"])
def test_machine_that_answers_an_answer_changes_nothing_and_is_not_answered(
    tmp_path: Path, about: str, quotes: str
) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        gone, stays = form.people
        asks = {"updated": f"{stays.name}的手机改为13911112222。", "cancelled": f"{gone.name}取消报名。"}
        answer = answered(office, form, asks[about])
        before = roll(office)
        for words in MACHINES:
            below = "\n\n> " + answer.text.replace("\n", "\n> ")
            echoes(office, form, words + (below if quotes == "below" else "\n\n" + answer.text), answer)

        office.works()

        assert office.answers() == []
        assert roll(office) == before


def test_machine_that_gives_back_the_beginning_of_an_answer_changes_nothing_and_is_soon_left_alone(
    tmp_path: Path,
) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        answer = answered(office, form, f"{form.people[0].name}取消报名。")
        before = roll(office)
        for turn in range(8):
            echoes(office, form, f"{MACHINES[turn % 4]}\n\n{answer.text[:300]}", answer)

        office.works()

        assert roll(office) == before
        assert len(office.answers()) <= 3


def echoes(office: Office, form: FilledForm, text: str, answer: Answer) -> None:
    """A machine answers our answer."""
    thread = str(answer.mail["Message-ID"])
    writes(office, form, text, subject=f"回复：{answer.subject}", reply_to_id=thread)


def test_two_machines_end_their_talk_about_a_cancellation(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        sent = 0
        for turn in range(15):
            writes(office, form, f"{form.people[0].name}取消报名。", subject=f"取消报名 {turn}")
            office.works()
            sent += len(office.answers())

        assert sent <= 3
        assert seated(office) == [form.people[1].name]


@pytest.fixture
def two_events(tmp_path: Path) -> Iterator[Office]:
    """The tour and a course with one seat."""
    with Office(tmp_path) as office:
        (office.config / "events" / "course.toml").write_text(SECOND_EVENT, encoding="utf-8")
        yield office


def in_both(office: Office) -> tuple[FilledForm, Answer]:
    """One person registered for both events by the same sender, and the answer about the course."""
    form = office.form()
    answered(office, form, "见附件", subject="浙江调研学习报名", files=[excel_file(form)])
    course = answered(office, form, "见附件", subject="医疗纠纷防范培训班报名", files=[untitled(form)])
    assert "培训班" in course.text
    return form, course


def untitled(form: FilledForm) -> File:
    return File("名单.xlsx", form_files.excel_form(form, titles=False), XLSX)


def states_of(office: Office, event_id: str) -> list[State]:
    bot = office.bot()
    try:
        event = next(one for one in bot.settings.events if one.id == event_id)
        return [one.state for one in event_view(bot.ledger, event, office.now).registrations]
    finally:
        bot.close()


def of_both(office: Office) -> dict[str, list[State]]:
    return {event_id: states_of(office, event_id) for event_id in ("course", "study-tour")}


@pytest.mark.parametrize("way", ["answers the course's answer", "names the course"])
def test_cancellation_is_for_the_event_that_it_speaks_of(two_events: Office, way: str) -> None:
    form, course = in_both(two_events)
    text = f"{form.people[0].name}取消报名。"
    if way == "names the course":
        answered(two_events, form, text, subject="医疗纠纷防范培训班取消报名")
    else:
        thread = str(course.mail["Message-ID"])
        answered(two_events, form, text, subject="回复：报名", reply_to_id=thread)

    assert of_both(two_events) == {"course": [State.CANCELLED], "study-tour": [State.CONFIRMED]}


def test_cancellation_that_may_be_for_either_event_cancels_neither(two_events: Office) -> None:
    form, _ = in_both(two_events)

    answer = answered(two_events, form, f"{form.people[0].name}取消报名。", subject="取消")

    assert of_both(two_events) == {"course": [State.CONFIRMED], "study-tour": [State.CONFIRMED]}
    assert "人工核对" in answer.text
