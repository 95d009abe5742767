"""What requests in words come to: done for whom they name, kept for a person where anything is in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.admission.asked import CannotCarryOutError, carry_out
from bot.admission.policy import decide_mail, kind_of
from bot.records.decision import Decision, Outcome, Reason, Registration, ReplyTemplate, State
from bot.records.form import ProblemCode
from bot.records.mail import Authenticity, Intent, MailKind, Screening
from bot.records.request import Request, RequestKind
from tests.unit.admission_cases import (
    A_PERSON,
    EVENT,
    MEMBERS,
    MORNING,
    attendee,
    form,
    problem,
    roll_of,
    standings,
    submission,
)

LATER = MORNING + timedelta(days=1)
A_NUMBER = "44030619800101001X"
_IDS = count(1)


def recorded(*numbers: int) -> tuple[Registration, ...]:
    """A roll of people whose names words can tell apart."""
    names = iter(["王芳", "李明", "张伟国", "赵敏", "陈静", "刘洋", "孙丽", "周强"])
    return tuple(replace(one, id=next(_IDS), name=next(names)) for one in roll_of(*numbers))


def says(
    roll: tuple[Registration, ...],
    *sentences: str,
    kind: MailKind = MailKind.OTHER,
    forms: tuple = (),  # type: ignore[type-arg]
    sender: str = "clerk@example.org",
    screening: Screening = A_PERSON,
    at: datetime = LATER,
) -> Decision:
    mail = replace(submission(*forms, received_at=at), sender=sender)
    intent = Intent(kind, "said", sentences=sentences)
    return decide_mail(EVENT, roll, submission=mail, screening=screening, intent=intent, members=MEMBERS)


def cancels(roll: tuple[Registration, ...], *sentences: str, **more: object) -> Decision:
    return says(roll, *sentences, kind=MailKind.CANCELLATION, **more)  # type: ignore[arg-type]


def test_a_cancelled_seat_goes_to_the_first_who_waits_in_the_same_decision() -> None:
    roll = recorded(4, 2)

    decision = cancels(roll, "王芳因公出差不能参加，申请取消报名。")

    assert [(one.before.name, one.after.state) for one in decision.changes] == [
        ("王芳", State.CANCELLED),
        ("陈静", State.CONFIRMED),
    ]
    assert (decision.outcome, decision.reply) == (Outcome.CHANGED, ReplyTemplate.CANCELLED)
    assert standings(decision) == ["cancelled"]
    assert kind_of(decision, A_PERSON, Intent(MailKind.CANCELLATION, "said")) is MailKind.CANCELLATION
    assert not decision.needs_person


@pytest.mark.parametrize("why", ["stranger", "forged", "unclear", "staff"])
def test_a_cancellation_that_is_in_doubt_changes_nothing(why: str) -> None:
    roll = recorded(2)
    sender, screening, text = "clerk@example.org", A_PERSON, "王芳不能参加，申请取消报名。"
    if why == "stranger":
        sender = "somebody@example.net"
    elif why == "forged":
        screening = replace(A_PERSON, authenticity=Authenticity.FAILED)
    elif why == "unclear":
        text = "我院有一位老师不能参加，申请取消报名。"
    else:
        roll = (replace(roll[0], by_staff=True), roll[1])

    decision = cancels(roll, text, sender=sender, screening=screening)

    assert decision.changes == ()
    assert decision.people == ()
    assert decision.reply is ReplyTemplate.HANDED_TO_STAFF
    assert decision.needs_person


def test_who_is_cancelled_in_words_and_named_on_the_form_is_left_to_a_person() -> None:
    roll = recorded(1)
    row = attendee()
    again = replace(row, name=replace(row.name, text="王芳"))
    same = form(replace(again, mobile=replace(again.mobile, text=roll[0].mobile)))

    decision = cancels(roll, "王芳不能参加，申请取消报名。", forms=(same,))

    assert decision.changes == ()
    assert decision.needs_person


def test_a_successor_in_words_takes_place_and_time_and_is_asked_for_what_is_missing() -> None:
    roll = recorded(2)

    decision = says(roll, f"王芳换成柏达清参加，身份证号{A_NUMBER}。", kind=MailKind.REPLACEMENT)

    (change,) = decision.changes
    assert (change.after.name, change.after.order, change.after.state) == (
        "柏达清",
        roll[0].order,
        State.CONFIRMED,
    )
    assert change.after.id_number == A_NUMBER
    assert [one.field for one in change.after.problems if one.code is ProblemCode.MISSING] == [
        field for field in ("job_title", "mobile") if field in EVENT.required
    ]
    assert decision.reply is ReplyTemplate.REPLACED


def test_a_successor_comes_from_the_form_and_the_others_on_it_stay() -> None:
    roll = recorded(2)
    new = attendee(name="柏达清")

    decision = says(roll, "王芳换成柏达清参加，回执表见附件。", kind=MailKind.REPLACEMENT, forms=(form(new),))

    assert [(one.before.name, one.after.name) for one in decision.changes] == [("王芳", new.name.text)]
    assert decision.changes[0].after.id_number == new.id_number.text
    assert decision.new_registrations == ()


def test_a_successor_who_has_a_place_already_is_left_to_a_person() -> None:
    roll = recorded(2)

    decision = says(roll, "王芳换成李明参加。", kind=MailKind.REPLACEMENT)

    assert decision.changes == ()
    assert decision.needs_person


def test_a_correction_in_words_changes_one_value_and_clears_its_problem() -> None:
    faulty, other = recorded(2)
    roll = (replace(faulty, problems=(problem("id_number"),)), other)

    decision = says(roll, f"王芳的身份证号更正为{A_NUMBER}。")

    (change,) = decision.changes
    assert (change.after.id_number, change.after.problems) == (A_NUMBER, ())
    assert decision.reply is ReplyTemplate.UPDATED
    assert standings(decision) == ["amended"]


def test_a_correction_to_what_stands_there_changes_nothing() -> None:
    roll = recorded(1)

    decision = says(roll, f"王芳的手机更正为{roll[0].mobile}。")

    assert decision.changes == ()
    assert decision.outcome is Outcome.UNCHANGED
    assert decision.reply is ReplyTemplate.UNCHANGED


def test_nobody_takes_another_ones_identity_number() -> None:
    roll = recorded(2)

    decision = says(roll, f"王芳的身份证号更正为{roll[1].id_number}。")

    assert decision.changes == ()
    assert decision.needs_person


def test_what_a_scan_showed_badly_is_confirmed_by_one_word() -> None:
    one = recorded(1)[0]
    doubt = replace(problem("mobile"), code=ProblemCode.UNCERTAIN)

    decision = says((replace(one, problems=(doubt,)),), "核对无误。")

    assert decision.changes[0].after.uncertain == ()
    assert decision.reason is Reason.CONFIRMED_AS_READ


def test_room_and_organisation_in_words_bring_their_fee() -> None:
    roll = recorded(1)
    event = replace(EVENT, fees=replace(EVENT.fees, single_room_supplement=600))
    wishes = (("single_room", "是"),)

    carried = carry_out(event, roll, (Request(RequestKind.CORRECT, roll, values=wishes),), MEMBERS)

    assert carried.changes[0].after.fee == (roll[0].fee or 0) + 600


def test_several_requests_about_one_person_are_one_change() -> None:
    (person,) = recorded(1)
    mobile, title = (("mobile", "13900000001"),), (("job_title", "副院长"),)

    carried = carry_out(
        EVENT,
        (person,),
        (
            Request(RequestKind.CORRECT, (person,), values=mobile),
            Request(RequestKind.CORRECT, (person,), values=title),
        ),
        MEMBERS,
    )

    (change,) = carried.changes
    assert (change.before, change.after.mobile, change.after.job_title) == (person, "13900000001", "副院长")
    assert [field for field, _, _ in change.fields] == ["mobile", "job_title"]


def test_a_replacement_without_a_successor_cannot_be_carried_out() -> None:
    roll = recorded(1)

    with pytest.raises(CannotCarryOutError):
        carry_out(EVENT, roll, (Request(RequestKind.REPLACE, roll),), MEMBERS)


def test_a_cancellation_and_new_people_on_a_form_are_told_in_one_answer() -> None:
    roll = recorded(2)

    decision = cancels(roll, "王芳不能参加，申请取消报名。", forms=(form(attendee()),))

    assert standings(decision) == ["cancelled", "new"]
    assert decision.reply is ReplyTemplate.UPDATED
    assert len(decision.new_registrations) == 1


def test_after_the_event_a_person_decides() -> None:
    roll = recorded(1)
    over = datetime(2026, 5, 1, tzinfo=UTC)

    cancelled = cancels(roll, "王芳不能参加，申请取消报名。", at=over)
    registered = says(roll, forms=(form(attendee()),), kind=MailKind.REGISTRATION, at=over)

    assert cancelled.changes == ()
    assert cancelled.needs_person
    assert (registered.reply, registered.reason) == (ReplyTemplate.LATE, Reason.EVENT_OVER)
    assert registered.new_registrations == ()
