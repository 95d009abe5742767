"""What a sender asks, in her own words, to be changed: who shall be cancelled, replaced, corrected or confirmed.

Pure. A wrong cancellation is worse than a slow one: wherever the words can be read in two ways, or speak of
somebody who can't be told, `unclear` is set and nothing is asked for.
"""

from __future__ import annotations

import re

from bot.admission import requests_words as words
from bot.admission.requests_correct import OF_FORM, Correction
from bot.admission.requests_people import Marks
from bot.admission.requests_reader import Reader
from bot.admission.requests_said import Leaving, Scope, Swapping
from bot.admission.requests_subject import are_of_one_sender
from bot.admission.requests_text import LONGEST, simplified
from bot.admission.requests_values import LABEL
from bot.admission.words import name_key
from bot.records.decision import Registration
from bot.records.request import Request, RequestKind, Worded

_MOST_SENTENCES = 120
_UNCLEAR = Worded(unclear=True)


def worded(
    sentences: tuple[str, ...],
    people: tuple[Registration, ...],
    *,
    sender_name: str,
    form_names: tuple[str, ...],
    topics: tuple[str, ...] = (),
) -> Worded:
    """All that the words ask of `people`.

    `sentences` are what the sender newly wrote (`Intent.sentences`); `people` the registrations that she may
    change, none of them cancelled; `sender_name` her display name, "" for none; `form_names` the names on a
    form that came with the mail; `topics` what names the event itself. Questions and suppositions ask for nothing
    and are not unclear.
    """
    marks = Marks(people)
    reader = Reader(marks, marks.only_one_in(sender_name), form_names, topics)
    for sentence in sentences[:_MOST_SENTENCES]:
        reader.read(sentence)
    reader.close()
    asks = _Asks(reader, people, form_names)
    if reader.trouble or asks.contradict_themselves():
        return _UNCLEAR
    found = (asks.replacements(), asks.cancellations(), asks.corrections(), asks.confirmations())
    if any(part is None for part in found):
        return _UNCLEAR
    requests = tuple(request for part in found if part is not None for request in part)
    left_unread = len(sentences) > _MOST_SENTENCES or any(len(sentence) > LONGEST for sentence in sentences)
    return _UNCLEAR if requests and (left_unread or _asks_two_things(requests)) else Worded(requests)


class _Asks:
    """Ties what was read to people; each part is None where that can't be done surely."""

    def __init__(self, reader: Reader, people: tuple[Registration, ...], form_names: tuple[str, ...]) -> None:
        self._reader = reader
        self._people = people
        self._all = "".join(chr(0xE000 + number) for number in range(len(reader.marks.people)))
        keys = {simplified(name_key(person.name)) for person in people}
        self._new_names = [name for name in form_names if simplified(name_key(name)) not in keys]
        self._form_keys = {simplified(name_key(name)) for name in form_names}

    def _of(self, marks: str) -> tuple[Registration, ...]:
        return tuple(self._reader.marks.person(mark) for mark in self._all if mark in marks)

    def contradict_themselves(self) -> bool:
        """Whether the mail takes back, or asks about, what it asks for."""
        reader = self._reader
        named = {mark for ask in reader.leaving for mark in ask.marks} | {ask.old for ask in reader.swapping}
        if named & reader.staying or ((reader.leaving or reader.swapping) and self._speaks_of_others()):
            return True
        if not reader.leaving or reader.swapping:
            return False
        if all(ask.explicit for ask in reader.leaving):
            return bool(_OTHER_PEOPLE_ASKED.search(reader.asked_or_supposed))
        # "She can't come. May somebody else?" is no cancellation.
        return bool(words.REPLACING.search(reader.asked_or_supposed) or _WHAT_NOW.search(reader.asked_or_supposed))

    def _speaks_of_others(self) -> bool:
        """Whether somebody comes in addition, or somebody else is spoken of, who may come instead."""
        incomplete = any(not swap.new for swap in self._reader.swapping)
        return self._reader.adding or (self._reader.strangers and (bool(self._reader.leaving) or incomplete))

    def replacements(self) -> tuple[Request, ...] | None:
        found: list[Request] = []
        for swap in self._merged():
            old = swap.old or ("" if self._reader.strangers else self._going())
            new = swap.new or (self._new_names[0] if len(self._new_names) == 1 else "")
            if not old or (not new and self._form_keys) or not self._agrees_with_form(new):
                return None
            if simplified(name_key(new)) in {simplified(name_key(person.name)) for person in self._people}:
                return None
            if not new and not swap.old:
                return None
            found.append(Request(RequestKind.REPLACE, self._of(old), new, swap.values))
        olds = [request.people for request in found]
        news = [name_key(request.successor) for request in found if request.successor]
        return tuple(found) if len(set(olds)) == len(olds) and len(set(news)) == len(news) else None

    def _merged(self) -> list[Swapping]:
        """申请更换人员，王芳换成赵六 asks once: what says nothing more is left out."""
        full = [swap for swap in self._reader.swapping if swap.old and swap.new]
        merged = list(dict.fromkeys(full))
        for swap in self._reader.swapping:
            told = [one for one in merged if one.old == swap.old or not swap.old]
            if (swap.old and swap.new) or (not swap.new and told) or any(one.new == swap.new for one in told):
                continue
            merged.append(swap)
        named = [swap for swap in merged if swap.old]
        return [swap for swap in merged if swap.old or swap.new or not named]

    def _going(self) -> str:
        """The one who is replaced, where nobody is named: the only one, or the only one who is not on the form."""
        if len(self._all) == 1:
            return self._all
        absent = [p for p in self._all if simplified(name_key(self._of(p)[0].name)) not in self._form_keys]
        return absent[0] if len(absent) == 1 and len(self._new_names) == 1 else ""

    def _agrees_with_form(self, new: str) -> bool:
        return not new or not self._new_names or simplified(name_key(new)) in self._form_keys

    def cancellations(self) -> tuple[Request, ...] | None:
        """Named people; else everybody, or the only one."""
        asks = [ask for ask in self._reader.leaving if not self._explains_a_swap(ask)]
        if not asks:
            return ()
        named = "".join(ask.marks for ask in asks)
        scopes = {ask.scope for ask in asks}
        if named:
            everybody = Scope.STRONG in scopes and set(named) != set(self._all)
            return None if everybody else self._cancel(named)
        if self._reader.swapping or not self._all or self._reader.strangers:
            return None
        whole = scopes & {Scope.STRONG, Scope.WEAK} or len(self._all) == 1
        return self._cancel(self._all) if whole and are_of_one_sender(self._people) else None

    def _explains_a_swap(self, ask: Leaving) -> bool:
        """王芳不能参加，改由赵六参加: that she can't come, or is taken off in the same breath, is why."""
        swaps = [swap for swap in self._reader.swapping if not ask.explicit or swap.sentence == ask.sentence]
        return any(not ask.marks or not swap.old or ask.marks == swap.old for swap in swaps)

    def _cancel(self, marks: str) -> tuple[Request, ...] | None:
        known = all(mark in self._all for mark in marks)
        return (Request(RequestKind.CANCEL, self._of(marks)),) if known else None

    def corrections(self) -> tuple[Request, ...] | None:
        found: list[Request] = []
        for correction in self._reader.corrections.found:
            groups = self._whose(correction)
            if groups is None:
                return None
            values = ((correction.field, correction.value),)
            found += [Request(RequestKind.CORRECT, group, values=values) for group in groups]
        unique = list(dict.fromkeys(found))
        said = [(person.name, request.values[0][0]) for request in unique for person in request.people]
        return tuple(unique) if len(set(said)) == len(said) else None

    def _whose(self, correction: Correction) -> list[tuple[Registration, ...]] | None:
        if correction.field in OF_FORM:
            forms = {
                (person.event_id, person.message_id, person.uid, person.form_index) for person in self._people
            }
            partly = correction.marks and set(correction.marks) != set(self._all)
            return [self._people] if len(forms) == 1 and not partly else None
        marks = correction.marks or (self._all if correction.everybody or len(self._all) == 1 else "")
        if not correction.marks and self._reader.strangers:
            return None
        several = correction.field == "single_room"
        if not marks or any(mark not in self._all for mark in marks) or (len(marks) > 1 and not several):
            return None
        return [self._of(mark) for mark in dict.fromkeys(marks)]

    def confirmations(self) -> tuple[Request, ...] | None:
        """Those of whom something was read with little certainty, where the words say that it is right."""
        uncertain = "".join(mark for mark in self._all if self._of(mark)[0].uncertain)
        if not uncertain or self._reader.leaving or self._reader.swapping:
            return ()
        if not self._reader.confirmed:
            return None if self._reader.plain_ok else ()
        chosen = uncertain
        several = len({(p.message_id, p.sender) for p in self._of(uncertain)}) > 1
        for text in self._reader.confirmed:
            own = "".join(mark for mark in self._all if mark in text)
            fields = {str(label.lastgroup) for label in LABEL.finditer(text)} - {"name"}
            if fields and not words.REMAINDER.search(text) and not self._covers(fields, own or uncertain):
                return None
            if several and not own:
                # 无误 is said of one answer's list, and there were several.
                return None
            if own and not words.REMAINDER.search(text):
                chosen = "".join(mark for mark in uncertain if mark in own)
        return (Request(RequestKind.CONFIRM, self._of(chosen)),) if chosen else ()

    def _covers(self, fields: set[str], marks: str) -> bool:
        unsure = {problem.field for person in self._of(marks) for problem in person.uncertain}
        return unsure <= fields


_OTHER_PEOPLE_ASKED = re.compile(r"换人|换成|换为|替换|更换人|改派|改由|顶替|代替|其他人|别人")
_WHAT_NOW = re.compile(r"怎么办|如何|怎样|怎么|能否|可否|可以|能不能")


def _asks_two_things(requests: tuple[Request, ...]) -> bool:
    """Whether somebody is to be cancelled and replaced, or is corrected while she goes."""
    kinds: dict[int, RequestKind] = {}
    for request in requests:
        if request.kind is RequestKind.CONFIRM:
            continue
        for person in request.people:
            if kinds.setdefault(id(person), request.kind) is not request.kind:
                return True
    return False
