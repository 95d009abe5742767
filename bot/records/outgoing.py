"""Outgoing mail: composed, waiting in the outbox, and what the mail server said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A mail ready to be sent: its bytes never change again, so that every attempt sends the same mail.

    `template` is a ReplyTemplate's word, or `digest`. `message_id` keeps its angle brackets.
    """

    template: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    mime: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail that answers no mail: it tells the sender of an earlier one (`about_mail_id`) what was decided since
    about some of her people."""

    mail: ComposedMail
    event_id: str
    about_mail_id: int
    registration_ids: tuple[int, ...]


class DraftFate(StrEnum):
    """What a person did with an answer that was left in the Drafts folder."""

    WAITING = ""
    SENT = "sent"
    CHANGED = "changed"
    """Sent, with other words."""
    DELETED = "deleted"


class OutboxState(StrEnum):
    """Where an outgoing mail is. queued -> sending -> sent | queued (again later) | in_doubt | failed."""

    QUEUED = "queued"
    SENDING = "sending"
    """Written before the first byte of DATA: found after a crash, it is in doubt."""
    IN_DOUBT = "in_doubt"
    """The connection broke after the final dot: looked up in the Sent folder before anything else."""
    SENT = "sent"
    FAILED = "failed"
    """Refused for good: a person has to call."""
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One row of the outbox; times in UTC. `mail_id` is the answered mail's, None for a digest."""

    id: int
    mail_id: int | None
    template: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    mime: bytes
    state: OutboxState
    attempts: int
    next_attempt_at: datetime
    created_at: datetime
    last_error: str = ""
    queue_id: str = ""
    sent_at: datetime | None = None
    about_mail_id: int | None = None
    event_id: str | None = None
    draft_fate: DraftFate = DraftFate.WAITING
    bounced_at: datetime | None = None
    bounce_text: str = ""


class DeliveryResult(StrEnum):
    """What an attempt came to, and so what follows."""

    SENT = "sent"
    RETRY = "retry"
    """Later, with back-off; this mail only."""
    PAUSE = "pause"
    """The server wants less mail: nothing is sent for `wait`."""
    STOP = "stop"
    """Credentials, blacklist or a mistake of ours: nothing is sent until a person has looked."""
    PERSON = "person"
    """This mail or its recipient is refused for good."""
    IN_DOUBT = "in_doubt"
    """No answer after the final dot: perhaps delivered."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of one attempt. `code` and `text` are the server's (decoded), `queue_id` from its 250."""

    result: DeliveryResult
    code: int = 0
    text: str = ""
    queue_id: str = ""
    wait: timedelta | None = None
    advice: str = ""
    """In Chinese, what it means and what to do."""
    rule: str = ""
    """The rule of `replies.retry` that decided, for the journal and for the number of tries."""
    refused: tuple[str, ...] = ()
    """Recipients that were refused while others were accepted; the mail did not reach these."""
