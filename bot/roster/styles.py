"""How the workbook looks: fonts, fills, number formats, colours by state, print set-up.

Colours by state are conditional formats, so that a cell's own formatting stays staff's to change. Sheet
settings are made once, when a sheet is first made; later ones are staff's and are left alone.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.decision import Membership, State
from bot.records.words import MEMBERSHIP_WORDS, STATE_WORDS
from bot.roster.layout import MAILS, REVIEWS, ROSTER, Column, Kind, Layout

FONT_NAME: Final = "微软雅黑"
"""On every Chinese Windows; where it is missing, the program shows its own Chinese font."""
INK: Final = "1F2933"
HEADER_FILL: Final = "1F4E79"
STAFF_HEADER_FILL: Final = "B7791F"
STAFF_FILL: Final = "FFFBEB"
LINE: Final = "D5DBE3"
DOUBT_FILL: Final = "FFD9A0"
DOUBT_INK: Final = "9A3412"

FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "wrapped": "@",
    "number": "0",
    "money": "#,##0",
    "time": "yyyy-mm-dd hh:mm:ss",
    "link": "@",
}
STAFF_FORMAT: Final = "General"
"""Staff's own columns take dates, amounts and words alike, unless they are exact."""
LINK_INK: Final = "1155CC"
HINT_INK: Final = "A3261B"

STATE_COLOURS: Final[dict[State, tuple[str, str]]] = {
    State.CONFIRMED: ("DDF3E4", "176B3A"),
    State.WAITLISTED: ("FFF1CC", "8A5A00"),
    State.LATE: ("FBE0DD", "A3261B"),
    State.CANCELLED: ("E8EBEF", "6B7683"),
    State.REVIEW: ("E3E5FB", "3D3FA8"),
}
_OWN_RULE = re.compile(
    r'^\$[A-Z]+\d+="(?:' + "|".join((*STATE_WORDS.values(), *MEMBERSHIP_WORDS.values(), "是")) + r')"$'
)
ROOM_BELOW: Final = 500
"""Rows below the last one for which the drop-down is offered already, for rows that staff add."""


class Styles:
    """The cell styles of one workbook; made once per write, because openpyxl looks each one up in lists."""

    def __init__(self, book: Workbook) -> None:
        # Knows the workbook's lists of styles, but is no sheet of it.
        self._scratch = Worksheet(book)
        self._made: dict[Column, StyleArray] = {}
        self._forced: dict[tuple[tuple[int, ...], Column, bool, bool], StyleArray] = {}
        self._number = 0

    def _cell(self) -> Cell:
        self._number += 1
        cell = self._scratch.cell(self._number, 1)
        assert isinstance(cell, Cell)
        return cell

    def header(self, column: Column) -> StyleArray:
        cell = self._cell()
        _set_style(
            cell,
            Font(name=FONT_NAME, size=10, bold=True, color="FFFFFF"),
            PatternFill("solid", fgColor=STAFF_HEADER_FILL if column.staff else HEADER_FILL),
            Alignment(horizontal="center", vertical="center", wrap_text=True),
        )
        return _style_of(cell)

    def body(self, column: Column) -> StyleArray:
        """The style of a new cell in this column."""
        if column not in self._made:
            cell = self._cell()
            horizontal = "center" if column.centred or column.kind == "time" else "left"
            if column.kind == "money":
                horizontal = "right"
            indent = 0 if horizontal == "center" else 1
            _set_style(
                cell,
                _body_font(column),
                PatternFill("solid", fgColor=STAFF_FILL) if column.staff else PatternFill(),
                Alignment(
                    horizontal=horizontal, vertical="center", wrap_text=column.kind == "wrapped", indent=indent
                ),
            )
            free = column.staff and not column.exact
            cell.number_format = STAFF_FORMAT if free else FORMATS[column.kind]
            self._made[column] = _style_of(cell)
        return self._made[column]

    def owned(self, column: Column, given: StyleArray | None, quoted: bool, doubtful: bool = False) -> StyleArray:
        """The style of a cell that the bot fills: as staff formatted it, but with the column's number format, with
        the quote prefix where the text looks like a formula, and marked while its value is doubtful (a cell's own
        formatting, so that the mark moves with the cell when staff sort)."""
        base = self.body(column) if given is None else given
        key = (tuple(base), column, quoted, doubtful)
        if key not in self._forced:
            cell = self._cell()
            cell._style = copy(base)  # type: ignore[attr-defined]
            cell.number_format = FORMATS[column.kind]
            self._mark(cell, column, doubtful)
            cell._style.quotePrefix = int(quoted)  # type: ignore[attr-defined]
            self._forced[key] = _style_of(cell)
        return self._forced[key]

    def _mark(self, cell: Cell, column: Column, doubtful: bool) -> None:
        """Mark a cell as doubtful, or take such a mark off again; any other formatting stays."""
        fill = cell.fill
        marked = fill.fill_type == "solid" and str(fill.fgColor.rgb)[-6:] == DOUBT_FILL
        if doubtful and not marked:
            cell.fill = PatternFill("solid", fgColor=DOUBT_FILL)
            cell.font = Font(name=FONT_NAME, size=10, bold=True, color=DOUBT_INK)
        elif marked and not doubtful:
            cell.fill, cell.font = PatternFill(), _body_font(column)

    def note(self) -> StyleArray:
        cell = self._cell()
        cell.font = Font(name=FONT_NAME, size=10, italic=True, color="A3261B")
        return _style_of(cell)


def _body_font(column: Column) -> Font:
    if column.kind == "link":
        return Font(name=FONT_NAME, size=10, color=LINK_INK, underline="single")
    ink = {"问题": "9C5700", "提示": HINT_INK}.get(column.header, INK)
    return Font(name=FONT_NAME, size=10, color=ink)


def _set_style(cell: Cell, font: Font, fill: PatternFill, alignment: Alignment) -> None:
    side = Side(style="thin", color=LINE)
    cell.font, cell.fill, cell.alignment = font, fill, alignment
    cell.border = Border(left=side, right=side, top=side, bottom=side)


def _style_of(cell: Cell) -> StyleArray:
    return copy(cell._style)  # type: ignore[attr-defined, no-any-return]


def set_up_sheet(sheet: Worksheet, layout: Layout) -> None:
    """Everything of a sheet that is set only once: panes, widths, tab colour, print set-up."""
    sheet.freeze_panes = layout.freeze
    sheet.sheet_properties.tabColor = layout.tab_colour
    sheet.row_dimensions[1].height = 30
    for number, column in enumerate(layout.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    # More than twenty columns on A4 would be too small to read.
    set_up_print(sheet, paper=8 if layout in (ROSTER, REVIEWS) else 9)
    sheet.print_title_rows = "1:1"


def set_up_print(sheet: Worksheet, paper: int) -> None:
    """Landscape, fitted to the width; `paper` is 9 for A4, 8 for A3 (ECMA-376, 18.3.1.63)."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.3
    footer = sheet.oddFooter
    if footer is not None and footer.center is not None:
        footer.center.text = "&A　第 &P 页，共 &N 页"


def colour_by_state(sheet: Worksheet, layout: Layout, last_row: int) -> None:
    """Renew the bot's own conditional formats; those that staff made stay."""
    kept = ConditionalFormattingList()
    for given in sheet.conditional_formatting:
        for rule in given.rules:
            if not (rule.type == "expression" and rule.formula and _OWN_RULE.match(rule.formula[0])):
                kept.add(str(given.sqref), rule)
    sheet.conditional_formatting = kept
    for area, rule in _own_rules(layout, max(last_row, 2)):
        sheet.conditional_formatting.add(area, rule)


def _own_rules(layout: Layout, last: int) -> list[tuple[str, Rule]]:
    def rule(formula: str, font: Font | None = None, fill: str = "") -> Rule:
        look = DifferentialStyle(font=font, fill=PatternFill(bgColor=fill, fill_type="solid") if fill else None)
        return Rule(type="expression", formula=[formula], dxf=look)

    if layout is MAILS:
        return [(f"A2:N{last}", rule('$M2="是"', fill="FFF1CC"))]
    if layout is not ROSTER:
        return []
    states = [
        (f"B2:B{last}", rule(f'$B2="{STATE_WORDS[state]}"', Font(color=ink, bold=True), fill))
        for state, (fill, ink) in STATE_COLOURS.items()
    ]
    cancelled = rule(f'$B2="{STATE_WORDS[State.CANCELLED]}"', Font(color="8A94A0", strike=True))
    unknown = rule(f'$I2="{MEMBERSHIP_WORDS[Membership.UNKNOWN]}"', Font(color="A3261B", bold=True))
    return [*states, (f"C2:R{last}", cancelled), (f"I2:I{last}", unknown)]


def offer_choices(sheet: Worksheet, layout: Layout, last_row: int) -> None:
    """The drop-downs of staff's columns; other words may still be typed."""
    validations = sheet.data_validations.dataValidation
    for number, column in enumerate(layout.columns, 1):
        if not column.choices:
            continue
        formula, title = f'"{",".join(column.choices)}"', column.header
        # Known by what it offers and its title, whatever rows or columns have moved; others are staff's own.
        validations[:] = [v for v in validations if (v.formula1, v.promptTitle) != (formula, title)]
        choice = DataValidation(type="list", formula1=formula, allow_blank=True)
        choice.showErrorMessage = False
        choice.showInputMessage = True
        choice.promptTitle, choice.prompt = title, column.prompt
        letter = get_column_letter(number)
        choice.add(f"{letter}2:{letter}{last_row + ROOM_BELOW}")
        sheet.add_data_validation(choice)
