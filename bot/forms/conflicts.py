"""Two readings of one value: which is kept, how sure it then is, and what to ask where both can't be right.

What was typed is sure; what was read from a picture is not, save a number that passes its own check. Pure; never
fails. Sentences never hold a value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.forms.identity import check_id_number
from bot.forms.taxpayer import check_taxpayer_id
from bot.forms.validate import SURE_FROM, label_of
from bot.records.form import FieldProblem, ProblemCode, Value

TYPED = 1.0
"""The confidence of what was not read from a picture."""

SUREST_PICTURE = 0.99
"""However many pictures agree, they stay readings."""

DOUBTFUL = 0.5
"""How sure a value is that two pictures show differently."""

MISREAD_DIGITS = 2
"""Digits that a reading from a picture may have wrong; two numbers further apart are two numbers."""

_BLOCKING = frozenset({"name", "mobile", "id_number", "taxpayer_id"})
_KINDS = {
    "Word 文件": (".doc", ".docx", ".wps", ".wpt", ".dot", ".dotx", ".docm", ".rtf", ".odt"),
    "Excel 文件": (".xls", ".xlsx", ".et", ".xlsm", ".xlsb", ".ods", ".csv"),
    "PDF 文件": (".pdf",),
    "网页": (".html", ".htm", ".mht"),
}
_BODY = "邮件正文"


@dataclass(frozen=True, slots=True)
class Sources:
    """What the two files are called in a sentence (see `source_name`)."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"（{self.first}与{self.second}）" if self.first != self.second else ""


def source_name(origin: str, *, picture: bool) -> str:
    """What to call a file in a sentence: by how it was read, else by its name's ending."""
    if origin.rpartition("/")[2].startswith(_BODY):
        return _BODY
    if picture:
        return "扫描件"
    ending = "." + origin.rpartition(".")[2].lower()
    return next((name for name, endings in _KINDS.items() if ending in endings), "附件")


def is_typed(value: Value) -> bool:
    return value.confidence >= TYPED


def is_number_sure(field: str, value: Value) -> bool:
    """Whether a number is right as far as it says itself: typed, or clearly read and true to its check."""
    if is_typed(value):
        return True
    if value.confidence < SURE_FROM:
        return False
    if field == "id_number":
        return len(value.text) == 18 and check_id_number(value.text) is None
    return field == "taxpayer_id" and len(value.text) == 18 and check_taxpayer_id(value.text) is None


def may_be_misread(one: Value, other: Value) -> bool:
    """Whether two different numbers may be one, misread: one comes from a picture, and few digits differ."""
    if is_typed(one) and is_typed(other):
        return False
    return differing(one.text, other.text) <= MISREAD_DIGITS


def differing(one: str, other: str) -> int:
    """How many characters differ, place by place; characters that only one has count as well."""
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def merged(
    field: str, kept: Value, copy: Value, sources: Sources, person: str = ""
) -> tuple[Value, FieldProblem | None]:
    """The better of two readings of one value, and the question to ask where they contradict each other.

    `kept` wins where nothing else speaks: it comes from the file that is kept.
    """
    if not copy:
        return kept, None
    if not kept or _lost_digits(field, kept, copy):
        return copy, None
    if kept.text == copy.text:
        return _agreed(kept, copy), None
    if is_typed(kept) and is_typed(copy):
        if _says_the_same(field, kept.text, copy.text):
            return kept, None
        return kept, _question(field, kept, copy, sources, person)
    if is_typed(kept) or is_typed(copy):
        typed, read = (kept, copy) if is_typed(kept) else (copy, kept)
        contradicts = _contradicts(field, typed, read)
        return typed, _question(field, typed, read, sources, person) if contradicts else None
    return _of_two_pictures(field, kept, copy), None


def _lost_digits(field: str, kept: Value, copy: Value) -> bool:
    """Whether `kept` is `copy` after a spreadsheet took it for a number, which keeps fifteen digits."""
    return (
        field in ("id_number", "taxpayer_id")
        and kept.stored_as == "number"
        and copy.stored_as == "text"
        and len(kept.text) == len(copy.text)
        and kept.text[:15] == copy.text[:15]
    )


def _agreed(kept: Value, copy: Value) -> Value:
    """Two readings that agree are surer than each; a typed value stays what it is."""
    if is_typed(kept):
        return kept
    if is_typed(copy):
        return copy
    together = 1 - (1 - kept.confidence) * (1 - copy.confidence)
    return replace(kept, confidence=max(kept.confidence, min(SUREST_PICTURE, together)))


def _contradicts(field: str, typed: Value, read: Value) -> bool:
    """Whether what a picture shows is surely something else than what was typed."""
    if field in ("id_number", "taxpayer_id"):
        return is_number_sure(field, read)
    if field == "mobile":
        return (
            read.confidence >= SURE_FROM
            and len(read.text) == len(typed.text)
            and differing(typed.text, read.text) > MISREAD_DIGITS
        )
    return False


def _of_two_pictures(field: str, one: Value, other: Value) -> Value:
    sure = [value for value in (one, other) if is_number_sure(field, value)]
    if len(sure) == 1:
        return sure[0]
    better = max((one, other), key=lambda value: value.confidence)
    return replace(better, confidence=min(better.confidence, DOUBTFUL))


def _says_the_same(field: str, one: str, other: str) -> bool:
    """Whether two typed texts differ only in how full they are: 市二院 beside its full name is no question."""
    if field in _BLOCKING:
        return False
    return one in other or other in one


def _question(field: str, kept: Value, copy: Value, sources: Sources, person: str) -> FieldProblem:
    label = label_of(field, kept)
    subject = f"{person}的{label}" if person else label
    text = f"{subject}在两份文件里写得不一样{sources}，请核对后告知以哪一份为准。"
    blocking = field in _BLOCKING
    picture = copy.picture or kept.picture
    return FieldProblem(field, ProblemCode.CONFLICT, text, label, person, blocking, picture)
