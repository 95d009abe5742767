"""The worker process: takes one job after the other from its standard input, and answers on its standard output.

Ends with its standard input. Never logs and never prints: what libraries write goes nowhere, for it may quote a
file. A job that fails is answered with the reason; one that takes too long ends the process.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any

from bot.errors import TransientError
from bot.forms.containers.contents import Limits
from bot.forms.kinds import FileKind
from bot.forms.readers import heavy
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.workers.confine import FOLDER_PREFIX, confine
from bot.forms.workers.frames import (
    MOST_REQUEST,
    BrokenFrameError,
    Frame,
    FrameTooLongError,
    read_frame,
    write_frame,
)
from bot.forms.workers.wire import document_out, items_out
from bot.forms.workshop import SameProcess
from bot.records.form import UnreadCode


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Say that all is loaded, then work off jobs until there are no more."""
    write_frame(answers, {"ready": True})
    while True:
        try:
            job = read_frame(jobs, MOST_REQUEST)
        except BrokenFrameError:
            return
        # A last resort against what no signal interrupts; the bot's own watch is shorter.
        faulthandler.dump_traceback_later(float(job.head["seconds"]), exit=True, file=sys.stderr)
        head, blobs = _answer(job)
        # The name of the job, so that no answer is ever taken for that to another one.
        head["job"] = job.head["job"]
        try:
            write_frame(answers, head, blobs)
        except (FrameTooLongError, MemoryError):
            write_frame(answers, {"failed": UnreadCode.TOO_LARGE.value, "text": "", "job": job.head["job"]})
        faulthandler.cancel_dump_traceback_later()


def _answer(job: Frame) -> tuple[dict[str, Any], list[bytes]]:
    try:
        return _done(job)
    except UnreadableFileError as error:
        return {"failed": error.code.value, "text": str(error)}, []
    except heavy.NeedsOcrError:
        return {"needs_ocr": True}, []
    except TransientError as error:
        return {"not_now": str(error)}, []
    except MemoryError:
        return {"failed": UnreadCode.TOO_LARGE.value, "text": ""}, []
    except BaseException:  # noqa: BLE001 -- whatever a file breaks, the next one is read by this same process
        return {"failed": UnreadCode.CORRUPT.value, "text": ""}, []


def _done(job: Frame) -> tuple[dict[str, Any], list[bytes]]:
    head, content = job.head, job.blobs[0]
    kind, origin, work = (
        FileKind(head["kind"]),
        head["origin"],
        SameProcess(pages=bool(head["pages"]), hands_on=True),
    )
    if head["do"] == "read":
        return document_out(work.read(kind, origin, content))
    open_it = work.unpack if head["do"] == "unpack" else work.pictures
    return items_out(open_it(kind, origin, content, Limits(*head["limits"])))


def job_head(
    do: str, kind: FileKind, origin: str, limits: Limits, seconds: float, *, pages: bool = False
) -> dict[str, Any]:
    """The head of a request, as `serve` understands it."""
    return {
        "do": do,
        "kind": kind.value,
        "origin": origin,
        "limits": astuple(limits),
        "seconds": seconds,
        "pages": pages,
    }


def main(memory: int, ocr: bool) -> None:
    """Run as a worker: the pipe is taken off the standard streams before anything can print into it."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    # Who stops the bot from the terminal or by its service stops this process through the end of its input: a
    # mail that is being read is still finished.
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    heavy.OCR_ALLOWED = ocr
    folder = Path(tempfile.gettempdir())
    # Where names without a folder lead, too.
    os.chdir(folder)
    confine(memory, folder)
    serve(jobs, answers)
    # The bot clears up after a process that it ends; one that outlives the bot does it itself.
    if folder.name.startswith(FOLDER_PREFIX):
        os.chdir(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)
