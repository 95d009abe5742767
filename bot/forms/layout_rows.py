"""The rows under a list's headings: which are people, which are examples, blanks, footers or pairs.

Pure. A row is a person by a name, or by a mobile or identity number where the name is missing; what only fills the
unit's column is nobody. Nothing is judged right or wrong here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.forms.labels import Field
from bot.forms.layout_colons import pairs_in
from bot.forms.layout_found import joined_value, value_of
from bot.forms.layout_grid import Column, Header
from bot.forms.layout_people import people_of
from bot.forms.layout_sheet import Sheet, Spot
from bot.forms.layout_text import (
    has_email,
    has_surname,
    is_blank,
    is_ditto,
    is_example_mark,
    is_footer,
    is_identity,
    is_masked_name,
    is_masked_number,
    is_mobile,
    is_name,
)
from bot.forms.layout_whom import invites
from bot.records.form import EMPTY, Attendee, Value

_LONGEST_NAME = 40
# What a column left of the names may say of a participant.
_SORTS_OF_PEOPLE = (Field.NAME, Field.EXTRA, Field.JOB_TITLE, Field.RANK, Field.ORGANISATION, Field.SINGLE_ROOM)
# What may be the same as in the row above; who is meant is settled when values are normalised.
_DITTO = (Field.ORGANISATION, Field.SUBMITTER, Field.JOB_TITLE, Field.SINGLE_ROOM)
_PERSON_FIELDS = (Field.MOBILE, Field.ID_NUMBER, Field.JOB_TITLE, Field.SINGLE_ROOM, Field.ORGANISATION)


class RowKind(Enum):
    PERSON = auto()
    BLANK = auto()
    """Nobody: empty, an example, a continuation of the row above, only a unit."""
    OTHER = auto()
    """No row of the list: pairs, remarks, heads."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    kind: RowKind
    people: tuple[Attendee, ...] = ()
    examples: tuple[Attendee, ...] = ()
    """People in a row that the form calls an example; a clerk may have written over it."""


def read_row(sheet: Sheet, row: int, header: Header, *, strict: bool, example: bool = False) -> ReadRow:
    """Reads one row under the headings. `strict` asks for more than a name, for rows that stand after
    something else than people; `example` says that the form calls this row an example."""
    filled = sheet.filled(row)
    if not filled:
        return ReadRow(RowKind.BLANK)
    fresh = [spot for spot in filled if not sheet.goes_on_above(row, spot)]
    if not fresh:
        return ReadRow(RowKind.BLANK)
    if _leads_elsewhere(sheet, row, header, fresh):
        return ReadRow(RowKind.OTHER)
    people = [
        person for fields, rest in header.lanes for person in _read_lane(sheet, row, fields, rest, strict=strict)
    ]
    if not people:
        lone = len(filled) == 1 and filled[0].end - filled[0].column > 1
        return ReadRow(RowKind.OTHER if lone or strict else RowKind.BLANK)
    if example or any(is_example_mark(spot.text, sheet.labels) for spot in fresh):
        in_name = any(is_example_mark(person.name.text, sheet.labels) for person in people)
        return ReadRow(RowKind.BLANK, examples=() if in_name else tuple(people))
    return ReadRow(RowKind.PERSON, tuple(people))


def _leads_elsewhere(sheet: Sheet, row: int, header: Header, fresh: list[Spot]) -> bool:
    """Whether the row begins with a heading, a footer word or running text instead of a person."""
    lead = next((spot for spot in fresh if not _is_ordinal(spot.text)), fresh[0])
    name = sheet.at(row, header.name.start)
    for spot in dict.fromkeys(spot for spot in (lead, name) if spot is not None and spot.text):
        if _is_heading_here(sheet, row, header, spot):
            return True
        if is_footer(spot.text, sheet.labels) and not is_identity(spot.text):
            return True
        found = pairs_in(spot.text, sheet.labels)
        if found and found[0].known and (found[0].field is not Field.EXTRA or spot.column <= header.name.start):
            return True
    return False


def _is_heading_here(sheet: Sheet, row: int, header: Header, spot: Spot) -> bool:
    """Whether a cell is a heading: one that reads so, in the names' column. Right of it, it is the value
    of its own column (单间 under 是否单间); so it may be left of it (学员 under 类别), beside a name."""
    field = sheet.field(spot.text)
    if field is None or spot.column >= header.name.end:
        return False
    if spot.end > header.name.start:
        return True
    name = sheet.at(row, header.name.start)
    named = name is not None and is_name(name.text) and sheet.field(name.text) is None
    return sheet.labels.is_exact(spot.text) and not (named and field in _SORTS_OF_PEOPLE)


def _is_ordinal(text: str) -> bool:
    return len(text) <= 4 and text.strip(".、()（）").isdecimal()


def _read_lane(
    sheet: Sheet, row: int, fields: dict[Field, Column], rest: tuple[Column, ...], *, strict: bool
) -> Iterator[Attendee]:
    values = {field: _value(sheet, row, column, field) for field, column in fields.items()}
    rooms = [column for column in rest if column.field is Field.SINGLE_ROOM]
    if rooms and (chosen := _ticked(sheet, row, [fields[Field.SINGLE_ROOM], *rooms])):
        values[Field.SINGLE_ROOM] = chosen
        rest = tuple(column for column in rest if column not in rooms)
    name = values.get(Field.NAME, EMPTY)
    typed = _typed(sheet, row, fields, values)
    if is_masked_name(name.text) or (is_masked_number(values.get(Field.MOBILE, EMPTY).text) and not typed):
        return
    spot = _spot(sheet, row, fields[Field.NAME])
    if spot.column < fields[Field.NAME].start and spot.text:
        return
    if not typed and not _names_somebody(sheet, row, fields, values, strict=strict):
        return
    if name.text and sheet.goes_on_above(row, spot):
        return
    if _is_no_name(name.text) and not typed:
        return
    if invites(name.text) and not _says_who(values):
        return
    extras = tuple(
        (column.label, value) for column in rest if (value := _value(sheet, row, column, column.field)).text
    )
    yield from people_of(values, extras)


def _ticked(sheet: Sheet, row: int, columns: list[Column]) -> Value:
    """The one of several columns for rooms (单间 | 标双, 是 | 否) that holds a mark: its heading is the answer."""
    marked = [(column, value) for column in columns if (value := _value(sheet, row, column, column.field)).text]
    if len(marked) != 1 or any(character.isalnum() for character in marked[0][1].text):
        return EMPTY
    column, value = marked[0]
    answer = f"{value.text}{column.label}"
    return replace(value, text=answer, written=answer, label="")


def _spot(sheet: Sheet, row: int, column: Column) -> Spot:
    spot = sheet.at(row, column.start)
    assert spot is not None
    return spot


def _typed(sheet: Sheet, row: int, fields: dict[Field, Column], values: dict[Field, Value]) -> bool:
    """Whether the row has a mobile or identity number of its own, not one merged over several rows."""
    for field, looks in ((Field.ID_NUMBER, is_identity), (Field.MOBILE, is_mobile)):
        text = values.get(field, EMPTY).text
        if text and not sheet.goes_on_above(row, _spot(sheet, row, fields[field])):
            if looks(text) or any(looks(part) for part in text.split()):
                return True
            if sum(character.isdigit() for character in text) >= 9:
                return True
    return False


def _names_somebody(
    sheet: Sheet, row: int, fields: dict[Field, Column], values: dict[Field, Value], *, strict: bool
) -> bool:
    """Whether the names' cell can be a person's without a number beside it."""
    name = values.get(Field.NAME, EMPTY).text
    if not name or len(name) > _LONGEST_NAME:
        return False
    column = fields[Field.NAME]
    if _spot(sheet, row, column).end > column.end:
        return False
    others = sum(
        bool(values.get(field, EMPTY).text) and not sheet.goes_on_above(row, _spot(sheet, row, fields[field]))
        for field in _PERSON_FIELDS
    )
    if strict:
        return others > 1 and is_name(name) and has_surname(name)
    return bool(others) or is_name(name) or any(is_name(part) for part in name.replace("、", " ").split())


def _says_who(values: dict[Field, Value]) -> bool:
    """Whether a row tells who is meant although its name is none: an identity number, or a mobile number with a
    unit or a post."""
    text = {field: value.text for field, value in values.items()}
    if is_identity(text.get(Field.ID_NUMBER, "")):
        return True
    return is_mobile(text.get(Field.MOBILE, "")) and any(
        text.get(kind) for kind in (Field.ORGANISATION, Field.JOB_TITLE)
    )


def _is_no_name(text: str) -> bool:
    return text.isdecimal() or len(text) > _LONGEST_NAME or has_email(text)


def _value(sheet: Sheet, row: int, column: Column, field: Field | None) -> Value:
    spots = [spot for spot in sheet.between(row, column.start, column.end) if spot.text]
    if not spots:
        return EMPTY
    text = spots[0].text
    if len(spots) > 1:
        boxed = all(len(spot.text) == 1 for spot in spots)  # one digit in each cell
        text = ("" if boxed else " ").join(spot.text for spot in spots)
    if field is Field.NAME and "\n" in spots[0].cell.text.strip():
        text = "\n".join(part for line in spots[0].cell.text.splitlines() if (part := line.strip()))
    if is_blank(text, sheet.labels) and not (field is Field.SINGLE_ROOM and text in ("无", "/")):
        return value_of(spots[0].cell, text, column.label) if field in _DITTO and is_ditto(text) else EMPTY
    return joined_value([spot.cell for spot in spots], text, column.label)
