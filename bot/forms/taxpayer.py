"""Checks taxpayer ids. Pure; a finding is a value, never an exception.

Sources: GB 32100-2015 (unified social credit code, 18 characters with a check character); before it, 15
characters: region code and organisation code (GB 11714). Sole traders' ids are a resident identity number and
two digits (20, formerly 17 characters).
"""

from __future__ import annotations

import re

from bot.forms.finding import Finding
from bot.forms.identity import check_id_number
from bot.records.form import ProblemCode, StoredAs

# GB 32100-2015, table 2: no I, O, S, V, Z.
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(rf"[{_CHARACTERS}]{{2}}\d{{6}}[{_CHARACTERS}]{{10}}")
_OLD_ID = re.compile(r"\d{6}[0-9A-Z]{9}")

_EXCEL_LOST_DIGITS = Finding(
    ProblemCode.FORMAT,
    "在表格里按数字保存，最后几位已经丢失，请把单元格设为“文本”格式后重新填写。",
)
_WRONG_LENGTH = Finding(ProblemCode.FORMAT, "位数不对（统一社会信用代码应为18位），请核对后补正。")
_WRONG_CHARACTERS = Finding(ProblemCode.FORMAT, "中有不应出现的字符（如字母 I、O、S、V、Z），请核对后补正。")
_WRONG_CHECK = Finding(ProblemCode.CHECKSUM, "校验码不对，请核对后补正。")


def check_character(first_seventeen: str) -> str:
    """The check character of a unified social credit code (GB 32100-2015, 5.3; weights are powers of 3 mod 31)."""
    total = sum(_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(first_seventeen))
    return _CHARACTERS[(31 - total % 31) % 31]


def check_taxpayer_id(text: str, *, stored_as: StoredAs = "text") -> Finding | None:
    """What is wrong with a normalised taxpayer id, or None."""
    if stored_as == "number" and len(text) > 15:
        return _EXCEL_LOST_DIGITS
    if len(text) == 18:
        if not _CREDIT_CODE.fullmatch(text):
            return _WRONG_CHARACTERS
        return None if text[17] == check_character(text[:17]) else _WRONG_CHECK
    if len(text) == 15:
        return None if _OLD_ID.fullmatch(text) else _WRONG_CHARACTERS
    if len(text) in (17, 20) and text[-2:].isdigit() and check_id_number(text[:-2]) is None:
        return None
    return _WRONG_LENGTH
