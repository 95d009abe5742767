"""A hospital corrects what it sent: by another form, by words, by saying that a scan was read right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.demo import clients
from bot.demo.form_files import FilledForm
from bot.demo.invented import id_number
from bot.records.decision import Outcome, Reason, State
from tests.scenarios.letters import answered, last_template, registers, roll, states, writes
from tests.scenarios.office import CHINA, Office, excel_file
from tests.scenarios.test_uncertain import misread as misread
from tests.scenarios.test_uncertain import sends_scan

NEW_ID = id_number("440305", "19830614", 77)
MASKED = f"{NEW_ID[:6]}********{NEW_ID[-4:]}"
AFTER_DEADLINE = datetime(2026, 4, 15, 9, 0, tzinfo=CHINA)
AFTER_EVENT = datetime(2026, 5, 6, 9, 0, tzinfo=CHINA)


def test_later_form_updates_a_person_who_keeps_place_and_arrival(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, behind = office.form(), office.form()
        registers(office, form)
        registers(office, behind)
        person = form.people[0]
        arrived = roll(office)[0].order
        new = replace(person, job_title="党委书记", id_number=NEW_ID)

        answer = answered(office, form, "更正后的回执见附件。", files=[excel_file(form.with_people([new]))])

        first, _ = office.view().registrations
        assert last_template(office) == "updated"
        assert (first.order, first.number, first.state) == (arrived, 1, State.CONFIRMED)
        assert (first.job_title, first.mobile, first.id_number) == ("党委书记", person.mobile, NEW_ID)
        assert f"职务：原为{person.job_title}，现为党委书记" in answer.text
        assert MASKED in answer.text
        assert not any(secret in answer.text for secret in (NEW_ID, person.id_number, person.mobile))
        assert office.view().reviews == ()


def test_new_people_queue_at_the_new_time_and_whoever_is_missing_stays(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=3) as office:
        form, between = office.form(2), office.form()
        registers(office, form)
        registers(office, between)
        stays, missing = form.people
        more = office.form().people[0]

        answer = answered(office, form, "见附件", files=[excel_file(form.with_people([stays, more]))])

        assert [one.name for one in roll(office)] == [stays.name, missing.name, between.people[0].name, more.name]
        assert [one.state for one in roll(office)][2:] == [State.CONFIRMED, State.WAITLISTED]
        assert f"以下人员此次未列出，原报名保持不变：{missing.name}" in answer.text
        assert "取消报名" in answer.text
        assert between.people[0].name not in answer.text


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("{name}的身份证号更正为" + NEW_ID + "，谢谢。", "id_number", NEW_ID),
        ("您好，{name}手机改为13911112222。", "mobile", "13911112222"),
        ("更正：{name}职务应为副院长。", "job_title", "副院长"),
    ],
)
def test_correction_in_words_is_applied_to_the_person_it_names(
    tmp_path: Path, words: str, field: str, value: str
) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        untouched, named = form.people

        answer = answered(office, form, words.format(name=named.name))

        first, second = roll(office)
        assert last_template(office) == "updated"
        assert getattr(second, field) == value
        assert getattr(first, field) == getattr(untouched, field)
        assert "现为" in answer.text
        assert NEW_ID not in answer.text


@pytest.mark.parametrize(
    "words",
    [
        "{name}的身份证号更正为" + NEW_ID[:17] + ("1" if NEW_ID[17] != "1" else "2"),
        "手机改为13911112222。",
        "{name}的手机改为1391111222。",
    ],
)
def test_correction_that_fails_its_check_or_names_nobody_goes_to_a_person(tmp_path: Path, words: str) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        before = roll(office)

        answer = answered(office, form, words.format(name=form.people[1].name))

        assert last_template(office) == "handed_to_staff"
        assert roll(office) == before
        assert [mail.outcome for mail in office.view().reviews] == [Outcome.HANDED_TO_STAFF]
        assert "人工核对" in answer.text


def test_number_that_somebody_else_has_is_not_taken(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, other = office.form(), office.form()
        registers(office, form)
        registers(office, other)
        before = roll(office)

        answer = answered(office, form, f"{form.people[0].name}的身份证号更正为{other.people[0].id_number}。")

        assert roll(office) == before
        assert len(office.view().reviews) == 1
        assert other.people[0].name not in answer.text


def test_saying_that_all_is_right_confirms_what_a_scan_showed_badly(
    tmp_path: Path, misread: dict[str, str]
) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        misread["mobile"] = "13911112222"
        sends_scan(office, form)
        office.works()
        asked = office.answer()
        assert roll(office)[0].uncertain

        answer = answered(office, form, "核对无误，谢谢。", subject=f"回复：{asked.subject}")

        person = roll(office)[0]
        assert (person.uncertain, person.mobile, person.reason) == ((), "13911112222", Reason.SEAT_FREE)
        assert last_template(office) == "updated"
        assert "确认" in answer.text
        assert office.view().reviews == ()


def test_after_the_deadline_a_form_still_amends_and_whoever_is_new_is_late(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        changed, more = replace(form.people[0], job_title="党委书记"), office.form().people[0]
        office.now = AFTER_DEADLINE

        answer = answered(office, form, "见附件", files=[excel_file(form.with_people([changed, more]))])

        first, second = roll(office)
        assert (first.state, first.job_title, second.state) == (State.CONFIRMED, "党委书记", State.LATE)
        assert last_template(office) == "late"
        assert "党委书记" in answer.text


def test_late_form_that_is_rejected_still_amends_those_on_the_roll(tmp_path: Path) -> None:
    with Office(tmp_path, late="reject") as office:
        form = office.form()
        registers(office, form)
        changed, more = replace(form.people[0], job_title="党委书记"), office.form().people[0]
        office.now = AFTER_DEADLINE

        answered(office, form, "见附件", files=[excel_file(form.with_people([changed, more]))])

        assert [(one.name, one.job_title) for one in roll(office)] == [(changed.name, "党委书记")]
        assert office.view().mails[-1].outcome is Outcome.CHANGED


@pytest.mark.parametrize("way", ["form", "cancellation", "replacement"])
def test_after_the_event_nothing_is_changed_by_mail(tmp_path: Path, way: str) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        before = states(office)
        office.now = AFTER_EVENT
        texts = {
            "form": "见附件",
            "cancellation": f"{form.people[0].name}未能参加，申请取消报名。",
            "replacement": f"{form.people[0].name}换成钱一诺参加。",
        }
        changed = form.with_people([replace(form.people[0], job_title="党委书记")])
        files = [excel_file(changed)] if way == "form" else []

        answered(office, form, texts[way], files=files)

        assert states(office) == before
        assert last_template(office) == ("late" if way == "form" else "handed_to_staff")
        assert len(office.view().reviews) == (0 if way == "form" else 1)


def test_form_of_another_person_under_the_same_number_goes_to_a_person(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        pasted = replace(office.form().people[0], id_number=form.people[0].id_number)
        letter = office.letter(form, "回执", "见附件", files=[excel_file(FilledForm(form.hospital, (pasted,)))])
        office.arrives(clients.modern(letter))

        office.works()

        office.answer()
        assert [one.name for one in roll(office)] == [form.people[0].name]
        assert len(office.view().reviews) == 1


def test_words_about_people_beside_a_form_are_read_by_a_person(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        more = office.form(hospital=form.hospital)

        writes(office, form, "有一位主任去不了了，请见附件新名单。", subject="回执表", files=[excel_file(more)])
        office.works()

        assert office.answer().recipients == (form.hospital.email,)
        assert set(states(office).values()) == {State.CONFIRMED}
        assert [mail.why for mail in office.view().reviews] == [Reason.REQUEST_UNCLEAR]


def test_same_name_of_the_same_hospital_with_other_numbers_is_registered_and_looked_at(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        namesake = replace(form.people[0], mobile="13911112222", id_number=NEW_ID)

        answered(office, form, "见附件", files=[excel_file(form.with_people([namesake]))])

        assert [one.name for one in roll(office)] == [namesake.name] * 2
        assert [mail.why for mail in office.view().reviews] == [Reason.SAME_PERSON_TWICE]
