"""Headings beside their values in a table: 姓名 | 张三 | 性别 | 女, 联系人：王五, a heading over its value.

Pure. A value stands right of its heading, else below it. A column of headings with several columns of values is
one person per column. Nothing is judged here about whom the pairs belong to, beyond heads beside or over them.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.forms.labels import Field
from bot.forms.layout_colons import clean, pairs_in
from bot.forms.layout_found import Break, Finding, Pair, Roster, Title, value_of
from bot.forms.layout_people import people_of
from bot.forms.layout_prose import is_prose, section_of, title_of
from bot.forms.layout_sheet import Sheet, Spot
from bot.forms.layout_text import is_blank, is_identity, is_mobile, is_name, is_room_word
from bot.forms.layout_whom import invites
from bot.records.form import EMPTY, Attendee, Cell, Value

_ABOUT = {
    Field.CONTACT: Field.CONTACT,
    Field.OTHER_PERSON: Field.OTHER_PERSON,
    Field.INVOICE: Field.INVOICE,
    Field.INVOICE_TITLE: Field.INVOICE,
}
_POSTS = (Field.JOB_TITLE, Field.RANK)
_CARD = (Field.ORGANISATION, Field.JOB_TITLE, Field.RANK, Field.MOBILE, Field.TELEPHONE, Field.ID_NUMBER)
_WHOLE_FORM = (
    Field.SUBMITTER,
    Field.CONTACT,
    Field.CONTACT_PHONE,
    Field.INVOICE_TITLE,
    Field.TAXPAYER_ID,
    Field.INVOICE,
)
_TALLEST = 60  # rows of headings in a list with one person per column
_ROSTER = {Field.RANK: Field.JOB_TITLE, Field.TELEPHONE: Field.MOBILE}


def read_pairs(sheet: Sheet, rows: Sequence[int]) -> list[Finding]:
    """What some rows of a table say in pairs, heads and titles, in reading order."""
    return _Region(sheet, rows).read()


class _Region:
    def __init__(self, sheet: Sheet, rows: Sequence[int]) -> None:
        self.sheet = sheet
        self.labels = sheet.labels
        self.rows = list(rows)
        self.inside = set(rows)
        self.used: set[int] = set()  # id of cells that are spoken for
        self.heading: dict[int, dict[int, Spot]] = {}  # row -> column -> heading without a colon
        self.heads: dict[int, Field | None] = {}  # row -> whom a head beside it says that it is about
        self._find_headings()

    def read(self) -> list[Finding]:
        found: list[Finding] = []
        for row in self.rows:
            names = [
                column
                for column, spot in self.heading[row].items()
                if self._field(spot) is Field.NAME and not self._is_head(row, spot)
            ]
            if names and (roster := self._transposed(row, names[0])):
                found.append(roster)
                continue
            if len(names) > 1:
                found += self._side_by_side(row, names)
                continue
            found += self._read_row(row, 0, self.sheet.width)
        return found

    # Which cells are headings.

    def _find_headings(self) -> None:
        shares = self._shares()
        for row in self.rows:
            self.heading[row] = {}
            filled = [s for s in self.sheet.rows[row] if s.text and not self._came_down(row, s)]
            candidates = [s for s in filled if self._field(s) and not pairs_in(s.text, self.labels)]
            columns = {s.column for s in candidates}
            previous: Spot | None = None
            for spot in candidates:
                if previous and self._field(previous) is Field.SINGLE_ROOM and is_room_word(spot.text):
                    continue
                beside = previous is not None and previous.end == spot.column
                if beside and previous and self._is_value_after(row, previous, spot, columns, shares):
                    previous = None
                    continue
                self.heading[row][spot.column] = spot
                previous = spot

    def _is_value_after(
        self, row: int, heading: Spot, spot: Spot, columns: set[int], shares: dict[int, float]
    ) -> bool:
        """Whether a cell right of a heading is its value although it reads like a heading (住宿 | 单间)."""
        field, other = self._field(spot), self._field(heading)
        if field is other and field is not Field.NAME and not spot.text.rstrip().endswith((":", "：")):
            return True
        if field is Field.NAME or spot.text.endswith((":", "：")):
            return False
        if other in _POSTS and field is Field.OTHER_PERSON:
            return True
        last = spot.end >= self.sheet.width or spot.end in columns
        return last and shares.get(spot.column, 1) < 0.5 <= shares.get(heading.column, 0)

    def _shares(self) -> dict[int, float]:
        """The share of headings among the filled cells that begin in each column."""
        counts: dict[int, list[int]] = {}
        for row in self.rows:
            for spot in self.sheet.filled(row):
                if not self._came_down(row, spot):
                    count = counts.setdefault(spot.column, [0, 0])
                    count[0] += self._field(spot) is not None
                    count[1] += 1
        return {column: known / filled for column, (known, filled) in counts.items() if filled > 1}

    def _field(self, spot: Spot) -> Field | None:
        return self.sheet.field(spot.text)

    def _came_down(self, row: int, spot: Spot) -> bool:
        return self.sheet.goes_on_above(row, spot) and row - 1 in self.inside

    # Rows of pairs.

    def _read_row(self, row: int, start: int, end: int) -> list[Finding]:
        found: list[Finding] = []
        about = self._head_beside(row)
        for spot in self.sheet.rows[row]:
            if not start <= spot.column < end or not spot.text or id(spot.cell) in self.used:
                continue
            if self._came_down(row, spot):
                continue
            if spot.column in self.heading[row]:
                if self._is_head(row, spot):
                    continue
                self.used.add(id(spot.cell))
                cell, text = self._value_for(row, spot, end)
                whole_row = spot.end - spot.column == self.sheet.width
                if not text and whole_row and (section := section_of(spot.text, self.labels)):
                    found.append(section)
                    continue
                found.append(
                    self._pair(self._field(spot), spot.text.rstrip(":： "), cell or spot.cell, text, about)
                )
            else:
                found += self._read_text(row, spot, about)
        return found

    def _read_text(self, row: int, spot: Spot, about: Field | None) -> list[Finding]:
        """A cell that is no heading: pairs with colons, a title, a head, running text, or nothing."""
        alone = len(self.sheet.filled(row)) == 1
        if not alone and ":" not in spot.text and "：" not in spot.text:
            return []
        found: list[Finding] = []
        lines = spot.cell.text.splitlines() if "\n" in spot.cell.text else [spot.text]
        parts = [part for line in lines for part in pairs_in(line, self.labels)]
        if not any(part.known for part in parts):
            parts = pairs_in(spot.text, self.labels)
        if any(part.known for part in parts):
            self.used.add(id(spot.cell))
            for index, part in enumerate(parts):
                cell, text = spot.cell, part.text
                if not text and index == len(parts) - 1:
                    other, text = self._value_for(row, spot, self.sheet.width)
                    cell = other or cell
                found.append(self._pair(part.field, part.label, cell, text, about))
        elif alone and (title := title_of(spot.text, self.labels)):
            found.append(Title(title))
        elif alone and (section := section_of(spot.text, self.labels)):
            found.append(section)
        elif alone and is_prose(spot.text):
            found.append(Break())
        elif len(parts) == 1 and not alone:
            found.append(self._pair(None, parts[0].label, spot.cell, parts[0].text, about))
        return found

    def _pair(self, field: Field | None, label: str, cell: Cell, text: str, about: Field | None) -> Pair:
        text = clean(text, field)
        if is_blank(text, self.labels) and field is not Field.SINGLE_ROOM:
            text = ""
        return Pair(field, value_of(cell, text, label), about)

    def _value_for(self, row: int, heading: Spot, end: int) -> tuple[Cell | None, str]:
        """The cell right of a heading, past empty ones, else the one below."""
        beside = [s for s in self.sheet.rows[row] if heading.end <= s.column < end]
        for spot in beside:
            if spot.column in self.heading[row] or pairs_in(spot.text, self.labels):
                break
            if spot.text and (spot is beside[0] or spot.cell.row_span == heading.cell.row_span):
                if id(spot.cell) in self.used:
                    break
                self.used.add(id(spot.cell))
                return spot.cell, spot.cell.text
        if beside and not (beside[0].column in self.heading[row] or beside[0].text):
            return None, ""
        below = row + heading.cell.row_span
        if below not in self.inside:
            return None, ""
        under = self.sheet.at(below, heading.column)
        if under is None or not under.text or under.column in self.heading[below] or id(under.cell) in self.used:
            return None, ""
        if pairs_in(under.text, self.labels) or title_of(under.text, self.labels) or is_prose(under.text):
            return None, ""
        if under.column < heading.column or (under.end > max(heading.end, heading.column + 1) and len(beside) > 0):
            return None, ""
        self.used.add(id(under.cell))
        return under.cell, under.cell.text

    def _is_head(self, row: int, spot: Spot) -> bool:
        """A heading that only says whom the headings right of it are about (联系人 | 姓名 | 王五 | 电话 | …)."""
        right = self.sheet.at(row, spot.end) if spot.end < self.sheet.width else None
        if right is None or right.column not in self.heading[row]:
            return False
        if self._field(spot) is Field.NAME:
            return self._field(right) is Field.NAME and spot.end == right.column  # 参会人 | 姓名 | …
        return self._field(spot) in _ABOUT and (spot.cell.row_span > 1 or self._field(right) is Field.NAME)

    def _head_beside(self, row: int) -> Field | None:
        if row not in self.heads:
            self.heads[row] = self._find_head_beside(row)
        return self.heads[row]

    def _find_head_beside(self, row: int) -> Field | None:
        for spot in self.sheet.filled(row):
            field = self._field(spot)
            if field in _ABOUT:
                origin = spot.cell.row if spot.cell.row in self.heading else row
                if spot.column in self.heading.get(origin, {}) and self._is_head(origin, spot):
                    return _ABOUT[field]
        return None

    # Several people in one block of headings.

    def _side_by_side(self, row: int, names: list[int]) -> list[Finding]:
        """Two or more cards beside each other: each is read to its end before the next begins."""
        block = [row]
        while (below := block[-1] + 1) in self.inside and set(names) <= set(self.heading[below]):
            if any(self._field(self.heading[below][c]) is Field.NAME for c in names):
                break
            block.append(below)
        found: list[Finding] = []
        for start, end in zip(names, [*names[1:], self.sheet.width], strict=True):
            for line in block:
                found += self._read_row(line, 0 if start == names[0] else start, end)
        return found

    def _transposed(self, row: int, column: int) -> Roster | None:
        """One person per column right of a column of headings."""
        near = range(row - _TALLEST, row + _TALLEST)
        block = [line for line in near if line in self.inside and column in self.heading[line]]
        block = [
            line
            for line in block
            if len(self.heading[line]) == 1 and self._field(self.heading[line][column]) not in _WHOLE_FORM
        ]
        block = [line for line in block if not self._form_goes_between(row, line, column)]
        if len(block) < 2 or row not in block:
            return None
        start = self.heading[row][column].end
        spots = [s for s in self.sheet.rows[row] if s.column >= start]
        people: list[Attendee] = []
        for spot in spots:
            values, extras = self._column_values(block, column, spot.column)
            named = values.get(Field.NAME, EMPTY).text
            if (is_name(named) and not invites(named)) or any(
                looks(values.get(field, EMPTY).text)
                for field, looks in ((Field.ID_NUMBER, is_identity), (Field.MOBILE, is_mobile))
            ):
                people += people_of(values, tuple(extras))
        if len(people) < 2:
            return None
        fields = frozenset(f for line in block if (f := self._field(self.heading[line][column])))
        for line in block:
            self.used.update(id(s.cell) for s in self.sheet.rows[line])
        return Roster(tuple(people), fields)

    def _form_goes_between(self, row: int, line: int, column: int) -> bool:
        """Whether headings of the whole form (联系人) part two rows: a 电话 after them is not a participant's."""
        between = range(min(row, line), max(row, line))
        fields = (self._field(self.heading[r][column]) for r in between if column in self.heading.get(r, ()))
        return any(field in _WHOLE_FORM for field in fields)

    def _column_values(
        self, block: list[int], headings: int, column: int
    ) -> tuple[dict[Field, Value], list[tuple[str, Value]]]:
        values: dict[Field, Value] = {}
        extras: list[tuple[str, Value]] = []
        for line in block:
            heading, spot = self.heading[line][headings], self.sheet.at(line, column)
            field = self._field(heading)
            if spot is None or (is_blank(spot.text, self.labels) and field is not Field.SINGLE_ROOM):
                continue
            target = field if field in (*_CARD, Field.NAME, Field.SINGLE_ROOM) else None
            target = _ROSTER.get(field, target) if field else None
            value = value_of(spot.cell, spot.text, heading.text.rstrip(":： "))
            if target and target not in values:
                values[target] = value
            elif value.text:
                extras.append((value.label, value))
        return values, extras
