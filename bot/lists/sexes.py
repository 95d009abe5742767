"""Whether somebody is a man or a woman, as far as it is certain. Pure.

Source: GB 11643-1999, sequence code: the last of its three figures (the 17th of the number) is odd for men and
even for women; in the numbers of 15 figures (GB 11643-1989) it is the last one. Residence permits of Hong Kong,
Macau and Taiwan residents and foreigners' permanent resident cards since 2023 are made by the same rule.
"""

from __future__ import annotations

import re

from bot.lists.people import plain_label
from bot.records.decision import Registration
from bot.records.lists import Sex

_RESIDENT = re.compile(r"\d{16}(?P<new>\d)[\dX]|\d{14}(?P<old>\d)", re.ASCII)
_WORDS = {
    **dict.fromkeys(("男", "男性", "男士", "先生", "m", "male"), Sex.MALE),
    **dict.fromkeys(("女", "女性", "女士", "小姐", "f", "female"), Sex.FEMALE),
}
SEX_WORDS = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNKNOWN: "待核"}


def sex_of_number(id_number: str) -> Sex:
    """By a resident identity number; UNKNOWN for any other document."""
    match = _RESIDENT.fullmatch(id_number)
    if match is None:
        return Sex.UNKNOWN
    return Sex.MALE if int(match["new"] or match["old"]) % 2 else Sex.FEMALE


def stated_sex(registration: Registration) -> Sex:
    """What the form's own column 性别 says; it may be that of another person (one who fills in the form)."""
    for label, text in registration.extras:
        if plain_label(label).lower() in ("性别", "性別", "sex", "gender"):
            return _WORDS.get(text.strip().lower(), Sex.UNKNOWN)
    return Sex.UNKNOWN


def sex_of(registration: Registration) -> tuple[Sex, str]:
    """Her sex where her number is certain and the form does not contradict it; else UNKNOWN with what staff should
    know."""
    number, stated = sex_of_number(registration.certain_id), stated_sex(registration)
    if number is Sex.UNKNOWN:
        told = f"，回执表填的是{SEX_WORDS[stated]}" if stated is not Sex.UNKNOWN else ""
        return Sex.UNKNOWN, f"证件号定不了性别{told}，请确认后安排"
    if stated not in (number, Sex.UNKNOWN):
        return Sex.UNKNOWN, f"回执表填的性别（{SEX_WORDS[stated]}）与身份证号不符，请确认后安排"
    return number, ""
