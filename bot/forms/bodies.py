"""The forms in a mail's own text. Nothing here raises for what a mail says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.forms.extent import beginning, is_too_long
from bot.forms.labels import Labels
from bot.forms.layout import find_forms
from bot.forms.readers.html import read_html
from bot.forms.readers.text import read_text
from bot.records.form import Attendee, Document, RegistrationForm, Table, Unread, UnreadCode
from bot.records.mail import ParsedMail

BODY = "邮件正文"
"""The origin of what stands in the mail itself."""

_LONG_BODY = "邮件正文过长，系统只读取了开头部分，请把回执表作为附件发送。"
_MASK = re.compile(r"[*＊]{2,}|[xX]{4,}")


def forms_in_body(
    mail: ParsedMail, labels: Labels, origin: str = BODY
) -> tuple[tuple[RegistrationForm, ...], Unread | None]:
    """The forms with people in the mail's own text: of its HTML and plain versions the first that has any. Of an
    absurdly long text only the beginning is read, and a person told."""
    reason: Unread | None = None
    for document in _bodies(mail, origin):
        try:
            if is_too_long(document):
                reason = Unread(origin, UnreadCode.TOO_LARGE, _LONG_BODY)
            found = find_forms(beginning(document), labels)
        except Exception:  # noqa: BLE001 -- as for files: a body that breaks the layout reader has no form
            continue
        forms = tuple(form for form in without_masked(found) if form.attendees)
        if forms:
            return forms, reason
    return (), reason


def _bodies(mail: ParsedMail, origin: str) -> Iterator[Document]:
    """HTML first where it holds a table, since its plain version has lost the columns."""
    page: Document | None = None
    if mail.html:
        try:
            page = read_html(origin, mail.html)
        except Exception:  # noqa: BLE001 -- markup from anybody; the plain version is still there
            page = None
    has_table = page is not None and any(isinstance(block, Table) for block in page.blocks)
    if page is not None and has_table:
        yield page
    if mail.text:
        yield read_text(origin, mail.text)
    if page is not None and not has_table:
        yield page


def without_masked(forms: Iterable[RegistrationForm]) -> tuple[RegistrationForm, ...]:
    """The forms without people whose numbers are masked: those stand in a copy of our own answer, not in a form. A
    form of nobody else is left out."""
    own = ((form, tuple(p for p in form.attendees if not _is_masked(p))) for form in forms)
    return tuple(
        form
        if len(people) == len(form.attendees)
        else RegistrationForm(form.origin, form.title, attendees=people, confidence=form.confidence)
        for form, people in own
        if people or not form.attendees
    )


def _is_masked(person: Attendee) -> bool:
    return any(_MASK.search(value.text) for value in (person.id_number, person.mobile))
