"""One worker process as the bot sees it: asked, watched, and ended when it takes too long or grows too large."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Any

import psutil

from bot.errors import TransientError
from bot.forms.readers import heavy
from bot.forms.workers.confine import FOLDER_PREFIX
from bot.forms.workers.frames import (
    MOST_REQUEST,
    BrokenFrameError,
    Frame,
    FrameTooLongError,
    read_frame,
    write_frame,
)

_ROOT = Path(__file__).resolve().parents[3]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from {program} import main; main({memory}, {ocr})"
PROGRAM = "bot.forms.workers.child"
"""The module whose `main` runs on the other side."""

# All that a worker gets to know of the bot's surroundings: no password stands here.
_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "WINDIR",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
)
_NOT_STARTED = "读取附件的进程无法启动（内存不足，或程序没有装完整），稍后会自动再试；请运行 check 查看。"
_START_SECONDS = 60.0
_LOOK_EVERY = 0.05
_LOOK_AT_MEMORY_AFTER = 0.5
_END_SECONDS = 5.0
_LONG_AGO = 3_600.0


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one worker may take: `seconds` a job, `resident` bytes of memory, `address_space` bytes where the
    system can hold it to that, and jobs before it is replaced by a fresh one."""

    seconds: float
    resident: int
    address_space: int
    jobs: int = 500


class WorkerDiedError(Exception):
    """The process ended in the middle of a job."""


class WorkerTooSlowError(Exception):
    """The job took longer than its limit; the process was ended."""


class WorkerTooLargeError(Exception):
    """The job took more memory, or wanted to answer more, than its limit; the process was ended."""


class Worker:
    """One process. Not for use by two threads at once."""

    def __init__(self, limits: WorkerLimits, *, ocr: bool, program: str = PROGRAM) -> None:
        """Start it. TransientError when the system starts no more processes."""
        self._limits = limits
        self.jobs = 0
        self.last_used = time.monotonic()
        self.peak = 0
        self._talk: _Talk | None = None
        code = _START.format(program=program, memory=limits.address_space, ocr=ocr)
        # A process that is ended cannot clear up what it has written of a mail; this one can.
        self._folder = ""
        try:
            _clear_up_after_the_dead()
            self._folder = tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-")
            own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), self._folder) | heavy.NO_TELEMETRY
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-X", "utf8", "-c", code, str(_ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: environ[name] for name in _ENVIRONMENT if name in environ} | own,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                start_new_session=True,
            )
        except OSError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise TransientError(_NOT_STARTED) from None
        self._await_ready()

    def _await_ready(self) -> None:
        """A process that cannot even load our own code says nothing about any file."""
        talk = self._begun(_Talk(self._process))
        talk.join(_START_SECONDS)
        if talk.answer is None:
            self.end()
            raise TransientError(_NOT_STARTED)

    def _begun(self, talk: _Talk) -> _Talk:
        try:
            talk.start()
        except RuntimeError:
            # The system gives this user no more threads.
            self.end()
            raise TransientError(_NOT_STARTED) from None
        self._talk = talk
        return talk

    @property
    def worn_out(self) -> bool:
        """Whether a fresh process should take over: after many jobs, or when it did not give its memory back."""
        return self.jobs >= self._limits.jobs or self._resident() > self._limits.resident * 3 // 4

    def ask(self, head: dict[str, Any], content: bytes) -> Frame:
        """Do one job. One of the errors above when the process did not survive it."""
        self.jobs += 1
        name = secrets.token_hex(8)
        talk = self._begun(_Talk(self._process, {**head, "job": name}, content))
        self._watch(talk)
        self.last_used = time.monotonic()
        if talk.answer is not None and talk.answer.head.get("job") == name:
            return talk.answer
        self.end()
        raise WorkerTooLargeError if talk.too_long else WorkerDiedError

    def _watch(self, talk: _Talk) -> None:
        begun = time.monotonic()
        talk.join(_LOOK_AT_MEMORY_AFTER)
        while talk.is_alive():
            if time.monotonic() - begun > self._limits.seconds:
                self.end()
                raise WorkerTooSlowError
            if self._resident() > self._limits.resident:
                self.end()
                raise WorkerTooLargeError
            if self._gone():
                # What the process still said is read to its end, unless something else keeps the pipe open.
                talk.join(_END_SECONDS)
                return
            talk.join(_LOOK_EVERY)

    def _resident(self) -> int:
        """Bytes of memory that the process holds; 0 when it is gone."""
        try:
            now = int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0
        self.peak = max(self.peak, now)
        return now

    def _gone(self) -> bool:
        """Whether the process has ended, without taking note of it: its number must stay its own until `end`."""
        try:
            return bool(psutil.Process(self._process.pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return True

    def end(self) -> None:
        """Stop the process, whatever it is doing, with all that it may have started, and clear up after it."""
        with suppress(OSError):
            if self._process.returncode is None and hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(OSError):
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        if self._talk is not None:
            self._talk.join(_END_SECONDS)
        # A stream that is still being read, since something keeps the other end open, could not be closed either.
        if self._talk is None or not self._talk.is_alive():
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _clear_up_after_the_dead() -> None:
    """Removes the folders of bots that were killed together with their workers: parts of mails may lie in them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        with suppress(OSError, ValueError, OverflowError):
            if time.time() - folder.stat().st_mtime > _LONG_AGO and not psutil.pid_exists(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


class _Talk(threading.Thread):
    """Sends one request, if there is any, and waits for its answer, while the bot looks at the clock."""

    def __init__(
        self, process: subprocess.Popen[bytes], head: dict[str, Any] | None = None, content: bytes = b""
    ) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._head = head
        self._content = content
        self.answer: Frame | None = None
        self.too_long = False

    def run(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            if self._head is not None:
                write_frame(self._process.stdin, self._head, [self._content], MOST_REQUEST)
            self.answer = read_frame(self._process.stdout)
        except FrameTooLongError:
            self.too_long = True
        except (BrokenFrameError, OSError, ValueError, MemoryError):
            return
