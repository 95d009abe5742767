"""A worker program whose readers do what a hostile file may bring a reader to; which one, the file says itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from bot.forms import workshop
from bot.forms.kinds import FileKind
from bot.forms.readers import heavy
from bot.forms.workers import child
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
        case "environment":
            said = " ".join(sorted(os.environ))
        case "picture" if not heavy.OCR_ALLOWED:
            raise heavy.NeedsOcrError
    return Document(origin, (Line(said or "done", Place(origin)),))


vars(workshop)["READERS"] = {FileKind.TEXT: _misbehave, FileKind.PICTURE: _misbehave}
main = child.main
