"""A mailbox full of life for the tests of replaying, and hands that reach into the ledger behind the bot's back.

`Kept` is what stays of an office: its configuration and its ledger, no server, nobody at work."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.replay import Replay, replay_ledger
from bot.app.wiring import PROJECT
from bot.demo import clients, form_files
from bot.demo.clients import DOCX, File
from bot.forms.workshop import SameProcess, Workshop
from bot.settings import Settings, load_settings
from tests.scenarios.office import CHINA, Office, excel_file, word_file

LATE = datetime(2026, 4, 11, 9, 0, tzinfo=CHINA)


def live(office: Office) -> None:
    """Forms of several hospitals, one of them twice, more people than seats, a question, a damaged form, a bounce,
    a mail that was delivered twice, and one too late; worked off in two cycles."""
    first = office.form(2)
    delivered_twice = clients.modern(office.letter(first, text="回执表见附件。", files=[word_file(first)]))
    office.arrives(delivered_twice)
    excel = office.form(2)
    office.arrives(clients.webmail(office.letter(excel, text="见附件。", files=[excel_file(excel)])))
    written = office.form(1)
    office.arrives(clients.modern(office.letter(written, text=form_files.lines_form(written))))
    office.works()
    office.arrives(delivered_twice)
    office.sends_word_form(first)
    asks = office.letter(office.form(), "咨询", "您好，请问住宿统一安排吗？可以住单间吗？")
    office.arrives(clients.modern(asks))
    damaged = File("回执表.docx", form_files.word_form(office.form())[:3000], DOCX)
    office.arrives(clients.modern(office.letter(office.form(), "报名回执表", "见附件。", files=[damaged])))
    office.sends_word_form(office.form(2))
    office.arrives(clients.netease_bounce(first.hospital.email, office.now))
    office.now = LATE - timedelta(minutes=10)
    office.sends_word_form(office.form(1))
    office.works()
    office.answers()


@dataclass(frozen=True)
class Kept:
    """An office's folder after its bot has ended."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "data" / "ledger.db"

    @property
    def settings(self) -> Settings:
        """As `replay` reads them: without any password."""
        return load_settings(self.folder / "config", {}, secrets=False, project=PROJECT)

    def copied_to(self, folder: Path) -> Kept:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Kept(folder)

    def replayed(self, workshop: Workshop | None = None) -> Replay:
        """Files are opened in this process unless said otherwise, so that none waits for LibreOffice."""
        return replay_ledger(self.settings, workshop=workshop or SameProcess())

    def tamper(self, *statements: str) -> None:
        """Changes the ledger with a database tool, its triggers taken away first."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as ledger:
            triggers = ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for statement in (*(f"DROP TRIGGER {name}" for (name,) in triggers), *statements):
                ledger.execute(statement)

    def rows(self, query: str) -> list[Sequence[object]]:
        with closing(sqlite3.connect(f"{self.file.as_uri()}?mode=ro", uri=True)) as ledger:
            return ledger.execute(query).fetchall()

    def everything(self) -> list[Sequence[object]]:
        """Every row of every table."""
        tables = self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return [row for (table,) in tables for row in self.rows(f"SELECT * FROM {table}")]


def told(result: Replay) -> list[str]:
    return [one.text for one in result.differences]
