"""What the layout readers find in a document's blocks, in reading order; layout.py puts forms together from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.forms.labels import Field
from bot.records.form import Attendee, Box, Cell, Line, Value


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
    the columns say about the whole form, `hidden` the names in rows that the sender's program did not show,
    `examples` the people in rows that the form calls examples, `headings` the columns' own words."""

    people: tuple[Attendee, ...] = ()
    fields: frozenset[Field] = frozenset()
    shared: tuple[Pair, ...] = ()
    hidden: tuple[Value, ...] = ()
    examples: tuple[Attendee, ...] = ()
    headings: tuple[str, ...] = ()

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


def joined_value(cells: Sequence[Cell], text: str, label: str) -> Value:
    """A raw value that stands in several cells: as sure as the least sure of them. The box goes round all of them;
    the picture is that of the least sure one."""
    first = value_of(cells[0], text, label)
    if len(cells) == 1:
        return first
    least = min(cells, key=lambda cell: cell.confidence)
    boxes = [cell.box for cell in cells if cell.box is not None]
    return replace(first, confidence=least.confidence, picture=least.picture, box=_around(boxes))


def _around(boxes: Sequence[Box]) -> Box | None:
    boxes = [box for box in boxes if box.page == boxes[0].page]
    if not boxes:
        return None
    return Box(
        boxes[0].page,
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
