"""What a mail server's reply means, and when to try again: pure functions of values.

The policy on replies is the table in `reply_rules`. A mail is never tried again where it may have been delivered
(IN_DOUBT), and never given up for a fault that is not its own (PAUSE).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from bot.records.outgoing import Delivery, DeliveryResult
from bot.replies.reply_rules import MAX_ATTEMPTS, RULES, Stage

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""NetEase counts its days in Beijing time, which has known no summer time since 1991."""

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 10, 30, 60))
LOOKS = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 10, 30))
"""NetEase files a sent mail within seconds to minutes; one not found after the last look is for a person."""

_QUEUE_IDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"queued as (?:[^\s,]+,)?([^\s,;()]+)",  # NetEase (`smtp11,<id> <time>`), Postfix, Aliyun
        r"\bid=([^\s,;]+)",  # Exim
        r"\[InternalId=([^\s,\]]+)",  # Exchange
        r"\bqp (\d+)",  # qmail
        r"\b2\.0\.0 (?:<[^>]*> )?(\S+) (?:Saved|Message accepted)",  # Dovecot, Sendmail
        r"\bOK\s+(\d+ \S+) - gsmtp",  # Google
    )
)

_TRIES = {rule.name: rule.tries for rule in RULES}


def sort_reply(code: int, text: str, stage: str) -> Delivery:
    """What the reply `code text` means at `stage` (a word of `Stage`).

    A 2xx after the final dot is SENT, with the server's queue id. PAUSE without `wait` means until the server's
    next day.
    """
    if stage == Stage.DOT and 200 <= code < 300:
        return Delivery(DeliveryResult.SENT, code, text, queue_id=queue_id(text), rule="accepted")
    rule = next(rule for rule in RULES if rule.fits(code, text, stage))
    return Delivery(rule.result, code, text, wait=rule.wait, advice=rule.advice, rule=rule.name)


def weigh_refusals(refusals: dict[str, Delivery], offered: int) -> Delivery | None:
    """What to end with when recipients were refused: a word about ourselves counts at once, a word about a
    recipient only when no other was accepted."""
    results = {delivery.result: delivery for delivery in refusals.values()}
    for result in (DeliveryResult.STOP, DeliveryResult.PAUSE):
        if result in results:
            return results[result]
    broken = any(delivery.code == 421 for delivery in refusals.values())
    if broken or len(refusals) == offered:
        return results.get(DeliveryResult.RETRY) or results.get(DeliveryResult.PERSON)
    return None


def queue_id(text: str) -> str:
    """The server's own name for an accepted mail, as its bounces may quote it (NetEase: X-CM-TRANSID), or ""."""
    for pattern in _QUEUE_IDS:
        if match := pattern.search(text):
            return match[1].rstrip(".")
    return ""


def next_attempt(attempts: int, now: datetime, delivery: Delivery, seed: str) -> datetime | None:
    """When to act on the same mail again after its attempt number `attempts` (from 1) ended in `delivery`.

    RETRY: back-off, at least the rule's wait, up to a fifth more by `seed` (the mail's Message-ID), so that not
    all queued mail is tried at the same moment. PAUSE: the wait, or 00:10 of the server's next day. IN_DOUBT: the
    next look into the Sent folder, `attempts` counting the looks. None: not by itself; after a RETRY: given up.
    """
    step = max(attempts, 1)
    if delivery.result is DeliveryResult.PAUSE:
        return now + _spread(delivery.wait, seed, step) if delivery.wait else next_server_day(now)
    if delivery.result is DeliveryResult.IN_DOUBT:
        return now + LOOKS[step - 1] if step <= len(LOOKS) else None
    if delivery.result is not DeliveryResult.RETRY or step >= _TRIES.get(delivery.rule, MAX_ATTEMPTS):
        return None
    pause = max(BACK_OFF[min(step, len(BACK_OFF)) - 1], delivery.wait or timedelta())
    return now + _spread(pause, seed, step)


def next_server_day(now: datetime) -> datetime:
    """00:10 of the day after `now` in Beijing time, ten minutes being for clocks that differ; in UTC."""
    tomorrow = now.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, 0, 10, tzinfo=SHANGHAI).astimezone(now.tzinfo)


def _spread(pause: timedelta, seed: str, step: int) -> timedelta:
    """`pause` and up to a fifth more; the same seed and step always give the same."""
    fraction = int.from_bytes(sha256(f"{seed}/{step}".encode()).digest()[:4], "big") / 2**32
    return pause + pause * fraction / 5
