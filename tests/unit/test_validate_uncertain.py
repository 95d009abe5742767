"""What is said of values that were read from a scan: uncertain ones, sure but wrong ones, empty ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.forms.validate import SURE_FROM, validate_form
from bot.records.form import Attendee, FieldProblem, ProblemCode, RegistrationForm, Value
from tests.unit.test_validate_form import PEOPLE, attendee, form, only_problem

PICTURE = b"\x89PNG a cell"
UNSURE, SURE = SURE_FROM - 0.01, SURE_FROM


def read(text: str, confidence: float = UNSURE, label: str = "") -> Value:
    return Value(text, text, label, confidence=confidence, picture=PICTURE)


def wrong_number() -> str:
    number = PEOPLE[0].id_number
    return number[:17] + ("1" if number[17] != "1" else "2")


def all_problems(checked: RegistrationForm) -> list[FieldProblem]:
    return [*checked.problems, *(problem for person in checked.attendees for problem in person.problems)]


@pytest.mark.parametrize("field", ["name", "organisation", "mobile", "id_number"])
def test_an_uncertain_value_that_says_who_somebody_is_asks_for_confirmation(field: str) -> None:
    person = attendee()
    value = replace(getattr(person, field), confidence=UNSURE, picture=PICTURE)

    problem = only_problem(validate_form(form(replace(person, **{field: value}))))

    assert (problem.field, problem.code, problem.blocking) == (field, ProblemCode.UNCERTAIN, True)
    assert problem.picture == PICTURE


@pytest.mark.parametrize("field", ["contact", "phone", "email", "invoice_title", "taxpayer_id"])
def test_of_the_forms_own_fields_only_an_uncertain_tax_number_asks(field: str) -> None:
    whole = form(attendee())
    value = replace(getattr(whole, field), confidence=UNSURE, picture=PICTURE)

    problem = only_problem(validate_form(replace(whole, **{field: value})))

    assert (problem.field, problem.code) == (field, ProblemCode.UNCERTAIN)
    assert problem.blocking is (field == "taxpayer_id")
    assert problem.picture == PICTURE


def test_an_uncertain_job_title_and_room_are_only_mentioned() -> None:
    person = attendee(job_title=read("副主任"), single_room_value=read("是"))

    found = all_problems(validate_form(form(person)))

    assert {(problem.field, problem.code, problem.blocking) for problem in found} == {
        ("job_title", ProblemCode.UNCERTAIN, False),
        ("single_room", ProblemCode.UNCERTAIN, False),
    }


def test_a_number_read_surely_whose_check_character_fails_is_the_clerks_mistake() -> None:
    problem = only_problem(validate_form(form(attendee(id_number=read(wrong_number(), SURE)))))

    assert problem.code is ProblemCode.CHECKSUM
    assert problem.picture == PICTURE


def test_a_number_read_badly_whose_check_character_fails_is_uncertain() -> None:
    problem = only_problem(validate_form(form(attendee(id_number=read(wrong_number(), label="身份证号")))))

    assert problem.code is ProblemCode.UNCERTAIN
    assert problem.text == f"{PEOPLE[0].name}的身份证号在扫描件或照片上看不清，请核对。"


def test_an_implausible_name_read_badly_is_uncertain_and_not_quoted() -> None:
    problem = only_problem(validate_form(form(attendee(name=read("刘洋：1", label="姓名")))))

    assert problem.code is ProblemCode.UNCERTAIN
    assert problem.text == "第1位参加人员的姓名在扫描件或照片上看不清，请核对。"


def test_a_field_of_which_nothing_was_made_out_is_not_called_empty() -> None:
    problem = only_problem(validate_form(form(attendee(mobile=read("", label="手机")))))

    assert problem.code is ProblemCode.UNCERTAIN
    assert problem.blocking
    assert problem.text.endswith("看不清，请写明。")


def test_an_uncertain_number_contradicts_nobody() -> None:
    first, second = attendee(0), attendee(1, id_number=read(PEOPLE[0].id_number))

    found = all_problems(validate_form(form(first, second)))

    assert [(problem.code, problem.person) for problem in found] == [(ProblemCode.UNCERTAIN, PEOPLE[1].name)]


def test_an_uncertain_submitter_is_mentioned_where_everybody_gives_an_own_organisation() -> None:
    problem = only_problem(validate_form(form(attendee(), organisation=read("深圳市某医院"))))

    assert (problem.field, problem.label, problem.blocking) == ("organisation", "填报单位", False)


def test_an_uncertain_submitter_is_named_with_each_who_is_registered_under_it() -> None:
    submitter = read("深圳市某医院")
    people: list[Attendee] = [attendee(0, organisation=submitter), attendee(1, organisation=submitter)]

    found = all_problems(validate_form(form(*people, organisation=submitter)))

    assert [problem.person for problem in found] == [PEOPLE[0].name, PEOPLE[1].name]


def test_values_that_were_not_read_from_pictures_are_never_uncertain() -> None:
    assert all_problems(validate_form(form(attendee(0), attendee(1)))) == []
