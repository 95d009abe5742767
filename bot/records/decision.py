"""A registration as recorded, and the decision that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.records.form import FieldProblem, ProblemCode, RegistrationForm, Unread


class State(StrEnum):
    """Where one person stands in one event (the words of `export`)."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    LATE = "late"
    CANCELLED = "cancelled"
    REVIEW = "review"


class Membership(StrEnum):
    """Whether an organisation is a member unit; UNKNOWN leaves the fee open for staff."""

    MEMBER = "member"
    NON_MEMBER = "non_member"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why the bot decided as it did: one word per rule, one sentence per word (`admission.reasons`)."""

    SEAT_FREE = "seat_free"
    CAPACITY_REACHED = "capacity_reached"
    OTHERS_WAIT_BEFORE = "others_wait_before"
    FORM_DOES_NOT_FIT = "form_does_not_fit"
    AFTER_DEADLINE = "after_deadline"
    LATE_REJECTED = "late_rejected"
    SAME_AS_BEFORE = "same_as_before"
    DIFFERS_FROM_BEFORE = "differs_from_before"
    SAME_PERSON_TWICE = "same_person_twice"
    NO_FORM_FOUND = "no_form_found"
    FORM_WITHOUT_PEOPLE = "form_without_people"
    NOT_READABLE = "not_readable"
    FILE_NOT_READABLE = "file_not_readable"
    ARRIVED_BEFORE_SEATED = "arrived_before_seated"
    EVENT_UNCLEAR = "event_unclear"
    BEFORE_OPENING = "before_opening"
    ASKS_TO_CANCEL = "asks_to_cancel"
    ASKS_TO_REPLACE = "asks_to_replace"
    QUESTION = "question"
    NO_REGISTRATION = "no_registration"
    NOT_FROM_A_PERSON = "not_from_a_person"
    ANSWER_HELD_BACK = "answer_held_back"
    STATION_FAILED = "station_failed"
    AMENDED = "amended"
    CANCELLED_BY_SENDER = "cancelled_by_sender"
    REPLACED_BY_SENDER = "replaced_by_sender"
    PROMOTED = "promoted"
    DECIDED_BY_STAFF = "decided_by_staff"
    MEMBERSHIP_SETTLED = "membership_settled"
    ASKS_TO_CORRECT = "asks_to_correct"
    REQUEST_UNCLEAR = "request_unclear"
    NOT_ENTITLED = "not_entitled"
    STAFF_DECIDED_BEFORE = "staff_decided_before"
    VALUE_REFUSED = "value_refused"
    ORGANISATION_LIMIT = "organisation_limit"
    EVENT_OVER = "event_over"
    NOT_DELIVERED = "not_delivered"
    CONFIRMED_AS_READ = "confirmed_as_read"


class ReplyTemplate(StrEnum):
    """The kinds of answer (the words of `export`); each is one pair of files in templates/."""

    CONFIRMED = "confirmed"
    MIXED = "mixed"
    WAITLISTED = "waitlisted"
    LATE = "late"
    NEEDS_CORRECTION = "needs_correction"
    NO_FORM = "no_form"
    UNREADABLE = "unreadable"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    PROMOTED = "promoted"
    REPLACED = "replaced"
    HANDED_TO_STAFF = "handed_to_staff"


class Outcome(StrEnum):
    """What became of a mail; each mail has exactly one."""

    REGISTERED = "registered"
    """At least one person was newly recorded."""
    UNCHANGED = "unchanged"
    """Everybody on the form stood there already, with the same particulars."""
    CHANGED = "changed"
    """What stood there was changed as the mail asked: amended, cancelled, replaced, confirmed as read."""
    REJECTED = "rejected"
    """Late, where the event rejects late forms: nothing recorded."""
    NO_FORM = "no_form"
    """Meant as a registration, but no form in it."""
    UNREADABLE = "unreadable"
    """Something like a form is there, but it can't be read; a person has to."""
    HANDED_TO_STAFF = "handed_to_staff"
    """Kept for a person: a change, a cancellation, a question, something unclear."""
    RECORDED = "recorded"
    """Nothing to do: bounces, automatic replies, lists, advertisements, mail before the event opened."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One person's place in one event. `id` is 0 until the ledger has recorded it; `number` is the place in
    the order of admission where the whole roll has been numbered, else None. Text fields are "" when missing.
    `fee` is in whole currency units, None when the membership is unknown."""

    event_id: str
    state: State
    reason: Reason
    name: str
    organisation: str
    submitting_organisation: str
    job_title: str
    mobile: str
    id_number: str
    single_room: bool | None
    membership: Membership
    fee: int | None
    contact: str
    phone: str
    email: str
    invoice_title: str
    taxpayer_id: str
    received_at: datetime
    uid: int
    form_index: int
    position: int
    message_id: str
    sender: str
    problems: tuple[FieldProblem, ...] = ()
    extras: tuple[tuple[str, str], ...] = ()
    origin: str = ""
    """Where the person stood: file, table, row, in words for people."""
    id: int = 0
    number: int | None = None
    mail_id: int = 0
    """The mail that it was recorded from, 0 until the ledger has recorded it."""
    answer_to: str = ""
    """Where answers about it may go; "" where no automatic answer may go anywhere."""
    by_staff: bool = False
    """A person decided on the state: no mail and no rule changes it any more, only a person."""

    @property
    def order(self) -> tuple[datetime, int, int, int]:
        """Arrival of the mail, then the form's place in the mail, then the row in the form."""
        return (self.received_at, self.uid, self.form_index, self.position)

    @property
    def blocking_problems(self) -> tuple[FieldProblem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def certain_id(self) -> str:
        """The identity number where nothing is wrong with it, else "": a mistyped one proves nothing."""
        return "" if any(problem.field == "id_number" for problem in self.problems) else self.id_number

    @property
    def uncertain(self) -> tuple[FieldProblem, ...]:
        """The values that were read from a scan or photo with little certainty, one problem per field."""
        found: dict[tuple[str, bool], FieldProblem] = {}
        for problem in self.problems:
            if problem.code is ProblemCode.UNCERTAIN:
                found.setdefault((problem.field, bool(problem.person)), problem)
        return tuple(found.values())

    @property
    def to_check(self) -> tuple[FieldProblem, ...]:
        """What staff may check against the scan: the uncertain values, and every other problem with a picture."""
        known = set(self.uncertain)
        return tuple(dict.fromkeys(p for p in self.problems if p in known or p.picture))

    def is_uncertain(self, field: str) -> bool:
        return any(problem.field == field for problem in self.uncertain)

    def as_read(self, problem: FieldProblem) -> str:
        """The value that a problem is about, as recorded; "" where there is none."""
        if problem.field == "single_room":
            return {True: "是", False: "否", None: ""}[self.single_room]
        if problem.field == "organisation" and not problem.person:
            return self.submitting_organisation
        value = getattr(self, problem.field, None)
        return value if isinstance(value, str) else dict(self.extras).get(problem.field, "")


@dataclass(frozen=True, slots=True)
class Submission:
    """The forms of one mail on their way to a decision, with what the decision may depend on."""

    received_at: datetime
    uid: int
    message_id: str
    sender: str
    forms: tuple[RegistrationForm, ...]
    unread: tuple[Unread, ...] = ()
    sender_name: str = ""


class Standing(StrEnum):
    """How one person on a form relates to the roll before this mail."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REPEATED = "repeated"
    """Named twice in the same mail; the first counts."""
    REJECTED = "rejected"
    """Late, where the event rejects late forms: not recorded."""
    AMENDED = "amended"
    """On the roll before; her particulars are now those of this mail, her place is as it was."""
    CANCELLED = "cancelled"
    """On the roll before; her registration was cancelled by this decision."""
    REPLACED = "replaced"
    """Takes over the place of somebody on the roll."""
    MOVED = "moved"
    """On the roll before; her state was changed: promoted from the waitlist, or by a person's word."""
    WITHHELD = "withheld"
    """On the roll, but not for this sender to know or to change: kept for a person, never shown in an answer."""


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """The decision on one person of a form.

    For NEW, `registration` is what shall be recorded (id 0); for UNCHANGED, CHANGED and WITHHELD it is the one on
    the roll; for AMENDED, CANCELLED, REPLACED and MOVED the one on the roll as it is after the decision.
    `changed` holds (field, old, new): for CHANGED and WITHHELD what differs and was not applied, for AMENDED and
    REPLACED what was applied (for REPLACED it begins with the name). `refused` are the fields of an AMENDED or
    CHANGED person whose new value was not taken, each with its problem.
    """

    standing: Standing
    registration: Registration
    reason: Reason
    changed: tuple[tuple[str, str, str], ...] = ()
    refused: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded registration that a decision changes: `before` as it was read, `after` as it shall stand (the
    same id and order of arrival). `fields` holds (field, old, new) of changed particulars."""

    before: Registration
    after: Registration
    reason: Reason
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def promotes(self) -> bool:
        """Whether somebody who waited has a seat now, by the rule and not by a person's word."""
        return self.reason is Reason.PROMOTED


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one mail: one outcome, at most one reply.

    `note` says it in Chinese for staff. `form_problems` are those of the forms themselves (a wrong taxpayer id).
    `needs_person` opens a review, with `review_reasons` telling why. `changes` are all recorded registrations that
    this decision changes, those promoted into freed seats included; `left_out` are people of the sender's earlier
    form whom this one does not name and who stay as they are.
    """

    outcome: Outcome
    reason: Reason
    note: str
    reply: ReplyTemplate | None = None
    event_id: str | None = None
    people: tuple[PersonDecision, ...] = ()
    form_problems: tuple[FieldProblem, ...] = ()
    unread: tuple[Unread, ...] = ()
    review_reasons: tuple[Reason, ...] = ()
    changes: tuple[Change, ...] = ()
    left_out: tuple[Registration, ...] = ()

    @property
    def needs_person(self) -> bool:
        return bool(self.review_reasons)

    @property
    def new_registrations(self) -> tuple[Registration, ...]:
        return tuple(p.registration for p in self.people if p.standing is Standing.NEW)
