"""The scheduled worker: polls, sends, publishes and mails the digest until it is stopped.

All jobs share one worker thread, so that neither the mailbox nor the ledger is ever used twice at once; each has
max_instances=1 and is coalesced, so that after sleep or a power cut a job runs once, not once per missed time.
SIGTERM and Ctrl-C finish the mail in hand. Refused credentials end the worker: another try
could lock the account.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot import maillog
from bot.app.cycle import run_cycle
from bot.app.wiring import Bot, Clock, system_clock, wire
from bot.digest.workdays import is_digest_day
from bot.errors import BotError, LoginRefusedError
from bot.jobs.publish import LAST_DIGEST, queue_digest
from bot.jobs.send import STOPPED, send_replies
from bot.settings import Settings

LOG = logging.getLogger("bot.app")
_LONGEST_WAIT = timedelta(minutes=30)
_DIGEST_GRACE = timedelta(hours=10)
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name)]


class Worker:
    """One running bot. `run` returns when asked to stop, or raises what ended it."""

    def __init__(self, settings: Settings, *, clock: Clock = system_clock) -> None:
        self._settings = settings
        self._clock = clock
        self._stop = threading.Event()
        self._fatal: BotError | None = None
        self._failures = 0
        self._not_before: datetime | None = None
        self._bot: Bot | None = None

    def stop(self) -> None:
        """Ask the worker to finish the mail in hand and end."""
        self._stop.set()

    def run(self, *, announce: Callable[[str], None]) -> None:
        bot = self._bot = wire(self._settings, clock=self._clock, should_stop=self._stop.is_set)
        # Whoever started the worker has looked: what was stopped for a person goes on.
        bot.ledger.set_state(STOPPED, "", self._clock())
        scheduler = self._scheduler()
        previous = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            scheduler.start()
            announce("机器人已开始工作，按 Ctrl-C 停止。")
            while not self._stop.wait(1):
                pass
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
        schedule = self._settings.bot.schedule
        zone = ZoneInfo(schedule.timezone)
        at = time.fromisoformat(schedule.digest_at)
        scheduler = BackgroundScheduler(
            timezone=zone,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        scheduler.add_listener(self._on_job_error, EVENT_JOB_ERROR)
        # Silence about a skipped overlap: a long poll is normal work.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        now = datetime.now(zone)
        scheduler.add_job(self._cycle, "interval", id="cycle", seconds=schedule.poll_seconds, next_run_time=now)
        scheduler.add_job(
            self._digest,
            "cron",
            id="digest",
            hour=at.hour,
            minute=at.minute,
            misfire_grace_time=int(_DIGEST_GRACE.total_seconds()),
        )
        # A machine that was off at the digest's time sends it when it comes up, the same day.
        if now.timetz().replace(tzinfo=None) >= at:
            scheduler.add_job(self._digest, "date", id="digest_at_start", run_date=now + timedelta(seconds=5))
        return scheduler

    def _cycle(self) -> None:
        bot = self._bot
        now = self._clock()
        if bot is None or self._stop.is_set() or (self._not_before and now < self._not_before):
            return
        summary = run_cycle(bot)
        for error in summary.errors:
            LOG.error("%s", error)
            if isinstance(error, LoginRefusedError):
                self._fatal = error
                self._stop.set()
        self._failures = self._failures + 1 if summary.mailbox_failed else 0
        wait = timedelta(seconds=self._settings.bot.schedule.poll_seconds) * 2 ** min(self._failures, 10)
        self._not_before = now + min(wait, _LONGEST_WAIT) if self._failures > 1 else None

    def _digest(self) -> None:
        bot = self._bot
        if bot is None or self._stop.is_set():
            return
        now = self._clock()
        zone = ZoneInfo(self._settings.bot.schedule.timezone)
        today = now.astimezone(zone).date()
        last = bot.ledger.get_state(LAST_DIGEST)
        if last and datetime.fromisoformat(last).astimezone(zone).date() >= today:
            return
        if is_digest_day(today, self._settings.bot.schedule.digest_days) and queue_digest(bot.office, now):
            send_replies(bot.sending)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _on_job_error(self, event: JobExecutionEvent) -> None:
        # A job that fails in an unforeseen way is said and tried again at its next time, never silently dropped.
        maillog.job_failed(event.job_id, event.exception)
        if self._bot is not None:
            text = f"任务 {event.job_id} 出错（{type(event.exception).__name__}），将自动重试；详情见日志"
            self._bot.ledger.set_state("last_error", text, self._clock())
