"""May this answer go out, and how fast: pure functions of values.

`hold_back` is the last guard against loops and floods: whatever screening let through, one address gets only
so many answers. A held answer is not lost: it becomes work for a person. `Pace` says when the next mail may go and
how many fit into one connection; it never sleeps itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from bot.records.decision import ReplyTemplate
from bot.replies.retry import SHANGHAI, next_server_day

Recent = tuple[tuple[str, datetime], ...]
"""(template, composed at) of each answer to one address."""

MAX_PER_HOUR = 10
MAX_UNHELPFUL_PER_DAY = 3
UNHELPFUL = frozenset(
    {
        ReplyTemplate.NO_FORM,
        ReplyTemplate.UNREADABLE,
        ReplyTemplate.UNCHANGED,
        ReplyTemplate.HANDED_TO_STAFF,
    }
)
"""Answers that move nothing forward: said three times, a person helps more than a fourth."""

_NEWLY_REGISTERED = frozenset(
    {ReplyTemplate.CONFIRMED, ReplyTemplate.MIXED, ReplyTemplate.WAITLISTED, ReplyTemplate.LATE}
)
"""Answers to somebody not heard of before. No machine that answers machines names new people each time, but a
health bureau that collects its hospitals' forms does, all in one morning: only the day's limit holds for it."""

_DAY, _HOUR = timedelta(hours=24), timedelta(hours=1)


def _loops(template: str, recent: Recent, now: datetime, max_per_day: int) -> bool:
    return template not in _NEWLY_REGISTERED and _count(recent, now, _HOUR) >= MAX_PER_HOUR


def _over_day(template: str, recent: Recent, now: datetime, max_per_day: int) -> bool:
    return _count(recent, now, _DAY) >= max_per_day


def _repeats(template: str, recent: Recent, now: datetime, max_per_day: int) -> bool:
    same = tuple(entry for entry in recent if entry[0] == template)
    return template in UNHELPFUL and _count(same, now, _DAY) >= MAX_UNHELPFUL_PER_DAY


HoldRule = Callable[[str, Recent, datetime, int], bool]

HOLD_RULES: tuple[tuple[str, HoldRule], ...] = (
    ("loop_suspected", _loops),
    ("daily_limit", _over_day),
    ("same_answer_again", _repeats),
)


def hold_back(template: str, recent: Recent, now: datetime, max_per_day: int) -> str | None:
    """Why an answer of this template to one address must wait for a person, or None when it may go out.

    `recent` are the answers to that address so far, without this one; older ones may be among them, and one from
    the future (a clock set back) counts as recent. `max_per_day` holds for any 24 hours.
    """
    return next((name for name, holds in HOLD_RULES if holds(template, recent, now, max_per_day)), None)


def _count(recent: Recent, now: datetime, within: timedelta) -> int:
    return sum(now - composed_at < within for _, composed_at in recent)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast mail may leave. The defaults suit a free NetEase mailbox, which publishes no figures: three seconds
    and twenty a connection are what senders report to be let through, a hundred a day the lowest limit reported.
    `per_day` 0 means no limit of our own; days are the server's."""

    between: timedelta = timedelta(seconds=3)
    per_connection: int = 20
    per_day: int = 100

    def earliest_next(self, sent: Sequence[datetime], now: datetime) -> datetime:
        """When the next mail may go, `now` at the soonest; `sent` are the times of mails the server accepted."""
        if self._left_today(sent, now) == 0:
            return next_server_day(now)
        # A time after now comes from a clock set back: it must not hold the outbox for hours.
        last = max((moment for moment in sent if moment <= now), default=None)
        return now if last is None else max(now, last + self.between)

    def room(self, sent: Sequence[datetime], now: datetime) -> int:
        """How many mails the next connection may carry; 0 when today's are used up."""
        left = self._left_today(sent, now)
        return self.per_connection if left is None else min(self.per_connection, left)

    def _left_today(self, sent: Sequence[datetime], now: datetime) -> int | None:
        if not self.per_day:
            return None
        today = now.astimezone(SHANGHAI).date()
        return max(0, self.per_day - sum(moment.astimezone(SHANGHAI).date() == today for moment in sent))


UNHURRIED = Pace(between=timedelta(), per_connection=200, per_day=0)


def pace_for(host: str) -> Pace:
    """The pace for a mail server: one on this machine (the demonstration, an office's own relay) takes mail as it
    comes, every other is treated with care."""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = host.lower() == "localhost"
    return UNHURRIED if local else Pace()
