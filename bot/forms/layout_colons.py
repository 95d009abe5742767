"""Headings and values in one piece of text: 填报单位：深圳某医院 联系人：… 电话（手机）：…

Pure. A colon counts when known or short words stand before it; colons in times, links and bracketed instructions
do not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bot.forms.labels import Field, Labels
from bot.forms.layout_text import collapse, without_hints, without_stamp

_COLON = re.compile(r"(?<!\d)[:：](?!//)|(?<=\d)：|(?<=\d):(?!\d)")
_BRACKETED = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
_BOUNDARY = re.compile(r"[\s_,，;；、|。/]+")
_SENTENCE = re.compile(r"[，。；！？,;!?]")
_NUMBERS = re.compile(r"\S*[\d@]\S*\s")
_EDGES = " ,，;；、|"
_LONGEST_UNKNOWN = 12


class Part(NamedTuple):
    """One heading with its value; `field` is None for a heading that is not known."""

    field: Field | None
    label: str
    text: str

    @property
    def known(self) -> bool:
        return self.field is not None


def pairs_in(text: str, labels: Labels) -> list[Part]:
    """The pairs of a text, in order; none when no colon follows a heading. What stands before the first heading is
    left out."""
    return list(_pairs_in(text, labels)) if ":" in text or "：" in text else []


@lru_cache(maxsize=1024)  # the same cell is asked about as a heading, as a value and as a row's beginning
def _pairs_in(text: str, labels: Labels) -> tuple[Part, ...]:
    masked = _BRACKETED.sub(lambda match: _mask(match[0], labels), text)
    found: list[tuple[int, int, Field | None]] = []  # start of heading, position of colon, field
    begin = 0
    for colon in _COLON.finditer(masked):
        heading = _heading_before(text, masked, begin, colon.start(), labels, leading=not found)
        if heading is not None:
            found.append((heading[0], colon.start(), heading[1]))
        begin = colon.end()  # no heading goes over a colon
    parts = []
    for index, (start, colon_at, field) in enumerate(found):
        end = found[index + 1][0] if index + 1 < len(found) else len(text)
        label = collapse(text[start:colon_at]).strip("*＊ ")
        parts.append(Part(field, label, clean(text[colon_at + 1 : end], field)))
    return tuple(parts)


def clean(text: str, field: Field | None) -> str:
    """A raw value without underlines, instructions and separators around it."""
    value = without_hints(text).strip(_EDGES)
    if field in (Field.SUBMITTER, Field.ORGANISATION, Field.INVOICE_TITLE):
        value = without_stamp(value)
    if value.endswith((")", "）")) and not ("(" in value or "（" in value):
        value = value[:-1].rstrip()
    return collapse(value)


def _mask(bracket: str, labels: Labels) -> str:
    """Hides the colons of a bracketed instruction, but not of a bracketed pair (身份证号：…)."""
    label = re.split("[:：]", bracket[1:], maxsplit=1)[0]
    if labels.is_exact(label):
        return bracket
    return bracket.replace(":", "·").replace("：", "·")


def _heading_before(
    text: str, masked: str, begin: int, colon: int, labels: Labels, *, leading: bool
) -> tuple[int, Field | None] | None:
    """Where the heading before a colon starts, and its field; None when the colon belongs to a value."""
    segment = text[begin:colon]
    offset = begin
    if len(segment) > 80:
        offset = colon - 80
        segment = text[offset:colon]
    starts = [0, *(match.end() for match in _BOUNDARY.finditer(masked[offset:colon]))]
    starts = [start for start in starts if segment[start:].strip()]
    if not leading:  # a number or an address belongs to the value before
        starts = [start for start in starts if not _NUMBERS.match(segment[start:])] or starts
    may_be_exact = labels.may_end_exactly(segment)
    for start in starts if may_be_exact else ():
        if labels.is_exact(segment[start:]):
            return offset + start, labels.field_of(segment[start:])
    for start in starts:
        if (field := labels.field_of(segment[start:])) is not None:
            return offset + start, field
    tail = _SENTENCE.split(segment[-16:])[-1] if may_be_exact else ""  # no heading goes over a comma
    for length in range(len(tail), 1, -1):
        if not tail[-length].isascii() and labels.is_exact(tail[-length:]):
            return colon - length, labels.field_of(tail[-length:])
    if not starts:
        return None
    start = starts[0] if leading else starts[-1]
    word = segment[start:].strip()
    if len(word) > _LONGEST_UNKNOWN or _SENTENCE.search(word) or word[-1:].isdigit():
        return None
    if not leading and (start == 0 or len(word) > 8 or not segment[start - 1].isspace()):
        return None
    return offset + start, None
