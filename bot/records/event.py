"""An event: one notice of the association, as config/events/*.toml gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class WhenPartlyFull(StrEnum):
    """What happens to a form that does not fit whole."""

    IN_FORM_ORDER = "in_form_order"
    WHOLE_FORM = "whole_form"


class LatePolicy(StrEnum):
    """What happens to a form that arrives after the deadline."""

    RECORD = "record"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees per person, in whole units of `currency`; the supplement is None until the office names it."""

    member: int
    non_member: int
    currency: str = "CNY"
    single_room_supplement: int | None = None


@dataclass(frozen=True, slots=True)
class Payee:
    """The account that participants pay to."""

    name: str
    bank: str
    account: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flight:
    """A flight that participants buy themselves; times are local, `HH:MM`."""

    label: str
    day: date
    route: str
    carrier: str
    number: str
    departs: str
    arrives: str


@dataclass(frozen=True, slots=True)
class Travel:
    """How participants get there: the flights, where to meet, and what staff want them to know."""

    flights: tuple[Flight, ...] = ()
    meeting_point: str = ""
    note: str = ""
    buy_by: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One notice. `opens` and `deadline` are instants (timezone-aware): a mail is on time when it arrived
    at or after `opens` and before or at `deadline` (a deadline given as a date lasts to that day's end).
    `required` names the attendee fields without which the answer asks for a correction."""

    id: str
    title: str
    capacity: int
    opens: datetime
    deadline: datetime
    starts: date
    ends: date
    fees: Fees
    document_number: str = ""
    keywords: tuple[str, ...] = ()
    when_partly_full: WhenPartlyFull = WhenPartlyFull.IN_FORM_ORDER
    late: LatePolicy = LatePolicy.RECORD
    required: tuple[str, ...] = ("name", "organisation", "mobile", "id_number")
    timezone: str = "Asia/Shanghai"
    payee: Payee | None = None
    travel: Travel = Travel()
    lodging: str = ""
    included: str = ""
    telephones: tuple[str, ...] = ()
    mailbox: str = ""
    form_title: str = ""
    promote_until: datetime | None = None
    """Until when a freed seat goes to the first who waits; None: until the event's first day begins."""
    limit_per_organisation: int | None = None
    """How many people of one organisation get seats by themselves; None for any number."""
    roles: tuple[str, ...] = ()
    """Whom the notice addresses (院长, 科主任 …): a hint for staff, never a reason to refuse."""
    form_headings: tuple[str, ...] = ()
    """Headings that only this event's form has: its fingerprint."""
    templates: str = ""
    """The folder under templates/ whose files go before the common ones, "" for none."""
    remind_unpaid_days: int | None = None
    """So many days before `starts` an organisation that has not paid is reminded; None for never."""
    deadline_is_day: bool = True
    """True where the notice gives a day, not a time, so that people are shown only the day."""

    @property
    def promotes_until(self) -> datetime:
        """The last moment at which a freed seat goes to the waitlist by itself."""
        if self.promote_until is not None:
            return self.promote_until
        return datetime.combine(self.starts, time.min, ZoneInfo(self.timezone))

    @property
    def charges(self) -> bool:
        """Whether anybody at all may have to pay something."""
        return bool(self.fees.member or self.fees.non_member or self.fees.single_room_supplement)

    @property
    def lodges(self) -> bool:
        """Whether the notice speaks of rooms: only then is everybody told which one is hers."""
        priced = self.fees.single_room_supplement is not None
        return bool(self.lodging) or priced or "single_room" in self.required

    @property
    def over_after(self) -> datetime:
        """The last moment of the event's last day, where it takes place."""
        return datetime.combine(self.ends, time.max, ZoneInfo(self.timezone))
