"""Hides most of a personal number, so that an answer shows which one was read without giving it away.

Pure. Knows the shapes of numbers, not whether they are right: a mistyped number is as personal as a right one.
`masked_text` is the safety net for words that senders wrote freely (a name field, a file name).
"""

from __future__ import annotations

import re
import unicodedata

STAR = "*"

# GB 11643: region (6), birthday (8), sequence (3), check character; clerks separate them with blanks or dashes.
# Deliberately wider than a right number: the birthday may be nonsense, a digit missing, two numbers run together.
_GAP = r"[\s\u3000\-－—_.·]?"
_LONG_NUMBER = re.compile(rf"(?<![0-9])[0-9](?:{_GAP}[0-9]){{14,}}(?:{_GAP}[Xx])?(?![0-9])")
_MOBILE = re.compile(rf"(?<![0-9])(?:\+?86{_GAP})?1[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")
_PERMIT = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}[0-9]{7,10}(?![0-9A-Za-z])")
_SEPARATORS = re.compile(r"[\s\u3000\-－—_.·]+")
_RESIDENT_BIRTHDAY = re.compile(r"^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")


def _middle_hidden(number: str, head: int, tail: int) -> str:
    return number[:head] + STAR * (len(number) - head - tail) + number[len(number) - tail :]


def _half_width(character: str) -> str:
    """Digits of every script, and the full-width X, as they stand in a number."""
    if character in "Ｘｘ":
        return "X"
    decimal = unicodedata.decimal(character, None)
    return character if decimal is None else str(decimal)


def masked_id(number: str) -> str:
    """`440301********1234` for a resident number (18 or 15 characters, also a mistyped one), `H1******78` for
    a permit or passport; "" stays ""."""
    number = _SEPARATORS.sub("", number)
    if len(number) >= 14:
        return _middle_hidden(number, 6, 4)
    if len(number) >= 7:
        return _middle_hidden(number, 2, 2)
    return STAR * len(number)


def masked_mobile(number: str) -> str:
    """`138****0000`; shorter numbers keep their last three digits, very short ones nothing."""
    number = _SEPARATORS.sub("", number)
    if len(number) >= 11:
        return _middle_hidden(number, 3, 4)
    if len(number) >= 7:
        return _middle_hidden(number, 0, 3)
    return STAR * len(number)


def masked_taxpayer_id(number: str) -> str:
    """A taxpayer id is public and shown whole; a self-employed person's is the resident number and hidden."""
    return masked_id(number) if _RESIDENT_BIRTHDAY.match(number) else number


def masked_text(text: str) -> str:
    """Hides whatever looks like a resident number, a permit or a mobile number in free text."""
    half_width = "".join(_half_width(c) for c in text)
    half_width = _LONG_NUMBER.sub(lambda match: masked_id(match[0]), half_width)
    half_width = _MOBILE.sub(lambda match: masked_mobile(match[0]), half_width)
    return _PERMIT.sub(lambda match: masked_id(match[0]), half_width)
