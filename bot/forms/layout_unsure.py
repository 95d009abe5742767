"""Texts that were read from a picture, mended where a form's own words were misread: 姓各, 身份证亏, 手机；138….

Pure. Only blocks with a confidence below 1 are touched, and of them only headings, the signs and blanks around
them, and blanks between single digits: never a letter or digit of a value.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from bot.forms.identity import check_id_number
from bot.forms.labels import Field, Labels, bare_heading
from bot.forms.layout_stuck import parted
from bot.forms.layout_text import bare, collapse, has_surname, is_identity, is_mobile, is_name, is_organisation
from bot.records.form import Cell, Document, Line, Table

_LONGEST = 16
_FUZZY_FROM = 6
"""From this length on, a heading is known by four fifths of its characters; below, by all but one."""
_CLOSE = 0.8
_LONG = 8
_VERY_CLOSE = 0.88
_FEWEST_HEADS = 3
"""Headings of a row that make it a list's head."""
_FEWEST_IN_ROW = 2
"""Headings beside it that let a word of two characters be one as well."""
_SPACED = re.compile(r"(?<![\dA-Za-z])(?:\d ){10,17}[\dXx](?![\dA-Za-z])")
_ODD_COLON = re.compile(r"^\s*[\W_]?\s*([\u3400-\u9fff（）()/ ]{2,24}?)\s*[;；.。,，·•、'`’|｜!i︰∶]+\s*(\S.*)$")
_COMMON = ("姓名", "单位", "职务", "职称", "手机", "电话", "邮箱", "税号", "单间", "序号")
_MAIN = frozenset(
    (
        Field.NAME,
        Field.ORGANISATION,
        Field.SUBMITTER,
        Field.JOB_TITLE,
        Field.MOBILE,
        Field.TELEPHONE,
        Field.ID_NUMBER,
        Field.SINGLE_ROOM,
        Field.CONTACT,
        Field.CONTACT_PHONE,
        Field.EMAIL,
        Field.INVOICE_TITLE,
        Field.TAXPAYER_ID,
    )
)


def mended(document: Document, labels: Labels) -> Document:
    """The document with misread headings put right; the same object when every block is sure."""
    if all(map(_is_sure, document.blocks)):
        return document
    return replace(document, blocks=tuple(_mended(block, labels) for block in document.blocks))


def _is_sure(block: Table | Line) -> bool:
    if isinstance(block, Line):
        return block.confidence >= 1
    return all(cell.confidence >= 1 for row in block.rows for cell in row)


def _mended(block: Table | Line, labels: Labels) -> Table | Line:
    if _is_sure(block):
        return block
    if isinstance(block, Line):
        return replace(block, text="\n".join(_line(text, labels) for text in block.text.splitlines()))
    found: dict[int, Cell] = {}
    for row in block.rows:
        distinct = {id(cell): cell for cell in row if cell.text}
        for key, cell in distinct.items():
            if key not in found and (text := _cell(cell.text, labels)) != cell.text:
                found[key] = replace(cell, text=text)
        known = sum(labels.is_exact(collapse(found.get(key, cell).text)) for key, cell in distinct.items())
        for key, cell in distinct.items() if known >= _FEWEST_IN_ROW else ():
            if key not in found and (short := _short_heading(cell.text, known, labels)):
                found[key] = replace(cell, text=short)
    rows = tuple(tuple(found.get(id(cell), cell) for cell in row) for row in block.rows)
    return replace(block, rows=_with_colons(_with_lost_headings(rows, labels), labels))


def _with_lost_headings(rows: tuple[tuple[Cell, ...], ...], labels: Labels) -> tuple[tuple[Cell, ...], ...]:
    """A column of identity or mobile numbers whose heading could not be read (a seal lies on it) says itself what
    it is, where no other column of the list is headed so."""
    for number, row in enumerate(rows):
        heads = [
            labels.field_of(collapse(cell.text)) if labels.is_exact(collapse(cell.text)) else None for cell in row
        ]
        if Field.NAME not in heads or sum(head is not None for head in heads) < _FEWEST_HEADS:
            continue
        found: dict[int, Cell] = {}
        for field, heading, fits in _TELLING:
            columns = [
                column
                for column, head in enumerate(heads)
                if head is None and _all(rows[number + 1 :], column, fits)
            ]
            if field not in heads and len(columns) == 1:
                cell = row[columns[0]]
                found[id(cell)] = replace(cell, text=heading)
        return tuple(tuple(found.get(id(cell), cell) for cell in line) for line in rows)
    return rows


def _all(rows: tuple[tuple[Cell, ...], ...], column: int, fits: Callable[[str], bool]) -> bool:
    texts = [bare(row[column].text) for row in rows if row[column].text.strip()]
    return bool(texts) and all(map(fits, texts))


def _is_checked(text: str) -> bool:
    return len(text) == 18 and check_id_number(text) is None


_TELLING = ((Field.ID_NUMBER, "身份证号", _is_checked), (Field.MOBILE, "手机", is_mobile))
"""The numbers that no other column of a form has, and what their column is headed."""


def _with_colons(rows: tuple[tuple[Cell, ...], ...], labels: Labels) -> tuple[tuple[Cell, ...], ...]:
    """Cells in which a heading and its value were read as one (姓名张某)."""
    stuck: dict[int, Cell] = {}
    for cell in {id(cell): cell for row in rows for cell in row if cell.text}.values():
        if (pair := _stuck(cell.text, labels)) is not None:
            stuck[id(cell)] = replace(cell, text=pair)
    return tuple(tuple(stuck.get(id(cell), cell) for cell in row) for row in rows)


def _stuck(text: str, labels: Labels) -> str | None:
    if ":" in text or "：" in text:
        return None
    pair = parted(text, labels, stuck=True)
    if pair is None or (labels.field_of(pair[0]) is Field.NAME and not has_surname(pair[1])):
        return None
    return f"{pair[0]}：{pair[1]}"


def _line(text: str, labels: Labels) -> str:
    text = _SPACED.sub(_joined, text)
    if match := _ODD_COLON.match(text):
        heading = _heading(match[1], labels) or match[1]
        if labels.is_exact(heading) and labels.field_of(heading) in _MAIN:
            return f"{heading}：{match[2]}"
    head, colon, rest = text.replace(":", "：").partition("：")
    if colon and (heading := _heading(head, labels)):
        return f"{heading}：{rest}"
    return _stuck(text, labels) or _heading(text, labels) or text


def _cell(text: str, labels: Labels) -> str:
    plain = bare(text)
    if " " in text.strip() and (is_mobile(plain) or is_identity(plain)) and plain.isalnum():
        return plain
    head, colon, rest = text.replace(":", "：").partition("：")
    if colon and rest.strip():
        heading = _heading(head, labels)
        return f"{heading}：{rest}" if heading else text
    if match := _ODD_COLON.match(text):
        heading = _heading(match[1], labels) or match[1]
        if parted(f"{heading} {match[2]}", labels, stuck=False):
            return f"{heading}：{match[2]}"
    return _heading(text, labels) or text


def _joined(match: re.Match[str]) -> str:
    joined = match[0].replace(" ", "")
    return joined if is_mobile(joined) or is_identity(joined) else match[0]


def _short_heading(text: str, known: int, labels: Labels) -> str | None:
    """A word of two characters among headings; one that could be somebody's name only among more of them."""
    plain = bare_heading(collapse(text))
    if len(plain) != 2 or labels.field_of(text) is not None or (known == _FEWEST_IN_ROW and has_surname(plain)):
        return None
    return _all_but_one(plain, _COMMON)


def _heading(text: str, labels: Labels) -> str | None:
    """The heading that a text is a misreading of; None for a heading read well and for anything else."""
    plain = bare_heading(collapse(text))
    if not 2 <= len(plain) <= _LONGEST or any(character.isdigit() for character in plain):
        return None
    cutoff = _CLOSE
    if labels.field_of(text) is not None:
        if len(plain) < _LONG or labels.is_exact(text):
            return None
        cutoff = _VERY_CLOSE  # told by a part of it only: 开具发票的单位抬失名称
    by_look = plain.translate(labels.misread)
    if by_look != plain and labels.is_exact(by_look):
        return by_look
    if len(plain) == 2 or is_organisation(plain) or (is_name(plain) and has_surname(plain)):
        return None
    words = _words(labels)
    if len(plain) < _FUZZY_FROM:
        return _all_but_one(plain, words.get(len(plain), ()))
    near = [word for length in range(len(plain) - 1, len(plain) + 2) for word in words.get(length, ())]
    own = set(plain)
    near = [word for word in near if len(own.intersection(word)) * 4 >= len(own) * 3]
    close = difflib.get_close_matches(plain, near, n=1, cutoff=cutoff)
    return close[0] if close else None


def _all_but_one(text: str, words: Iterable[str]) -> str | None:
    for word in words:
        if sum(a != b for a, b in zip(text, word, strict=True)) == 1:
            return word
    return None


@lru_cache(maxsize=8)
def _words(labels: Labels) -> dict[int, list[str]]:
    """The headings of the main fields by their length."""
    found: dict[int, list[str]] = {}
    for word, field in labels.exact.items():
        if field in _MAIN and not word.isascii():
            found.setdefault(len(word), []).append(word)
    return found
