"""A file that its reader cannot read is tried once more as an office program saves it anew."""

from __future__ import annotations

import pytest

from bot.forms.kinds import FileKind
from bot.forms.read import read_file
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.workshop import SameProcess
from bot.records.form import Document, UnreadCode
from tests.samples.make_forms import slip, word_form
from tests.samples.make_package import compound_file

OLD = compound_file("WordDocument")
SLIP = slip(5, 2)


class WithOffice(SameProcess):
    """A workshop beside which an office program stands; it opens everything as `saved`."""

    def __init__(
        self, saved: bytes | UnreadableFileError | None, failure: UnreadCode = UnreadCode.CORRUPT
    ) -> None:
        super().__init__()
        self.saved = saved
        self.failure = failure
        self.asked: list[FileKind] = []

    def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
        if kind is FileKind.DOC:
            raise UnreadableFileError(self.failure, "第一个原因。")
        return super().read(kind, origin, content)

    def convert(self, kind: FileKind, content: bytes) -> bytes | None:
        self.asked.append(kind)
        if isinstance(self.saved, UnreadableFileError):
            raise self.saved
        return self.saved


def test_a_form_that_only_the_office_program_opens_is_read() -> None:
    office = WithOffice(word_form(SLIP))

    reading = read_file("回执.doc", OLD, workshop=office)

    assert [a.name.text for a in reading.forms[0].attendees] == [person.name for person in SLIP.people]
    assert reading.forms[0].origin == "回执.doc"
    assert reading.unread == ()


@pytest.mark.parametrize(
    "saved", [None, UnreadableFileError(UnreadCode.CORRUPT), b"text", word_form(slip(5, 0)), b"PK\x03\x04"]
)
def test_the_first_reason_stands_when_the_office_program_finds_nobody(saved: bytes | None) -> None:
    reading = read_file("回执.doc", OLD, workshop=WithOffice(saved))

    assert [(one.code, one.text) for one in reading.unread] == [(UnreadCode.CORRUPT, "第一个原因。")]


@pytest.mark.parametrize("failure", [UnreadCode.ENCRYPTED, UnreadCode.TOO_LARGE])
def test_a_locked_or_huge_file_is_not_given_to_the_office_program(failure: UnreadCode) -> None:
    office = WithOffice(word_form(SLIP), failure)

    reading = read_file("回执.doc", OLD, workshop=office)

    assert office.asked == []
    assert [one.code for one in reading.unread] == [failure]
