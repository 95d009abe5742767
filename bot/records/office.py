"""What the office sees: recorded mails, reviews, staff's own entries, and the state of one event as a whole."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime

from bot.records.decision import Outcome, Reason, Registration, ReplyTemplate, State
from bot.records.event import Event
from bot.records.form import FieldProblem
from bot.records.lists import OfficeLists
from bot.records.mail import MailKind, MailLocation


@dataclass(frozen=True, slots=True)
class MailEntry:
    """One recorded mail. `reply` is `sent`, `queued`, `draft` or `none`, as in `export`; `undelivered` tells why
    an answer could not be sent ("" otherwise). `reviewed_at` is None while a needed person has not looked."""

    id: int
    message_id: str
    received_at: datetime
    sender: str
    sender_name: str
    subject: str
    kind: MailKind
    outcome: Outcome
    reason: Reason
    note: str
    event_id: str | None
    needs_person: bool
    reply: str
    reply_template: ReplyTemplate | None
    undelivered: str = ""
    excerpt: str = ""
    attachment_names: tuple[str, ...] = ()
    recorded_at: datetime | None = None
    location: MailLocation | None = None
    telephone: str = ""
    """A number to call about this mail, as far as a form gave one."""
    review_reasons: tuple[Reason, ...] = ()
    """Why a person has to look, most important first; empty when nobody has to."""

    @property
    def why(self) -> Reason:
        """What staff should read first: why they have to look, else why it was decided as it was."""
        return self.review_reasons[0] if self.needs_person and self.review_reasons else self.reason


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """What a decision about a recorded mail builds on. `waits` is False once somebody has decided."""

    id: int
    message_id: str
    received_at: datetime
    uid: int
    sender: str
    sender_name: str
    answer_to: str
    event_id: str | None
    waits: bool


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """What staff wrote beside one registration in the workbook's own columns (缴费 开票 处理 备注)."""

    registration_id: int
    paid: str = ""
    invoiced: str = ""
    action: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the append-only journal: who did what to which registration or mail, and why."""

    id: int
    at: datetime
    actor: str
    action: str
    reason: str
    text: str
    mail_id: int | None = None
    registration_id: int | None = None
    event_id: str | None = None
    act_id: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Mails in the mailbox since the earliest opening, against mails recorded from it."""

    in_mailbox: int
    recorded: int
    counted_at: datetime

    @property
    def holds(self) -> bool:
        return self.in_mailbox == self.recorded


@dataclass(frozen=True, slots=True)
class EventView:
    """Everything about one event at one moment, numbered: what workbook, digest, status and export show."""

    event: Event
    registrations: tuple[Registration, ...]
    mails: tuple[MailEntry, ...]
    staff: tuple[StaffEntry, ...] = ()
    balance: Balance | None = None
    remarks: tuple[tuple[int, str], ...] = ()
    """Registration -> what staff should read beside it: a word of theirs that was not carried out, and why."""
    review_remarks: tuple[tuple[int, str], ...] = ()
    """The same, by mail that waits for a person."""
    mail_files: tuple[tuple[int, str], ...] = ()
    """Mail -> its file, relative to the workbook."""
    read_people: tuple[tuple[int, tuple[tuple[tuple[str, str], ...], ...]], ...] = ()
    """Mail that waits for a person -> the people that could be made out in it, each as (field of Registration,
    value in the workbook's words)."""
    undelivered: tuple[tuple[int, str], ...] = ()
    """Registration -> why an answer about it did not arrive."""
    settled_reviews: tuple[int, ...] = ()
    """Mails that no longer wait because staff's word in the workbook was carried out: their rows may go."""
    lists: OfficeLists = field(default_factory=OfficeLists)
    """Rooms, flights, invoices and badges of those who have a seat; empty where nobody asked for them."""

    def count(self, state: State) -> int:
        return sum(registration.state is state for registration in self.registrations)

    @property
    def to_check(self) -> tuple[tuple[Registration, FieldProblem], ...]:
        """What staff may check against scans, in the order of the registrations; what stands once for everybody on
        a form (its tax number, its organisation) only with the first of them. Cancelled people are left out."""
        found: dict[Hashable, tuple[Registration, FieldProblem]] = {}
        for registration in self.registrations:
            for problem in registration.to_check if registration.state is not State.CANCELLED else ():
                form = (registration.message_id, registration.form_index, problem.field, problem.code)
                of_form = not problem.person or problem.field == "organisation"
                whose = registration.as_read(problem) if of_form else registration.position
                found.setdefault((*form, of_form, whose), (registration, problem))
        return tuple(found.values())

    @property
    def reviews(self) -> tuple[MailEntry, ...]:
        """The mails that wait for a person, oldest first."""
        return tuple(mail for mail in self.mails if mail.needs_person)
