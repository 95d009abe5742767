"""An association's office on one loopback: real IMAP and SMTP servers, the real worker, a clock moved by hand.

`Office` is used as a context manager; a scenario that leaves an answer unread fails on leaving.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType

from bot.app import views
from bot.app.cycle import CycleSummary, run_cycle
from bot.app.wiring import PROJECT, Bot, wire
from bot.demo import clients, form_files
from bot.demo.clients import DOCX, XLSX, File, Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import InventedHospital, InventedPerson, hospitals, people
from bot.demo.servers import PASSWORD, USERNAME, EmbeddedImap, EmbeddedSmtp
from bot.forms.workshop import Workshop
from bot.jobs.desk import event_view
from bot.jobs.publish import digest_summary
from bot.records.account import Correspondent
from bot.records.digest import DigestSummary
from bot.records.office import EventView
from bot.replies.compose import Composer
from bot.settings import load_settings
from tests.scenarios.workers import WORKERS

CHINA = timezone(timedelta(hours=8))
OPENING = datetime(2026, 3, 27, 9, 0, tzinfo=CHINA)

EVENT = """
id = "study-tour"
title = "赴浙江开展临床重点专科建设专题调研学习"
document_number = "深医协字[2026]013号"
keywords = ["浙江", "临床重点专科", "调研学习"]
capacity = {capacity}
opens = 2026-03-25
deadline = 2026-04-10
starts = 2026-04-22
ends = 2026-04-25
when_partly_full = "{when_partly_full}"
late = "{late}"
telephones = ["0755-12345678"]
[fees]
member = 2980
non_member = 3600
[payee]
name = "示例协会"
bank = "示例银行"
account = "6200 0000 0000"
"""


@cache
def composer_for(templates: Path, sender: Correspondent) -> Composer:
    """One for all scenarios: it holds no state but the compiled templates."""
    return Composer(templates, sender)


class Answer:
    """One mail that the bot sent, parsed."""

    def __init__(self, raw: bytes, recipients: tuple[str, ...]) -> None:
        self.raw = raw
        self.recipients = recipients
        parsed = message_from_bytes(raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mail = parsed
        body = parsed.get_body(("plain",))
        self.text: str = body.get_content() if body else ""

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def attachment_names(self) -> list[str]:
        return [part.get_filename() or "" for part in self.mail.iter_attachments()]


class Office:
    """The whole bot between two real servers. Time stands still until it is moved."""

    def __init__(
        self,
        folder: Path,
        *,
        capacity: int = 50,
        when_partly_full: str = "in_form_order",
        late: str = "record",
        mode: str = "send",
        max_per_sender_per_day: int = 20,
        members: dict[str, bool] | None = None,
    ) -> None:
        self.folder = folder
        self.now = OPENING
        self._cast: Iterator[InventedHospital] = hospitals(seed=3)
        self._people: Iterator[InventedPerson] = people(seed=3)
        self._stack = ExitStack()
        self._read = 0
        self._facts = {"capacity": capacity, "when_partly_full": when_partly_full, "late": late}
        self._mode, self._per_day = mode, max_per_sender_per_day
        self._members = members or {}
        self.workshop: Workshop = WORKERS

    def __enter__(self) -> Office:
        self.imap = self._stack.enter_context(EmbeddedImap())
        self.smtp = self._stack.enter_context(EmbeddedSmtp())
        self.config = self.folder / "config"
        (self.config / "events").mkdir(parents=True, exist_ok=True)
        (self.config / "events" / "study-tour.toml").write_text(EVENT.format(**self._facts), encoding="utf-8")
        rows = "".join(f"{name},,{'yes' if member else 'no'}\n" for name, member in self._members.items())
        (self.config / "organisations.csv").write_text("name,aliases,member\n" + rows, encoding="utf-8")
        server = f'host = "127.0.0.1"\nsecurity = "none"\nusername = "{USERNAME}"\n'
        (self.config / "bot.toml").write_text(
            f"[mailbox]\n{server}port = {self.imap.port}\n[smtp]\n{server}port = {self.smtp.port}\n"
            f'from_address = "{USERNAME}"\nfrom_name = "示例协会会务组"\n'
            f'[replies]\nmode = "{self._mode}"\nmax_per_sender_per_day = {self._per_day}\n'
            '[digest]\nrecipients = ["office@example.org"]\n',
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if kind is None:
            assert self._read == len(self.smtp.accepted), "an answer was left unread"

    # --- the outside world

    def form(self, count: int = 1, *, hospital: InventedHospital | None = None) -> FilledForm:
        """A form of a hospital not heard of before, naming people not heard of before."""
        return FilledForm(hospital or next(self._cast), tuple(islice(self._people, count)))

    def letter(self, form: FilledForm, subject: str = "", text: str = "", **more: object) -> Letter:
        self.now += timedelta(minutes=10)
        given: dict[str, object] = {
            "sender_name": form.hospital.contact,
            "sender": form.hospital.email,
            "sent_at": self.now,
            "subject": subject or f"{form.hospital.name}报名回执表",
            "text": text,
        }
        return Letter(**{**given, **more})  # type: ignore[arg-type]

    def arrives(self, raw: bytes, at: datetime | None = None) -> None:
        """A mail arrives now, or at the moment given."""
        self.imap.append([(raw, at or self.now)])

    def sends_word_form(self, form: FilledForm, *, at: datetime | None = None, subject: str = "") -> Letter:
        letter = self.letter(form, subject, "您好，回执表见附件。", files=[word_file(form)])
        self.arrives(clients.modern(letter), at)
        return letter

    def cancels(self, form: FilledForm, *names: str) -> Letter:
        """The hospital that sent the form cancels the people named, by words alone."""
        text = f"您好，{'、'.join(names)}因工作原因不能参加，请取消报名。"
        letter = self.letter(form, f"取消报名（{form.hospital.name}）", text)
        self.arrives(clients.modern(letter))
        return letter

    def sets(self, old: str, new: str, file: str = "events/study-tour.toml") -> None:
        """The office changes a line of its configuration."""
        path = self.config / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def workbook(self) -> Path:
        return self.folder / "data" / "报名汇总.xlsx"

    # --- the bot

    def bot(self) -> Bot:
        environment = {**os.environ, "BOT_MAIL_PASSWORD": PASSWORD}
        settings = load_settings(self.config, environment, project=PROJECT)
        composer = composer_for(settings.templates, settings.sender)
        return wire(settings, clock=lambda: self.now, composer=composer, workshop=self.workshop)

    def works(self) -> CycleSummary:
        """One cycle of a bot that was just started and ends afterwards."""
        bot = self.bot()
        try:
            summary = run_cycle(bot)
        finally:
            bot.close()
        assert not summary.errors, summary.errors
        return summary

    def view(self) -> EventView:
        bot = self.bot()
        try:
            return event_view(bot.ledger, bot.settings.events[0], self.now)
        finally:
            bot.close()

    def digest(self) -> DigestSummary:
        """What the digest would say now."""
        bot = self.bot()
        try:
            return digest_summary(bot.office, bot.settings.events[0], self.now)
        finally:
            bot.close()

    def export(self) -> dict[str, object]:
        return views.export_json(self.view())

    # --- what came of it

    def answers(self) -> list[Answer]:
        """The answers since the last look, in the order in which they left."""
        fresh = self.smtp.accepted[self._read :]
        self._read = len(self.smtp.accepted)
        return [Answer(one.raw, one.recipients) for one in fresh]

    def answer(self) -> Answer:
        """The only answer since the last look."""
        answers = self.answers()
        assert len(answers) == 1, f"{len(answers)} answers instead of one"
        return answers[0]

    def templates(self) -> list[str | None]:
        """The kind of answer each mail got, in order of arrival."""
        return [mail.reply_template.value if mail.reply_template else None for mail in self.view().mails]


def word_file(form: FilledForm) -> File:
    return File("回执表.docx", form_files.word_form(form), DOCX)


def excel_file(form: FilledForm) -> File:
    return File("回执表.xlsx", form_files.excel_form(form), XLSX)
