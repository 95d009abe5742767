"""What a person's word in the workbook does to one registration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.admission.staff_word import TWICE, decided_by_staff, rows_refused, template_of
from bot.records.decision import Change, Reason, Registration, ReplyTemplate, State
from bot.records.staff import StaffAction
from tests.unit.office_views import registration


def key(organisation: str) -> str:
    return organisation


def decide(one: Registration, action: StaffAction, *others: Registration) -> Change | str | None:
    return decided_by_staff((one, *others), one, action, key)


@pytest.mark.parametrize("state", list(State))
def test_ignoring_pins_any_state_and_keeps_why_it_is_so(state: State) -> None:
    one = replace(registration(1), state=state, reason=Reason.CAPACITY_REACHED)

    change = decide(one, StaffAction.IGNORE)

    assert isinstance(change, Change)
    assert change.after == replace(one, by_staff=True)
    assert template_of(change) is None
    assert decide(change.after, StaffAction.IGNORE) is None


@pytest.mark.parametrize("state", list(State))
def test_emptying_the_cell_gives_the_state_back_to_the_rules_as_it_is(state: State) -> None:
    one = replace(registration(1), state=state, by_staff=True, reason=Reason.DECIDED_BY_STAFF)

    change = decide(one, StaffAction.NONE)

    assert isinstance(change, Change)
    assert change.after == replace(one, by_staff=False)
    assert decide(change.after, StaffAction.NONE) is None


@pytest.mark.parametrize("action", [StaffAction.ADMIT, StaffAction.WAIT])
def test_a_second_place_for_the_same_person_is_refused(action: StaffAction) -> None:
    gone = replace(registration(1), state=State.CANCELLED)
    anew = replace(registration(1), id=99, form_index=1, state=State.CONFIRMED)

    assert decide(gone, action, anew) == TWICE
    assert isinstance(decide(gone, action, replace(anew, state=State.CANCELLED)), Change)


@pytest.mark.parametrize(
    ("before", "action", "template"),
    [
        (State.WAITLISTED, StaffAction.ADMIT, ReplyTemplate.PROMOTED),
        (State.LATE, StaffAction.ADMIT, ReplyTemplate.CONFIRMED),
        (State.CANCELLED, StaffAction.ADMIT, ReplyTemplate.CONFIRMED),
        (State.CONFIRMED, StaffAction.WAIT, ReplyTemplate.WAITLISTED),
        (State.CONFIRMED, StaffAction.CANCEL, ReplyTemplate.CANCELLED),
        (State.CONFIRMED, StaffAction.ADMIT, None),
    ],
)
def test_a_changed_state_is_told_by_the_answer_that_says_it(
    before: State, action: StaffAction, template: ReplyTemplate | None
) -> None:
    change = decide(replace(registration(1), state=before), action)

    assert isinstance(change, Change)
    assert change.after.by_staff
    assert template_of(change) is template


def test_changed_particulars_of_the_same_state_are_told_as_an_update() -> None:
    one = registration(1)
    change = Change(one, replace(one, mobile="13900139000"), Reason.DECIDED_BY_STAFF, (("mobile", "", ""),))

    assert template_of(change) is ReplyTemplate.UPDATED


def test_a_row_copied_for_somebody_else_with_the_first_ones_number_is_refused() -> None:
    one = registration(1)
    other = replace(registration(2), id_number=one.id_number)

    told = rows_refused((), (one, other), key)

    assert one.name in told
    assert other.name in told
    assert rows_refused((), (one, registration(2)), key) == ""


def test_a_number_of_somebody_on_the_list_under_another_name_is_refused() -> None:
    listed = registration(1)
    typed = replace(registration(2), id=0, id_number=listed.id_number)

    assert f"“{typed.name}”的身份证号与名单里的“{listed.name}”相同" in rows_refused((listed,), (typed,), key)
    assert rows_refused((), (typed,), key) == ""


def test_somebody_on_the_list_may_be_completed_with_another_mobile_number() -> None:
    listed = registration(1)

    assert rows_refused((listed,), (replace(listed, id=0, mobile="13900139000", id_number=""),), key) == ""
