"""All that a rule of the policy may look at, and the plainest decision: kept as it is, with a reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.admission.entitlement import Entitlement
from bot.admission.membership import MemberDirectory
from bot.admission.reasons import sentence
from bot.admission.words import name_key
from bot.records.decision import Decision, Outcome, Reason, Registration, ReplyTemplate, State, Submission
from bot.records.event import Event
from bot.records.form import UnreadCode
from bot.records.mail import Intent, MailKind, Screening

CHANGES = {MailKind.CANCELLATION: Reason.ASKS_TO_CANCEL, MailKind.REPLACEMENT: Reason.ASKS_TO_REPLACE}


@dataclass(frozen=True, slots=True)
class Case:
    """One mail, and what there was before it. `now` is when it is decided."""

    event: Event | None
    unrouted: Reason | None
    roll: tuple[Registration, ...]
    submission: Submission
    screening: Screening
    intent: Intent
    members: MemberDirectory
    now: datetime
    entitlement: Entitlement

    @property
    def names_people(self) -> bool:
        return any(form.attendees for form in self.submission.forms)

    @property
    def has_unread_candidate(self) -> bool:
        return any(file.code is not UnreadCode.NO_FORM for file in self.submission.unread)

    @property
    def asks_for_change(self) -> bool:
        return self.intent.kind in CHANGES

    @property
    def may_change(self) -> tuple[Registration, ...]:
        """Whom on the roll the sender may change."""
        active = (person for person in self.roll if person.state is not State.CANCELLED)
        return tuple(person for person in active if self.entitlement.covers(person))

    @property
    def cancelled_before(self) -> tuple[Registration, ...]:
        """Whom the sender could change until they were cancelled, each once, and nobody who is back: so that
        "cancel her" is understood when it comes again, and is never taken for somebody else."""
        back = {name_key(person.name) for person in self.may_change}
        gone = {
            name_key(person.name): person
            for person in self.roll
            if person.state is State.CANCELLED and self.entitlement.covers(person)
        }
        return tuple(person for name, person in gone.items() if name not in back)

    @property
    def is_over(self) -> bool:
        return self.event is not None and self.submission.received_at > self.event.over_after


def kept(
    case: Case,
    outcome: Outcome,
    reason: Reason,
    *,
    reply: ReplyTemplate | None = None,
    review: tuple[Reason, ...] = (),
    note: str = "",
) -> Decision:
    """Nobody is recorded or changed."""
    return Decision(
        outcome=outcome,
        reason=reason,
        note=note or sentence(reason),
        reply=reply,
        event_id=case.event.id if case.event else None,
        form_problems=(),
        unread=case.submission.unread,
        review_reasons=review,
    )
