"""The command line as other programs drive it, between a real Dovecot and a real Postfix."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path

import openpyxl
import pytest

from bot.demo import clients
from bot.demo.clients import Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import hospitals, people
from tests.scenarios.office import EVENT, excel_file, word_file
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
CHINA = timezone(timedelta(hours=8))
NOW = "2026-04-01T12:00:00+08:00"


@dataclass
class CommandLine:
    """run_bot.py with one configuration, as a separate process."""

    config: Path
    environment: dict[str, str]

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "run_bot.py"), *words, "--config", str(self.config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self.environment,
            cwd=self.config.parent,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture
def command(dovecot: Dovecot, postfix: Postfix, tmp_path: Path) -> CommandLine:
    config = tmp_path / "config"
    (config / "events").mkdir(parents=True)
    facts = {"capacity": 2, "when_partly_full": "in_form_order", "late": "record"}
    (config / "events" / "study-tour.toml").write_text(EVENT.format(**facts), encoding="utf-8")
    (config / "organisations.csv").write_text("name,aliases,member\n", encoding="utf-8")
    login = (
        f'username = "{dovecot.username}"\nsecurity = "tls"\nca_file = "{dovecot.ca_file}"\nhost = "localhost"\n'
    )
    (config / "bot.toml").write_text(
        f"[mailbox]\n{login}port = {dovecot.imaps_port}\n[smtp]\n{login}port = {postfix.smtps_port}\n"
        f'from_address = "{dovecot.username}"\nfrom_name = "示例协会会务组"\n'
        '[schedule]\npoll_seconds = 1\n[digest]\nrecipients = ["staff@example.org"]\n',
        encoding="utf-8",
    )
    return CommandLine(config, {**os.environ, "BOT_MAIL_PASSWORD": dovecot.password})


def forms(count: int, server: Dovecot) -> list[FilledForm]:
    """Forms of hospitals whose mailboxes no other test has used."""
    everybody = people(seed=21)
    ours = server.username.partition("@")[0]
    found = [replace(one, domain=f"{ours}.{one.domain}") for one in islice(hospitals(seed=21), count)]
    return [FilledForm(hospital, tuple(islice(everybody, 1))) for hospital in found]


def arrive(server: Dovecot, filled: Sequence[FilledForm], day: int = 27) -> list[int]:
    mails = []
    for number, form in enumerate(filled):
        when = datetime(2026, 3, day, 9, number, tzinfo=CHINA)
        file = word_file(form) if number % 2 else excel_file(form)
        letter = Letter(form.hospital.contact, form.hospital.email, when, "报名回执表", files=[file])
        raw = clients.modern(letter).replace(b"To: huiwuzu@example.org", b"To: " + server.username.encode())
        mails.append((raw, when))
    return server.append_all(mails)


def received(server: Dovecot, address: str) -> list[bytes]:
    """What a hospital finds in its own mailbox."""
    with replace(server, username=address).client() as client:
        numbers = client.search(None, "ALL")[1][0].split()
        fetched = [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers]
        return [one[1] for one in fetched if isinstance(one, tuple)]


def await_mail(server: Dovecot, address: str) -> bytes:
    for _ in range(100):
        if found := received(server, address):
            assert len(found) == 1
            return found[0]
        time.sleep(0.1)
    raise AssertionError("the answer did not arrive")


def test_once_works_off_the_mailbox_and_every_hospital_reads_its_answer(
    command: CommandLine, dovecot: Dovecot
) -> None:
    filled = forms(3, dovecot)
    uids = arrive(dovecot, filled)

    code, out, err = command.run("once", "--now", NOW)

    assert (code, err) == (0, ""), out
    for form, words in zip(filled, ("第 1 位", "第 2 位", "候补"), strict=True):
        mail = message_from_bytes(await_mail(dovecot, form.hospital.email), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        assert words in body.get_content()
        assert mail["Auto-Submitted"] == "auto-replied"
    for uid in uids:
        assert {r"\Seen", r"\Answered"} <= dovecot.flags(uid)


def test_once_fills_export_status_and_workbook_alike(command: CommandLine, dovecot: Dovecot) -> None:
    filled = forms(3, dovecot)
    arrive(dovecot, filled)
    command.run("once", "--now", NOW)

    exported = json.loads(command.run("export", "--format", "json")[1])
    status = json.loads(command.run("status", "--json")[1])
    sheet = openpyxl.load_workbook(command.config.parent / "data" / "报名汇总.xlsx")["报名名单"]

    names = [form.people[0].name for form in filled]
    assert [one["name"] for one in exported["registrations"]] == names
    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == names
    assert (exported["confirmed"], exported["waitlisted"]) == (2, 1)
    assert status["events"][0]["confirmed"] == 2
    assert status["unsent"] == 0
    assert status["balance"] == {"in_mailbox": 3, "recorded": 3, "holds": True}


def test_rehearse_shows_decisions_and_leaves_no_trace(command: CommandLine, dovecot: Dovecot) -> None:
    filled = forms(1, dovecot)
    uids = arrive(dovecot, filled)

    code, out, _ = command.run("rehearse", "--now", NOW)

    assert code == 0
    assert filled[0].people[0].name in out
    assert dovecot.flags(uids[0]) == set()
    assert not (command.config.parent / "data").exists()
    assert received(dovecot, filled[0].hospital.email) == []


def test_check_is_content_with_real_servers_and_changes_nothing(command: CommandLine) -> None:
    code, out, _ = command.run("check")

    assert code == 0, out
    assert "✗" not in out
    assert not (command.config.parent / "data").exists()


def test_wrong_password_is_one_line_and_exit_code_3(command: CommandLine) -> None:
    command.environment["BOT_MAIL_PASSWORD"] = "wrong"

    code, out, err = command.run("once", "--now", NOW)

    assert code == 3
    assert err.strip().count("\n") == 0
    assert "Traceback" not in out + err


def test_sigterm_ends_the_worker_after_the_mail_in_hand(command: CommandLine, dovecot: Dovecot) -> None:
    filled = forms(2, dovecot)
    arrive(dovecot, filled)
    worker = command.start("run")
    try:
        for form in filled:
            await_mail(dovecot, form.hospital.email)
        status = json.loads(command.run("status", "--json")[1])
        second = command.run("once")
        worker.send_signal(signal.SIGTERM)
        _, err = worker.communicate(timeout=30)
    finally:
        worker.kill()

    assert worker.returncode == 0, err
    assert status["heartbeat"]
    assert second[0] == 4
    assert second[2].strip().count("\n") == 0


def test_killed_worker_loses_nothing_and_answers_once(command: CommandLine, dovecot: Dovecot) -> None:
    filled = forms(6, dovecot)
    arrive(dovecot, filled)
    worker = command.start("run")
    await_mail(dovecot, filled[0].hospital.email)
    worker.kill()
    worker.communicate(timeout=30)

    # By the same clock as the worker's: an answer in doubt waits half an hour, which another clock may call over.
    code, _, err = command.run("once")

    exported = json.loads(command.run("export")[1])
    assert (code, err) == (0, "")
    assert len(exported["registrations"]) == 6
    assert [one["state"] for one in exported["registrations"]].count("confirmed") == 2
    for form in filled[1:]:
        assert len(received(dovecot, form.hospital.email)) <= 1
