"""Rows and registrations: surest keys first, copies recognised, the indistinguishable never concluded from."""

from __future__ import annotations

from datetime import datetime

from bot.roster.match import Person, match, plain

AT = datetime(2026, 3, 25, 9)  # noqa: DTZ001
LATER = datetime(2026, 3, 26, 9)  # noqa: DTZ001
ONE = Person("甲", "110", "138", "一院", AT)
TWO = Person("乙", "220", "139", "一院", AT)


def test_matches_whatever_the_order() -> None:
    assert match([TWO, ONE], [ONE, TWO]).sure == {0: 1, 1: 0}


def test_leaves_strangers_alone() -> None:
    result = match([Person("丙", "330")], [ONE])

    assert (result.sure, result.by_order, result.copies) == ({}, {}, set())


def test_missing_parts_never_match_each_other() -> None:
    assert match([Person("甲")], [Person("乙")]).sure == {}
    assert match([Person()], [Person()]).sure == {}


def test_arrival_tells_two_registrations_of_one_person_apart() -> None:
    first, again = ONE, Person("甲", "110", "138", "一院", LATER)

    assert match([again, first], [first, again]).sure == {0: 1, 1: 0}
    assert match([first], [first, again]).sure == {0: 0}


def test_equal_rows_with_equal_content_are_copies() -> None:
    result = match([ONE, ONE], [ONE])

    assert (result.sure, result.copies) == ({0: 0}, {1})


def test_equal_rows_with_different_content_are_unsure() -> None:
    rows = [Person("甲", "110", "138", "一院", AT, content) for content in ("x", "y")]

    result = match(rows, [ONE])

    assert (result.sure, result.by_order, result.copies) == ({}, {0: 0}, set())


def test_an_exact_copy_of_a_row_that_matched_otherwise_is_a_copy() -> None:
    other = Person("甲", "110", "138", "二院", LATER)

    result = match([ONE, ONE, other], [ONE, other])

    assert result.sure[2] == 1
    assert (result.sure.get(0), result.copies) == (0, {1})


def test_plain_folds_width_space_and_case() -> None:
    assert plain(" １１０ x\u3000Ｙ ") == "110XY"


def test_the_mark_of_the_last_write_outweighs_what_the_ledger_says_by_now() -> None:
    row = Person("甲", "110", "138", "一院", AT, mark="m1")
    successor = Person("丙", "330", "137", "一院", AT, mark="m1")
    again = Person("甲", "110", "138", "二院", LATER)

    assert match([row], [successor, again]).sure == {0: 0}


def test_rows_that_contradict_each_other_are_rivals_of_one_person() -> None:
    rows = [Person("甲", "110", "138", "一院", AT, content) for content in ("x", "y")]

    result = match([*rows, TWO], [ONE, TWO])

    assert result.rivals == {0: 0, 1: 0}
    assert result.sure == {2: 1}


def test_rows_of_two_alike_people_are_rivals_of_nobody() -> None:
    rows = [Person("甲", "110", "138", "一院", AT, content) for content in ("x", "y")]

    assert match(rows, [ONE, ONE]).rivals == {}


def test_a_row_with_one_persons_name_and_anothers_number_is_nobodys() -> None:
    name_of_two = Person("乙", "110", "138", "一院", AT)
    number_of_two = Person("甲", "220", "138", "一院", AT)

    for row in (name_of_two, number_of_two):
        result = match([row], [ONE, TWO])
        assert (result.sure, result.by_order, result.mixed) == ({}, {}, {0})


def test_a_name_that_is_nobody_elses_is_a_correction() -> None:
    assert match([Person("甲甲", "110", "138", "一院", AT)], [ONE, TWO]).sure == {0: 0}
