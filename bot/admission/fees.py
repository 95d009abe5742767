"""What one person pays. Never guesses: an unknown membership leaves the fee to the office."""

from __future__ import annotations

from bot.records.decision import Membership
from bot.records.event import Fees


def fee_of(fees: Fees, membership: Membership, single_room: bool | None) -> int | None:
    """The fee of one person in whole units of `fees.currency`; None while the membership is unknown.

    A single room adds the supplement, once the office has named one; until then the fee is that of a twin.
    """
    if membership is Membership.UNKNOWN:
        return None
    base = fees.member if membership is Membership.MEMBER else fees.non_member
    return base + (fees.single_room_supplement or 0) if single_room else base
