"""What a mail with forms comes to: each person's standing and seat, the outcome, at most one reply.

A form that names somebody on the roll again amends her, where the sender may and nothing speaks against it; else
the old registration stays and a person is asked. A refusal is a value; nothing here fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.admission.amend import amended, decided, is_somebody_else
from bot.admission.entitlement import Entitlement
from bot.admission.entries import entries_of
from bot.admission.identity import People, differences
from bot.admission.membership import MemberDirectory
from bot.admission.notes import describe
from bot.admission.seats import Seating, seat
from bot.admission.words import name_key
from bot.records.decision import (
    Change,
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
from bot.records.form import FieldProblem, ProblemCode, UnreadCode

_LEFT_OUT = "原回执表上另有 {} 人这次没有列出，原登记不变，答复中已告知如何取消。"


def decide(
    event: Event,
    roll: tuple[Registration, ...],
    submission: Submission,
    members: MemberDirectory,
    *,
    entitlement: Entitlement | None = None,
) -> Decision:
    """The decision on a mail with at least one form that names people.

    `roll` is every registration of the event before this mail. A cancelled registration does not count: its
    person may register anew. `entitlement` says which of them the sender may know and change; None: by her address
    alone.
    """
    forms = entries_of(event, submission, members)
    may = entitlement or Entitlement.of(submission.sender, roll, members.key)
    compared = _Comparison(event, roll, members, may).of(forms)
    new_by_form = [
        [person.registration for person in form if person.standing is Standing.NEW] for form in compared.people
    ]
    seating = seat(event, roll, new_by_form, members.key)
    people = _with_seats((person for form in compared.people for person in form), seating)
    form_problems = tuple(dict.fromkeys(problem for form in submission.forms for problem in form.problems))
    outcome, reason = _outcome(people)
    left_out = _left_out(people, roll, submission.sender)
    return Decision(
        outcome=outcome,
        reason=reason,
        note=describe(people) + (_LEFT_OUT.format(len(left_out)) if left_out else ""),
        reply=reply_to(people, form_problems),
        event_id=event.id,
        people=people,
        form_problems=form_problems,
        unread=submission.unread,
        review_reasons=_review_reasons(people, seating, submission, compared.namesakes),
        changes=tuple(compared.changes),
        left_out=left_out,
    )


class _Comparison:
    """Each person of a mail against the roll, then against those named before in the same mail."""

    def __init__(
        self, event: Event, roll: tuple[Registration, ...], members: MemberDirectory, may: Entitlement
    ) -> None:
        self._event, self._members, self._may = event, members, may
        active = sorted((r for r in roll if r.state is not State.CANCELLED), key=lambda r: r.order)
        self._on_roll = People(members.key, active)
        self._gone = People(members.key, (r for r in roll if r.state is State.CANCELLED and r.by_staff))
        self._named = People(members.key)
        self._matched: list[Registration] = []
        self._numbers = {r.certain_id: r.order for r in active if r.certain_id}
        self._names = {self._name(r) for r in active}
        self.namesakes = False
        """Whether somebody new has the name and the organisation of another one, but numbers of her own."""
        self.people: list[list[PersonDecision]] = []
        self.changes: list[Change] = []

    def of(self, forms: tuple[tuple[Registration, ...], ...]) -> _Comparison:
        for form in forms:
            decisions = []
            for person in form:
                decisions.append(self._decision(person))
                self._named.add(person)
            self.people.append(decisions)
        return self

    def _decision(self, person: Registration) -> PersonDecision:
        before = self._on_roll.find(person)
        twice = before is not None and before in self._matched
        again = self._named.find(person) if before is None or twice else None
        if again is not None:
            return _repeated(person, again, self._members)
        if before is None:
            cancelled = self._gone.find(person)
            if cancelled is not None:
                # A person took the seat away: no mail gives it back without a person.
                return PersonDecision(Standing.WITHHELD, cancelled, Reason.STAFF_DECIDED_BEFORE)
            self.namesakes = self.namesakes or self._name(person) in self._names
            return PersonDecision(Standing.NEW, person, Reason.SEAT_FREE)
        self._matched.append(before)
        return self._seen_before(person, before)

    def _name(self, person: Registration) -> tuple[str, str]:
        return name_key(person.name), self._members.key(person.organisation or person.submitting_organisation)

    def _seen_before(self, person: Registration, before: Registration) -> PersonDecision:
        changed = differences(before, person, self._members.key)
        if not self._may.covers(before):
            return PersonDecision(Standing.WITHHELD, before, Reason.NOT_ENTITLED, changed)
        amendment = amended(self._event, before, person, changed)
        number = amendment.after.certain_id
        taken = bool(number) and self._numbers.get(number, before.order) != before.order
        if taken or is_somebody_else(before, person):
            return PersonDecision(Standing.CHANGED, before, Reason.DIFFERS_FROM_BEFORE, changed)
        if number:
            self._numbers[number] = before.order
        decision, change = decided(before, amendment)
        if change is not None:
            self.changes.append(change)
        return decision


def _repeated(person: Registration, first: Registration, members: MemberDirectory) -> PersonDecision:
    return PersonDecision(
        Standing.REPEATED, person, Reason.SAME_PERSON_TWICE, differences(first, person, members.key)
    )


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


def _left_out(
    people: tuple[PersonDecision, ...], roll: tuple[Registration, ...], sender: str
) -> tuple[Registration, ...]:
    """Whom of the same sender's earlier forms this mail does not name, where that form comes again: a clerk who
    strikes somebody out may believe that this cancels her."""
    again = {p.registration.order for p in _having(people, *_KNOWN)}
    forms = {(r.message_id, r.form_index) for r in roll if r.order in again and r.sender.lower() == sender.lower()}
    return tuple(
        r
        for r in roll
        if (r.message_id, r.form_index) in forms and r.state is not State.CANCELLED and r.order not in again
    )


_KNOWN = (Standing.UNCHANGED, Standing.CHANGED, Standing.AMENDED)


def _outcome(people: tuple[PersonDecision, ...]) -> tuple[Outcome, Reason]:
    """One outcome per mail: who is new decides first, then who was rejected, then what changed."""
    for standing, outcome in (
        (Standing.NEW, Outcome.REGISTERED),
        (Standing.AMENDED, Outcome.CHANGED),
        (Standing.REJECTED, Outcome.REJECTED),
        (Standing.WITHHELD, Outcome.HANDED_TO_STAFF),
        (Standing.CHANGED, Outcome.HANDED_TO_STAFF),
    ):
        found = _having(people, standing)
        if found:
            return outcome, found[0].reason
    return Outcome.UNCHANGED, Reason.SAME_AS_BEFORE


def reply_to(people: tuple[PersonDecision, ...], form_problems: tuple[FieldProblem, ...]) -> ReplyTemplate:
    """The one reply: late wins, then what has to be corrected, then what was changed, then where everybody on the
    forms stands."""
    fresh = _having(people, Standing.NEW, Standing.REJECTED)
    amended_now = _having(people, Standing.AMENDED)
    if any(person.registration.state is State.LATE for person in fresh):
        return ReplyTemplate.LATE
    told = (*fresh, *amended_now)
    problems = [problem for person in told for problem in person.registration.problems]
    problems += form_problems if told else ()
    problems += [problem for person in people for problem in person.refused]
    if any(problem.blocking for problem in problems):
        return ReplyTemplate.NEEDS_CORRECTION
    if amended_now:
        return ReplyTemplate.UPDATED
    if not fresh:
        own = _having(people, Standing.UNCHANGED, Standing.REPEATED)
        unclear = _having(people, Standing.CHANGED, Standing.WITHHELD)
        return ReplyTemplate.HANDED_TO_STAFF if unclear or not own else ReplyTemplate.UNCHANGED
    states = {person.registration.state for person in people if person.standing not in _UNTOLD}
    if states == {State.CONFIRMED}:
        return ReplyTemplate.CONFIRMED
    return ReplyTemplate.WAITLISTED if states == {State.WAITLISTED} else ReplyTemplate.MIXED


_UNTOLD = (Standing.REPEATED, Standing.WITHHELD)


def _review_reasons(
    people: tuple[PersonDecision, ...], seating: Seating, submission: Submission, namesakes: bool
) -> tuple[Reason, ...]:
    unread = any(file.code is not UnreadCode.NO_FORM or file.form_like for file in submission.unread)
    differing = [p for p in _having(people, Standing.CHANGED) if p.reason is Reason.DIFFERS_FROM_BEFORE]
    # A scan that seems to say something else than what is certain: the clerk is asked, and a person compares.
    doubtful = [p for person in people for p in person.refused if p.code is ProblemCode.UNCERTAIN]
    beyond = any(p.registration.reason is Reason.ORGANISATION_LIMIT for p in _having(people, Standing.NEW))
    withheld = {person.reason for person in _having(people, Standing.WITHHELD)}
    rules = (
        (bool(differing), Reason.DIFFERS_FROM_BEFORE),
        (bool(doubtful), Reason.VALUE_REFUSED),
        (Reason.NOT_ENTITLED in withheld, Reason.NOT_ENTITLED),
        (Reason.STAFF_DECIDED_BEFORE in withheld, Reason.STAFF_DECIDED_BEFORE),
        # Two rows may also be two people, one of them with the other's number pasted in.
        (
            namesakes or any(person.changed for person in _having(people, Standing.REPEATED)),
            Reason.SAME_PERSON_TWICE,
        ),
        (seating.overtaken, Reason.ARRIVED_BEFORE_SEATED),
        (beyond, Reason.ORGANISATION_LIMIT),
        (unread, Reason.FILE_NOT_READABLE),
    )
    return tuple(reason for applies, reason in rules if applies)
