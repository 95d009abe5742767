"""One sentence on its way to being understood: its brackets, its clauses, the people named in it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.admission import requests_words as words
from bot.admission.requests_people import ANYBODY, NOBODY_KNOWN, ONE
from bot.admission.requests_replace import Swap, swap_in

_LIST = re.compile(rf"{ONE}(?:(?:[、和与及跟,/&]|以及|还有|连同)?{ONE})*(?P<more>等)?")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_IN_BRACKETS = re.compile(rf"{ANYBODY}|无法|不能|取消|换|替|代|改|更正|应为|有误")
CLAUSE_END = re.compile(r"[,。;!?]+")
_NUMERALS = dict(zip("一二三四五六七八九十两俩仨", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 2, 3), strict=True))


class Scope(Enum):
    """Whom an ask is about, where it names nobody."""

    NAMED = "named"
    WEAK = "weak"
    """我院: everybody, unless somebody is named elsewhere."""
    STRONG = "strong"
    """全部: everybody."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Leaving:
    """An ask to cancel; `marks` is "" unless `scope` is NAMED; `explicit` where it says 取消 and not only that
    somebody can't come; `sentence` counts the sentences."""

    marks: str
    scope: Scope
    explicit: bool
    sentence: int


@dataclass(frozen=True, slots=True)
class Swapping:
    """An ask to replace: `old` a mark or "" where only one person or a form can tell."""

    old: str
    new: str
    values: tuple[tuple[str, str], ...] = ()
    sentence: int = 0


class Here:
    """One sentence: whether it asked something, and of whom."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.without_new = text
        for clause in CLAUSE_END.split(text):
            swap = swap_in(clause, expected=True)
            if swap is not None and swap.new:
                self.without_new = self.without_new.replace(swap.raw, "")
        self.asks = False
        self.corrects = False
        self.marks = ""


def before(clause: str, swap: Swap | None) -> str:
    """What stands before the one who comes."""
    return clause if swap is None else clause[: clause.find(swap.raw)]


def lists_in(clause: str) -> list[str]:
    """The marks of people who are named in one breath, list by list. 等 without a number leaves others open."""
    found = []
    for match in _LIST.finditer(clause):
        marks = "".join(re.findall(ONE, match[0]))
        found.append(
            marks + (NOBODY_KNOWN if match["more"] and not words.NUMBER.match(clause, match.end()) else "")
        )
    return found


def counted(text: str, named: int, everybody: int) -> bool:
    """Whether the numbers of people in a sentence agree with those it is about."""
    told = ",".join(clause for clause in text.split(",") if not words.KEEP.search(clause))
    numbers = {_numeral(found[1] or found[2]) for found in words.NUMBER.finditer(told)}
    return (
        not numbers
        or (numbers <= {named, everybody} and named in numbers)
        or (numbers == {everybody} and not re.search("等", text))
    )


def _numeral(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMERALS[word]


def without_brackets(text: str) -> str:
    """What stands in brackets behind somebody is left out, what asks or tells particulars becomes clauses."""
    text = re.sub(rf"({ONE})\((?![^()]*(?:无法|不能|取消|换|替|代|改|更正|应为|有误))[^()]*\)", r"\1", text)

    def opened(found: re.Match[str]) -> str:
        inner = found[1]
        return (
            f",{inner},"
            if _IN_BRACKETS.search(inner) or re.search(r"\d{6}|职务|职称|单位|手机|间", inner)
            else found[0]
        )

    return _BRACKETS.sub(opened, text)
