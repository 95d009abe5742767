"""How sure a text read from a picture is, after one or two looks at it.

A number with a check character that fits is sure. Everything else has to be read twice alike: mobile numbers and
names have nothing in them by which a slip could be noticed. Where two looks differ the better one stands, with a
confidence below 0.9, so that a person is asked. Pure. Sources: GB 11643-1999, GB 32100-2015 (check characters).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.forms.identity import check_id_number
from bot.forms.taxpayer import check_taxpayer_id

CONFIRMED = 0.99
DOUBTFUL = 0.6
"""What a text has that failed its check or was read in two ways."""
READABLE = 0.6
_LEGIBLE = 0.3
"""Where nothing else was read, a bad reading for a person to correct is better than none."""
_UNSURE = 0.85
SURE = 0.9
_SURE_NAME = 0.95
_SURE_DIGITS = 0.93
_HALF_SURE = 0.6
_CLEAR = 0.985

_CODE = re.compile(r"[0-9A-Za-z]{18}")
_CODE_LENGTH = 18
_STAMPED_CODE = re.compile(r"([0-9A-Za-z]{18})[\u3400-\u9fff]{1,3}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DIGITS = re.compile(r"[\d\s+()（）\-—]{5,}")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·\s]{1,7}")
_NO_NAME = re.compile(
    r"(?:主任|科长|院长|医师|护士长?|护师|药师|技师|部长|处长|书记|干事|主管|带头人|教授|科员|秘书|会计|经理|医院|中心)$"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LIKE_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")


class Sort(Enum):
    """What a text is, as far as its certainty goes."""

    CHECKED = "a number with a check character"
    DIGITS = "digits or an address without one"
    NAME = "perhaps a name"
    TEXT = "anything else"


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a text, and how sure its least sure character is; `cut` and `grown` as its pieces are."""

    text: str
    score: float
    cut: bool = False
    grown: bool = False


def sort_of(text: str) -> Sort:
    plain = re.sub(r"\s", "", text)
    if _CODE.fullmatch(plain) and sum(c.isdigit() for c in plain) > 8:
        return Sort.CHECKED
    if _DIGITS.fullmatch(plain) or (plain.isascii() and len(plain) > 3):
        return Sort.DIGITS
    return Sort.NAME if _NAME.fullmatch(text.strip()) and not _NO_NAME.search(text.strip()) else Sort.TEXT


def confirmed(text: str) -> str | None:
    """The number with letters that look like digits put right, when its check character then fits; else None."""
    plain = re.sub(r"\s", "", text)
    if not _CODE.fullmatch(plain):
        return None
    upper = plain.upper()
    found = [n for n in (upper, upper[:17].translate(_LIKE_DIGITS) + upper[17]) if _fits(n)]
    if len(set(found)) == 1:
        return found[0]
    # A code's letters can be meant: only a prefix of digits is put right (GB 32100: characters 3 to 8).
    mended = upper[:2] + upper[2:8].translate(_LIKE_DIGITS) + upper[8:].translate(str.maketrans("OI", "01"))
    return mended if not found and _fits(mended) else found[0] if found else None


def _among_others(look: Look) -> str | None:
    """The number whose check character fits, without a sign of the neighbouring cell or of a stamp beside it."""
    plain = re.sub(r"\s", "", look.text)
    if look.cut and len(plain) == _CODE_LENGTH + 1:
        found = {number for part in (plain[1:], plain[:-1]) if (number := confirmed(part)) is not None}
        return found.pop() if len(found) == 1 else None
    beside = _STAMPED_CODE.fullmatch(plain)
    return confirmed(beside[1]) if beside and look.score < READABLE else None


def _fits(number: str) -> bool:
    if re.fullmatch(r"\d{17}[\dX]", number) and check_id_number(number) is None:
        return True
    return check_taxpayer_id(number) is None


def wants_second_look(look: Look) -> bool:
    """Whether a text has to be read again to be sure of it."""
    if look.grown or (look.cut and look.text.strip()):
        return True
    sort = sort_of(look.text)
    if not look.text.strip() or (sort is Sort.CHECKED and confirmed(look.text)):
        return False
    return sort is not Sort.TEXT or look.score < _CLEAR


def settled(first: Look, second: Look | None) -> Look:
    """The text to go by, and how sure it is."""
    for look in (first, second):
        number = confirmed(look.text) if look else None
        if number is not None:
            return Look(number, CONFIRMED)
    for look in (first, second):
        number = _among_others(look) if look else None
        if number is not None:
            return Look(number, _UNSURE)
    sort = sort_of(first.text)
    if second is None:
        unread = wants_second_look(first)
        return Look(first.text, min(first.score, _UNSURE) if unread else first.score)
    if first.grown:
        return _with_overlooked(first, second)
    if sort is Sort.CHECKED:
        return Look(first.text, DOUBTFUL)
    if _same(first.text, second.text):
        return Look(first.text, _agreed(sort, second.score if first.cut else first.score, second.score))
    better = second if second.score > first.score + 0.05 and _alike(first.text, second.text) else first
    if first.cut and second.score > READABLE and _plain(second.text) and _plain(second.text) in _plain(first.text):
        better = second  # the first saw signs of the neighbouring cell as well
    return Look(better.text, min(DOUBTFUL, better.score))


def _with_overlooked(first: Look, second: Look) -> Look:
    """A second look at more ink than the first saw: it may show what was overlooked, or dirt and stamps.

    A name that is read alike all the same stays unsure: both looks can miss one character (of 吴骉 only 吴).
    """
    if _MOBILE.fullmatch(first.text) and _MOBILE.findall(second.text) == [first.text]:
        return Look(first.text, _agreed(Sort.DIGITS, first.score or second.score, second.score))
    least = min(first.score, second.score)
    if _same(first.text, second.text):
        sure = sort_of(first.text) is Sort.TEXT and least > _SURE_NAME
        return Look(first.text, least if sure else min(least, _UNSURE))
    if not first.text and len(second.text) < 2 and second.text.isascii():
        return Look("", min(DOUBTFUL, second.score))  # a speck: one sign in an empty cell makes no value
    readable = second.score > (READABLE if first.text else _LEGIBLE)
    more = readable and all(c in _plain(second.text) for c in _plain(first.text))
    return Look(second.text if more else first.text, min(DOUBTFUL, second.score))


def _agreed(sort: Sort, first: float, second: float) -> float:
    """How sure a text is that was read twice alike, by its least sure character in each look.

    Measured on degraded pages: names misread twice alike had scores up to 0.77 and 0.87; longer texts, whose
    characters hold each other up, were never misread twice alike.
    """
    least, most = min(first, second), max(first, second)
    if sort is Sort.TEXT and least >= _HALF_SURE and most >= _CLEAR:
        return max(least, SURE)
    needed = {Sort.NAME: _SURE_NAME, Sort.DIGITS: _SURE_DIGITS}.get(sort, SURE)
    return least if least >= needed else min(least, _UNSURE)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _alike(one: str, other: str) -> bool:
    """Whether the second reading is of the same text: nothing lost, nothing of its neighbours."""
    return len(_plain(one)) == len(_plain(other)) and bool(_HAN.search(one)) == bool(_HAN.search(other))


def _plain(text: str) -> str:
    """Without blanks and without the width of signs, which say nothing."""
    wide = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    return re.sub(r"\s", "", text).translate(wide)
