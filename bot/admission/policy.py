"""The whole policy: what becomes of any mail. The rules stand in order; the first that answers decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.admission.asked_rule import asked_in_words, unclear_beside_form
from bot.admission.case import Case, kept
from bot.admission.decide import decide
from bot.admission.entitlement import Entitlement
from bot.admission.entries import entries_of
from bot.admission.identity import People
from bot.admission.membership import MemberDirectory
from bot.admission.reasons import sentence
from bot.records.decision import Decision, Outcome, Reason, Registration, ReplyTemplate, Submission
from bot.records.event import Event
from bot.records.mail import Intent, MailKind, MailMark, Screening

_THANKS = "thanks"
_NO_ATTEMPT = frozenset({_THANKS, "advertisement", "payment", "other_papers"})
"""Words of `Intent.reason` for mail that plainly does not try to register, whatever files it carries."""


def decide_mail(
    event: Event | None,
    roll: tuple[Registration, ...],
    *,
    submission: Submission,
    screening: Screening,
    intent: Intent,
    members: MemberDirectory,
    unrouted: Reason | None = None,
    now: datetime | None = None,
    authentication_required: bool = False,
) -> Decision:
    """What becomes of one mail.

    `event` and `unrouted` are what `choose_event` gave: without an event, the reason why (EVENT_UNCLEAR where
    none is told). `now` is when it is decided (the time of arrival where None). Changes are accepted only from
    senders that the server vouches for, where it tells, or in any case with `authentication_required`. Where the
    answer must not go out (`screening.may_answer`), the decision stands, the reply is None and a person is asked
    to answer.
    """
    if event is None:
        unrouted = unrouted or Reason.EVENT_UNCLEAR
    entitlement = Entitlement.of(
        submission.sender,
        roll,
        members.key,
        screening.authenticity,
        required=authentication_required,
        answer_to=screening.answer_to,
    )
    moment = now or submission.received_at
    case = Case(event, unrouted, roll, submission, screening, intent, members, moment, entitlement)
    decision = next(found for rule in POLICY if (found := rule(case)) is not None)
    if decision.reply is not None and not (screening.may_answer and screening.answer_to):
        reasons = (*decision.review_reasons, Reason.ANSWER_HELD_BACK)
        return replace(decision, reply=None, review_reasons=reasons, note=decision.note + screening.note)
    return decision


def decide_after_failure(event: Event | None, note: str = "") -> Decision:
    """For a mail that a station could not get through: kept for a person, never answered by guess."""
    return Decision(
        outcome=Outcome.HANDED_TO_STAFF,
        reason=Reason.STATION_FAILED,
        note=note or sentence(Reason.STATION_FAILED),
        event_id=event.id if event else None,
        review_reasons=(Reason.STATION_FAILED,),
    )


def not_from_a_person(case: Case) -> Decision | None:
    """Bounces, automatic replies, lists: recorded, never answered. A form that names somebody unknown, in a mail
    that only looks automatic (a hospital's automatic forwarding), is not let go unseen."""
    if case.screening.kind is None:
        return None
    unseen = case.screening.kind is not MailKind.BOUNCE and _names_somebody_unknown(case)
    review = (Reason.NOT_FROM_A_PERSON,) if case.screening.needs_person or unseen else ()
    decision = kept(case, Outcome.RECORDED, Reason.NOT_FROM_A_PERSON, review=review, note=case.screening.note)
    return decision if review else replace(decision, event_id=None)


def _names_somebody_unknown(case: Case) -> bool:
    """An automatic reply that quotes our own answer names only people on the roll."""
    if case.event is None:
        return case.names_people
    entries = (entry for form in entries_of(case.event, case.submission, case.members) for entry in form)
    on_roll = People(case.members.key, case.roll)
    return any(on_roll.find(entry) is None for entry in entries)


def before_opening(case: Case) -> Decision | None:
    early = case.event is not None and case.submission.received_at < case.event.opens
    if not early and case.unrouted is not Reason.BEFORE_OPENING:
        return None
    return replace(kept(case, Outcome.RECORDED, Reason.BEFORE_OPENING), event_id=None)


def event_over(case: Case) -> Decision | None:
    """A form for an event that has taken place: said so, and nobody is recorded."""
    if not case.is_over or case.asks_for_change or not (case.names_people or case.intent.plainly_registers):
        return None
    return kept(case, Outcome.REJECTED, Reason.EVENT_OVER, reply=ReplyTemplate.LATE)


def event_unclear(case: Case) -> Decision | None:
    """Only where there is something to register: a question needs no event."""
    to_register = case.names_people or (case.has_unread_candidate and case.intent.reason not in _NO_ATTEMPT)
    if case.event is not None or not to_register:
        return None
    return kept(
        case,
        Outcome.HANDED_TO_STAFF,
        Reason.EVENT_UNCLEAR,
        reply=ReplyTemplate.HANDED_TO_STAFF,
        review=(Reason.EVENT_UNCLEAR,),
    )


def forms_with_people(case: Case) -> Decision | None:
    if case.event is None or not case.names_people:
        return None
    decision = decide(case.event, case.roll, case.submission, case.members, entitlement=case.entitlement)
    # What is asked beside a form would be answered by nobody.
    rules = ((unclear_beside_form(case), Reason.REQUEST_UNCLEAR), (case.intent.asks, Reason.QUESTION))
    review = tuple(reason for applies, reason in rules if applies)
    return replace(decision, review_reasons=(*decision.review_reasons, *review))


def unreadable(case: Case) -> Decision | None:
    if not case.has_unread_candidate or case.intent.reason in _NO_ATTEMPT:
        return None
    return kept(
        case,
        Outcome.UNREADABLE,
        Reason.NOT_READABLE,
        reply=ReplyTemplate.UNREADABLE,
        review=(Reason.NOT_READABLE,),
        note=sentence(Reason.NOT_READABLE) + "".join(file.text for file in case.submission.unread),
    )


def nobody_made_out(case: Case) -> Decision | None:
    """A scan or photo that is a form by its words, but in which nobody could be made out: it would be wrong to say
    that there is no form, so a person reads it and answers."""
    scans = [file for file in case.submission.unread if file.form_like]
    if not scans or case.intent.reason in _NO_ATTEMPT:
        return None
    review = (Reason.NOT_READABLE, *((Reason.QUESTION,) if case.intent.asks else ()))
    note = sentence(Reason.NOT_READABLE) + "".join(dict.fromkeys(file.text for file in scans))
    return kept(case, Outcome.HANDED_TO_STAFF, Reason.NOT_READABLE, review=review, note=note)


def no_form(case: Case) -> Decision | None:
    """Plainly meant as a registration, or a form that nobody filled in. A question that carries the blank form
    is a question."""
    plainly = case.intent.plainly_registers
    if case.intent.reason in _NO_ATTEMPT or (case.submission.forms and case.intent.asks):
        return None
    if not plainly and (not case.submission.forms or case.intent.kind is MailKind.QUESTION):
        return None
    reason = Reason.FORM_WITHOUT_PEOPLE if case.submission.forms else Reason.NO_FORM_FOUND
    # With a file that we took for no form, a person makes sure; without any, the answer says all there is to say.
    review = (reason,) if case.submission.unread else ()
    return kept(case, Outcome.NO_FORM, reason, reply=ReplyTemplate.NO_FORM, review=review)


def question(case: Case) -> Decision | None:
    if case.intent.kind is not MailKind.QUESTION and not case.intent.asks:
        return None
    return kept(case, Outcome.HANDED_TO_STAFF, Reason.QUESTION, review=(Reason.QUESTION,))


def perhaps_registers(case: Case) -> Decision | None:
    """About a registration, but too unclear to be told that its form is missing."""
    if case.intent.kind is not MailKind.REGISTRATION:
        return None
    return kept(case, Outcome.HANDED_TO_STAFF, Reason.NO_FORM_FOUND, review=(Reason.NO_FORM_FOUND,))


_PAPERS = {
    "payment": "来信说的是缴费，请工作人员核对到账情况。",
    "other_papers": "来信是票据、报价、邀请一类的材料，不是报名，请工作人员看一下。",
}


def anything_else(case: Case) -> Decision:
    """Thanks need nobody; all else that no rule knows is left to staff."""
    only_thanks = case.intent.reason == _THANKS and not case.has_unread_candidate
    review = () if only_thanks else (Reason.NO_REGISTRATION,)
    note = _PAPERS.get(case.intent.reason, "")
    return kept(case, Outcome.RECORDED, Reason.NO_REGISTRATION, review=review, note=note)


Rule = Callable[[Case], Decision | None]

POLICY: tuple[Rule, ...] = (
    not_from_a_person,
    before_opening,
    event_over,
    asked_in_words,
    event_unclear,
    forms_with_people,
    unreadable,
    nobody_made_out,
    no_form,
    question,
    perhaps_registers,
    anything_else,
)
"""The order is the policy."""

_KIND_BY_REASON = {
    Reason.ASKS_TO_CANCEL: MailKind.CANCELLATION,
    Reason.ASKS_TO_REPLACE: MailKind.REPLACEMENT,
    Reason.CANCELLED_BY_SENDER: MailKind.CANCELLATION,
    Reason.REPLACED_BY_SENDER: MailKind.REPLACEMENT,
    Reason.QUESTION: MailKind.QUESTION,
    Reason.NO_REGISTRATION: MailKind.OTHER,
}


def kind_of(decision: Decision, screening: Screening, intent: Intent) -> MailKind:
    """The kind to record: what screening said of mail from no person, else what the decision made of it."""
    if screening.kind is not None:
        return screening.kind
    if decision.reason in (Reason.BEFORE_OPENING, Reason.STATION_FAILED):
        return intent.kind
    return _KIND_BY_REASON.get(decision.reason, MailKind.REGISTRATION)


def mark_of(decision: Decision, *, answers: bool = True) -> MailMark:
    """What the mailbox shall show: a mail that needs a person stays unread and flagged, even if answered.

    `answers` is False for a bot that sends nothing itself (replies.mode draft or off): a mail that nobody has
    answered yet is not shown as answered.
    """
    if decision.needs_person:
        return MailMark.FOR_PERSON
    return MailMark.ANSWERED if decision.reply is not None and answers else MailMark.NONE
