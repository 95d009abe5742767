"""The parts of an answer that are the same in every kind of it: payment, travel, invoices, badly read values.

Values only; every word in here is tamed and every number worked out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """So many people at the same fee; `sum` is theirs together."""

    words: str
    count: int
    each: str
    sum: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What the confirmed people of this mail pay. `total` is "" while somebody's membership is unknown; then
    `rates` names both rates and `between` the two possible totals. `payee`, `bank`, `account` and `reference` are
    "" where the event names no account. Of the `single_rooms`, `supplement_missing` are not yet charged the
    `supplement`, which is "" until the office has named one; `supplement_free` where it named nothing to pay."""

    count: int
    shares: tuple[Share, ...]
    total: str
    rates: str
    between: str
    unknown: int
    payee: str
    bank: str
    account: str
    reference: str
    note: str
    included: str
    single_rooms: int
    supplement: str
    supplement_missing: int
    supplement_free: bool


@dataclass(frozen=True, slots=True)
class Trip:
    """How to get there: `flights` as (去程, 4月22日（星期三）, 深圳—杭州, 深航 ZH9887, 14:00, 16:10)."""

    flights: tuple[tuple[str, str, str, str, str, str], ...]
    meeting_point: str
    note: str
    buy_by: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """Invoice particulars as read; "" where the form gave none. `people` is "" when they hold for everybody."""

    title: str
    taxpayer_id: str
    people: str


@dataclass(frozen=True, slots=True)
class UnclearValue:
    """One value that a scan shows badly: what the form calls it, what was read ("" for nothing), what to do."""

    label: str
    read: str
    ask: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """The badly shown values of one person, or of the form itself."""

    person: str
    values: tuple[UnclearValue, ...]
