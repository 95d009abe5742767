"""A mail: as it lies in the mailbox, as it was parsed, and what screening made of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LOOP_MARK = "szsyyxh-registration-bot"
"""The value of X-Loop on every mail we send: a mail that carries it came from us."""

# Crockford's base 32: no I, L, O or U, so that a number survives being read out on the telephone.
_ENQUIRY_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def enquiry_number(message_id: str) -> str:
    """`7K3M-9Q2D`: by which a clerk and the office can talk about one incoming mail; made from its Message-ID."""
    bits = int.from_bytes(hashlib.sha256(message_id.encode("utf-8", "replace")).digest()[:5])
    word = "".join(_ENQUIRY_CHARACTERS[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{word[:4]}-{word[4:]}"


class MailKind(StrEnum):
    """What a mail is (the words of `export`)."""

    REGISTRATION = "registration"
    CANCELLATION = "cancellation"
    REPLACEMENT = "replacement"
    QUESTION = "question"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MailLocation:
    """Where a mail lies: one UID of one folder (RFC 3501, 2.3.1.1)."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail as the mailbox gave it; `received_at` is its INTERNALDATE, in UTC.

    `complete` is False when the mail was over the size limit and `raw` holds only its beginning;
    `size` is the server's RFC822.SIZE in bytes.
    """

    location: MailLocation
    received_at: datetime
    size: int
    raw: bytes
    complete: bool = True

    @property
    def arrival(self) -> tuple[datetime, int]:
        """The order of seats: arrival as the mailbox server gives it, then UID."""
        return (self.received_at, self.location.uid)


class MailMark(StrEnum):
    """What a mail's flags in the mailbox shall say once its outcome is recorded."""

    ANSWERED = "answered"
    r"""\Seen and \Answered."""
    FOR_PERSON = "for_person"
    r"""Unread, \Flagged."""
    NONE = "none"
    """Left as it is (bounces, automatic replies, our own mail)."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address: display name decoded, `address` as written (`local@domain`)."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached or inline file.

    `name` is decoded and harmless (no path, no controls), "" when the mail gave none.
    `referenced` is True for a part that the HTML shows by `cid:` (a logo, a pasted scan).
    """

    name: str
    content: bytes
    content_type: str
    content_id: str = ""
    referenced: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail's content, every text decoded.

    `message_id` and the ids in `in_reply_to` / `references` keep their angle brackets. A mail without a
    Message-ID gets one derived from its bytes (`message_id_given` is then False).
    `raw_hash` is the SHA-256 (hex) of the raw mail, `content_key` that of what stays equal when the same
    mail is delivered or restored again (trace headers left out).
    `sender` is None when From is missing, empty or names more than one address.
    `text` is the plain body (or the HTML's text where there is no plain one), `html` the HTML body or "".
    `headers` holds every header in order, unfolded and decoded; `defects` names what was wrong with the
    mail, in stable English words (`duplicate_subject`, `several_senders`, `truncated`, ...).
    """

    message_id: str
    message_id_given: bool
    raw_hash: str
    content_key: str
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...] = ()
    recipients: tuple[Address, ...] = ()
    envelope_sender: str | None = None
    date_header: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name (case does not matter), or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class Authenticity(StrEnum):
    """Whether the mailbox server vouches for the sender's domain (SPF or DKIM, RFC 8601)."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The server says nothing about it."""


@dataclass(frozen=True, slots=True)
class BounceReport:
    """What a bounce tells about a mail of ours that could not be delivered. Each is "" where it tells nothing:
    `recipient` the address that failed, `queue_id` the sending server's name for our mail, `message_id` ours,
    `status` the code (RFC 3463, `5.1.1`, or an SMTP code), `text` why, in the server's words. `delayed` is True
    where the server keeps trying."""

    recipient: str = ""
    queue_id: str = ""
    message_id: str = ""
    status: str = ""
    text: str = ""
    delayed: bool = False


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found by headers and sender alone.

    `kind` is BOUNCE, AUTOMATIC or OTHER for mail that no person wrote to us, None for a person's mail.
    `may_answer` is False where an automatic answer would be wrong or could loop; `answer_to` is the one
    address an answer may go to, or "". `reason` is a stable word for the journal (`auto_submitted`,
    `list_mail`, `own_mail`, `several_senders`, ...); `note` says it in Chinese for staff.
    """

    kind: MailKind | None
    may_answer: bool
    answer_to: str
    reason: str
    note: str = ""
    needs_person: bool = False
    authenticity: Authenticity = Authenticity.UNKNOWN
    bounce: BounceReport | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person's mail wants, judged by its subject and newly written text alone."""

    kind: MailKind
    reason: str
    plainly_registers: bool = False
    """True where the words say that this mail is meant as a registration (so "no form found" is a fair answer)."""
    excerpt: str = field(default="")
    """The newly written text, quotations and signature cut off, at most 500 characters."""
    asks: bool = False
    """True where something is plainly asked, whatever else the mail wants."""
    sentences: tuple[str, ...] = ()
    """What the sender newly wrote, sentence by sentence, her own subject first, quotations left out."""
    is_reply: bool = False
    """Whether the subject is that of a mail that she answers, so that it is not in `sentences`."""
