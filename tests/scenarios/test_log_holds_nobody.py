"""The whole story of the demonstration at the most talkative log level: nobody's data in any line."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import logs, views
from bot.app.cycle import run_cycle
from bot.app.wiring import PROJECT, wire
from bot.demo import clients
from bot.demo.clients import File
from bot.demo.mailbox_story import story
from bot.demo.servers import PASSWORD, USERNAME, EmbeddedImap, EmbeddedSmtp
from bot.demo.show import NOW, configure
from bot.forms.workers.pool import WorkerProcesses
from bot.forms.workers.process import WorkerLimits
from bot.jobs.desk import event_view
from bot.jobs.publish import queue_digest
from bot.settings import load_settings
from tests.scenarios.office import Office

_PERSONAL = ("name", "mobile", "id_number", "sender", "contact", "phone", "email", "taxpayer_id", "message_id")


@pytest.fixture
def _root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], root.level = before


def log_everything(folder: Path) -> None:
    """To terminal and file, at the most talkative level."""
    logs.log_to_terminal()
    logs.log_to_file(folder)
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("bot").setLevel(logging.DEBUG)


@pytest.mark.usefixtures("_root_logger")
def test_log_holds_no_name_number_or_address(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    mails = story()
    with EmbeddedImap() as imap, EmbeddedSmtp() as smtp:
        imap.append((mail.raw, mail.received_at) for mail in mails)
        configure(tmp_path / "config", imap.port, smtp.port)
        environment = {**os.environ, "BOT_MAIL_PASSWORD": PASSWORD}
        log_everything(tmp_path)

        bot = wire(load_settings(tmp_path / "config", environment, project=PROJECT), clock=lambda: NOW)
        try:
            summary = run_cycle(bot)
            queue_digest(bot.office, NOW)
            run_cycle(bot)
            shown = views.export_json(event_view(bot.ledger, bot.settings.events[0], NOW))
        finally:
            bot.close()

    kept, shown_there = (tmp_path / "bot.log").read_text(encoding="utf-8"), "".join(capfd.readouterr())
    log = kept + shown_there
    registrations, entries = shown["registrations"], shown["mails"]
    assert isinstance(registrations, list)
    assert isinstance(entries, list)
    secrets = {str(one[field]) for one in [*registrations, *entries] for field in _PERSONAL if one.get(field)}
    assert not summary.errors
    assert len(secrets) > 200, json.dumps(sorted(secrets), ensure_ascii=False)
    assert kept.count("recorded outcome=") == shown_there.count("recorded outcome=") == len(entries)
    assert not [secret for secret in secrets if len(secret) > 1 and secret in log]
    assert not set(re.findall(r"[\w.+-]+@[\w.-]+", log)) - {USERNAME}
    assert PASSWORD not in log
    assert "deprecated" not in log
    assert not re.findall(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)", log)


@pytest.mark.usefixtures("_root_logger")
@pytest.mark.parametrize("what", ["print", "die", "grow", "connect"])
def test_readers_that_fail_say_nothing_of_the_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], what: str
) -> None:
    secrets = ("陈敏测试", "13800000000", "44030319881201009X")
    # What is to be connected to is no number: the error quotes the file.
    content = f"{what} {' '.join(secrets)}".encode()
    limits = WorkerLimits(seconds=20, resident=300_000_000, address_space=3_000_000_000)
    pool = WorkerProcesses(limits, limits, program="tests.unit.misbehaving_worker")
    with Office(tmp_path) as office:
        office.workshop = pool
        file = File(f"{'-'.join(secrets)}.txt", content)
        letter = office.letter(office.form(), "报名回执表", "您好，回执见附件。", files=[file])
        office.arrives(clients.modern(letter))
        log_everything(tmp_path)

        office.works()
        pool.close()

        office.answers()
        assert len(office.view().mails) == 1
    shown = (tmp_path / "bot.log").read_text(encoding="utf-8") + "".join(capfd.readouterr())
    assert "recorded outcome=" in shown
    assert not [secret for secret in secrets if secret in shown]
    assert "garbage" not in shown
