"""explain: why a person stands where she stands, or what became of a mail, told from the journal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.admission.words import compact, name_key
from bot.app.explain_words import said
from bot.jobs.desk import event_view
from bot.ledger.ledger import Ledger
from bot.records.decision import Registration, ReplyTemplate, State
from bot.records.event import Event
from bot.records.mail import enquiry_number
from bot.records.office import EventView, JournalEntry, MailEntry, StaffEntry

ARRIVED = "mail_arrived"
"""Not an action of the journal: the arrival itself, which comes before all that was made of the mail."""
_SENDER = "sender"
_CONFUSED = str.maketrans("OIL", "011")
_ENQUIRY = re.compile(r"([0-9A-Z]{4})-?([0-9A-Z]{4})")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a story. `actor` is `bot`, `staff` or `sender`; `text` says it in Chinese. `mail` is the mail it
    stands with, `person` the registration's name in the story of a mail ("" in a person's own)."""

    at: datetime
    actor: str
    action: str
    reason: str
    text: str
    mail: MailEntry | None
    person: str = ""


@dataclass(frozen=True, slots=True)
class PersonStory:
    """Where one registration stands now, and how it came there. `before` counts who waits before her, None where
    she does not wait; `staff` is what staff noted beside her."""

    event: Event
    registration: Registration
    before: int | None
    mail: MailEntry | None
    staff: StaffEntry | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class MailStory:
    """What became of one mail; `people` are those who were registered from it, each with her event."""

    mail: MailEntry
    people: tuple[tuple[Event, Registration], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that was found for what was asked."""

    asked: str
    people: tuple[PersonStory, ...] = ()
    mails: tuple[MailStory, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.mails)


def explain(ledger: Ledger, events: Sequence[Event], asked: str, now: datetime) -> Explanation:
    """What is asked for is, in this order: a Message-ID, a mail's number (`#12`), a place on the list, an enquiry
    number, a person's name, a sender's address. The first of these that finds anything counts."""
    desk = _Desk(ledger, events, now)
    asked = asked.strip()
    plain = compact(asked)
    people: list[tuple[EventView, Registration]] = []
    mails = desk.mails_by_id(plain)
    if not mails and (number := re.fullmatch(r"[#第]?(\d{1,9})[号]?", plain)):
        if plain.startswith("#"):
            mails = [mail for mail in desk.mails if mail.id == int(number[1])]
        else:
            people = desk.people(lambda one: one.number == int(number[1]))
    if not mails and not people:
        mails = desk.mails_by_enquiry(plain)
    if not mails and not people and plain:
        wanted = name_key(asked)
        people = desk.people(lambda one: name_key(one.name) == wanted)
        # Whom somebody else replaced, or who was never registered, stands in the notes alone.
        mails = [] if people else desk.mails_by_sender(plain) or desk.mails_naming(plain)
    return Explanation(
        asked,
        tuple(desk.person_story(view, one) for view, one in people),
        tuple(desk.mail_story(mail) for mail in mails),
    )


class _Desk:
    """The ledger, looked up for one question."""

    def __init__(self, ledger: Ledger, events: Sequence[Event], now: datetime) -> None:
        self._ledger = ledger
        self._views = [event_view(ledger, event, now) for event in events]
        ids = {event.id for event in events}
        self.mails = [mail for mail in ledger.mails() if mail.event_id is None or mail.event_id in ids]
        self._by_id = {mail.id: mail for mail in self.mails}

    # Finding

    def people(self, wanted: Callable[[Registration], bool]) -> list[tuple[EventView, Registration]]:
        return [(view, one) for view in self._views for one in view.registrations if wanted(one)]

    def mails_by_id(self, asked: str) -> list[MailEntry]:
        bare = asked.strip("<>")
        return [mail for mail in self.mails if "@" in bare and compact(mail.message_id).strip("<>") == bare]

    def mails_by_enquiry(self, asked: str) -> list[MailEntry]:
        found = _ENQUIRY.fullmatch(asked.upper().translate(_CONFUSED))
        number = f"{found[1]}-{found[2]}" if found else ""
        return [mail for mail in self.mails if number and enquiry_number(mail.message_id) == number]

    def mails_by_sender(self, asked: str) -> list[MailEntry]:
        return [mail for mail in self.mails if "@" in asked and mail.sender.lower() == asked.lower()]

    def mails_naming(self, asked: str) -> list[MailEntry]:
        named = re.compile(rf"(?<![^\W\d_]){re.escape(asked)}(?![^\W\d_])")
        is_name = len(asked) > 1 and not any(character.isdigit() for character in asked)
        return [mail for mail in self.mails if is_name and named.search(mail.note)]

    # Telling

    def person_story(self, view: EventView, one: Registration) -> PersonStory:
        lines = _without_doubles(self._ledger.journal(registration_id=one.id))
        own = {
            one.mail_id,
            *(line.mail_id for line in lines if line.mail_id and line.action.startswith("person_")),
        }
        for mail_id in sorted(own):
            lines += [line for line in self._ledger.journal(mail_id=mail_id) if _concerns_all(line)]
        waiting = [other for other in view.registrations if other.state is State.WAITLISTED]
        return PersonStory(
            event=view.event,
            registration=one,
            before=sum(other.order < one.order for other in waiting) if one.state is State.WAITLISTED else None,
            mail=self._by_id.get(one.mail_id),
            staff=next((entry for entry in view.staff if entry.registration_id == one.id), None),
            steps=tuple(self._steps(lines, own)),
        )

    def mail_story(self, mail: MailEntry) -> MailStory:
        names = {one.id: one.name for view in self._views for one in view.registrations}
        lines = _without_doubles(self._ledger.journal(mail_id=mail.id))
        people = self.people(lambda one: one.mail_id == mail.id)
        return MailStory(
            mail,
            tuple((view.event, one) for view, one in people),
            tuple(self._steps(lines, {mail.id}, names)),
        )

    def _steps(
        self, lines: Iterable[JournalEntry], own: set[int], names: dict[int, str] | None = None
    ) -> Iterable[Step]:
        """In the order in which it was decided; each mail's arrival before the first that was made of it."""
        arrived: set[int] = set()
        for line in sorted(lines, key=lambda line: line.id):
            mail = self._by_id.get(line.mail_id or 0)
            if mail is not None and mail.id in own and mail.id not in arrived:
                arrived.add(mail.id)
                yield Step(mail.received_at, _SENDER, ARRIVED, "", _arrival(mail), mail)
            person = (names or {}).get(line.registration_id or 0, "")
            yield Step(line.at, line.actor, line.action, line.reason, said(line), mail, person)


def _concerns_all(line: JournalEntry) -> bool:
    """Whether a mail's line is part of the story of everybody on it. A returned mail has a line for each person it
    told of, but for the one answer that tells of nobody."""
    returned = line.action == "mail_bounced" and line.reason != ReplyTemplate.HANDED_TO_STAFF
    return line.registration_id is None and not returned


def _arrival(mail: MailEntry) -> str:
    files = (
        f"，附件：{'、'.join(name or '未命名' for name in mail.attachment_names)}" if mail.attachment_names else ""
    )
    return f"{mail.sender or '（发件人不明）'} 来信《{mail.subject or '无主题'}》{files}。"


def _without_doubles(lines: Iterable[JournalEntry]) -> list[JournalEntry]:
    """What a mail's decision says of a person is said once: not again as the change that it was."""
    lines = list(lines)
    told = {
        (line.act_id, line.registration_id, line.reason)
        for line in lines
        if line.action.startswith("person_") and line.registration_id
    }
    return [
        line
        for line in lines
        if line.action != "registration_changed" or (line.act_id, line.registration_id, line.reason) not in told
    ]
