"""Files are opened in processes of their own: what a file does to its reader costs that file alone."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from bot.errors import TransientError
from bot.forms.containers.contents import Item
from bot.forms.kinds import FileKind, kind_of
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.workers.frames import Frame
from bot.forms.workers.pool import WorkerProcesses
from bot.forms.workers.process import WorkerLimits
from bot.forms.workers.wire import document_in, document_out, items_in, items_out
from bot.forms.workshop import SameProcess
from bot.records.form import Box, Cell, Document, Line, PagePicture, Place, Table, UnreadCode
from tests.samples.make_forms import excel_form, slip, web_form, word_form

QUICK = WorkerLimits(seconds=20, resident=300_000_000, address_space=3_000_000_000)


HASTY = WorkerLimits(seconds=2, resident=300_000_000, address_space=3_000_000_000)


@pytest.fixture
def hasty() -> Iterator[WorkerProcesses]:
    pool = WorkerProcesses(HASTY, HASTY, program="tests.unit.misbehaving_worker")
    yield pool
    pool.close()


@pytest.fixture
def bad() -> Iterator[WorkerProcesses]:
    pool = WorkerProcesses(QUICK, QUICK, program="tests.unit.misbehaving_worker")
    yield pool
    pool.close()


def said(pool: WorkerProcesses, text: str) -> str:
    (line,) = pool.read(FileKind.TEXT, "x", text.encode()).blocks
    assert isinstance(line, Line)
    return line.text


def code(pool: WorkerProcesses, text: str) -> UnreadCode:
    with pytest.raises(UnreadableFileError) as caught:
        pool.read(FileKind.TEXT, "x", text.encode())
    return caught.value.code


@pytest.mark.parametrize("form", [word_form, excel_form, web_form])
def test_a_worker_reads_what_the_same_process_reads(form: object) -> None:
    made = form(slip(5, 8))  # type: ignore[operator]
    content = made.encode() if isinstance(made, str) else made
    pool = WorkerProcesses()

    document = pool.read(kind_of(content), "回执", content)
    pool.close()

    assert document == SameProcess().read(kind_of(content), "回执", content)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("die", UnreadCode.CORRUPT),
        ("recurse", UnreadCode.CORRUPT),
        ("grow", UnreadCode.TOO_LARGE),
        ("talk", UnreadCode.TOO_LARGE),
        ("connect 9", UnreadCode.CORRUPT),
        ("run", UnreadCode.CORRUPT),
    ],
)
def test_a_misbehaving_file_costs_itself_and_the_next_one_is_read(
    bad: WorkerProcesses, what: str, expected: UnreadCode
) -> None:
    assert code(bad, what) is expected
    assert said(bad, "well") == "done"


@pytest.mark.parametrize("what", ["hang", "spin"])
def test_a_file_that_takes_too_long_costs_itself_alone(hasty: WorkerProcesses, what: str) -> None:
    assert code(hasty, what) is UnreadCode.CORRUPT
    assert said(hasty, "well") == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit of the address space")
def test_memory_that_the_system_refuses_is_too_large_and_the_process_goes_on() -> None:
    limits = WorkerLimits(seconds=20, resident=10_000_000_000, address_space=500_000_000)
    pool = WorkerProcesses(limits, limits, program="tests.unit.misbehaving_worker")
    said(pool, "well")
    pid = pool._workers[False]._process.pid

    assert code(pool, "grow") is UnreadCode.TOO_LARGE
    assert said(pool, "well") == "done"
    assert pool._workers[False]._process.pid == pid
    pool.close()


def test_a_process_ended_from_outside_is_started_again(bad: WorkerProcesses) -> None:
    said(bad, "well")
    end = threading.Timer(0.2, bad._workers[False]._process.kill)
    end.start()

    assert said(bad, "nap") == "done"

    end.join()
    assert bad._workers[False].jobs == 1


def test_what_a_library_prints_does_not_reach_the_pipe(bad: WorkerProcesses) -> None:
    assert said(bad, "print") == "done"
    assert said(bad, "well") == "done"


def test_no_reader_reaches_a_server(bad: WorkerProcesses) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]

        assert code(bad, f"connect {port}") is UnreadCode.CORRUPT

        with pytest.raises(TimeoutError):
            server.accept()


def test_no_password_stands_in_a_workers_environment(
    bad: WorkerProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_MAIL_PASSWORD", "secret")

    assert "BOT_MAIL_PASSWORD" not in said(bad, "environment")
    assert "PATH" in said(bad, "environment")


def test_what_needs_recognition_goes_to_the_heavy_process(bad: WorkerProcesses) -> None:
    assert said(bad, "picture") == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_stopping_the_service_does_not_spoil_the_file_being_read(bad: WorkerProcesses) -> None:
    said(bad, "well")
    pid = bad._workers[False]._process.pid

    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    time.sleep(0.1)

    assert said(bad, "well") == "done"
    assert bad._workers[False]._process.pid == pid


def test_the_heavy_process_rests_after_a_while(bad: WorkerProcesses, monkeypatch: pytest.MonkeyPatch) -> None:
    said(bad, "picture")
    bad.rest()
    assert True in bad._workers

    monkeypatch.setattr("bot.forms.workers.pool.REST_AFTER", -1.0)
    bad.rest()

    assert True not in bad._workers


def test_a_worker_is_replaced_after_so_many_jobs() -> None:
    pool = WorkerProcesses(WorkerLimits(5, 300_000_000, 3_000_000_000, jobs=2))
    content = "您好".encode()

    pids = set()
    for _ in range(5):
        pool.read(FileKind.TEXT, "x", content)
        pids.add(pool._workers[False]._process.pid)
    pool.close()

    assert len(pids) == 3


def test_a_system_that_starts_no_process_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("bot.forms.workers.process.subprocess.Popen", refuse)
    pool = WorkerProcesses()

    with pytest.raises(TransientError, match="无法启动"):
        pool.read(FileKind.TEXT, "x", b"x")


def test_a_process_that_cannot_load_our_code_is_not_the_files_fault() -> None:
    pool = WorkerProcesses(program="tests.unit.no_such_program")

    with pytest.raises(TransientError, match="无法启动"):
        pool.read(FileKind.TEXT, "x", b"x")


def test_everything_about_a_document_survives_the_way_between_the_processes() -> None:
    place, box = Place("a", "第1页", "表1 第1行"), Box(0, 1, 2, 3, 4)
    wide = Cell("姓名", 0, 0, place, 1, 2, 0.5, "text", box, b"PNG1")
    number = Cell("1", 1, 0, place, stored_as="number")
    other = Cell("", 1, 1, place)
    document = Document(
        "a",
        (
            Table(((wide, wide), (number, other)), "表", frozenset({1}), hidden=True),
            Line("一行\ud800", place, 0.25, box, b"PNG2"),
            Table((), ""),
        ),
        (PagePicture(b"JPEG", 10, 20),),
    )

    head, blobs = document_out(document)
    again = document_in(Frame(head, tuple(blobs)))

    assert again == document
    table = again.blocks[0]
    assert isinstance(table, Table)
    assert table.rows[0][0] is table.rows[0][1]
    assert (table.rows[0][0].picture, again.blocks[1].picture) == (b"PNG1", b"PNG2")  # type: ignore[union-attr]


def test_everything_about_a_containers_items_survives_the_way_between_the_processes() -> None:
    items = (Item("a", b"1", inline=True), Item("b", b"", UnreadCode.ENCRYPTED), Item("c", b"22"))

    head, blobs = items_out(items)

    assert items_in(Frame(head, tuple(blobs))) == items


@pytest.mark.parametrize(
    "block",
    [
        {"cells": [], "rows": [[0]], "title": "", "hidden_rows": [], "hidden": False},
        {"cells": [{"t": "", "at": [0, 0], "place": ["", "", ""]}], "rows": [[0], [0, 0]], "title": ""},
        {"line": "x", "place": ["", ""]},
        {"line": "x", "place": ["", "", ""], "box": [1]},
        {"line": "x", "place": ["", "", ""], "picture": 7},
        {"line": "x", "place": ["", "", ""], "sure": "very"},
        {},
        7,
    ],
)
def test_a_frame_that_describes_no_document_is_refused(block: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        document_in(Frame({"origin": "x", "blocks": [block], "pages": []}))
