"""How much an uncertain reading and another one have in common: whether both may be the same thing, misread.

Pure. What was read with little certainty proves nothing by itself; only several such signs together, with nothing
against them, make two entries one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

MISREAD_DIGITS = 0.2
"""Share of characters that may be misread in a number: two of a mobile number's eleven, three of an identity
number's eighteen."""

MISREAD_WORDS = 0.5
"""The same for names and other words: one of two characters, one of three."""

UNLIKE_DIGITS = 0.33
"""Share from which numbers of one length are rather two numbers than one misread: six of eighteen."""

_LONGEST = 64
"""Characters beyond which texts are only compared whole: no name or number is longer, and the work grows."""


class Alike(Enum):
    """What two values of one field say about two entries."""

    APART = "apart"
    """Both are sure, and different."""
    UNLIKE = "unlike"
    """One is not sure, and they differ in more than is usually misread."""
    UNKNOWN = "unknown"
    CLOSE = "close"
    """Different, but one may be the other misread."""
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What name, mobile and identity number of two entries have in common, and whether the organisation is one."""

    name: Alike
    mobile: Alike
    id_number: Alike
    organisation: bool

    @property
    def same_person(self) -> bool:
        """Nothing speaks against it, and two things for it: a secretary's mobile number or a common name alone
        says nothing. What is only close needs the same organisation as well."""
        found = (self.name, self.mobile, self.id_number)
        if Alike.APART in found:
            return False
        equal, close = found.count(Alike.EQUAL), found.count(Alike.CLOSE)
        enough = equal + close - found.count(Alike.UNLIKE) >= 2
        return enough and (equal > 0 or self.organisation)


def likeness(one: str, other: str, *, sure: bool, words: bool = False) -> Alike:
    """What two values say, in the shape in which they compare; `sure` where both were read with certainty, `words`
    for a name as against a number."""
    if not one or not other:
        return Alike.UNKNOWN
    if one == other:
        return Alike.EQUAL
    if sure:
        return Alike.APART
    if is_misread(one, other, words=words):
        return Alike.CLOSE
    unlike = not words and len(one) == len(other) and _share_of_wrong(one, other) >= UNLIKE_DIGITS
    return Alike.UNLIKE if unlike else Alike.UNKNOWN


def is_misread(one: str, other: str, *, words: bool = False) -> bool:
    """Whether one may be the other with some characters misread."""
    if max(len(one), len(other)) > _LONGEST:
        return False
    return _share_of_wrong(one, other) <= (MISREAD_WORDS if words else MISREAD_DIGITS)


def _share_of_wrong(one: str, other: str) -> float:
    """0.0 for equal texts, 1.0 for texts with nothing in common."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) / len(one)
    first, second = sorted((one, other))  # the ratio may depend on the order
    return 1.0 - SequenceMatcher(None, first, second, autojunk=False).ratio()
