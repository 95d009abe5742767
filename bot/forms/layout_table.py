"""One table read from top to bottom: headings, the people under them, and whatever stands around the list.

Pure. People in hidden rows are not taken, only named among the list's `hidden`; hidden pairs are left out.
"""

from __future__ import annotations

from dataclasses import replace

from bot.forms.labels import Field, Labels
from bot.forms.layout_colons import pairs_in
from bot.forms.layout_found import Finding, Pair, Roster, Section, Title, value_of
from bot.forms.layout_grid import Header, find_header
from bot.forms.layout_pairs import read_pairs
from bot.forms.layout_prose import section_of, title_of
from bot.forms.layout_rows import RowKind, read_row
from bot.forms.layout_sheet import Sheet
from bot.forms.layout_text import is_organisation
from bot.records.form import EMPTY, Attendee, Table, Value

_SHARED = (
    Field.CONTACT,
    Field.CONTACT_PHONE,
    Field.EMAIL,
    Field.INVOICE_TITLE,
    Field.TAXPAYER_ID,
    Field.SUBMITTER,
)
_CONTACTS = frozenset((Field.CONTACT, Field.CONTACT_PHONE))
_TOLD_APART = _CONTACTS | {
    Field.NAME,
    Field.ORGANISATION,
    Field.MOBILE,
    Field.TELEPHONE,
    Field.ID_NUMBER,
    Field.EMAIL,
}


def read_table(
    table: Table, labels: Labels, examples: frozenset[int] = frozenset(), above: Header | None = None
) -> tuple[list[Finding], Header | None]:
    """What one table says, in reading order, and the headings of its last list.

    `examples` are the rows (from 0) that the form calls examples; `above` the headings of a list that may go on
    in this table (a page break): they count for rows with a number in its column, as long as the width agrees.
    """
    reader = _TableReader(table, labels, examples, above)
    return reader.read(), reader.last


class _TableReader:
    def __init__(self, table: Table, labels: Labels, examples: frozenset[int], above: Header | None) -> None:
        self.table = table
        self.sheet = Sheet(table, labels)
        self.labels = labels
        self.examples = examples
        self.found: list[Finding] = []
        self.region: list[int] = []
        goes_on = above is not None and above.columns[-1].end == self.sheet.width
        self.header = above if goes_on else None
        self.own = False  # whether the headings stand in this table
        self.last = self.header
        self.people: list[Attendee] = []
        self.hidden: list[Value] = []
        self.example_people: list[Attendee] = []
        self.since_header = 0
        self.unit = EMPTY  # of a group of people, from a row over them

    def read(self) -> list[Finding]:
        if title := title_of(self.table.title, self.labels):
            self.found.append(Title(title, weak=True))
        row = 0
        while row < len(self.sheet):
            header = find_header(self.sheet, row)
            if header is not None:
                self.region = [before for before in self.region if before < header.first_row]
                self._open(header)
                row = header.last_row
            elif (self.header is None or not self._read_row(row, self.header)) and not self._is_hidden(row):
                self.region.append(row)
            row += 1
        self._close()
        self._flush()
        self.found.append(Section(None))
        return self.found

    def _open(self, header: Header) -> None:
        labels = [column.label for column in header.columns]
        repeated = (
            self.header is not None and self.own and labels == [column.label for column in self.header.columns]
        )
        if not repeated or any(map(_begins_a_form, read_pairs(self.sheet, self.region))):
            self._close()
            self._flush()
        self.header = self.last = header
        self.own, self.unit = True, EMPTY
        self.since_header = len(self.people)

    def _read_row(self, row: int, header: Header) -> bool:
        """Reads a row under headings; whether it belonged to the list."""
        if unit := self._unit_over_a_group(row, header):
            self.unit = unit
            return True
        if headings := self._other_headings(row):
            if headings & _CONTACTS:
                self._close()
            return False
        strict = bool(self.region) or not self.own
        read = read_row(self.sheet, row, header, strict=strict, example=row in self.examples)
        if read.kind is RowKind.OTHER:
            filled = self.sheet.filled(row)
            head = section_of(filled[0].text, self.labels) if len(filled) == 1 else None
            if head is not None and head.about is not None:
                self._close()
            return False
        if self._is_hidden(row):
            self.hidden += [person.name for person in read.people]
        else:
            self.people += [p if p.organisation else replace(p, organisation=self.unit) for p in read.people]
            self.example_people += read.examples
        return not (strict and read.kind is RowKind.BLANK)

    def _other_headings(self, row: int) -> frozenset[Field]:
        """The fields of a row that holds nothing but headings, so that what follows is under these."""
        filled = self.sheet.filled(row)
        fields = [self.sheet.field(spot.text) for spot in filled if self.labels.is_exact(spot.text)]
        known = frozenset(field for field in fields if field in _TOLD_APART)
        enough = len(fields) > 1 and len(fields) * 2 > len(filled)
        return known if enough and not any(any(map(str.isdigit, spot.text)) for spot in filled) else frozenset()

    def _unit_over_a_group(self, row: int, header: Header) -> Value:
        """A row that holds nothing but an organisation, in a list without a column for it: that of the people
        below."""
        filled = self.sheet.filled(row)
        if len(filled) != 1 or header.fields & {Field.ORGANISATION, Field.SUBMITTER} or self._is_hidden(row):
            return EMPTY
        spot = filled[0]
        if not is_organisation(spot.text) or self.labels.field_of(spot.text) or title_of(spot.text, self.labels):
            return EMPTY
        if pairs_in(spot.text, self.labels):
            return EMPTY
        return value_of(spot.cell, spot.text, "")

    def _is_hidden(self, row: int) -> bool:
        return self.table.hidden or row in self.table.hidden_rows

    def _close(self) -> None:
        """Ends the list under the current headings, together with what followed it."""
        header, self.header = self.header, None
        if header is None:
            return
        if header.about is None and (self.own or self.people or self.hidden):
            self._complete(header)
            self.found.append(
                Roster(
                    tuple(self.people),
                    header.fields,
                    _shared(header, self.people),
                    tuple(self.hidden),
                    tuple(self.example_people),
                    tuple(column.label for column in header.columns),
                )
            )
        self.people, self.hidden, self.example_people = [], [], []
        self._flush()

    def _complete(self, header: Header) -> None:
        """A card of two rows of headings (L: 姓名 … over a value, then 身份证号 … over a value): the second row's
        values belong to the one person above."""
        if len(self.people) - self.since_header != 1 or Field.ID_NUMBER in header.fields or not self.region:
            return
        pairs = [finding for finding in read_pairs(self.sheet, self.region) if isinstance(finding, Pair)]
        if not any(pair.field is Field.ID_NUMBER and pair.value.text for pair in pairs):
            return
        own = {pair.field: pair.value for pair in reversed(pairs)}
        person = self.people[-1]
        rest = [p for p in pairs if p.field not in (Field.ID_NUMBER, Field.MOBILE, Field.SINGLE_ROOM)]
        self.people[-1] = replace(
            person,
            id_number=own[Field.ID_NUMBER],
            mobile=person.mobile or own.get(Field.MOBILE, person.mobile),
            single_room_value=person.single_room_value or own.get(Field.SINGLE_ROOM, person.single_room_value),
            extras=person.extras + tuple((pair.value.label, pair.value) for pair in rest if pair.value.text),
        )
        self.region.clear()

    def _flush(self) -> None:
        self.found += read_pairs(self.sheet, self.region)
        self.region = []


def _begins_a_form(finding: Finding) -> bool:
    """What between two lists says that the second one is another form's: a title, or who fills it in."""
    if isinstance(finding, Pair):
        return finding.field is Field.SUBMITTER and bool(finding.value.text)
    return isinstance(finding, Title)


def _shared(header: Header, people: list[Attendee]) -> tuple[Pair, ...]:
    """Columns about the form (联系人, 发票抬头) that say the same for everybody who fills them."""
    shared = []
    for column in header.columns:
        if column.field not in _SHARED:
            continue
        values = [value for person in people for label, value in person.extras if label == column.label]
        if values and len({value.text for value in values}) == 1:
            shared.append(Pair(column.field, values[0]))
    return tuple(shared)
