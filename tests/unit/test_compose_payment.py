"""What people are asked to pay, when it cannot be said yet, and the reminder of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import PermanentError
from bot.records.decision import Membership, Registration, ReplyTemplate, Standing, State
from bot.records.event import Event, Fees
from bot.records.mail import ParsedMail, enquiry_number
from tests.unit.reply_cases import (
    ACCOUNT,
    EVENT,
    HOSPITAL,
    MAIL,
    NOW,
    PEOPLE,
    Answer,
    answer,
    composer,
    decided,
    is_silent_on,
    read,
    registration,
    says,
)

NEW = Standing.NEW
LATER = NOW + timedelta(days=12)


def unknown(index: int, **changes: object) -> Registration:
    return registration(index, State.CONFIRMED, **{"fee": None, "membership": Membership.UNKNOWN, **changes})


def confirmed(event: Event, *people: Registration) -> Answer:
    return answer(decided(ReplyTemplate.CONFIRMED, *((NEW, person) for person in people)), event=event)


@pytest.mark.parametrize(
    "template", [ReplyTemplate.CONFIRMED, ReplyTemplate.MIXED, ReplyTemplate.NEEDS_CORRECTION]
)
def test_wherever_a_seat_is_told_an_unknown_membership_names_both_rates(template: ReplyTemplate) -> None:
    waiting = registration(1, State.WAITLISTED)

    answered = answer(decided(template, (NEW, unknown(0)), (NEW, waiting)))

    assert says(answered, "会员单位每人2,980元，非会员单位每人3,600元", "请等会务组确认金额后再缴费")
    assert is_silent_on(answered, "应缴合计")


@pytest.mark.parametrize(
    ("template", "standing"),
    [
        (ReplyTemplate.UPDATED, Standing.AMENDED),
        (ReplyTemplate.REPLACED, Standing.REPLACED),
        (ReplyTemplate.PROMOTED, Standing.MOVED),
        (ReplyTemplate.UNCHANGED, Standing.UNCHANGED),
    ],
)
def test_so_does_every_answer_on_a_seat_from_before(template: ReplyTemplate, standing: Standing) -> None:
    answered = answer(decided(template, (standing, unknown(0, id=5, uid=2))))

    assert says(answered, "会员单位每人2,980元，非会员单位每人3,600元", "请等会务组确认金额后再缴费")


def test_both_rates_are_named_where_the_event_has_no_account_yet() -> None:
    answered = confirmed(replace(EVENT, payee=None), unknown(0))

    assert says(answered, "2,980元", "3,600元", "收款账户由会务组另行通知")
    assert is_silent_on(answered, "户名", "汇款附言", "发票信息")


def test_the_two_possible_totals_hold_the_single_rooms() -> None:
    event = replace(EVENT, fees=Fees(2980, 3600, single_room_supplement=480))

    answered = confirmed(event, unknown(0, single_room=True), unknown(1))

    assert says(answered, "按会员单位计共6,440元", "按非会员单位计共7,680元", "已含单间房差（每人480元）")


def test_rooms_charged_before_and_after_the_supplement_was_named_are_told_apart() -> None:
    event = replace(EVENT, fees=Fees(2980, 3600, single_room_supplement=480))
    people = [registration(i, single_room=True, fee=fee) for i, fee in enumerate((3460, 2980, 2980))]

    answered = confirmed(event, *people)

    assert says(answered, "已含 1 人的房差", "另 2 人的房差请另缴", "单间房差每人480元")


def test_a_supplement_of_nothing_is_said_to_be_nothing() -> None:
    event = replace(EVENT, fees=Fees(2980, 3600, single_room_supplement=0))

    answered = confirmed(event, registration(0, single_room=True))

    assert says(answered, "不另收房差")
    assert is_silent_on(answered, "另行通知")


def test_a_free_event_whose_single_rooms_are_open_says_that_they_follow() -> None:
    answered = confirmed(replace(EVENT, fees=Fees(0, 0)), registration(0, single_room=True, fee=0))

    assert says(answered, "免费（单间房差另行通知）")
    assert is_silent_on(answered, ACCOUNT, "应缴合计")


def test_members_may_be_free_where_others_pay() -> None:
    event = replace(EVENT, fees=Fees(0, 300))

    member = confirmed(event, registration(0, fee=0))
    open_yet = confirmed(event, unknown(0))

    assert says(member, "免费")
    assert is_silent_on(member, ACCOUNT)
    assert says(open_yet, "会员单位免费，非会员单位每人300元", "按会员单位计共0元")


def reminded(*people: Registration, mail: ParsedMail | None = MAIL, event: Event = EVENT) -> Answer:
    numbered = tuple(replace(person, number=n) for n, person in enumerate(people, start=1))
    return read(composer().reminder(event, numbered, HOSPITAL.email, mail, LATER))


def test_a_reminder_tells_who_how_much_where_to_and_what_if_it_is_paid() -> None:
    answered = reminded(registration(0), registration(1, fee=3600, membership=Membership.NON_MEMBER))

    assert says(answered, PEOPLE[0].name, PEOPLE[1].name, "应缴合计：6,580元", ACCOUNT, "截至2026年4月8日")
    assert says(answered, f"浙江调研学习+{HOSPITAL.name}+{PEOPLE[0].name}、{PEOPLE[1].name}")
    assert says(answered, "如已缴费，不必再缴", "汇款日期、金额和汇款单位名称", "0755-82336671")
    assert str(answered.message["Subject"]) == f"缴费提醒：浙江调研学习（{HOSPITAL.name} 2 人）"
    assert answered.composed.template == "reminder"
    assert is_silent_on(answered, PEOPLE[0].id_number, PEOPLE[0].mobile, "来信")


def test_a_reminder_hangs_below_the_mail_of_its_people() -> None:
    threaded, alone = reminded(registration(0)), reminded(registration(0), mail=None)

    assert threaded.message["In-Reply-To"] == MAIL.message_id
    assert alone.message["In-Reply-To"] is None
    assert {threaded.message["Auto-Submitted"], alone.message["Auto-Submitted"]} == {"auto-generated"}
    assert says(threaded, enquiry_number(MAIL.message_id))
    assert is_silent_on(alone, "查询编号")


def test_a_reminder_asks_only_for_sums_that_are_certain() -> None:
    answered = reminded(
        registration(0), unknown(1), registration(2, State.WAITLISTED), registration(3, fee=0), registration(4)
    )

    assert says(answered, PEOPLE[0].name, PEOPLE[4].name, "应缴合计：5,960元")
    assert is_silent_on(answered, PEOPLE[1].name, PEOPLE[2].name, PEOPLE[3].name)


@pytest.mark.parametrize(
    ("people", "event"),
    [
        ((), EVENT),
        ((unknown(0),), EVENT),
        ((registration(0, State.CANCELLED),), EVENT),
        ((registration(0),), replace(EVENT, payee=None)),
    ],
)
def test_nobody_is_reminded_where_nothing_certain_is_to_pay(
    people: tuple[Registration, ...], event: Event
) -> None:
    with pytest.raises(ValueError, match="pay"):
        reminded(*people, event=event)


def test_a_reminder_at_the_same_moment_is_the_same_mail() -> None:
    assert reminded(registration(0)).composed == reminded(registration(0)).composed


def test_a_reminder_cannot_go_to_an_address_that_cannot_be_written_to() -> None:
    with pytest.raises(PermanentError):
        composer().reminder(EVENT, (registration(0),), "a@b\r\nBcc: c@d.cn", MAIL, LATER)


def test_a_reminder_tells_the_contact_only_to_who_registered() -> None:
    other = read(composer().reminder(EVENT, (registration(0),), "somebody@else.example.org", MAIL, LATER))

    assert says(other, HOSPITAL.name)
    assert is_silent_on(other, HOSPITAL.contact)


def test_who_pays_reads_how_everybody_is_lodged() -> None:
    event = replace(EVENT, lodging="统一安排标准双人间住宿，单间需另补房差")

    told = confirmed(event, registration(0))
    silent = confirmed(replace(event, lodging=""), registration(0))

    assert says(told, "统一安排标准双人间住宿，单间需另补房差。")
    assert is_silent_on(silent, "统一安排")
