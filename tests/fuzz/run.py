"""Fuzzes the readers and openers, each in a child process with little memory, for as long as one likes.

Run: python -m tests.fuzz.run --minutes 10 [--kind pdf docx] [--from 0] [--save folder]. Prints what is found:
other exceptions than UnreadableFileError, a child that dies, cases of more than 5 seconds, and memory. A case is
made again from its kind and number (targets.case); --save writes the first of each finding into a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import select
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from bot.forms.kinds import FileKind
from tests.fuzz.targets import SLOW, LayoutFailureError, attempt, case, kinds, seeds

HANG_SECONDS = 5.0
SLOW_HANG_SECONDS = 40.0
START_SECONDS = 60.0
MEMORY = 1_500_000_000
SLOW_MEMORY = 6_000_000_000
"""Address space: the recogniser's libraries alone reserve gigabytes that they never touch."""

MUCH_RESIDENT = 1_000_000
"""KiB of resident memory that are worth a word."""


def child(kind: FileKind, first: int) -> None:
    """Tries case after case and says on stdout what became of each."""
    limit = SLOW_MEMORY if kind in SLOW else MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    attempt(kind, seeds(kind)[0])  # loads what is imported lazily, outside the first case's time
    most = 0
    number = first
    while True:
        print(f"try {number}", file=out)
        content = case(kind, number)
        try:
            code = attempt(kind, content)
            print(f"end {code or 'read'}", file=out)
        except BaseException as error:  # noqa: BLE001 -- also what a library in Rust raises when it panics
            print("bad " + json.dumps(_described(error)), file=out)
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if resident > max(most * 1.2, MUCH_RESIDENT):
            print(f"big {resident // 1024}", file=out)
            most = resident
        number += 1


def _described(error: BaseException) -> str:
    """The kind of the exception and the innermost place of ours that it came through."""
    cause = error.__cause__ if isinstance(error, LayoutFailureError) and error.__cause__ else error
    frames = [f for f in traceback.extract_tb(cause.__traceback__) if f"{os.sep}bot{os.sep}" in f.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    layout = "layout " if error is not cause else ""
    said = re.sub(r"b?'.*|\d+", "…", str(cause).splitlines()[0] if str(cause) else "")
    return f"{layout}{type(cause).__name__} at {place}: {said[:80]}"


class Watch:
    """One kind's children, one after the other, and what they found."""

    def __init__(self, kind: FileKind, first: int, save: Path | None) -> None:
        self.kind, self.number, self.save = kind, first, save
        self.ends: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.slowest = 0.0

    def run(self, until: float) -> None:
        while time.monotonic() < until:
            command = [sys.executable, "-m", "tests.fuzz.run", "--child", self.kind.value, str(self.number)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                try:
                    self._follow(process, until)
                finally:
                    process.kill()
            self.number += 1

    def _follow(self, process: subprocess.Popen[bytes], until: float) -> None:
        assert process.stdout is not None
        patience, pending = START_SECONDS, b""
        began = time.monotonic()
        while True:
            ready, _, _ = select.select([process.stdout], [], [], patience)
            piece = os.read(process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                self._lost(process, hung=not ready)
                return
            *lines, pending = (pending + piece).split(b"\n")
            for line in lines:
                word, _, rest = line.decode().partition(" ")
                if word == "try":
                    self.number, began = int(rest), time.monotonic()
                    patience = SLOW_HANG_SECONDS if self.kind in SLOW else HANG_SECONDS
                else:
                    self._heard(word, rest)
                    self.slowest = max(self.slowest, time.monotonic() - began)
            if time.monotonic() > until:
                return

    def _heard(self, word: str, rest: str) -> None:
        if word == "end":
            self.ends[rest] += 1
        elif word == "bad":
            self.ends["other exception"] += 1
            self._found(json.loads(rest))
        elif word == "big":
            self._found(f"resident memory {int(rest) // 100 * 100} MB")

    def _lost(self, process: subprocess.Popen[bytes], *, hung: bool) -> None:
        if hung:
            self._found("hang")
        else:
            self._found(f"child died with {process.wait(5)}")

    def _found(self, what: str) -> None:
        self.findings[what] += 1
        if self.findings[what] == 1:
            print(f"  {self.kind}: case {self.number}: {what}", flush=True)
            if self.save:
                self.save.mkdir(parents=True, exist_ok=True)
                (self.save / f"{self.kind}-{self.number}").write_bytes(case(self.kind, self.number))


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(FileKind(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=10, help="for each kind")
    parser.add_argument("--kind", nargs="*", default=[])
    parser.add_argument("--from", dest="first", type=int, default=0, help="number of the first case")
    parser.add_argument("--save", type=Path, help="a folder for the first file of each finding")
    options = parser.parse_args()
    for kind in [FileKind(name) for name in options.kind] or kinds():
        watch = Watch(kind, options.first, options.save)
        watch.run(time.monotonic() + options.minutes * 60)
        ends = ", ".join(f"{count} {end}" for end, count in watch.ends.most_common())
        print(f"{kind}: {watch.number - options.first} cases, slowest {watch.slowest:.1f} s: {ends}", flush=True)
        for what, count in watch.findings.most_common():
            print(f"    {count} x {what}")


if __name__ == "__main__":
    main()
