"""Entries that were read from a scan with little certainty: whom they may stand for, and whom never."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.admission.decide import decide
from bot.admission.likeness import Alike, Likeness, is_misread, likeness
from bot.demo.invented import InventedPerson, people
from bot.records.decision import Decision, Outcome, Registration, ReplyTemplate, Standing
from bot.records.form import Attendee, FieldProblem, ProblemCode
from tests.unit.admission_cases import EVENT, MEMBERS, attendee, form, submission

PERSON, OTHER = islice(people(seed=8), 2)
LIKE_NAME = PERSON.name[:-1] + "桓"


def unsure(field: str) -> FieldProblem:
    return FieldProblem(field, ProblemCode.UNCERTAIN, "在扫描件或照片上看不清，请核对。", person="某人")


def scanned(person: InventedPerson, *fields: str, **read: str) -> Attendee:
    return replace(attendee(person, **read), problems=tuple(map(unsure, fields)))


def misread(number: str, *places: int) -> str:
    return "".join(str((int(c) + 5) % 10) if n in places else c for n, c in enumerate(number))


def after(first: Attendee, second: Attendee) -> Decision:
    """The decision on the second person's form, the first one's having come in an earlier mail."""
    roll = decide(EVENT, (), submission(form(first)), MEMBERS).new_registrations
    return decide(EVENT, recorded(roll), submission(form(second)), MEMBERS)


def recorded(roll: tuple[Registration, ...]) -> tuple[Registration, ...]:
    return tuple(replace(one, id=number) for number, one in enumerate(roll, 1))


@pytest.mark.parametrize(
    "scan",
    [
        scanned(PERSON, "name", name=LIKE_NAME),
        scanned(PERSON, "name", "mobile", name=LIKE_NAME, mobile=misread(PERSON.mobile, 5)),
        scanned(PERSON, "name", "id_number", name=LIKE_NAME, id_number=misread(PERSON.id_number, 9)),
        scanned(PERSON, "id_number", "mobile", id_number="44", mobile=misread(PERSON.mobile, 7, 9)),
        scanned(
            PERSON,
            "name",
            "id_number",
            "mobile",
            name=LIKE_NAME,
            id_number=misread(PERSON.id_number, 9, 12),
            mobile=misread(PERSON.mobile, 7),
        ),
    ],
)
def test_the_corrected_form_of_a_badly_read_one_takes_no_second_seat(scan: Attendee) -> None:
    decision = after(scan, attendee(PERSON))

    assert [person.standing for person in decision.people] == [Standing.AMENDED]
    assert decision.outcome is Outcome.CHANGED
    assert decision.changes[0].after.uncertain == ()


def test_the_badly_read_scan_of_a_form_sent_before_changes_nothing() -> None:
    scan = scanned(PERSON, "name", "job_title", name=LIKE_NAME, job_title=PERSON.job_title[:-1] + "仕")

    decision = after(attendee(PERSON), scan)

    assert decision.outcome is Outcome.UNCHANGED
    assert decision.reply is ReplyTemplate.UNCHANGED


def test_a_badly_read_value_that_is_something_else_is_looked_at_by_a_person() -> None:
    scan = scanned(PERSON, "mobile", mobile="199" + "".join(reversed(PERSON.mobile))[:8])

    decision = after(attendee(PERSON), scan)

    assert [person.standing for person in decision.people] == [Standing.CHANGED]
    assert decision.needs_person


def test_two_sure_numbers_are_two_people_though_the_name_was_perhaps_the_same() -> None:
    same_secretary = scanned(OTHER, "name", name=PERSON.name, mobile=PERSON.mobile)

    decision = after(attendee(PERSON), same_secretary)

    assert [person.standing for person in decision.people] == [Standing.NEW]


def test_a_namesake_by_misreading_with_another_mobile_is_somebody_else() -> None:
    namesake = scanned(OTHER, "name", "id_number", name=PERSON.name)

    decision = after(attendee(PERSON), namesake)

    assert [person.standing for person in decision.people] == [Standing.NEW]


def test_a_secretarys_mobile_number_makes_nobody_the_same_person() -> None:
    colleague = scanned(OTHER, "name", "id_number", name=LIKE_NAME, mobile=PERSON.mobile)

    decision = after(attendee(PERSON), colleague)

    assert [person.standing for person in decision.people] == [Standing.NEW]


def test_two_rows_of_one_scan_are_two_people_however_alike() -> None:
    first = scanned(PERSON, "name", "id_number")
    second = scanned(PERSON, "name", "id_number", name=LIKE_NAME, id_number=misread(PERSON.id_number, 16))

    decision = decide(EVENT, (), submission(form(first, second)), MEMBERS)

    assert [person.standing for person in decision.people] == [Standing.NEW, Standing.NEW]


def test_an_uncertain_number_is_no_certain_one() -> None:
    roll = decide(EVENT, (), submission(form(scanned(PERSON, "id_number"))), MEMBERS).new_registrations

    assert roll[0].certain_id == ""


def test_an_uncertain_entry_keeps_its_place_and_is_asked_about() -> None:
    roll = decide(EVENT, (), submission(form(*(attendee() for _ in range(3)))), MEMBERS).new_registrations

    decision = decide(EVENT, recorded(roll), submission(form(scanned(PERSON, "mobile"))), MEMBERS)

    assert decision.people[0].registration.state.value == "confirmed"
    assert decision.reply is ReplyTemplate.NEEDS_CORRECTION


def test_what_is_sure_and_different_outweighs_all_that_is_close() -> None:
    found = Likeness(Alike.EQUAL, Alike.EQUAL, Alike.APART, organisation=True)

    assert not found.same_person


@given(st.text("0123456789X", min_size=1, max_size=80), st.text("0123456789X", min_size=1, max_size=80))
def test_likeness_does_not_depend_on_who_came_first(one: str, other: str) -> None:
    assert likeness(one, other, sure=False) is likeness(other, one, sure=False)


def test_texts_beyond_any_number_are_not_compared_by_their_characters() -> None:
    assert not is_misread("1" * 5000 + "2", "1" * 5001)
