"""People as an answer shows them: where they stand, their particulars masked, and what changed.

Pure. Of a recorded person whom this mail describes differently only the names of the differing fields are told,
since the sender may not be the one who registered that person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.records.decision import PersonDecision, Registration, Standing, State
from bot.records.event import Event
from bot.replies.changes import LABELS
from bot.replies.facts import Difference, Person
from bot.replies.masking import masked_id, masked_mobile
from bot.replies.payment import fee_words
from bot.replies.wording import NAME_LIMIT, ORGANISATION_LIMIT, moment, tame

OF_THIS_MAIL = frozenset((Standing.NEW, Standing.REPEATED, Standing.REJECTED))
"""Standings of people whose particulars are those of the answered mail."""

_ROOMS: dict[bool | None, str] = {True: "单间", False: "标准双人间", None: "未填写，按标准双人间安排"}
_NOT_GIVEN = "未填写"


class Roll:
    """The event's roll after the decision: finds a person's entry and the position on the waitlist."""

    def __init__(self, entries: Sequence[Registration]) -> None:
        self._by_id = {entry.id: entry for entry in entries if entry.id}
        self._by_row = {(entry.order, entry.name): entry for entry in entries}
        waiting = [entry for entry in entries if entry.state is State.WAITLISTED]
        self._position = {entry.order: place for place, entry in enumerate(waiting, start=1)}

    def entry(self, registration: Registration) -> Registration:
        """Its numbered entry; the registration itself where the roll has none (a rejected one)."""
        if registration.id in self._by_id:
            return self._by_id[registration.id]
        return self._by_row.get((registration.order, registration.name), registration)

    def position(self, entry: Registration) -> int | None:
        return self._position.get(entry.order) if entry.state is State.WAITLISTED else None


@dataclass(frozen=True, slots=True)
class Cards:
    """Makes the card of one person after another for the same answer. `addressed_to` is the organisation in the
    salutation, `zone` shows times, `answer_to` is whom the answer goes to."""

    roll: Roll
    event: Event | None
    addressed_to: str
    zone: str
    answer_to: str

    def person(self, decided: PersonDecision, differences: tuple[Difference, ...] = ()) -> Person:
        """Where the person stands after the decision, with her particulars as recorded now."""
        entry = self.roll.entry(decided.registration)
        organisation = tame(entry.organisation, ORGANISATION_LIMIT)
        return Person(
            name=_name(entry.name),
            organisation="" if organisation == self.addressed_to else organisation,
            job_title=tame(entry.job_title, NAME_LIMIT),
            state=entry.state,
            id_number=tame(masked_id(entry.id_number), 30) or self._blank("id_number"),
            mobile=tame(masked_mobile(entry.mobile), 20) or self._blank("mobile"),
            room=self._room(entry.single_room),
            fee=fee_words(entry, self.event.fees) if self.event else "",
            membership=entry.membership,
            place=entry.number,
            position=self.roll.position(entry),
            recorded_at=moment(entry.received_at, self.zone),
            reason=entry.reason,
            differences=differences,
            replaces=_predecessor(decided),
            by_staff=entry.by_staff,
        )

    def _blank(self, field: str) -> str:
        """What stands where nothing was filled in: nothing, where the event does not ask for it."""
        return _NOT_GIVEN if self.event is None or field in self.event.required else ""

    def _room(self, single: bool | None) -> str:
        """Where nobody is lodged only who asks for a room hears that it was read so."""
        return _ROOMS[single] if single or self.event is None or self.event.lodges else ""

    def differing(self, decided: PersonDecision) -> Person:
        """A recorded person with the names of the differing fields, and nothing else of what is recorded. Whoever
        did not register her learns not even that: only that the office looks at the person she named."""
        entry = self.roll.entry(decided.registration)
        own = is_own(decided, self.answer_to)
        named = next((new for field, _, new in decided.changed if field == "name" and new), entry.name)
        return Person(
            name=_name(entry.name if own else named),
            organisation="",
            job_title="",
            state=entry.state if own else State.REVIEW,
            id_number="",
            mobile="",
            room="",
            fee="",
            membership=entry.membership,
            place=entry.number if own else None,
            position=self.roll.position(entry) if own else None,
            recorded_at=moment(entry.received_at, self.zone) if own else "",
            reason=entry.reason,
            differences=tuple(
                Difference(LABELS.get(field, tame(field, NAME_LIMIT)), "", "")
                for field, _, _ in decided.changed
                if own
            ),
        )


def is_own(decided: PersonDecision, answer_to: str) -> bool:
    """Whether the registration's particulars came from whom the answer goes to."""
    return decided.standing in OF_THIS_MAIL or registered_by(decided.registration, answer_to)


def registered_by(registration: Registration, address: str) -> bool:
    """Whether it was this address that registered her, or the one that its answers go to."""
    known = {registration.sender.lower(), registration.answer_to.lower()} - {""}
    return address.lower() in known


def _name(name: str) -> str:
    return tame(name, NAME_LIMIT) or "（未填姓名）"


def _predecessor(decided: PersonDecision) -> str:
    if decided.standing is not Standing.REPLACED:
        return ""
    return next((tame(old, NAME_LIMIT) for field, old, _ in decided.changed if field == "name"), "")
