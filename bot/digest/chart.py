"""The chart of registrations over time, as heights of table cells: mail clients show it without loading anything.

Pure. Counts people by day of arrival; one column holds several days where there are more days than columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from bot.records.digest import Chart, ChartColumn

HEIGHT: Final = 150
"""Pixels from zero to the top of the chart."""
MOST_COLUMNS: Final = 17
"""As many as a telephone's 390 pixels carry with a number over each."""


def registrations_chart(days: Iterable[date], first: date, last: date, capacity: int) -> Chart:
    """One column per day from `first` to `last` (stretched to hold every day given), each as high as the people
    registered until then; `days` names the day of arrival of each person."""
    arrivals = sorted(days)
    first = min([first, *arrivals[:1]])
    last = max([last, first, *arrivals[-1:]])
    span = (last - first).days + 1
    step = -(-span // MOST_COLUMNS)
    most = max(len(arrivals), capacity, 1)
    columns: list[ChartColumn] = []
    total = 0
    for offset in range(0, span, step):
        start = first + timedelta(days=offset)
        end = min(start + timedelta(days=step - 1), last)
        new = sum(start <= day <= end for day in arrivals)
        columns.append(_column(start, end, new, total, capacity, most, columns[-1] if columns else None))
        total += new
    return Chart(
        columns=tuple(columns),
        capacity=capacity,
        most=most,
        room_height=_height(capacity, most),
        over_height=HEIGHT - _height(capacity, most),
        days_per_column=step,
    )


def _column(
    start: date, end: date, new: int, before: int, capacity: int, most: int, previous: ChartColumn | None
) -> ChartColumn:
    total = before + new
    seated_before, seated = min(before, capacity), min(total, capacity)
    new_month = previous is None or previous.first.month != start.month
    top, ground = _height(seated, most), _height(seated_before, most)
    return ChartColumn(
        first=start,
        last=end,
        label=str(start.day),
        month=f"{start.month}月" if new_month else "",
        new=new,
        total=total,
        before_height=ground,
        added_height=top - ground,
        over_height=_height(total, most) - top,
    )


def _height(people: int, most: int) -> int:
    """Pixels for so many people; one person is never invisible."""
    return max(round(people * HEIGHT / most), 1) if people else 0
