"""Names what is missing or wrong on a normalised form, in sentences that the answer can quote as they are.

Pure; a problem is a value, never an exception. Sentences never hold a number. What each kind of field must look
like stands in identity, taxpayer and contact, with the standards it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.forms.contact import check_email, check_mobile, check_phone
from bot.forms.finding import Finding
from bot.forms.identity import check_id_number
from bot.forms.taxpayer import check_taxpayer_id
from bot.records.form import Attendee, FieldProblem, ProblemCode, RegistrationForm, Value

REQUIRED = ("name", "organisation", "mobile", "id_number")
"""What an event asks of each attendee unless it says otherwise (as Event.required)."""

SURE_FROM = 0.9
"""Readings below this confidence are named as uncertain."""

_MUST_BE_CONFIRMED = frozenset({"name", "organisation", "mobile", "id_number", "taxpayer_id"})
"""Fields for which an uncertain reading makes the answer ask; of the others it is only mentioned."""

_UNSURE = Finding(ProblemCode.UNCERTAIN, "在扫描件或照片上看不清，请核对。")
_UNSURE_AND_EMPTY = Finding(ProblemCode.UNCERTAIN, "在扫描件或照片上看不清，请写明。")

_NAMES = {
    "name": "姓名",
    "organisation": "单位",
    "job_title": "职务",
    "mobile": "手机号码",
    "id_number": "身份证号",
    "single_room": "是否单间",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "邮箱",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
}
_LONGEST_LABEL = 14
_LONGEST_NAME = 40
_TWO_NAMES = re.compile(r"[\u3400-\u9fff]{2,4}(?:[ 、,，/;；和]+[\u3400-\u9fff]{2,4})+")


def validate_form(
    form: RegistrationForm, *, today: date | None = None, required: tuple[str, ...] = REQUIRED
) -> RegistrationForm:
    """The same form with `problems` filled in, its own and each attendee's; those already there are kept.

    `today` lets a birthday be judged; `required` names the attendee fields that must not be empty.
    """
    nobody_says_where = _nobody_says_where(form)
    asked = tuple(name for name in required if not (name == "organisation" and nobody_says_where))
    attendees = tuple(
        replace(attendee, problems=(*attendee.problems, *_problems_of(attendee, number, asked, today)))
        for number, attendee in enumerate(form.attendees, start=1)
    )
    attendees = _with_conflicts(attendees)
    problems = (*form.problems, *_form_problems(form, nobody_says_where))
    return replace(form, attendees=attendees, problems=problems)


def _nobody_says_where(form: RegistrationForm) -> bool:
    return not form.organisation and not any(attendee.organisation for attendee in form.attendees)


def _problems_of(
    attendee: Attendee, number: int, required: tuple[str, ...], today: date | None
) -> Iterator[FieldProblem]:
    person = _shown_name(attendee) or f"第{number}位参加人员"
    for field in required:
        if _is_missing(attendee, field):
            value = _value(attendee, field)
            yield _unsure(field, value, person) or _problem(field, value, _missing(), person)
    yield from _found("name", attendee.name, _check_name(attendee.name.text), person)
    mobile, id_number = attendee.mobile, attendee.id_number
    yield from _found("mobile", mobile, check_mobile(mobile.text) if mobile else None, person)
    id_finding = check_id_number(id_number.text, stored_as=id_number.stored_as, today=today) if id_number else None
    yield from _found("id_number", id_number, id_finding, person)
    for field in ("organisation", "job_title", "single_room"):
        yield from _found(field, _value(attendee, field), None, person)


def _form_problems(form: RegistrationForm, nobody_says_where: bool) -> Iterator[FieldProblem]:
    if nobody_says_where:
        yield FieldProblem(
            "organisation",
            ProblemCode.MISSING,
            "填报单位没有填写，请补上单位全称。",
            form.organisation.label or "填报单位",
        )
    email, taxpayer_id, phone = form.email, form.taxpayer_id, form.phone
    yield from _found("email", email, check_email(email.text) if email else None)
    finding = check_taxpayer_id(taxpayer_id.text, stored_as=taxpayer_id.stored_as) if taxpayer_id else None
    yield from _found("taxpayer_id", taxpayer_id, finding)
    for problem in _found("phone", phone, check_phone(phone.text) if phone else None):
        yield replace(problem, blocking=False)
    for field, value in (("contact", form.contact), ("invoice_title", form.invoice_title)):
        yield from _found(field, value, None)
    if not any(attendee.organisation == form.organisation for attendee in form.attendees):
        # Else it is named with each person who is registered under it.
        for problem in _found("organisation", replace(form.organisation, label="填报单位"), None):
            yield replace(problem, blocking=False)


def _found(field: str, value: Value, finding: Finding | None, person: str = "") -> Iterator[FieldProblem]:
    """That a value was read with little certainty (what a check says of it is then no more certain); else the
    problem that the check found."""
    unsure = _unsure(field, value, person) if value else None
    if unsure is not None:
        yield unsure
    elif finding is not None:
        yield _problem(field, value, finding, person)


def _unsure(field: str, value: Value, person: str) -> FieldProblem | None:
    if _is_sure(value):
        return None
    finding = _UNSURE if value else _UNSURE_AND_EMPTY
    return replace(_problem(field, value, finding, person), blocking=field in _MUST_BE_CONFIRMED)


def _is_sure(value: Value) -> bool:
    return value.confidence >= SURE_FROM


def _problem(field: str, value: Value, finding: Finding, person: str) -> FieldProblem:
    label = label_of(field, value)
    subject = f"{person}的{label}" if person else label
    return FieldProblem(field, finding.code, subject + finding.text, label, person, picture=value.picture)


def label_of(field: str, value: Value) -> str:
    """What the form calls this field, else what the association's own form calls it."""
    label = re.sub(r"\s+|[*＊:：]", "", re.sub(r"[(（【].*", "", value.label, flags=re.S))
    return label if label and len(label) <= _LONGEST_LABEL else _NAMES.get(field, field)


def _missing() -> Finding:
    return Finding(ProblemCode.MISSING, "没有填写，请补上。")


def _check_name(name: str) -> Finding | None:
    if _TWO_NAMES.fullmatch(name):
        return Finding(ProblemCode.FORMAT, "一栏像是填了不止一个人，请每人填写一行。")
    if name and not _is_plausible(name):
        return Finding(ProblemCode.FORMAT, "一栏看不出是一个人的姓名，请核对后补正。")
    return None


def _is_plausible(name: str) -> bool:
    """Whether a text can be one person's name; nothing else is quoted in a sentence."""
    return len(name) <= _LONGEST_NAME and not any(c.isdigit() or c in "@:：，。；" for c in name)


def _shown_name(attendee: Attendee) -> str:
    return attendee.name.text if _is_plausible(attendee.name.text) else ""


def _is_missing(attendee: Attendee, field: str) -> bool:
    if field == "single_room":
        return attendee.single_room is None
    return not _value(attendee, field)


def _value(attendee: Attendee, field: str) -> Value:
    if field == "single_room":
        return attendee.single_room_value
    found = getattr(attendee, field, None)
    if isinstance(found, Value):
        return found
    return dict(attendee.extras).get(field, Value())


def _with_conflicts(attendees: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    """Adds what two people of one form contradict each other in: one identity number for both is wrong for one of
    them; one mobile number for both (a secretary's) is only mentioned."""
    done = []
    by_id, by_mobile = _names_by(attendees, "id_number"), _names_by(attendees, "mobile")
    for index, attendee in enumerate(attendees):
        problems = list(attendee.problems)
        same_id = _another(by_id, attendee.id_number, attendee)
        if same_id is not None:
            problems.append(
                _conflict("id_number", attendee, f"与{same_id[1]}的相同，请核对后补正。", blocking=True)
            )
        same_mobile = _another(by_mobile, attendee.mobile, attendee)
        if same_mobile is not None and same_mobile[0] < index:
            problems.append(
                _conflict("mobile", attendee, f"与{same_mobile[1]}的相同，如有误请告知。", blocking=False)
            )
        done.append(replace(attendee, problems=tuple(problems)))
    return tuple(done)


def _names_by(attendees: tuple[Attendee, ...], field: str) -> dict[str, list[tuple[int, str]]]:
    """For each value of a field, where each name first stands with it. What was read with little certainty
    contradicts nobody."""
    found: dict[str, dict[str, int]] = {}
    for index, attendee in enumerate(attendees):
        value = _value(attendee, field)
        if value and _is_sure(value) and (name := _shown_name(attendee)):
            found.setdefault(value.text, {}).setdefault(name, index)
    return {text: [(index, name) for name, index in names.items()] for text, names in found.items()}


def _another(names: dict[str, list[tuple[int, str]]], value: Value, attendee: Attendee) -> tuple[int, str] | None:
    """The first person with another name who gave the same."""
    same = names.get(value.text, ()) if _is_sure(value) else ()
    return next((found for found in same[:2] if found[1] != attendee.name.text), None)


def _conflict(field: str, attendee: Attendee, text: str, *, blocking: bool) -> FieldProblem:
    finding = Finding(ProblemCode.CONFLICT, text)
    person = _shown_name(attendee) or "一位参加人员"
    return replace(_problem(field, _value(attendee, field), finding, person), blocking=blocking)
