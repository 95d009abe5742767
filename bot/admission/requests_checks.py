"""Whether a number in a sentence can be right, in the shape in which forms give it.

Pure. Sources: GB 11643-1999 (resident identity number, ISO 7064 MOD 11-2), GB 32100-2015 (unified social credit
code), the Chinese numbering plan (mobile numbers), RFC 5321 4.5.3.1 (addresses). What has no check character
(passports, travel permits) is taken only where the words call it an identity document.
"""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# GB/T 2260, first two digits; 71, 81 to 83 also for residence permits, 9 for foreigners' permanent resident cards.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d")
_OTHER_DOCUMENT = re.compile(
    r"[HM]\d{8}(?:\d{2})?|\d{8}|\d{10}[A-Z]?|[A-Z]{3}\d{12}|[A-Z]{1,2}\d{6,9}|[A-Z]\d{2}[A-Z]{2}\d{4,5}|[A-Z][1289]\d{8}"
)
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(rf"[{_CREDIT_CHARACTERS}]{{2}}\d{{6}}[{_CREDIT_CHARACTERS}]{{10}}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_SEPARATORS = re.compile(r"[\s\-.·]+")


def mobile(text: str) -> str:
    """Eleven digits without country code, or "" where it is no mobile number of the mainland."""
    found = re.fullmatch(r"(?:\+?86|0086)?(1[3-9]\d{9})", _SEPARATORS.sub("", text))
    return found[1] if found else ""


def phone(text: str) -> str:
    """A mobile number, or a land line with or without area code, blanks left out; else ""."""
    plain = "".join(text.split())
    landline = re.fullmatch(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,5})?", plain)
    return mobile(text) or (plain if landline else "")


def resident_number(text: str) -> str:
    """A resident identity number of 18 characters with the right check character, or of 15 digits; else ""."""
    number = _SEPARATORS.sub("", text).upper()
    if re.fullmatch(r"\d{17}[\dX]", number):
        total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
        right = number[17] == "10X98765432"[total % 11]
        return number if right and _is_born(number[6:14]) and _PROVINCES.match(number) else ""
    if re.fullmatch(r"\d{15}", number) and _is_born("19" + number[6:12]) and _PROVINCES.match(number):
        return number
    return ""


def id_number(text: str) -> str:
    """A resident identity number, or another document's number by its pattern; else ""."""
    number = _SEPARATORS.sub("", text).upper()
    return resident_number(number) or (number if _OTHER_DOCUMENT.fullmatch(number) else "")


def taxpayer_id(text: str) -> str:
    """A unified social credit code with the right check character, or an old number of 15 characters; else ""."""
    number = _SEPARATORS.sub("", text).upper()
    if _CREDIT_CODE.fullmatch(number):
        total = sum(_CREDIT_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(number[:17]))
        return number if number[17] == _CREDIT_CHARACTERS[(31 - total % 31) % 31] else ""
    return number if re.fullmatch(r"\d{6}[0-9A-Z]{9}", number) else ""


def email(text: str) -> str:
    """The address with its domain in lower case (RFC 5321, 2.3.11), or ""."""
    if not _EMAIL.fullmatch(text):
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _is_born(day: str) -> bool:
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True
