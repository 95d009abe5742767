"""Lists of people under a row of headings: finding the headings, and what each column is.

Pure. Columns are known by their headings, never by their order; a head over several columns (联系人 over 姓名 and
手机) decides whom they are about. Which rows below are people is for layout_rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.forms.labels import Field
from bot.forms.layout_sheet import Sheet, Spot
from bot.forms.layout_text import is_identity, is_mobile

# What a list of participants is known by, beside the names.
_ABOUT_PEOPLE = frozenset(
    (
        Field.ORGANISATION,
        Field.SUBMITTER,
        Field.JOB_TITLE,
        Field.RANK,
        Field.MOBILE,
        Field.TELEPHONE,
        Field.ID_NUMBER,
        Field.SINGLE_ROOM,
        Field.SEQUENCE,
        Field.EMAIL,
        Field.ID_TYPE,
        Field.EXTRA,
    )
)
_PHONES = frozenset((Field.MOBILE, Field.TELEPHONE))
_TYPED = frozenset((Field.MOBILE, Field.ID_NUMBER, Field.SINGLE_ROOM))
_HEADS = {
    Field.CONTACT: Field.CONTACT,
    Field.OTHER_PERSON: Field.OTHER_PERSON,
    Field.INVOICE: Field.INVOICE,
    Field.INVOICE_TITLE: Field.INVOICE,
}
# Which of several columns gives the value, the best first; the others are kept as extras.
_CHOICE: tuple[tuple[Field, tuple[Field, ...]], ...] = (
    (Field.NAME, (Field.NAME,)),
    (Field.ORGANISATION, (Field.ORGANISATION, Field.SUBMITTER)),
    (Field.JOB_TITLE, (Field.JOB_TITLE, Field.RANK)),
    (Field.MOBILE, (Field.MOBILE, Field.TELEPHONE)),
    (Field.ID_NUMBER, (Field.ID_NUMBER,)),
    (Field.SINGLE_ROOM, (Field.SINGLE_ROOM,)),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: its heading as written, and what it means (None: unknown, kept as an extra)."""

    start: int
    end: int
    label: str
    field: Field | None


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a list. Each of `lanes` is one person per row (two lists may stand side by side): the column
    of each field, and the columns kept as extras. `about` is set where the people are no participants."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    lanes: tuple[tuple[dict[Field, Column], tuple[Column, ...]], ...]
    about: Field | None = None

    @property
    def fields(self) -> frozenset[Field]:
        return frozenset(column.field for column in self.columns if column.field)

    @property
    def name(self) -> Column:
        return self.lanes[0][0][Field.NAME]


def find_header(sheet: Sheet, row: int) -> Header | None:
    """The headings that begin in this row, or None when it is no row of headings for a list of people."""
    if not _is_heading_row(sheet, row):
        return None
    first = last = row
    while any(sheet.field(s.text) is Field.NAME and sheet.goes_on_above(first, s) for s in sheet.filled(first)):
        first -= 1
    while last + 1 < len(sheet) and _goes_on(sheet, row, last + 1):
        last += 1
    columns = _settle(_columns(sheet, first, last))
    if not any(column.field is Field.NAME for column in columns):
        return None
    fields = {column.field for column in columns}
    about = _head_beside(sheet, last, columns)
    if Field.RELATION in fields:
        about = Field.OTHER_PERSON
    return Header(first, last, columns, _lanes(columns), about)


def _is_heading_row(sheet: Sheet, row: int) -> bool:
    filled = sheet.filled(row)
    if len(filled) < 2 or not any(sheet.labels.naming.search(spot.text) for spot in filled):
        return False
    fields = [None if _heads_a_card(sheet, spot) else sheet.field(spot.text) for spot in filled]
    for index in range(1, len(fields)):
        if fields[index] is Field.OTHER_PERSON and fields[index - 1] in (Field.JOB_TITLE, Field.RANK):
            fields[index] = None  # 职务 | 学科负责人: a post
    known = [field for field in fields if field]
    if Field.NAME not in known and not (Field.WEAK_NAME in known and _TYPED & set(known)):
        return False
    if _counts_people(filled, known):
        return False
    if len(known) < 2 or len(known) * 2 < len(filled) or not _ABOUT_PEOPLE & set(known):
        return False
    if any(is_mobile(spot.text) or is_identity(spot.text) for spot in filled):
        return False
    neighbours = zip(filled, filled[1:], fields, fields[1:], strict=False)
    return any(a.end == b.column and x and y and x is not y for a, b, x, y in neighbours)


def _heads_a_card(sheet: Sheet, spot: Spot) -> bool:
    """参会人员 beside several rows of headings that begin with 姓名."""
    if spot.cell.row_span < 2 or sheet.field(spot.text) is not Field.NAME:
        return False
    right = sheet.at(spot.cell.row, spot.end) if spot.cell.row < len(sheet) else None
    return right is not None and right.cell.row_span == 1 and sheet.field(right.text) is Field.NAME


def _counts_people(filled: list[Spot], known: list[Field]) -> bool:
    """项目 | 参会人1 | 参会人2: the heads of columns that are one person each."""
    numbered = [spot.text.rstrip("0123456789一二三四五六七八九十") for spot in filled[1:]]
    alike = len(numbered) > 1 and len(set(numbered)) == 1 and numbered[0] != filled[1].text
    return alike and known.count(Field.NAME) >= len(numbered)


def _goes_on(sheet: Sheet, first: int, row: int) -> bool:
    """Whether a row is a further row of the headings that begin in row `first`: its filled cells either come down
    from above or are headings, and no heading of a person's name stands there anew."""
    if row - first > 3:
        return False
    fresh = [spot for spot in sheet.filled(row) if not sheet.goes_on_above(row, spot)]
    if len(fresh) < len(sheet.filled(row)) and fresh:
        return all(_could_be_heading(sheet, spot) for spot in fresh)
    if len(fresh) < 2:
        return False
    joined = [_field_with_above(sheet, row, spot) for spot in fresh]
    fields = [field or sheet.field(spot.text) for spot, field in zip(fresh, joined, strict=True)]
    anew = [spot for spot, field in zip(fresh, joined, strict=True) if field is None]
    return all(fields) and Field.NAME not in fields and not _repeats(sheet, first, anew)


def _field_with_above(sheet: Sheet, row: int, spot: Spot) -> Field | None:
    """The field of a heading that was written into two cells: 身份证 over 号码, 是否 over 单间."""
    above = sheet.at(row - 1, spot.column)
    joined = above.text + spot.text if above is not None and above.text else ""
    return sheet.field(joined) if joined and sheet.labels.is_exact(joined) else None


def _could_be_heading(sheet: Sheet, spot: Spot) -> bool:
    return sheet.field(spot.text) is not None or (len(spot.text) <= 8 and not any(c.isdigit() for c in spot.text))


def _repeats(sheet: Sheet, first: int, fresh: list[Spot]) -> bool:
    """Whether the cells stand under headings of their own, so that they begin another list."""
    covered = [sheet.at(first, spot.column) for spot in fresh]
    return any(above is not None and above.text and above.end - above.column == 1 for above in covered)


def _columns(sheet: Sheet, first: int, last: int) -> tuple[Column, ...]:
    columns: list[Column] = []
    for spot in sheet.rows[last]:
        stack = [above.text for row in range(first, last) if (above := sheet.at(row, spot.column)) and above.text]
        stack = [text for text in dict.fromkeys(stack) if text != spot.text]
        label = spot.text or (stack.pop() if stack else "")
        if stack and sheet.field(stack[-1]) is None and sheet.labels.is_exact(stack[-1] + label):
            label = stack.pop() + label  # 是否 over 单间
        field = sheet.field(label)
        if field is None and stack and label:
            field = sheet.field(stack[-1] + label) or sheet.field(stack[-1])
        over = stack or _texts_over(sheet, first, spot)
        columns.append(Column(spot.column, spot.end, label, _under(field, over, sheet)))
    return tuple(columns)


def _texts_over(sheet: Sheet, first: int, spot: Spot) -> list[str]:
    """The head that spans several columns over this one, in the row above the headings."""
    if first == 0:
        return []
    above = sheet.at(first - 1, spot.column)
    if above is None or not above.text or above.end - above.column < 2:
        return []
    return [above.text] if above.end - above.column < sheet.width else []


def _under(field: Field | None, over: list[str], sheet: Sheet) -> Field | None:
    """The field of a column under a head that says whom it is about."""
    about = next((_HEADS[found] for text in over if (found := sheet.field(text)) in _HEADS), None)
    if about is None or field is None:
        return field
    return field_about(field, about)


def field_about(field: Field | None, about: Field) -> Field | None:
    """What a heading means in a part of the form about the contact, the invoice or somebody else."""
    if about is Field.OTHER_PERSON:
        return Field.EXTRA
    if about is Field.INVOICE:
        return Field.INVOICE_TITLE if field in (Field.ORGANISATION, Field.WEAK_NAME, Field.SUBMITTER) else field
    return (
        {
            Field.NAME: Field.CONTACT,
            Field.WEAK_NAME: Field.CONTACT,
            Field.MOBILE: Field.CONTACT_PHONE,
            Field.TELEPHONE: Field.CONTACT_PHONE,
            Field.JOB_TITLE: Field.EXTRA,
            Field.RANK: Field.EXTRA,
            Field.ID_NUMBER: Field.EXTRA,
        }.get(field, field)
        if field
        else None
    )


def _settle(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Reads 名称 as the names where nothing else is, and a second unit beside invoice columns as the invoice's."""
    fields = [column.field for column in columns]
    if Field.NAME not in fields and Field.WEAK_NAME in fields:
        fields[fields.index(Field.WEAK_NAME)] = Field.NAME
    for index, field in enumerate(fields):
        if field is Field.ID_NUMBER and columns[index].label.upper() == "ID" and Field.NAME in fields[index:]:
            fields[index] = Field.SEQUENCE  # the number of a record, as exports have it
        if (
            field in _PHONES
            and fields[index - 1 : index] == [Field.CONTACT]
            and _PHONES & set(fields[: index - 1])
        ):
            fields[index] = Field.CONTACT_PHONE  # 手机 … 联系人 | 电话: the second is the contact's
        beside = fields[max(index - 1, 0) : index + 2]
        second = field is Field.ORGANISATION and Field.ORGANISATION in fields[:index]
        if second and (Field.INVOICE in beside or Field.TAXPAYER_ID in beside):
            fields[index] = Field.INVOICE_TITLE
    return tuple(
        Column(column.start, column.end, column.label, field)
        for column, field in zip(columns, fields, strict=True)
    )


def _head_beside(sheet: Sheet, row: int, columns: tuple[Column, ...]) -> Field | None:
    """Whom a list is about, by a cell left of its headings that goes on below them (指导老师 | 姓名 | 性别)."""
    name = next(column for column in columns if column.field is Field.NAME)
    for spot in sheet.rows[row]:
        if spot.column >= name.start:
            break
        below = row + 1 < len(sheet) and sheet.goes_on_above(row + 1, spot)
        if below and (about := sheet.field(spot.text)) in _HEADS:
            return _HEADS[about]
    return None


def _lanes(columns: tuple[Column, ...]) -> tuple[tuple[dict[Field, Column], tuple[Column, ...]], ...]:
    """One lane per list that stands in these columns: a second 姓名 is the sign of a second one."""
    names = [index for index, column in enumerate(columns) if column.field is Field.NAME]
    if len(names) < 2 or len({columns[index].label for index in names}) > 1:
        return (_lane(columns),)
    lead = columns[0].field
    repeated = [index for index, column in enumerate(columns) if column.field is lead]
    starts = repeated if len(repeated) == len(names) else [0, *names[1:]]
    lanes = tuple(
        _lane(columns[start:end]) for start, end in zip(starts, [*starts[1:], len(columns)], strict=True)
    )
    return lanes if all(Field.NAME in fields for fields, _ in lanes) else (_lane(columns),)


def _lane(columns: tuple[Column, ...]) -> tuple[dict[Field, Column], tuple[Column, ...]]:
    chosen: dict[Field, Column] = {}
    for field, sources in _CHOICE:
        for source in sources:
            if found := next((column for column in columns if column.field is source), None):
                chosen[field] = found
                break
    taken = {column.start for column in chosen.values()}
    rest = tuple(
        column
        for column in columns
        if column.start not in taken and column.label and column.field is not Field.SEQUENCE
    )
    return chosen, rest
