"""The same person never gets a second seat; what differs is left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.admission.decide import decide
from bot.demo.invented import id_number
from bot.records.decision import Decision, Outcome, Reason, Registration, ReplyTemplate, State
from bot.records.form import EMPTY, Attendee, Value
from tests.unit.admission_cases import (
    DEADLINE,
    EVENT,
    HOSPITAL,
    MEMBERS,
    MORNING,
    OTHER_HOSPITAL,
    REJECTING,
    attendee,
    form,
    form_of,
    problem,
    roll_of,
    standings,
    states,
    submission,
)

LATER = MORNING + timedelta(days=1)
ROW = attendee(single_room=False)
ANOTHER_ID = id_number("440304", "19820314", 333)


def roll_with(*rows: Attendee) -> tuple[Registration, ...]:
    return decide(EVENT, (), submission(form(*rows)), MEMBERS).new_registrations


def again(
    *rows: Attendee,
    roll: tuple[Registration, ...] | None = None,
    sender: str = "clerk@example.org",
    **changed: object,
) -> Decision:
    """The decision on a later form with these rows, after ROW was registered."""
    known = roll_with(ROW) if roll is None else roll
    mail = replace(submission(form(*rows, **changed), received_at=LATER), sender=sender)
    return decide(EVENT, known, mail, MEMBERS)


def test_same_form_again_is_unchanged() -> None:
    decision = again(ROW)

    assert standings(decision) == ["unchanged"]
    assert decision.outcome is Outcome.UNCHANGED
    assert decision.reply is ReplyTemplate.UNCHANGED
    assert decision.new_registrations == ()
    assert not decision.needs_person


@pytest.mark.parametrize("state", ["waitlisted", "late"])
def test_same_form_of_somebody_without_a_seat_is_unchanged(state: str) -> None:
    known = tuple(replace(person, state=State(state)) for person in roll_with(ROW))

    decision = again(ROW, roll=known)

    assert standings(decision) == ["unchanged"]
    assert states(decision) == [state]


def test_late_form_of_somebody_registered_is_unchanged_and_not_rejected() -> None:
    mail = submission(form(ROW), received_at=DEADLINE + timedelta(1))

    decision = decide(REJECTING, roll_with(ROW), mail, MEMBERS)

    assert decision.outcome is Outcome.UNCHANGED


def test_cancelled_person_may_register_anew() -> None:
    known = tuple(replace(person, state=State.CANCELLED) for person in roll_with(ROW))

    decision = again(ROW, roll=known)

    assert standings(decision) == ["new"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", Value(ROW.name.text[:-1] + "玥")),
        ("organisation", Value(OTHER_HOSPITAL.name)),
        ("job_title", Value("名誉院长")),
        ("mobile", Value("13800000000")),
        ("single_room", True),
    ],
)
def test_differing_particulars_amend_and_keep_the_place(field: str, value: object) -> None:
    decision = again(replace(ROW, **{field: value}))  # type: ignore[arg-type]

    (change,) = decision.changes
    assert [name for name, _, _ in change.fields] == [field]
    assert (change.after.order, change.after.state) == (change.before.order, change.before.state)
    assert standings(decision) == ["amended"]
    assert decision.outcome is Outcome.CHANGED
    assert decision.reply is ReplyTemplate.UPDATED
    assert not decision.needs_person


@pytest.mark.parametrize("sender", ["somebody@example.net", "clerk@example.org.example.net"])
def test_differing_particulars_from_another_address_are_kept_for_a_person(sender: str) -> None:
    decision = again(replace(ROW, job_title=Value("院长助理")), sender=sender)

    assert standings(decision) == ["withheld"]
    assert decision.changes == ()
    assert decision.reply is ReplyTemplate.HANDED_TO_STAFF
    assert decision.review_reasons == (Reason.NOT_ENTITLED,)


def test_a_colleague_from_the_same_own_domain_may_amend() -> None:
    decision = again(replace(ROW, job_title=Value("院长助理")), sender="colleague@example.org")

    assert standings(decision) == ["amended"]


def test_a_wrong_value_does_not_take_the_place_of_a_right_one() -> None:
    wrong = replace(ROW, id_number=Value(ROW.id_number.text[:-1] + "Y"), problems=(problem(),))

    decision = again(wrong)

    assert standings(decision) == ["changed"]
    assert decision.changes == ()
    assert decision.reply is ReplyTemplate.NEEDS_CORRECTION


def test_a_namesake_with_another_mobile_and_no_identity_number_is_looked_at_by_a_person() -> None:
    decision = again(replace(ROW, mobile=attendee().mobile, id_number=EMPTY))

    assert standings(decision) == ["changed"]
    assert decision.review_reasons == (Reason.DIFFERS_FROM_BEFORE,)


def test_people_left_out_of_the_form_stay_and_are_told() -> None:
    known = roll_with(ROW, attendee())

    decision = again(ROW, roll=known)

    assert decision.left_out == known[1:]
    assert decision.changes == ()


@pytest.mark.parametrize("field", ["contact", "phone", "email", "invoice_title", "taxpayer_id"])
def test_differing_form_fields_amend(field: str) -> None:
    decision = again(ROW, **{field: Value("与先前不同123")})  # type: ignore[arg-type]

    assert [name for name, _, _ in decision.people[0].changed] == [field]
    assert getattr(decision.changes[0].after, field) == "与先前不同123"


@pytest.mark.parametrize("field", ["job_title", "mobile", "id_number"])
def test_blank_where_something_stood_before_is_no_difference(field: str) -> None:
    decision = again(replace(ROW, **{field: EMPTY}))  # type: ignore[arg-type]

    assert standings(decision) == ["unchanged"]


def test_unanswered_room_is_no_difference() -> None:
    assert standings(again(replace(ROW, single_room=None))) == ["unchanged"]


def test_added_particular_is_a_difference() -> None:
    known = roll_with(replace(ROW, id_number=EMPTY))

    decision = again(ROW, roll=known)

    assert standings(decision) == ["amended"]
    assert decision.note.endswith("：身份证号补填（见原邮件）。")
    assert ROW.id_number.text not in decision.note


def test_other_spelling_of_the_same_is_no_difference() -> None:
    spelled = replace(
        ROW,
        name=Value(" ".join(ROW.name.text)),
        organisation=Value(HOSPITAL.name.removeprefix("深圳") + "（盖章）"),
        mobile=Value("+86 " + ROW.mobile.text),
    )

    assert standings(again(spelled)) == ["unchanged"]


def test_equal_id_number_is_the_same_person_whatever_else_differs() -> None:
    other = replace(attendee(), id_number=ROW.id_number)

    assert standings(again(other)) == ["changed"]


def test_equal_name_and_mobile_with_another_id_number_is_the_same_person() -> None:
    assert standings(again(replace(ROW, id_number=Value(ANOTHER_ID)))) == ["amended"]


def test_namesakes_of_one_hospital_with_an_id_number_each_are_two_people() -> None:
    namesake = replace(attendee(), name=ROW.name)

    assert standings(again(namesake)) == ["new"]


def test_namesake_of_the_same_hospital_without_an_id_number_is_the_same_person() -> None:
    namesake = replace(attendee(), name=ROW.name, id_number=EMPTY)

    assert standings(again(namesake)) == ["changed"]


def test_namesake_of_another_hospital_is_another_person() -> None:
    namesake = replace(attendee(), name=ROW.name, id_number=EMPTY, organisation=Value(OTHER_HOSPITAL.name))

    assert standings(again(namesake)) == ["new"]


def test_mistyped_id_number_does_not_make_two_people() -> None:
    mistyped = replace(ROW, id_number=Value(ROW.id_number.text[:-1] + "Y"), problems=(problem(),))

    assert standings(again(replace(mistyped, mobile=EMPTY))) == ["changed"]


def test_equal_faulty_id_number_and_mobile_is_the_same_person_though_the_name_was_misread() -> None:
    faulty = replace(ROW, problems=(problem(),))

    decision = again(replace(faulty, name=Value("误读")), roll=roll_with(faulty))

    assert standings(decision) == ["changed"]


def test_placeholders_for_an_id_number_prove_nothing() -> None:
    first, second = (
        replace(attendee(), id_number=Value("待补"), mobile=ROW.mobile, problems=(problem(),)) for _ in range(2)
    )

    assert standings(again(second, roll=roll_with(first))) == ["new"]


def test_first_generation_number_is_that_of_its_successor() -> None:
    number = id_number("440303", "19700102", 123)
    old = replace(ROW, id_number=Value(number[:6] + number[8:17]))

    decision = again(replace(attendee(), id_number=Value(number)), roll=roll_with(old))

    assert standings(decision) == ["changed"]
    assert "id_number" not in [name for name, _, _ in decision.people[0].changed]


def test_unnamed_rows_are_not_taken_for_one_person() -> None:
    unnamed = [replace(attendee(), name=EMPTY, mobile=EMPTY, id_number=EMPTY) for _ in range(2)]

    assert standings(again(*unnamed)) == ["new", "new"]


def test_person_named_twice_in_a_mail_gets_one_seat() -> None:
    decision = decide(EVENT, (), submission(form(ROW), form(ROW)), MEMBERS)

    assert standings(decision) == ["new", "repeated"]
    assert decision.reply is ReplyTemplate.CONFIRMED
    assert not decision.needs_person


def test_known_person_named_twice_in_a_mail_is_repeated() -> None:
    assert standings(again(ROW, ROW)) == ["unchanged", "repeated"]


def test_two_rows_with_one_id_number_are_looked_at_by_a_person() -> None:
    pasted = replace(attendee(), id_number=ROW.id_number)

    decision = decide(EVENT, (), submission(form(ROW, pasted)), MEMBERS)

    assert standings(decision) == ["new", "repeated"]
    assert decision.review_reasons == (Reason.SAME_PERSON_TWICE,)


def test_new_person_beside_a_known_one_is_registered() -> None:
    decision = again(ROW, attendee())

    assert standings(decision) == ["unchanged", "new"]
    assert decision.outcome is Outcome.REGISTERED
    assert decision.reply is ReplyTemplate.CONFIRMED


def test_new_person_beside_an_amended_one_is_told_in_the_same_answer() -> None:
    decision = again(replace(ROW, job_title=Value("院长助理")), attendee())

    assert standings(decision) == ["amended", "new"]
    assert decision.outcome is Outcome.REGISTERED
    assert decision.reply is ReplyTemplate.UPDATED
    assert "职务由" in decision.note


def test_answer_looks_at_all_people_of_the_form() -> None:
    known = roll_with(ROW)
    full = known + roll_of(3)

    decision = again(ROW, *form_of(1).attendees, roll=full)

    assert states(decision) == ["confirmed", "waitlisted"]
    assert decision.reply is ReplyTemplate.MIXED


def test_blank_contact_field_added_later_is_told_with_its_value() -> None:
    known = decide(EVENT, (), submission(form(ROW, contact=EMPTY)), MEMBERS).new_registrations

    decision = again(ROW, roll=known)

    assert f"联系人补填“{HOSPITAL.contact}”" in decision.note
