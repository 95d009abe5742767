"""Who gets a seat that became free: the first who waits, in order of arrival. Pure.

With `in_form_order` one person after the other. With `whole_form` those who wait on one form move together or not
at all, and nobody behind them moves before they do: so a group is never overtaken, however long it waits. Seats
that stay empty meanwhile are shown to staff, who may give them to anybody.
Left out are those whom a person put on the waitlist, and those beyond an organisation's limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from bot.records.decision import Change, Reason, Registration, State
from bot.records.event import Event, WhenPartlyFull

OrganisationKey = Callable[[str], str]


class Quota:
    """How many more of each organisation get seats by themselves."""

    def __init__(self, event: Event, roll: Iterable[Registration], organisation_key: OrganisationKey) -> None:
        self._limit = event.limit_per_organisation
        self._key = organisation_key
        seated = [person for person in roll if person.state is State.CONFIRMED] if self._limit is not None else []
        self._seated = Counter(self._organisation(person) for person in seated)

    def has_room(self, person: Registration) -> bool:
        organisation = self._organisation(person) if self._limit is not None else ""
        return self._limit is None or not organisation or self._seated[organisation] < self._limit

    def fitting(self, group: Iterable[Registration]) -> list[Registration]:
        """Those of a group who would all have room, the earlier ones first. Takes nothing."""
        seated, fitting = self._seated.copy(), []
        for person in group:
            if self.has_room(person):
                fitting.append(person)
                self.take(person)
        self._seated = seated
        return fitting

    def take(self, person: Registration) -> None:
        if self._limit is not None:
            self._seated[self._organisation(person)] += 1

    def _organisation(self, person: Registration) -> str:
        return self._key(person.submitting_organisation or person.organisation)


def queue(event: Event, roll: Iterable[Registration], quota: Quota) -> tuple[tuple[Registration, ...], ...]:
    """Those who wait for a seat by the rule, in order, each group as it moves."""
    in_order = sorted(roll, key=lambda person: person.order)
    waiting = [
        person
        for person in in_order
        if person.state is State.WAITLISTED and not person.by_staff and quota.has_room(person)
    ]
    if event.when_partly_full is WhenPartlyFull.IN_FORM_ORDER:
        return tuple((person,) for person in waiting)
    return tuple(tuple(group) for _, group in groupby(waiting, key=lambda person: person.order[:3]))


def promote(
    event: Event, roll: Sequence[Registration], now: datetime, organisation_key: OrganisationKey
) -> tuple[Change, ...]:
    """The changes that give free seats to those who wait; none after `event.promotes_until`."""
    if now > event.promotes_until:
        return ()
    free = event.capacity - sum(person.state is State.CONFIRMED for person in roll)
    quota = Quota(event, roll, organisation_key)
    changes: list[Change] = []
    for group in queue(event, roll, quota):
        # Somebody promoted just now may have used the organisation's last place.
        movers = quota.fitting(group)
        if len(movers) > free:
            break
        for person in movers:
            quota.take(person)
            promoted = replace(person, state=State.CONFIRMED, reason=Reason.PROMOTED)
            changes.append(Change(person, promoted, Reason.PROMOTED))
        free -= len(movers)
    return tuple(changes)


def after(roll: Iterable[Registration], changes: Iterable[Change]) -> tuple[Registration, ...]:
    """The roll as it stands after the changes, in the same order."""
    changed = {change.before.order: change.after for change in changes}
    return tuple(changed.get(person.order, person) for person in roll)
