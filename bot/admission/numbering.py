"""Numbers of a roll: each person's place in the order of admission, and the place on the waitlist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.records.decision import Registration, State

_ORDER_OF_ADMISSION = (State.CONFIRMED, State.WAITLISTED, State.LATE)


def number_roll(roll: Iterable[Registration]) -> tuple[Registration, ...]:
    """The same registrations, numbered from 1: the confirmed in order of arrival, then the waitlisted, then the
    late. Cancelled registrations and those under review follow without a number."""
    in_order = sorted(roll, key=lambda registration: registration.order)
    numbered = [
        registration for state in _ORDER_OF_ADMISSION for registration in in_order if registration.state is state
    ]
    others = [registration for registration in in_order if registration.state not in _ORDER_OF_ADMISSION]
    return tuple(replace(registration, number=place) for place, registration in enumerate(numbered, 1)) + tuple(
        replace(registration, number=None) for registration in others
    )


def waitlist_position(roll: Iterable[Registration], registration: Registration) -> int | None:
    """The place on the waitlist from 1, by arrival; None for somebody who does not wait."""
    if registration.state is not State.WAITLISTED:
        return None
    ahead = sum(
        other.state is State.WAITLISTED
        and other.order < registration.order
        and not _is_same_row(other, registration)
        for other in roll
    )
    return ahead + 1


def seats_left(roll: Iterable[Registration], capacity: int) -> int:
    """Seats that nobody holds, never below 0 (an office may lower the capacity afterwards)."""
    return max(0, capacity - sum(registration.state is State.CONFIRMED for registration in roll))


def _is_same_row(one: Registration, other: Registration) -> bool:
    return one.order == other.order
