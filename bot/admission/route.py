"""Which event a mail is for: by its forms' titles, else its subject, else its text, else the only open one.

Never chooses between events that fit equally well: then a person does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.admission.words import loose_key
from bot.records.decision import Reason
from bot.records.event import Event

_GENERIC_KEYWORDS = frozenset(
    {"报名", "回执", "回执表", "报名表", "参会", "会议", "培训", "学习", "活动", "通知", "附件"}
)
_WHOLE_NAME = 100
"""A whole title or document number outweighs any number of keywords."""
_NOTICE_NUMBER = re.compile(r"深医协字(20\d\d)0*(\d+)号")


def choose_event(
    events: Sequence[Event],
    received_at: datetime,
    *,
    titles: tuple[str, ...] = (),
    subject: str = "",
    text: str = "",
) -> tuple[Event | None, Reason | None]:
    """The event that a mail is for, or None with the reason: BEFORE_OPENING where it arrived before every event
    opened, or before the one that it names; EVENT_UNCLEAR where several fit, or none does.

    `titles` are the forms' own headings, `text` the mail's words. Each hint narrows what the one before it left;
    hints that contradict each other are unclear. A mail that names an event past its deadline still belongs to
    that event (it is late); only without any hint must the event not be over.
    """
    opened = {event.id for event in events if event.opens <= received_at}
    if not opened:
        return None, Reason.BEFORE_OPENING
    fitting = {event.id for event in events}
    hints = [_named_by_all(events, titles), _named(events, subject), _named(events, text)]
    for named in hints:
        if named is None:
            continue
        fitting &= named
        if len(fitting) <= 1:
            break
    else:
        fitting &= {event.id for event in events if event.id in opened and received_at <= _end_of(event)}
        fitting -= {event.id for event in events if _names_other_notice(event, " ".join((*titles, subject)))}
    if len(fitting) != 1:
        return None, Reason.EVENT_UNCLEAR
    chosen = next(event for event in events if event.id in fitting)
    return (chosen, None) if chosen.id in opened else (None, Reason.BEFORE_OPENING)


def _named_by_all(events: Sequence[Event], titles: Iterable[str]) -> set[str] | None:
    """The events that every title which names any can mean; None where no title names one."""
    named = [found for title in titles if (found := _named(events, title)) is not None]
    return set.intersection(*named) if named else None


def _named(events: Sequence[Event], words: str) -> set[str] | None:
    """The events that the words name best; None where they name none."""
    scores = {event.id: _score(event, words) for event in events}
    best = max(scores.values(), default=0)
    return {event_id for event_id, score in scores.items() if score == best} if best else None


def _score(event: Event, words: str) -> int:
    said = loose_key(words)
    if _names_other_notice(event, words):
        return 0
    whole = [loose_key(name) for name in (event.title, event.form_title)]
    if any(name and name in said for name in whole) or _notice_numbers(words) & _notice_numbers(
        event.document_number
    ):
        return _WHOLE_NAME
    keywords = {loose_key(keyword) for keyword in event.keywords} - _GENERIC_KEYWORDS - {""}
    return sum(keyword in said for keyword in keywords)


def _names_other_notice(event: Event, words: str) -> bool:
    """Whether the words carry the number of another notice and not this event's (last year's form, say)."""
    own, said = _notice_numbers(event.document_number), _notice_numbers(words)
    return bool(own and said) and not own & said


def _notice_numbers(words: str) -> set[tuple[str, ...]]:
    return {(year, number) for year, number in _NOTICE_NUMBER.findall(loose_key(words))}


def _end_of(event: Event) -> datetime:
    """The last moment of the event's last day, where it takes place."""
    return datetime.combine(event.ends, time.max, ZoneInfo(event.timezone))
