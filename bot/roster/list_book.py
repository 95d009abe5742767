"""One list as a workbook of its own, to print or to send on: to the hotel, the airline, accounting, the printer.

Made anew each time; nothing is read back from it. Badges come twice: as plain rows for a mail merge, and as cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.event import Flight
from bot.records.lists import Invoice, ListKind, OfficeLists, Room, RoomKind
from bot.roster.badge_cards import write_cards
from bot.roster.cells import CellValue, put, safe_text, starts_like_formula
from bot.roster.heights import row_height, text_lines
from bot.roster.layout import Column, Layout, Record
from bot.roster.list_sheets import (
    BADGES,
    FLIGHTS,
    INVOICES,
    ROOMS,
    badge_records,
    invoice_values,
    passenger_records,
    room_records,
)
from bot.roster.styles import FONT_NAME, INK, Styles, set_up_print

BAND: Final = "F3F6FA"
ATTENTION: Final = "FFF4D6"
_INVOICE_COLUMNS: Final = (
    Column("开票抬头", 26, "wrapped"),
    Column("纳税人识别号", 22),
    Column("单位", 24, "wrapped"),
    Column("人数", 6, "number", centred=True),
    Column("参加人员", 20, "wrapped"),
    Column("应缴合计", 11, "money"),
    Column("待定", 6, "number", centred=True),
    Column("缴费情况", 11, "wrapped"),
    Column("开票情况", 11, "wrapped"),
    Column("联系人", 33, "wrapped"),
    Column("问题", 30, "wrapped"),
)
_FORBIDDEN_IN_TITLES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet: a heading, a line below it, and a table; rows with the same `bands` value share a background,
    those in `attention` have one that calls for a person."""

    title: str
    heading: str
    below: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    bands: tuple[str, ...] = ()
    attention: frozenset[int] = frozenset()
    total: tuple[CellValue, ...] = ()


def render_list(kind: ListKind, lists: OfficeLists, event_title: str, made_at: datetime) -> bytes:
    """The list as an xlsx file. `made_at` is the wall clock to show, without a zone."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    # Widths count in digits of this font, which every system has or knows the measures of.
    book._named_styles["Normal"].font = book._fonts[0] = Font(name="Arial", size=10)  # type: ignore[attr-defined]
    styles = Styles(book)
    made = f"{made_at:%Y-%m-%d %H:%M} 制"
    if kind is ListKind.BADGES:
        _badge_rows(book.create_sheet(BADGES.title), lists, styles)
        write_cards(book.create_sheet("胸牌打印版"), lists.badges)
    else:
        pages = {
            ListKind.ROOMS: lambda: [_rooms_page(lists, event_title, made)],
            ListKind.FLIGHTS: lambda: _flight_pages(lists, event_title, made),
            ListKind.INVOICES: lambda: [_invoices_page(lists, event_title, made)],
        }[kind]()
        for page in pages:
            _write(book.create_sheet(page.title), page, styles)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _rooms_page(lists: OfficeLists, event_title: str, made: str) -> _Page:
    places = [place for place, column in enumerate(ROOMS.columns) if column.header not in ("编号", "同住人")]
    of_guest = [room for room in lists.rooms for _ in room.guests]
    rows = tuple(tuple(record.values[place] for place in places) for record in room_records(lists))
    attention = frozenset(
        place for place, room in enumerate(of_guest) if room.waits_for_partner or room.needs_person
    )
    columns = tuple(ROOMS.columns[place] for place in places)
    heading = f"{event_title}　住房安排"
    below = f"{_rooms_summary(lists.rooms)}　{made}"
    bands = tuple(room.label for room in of_guest)
    return _Page(ROOMS.title, heading, below, columns, rows, bands, attention)


def _rooms_summary(rooms: Iterable[Room]) -> str:
    known = tuple(rooms)
    twins = sum(room.kind is RoomKind.TWIN for room in known)
    alone = sum(room.waits_for_partner for room in known)
    unclear = sum(room.needs_person for room in known)
    words = [f"共{sum(len(room.guests) for room in known)}人", f"标双{twins}间", f"单间{len(known) - twins}间"]
    words += [f"其中落单待拼房{alone}人"] if alone else []
    words += [f"性别待核{unclear}人"] if unclear else []
    return "，".join(words)


def _flight_pages(lists: OfficeLists, event_title: str, made: str) -> list[_Page]:
    """One sheet per flight; where the event has none, one that says so."""
    columns = (Column("序号", 6, "number", centred=True), *_columns(FLIGHTS, {"编号", "航班", "购票情况", "备注"}))
    places = [FLIGHTS.headers.index(column.header) for column in columns[1:]]
    rows = tuple(
        (place, *(record.values[index] for index in places))
        for place, record in enumerate(passenger_records(lists), 1)
    )
    attention = frozenset(place for place, one in enumerate(lists.passengers) if one.problems)
    heading = f"{event_title}　乘机人名单"
    if not lists.flights:
        return [_Page(FLIGHTS.title, heading, f"本活动没有设置航班　{made}", columns, ())]
    return [
        _Page(title, heading, f"{_flight_words(flight)}　共{len(rows)}人　{made}", columns, rows, (), attention)
        for title, flight in zip(_sheet_titles(lists.flights), lists.flights, strict=True)
    ]


def _flight_words(flight: Flight) -> str:
    words = (flight.label, f"{flight.day:%Y-%m-%d}", flight.carrier + flight.number, flight.route)
    return "　".join(word for word in (*words, f"{flight.departs}—{flight.arrives}") if word.strip("—"))


def _sheet_titles(flights: Sequence[Flight]) -> list[str]:
    """Different titles of at most 31 characters, without those that Excel refuses in one."""
    titles: list[str] = []
    for place, flight in enumerate(flights, 1):
        title = f"{flight.label} {flight.number}".translate(_FORBIDDEN_IN_TITLES).strip()[:26] or FLIGHTS.title
        titles.append(title if title.lower() not in map(str.lower, titles) else f"{title} {place}")
    return titles


def _invoices_page(lists: OfficeLists, event_title: str, made: str) -> _Page:
    currency = next((one.currency for one in lists.invoices), "CNY")
    people = sum(len(one.people) for one in lists.invoices)
    undetermined = sum(len(one.undetermined) for one in lists.invoices)
    amount = sum(one.amount for one in lists.invoices)
    total: dict[str, CellValue] = {
        "开票抬头": "合计",
        "人数": people,
        "应缴合计": amount,
        "待定": undetermined or "",
    }
    below = f"{len(lists.invoices)}张发票，{people}人，应缴合计 {amount:,} {currency}"
    below += f"（另有{undetermined}人待定）" if undetermined else ""
    return _Page(
        INVOICES.title,
        f"{event_title}　开票清单",
        f"{below}　{made}",
        _INVOICE_COLUMNS,
        tuple(_invoice_row(one) for one in lists.invoices),
        (),
        frozenset(place for place, one in enumerate(lists.invoices) if one.problems),
        tuple(total.get(column.header, "") for column in _INVOICE_COLUMNS),
    )


def _invoice_row(one: Invoice) -> tuple[CellValue, ...]:
    """As in the shared workbook, with all about the contact in one cell, so that it fits a page."""
    *before, _, _, _, problems = invoice_values(one)
    reach = "\n".join(line for line in (f"{one.contact} {one.phone}".strip(), one.email) if line)
    return (*before, reach, problems)


def _columns(layout: Layout, without: set[str]) -> tuple[Column, ...]:
    return tuple(column for column in layout.columns if column.header not in without)


def _write(sheet: Worksheet, page: _Page, styles: Styles) -> None:
    for row, (text, size, bold) in enumerate(((page.heading, 14, True), (page.below, 10, False)), 1):
        cell = _put(sheet, row, 1, text)
        cell.font = Font(name=FONT_NAME, size=size, bold=bold, color=INK)
        cell.alignment = Alignment(vertical="center")
        sheet.row_dimensions[row].height = 28 if bold else 20
    _header(sheet, 3, page.columns, styles)
    band, before = False, None
    for place, values in enumerate(page.rows):
        group = page.bands[place] if page.bands else None
        band = band != (group is not None and group != before)
        before = group
        fill = ATTENTION if place in page.attention else BAND if band else ""
        _row(sheet, place + 4, page.columns, values, styles, fill)
    last = len(page.rows) + 3
    if page.total and page.rows:
        _row(sheet, last + 1, page.columns, page.total, styles, BAND)
        for total in sheet[last + 1]:
            total.font = Font(name=FONT_NAME, size=10, bold=True, color=INK)
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(page.columns))}{max(last, 4)}"
    _set_up(sheet, page.columns, header=3)


def _header(sheet: Worksheet, row: int, columns: Sequence[Column], styles: Styles) -> None:
    for number, column in enumerate(columns, 1):
        cell = _put(sheet, row, number, column.header)
        cell._style = styles.header(column)  # type: ignore[attr-defined]
    sheet.row_dimensions[row].height = 26


def _row(
    sheet: Worksheet, row: int, columns: Sequence[Column], values: Sequence[CellValue], styles: Styles, fill: str
) -> None:
    lines = 1
    for number, (column, value) in enumerate(zip(columns, values, strict=True), 1):
        cell = _put(sheet, row, number, value)
        quoted = isinstance(value, str) and starts_like_formula(safe_text(value))
        cell._style = copy(styles.owned(column, None, quoted))  # type: ignore[attr-defined]
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        if column.kind == "wrapped" and isinstance(value, str):
            lines = max(lines, text_lines(value, column.width))
    sheet.row_dimensions[row].height = row_height(lines, None) or 20


def _set_up(sheet: Worksheet, columns: Sequence[Column], header: int) -> None:
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"A{header + 1}"
    set_up_print(sheet, paper=9)
    sheet.print_title_rows = f"{header}:{header}"


def _badge_rows(sheet: Worksheet, lists: OfficeLists, styles: Styles) -> None:
    """Header in row 1 and nothing above it: what a mail merge of Word or WPS takes."""
    columns = _columns(BADGES, {"编号", "备注"})
    _header(sheet, 1, columns, styles)
    records: list[Record] = badge_records(lists)
    for row, record in enumerate(records, 2):
        _row(sheet, row, columns, record.values[1:-1], styles, "")
    _set_up(sheet, columns, header=1)


def _put(sheet: Worksheet, row: int, column: int, value: CellValue) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    put(cell, value)
    return cell
