"""A person on one line without headings: 1、张某，深圳某医院，副院长，138…，4403…，不要单间.

Pure. The line must begin with a name and hold one identity number, or one mobile number and something more.
"""

from __future__ import annotations

import re

from bot.forms.labels import Field, Labels
from bot.forms.layout_found import value_of
from bot.forms.layout_people import people_of
from bot.forms.layout_text import (
    collapse,
    identities_in,
    is_example_mark,
    is_name,
    is_numbered,
    is_organisation,
    is_room_word,
    mobiles_in,
    without_number,
)
from bot.records.form import Attendee, Line, Value

_SPLIT = re.compile(r"\s*[，,、；;|\t/]\s*|\s+")
_NUMBERED = re.compile(r"(?<![\d.])[(（]?\d{1,2}[)）.．、](?=\s*[\u3400-\u9fff])")
_LONGEST_RUN = 4000
_INTRODUCES = re.compile(r"参会|参加|报名|名单|人员|如下|学员|派出")
_TO_CALL = re.compile(r"^(?!.*(?:参[加会训]|报名)(?:人员|名单)).*(?:联系人|联络[人员]|咨询|会务|工作人员|对接人)")
_LONGEST = 200
_POST = (
    r"[\u3400-\u9fff]{0,8}"
    r"(?:院长|主任|科长|处长|部长|所长|站长|主席|书记|医师|护士长?|护师|教授|干事|科员|职员|主管|经理)"
)
_UNIT = r"[\u3400-\u9fff（）()]{2,30}(?:医院|卫生院|中心|院区|防治院|保健院|分院)"
_UNIT_AND_POST = re.compile(f"({_UNIT})({_POST})")


def introduces(text: str) -> bool:
    """Whether a line announces people (我院参加人员如下)."""
    return bool(_INTRODUCES.search(text)) and not tells_whom_to_call(text)


def tells_whom_to_call(text: str) -> bool:
    """Whether a line announces people to call (会务组联系人)."""
    return bool(_TO_CALL.search(text))


def numbered_parts(text: str) -> list[str]:
    """A line with several numbered people on it (参会人员：1. 张某 138… 2. 李某 139…) as one line for each; any
    other line as it is."""
    starts = [match.start() for match in _NUMBERED.finditer(text)] if _NUMBERED.search(text) else []
    if len(starts) < 2 or len(text) > _LONGEST_RUN:
        return [text]
    parts = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    numbers = [part.strip().split(".")[0].rstrip("、．)） ").lstrip("(（") for part in parts]
    in_order = [number[:1] for number in numbers] == [str(n)[:1] for n in range(1, len(parts) + 1)]
    if not in_order or not all(mobiles_in(part) or identities_in(part) for part in parts):
        return [text]
    return [text[: starts[0]], *parts]


def is_post(text: str) -> bool:
    return bool(re.fullmatch(_POST, text))


def read_free_line(line: Line, labels: Labels) -> tuple[Attendee, bool] | None:
    """The person on a line, and whether the line is sure by itself (an identity number, or a number before a
    complete list); None when the line is no such line."""
    text = collapse(line.text)
    if not 8 < len(text) <= _LONGEST or not any(c.isdigit() for c in text):
        return None
    identities, mobiles = identities_in(text), mobiles_in(text)
    if len(identities) > 1 or len(mobiles) > 1 or not (identities or mobiles):
        return None
    plain = without_number(text)
    words = [word for part in _SPLIT.split(plain) if (word := part.strip("。.（）() "))]
    if len(words) < 3 and not identities:
        return None
    name = words[0].removeprefix("姓名").lstrip(":：")
    if not is_name(name) or labels.field_of(name) or is_example_mark(text, labels):
        return None
    values, extras = _sort_words(line, words[1:], identities, mobiles, labels)
    known = {Field.ORGANISATION, Field.JOB_TITLE, Field.ID_NUMBER, Field.SINGLE_ROOM} & set(values)
    if not known:
        return None
    values[Field.NAME] = value_of(line, name, "")
    person = next(iter(people_of(values, tuple(extras))))
    return person, bool(identities) or (is_numbered(text) and len(known) > 1)


def _sort_words(
    line: Line, words: list[str], identities: list[str], mobiles: list[str], labels: Labels
) -> tuple[dict[Field, Value], list[tuple[str, Value]]]:
    values: dict[Field, Value] = {}
    extras: list[tuple[str, Value]] = []
    if identities:
        values[Field.ID_NUMBER] = value_of(line, identities[0], "")
    if mobiles:
        values[Field.MOBILE] = value_of(line, mobiles[0], "")
    after: Field | None = None
    for word in _parted(words):
        before, after = after, None
        if any((number and word and number in word) or word in number for number in (*identities, *mobiles)):
            continue
        field, text = _named(word, labels)
        if field is None and Field.SINGLE_ROOM not in values and is_room_word(text):
            field = Field.SINGLE_ROOM
        elif field is None and labels.field_of(word):
            continue
        elif field is None and Field.ORGANISATION not in values and is_organisation(text):
            field = Field.ORGANISATION
        elif field is None and Field.JOB_TITLE not in values and text not in ("男", "女"):
            field = Field.JOB_TITLE
        if field is not None and field not in values and not any(c.isdigit() for c in text):
            values[field] = value_of(line, text, "")
            after = field
        elif field is None and before is Field.JOB_TITLE and is_post(text):
            values[before] = value_of(line, f"{values[before].text} {text}", "")  # 医务科 科长
        else:
            extras.append(("", value_of(line, text, "")))
    return values, extras


def _parted(words: list[str]) -> list[str]:
    """The words, with a unit and the post written after it apart (某医院副院长)."""
    parted: list[str] = []
    for word in words:
        match = _UNIT_AND_POST.fullmatch(word)
        parted += match.groups() if match else (word,)
    return parted


def _named(word: str, labels: Labels) -> tuple[Field | None, str]:
    """A word that brings its heading: 职务：副院长."""
    label, colon, text = word.replace("：", ":").partition(":")
    field = labels.field_of(label) if colon and text else None
    return (field, text.strip()) if field else (None, word)
