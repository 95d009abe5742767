"""Seats: capacity, order of arrival, whole forms, late forms, mail found late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.admission.decide import decide
from bot.records.decision import Membership, Outcome, Reason, ReplyTemplate, Standing, State
from bot.records.form import Place, Unread, UnreadCode
from tests.unit.admission_cases import (
    DEADLINE,
    EVENT,
    HOSPITAL,
    MEMBERS,
    MORNING,
    OPENS,
    REJECTING,
    WHOLE_FORMS,
    attendee,
    form,
    form_of,
    problem,
    roll_of,
    states,
    submission,
)

NOON = MORNING + timedelta(hours=3)


def test_confirms_everybody_while_seats_are_free() -> None:
    decision = decide(EVENT, (), submission(form_of(4)), MEMBERS)

    assert states(decision) == ["confirmed"] * 4
    assert decision.outcome is Outcome.REGISTERED
    assert decision.reason is Reason.SEAT_FREE
    assert decision.reply is ReplyTemplate.CONFIRMED
    assert not decision.needs_person
    assert decision.note == "新录取 4 人。"


def test_splits_a_form_that_does_not_fit_whole_in_form_order() -> None:
    decision = decide(EVENT, roll_of(2), submission(form_of(3), received_at=NOON), MEMBERS)

    assert states(decision) == ["confirmed", "confirmed", "waitlisted"]
    assert decision.people[2].reason is Reason.CAPACITY_REACHED
    assert decision.reply is ReplyTemplate.MIXED


def test_waitlists_when_capacity_reached() -> None:
    decision = decide(EVENT, roll_of(4), submission(form_of(2), received_at=NOON), MEMBERS)

    assert states(decision) == ["waitlisted"] * 2
    assert decision.reply is ReplyTemplate.WAITLISTED
    assert not decision.needs_person


def test_waitlists_a_whole_form_that_does_not_fit() -> None:
    decision = decide(WHOLE_FORMS, roll_of(2), submission(form_of(3), received_at=NOON), MEMBERS)

    assert states(decision) == ["waitlisted"] * 3
    assert {person.reason for person in decision.people} == {Reason.FORM_DOES_NOT_FIT}


def test_nobody_overtakes_a_waiting_form() -> None:
    roll = roll_of(2, 3, event=WHOLE_FORMS)

    decision = decide(WHOLE_FORMS, roll, submission(form_of(1), received_at=NOON), MEMBERS)

    assert states(decision) == ["waitlisted"]
    assert decision.people[0].reason is Reason.OTHERS_WAIT_BEFORE


def test_second_form_of_a_mail_waits_behind_the_first() -> None:
    decision = decide(WHOLE_FORMS, roll_of(3), submission(form_of(2), form_of(1), received_at=NOON), MEMBERS)

    assert states(decision) == ["waitlisted"] * 3


def test_whole_form_counts_only_its_new_people() -> None:
    known = attendee()
    roll = decide(WHOLE_FORMS, (), submission(form(known, attendee(), attendee())), MEMBERS).new_registrations

    decision = decide(WHOLE_FORMS, roll, submission(form(known, attendee()), received_at=NOON), MEMBERS)

    assert states(decision) == ["confirmed", "confirmed"]


def test_lowered_capacity_gives_nobody_a_seat() -> None:
    roll = roll_of(4)

    decision = decide(replace(EVENT, capacity=2), roll, submission(form_of(1), received_at=NOON), MEMBERS)

    assert states(decision) == ["waitlisted"]


def test_last_moment_of_the_deadline_is_on_time() -> None:
    decision = decide(EVENT, (), submission(form_of(1), received_at=DEADLINE), MEMBERS)

    assert states(decision) == ["confirmed"]


def test_form_after_the_deadline_is_recorded_late_without_a_seat() -> None:
    late = DEADLINE + timedelta(microseconds=1)

    decision = decide(EVENT, (), submission(form_of(2), received_at=late), MEMBERS)

    assert states(decision) == ["late", "late"]
    assert decision.reply is ReplyTemplate.LATE
    assert decision.outcome is Outcome.REGISTERED
    assert decision.reason is Reason.AFTER_DEADLINE


def test_late_form_is_not_recorded_where_the_event_rejects_it() -> None:
    decision = decide(REJECTING, (), submission(form_of(1), received_at=DEADLINE + timedelta(1)), MEMBERS)

    assert decision.outcome is Outcome.REJECTED
    assert decision.people[0].standing is Standing.REJECTED
    assert decision.new_registrations == ()
    assert decision.reply is ReplyTemplate.LATE
    assert decision.note == "逾期未登记 1 人。"


def test_late_wins_over_field_problems() -> None:
    row = replace(attendee(), problems=(problem(),))

    decision = decide(EVENT, (), submission(form(row), received_at=DEADLINE + timedelta(1)), MEMBERS)

    assert decision.reply is ReplyTemplate.LATE


def test_mail_found_late_takes_no_seat_away() -> None:
    roll = roll_of(4, start=NOON)

    decision = decide(EVENT, roll, submission(form_of(1), received_at=MORNING), MEMBERS)

    assert states(decision) == ["waitlisted"]
    assert decision.review_reasons == (Reason.ARRIVED_BEFORE_SEATED,)


def test_mail_found_late_gets_a_free_seat_before_those_who_wait_and_came_later() -> None:
    roll = roll_of(2, 3, event=WHOLE_FORMS, start=NOON)

    decision = decide(WHOLE_FORMS, roll, submission(form_of(1), received_at=MORNING), MEMBERS)

    assert states(decision) == ["confirmed"]
    assert not decision.needs_person


def test_person_with_a_faulty_field_keeps_the_place() -> None:
    row = replace(attendee(), problems=(problem(),))

    decision = decide(EVENT, (), submission(form(row, attendee())), MEMBERS)

    assert states(decision) == ["confirmed", "confirmed"]
    assert decision.reply is ReplyTemplate.NEEDS_CORRECTION
    assert decision.new_registrations[0].blocking_problems == (problem(),)


def test_faulty_field_of_the_form_asks_for_a_correction_and_stands_with_each_person() -> None:
    mail = submission(form(attendee(), attendee(), problems=(problem("taxpayer_id"),)))

    decision = decide(EVENT, (), mail, MEMBERS)

    assert decision.reply is ReplyTemplate.NEEDS_CORRECTION
    assert decision.form_problems == (problem("taxpayer_id"),)
    assert all(person.problems == (problem("taxpayer_id"),) for person in decision.new_registrations)


def test_problem_that_does_not_block_leaves_the_answer_as_it_is() -> None:
    row = replace(attendee(), problems=(problem(blocking=False),))

    decision = decide(EVENT, (), submission(form(row)), MEMBERS)

    assert decision.reply is ReplyTemplate.CONFIRMED


def test_unreadable_file_beside_a_form_is_left_to_a_person() -> None:
    unread = (Unread("名单.rar", UnreadCode.ENCRYPTED, "压缩包有密码。"),)

    decision = decide(EVENT, (), submission(form_of(1), unread=unread), MEMBERS)

    assert decision.outcome is Outcome.REGISTERED
    assert decision.review_reasons == (Reason.FILE_NOT_READABLE,)
    assert decision.unread == unread


def test_file_that_is_no_form_needs_nobody() -> None:
    unread = (Unread("通知.docx", UnreadCode.NO_FORM, "没有回执表。"),)

    decision = decide(EVENT, (), submission(form_of(1), unread=unread), MEMBERS)

    assert not decision.needs_person


def test_registration_holds_all_that_the_form_said() -> None:
    row = attendee(single_room=True)
    mail = submission(form(row), received_at=OPENS, uid=7)

    person = decide(EVENT, (), mail, MEMBERS).new_registrations[0]

    assert (person.name, person.mobile, person.id_number) == (
        row.name.text,
        row.mobile.text,
        row.id_number.text,
    )
    assert (person.fee, person.single_room, person.state) == (2980, True, State.CONFIRMED)
    assert person.order == (OPENS, 7, 0, 0)
    assert person.origin == "回执.docx"


@pytest.mark.parametrize("written", ["", "心内科"])
def test_membership_is_that_of_the_submitting_organisation_where_the_row_names_only_a_department(
    written: str,
) -> None:
    row = attendee(organisation=written)

    person = decide(EVENT, (), submission(form(row)), MEMBERS).new_registrations[0]

    assert person.membership is Membership.MEMBER
    assert person.organisation == (written or HOSPITAL.name)


def test_place_of_a_row_is_told_where_it_is_known() -> None:
    row = attendee(place=Place("回执.docx", "表1", "第2行"))

    person = decide(EVENT, (), submission(form(row)), MEMBERS).new_registrations[0]

    assert person.origin == "回执.docx 表1 第2行"
