"""The workshop that the bot uses: one light process for most files, a heavy one for recognising text in pictures.

Both start at the first need. A file on which a process dies or hangs is `corrupt`, one that takes too much is
`too_large`; the next file gets a fresh process. TransientError when no process can be started at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from bot.errors import TransientError
from bot.forms.containers.contents import Item, Limits
from bot.forms.kinds import FileKind
from bot.forms.readers import libreoffice
from bot.forms.readers.failure import TEXTS, UnreadableFileError
from bot.forms.workers.child import job_head
from bot.forms.workers.frames import Frame
from bot.forms.workers.process import (
    PROGRAM,
    Worker,
    WorkerDiedError,
    WorkerLimits,
    WorkerTooLargeError,
    WorkerTooSlowError,
)
from bot.forms.workers.wire import document_in, items_in
from bot.records.form import Document, UnreadCode

MEGABYTE = 1_000_000
LIGHT = WorkerLimits(seconds=40, resident=700 * MEGABYTE, address_space=2_000 * MEGABYTE)
"""For everything but pictures. The slowest honest file met, a PDF of 30 pages, takes a tenth of the time."""

OCR = WorkerLimits(seconds=240, resident=1_600 * MEGABYTE, address_space=6_000 * MEGABYTE, jobs=200)
"""For pictures: twenty pages on a slow office computer. The libraries reserve far more addresses than they use."""

REST_AFTER = 60.0
"""Seconds without a picture after which the heavy process gives its memory back."""

_NOT_TO_ITS_END = "文件没能读完，可能已损坏或内容异常，请重新保存为 Word 或 Excel 文件后再发一次。"
_SPARE_SECONDS = 10.0
_Result = TypeVar("_Result")


class WorkerProcesses:
    """A Workshop of two processes. Close it when done; use it from one thread.

    While `pages` is set, documents come with pictures of their pages, where they have fixed ones.
    """

    pages = False

    def __init__(self, light: WorkerLimits = LIGHT, ocr: WorkerLimits = OCR, program: str = PROGRAM) -> None:
        self._program = program
        self._limits = {False: light, True: ocr}
        self._workers: dict[bool, Worker] = {}

    def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
        return self._do("read", kind, origin, content, Limits(), document_in)

    def unpack(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        return self._do("unpack", kind, origin, content, limits, items_in)

    def pictures(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        return self._do("pictures", kind, origin, content, limits, items_in)

    def convert(self, kind: FileKind, content: bytes) -> bytes | None:
        # Another program, with limits of its own: a worker may start none.
        return libreoffice.convert(kind, content)

    def rest(self) -> None:
        """Let the heavy process go when it has had nothing to do for a while."""
        heavy = self._workers.get(True)
        if heavy is not None and time.monotonic() - heavy.last_used > REST_AFTER:
            self._end(True)

    def close(self) -> None:
        for ocr in tuple(self._workers):
            self._end(ocr)

    def _do(
        self,
        do: str,
        kind: FileKind,
        origin: str,
        content: bytes,
        limits: Limits,
        rebuild: Callable[[Frame], _Result],
    ) -> _Result:
        frame = self._answer(do, kind, origin, content, limits, ocr=kind is FileKind.PICTURE)
        if frame.head.get("needs_ocr"):
            frame = self._answer(do, kind, origin, content, limits, ocr=True)
        if "not_now" in frame.head:
            raise TransientError(str(frame.head["not_now"]))
        if "failed" in frame.head:
            raise _failure(frame)
        try:
            return rebuild(frame)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            raise UnreadableFileError(UnreadCode.CORRUPT) from None

    def _answer(self, do: str, kind: FileKind, origin: str, content: bytes, limits: Limits, *, ocr: bool) -> Frame:
        head = job_head(do, kind, origin, limits, self._limits[ocr].seconds + _SPARE_SECONDS, pages=self.pages)
        # Twice: a process may also be ended from outside, which is not the file's fault.
        for _ in range(2):
            try:
                return self._worker(ocr).ask(head, content)
            except WorkerDiedError:
                self._end(ocr)
            except WorkerTooSlowError:
                self._end(ocr)
                raise UnreadableFileError(UnreadCode.CORRUPT, _NOT_TO_ITS_END) from None
            except WorkerTooLargeError:
                self._end(ocr)
                raise UnreadableFileError(UnreadCode.TOO_LARGE) from None
        raise UnreadableFileError(UnreadCode.CORRUPT, _NOT_TO_ITS_END)

    def _worker(self, ocr: bool) -> Worker:
        worker = self._workers.get(ocr)
        if worker is not None and worker.worn_out:
            self._end(ocr)
            worker = None
        if worker is None:
            worker = self._workers[ocr] = Worker(self._limits[ocr], ocr=ocr, program=self._program)
        return worker

    def _end(self, ocr: bool) -> None:
        worker = self._workers.pop(ocr, None)
        if worker is not None:
            worker.end()


def _failure(frame: Frame) -> UnreadableFileError:
    """The reason that a worker gave, as far as it makes sense."""
    code = UnreadCode.CORRUPT
    with suppress(ValueError):
        code = UnreadCode(frame.head["failed"])
    text = frame.head.get("text")
    if not isinstance(text, str) or not text:
        text = TEXTS.get(code, TEXTS[UnreadCode.CORRUPT])
    return UnreadableFileError(code, text)
