"""Notices that nobody has just written for, and answers to questions and to mail after the event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.records.decision import Change, PersonDecision, Reason, Registration, ReplyTemplate, Standing, State
from bot.records.event import Event, Fees, Travel
from tests.unit.reply_cases import (
    ACCOUNT,
    ARRIVED,
    EVENT,
    HOSPITAL,
    MAIL,
    PEOPLE,
    Answer,
    answer,
    composer,
    decided,
    is_silent_on,
    others,
    read,
    registration,
    says,
)

KINDS = ReplyTemplate
LATER = ARRIVED + timedelta(days=9)


def moved(state: State, **changes: object) -> Registration:
    return registration(0, state, **{"id": 5, "uid": 2, **changes})


def notice(
    template: ReplyTemplate,
    registered: Registration,
    reason: Reason,
    *,
    before: State | None = None,
    event: Event = EVENT,
) -> Answer:
    """The notice as it is sent some days after the mail by which these people were registered."""
    changes = (Change(replace(registered, state=before), registered, reason),) if before else ()
    decision = decided(
        template,
        reason=reason,
        people=(PersonDecision(Standing.MOVED, registered, reason),),
        changes=changes,
    )
    roll = (*others(3), replace(registered, number=4))
    return read(composer().reply(decision, event, MAIL, HOSPITAL.email, roll, LATER, ARRIVED))


NOTICES = [
    (KINDS.PROMOTED, State.CONFIRMED, Reason.PROMOTED, "有名额空出，按报名先后顺序递补"),
    (KINDS.CONFIRMED, State.CONFIRMED, Reason.PROMOTED, "有名额空出，按报名先后顺序递补"),
    (KINDS.CONFIRMED, State.CONFIRMED, Reason.DECIDED_BY_STAFF, "会务组已录取 1 人"),
    (KINDS.WAITLISTED, State.WAITLISTED, Reason.DECIDED_BY_STAFF, "经会务组核定，以下 1 人列入"),
    (KINDS.CANCELLED, State.CANCELLED, Reason.DECIDED_BY_STAFF, "会务组已取消 1 人的报名"),
    (KINDS.UPDATED, State.CONFIRMED, Reason.DECIDED_BY_STAFF, "会务组已更新报名信息"),
    (KINDS.UPDATED, State.CONFIRMED, Reason.MEMBERSHIP_SETTLED, "会务组已核定贵单位的会员身份和收费标准"),
    (KINDS.LATE, State.LATE, Reason.DECIDED_BY_STAFF, "会务组已将以下人员作逾期登记"),
    (KINDS.REPLACED, State.CONFIRMED, Reason.DECIDED_BY_STAFF, "会务组已更换"),
]


@pytest.mark.parametrize(("template", "state", "reason", "words"), NOTICES)
def test_a_notice_says_what_was_decided_and_not_that_a_mail_arrived(
    template: ReplyTemplate, state: State, reason: Reason, words: str
) -> None:
    answered = notice(template, moved(state), reason)

    assert says(answered, words, PEOPLE[0].name)
    assert is_silent_on(answered, "来信已收到", "您的来信", "谢谢支持", "按您的要求", "2026年3月27日")


@pytest.mark.parametrize(("template", "state", "reason", "words"), NOTICES)
def test_a_notice_hangs_below_the_mail_that_registered_and_is_no_reply_to_it(
    template: ReplyTemplate, state: State, reason: Reason, words: str
) -> None:
    message = notice(template, moved(state), reason).message

    assert message["In-Reply-To"] == MAIL.message_id
    assert message["Auto-Submitted"] == "auto-generated"


def test_an_answer_is_marked_as_a_reply() -> None:
    answered = answer(decided(KINDS.CONFIRMED, (Standing.NEW, registration(0))))

    assert answered.message["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    ("before", "word"), [(State.LATE, "逾期"), (State.CANCELLED, "已取消"), (State.WAITLISTED, "候补")]
)
def test_a_seat_given_by_staff_tells_the_state_before_and_how_to_pay(before: State, word: str) -> None:
    answered = notice(KINDS.CONFIRMED, moved(State.CONFIRMED), Reason.DECIDED_BY_STAFF, before=before)

    assert says(answered, f"原为{word}，现为已录取", "以本次为准", ACCOUNT, "ZH9887", "应缴合计：2,980元")


def test_a_seat_taken_back_by_staff_tells_what_to_do_with_payment_and_ticket() -> None:
    waits = notice(KINDS.WAITLISTED, moved(State.WAITLISTED, by_staff=True), Reason.DECIDED_BY_STAFF)
    gone = notice(KINDS.CANCELLED, moved(State.CANCELLED), Reason.DECIDED_BY_STAFF)

    assert says(waits, "如已缴费、购票，请与会务组联系", "暂勿缴费、暂勿购票")
    assert says(gone, "退费事宜请联系会务组", "如有疑问，请与会务组联系")
    assert is_silent_on(gone, "重新报送回执表")


def test_whom_staff_put_on_the_waitlist_is_not_promised_her_turn() -> None:
    by_staff = notice(KINDS.WAITLISTED, moved(State.WAITLISTED, by_staff=True), Reason.DECIDED_BY_STAFF)
    by_rule = notice(KINDS.WAITLISTED, moved(State.WAITLISTED), Reason.DECIDED_BY_STAFF)

    assert is_silent_on(by_staff, "依次递补")
    assert says(by_rule, "依次递补")


def test_nobody_is_promised_a_turn_once_seats_are_not_given_on_any_more() -> None:
    closed = replace(EVENT, promote_until=LATER - timedelta(days=1))

    answered = notice(KINDS.WAITLISTED, moved(State.WAITLISTED), Reason.DECIDED_BY_STAFF, event=closed)

    assert is_silent_on(answered, "依次递补")


def test_the_same_decision_makes_another_mail_as_notice_and_as_answer() -> None:
    first = notice(KINDS.CONFIRMED, moved(State.CONFIRMED), Reason.DECIDED_BY_STAFF)
    second = notice(KINDS.UPDATED, moved(State.CONFIRMED), Reason.DECIDED_BY_STAFF)

    assert first.composed.message_id != second.composed.message_id


def test_after_the_event_the_answer_says_politely_that_it_is_over() -> None:
    late = registration(0, State.LATE, received_at=ARRIVED + timedelta(days=60))
    decision = decided(KINDS.LATE, (Standing.REJECTED, late), reason=Reason.EVENT_OVER)

    answered = answer(decision)

    assert says(answered, "已于2026年4月25日（星期六）结束", "未能登记", PEOPLE[0].name, "谢谢您的支持")
    assert is_silent_on(answered, "逾期", "截止", ACCOUNT)
    assert "活动已结束" in str(answered.message["Subject"])


def test_a_mail_without_people_after_the_event_is_answered_too() -> None:
    answered = answer(decided(KINDS.LATE, reason=Reason.EVENT_OVER))

    assert says(answered, "已于2026年4月25日（星期六）结束", "未能登记")
    assert is_silent_on(answered, "0 人")


def test_a_question_is_acknowledged_as_a_question() -> None:
    answered = answer(decided(KINDS.HANDED_TO_STAFF, reason=Reason.QUESTION))

    assert says(answered, "您询问的事项", "尽快回复")
    assert is_silent_on(answered, "办理", "核对")


def test_an_organisation_beyond_its_limit_is_told_the_limit_and_no_turn() -> None:
    event = replace(EVENT, limit_per_organisation=2)
    beyond = registration(0, State.WAITLISTED, reason=Reason.ORGANISATION_LIMIT)

    answered = answer(decided(KINDS.WAITLISTED, (Standing.NEW, beyond)), event=event)

    assert says(answered, "每家单位限报 2 人", "由会务组视名额情况决定", "暂勿缴费")
    assert is_silent_on(answered, "名额已满", "依次递补")


def test_those_who_wait_for_room_and_those_beyond_the_limit_are_told_apart() -> None:
    event = replace(EVENT, limit_per_organisation=2)
    people = (
        registration(0, State.WAITLISTED),
        registration(1, State.WAITLISTED, reason=Reason.ORGANISATION_LIMIT),
    )

    answered = answer(decided(KINDS.WAITLISTED, *((Standing.NEW, p) for p in people)), event=event)

    assert says(answered, "您来信时名额已满", "每家单位限报 2 人", "依次递补")


FREE = replace(EVENT, fees=Fees(0, 0), travel=Travel(), included="")


def test_an_event_without_fees_speaks_of_no_payment() -> None:
    seated = answer(decided(KINDS.CONFIRMED, (Standing.NEW, registration(0, fee=0))), event=FREE)
    waiting = answer(decided(KINDS.WAITLISTED, (Standing.NEW, registration(0, State.WAITLISTED))), event=FREE)
    gone = notice(KINDS.CANCELLED, moved(State.CANCELLED), Reason.DECIDED_BY_STAFF, event=FREE)

    assert says(seated, "费用", "免费", "请核对各项信息。")
    for answered in (seated, waiting, gone):
        assert is_silent_on(answered, "缴费", "购票", "退票", "机票", ACCOUNT, "0元")
