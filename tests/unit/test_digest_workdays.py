"""The digest keeps China's calendar: holidays off, weekends worked instead, plain weeks where it has no data."""

from __future__ import annotations

from datetime import date

import pytest

from bot.digest.workdays import calendar_note, is_digest_day, is_year_known


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 27), True),
        (date(2026, 3, 28), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 14), True),
        (date(2026, 4, 6), False),
    ],
)
def test_workdays_follow_the_state_councils_notice(day: date, expected: bool) -> None:
    assert is_digest_day(day, "workdays") is expected


def test_daily_means_every_day() -> None:
    assert is_digest_day(date(2026, 10, 1), "daily")


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="weekly"):
        is_digest_day(date(2026, 1, 5), "weekly")


def test_years_without_data_are_plain_weeks() -> None:
    assert is_digest_day(date(2199, 1, 1), "workdays") is (date(2199, 1, 1).weekday() < 5)
    assert not is_digest_day(date(2199, 1, 5), "workdays")
    assert not is_year_known(2199)


def test_missing_data_is_told_in_time() -> None:
    assert "2199 年" in calendar_note(date(2199, 5, 1), "workdays")
    assert calendar_note(date(2199, 5, 1), "daily") == ""
    assert calendar_note(date(2025, 12, 1), "workdays") == ""
    assert calendar_note(date(2026, 5, 1), "workdays") == ""


def test_december_tells_that_the_next_year_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.digest.workdays.is_year_known", lambda year: year <= 2026)

    assert "2027 年" in calendar_note(date(2026, 12, 1), "workdays")
    assert calendar_note(date(2026, 11, 30), "workdays") == ""
