"""Headings and values without a colon between them: 姓名 张某 单位 某医院, 姓名张某，手机138…, a cell 姓名 张某.

Pure. Such text gets the colons that it lacks, and is read like any other; only where several headings stand so and
every value looks like its heading's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from bot.forms.labels import Field, Labels
from bot.forms.layout_text import (
    bare,
    collapse,
    has_email,
    is_blank,
    is_identity,
    is_mobile,
    is_name,
    is_organisation,
    is_room_word,
    telephone_in,
)
from bot.records.form import Cell, Table

_FEWEST = 3
_LONGEST = 400
_LONGEST_CELL = 60
_LONGEST_POST = 12
_LONGEST_HEADING = 8
_GAPS = re.compile(r"[\s_，,；;、。|]+")
_ANSWER = re.compile(r"[是否有无要不需用√✓☑□☐\s]{1,8}")


def _is_post(text: str) -> bool:
    return len(text) <= _LONGEST_POST and not any(character.isdigit() for character in text)


def _is_answer(text: str) -> bool:
    return is_room_word(text) or bool(_ANSWER.fullmatch(text))


def _is_taxpayer_id(text: str) -> bool:
    return len(bare(text)) >= 15 and bare(text).isalnum() and bare(text).isascii()


_LOOKS: dict[Field, Callable[[str], bool]] = {
    Field.NAME: is_name,
    Field.ORGANISATION: is_organisation,
    Field.SUBMITTER: is_organisation,
    Field.INVOICE_TITLE: is_organisation,
    Field.JOB_TITLE: _is_post,
    Field.RANK: _is_post,
    Field.MOBILE: is_mobile,
    Field.TELEPHONE: lambda text: bool(telephone_in(text)),
    Field.ID_NUMBER: is_identity,
    Field.SINGLE_ROOM: _is_answer,
    Field.CONTACT: is_name,
    Field.CONTACT_PHONE: lambda text: bool(telephone_in(text)),
    Field.EMAIL: has_email,
    Field.TAXPAYER_ID: _is_taxpayer_id,
}


def parted(text: str, labels: Labels, *, stuck: bool) -> tuple[str, str] | None:
    """The heading and the value in a text, or None. `stuck`: also with nothing between them."""
    plain = collapse(text)
    if not 3 <= len(plain) <= _LONGEST_CELL:
        return None
    words = plain.split(" ", 1)
    if (
        len(words) == 2
        and not words[0][-1].isdigit()
        and labels.is_exact(words[0])
        and _fits(words[0], words[1], labels)
    ):
        return words[0], words[1]
    if not stuck:
        return None
    for length in range(min(_LONGEST_HEADING, len(plain) - 1), 1, -1):
        head, rest = plain[:length], plain[length:].strip()
        if not head[-1].isdigit() and labels.is_exact(head) and _fits(head, rest, labels):
            return head, rest
    return None


def _fits(head: str, value: str, labels: Labels) -> bool:
    looks = _LOOKS.get(field) if (field := labels.field_of(head)) else None
    return looks is not None and looks(value) and labels.field_of(value) is None


@lru_cache(maxsize=256)
def with_colons(text: str, labels: Labels, *, begun: bool = False) -> str:
    """A line of headings and values with a colon after each heading; the text itself when it is no such line.
    `begun`: a name stood on a line before, so that two headings are enough."""
    if not 8 < len(text) <= _LONGEST or "：" in text or ":" in text:
        return text
    found: list[tuple[str, str]] = []
    waiting = ""
    for word in _GAPS.split(text):
        if not word:
            continue
        if labels.is_exact(word) and labels.field_of(word) in _LOOKS:
            waiting = word
        elif waiting:
            if not _fits(waiting, word, labels) and not is_blank(word, labels):
                return text
            found.append((waiting, word))
            waiting = ""
        elif pair := parted(word, labels, stuck=True):
            found.append(pair)
        elif not found:
            continue
        else:
            head, value = found[-1]
            found[-1] = (head, f"{value} {word}")
    named = any(labels.field_of(head) is Field.NAME for head, _ in found)
    if len(found) < _FEWEST - begun or not (named or begun):
        return text
    return "  ".join(f"{head}：{value}" for head, value in found)


def with_colons_in_cells(table: Table, labels: Labels, *, stuck: bool = False) -> Table:
    """The table with a colon in each cell that holds a heading and its value, where several do."""
    found: dict[int, Cell] = {}
    for row in table.rows:
        for cell in row:
            text = cell.text
            if len(text) > _LONGEST_CELL or text.isdigit() or id(cell) in found or not (stuck or " " in text):
                continue
            if pair := parted(text, labels, stuck=stuck):
                found[id(cell)] = replace(cell, text=f"{pair[0]}：{pair[1]}")
    if len(found) < _FEWEST:
        return table
    return replace(table, rows=tuple(tuple(found.get(id(cell), cell) for cell in row) for row in table.rows))
