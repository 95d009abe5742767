"""The mail log: one function per logged fact, so that every line looks alike and none holds personal data.

A line begins with the mail's key (folder/UIDVALIDITY/UID), never with names, numbers or addresses. Of an error
only its kind and the places in the code are logged: its text may quote a mail.
"""

from __future__ import annotations

import logging
import traceback

from bot.errors import BotError
from bot.records.decision import Outcome, Reason
from bot.records.mail import MailLocation
from bot.records.outgoing import Delivery, DraftFate

LOG = logging.getLogger("bot.mail")


def key(location: MailLocation) -> str:
    """`INBOX/1/1392611444`: what a log line about a mail begins with."""
    return f"{location.folder}/{location.uidvalidity}/{location.uid}"


def where(error: BaseException) -> str:
    """The kind of an error and the places in the code it came through, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__name__} at {places}"


def recorded(location: MailLocation, outcome: Outcome, reason: Reason) -> None:
    LOG.info("%s recorded outcome=%s reason=%s", key(location), outcome.value, reason.value)


def seen_before(location: MailLocation) -> None:
    LOG.info("%s seen before under another location", key(location))


def station_failed(location: MailLocation, error: BaseException) -> None:
    LOG.error("%s kept for a person: %s", key(location), where(error))


def not_recorded(location: MailLocation, error: BaseException) -> None:
    LOG.error("%s not recorded, will be fetched again: %s", key(location), where(error))


def not_delivered(location: MailLocation, looks: int) -> None:
    LOG.warning("%s not given by the mailbox server, look %d; asked for again", key(location), looks)


def vanished(location: MailLocation) -> None:
    LOG.warning("%s listed but not visible any more", key(location))


def delivered(outbox_id: int, template: str, delivery: Delivery) -> None:
    LOG.info(
        "outbox/%d %s result=%s code=%d queue_id=%s",
        outbox_id,
        template,
        delivery.result.value,
        delivery.code,
        delivery.queue_id,
    )


def draft_settled(outbox_id: int, template: str, fate: DraftFate) -> None:
    LOG.info("outbox/%d %s draft %s by a person", outbox_id, template, fate.value)


def step_failed(error: BotError) -> None:
    """For errors whose text is made for people, and holds none of theirs."""
    LOG.error("cycle: %s", error)


def job_failed(job: str, error: BaseException) -> None:
    LOG.error("job %s failed: %s", job, where(error))
