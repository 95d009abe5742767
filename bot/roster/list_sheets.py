"""The sheets 住房安排, 航班名单, 开票清单, 胸牌 of the shared workbook: their columns, and what stands in a row.

Each is there once it has something to show. Rows are known by 编号, which never changes for one person or invoice:
what staff write beside a row (房号, 发票号码, 备注, columns of their own) stays with it. A sheet that staff made
themselves under one of these names is theirs; ours then takes another name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.lists import Badge, Guest, Invoice, OfficeLists, Passenger, Room, RoomKind, Sex
from bot.roster.cells import CellValue
from bot.roster.layout import LEFTOVER_MARK, Column, Layout, Record

Table = tuple[Layout, list[Record]]

ROOM_KIND_WORDS: Final = {RoomKind.TWIN: "标双", RoomKind.SINGLE: "单间"}
SEX_WORDS: Final = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNKNOWN: "待核"}
OWN_TITLE: Final = "{title}（自动）"
"""For a list whose name a sheet of staff's own has already."""
HEADER_SEARCHED: Final = 20
_GONE: Final = f"{LEFTOVER_MARK} 以下各行已不在录取名单中，因为留有您写的内容而保留；不需要的可以删除。"
_NUMBER: Final = Column("编号", 7, "number", centred=True)
_REMARK: Final = Column("备注", 24, "wrapped", staff=True)

ROOMS: Final = Layout(
    title="住房安排",
    columns=(
        _NUMBER,
        Column("房间", 8, centred=True),
        Column("房型", 8, centred=True),
        Column("姓名", 11),
        Column("性别", 7, centred=True),
        Column("单位", 28, "wrapped"),
        Column("手机", 14),
        Column("同住人", 11),
        Column("说明", 34, "wrapped"),
        Column("房号", 10, centred=True, staff=True),
        _REMARK,
    ),
    freeze="E2",
    tab_colour="6C5CE7",
    leftover_note=_GONE,
)

FLIGHTS: Final = Layout(
    title="航班名单",
    columns=(
        _NUMBER,
        Column("姓名", 11),
        Column("证件", 15, "wrapped"),
        Column("身份证号", 21),
        Column("手机", 14),
        Column("单位", 28, "wrapped"),
        Column("航班", 18, "wrapped"),
        Column("出行说明", 26, "wrapped"),
        Column("问题", 26, "wrapped"),
        Column("购票情况", 14, staff=True),
        _REMARK,
    ),
    freeze="C2",
    tab_colour="0E7490",
    leftover_note=_GONE,
)

INVOICES: Final = Layout(
    title="开票清单",
    columns=(
        _NUMBER,
        Column("开票抬头", 26, "wrapped"),
        Column("纳税人识别号", 22),
        Column("单位", 24, "wrapped"),
        Column("人数", 7, "number", centred=True),
        Column("参加人员", 22, "wrapped"),
        Column("应缴合计", 11, "money"),
        Column("待定人数", 9, "number", centred=True),
        Column("缴费情况", 12, "wrapped"),
        Column("开票情况", 12, "wrapped"),
        Column("联系人", 10),
        Column("联系电话", 15),
        Column("邮箱", 26),
        Column("问题", 36, "wrapped"),
        Column("发票号码", 22, staff=True),
        _REMARK,
    ),
    freeze="C2",
    tab_colour="B7791F",
    leftover_note=_GONE,
)

BADGES: Final = Layout(
    title="胸牌",
    columns=(
        _NUMBER,
        Column("序号", 7, "number", centred=True),
        Column("姓名", 12),
        Column("单位", 34, "wrapped"),
        Column("职务", 20, "wrapped"),
        Column("问题", 30, "wrapped"),
        _REMARK,
    ),
    freeze="D2",
    tab_colour="4B5563",
    leftover_note=_GONE,
)

LISTS: Final = (ROOMS, FLIGHTS, INVOICES, BADGES)
LIST_TITLES: Final = frozenset(
    name for layout in LISTS for name in (layout.title, OWN_TITLE.format(title=layout.title))
)
"""Every name that a sheet of ours may have."""


def list_tables(lists: OfficeLists, book: Workbook) -> list[Table]:
    """The list sheets to write into `book`: those with something to show, and those that are there already (which
    are emptied when everybody has gone)."""
    tables = []
    for layout, records in (
        (ROOMS, room_records(lists)),
        (FLIGHTS, passenger_records(lists)),
        (INVOICES, invoice_records(lists)),
        (BADGES, badge_records(lists)),
    ):
        own = _own_sheet(layout, book)
        if records or own.title in book.sheetnames:
            tables.append((own, records))
    return tables


def _own_sheet(layout: Layout, book: Workbook) -> Layout:
    """The layout under the name that its sheet has, or may have, in this book."""
    beside = replace(layout, title=OWN_TITLE.format(title=layout.title))
    for known in (layout, beside):
        if known.title in book.sheetnames and _is_ours(book[known.title], layout):
            return known
    return beside if layout.title in book.sheetnames else layout


def _is_ours(sheet: object, layout: Layout) -> bool:
    """Whether some row near the top holds most of the layout's headers, 编号 among them; or nothing is there."""
    if not isinstance(sheet, Worksheet):
        return False
    wanted = {column.header for column in layout.columns if not column.staff}
    rows: dict[int, set[str]] = {}
    # Only the cells that are there: `iter_rows` would make those between them.
    for (row, _), cell in sheet._cells.items():
        if cell.value is not None:
            rows.setdefault(row, set()).add(str(cell.value).strip())
    near_top = [wanted & texts for row, texts in rows.items() if row <= HEADER_SEARCHED]
    # One that staff emptied has nothing to lose.
    return not rows or any(_NUMBER.header in found and len(found) * 4 >= len(wanted) * 3 for found in near_top)


def room_records(lists: OfficeLists) -> list[Record]:
    """住房安排: one row per person, those of one room together."""
    return [
        _record(ROOMS, guest.registration_id, _guest_values(room, guest), guest.notes)
        for room in lists.rooms
        for guest in room.guests
    ]


def _guest_values(room: Room, guest: Guest) -> tuple[CellValue, ...]:
    return (
        room.label,
        ROOM_KIND_WORDS[room.kind],
        guest.name,
        SEX_WORDS[guest.sex],
        guest.organisation,
        guest.mobile,
        "、".join(other.name for other in room.guests if other is not guest),
        words(guest.notes),
        "",
        "",
    )


def passenger_records(lists: OfficeLists) -> list[Record]:
    """航班名单: one row per person."""
    flights = "、".join(flight.number or flight.label for flight in lists.flights)
    return [
        _record(FLIGHTS, one.registration_id, _passenger_values(one, flights), one.problems)
        for one in lists.passengers
    ]


def _passenger_values(one: Passenger, flights: str) -> tuple[CellValue, ...]:
    return (
        one.name,
        one.document,
        one.id_number,
        one.mobile,
        one.organisation,
        flights,
        one.remark,
        words(one.problems),
        "",
        "",
    )


def invoice_records(lists: OfficeLists) -> list[Record]:
    """开票清单: one row per invoice. An amount of which nothing is known yet stays empty."""
    return [_record(INVOICES, one.id, (*invoice_values(one), "", ""), one.problems) for one in lists.invoices]


def invoice_values(one: Invoice) -> tuple[CellValue, ...]:
    """From the title to the problems."""
    return (
        one.title,
        one.taxpayer_id,
        one.organisation,
        len(one.people),
        "、".join(one.people),
        one.amount if len(one.undetermined) < len(one.people) else None,
        len(one.undetermined) or None,
        one.paid,
        one.invoiced,
        one.contact,
        one.phone,
        one.email,
        words(one.problems),
    )


def badge_records(lists: OfficeLists) -> list[Record]:
    """胸牌: one row per person, colleagues together."""
    return [
        _record(BADGES, one.registration_id, (*badge_values(one), words(one.notes), ""), one.notes)
        for one in lists.badges
    ]


def badge_values(one: Badge) -> tuple[CellValue, ...]:
    return (one.number, one.name, one.organisation, one.job_title)


def words(notes: Iterable[str]) -> str:
    """Short words for staff in one cell."""
    return "；".join(notes)


def _record(layout: Layout, number: int, values: Sequence[CellValue], notes: Iterable[str]) -> Record:
    said = frozenset(notes)
    doubtful = frozenset(header for header in layout.headers if f"{header}待核对" in said)
    return Record(key=str(number), values=(number, *values), doubtful=doubtful)
