"""Who gets a seat: capacity, order of arrival, whole forms. The rule itself, without mails and replies.

A person is confirmed while a seat is free and nobody who arrived earlier waits. So nobody ever overtakes: where a
whole form waits because it does not fit, later single persons wait behind it although seats are free.
A mail that is found late, though it arrived before people already seated, takes no seat away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.records.decision import Reason, Registration, State
from bot.records.event import Event, LatePolicy, WhenPartlyFull


@dataclass(frozen=True, slots=True)
class Seating:
    """What new persons of one mail get. `rejected` means that they are not to be recorded."""

    registrations: tuple[Registration, ...]
    rejected: bool = False
    overtaken: bool = False
    """Somebody waits now who arrived before a person that has a seat."""


def seat(event: Event, roll: Iterable[Registration], forms: Sequence[Sequence[Registration]]) -> Seating:
    """Gives the new persons of one mail (each form's in row order) their state and reason.

    On time means `received_at <= event.deadline`, where `received_at` is the mailbox server's time of arrival.
    """
    roll = tuple(roll)
    persons = tuple(person for form in forms for person in form)
    if not persons:
        return Seating(())
    if persons[0].received_at > event.deadline:
        rejected = event.late is LatePolicy.REJECT
        reason = Reason.LATE_REJECTED if rejected else Reason.AFTER_DEADLINE
        return Seating(
            tuple(replace(person, state=State.LATE, reason=reason) for person in persons), rejected=rejected
        )
    seated = [person for person in roll if person.state is State.CONFIRMED]
    someone_waits = any(person.state is State.WAITLISTED and person.order < persons[0].order for person in roll)
    free = event.capacity - len(seated)
    result: list[Registration] = []
    for form in forms:
        given = _seat_form(event.when_partly_full, form, free, someone_waits)
        result += given
        free -= sum(person.state is State.CONFIRMED for person in given)
        someone_waits = someone_waits or any(person.state is State.WAITLISTED for person in given)
    waiting = [person for person in result if person.state is State.WAITLISTED]
    overtaken = any(person.order < other.order for person in waiting for other in seated)
    return Seating(tuple(result), overtaken=overtaken)


def _seat_form(
    when_partly_full: WhenPartlyFull, form: Sequence[Registration], free: int, someone_waits: bool
) -> list[Registration]:
    if someone_waits:
        return [_waitlisted(person, Reason.OTHERS_WAIT_BEFORE) for person in form]
    if when_partly_full is WhenPartlyFull.WHOLE_FORM and 0 < free < len(form):
        return [_waitlisted(person, Reason.FORM_DOES_NOT_FIT) for person in form]
    return [
        replace(person, state=State.CONFIRMED, reason=Reason.SEAT_FREE)
        if place <= free
        else _waitlisted(person, Reason.CAPACITY_REACHED)
        for place, person in enumerate(form, 1)
    ]


def _waitlisted(person: Registration, reason: Reason) -> Registration:
    return replace(person, state=State.WAITLISTED, reason=reason)
