"""May an answer go out, and how fast."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records.decision import ReplyTemplate
from bot.replies.limits import UNHELPFUL, UNHURRIED, Pace, hold_back, pace_for

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
NEWLY_REGISTERED = ("confirmed", "mixed", "waitlisted", "late")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def answers(count: int, template: str = "confirmed", every: timedelta = HOUR) -> tuple[tuple[str, datetime], ...]:
    return tuple((template, NOW - every * (n + 1)) for n in range(count))


def test_a_first_answer_goes_out() -> None:
    assert hold_back("confirmed", (), NOW, 20) is None


def test_the_answer_over_the_days_number_is_held() -> None:
    assert hold_back("confirmed", answers(19), NOW, 20) is None
    assert hold_back("confirmed", answers(20), NOW, 20) == "daily_limit"


def test_answers_older_than_a_day_do_not_count() -> None:
    old = tuple(("confirmed", NOW - DAY - MINUTE * n) for n in range(50))

    assert hold_back("confirmed", old, NOW, 20) is None


def test_a_day_is_any_24_hours_not_a_calendar_day() -> None:
    yesterday_evening = tuple(("confirmed", NOW - HOUR * 23) for _ in range(20))

    assert hold_back("confirmed", yesterday_evening, NOW, 20) == "daily_limit"


def test_no_answer_goes_out_where_none_is_allowed() -> None:
    assert hold_back("confirmed", (), NOW, 0) == "daily_limit"


@pytest.mark.parametrize("template", sorted(UNHELPFUL))
def test_a_fourth_answer_that_moves_nothing_forward_is_held(template: str) -> None:
    assert hold_back(template, answers(2, template), NOW, 20) is None
    assert hold_back(template, answers(3, template), NOW, 20) == "same_answer_again"


@pytest.mark.parametrize("template", sorted(set(ReplyTemplate) - UNHELPFUL))
def test_answers_about_seats_are_not_held_for_being_alike(template: str) -> None:
    assert hold_back(template, answers(5, template), NOW, 20) is None


def test_different_unhelpful_answers_are_counted_apart() -> None:
    recent = answers(2, "no_form") + answers(2, "unreadable")

    assert hold_back("no_form", recent, NOW, 20) is None


def test_ten_answers_within_an_hour_look_like_a_loop() -> None:
    assert hold_back("needs_correction", answers(9, every=MINUTE), NOW, 100) is None
    assert hold_back("needs_correction", answers(10, every=MINUTE), NOW, 100) == "loop_suspected"


@pytest.mark.parametrize("template", NEWLY_REGISTERED)
def test_many_hospitals_forms_from_one_bureau_are_no_loop(template: str) -> None:
    assert hold_back(template, answers(19, template, every=MINUTE), NOW, 20) is None
    assert hold_back(template, answers(20, template, every=MINUTE), NOW, 20) == "daily_limit"


def test_an_answer_from_the_future_counts_as_recent() -> None:
    recent = tuple(("needs_correction", NOW + HOUR) for _ in range(10))

    assert hold_back("needs_correction", recent, NOW, 20) == "loop_suspected"


Mails = list[tuple[ReplyTemplate, int]]


def sent_of(mails: Mails, limit: int) -> list[tuple[str, datetime]]:
    """The answers that go out, of those wanted at so many minutes after now."""
    sent: list[tuple[str, datetime]] = []
    for template, minute in sorted(mails, key=lambda mail: mail[1]):
        moment = NOW + MINUTE * minute
        if hold_back(template, tuple(sent), moment, limit) is None:
            sent.append((template, moment))
    return sent


@given(st.lists(st.tuples(st.sampled_from(ReplyTemplate), st.integers(0, 3000)), max_size=60), st.integers(0, 30))
def test_no_day_ever_holds_more_answers_than_allowed(mails: Mails, limit: int) -> None:
    sent = sent_of(mails, limit)

    for _, end in sent:
        assert sum(end - DAY < moment <= end for _, moment in sent) <= limit


@given(st.lists(st.tuples(st.sampled_from(ReplyTemplate), st.integers(0, 90)), min_size=25, max_size=60))
def test_no_hour_ever_holds_more_than_ten_answers_unless_somebody_is_newly_registered(mails: Mails) -> None:
    sent = sent_of(mails, 60)

    for number, (kind, end) in enumerate(sent, start=1):
        if kind not in NEWLY_REGISTERED:
            # Answers of every kind count, those to newly registered people among them.
            assert sum(end - HOUR < moment for _, moment in sent[:number]) <= 10


def test_the_first_mail_may_go_at_once() -> None:
    assert Pace().earliest_next((), NOW) == NOW


def test_the_next_mail_waits_three_seconds_after_the_last() -> None:
    sent = (NOW - timedelta(seconds=1), NOW - HOUR)

    assert Pace().earliest_next(sent, NOW) == NOW + timedelta(seconds=2)


def test_a_mail_long_after_the_last_does_not_wait() -> None:
    assert Pace().earliest_next((NOW - MINUTE,), NOW) == NOW


def test_a_clock_set_back_does_not_hold_the_outbox() -> None:
    assert Pace().earliest_next((NOW + HOUR,), NOW) == NOW


def test_the_next_mail_waits_for_the_servers_next_day_when_todays_are_used_up() -> None:
    sent = tuple(NOW - MINUTE * n for n in range(100))

    assert Pace().earliest_next(sent, NOW) == datetime(2026, 4, 1, 16, 10, tzinfo=UTC)
    assert Pace().room(sent, NOW) == 0


def test_mails_of_the_day_before_in_beijing_do_not_count() -> None:
    before_midnight = tuple(datetime(2026, 3, 31, 15, 59, tzinfo=UTC) for _ in range(100))

    assert Pace().earliest_next(before_midnight, NOW) == NOW
    assert Pace().room(before_midnight, NOW) == 20


def test_a_connection_carries_no_more_than_the_day_has_left() -> None:
    sent = tuple(NOW - MINUTE * n for n in range(95))

    assert Pace().room(sent, NOW) == 5


def test_without_a_limit_of_our_own_only_the_connection_is_limited() -> None:
    sent = tuple(NOW for _ in range(1000))

    assert Pace(per_day=0).room(sent, NOW) == 20


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST"])
def test_a_server_on_this_machine_is_not_spared(host: str) -> None:
    assert pace_for(host) is UNHURRIED
    assert UNHURRIED.earliest_next((NOW,), NOW) == NOW


@pytest.mark.parametrize("host", ["smtp.126.com", "192.168.1.9", "mail.example.org", ""])
def test_every_other_server_is_treated_with_care(host: str) -> None:
    assert pace_for(host) == Pace()
