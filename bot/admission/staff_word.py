"""What a person's word in the workbook does to a registration. Pure.

A person may give more seats than there are, and take any away; what she decided stays until a person decides
otherwise. Only what contradicts itself is not done: then the row says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.admission.identity import People
from bot.admission.likeness import is_misread
from bot.admission.words import name_key
from bot.records.decision import Change, Reason, Registration, ReplyTemplate, State
from bot.records.staff import StaffAction, StaffWord

OrganisationKey = Callable[[str], str]

STATES = {
    StaffAction.ADMIT: State.CONFIRMED,
    StaffAction.WAIT: State.WAITLISTED,
    StaffAction.CANCEL: State.CANCELLED,
}
TWICE = "此人另有一条有效的报名，两条不能同时有效；没有改动。如要改用这一条，请在另一条选“取消”，这里随后照办。"

SAME_ROWS = "“{}”和“{}”两行看起来是同一个人（身份证号、手机或单位相同），没有改动；请核对，只留一行。"
OTHER_NAME = "“{}”的身份证号与名单里的“{}”相同，姓名不同，没有改动；请核对号码和姓名。"


def rows_refused(
    roll: Iterable[Registration], people: Sequence[Registration], organisation_key: OrganisationKey
) -> str:
    """Why the people of the rows that staff completed can't be registered or changed, in a sentence; "" where they
    can. A row copied for somebody else often keeps a number of the first one's. `roll` is who has a place."""
    on_roll, among = People(organisation_key, roll), People(organisation_key)
    for person in people:
        again, before = among.find(person), on_roll.find(person)
        if again is not None:
            return SAME_ROWS.format(again.name, person.name)
        if before is not None and _is_other_name(before.name, person.name):
            return OTHER_NAME.format(person.name, before.name)
        among.add(person)
    return ""


def words_made_possible(
    refused: Iterable[tuple[Registration, StaffAction]],
    cancelled: Iterable[Registration],
    organisation_key: OrganisationKey,
) -> tuple[StaffWord, ...]:
    """The words that were refused because the same person had another place, now that staff take that one away. A
    place that she gives up by mail makes none of them possible: then nobody asked for the other one."""
    given_up = People(organisation_key, cancelled)
    return tuple(
        StaffWord(person.id, action)
        for person, action in refused
        if action in (StaffAction.ADMIT, StaffAction.WAIT) and given_up.find(person) is not None
    )


def _is_other_name(one: str, other: str) -> bool:
    """More than a slip of the pen."""
    old, new = name_key(one), name_key(other)
    return bool(old and new) and old != new and not is_misread(old, new, words=True)


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
