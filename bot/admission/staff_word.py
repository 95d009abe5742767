"""What a person's word in the workbook does to a registration. Pure.

A person may give more seats than there are, and take any away; what she decided stays until a person decides
otherwise. Only what contradicts itself is not done: then the row says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.admission.identity import People
from bot.records.decision import Change, Reason, Registration, ReplyTemplate, State
from bot.records.staff import StaffAction

OrganisationKey = Callable[[str], str]

STATES = {
    StaffAction.ADMIT: State.CONFIRMED,
    StaffAction.WAIT: State.WAITLISTED,
    StaffAction.CANCEL: State.CANCELLED,
}
TWICE = "此人另有一条有效的报名，两条不能同时有效；没有改动。如要改用这一条，请先取消另一条，再到这里重新选一次。"


def decided_by_staff(
    roll: tuple[Registration, ...],
    registration: Registration,
    action: StaffAction,
    organisation_key: OrganisationKey,
) -> Change | str | None:
    """The change that the word means; a sentence for the row where it contradicts the list; None where it changes
    nothing."""
    if action in (StaffAction.IGNORE, StaffAction.NONE):
        # The state and why it is so stay; whose it is to change becomes another.
        after = replace(registration, by_staff=action is StaffAction.IGNORE)
        return None if after == registration else Change(registration, after, Reason.DECIDED_BY_STAFF)
    state = STATES[action]
    if registration.state is State.CANCELLED and state is not State.CANCELLED:
        others = (one for one in roll if one.state is not State.CANCELLED and one.order != registration.order)
        if People(organisation_key, others).find(registration) is not None:
            return TWICE
    after = replace(registration, state=state, reason=Reason.DECIDED_BY_STAFF, by_staff=True)
    return None if after == registration else Change(registration, after, Reason.DECIDED_BY_STAFF)


def template_of(change: Change) -> ReplyTemplate | None:
    """The answer that tells of a changed state, or of what else staff entered; None where all is as it was."""
    before, after = change.before.state, change.after.state
    if before is after:
        return ReplyTemplate.UPDATED if change.fields else None
    if after is State.CONFIRMED:
        return ReplyTemplate.PROMOTED if before is State.WAITLISTED else ReplyTemplate.CONFIRMED
    return ReplyTemplate.WAITLISTED if after is State.WAITLISTED else ReplyTemplate.CANCELLED
