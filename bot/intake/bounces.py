"""Bounces: which mail of ours did not arrive, where, and why, as mail servers report it.

Standard reports (RFC 3464, 6522) tell by fields; NetEase and Coremail add headers of their own; QQ, 21cn, qmail,
Exim and old ones of Exchange and sendmail only write to people. What cannot be found stays "". Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.intake.addresses import is_address
from bot.intake.bounce_status import RecipientStatus, best_code, recipients_of
from bot.intake.bounce_words import (
    announces_bounce,
    announces_delay,
    human_part,
    original_message_id,
    reason_written,
    recipient_written,
)
from bot.intake.decode import decode_text
from bot.intake.screening_signs import (
    BOUNCE_SUBJECT,
    BOUNCE_SUBJECT_ALONE,
    DAEMON,
    first_word,
    local_part,
    report_type,
)
from bot.records.mail import BounceReport, ParsedMail

TEXT_LIMIT = 300
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_PARTS = ("text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers")
_BOUNCE_NUMBER = re.compile(r"\s*(\S+?)\.B\d+\s*")
_ID_HEADER = re.compile(rb"^message-id[ \t]*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TO_HEADER = re.compile(rb"^to[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


def is_delivery_report(mail: ParsedMail) -> bool:
    """Whether a mail server wrote this about mail of ours. A person's reply to such a report, or one forwarded by
    a person, is none."""
    report = report_type(mail)
    if report == "disposition-notification":
        return False
    told = report in ("delivery-status", "report") or is_told_by_headers(mail)
    nobody = mail.envelope_sender == "" and BOUNCE_SUBJECT.match(mail.subject) is not None
    return told or nobody or is_from_daemon(mail) or is_told_by_subject(mail)


def is_told_by_headers(mail: ParsedMail) -> bool:
    """Headers that only bounces have: NetEase's, Exim's and Gmail's, 21cn's."""
    return (
        bool(mail.header("X-CM-Original-Message-ID"))
        or bool(mail.header("X-Failed-Recipients"))
        or first_word(mail.header("Hmm-Notify")) == "bounce"
    )


def is_from_daemon(mail: ParsedMail) -> bool:
    return DAEMON.fullmatch(local_part(mail)) is not None


def is_told_by_subject(mail: ParsedMail) -> bool:
    """A subject that only NetEase, Coremail and QQ write just so."""
    return BOUNCE_SUBJECT_ALONE.fullmatch(mail.subject) is not None


def statuses(mail: ParsedMail) -> tuple[RecipientStatus, ...]:
    """What the report says of each recipient, as far as it says so in fields."""
    parts = [part.content for part in mail.attachments if part.content_type.lower() in _STATUS_PARTS]
    found = tuple(status for part in parts for status in recipients_of(decode_text(part)))
    # Gateways that know no reports write the fields into the text.
    return found or (recipients_of(human_part(mail.text)) if "final-recipient:" in mail.text.lower() else ())


def bounce_of(mail: ParsedMail) -> BounceReport | None:
    """What a delivery report tells of a mail that failed or is delayed. None for any other mail, for a report of
    success alone, and for a postmaster's letter that is about no mail of ours."""
    if not is_delivery_report(mail):
        return None
    found = statuses(mail)
    failed = [status for status in found if status.failed]
    delayed = [status for status in found if status.action == "delayed"]
    if found and not failed and not delayed:
        return None
    words = human_part(mail.text)
    if not found and not _speaks_of_a_bounce(mail, words):
        return None
    about = next(iter(failed or delayed), RecipientStatus("", "", "", ""))
    report = BounceReport(
        recipient=about.recipient or _recipient(mail, words),
        queue_id=_queue_id(mail),
        message_id=_message_id(mail),
        status=about.status or best_code("", reason_written(words)),
        text=_text(words, about.diagnostic),
        delayed=not failed if found else announces_delay(mail.subject, words),
    )
    return report if report.recipient or report.queue_id or report.message_id else None


def _speaks_of_a_bounce(mail: ParsedMail, words: str) -> bool:
    """Postmasters also write about full mailboxes and quarantined spam."""
    by_header = bool(report_type(mail)) or is_told_by_headers(mail) or is_told_by_subject(mail)
    return by_header or announces_bounce(f"{mail.subject}\n{words}")


def _queue_id(mail: ParsedMail) -> str:
    """Our sending server's name for our mail. NetEase's bounces carry it with `.B` and a number behind; without
    these it is the name of the bounce itself."""
    numbers = (_BOUNCE_NUMBER.fullmatch(value) for value in mail.all_headers("X-CM-TRANSID"))
    return next((number[1] for number in numbers if number), "")


def _message_id(mail: ParsedMail) -> str:
    returned = _returned_headers(mail)
    inner = _ID_HEADER.search(returned)
    candidates = (
        inner[1].decode("ascii", "replace") if inner else "",
        mail.header("X-CM-Original-Message-ID"),
        original_message_id(mail.text),
        # Exchange and Gmail answer our mail.
        mail.in_reply_to[0] if mail.in_reply_to else "",
        mail.references[-1] if mail.references else "",
    )
    written = next((one.strip() for one in candidates if one.strip()), "")
    return f"<{written.strip('<>')}>" if written else ""


def _returned_headers(mail: ParsedMail) -> bytes:
    """The header of the mail that came back, b"" where it did not."""
    parts = [
        part.content
        for part in mail.attachments
        if part.content_type.lower() in _RETURNED_PARTS or part.name.lower().endswith(".eml")
    ]
    return re.split(rb"\r?\n\r?\n", parts[0].lstrip(), maxsplit=1)[0] if parts else b""


def _recipient(mail: ParsedMail, words: str) -> str:
    """The address that failed, where no field says it: a header, the words, or the only one we wrote to."""
    by_header = _only(re.split(r"[\s,;<>]+", mail.header("X-Failed-Recipients")))
    to = _TO_HEADER.search(_returned_headers(mail))
    returned = re.split(r"[\s,;<>\"]+", decode_text(to[1])) if to else []
    return by_header or recipient_written(words) or _only(returned)


def _only(words: Iterable[str]) -> str:
    addresses = list(dict.fromkeys(word for word in words if is_address(word)))
    return addresses[0] if len(addresses) == 1 else ""


def _text(words: str, diagnostic: str) -> str:
    """The reason in Chinese where the server gives one, then the other server's own words."""
    pieces = [" ".join(piece.split()) for piece in (reason_written(words), diagnostic)]
    if pieces[1] and pieces[1] in pieces[0]:
        pieces.pop()
    return "；".join(piece.rstrip("；; ") for piece in pieces if piece)[:TEXT_LIMIT]
