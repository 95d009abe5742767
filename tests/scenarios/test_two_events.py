"""Two events at once, as the shipped configuration has them: each mail to its own, none to the wrong one."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import docx
import pytest

from bot.app.wiring import PROJECT
from bot.demo import clients, form_files
from bot.demo.clients import DOCX, XLSX, File
from bot.demo.form_files import FilledForm
from bot.jobs.desk import event_view
from bot.jobs.publish import digest_summary
from bot.records.decision import State
from bot.records.event import Event
from bot.records.office import EventView
from bot.replies.blank_form import blank_form
from bot.settings import load_settings
from tests.scenarios.office import CHINA, Office

BOTH_OPEN = datetime(2026, 3, 25, 9, 0, tzinfo=CHINA)
COURSE_OVER = datetime(2026, 3, 28, 9, 0, tzinfo=CHINA)
SHIPPED = {event.id: event for event in load_settings(PROJECT / "config", {}, secrets=False).events}
TOUR, COURSE = SHIPPED["zhejiang-2026"], SHIPPED["zhongda-baozhang-2026"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        (one.config / "events" / "study-tour.toml").unlink()
        for path in sorted((PROJECT / "config" / "events").glob("*.toml")):
            shutil.copy(path, one.config / "events" / path.name)
        one.now = BOTH_OPEN
        yield one


def course_form(form: FilledForm) -> File:
    """The bot's own blank form of the course, as a clerk fills it in: without the identity numbers."""
    document = docx.Document(io.BytesIO(blank_form(COURSE)))
    people, particulars = document.tables
    for row, written in zip(people.rows[1:], form.rows(), strict=False):
        for column in (0, 1, 2, 3):
            row.cells[column].text = written[column]
    for row in particulars.rows:
        row.cells[1].text = dict(form.footers()).get(row.cells[0].text, "")
    filled = io.BytesIO()
    document.save(filled)
    return File("回执表.docx", filled.getvalue(), DOCX)


def untitled(form: FilledForm) -> File:
    return File("名单.xlsx", form_files.excel_form(form, titles=False), XLSX)


def view(office: Office, event: Event) -> EventView:
    bot = office.bot()
    try:
        return event_view(bot.ledger, event, office.now)
    finally:
        bot.close()


def names(office: Office, event: Event) -> list[str]:
    return [one.name for one in view(office, event).registrations]


def test_each_form_goes_to_the_event_that_its_title_names(office: Office) -> None:
    tour, course = office.form(1), office.form(2)

    office.sends_word_form(tour, subject="报名")
    office.arrives(clients.modern(office.letter(course, "报名", "见附件。", files=[course_form(course)])))
    office.works()

    assert names(office, TOUR) == [one.name for one in tour.people]
    assert names(office, COURSE) == [one.name for one in course.people]
    first, second = office.answers()
    assert TOUR.title in first.text
    assert COURSE.title in second.text


def test_course_needs_no_identity_number_and_costs_nothing(office: Office) -> None:
    form = office.form(1)

    office.arrives(clients.modern(office.letter(form, "报名", files=[course_form(form)])))
    office.works()

    person = view(office, COURSE).registrations[0]
    assert person.state is State.CONFIRMED
    assert not person.blocking_problems
    text = office.answer().text
    assert "免费" in text
    assert "账号" not in text
    assert " 0元" not in text


def test_untitled_form_goes_by_the_subject(office: Office) -> None:
    form = office.form(1)

    office.arrives(clients.modern(office.letter(form, "重大活动培训班报名", files=[untitled(form)])))
    office.works()

    assert names(office, COURSE) == [one.name for one in form.people]
    assert not names(office, TOUR)
    office.answer()


def test_form_that_names_neither_while_both_are_open_waits_for_a_person(office: Office) -> None:
    form = office.form(1)

    office.arrives(clients.modern(office.letter(form, "报名", "请查收。", files=[untitled(form)])))
    office.works()

    assert not names(office, TOUR)
    assert not names(office, COURSE)
    assert form.people[0].name not in office.answer().text


def test_form_that_names_neither_is_for_the_only_event_that_is_not_over(office: Office) -> None:
    office.now = COURSE_OVER
    form = office.form(1)

    office.arrives(clients.modern(office.letter(form, "报名", "请查收。", files=[untitled(form)])))
    office.works()

    assert names(office, TOUR) == [one.name for one in form.people]
    assert TOUR.title in office.answer().text


def test_answer_to_the_courses_answer_adds_to_the_course(office: Office) -> None:
    form = office.form(1)
    office.arrives(clients.modern(office.letter(form, "报名", files=[course_form(form)])))
    office.works()
    answer = office.answer()
    office.now += timedelta(hours=1)
    more = office.form(1, hospital=form.hospital)

    letter = office.letter(
        more,
        "回复：报名",
        "再加一位，见附件。",
        files=[untitled(more)],
        reply_to_id=str(answer.mail["Message-ID"]),
    )
    office.arrives(clients.modern(letter))
    office.works()

    assert names(office, COURSE) == [form.people[0].name, more.people[0].name]
    assert not names(office, TOUR)
    office.answer()


def test_each_event_has_a_workbook_of_its_own_and_the_notice_keeps_the_configured_one(office: Office) -> None:
    tour, course = office.form(1), office.form(1)
    office.sends_word_form(tour)
    office.arrives(clients.modern(office.letter(course, "报名", files=[course_form(course)])))

    office.works()

    data = office.config.parent / "data"
    assert (data / "报名汇总.xlsx").exists()
    assert (data / f"报名汇总-{COURSE.id}.xlsx").exists()
    office.answers()


def test_digest_of_a_free_course_speaks_of_neither_money_nor_rooms_nor_membership(office: Office) -> None:
    form = office.form(1)
    office.arrives(clients.modern(office.letter(form, "报名", files=[course_form(form)])))
    office.works()
    office.answer()

    bot = office.bot()
    try:
        pages = {
            event.id: [
                bot.office.composer.render(name, {"summary": digest_summary(bot.office, event, office.now)})
                for name in ("digest.txt", "digest.html")
            ]
            for event in bot.settings.events
        }
    finally:
        bot.close()

    for page in pages[COURSE.id]:
        assert not [word for word in ("应缴合计", "要单间", form.hospital.name + "（") if word in page]
    for page in pages[TOUR.id]:
        assert "应缴合计" in page
        assert "要单间" in page
