"""Staff's word in the workbook, carried out: one act, one commit, and those concerned are told.

What contradicts itself is not done; the sentence that says why goes back beside the row. Seats that staff free go
to the waitlist in the same commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.admission.amend import amended
from bot.admission.identity import People, differences
from bot.admission.promotion import after, promote
from bot.admission.staff_word import STATES, decided_by_staff, rows_refused, template_of
from bot.jobs.completed import completed_people
from bot.jobs.notices import Told, notices_for, notices_of_changes, promoted
from bot.jobs.receive import Parts
from bot.ledger.act_commit import ActCommit
from bot.records.act import ActKind
from bot.records.decision import Change, Reason, Registration, ReplyTemplate, State
from bot.records.event import Event
from bot.records.office import WaitingMail
from bot.records.staff import ReviewWord, StaffAction, StaffWords

_ALREADY = "这封来信已经处理过，没有再改动。"
_UNKNOWN = "台账里没有这一条，没有改动。"
_NOBODY_NAMED = "请先填写姓名，再选“{}”。"
_NOBODY_FOUND = "名单里找不到“{}”这个人（或不止一人），没有改动；请核对姓名、单位。"


@dataclass
class StaffReport:
    """What became of staff's words: sentences for rows whose word was not carried out (by registration, by mail),
    and how many were."""

    remarks: dict[int, str] = field(default_factory=dict)
    review_remarks: dict[int, str] = field(default_factory=dict)
    done: int = 0


def carry_out(parts: Parts, event: Event, words: StaffWords, now: datetime) -> StaffReport:
    """Record the words as one act and do what they say; gives what could not be done."""
    report = StaffReport()
    with parts.ledger.act_commit((event.id,), ActKind.STAFF, words.as_json(), now) as commit:
        desk = _Desk(parts, event, commit, now, report)
        desk.decide_people(words)
        desk.decide_reviews(words.reviews)
        desk.finish()
    return report


class _Desk:
    """The roll while staff's words are being carried out, and who has to hear of it."""

    def __init__(self, parts: Parts, event: Event, commit: ActCommit, now: datetime, report: StaffReport) -> None:
        self._parts, self._event, self._commit = parts, event, commit
        self._now, self._report = now, report
        self._key = parts.members.key
        self._roll = commit.roll(event.id)
        self._changes: list[Change] = []
        self._told: list[Told] = []

    def decide_people(self, words: StaffWords) -> None:
        # Who gives a place up comes first: somebody else may be given it by the same reading.
        for word in sorted(words.people, key=lambda one: one.action is not StaffAction.CANCEL):
            person = next((one for one in self._roll if one.id == word.registration_id), None)
            if person is None:
                self._report.remarks[word.registration_id] = _UNKNOWN
                continue
            decided = decided_by_staff(self._roll, person, word.action, self._key)
            if isinstance(decided, str):
                self._report.remarks[person.id] = decided
                continue
            self._report.done += 1
            self._commit.note(
                "staff_decided", reason=str(word.action), registration_id=person.id, event_id=self._event.id
            )
            if decided is not None:
                self._apply(decided)

    def _apply(self, change: Change) -> None:
        self._commit.change(self._event.id, (change,))
        self._roll = after(self._roll, (change,))
        self._changes.append(change)

    def decide_reviews(self, words: Iterable[ReviewWord]) -> None:
        """Each mail's words together or not at all: whoever was left out would be forgotten with the mail."""
        by_mail: dict[int, list[ReviewWord]] = {}
        for word in words:
            by_mail.setdefault(word.mail_id, []).append(word)
        for mail_id, own in by_mail.items():
            told = self._decide_review(mail_id, own)
            if told:
                self._report.review_remarks[mail_id] = told

    def _decide_review(self, mail_id: int, words: list[ReviewWord]) -> str:
        """A sentence where the words can't be carried out, and then nothing is done."""
        mail = self._commit.mail(mail_id)
        if mail is None or not mail.waits:
            return _UNKNOWN if mail is None else _ALREADY
        first = 1 + max((one.form_index for one in self._roll if one.mail_id == mail.id), default=-1)
        steps = []
        for word in words:
            people = completed_people(self._event, self._parts.members, mail, word, first)
            first += len(word.people)
            found = self._to_cancel(people) if word.action is StaffAction.CANCEL else ()
            told = found if isinstance(found, str) else self._objection(word, people)
            if told:
                return told
            steps.append((word.action, people, found))
        leaving = [one for _, _, found in steps for one in found if isinstance(one, Registration)]
        coming = [
            (action, people) for action, people, _ in steps if action in (StaffAction.ADMIT, StaffAction.WAIT)
        ]
        gone = {one.id for one in leaving}
        stays = [one for one in self._roll if one.state is not State.CANCELLED and one.id not in gone]
        told = rows_refused(stays, [person for _, people in coming for person in people], self._key)
        if told:
            return told
        # A place that is taken from somebody is free for whoever stands beside her.
        self._cancel(leaving)
        for action, people in coming:
            self._admit(mail, people, STATES[action])
        for word in words:
            self._commit.note("staff_decided", reason=str(word.action), mail_id=mail.id, event_id=self._event.id)
        self._commit.close_review(mail.id)
        self._report.done += len(words)
        return ""

    def _objection(self, word: ReviewWord, people: tuple[Registration, ...]) -> str:
        if word.action in (StaffAction.IGNORE, StaffAction.NONE):
            return ""
        named = people and all(person.name for person in people)
        return "" if named else _NOBODY_NAMED.format(word.action)

    def _to_cancel(self, people: tuple[Registration, ...]) -> tuple[Registration, ...] | str:
        """Those on the list whom the rows name; a sentence where one is not to be found, or not for sure."""
        active = [one for one in self._roll if one.state is not State.CANCELLED]
        found: list[Registration] = []
        for person in people:
            namesakes = [one for one in active if one.name == person.name]
            # A number tells namesakes apart, and a unit that was written shorter than on the form.
            same = [one for one in namesakes if _same_number(one, person)]
            same = same or [one for one in namesakes if self._same_unit(one, person)]
            if len(same) != 1:
                return _NOBODY_FOUND.format(person.name) if person.name else ""
            found.append(same[0])
        return tuple(found)

    def _cancel(self, people: Iterable[Registration]) -> None:
        for one in people:
            change = decided_by_staff(self._roll, one, StaffAction.CANCEL, self._key)
            if isinstance(change, Change):
                self._apply(change)

    def _same_unit(self, one: Registration, other: Registration) -> bool:
        return not other.organisation or self._key(one.organisation) == self._key(other.organisation)

    def _admit(self, mail: WaitingMail, people: tuple[Registration, ...], state: State) -> None:
        """Registers who is new, with the mail's time of arrival; who is on the list gets the state and what is new
        about her."""
        known = People(self._key, (one for one in self._roll if one.state is not State.CANCELLED))
        new: list[Registration] = []
        for person in people:
            before = known.find(person)
            if before is None:
                new.append(replace(person, state=state, reason=Reason.DECIDED_BY_STAFF, by_staff=True))
                known.add(person)
            elif before.id:
                self._settle(before, person, state)
        ids = self._commit.register(new, mail.id)
        recorded = [
            replace(person, id=number, mail_id=mail.id, answer_to=mail.answer_to)
            for person, number in zip(new, ids, strict=True)
        ]
        self._roll = (*self._roll, *recorded)
        template = ReplyTemplate.CONFIRMED if state is State.CONFIRMED else ReplyTemplate.WAITLISTED
        self._told += [(person, template, Reason.DECIDED_BY_STAFF, ()) for person in recorded]

    def _settle(self, before: Registration, person: Registration, state: State) -> None:
        current = next(one for one in self._roll if one.id == before.id)
        amendment = amended(self._event, current, person, differences(current, person, self._key))
        settled = replace(amendment.after, state=state, reason=Reason.DECIDED_BY_STAFF, by_staff=True)
        if settled != current:
            self._apply(Change(current, settled, Reason.DECIDED_BY_STAFF, amendment.applied))

    def finish(self) -> None:
        """Gives freed seats to the waitlist, and tells everybody concerned."""
        promotions = promote(self._event, self._roll, self._now, self._key)
        self._commit.change(self._event.id, promotions)
        self._roll = after(self._roll, promotions)
        if self._parts.reply_mode == "off":
            return
        composer, raw = self._parts.composer, self._commit.raw_mail
        notices = (
            *notices_of_changes(
                composer, self._event, _net(self._changes), template_of, self._roll, raw, self._now
            ),
            *notices_for(composer, self._event, self._told, self._roll, raw, self._now),
            *notices_of_changes(composer, self._event, promotions, promoted, self._roll, raw, self._now),
        )
        self._commit.notify(notices, draft=self._parts.reply_mode == "draft")


def _same_number(one: Registration, other: Registration) -> bool:
    pairs = ((one.mobile, other.mobile), (one.id_number, other.id_number))
    return any(theirs and theirs == written for theirs, written in pairs)


def _net(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Several changes of one person as one, from what stood before them to what stands after."""
    found: dict[int, Change] = {}
    for change in changes:
        first = found.get(change.before.id)
        found[change.before.id] = replace(change, before=first.before) if first else change
    return tuple(found.values())
