"""What other settings (members, fees) do to registrations that are recorded already. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.admission.entries import membership_of
from bot.admission.fees import fee_of
from bot.admission.membership import MemberDirectory
from bot.records.decision import Change, Membership, Reason, Registration, State
from bot.records.event import Event


def settled_memberships(
    event: Event, roll: Iterable[Registration], members: MemberDirectory, now: datetime
) -> tuple[Change, ...]:
    """The changes by which memberships and fees follow the office's list and the event's fees as they are now.
    Once the event is over only what was open until then is settled: next year's list is not this event's."""
    changes = []
    over = now > event.over_after
    for person in roll:
        if over and person.membership is not Membership.UNKNOWN:
            continue
        membership = membership_of(members, person.organisation, person.submitting_organisation)
        fee = fee_of(event.fees, membership, person.single_room)
        if person.state is State.CANCELLED or (membership, fee) == (person.membership, person.fee):
            continue
        fields = (
            ("membership", str(person.membership), str(membership)),
            ("fee", str(person.fee or ""), str(fee or "")),
        )
        changed = tuple(one for one in fields if one[1] != one[2])
        after = replace(person, membership=membership, fee=fee)
        changes.append(Change(person, after, Reason.MEMBERSHIP_SETTLED, changed))
    return tuple(changes)
