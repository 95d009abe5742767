"""The bot between the imitations of 126.com's servers, which fail as they are told. Time is moved by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType

from bot.app.cycle import CycleSummary, run_cycle
from bot.app.wiring import PROJECT, Bot, wire
from bot.demo import clients
from bot.demo.clients import Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import hospitals, people
from bot.demo.servers import USERNAME
from bot.records.office import EventView
from bot.records.outgoing import OutboxState
from bot.settings import Settings, load_settings
from tests.scenarios.office import EVENT, OPENING, composer_for, word_file
from tests.scenarios.workers import WORKERS
from tests.servers.fake126 import SENT, Fake126, FakeMail
from tests.servers.fake126_smtp import Fake126Smtp

SECOND_EVENT = EVENT.replace('id = "study-tour"', 'id = "rehabilitation"').replace(
    '["浙江", "临床重点专科", "调研学习"]', '["康复医学", "学术年会"]'
)


class Office126:
    """A context manager; `imap` and `smtp` are told what to fail, `faults` is short for the mailbox's."""

    def __init__(
        self, folder: Path, *, mode: str = "send", poll_seconds: int = 1, digest_at: str = "23:59"
    ) -> None:
        self.now = OPENING
        self.config = folder / "config"
        self._mode, self._poll_seconds, self._digest_at = mode, poll_seconds, digest_at
        self._stack = ExitStack()
        self._hospitals, self._people = hospitals(seed=11), people(seed=11)
        self.forms: list[FilledForm] = []

    def __enter__(self) -> Office126:
        self.imap = self._stack.enter_context(Fake126(username=USERNAME))
        self.smtp = self._stack.enter_context(Fake126Smtp(username=self.imap.username))
        self.faults = self.imap.faults
        self.configure()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def configure(self, **events: str) -> None:
        """Write the configuration: the usual event, and further ones by the text of their files."""
        (self.config / "events").mkdir(parents=True, exist_ok=True)
        facts = {"capacity": 3, "when_partly_full": "in_form_order", "late": "record"}
        for name, text in {"study-tour": EVENT, **events}.items():
            (self.config / "events" / f"{name}.toml").write_text(text.format(**facts), encoding="utf-8")
        (self.config / "organisations.csv").write_text("name,aliases,member\n", encoding="utf-8")
        server = f'host = "127.0.0.1"\nsecurity = "none"\nusername = "{self.imap.username}"\n'
        (self.config / "bot.toml").write_text(
            f"[mailbox]\n{server}port = {self.imap.port}\n[smtp]\n{server}port = {self.smtp.port}\n"
            f'from_address = "{self.imap.username}"\nfrom_name = "示例协会会务组"\n'
            f'[replies]\nmode = "{self._mode}"\n'
            f'[schedule]\npoll_seconds = {self._poll_seconds}\ndigest_at = "{self._digest_at}"\n'
            '[digest]\nrecipients = ["office@example.org", "second@example.org"]\n',
            encoding="utf-8",
        )

    @property
    def settings(self) -> Settings:
        environment = {**os.environ, "BOT_MAIL_PASSWORD": self.imap.password}
        return load_settings(self.config, environment, project=PROJECT)

    def arrive(self, count: int, text: str = "") -> None:
        """So many hospitals send a form naming one person each."""
        for _ in range(count):
            form = FilledForm(next(self._hospitals), tuple(islice(self._people, 1)))
            letter = Letter(
                form.hospital.contact, form.hospital.email, self.now, "报名回执表", text, files=[word_file(form)]
            )
            self.imap.deliver(FakeMail(0, clients.modern(letter), self.now))
            self.forms.append(form)

    @contextmanager
    def bot(self) -> Iterator[Bot]:
        settings = self.settings
        composer = composer_for(settings.templates, settings.sender)
        bot = wire(
            settings, clock=lambda: self.now, sleep=lambda seconds: None, composer=composer, workshop=WORKERS
        )
        try:
            yield bot
        finally:
            bot.close()

    def works(self) -> CycleSummary:
        """One cycle of a bot that was just started and ends afterwards."""
        with self.bot() as bot:
            return run_cycle(bot)

    def view(self) -> EventView:
        with self.bot() as bot:
            return bot.ledger.event_view(bot.settings.events[0], self.now)

    def names(self) -> list[str]:
        return [one.name for one in self.view().registrations]

    def waiting(self) -> dict[OutboxState, int]:
        """How many answers are in each state that is not empty."""
        with self.bot() as bot:
            return {state: count for state, count in bot.ledger.outbox_counts().items() if count}

    def note(self, key: str) -> str:
        with self.bot() as bot:
            return bot.ledger.get_state(key) or ""

    def file_in_sent(self, content: bytes) -> None:
        """What 126.com does with every mail that it accepted, sooner or later."""
        self.imap.deliver(FakeMail(0, content, self.now), SENT)
