"""What an answer says, ready for its template: every number worked out, every word from a form tamed.

Values only. Both forms of a mail (text and HTML) are written from the same facts, so neither can say more
than the other. Nothing in here is a personal number in full, except a mobile number that has to be confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.records.decision import Membership, Reason, ReplyTemplate, State
from bot.replies.passages import Invoice, Payment, Trip, Unclear
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
    `organisation` is "" where it is the one the answer is addressed to; `fee` is "" while it is open; `id_number`,
    `mobile` and `room` are "" where the event does not ask for them and nothing was filled in.
    `replaces` is the name of whom she took the place over from, `by_staff` whether a person decided her state."""

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
    replaces: str = ""
    by_staff: bool = False

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


class News(StrEnum):
    """Why an answer is news that nobody has just written for; NONE for the answer to a mail that just came."""

    NONE = ""
    PROMOTED = "promoted"
    STAFF = "staff"
    SETTLED = "settled"
    """The membership of the organisation, or the fees, were settled since."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What an answer says about the event itself. `charges` is False where nobody pays anything, `travels` where
    nobody buys a ticket; `promotes` is True while a freed seat goes to the waitlist by itself; `limit` is how many
    of one organisation get seats, None for any number."""

    title: str
    short_title: str
    document_number: str
    days: str
    last_day: str
    deadline: str
    deadline_passed: bool
    capacity: int
    limit: int | None
    charges: bool
    travels: bool
    promotes: bool
    lodging: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything a reply template may say.

    `seated`, `waiting`, `late` and `in_review` are the people that this mail (or the decision it reports) newly
    put there; `amended`, `replaced` and `cancelled` stood there before and were changed; `standing` stood there
    before and stay; `differing` stand there with other particulars, of which nothing was taken; `repeated` were
    named twice; `rejected` were not recorded; `left_out` stood on the sender's earlier form and stay.
    `form_changes` are those that hold for everybody in `amended`. `corrections` must be mended, `refused` are
    values that were not taken, `remarks` are only mentioned; `unclear` was read from a scan and has to be
    confirmed. `unread` names files that could not be read, each with why. `withheld` is True where the mail names
    people of whom the answer tells nothing. `seat_freed`: a cancellation gave a seat back; `fee_touched`: an
    amendment may change what is paid.
    """

    template: ReplyTemplate
    reason: Reason
    news: News
    notice: Notice | None
    salutation: str
    organisation: str
    received_at: str
    seated: tuple[Person, ...]
    waiting: tuple[Person, ...]
    late: tuple[Person, ...]
    in_review: tuple[Person, ...]
    amended: tuple[Person, ...]
    replaced: tuple[Person, ...]
    cancelled: tuple[Person, ...]
    standing: tuple[Person, ...]
    differing: tuple[Person, ...]
    repeated: tuple[str, ...]
    rejected: tuple[str, ...]
    left_out: tuple[str, ...]
    form_changes: tuple[Difference, ...]
    corrections: tuple[str, ...]
    refused: tuple[str, ...]
    remarks: tuple[str, ...]
    unclear: tuple[Unclear, ...]
    unread: tuple[tuple[str, str], ...]
    withheld: bool
    seat_freed: bool
    fee_touched: bool
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
            + self.amended
            + self.replaced
            + self.cancelled
            + self.standing
            + self.differing
        )

    @property
    def fresh(self) -> tuple[Person, ...]:
        """Whoever has a place since this decision."""
        return self.seated + self.waiting + self.late + self.in_review


@dataclass(frozen=True, slots=True)
class Reminder:
    """Everything the reminder of a payment may say. `enquiry_number` is "" where it hangs below no mail."""

    notice: Notice
    salutation: str
    organisation: str
    people: tuple[Person, ...]
    payment: Payment
    telephones: tuple[str, ...]
    enquiry_number: str
    office: str
    today: str

    @property
    def subject_name(self) -> str:
        return shortened(self.organisation, 20) or self.people[0].name
