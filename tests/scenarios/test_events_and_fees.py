"""What one event asks and charges: seats for each organisation, roles, fees, rooms; and what follows its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.wiring import PROJECT
from bot.demo import clients
from bot.demo.form_files import FilledForm
from bot.records.decision import Outcome, Reason, State
from tests.scenarios.office import CHINA, Office, word_file
from tests.unit.roster_edits import fill, texts

OVER = datetime(2026, 4, 26, 9, 0, tzinfo=CHINA)
LAST_EVENING = datetime(2026, 4, 25, 20, 0, tzinfo=CHINA)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        yield one


def member(office: Office, form: FilledForm, *, yes: bool = True) -> FilledForm:
    office.sets("member\n", f"member\n{form.hospital.name},,{'yes' if yes else 'no'}\n", "organisations.csv")
    return form


def answered(office: Office, form: FilledForm) -> str:
    office.sends_word_form(form)
    office.works()
    return office.answer().text


def with_rooms(form: FilledForm, *single: bool) -> FilledForm:
    people = (replace(one, single_room=room) for one, room in zip(form.people, single, strict=True))
    return replace(form, people=tuple(people))


# After the event


def test_form_for_an_event_that_is_over_is_told_so_and_nobody_is_recorded(office: Office) -> None:
    office.now = OVER
    form = office.form(2)

    text = answered(office, form)

    (mail,) = office.view().mails
    assert office.view().registrations == ()
    assert (mail.outcome, mail.reason) == (Outcome.REJECTED, Reason.EVENT_OVER)
    assert "活动已于2026年4月25日（星期六）结束" in text
    assert all(one.name not in text for one in form.people)
    assert not [word for word in ("账号", "请购买", "逾期登记", "候补", "补正") if word in text]


def test_last_evening_of_an_event_is_not_after_it(office: Office) -> None:
    office.now = LAST_EVENING

    office.sends_word_form(office.form())
    office.works()

    assert [one.state for one in office.view().registrations] == [State.LATE]
    office.answer()


def test_question_after_the_event_goes_to_a_person_as_ever(office: Office) -> None:
    office.now = OVER
    letter = office.letter(office.form(), "发票", "您好，请问这次活动的发票什么时候能开？")

    office.arrives(clients.modern(letter))
    office.works()

    (mail,) = office.view().mails
    assert mail.needs_person
    assert mail.reason is not Reason.EVENT_OVER


# So many of one organisation


def test_those_beyond_an_organisations_limit_wait_and_keep_nobody_waiting(office: Office) -> None:
    office.sets("capacity = 50", "capacity = 50\nlimit_per_organisation = 2")
    many, other = office.form(3), office.form(1)

    office.sends_word_form(many)
    office.sends_word_form(other)
    office.works()

    first, second = office.answers()
    people = sorted(office.view().registrations, key=lambda one: one.order)
    assert [one.state for one in people] == [
        State.CONFIRMED,
        State.CONFIRMED,
        State.WAITLISTED,
        State.CONFIRMED,
    ]
    assert people[2].reason is Reason.ORGANISATION_LIMIT
    assert "每家单位限报 2 人" in first.text
    assert "依次递补" not in first.text
    assert second.subject.startswith("报名确认")
    assert [mail.review_reasons for mail in office.view().mails] == [(Reason.ORGANISATION_LIMIT,), ()]


def test_limit_counts_those_of_the_organisations_earlier_mails(office: Office) -> None:
    office.sets("capacity = 50", "capacity = 50\nlimit_per_organisation = 2")
    first = office.form(2)
    more = office.form(1, hospital=first.hospital)

    office.sends_word_form(first)
    office.sends_word_form(more, subject="补报一人")
    office.works()

    assert [one.state for one in office.view().registrations].count(State.WAITLISTED) == 1
    office.answers()


def test_seat_that_an_organisation_gives_back_goes_to_its_own_who_wait_beyond_the_limit(office: Office) -> None:
    office.sets("capacity = 50", "capacity = 50\nlimit_per_organisation = 2")
    form = office.form(3)
    office.sends_word_form(form)
    office.works()
    office.answers()

    office.cancels(form, form.people[0].name)
    office.works()

    people = sorted(office.view().registrations, key=lambda one: one.order)
    assert [one.state for one in people] == [State.CANCELLED, State.CONFIRMED, State.CONFIRMED]
    subjects = [one.subject for one in office.answers()]
    assert [subject[:4] for subject in subjects] == ["报名已取", "候补递补"]


# Roles


def test_title_that_the_notice_does_not_ask_for_is_a_hint_for_staff_and_no_more(office: Office) -> None:
    office.sets("capacity = 50", 'capacity = 50\nroles = ["院长", "科主任"]')
    form = office.form(2)
    titles = ("骨科主任", "科员")
    form = replace(form, people=tuple(replace(p, job_title=t) for p, t in zip(form.people, titles, strict=True)))

    text = answered(office, form)

    office.works()
    problems = texts(office.workbook, "报名名单", "问题")
    people = office.view().registrations
    assert [one.state for one in people] == [State.CONFIRMED, State.CONFIRMED]
    assert all(not one.problems for one in people)
    assert [bool(cell and "通知所请" in str(cell)) for cell in problems[:2]] == [False, True]
    assert "通知所请" not in text
    assert not office.view().reviews


# Words of its own


def test_event_with_sentences_of_its_own_says_them_and_the_other_does_not(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "templates", tmp_path / "templates")
    own = tmp_path / "templates" / "tour"
    own.mkdir()
    (own / "_sentences.txt").write_text(
        "{%- macro how_to_change(r) -%}\n如有变动请直接回复，领队李老师全程陪同。\n{%- endmacro %}\n",
        encoding="utf-8",
    )
    with Office(tmp_path) as office:
        event = (office.config / "events" / "study-tour.toml").read_text(encoding="utf-8")
        other = event.replace('"study-tour"', '"rehabilitation"').replace(
            "赴浙江开展临床重点专科建设专题", "康复医学"
        )
        other = other.replace('["浙江", "临床重点专科", "调研学习"]', '["康复医学"]')
        other = other.replace("深医协字[2026]013号", "深医协字[2026]020号")
        (office.config / "events" / "rehabilitation.toml").write_text(other, encoding="utf-8")
        office.sets("capacity = 50", 'capacity = 50\ntemplates = "tour"')
        office.sends_word_form(office.form(), subject="浙江调研学习报名")
        form = office.form()
        letter = office.letter(form, "康复医学调研学习报名", "康复医学，见附件。", files=[])
        letter = replace(letter, text=f"康复医学报名\n姓名：{form.people[0].name}\n单位：{form.hospital.name}")
        office.arrives(clients.modern(letter))
        office.works()

        first, second = office.answers()
        assert "领队李老师全程陪同" in first.text
        assert "领队李老师" not in second.text


# Fees


def test_each_person_and_the_whole_form_are_charged_by_the_organisations_rate(office: Office) -> None:
    text = answered(office, member(office, office.form(3)))

    assert text.count("费用：2,980元（会员单位）") == 3
    assert "应缴合计：8,940元" in text
    assert [one.fee for one in office.view().registrations] == [2980] * 3


def test_supplement_that_is_not_set_is_said_to_follow_and_charged_to_nobody(office: Office) -> None:
    form = with_rooms(member(office, office.form(2)), True, False)

    text = answered(office, form)

    assert "房差金额另行通知" in text
    assert "应缴合计：5,960元" in text
    assert [one.fee for one in office.view().registrations] == [2980, 2980]


def test_supplement_is_charged_to_whoever_sleeps_alone(office: Office) -> None:
    office.sets("non_member = 3600", "non_member = 3600\nsingle_room_supplement = 600")
    form = with_rooms(member(office, office.form(2)), True, False)

    text = answered(office, form)

    assert "另行通知" not in text
    assert "应缴合计：6,560元" in text
    assert [one.fee for one in office.view().registrations] == [3580, 2980]


def test_supplement_that_is_set_later_is_charged_to_those_recorded_before(office: Office) -> None:
    answered(office, with_rooms(member(office, office.form(2)), True, False))

    office.sets("non_member = 3600", "non_member = 3600\nsingle_room_supplement = 600")
    office.works()

    assert [one.fee for one in office.view().registrations] == [3580, 2980]
    assert office.answers() == []


def test_what_staff_note_as_paid_is_counted_in_the_digest(office: Office) -> None:
    form = member(office, office.form(3))
    answered(office, form)
    office.works()
    fill(office.workbook, "报名名单", {(2, "缴费"): "已缴 3月28日", (3, "缴费"): "2980"})

    office.now += timedelta(hours=1)
    office.works()

    digest = office.digest()
    assert (digest.paid, digest.unpaid, digest.fees_due) == (2, 1, 8940)


def test_money_of_somebody_who_cancels_afterwards_is_told_to_staff(office: Office) -> None:
    form = member(office, office.form(2))
    answered(office, form)
    office.works()
    fill(office.workbook, "报名名单", {(2, "缴费"): "已缴"})
    office.works()

    office.cancels(form, form.people[0].name)
    office.works()

    digest = office.digest()
    office.answer()
    assert (digest.paid, digest.unpaid) == (0, 1)
    assert any(form.people[0].name in warning and "退费" in warning for warning in digest.warnings)


def test_form_that_comes_again_with_a_single_room_is_charged_anew(office: Office) -> None:
    office.sets("non_member = 3600", "non_member = 3600\nsingle_room_supplement = 600")
    form = member(office, office.form(1))
    answered(office, with_rooms(form, False))

    letter = office.letter(form, "更正", "住宿改为单间，见附件。", files=[word_file(with_rooms(form, True))])
    office.arrives(clients.modern(letter))
    office.works()

    assert [one.fee for one in office.view().registrations] == [3580]
    assert "3,580元" in office.answer().text
