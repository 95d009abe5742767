"""The scheduled worker between servers that fail: it goes on, rests, says so, and stops when it must."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from bot.app import schedule
from bot.app.cycle import HEARTBEAT, LAST_ERROR, run_cycle
from bot.app.schedule import MailboxRest, Worker, keep_up_with_the_clock
from bot.errors import ConnectionFailedError, LedgerBusyError, LoginRefusedError
from bot.jobs.publish import LAST_DIGEST
from bot.ledger.ledger import Ledger
from tests.scenarios.office import CHINA
from tests.scenarios.office126 import Office126
from tests.servers.fake126_smtp import Late

PATIENCE = 20.0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office126]:
    with Office126(tmp_path) as office:
        yield office


def wait_for(happened: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Does something beside the worker, which needs this thread for its signals."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown by the test's own thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield failures
    thread.join(PATIENCE)
    assert not failures, failures


def run_until(office: Office126, worker: Worker, happened: Callable[[], object]) -> list[str]:
    """Runs the worker until something happened, and gives what it announced."""
    said: list[str] = []

    def stop() -> None:
        try:
            wait_for(happened)
        finally:
            worker.stop()

    with meanwhile(stop):
        worker.run(announce=said.append)
    return said


def noted(office: Office126, key: str) -> str:
    with Ledger.open(office.settings.ledger_url, exclusive=False) as ledger:
        return ledger.get_state(key) or ""


def worker_of(office: Office126) -> Worker:
    return Worker(office.settings, clock=lambda: office.now)


def test_worker_answers_and_keeps_its_heartbeat(office: Office126) -> None:
    office.arrive(2)

    said = run_until(office, worker_of(office), lambda: len(office.smtp.accepted) == 2)

    assert office.note(HEARTBEAT) == office.now.isoformat()
    assert said[-1] == "已停止。"


def test_worker_whose_login_is_refused_stops_after_one_attempt(office: Office126) -> None:
    settings = office.settings
    office.imap.password = "another"

    with pytest.raises(LoginRefusedError) as refusal:
        Worker(settings, clock=lambda: office.now).run(announce=lambda line: None)

    assert refusal.value.exit_code == 3
    assert office.imap.login_attempts == 1
    assert office.smtp.logins == 0


def test_worker_goes_on_when_the_mailbox_is_back(office: Office126) -> None:
    office.arrive(1)
    with office.bot():
        # Makes the ledger, which the other thread is going to read.
        office.faults.greeting = "* BYE closed for repairs"

    def repair() -> None:
        wait_for(lambda: noted(office, LAST_ERROR))
        office.faults.greeting = "* OK ready"

    with meanwhile(repair):
        run_until(office, worker_of(office), lambda: office.smtp.accepted)

    assert office.note(LAST_ERROR) == ""


def test_second_worker_on_the_same_ledger_is_refused(office: Office126) -> None:
    with office.bot(), pytest.raises(LedgerBusyError) as refusal:
        worker_of(office).run(announce=lambda line: None)

    assert refusal.value.exit_code == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_during_a_slow_server_ends_the_worker_with_nothing_half_done(
    office: Office126, number: signal.Signals
) -> None:
    office.arrive(2)
    office.smtp.next_answer("connect", b"220 slow")
    office.smtp.next_answer("dot", Late(2.0))

    def interrupt() -> None:
        wait_for(lambda: "DATA" in office.smtp.commands)
        os.kill(os.getpid(), number)

    with meanwhile(interrupt):
        worker_of(office).run(announce=lambda line: None)
    office.works()

    assert len(office.smtp.accepted) == 2
    assert len({one.recipients for one in office.smtp.accepted}) == 2


def test_failure_that_nobody_foresaw_is_said_without_its_words_and_tried_again(
    office: Office126, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    attempts: list[int] = []

    def fails(*_: object, **__: object) -> None:
        attempts.append(1)
        raise RuntimeError("陈敏 13800000000")

    monkeypatch.setattr(schedule, "run_cycle", fails)

    run_until(office, worker_of(office), lambda: len(attempts) > 1)

    assert "陈敏" not in "".join(capfd.readouterr())
    assert "收发信出错（RuntimeError）" in office.note(LAST_ERROR)


# --- the digest


DIGEST_DAY = datetime(2026, 3, 30, 9, 0, tzinfo=CHINA)


@pytest.fixture
def early(tmp_path: Path) -> Iterator[Office126]:
    with Office126(tmp_path, digest_at="08:30") as office:
        office.now = DIGEST_DAY
        yield office


def test_digest_goes_to_each_recipient_alone_and_once_a_day(early: Office126) -> None:
    run_until(early, worker_of(early), lambda: len(early.smtp.accepted) == 2)
    early.now += timedelta(hours=8)
    polls = len(early.imap.named("SEARCH")) + 2
    early.arrive(1)
    run_until(early, worker_of(early), lambda: len(early.imap.named("SEARCH")) >= polls)

    assert [mail.recipients for mail in early.smtp.accepted[:2]] == [
        ("office@example.org",),
        ("second@example.org",),
    ]
    assert [mail.recipients for mail in early.smtp.accepted[2:]] == [(early.forms[0].hospital.email,)]


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 3, 30, 8, 29, tzinfo=CHINA), False),  # a Monday, too early
        (datetime(2026, 3, 30, 23, 50, tzinfo=CHINA), True),  # the machine was off in the morning
        (datetime(2026, 3, 29, 9, 0, tzinfo=CHINA), False),  # a Sunday
        (datetime(2026, 5, 9, 9, 0, tzinfo=CHINA), True),  # a Saturday worked instead of a holiday
        (datetime(2026, 5, 1, 9, 0, tzinfo=CHINA), False),  # a Friday, Labour Day
    ],
)
def test_digest_is_due_from_its_time_on_on_workdays(early: Office126, moment: datetime, sent: bool) -> None:
    early.now = moment
    worker = worker_of(early)
    with early.bot() as bot:
        worker._bot = bot
        worker._digest()

        assert bool(bot.ledger.get_state(LAST_DIGEST)) is sent


def test_digest_goes_out_after_the_clock_was_set_back(early: Office126) -> None:
    worker = worker_of(early)
    with early.bot() as bot:
        worker._bot = bot
        bot.ledger.set_state(LAST_DIGEST, (early.now + timedelta(days=400)).isoformat(), early.now)

        worker._digest()

        assert bot.ledger.get_state(LAST_DIGEST) == early.now.isoformat()


# --- resting, and the clock


def test_mailbox_out_of_reach_is_asked_more_and_more_rarely_but_within_half_an_hour() -> None:
    now = 0.0
    rest = MailboxRest(60, clock=lambda: now)
    asked: list[float] = []
    for poll in range(200):
        now = poll * 60.0
        if rest.error() is None:
            asked.append(now)
            rest.note(ConnectionFailedError("away"))

    gaps = [later - earlier for earlier, later in pairwise(asked)]

    assert gaps[:5] == [60, 120, 240, 480, 960]
    assert set(gaps[5:]) == {1800}


def test_one_success_ends_the_rest() -> None:
    rest = MailboxRest(60, clock=lambda: 0.0)
    for _ in range(5):
        rest.note(ConnectionFailedError("away"))

    rest.note(None)

    assert rest.error() is None


def test_clock_set_back_does_not_stop_the_polls() -> None:
    scheduler = BackgroundScheduler()
    scheduler.add_job(print, "interval", id="poll", seconds=60)
    scheduler.start(paused=True)
    try:
        far = datetime.now(UTC) + timedelta(hours=3)
        scheduler.modify_job("poll", next_run_time=far)

        keep_up_with_the_clock(scheduler)

        assert scheduler.get_job("poll").next_run_time <= datetime.now(UTC)
    finally:
        scheduler.shutdown(wait=False)


def test_sending_and_publishing_go_on_while_the_mailbox_rests(office: Office126) -> None:
    office.arrive(1)
    office.smtp.next_answer("connect", b"421 later")
    office.works()
    examined = len(office.imap.commands)
    resting = ConnectionFailedError("连不上邮箱服务器。")

    with office.bot() as bot:
        summary = run_cycle(bot, resting=resting)

    assert summary.errors == [resting]
    assert len(office.imap.commands) == examined
    assert len(office.smtp.accepted) == 1
    assert office.note(LAST_ERROR) == "连不上邮箱服务器。"
