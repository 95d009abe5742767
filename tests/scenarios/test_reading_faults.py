"""Files that kill or hang their reader, and readers that cannot start: mails wait or are kept, the order stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import views
from bot.app.cycle import CycleSummary, run_cycle
from bot.demo import clients
from bot.demo.clients import File
from bot.demo.form_files import FilledForm, lines_form
from bot.errors import LoginRefusedError
from bot.forms.containers.contents import Item, Limits
from bot.forms.kinds import FileKind
from bot.forms.workers.pool import WorkerProcesses
from bot.forms.workers.process import WorkerLimits
from bot.forms.workshop import Workshop
from bot.jobs import receive
from bot.jobs.publish import digest_summary
from bot.records.decision import Outcome
from bot.records.form import Document
from tests.scenarios.office import Office
from tests.scenarios.office126 import Office126
from tests.scenarios.workers import WORKERS

QUICK = WorkerLimits(seconds=3, resident=300_000_000, address_space=3_000_000_000)


@pytest.fixture
def misbehaving() -> Iterator[Workshop]:
    """Worker processes whose readers do what the file tells them to."""
    pool = WorkerProcesses(QUICK, QUICK, program="tests.unit.misbehaving_worker")
    yield pool
    pool.close()


def sends_in_body(office: Office) -> FilledForm:
    """A form in the mail's own text, for which no worker is needed."""
    form = office.form()
    office.arrives(clients.modern(office.letter(form, text=lines_form(form))))
    return form


def sends_file(office: Office, content: str) -> None:
    file = File("回执表.txt", content.encode())
    office.arrives(clients.modern(office.letter(office.form(), text="您好，回执见附件。", files=[file])))


@pytest.mark.parametrize("hostile", ["hang", "die", "grow", "talk"])
def test_a_file_that_stops_its_reader_costs_neither_the_next_mail_nor_its_place(
    tmp_path: Path, misbehaving: Workshop, hostile: str
) -> None:
    with Office(tmp_path) as office:
        office.workshop = misbehaving
        first = sends_in_body(office)
        sends_file(office, hostile)
        second = sends_in_body(office)
        office.works()

        assert office.templates() == ["confirmed", "unreadable", "confirmed"]
        assert len(office.answers()) == 3
        assert [one.name for one in office.view().registrations] == [
            form.people[0].name for form in (first, second)
        ]
        (mail,) = office.view().reviews
        assert mail.outcome is Outcome.UNREADABLE


def look(office: Office) -> CycleSummary:
    """One cycle that may meet errors."""
    bot = office.bot()
    try:
        return run_cycle(bot)
    finally:
        bot.close()


def test_while_no_reader_can_start_mails_wait_in_order_and_staff_are_told(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.workshop = WorkerProcesses(program="no.such.program")
        with_file = office.form()
        office.sends_word_form(with_file)
        in_body = sends_in_body(office)
        summary = look(office)

        bot = office.bot()
        try:
            status = views.status_json(bot.ledger, bot.settings.events, office.now)
            digest = digest_summary(bot.office, bot.settings.events[0], office.now)
        finally:
            bot.close()
        assert office.answers() == []
        assert office.view().mails == ()
        assert [str(error) for error in summary.errors] == [status["last_error"]]
        assert "读取附件的进程无法启动" in str(status["last_error"])
        assert status["last_error"] in digest.warnings

        office.workshop = WORKERS
        office.works()

        assert office.templates() == ["confirmed", "confirmed"]
        assert len(office.answers()) == 2
        assert [one.name for one in office.view().registrations] == [
            form.people[0].name for form in (with_file, in_body)
        ]


class SlowWhileTheServerHangsUp:
    """Reads as ever, but so slowly that the mail server has closed every connection meanwhile."""

    def __init__(self, office: Office126) -> None:
        self._office = office
        self.reads = 0

    def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
        document = WORKERS.read(kind, origin, content)
        self.reads += 1
        self._office.imap.close_connections()
        return document

    def unpack(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        return WORKERS.unpack(kind, origin, content, limits)

    def pictures(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        return WORKERS.pictures(kind, origin, content, limits)

    def convert(self, kind: FileKind, content: bytes) -> bytes | None:
        return WORKERS.convert(kind, content)


def test_a_mailbox_that_hangs_up_during_a_long_reading_is_connected_to_again(tmp_path: Path) -> None:
    count = 25  # more than are fetched at once
    with Office126(tmp_path) as office:
        office.arrive(count)
        slow = SlowWhileTheServerHangsUp(office)
        with office.bot() as bot:
            bot.parts = replace(bot.parts, workshop=slow)
            summary = run_cycle(bot)

        assert summary.errors == []
        assert slow.reads == count
        assert office.names() == [form.people[0].name for form in office.forms]
        assert len(office.smtp.accepted) == count
        assert summary.marked == count
        assert all({r"\Seen", r"\Answered"} <= mail.flags for mail in office.imap.mails)


def test_what_is_read_is_answered_before_all_the_rest_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[int] = []
    monkeypatch.setattr(receive, "LONGEST_LOOK", 0.0)
    with Office(tmp_path) as office:
        forms = [sends_in_body(office) for _ in range(3)]
        record = receive.record_mail

        def recorded(*given: object) -> object:
            answered.append(len(office.smtp.accepted))
            return record(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(receive, "record_mail", recorded)
        summary = office.works()

        assert answered == [0, 1, 2]
        assert (summary.received.recorded, summary.sent.sent, summary.marked) == (3, 3, 3)
        assert [one.name for one in office.view().registrations] == [form.people[0].name for form in forms]
        assert len(office.answers()) == 3
        balance = office.view().balance
        assert balance is not None
        assert (balance.in_mailbox, balance.recorded) == (3, 3)


def test_a_refused_login_for_sending_is_not_tried_again_between_two_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "LONGEST_LOOK", 0.0)
    with Office126(tmp_path) as office:
        office.arrive(2)
        office.smtp.password = "another"
        summary = office.works()

        assert office.smtp.logins == 1
        assert len([error for error in summary.errors if isinstance(error, LoginRefusedError)]) == 1
        assert len(office.view().mails) == 1
