"""What a mail with forms comes to: each person's standing and seat, the outcome, at most one reply.

Never changes what is recorded: where a form differs from the roll, the old registration stays and a person is
asked. A refusal is a value; nothing here fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.admission.entries import entries_of
from bot.admission.identity import People, differences
from bot.admission.membership import MemberDirectory
from bot.admission.notes import describe
from bot.admission.seats import Seating, seat
from bot.records.decision import (
    Decision,
    Outcome,
    PersonDecision,
    Reason,
    Registration,
    ReplyTemplate,
    Standing,
    State,
    Submission,
)
from bot.records.event import Event
from bot.records.form import FieldProblem, UnreadCode


def decide(
    event: Event, roll: tuple[Registration, ...], submission: Submission, members: MemberDirectory
) -> Decision:
    """The decision on a mail with at least one form that names people.

    `roll` is every registration of the event before this mail. A cancelled registration does not count: its
    person may register anew.
    """
    forms = entries_of(event, submission, members)
    compared = _compare(forms, roll, members)
    new_by_form = [
        [person.registration for person in form if person.standing is Standing.NEW] for form in compared
    ]
    seating = seat(event, roll, new_by_form)
    people = _with_seats((person for form in compared for person in form), seating)
    form_problems = tuple(dict.fromkeys(problem for form in submission.forms for problem in form.problems))
    outcome, reason = _outcome(people)
    left_out = _left_out(people, roll, submission.sender)
    return Decision(
        outcome=outcome,
        reason=reason,
        note=describe(people)
        + (f"原回执表上另有 {left_out} 人这次没有列出，原登记不变，请核对是否取消。" if left_out else ""),
        reply=_reply(people, form_problems),
        event_id=event.id,
        people=people,
        form_problems=form_problems,
        unread=submission.unread,
        review_reasons=_review_reasons(people, seating, submission, left_out),
    )


def _compare(
    forms: tuple[tuple[Registration, ...], ...], roll: tuple[Registration, ...], members: MemberDirectory
) -> list[list[PersonDecision]]:
    """Each person against the roll, then against those named before in the same mail."""
    on_roll = People(
        members.key, sorted((r for r in roll if r.state is not State.CANCELLED), key=lambda r: r.order)
    )
    named = People(members.key)
    matched: list[Registration] = []
    result: list[list[PersonDecision]] = []
    for form in forms:
        decisions = []
        for person in form:
            before = on_roll.find(person)
            twice = before is not None and before in matched
            again = named.find(person) if before is None or twice else None
            if again is not None:
                decisions.append(_repeated(person, again, members))
            elif before is not None:
                decisions.append(_seen_before(person, before, members))
                matched.append(before)
            else:
                decisions.append(PersonDecision(Standing.NEW, person, Reason.SEAT_FREE))
            named.add(person)
        result.append(decisions)
    return result


def _repeated(person: Registration, first: Registration, members: MemberDirectory) -> PersonDecision:
    return PersonDecision(
        Standing.REPEATED, person, Reason.SAME_PERSON_TWICE, differences(first, person, members.key)
    )


def _seen_before(person: Registration, before: Registration, members: MemberDirectory) -> PersonDecision:
    changed = differences(before, person, members.key)
    if changed:
        return PersonDecision(Standing.CHANGED, before, Reason.DIFFERS_FROM_BEFORE, changed)
    return PersonDecision(Standing.UNCHANGED, before, Reason.SAME_AS_BEFORE)


def _with_seats(people: Iterable[PersonDecision], seating: Seating) -> tuple[PersonDecision, ...]:
    seated = iter(seating.registrations)
    result = []
    for person in people:
        if person.standing is Standing.NEW:
            registration = next(seated)
            standing = Standing.REJECTED if seating.rejected else Standing.NEW
            result.append(
                replace(person, standing=standing, registration=registration, reason=registration.reason)
            )
        else:
            result.append(person)
    return tuple(result)


def _having(people: tuple[PersonDecision, ...], *standings: Standing) -> tuple[PersonDecision, ...]:
    return tuple(person for person in people if person.standing in standings)


def _left_out(people: tuple[PersonDecision, ...], roll: tuple[Registration, ...], sender: str) -> int:
    """How many of the same sender's earlier forms are missing where that form comes again: a clerk who strikes
    somebody out, or puts another in that place, may say so by her form alone."""
    again = [p.registration for p in _having(people, Standing.UNCHANGED, Standing.CHANGED)]
    forms = {(r.message_id, r.form_index) for r in again if r.sender.lower() == sender.lower()}
    return sum(
        (r.message_id, r.form_index) in forms and r.state is not State.CANCELLED and r not in again for r in roll
    )


def _outcome(people: tuple[PersonDecision, ...]) -> tuple[Outcome, Reason]:
    """One outcome per mail: who is new decides first, then who was rejected, then what changed."""
    for standing, outcome in (
        (Standing.NEW, Outcome.REGISTERED),
        (Standing.REJECTED, Outcome.REJECTED),
        (Standing.CHANGED, Outcome.HANDED_TO_STAFF),
    ):
        found = _having(people, standing)
        if found:
            return outcome, found[0].reason
    return Outcome.UNCHANGED, Reason.SAME_AS_BEFORE


def _reply(people: tuple[PersonDecision, ...], form_problems: tuple[FieldProblem, ...]) -> ReplyTemplate:
    """The one reply: late wins, then what has to be corrected, then where everybody on the forms stands."""
    fresh = _having(people, Standing.NEW, Standing.REJECTED)
    if not fresh:
        changed = _having(people, Standing.CHANGED)
        return ReplyTemplate.HANDED_TO_STAFF if changed else ReplyTemplate.UNCHANGED
    if any(person.registration.state is State.LATE for person in fresh):
        return ReplyTemplate.LATE
    problems = (*form_problems, *(problem for person in fresh for problem in person.registration.problems))
    if any(problem.blocking for problem in problems):
        return ReplyTemplate.NEEDS_CORRECTION
    states = {person.registration.state for person in people if person.standing is not Standing.REPEATED}
    if states == {State.CONFIRMED}:
        return ReplyTemplate.CONFIRMED
    return ReplyTemplate.WAITLISTED if states == {State.WAITLISTED} else ReplyTemplate.MIXED


def _review_reasons(
    people: tuple[PersonDecision, ...], seating: Seating, submission: Submission, left_out: int
) -> tuple[Reason, ...]:
    unread = any(file.code is not UnreadCode.NO_FORM or file.form_like for file in submission.unread)
    rules = (
        (bool(left_out or _having(people, Standing.CHANGED)), Reason.DIFFERS_FROM_BEFORE),
        # Two rows may also be two people, one of them with the other's number pasted in.
        (any(person.changed for person in _having(people, Standing.REPEATED)), Reason.SAME_PERSON_TWICE),
        (seating.overtaken, Reason.ARRIVED_BEFORE_SEATED),
        (unread, Reason.FILE_NOT_READABLE),
    )
    return tuple(reason for applies, reason in rules if applies)
