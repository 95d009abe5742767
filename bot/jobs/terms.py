"""Other settings than before: recorded as an act, and what follows from them for people on the roll.

More seats go to those who wait; memberships and fees follow the office's list, and who waited to hear what to pay
is told. Fewer seats take nobody's away.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.admission.promotion import after, promote
from bot.admission.terms import settled_memberships
from bot.jobs.notices import notices_of_changes, promoted
from bot.jobs.publish import STILL_TOLD
from bot.jobs.receive import Parts
from bot.records.act import ActKind
from bot.records.decision import Change, Membership, Reason, ReplyTemplate, State
from bot.records.event import Event


def take_terms(parts: Parts, terms: str, now: datetime) -> bool:
    """Record `terms` (all that decisions depend on, as text) where they are not those of before; False where they
    are. Everything that follows from them is in the same commit."""
    latest = parts.ledger.latest_act(ActKind.SETTINGS)
    if latest is not None and latest.payload.get("terms") == terms:
        return False
    ids = [event.id for event in parts.events]
    with parts.ledger.act_commit(ids, ActKind.SETTINGS, {"terms": terms}, now, actor="bot") as commit:
        for event in parts.events:
            roll = commit.roll(event.id)
            settled = settled_memberships(event, roll, parts.members, now)
            roll = after(roll, settled)
            promotions = promote(event, roll, now, parts.members.key)
            roll = after(roll, promotions)
            commit.change(event.id, (*settled, *promotions))
            if parts.reply_mode != "off":
                changes = (*settled, *promotions)
                told = partial(_told, event, now)
                notices = notices_of_changes(parts.composer, event, changes, told, roll, commit.raw_mail, now)
                commit.notify(notices, draft=parts.reply_mode == "draft")
    return True


def _told(event: Event, now: datetime, change: Change) -> ReplyTemplate | None:
    """Who moved up; and who has a seat and was told to wait until the office knows what her organisation pays.
    Where nobody pays nobody waited; and long after the event a list is kept for other reasons."""
    if not event.charges or now > event.over_after + STILL_TOLD:
        return promoted(change)
    was_open = change.before.membership is Membership.UNKNOWN and change.after.membership is not Membership.UNKNOWN
    if change.reason is Reason.MEMBERSHIP_SETTLED and was_open and change.after.state is State.CONFIRMED:
        return ReplyTemplate.UPDATED
    return promoted(change)
