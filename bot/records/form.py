"""A form: the file as a Document of tables and lines, and what was read out of it.

Every reader of a file gives a Document; one layout reader turns any Document into RegistrationForms.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

StoredAs = Literal["text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stood, in words for people: file, page or sheet or table, cell or line."""

    origin: str
    part: str = ""
    spot: str = ""

    def __str__(self) -> str:
        return " ".join(word for word in (self.origin, self.part, self.spot) if word)


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands on a page picture: `page` from 0, the rest in pixels of that picture."""

    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it was read, upright: an image file (PNG or JPEG) of `width` x `height` pixels."""

    content: bytes = dataclasses.field(repr=False)
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; a merged one stands at every position it covers, always as the same object.

    `row` and `column` are its top-left position in the table, from 0. `stored_as` is `number` where the
    file held a number (an 18-digit identity number stored so has lost its last digits). `picture` is a PNG of just
    this cell where it was read from a picture, else empty.
    """

    text: str
    row: int
    column: int
    place: Place
    row_span: int = 1
    column_span: int = 1
    confidence: float = 1.0
    stored_as: StoredAs = "text"
    box: Box | None = None
    picture: bytes = dataclasses.field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangular grid: every row has the same number of cells.

    `hidden_rows` are those that the sender's program did not show; `title` is the sheet's name or "".
    """

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or line of text outside tables."""

    text: str
    place: Place
    confidence: float = 1.0
    box: Box | None = None
    picture: bytes = dataclasses.field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, in reading order, whatever kind of file it was. `pages` are pictures of its pages where
    it has fixed pages; boxes count in them."""

    origin: str
    blocks: tuple[Table | Line, ...]
    pages: tuple[PagePicture, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A value read from a form, normalised; `written` is what the clerk wrote, `label` the form's own heading.

    `confidence` is 1.0 unless it was read from a picture; then `box` and `picture` show where it stood.
    """

    text: str = ""
    written: str = ""
    label: str = ""
    place: Place | None = None
    confidence: float = 1.0
    stored_as: StoredAs = "text"
    box: Box | None = None
    picture: bytes = dataclasses.field(default=b"", repr=False)

    def __bool__(self) -> bool:
        return bool(self.text)


EMPTY = Value()


class ProblemCode(StrEnum):
    """What can be wrong with a field (the words of `read --json`)."""

    MISSING = "missing"
    CHECKSUM = "checksum"
    FORMAT = "format"
    UNCERTAIN = "uncertain"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One problem with one field, in plain Chinese.

    `field` is the contract's name (`id_number`), `label` what the form calls it (身份证号), `person` the
    attendee's name or "" for a field of the whole form. `text` is a whole sentence without personal numbers.
    `blocking` problems make the answer ask for a correction; others are only mentioned in it. `picture` is a PNG
    of just the cell in question, where it was read from a picture.
    """

    field: str
    code: ProblemCode
    text: str
    label: str = ""
    person: str = ""
    blocking: bool = True
    picture: bytes = dataclasses.field(default=b"", repr=False)


class UnreadCode(StrEnum):
    """Why a file gave no form (the words of `read --json`)."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    NO_FORM = "no_form"
    LINK_ONLY = "link_only"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that gave no form, and why, in plain Chinese. `form_like` is True for a scan or photo that is a form
    by its words, though nobody could be made out in it."""

    origin: str
    code: UnreadCode
    text: str
    form_like: bool = False


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person on a form. `organisation` already falls back to the form's own where the row gave none."""

    name: Value = EMPTY
    organisation: Value = EMPTY
    job_title: Value = EMPTY
    mobile: Value = EMPTY
    id_number: Value = EMPTY
    single_room: bool | None = None
    single_room_value: Value = EMPTY
    extras: tuple[tuple[str, Value], ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """One registration form as read. `title` is the form's own heading line, `headings` are those of its columns
    and fields as written, filled in or not: both tell events apart."""

    origin: str
    title: str = ""
    organisation: Value = EMPTY
    contact: Value = EMPTY
    phone: Value = EMPTY
    email: Value = EMPTY
    invoice_title: Value = EMPTY
    taxpayer_id: Value = EMPTY
    attendees: tuple[Attendee, ...] = ()
    extras: tuple[tuple[str, Value], ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    confidence: float = 1.0
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read out of one mail or file."""

    forms: tuple[RegistrationForm, ...] = ()
    unread: tuple[Unread, ...] = dataclasses.field(default=())
