"""Who gets a seat that became free: in order of arrival, whole forms whole, nobody put aside by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.admission.promotion import after, promote
from bot.admission.seats import seat
from bot.admission.terms import settled_memberships
from bot.records.decision import Membership, Reason, Registration, State
from bot.records.event import Event
from tests.unit.admission_cases import EVENT, HOSPITAL, MEMBERS, MORNING, WHOLE_FORMS, roll_of

NOW = MORNING
NOON = MORNING + timedelta(hours=3)


def without(roll: tuple[Registration, ...], *places: int) -> tuple[Registration, ...]:
    """The roll after the people at these places cancelled."""
    return tuple(replace(one, state=State.CANCELLED) if place in places else one for place, one in enumerate(roll))


def promoted(event: Event, roll: tuple[Registration, ...], now: datetime = NOW) -> list[int]:
    """The places on the roll of those who move up."""
    orders = [one.order for one in roll]
    return [orders.index(change.after.order) for change in promote(event, roll, now, str)]


def test_the_first_who_waits_moves_up() -> None:
    roll = without(roll_of(4, 2, 1), 1)

    changes = promote(EVENT, roll, NOW, str)

    assert promoted(EVENT, roll) == [4]
    assert changes[0].after.state is State.CONFIRMED
    assert changes[0].promotes


def test_nobody_moves_where_no_seat_is_free_or_promotion_is_over() -> None:
    roll = roll_of(4, 2)
    later = datetime(2026, 4, 22, 1, tzinfo=UTC)

    assert promoted(EVENT, roll) == []
    assert promoted(EVENT, without(roll, 0), later) == []


def test_more_seats_go_to_as_many_as_wait() -> None:
    assert promoted(replace(EVENT, capacity=10), roll_of(4, 2, 1)) == [4, 5, 6]


def test_a_whole_form_moves_when_it_fits_and_lets_nobody_past_before() -> None:
    roll = roll_of(4, 2, 1, event=WHOLE_FORMS)

    assert promoted(WHOLE_FORMS, without(roll, 0)) == []
    assert promoted(WHOLE_FORMS, without(roll, 0, 1)) == [4, 5]
    assert promoted(WHOLE_FORMS, without(roll, 0, 1, 2)) == [4, 5, 6]


def test_whom_a_person_put_on_the_waitlist_only_a_person_takes_off_it() -> None:
    roll = list(without(roll_of(4, 2), 0))
    roll[4] = replace(roll[4], by_staff=True)

    assert promoted(EVENT, tuple(roll)) == [5]


def test_beyond_its_limit_an_organisation_waits_and_keeps_nobody_waiting() -> None:
    event = replace(EVENT, limit_per_organisation=2, capacity=3)
    forms = [[replace(one, state=State.REVIEW) for one in roll_of(3)]]
    given = seat(event, (), forms).registrations
    other = replace(roll_of(1)[0], organisation="深圳市他山医院", submitting_organisation="", received_at=NOON)

    later = seat(event, given, [[other]]).registrations

    assert [(one.state, one.reason) for one in given][2] == (State.WAITLISTED, Reason.ORGANISATION_LIMIT)
    assert later[0].state is State.CONFIRMED


def test_when_one_of_the_organisation_goes_the_next_of_it_moves_up_alone() -> None:
    event = replace(EVENT, limit_per_organisation=2, capacity=10)
    given = seat(event, (), [list(roll_of(4))]).registrations

    assert promoted(event, without(given, 0)) == [2]


def test_the_roll_after_changes_keeps_its_order() -> None:
    roll = without(roll_of(4, 2), 0)

    later = after(roll, promote(EVENT, roll, NOW, str))

    assert [one.order for one in later] == [one.order for one in roll]
    assert [one.state for one in later].count(State.CONFIRMED) == 4


def test_memberships_follow_the_list_and_fees_the_event() -> None:
    person = replace(mail_roll()[0], membership=Membership.UNKNOWN, fee=None)

    (change,) = settled_memberships(EVENT, (person,), MEMBERS, NOW)

    assert (change.after.membership, change.after.fee) == (Membership.MEMBER, 2980)
    assert [field for field, _, _ in change.fields] == ["membership", "fee"]
    assert settled_memberships(EVENT, (change.after,), MEMBERS, NOW) == ()


def test_after_the_event_only_what_was_open_is_settled() -> None:
    known, open_one = mail_roll()
    roll = (replace(known, membership=Membership.NON_MEMBER, fee=3600), replace(open_one, fee=None))
    roll = (roll[0], replace(roll[1], membership=Membership.UNKNOWN))

    changes = settled_memberships(EVENT, roll, MEMBERS, datetime(2026, 6, 1, tzinfo=UTC))

    assert [change.before.order for change in changes] == [open_one.order]


def test_cancelled_people_have_no_fee_to_settle() -> None:
    person = replace(mail_roll()[0], state=State.CANCELLED, membership=Membership.UNKNOWN, fee=None)

    assert settled_memberships(EVENT, (person,), MEMBERS, NOW) == ()


def mail_roll() -> tuple[Registration, ...]:
    """Two people of a hospital that is on the list."""
    roll = roll_of(2)
    assert {one.organisation for one in roll} == {HOSPITAL.name}
    return roll
