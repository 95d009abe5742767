"""One cycle: settings, staff's word, receive, set flags, remind, send, publish; and the heartbeat.

A server that cannot be reached stops only the steps that need it: what was received is still published, and
what waits in the outbox is still sent. The first such error is raised at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot import maillog
from bot.app.wiring import Bot
from bot.errors import BotError, ConnectionFailedError, LoginRefusedError
from bot.jobs.drafts import watch_drafts
from bot.jobs.publish import hear_staff, publish_workbooks
from bot.jobs.receive import CycleReport, receive_mail, settle_marks
from bot.jobs.reminders import remind_unpaid
from bot.jobs.send import SendReport, send_replies
from bot.jobs.terms import take_terms
from bot.records.outgoing import OutboxState
from bot.settings.terms import terms_text

LAST_CYCLE, LAST_ERROR, HEARTBEAT = "last_cycle", "last_error", "heartbeat"


@dataclass
class CycleSummary:
    """What one cycle did, for the terminal and for `status`."""

    received: CycleReport = field(default_factory=CycleReport)
    marked: int = 0
    sent: SendReport = field(default_factory=SendReport)
    notes: tuple[str, ...] = ()
    errors: list[BotError] = field(default_factory=list)
    mailbox_error: ConnectionFailedError | None = None
    """Why the mailbox could not be reached; None where anything else went wrong, or nothing."""


def run_cycle(bot: Bot, *, resting: BotError | None = None) -> CycleSummary:
    """Work off all that waits. Never raises a BotError: they are in the summary, first one first.

    With `resting`, the mailbox is left alone because of that error, which stays the news of the day."""
    summary = CycleSummary()
    now = bot.clock()

    def receive() -> None:
        if resting is not None:
            raise resting
        while True:
            bot.mailbox.connect()
            report = receive_mail(bot.parts, now)
            summary.received.add(report)
            summary.marked += settle_marks(bot.parts, now)
            if not report.unfinished or report.not_recorded or report.not_delivered:
                break
            # Many scans take long: what is decided is answered and shown before the rest is read.
            error = _attempt("发信", send, summary)
            if isinstance(error, LoginRefusedError):
                raise error
            _attempt("更新工作簿", publish, summary)

    def send() -> None:
        rests = summary.mailbox_error is not None
        summary.sent.add(send_replies(bot.sending, mailbox_rests=rests))
        if not rests:
            watch_drafts(bot.sending, bot.clock())

    def publish() -> None:
        waiting = bot.ledger.outbox_counts()[OutboxState.QUEUED]
        summary.notes = publish_workbooks(bot.office, now)
        if bot.ledger.outbox_counts()[OutboxState.QUEUED] > waiting:
            # Staff decided something in a workbook that was busy before: those concerned hear of it now.
            send()

    def settle() -> None:
        take_terms(bot.parts, terms_text(bot.settings), now)

    def hear() -> None:
        hear_staff(bot.office, now)

    def remind() -> None:
        if bot.parts.reply_mode != "off":
            remind_unpaid(bot.office, now, draft=bot.parts.reply_mode == "draft")

    error = _attempt("核对设置", settle, summary)
    if error is None:
        # Nothing is decided under settings that no act records: it could not be made again.
        _attempt("读取工作簿", hear, summary)
        error = _attempt("收信", receive, summary)
    if error is None:
        # Only who has not just cancelled is reminded: the mailbox was looked into first.
        _attempt("缴费提醒", remind, summary)
    summary.mailbox_error = error if isinstance(error, ConnectionFailedError) else None
    # Who refuses the password for reading would refuse it for sending, and count it.
    if not isinstance(error, LoginRefusedError):
        _attempt("发信", send, summary)
    _attempt("更新工作簿", publish, summary)
    bot.rest()
    _remember(bot, summary, now)
    return summary


def _attempt(name: str, step: Callable[[], None], summary: CycleSummary) -> BotError | None:
    """What went wrong in one step, which is noted in the summary as well; None when nothing did."""
    try:
        step()
    except BotError as error:
        shown = error
    except Exception as error:  # noqa: BLE001 - a mistake of ours in one step must not stop the others
        maillog.job_failed(step.__name__, error)
        shown = BotError(f"{name}时出现意外错误（{type(error).__name__}），下次会再试，详情见日志。")
    else:
        return None
    # A cycle that takes several turns meets the same trouble at each.
    if str(shown) not in map(str, summary.errors):
        summary.errors.append(shown)
    return shown


def _remember(bot: Bot, summary: CycleSummary, now: datetime) -> None:
    """Write the heartbeat and the cycle's result into the ledger, for `status` and the digest."""
    result = {
        "at": now.isoformat(),
        "recorded": summary.received.recorded,
        "outcomes": dict(summary.received.outcomes),
        "sent": summary.sent.sent,
        "errors": [str(error) for error in summary.errors],
    }
    try:
        bot.ledger.set_state(HEARTBEAT, now.isoformat(), now)
        bot.ledger.set_state(LAST_CYCLE, json.dumps(result, ensure_ascii=False), now)
        bot.ledger.set_state(LAST_ERROR, str(summary.errors[0]) if summary.errors else "", now)
    except BotError as error:
        maillog.job_failed("heartbeat", error)
        summary.errors.append(error)
