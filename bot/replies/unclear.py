"""What an answer says of values that a scan or photo shows badly: what was read, to be confirmed or corrected.

Pure. Names, organisations and mobile numbers are shown in full to whom wrote them: nobody can confirm 138****0000.
Identity numbers stay masked, and are asked for anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.records.decision import Registration
from bot.records.form import FieldProblem
from bot.replies.masking import masked_id, masked_taxpayer_id
from bot.replies.passages import Unclear, UnclearValue
from bot.replies.wording import NAME_LIMIT, ORGANISATION_LIMIT, shortened, tame

OF_THE_FORM = "回执表"
_WRITE_ANEW = "请重新写出完整号码"
_NOTHING_READ = "没有认出来，请写明"
_CONFIRM = "请确认或更正"
_TELL = "有误请告知"
_TELEPHONE = re.compile(r"[\d+() -]{5,20}")
_MOST_DIGITS = 13
"""Digits of a mobile number with its country code; more are some other number."""


def unclear_in(registrations: Iterable[Registration]) -> tuple[Unclear, ...]:
    """The uncertain values of these people, by person in their order, then those of the form; each once."""
    by_person: dict[str, dict[tuple[str, str], UnclearValue]] = {}
    of_form: dict[tuple[str, str], UnclearValue] = {}
    for registration in registrations:
        for problem in registration.uncertain:
            value = _value(problem, registration.as_read(problem))
            of = by_person.setdefault(tame(problem.person, NAME_LIMIT), {}) if problem.person else of_form
            of[problem.field, value.read] = value
    people = {person: list(values.values()) for person, values in by_person.items()}
    groups = [Unclear(person, tuple(values)) for person, values in _shared_apart(people)]
    return (*groups, Unclear(OF_THE_FORM, tuple(of_form.values()))) if of_form else tuple(groups)


def _shared_apart(people: dict[str, list[UnclearValue]]) -> list[tuple[str, list[UnclearValue]]]:
    """An organisation that stands once for everybody on the form is asked about once."""
    if len(people) < 2:
        return list(people.items())
    first, *others = people.values()
    shared = [value for value in first if all(value in values for values in others)]
    groups = [(person, [v for v in values if v not in shared]) for person, values in people.items()]
    return [(person, values) for person, values in (*groups, ("、".join(people), shared)) if values]


def _value(problem: FieldProblem, text: str) -> UnclearValue:
    read = _shown(problem.field, text)
    if not read:
        ask = _NOTHING_READ
    elif problem.field in ("id_number", "taxpayer_id"):
        ask = _WRITE_ANEW
    else:
        ask = _CONFIRM if problem.blocking else _TELL
    return UnclearValue(tame(problem.label, NAME_LIMIT), read, ask, problem.blocking)


def _shown(field: str, text: str) -> str:
    if field == "id_number":
        return tame(masked_id(text), 30)
    if field == "taxpayer_id":
        return shortened(masked_taxpayer_id("".join(filter(str.isalnum, text))), 30)
    is_telephone = _TELEPHONE.fullmatch(text) and sum(map(str.isdigit, text)) <= _MOST_DIGITS
    if field in ("mobile", "phone") and is_telephone:
        return text
    return tame(text, ORGANISATION_LIMIT)
