"""Staff's filter on a table, kept across a rebuild: the criteria follow their columns, rows are tested anew.

Value lists, blanks, and comparisons are tested as Excel shows the cells (ECMA-376, 18.3.2). Criteria that
can't be tested here (colours, date groups, top ten) leave a known row as it was and show a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from typing import TypeVar

from openpyxl.utils import range_boundaries
from openpyxl.worksheet.filters import AutoFilter, CustomFilter, FilterColumn

Test = Callable[[object], bool]


def moved(old: AutoFilter, columns: Mapping[int, int]) -> list[FilterColumn]:
    """The filter's criteria with their columns renumbered (`columns`: old -> new, from 1, header in column A)."""
    if not old.ref:
        return []
    offset = (range_boundaries(old.ref)[0] or 1) - 1
    kept = []
    for criterion in old.filterColumn:
        column = columns.get(criterion.colId + 1 + offset)
        if column is not None and _says_something(criterion):
            renumbered = copy(criterion)
            renumbered.colId = column - 1
            kept.append(renumbered)
    return kept


def _says_something(criterion: FilterColumn) -> bool:
    return any(
        part is not None
        for part in (
            criterion.filters,
            criterion.customFilters,
            criterion.top10,
            criterion.dynamicFilter,
            criterion.colorFilter,
            criterion.iconFilter,
        )
    )


def test_of(criterion: FilterColumn) -> Test | None:
    """The test that a cell's value must pass, or None where it can't be tested here."""
    if criterion.filters is not None and not criterion.filters.dateGroupItem:
        wanted = {_folded(word) for word in criterion.filters.filter}
        blank = bool(criterion.filters.blank)
        return lambda value: blank if _blank(value) else bool(_faces(value) & wanted)
    if criterion.customFilters is not None:
        tests = [_comparison(custom) for custom in criterion.customFilters.customFilter]
        combine = all if criterion.customFilters._and else any
        return lambda value: combine(test(value) for test in tests)
    return None


def _blank(value: object) -> bool:
    return value is None or str(value).strip() == ""


def _folded(text: object) -> str:
    return str(text).strip().casefold()


def _faces(value: object) -> set[str]:
    """The ways in which a cell may be shown in a filter's list."""
    if isinstance(value, datetime):
        return {value.strftime("%Y-%m-%d %H:%M:%S"), value.strftime("%Y-%m-%d"), value.strftime("%Y/%m/%d")}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {f"{value:g}", str(value), f"{value:,}", f"{value:,.0f}", f"{value:.0f}"}
    return {_folded(value)}


def _comparison(custom: CustomFilter) -> Test:
    operator, wanted = custom.operator, custom.val or ""
    if operator in (None, "equal", "notEqual"):
        pattern = _wildcards(wanted)

        def equal(value: object) -> bool:
            if wanted.strip() == "":
                found = _blank(value)
            else:
                found = not _blank(value) and any(pattern.fullmatch(face) for face in _faces(value))
            return found if operator != "notEqual" else not found

        return equal
    return lambda value: _ordered(value, operator, wanted)


def _wildcards(pattern: str) -> re.Pattern[str]:
    """Excel's wildcards: * any text, ? one character, ~ before either for itself."""
    parts = []
    for piece in re.findall(r"~[*?~]|[*?]|[^*?~]+|~", _folded(pattern)):
        parts.append(
            {"*": ".*", "?": "."}.get(piece) or re.escape(piece[1:] if piece[0] == "~" and piece[1:] else piece)
        )
    return re.compile("".join(parts), re.DOTALL)


def _ordered(value: object, operator: str, wanted: str) -> bool:
    if _blank(value):
        return False
    if isinstance(value, datetime):
        number = (value - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
    elif isinstance(value, int | float):
        number = float(value)
    else:
        return _compare(_folded(value), operator, _folded(wanted))
    try:
        return _compare(number, operator, float(wanted))
    except ValueError:
        return False


Comparable = TypeVar("Comparable", str, float)


def _compare(left: Comparable, operator: str, right: Comparable) -> bool:
    return {
        "lessThan": left < right,
        "lessThanOrEqual": left <= right,
        "greaterThan": left > right,
        "greaterThanOrEqual": left >= right,
    }.get(operator, True)
