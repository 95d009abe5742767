"""Reads built Documents in tests, and shows forms as plain texts."""

from __future__ import annotations

from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.records.form import Attendee, Line, RegistrationForm, Table
from tests.unit.documents import document

LABELS = default_labels()
HEADINGS = ["姓名", "单位", "职务", "手机", "身份证号", "是否单间"]


def read(*blocks: Table | str | Line) -> tuple[RegistrationForm, ...]:
    return find_forms(document(*blocks), LABELS)


def one(*blocks: Table | str | Line) -> RegistrationForm:
    """The only form of a document."""
    forms = read(*blocks)
    assert len(forms) == 1
    return forms[0]


def names(form: RegistrationForm) -> list[str]:
    return [person.name.text for person in form.attendees]


def rows_of(form: RegistrationForm) -> list[list[str]]:
    """Each attendee as the six texts under HEADINGS."""
    return [
        [v.text for v in (a.name, a.organisation, a.job_title, a.mobile, a.id_number, a.single_room_value)]
        for a in form.attendees
    ]


def footers_of(form: RegistrationForm) -> list[str]:
    values = (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    return [value.text for value in values]


def extra(person: Attendee, label: str) -> str:
    return dict(person.extras)[label].text
