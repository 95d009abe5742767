"""A worker program whose readers do what a hostile file may bring a reader to; which one, the file says itself."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.forms import workshop
from bot.forms.kinds import FileKind
from bot.forms.readers import heavy
from bot.forms.workers import child
from bot.forms.workers.frames import write_frame
from bot.forms.workers.wire import document_out
from bot.records.form import Document, Line, Place


def _misbehave(origin: str, content: bytes) -> Document:
    word, _, rest = content.decode().partition(" ")
    said = ""
    match word:
        case "hang":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "die":
            os._exit(1)
        case "nap":
            time.sleep(1)
        case "recurse":
            _misbehave(origin, content)
        case "grow":
            blocks = []
            while True:
                blocks.append(b"1" * 50_000_000)
        case "talk":
            said = "长" * 70_000_000
        case "print":
            print("garbage" * 100_000, flush=True)
            os.write(1, b"garbage")
            sys.stderr.write("garbage")
        case "connect":
            socket.create_connection(("127.0.0.1", int(rest)), timeout=2)
        case "run":
            subprocess.run(["true"], check=True)
        case "open":
            said = Path(rest).read_text()
        case "write":
            Path(rest).write_text("x")
        case "remove":
            Path(rest).unlink()
        case "litter":
            tempfile.mkdtemp()
            said = tempfile.gettempdir()
        case "litter-and-hang":
            os.write(tempfile.mkstemp()[0], b"x")
            time.sleep(600)
        case "full":
            raise OSError(errno.ENOSPC, "full")
        case "fork":
            said = str(_forked())
        case "forge":
            _forge(rest)
        case "environment":
            said = " ".join(sorted(os.environ))
        case "picture" if not heavy.OCR_ALLOWED:
            raise heavy.NeedsOcrError
    return Document(origin, (Line(said or "done", Place(origin)),))


def _forked() -> int:
    """A process that a library in C starts: Python's own means are refused."""
    library = ctypes.CDLL(None)
    number = int(library.fork())
    if number == 0:
        library.sleep(600)
        os._exit(0)
    return number


def _forge(text: str) -> None:
    """Writes an answer of its own into every pipe before the real one."""
    head, blobs = document_out(Document("x", (Line(text, Place("x")),)))
    forged = io.BytesIO()
    write_frame(forged, {**head, "job": "0"}, blobs)
    for number in range(3, 20):
        with contextlib.suppress(OSError):
            os.write(number, forged.getvalue())


vars(workshop)["READERS"] = {FileKind.TEXT: _misbehave, FileKind.PICTURE: _misbehave}
main = child.main
