"""The public commands as another program calls them, with the minimal configuration that the contract shows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

import openpyxl
import pytest

from bot import cli
from bot.demo import clients
from bot.demo.clients import DOCX, File, Letter
from bot.demo.form_files import FilledForm, word_form
from bot.demo.invented import hospitals, people
from tests.servers.fake126 import DRAFTS, Fake126, FakeMail
from tests.servers.fake126_smtp import Drop, Fake126Smtp

pytestmark = pytest.mark.integration

CHINA = timezone(timedelta(hours=8))
NOW = "2026-04-01T12:00:00+08:00"
PASSWORD = "ABCDEFGHIJKLMNOP"
ADDRESS = "szsyyxhbgs@126.com"
BOT = """
[mailbox]
host = "127.0.0.1"
port = {imap}
security = "none"
username = "szsyyxhbgs@126.com"
password_env = "BOT_MAIL_PASSWORD"
folder = "INBOX"
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
username = "szsyyxhbgs@126.com"
password_env = "BOT_MAIL_PASSWORD"
from_address = "szsyyxhbgs@126.com"
from_name = "会务组"
[replies]
mode = "{mode}"
[digest]
recipients = ["office@example.org"]
"""
EVENT = """
id = "zhejiang-2026"
title = "赴浙江开展临床重点专科建设专题调研学习"
document_number = "深医协字[2026]013号"
keywords = ["浙江", "临床重点专科", "调研学习"]
capacity = 3
opens = 2026-03-25
deadline = {deadline}
starts = 2026-04-22
ends = 2026-04-25
when_partly_full = "{when_partly_full}"
late = "{late}"
[fees]
currency = "CNY"
member = 2980
non_member = 3600
"""


@dataclass
class World:
    """A configuration folder, both imitations of 126.com's servers, and the command line."""

    folder: Path
    imap: Fake126
    smtp: Fake126Smtp
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    event: dict[str, str] = field(
        default_factory=lambda: {
            "deadline": "2026-04-10",
            "when_partly_full": "in_form_order",
            "late": "record",
        }
    )
    clock: datetime = datetime(2026, 3, 27, 9, tzinfo=CHINA)

    def __post_init__(self) -> None:
        self._hospitals, self._people = hospitals(seed=9), people(seed=9)
        self.configure()

    @property
    def config(self) -> Path:
        return self.folder / "einrichtung"

    def configure(self, *, smtp_port: int = 0, mode: str = "send", **event: str) -> None:
        (self.config / "events").mkdir(parents=True, exist_ok=True)
        text = BOT.format(imap=self.imap.port, smtp=smtp_port or self.smtp.port, mode=mode)
        (self.config / "bot.toml").write_text(text, encoding="utf-8")
        text = EVENT.format(**{**self.event, **event})
        (self.config / "events" / "notice.toml").write_text(text, encoding="utf-8")

    def call(self, *words: object) -> tuple[int, str, str]:
        self.monkeypatch.setattr(sys, "argv", ["run_bot.py", *map(str, words), "--config", str(self.config)])
        code = cli._run()
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    def export(self) -> dict[str, list[dict[str, object]]]:
        code, out, err = self.call("export", "--format", "json")
        assert (code, err) == (0, "")
        found: dict[str, list[dict[str, object]]] = json.loads(out)
        return found

    def arrives(self, count: int = 1, at: datetime | None = None) -> FakeMail:
        self.clock += timedelta(minutes=5)
        form = FilledForm(next(self._hospitals), tuple(islice(self._people, count)))
        when = at or self.clock
        file = File("回执表.docx", word_form(form), DOCX)
        letter = Letter(form.hospital.contact, form.hospital.email, when, "报名回执表", "见附件。", files=[file])
        raw = clients.modern(letter).replace(b"huiwuzu@example.org", ADDRESS.encode())
        return self.imap.deliver(FakeMail(0, raw, when))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    monkeypatch.setenv("BOT_MAIL_PASSWORD", PASSWORD)
    monkeypatch.delenv("BOT_CONFIG", raising=False)
    with (
        Fake126(username=ADDRESS, password=PASSWORD) as imap,
        Fake126Smtp(username=ADDRESS, password=PASSWORD) as smtp,
    ):
        yield World(tmp_path, imap, smtp, monkeypatch, capsys)


def test_one_cycle_against_126_fills_export_and_workbook(world: World) -> None:
    for _ in range(2):
        world.arrives(2)

    code, _, err = world.call("once", "--now", NOW)

    exported = world.export()
    assert (code, err) == (0, "")
    assert list(exported) == [
        *("event", "capacity", "confirmed", "waitlisted", "late", "cancelled", "review"),
        *("registrations", "mails"),
    ]
    assert [one["number"] for one in exported["registrations"]] == [1, 2, 3, 4]
    assert [one["state"] for one in exported["registrations"]] == ["confirmed"] * 3 + ["waitlisted"]
    assert {one["fee"] for one in exported["registrations"]} == {None}
    assert exported["registrations"][0]["received_at"] == "2026-03-27T09:05:00+08:00"
    assert [mail["reply_template"] for mail in exported["mails"]] == ["confirmed", "mixed"]
    assert {mail["reply"] for mail in exported["mails"]} == {"sent"}
    sheet = openpyxl.load_workbook(world.folder / "data" / "报名汇总.xlsx")["报名名单"]
    assert [sheet.cell(row, 2).value for row in range(2, 6)] == ["已录取"] * 3 + ["候补"]
    assert all(isinstance(sheet.cell(2, column).value, str) for column in (6, 7, 13, 16))


def test_rehearsal_speaks_chinese_and_leaves_nothing_behind(world: World) -> None:
    mail = world.arrives(4)

    code, out, err = world.call("rehearse", "--now", NOW)

    assert (code, err) == (0, "")
    assert "03-27 09:05" in out
    assert "候补，序号 4" in out
    assert "confirmed" not in out
    assert mail.flags == set()
    assert not world.smtp.accepted
    assert sorted(path.name for path in world.folder.iterdir()) == ["einrichtung"]


def test_what_waits_for_the_mail_server_is_sent_by_the_next_cycle(world: World) -> None:
    world.arrives()
    world.configure(smtp_port=1)

    failed = world.call("once", "--now", NOW)
    queued = world.export()["mails"][0]["reply"]
    world.configure()
    worked = world.call("once", "--now", NOW)

    assert failed[0] == 3
    assert failed[2].strip().count("\n") == 0
    assert queued == "queued"
    assert worked[0] == 0
    assert world.export()["mails"][0]["reply"] == "sent"
    assert len(world.smtp.accepted) == 1


@pytest.mark.parametrize("command", ["once", "rehearse", "check", "run"])
def test_refused_password_is_offered_once_and_said_in_one_line(world: World, command: str) -> None:
    world.monkeypatch.setenv("BOT_MAIL_PASSWORD", "wrong")

    code, _, err = world.call(command)

    assert code == 3
    assert err.strip().count("\n") == 0
    assert "b'" not in err
    assert world.imap.login_attempts == 1


@pytest.mark.parametrize(("mode", "reply", "drafts"), [("draft", "draft", 1), ("off", "none", 0)])
def test_mail_that_the_bot_did_not_answer_is_not_shown_as_answered(
    world: World, mode: str, reply: str, drafts: int
) -> None:
    world.configure(mode=mode)
    mail = world.arrives()

    code, _, _ = world.call("once", "--now", NOW)

    assert code == 0
    assert not world.smtp.accepted
    assert mail.flags == set()
    assert len(world.imap.folders[DRAFTS]) == drafts
    assert world.export()["mails"][0]["reply"] == reply


def test_a_full_moment_as_deadline_is_kept_to_the_second(world: World) -> None:
    world.configure(deadline="2026-04-01T12:00:00+08:00", late="reject", when_partly_full="whole_form")
    noon = datetime(2026, 4, 1, 12, tzinfo=CHINA)
    world.arrives(2)
    world.arrives(2)
    world.arrives(1, at=noon)
    world.arrives(1, at=noon + timedelta(seconds=1))

    world.call("once", "--now", "2026-04-02T12:00:00+08:00")

    exported = world.export()
    assert [one["state"] for one in exported["registrations"]] == ["confirmed"] * 2 + ["waitlisted"] * 3
    assert exported["mails"][-1]["outcome"] == "rejected"
    assert exported["mails"][-1]["reply_template"] == "late"


def test_digest_of_one_moment_goes_out_once_however_often_it_is_asked_for(world: World) -> None:
    page = world.folder / "digest.html"

    first = world.call("digest", "--send", "--preview", page, "--now", NOW)
    second = world.call("digest", "--send", "--now", NOW)

    assert (first[0], second[0]) == (0, 0)
    assert page.exists()
    assert len(world.smtp.accepted) == 1


def test_connections_that_break_everywhere_lose_and_double_nothing(world: World) -> None:
    mails = [world.arrives() for _ in range(6)]
    for mail in (mails[1], mails[4]):
        world.imap.faults.cut_in_literal[mail.uid] = 1
    world.imap.faults.unsafe_once = True
    world.smtp.next_answer("mail", b"250 Mail OK", Drop())

    for minutes in (0, 40, 80):
        world.call("once", "--now", (datetime.fromisoformat(NOW) + timedelta(minutes=minutes)).isoformat())

    exported = world.export()
    assert [mail["reply"] for mail in exported["mails"]] == ["sent"] * 6
    assert [one["number"] for one in exported["registrations"]] == [1, 2, 3, 4, 5, 6]
    answered = [one.recipients for one in world.smtp.accepted]
    assert len(answered) == len(set(answered)) == 6


def test_ledger_that_is_no_database_is_left_alone_and_said_in_one_line(world: World) -> None:
    mail = world.arrives()
    (world.folder / "data").mkdir()
    ledger = world.folder / "data" / "ledger.db"
    ledger.write_bytes(b"no database" * 999)

    calls = [world.call(command) for command in ("once", "run", "status", "export", "rehearse", "digest")]

    assert [code for code, _, _ in calls] == [1] * len(calls)
    assert all(err.strip().count("\n") == 0 for _, _, err in calls)
    assert ledger.read_bytes() == b"no database" * 999
    assert mail.flags == set()


@pytest.mark.parametrize("words", [["--help"], ["once", "--help"], ["read", "--help"]])
def test_help_is_chinese(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["run_bot.py", *words])

    code = cli._run()

    page = capsys.readouterr().out
    assert code == 0
    assert "用法：" in page
    assert not any(word in page for word in ("Usage", "Options", "Commands", "Arguments", "Show this"))
