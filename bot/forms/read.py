"""From a mail or a file to the forms in it: unpack, read, find, normalise, leave out copies, validate.

What can't be read becomes an `Unread` for that file alone, with the reason in Chinese; nothing here raises for
what a file holds. Never opens a link, never writes a file, and puts no personal data into a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import PurePath

from bot.forms.bodies import BODY, forms_in_body
from bot.forms.copies import without_copies
from bot.forms.files import FileReader, Found, OpenMail
from bot.forms.kinds import kind_of
from bot.forms.labels import Labels, default_labels
from bot.forms.normalise import normalise_form
from bot.forms.unpack import Candidate, candidates, net_disk_link
from bot.forms.validate import REQUIRED, validate_form
from bot.forms.workshop import SameProcess, Workshop
from bot.records.form import Document, Reading, RegistrationForm, Unread, UnreadCode
from bot.records.mail import ParsedMail

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
    workshop: Workshop | None = None,
    open_mail: OpenMail | None = None,
    on_document: Callable[[Document], None] = lambda document: None,
) -> Reading:
    """The forms of one file, told by its content; `name` only says where they stood. Never raises for content.

    `today` lets birthdays be judged; `required` names the attendee fields that must not be empty. Files are opened
    in `workshop` (this process, when none is given), mails inside by `open_mail`. `on_document` is shown every
    document as it was read.
    """
    reader = FileReader(labels or default_labels(), workshop or SameProcess(), open_mail, on_document)
    found = reader.read(Candidate(name, content, kind_of(content)))
    return Reading(_finished(found.forms, today, required), found.unread)


def read_mail(
    mail: ParsedMail,
    labels: Labels | None = None,
    *,
    today: date | None = None,
    required: tuple[str, ...] = REQUIRED,
    workshop: Workshop | None = None,
    open_mail: OpenMail | None = None,
    on_document: Callable[[Document], None] = lambda document: None,
) -> Reading:
    """The forms of a mail: attachments in their order, then the mail's own text, each form once. Never raises.

    `unread` names every attachment that could not be read. Where a form was found elsewhere, two things are left
    out: links and readable files without a form (the notice itself), and what by its name is the scan of a form
    that was read.
    """
    known = labels or default_labels()
    reader = FileReader(known, workshop or SameProcess(), open_mail, on_document)
    found = Found()
    for candidate in candidates(mail):
        found += reader.read(candidate)
    in_body, reason = forms_in_body(mail, known)
    found += Found(in_body, (reason,) if reason else ())
    finished = _finished(found.forms, today, required)
    if any(form.attendees for form in finished):
        return Reading(
            finished, tuple(reason for reason in found.unread if _still_matters(reason, found.with_people))
        )
    link = net_disk_link(mail, BODY)
    if link is None or any(unread.origin == link.origin for unread in found.unread):
        return Reading(finished, found.unread)
    return Reading(finished, (*found.unread, link))


def _finished(
    forms: Iterable[RegistrationForm], today: date | None, required: tuple[str, ...]
) -> tuple[RegistrationForm, ...]:
    distinct = without_copies([normalise_form(form) for form in forms])
    return tuple(validate_form(form, today=today, required=required) for form in distinct)


def _still_matters(unread: Unread, with_people: tuple[str, ...]) -> bool:
    """Whether an unread file is worth a word although another file or the body gave a form."""
    if unread.code is UnreadCode.LINK_ONLY or (unread.code is UnreadCode.NO_FORM and not unread.form_like):
        return False
    stem = _stem(unread.origin)
    return not (stem and any(stem == _stem(name) for name in with_people))


def _stem(name: str) -> str:
    """A file's name without what tells a scan or a version from the form itself."""
    return _MARKS.sub("", _VERSION.sub("", PurePath(name).stem)).lower()
