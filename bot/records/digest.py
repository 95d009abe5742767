"""The staff's digest as values: everything a template shows, already counted and put into words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.records.office import Balance


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One registration, shortly. `number` is the place in the order of admission, `position` the place on the
    waitlist; None where there is none. `state` is a State's value, `standing` its Chinese word."""

    name: str
    organisation: str
    job_title: str
    state: str
    standing: str
    received: str
    number: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class OrganisationLines:
    """The registrations of one organisation among those shown, in order of arrival."""

    organisation: str
    people: tuple[PersonLine, ...]


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail that needs a person, or whose answer could not be delivered. `why` is the short reason, `note` the
    whole sentence; a clerk who calls reads out the `enquiry_number` of our answer; `waiting_days` counts whole
    days since it came; `telephone` may be ""."""

    mail_id: int
    sender: str
    sender_name: str
    subject: str
    received: str
    why: str
    note: str
    telephone: str
    waiting_days: int
    attachments: tuple[str, ...] = ()
    excerpt: str = ""
    enquiry_number: str = ""

    @property
    def dial(self) -> str:
        """The first number in `telephone` as a telephone dials it, "" where there is none."""
        numbers = (re.sub(r"\D", "", run) for run in re.findall(r"[\d\- ]+", self.telephone))
        return next((number for number in numbers if 5 <= len(number) <= 15), "")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Somebody who was registered before and was changed since the last digest: where she stands now, and why.
    `by_staff` is True where a person decided."""

    name: str
    organisation: str
    state: str
    standing: str
    number: int | None
    why: str
    by_staff: bool
    when: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """An organisation that is not on the office's list, how many people it registered, and the listed names that
    may be meant: for staff to settle, never decided by."""

    organisation: str
    people: int
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One value to be checked against the scan it was read from. `read` is "" where nothing was made out;
    `picture` is a PNG of just that cell (b"" where there is none), to be shown `width` pixels wide."""

    name: str
    organisation: str
    label: str
    read: str
    problem: str
    received: str
    enquiry_number: str
    picture: bytes = field(default=b"", repr=False)
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One day (or several, where the time is long) of the chart. Counts are people; heights are pixels: of the
    people up to the capacity (`before`, then `added`) and of those beyond it (`over`)."""

    first: date
    last: date
    label: str
    month: str
    new: int
    total: int
    before_height: int
    added_height: int
    over_height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Registrations over time: one column per day, growing, with a line where the seats end.

    `room_height` is the height from zero to that line, `over_height` that above it, in pixels;
    `bar_width` of 100 is the longest bar of the text edition, in percent of `most`."""

    columns: tuple[ChartColumn, ...]
    capacity: int
    most: int
    room_height: int
    over_height: int
    days_per_column: int = 1


@dataclass(frozen=True, slots=True)
class DigestSummary:
    """The digest. Times are words in the event's zone; `*_more` count what a list left out.

    `days_left` is 0 on the deadline's day and negative after it; `deadline_text` says it whole.
    `since` is "" for the first digest. `warnings` are whole sentences.
    """

    event_title: str
    document_number: str
    made_on: str
    made_at: str
    weekday: str
    since: str
    headline: str
    capacity: int
    confirmed: int
    waitlisted: int
    late: int
    cancelled: int
    in_review: int
    seats_free: int
    seats_percent: int
    deadline: datetime
    days_left: int
    deadline_text: str
    new_count: int
    new_people: tuple[OrganisationLines, ...]
    new_more: int
    new_words: str
    mail_words: str
    waitlist: tuple[PersonLine, ...]
    waitlist_more: int
    reviews: tuple[MailLine, ...]
    reviews_more: int
    undelivered: tuple[MailLine, ...]
    undelivered_more: int
    drafts: int
    chart: Chart
    organisations: int
    members: int
    non_members: int
    membership_unknown: int
    single_rooms: int
    fees_due: int
    paid: int
    unpaid: int
    balance: Balance | None = None
    balance_text: str = ""
    scans: tuple[ScanLine, ...] = ()
    scans_more: int = 0
    warnings: tuple[str, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    changes_more: int = 0
    units: tuple[UnitLine, ...] = ()
    units_more: int = 0
    charges: bool = True
    """Whether anybody may have to pay anything; else neither sums nor memberships have to be settled."""
    lodges: bool = True

    @property
    def balance_holds(self) -> bool:
        """False only where mails were counted and the numbers differ."""
        return self.balance is None or self.balance.holds

    @property
    def all_quiet(self) -> bool:
        """Whether nothing waits for a person."""
        waiting = self.reviews or self.undelivered or self.drafts or self.warnings or self.scans
        return not waiting and self.balance_holds
