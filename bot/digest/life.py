"""What happened since the last digest to people who were registered before, and what the office has to settle.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.records.decision import Membership, Reason, Registration, State
from bot.records.digest import ChangeLine, UnitLine
from bot.records.event import Event
from bot.records.office import EventView, JournalEntry
from bot.records.words import REASON_WORDS, STATE_WORDS

MOST_CHANGES: Final = 40
MOST_UNITS: Final = 20
_CHANGED: Final = "registration_changed"
_STAFF: Final = "staff"


def change_lines(
    view: EventView, journal: Sequence[JournalEntry], since: datetime | None
) -> tuple[ChangeLine, ...]:
    """One line for every person changed since then, by her last change: where she stands now, and why."""
    zone = ZoneInfo(view.event.timezone)
    people = {person.id: person for person in view.registrations}
    last: dict[int, JournalEntry] = {}
    for line in journal:
        if line.action == _CHANGED and (since is None or line.at > since) and line.registration_id in people:
            last.pop(line.registration_id, None)
            last[line.registration_id] = line
    return tuple(_line(people[number], entry, zone) for number, entry in last.items())


def _line(person: Registration, entry: JournalEntry, zone: ZoneInfo) -> ChangeLine:
    when = entry.at.astimezone(zone)
    reason = REASON_WORDS[Reason(entry.reason)] if entry.reason in set(Reason) else entry.reason
    return ChangeLine(
        name=person.name or "（未填姓名）",
        organisation=person.organisation or person.submitting_organisation,
        state=person.state.value,
        standing=STATE_WORDS[person.state],
        number=person.number,
        why=reason,
        by_staff=entry.actor == _STAFF,
        when=f"{when.month}月{when.day}日 {when:%H:%M}",
    )


def unit_lines(view: EventView, suggestions: Mapping[str, tuple[str, ...]]) -> tuple[UnitLine, ...]:
    """The organisations whose membership the office has to settle, with listed names that may be meant; none where
    nobody pays, for then nothing depends on it."""
    if not view.event.charges:
        return ()
    counts: dict[str, int] = {}
    for person in view.registrations:
        if person.membership is Membership.UNKNOWN and person.state is not State.CANCELLED:
            name = person.organisation or person.submitting_organisation or "（未填单位）"
            counts[name] = counts.get(name, 0) + 1
    return tuple(UnitLine(name, count, suggestions.get(name, ())) for name, count in counts.items())


def capacity_note(event: Event, seated: int) -> tuple[str, ...]:
    """More people have seats than there are: fewer seats take nobody's away."""
    if seated <= event.capacity:
        return ()
    return (
        f"已录取 {seated} 人，比现在的名额（{event.capacity} 人）多 {seated - event.capacity} 人。"
        "已录取的不会自动取消；人数降到名额以内之前，不再自动录取或递补。",
    )


def payment_notes(view: EventView) -> tuple[str, ...]:
    """缴费 beside people who have no seat (any more): money that may have to go back."""
    paid = {entry.registration_id for entry in view.staff if entry.paid.strip()}
    gone = [one for one in view.registrations if one.id in paid and one.state is State.CANCELLED]
    if not gone:
        return ()
    names = "、".join(one.name or "（未填姓名）" for one in gone[:10]) + ("等" if len(gone) > 10 else "")
    return (f"已登记缴费、后来又取消的有 {len(gone)} 人（{names}），请核对是否退费。",)
