"""What is fuzzed: every reader and opener of the registries, each with the corpus' files of its kind."""

from __future__ import annotations

from bot.forms.containers.contents import Limits
from bot.forms.containers.openers import OPENERS, PICTURES_IN
from bot.forms.kinds import FileKind, kind_of
from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.forms.normalise import normalise_form
from bot.forms.readers import heavy
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.registry import READERS
from bot.forms.validate import validate_form
from bot.records.form import UnreadCode
from tests.fuzz.made_seeds import made
from tests.fuzz.mutate import broken
from tests.samples.corpus_read import CORPUS
from tests.samples.make_package import compound_file

LIMITS = Limits(items=200, bytes=50_000_000)
SLOW = frozenset({FileKind.PICTURE})
"""Kinds whose every case is recognised as a picture, a second or more each."""


class LayoutFailureError(Exception):
    """What was read could be read, but the layout reader, normalise or validate broke on it."""


def kinds() -> list[FileKind]:
    """All kinds that something opens, and that the corpus holds a file of."""
    known = {*READERS, *OPENERS, *PICTURES_IN}
    return [kind for kind in FileKind if kind in known and seeds(kind)]


_NO_SEED = {"scan": (".json", ".pdf", ".docx")}
_seeds: dict[FileKind, list[bytes]] = {}


def seeds(kind: FileKind) -> list[bytes]:
    """The corpus' files of one kind, or made ones, small ones first."""
    if not _seeds:
        for path in sorted(CORPUS.glob("*/*")):
            # Scanned PDFs and Word files would only try the recogniser, which pictures try already.
            if path.suffix not in _NO_SEED.get(path.parent.name, (".json",)):
                content = path.read_bytes()
                _seeds.setdefault(kind_of(content), []).append(content)
        _seeds.setdefault(FileKind.OTHER_OLE, []).append(compound_file("Contents"))
        for content in made():
            _seeds.setdefault(kind_of(content), []).append(content)
        for files in _seeds.values():
            files.sort(key=lambda content: (len(content), content[:64]))
    return _seeds.get(kind, [])


def case(kind: FileKind, number: int) -> bytes:
    """The broken file of this number, always the same."""
    files = seeds(kind)
    content = files[number % len(files)]
    other = files[(number * 7 + 3) % len(files)]
    return broken(content, other, number)


def attempt(kind: FileKind, content: bytes) -> UnreadCode | None:
    """Opens a file as if it were of `kind`, as far as forms; the reason for which it can't be opened, or None.
    Whatever else is raised is a finding. Only pictures are recognised: a damaged page that has to be looked at
    would try the recogniser, not its reader."""
    heavy.OCR_ALLOWED, before = kind in SLOW, heavy.OCR_ALLOWED
    try:
        if kind in READERS:
            document = READERS[kind]("文件", content)
            try:
                for form in find_forms(document, default_labels()):
                    validate_form(normalise_form(form))
            except Exception as error:
                raise LayoutFailureError from error
        if kind in OPENERS:
            OPENERS[kind]("文件", content, LIMITS)
        if kind in PICTURES_IN:
            PICTURES_IN[kind]("文件", content, LIMITS)
    except UnreadableFileError as error:
        return error.code
    except heavy.NeedsOcrError:
        return None
    finally:
        heavy.OCR_ALLOWED = before
    return None
