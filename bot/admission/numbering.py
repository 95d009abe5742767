"""Numbers of a roll: each person's place in the order of admission."""

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
