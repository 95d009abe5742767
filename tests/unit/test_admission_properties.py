"""Whatever forms come in: seats stay within the capacity, in order of arrival, one for each person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.admission.decide import decide
from bot.admission.policy import decide_mail
from bot.demo.invented import people
from bot.records.decision import Decision, Registration, Standing, State, Submission
from bot.records.event import Event, LatePolicy, WhenPartlyFull
from bot.records.form import EMPTY, Attendee
from tests.unit.admission_cases import (
    A_PERSON,
    DEADLINE,
    EVENT,
    MEMBERS,
    MORNING,
    OPENS,
    REGISTERS,
    attendee,
    form,
    submission,
)

_ROWS = [
    # The number makes the names differ: invented people may be namesakes.
    replace(attendee(person), name=attendee(person, name=f"{person.name}{number}").name)
    for number, person in enumerate(islice(people(seed=77), 24))
]


def _variant(row: Attendee, kind: str) -> Attendee:
    """The same person as the clerk may write it another time."""
    if kind == "no_id":
        return replace(row, id_number=EMPTY)
    if kind == "no_mobile":
        return replace(row, mobile=EMPTY)
    if kind == "other_title":
        return replace(row, job_title=attendee(job_title="另一职务").job_title)
    return row


rows = st.builds(
    _variant,
    st.sampled_from(_ROWS),
    st.sampled_from(["as_is", "as_is", "as_is", "no_id", "no_mobile", "other_title"]),
)
forms = st.lists(rows, min_size=1, max_size=5).map(lambda chosen: form(*chosen))
mails = st.lists(st.lists(forms, min_size=1, max_size=2), min_size=1, max_size=14)
events = st.builds(
    lambda capacity, partly, late: replace(EVENT, capacity=capacity, when_partly_full=partly, late=late),
    st.integers(0, 16),
    st.sampled_from(WhenPartlyFull),
    st.sampled_from(LatePolicy),
)
moderate = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def arrivals(event_mails: list[list[object]], *, some_late: bool) -> list[Submission]:
    """The mails a minute apart; with `some_late`, around the deadline."""
    start = DEADLINE - timedelta(minutes=len(event_mails) // 2) if some_late else MORNING
    return [
        submission(*parts, received_at=start + timedelta(minutes=minute), uid=minute + 1)  # type: ignore[arg-type]
        for minute, parts in enumerate(event_mails)
    ]


def replay(event: Event, submissions: list[Submission]) -> tuple[tuple[Registration, ...], list[Decision]]:
    roll: tuple[Registration, ...] = ()
    decisions = []
    for mail in submissions:
        decision = decide(event, roll, mail, MEMBERS)
        roll += decision.new_registrations
        decisions.append(decision)
    return roll, decisions


@moderate
@given(events, mails, st.booleans())
def test_never_more_confirmed_than_seats(event: Event, event_mails: list[list[object]], some_late: bool) -> None:
    roll, _ = replay(event, arrivals(event_mails, some_late=some_late))

    assert sum(person.state is State.CONFIRMED for person in roll) <= event.capacity


@moderate
@given(events, mails)
def test_order_of_seats_is_order_of_arrival(event: Event, event_mails: list[list[object]]) -> None:
    roll, _ = replay(event, arrivals(event_mails, some_late=False))

    by_arrival = [person.state for person in sorted(roll, key=lambda person: person.order)]

    assert by_arrival == sorted(by_arrival, key=[State.CONFIRMED, State.WAITLISTED].index)


@moderate
@given(events, mails, st.booleans())
def test_nobody_is_registered_twice(event: Event, event_mails: list[list[object]], some_late: bool) -> None:
    roll, _ = replay(event, arrivals(event_mails, some_late=some_late))

    names = Counter(person.name for person in roll)
    certain = Counter(person.certain_id for person in roll if person.certain_id)

    assert max(names.values(), default=0) <= 1
    assert max(certain.values(), default=0) <= 1


@moderate
@given(events, mails)
def test_seats_are_filled_before_anybody_waits(event: Event, event_mails: list[list[object]]) -> None:
    event = replace(event, when_partly_full=WhenPartlyFull.IN_FORM_ORDER)

    roll, _ = replay(event, arrivals(event_mails, some_late=False))

    waiting = any(person.state is State.WAITLISTED for person in roll)
    confirmed = sum(person.state is State.CONFIRMED for person in roll)
    assert not waiting or confirmed == event.capacity


@moderate
@given(events, mails)
def test_whole_forms_stay_together(event: Event, event_mails: list[list[object]]) -> None:
    event = replace(event, when_partly_full=WhenPartlyFull.WHOLE_FORM)

    roll, _ = replay(event, arrivals(event_mails, some_late=False))

    states: dict[tuple[int, int], set[State]] = {}
    for person in roll:
        states.setdefault((person.uid, person.form_index), set()).add(person.state)
    # A form that finds no seat at all is waitlisted, one that does not fit is too: never split.
    assert all(len(found) == 1 for found in states.values())


@moderate
@given(events, mails, st.data())
def test_replaying_known_mails_adds_nobody(
    event: Event, event_mails: list[list[object]], data: st.DataObject
) -> None:
    submissions = arrivals(event_mails, some_late=False)
    roll, _ = replay(event, submissions)
    repeated = data.draw(st.sampled_from(submissions))
    later = replace(repeated, received_at=DEADLINE - timedelta(minutes=1), uid=10_000)

    decision = decide(event, roll, later, MEMBERS)

    assert decision.new_registrations == ()


@moderate
@given(events, mails, st.booleans())
def test_late_people_never_have_a_seat(event: Event, event_mails: list[list[object]], some_late: bool) -> None:
    roll, decisions = replay(event, arrivals(event_mails, some_late=some_late))

    assert all((person.received_at > event.deadline) == (person.state is State.LATE) for person in roll)
    rejected = [p for d in decisions for p in d.people if p.standing is Standing.REJECTED]
    assert not rejected or event.late is LatePolicy.REJECT


@moderate
@given(events, mails, st.permutations(range(14)))
def test_mail_found_late_takes_no_seat_and_no_second_one(
    event: Event, event_mails: list[list[object]], order: list[int]
) -> None:
    submissions = arrivals(event_mails, some_late=False)
    found = [submissions[place] for place in order if place < len(submissions)]

    roll: tuple[Registration, ...] = ()
    for mail in found:
        seated = {person.order for person in roll if person.state is State.CONFIRMED}
        roll += decide(event, roll, mail, MEMBERS).new_registrations
        assert seated <= {person.order for person in roll if person.state is State.CONFIRMED}

    assert sum(person.state is State.CONFIRMED for person in roll) <= event.capacity
    assert max(Counter(person.name for person in roll).values(), default=0) <= 1


@moderate
@given(events, mails, st.integers(-3, 20))
def test_each_mail_ends_in_one_outcome_with_a_reason_and_a_note(
    event: Event, event_mails: list[list[object]], minutes: int
) -> None:
    roll: tuple[Registration, ...] = ()
    for number, parts in enumerate(event_mails):
        mail = submission(*parts, received_at=OPENS + timedelta(minutes=minutes + number))  # type: ignore[arg-type]

        decision = decide_mail(event, roll, submission=mail, screening=A_PERSON, intent=REGISTERS, members=MEMBERS)

        roll += decision.new_registrations
        assert decision.note.endswith("。")
        assert (decision.reply is None) == (mail.received_at < event.opens)
