"""Invented events for the tests of workbook and digest: people, mails, staff's entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from bot.demo.invented import hospitals, people
from bot.records.decision import Membership, Outcome, Reason, Registration, ReplyTemplate, State
from bot.records.event import Event, Fees
from bot.records.form import FieldProblem, ProblemCode
from bot.records.mail import MailKind
from bot.records.office import Balance, EventView, MailEntry

START = datetime(2026, 3, 25, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 3, 0, 30, tzinfo=UTC)

EVENT = Event(
    id="trial-2026",
    title="赴外省开展专题调研学习",
    capacity=50,
    opens=datetime(2026, 3, 24, 16, 0, tzinfo=UTC),
    deadline=datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC),
    starts=date(2026, 4, 22),
    ends=date(2026, 4, 25),
    fees=Fees(2980, 3600),
    document_number="示范字[2026]1号",
)

_ALL_PEOPLE = tuple(islice(people(7), 6000))
_ALL_HOSPITALS = tuple(hospitals(7))


def registration(
    place: int, state: State = State.CONFIRMED, *, every: timedelta = timedelta(hours=3)
) -> Registration:
    """The registration that arrives at this place (from 0), of an invented person of an invented hospital."""
    person, hospital = _ALL_PEOPLE[place], _ALL_HOSPITALS[place // 3 % len(_ALL_HOSPITALS)]
    membership = (Membership.MEMBER, Membership.MEMBER, Membership.NON_MEMBER, Membership.UNKNOWN)[place // 3 % 4]
    fee = {Membership.MEMBER: 2980, Membership.NON_MEMBER: 3600}.get(membership)
    return Registration(
        event_id=EVENT.id,
        state=state,
        reason=Reason.SEAT_FREE,
        name=person.name,
        organisation=hospital.name,
        submitting_organisation=hospital.name,
        job_title=person.job_title,
        mobile=person.mobile,
        id_number=person.id_number,
        single_room=(True, False, None)[place % 3],
        membership=membership,
        fee=fee,
        contact=hospital.contact,
        phone=hospital.phone,
        email=hospital.email,
        invoice_title=hospital.name,
        taxpayer_id=hospital.taxpayer_id,
        received_at=START + (place // 3) * 3 * every,
        uid=1000 + place // 3,
        form_index=0,
        position=place % 3,
        message_id=f"<{place // 3}@{hospital.domain}>",
        sender=hospital.email,
        id=place + 1,
    )


def roll(count: int, capacity: int = 50, *, every: timedelta = timedelta(hours=3)) -> tuple[Registration, ...]:
    """`count` registrations, numbered: the first `capacity` confirmed, the others waitlisted."""
    return tuple(
        replace(
            registration(place, State.CONFIRMED if place < capacity else State.WAITLISTED, every=every),
            number=place + 1,
        )
        for place in range(count)
    )


def mail(
    number: int, *, needs_person: bool = False, outcome: Outcome = Outcome.REGISTERED, **changes: object
) -> MailEntry:
    """A recorded mail of an invented hospital."""
    hospital = _ALL_HOSPITALS[number % len(_ALL_HOSPITALS)]
    entry = MailEntry(
        id=number + 1,
        message_id=f"<{number}@{hospital.domain}>",
        received_at=START + timedelta(hours=9 * number),
        sender=hospital.email,
        sender_name=hospital.contact,
        subject=f"{hospital.name}报名回执",
        kind=MailKind.REGISTRATION,
        outcome=outcome,
        reason=Reason.SEAT_FREE,
        note="",
        event_id=EVENT.id,
        needs_person=needs_person,
        reply="sent",
        reply_template=ReplyTemplate.CONFIRMED,
        attachment_names=("回执表.docx",),
        telephone=hospital.phone,
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def view(registrations: tuple[Registration, ...], mails: tuple[MailEntry, ...] = ()) -> EventView:
    """An event with these registrations and mails, its balance right."""
    return EventView(EVENT, registrations, mails, balance=Balance(len(mails), len(mails), NOW))


def full_view() -> EventView:
    """A lively event: every state, problems, reviews, an answer that could not be delivered."""
    people_of_event = list(roll(54))
    people_of_event[4] = replace(
        people_of_event[4],
        problems=(
            FieldProblem("id_number", ProblemCode.CHECKSUM, "身份证号最后一位与前面的数字对不上。", "身份证号"),
        ),
    )
    people_of_event += [
        replace(registration(54, State.LATE), number=55, received_at=EVENT.deadline + timedelta(hours=3)),
        replace(registration(55, State.CANCELLED), number=None),
        replace(registration(56, State.REVIEW), number=None),
    ]
    mails = [mail(number) for number in range(18)]
    mails += [
        mail(
            18,
            needs_person=True,
            outcome=Outcome.UNREADABLE,
            reason=Reason.NOT_READABLE,
            note="附件是手写回执的照片，字迹看不清，请打电话核对参加人员。",
            reply_template=ReplyTemplate.UNREADABLE,
        ),
        mail(
            19,
            needs_person=True,
            kind=MailKind.REPLACEMENT,
            outcome=Outcome.HANDED_TO_STAFF,
            reason=Reason.ASKS_TO_REPLACE,
            subject="更换参会人员",
            note="来信要求把一位参加人员换成另一位，换人需要人工确认。",
            reply="none",
            reply_template=None,
        ),
        mail(20, undelivered="对方邮件服务器拒收：收件人不存在。", reply="none"),
        mail(
            21,
            kind=MailKind.AUTOMATIC,
            outcome=Outcome.RECORDED,
            reason=Reason.NOT_FROM_A_PERSON,
            subject="自动回复：出差中",
            reply="none",
            reply_template=None,
        ),
    ]
    return view(tuple(people_of_event), tuple(mails))
