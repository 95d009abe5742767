"""The rule on what a sender asks in her own words: done where it is clear who may and what is meant. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.admission.asked import CannotCarryOutError, carry_out
from bot.admission.case import CHANGES, Case, kept
from bot.admission.decide import decide
from bot.admission.entries import entries_of
from bot.admission.identity import People
from bot.admission.notes import describe
from bot.admission.promotion import after, promote
from bot.admission.reasons import sentence
from bot.admission.requests import worded
from bot.admission.words import name_key
from bot.records.decision import (
    Decision,
    Outcome,
    Reason,
    Registration,
    ReplyTemplate,
    Standing,
    State,
)
from bot.records.event import Event
from bot.records.request import Request, RequestKind, Worded


def asked_in_words(case: Case) -> Decision | None:
    """取消, 换人, 更正, 无误: done, or kept for a person; then nobody on an attached form is registered by the bot
    either."""
    if case.event is None or not (case.may_change or case.cancelled_before):
        return _left_to_person(case, Reason.NOT_ENTITLED) if case.asks_for_change else None
    asked = _asked(case)
    if asked.unclear and (case.asks_for_change or not case.names_people):
        return _left_to_person(case, Reason.REQUEST_UNCLEAR)
    requests = () if asked.unclear else asked.requests
    if case.names_people:
        # Corrections and confirmations stand on the form itself.
        requests = tuple(one for one in requests if one.kind in (RequestKind.CANCEL, RequestKind.REPLACE))
    if not requests:
        return _left_to_person(case, Reason.REQUEST_UNCLEAR) if case.asks_for_change else None
    if case.is_over and any(one.kind in (RequestKind.CANCEL, RequestKind.REPLACE) for one in requests):
        # Who took part is known by now, and money depends on it.
        return _left_to_person(case, Reason.EVENT_OVER)
    try:
        return _done(case, case.event, requests)
    except CannotCarryOutError as error:
        return _left_to_person(case, error.reason)


def unclear_beside_form(case: Case) -> bool:
    """Whether a form comes with words about people on the roll that could not be understood: the form counts, and
    a person reads the words."""
    return bool(case.may_change) and _asked(case).unclear


def _asked(case: Case) -> Worded:
    names = tuple(row.name.text for form in case.submission.forms for row in form.attendees)
    people = case.may_change if case.names_people else case.may_change + case.cancelled_before
    event = case.event
    topics = (event.title, event.form_title, event.document_number, *event.keywords) if event else ()
    return worded(
        case.intent.sentences,
        people,
        sender_name=case.submission.sender_name,
        form_names=names,
        topics=topics,
    )


def _left_to_person(case: Case, why: Reason) -> Decision:
    asked = CHANGES.get(case.intent.kind, Reason.ASKS_TO_CORRECT)
    review = (asked,) if case.event is None else (asked, why)
    return kept(
        case,
        Outcome.HANDED_TO_STAFF,
        asked,
        reply=ReplyTemplate.HANDED_TO_STAFF,
        review=review,
        note=sentence(review[-1]),
    )


def _done(case: Case, event: Event, requests: tuple[Request, ...]) -> Decision:
    """The requests carried out, freed seats given on, then whoever else stands on the mail's forms."""
    entries = tuple(one for form in entries_of(event, case.submission, case.members) for one in form)
    named = People(case.members.key, entries)
    cancelled = [one for request in requests if request.kind is RequestKind.CANCEL for one in request.people]
    if any(named.find(person) is not None for person in cancelled):
        raise CannotCarryOutError(Reason.REQUEST_UNCLEAR)
    known = People(case.members.key, (one for one in case.roll if one.state is not State.CANCELLED))
    replaces = [request for request in requests if request.kind is RequestKind.REPLACE]
    new = tuple(one for one in entries if known.find(one) is None) if replaces else ()
    coming = {name_key(request.successor) for request in replaces if request.successor}
    if any(name_key(one.name) in coming and known.find(one) is not None for one in entries):
        # Who comes has a place already, be it another hospital's.
        raise CannotCarryOutError(Reason.SAME_PERSON_TWICE)
    carried = carry_out(event, case.roll, requests, case.members, new)
    roll = after(case.roll, carried.changes)
    promotions = promote(event, roll, case.now, case.members.key)
    decision = Decision(
        outcome=carried.outcome,
        reason=carried.reason,
        note=describe(carried.people, promotions),
        reply=carried.reply,
        event_id=event.id,
        people=carried.people,
        unread=case.submission.unread,
        review_reasons=(Reason.QUESTION,) if case.intent.asks else (),
        changes=(*carried.changes, *promotions),
    )
    return _with_form(case, event, decision, after(roll, promotions)) if case.names_people else decision


def _with_form(case: Case, event: Event, done: Decision, roll: tuple[Registration, ...]) -> Decision:
    """Beside what was asked in words, what the mail's forms come to on the roll as it stands then."""
    rest = decide(event, roll, case.submission, case.members, entitlement=case.entitlement)
    settled = {person.registration.order for person in done.people}
    others = tuple(person for person in rest.people if person.registration.order not in settled)
    told = tuple(person for person in others if person.standing is not Standing.UNCHANGED)
    return replace(
        done,
        note=done.note + (describe(others) if others else ""),
        reply=ReplyTemplate.UPDATED if told else done.reply,
        people=(*done.people, *others),
        form_problems=rest.form_problems,
        review_reasons=tuple(dict.fromkeys((*done.review_reasons, *rest.review_reasons))),
        changes=(*done.changes, *rest.changes),
    )
