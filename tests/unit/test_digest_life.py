"""What the digest says of people registered before, of organisations to settle, and of money and seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.digest.life import capacity_note, change_lines, payment_notes, unit_lines
from bot.digest.summarise import summarise
from bot.records.decision import Membership, Registration, State
from bot.records.event import Fees, WhenPartlyFull
from bot.records.office import EventView, JournalEntry, StaffEntry
from tests.unit.admission_cases import EVENT, MORNING, roll_of

LATER = MORNING + timedelta(days=1)


def recorded(*numbers: int) -> tuple[Registration, ...]:
    return tuple(replace(one, id=place) for place, one in enumerate(roll_of(*numbers), 1))


def changed(person: Registration, reason: str, hours: int, actor: str = "bot") -> JournalEntry:
    at = MORNING + timedelta(hours=hours)
    return JournalEntry(hours, at, actor, "registration_changed", reason, "", None, person.id, EVENT.id)


def test_each_changed_person_is_told_once_with_her_last_reason() -> None:
    one, two = recorded(2)
    view = EventView(EVENT, (one, replace(two, state=State.CANCELLED)), ())
    journal = (changed(one, "amended", 2), changed(two, "cancelled_by_sender", 3), changed(one, "promoted", 4))

    lines = change_lines(view, journal, MORNING + timedelta(hours=1))

    assert [(line.name, line.why) for line in lines] == [
        (two.name, "按来信取消"),
        (one.name, "有名额空出，依次递补"),
    ]
    assert lines[0].standing == "已取消"


def test_what_the_last_digest_told_is_not_told_again() -> None:
    (one,) = recorded(1)

    lines = change_lines(EventView(EVENT, (one,), ()), (changed(one, "amended", 2),), LATER)

    assert lines == ()


def test_unknown_organisations_are_named_with_what_they_may_be() -> None:
    one, two, three = (replace(person, membership=Membership.UNKNOWN) for person in recorded(3))
    view = EventView(EVENT, (one, two, replace(three, state=State.CANCELLED)), ())

    (line,) = unit_lines(view, {one.organisation: ("深圳市示例医院",)})

    assert (line.organisation, line.people, line.suggestions) == (one.organisation, 2, ("深圳市示例医院",))


def test_fewer_seats_than_people_seated_is_told_and_takes_nothing() -> None:
    assert capacity_note(EVENT, EVENT.capacity) == ()
    assert "比现在的名额（4 人）多 2 人" in capacity_note(EVENT, EVENT.capacity + 2)[0]


def test_money_of_somebody_who_cancelled_is_told() -> None:
    one, two = recorded(2)
    view = EventView(
        EVENT,
        (replace(one, state=State.CANCELLED), two),
        (),
        (StaffEntry(1, paid="已缴"), StaffEntry(2, paid="已缴")),
    )

    (note,) = payment_notes(view)

    assert one.name in note
    assert two.name not in note


def test_a_waiting_form_that_does_not_fit_is_told() -> None:
    event = replace(EVENT, when_partly_full=WhenPartlyFull.WHOLE_FORM)
    seated, waiting = recorded(3), roll_of(2)
    people = (*seated, *(replace(one, state=State.WAITLISTED, received_at=LATER) for one in waiting))

    summary = summarise(EventView(event, people, ()), since=None, now=LATER)

    assert any("还有 1 个名额空着" in warning for warning in summary.warnings)


def test_where_nobody_pays_neither_sums_nor_memberships_are_to_be_settled() -> None:
    free = replace(EVENT, fees=Fees(0, 0))
    people = tuple(replace(one, membership=Membership.UNKNOWN, fee=None) for one in recorded(2))

    summary = summarise(EventView(free, people, ()), since=None, now=LATER)

    assert (summary.charges, summary.lodges, summary.units) == (False, False, ())


def test_who_has_nothing_to_pay_is_not_counted_as_unpaid() -> None:
    guest, payer, paid = recorded(3)
    people = (replace(guest, fee=0), replace(payer, fee=2980), replace(paid, fee=2980))

    summary = summarise(EventView(EVENT, people, (), (StaffEntry(3, paid="已缴"),)), since=None, now=LATER)

    assert (summary.paid, summary.unpaid, summary.fees_due) == (1, 1, 5960)
