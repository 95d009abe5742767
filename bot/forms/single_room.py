"""Understands what clerks write under 是否单间: yes and no in many words, ticked boxes, room types.

Pure. Anything not understood is None (not filled in), never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from bot.forms.traditional import simplified

Meaning = Literal["single", "shared", "yes", "no", "open"]

_TICKED = "☑☒✓✔√✅■●◉▣⊠⊡☻"
_UNTICKED = "☐□○◯▢〇❏❑❒"
_TICKED_BRACKET = re.compile(r"[\[(【〔]\s*[√✓✔☑xv×✗●■*]\s*[\])】〕]", re.I)
_EMPTY_BRACKET = re.compile(r"[\[(【〔]\s*[\])】〕]")
_GAP = r"\s/|\\,，、;；。.()（）\[\]"
_TOKEN = re.compile(
    rf"(?P<ticked>[{_TICKED}])|(?P<unticked>[{_UNTICKED}])|(?P<gap>[{_GAP}]+)|(?P<label>[^{_TICKED}{_UNTICKED}{_GAP}]+)"
)
_QUESTION = re.compile(r"^.*[:：](?=.)|(?:是否|要不要|需不需要)[^\s:,/]{0,4}(?:单间|单人间|单住|合住)(?:住宿)?")
# The letters of symbol fonts (Wingdings, Wingdings 2), where a program lost the font.
_SYMBOLS = str.maketrans("þýü¨£", "☑☒✓☐☐")
_SYMBOL_R = re.compile(r"(?<![A-Za-z])[RS](?![A-Za-z])")
_COLON_BY_BOX = re.compile(rf"[:：]\s*(?=[{_TICKED}{_UNTICKED}])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_NOT = r"(?:不|别|勿|拒绝|谢绝|无需|非|免|没有?|无)[^,，;；。]{0,4}?"
_SHARED = r"(?:合住|拼[房住间]|同住|共住|标双|双标|双人|双床|标准[间房双]|标间|合[房间])"
_SINGLE = r"(?:单间|单人|单住|单独|独住|单房|大床|自己住|一人一间|1人1间)"

# In this order, the first that is found decides: negations before what they negate, sharing before 单人 (单人拼房
# is a bed in a shared room), a lone occupant before the room's type (标间单住).
_PHRASES: tuple[tuple[Meaning, re.Pattern[str]], ...] = (
    ("open", re.compile(r"待定|未定|另定|再定|不确定|不清楚|看情况|均可|都可|皆可|随意|随便|服从|无所谓")),
    (
        "shared",
        re.compile(r"(?:不|无需|免)[^,，;；。]{0,5}住宿|(?:住宿)?自行(?:解决|安排)|不住(?!单|独)|不用住|不入住"),
    ),
    ("single", re.compile(_NOT + _SHARED)),
    ("shared", re.compile(_NOT + _SINGLE)),
    ("shared", re.compile(r"拼[房住间]|合住|合[房间]|同住|共住|[两二2双]人一?1?间|愿意?合")),
    ("single", re.compile(r"单住|独住|单独|一人一间|1人1间|自己住")),
    ("shared", re.compile(r"双人|双床|标双|双标|twin|double")),
    ("single", re.compile(r"单间|单人|单房|大床|包房|single|king|补.{0,3}房差")),
    ("shared", re.compile(r"标准|标间|双间|shared?")),
)
_YES = re.compile(r"(?:是的?|要|需要?|好|可以?|有|对|确认|同意|愿意|y|yes|ok|true|t|1|需?要?[1一]间)[!！]?", re.I)
_NO = re.compile(r"(?:否|不是?|不要|不需要?|不用|无需|非|没有|免|n|no|false|f|0|×|✗|✘|✕|❌|x)[!！]?", re.I)


def single_room(text: str, label: str = "") -> bool | None:
    """True: a room alone; False: shared, or no room at all; None: not filled in or not understood.

    `label` is the form's heading: under 是否合住 a plain 是 means sharing; under 是否住宿 it says nothing
    of the kind of room. A tick alone means yes, an empty box alone nothing.
    """
    plain = simplified(_with_boxes(text).translate(_FULL_WIDTH)).strip().lower()
    plain = _COLON_BY_BOX.sub("", _EMPTY_BRACKET.sub("□", _TICKED_BRACKET.sub("☑", plain)))
    plain = _QUESTION.sub("", plain)
    tokens = [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(plain)]
    labels = [value for kind, value in tokens if kind == "label"]
    ticks = [kind for kind, _ in tokens if kind in ("ticked", "unticked")]
    if not labels:
        return _answer(["yes"] if "ticked" in ticks else [], label)
    if ticks:
        chosen = _chosen(tokens)
        if not chosen:
            return None
        return _answer(map(_meaning, chosen), label)
    whole = _meaning(plain)
    if whole in ("single", "shared", "open") and not _is_open_choice(labels):
        return _answer([whole], label)
    return _answer(map(_meaning, labels), label)


def _with_boxes(text: str) -> str:
    if "£" in text:  # Wingdings 2: an empty box; its R is a ticked one
        text = _SYMBOL_R.sub("☑", text)
    return text.translate(_SYMBOLS)


def _chosen(tokens: list[tuple[str, str]]) -> list[str]:
    """The labels that a ticked box belongs to: the one it touches; where it touches two, by the line's own habit
    (boxes before their words, or after)."""
    solid = [kind for kind, _ in tokens if kind != "gap"]
    boxes_first = solid[0] != "label"
    chosen = []
    for index, (kind, _) in enumerate(tokens):
        if kind != "ticked":
            continue
        before = index > 0 and tokens[index - 1][0] == "label"
        after = index + 1 < len(tokens) and tokens[index + 1][0] == "label"
        forward = after if before != after else boxes_first
        side = tokens[index + 1 :] if forward else reversed(tokens[:index])
        chosen.extend([value for kind, value in side if kind == "label"][:1])
    return chosen


def _is_open_choice(labels: list[str]) -> bool:
    """单间/合住: both still stand there, nothing was chosen."""
    meanings = {_meaning(words) for words in labels}
    return {"single", "shared"} <= meanings or {"yes", "no"} <= meanings


def _meaning(words: str) -> Meaning | None:
    if _YES.fullmatch(words):
        return "yes"
    if _NO.fullmatch(words):
        return "no"
    for meaning, pattern in _PHRASES:
        if pattern.search(words):
            return meaning
    return None


def _answer(meanings: Iterable[Meaning | None], label: str) -> bool | None:
    """The one answer that these meanings give under this heading; None where they differ or say nothing."""
    answers = {_as_single(meaning, label) for meaning in meanings} - {None}
    return answers.pop() if len(answers) == 1 else None


def _as_single(meaning: Meaning | None, label: str) -> bool | None:
    if meaning in ("single", "shared"):
        return meaning == "single"
    if meaning not in ("yes", "no"):
        return None
    label = simplified(label)
    asks_single = re.search(_SINGLE + "|单", label)
    if not asks_single and re.search(_SHARED + "|双", label):
        return meaning == "no"
    if not asks_single and "住宿" in label:
        return None
    return meaning == "yes"
