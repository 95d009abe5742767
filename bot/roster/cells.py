"""What may stand in a cell: text made safe for a spreadsheet, and cells taken up to be put down elsewhere.

Text out of a mail never becomes a formula: it is stored as a string and carries the quote prefix, so that
it stays text when somebody edits the cell. Never changes the meaning of a text; what XML or Excel can't
hold is left out.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

MOST_UNITS: Final = 32767
"""Characters (UTF-16 units) that Excel takes in one cell (Microsoft, Excel specifications and limits)."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

# XML 1.0, 2.2: characters that no XML file may hold, lone surrogates included.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_text(text: str) -> str:
    """`text` without what a workbook can't hold, line ends as LF, cut (with …) at Excel's limit."""
    clean = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) * 2 > MOST_UNITS and len(clean.encode("utf-16-le")) // 2 > MOST_UNITS:
        clean = clean.encode("utf-16-le")[: (MOST_UNITS - 1) * 2].decode("utf-16-le", "ignore") + "…"
    return clean


def starts_like_formula(text: str) -> bool:
    """Whether a spreadsheet that takes this text for typed input would calculate (CSV injection, CWE-1236)."""
    return text.lstrip(" \u3000").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)


CellValue = str | int | float | datetime | None


def put(cell: Cell, value: CellValue) -> None:
    """Write one of the bot's own values; a string always stays a string."""
    if isinstance(value, str):
        text = safe_text(value)
        if not text:
            cell.value = None
            return
        cell.value = "text"
        # Set past openpyxl's own guess, which makes a formula of "=…" and an error value of "#N/A".
        cell._value = text  # type: ignore[attr-defined]
        cell.data_type = "s"
        return
    cell.value = value


def shown(value: object) -> str:
    """What a person sees in a cell, as far as it can be told: whole numbers without .0, days without midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if hasattr(value, "text") and not isinstance(value, str):  # an array formula
        return str(value.text)
    return str(value).strip()


@dataclass(slots=True)
class Lifted:
    """One cell as it stood, apart from its place."""

    value: object
    data_type: str
    style: StyleArray | None
    comment: Comment | None = None
    hyperlink: Hyperlink | None = None
    row: int = 0
    column: int = 0

    @property
    def empty(self) -> bool:
        return (self.value is None or self.value == "") and self.comment is None

    @property
    def text(self) -> str:
        return shown(self.value)


def lift(cell: Cell) -> Lifted:
    """Take a cell up: value, type, style, comment and link."""
    return Lifted(
        value=cell.value,
        data_type=cell.data_type,
        style=copy(cell._style) if cell.has_style else None,  # type: ignore[attr-defined]
        comment=copy(cell.comment) if cell.comment is not None else None,
        hyperlink=cell.hyperlink,
        row=cell.row,
        column=cell.column,
    )


def lay(sheet: Worksheet, row: int, column: int, lifted: Lifted, *, translate: bool = True) -> Cell:
    """Put a lifted cell down; a formula's relative references move with it when `translate`."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    value = lifted.value
    if translate and lifted.data_type == "f" and (row, column) != (lifted.row, lifted.column):
        value = _moved_formula(value, _address(lifted.row, lifted.column), _address(row, column))
    cell._value = value  # type: ignore[attr-defined]
    cell.data_type = lifted.data_type
    if lifted.style is not None:
        cell._style = lifted.style  # type: ignore[attr-defined]
    lay_attachments(cell, lifted)
    return cell


def lay_attachments(cell: Cell, lifted: Lifted) -> None:
    """Give a cell the comment and the link of another."""
    if lifted.comment is not None:
        cell.comment = lifted.comment
    if lifted.hyperlink is not None:
        lifted.hyperlink.ref = cell.coordinate
        cell._hyperlink = lifted.hyperlink  # type: ignore[attr-defined]


def _moved_formula(formula: object, origin: str, target: str) -> object:
    """A formula for its new place; one that can't be understood is left as it is."""
    text = formula.text if isinstance(formula, ArrayFormula) else formula
    if not isinstance(text, str):
        return formula
    try:
        moved = Translator(text, origin=origin).translate_formula(target)
    except (TokenizerError, TranslatorError, ValueError):
        moved = text
    return ArrayFormula(target, moved) if isinstance(formula, ArrayFormula) else moved


def _address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
