"""Who gets a seat: capacity, order of arrival, whole forms. The rule itself, without mails and replies.

A person is confirmed while a seat is free and nobody who arrived earlier waits. So nobody ever overtakes: where a
whole form waits because it does not fit, later single persons wait behind it although seats are free. Who is
beyond an organisation's limit, or was put on the waitlist by a person, keeps nobody waiting.
A mail that is found late, though it arrived before people already seated, takes no seat away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.admission.promotion import OrganisationKey, Quota, queue
from bot.records.decision import Reason, Registration, State
from bot.records.event import Event, LatePolicy, WhenPartlyFull


@dataclass(frozen=True, slots=True)
class Seating:
    """What new persons of one mail get. `rejected` means that they are not to be recorded."""

    registrations: tuple[Registration, ...]
    rejected: bool = False
    overtaken: bool = False
    """Somebody waits now who arrived before a person that has a seat."""


def seat(
    event: Event,
    roll: Iterable[Registration],
    forms: Sequence[Sequence[Registration]],
    organisation_key: OrganisationKey = str,
) -> Seating:
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
    quota = Quota(event, roll, organisation_key)
    someone_waits = any(group[0].order < persons[0].order for group in queue(event, roll, quota))
    free = event.capacity - len(seated)
    result: list[Registration] = []
    for form in forms:
        given = _within_limit(event, form, free, someone_waits, quota)
        result += given
        free -= sum(person.state is State.CONFIRMED for person in given)
        someone_waits = someone_waits or any(_waits_by_order(person) for person in given)
    overtaken = any(person.order < other.order for person in result if _waits_by_order(person) for other in seated)
    return Seating(tuple(result), overtaken=overtaken)


def _waits_by_order(person: Registration) -> bool:
    return person.state is State.WAITLISTED and person.reason is not Reason.ORGANISATION_LIMIT


def _within_limit(
    event: Event, form: Sequence[Registration], free: int, someone_waits: bool, quota: Quota
) -> list[Registration]:
    """Seats those for whom their organisation still has places; the others wait, in nobody's way."""
    allowed = []
    for person in form:
        if quota.has_room(person):
            allowed.append(person)
            quota.take(person)
    given = iter(_seat_form(event.when_partly_full, allowed, free, someone_waits))
    within = {person.order for person in allowed}
    return [
        next(given) if person.order in within else _waitlisted(person, Reason.ORGANISATION_LIMIT)
        for person in form
    ]


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
