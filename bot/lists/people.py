"""Who stands on the lists, what is doubtful about them, what their clerks wrote in further columns. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from bot.records.decision import Registration, State

Key = Callable[[str], str]
"""A text that is equal for spellings of one organisation (as `MemberDirectory.key`)."""

WORDS: Final = {
    "name": "姓名",
    "organisation": "单位",
    "job_title": "职务",
    "mobile": "手机号",
    "id_number": "身份证号",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
}
_DECORATION = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]|[\s*＊:：]")
_NOTHING = re.compile(r"[\s/\\|、\-—–－_.。…无]*")


def confirmed(registrations: Iterable[Registration]) -> list[Registration]:
    """Those who have a seat, in order of arrival."""
    return in_order(one for one in registrations if one.state is State.CONFIRMED)


def in_order(registrations: Iterable[Registration]) -> list[Registration]:
    return sorted(registrations, key=lambda one: (one.order, one.id))


def organisation_of(registration: Registration) -> str:
    """Her own organisation, else the one that sent the form."""
    return registration.organisation or registration.submitting_organisation


def organisation_key(registration: Registration, key: Key) -> str:
    """Equal for people of one organisation; "" where none is known, which is nobody's."""
    name = organisation_of(registration).strip()
    return (key(name) or name) if name else ""


def doubts(registration: Registration, fields: Iterable[str]) -> tuple[str, ...]:
    """What is missing or not certain among these fields, in short words."""
    told = []
    for field in fields:
        if not getattr(registration, field):
            told.append(f"缺{WORDS[field]}")
        elif any(problem.field == field for problem in registration.problems):
            told.append(f"{WORDS[field]}待核对")
    return tuple(told)


def answers(registration: Registration, labels: re.Pattern[str], values: re.Pattern[str]) -> list[str]:
    """What stands in the form's further columns whose heading has one of `labels`, or whose text one of `values`;
    each as 栏目：内容."""
    found = []
    for label, text in registration.extras:
        plain, said = plain_label(label), " ".join(text.split())
        if not says_nothing(said) and (labels.search(plain) or values.search(said)):
            found.append(f"{plain}：{said}" if plain else said)
    return list(dict.fromkeys(found))


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or only crossed out: dashes, strokes, 无."""
    return _NOTHING.fullmatch(text) is not None


def plain_label(label: str) -> str:
    """A heading without its explanations in brackets, spaces, colons and stars."""
    return _DECORATION.sub("", label)
