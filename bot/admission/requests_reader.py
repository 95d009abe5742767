"""Reads what is asked, sentence by sentence, into asks; requests.py ties them to people and to each other. Pure.

A sentence that asks "whether" or "if" asks for nothing. What is asked but can't be understood whole is trouble:
then nothing of the mail is applied.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.admission import requests_words as words
from bot.admission.requests_correct import Corrections
from bot.admission.requests_people import ANYBODY, NOBODY_KNOWN, ONE, Marks
from bot.admission.requests_replace import swap_in, swaps_known, wants_other_people
from bot.admission.requests_said import (
    CLAUSE_END,
    Here,
    Leaving,
    Scope,
    Swapping,
    before,
    counted,
    lists_in,
    without_brackets,
)
from bot.admission.requests_strangers import names_stranger
from bot.admission.requests_subject import is_nothing_but_a_name, known_names, may_name_somebody, without_known
from bot.admission.requests_text import as_written, shaped, simplified, tight
from bot.admission.requests_values import particulars

_BEFORE_AND_NOW = re.compile(
    rf"(原[^,]{{0,12}}{ONE}[^,]{{0,4}}),"
    r"(?=(?:现在?|变更后|新)(?:的?(?:参会|报名)?人员)?(?:[:为由]|换|更换|变更|改|调整))"
)
_ONLY_NAMES = re.compile(
    rf"(?:\d{{1,2}}[.、)]|[、,:和与及\s]|姓名|人员|名单|取消|报名|(?P<who>{ANYBODY})|等?[两三四五六七八九\d]+[人位名])+"
)


class Reader:
    """What the sentences of one mail ask, as far as it was read."""

    def __init__(self, marks: Marks, me: str, form_names: tuple[str, ...], topics: tuple[str, ...]) -> None:
        self.marks = marks
        self.me = me
        self.trouble = False
        self.leaving: list[Leaving] = []
        self.swapping: list[Swapping] = []
        self.staying: set[str] = set()
        self.corrections = Corrections(marks, with_form=bool(form_names))
        self.confirmed: list[str] = []
        self.plain_ok = False
        self.adding = False
        self.strangers = False
        """Whether anything is told of somebody who is none of the people."""
        self.asked_or_supposed = ""
        """The sentences that ask "whether" or "if", one text."""
        self._form_names = form_names
        self._units = known_names(marks.people, topics)
        self._number = 0
        self._topic = ""
        self._floating: list[str] = []
        self._below = False
        self._newcomer = False
        self._absent = False

    def read(self, sentence: str) -> None:
        """One sentence as it was written."""
        self._number += 1
        text = self._prepared(sentence)
        if not text or self._names_below(text):
            return
        if words.RESTORE.search(text) or words.ME_TOO.search(text):
            self.trouble = True
            return
        if words.QUESTION.search(words.COURTESY.sub("", text)):
            self._asked(text)
            return
        supposed = words.IF.search(text)
        if supposed is not None:
            start = max((m.end() for m in CLAUSE_END.finditer(text[: supposed.start()])), default=0)
            self.asked_or_supposed += text[start:] + "\n"
            text = text[:start]
        self._clauses(text, sentence)

    def close(self) -> None:
        """After the last sentence."""
        self.trouble = self.trouble or self.corrections.trouble

    def _prepared(self, sentence: str) -> str:
        plain = words.THANKS.sub("", simplified(tight(shaped(sentence))))
        plain = words.ADDRESSED.sub("", words.GREETING.sub("", plain))
        if not self._below and words.ADDRESS_LINE.fullmatch(plain):
            return ""
        text = self.marks.marked(words.NOT_DENYING.sub("", plain))
        text = re.sub(r"(?<=[由为成是])[:]|(?<=原):", "", text)
        text = _BEFORE_AND_NOW.sub(r"\1", text)
        i_am = words.I_AM.search(text)
        if i_am is not None:
            self.trouble = self.trouble or (self.me not in ("", i_am[1]) and i_am[1] != NOBODY_KNOWN)
            self.me = i_am[1] if i_am[1] != NOBODY_KNOWN else self.me
            text = text[: i_am.start()] + text[i_am.end() :]
        for aside in words.ASIDE:
            text = aside.sub("", text)
        return without_brackets(text).strip(",:;。! ")

    def _names_below(self, text: str) -> bool:
        """A line of nothing but names: listed below an ask, or before it, or a signature."""
        if not _ONLY_NAMES.fullmatch(text) or not re.search(ANYBODY, text):
            self._below = self._below and not re.search(ANYBODY, text) and len(text) <= 4
            return False
        if "取消" in text:
            return False
        found = re.findall(ANYBODY, text)
        if self._below:
            self.trouble = self.trouble or NOBODY_KNOWN in found
            self.leaving.append(Leaving("".join(found), Scope.NAMED, True, self._number))
        elif NOBODY_KNOWN not in found:
            self._floating.append("".join(found))
        return True

    def _asked(self, text: str) -> None:
        """A question asks for nothing; one that is politely said, or comes behind a plain ask, may mean it."""
        self.asked_or_supposed += text + "\n"
        for clause in CLAUSE_END.split(words.THING_CANCELLED.sub("", words.NOUN.sub("", text))):
            asks = words.EXPLICIT.search(clause) or swap_in(clause, expected=False)
            if asks is None:
                continue
            doubtful = not words.QUESTION.search(clause) or (
                words.POLITE.search(clause)
                and not re.search(r"请问|申请吗", clause)
                and re.search(ANYBODY, clause)
            )
            self.trouble = self.trouble or bool(doubtful)

    def _clauses(self, text: str, written: str) -> None:
        confirms = words.BEING_CONFIRMED.search(text) and not words.NOT_CONFIRMED.search(
            re.sub(r"有误[^,]*,|更正[^,]*,", ",", text) if words.REMAINDER.search(text) else text
        )
        if confirms:
            self.confirmed.append(text)
        self.plain_ok = self.plain_ok or (words.PLAIN_OK.match(text) is not None and "没" in text)
        self.corrections.begin(text, written)
        here = Here(text)
        if words.EVENTFUL.search(text) and names_stranger(here.without_new):
            self.strangers = True
        told = len(self.swapping), self.swapping[-1:]
        waiting: list[str] = []
        for clause in filter(None, CLAUSE_END.split(text)):
            if self._swap(clause, written, here):
                waiting = []
            elif self._particulars(clause):
                continue
            elif not self.corrections.take(clause, self._who(clause, waiting), written):
                self._leave(clause, waiting, here)
            else:
                here.corrects = True
        self._newcomer = self._newcomer and told != (len(self.swapping), self.swapping[-1:])
        self.adding = self.adding or words.ADDING.search(text) is not None
        self._after(waiting, here)

    def _after(self, waiting: list[str], here: Here) -> None:
        if here.asks and waiting:
            self.trouble = True
        elif not here.asks and not here.corrects:
            self._floating += waiting
        if waiting:
            self._topic = waiting[-1]
        if here.asks and words.BELOW.search(here.text):
            self._below = True

    def _who(self, clause: str, waiting: list[str]) -> str:
        """The marks that a clause is about: its own, those before it, the last spoken of."""
        own = "".join(re.findall(ANYBODY, clause))
        if own:
            self._topic = own
            return own
        if re.search(r"我的|本人", clause) and self.me:
            return self.me
        return "".join(waiting) or self._topic

    # Replacements.

    def _swap(self, clause: str, written: str, here: Here) -> bool:
        if words.DENIED_INSIDE.search(clause) or words.ROOM_CHANGE.search(clause):
            return False
        swap = swap_in(clause, expected=self._absent)
        plain_change = swap is None and wants_other_people(clause)
        if swap is None and not plain_change:
            if swaps_known(clause) and not words.EXPLICIT.search(clause) and not self.corrections.expects(clause):
                self.trouble = True
            return False
        if swap is not None and swap.old and (self.corrections.is_slip(clause, here.text, swap.old, swap.new)):
            return False
        if swap is not None and swap.old and words.EXPLICIT.search(clause) and "名额" not in clause:
            return False
        if swap is not None and not swap.new and not swap.old and words.EXPLICIT.search(clause):
            return False
        if swap is not None and words.DENIED.search(clause[: swap.start]):
            return True
        if self._uncertainly_said(clause, here.text) or names_stranger(before(clause, swap)):
            self.trouble = True
            return True
        here.asks = True
        own = re.findall(ONE, clause)
        old = (swap.old if swap else "") or (own[0] if len(own) == 1 else "")
        if len(own) > 1:
            self.trouble = True
        if not old:
            old = self._topic_of_swap(here)
        if swap is not None and not swap.new:
            self.trouble = True
        self._add_swap(old, swap.new if swap else "", written)
        if swap is not None:
            self._collect(particulars(clause[swap.end :]))
        return True

    def _topic_of_swap(self, here: Here) -> str:
        candidates = here.marks or self._topic
        if len(candidates) > 1:
            self.trouble = True
        return candidates[:1]

    def _add_swap(self, old: str, new: str, written: str) -> None:
        name = as_written(new, written) if new else ""
        self.swapping.append(Swapping(old, name, sentence=self._number))
        self._newcomer = bool(new)
        self._absent = False
        self._topic = ""

    def _particulars(self, clause: str) -> bool:
        """What is told about the one who comes, right behind her name or on lines of their own."""
        if not self._newcomer:
            return False
        if re.search(ANYBODY, clause) or words.EXPLICIT.search(clause) or words.ABSENCE.search(clause):
            self._newcomer = False
            return False
        values = particulars(clause)
        if not values:
            return False
        if re.search(r"联系人|抬头|税号|开票", clause):
            self.trouble = True
        self._collect(values)
        return True

    def _collect(self, values: list[tuple[str, str | None]]) -> None:
        last = self.swapping[-1]
        known = dict(last.values)
        for field, value in values:
            if value is None or field == "telephone" or known.get(field, value) != value:
                self.trouble = True
            else:
                known[field] = value
        self.swapping[-1] = replace(last, values=tuple(known.items()))

    # Cancellations.

    def _leave(self, clause: str, waiting: list[str], here: Here) -> None:
        plain = words.THING_CANCELLED.sub("", words.NOUN.sub("", clause))
        explicit = words.EXPLICIT.search(plain)
        found = explicit or words.ABSENCE.search(plain)
        lists = lists_in(plain)
        if found is None:
            self._speak_of(plain, lists, waiting)
            return
        if words.DENIED.search(plain[: found.start()]) or (explicit and words.DENIED_INSIDE.search(plain)):
            self.trouble = self.trouble or explicit is None
            self.staying |= set("".join(lists) or "".join(waiting))
            waiting.clear()
            return
        here.asks = True
        after = words.GIVEN_TO_ANYBODY.sub("", plain[found.start() :])
        given = re.search(r"(?:名额|席位).{0,12}(?:给)", plain) and not words.GIVEN_TO_ANYBODY.search(plain)
        doubtful = (
            given
            or words.DENIED_FAR.search(plain[: found.start()])
            or words.PARTIAL.search(after)
            or (explicit is None and words.PART_BEFORE.search(plain[: found.start()]))
            or words.ONLY_PART.search(here.text)
            or self._uncertainly_said(clause, here.text)
            or names_stranger(here.without_new)
            or len(lists) > 1
        )
        self.trouble = self.trouble or bool(doubtful)
        self._add_leaving(plain, lists, waiting, here, explicit=explicit is not None)
        if not self.leaving[-1].marks and self._may_be_about_others(clause, plain, here):
            self.trouble = True
        self._absent = True

    def _may_be_about_others(self, clause: str, plain: str, here: Here) -> bool:
        cleared = without_known(plain, self._units)
        verb = words.EXPLICIT.search(cleared) or words.ABSENCE.search(cleared)
        subject = cleared[: verb.start()] if verb else cleared
        clauses = CLAUSE_END.split(here.text[: here.text.find(clause)].rstrip(",。;"))
        return may_name_somebody(subject) or is_nothing_but_a_name(clauses[-1], self._units)

    def _uncertainly_said(self, clause: str, sentence: str) -> bool:
        said = sentence[: sentence.find(clause) + len(clause)]
        return any((words.HEDGE.search(said), words.PAST.search(sentence), words.RESENT.search(sentence)))

    def _speak_of(self, clause: str, lists: list[str], waiting: list[str]) -> None:
        if words.KEEP.search(clause):
            self.staying |= set("".join(lists) or ("" if words.SOME.search(clause) else "".join(waiting)))
            if not lists:
                waiting.clear()
            return
        waiting += lists
        if words.SELF.search(clause) and not lists and self.me:
            waiting.append(self.me)

    def _add_leaving(
        self, clause: str, lists: list[str], waiting: list[str], here: Here, *, explicit: bool
    ) -> None:
        marks = self._whose(clause, lists, waiting, here)
        everybody = "".join(chr(0xE000 + number) for number in range(len(self.marks.people)))
        text = here.text
        scope = Scope.NAMED if marks else Scope.NONE
        if not marks and words.GROUP_STRONG.search(clause):
            scope = Scope.STRONG
        elif not marks and (words.GROUP_WEAK.search(text) or words.NUMBER.search(clause)):
            scope = Scope.WEAK
        some = words.SOME.search(words.NO_PART.sub("", clause.replace("其中", "") if marks else clause))
        all_but_named = marks and words.ALL_OF_THEM.search(clause) and set(marks) != set(everybody)
        agreed = counted(text, len(marks) if marks else len(everybody), len(everybody))
        if some or all_but_named or not agreed or NOBODY_KNOWN in text:
            self.trouble = True
        self.leaving.append(Leaving(marks, scope, explicit, self._number))
        here.marks = marks or here.marks
        self._topic = marks or self._topic
        waiting.clear()
        self._floating.clear()

    def _whose(self, clause: str, lists: list[str], waiting: list[str], here: Here) -> str:
        if lists:
            spoken = set("".join(waiting))
            if not (spoken <= set(lists[0]) or set(lists[0]) <= spoken):
                self.trouble = True
            return lists[0]
        if len(waiting) > 1:
            together = words.GROUP_STRONG.search(clause) or words.NUMBER.search(clause)
            self.trouble = self.trouble or not together
            return "".join(dict.fromkeys("".join(waiting)))
        if waiting:
            return waiting[0]
        if words.SELF.search(here.text):
            self.trouble = self.trouble or (not self.me and len(self.marks.people) != 1)
            return self.me
        if here.marks:
            return here.marks
        return self._spoken_of_before(clause, here)

    def _spoken_of_before(self, clause: str, here: Here) -> str:
        """Nobody in this sentence: 其, those whom the sentences before spoke of, or everybody."""
        if words.PRONOUN.search(clause) and not words.BELOW.search(clause):
            before = "".join(dict.fromkeys("".join(self._floating))) or self._topic
            self.trouble = self.trouble or not before
            return before
        if words.ALL_OF_THEM.search(clause) or words.GROUP_WEAK.search(here.text):
            return ""
        if len(self._floating) == 1:
            return self._floating[0]
        self.trouble = self.trouble or len(self._floating) > 1
        return ""
