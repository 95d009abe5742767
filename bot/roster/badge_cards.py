"""Badges as cards to cut out: about 83 x 54 mm, ten on a sheet of A4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.lists import Badge
from bot.roster.cells import put
from bot.roster.heights import text_lines
from bot.roster.styles import FONT_NAME, INK, LINE, set_up_print

_MILLIMETRE: Final = 72 / 25.4
"""Points, for heights."""
_WIDTH: Final = 44.0
"""Digits of the workbook's font: 83 mm on paper with Arial 10, and two still fit a page with a wider one."""
_HEIGHTS: Final = (16, 24, 14)
"""Millimetres of organisation, name and job title."""
_ON_PAGE: Final = 10


def write_cards(sheet: Worksheet, badges: Sequence[Badge]) -> None:
    """Two cards in a row, five rows on a page; each card is three cells under one another in a thin frame."""
    for letter in "AB":
        sheet.column_dimensions[letter].width = _WIDTH
    for place, badge in enumerate(badges):
        row, column = place // 2 * 3 + 1, place % 2 + 1
        sizes = (12 if text_lines(badge.organisation, 40) < 2 else 10, 30 if len(badge.name) < 6 else 20, 12)
        texts = (badge.organisation, badge.name, badge.job_title)
        for step, (text, size, height) in enumerate(zip(texts, sizes, _HEIGHTS, strict=True)):
            cell = sheet.cell(row + step, column)
            assert isinstance(cell, Cell)
            put(cell, text)
            cell.font = Font(name=FONT_NAME, size=size, bold=step == 1, color=INK)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.border = _frame(top=step == 0, bottom=step == 2)
            sheet.row_dimensions[row + step].height = height * _MILLIMETRE
        if place % _ON_PAGE == 0 and place:
            sheet.row_breaks.append(Break(id=row - 1))
    set_up_print(sheet, paper=9)
    # As measured, not fitted to the page: a card has to fit its case.
    sheet.page_setup.orientation = "portrait"
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.top, sheet.page_margins.bottom = 0.4, 0.4
    sheet.page_margins.left, sheet.page_margins.right = 0.2, 0.2
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = None


def _frame(*, top: bool, bottom: bool) -> Border:
    side, none = Side(style="thin", color=LINE), Side()
    return Border(left=side, right=side, top=side if top else none, bottom=side if bottom else none)
