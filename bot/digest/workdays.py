"""On which days the digest goes out: China's workdays, with public holidays and the weekends worked instead.

The calendar is that of the package chinesecalendar, which follows the State Council's yearly notice; for a
year that it does not know yet, Monday to Friday stand in, and `calendar_note` says so.
"""

from __future__ import annotations

from datetime import date

import chinese_calendar

WORKDAYS = "workdays"
DAILY = "daily"


def is_digest_day(day: date, rule: str) -> bool:
    """Whether the digest is sent on `day`. `rule` is `workdays` or `daily`; ValueError for another."""
    if rule == DAILY:
        return True
    if rule != WORKDAYS:
        raise ValueError(f"unknown rule for digest days: {rule!r}")
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_year_known(year: int) -> bool:
    """Whether the calendar of holidays reaches that year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def calendar_note(day: date, rule: str) -> str:
    """A sentence for staff while the calendar lacks the year (or, in December, the next one); "" otherwise."""
    if rule != WORKDAYS:
        return ""
    if not is_year_known(day.year):
        return f"{day.year} 年的节假日和调休安排尚未收录，简报暂按周一至周五发送；请联系维护人员更新节假日数据。"
    if day.month == 12 and not is_year_known(day.year + 1):
        return f"{day.year + 1} 年的节假日和调休安排尚未收录，明年起简报将按周一至周五发送，直到更新节假日数据。"
    return ""
