"""Who may change a registration; and that nobody learns from an answer what somebody else registered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.form_files import FilledForm
from bot.records.decision import Reason, State
from tests.scenarios.letters import (
    answered,
    doubtful,
    last_template,
    registers,
    roll,
    seated,
    states,
    vouched,
    writes,
)
from tests.scenarios.office import Answer, Office, excel_file

STATES = ("已录取", "候补", "逾期", "第 1 位", "第 2 位", "已取消", "已更正", "已更换")


def tells(answer: Answer, form: FilledForm) -> list[str]:
    """What an answer tells of a form's people beyond the names that its reader wrote herself."""
    secrets = [form.hospital.name, form.hospital.contact, form.hospital.taxpayer_id, form.hospital.phone]
    for person in form.people:
        secrets += [person.id_number, person.id_number[-4:], person.mobile, person.mobile[-4:], person.job_title]
    return [secret for secret in (*secrets, *STATES) if secret in answer.text or secret in answer.subject]


def test_a_colleague_of_the_same_domain_may(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        colleague = f"zhang@{form.hospital.domain}"

        answer = answered(office, form, f"{form.people[0].name}取消报名。", sender=colleague)

        assert answer.recipients == (colleague,)
        assert seated(office) == [form.people[1].name]


def test_a_colleagues_all_may_be_only_her_own_people(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        more = office.form(hospital=form.hospital)
        registers(office, form)
        registers(office, more, sender=f"zhang@{form.hospital.domain}")

        answered(office, form, "我科报名人员全部取消。", sender=f"zhang@{form.hospital.domain}")

        assert set(states(office).values()) == {State.CONFIRMED}
        assert len(office.view().reviews) == 1


def test_a_bureaus_all_may_be_only_one_hospitals_people(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        first, second = office.form(), office.form()
        for form in (first, second):
            registers(office, form, sender="bureau@district.example.org")

        answered(office, first, "报名人员全部取消。", sender="bureau@district.example.org")

        assert len(seated(office)) == 2


@pytest.mark.parametrize("domain", ["qq.com", "126.com"])
def test_another_address_of_a_public_provider_may_not(tmp_path: Path, domain: str) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form, sender=f"hospital-office@{domain}")

        answer = answered(
            office, form, f"{form.people[0].name}取消报名。", sender=f"somebody@{domain}", sender_name="某人"
        )

        assert seated(office) == [form.people[0].name]
        assert last_template(office) == "handed_to_staff"
        assert tells(answer, replace(form, people=())) == []
        assert office.view().reviews[0].review_reasons[-1] is Reason.NOT_ENTITLED


CHANGES = (
    "{name}因工作原因无法参加，申请取消报名。",
    "{name}换成钱一诺参加，手机13911112222。",
    "{name}的手机改为13911112222。",
)


@pytest.mark.parametrize("words", CHANGES)
def test_another_hospital_changes_nothing_and_learns_nothing(tmp_path: Path, words: str) -> None:
    with Office(tmp_path) as office:
        form, stranger = office.form(), office.form()
        registers(office, form)
        registers(office, stranger)
        before = roll(office)

        writes(office, stranger, words.format(name=form.people[0].name))
        office.works()

        assert roll(office) == before
        assert len(office.view().reviews) == 1
        assert [tells(answer, form) for answer in office.answers()] in ([], [[]])


def test_one_who_registered_nobody_gets_the_same_answer_whomever_she_names(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, stranger = office.form(), office.form()
        registers(office, form)

        known = answered(office, stranger, f"{form.people[0].name}取消报名。")
        unknown = answered(office, stranger, "欧阳无名取消报名。")

        lines = [answer.text.splitlines() for answer in (known, unknown)]
        varying = [(one, two) for one, two in zip(*lines, strict=True) if one != two]
        assert all("查询编号" in one or "收到" in one for one, _ in varying)
        assert len(office.view().reviews) == 2


@pytest.mark.parametrize("vouches", [True, False])
def test_only_a_sender_that_the_server_vouches_for_may(tmp_path: Path, vouches: bool) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)
        domain = form.hospital.domain

        answer = answered(
            office,
            form,
            f"{form.people[0].name}取消报名。",
            headers=vouched(domain) if vouches else doubtful(domain),
            sender_name="某人",
        )

        assert (seated(office) == []) == vouches
        assert last_template(office) == ("cancelled" if vouches else "handed_to_staff")
        assert vouches or tells(answer, replace(form, people=())) == []


def test_forged_form_changes_nothing_and_gets_no_answer(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        before = roll(office)
        changed = form.with_people([replace(form.people[0], mobile="13911112222")])
        forged = doubtful(form.hospital.domain, "fail")

        writes(office, form, "见附件", files=[excel_file(changed)], headers=forged)
        writes(office, form, "我院报名人员全部取消。", headers=forged)
        office.works()

        assert roll(office) == before
        assert office.answers() == []
        assert len(office.view().reviews) == 2


def test_form_of_a_doubtful_sender_shows_nothing_of_what_is_recorded(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        named = form.with_people([replace(form.people[0], mobile="13911112222", job_title="顾问")])
        before = roll(office)

        answer = answered(
            office, form, "见附件", files=[excel_file(named)], headers=doubtful(form.hospital.domain)
        )

        assert roll(office) == before
        assert form.people[1].name not in answer.text
        assert not any(word in answer.text for word in (*STATES, form.people[0].mobile, "原为"))


def test_answers_sent_to_another_public_address_need_a_server_that_vouches(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        sender = "hospital-office@qq.com"
        registers(office, form, sender=sender)
        elsewhere = (("Reply-To", "intruder@qq.com"),)

        answer = answered(
            office, form, f"{form.people[0].name}取消报名。", sender=sender, headers=elsewhere, sender_name="某人"
        )
        known = answered(office, form, "见附件", sender=sender, headers=elsewhere, files=[excel_file(form)])

        assert seated(office) == [form.people[0].name]
        assert tells(answer, form) == []
        assert not any(word in known.text for word in STATES)


def test_answer_to_a_mixed_form_tells_only_of_ones_own(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, own = office.form(), office.form()
        registers(office, form)
        registers(office, own)
        theirs = replace(form.people[0], job_title="顾问", mobile="13911112222")
        mixed = own.with_people([*own.people, theirs])
        before = roll(office)

        answer = answered(office, own, "见附件", files=[excel_file(mixed)])

        assert roll(office) == before
        assert own.people[0].name in answer.text
        assert theirs.name not in answer.text
        assert "第 1 位" not in answer.text
        assert form.hospital.name not in answer.text
        assert len(office.view().reviews) == 1


def test_everybody_a_stranger_names_looks_the_same_beside_somebody_new(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        form, stranger = office.form(), office.form()
        registers(office, form)
        mixed = stranger.with_people([*stranger.people, form.people[0]])

        answer = answered(office, stranger, "见附件", files=[excel_file(mixed)])

        assert states(office)[stranger.people[0].name] is State.WAITLISTED
        assert form.people[0].name not in answer.text
        assert "候补名单" in answer.text
        assert "已录取" not in answer.text
