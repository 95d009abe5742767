"""Reminders to organisations that have not paid yet: once, some days before the event, where the office wants
them. Whoever has anything written in 缴费 counts as having paid; whose fee is still open is not reminded. A
workbook that staff wrote and that could not be read yet may say who has paid: nobody is reminded before it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import PermanentError
from bot.intake.parse import parse
from bot.jobs.desk import event_view, touched
from bot.jobs.office import Office
from bot.jobs.publish import workbook_path
from bot.records.decision import Registration, State
from bot.records.event import Event
from bot.records.office import EventView
from bot.records.outgoing import Notice

_REMINDED = "reminded:"
_MORNING = 9


def remind_unpaid(office: Office, now: datetime, *, draft: bool = False) -> int:
    """Puts the reminders that are due into the outbox, each with the note that it was sent; gives how many."""
    sent = 0
    for event in office.events:
        if not _is_due(event, now) or office.ledger.get_state(_REMINDED + event.id):
            continue
        if touched(office.ledger, event, workbook_path(office, event)):
            continue
        view = event_view(office.ledger, event, now)
        made = (_notice(office, event, people, now) for people in _unpaid(view))
        notices = tuple(notice for notice in made if notice is not None)
        office.ledger.queue_notices(notices, now, {_REMINDED + event.id: now.isoformat()}, draft=draft)
        sent += len(notices)
    return sent


def _is_due(event: Event, now: datetime) -> bool:
    """From the morning of the day that lies so many days before the event, until the event begins."""
    if event.remind_unpaid_days is None:
        return False
    today = now.astimezone(ZoneInfo(event.timezone))
    first = event.starts - timedelta(days=event.remind_unpaid_days)
    return first <= today.date() < event.starts and (today.date() > first or today.hour >= _MORNING)


def _unpaid(view: EventView) -> list[tuple[Registration, ...]]:
    """The confirmed people who have something to pay and nothing in 缴费, by the address that answers go to and
    the organisation that registered them."""
    paid = {entry.registration_id for entry in view.staff if entry.paid.strip()}
    groups: dict[tuple[str, str], list[Registration]] = {}
    for person in view.registrations:
        if person.state is State.CONFIRMED and person.fee and person.id not in paid and person.answer_to:
            key = (person.answer_to.lower(), person.submitting_organisation or person.organisation)
            groups.setdefault(key, []).append(person)
    return [tuple(people) for people in groups.values()]


def _notice(office: Office, event: Event, people: tuple[Registration, ...], now: datetime) -> Notice | None:
    """None where nothing can be said or written to these (no account to pay to, an address nobody can write to):
    that keeps no reminder from the others."""
    first = people[0]
    try:
        answered = parse(office.ledger.raw_mail(first.mail_id))
        mail = office.composer.reminder(event, people, first.answer_to, answered, now)
    except (ValueError, PermanentError):
        return None
    return Notice(mail, event.id, first.mail_id, tuple(person.id for person in people))
