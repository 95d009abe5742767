"""The sheet 统计: the event's figures, registrations by day, and a chart of them that Excel draws itself.

Columns A to H down to the last figure are the bot's and are written anew each time; what staff put to the
right of them, and charts of their own, stay.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl.cell.cell import Cell
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.layout import Layout as ChartLayout
from openpyxl.chart.layout import ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.decision import Membership, State
from bot.records.office import EventView
from bot.records.words import MEMBERSHIP_WORDS, STATE_WORDS
from bot.roster.cells import CellValue, put
from bot.roster.layout import STATISTICS_TITLE
from bot.roster.sheets import local_time
from bot.roster.styles import FONT_NAME, HEADER_FILL, INK, LINE, STATE_COLOURS, set_up_print

CHART_TITLE: Final = "报名人数走势"
OWN_COLUMNS: Final = 8
FIRST_DAY_ROW: Final = 5

Line = tuple[str, CellValue, str]


def write_statistics(book: Workbook, view: EventView, now: datetime) -> None:
    """Write 统计 into the workbook, making the sheet if it is missing."""
    if STATISTICS_TITLE in book.sheetnames:
        sheet = book[STATISTICS_TITLE]
    else:
        sheet = book.create_sheet(STATISTICS_TITLE)
        _set_up(sheet)
    for merged in [area for area in sheet.merged_cells.ranges if area.min_col <= OWN_COLUMNS]:
        sheet.unmerge_cells(str(merged))
    for place in [place for place in sheet._cells if place[1] <= OWN_COLUMNS]:
        if sheet._cells[place].comment is None:
            del sheet._cells[place]
        else:
            sheet._cells[place].value = None
    zone = ZoneInfo(view.event.timezone)
    _write_title(sheet, view, local_time(now, zone))
    _write_figures(sheet, figures(view))
    days = registrations_by_day(view, zone)
    last = _write_days(sheet, days, view.event.capacity)
    _renew_chart(sheet, last)


def _set_up(sheet: Worksheet) -> None:
    sheet.sheet_properties.tabColor = "6C4AB6"
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCDEFGH", (18, 14, 34, 3, 14, 12, 12, 12), strict=True):
        sheet.column_dimensions[letter].width = width
    set_up_print(sheet, paper=9)


def figures(view: EventView) -> list[Line]:
    """(what, how much, remark) in the order in which an office asks for them."""
    people = view.registrations
    seated = [person for person in people if person.state is State.CONFIRMED]
    active = [person for person in people if person.state is not State.CANCELLED]
    paid = {entry.registration_id for entry in view.staff if entry.paid.strip()}
    lines: list[Line] = [
        ("名额", view.event.capacity, ""),
        ("剩余名额", max(view.event.capacity - len(seated), 0), ""),
    ]
    lines += [(STATE_WORDS[state], view.count(state), "") for state in State]
    for membership in Membership:
        count = sum(person.membership is membership for person in seated)
        lines.append((f"{MEMBERSHIP_WORDS[membership]}（已录取）", count, ""))
    lines += [
        ("要单间（已录取）", sum(person.single_room is True for person in seated), ""),
        ("不要单间（已录取）", sum(person.single_room is False for person in seated), ""),
        ("住宿未填（已录取）", sum(person.single_room is None for person in seated), ""),
        ("参加单位", len({person.organisation for person in active}), "不含已取消"),
        ("应缴合计", sum(person.fee or 0 for person in seated), _fee_remark(seated_without_fee(view))),
        ("已登记缴费", sum(person.id in paid for person in seated), "“缴费”一栏已填写的录取人员"),
        ("待处理邮件", len(view.reviews), ""),
        ("扫描件待核对", sum(bool(person.uncertain) for person in active), "有内容看不清的人数，见“扫描核对”"),
    ]
    if view.balance is not None:
        remark = "一致" if view.balance.holds else "不一致，请检查收信情况"
        lines += [
            ("邮箱来信", view.balance.in_mailbox, "报名开始以来"),
            ("台账记录", view.balance.recorded, remark),
        ]
    return lines


def seated_without_fee(view: EventView) -> int:
    return sum(person.state is State.CONFIRMED and person.fee is None for person in view.registrations)


def _fee_remark(unknown: int) -> str:
    return f"已录取人员；另有 {unknown} 人会员身份待确认，未计入" if unknown else "已录取人员"


def registrations_by_day(view: EventView, zone: ZoneInfo) -> list[tuple[date, int]]:
    """New registrations (cancelled ones left out) per day, without gaps, from the first to the last day."""
    counts = Counter(
        person.received_at.astimezone(zone).date()
        for person in view.registrations
        if person.state is not State.CANCELLED
    )
    if not counts:
        return []
    first, last = min(counts), max(counts)
    return [(day, counts[day]) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))]


def _write_title(sheet: Worksheet, view: EventView, now: datetime) -> None:
    _put(sheet, 1, 1, view.event.title, Font(name=FONT_NAME, size=15, bold=True, color=HEADER_FILL))
    said = f"{view.event.document_number}　更新于 {now:%Y-%m-%d %H:%M}".strip("　")
    _put(sheet, 2, 1, said, Font(name=FONT_NAME, size=10, color="6B7683"))
    for column, word in (
        (1, "项目"),
        (2, "数量"),
        (3, "说明"),
        (5, "日期"),
        (6, "新增人数"),
        (7, "累计人数"),
        (8, "名额"),
    ):
        cell = _put(
            sheet, FIRST_DAY_ROW - 1, column, word, Font(name=FONT_NAME, size=10, bold=True, color="FFFFFF")
        )
        cell.fill = PatternFill("solid", fgColor=HEADER_FILL)
        cell.alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[FIRST_DAY_ROW - 1].height = 22


def _write_figures(sheet: Worksheet, lines: list[Line]) -> None:
    colours = {STATE_WORDS[state]: fill for state, (fill, _) in STATE_COLOURS.items()}
    for row, (what, value, remark) in enumerate(lines, FIRST_DAY_ROW):
        name = _put(sheet, row, 1, what, _font(bold=True))
        number = _put(sheet, row, 2, value, _font(bold=True))
        number.number_format = "#,##0"
        number.alignment = Alignment(horizontal="right", vertical="center", indent=1)
        said = _put(sheet, row, 3, remark, Font(name=FONT_NAME, size=9, color="6B7683"))
        said.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        if what in colours:
            name.fill = PatternFill("solid", fgColor=colours[what])
        for column in (1, 2, 3):
            _underline(sheet, row, column)


def _write_days(sheet: Worksheet, days: list[tuple[date, int]], capacity: int) -> int:
    total = 0
    for row, (day, count) in enumerate(days, FIRST_DAY_ROW):
        total += count
        values: tuple[CellValue, ...] = (datetime(day.year, day.month, day.day), count, total, capacity)  # noqa: DTZ001
        for column, value in enumerate(values, 5):
            cell = _put(sheet, row, column, value, _font())
            cell.number_format = "m/d" if column == 5 else "0"
            cell.alignment = Alignment(horizontal="center")
            _underline(sheet, row, column)
    return FIRST_DAY_ROW + len(days) - 1


def _font(*, bold: bool = False) -> Font:
    return Font(name=FONT_NAME, size=10, bold=bold, color=INK)


def _underline(sheet: Worksheet, row: int, column: int) -> None:
    sheet.cell(row, column).border = Border(bottom=Side(style="thin", color=LINE))


def _put(sheet: Worksheet, row: int, column: int, value: CellValue, font: Font) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    put(cell, value)
    cell.font = font
    return cell


def _title_of(chart: object) -> str:
    try:
        return "".join(run.t for part in chart.title.tx.rich.p for run in part.r or ())  # type: ignore[attr-defined]
    except (AttributeError, TypeError):
        return ""


def _renew_chart(sheet: Worksheet, last: int) -> None:
    """Columns for each day's registrations, lines for their sum and for the seats."""
    sheet._charts = [chart for chart in sheet._charts if _title_of(chart) != CHART_TITLE]  # type: ignore[attr-defined]
    if last < FIRST_DAY_ROW:
        return
    days = Reference(sheet, min_col=5, min_row=FIRST_DAY_ROW, max_row=last)
    bars = BarChart()
    bars.type, bars.gapWidth = "col", 60
    bars.add_data(Reference(sheet, min_col=6, min_row=FIRST_DAY_ROW - 1, max_row=last), titles_from_data=True)
    bars.set_categories(days)
    bars.series[0].graphicalProperties = GraphicalProperties(solidFill="7FB2E5")
    lines = LineChart()
    lines.add_data(
        Reference(sheet, min_col=7, max_col=8, min_row=FIRST_DAY_ROW - 1, max_row=last), titles_from_data=True
    )
    for series, colour, dash in zip(lines.series, (HEADER_FILL, "C0392B"), (None, "dash"), strict=True):
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.width = 28575
        series.graphicalProperties.line.dashStyle = dash
        series.smooth = False
    bars.title, bars.y_axis.title, bars.legend.position = CHART_TITLE, "人数", "b"
    bars.x_axis.number_format, bars.y_axis.number_format = "m/d", "0"
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.y_axis.scaling.min = 0
    bars.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=LINE)))
    bars.layout = ChartLayout(manualLayout=ManualLayout(x=0.07, y=0.14, h=0.62, w=0.9))
    bars.width, bars.height = 24, 11
    bars += lines
    sheet.add_chart(bars, "J4")
