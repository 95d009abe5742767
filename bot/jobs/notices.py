"""Notices: the mails by which people hear what was decided about them since their own mail was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.admission.numbering import number_roll
from bot.errors import PermanentError
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
Fields = tuple[tuple[str, str, str], ...]
Told = tuple[Registration, ReplyTemplate, Reason, Fields]
"""Who hears what, why, and what was changed about her: (field, old, new), her state first."""


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
        (change.after, template, change.reason, _changed(change))
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
    groups: dict[tuple[int, str, ReplyTemplate, Reason], list[PersonDecision]] = {}
    for person, template, reason, changed in told:
        if person.answer_to:
            standing = Standing.AMENDED if template is ReplyTemplate.UPDATED else Standing.MOVED
            moved = PersonDecision(standing, person, reason, changed)
            groups.setdefault((person.mail_id, person.answer_to, template, reason), []).append(moved)
    numbered = number_roll(roll) if groups else ()
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
            people=tuple(people),
        )
        first = people[0].registration
        try:
            mail = composer.reply(decision, event, parse(raw), answer_to, numbered, now, first.received_at)
        except PermanentError:
            # An address that can't be written to is its own people's trouble, not that of the mail at hand.
            continue
        found.append(Notice(mail, event.id, mail_id, tuple(one.registration.id for one in people)))
    return tuple(found)


def _changed(change: Change) -> Fields:
    before, after = change.before.state, change.after.state
    return change.fields if before is after else (("state", str(before), str(after)), *change.fields)


def promoted(change: Change) -> ReplyTemplate | None:
    """Only those who moved up by the rule hear of it; the mail's own people are told in its answer."""
    return ReplyTemplate.PROMOTED if change.promotes else None


def with_untold(decision: Decision) -> Decision:
    """The decision with a word for staff about those who moved up and to whom no automatic mail may go: a seat of
    which nobody hears is lost."""
    untold = [change.after for change in decision.changes if promoted(change) and not change.after.answer_to]
    if not untold:
        return decision
    names = "、".join(person.name or "（未填姓名）" for person in untold)
    return replace(
        decision,
        note=f"{decision.note}以下递补人员不能自动发信通知，请电话或人工告知：{names}。",
        review_reasons=(*decision.review_reasons, Reason.ANSWER_HELD_BACK),
    )
