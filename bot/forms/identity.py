"""Checks numbers of identity documents. Pure; a finding is a value, never an exception.

Sources: GB 11643-1999 (resident identity number; its check character is ISO 7064 MOD 11-2), GB/T 2260 (province
codes), and the published patterns of the travel permits, residence permits and passports that people use instead.
Whether a number was really issued can't be told from it.
"""

from __future__ import annotations

import re
from datetime import date

from bot.forms.finding import Finding
from bot.records.form import ProblemCode, StoredAs

YOUNGEST = 16
OLDEST = 100

# GB/T 2260, first two digits; 71, 81, 82 and 83 also stand for Taiwan, Hong Kong and Macau residence permits.
_PROVINCES = frozenset(
    f"{first}{second}"
    for first, seconds in enumerate(("12345", "123", "1234567", "123456", "01234", "12345", "1", "123"), start=1)
    for second in seconds
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

# Documents without a public check character, accepted by their pattern.
_OTHER_DOCUMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("home return permit of Hong Kong and Macau residents", re.compile(r"[HM]\d{8}(?:\d{2})?")),
    ("mainland travel permit of Taiwan residents", re.compile(r"\d{8}|\d{10}(?:\(?[A-Z]\)?)?")),
    ("permanent resident card of foreigners, until 2023", re.compile(r"[A-Z]{3}\d{12}")),
    ("passport", re.compile(r"[A-Z]{1,2}\d{6,9}|[A-Z]\d{2}[A-Z]{2}\d{4,5}|[A-Z0-9]{2}\d{7}|\d{9}")),
    ("identity card of Hong Kong", re.compile(r"[A-Z]{1,2}\d{6}\(?[0-9A]\)?")),
    ("identity card of Taiwan", re.compile(r"[A-Z][1289]\d{8}")),
    ("officer's certificate", re.compile(r"[\u4e00-\u9fff]{1,4}字?第?\d{6,8}号?")),
)

_EXCEL_LOST_DIGITS = Finding(
    ProblemCode.FORMAT,
    "在表格里按数字保存，最后几位已经丢失，请把单元格设为“文本”格式后重新填写。",
)
_WRONG_LENGTH = Finding(ProblemCode.FORMAT, "位数不对（居民身份证号应为18位），请核对后补正。")
_NOT_A_NUMBER = Finding(ProblemCode.FORMAT, "格式不对，请核对后补正。")
_WRONG_REGION = Finding(ProblemCode.FORMAT, "开头的地区代码不存在，请核对后补正。")
_WRONG_DATE = Finding(ProblemCode.FORMAT, "中的出生日期不存在，请核对后补正。")
_ODD_AGE = Finding(ProblemCode.FORMAT, "中的出生日期与参加人员的年龄不符，请核对后补正。")
_WRONG_CHECK = Finding(ProblemCode.CHECKSUM, "校验码不对，请核对后补正。")
_ENDS_IN_ZEROS = Finding(
    ProblemCode.CHECKSUM,
    "校验码不对，末尾的几个 0 可能是表格软件改动的，请核对后补正。",
)


def check_character(first_seventeen: str) -> str:
    """The check character of a resident identity number (GB 11643-1999, 4.2; ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def check_id_number(text: str, *, stored_as: StoredAs = "text", today: date | None = None) -> Finding | None:
    """What is wrong with a normalised identity number, or None.

    Resident identity numbers of 18 and (first generation, GB 11643-1989) 15 digits are checked by region, date and
    check character; `today` adds a plausible age. Foreigners' permanent resident cards since 2023 begin with 9 and
    otherwise follow the same rules. Other documents are accepted by their pattern.
    """
    if re.fullmatch(r"\d{17}[\dX]", text):
        if stored_as == "number":
            return _EXCEL_LOST_DIGITS
        return _check_resident(text, text[6:14], today) or _check_last(text)
    if re.fullmatch(r"\d{15}", text):
        return _check_resident(text, "19" + text[6:12], today)
    if any(pattern.fullmatch(text) for _, pattern in _OTHER_DOCUMENTS):
        return None
    if stored_as == "number" and len(text) > 15:
        return _EXCEL_LOST_DIGITS
    return _WRONG_LENGTH if re.fullmatch(r"\d{9,}X?", text) else _NOT_A_NUMBER


def _check_resident(text: str, birthday: str, today: date | None) -> Finding | None:
    if text[:2] not in _PROVINCES and not (len(text) == 18 and text[0] == "9"):
        return _WRONG_REGION
    try:
        born = date(int(birthday[:4]), int(birthday[4:6]), int(birthday[6:]))
    except ValueError:
        return _WRONG_DATE
    if today is None:
        return None
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return None if YOUNGEST <= age <= OLDEST else _ODD_AGE


def _check_last(text: str) -> Finding | None:
    if text[17] == check_character(text[:17]):
        return None
    return _ENDS_IN_ZEROS if text.endswith("000") else _WRONG_CHECK
