"""From a mail or a file to the forms in it: unpack, read, find, normalise, leave out copies, validate.

What can't be read becomes an `Unread` for that file alone, with the reason in Chinese; nothing here raises for
what a file holds. Never opens a link, never writes a file, and puts no personal data into a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePath

from bot.forms.copies import without_copies
from bot.forms.extent import beginning, is_too_long
from bot.forms.kinds import FileKind, kind_of, name_of
from bot.forms.labels import Labels, default_labels
from bot.forms.layout import find_forms
from bot.forms.normalise import normalise_form
from bot.forms.readers.decoding import decoded
from bot.forms.readers.docx import read_docx
from bot.forms.readers.failure import TEXTS, UnreadableFileError
from bot.forms.readers.html import read_html, web_page_in
from bot.forms.readers.text import read_text
from bot.forms.readers.xlsx import read_xlsx
from bot.forms.unpack import Candidate, candidates, net_disk_link
from bot.forms.validate import REQUIRED, validate_form
from bot.records.form import (
    Attendee,
    Document,
    FieldProblem,
    Reading,
    RegistrationForm,
    Table,
    Unread,
    UnreadCode,
)
from bot.records.mail import ParsedMail

BODY = "邮件正文"
"""The origin of what stands in the mail itself."""

Reader = Callable[[str, bytes], Document]


def _read_web_page(origin: str, content: bytes) -> Document:
    return read_html(origin, web_page_in(content))


def _read_text_file(origin: str, content: bytes) -> Document:
    return read_text(origin, decoded(content))


READERS: Mapping[FileKind, Reader] = {
    FileKind.DOCX: read_docx,
    FileKind.XLSX: read_xlsx,
    FileKind.HTML: _read_web_page,
    FileKind.MHTML: _read_web_page,
    FileKind.TEXT: _read_text_file,
}
"""The reader of each kind of file. A kind that is not here is reported as unsupported."""

_EMPTY_FILE = "文件是空的，没有内容，请重新发送。"
_UNSUPPORTED = "这种文件（{kind}）系统暂时不能自动读取，请改用 Word（docx）或 Excel（xlsx）格式的回执表发送。"
_NO_FORM = "文件能打开，但里面没有找到回执表。"
_LONG_BODY = "邮件正文过长，系统只读取了开头部分，请把回执表作为附件发送。"
_MASK = re.compile(r"[*＊]{2,}|[xX]{4,}")
# What a scan of a stamped form is called beside the form itself: 回执表（盖章版）.pdf, 回执表-扫描件.jpg.
_VERSION = re.compile(
    r"(?:盖章|签章|公章|签字|扫描|扫描件|电子|原件|复印|最终|正式|版|件|稿|已|pdf|word|excel)+", re.I
)
_MARKS = re.compile(r"[\W_]+")


def read_file(
    name: str,
    content: bytes,
    labels: Labels | None = None,
    *,
    today: date | None = None,
    required: tuple[str, ...] = REQUIRED,
) -> Reading:
    """The forms of one file, told by its content; `name` only says where they stood. Never raises for content.

    `today` lets birthdays be judged; `required` names the attendee fields that must not be empty.
    """
    candidate = Candidate(name, content, kind_of(content))
    forms, unread = _read_candidate(candidate, labels or default_labels())
    return Reading(_finished(forms, today, required), () if unread is None else (unread,))


def read_mail(
    mail: ParsedMail,
    labels: Labels | None = None,
    *,
    today: date | None = None,
    required: tuple[str, ...] = REQUIRED,
) -> Reading:
    """The forms of a mail: attachments in their order, then the mail's own text, each form once. Never raises.

    `unread` names every attachment that could not be read. Where a form was found elsewhere, two things are left
    out: readable files without a form (the notice itself), and what by its name is the scan of a form that was
    read.
    """
    known = labels or default_labels()
    forms: list[RegistrationForm] = []
    unread: list[Unread] = []
    read_names: list[str] = []
    for candidate in candidates(mail):
        found, reason = _read_candidate(candidate, known)
        forms.extend(found)
        if any(form.attendees for form in found):
            read_names.append(candidate.origin)
        if reason is not None:
            unread.append(reason)
    in_body, reason = _forms_in_body(mail, known)
    forms.extend(in_body)
    if reason is not None:
        unread.append(reason)
    finished = _finished(forms, today, required)
    if any(form.attendees for form in finished):
        return Reading(finished, tuple(reason for reason in unread if _still_matters(reason, read_names)))
    link = net_disk_link(mail, BODY)
    return Reading(finished, (*unread, link) if link is not None else tuple(unread))


def _read_candidate(candidate: Candidate, labels: Labels) -> tuple[tuple[RegistrationForm, ...], Unread | None]:
    """The raw forms of one file, or why there are none."""
    origin, kind = candidate.origin, candidate.kind
    reader = READERS.get(kind)
    if reader is None:
        return (), _not_readable(origin, kind)
    try:
        document = reader(origin, candidate.content)
        if is_too_long(document):
            return (), Unread(origin, UnreadCode.TOO_LARGE, TEXTS[UnreadCode.TOO_LARGE])
        forms = find_forms(document, labels)
    except UnreadableFileError as error:
        return (), Unread(origin, error.code, str(error))
    except Exception:  # noqa: BLE001 -- files come from anybody: whatever one breaks, it costs only that file
        return (), Unread(origin, UnreadCode.CORRUPT, TEXTS[UnreadCode.CORRUPT])
    return (forms, None) if forms else ((), Unread(origin, UnreadCode.NO_FORM, _NO_FORM))


def _not_readable(origin: str, kind: FileKind) -> Unread:
    if kind is FileKind.EMPTY:
        return Unread(origin, UnreadCode.CORRUPT, _EMPTY_FILE)
    if kind is FileKind.ENCRYPTED_OFFICE:
        return Unread(origin, UnreadCode.ENCRYPTED, TEXTS[UnreadCode.ENCRYPTED])
    return Unread(origin, UnreadCode.UNSUPPORTED, _UNSUPPORTED.format(kind=name_of(kind)))


def _forms_in_body(mail: ParsedMail, labels: Labels) -> tuple[tuple[RegistrationForm, ...], Unread | None]:
    """The forms with people in the mail's own text: of its HTML and plain versions the first that has any. Of an
    absurdly long text only the beginning is read, and a person told."""
    reason: Unread | None = None
    for document in _bodies(mail):
        try:
            if is_too_long(document):
                reason = Unread(BODY, UnreadCode.TOO_LARGE, _LONG_BODY)
            found = find_forms(beginning(document), labels)
        except Exception:  # noqa: BLE001 -- as for files: a body that breaks the layout reader has no form
            continue
        forms = tuple(form for form in map(_without_masked, found) if form.attendees)
        if forms:
            return forms, reason
    return (), reason


def _bodies(mail: ParsedMail) -> Iterator[Document]:
    """HTML first where it holds a table, since its plain version has lost the columns."""
    page: Document | None = None
    if mail.html:
        try:
            page = read_html(BODY, mail.html)
        except Exception:  # noqa: BLE001 -- markup from anybody; the plain version is still there
            page = None
    has_table = page is not None and any(isinstance(block, Table) for block in page.blocks)
    if page is not None and has_table:
        yield page
    if mail.text:
        yield read_text(BODY, mail.text)
    if page is not None and not has_table:
        yield page


def _without_masked(form: RegistrationForm) -> RegistrationForm:
    """People whose numbers are masked stand in a quotation of our own answer, not in a form."""
    people = tuple(person for person in form.attendees if not _is_masked(person))
    if len(people) == len(form.attendees):
        return form
    return RegistrationForm(form.origin, form.title, attendees=people, confidence=form.confidence)


def _is_masked(person: Attendee) -> bool:
    return any(_MASK.search(value.text) for value in (person.id_number, person.mobile))


def _finished(
    forms: Iterable[RegistrationForm], today: date | None, required: tuple[str, ...]
) -> tuple[RegistrationForm, ...]:
    distinct = without_copies([normalise_form(form) for form in forms])
    return tuple(validate_form(form, today=today, required=required) for form in distinct)


def _still_matters(unread: Unread, read_names: list[str]) -> bool:
    """Whether an unread file is worth a word although another file or the body gave a form."""
    if unread.code is not UnreadCode.UNSUPPORTED:
        return unread.code is not UnreadCode.NO_FORM
    stem = _stem(unread.origin)
    return not (stem and any(stem == _stem(name) for name in read_names))


def _stem(name: str) -> str:
    """A file's name without what tells a scan or a version from the form itself."""
    return _MARKS.sub("", _VERSION.sub("", PurePath(name).stem)).lower()


def to_json(source: str, reading: Reading) -> dict[str, object]:
    """The object that `read --json` prints for one path."""
    return {
        "source": source,
        "forms": [_form_json(form) for form in reading.forms],
        "unread": [{"origin": u.origin, "code": u.code.value, "text": u.text} for u in reading.unread],
    }


def _form_json(form: RegistrationForm) -> dict[str, object]:
    return {
        "origin": form.origin,
        "confidence": form.confidence,
        "organisation": form.organisation.text,
        "contact": form.contact.text,
        "phone": form.phone.text,
        "email": form.email.text,
        "invoice_title": form.invoice_title.text,
        "taxpayer_id": form.taxpayer_id.text,
        "attendees": [_attendee_json(attendee) for attendee in form.attendees],
        "problems": [_problem_json(problem) for problem in form.problems],
    }


def _attendee_json(attendee: Attendee) -> dict[str, object]:
    return {
        "name": attendee.name.text,
        "organisation": attendee.organisation.text,
        "job_title": attendee.job_title.text,
        "mobile": attendee.mobile.text,
        "id_number": attendee.id_number.text,
        "single_room": attendee.single_room,
        "problems": [_problem_json(problem) for problem in attendee.problems],
    }


def _problem_json(problem: FieldProblem) -> dict[str, object]:
    return {"field": problem.field, "code": problem.code.value, "text": problem.text}
