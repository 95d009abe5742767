"""Notices: the mails by which people hear what was decided about them since their own mail was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.admission.numbering import number_roll
from bot.intake.parse import parse
from bot.records.decision import (
    Change,
    Decision,
    Outcome,
    PersonDecision,
    Reason,
    Registration,
    ReplyTemplate,
    Standing,
)
from bot.records.event import Event
from bot.records.outgoing import Notice
from bot.replies.compose import Composer

RawMail = Callable[[int], bytes | None]
Told = tuple[Registration, ReplyTemplate, Reason]


def notices_of_changes(
    composer: Composer,
    event: Event,
    changes: Sequence[Change],
    template_of: Callable[[Change], ReplyTemplate | None],
    roll: tuple[Registration, ...],
    raw_mail: RawMail,
    now: datetime,
) -> tuple[Notice, ...]:
    """One notice for the people of one mail who hear the same. `roll` is the event's after the changes."""
    told = tuple(
        (change.after, template, change.reason)
        for change in changes
        if (template := template_of(change)) is not None
    )
    return notices_for(composer, event, told, roll, raw_mail, now)


def notices_for(
    composer: Composer,
    event: Event,
    told: Sequence[Told],
    roll: tuple[Registration, ...],
    raw_mail: RawMail,
    now: datetime,
) -> tuple[Notice, ...]:
    """Notices to the senders of the mails that the people came from; none where no automatic answer may go."""
    groups: dict[tuple[int, str, ReplyTemplate, Reason], list[Registration]] = {}
    for person, template, reason in told:
        if person.answer_to:
            groups.setdefault((person.mail_id, person.answer_to, template, reason), []).append(person)
    numbered = number_roll(roll)
    found = []
    for (mail_id, answer_to, template, reason), people in groups.items():
        raw = raw_mail(mail_id)
        if raw is None:
            continue
        decision = Decision(
            Outcome.CHANGED,
            reason,
            "",
            reply=template,
            event_id=event.id,
            people=tuple(PersonDecision(Standing.MOVED, person, reason) for person in people),
        )
        mail = composer.reply(decision, event, parse(raw), answer_to, numbered, now, people[0].received_at)
        found.append(Notice(mail, event.id, mail_id, tuple(person.id for person in people)))
    return tuple(found)


def promoted(change: Change) -> ReplyTemplate | None:
    """Only those who moved up by the rule hear of it; the mail's own people are told in its answer."""
    return ReplyTemplate.PROMOTED if change.promotes else None
