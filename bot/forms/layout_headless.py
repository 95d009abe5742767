"""Lists whose headings are gone: rows of a table that hold a name and numbers, told by what they look like.

Pure. With an identity number a row stands by itself; without one, two such rows must agree in where the name is.
"""

from __future__ import annotations

import re
from collections import Counter

from bot.forms.labels import Field, Labels
from bot.forms.layout_found import Roster
from bot.forms.layout_freeline import is_post, read_free_line
from bot.forms.layout_text import collapse, has_surname, is_identity, is_mobile, is_name
from bot.records.form import Attendee, Cell, Line, Table

_FEWEST_ROWS = 2
_DIGIT = re.compile(r"\d")


def read_headless(table: Table, labels: Labels, *, alone: bool) -> list[Roster]:
    """The list of people in a table without headings, or nothing. Where the table has other things in it (not
    `alone`), only rows that begin with a name and hold an identity number count."""
    if table.hidden:
        return []
    rows = [_filled(row) for number, row in enumerate(table.rows) if number not in table.hidden_rows]
    rows = [cells for cells in rows if any(_is_number(cell.text) for cell in cells)]
    column = _name_column(rows, labels) if alone else None
    sure: list[Attendee] = []
    likely: list[Attendee] = []
    for cells in rows:
        person = _person(cells, column, labels)
        if person is None:
            continue
        likely.append(person)
        if person.id_number:
            sure.append(person)
    together = likely if alone and len(likely) >= _FEWEST_ROWS and all(map(_says_enough, likely)) else sure
    return [Roster(tuple(together), frozenset((Field.NAME, Field.ID_NUMBER)))] if together else []


def _filled(row: tuple[Cell, ...]) -> list[Cell]:
    return [
        cell
        for index, cell in enumerate(row)
        if cell.text and not (index and row[index - 1] is cell) and not _is_ordinal(collapse(cell.text))
    ]


def _is_ordinal(text: str) -> bool:
    return not text or (text.isdecimal() and len(text) < 4)


def _is_number(text: str) -> bool:
    return bool(_DIGIT.search(text)) and any(
        is_mobile(part) or is_identity(part) for part in (text, *text.split())
    )


def _name_column(rows: list[list[Cell]], labels: Labels) -> int | None:
    """Where the names stand: the first column that looks so in most rows."""
    counts: Counter[int] = Counter()
    for cells in rows:
        names = [cell.column for cell in cells if _could_be_name(collapse(cell.text), labels)]
        counts.update(names[:1])
    return min(counts, key=lambda column: (-counts[column], column)) if counts else None


def _could_be_name(text: str, labels: Labels) -> bool:
    return is_name(text) and has_surname(text) and not is_post(text) and labels.field_of(text) is None


def _person(cells: list[Cell], column: int | None, labels: Labels) -> Attendee | None:
    named = [cell for cell in cells if cell.column == column]
    ordered = [*named, *(cell for cell in cells if cell.column != column)]
    texts = [text for cell in ordered if (text := collapse(cell.text))]
    least = min(cells, key=lambda cell: cell.confidence)
    line = Line("，".join(texts), cells[0].place, least.confidence, least.box, least.picture)
    free = read_free_line(line, labels)
    return free[0] if free is not None else None


def _says_enough(person: Attendee) -> bool:
    return bool(person.id_number or (person.mobile and person.organisation and person.job_title))
