"""From one file to its raw forms: it is read, or opened and what is inside read, within the limits of one mail.

What can't be read becomes an `Unread` for that file alone. Names inside containers are only ever words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.errors import TransientError
from bot.forms.bodies import BODY, forms_in_body, without_masked
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.openers import OPENERS, PICTURES_IN
from bot.forms.extent import is_too_long
from bot.forms.kinds import FileKind, kind_of, name_of
from bot.forms.labels import Labels
from bot.forms.layout import find_forms
from bot.forms.links import is_link_file
from bot.forms.readers.failure import TEXTS, UnreadableFileError
from bot.forms.readers.libreoffice import CONVERTIBLE
from bot.forms.readers.registry import READERS
from bot.forms.scans import shows_a_form
from bot.forms.unpack import LINK_FILE_TEXT, Candidate, candidates, net_disk_link
from bot.forms.workshop import Workshop
from bot.records.form import Document, RegistrationForm, Unread, UnreadCode
from bot.records.mail import ParsedMail

DEEPEST = 5
"""Containers within containers that are opened."""

_MAILS = (FileKind.OUTLOOK_MESSAGE, FileKind.TNEF)

_WORTH_ANOTHER_TRY = (UnreadCode.CORRUPT, UnreadCode.UNSUPPORTED)

_EMPTY_FILE = "文件是空的，没有内容，请重新发送。"
_UNSUPPORTED = "这种文件（{kind}）系统暂时不能自动读取，请改用 Word（docx）或 Excel（xlsx）格式的回执表发送。"
_NO_FORM = "文件能打开，但里面没有找到回执表。"
_NOBODY_MADE_OUT = "扫描件或照片里看得出是回执表，但没有认出参加人员，请查看原件。"
_TOO_DEEP = "压缩包里套的层数太多，系统没有打开，请把回执表直接作为附件发送。"

OpenMail = Callable[[bytes], ParsedMail]
"""Parses a mail that is attached to, or packed with, another one."""


@dataclass(frozen=True)
class Found:
    """What one file gave: raw forms, what could not be read, and the files in which people stood."""

    forms: tuple[RegistrationForm, ...] = ()
    unread: tuple[Unread, ...] = ()
    with_people: tuple[str, ...] = ()

    def __add__(self, other: Found) -> Found:
        return Found(self.forms + other.forms, self.unread + other.unread, self.with_people + other.with_people)


@dataclass
class FileReader:
    """Reads the files of one mail or path; what its containers may still give counts down over all of them."""

    labels: Labels
    workshop: Workshop
    open_mail: OpenMail | None = None
    on_document: Callable[[Document], None] = lambda document: None
    _left: Limits = field(default_factory=Limits)
    _seen: set[bytes] = field(default_factory=set)

    def read(self, file: Candidate, depth: int = 0) -> Found:
        """The forms of one file and of all files in it. The same bytes a second time give nothing."""
        digest = hashlib.sha256(file.content).digest()
        if digest in self._seen:
            return Found()
        self._seen.add(digest)
        try:
            if file.kind in READERS:
                return self._read_office(file, depth)
            if file.kind is FileKind.MAIL and self.open_mail is not None:
                return self._read_mail_inside(file, depth)
            if file.kind in OPENERS:
                return self._read_contents(file, depth)
        except UnreadableFileError as error:
            return _nothing(file.origin, error.code, str(error))
        except TransientError:
            raise
        except Exception:  # noqa: BLE001 -- files come from anybody: whatever one breaks, it costs only that file
            return _nothing(file.origin, UnreadCode.CORRUPT)
        return Found(unread=(_not_readable(file),))

    def _read_office(self, file: Candidate, depth: int) -> Found:
        """A file that its reader cannot read may still be one that an office program opens and saves anew."""
        try:
            return self._read_document(file, depth)
        except UnreadableFileError as error:
            if error.code not in _WORTH_ANOTHER_TRY or file.kind not in CONVERTIBLE:
                raise
            reason = error
        with suppress(UnreadableFileError):
            saved = self.workshop.convert(file.kind, file.content)
            if saved is not None:
                found = self._read_document(Candidate(file.origin, saved, kind_of(saved)), depth)
                # An office program opens anything as text: only a form with people proves that it was one.
                if found.with_people:
                    return found
        raise reason

    def _read_document(self, file: Candidate, depth: int) -> Found:
        document = self.workshop.read(file.kind, file.origin, file.content)
        self.on_document(document)
        if is_too_long(document):
            return _nothing(file.origin, UnreadCode.TOO_LARGE)
        forms = without_masked(find_forms(document, self.labels))
        if any(form.attendees for form in forms):
            return Found(forms, (), (file.origin,))
        shown = self._read_pictures_in(file, depth)
        if shown.with_people:
            return shown
        if shows_a_form(file.kind, document):
            return Found(unread=(Unread(file.origin, UnreadCode.NO_FORM, _NOBODY_MADE_OUT, form_like=True),))
        scans = Found(unread=tuple(unread for unread in shown.unread if unread.form_like))
        if forms or scans.unread:
            return Found(forms) + scans
        return _without_form(file)

    def _read_pictures_in(self, file: Candidate, depth: int) -> Found:
        """A document that names nobody may be a wrapper around a photo of the form."""
        if file.kind not in PICTURES_IN or depth >= DEEPEST:
            return Found()
        items = self.workshop.pictures(file.kind, file.origin, file.content, self._left)
        return self._read_items(file.origin, items, depth)

    def _read_contents(self, file: Candidate, depth: int) -> Found:
        if depth >= DEEPEST:
            return _nothing(file.origin, UnreadCode.TOO_LARGE, _TOO_DEEP)
        items = self.workshop.unpack(file.kind, file.origin, file.content, self._left)
        found = self._read_items(file.origin, items, depth)
        if found.with_people and file.kind in _MAILS:
            found = replace(found, unread=tuple(unread for unread in found.unread if not _is_cover_note(unread)))
        return found if found.forms or found.unread else _nothing(file.origin, UnreadCode.NO_FORM, _NO_FORM)

    def _read_items(self, origin: str, items: tuple[Item, ...], depth: int) -> Found:
        taken = sum(len(item.content) for item in items)
        left = self._left
        self._left = replace(left, items=max(0, left.items - len(items)), bytes=max(0, left.bytes - taken))
        found = Found()
        for item in items:
            inside = f"{origin}/{item.name}"
            if item.code is not None:
                found += _nothing(inside, item.code)
            else:
                found += self.read(Candidate(inside, item.content, kind_of(item.content)), depth + 1)
        return found

    def _read_mail_inside(self, file: Candidate, depth: int) -> Found:
        if depth >= DEEPEST or self.open_mail is None:
            return _nothing(file.origin, UnreadCode.TOO_LARGE, _TOO_DEEP)
        mail = self.open_mail(file.content)
        found = Found()
        for inner in candidates(mail):
            found += self.read(replace(inner, origin=f"{file.origin}/{inner.origin}"), depth + 1)
        origin = f"{file.origin}/{BODY}"
        forms, reason = forms_in_body(mail, self.labels, origin)
        found += Found(forms, (reason,) if reason else (), (origin,) if forms else ())
        if not found.with_people and (link := net_disk_link(mail, origin)) is not None:
            found += Found(unread=(link,))
        return found if found.forms or found.unread else _nothing(file.origin, UnreadCode.NO_FORM, _NO_FORM)


def _nothing(origin: str, code: UnreadCode, text: str = "") -> Found:
    return Found(unread=(Unread(origin, code, text or TEXTS[code]),))


def _without_form(file: Candidate) -> Found:
    """What is said of a file that was read and holds no form: perhaps it is only a link to one."""
    if is_link_file(file.kind, file.content):
        return _nothing(file.origin, UnreadCode.LINK_ONLY, LINK_FILE_TEXT)
    return _nothing(file.origin, UnreadCode.NO_FORM, _NO_FORM)


def _is_cover_note(unread: Unread) -> bool:
    """Whether this is an Outlook mail's own text, which needs no form when the mail brought one."""
    name = unread.origin.rpartition("/")[2]
    return name.startswith(f"{BODY}.") and unread.code in (UnreadCode.NO_FORM, UnreadCode.LINK_ONLY)


def _not_readable(file: Candidate) -> Unread:
    origin, kind = file.origin, file.kind
    if is_link_file(kind, file.content):
        return Unread(origin, UnreadCode.LINK_ONLY, LINK_FILE_TEXT)
    if kind is FileKind.EMPTY:
        return Unread(origin, UnreadCode.CORRUPT, _EMPTY_FILE)
    if kind is FileKind.ENCRYPTED_OFFICE:
        return Unread(origin, UnreadCode.ENCRYPTED, TEXTS[UnreadCode.ENCRYPTED])
    return Unread(origin, UnreadCode.UNSUPPORTED, _UNSUPPORTED.format(kind=name_of(kind)))
