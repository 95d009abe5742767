"""send: what waits in the outbox goes to the mail server, at its pace.

An answer is sent at least once and recognisably: its bytes and Message-ID never change, and one whose fate is
unknown (the process died, or the connection broke after the final dot) is looked up in the mailbox's Sent folder
before anything else. Never sends while the server wants a pause or a person has to look first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot import maillog
from bot.errors import BotError, TransientError
from bot.intake.mailbox import Mailbox
from bot.ledger.ledger import Ledger
from bot.records.outgoing import Delivery, DeliveryResult, OutboxItem
from bot.replies.limits import Pace
from bot.replies.retry import next_attempt
from bot.replies.smtp import MailServer, ServerDeferredError

PAUSED_UNTIL = "sending_paused_until"
STOPPED = "sending_stopped"
IN_DOUBT_WAIT = timedelta(minutes=30)
"""How long the Sent folder is given to show a mail before it is sent once more."""
MOST_DOUBTFUL_ATTEMPTS = 3
"""After so many attempts a mail whose fate is unknown is not sent again: the hospital would get it twice."""

LONGEST_WAIT = timedelta(minutes=1)
"""Longer than this the pace is not waited for: the mail stays due for the next run."""
LONGEST_PAUSE = timedelta(hours=26)


@dataclass
class SendReport:
    """What became of the mails that were due."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    in_doubt: int = 0
    drafts: int = 0

    def add(self, later: SendReport) -> None:
        """Take what was sent afterwards into this report."""
        self.sent += later.sent
        self.refused += later.refused
        self.drafts += later.drafts
        # What had to wait was looked at once more.
        self.later, self.in_doubt = later.later, later.in_doubt


@dataclass(frozen=True)
class Sending:
    """What the job needs: where answers wait, where they go, and how fast."""

    ledger: Ledger
    server: Callable[[], MailServer]
    mailbox: Mailbox
    pace: Pace
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    should_stop: Callable[[], bool] = lambda: False


def send_replies(sending: Sending, *, mailbox_rests: bool = False) -> SendReport:
    """Settle what is in doubt, put drafts where a person finds them, then send what is due. While the mailbox
    rests (it is out of reach), only what needs no mailbox is done."""
    report = SendReport()
    now = sending.clock()
    trouble: BotError | None = None
    if mailbox_rests:
        report.in_doubt += len(sending.ledger.unsettled())
    else:
        _settle_doubtful(sending, now, report)
        trouble = _place_drafts(sending, now, report)
    if not is_held(sending.ledger, now):
        _send_due(sending, report)
    if trouble is not None:
        raise trouble
    return report


def resume(ledger: Ledger, now: datetime) -> None:
    """A person has looked (and started the bot): what was stopped for a person is tried again."""
    if ledger.get_state(STOPPED):
        ledger.set_state(STOPPED, "", now)


def is_held(ledger: Ledger, now: datetime) -> bool:
    """True while nothing may be sent: the server asked for a pause, or a person has to look first."""
    return bool(ledger.get_state(STOPPED)) or paused_until(ledger, now) is not None


def paused_until(ledger: Ledger, now: datetime) -> datetime | None:
    """Until when the server wants to be left alone; None when it does not."""
    noted = ledger.get_state(PAUSED_UNTIL)
    until = datetime.fromisoformat(noted) if noted else now
    # A pause longer than any that a server asks for was noted by a clock that has been set back since.
    return until if now < until <= now + LONGEST_PAUSE else None


def _settle_doubtful(sending: Sending, now: datetime, report: SendReport) -> None:
    """Look up what may have been delivered. Not found for long: sent once more, then a person decides."""
    doubtful = sending.ledger.unsettled()
    for place, item in enumerate(doubtful):
        try:
            found = sending.mailbox.find_in_sent(item.message_id, item.created_at - timedelta(days=1))
        except BotError:
            # The mailbox is out of reach: the doubts stay, everything else can still be sent.
            report.in_doubt += len(doubtful) - place
            return
        if found:
            _settle(sending, item, Delivery(DeliveryResult.SENT, text="found in the Sent folder"), now, report)
        elif abs(now - item.next_attempt_at) < IN_DOUBT_WAIT:
            report.in_doubt += 1
        elif item.attempts < MOST_DOUBTFUL_ATTEMPTS:
            again = Delivery(DeliveryResult.RETRY, text="not in the Sent folder; sent once more")
            sending.ledger.settle(item.id, again, now, now)
        else:
            unknown = Delivery(DeliveryResult.PERSON, advice="对方是否收到无法确定，请致电确认")
            _settle(sending, item, unknown, now, report)


def _place_drafts(sending: Sending, now: datetime, report: SendReport) -> BotError | None:
    """One draft that the mailbox does not take keeps back neither the next one nor what is to be sent; two in a
    row are the mailbox's fault. Gives the first error."""
    errors: list[BotError] = []
    failed_before = False
    for item in sending.ledger.drafts_to_place():
        try:
            sending.mailbox.append_draft(item.mime, now)
        except BotError as error:
            errors.append(error)
            if failed_before:
                break
            failed_before = True
            continue
        sending.ledger.draft_placed(item.id, now)
        failed_before = False
        report.drafts += 1
    return errors[0] if errors else None


def _send_due(sending: Sending, report: SendReport) -> None:
    while not sending.should_stop():
        now = sending.clock()
        room = sending.pace.room(sending.ledger.sent_times(now - timedelta(days=1)), now)
        batch = sending.ledger.due(now, room) if room > 0 else ()
        if not batch or not _send_batch(sending, batch, report):
            return


def _send_batch(sending: Sending, batch: tuple[OutboxItem, ...], report: SendReport) -> bool:
    """One connection's worth; False when the rest has to wait."""
    try:
        return _send_over_one_connection(sending, batch, report)
    except ServerDeferredError as error:
        _hold(sending, error.delivery, sending.clock())
        raise


def _hold(sending: Sending, delivery: Delivery, now: datetime) -> None:
    """Send nothing for a while, or until a person has looked, when that is what the server's answer means."""
    if delivery.result is DeliveryResult.STOP:
        sending.ledger.set_state(STOPPED, delivery.advice or delivery.text, now)
    elif delivery.result is DeliveryResult.PAUSE and (until := next_attempt(1, now, delivery, "connection")):
        sending.ledger.set_state(PAUSED_UNTIL, until.isoformat(), now)


def _send_over_one_connection(sending: Sending, batch: tuple[OutboxItem, ...], report: SendReport) -> bool:
    with sending.server() as server:
        for item in batch:
            if not _in_time(sending):
                return False
            delivery = server.send(item, partial(_before_data, sending, item))
            _settle(sending, item, delivery, sending.clock(), report)
            if delivery.result in (DeliveryResult.STOP, DeliveryResult.PAUSE, DeliveryResult.IN_DOUBT):
                return False
            if delivery.result is DeliveryResult.RETRY and delivery.code in (0, 421):
                return False
    return True


def _in_time(sending: Sending) -> bool:
    """Wait until the next mail may leave; False when that is too long for a connection, or on being stopped."""
    now = sending.clock()
    wait = sending.pace.earliest_next(sending.ledger.sent_times(now - timedelta(days=1)), now) - now
    if wait > LONGEST_WAIT:
        return False
    left = wait.total_seconds()
    while left > 0 and not sending.should_stop():
        sending.sleep(min(left, 1.0))
        left -= 1.0
    return not sending.should_stop()


def _before_data(sending: Sending, item: OutboxItem) -> None:
    """Note that the mail is on its way, before its first byte is; one that somebody settled meanwhile stays."""
    if not sending.ledger.start_sending(item.id, sending.clock()):
        raise TransientError("待发的邮件刚被别处处理过，本次不再发送")


def _settle(sending: Sending, item: OutboxItem, delivery: Delivery, now: datetime, report: SendReport) -> None:
    again: datetime | None = None
    if delivery.result in (DeliveryResult.RETRY, DeliveryResult.PAUSE):
        again = next_attempt(item.attempts + 1, now, delivery, item.message_id)
        if again is None:
            delivery = replace(delivery, result=DeliveryResult.PERSON, advice="多次发送未成，请致电对方")
    elif delivery.result in (DeliveryResult.STOP, DeliveryResult.IN_DOUBT):
        # STOP is not this mail's fault: it stays due. For a doubt, this is when it began.
        again = now
    _hold(sending, delivery, now)
    sending.ledger.settle(item.id, delivery, now, again)
    maillog.delivered(item.id, item.template, delivery)
    report.sent += delivery.result is DeliveryResult.SENT
    report.later += delivery.result in (DeliveryResult.RETRY, DeliveryResult.PAUSE, DeliveryResult.STOP)
    report.refused += delivery.result is DeliveryResult.PERSON
    report.in_doubt += delivery.result is DeliveryResult.IN_DOUBT
