"""Gathers what an answer says from the decision, the event and the roll after the decision.

Pure. The roll serves for places and positions alone: nothing of people who are not in the decision gets into
an answer, and of those who are withheld from its reader neither a name nor a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.records.decision import Decision, PersonDecision, Reason, Registration, ReplyTemplate, Standing, State
from bot.records.event import Event, Travel
from bot.records.mail import ParsedMail, enquiry_number
from bot.replies.cards import OF_THIS_MAIL, Cards, Roll, is_own, registered_by
from bot.replies.changes import TOUCHES_FEE, difference, parted
from bot.replies.facts import Difference, News, Notice, Person, Reply
from bot.replies.passages import Trip
from bot.replies.payment import invoices_for, payment_for
from bot.replies.problems import TELLS_FACTS_AGAIN, problems_of, refused_of, unread_of
from bot.replies.unclear import unclear_in
from bot.replies.wording import (
    NAME_LIMIT,
    ORGANISATION_LIMIT,
    days,
    deadline_of,
    full_day,
    listed,
    moment,
    salutation,
    salutation_by_sender,
    short_day,
    short_title,
    tame,
)

_WITH_BLANK_FORM = frozenset((ReplyTemplate.NO_FORM, ReplyTemplate.UNREADABLE))
_NEWS = {
    Reason.PROMOTED: News.PROMOTED,
    Reason.DECIDED_BY_STAFF: News.STAFF,
    Reason.MEMBERSHIP_SETTLED: News.SETTLED,
}
_ASKED_ABOUT = frozenset((Standing.NEW, Standing.AMENDED, Standing.REPLACED, Standing.MOVED))
"""Whose badly read values have to be confirmed."""


class Groups:
    """The people of a decision by what became of them; who is withheld stands in none."""

    def __init__(self, decision: Decision) -> None:
        self.all = [p for p in decision.people if p.standing is not Standing.WITHHELD]
        self.withheld = len(self.all) < len(decision.people)
        self.put = self._with(Standing.NEW, Standing.MOVED)
        self.amended = self._with(Standing.AMENDED)
        self.replaced = self._with(Standing.REPLACED)
        self.cancelled = self._with(Standing.CANCELLED)
        self.stays = [p for p in self.all if p.standing is Standing.UNCHANGED or _only_refused(p)]
        self.differs = [p for p in self.all if p.standing is Standing.CHANGED and not _only_refused(p)]

    def _with(self, *standings: Standing) -> list[PersonDecision]:
        return [p for p in self.all if p.standing in standings]

    def names(self, standing: Standing) -> tuple[str, ...]:
        return _names(p.registration for p in self._with(standing))


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
    `timezone` shows times where no event is known."""
    zone = event.timezone if event else timezone
    entries, groups = Roll(roll), Groups(decision)
    own = [p.registration for p in groups.all if is_own(p, answer_to)]
    organisation = organisations(own or [p.registration for p in groups.all if p.standing is not Standing.CHANGED])
    contact = next((r.contact for r in own if r.contact), "")
    cards = Cards(entries, event, organisation, zone, answer_to)

    def shown(people: Iterable[PersonDecision], *states: State) -> tuple[Person, ...]:
        found = [p for p in people if not states or entries.entry(p.registration).state in states]
        return tuple(cards.person(p, _moved(p, decision)) for p in found)

    form_changes, changes = parted([p.changed for p in groups.amended])
    paying = _paying(groups, entries, template)
    payment = payment_for(paying, event, organisation) if event else None
    billed = [r for r in paying if r in own or registered_by(r, answer_to)] if payment and payment.account else []
    corrections, remarks = problems_of(decision, template, bool(billed))
    arrivals = [received_at] if received_at else []
    arrivals += [p.registration.received_at for p in groups.all if p.standing in OF_THIS_MAIL]
    return Reply(
        template=template,
        reason=decision.reason,
        news=news_of(decision),
        notice=notice_of(event, now) if event else None,
        salutation=_salutation(organisation, contact, mail),
        organisation=organisation,
        received_at=moment(arrivals[0], zone) if arrivals else "",
        seated=shown(groups.put, State.CONFIRMED),
        waiting=shown(groups.put, State.WAITLISTED),
        late=shown(groups.put, State.LATE),
        in_review=shown(groups.put, State.REVIEW),
        amended=tuple(cards.person(p, each) for p, each in zip(groups.amended, changes, strict=True)),
        replaced=shown(groups.replaced),
        cancelled=shown(groups.cancelled) + shown(groups.put, State.CANCELLED),
        standing=shown(groups.stays),
        differing=tuple(cards.differing(p) for p in groups.differs),
        repeated=groups.names(Standing.REPEATED),
        rejected=groups.names(Standing.REJECTED),
        left_out=_names(decision.left_out),
        form_changes=form_changes,
        corrections=corrections,
        refused=refused_of(decision),
        remarks=remarks,
        unclear=unclear_in(_badly_read(groups, template, answer_to)),
        unread=tuple(unread_of(unread) for unread in decision.unread),
        withheld=groups.withheld,
        seat_freed=event is not None and now <= event.promotes_until and _seat_freed(decision),
        fee_touched=any(field in TOUCHES_FEE for p in groups.amended for field, _, _ in p.changed),
        payment=payment,
        trip=_trip(event) if event and paying else None,
        invoices=invoices_for(billed),
        telephones=event.telephones if event else (),
        blank_form=f"{short_title(event)}回执表.docx" if event and template in _WITH_BLANK_FORM else "",
        enquiry_number=enquiry_number(mail.message_id),
        office=office,
        today=full_day(now.astimezone(ZoneInfo(zone)).date()),
    )


def news_of(decision: Decision) -> News:
    """Whether this is news to somebody who has not just written: a promotion, or a person's word."""
    if decision.reason in _NEWS:
        return _NEWS[decision.reason]
    reasons = [p.reason for p in decision.people if p.standing is Standing.MOVED]
    return _NEWS.get(reasons[0], News.STAFF) if reasons and len(reasons) == len(decision.people) else News.NONE


def notice_of(event: Event, now: datetime) -> Notice:
    """What an answer composed at `now` says of the event itself."""
    return Notice(
        title=event.title,
        short_title=short_title(event),
        document_number=event.document_number,
        days=days(event.starts, event.ends),
        last_day=full_day(event.ends),
        deadline=deadline_of(event),
        deadline_passed=now > event.deadline,
        capacity=event.capacity,
        limit=event.limit_per_organisation,
        charges=event.charges,
        travels=event.travel != Travel(),
        promotes=now <= event.promotes_until,
        lodging=event.lodging,
        mailbox=event.mailbox,
    )


def _only_refused(person: PersonDecision) -> bool:
    """Of whom nothing was taken because nothing could be: what stands recorded is not in question."""
    refused = {problem.field for problem in person.refused}
    differing = {field for field, _, _ in person.changed}
    return person.standing is Standing.CHANGED and bool(refused) and differing <= refused


def _moved(person: PersonDecision, decision: Decision) -> tuple[Difference, ...]:
    """What changed about somebody whom this decision moved, her state where the decision tells the one before."""
    if person.standing is not Standing.MOVED:
        return ()
    changed = list(person.changed)
    before = next((c.before for c in decision.changes if c.before.id == person.registration.id), None)
    told = {field for field, _, _ in changed}
    if before is not None and "state" not in told and before.state is not person.registration.state:
        changed.insert(0, ("state", before.state.value, person.registration.state.value))
    return tuple(difference(*change) for change in changed)


def _paying(groups: Groups, entries: Roll, template: ReplyTemplate) -> list[Registration]:
    """Who is told how to pay: whoever has a seat by this decision, else those whose seats it speaks of."""
    again = (groups.replaced + groups.amended, groups.stays if template in TELLS_FACTS_AGAIN else [])
    for people in (groups.put, *again):
        seated = [r for p in people if (r := entries.entry(p.registration)).state is State.CONFIRMED]
        if seated:
            return seated
    return []


def _badly_read(groups: Groups, template: ReplyTemplate, answer_to: str) -> list[Registration]:
    asked = _ASKED_ABOUT | ({Standing.UNCHANGED} if template in TELLS_FACTS_AGAIN else frozenset())
    return [p.registration for p in groups.all if p.standing in asked and is_own(p, answer_to)]


def _seat_freed(decision: Decision) -> bool:
    return any(c.before.state is State.CONFIRMED and c.after.state is State.CANCELLED for c in decision.changes)


def organisations(registrations: Iterable[Registration]) -> str:
    """The submitting organisations as a salutation names them; from the third one on they are counted."""
    names = [tame(r.submitting_organisation or r.organisation, ORGANISATION_LIMIT) for r in registrations]
    distinct = list(dict.fromkeys(name for name in names if name))
    return listed(distinct) if len(distinct) <= 2 else f"{distinct[0]}等{len(distinct)}家单位"


def _salutation(organisation: str, contact: str, mail: ParsedMail) -> str:
    if organisation:
        return salutation(organisation, tame(contact, NAME_LIMIT))
    return salutation_by_sender(mail.sender.name if mail.sender else "")


def _names(registrations: Iterable[Registration]) -> tuple[str, ...]:
    names = (tame(r.name, NAME_LIMIT) for r in registrations)
    return tuple(dict.fromkeys(name for name in names if name))


def _trip(event: Event) -> Trip | None:
    travel = event.travel
    if not (travel.flights or travel.meeting_point or travel.note):
        return None
    flights = tuple(
        (f.label, short_day(f.day), f.route, f"{f.carrier} {f.number}".strip(), f.departs, f.arrives)
        for f in travel.flights
    )
    buy_by = travel.buy_by or ("票源有限，请尽早购票" if flights else "")
    return Trip(flights, travel.meeting_point, travel.note, buy_by)
