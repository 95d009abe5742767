"""Rows that a form calls examples, and those of them that a clerk has written over with a real person.

Pure. An example counts as a person only with a right identity number and the organisation of this very form, as
its other rows or its fields name it; a right number alone may be the form maker's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.forms.identity import check_id_number
from bot.forms.layout_found import Roster
from bot.forms.layout_text import bare, is_masked_name, is_mobile, is_resident_number
from bot.records.form import Attendee, Document, Line

_EXAMPLE_ROWS = re.compile(
    r"第?\s*(\d{1,3})\s*[-~—–－至到、]+\s*第?\s*(\d{1,3})\s*行[^。；]{0,30}(?:例|不得删除|不要删除|请勿删除)"
)
_ONE_EXAMPLE_ROW = re.compile(r"第\s*(\d{1,3})\s*行[^。；]{0,20}(?:例|不得删除|不要删除|请勿删除)")
# Whom forms name when they mean nobody, and their numbers.
_NOBODY = frozenset(
    ("张三", "李四", "王五", "赵六", "钱七", "孙七", "小明", "小红", "张某", "李某", "王某", "姓名", "示例")
)
_NO_NUMBER = re.compile(r"(\d)\1{6}|12345678|1380013800\d|0000000|13912345678")


def with_overwritten(
    rosters: Sequence[Roster], units: frozenset[str]
) -> tuple[list[Roster], tuple[Attendee, ...]]:
    """The lists, with the people who stand in example rows and are real; and those who may be, for a person to
    look at. `units` are the organisations that the form names elsewhere, without blanks."""
    done: list[Roster] = []
    doubtful: list[Attendee] = []
    for roster in rosters:
        real = tuple(person for person in roster.examples if _could_be_real(person))
        known = {bare(person.id_number.text).upper() for person in roster.people}
        real = tuple(person for person in real if bare(person.id_number.text).upper() not in known)
        sure = tuple(person for person in real if bare(person.organisation.text) in units)
        if not roster.people:
            doubtful += [person for person in real if person not in sure]
        done.append(replace(roster, people=sure + roster.people) if sure else roster)
    return done, tuple(doubtful)


def _could_be_real(person: Attendee) -> bool:
    name, number, mobile = (
        person.name.text.replace(" ", ""),
        bare(person.id_number.text).upper(),
        person.mobile.text,
    )
    if name in _NOBODY or is_masked_name(name) or is_masked_name(person.organisation.text[:5]):
        return False
    if not is_resident_number(number) or check_id_number(number) is not None or _NO_NUMBER.search(number):
        return False
    return is_mobile(mobile) and not _NO_NUMBER.search(bare(mobile))


def example_rows(document: Document) -> frozenset[int]:
    """The rows (from 0) that an instruction calls examples (第2-4行为示例，不得删除)."""
    rows: set[int] = set()
    for text in _texts(document):
        if "行" not in text:
            continue
        for match in _EXAMPLE_ROWS.finditer(text):
            rows.update(range(int(match[1]) - 1, int(match[2])))
        rows.update(int(match[1]) - 1 for match in _ONE_EXAMPLE_ROW.finditer(text))
    return frozenset(rows)


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Line):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row)
