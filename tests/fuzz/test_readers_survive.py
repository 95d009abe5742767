"""A short run of the fuzzer with fixed cases: whatever a file holds, a reader ends soon and in an orderly way."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.registry import READERS
from bot.forms.workshop import SameProcess
from tests.fuzz import targets
from tests.fuzz.mutate import broken
from tests.servers.require import require

CASES = 10
LONGEST_SECONDS = 20
"""Far above what any case takes, so that only a hang can reach it, however busy the machine."""

KINDS = [kind for kind in targets.kinds() if kind not in targets.SLOW]

ANY_TEXT = (FileKind.TEXT, FileKind.HTML, FileKind.MHTML, FileKind.RTF)
"""Kinds whose readers take any bytes for text, with nothing in it."""


@contextmanager
def no_hang() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail("The reader hangs.")

    if not hasattr(signal, "setitimer"):
        require("A timer that interrupts")
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def exception_of(kind: FileKind, content: bytes) -> Exception | None:
    """What the reader raises on the file; what is no Exception passes through."""
    try:
        targets.attempt(kind, content)
    except Exception as error:  # noqa: BLE001 -- judged by the test
        return error
    return None


@pytest.mark.parametrize("number", range(CASES))
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_read_or_refused_and_never_worse(kind: FileKind, number: int) -> None:
    content = targets.case(kind, number)

    with no_hang():
        raised = exception_of(kind, content)

    # Any other exception counts as a corrupt file for the reader's users; these would tell of something worse.
    assert not isinstance(raised, targets.LayoutFailureError | MemoryError | RecursionError | FileNotFoundError)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not FileKind.OTHER_OLE])
def test_a_whole_file_of_the_corpus_is_opened(kind: FileKind) -> None:
    content = targets.seeds(kind)[-1]

    assert opened(kind, content)


def test_the_same_number_always_breaks_a_file_in_the_same_way() -> None:
    content = targets.seeds(FileKind.DOCX)[0]

    once, again = (broken(content, b"other", 7) for _ in range(2))

    assert once == again != content


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ANY_TEXT])
def test_what_is_no_file_of_its_kind_is_refused(kind: FileKind) -> None:
    with pytest.raises(UnreadableFileError), no_hang():
        opened(kind, b"\x01\x02 nothing")


@pytest.mark.parametrize("kind", KINDS)
def test_the_bytes_of_a_file_are_never_taken_for_a_path(kind: FileKind) -> None:
    beginning = targets.seeds(kind)[0][:8].replace(b"\x00", b"\x01")

    raised = exception_of(kind, beginning)

    assert not isinstance(raised, FileNotFoundError)


def opened(kind: FileKind, content: bytes) -> object:
    if kind in READERS:
        return SameProcess().read(kind, "文件", content)
    return SameProcess().unpack(kind, "文件", content, targets.LIMITS)
