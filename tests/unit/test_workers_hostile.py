"""What a worker process that a file has taken over can do to the bot, to other mails and to this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.errors import TransientError
from bot.forms.containers.contents import Limits
from bot.forms.containers.openers import OPENERS
from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.heavy import NeedsOcrError
from bot.forms.readers.registry import READERS
from bot.forms.workers import frames
from bot.forms.workers.child import job_head
from bot.forms.workers.confine import FOLDER_PREFIX
from bot.forms.workers.frames import BrokenFrameError, Frame, FrameTooLongError, read_frame, write_frame
from bot.forms.workers.pool import WorkerProcesses
from bot.forms.workers.process import Worker, WorkerDiedError, WorkerLimits
from bot.forms.workers.wire import document_in, items_in
from bot.forms.workshop import SameProcess
from bot.records.form import Document, Line, UnreadCode
from tests.fuzz import targets

LIMITS = WorkerLimits(seconds=20, resident=300_000_000, address_space=3_000_000_000)
PROGRAM = "tests.unit.misbehaving_worker"
ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="processes of POSIX")


@pytest.fixture
def bad() -> Iterator[WorkerProcesses]:
    pool = WorkerProcesses(LIMITS, LIMITS, program=PROGRAM)
    yield pool
    pool.close()


def said(pool: WorkerProcesses, text: str) -> str:
    (line,) = pool.read(FileKind.TEXT, "x", text.encode()).blocks
    assert isinstance(line, Line)
    return line.text


def code(read: Callable[[], object]) -> UnreadCode:
    with pytest.raises(UnreadableFileError) as caught:
        read()
    return caught.value.code


def ended(number: int, seconds: float = 10) -> bool:
    """Whether a process is gone, or only waits for somebody to take note."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


LIGHT_KINDS = [kind for kind in targets.kinds() if kind not in targets.SLOW]


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerProcesses]:
    pool = WorkerProcesses()
    yield pool
    pool.close()


@pytest.mark.parametrize("kind", [kind for kind in LIGHT_KINDS if kind is not FileKind.OTHER_OLE])
def test_what_a_worker_may_not_do_keeps_no_reader_from_its_work(workers: WorkerProcesses, kind: FileKind) -> None:
    content = targets.seeds(kind)[0]

    if kind in READERS:
        assert workers.read(kind, "x", content) == SameProcess().read(kind, "x", content)
    if kind in OPENERS:
        assert workers.unpack(kind, "x", content, Limits()) == SameProcess().unpack(kind, "x", content, Limits())


def test_a_file_reads_no_other_file_of_this_machine(bad: WorkerProcesses, tmp_path: Path) -> None:
    secret = tmp_path / "bot.toml"
    secret.write_text("password")

    assert code(lambda: said(bad, f"open {secret}")) is UnreadCode.CORRUPT
    assert code(lambda: said(bad, f"open {ROOT / 'pyproject.toml'}")) is UnreadCode.CORRUPT


@POSIX
def test_a_file_does_not_read_the_bots_environment(bad: WorkerProcesses) -> None:
    assert code(lambda: said(bad, f"open /proc/{os.getpid()}/environ")) is UnreadCode.CORRUPT


def test_a_file_changes_nothing_on_this_machine(bad: WorkerProcesses, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.write_text("people")

    assert code(lambda: said(bad, f"write {ledger}")) is UnreadCode.CORRUPT
    assert code(lambda: said(bad, f"write {tmp_path / 'new'}")) is UnreadCode.CORRUPT
    assert code(lambda: said(bad, f"remove {ledger}")) is UnreadCode.CORRUPT

    assert [path.read_text() for path in tmp_path.iterdir()] == ["people"]


def test_what_a_reader_leaves_lying_goes_with_its_process(bad: WorkerProcesses) -> None:
    folder = Path(said(bad, "litter"))
    assert list(folder.iterdir())

    bad.close()

    assert not folder.exists()


def test_what_an_ended_process_was_writing_does_not_stay() -> None:
    hasty = WorkerLimits(seconds=2, resident=300_000_000, address_space=3_000_000_000)
    pool = WorkerProcesses(hasty, hasty, program=PROGRAM)
    folder = Path(said(pool, "litter"))

    assert code(lambda: said(pool, "litter-and-hang")) is UnreadCode.CORRUPT

    assert not folder.exists()


def test_the_folders_of_a_bot_that_was_killed_go_with_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    nobody = next(number for number in range(99_999, 999_999) if not psutil.pid_exists(number))
    for name in (f"{nobody}-old", f"{nobody}-new", f"{os.getpid()}-old", "x-old"):
        folder = tmp_path / f"{FOLDER_PREFIX}{name}"
        folder.mkdir()
        if name.endswith("old"):
            os.utime(folder, (0, 0))

    Worker(LIMITS, ocr=False, program=PROGRAM).end()

    left = {folder.name.removeprefix(FOLDER_PREFIX) for folder in tmp_path.iterdir()}
    assert left == {f"{nobody}-new", f"{os.getpid()}-old", "x-old"}


def test_a_full_disk_is_not_the_files_fault(bad: WorkerProcesses) -> None:
    with pytest.raises(TransientError, match="写不下"):
        said(bad, "full")


def test_a_forged_answer_is_not_taken_for_that_to_the_next_file(bad: WorkerProcesses) -> None:
    assert code(lambda: said(bad, "forge 别人")) is UnreadCode.CORRUPT
    assert said(bad, "well") == "done"


@POSIX
def test_a_process_that_a_library_started_ends_with_its_worker(bad: WorkerProcesses) -> None:
    number = int(said(bad, "fork"))
    assert psutil.pid_exists(number)

    bad.close()

    assert ended(number)


@POSIX
def test_ending_a_worker_waits_for_nobody_who_holds_its_pipes(bad: WorkerProcesses) -> None:
    number = int(said(bad, "fork"))
    os.kill(bad._workers[False]._process.pid, signal.SIGKILL)
    began = time.monotonic()

    assert said(bad, "well") == "done"

    assert time.monotonic() - began < 30
    os.kill(number, signal.SIGKILL)


@POSIX
@pytest.mark.parametrize("what", ["well", "hang"])
def test_a_worker_ends_with_a_bot_that_is_killed(what: str, tmp_path: Path) -> None:
    text = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from bot.forms.workers.child import job_head\n"
        "from bot.forms.containers.contents import Limits\n"
        "from bot.forms.kinds import FileKind\n"
        "from bot.forms.workers.process import Worker, WorkerLimits\n"
        f"worker = Worker(WorkerLimits(60, 10**9, 3 * 10**9), ocr=False, program={PROGRAM!r})\n"
        "print(worker._process.pid, worker._folder, flush=True)\n"
        f"worker.ask(job_head('read', FileKind.TEXT, 'x', Limits(), 2.0), {what.encode()!r})\n"
        "print('answered', flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout is not None
        number, folder = bot.stdout.readline().split()
        if what == "well":
            bot.stdout.readline()
        bot.kill()

    assert ended(int(number))
    assert what == "hang" or not Path(folder).exists()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_job_that_nobody_watches_ends_by_itself() -> None:
    worker = Worker(LIMITS, ocr=False, program=PROGRAM)
    began = time.monotonic()

    with pytest.raises(WorkerDiedError):
        worker.ask(job_head("read", FileKind.TEXT, "x", Limits(), 0.5), b"spin")

    assert time.monotonic() - began < LIMITS.seconds


def test_a_system_that_starts_no_thread_is_not_the_files_fault(
    bad: WorkerProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(bad, "well")

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(TransientError, match="无法启动"):
            said(bad, "well")

    bad.close()
    assert said(bad, "well") == "done"


def raw(head: bytes, blobs: bytes = b"") -> BytesIO:
    return BytesIO(struct.pack(">I", len(head)) + head + blobs)


@pytest.mark.parametrize(
    "stream",
    [
        BytesIO(b"\xff\xff\xff\xff"),
        raw(b'{"blobs": [999999999]}'),
        raw(b'{"blobs": [1e300]}'),
        raw(b'{"blobs": [-1]}'),
        raw(b'{"blobs": [], "x": [' + b"[]," * frames.MOST_PARTS + b"0]}"),
    ],
)
def test_an_answer_that_wants_too_much_room_is_not_listened_to(stream: BytesIO) -> None:
    with pytest.raises(FrameTooLongError):
        read_frame(stream)


@pytest.mark.parametrize(
    "stream",
    [
        raw(b'{"blobs": ' + b"[" * 500_000 + b"]" * 500_000 + b"}"),
        raw(b'{"blobs": [], "x": ' + b"9" * 5_000 + b"}"),
        raw(b'{"blobs": [Infinity]}'),
        raw(b'{"blobs": [NaN]}'),
        raw(b'{"blobs": 7}'),
        raw(b'{"blobs": [5]}', b"1234"),
        raw(b"[]"),
        raw(b"\xff\xfe"),
        BytesIO(b"\x00\x00"),
    ],
)
def test_an_answer_that_makes_no_sense_is_a_broken_frame(stream: BytesIO) -> None:
    with pytest.raises(BrokenFrameError):
        read_frame(stream)


def test_nothing_is_sent_that_would_not_be_read() -> None:
    stream = BytesIO()

    with pytest.raises(FrameTooLongError):
        write_frame(stream, {"x": "长" * 20_000_000})
    with pytest.raises(FrameTooLongError):
        write_frame(stream, {}, [b"x" * 1_000], most=900)

    assert stream.getvalue() == b""


CELL: dict[str, Any] = {"t": "", "at": [0, 0], "place": ["", "", ""]}
TABLE: dict[str, Any] = {"cells": [CELL], "rows": [[0]], "title": "", "hidden_rows": [], "hidden": False}


@pytest.mark.parametrize(
    "block",
    [
        TABLE | {"cells": [CELL | {"span": [10**9, 1]}]},
        TABLE | {"cells": [CELL | {"span": [1, 0]}]},
        TABLE | {"cells": [CELL | {"at": [-1, 0]}]},
        TABLE | {"cells": [CELL | {"at": [10**30, 0]}]},
        TABLE | {"cells": [CELL | {"t": ["x"]}]},
        TABLE | {"cells": [CELL | {"as": "formula"}]},
        TABLE | {"cells": [CELL | {"box": [0, 0, 0, 0, 10**9]}]},
        TABLE | {"cells": [CELL | {"box": [0, 0, 0, 0, float("inf")]}]},
        TABLE | {"rows": [[-1]]},
        TABLE | {"rows": [[0] * 3_000_000]},
        TABLE | {"rows": "ab"},
        TABLE | {"title": 7},
        TABLE | {"hidden_rows": [10**9]},
        {"line": None, "place": ["", "", ""]},
        {"line": "x", "place": ["", 7, ""]},
    ],
)
def test_a_document_that_would_lead_its_readers_astray_is_refused(block: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError, OverflowError)):
        document_in(Frame({"origin": "x", "blocks": [block], "pages": []}))


def test_the_table_that_these_are_made_of_is_read() -> None:
    assert document_in(Frame({"origin": "x", "blocks": [TABLE], "pages": []})).blocks


def test_a_certainty_that_is_no_number_is_none_at_all() -> None:
    head = json.loads('{"origin": "x", "pages": [], "blocks": [{"line": "x", "place": ["","",""], "sure": NaN}]}')

    (line,) = document_in(Frame(head)).blocks

    assert isinstance(line, Line)
    assert line.confidence == 0.0


@pytest.mark.parametrize("page", [[-1, 10**9, 1], [-1, -1, 1], [5, 1, 1]])
def test_a_page_of_senseless_size_is_refused(page: list[int]) -> None:
    with pytest.raises((ValueError, IndexError)):
        document_in(Frame({"origin": "x", "blocks": [], "pages": [page]}))


@pytest.mark.parametrize("item", [[7, -1, "", False], ["a", 5, "", False], ["a", -1, "?", False], ["a"], 7])
def test_items_that_make_no_sense_are_refused(item: object) -> None:
    with pytest.raises((ValueError, TypeError, IndexError)):
        items_in(Frame({"items": [item]}))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), UnreadCode.TOO_LARGE),
        (OSError(27, "File too large"), UnreadCode.TOO_LARGE),
        (OSError("torn"), UnreadCode.CORRUPT),
        (RecursionError(), UnreadCode.CORRUPT),
        (NeedsOcrError(), UnreadCode.UNSUPPORTED),
        (ImportError(), UnreadCode.UNSUPPORTED),
    ],
)
def test_in_the_same_process_too_every_failure_becomes_a_reason(
    monkeypatch: pytest.MonkeyPatch, error: Exception, expected: UnreadCode
) -> None:
    def broken(origin: str, content: bytes) -> Document:
        raise error

    monkeypatch.setattr("bot.forms.workshop.READERS", {FileKind.TEXT: broken})

    assert code(lambda: SameProcess().read(FileKind.TEXT, "x", b"x")) is expected
