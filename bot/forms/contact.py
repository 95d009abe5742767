"""Checks mobile numbers, telephones and e-mail addresses. Pure; a finding is a value, never an exception.

Sources: the Chinese numbering plan (mobile numbers: 11 digits, beginning 13 to 19), ITU-T E.164 for numbers from
elsewhere, RFC 5321 4.5.3.1 and RFC 5322 3.4.1 for addresses, narrowed to what mail services really give out.
"""

from __future__ import annotations

import re

from bot.forms.finding import Finding
from bot.records.form import ProblemCode

_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_ABROAD = re.compile(r"(?:00|\+)?(?:852[4-9]\d{7}|853[68]\d{7}|8869\d{8})|\+(?!86)\d{8,15}")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+?86|0\d{2,3})?[ ()\-]*\d{3,4}[ \-]*\d{3,4}(?!\d{5})")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\.?")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_LONGEST_LOCAL = 64
_LONGEST_ADDRESS = 254

_MOBILE_LENGTH = Finding(ProblemCode.FORMAT, "位数不对（应为11位），请核对后补正。")
_MOBILE_FORMAT = Finding(ProblemCode.FORMAT, "不是有效的手机号码，请核对后补正。")
_PHONE_FORMAT = Finding(ProblemCode.FORMAT, "看不出是电话号码，请核对。")
_EMAIL_FORMAT = Finding(ProblemCode.FORMAT, "不是有效的邮箱地址，请核对后补正。")


def check_mobile(text: str) -> Finding | None:
    """What is wrong with a normalised mobile number, or None; Hong Kong, Macau, Taiwan and foreign numbers pass
    with their country code."""
    if _MOBILE.fullmatch(text) or _MOBILE_ABROAD.fullmatch(text):
        return None
    return _MOBILE_LENGTH if text.isdigit() and text.startswith("1") and len(text) != 11 else _MOBILE_FORMAT


def check_phone(text: str) -> Finding | None:
    """What is wrong with a contact's telephone, or None; land lines with or without area code pass."""
    return None if _TELEPHONE.search(text) or _MOBILE_ABROAD.search(text) else _PHONE_FORMAT


def check_email(text: str) -> Finding | None:
    """What is wrong with a normalised e-mail address, or None."""
    local, at, domain = text.rpartition("@")
    good = (
        at
        and len(local) <= _LONGEST_LOCAL
        and len(text) <= _LONGEST_ADDRESS
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
    )
    return None if good else _EMAIL_FORMAT
