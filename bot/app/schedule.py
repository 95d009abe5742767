"""The scheduled worker: polls, sends, publishes and mails the digest until it is stopped.

All jobs share one worker thread, so that neither the mailbox nor the ledger is ever used twice at once; each has
max_instances=1 and is coalesced, so that after sleep or a power cut a job runs once, not once per missed time. A
mailbox out of reach is asked more and more rarely, while everything else goes on. SIGTERM and Ctrl-C finish the
mail in hand; a second one ends at once. Refused credentials end the worker: another try could lock the account.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time
from time import monotonic
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot import maillog
from bot.app.cycle import LAST_ERROR, run_cycle
from bot.app.wiring import Bot, Clock, system_clock, wire
from bot.digest.workdays import is_digest_day
from bot.errors import BotError, ConnectionFailedError, LoginRefusedError
from bot.jobs.publish import LAST_DIGEST, queue_digest
from bot.jobs.send import resume
from bot.settings import Settings

_LONGEST_REST = 30 * 60.0
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name)]


class Worker:
    """One running bot. `run` returns when asked to stop, or raises what ended it."""

    def __init__(self, settings: Settings, *, clock: Clock = system_clock) -> None:
        self._settings = settings
        self._clock = clock
        self._zone = ZoneInfo(settings.bot.schedule.timezone)
        self._stop = threading.Event()
        self._fatal: BotError | None = None
        self._rest = MailboxRest(settings.bot.schedule.poll_seconds)
        self._bot: Bot | None = None

    def stop(self) -> None:
        """Ask the worker to finish the mail in hand and end."""
        self._stop.set()

    def run(self, *, announce: Callable[[str], None]) -> None:
        bot = self._bot = wire(
            self._settings, clock=self._clock, should_stop=self._stop.is_set, sleep=self._sleep_unless_stopped
        )
        previous = {}
        try:
            resume(bot.ledger, self._clock())
            scheduler = self._scheduler()
            previous = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
            scheduler.start()
            announce("机器人已开始工作，按 Ctrl-C 停止。")
            while not self._stop.wait(1):
                keep_up_with_the_clock(scheduler)
            announce("正在停止：把手上这封邮件做完……")
            scheduler.shutdown(wait=True)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            bot.close()
        if self._fatal:
            raise self._fatal
        announce("已停止。")

    def _scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone=self._zone,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        scheduler.add_listener(self._on_job_error, EVENT_JOB_ERROR)
        # A long poll that is still at work when the next is due is normal; and what a job failed with is told by
        # the listener, without the error's own text, which may quote a mail.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        seconds = self._settings.bot.schedule.poll_seconds
        now = datetime.now(self._zone)
        # The digest is looked after at every poll, not at one moment of the day: whatever kept it back (sleep, a
        # power cut, a full disk), it still goes out that day, and once.
        for name, job in (("digest", self._digest), ("cycle", self._cycle)):
            scheduler.add_job(job, "interval", id=name, seconds=seconds, next_run_time=now)
        return scheduler

    def _cycle(self) -> None:
        bot = self._bot
        if bot is None or self._stop.is_set():
            return
        resting = self._rest.error()
        summary = run_cycle(bot, resting=resting)
        if resting is None:
            self._rest.note(summary.mailbox_error)
        for error in summary.errors:
            if error is not resting:
                maillog.step_failed(error)
            if isinstance(error, LoginRefusedError):
                self._fatal = error
                self._stop.set()

    def _digest(self) -> None:
        bot = self._bot
        if bot is None or self._stop.is_set():
            return
        schedule = self._settings.bot.schedule
        now = self._clock()
        local = now.astimezone(self._zone)
        last = bot.ledger.get_state(LAST_DIGEST)
        if last and datetime.fromisoformat(last).astimezone(self._zone).date() == local.date():
            return
        is_time = local.time() >= time.fromisoformat(schedule.digest_at)
        if is_time and is_digest_day(local.date(), schedule.digest_days):
            # The cycle that follows sends it.
            queue_digest(bot.office, now)

    def _sleep_unless_stopped(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise ConnectionFailedError("机器人正在停止，没有再连接邮箱。")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stop.is_set():
            # Whoever asks twice will not wait for a server. The ledger bears it as it bears a power cut.
            os._exit(1)
        self._stop.set()

    def _on_job_error(self, event: JobExecutionEvent) -> None:
        # A job that fails in an unforeseen way is said and tried again at its next time, never silently dropped.
        maillog.job_failed(event.job_id, event.exception)
        if self._bot is not None:
            names = {"cycle": "收发信", "digest": "每日简报"}
            text = f"{names[event.job_id]}出错（{type(event.exception).__name__}），将自动重试，详情见日志。"
            with suppress(BotError):
                self._bot.ledger.set_state(LAST_ERROR, text, self._clock())


class MailboxRest:
    """How long a mailbox out of reach is left alone: one poll, then twice as long each time, half an hour at most.

    Reckoned by a clock that nobody sets.
    """

    def __init__(self, poll_seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._failures = 0
        self._error: ConnectionFailedError | None = None
        self._until = 0.0

    def note(self, error: ConnectionFailedError | None) -> None:
        """What a look into the mailbox came to."""
        self._error = error
        self._failures = self._failures + 1 if error else 0
        # The next poll comes by itself; only from the second failure on is one left out.
        rest = self._poll_seconds * (2 ** min(self._failures - 1, 12) - 0.5) if error else 0.0
        self._until = self._clock() + min(rest, _LONGEST_REST)

    def error(self) -> ConnectionFailedError | None:
        """Why the mailbox is left alone at this moment; None when it may be asked."""
        return self._error if self._failures > 1 and self._clock() < self._until else None


def keep_up_with_the_clock(scheduler: BackgroundScheduler) -> None:
    """Bring forward what waits for a time that lies further away than it should: the clock was set back, and the
    jobs would stand still until it has caught up."""
    for job in scheduler.get_jobs():
        now = datetime.now(job.next_run_time.tzinfo)
        if job.next_run_time > now + job.trigger.interval * 2:
            job.modify(next_run_time=now)
