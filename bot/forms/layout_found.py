"""What the layout readers find in a document's blocks, in reading order; layout.py puts forms together from it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.forms.labels import Field
from bot.records.form import Attendee, Cell, Line, Value


@dataclass(frozen=True, slots=True)
class Pair:
    """A heading and its value ("" when nothing was filled in). `about` is whom the pair belongs to where the form
    says so by a head over or beside it: CONTACT, OTHER_PERSON, INVOICE."""

    field: Field | None
    value: Value
    about: Field | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A list of people under headings, perhaps without anybody. `fields` are the headings' fields, `shared` what
    the columns say about the whole form, `hidden` the names in rows that the sender's program did not show."""

    people: tuple[Attendee, ...] = ()
    fields: frozenset[Field] = frozenset()
    shared: tuple[Pair, ...] = ()
    hidden: tuple[Value, ...] = ()

    @property
    def strong(self) -> bool:
        """Asks for what only participants are asked for."""
        return Field.ID_NUMBER in self.fields or Field.SINGLE_ROOM in self.fields


@dataclass(frozen=True, slots=True)
class Title:
    """A line that heads a form. `weak` where it is only a sheet's name."""

    text: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A head over what follows: whom it is about, or None for participants."""

    about: Field | None


@dataclass(frozen=True, slots=True)
class Break:
    """Running text: what stands on its two sides need not belong together. `hard`: the head of a quoted mail."""

    hard: bool = False


Finding = Pair | Roster | Title | Section | Break


def value_of(source: Cell | Line, text: str, label: str) -> Value:
    """A raw value: `text` is the part of `source` that stands for it."""
    stored_as = "text" if isinstance(source, Line) else source.stored_as
    return Value(text, text, label, source.place, source.confidence, stored_as, source.box, source.picture)
