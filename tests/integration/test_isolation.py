"""The command line and its worker processes, ended from outside while a page is recognised: nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest

from bot.demo import clients, form_files, pictured
from bot.demo.clients import DOCX, File, Letter
from bot.demo.form_files import FilledForm
from bot.forms.readers import heavy
from tests.integration.test_office_end_to_end import (
    CHINA,
    NOW,
    CommandLine,
    await_mail,
    command,
    forms,
)
from tests.scenarios.office import word_file
from tests.servers.dovecot import Dovecot
from tests.servers.require import require

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="signals and process groups of Linux"),
]
__all__ = ["command"]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
"""Seconds: loading the models takes a few, more on a machine that has other work."""


@pytest.fixture
def recognition() -> None:
    if not heavy.has_ocr():
        require("recognition of text in pictures (extra ocr)")


def arrives(server: Dovecot, minute: int, form: FilledForm, *files: File) -> int:
    when = datetime(2026, 3, 27, 9, minute, tzinfo=CHINA)
    letter = Letter(form.hospital.contact, form.hospital.email, when, "报名回执表", "您好。", files=files)
    raw = clients.modern(letter).replace(b"To: huiwuzu@example.org", b"To: " + server.username.encode())
    return server.append(raw, when)


def photo() -> File:
    return File("回执.jpg", pictured.photo_file(), ("image", "jpeg"))


@contextmanager
def started(command: CommandLine, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The bot as a service starts it: in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run_bot.py"), *words, "--config", str(command.config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=command.environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def recognising(process: subprocess.Popen[bytes]) -> psutil.Process:
    """The worker that recognises text, once it has been at work for a moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the bot ended before it recognised anything"
        for worker in psutil.Process(process.pid).children():
            if ", True)" in " ".join(worker.cmdline()) and worker.cpu_times().user > 2.0:
                return worker
        time.sleep(0.05)
    raise AssertionError("nothing was recognised")


def exported(command: CommandLine) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(command.run("export", "--format", "json")[1])
    return found


def names(command: CommandLine) -> list[object]:
    return [one["name"] for one in exported(command)["registrations"]]


@pytest.mark.usefixtures("recognition")
def test_a_worker_killed_in_the_middle_of_a_page_costs_only_time(command: CommandLine, dovecot: Dovecot) -> None:
    sender = forms(1, dovecot)[0]
    arrives(dovecot, 0, sender, photo())

    with started(command, "once", "--now", NOW) as process:
        recognising(process).kill()
        code = process.wait(PATIENCE)

    assert code == 0
    assert names(command) == [person.name for person in pictured.photo_form().people]
    assert await_mail(dovecot, sender.hospital.email)


@pytest.mark.usefixtures("recognition")
def test_a_service_stopped_in_the_middle_of_a_page_finishes_that_mail_and_goes_on_later(
    command: CommandLine, dovecot: Dovecot
) -> None:
    sender, later = forms(2, dovecot)
    arrives(dovecot, 0, sender, photo())
    arrives(dovecot, 1, later, word_file(later))

    with started(command, "run") as process:
        worker = recognising(process)
        os.killpg(process.pid, signal.SIGTERM)
        code = process.wait(PATIENCE)

    assert code == 0
    assert not worker.is_running()
    assert len(exported(command)["mails"]) == 1

    # By the same clock as before: what the service left to be sent is due by it.
    assert command.run("once")[0] == 0
    read = [person.name for person in pictured.photo_form().people]
    assert names(command) == [*read, later.people[0].name]
    assert await_mail(dovecot, sender.hospital.email)
    assert await_mail(dovecot, later.hospital.email)


@pytest.mark.usefixtures("recognition")
def test_a_killed_bot_leaves_no_worker_behind_and_the_next_start_reads_the_mail(
    command: CommandLine, dovecot: Dovecot
) -> None:
    sender = forms(1, dovecot)[0]
    arrives(dovecot, 0, sender, photo())

    with started(command, "run") as process:
        workers = {recognising(process), *psutil.Process(process.pid).children()}
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE)

    assert alive == []
    assert command.run("once", "--now", NOW)[0] == 0
    assert names(command) == [person.name for person in pictured.photo_form().people]
    assert await_mail(dovecot, sender.hospital.email)


def test_rehearse_opens_attachments_and_leaves_no_trace(command: CommandLine, dovecot: Dovecot) -> None:
    packed, locked = forms(2, dovecot)
    archive = command.config.parent / "form.zip"
    with ZipFile(archive, "w") as writer:
        writer.writestr("回执表.docx", form_files.word_form(packed))
    uids = [
        arrives(dovecot, 0, packed, File("材料.zip", archive.read_bytes())),
        arrives(dovecot, 1, locked, File("回执表.docx", form_files.word_form(locked)[:3000], DOCX)),
    ]
    archive.unlink()

    code, out, err = command.run("rehearse", "--now", NOW)

    assert (code, err) == (0, "")
    assert packed.people[0].name in out
    assert "请重新保存后再发一次" in out
    assert [dovecot.flags(uid) for uid in uids] == [set(), set()]
    assert [path.name for path in command.config.parent.iterdir()] == ["config"]
