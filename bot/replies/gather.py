"""Gathers what an answer says from the decision, the event and the roll after the decision.

Pure. The roll serves for places and positions alone: nothing of people who are not in the decision gets into
an answer. Of a recorded person whom this mail describes differently only the names of the differing fields are
told, since the sender may not be the one who registered that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.records.decision import Decision, PersonDecision, Registration, ReplyTemplate, Standing, State
from bot.records.event import Event
from bot.records.form import FieldProblem, ProblemCode, Unread, UnreadCode
from bot.records.mail import ParsedMail, enquiry_number
from bot.replies.facts import Difference, Notice, Person, Reply, Trip
from bot.replies.masking import masked_id, masked_mobile
from bot.replies.payment import fee_words, invoices_for, payment_for
from bot.replies.unclear import unclear_in
from bot.replies.wording import (
    NAME_LIMIT,
    ORGANISATION_LIMIT,
    days,
    deadline_of,
    full_day,
    listed,
    moment,
    quoted,
    salutation,
    salutation_by_sender,
    sentence,
    short_day,
    short_title,
    tame,
)

# These report a change that is already made: everybody in the decision is shown where they stand now.
REPORTS_A_CHANGE = frozenset(
    (ReplyTemplate.UPDATED, ReplyTemplate.CANCELLED, ReplyTemplate.PROMOTED, ReplyTemplate.REPLACED)
)
_TELLS_FACTS_AGAIN = frozenset((ReplyTemplate.UNCHANGED, ReplyTemplate.NEEDS_CORRECTION))
_WITH_BLANK_FORM = frozenset((ReplyTemplate.NO_FORM, ReplyTemplate.UNREADABLE))

LABELS: dict[str, str] = {
    "name": "姓名",
    "organisation": "单位",
    "submitting_organisation": "填报单位",
    "job_title": "职务",
    "mobile": "手机",
    "id_number": "身份证号",
    "single_room": "是否单间",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "邮箱",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
}
_ROOMS: dict[bool | None, str] = {True: "单间", False: "标准双人间", None: "未填写，按标准双人间安排"}
# What stands for the mail itself where a file's name would stand.
_NO_FILE = frozenset(("", "邮件正文", "整封邮件", "来信"))
_OF_THIS_MAIL = frozenset((Standing.NEW, Standing.REPEATED, Standing.REJECTED))
_YES_NO = {"true": "单间", "false": "标准双人间", "none": "未填写", "": "未填写"}


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


def gather(
    decision: Decision,
    template: ReplyTemplate,
    event: Event | None,
    mail: ParsedMail,
    answer_to: str,
    roll: Sequence[Registration],
    now: datetime,
    office: str,
    timezone: str,
    received_at: datetime | None = None,
) -> Reply:
    """What the answer to `mail`, which arrived at `received_at`, says. `office` is the name it is signed with;
    `timezone` shows times where no
    event is known."""
    zone = event.timezone if event else timezone
    entries = Roll(roll)
    moved = [p for p in decision.people if _is_moved(p, template)]
    stays = [p for p in decision.people if p not in moved and p.standing is Standing.UNCHANGED]
    differs = [p for p in decision.people if p not in moved and p.standing is Standing.CHANGED]
    own = [p.registration for p in decision.people if _is_own(p, answer_to)]
    organisation = _organisations(own or [p.registration for p in stays])
    contact = next((r.contact for r in own if r.contact), "")

    def shown(people: Iterable[PersonDecision], *states: State) -> tuple[Person, ...]:
        rows = [(p, entries.entry(p.registration)) for p in people]
        return tuple(
            _person(p, r, entries, event, organisation, zone) for p, r in rows if not states or r.state in states
        )

    paying = [r for p in moved if (r := entries.entry(p.registration)).state is State.CONFIRMED]
    if not paying and template in _TELLS_FACTS_AGAIN:
        paying = [r for p in stays if (r := entries.entry(p.registration)).state is State.CONFIRMED]
    payment = payment_for(paying, event, organisation) if event else None
    billed = [r for r in paying if r in own or _same(r.sender, answer_to)] if payment else []
    corrections, remarks = _problems(decision, template, bool(billed))
    read_badly = [p for p in decision.people if p.standing in _counted(template) and _is_own(p, answer_to)]
    arrivals = [received_at] if received_at else []
    arrivals += [p.registration.received_at for p in decision.people if p.standing in _OF_THIS_MAIL]
    return Reply(
        template=template,
        reason=decision.reason,
        notice=_notice(event, now) if event else None,
        salutation=_salutation(organisation, contact, mail),
        organisation=organisation,
        received_at=moment(arrivals[0], zone) if arrivals else "",
        seated=shown(moved, State.CONFIRMED),
        waiting=shown(moved, State.WAITLISTED),
        late=shown(moved, State.LATE),
        in_review=shown(moved, State.REVIEW),
        cancelled=shown(moved, State.CANCELLED),
        standing=shown(stays),
        differing=tuple(_differing(p, entries, zone, answer_to) for p in differs),
        repeated=_names(decision, Standing.REPEATED),
        rejected=_names(decision, Standing.REJECTED),
        corrections=corrections,
        remarks=remarks,
        unclear=unclear_in(p.registration for p in read_badly),
        unread=tuple(_unread(unread) for unread in decision.unread),
        payment=payment,
        trip=_trip(event) if event and paying else None,
        invoices=invoices_for(billed),
        telephones=event.telephones if event else (),
        blank_form=f"{short_title(event)}回执表.docx" if event and template in _WITH_BLANK_FORM else "",
        enquiry_number=enquiry_number(mail.message_id),
        office=office,
        today=full_day(now.astimezone(ZoneInfo(zone)).date()),
    )


def _is_moved(person: PersonDecision, template: ReplyTemplate) -> bool:
    if template in REPORTS_A_CHANGE:
        return person.standing not in (Standing.REPEATED, Standing.REJECTED)
    return person.standing is Standing.NEW


def _is_own(person: PersonDecision, answer_to: str) -> bool:
    """Whether the registration's particulars came from whom the answer goes to."""
    return person.standing in _OF_THIS_MAIL or _same(person.registration.sender, answer_to)


def _same(address: str, other: str) -> bool:
    return address.lower() == other.lower()


def _organisations(registrations: Iterable[Registration]) -> str:
    names = [tame(r.submitting_organisation or r.organisation, ORGANISATION_LIMIT) for r in registrations]
    distinct = list(dict.fromkeys(name for name in names if name))
    return listed(distinct) if len(distinct) <= 2 else f"{distinct[0]}等{len(distinct)}家单位"


def _salutation(organisation: str, contact: str, mail: ParsedMail) -> str:
    if organisation:
        return salutation(organisation, tame(contact, NAME_LIMIT))
    return salutation_by_sender(mail.sender.name if mail.sender else "")


def _person(
    person: PersonDecision, entry: Registration, roll: Roll, event: Event | None, addressed_to: str, zone: str
) -> Person:
    organisation = tame(entry.organisation, ORGANISATION_LIMIT)
    return Person(
        name=tame(entry.name, NAME_LIMIT) or "（未填姓名）",
        organisation="" if organisation == addressed_to else organisation,
        job_title=tame(entry.job_title, NAME_LIMIT),
        state=entry.state,
        id_number=tame(masked_id(entry.id_number), 30),
        mobile=tame(masked_mobile(entry.mobile), 20),
        room=_ROOMS[entry.single_room],
        fee=fee_words(entry, event.fees) if event else "",
        membership=entry.membership,
        place=entry.number,
        position=roll.position(entry),
        recorded_at=moment(entry.received_at, zone),
        reason=entry.reason,
        differences=tuple(_difference(*change) for change in person.changed),
    )


def _differing(person: PersonDecision, roll: Roll, zone: str, answer_to: str) -> Person:
    """A recorded person with the names of the differing fields, and nothing else of what is recorded. Whoever did
    not register her learns not even that: only that the office looks at the person she named."""
    entry = roll.entry(person.registration)
    own = _same(entry.sender, answer_to)
    named = next((new for field, _, new in person.changed if field == "name" and new), entry.name)
    return Person(
        name=tame(entry.name if own else named, NAME_LIMIT),
        organisation="",
        job_title="",
        state=entry.state if own else State.REVIEW,
        id_number="",
        mobile="",
        room="",
        fee="",
        membership=entry.membership,
        place=entry.number if own else None,
        position=roll.position(entry) if own else None,
        recorded_at=moment(entry.received_at, zone) if own else "",
        reason=entry.reason,
        differences=tuple(Difference(LABELS.get(field, field), "", "") for field, _, _ in person.changed if own),
    )


def _difference(field: str, old: str, new: str) -> Difference:
    return Difference(LABELS.get(field, tame(field, NAME_LIMIT)), _value(field, old), _value(field, new))


def _value(field: str, value: str) -> str:
    if field == "single_room":
        return _YES_NO.get(value.lower(), tame(value, NAME_LIMIT))
    if field == "id_number":
        value = masked_id(value)
    elif field in ("mobile", "phone"):
        value = masked_mobile(value)
    return tame(value, ORGANISATION_LIMIT) or "（空）"


def _names(decision: Decision, standing: Standing) -> tuple[str, ...]:
    names = (tame(p.registration.name, NAME_LIMIT) for p in decision.people if p.standing is standing)
    return tuple(dict.fromkeys(name for name in names if name))


def _problems(
    decision: Decision, template: ReplyTemplate, invoice_shown: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what must be mended, what is only mentioned), each sentence once, in form order."""
    counted = _counted(template)
    found = [
        *(problem for p in decision.people if p.standing in counted for problem in p.registration.problems),
        *decision.form_problems,
    ]
    problems = [problem for problem in found if problem.code is not ProblemCode.UNCERTAIN]
    mend = dict.fromkeys(_problem(problem) for problem in problems if problem.blocking)
    mention = dict.fromkeys(
        _problem(problem)
        for problem in problems
        if not problem.blocking and not _told_anyway(problem, invoice_shown)
    )
    return tuple(mend), tuple(text for text in mention if text not in mend)


def _counted(template: ReplyTemplate) -> frozenset[Standing]:
    """Whose problems are told."""
    return frozenset((Standing.NEW, *((Standing.UNCHANGED,) if template in _TELLS_FACTS_AGAIN else ())))


def _told_anyway(problem: FieldProblem, invoice_shown: bool) -> bool:
    """A blank room stands with the person, a blank invoice field with the invoice."""
    if problem.code is not ProblemCode.MISSING:
        return False
    return problem.field == "single_room" or (invoice_shown and problem.field in ("invoice_title", "taxpayer_id"))


def _problem(problem: FieldProblem) -> str:
    text, person = tame(problem.text), tame(problem.person, NAME_LIMIT)
    return sentence(text if not person or person in text else f"{person}：{text}")


def _unread(unread: Unread) -> tuple[str, str]:
    """(附件《回执表.zip》未能自动读取, why). A file that was read but holds no form is only named."""
    origin = tame(unread.origin, 80)
    what = f"附件{quoted(origin)}" if origin not in _NO_FILE else origin or "来信"
    if unread.code is UnreadCode.LINK_ONLY:
        return "来信中的链接未能打开", sentence(tame(unread.text))
    why = tame(unread.text)
    why = f"文件{why}" if why.startswith("是") else why
    return (what if unread.code is UnreadCode.NO_FORM else f"{what}未能自动读取", sentence(why))


def _notice(event: Event, now: datetime) -> Notice:
    return Notice(
        title=event.title,
        short_title=short_title(event),
        document_number=event.document_number,
        days=days(event.starts, event.ends),
        deadline=deadline_of(event),
        deadline_passed=now > event.deadline,
        capacity=event.capacity,
        lodging=event.lodging,
        mailbox=event.mailbox,
    )


def _trip(event: Event) -> Trip | None:
    travel = event.travel
    if not (travel.flights or travel.meeting_point or travel.note):
        return None
    flights = tuple(
        (f.label, short_day(f.day), f.route, f"{f.carrier} {f.number}".strip(), f.departs, f.arrives)
        for f in travel.flights
    )
    return Trip(flights, travel.meeting_point, travel.note, travel.buy_by or "票源有限，请尽早购票")
