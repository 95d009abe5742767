"""Corrections: which particular of whom shall read otherwise, in one mail's marked sentences. Pure.

A correction needs a word that says that something changes, a field, and one value that passes its check; a field
that is called wrong and never gets its value is trouble, unless a form comes with the mail and tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.admission import requests_words as words
from bot.admission.requests_people import ANYBODY, NOBODY_KNOWN, ONE, Marks, is_name
from bot.admission.requests_strangers import names_stranger
from bot.admission.requests_text import as_written
from bot.admission.requests_values import BECOMES, LABEL, ROOM, room_of, value_of

OF_FORM = frozenset({"invoice_title", "taxpayer_id", "contact", "phone", "email"})
"""Fields that stand once for everybody on a form."""

_ALL = re.compile(rf"全部|所有|全体|均|都|(?<!{ANYBODY})[两三四五六七八九\d]+[人位名]")
_SOMETHING_WRONG = re.compile(
    r"(?:信息|资料|内容|名单)[^,]{0,6}(?:有误(?!差)|错误|不对|错了|写错|填错)(?![^,]*联系)"
)
_SLIP_TO = re.compile(
    rf"(?P<old>{ONE})(?:的?(?:姓名|名字))?[^,]{{0,8}}?(?:,?(?:应该?(?:是|为)|应改为|更正为|订正为|改正为|改为|改成|正确(?:的)?(?:是|为)|写成(?:了)?))"
    r":?(?P<new>[\u3400-\u9fff·]{2,10}?)(?=$|[,。;(]|才|谢|特此|,|参)"
)
_WRITTEN_AS = re.compile(
    rf"(?:误写|误填|错写|写|打|填)(?:成|为)(?:了)?(?P<old>{ONE}),?(?:现)?(?:应该?(?:是|为)|应改为|更正为|正确(?:的)?(?:是|为)|实为):?"
    r"(?P<new>[\u3400-\u9fff·]{2,10}?)(?=$|[,。;(])"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """`marks` is "" where nobody is named; `everybody` where the words say all of them."""

    marks: str
    field: str
    value: str
    everybody: bool = False


class Corrections:
    """Collects the corrections of one mail, clause by clause."""

    def __init__(self, marks: Marks, *, with_form: bool) -> None:
        self.found: list[Correction] = []
        self._marks = marks
        self._with_form = with_form
        self._trouble = False
        self._open: list[tuple[str, str]] = []
        self._mode = False
        self._vague = False
        self._changes = False
        self._text = ""

    @property
    def trouble(self) -> bool:
        """Whether something was to be corrected that could not be made out."""
        without_value = bool(self._open) or (self._vague and not self.found)
        return self._trouble or (without_value and not self._with_form)

    def begin(self, text: str, written: str) -> None:
        """Before the clauses of a sentence."""
        self._text = text
        heads_a_list = self._mode and LABEL.match(text.lstrip("0123456789.、)( ")) is not None
        self._changes = words.CHANGES.search(text) is not None or heads_a_list
        self._mode = heads_a_list or bool(self._changes and re.search(r"(?:如下|更正|信息|:)$", text))
        self._vague = self._vague or _SOMETHING_WRONG.search(text) is not None
        self._name(text, written)

    def expects(self, clause: str) -> bool:
        """Whether a clause is about a particular and not about who comes."""
        return LABEL.search(clause) is not None or self._name_in(self._text) is not None

    def is_slip(self, clause: str, text: str, old: str, new: str) -> bool:
        """Whether A 改为 B is only a mistyped name: the words say so."""
        del clause
        found = self._name_in(text)
        return found is not None and found[0] == old and found[1] == new

    def take(self, clause: str, who: str, written: str) -> bool:
        """Whether a clause is part of a correction; `who` are the marks that it is about."""
        if words.ROOM_CHANGE.search(clause) and not words.ROOM_MONEY.search(clause):
            return self._room(clause, who)
        labels = [label for label in LABEL.finditer(clause) if label.lastgroup not in ("name", "single_room")]
        if labels:
            return self._changes and self._labelled(clause, labels, who, written)
        if self._open and (re.search(rf"^(?:{BECOMES})|\d{{6}}", clause)):
            return self._completed(clause, written)
        return self._name_in(self._text) is not None and not words.EXPLICIT.search(clause)

    def _labelled(self, clause: str, labels: list[re.Match[str]], who: str, written: str) -> bool:
        for number, label in enumerate(labels):
            end = labels[number + 1].start() if number + 1 < len(labels) else len(clause)
            before = "".join(re.findall(ANYBODY, clause[: label.start()])) or who
            field = self._field(str(label.lastgroup), bool(re.search(ANYBODY, clause[: label.start()])))
            rest = clause[label.end() : end]
            if not field:
                self._trouble = True
                continue
            if words.NOT_CHANGING.search(rest):
                continue
            if names_stranger(clause[: label.start()]):
                self._trouble = True
            if NOBODY_KNOWN in before:
                self._trouble = True
            whose = "" if field == "contact" and not re.search(ANYBODY, clause[: label.start()]) else before
            self._value(field, self._marks.decoded(rest), whose, written)
        return True

    def _field(self, label: str, of_somebody: bool) -> str:
        """电话 is the contact's beside 联系人, a person's mobile number beside her name, else unclear."""
        if label == "telephone":
            return "phone" if "联系人" in self._text else "mobile" if of_somebody else ""
        return "phone" if label == "mobile" and "联系人" in self._text else label

    def _value(self, field: str, rest: str, who: str, written: str) -> None:
        value = value_of(field, rest)
        if value is None:
            self._trouble = True
        elif value and (re.search(BECOMES, rest) or self._stands_right(rest)):
            self._add(field, value, who, written)
        elif re.search(r"\d{5}", rest):
            # 手机号138…有误: the wrong one, or a label beside somebody who is corrected otherwise.
            self._open.append((field, who))
        elif not value or words.CHANGES.search(rest) or words.CHANGES.search(self._text):
            self._open.append((field, who))

    def _stands_right(self, rest: str) -> bool:
        """Whether a number that stands beside its label without a verb is the new one: nothing after calls it
        wrong."""
        after = self._text[self._text.find(rest) :] if rest in self._text else self._text
        return not (words.SLIP.search(after) or re.search(r"应[为该是当改]|改[为成]", after))

    def _add(self, field: str, value: str, who: str, written: str) -> None:
        marks = "".join(dict.fromkeys(who))
        self._open = [(other, whose) for other, whose in self._open if other != field]
        self.found.append(Correction(marks, field, as_written(value, written)))

    def _completed(self, clause: str, written: str) -> bool:
        """应为…: the value of the field that was called wrong before."""
        if len(self._open) != 1:
            self._trouble = True
            return True
        field, who = self._open[0]
        value = value_of(field, self._marks.decoded(clause))
        if value:
            self._add(field, value, who, written)
        elif value is None:
            self._trouble = True
        return True

    def _room(self, clause: str, who: str) -> bool:
        if not ROOM.search(clause):
            return False
        # What a new form's people want stands in the form.
        if self._with_form and not re.search(r"改|换|调整|变更|取消|退|不要了", clause):
            return True
        value = room_of(clause)
        if value is None or words.HEDGE.search(self._text) or names_stranger(clause) or NOBODY_KNOWN in who:
            self._trouble = True
        elif words.SOME.search(clause) or re.search(r"不(?:用|需要?|必)?(?:改|换|调整|变更)", clause):
            self._trouble = self._trouble or not re.search(r"不(?:用|需要?|必)?(?:改|换|调整|变更)", clause)
        elif value:
            everybody = not re.search(ANYBODY, self._text) and _ALL.search(clause) is not None
            self.found.append(Correction("" if everybody else who, "single_room", value, everybody))
        return True

    # Names with a slip in them.

    def _name_in(self, text: str) -> tuple[str, str] | None:
        if not (words.SLIP.search(text) or re.search(r"姓名|名字|应该?[是为]", text)):
            return None
        found = _WRITTEN_AS.search(text) or _SLIP_TO.search(text)
        return (found["old"], found["new"]) if found is not None and is_name(found["new"]) else None

    def _name(self, text: str, written: str) -> None:
        found = self._name_in(text)
        if found is None:
            if self._changes and re.search(r"(?:姓名|名字)[^,]{0,6}(?:写错|打错|填错|有误|错了|更正|改)", text):
                self._trouble = self._trouble or not self._with_form
            return
        old, new = found
        if _looks_alike(self._marks.person(old).name, new):
            self._add("name", new, old, written)
        else:
            self._trouble = True


def _looks_alike(old: str, new: str) -> bool:
    """Whether two names can be one with a slip: the same length, and half of the characters the same."""
    same = sum(a == b for a, b in zip(old, new, strict=False))
    return len(old) == len(new) and (2 * same >= len(old) or sorted(old) == sorted(new)) and old != new
