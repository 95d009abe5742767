"""Rooms: who shares with whom, who is alone, and how little changes when somebody comes or goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lists.rooms import NOT_FILLED_IN, UNPAIRED, rooms
from bot.lists.sexes import sex_of_number
from bot.records.decision import Reason, Registration, State
from bot.records.lists import RoomKind, Sex
from tests.unit.lists_cases import cancelled, key, person, problem


def pairs(*people: Registration) -> list[list[str]]:
    return [[guest.name for guest in room.guests] for room in rooms(people, key)]


def test_sex_is_told_by_the_sequence_code_of_a_resident_identity_number() -> None:
    assert sex_of_number(person(1, "男").id_number) is Sex.MALE
    assert sex_of_number(person(1, "女").id_number) is Sex.FEMALE
    assert sex_of_number("440305800101123") is Sex.MALE
    assert sex_of_number("440305800101124") is Sex.FEMALE


@pytest.mark.parametrize(
    "number", ["", "H12345678", "E12345678", "４４０３０５１９８００１０１００１１", "44030519800101"]
)
def test_sex_is_unknown_for_other_documents(number: str) -> None:
    assert sex_of_number(number) is Sex.UNKNOWN


def test_men_and_women_never_share() -> None:
    shared = rooms([person(1, "男"), person(2, "女"), person(3, "男"), person(4, "女")], key)

    assert [[guest.name for guest in room.guests] for room in shared] == [["甲1", "甲3"], ["甲2", "甲4"]]
    assert [room.label for room in shared] == ["男1", "女1"]


def test_colleagues_share_before_strangers() -> None:
    people = [person(1, "男", 0), person(2, "男", 1), person(3, "男", 1)]

    assert pairs(*people, person(4, "男", 0)) == [["甲2", "甲3"], ["甲1", "甲4"]]


def test_spellings_of_one_organisation_are_colleagues() -> None:
    people = [person(1), person(2, "男", 1), replace(person(3), organisation="云杉医院")]

    assert pairs(*people) == [["甲1", "甲3"], ["甲2"]]


def test_people_without_an_organisation_are_nobodys_colleagues() -> None:
    nobody = {"organisation": "", "submitting_organisation": ""}
    people = [person(1, **nobody), person(2), person(3, **nobody)]

    assert pairs(*people) == [["甲1", "甲2"], ["甲3"]]


def test_odd_one_of_each_sex_is_marked() -> None:
    found = rooms([person(1, "男"), person(2, "女")], key)

    assert [room.waits_for_partner for room in found] == [True, True]
    assert all(UNPAIRED in room.guests[0].notes for room in found)


def test_single_rooms_stand_apart_and_nobody_is_put_in() -> None:
    found = rooms([replace(person(1), single_room=True), person(2), replace(person(3), single_room=True)], key)

    assert [(room.label, room.kind, len(room.guests)) for room in found] == [
        ("男1", RoomKind.TWIN, 1),
        ("单1", RoomKind.SINGLE, 1),
        ("单2", RoomKind.SINGLE, 1),
    ]
    assert not found[1].waits_for_partner


def test_room_not_filled_in_is_a_twin_and_marked() -> None:
    (room,) = rooms([replace(person(1), single_room=None), person(2)], key)

    assert room.kind is RoomKind.TWIN
    assert [guest.notes for guest in room.guests] == [(NOT_FILLED_IN,), ()]


@pytest.mark.parametrize(
    "doubtful",
    [
        replace(person(2), id_number="H12345678"),
        replace(person(2), id_number=""),
        replace(person(2), problems=(problem("id_number"),)),
        replace(person(2), extras=(("性 别", "女"),)),
    ],
)
def test_who_is_not_certain_stays_apart_for_a_person(doubtful: Registration) -> None:
    found = rooms([person(1), doubtful], key)

    assert [(room.label, room.needs_person) for room in found] == [("男1", False), ("待1", True)]
    assert found[1].guests[0].sex is Sex.UNKNOWN
    assert "请确认后安排" in found[1].guests[0].notes[0]


def test_sex_on_the_form_is_told_but_not_trusted() -> None:
    (room,) = rooms([replace(person(1), id_number="H12345678", extras=(("性别", "女"),))], key)

    assert room.label == "待1"
    assert "回执表填的是女" in room.guests[0].notes[0]


def test_single_room_needs_no_certain_sex() -> None:
    (room,) = rooms([replace(person(1), id_number="", single_room=True)], key)

    assert (room.label, room.needs_person, room.guests[0].notes) == ("单1", False, ())


def test_wishes_of_the_clerk_are_told() -> None:
    extras = (("同住人", "甲9"), ("备注", "7日提前入住"), ("备注", "素食"), ("合住", "/"), ("", "与甲9同住"))
    (room,) = rooms([replace(person(1), extras=extras)], key)

    assert room.guests[0].notes[1:] == ("同住人：甲9", "备注：7日提前入住", "与甲9同住")


def test_doubtful_reading_and_replacement_are_told() -> None:
    one = replace(person(1), problems=(problem("single_room"), problem("name")), reason=Reason.REPLACED_BY_SENDER)
    (room,) = rooms([one], key)

    assert room.guests[0].notes == (UNPAIRED, "是否单间待核对", "由换人而来，已排的房号请核对", "姓名待核对")


@pytest.mark.parametrize("state", [State.WAITLISTED, State.LATE, State.CANCELLED, State.REVIEW])
def test_only_the_confirmed_get_a_bed(state: State) -> None:
    assert pairs(person(1), replace(person(2), state=state)) == [["甲1"]]


def test_later_colleague_parts_one_pair_and_no_other() -> None:
    before = [person(place, "男", place - 1) for place in range(1, 6)]

    assert pairs(*before) == [["甲1", "甲2"], ["甲3", "甲4"], ["甲5"]]
    assert pairs(*before, person(6, "男", 0)) == [["甲1", "甲6"], ["甲3", "甲4"], ["甲2", "甲5"]]


def test_cancellation_concerns_only_the_partner_left_behind() -> None:
    people = [person(place, "男", place - 1) for place in range(1, 5)]

    assert pairs(cancelled(people[0]), *people[1:]) == [["甲3", "甲4"], ["甲2"]]


def test_partners_left_behind_share_with_colleagues_first() -> None:
    people = [person(1, "男", 0), person(2, "男", 0), person(3, "男", 1)]
    people += [person(4, "男", 0), person(5, "男", 2), cancelled(person(6, "男", 2))]

    # 甲1 and 甲2 share; 甲3 and 甲4 are strangers; 甲2 leaves, so 甲1 is free and 甲4 has a colleague again.
    assert pairs(people[0], cancelled(people[1]), *people[2:]) == [["甲1", "甲4"], ["甲3", "甲5"]]


def test_rooms_do_not_depend_on_the_order_of_the_roll() -> None:
    people = [person(place, "男女"[place % 2], place % 3) for place in range(1, 12)]

    assert rooms(people, key) == rooms(people[::-1], key)


Rows = list[tuple[str, int, bool | None, State]]
ROLLS = st.lists(
    st.tuples(
        st.sampled_from("男女"),
        st.integers(0, 4),
        st.sampled_from([False, False, None, True]),
        st.sampled_from([State.CONFIRMED, State.CONFIRMED, State.CONFIRMED, State.CANCELLED]),
    ),
    max_size=30,
)


def roll(rows: Rows) -> list[Registration]:
    return [
        replace(person(place, sex, organisation), single_room=single, state=state)
        for place, (sex, organisation, single, state) in enumerate(rows, 1)
    ]


@given(ROLLS)
def test_everybody_has_one_bed_and_nobody_is_beside_the_wrong_person(rows: Rows) -> None:
    people = roll(rows)

    found = rooms(people, key)

    beds = [guest.registration_id for room in found for guest in room.guests]
    assert sorted(beds) == [one.id for one in people if one.state is State.CONFIRMED]
    assert all(len({guest.sex for guest in room.guests}) == 1 for room in found)
    assert all(len(room.guests) == 1 for room in found if room.kind is RoomKind.SINGLE)


@given(ROLLS)
def test_at_most_one_of_each_sex_is_alone_and_colleagues_share_as_far_as_they_can(rows: Rows) -> None:
    found = rooms(roll(rows), key)

    alone = Counter(room.guests[0].sex for room in found if room.waits_for_partner)
    without = Counter(
        (guest.sex, guest.organisation)
        for room in found
        if room.kind is RoomKind.TWIN and len({one.organisation for one in room.guests}) == len(room.guests)
        for guest in room.guests
    )
    assert max(alone.values(), default=0) <= 1
    assert max(without.values(), default=0) <= 1


@given(ROLLS.filter(bool))
def test_somebody_who_comes_later_parts_at_most_one_pair(rows: Rows) -> None:
    people = [one for one in roll(rows) if one.state is State.CONFIRMED]

    def shared(given: list[Registration]) -> set[tuple[str, ...]]:
        found = rooms(given, key)
        return {tuple(guest.name for guest in room.guests) for room in found if len(room.guests) == 2}

    assert len(shared(people[:-1]) - shared(people)) <= 1


@given(ROLLS)
def test_one_cancellation_concerns_three_rooms_at_most(rows: Rows) -> None:
    people = [one for one in roll(rows) if one.state is State.CONFIRMED]
    for gone in people[:3]:
        after = [cancelled(one) if one is gone else one for one in people]

        parted = {tuple(guest.name for guest in room.guests) for room in rooms(people, key)} - {
            tuple(guest.name for guest in room.guests) for room in rooms(after, key)
        }

        touched = {name for names in parted for name in names}
        assert len(parted) <= 3
        assert gone.name in touched


def test_arrival_counts_and_not_the_number_in_the_ledger() -> None:
    late = replace(person(1), received_at=person(9).received_at + timedelta(days=1))

    assert pairs(late, person(2, "男", 1), person(3, "男", 2)) == [["甲2", "甲3"], ["甲1"]]
