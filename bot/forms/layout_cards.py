"""People given in pairs (姓名：… 单位：… 手机：…), and which pairs are about the whole form instead.

Pure. A pair belongs to the person named last before it, unless 联系人, 填报单位 or the invoice came in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from bot.forms.labels import Field, Labels
from bot.forms.layout_found import Pair
from bot.forms.layout_grid import field_about
from bot.forms.layout_papers import is_identity_card
from bot.forms.layout_people import people_of
from bot.forms.layout_text import is_identity, is_masked_name, is_mobile, without_number
from bot.forms.layout_whom import asks_for_a_name, invites, names_people
from bot.records.form import EMPTY, Attendee, Value

_PERSONAL = (
    Field.ORGANISATION,
    Field.JOB_TITLE,
    Field.RANK,
    Field.MOBILE,
    Field.TELEPHONE,
    Field.ID_NUMBER,
    Field.SINGLE_ROOM,
)
_PHONES = (Field.MOBILE, Field.TELEPHONE)
_STANDS_FOR = {Field.RANK: Field.JOB_TITLE, Field.TELEPHONE: Field.MOBILE}


class _Talk(Enum):
    """Whom the pairs are about just now."""

    FORM = auto()
    PERSON = auto()
    CONTACT = auto()
    INVOICE = auto()


@dataclass(slots=True)
class _Card:
    values: dict[Field, Value] = field(default_factory=dict)
    labels: dict[Field, Field] = field(default_factory=dict)
    extras: list[tuple[str, Value]] = field(default_factory=list)

    def add(self, kind: Field, value: Value) -> bool:
        """Takes a value unless the card has one; 职称 gives way to 职务, 电话 to 手机."""
        slot = _STANDS_FOR.get(kind, kind)
        old = self.values.get(slot)
        if old and value and self.labels[slot] is kind:
            return False
        if old and kind in _STANDS_FOR:
            self.extras.append((value.label, value))
            return True
        if old:
            self.extras.append((old.label, old))
        if value or slot not in self.values:
            self.values[slot] = value
            self.labels[slot] = kind
        return True

    def people(self) -> list[Attendee]:
        name = self.values.get(Field.NAME, EMPTY)
        typed = is_mobile(self.values.get(Field.MOBILE, EMPTY).text) or is_identity(
            self.values.get(Field.ID_NUMBER, EMPTY).text
        )
        if is_masked_name(name.text) or not (name.text or typed) or not self._is_somebody(name, typed=typed):
            return []
        extras = tuple((label, value) for label, value in self.extras if value.text)
        return list(people_of(self.values, extras))

    def _is_somebody(self, name: Value, *, typed: bool) -> bool:
        """Whether the card is about a person. Under 参加人员, unlike 姓名, notices write whom they invite: what is
        not plainly a name there needs a number, or a unit and a post, beside it."""
        if is_identity(self.values.get(Field.ID_NUMBER, EMPTY).text) or not name.text:
            return True
        if invites(name.text):
            return False
        if typed or asks_for_a_name(name.label) or names_people(name.text):
            return True
        return all(self.values.get(kind, EMPTY).text for kind in (Field.ORGANISATION, Field.JOB_TITLE))


@dataclass(frozen=True, slots=True)
class Cards:
    """The people of a run of pairs, the pairs about the form, and whether a name was asked for at all."""

    people: tuple[Attendee, ...]
    form: tuple[Pair, ...]
    asked: bool


def read_cards(pairs: Sequence[Pair], labels: Labels) -> Cards:
    """Sorts pairs by whom they are about."""
    settled = [_settled(pair) for pair in pairs if pair.about is not Field.OTHER_PERSON]
    reader = _CardReader(settled, labels)
    return reader.read()


def _settled(pair: Pair) -> Pair:
    kind = field_about(pair.field, pair.about) if pair.about else pair.field
    text = without_number(pair.value.text) if kind is Field.NAME else pair.value.text
    return Pair(kind, replace(pair.value, text=text, written=text), pair.about)


class _CardReader:
    def __init__(self, pairs: Sequence[Pair], labels: Labels) -> None:
        self.pairs = pairs
        self.known = labels
        self.names = [index for index, pair in enumerate(pairs) if pair.field is Field.NAME]
        self.lead = self._find_lead()
        self.card: _Card | None = None
        self.waiting: list[Pair] = []  # about a person whose name comes later
        self.people: list[Attendee] = []
        self.form: list[Pair] = []
        self.talk = _Talk.FORM

    def _find_lead(self) -> Field | None:
        """The field that begins each person's block when it is not the name."""
        if len(self.names) < 2:
            return None
        before = [pair.field for pair in self.pairs[: self.names[0]] if pair.field in _PERSONAL]
        if not before:
            return None
        count = sum(pair.field is before[0] for pair in self.pairs)
        return before[0] if count == len(self.names) else None

    def read(self) -> Cards:
        for index, pair in enumerate(self.pairs):
            self._take(index, pair)
        self._finish()
        self.form += self.waiting
        return Cards(tuple(self.people), tuple(self.form), bool(self.names))

    def _take(self, index: int, pair: Pair) -> None:
        kind = pair.field
        if kind is Field.NAME:
            self._begin(pair)
        elif pair.about is not None:
            self.form.append(pair)
        elif kind is self.lead and kind is not None:
            self._finish()
            self.waiting, self.talk = [pair], _Talk.FORM
        elif kind in (Field.CONTACT, Field.CONTACT_PHONE):
            self.form.append(pair)
            self.talk = _Talk.CONTACT
        elif kind is Field.SUBMITTER:
            self.form.append(pair)
            self.talk = _Talk.FORM
        elif kind in (Field.INVOICE, Field.INVOICE_TITLE, Field.TAXPAYER_ID):
            self.form.append(pair)
            self.talk = _Talk.INVOICE
        elif kind is Field.ORGANISATION and self.talk is _Talk.INVOICE:
            self.form.append(replace(pair, field=Field.INVOICE_TITLE))
        elif kind in _PHONES and self.talk is _Talk.CONTACT:
            self.form.append(replace(pair, field=Field.CONTACT_PHONE))
        elif kind in _PERSONAL and kind is not None:
            self._take_personal(index, pair, kind)
        elif self.card is not None and self.talk is _Talk.PERSON:
            self.card.extras.append((pair.value.label, pair.value))
        else:
            self.form.append(pair)

    def _take_personal(self, index: int, pair: Pair, kind: Field) -> None:
        to_person = self.talk is _Talk.PERSON or kind in (Field.ID_NUMBER, Field.SINGLE_ROOM, Field.JOB_TITLE)
        if self.card is not None and to_person:
            if not self.card.add(kind, pair.value):
                self.card.extras.append((pair.value.label, pair.value))
        elif any(name > index for name in self.names) and self.card is None:
            self.waiting.append(pair)
        else:
            self.form.append(pair)

    def _begin(self, pair: Pair) -> None:
        alone = self.lead is not None or len(self.names) == 1
        self._finish()
        self.card = _Card()
        self.card.add(Field.NAME, pair.value)
        for waiting in self.waiting:
            if alone and waiting.field is not None:
                self.card.add(waiting.field, waiting.value)
            else:
                self.form.append(waiting)
        self.waiting = []
        self.talk = _Talk.PERSON

    def _finish(self) -> None:
        if self.card is not None:
            headings = [label for label, _ in self.card.extras] + [v.label for v in self.card.values.values()]
            if not is_identity_card(self.card.values, headings, self.known):
                self.people += self.card.people()
        self.card = None
