"""The chart: heights true to the counts, a column for every day, few enough columns for a telephone."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.digest.chart import HEIGHT, MOST_COLUMNS, registrations_chart

FIRST = date(2026, 3, 25)


def test_columns_grow_with_the_people() -> None:
    chart = registrations_chart([FIRST] * 10 + [FIRST + timedelta(2)] * 15, FIRST, FIRST + timedelta(2), 50)

    assert [(c.label, c.new, c.total) for c in chart.columns] == [("25", 10, 10), ("26", 0, 10), ("27", 15, 25)]
    assert [(c.before_height, c.added_height, c.over_height) for c in chart.columns] == [
        (0, 30, 0),
        (30, 0, 0),
        (30, 45, 0),
    ]
    assert (chart.room_height, chart.over_height) == (HEIGHT, 0)


def test_people_beyond_the_seats_stand_above_the_line() -> None:
    chart = registrations_chart([FIRST] * 60, FIRST, FIRST, 50)

    assert (chart.room_height, chart.over_height) == (125, 25)
    assert (chart.columns[0].added_height, chart.columns[0].over_height) == (125, 25)


def test_months_are_named_where_they_begin() -> None:
    chart = registrations_chart([], FIRST, date(2026, 4, 2), 50)

    assert [c.month for c in chart.columns] == ["3月", "", "", "", "", "", "", "4月", ""]


def test_nobody_yet_is_an_empty_chart() -> None:
    chart = registrations_chart([], FIRST, FIRST, 50)

    assert [(c.total, c.added_height) for c in chart.columns] == [(0, 0)]


def test_no_seats_at_all_do_not_divide_by_zero() -> None:
    assert registrations_chart([], FIRST, FIRST, 0).room_height == 0


def test_long_times_share_columns() -> None:
    last = FIRST + timedelta(days=59)
    chart = registrations_chart([last], FIRST, last, 50)

    assert (len(chart.columns), chart.days_per_column, chart.columns[-1].last) == (15, 4, last)


@given(
    st.lists(st.integers(-5, 80), max_size=120),
    st.integers(0, 60),
    st.integers(0, 100),
)
def test_nobody_is_lost_whatever_the_days(offsets: list[int], span: int, capacity: int) -> None:
    days = [FIRST + timedelta(days=offset) for offset in offsets]

    chart = registrations_chart(days, FIRST, FIRST + timedelta(days=span), capacity)

    assert sum(column.new for column in chart.columns) == len(days) == chart.columns[-1].total
    assert 1 <= len(chart.columns) <= MOST_COLUMNS
    assert all(c.before_height + c.added_height <= chart.room_height for c in chart.columns)
    assert all(min(c.before_height, c.added_height, c.over_height) >= 0 for c in chart.columns)
    assert chart.room_height + chart.over_height == HEIGHT
