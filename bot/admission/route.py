"""Which event a mail is for: by its forms' titles, their own headings, the subject, the thread, what was newly
written, else by being the only one open.

Never chooses between events that fit equally well, and never against what the sender says as plainly elsewhere:
then a person does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import zip_longest

from bot.admission.words import loose_key
from bot.records.decision import Reason
from bot.records.event import Event

_GENERIC_KEYWORDS = frozenset(
    {"报名", "回执", "回执表", "报名表", "参会", "会议", "培训", "培训班", "学习", "活动", "通知", "附件"}
)
_NOTICE_NUMBER = re.compile(r"深医协字(20\d\d)0*(\d+)号")
_ANSWERS = re.compile(r"^\W*(?:re|fw|fwd|回复|答复|回覆|转发|轉寄|转寄)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")


class _Weight(IntEnum):
    """How plainly a hint names an event."""

    INHERITED = 0
    """The words are not the sender's own: the subject that she answers, the thread."""
    HINTED = 1
    NAMED = 2
    """By its whole title or its number."""


@dataclass(frozen=True, slots=True)
class _Hint:
    """The events that one part of the mail can mean; none where it contradicts itself."""

    events: frozenset[str]
    weight: _Weight


def choose_event(
    events: Sequence[Event],
    received_at: datetime,
    *,
    titles: tuple[str, ...] = (),
    headings: Sequence[Sequence[str]] = (),
    subject: str = "",
    thread: str | None = None,
    text: str = "",
) -> tuple[Event | None, Reason | None]:
    """The event that a mail is for, or None with the reason: BEFORE_OPENING where it arrived before every event
    opened, or before the one that it names; EVENT_UNCLEAR where several fit, or none does.

    `titles` are the titles of the mail's forms ("" for a form without one), `headings` the headings of the same
    forms in the same order, `thread` the event that the correspondence so far was about, `text` what was newly
    written. Each hint narrows what those before it left. One that names only other events is a contradiction where
    it is as plain as those before it, and then nothing is chosen; where it is less plain it is left aside.

    A mail that names an event past its deadline still belongs to that event (it is late), and so does one that
    names an event that is over; without any hint the event must have opened and not be over.
    """
    going_on = {event.id for event in events if event.opens <= received_at <= event.over_after}
    if not any(event.opens <= received_at for event in events):
        return None, Reason.BEFORE_OPENING
    hints = tuple(
        hint
        for hint in (
            _by_forms(events, going_on, titles, headings),
            _by_words(events, subject),
            _by_thread(events, thread),
            _by_words(events, text),
        )
        if hint is not None
    )
    fitting, weight = _narrowed(events, hints)
    if not hints or len(fitting) > 1:
        other = {event.id for event in events if _names_other_notice(event, " ".join((*titles, subject)))}
        fitting = (fitting & going_on) - other
    if len(fitting) != 1:
        return None, Reason.EVENT_UNCLEAR
    chosen = next(event for event in events if event.id in fitting)
    entitled = any(_by_words(events, title) for title in titles)
    if titles and going_on and chosen.id not in going_on and weight < _Weight.NAMED and not entitled:
        # A form without a title, and a word in passing: it may well be for what is open now.
        return None, Reason.EVENT_UNCLEAR
    return (chosen, None) if chosen.opens <= received_at else (None, Reason.BEFORE_OPENING)


def _narrowed(events: Sequence[Event], hints: Iterable[_Hint]) -> tuple[frozenset[str], _Weight]:
    """The events that are left, and how plainly the plainest hint named them."""
    fitting, weight = frozenset(event.id for event in events), _Weight.INHERITED
    for hint in hints:
        if common := fitting & hint.events:
            fitting, weight = common, max(weight, hint.weight)
        elif not hint.events or hint.weight >= weight:
            return frozenset(), weight
    return fitting, weight


def _by_forms(
    events: Sequence[Event], going_on: set[str], titles: Iterable[str], headings: Iterable[Iterable[str]]
) -> _Hint | None:
    """What the forms that tell anything can all mean; None where no form tells anything."""
    found: list[tuple[frozenset[str], _Weight]] = []
    for title, own in zip_longest(titles, headings, fillvalue=""):
        named = _by_words(events, str(title))
        hints = [hint for hint in (named, _by_headings(events, going_on, own)) if hint is not None]
        if hints:
            found.append(_narrowed(events, hints))
    if not found:
        return None
    return _Hint(frozenset.intersection(*(ids for ids, _ in found)), max(weight for _, weight in found))


def _by_headings(events: Sequence[Event], going_on: set[str], headings: Iterable[str]) -> _Hint | None:
    """The events whose form alone has one of these headings. An event that is over claims none: the form of
    the next one may have taken its headings over."""
    own = {_plain(heading) for heading in headings}
    found = {event.id for event in events if own & {_plain(one) for one in event.form_headings}} & going_on
    return _Hint(frozenset(found), _Weight.HINTED) if found else None


def _by_thread(events: Sequence[Event], thread: str | None) -> _Hint | None:
    known = frozenset({event.id for event in events} & {thread})
    return _Hint(known, _Weight.INHERITED) if known else None


def _by_words(events: Sequence[Event], words: str) -> _Hint | None:
    """The events that the words name best, by whole names or else by most keywords; None where they name none."""
    said = loose_key(words)
    possible = [event for event in events if said and not _names_other_notice(event, words)]
    numbers = _notice_numbers(words)
    named = _called(possible, said) | {e.id for e in possible if numbers & _notice_numbers(e.document_number)}
    inherited = _ANSWERS.match(unicodedata.normalize("NFKC", words)) is not None
    if named:
        return _Hint(frozenset(named), _Weight.INHERITED if inherited else _Weight.NAMED)
    scores = {event.id: _score(event, said) for event in possible}
    best = max(scores.values(), default=0)
    if not best:
        return None
    hinted = frozenset(event_id for event_id, score in scores.items() if score == best)
    return _Hint(hinted, _Weight.INHERITED if inherited else _Weight.HINTED)


def _called(events: Sequence[Event], said: str) -> set[str]:
    """The events whose whole title stands in the words: 培训班 does not stand in 培训班第二期 of another event."""
    names = {(loose_key(name), event.id) for event in events for name in (event.title, event.form_title)}
    found = set()
    for name in sorted({name for name, _ in names if name}, key=len, reverse=True):
        if name in said:
            found |= {event_id for one, event_id in names if one == name}
            said = said.replace(name, "\n")
    return found


def _score(event: Event, said: str) -> int:
    keywords = {loose_key(keyword) for keyword in event.keywords} - _GENERIC_KEYWORDS - {""}
    return sum(keyword in said for keyword in keywords)


def _names_other_notice(event: Event, words: str) -> bool:
    """Whether the words carry the number of another notice and not this event's (last year's form, say)."""
    own, said = _notice_numbers(event.document_number), _notice_numbers(words)
    return bool(own and said) and not own & said


def _notice_numbers(words: str) -> set[tuple[str, ...]]:
    return {(year, number) for year, number in _NOTICE_NUMBER.findall(loose_key(words))}


def _plain(heading: str) -> str:
    """A heading without what stands in brackets, blanks and punctuation."""
    return loose_key(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))
