"""What an answer says, ready for its template: every number worked out, every word from a form tamed.

Values only. Both forms of a mail (text and HTML) are written from the same facts, so neither can say more
than the other. Nothing in here is a personal number in full, except a mobile number that has to be confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.records.decision import Membership, Reason, ReplyTemplate, State
from bot.replies.wording import shortened


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that was changed, or that differs from what stands recorded (then `old` is "")."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the answered mail. `place` is the number on the roll, `position` that on the waitlist;
    `organisation` is "" where it is the one the answer is addressed to; `fee` is "" while it is open."""

    name: str
    organisation: str
    job_title: str
    state: State
    id_number: str
    mobile: str
    room: str
    fee: str
    membership: Membership
    place: int | None
    position: int | None
    recorded_at: str
    reason: Reason
    differences: tuple[Difference, ...] = ()

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def standing(self) -> str:
        """第 12 位: on the roll for the confirmed, on the waitlist for who waits there; "" for others."""
        place = {State.CONFIRMED: self.place, State.WAITLISTED: self.position}.get(self.state)
        return f"第 {place} 位" if place else ""

    @property
    def status(self) -> str:
        """候补，第 3 位"""
        return "，".join(filter(None, (self.state_word, self.standing)))


STATE_WORDS: dict[State, str] = {
    State.CONFIRMED: "已录取",
    State.WAITLISTED: "候补",
    State.LATE: "逾期",
    State.CANCELLED: "已取消",
    State.REVIEW: "待核",
}


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
    `rates` names both rates and `between` the two possible totals."""

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
    supplement_included: bool


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


@dataclass(frozen=True, slots=True)
class Notice:
    """What an answer says about the event itself."""

    title: str
    short_title: str
    document_number: str
    days: str
    deadline: str
    deadline_passed: bool
    capacity: int
    lodging: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything a reply template may say.

    `seated`, `waiting`, `late`, `in_review`, `cancelled` are the people that this mail (or the decision it
    reports) put there; `standing` stood there before and stay; `differing` stand there with other particulars;
    `repeated` were named twice; `rejected` were not recorded. `corrections` must be mended, `remarks` are only
    mentioned; `unclear` was read from a scan and has to be confirmed. `unread` names files that could not be read,
    each with why.
    """

    template: ReplyTemplate
    reason: Reason
    notice: Notice | None
    salutation: str
    organisation: str
    received_at: str
    seated: tuple[Person, ...]
    waiting: tuple[Person, ...]
    late: tuple[Person, ...]
    in_review: tuple[Person, ...]
    cancelled: tuple[Person, ...]
    standing: tuple[Person, ...]
    differing: tuple[Person, ...]
    repeated: tuple[str, ...]
    rejected: tuple[str, ...]
    corrections: tuple[str, ...]
    remarks: tuple[str, ...]
    unclear: tuple[Unclear, ...]
    unread: tuple[tuple[str, str], ...]
    payment: Payment | None
    trip: Trip | None
    invoices: tuple[Invoice, ...]
    telephones: tuple[str, ...]
    blank_form: str
    enquiry_number: str
    office: str
    today: str

    @property
    def subject_name(self) -> str:
        """What tells this mail's subject from all others: filters take equal subjects for spam."""
        return shortened(self.organisation, 20) or f"查询编号 {self.enquiry_number}"

    @property
    def to_confirm(self) -> int:
        """How many badly shown values have to be confirmed."""
        return sum(value.blocking for unclear in self.unclear for value in unclear.values)

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody this answer names with a place, each once."""
        return (
            self.seated
            + self.waiting
            + self.late
            + self.in_review
            + self.cancelled
            + self.standing
            + self.differing
        )
