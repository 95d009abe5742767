"""Filter criteria tested as Excel tests them."""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl.worksheet.filters import (
    AutoFilter,
    ColorFilter,
    CustomFilter,
    CustomFilters,
    FilterColumn,
    Filters,
)

from bot.roster.filters import moved
from bot.roster.filters import test_of as passes_of

DAY = datetime(2026, 4, 2, 9, 30)  # noqa: DTZ001


def custom(operator: str, wanted: str, *more: CustomFilter, both: bool = False) -> FilterColumn:
    first = CustomFilter(operator=operator, val=wanted)  # type: ignore[arg-type]
    return FilterColumn(colId=0, customFilters=CustomFilters(_and=both, customFilter=[first, *more]))


@pytest.mark.parametrize(
    ("value", "passes"),
    [("候补", True), ("已录取", False), (None, False), (2980, True), (3600, False), (DAY, True)],
)
def test_value_lists(value: object, passes: bool) -> None:
    test = passes_of(FilterColumn(colId=0, filters=Filters(filter=["候补", "2,980", "2026-04-02"])))

    assert test is not None
    assert test(value) is passes


def test_blanks_are_chosen_by_themselves() -> None:
    test = passes_of(FilterColumn(colId=0, filters=Filters(blank=True, filter=["甲"])))

    assert test is not None
    assert [test(value) for value in (None, "", " ", "甲", "乙")] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "passes"),
    [
        ("equal", "深圳*", "深圳市一院", True),
        ("equal", "*医?", "市医院", True),
        ("equal", "市*院", "区医院", False),
        ("equal", "5~*", "5*", True),
        ("equal", "5~*", "55", False),
        ("equal", " ", None, True),
        ("notEqual", " ", None, False),
        ("notEqual", "甲", "乙", True),
        ("greaterThan", "3000", 3600, True),
        ("greaterThan", "3000", 2980, False),
        ("greaterThanOrEqual", "2980", 2980, True),
        ("lessThan", "3000", 2980.5, True),
        ("lessThanOrEqual", "3000", 3000, True),
        ("lessThan", "3000", None, False),
        ("lessThan", "x", 5, False),
        ("greaterThan", "46114", DAY, True),
        ("greaterThan", "a", "b", True),
    ],
)
def test_comparisons(operator: str, wanted: str, value: object, passes: bool) -> None:
    test = passes_of(custom(operator, wanted))

    assert test is not None
    assert test(value) is passes


def test_two_comparisons_are_joined_as_the_filter_says() -> None:
    second = CustomFilter(operator="lessThan", val="5")
    both, either = custom("greaterThan", "3", second, both=True), custom("greaterThan", "3", second)

    tests = passes_of(both), passes_of(either)

    assert all(tests)
    assert [[test(v) for v in (2, 4, 6)] for test in tests if test] == [[False, True, False], [True] * 3]


def test_colours_are_not_tested() -> None:
    assert passes_of(FilterColumn(colId=0, colorFilter=ColorFilter(dxfId=0))) is None


def test_criteria_follow_their_columns_and_empty_ones_are_dropped() -> None:
    old = AutoFilter(ref="B1:D9")
    old.filterColumn = [
        FilterColumn(colId=0, filters=Filters(filter=["x"])),
        FilterColumn(colId=1, filters=Filters(filter=["y"])),
        FilterColumn(colId=2),
    ]

    assert [criterion.colId for criterion in moved(old, {2: 7, 4: 9})] == [6]
    assert moved(AutoFilter(), {1: 1}) == []
