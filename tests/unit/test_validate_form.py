"""Which problems a form is told to have, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.invented import hospitals, people
from bot.forms.contact import check_email, check_mobile, check_phone
from bot.forms.validate import validate_form
from bot.records.form import Attendee, FieldProblem, ProblemCode, RegistrationForm, Value

PEOPLE = [person for person, _ in zip(people(7), range(3), strict=False)]
HOSPITAL = next(hospitals(7))


def attendee(index: int = 0, **changes: Any) -> Attendee:
    person = PEOPLE[index]
    whole = Attendee(
        name=Value(person.name, label="姓名"),
        organisation=Value(HOSPITAL.name, label="单位"),
        job_title=Value(person.job_title),
        mobile=Value(person.mobile, label="手机"),
        id_number=Value(person.id_number, label="身份证号"),
        single_room=False,
    )
    return replace(whole, **changes)


def form(*attendees: Attendee, **changes: Any) -> RegistrationForm:
    whole = RegistrationForm(
        "回执.docx",
        organisation=Value(HOSPITAL.name),
        contact=Value(HOSPITAL.contact),
        phone=Value(HOSPITAL.phone),
        email=Value(HOSPITAL.email),
        invoice_title=Value(HOSPITAL.name),
        taxpayer_id=Value(HOSPITAL.taxpayer_id),
        attendees=attendees,
    )
    return replace(whole, **changes)


def only_problem(read: RegistrationForm) -> FieldProblem:
    found = [*read.problems, *(problem for person in read.attendees for problem in person.problems)]
    assert len(found) == 1, [problem.text for problem in found]
    return found[0]


def test_a_well_filled_form_has_no_problem() -> None:
    read = validate_form(form(attendee(0), attendee(1)), today=date(2026, 4, 1))

    assert read.problems == ()
    assert [person.problems for person in read.attendees] == [(), ()]


def test_a_missing_number_is_named_as_the_form_calls_it() -> None:
    problem = only_problem(validate_form(form(attendee(mobile=Value(label="手机号码：*")))))

    assert problem == FieldProblem(
        "mobile",
        ProblemCode.MISSING,
        f"{PEOPLE[0].name}的手机号码没有填写，请补上。",
        "手机号码",
        PEOPLE[0].name,
        True,
    )


def test_a_person_without_name_is_called_by_place() -> None:
    problem = only_problem(validate_form(form(attendee(0), attendee(1, name=Value()))))

    assert problem.text == "第2位参加人员的姓名没有填写，请补上。"


def test_a_wrong_check_character_is_named_without_the_number() -> None:
    number = PEOPLE[0].id_number
    wrong = number[:17] + ("1" if number[17] != "1" else "2")

    problem = only_problem(validate_form(form(attendee(id_number=Value(wrong, label="身份证号码")))))

    assert problem.code is ProblemCode.CHECKSUM
    assert problem.text == f"{PEOPLE[0].name}的身份证号码校验码不对，请核对后补正。"
    assert problem.blocking


def test_a_number_that_a_spreadsheet_spoilt_is_explained() -> None:
    spoilt = Value(PEOPLE[0].id_number[:15] + "000", label="身份证号", stored_as="number")

    problem = only_problem(validate_form(form(attendee(id_number=spoilt))))

    assert problem.code is ProblemCode.FORMAT
    assert "按数字保存" in problem.text


def test_only_what_the_event_requires_is_missed() -> None:
    bare = attendee(id_number=Value(), job_title=Value())

    read = validate_form(form(bare), required=("name", "job_title", "single_room", "dietary"))

    assert [problem.field for problem in read.attendees[0].problems] == ["job_title", "dietary"]


def test_an_open_room_is_missed_where_the_event_requires_it() -> None:
    read = validate_form(form(replace(attendee(), single_room=None)), required=("single_room",))

    assert [problem.text for problem in read.attendees[0].problems] == [
        f"{PEOPLE[0].name}的是否单间没有填写，请补上。"
    ]


def test_a_form_that_says_nowhere_where_people_come_from_is_told_once() -> None:
    read = validate_form(
        form(attendee(0, organisation=Value()), attendee(1, organisation=Value()), organisation=Value())
    )

    problem = only_problem(read)

    assert (problem.field, problem.person, problem.blocking) == ("organisation", "", True)
    assert problem.text == "填报单位没有填写，请补上单位全称。"


def test_contact_phone_email_and_invoice_may_be_missing() -> None:
    nothing = Value()
    read = validate_form(
        form(attendee(), contact=nothing, phone=nothing, email=nothing, invoice_title=nothing, taxpayer_id=nothing)
    )

    assert read.problems == ()


@pytest.mark.parametrize(
    ("field", "value", "code", "blocking"),
    [
        ("email", "office.example.org", ProblemCode.FORMAT, True),
        ("taxpayer_id", "123", ProblemCode.FORMAT, True),
        ("phone", "办公室", ProblemCode.FORMAT, False),
    ],
)
def test_a_wrong_field_of_the_form(field: str, value: str, code: ProblemCode, blocking: bool) -> None:
    problem = only_problem(validate_form(form(attendee(), **{field: Value(value)})))

    assert (problem.field, problem.code, problem.blocking, problem.person) == (field, code, blocking, "")


def test_two_people_with_one_identity_number_contradict_each_other() -> None:
    read = validate_form(form(attendee(0), attendee(1, id_number=Value(PEOPLE[0].id_number, label="身份证号"))))

    first, second = (person.problems for person in read.attendees)
    assert [problem.text for problem in first] == [
        f"{PEOPLE[0].name}的身份证号与{PEOPLE[1].name}的相同，请核对后补正。"
    ]
    assert [(problem.code, problem.blocking) for problem in second] == [(ProblemCode.CONFLICT, True)]


def test_the_same_person_twice_is_no_conflict_of_the_form() -> None:
    read = validate_form(form(attendee(0), attendee(0)))

    assert [person.problems for person in read.attendees] == [(), ()]


def test_a_shared_mobile_number_is_only_mentioned() -> None:
    problem = only_problem(
        validate_form(form(attendee(0), attendee(1, mobile=Value(PEOPLE[0].mobile, label="手机"))))
    )

    assert (problem.field, problem.code, problem.blocking) == ("mobile", ProblemCode.CONFLICT, False)


def test_two_names_in_one_cell_are_named() -> None:
    problem = only_problem(validate_form(form(attendee(name=Value("张三 李四")))))

    assert problem.field == "name"
    assert "不止一个人" in problem.text


def test_an_unsure_reading_is_mentioned() -> None:
    problem = only_problem(validate_form(form(attendee(job_title=Value("院长", confidence=0.8)))))

    assert (problem.field, problem.code, problem.blocking) == ("job_title", ProblemCode.UNCERTAIN, False)


def test_a_long_heading_is_replaced_by_the_usual_word() -> None:
    long = "参加人员在活动期间能够联系上的手机号码"

    problem = only_problem(validate_form(form(attendee(mobile=Value(label=long)))))

    assert problem.label == "手机号码"


def test_no_sentence_holds_a_number() -> None:
    wrong = attendee(mobile=Value("139000000012"), id_number=Value("440303199003071230"))
    read = validate_form(form(wrong, taxpayer_id=Value("12440300455754031A"), email=Value("13900000001")))

    texts = [problem.text for person in read.attendees for problem in person.problems]
    texts += [problem.text for problem in read.problems]

    assert len(texts) == 4
    assert not any("139000" in text or "440303" in text or "124403" in text for text in texts)


@pytest.mark.parametrize("text", ["13900000001", "19912345678", "85291234567", "85361234567", "+4915112345678"])
def test_accepts_mobile_numbers(text: str) -> None:
    assert check_mobile(text) is None


@pytest.mark.parametrize(
    "text", ["12900000001", "1390000000", "139000000011", "075582336671", "无手机", "91234567"]
)
def test_refuses_what_is_no_mobile_number(text: str) -> None:
    assert check_mobile(text) is not None


@pytest.mark.parametrize(
    "text", ["0755-82336671", "82336671", "13900000001", "0755-82336671 转 12", "010-6234 5678", "(0755)82336671"]
)
def test_accepts_telephones(text: str) -> None:
    assert check_phone(text) is None


@pytest.mark.parametrize(
    "text", ["a@example.org", "a.b-c_d+e@sub.example.com.cn", "123456@qq.com", "office.@example.org"]
)
def test_accepts_addresses(text: str) -> None:
    assert check_email(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@example.org",
        "a@example",
        "a@@example.org",
        "a b@example.org",
        "院办@example.org",
        "a@-x.org",
        ".a@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a@" + "bbbbbbbbb." * 26 + "org",
    ],
)
def test_refuses_what_is_no_address(text: str) -> None:
    assert check_email(text) is not None


@given(st.integers(min_value=0, max_value=10), st.sampled_from("abc -"))
def test_detects_a_wrong_character_in_a_mobile_number(position: int, character: str) -> None:
    number = "13900000001"

    assert check_mobile(number[:position] + character + number[position + 1 :]) is not None
