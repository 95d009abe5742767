"""What a number in a spreadsheet looks like to the person who typed it: 13900000001, not 1.3900000001E10.

Pure; number formats and date serials as in ISO/IEC 29500-1, 18.8.30 and 18.17.4. Never fails: what is no number
stays as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from bot.records.form import StoredAs

# Formats that Excel knows by number only; 27-36 and 50-58 are dates in Chinese versions.
_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_ASIDES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_MOST_DIGITS = 40
_LAST_SERIAL = 2_958_465
_SIGNIFICANT = 15


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What of a cell's format matters: shown as a date, or filled up with zeros to so many digits."""

    is_date: bool = False
    digits: int = 0


GENERAL = NumberFormat()


def number_format(format_id: int, code: str) -> NumberFormat:
    """The format with this number and code ("" where the file gives none, as for the built-in ones)."""
    if not code:
        return NumberFormat(is_date=format_id in _DATE_IDS)
    plain = _ASIDES.sub("", code.split(";")[0]).lower()
    if "general" in plain or "@" in plain:
        return GENERAL
    if re.search(r"[ymdhs年月日时]", plain):
        return NumberFormat(is_date=True)
    if re.search(r"[.#%e?,]", plain):
        return GENERAL
    return NumberFormat(digits=plain.count("0"))


def number_text(written: str, shown: NumberFormat, *, from_1904: bool = False) -> tuple[str, StoredAs]:
    """The cell's text, and whether the file held a number or a date. `written` is the stored value."""
    try:
        value = Decimal(written.strip())
    except InvalidOperation:
        return written, "text"
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return written, "number"
    if shown.is_date and 0 <= value <= _LAST_SERIAL:
        return _date_text(value, from_1904), "date"
    if value == value.to_integral_value():
        text = format(value.to_integral_value(), "f")
        return (text.zfill(shown.digits) if value >= 0 else text), "number"
    # 0.1 + 0.2 is stored as 0.30000000000000004; Excel shows fifteen digits.
    text = format(Decimal(f"{value:.{_SIGNIFICANT}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text, "number"


def _date_text(serial: Decimal, from_1904: bool) -> str:
    """2026-04-10, 2026-04-10 14:00 or 14:00. Serial 60 is 29 February 1900, which never was."""
    minutes = round((serial % 1) * 1440)
    time = f"{minutes // 60:02d}:{minutes % 60:02d}"
    if serial < 1:
        return time if minutes < 24 * 60 else "24:00"
    day_zero = (1904, 1, 1) if from_1904 else (1899, 12, 30 if serial >= 60 else 31)
    first = datetime(*day_zero)  # noqa: DTZ001 -- a calendar day, not an instant
    try:
        moment = first + timedelta(days=int(serial), minutes=minutes)
    except OverflowError:
        return format(serial, "f")
    return f"{moment:%Y-%m-%d}" if minutes == 0 else f"{moment:%Y-%m-%d %H:%M}"
