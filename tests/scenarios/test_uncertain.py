"""A scan that shows some values badly, from the mailbox to the answer, the ledger, the workbook and the digest.

What recognition made of the scan is set here (reading pictures has its own tests); all else is the whole bot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.demo import clients
from bot.demo.clients import DOCX, File
from bot.demo.form_files import FilledForm, word_form
from bot.forms.read import read_mail
from bot.forms.validate import validate_form
from bot.jobs import receive
from bot.jobs.publish import queue_digest
from bot.records.decision import State
from bot.records.form import Attendee, Reading, Unread, UnreadCode, Value
from tests.scenarios.office import Office, word_file
from tests.unit.scan_cases import png

PICTURE = png(shade=77)
SCAN = "扫描件"

Misread = Mapping[str, str]
"""Field -> what recognition made of it, with little certainty."""


def as_scan(reading: Reading, misread: Misread) -> Reading:
    """The reading as if its first person's form had been a scan on which these fields can hardly be read."""

    def seen(person: Attendee) -> Attendee:
        values = {
            field: Value(text, text, confidence=0.6, picture=PICTURE, label=getattr(person, field).label)
            for field, text in misread.items()
        }
        return replace(person, **values, problems=())  # type: ignore[arg-type]

    forms = tuple(
        validate_form(replace(form, problems=(), attendees=(seen(form.attendees[0]), *form.attendees[1:])))
        for form in reading.forms
    )
    return replace(reading, forms=forms)


@pytest.fixture
def misread(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What recognition makes of the mails whose subject speaks of a scan."""
    fields: dict[str, str] = {}

    def read(mail: object, *given: object, **more: object) -> Reading:
        reading = read_mail(mail, *given, **more)  # type: ignore[arg-type]
        return as_scan(reading, fields) if SCAN in str(getattr(mail, "subject", "")) else reading

    monkeypatch.setattr(receive, "read_mail", read)
    return fields


def sends_scan(office: Office, form: FilledForm) -> None:
    letter = office.letter(form, f"回执表{SCAN}", "您好。", files=[File("回执表.docx", word_form(form), DOCX)])
    office.arrives(clients.modern(letter))


def works_a_scan_off(office: Office, misread: dict[str, str]) -> FilledForm:
    """One person's scan, her name and mobile misread."""
    form = office.form()
    person = form.people[0]
    misread.update(
        name=person.name[:-1] + "桓", mobile=person.mobile[:-1] + str((int(person.mobile[-1]) + 1) % 10)
    )
    sends_scan(office, form)
    office.works()
    return form


def test_a_badly_read_scan_takes_its_seat_and_is_asked_about(tmp_path: Path, misread: dict[str, str]) -> None:
    with Office(tmp_path, capacity=1) as office:
        works_a_scan_off(office, misread)
        office.sends_word_form(office.form())
        office.works()

        asked, later = office.answers()
        assert office.templates() == ["needs_correction", "waitlisted"]
        assert asked.subject.startswith("请核对回执表")
        assert misread["name"] in asked.text
        assert f"识别为 {misread['mobile']}" in asked.text
        assert "候补" in later.text
        assert [one.state for one in office.view().registrations] == [State.CONFIRMED, State.WAITLISTED]


def test_the_corrected_form_amends_the_same_person_and_settles_what_was_uncertain(
    tmp_path: Path, misread: dict[str, str]
) -> None:
    with Office(tmp_path) as office:
        form = works_a_scan_off(office, misread)
        office.sends_word_form(form)
        office.works()

        answers = office.answers()
        view = office.view()
        (person,) = view.registrations
        assert office.templates() == ["needs_correction", "updated"]
        assert (person.name, person.uncertain) == (form.people[0].name, ())
        assert view.reviews == ()
        assert form.people[0].name in answers[1].text


def test_the_scan_of_a_form_sent_before_changes_nothing(tmp_path: Path, misread: dict[str, str]) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        office.sends_word_form(form)
        office.works()
        misread["name"] = form.people[0].name[:-1] + "桓"
        sends_scan(office, form)
        office.works()

        assert office.templates() == ["confirmed", "unchanged"]
        assert [one.name for one in office.view().registrations] == [form.people[0].name]
        office.answers()


def test_staff_see_the_picture_of_each_doubtful_cell(tmp_path: Path, misread: dict[str, str]) -> None:
    with Office(tmp_path) as office:
        works_a_scan_off(office, misread)
        office.answers()

        bot = office.bot()
        try:
            queue_digest(bot.office, office.now)
            workbook = bot.office.workbook
        finally:
            bot.close()
        office.works()
        sheet = load_workbook(workbook)["扫描核对"]
        assert isinstance(sheet, Worksheet)
        assert [p.picture for r in office.view().registrations for p in r.problems] == [PICTURE, PICTURE]
        assert [sheet.cell(row, 5).value for row in (2, 3)] == [misread["name"], misread["mobile"]]
        assert len(sheet._images) == 2  # type: ignore[attr-defined]
        assert b"Content-ID: <" in office.answer().raw


def test_export_keeps_its_shape_and_the_journal_its_silence(tmp_path: Path, misread: dict[str, str]) -> None:
    with Office(tmp_path) as office:
        works_a_scan_off(office, misread)
        office.answers()

        people = office.export()["registrations"]
        assert isinstance(people, list)
        assert [set(problem) for problem in people[0]["problems"]] == [{"field", "code", "text"}] * 2
        assert {problem["code"] for problem in people[0]["problems"]} == {"uncertain"}
        with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as ledger:
            lines = [" ".join(map(str, line)) for line in ledger.execute("SELECT * FROM journal")]
        assert lines
        assert not any(value in line for value in misread.values() for line in lines)


def test_a_scan_in_which_nobody_can_be_made_out_goes_to_staff_unanswered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Unread("回执.jpg", UnreadCode.NO_FORM, "没有认出参加人员，请查看原件。", form_like=True)
    monkeypatch.setattr(receive, "read_mail", lambda *given, **more: Reading(unread=(nobody,)))
    with Office(tmp_path) as office:
        form = office.form()
        office.arrives(
            clients.modern(office.letter(form, "报名回执", "您好，报名回执见附件。", files=[word_file(form)]))
        )
        office.works()

        assert office.answers() == []
        assert office.templates() == [None]
        assert [mail.note for mail in office.view().reviews if "没有认出参加人员" in mail.note]
