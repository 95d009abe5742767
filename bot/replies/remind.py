"""Gathers what the reminder of a payment says. Pure.

It asks for sums that are certain: people without a seat, without anything to pay, or whose membership is still
being settled are left out of it.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.records.decision import PersonDecision, Reason, Registration, Standing, State
from bot.records.event import Event
from bot.records.mail import ParsedMail, enquiry_number
from bot.replies.cards import Cards, Roll, registered_by
from bot.replies.facts import Reminder
from bot.replies.gather import notice_of, organisations
from bot.replies.payment import payment_for
from bot.replies.wording import NAME_LIMIT, full_day, salutation, tame


def remind(
    event: Event,
    people: tuple[Registration, ...],
    to: str,
    answered: ParsedMail | None,
    now: datetime,
    office: str,
) -> Reminder:
    """What an organisation is reminded of at `now`; `people` are those of it who have not paid, numbered.
    ValueError where none of them has to pay, or where the event names no account to pay to."""
    owing = [r for r in people if r.state is State.CONFIRMED and r.fee]
    addressed = organisations(owing)
    payment = payment_for(owing, event, addressed)
    if payment is None or not payment.account:
        raise ValueError("nobody here has anything to pay, or there is no account to pay to")
    contact = next((r.contact for r in owing if registered_by(r, to) and r.contact), "")
    cards = Cards(Roll(people), event, addressed, event.timezone, to)
    return Reminder(
        notice=notice_of(event, now),
        salutation=salutation(addressed, tame(contact, NAME_LIMIT)),
        organisation=addressed,
        people=tuple(cards.person(PersonDecision(Standing.MOVED, r, Reason.SEAT_FREE)) for r in owing),
        payment=payment,
        telephones=event.telephones,
        enquiry_number=enquiry_number(answered.message_id) if answered else "",
        office=office,
        today=full_day(now.astimezone(ZoneInfo(event.timezone)).date()),
    )
