"""How an answer asks about what a scan shows badly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.records.decision import Registration, ReplyTemplate, Standing, State
from bot.records.form import FieldProblem, ProblemCode
from tests.unit.reply_cases import Answer, answer, decided, registration

PICTURE = b"\x89PNG a cell of the scan"
TITLE = "扫描件上看不清，请核对"


def unsure(field: str, label: str, person: str, *, blocking: bool = True) -> FieldProblem:
    text = f"{person}的{label}在扫描件或照片上看不清，请核对。"
    return FieldProblem(field, ProblemCode.UNCERTAIN, text, label, person, blocking, PICTURE)


def badly_read(index: int = 0, **changes: Any) -> Registration:
    person = registration(index, **changes)
    return replace(
        person,
        problems=(
            unsure("name", "姓名", person.name),
            unsure("mobile", "手机", person.name),
            unsure("id_number", "身份证号", person.name),
            unsure("taxpayer_id", "纳税人识别号", ""),
            unsure("job_title", "职务", person.name, blocking=False),
        ),
    )


def asked(*people: Registration, template: ReplyTemplate = ReplyTemplate.NEEDS_CORRECTION) -> Answer:
    return answer(decided(template, *((Standing.NEW, person) for person in people)))


def section(text: str) -> str:
    return text.split(TITLE)[1].split("【")[0]


def test_name_and_mobile_are_shown_in_full_to_be_confirmed() -> None:
    person = badly_read()

    told = section(asked(person).text)

    assert f"姓名：识别为 {person.name}，请确认或更正" in told
    assert f"手机：识别为 {person.mobile}，请确认或更正" in told


def test_an_identity_number_stays_masked_and_is_asked_for_anew() -> None:
    person = badly_read()

    answered = asked(person)

    masked = f"{person.id_number[:6]}********{person.id_number[-4:]}"
    assert f"身份证号：识别为 {masked}，请重新写出完整号码" in section(answered.text)
    assert person.id_number not in answered.text + answered.html


def test_a_tax_number_of_the_form_is_asked_for_once() -> None:
    first, second = badly_read(0), badly_read(1)

    told = section(asked(first, second).text)

    assert told.count("纳税人识别号：") == 1


def test_an_organisation_read_once_for_everybody_is_asked_about_once() -> None:
    people = [registration(index) for index in range(3)]
    badly = [replace(p, problems=(unsure("organisation", "单位", p.name),)) for p in people]

    told = section(asked(*badly).text)

    assert told.count("单位：") == 1
    assert "、".join(p.name for p in people) in told


def test_the_place_in_the_order_is_said_to_be_kept() -> None:
    answered = asked(badly_read())

    for written in (answered.text, answered.html):
        assert "报名顺序仍按来信时间保留" in written
        assert "回复“无误”即可" in written


def test_subject_and_headline_speak_of_checking_where_nothing_else_is_wrong() -> None:
    answered = asked(badly_read())

    assert str(answered.message["Subject"]).startswith("请核对回执表：")
    assert "有 4 处请核对" in answered.text
    assert "处请补正" not in answered.text


def test_mistakes_of_the_clerks_own_are_counted_apart() -> None:
    person = badly_read()
    own = FieldProblem("mobile", ProblemCode.FORMAT, "手机号码应为11位数字。", "手机", person.name)

    answered = asked(replace(person, problems=(*person.problems, own)))

    assert "有 1 处请补正，有 4 处请核对" in answered.text


def test_a_value_of_which_nothing_was_made_out_is_asked_for() -> None:
    person = registration(0, mobile="")

    told = section(asked(replace(person, problems=(unsure("mobile", "手机", person.name),))).text)

    assert "手机：没有认出来，请写明" in told


def test_a_number_that_stands_under_mobile_but_is_none_is_not_shown_in_full() -> None:
    person = registration(0)
    shifted = replace(person, mobile=person.id_number, problems=(unsure("mobile", "手机", person.name),))

    answered = asked(shifted)

    assert person.id_number not in answered.text + answered.html


def test_no_picture_of_a_cell_goes_to_a_clerk() -> None:
    answered = asked(badly_read())

    assert [
        part.get_content_type() for part in answered.message.walk() if part.get_content_maintype() == "image"
    ] == []


def test_who_did_not_register_somebody_is_not_told_what_was_read_of_her() -> None:
    known = badly_read(3, id=33, sender="somebody.else@example.org")

    answered = answer(decided(ReplyTemplate.UNCHANGED, (Standing.UNCHANGED, known)))

    assert TITLE not in answered.text
    assert known.mobile not in answered.text + answered.html


def test_a_waitlisted_or_late_answer_asks_as_well() -> None:
    for template, state in ((ReplyTemplate.WAITLISTED, State.WAITLISTED), (ReplyTemplate.LATE, State.LATE)):
        answered = asked(badly_read(state=state), template=template)

        assert TITLE in answered.text
        assert TITLE in answered.html
