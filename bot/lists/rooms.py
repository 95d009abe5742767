"""Who shares a room with whom. Pure.

People are seated in twin rooms one after the other in order of arrival: with a colleague who has no colleague
beside her yet, else with whoever of the same sex is alone, else in a new room. A stranger beside that colleague
moves on. So each organisation has at most one person per sex beside a stranger, at most one per sex is alone, and
somebody who arrives later parts at most one pair. Those who cancelled are seated first and then taken out again:
a cancellation concerns the partner left behind and not everybody after her.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.lists.people import Key, answers, confirmed, doubts, in_order, organisation_key, organisation_of
from bot.lists.sexes import SEX_WORDS, sex_of
from bot.records.decision import Reason, Registration, State
from bot.records.lists import Guest, Room, RoomKind, Sex

UNPAIRED = "落单（待拼房）"
NOT_FILLED_IN = "未填是否单间，按标双"
_LODGING = re.compile(r"同住|合住|拼房|拼住|室友|住宿|住房|房间|房型|入住|离店|退房")
_LODGING_SAID = re.compile(r"同住|合住|拼房|拼住|室友|不住|住宿|入住|单间|房")


def rooms(registrations: Iterable[Registration], key: Key) -> tuple[Room, ...]:
    """The rooms for those who have a seat: twin rooms of men, then of women, single rooms, and those whose sex is
    not certain each apart. `key` makes spellings of one organisation equal."""
    everybody = tuple(registrations)
    seated = confirmed(everybody)
    alone = [one for one in seated if one.single_room]
    unknown = [one for one in seated if not one.single_room and sex_of(one)[0] is Sex.UNKNOWN]
    found: list[Room] = []
    for sex in (Sex.MALE, Sex.FEMALE):
        twins = _Twins(key)
        twins.seat([one for one in everybody if not one.single_room and sex_of(one)[0] is sex])
        found += _labelled(SEX_WORDS[sex], RoomKind.TWIN, twins.rooms)
    found += _labelled("单", RoomKind.SINGLE, [[one] for one in alone])
    found += _labelled("待", RoomKind.TWIN, [[one] for one in unknown])
    return tuple(found)


class _Twins:
    """The twin rooms of one sex while people are seated in them; each room holds one or two."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.rooms: list[list[Registration]] = []
        self._lone: dict[str, tuple[Registration, list[Registration]]] = {}
        """Organisation -> its one person without a colleague beside her, and where she is."""
        self._open: list[Registration] | None = None
        """The one room with a free bed."""

    def seat(self, people: Iterable[Registration]) -> None:
        """Seat all who have a seat in the event; the cancelled among them leave no trace but their empty bed."""
        known = in_order(one for one in people if one.state in (State.CONFIRMED, State.CANCELLED))
        for one in known:
            self._arrive(one)
        if any(one.state is State.CANCELLED for one in known):
            self._take_out_cancelled()

    def _take_out_cancelled(self) -> None:
        left = [[one for one in room if one.state is State.CONFIRMED] for room in self.rooms]
        self.rooms, self._lone, self._open = [room for room in left if len(room) == 2], {}, None
        for room in self.rooms:
            if not self._colleagues(*room):
                for one in room:
                    self._note_lone(one, room)
        for one in in_order(room[0] for room in left if len(room) == 1):
            self._arrive(one)

    def _arrive(self, one: Registration) -> None:
        colleague, room = self._lone.pop(self._organisation(one), (None, None))
        if colleague is None or room is None:
            self._join(one)
            return
        strangers = [other for other in room if other is not colleague]
        room[:] = [colleague, one]
        self._open = None if self._open is room else self._open
        for stranger in strangers:
            self._join(stranger)

    def _join(self, one: Registration) -> None:
        """Beside whoever is alone, else in a new room."""
        room = self._open
        if room is None:
            room = self._open = []
            self.rooms.append(room)
        else:
            self._open = None
        room.append(one)
        self._note_lone(one, room)

    def _note_lone(self, one: Registration, room: list[Registration]) -> None:
        if organisation := self._organisation(one):
            self._lone[organisation] = (one, room)

    def _colleagues(self, one: Registration, other: Registration) -> bool:
        organisation = self._organisation(one)
        return bool(organisation) and organisation == self._organisation(other)

    def _organisation(self, one: Registration) -> str:
        return organisation_key(one, self._key)


def _labelled(prefix: str, kind: RoomKind, groups: Sequence[Sequence[Registration]]) -> list[Room]:
    return [
        Room(f"{prefix}{place}", kind, tuple(_guest(one, kind, len(group)) for one in in_order(group)))
        for place, group in enumerate(groups, 1)
    ]


def _guest(one: Registration, kind: RoomKind, together: int) -> Guest:
    sex, why_unknown = sex_of(one)
    return Guest(
        registration_id=one.id,
        number=one.number,
        name=one.name,
        sex=sex,
        organisation=organisation_of(one),
        mobile=one.mobile,
        single_room=one.single_room,
        notes=tuple(_notes(one, kind, together, why_unknown)),
    )


def _notes(one: Registration, kind: RoomKind, together: int, why_unknown: str) -> Iterable[str]:
    if kind is RoomKind.TWIN:
        if why_unknown:
            yield why_unknown
        elif together == 1:
            yield UNPAIRED
    if one.single_room is None:
        yield NOT_FILLED_IN
    elif any(problem.field == "single_room" for problem in one.problems):
        yield "是否单间待核对"
    if one.reason is Reason.REPLACED_BY_SENDER:
        yield "由换人而来，已排的房号请核对"
    yield from doubts(one, ("name",))
    yield from answers(one, _LODGING, _LODGING_SAID)
