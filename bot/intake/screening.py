"""Tells mail that a person wrote from bounces, automatic replies, receipts, recalls, lists and our own mail.

Policy is RULES, an ordered tuple: the first rule that answers decides (RFC 3834, RFC 5230, RFC 3464, and what
Pigeonhole, procmail and Discourse check). An answer that is wrongly held back costs a telephone call, one that
is wrongly sent can loop: in doubt the mail is read and registered, and a person answers it.
Pure: headers and sender alone decide; never opens an attachment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bot.intake.addresses import is_address
from bot.intake.attachment_names import documents, is_named_like_form
from bot.intake.authentication import authenticity
from bot.intake.bounces import (
    bounce_of,
    is_delivery_report,
    is_from_daemon,
    is_told_by_headers,
    statuses,
)
from bot.intake.quotation import new_text
from bot.intake.screening_signs import (
    AUTOMATIC_HEADER,
    AUTOMATIC_SUBJECT,
    LIST_HEADERS,
    QQ_AUTOMATIC_BODY,
    RECALL_SUBJECT,
    RECEIPT_SUBJECT,
    ROBOT,
    authentication,
    first_word,
    local_part,
    report_type,
    signed_by_sender,
)
from bot.records.mail import LOOP_MARK, MailKind, ParsedMail, Screening

Rule = Callable[[ParsedMail, frozenset[str]], Screening | None]


class NamedRule(NamedTuple):
    """One line of the policy: its name in the journal, and the function that answers or passes."""

    name: str
    answer: Rule


def _not_from_a_person(kind: MailKind, reason: str, note: str, *, needs_person: bool = False) -> Screening:
    return Screening(kind, may_answer=False, answer_to="", reason=reason, note=note, needs_person=needs_person)


def _for_a_person(reason: str, note: str) -> Screening:
    """Read and registered like any other mail, but answered by a person."""
    return Screening(None, may_answer=False, answer_to="", reason=reason, note=note, needs_person=True)


def _machine_with_file(mail: ParsedMail) -> Screening | None:
    """A scanner or an office system sends what a person filled in: the form counts, the sender can't read."""
    if documents(mail):
        return _for_a_person(
            "machine_with_file", "由系统或设备发出、带有文件的邮件：文件照常读取，是否答复请人工决定。"
        )
    return None


def _our_mark(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if any(LOOP_MARK in value for value in mail.all_headers("X-Loop")):
        return _not_from_a_person(MailKind.AUTOMATIC, "own_mark", "本系统发出的邮件又回到了邮箱，不答复。")
    return None


def _own_mail(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if mail.sender and mail.sender.address.lower() in own:
        machine = first_word(mail.header("Auto-Submitted")) not in ("", "no")
        # The office may mail itself a form that it got by other ways.
        return _not_from_a_person(
            MailKind.OTHER,
            "own_mail",
            "发件人是本邮箱自己，不答复。",
            needs_person=bool(documents(mail)) and not machine,
        )
    return None


def _bounce(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if not is_delivery_report(mail):
        return None
    if not (is_from_daemon(mail) or is_told_by_headers(mail) or report_type(mail)) and any(
        is_named_like_form(attachment) for attachment in mail.attachments
    ):
        note = "主题像退信，但附有回执样的文件：文件照常读取，请人工决定是否答复。"
        return _for_a_person("bounce_subject", note)
    report = bounce_of(mail)
    known = statuses(mail)
    if (report and report.delayed) or (known and not any(status.failed for status in known)):
        delayed = _not_from_a_person(MailKind.BOUNCE, "bounce_delayed", "投递进度通知（不是退信），不答复。")
        return replace(delayed, bounce=report)
    return replace(_not_from_a_person(MailKind.BOUNCE, "bounce", "退信通知，不答复。"), bounce=report)


def _receipt(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if report_type(mail) == "disposition-notification":
        return _not_from_a_person(MailKind.AUTOMATIC, "read_receipt", "已读回执，不答复。")
    if RECEIPT_SUBJECT.match(mail.subject):
        return _by_subject(mail, "read_receipt", "已读回执，不答复。")
    return None


def _recall(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if RECALL_SUBJECT.match(mail.subject):
        note = "对方想撤回先前的邮件：系统不作改动，请人工核实。"
        return _not_from_a_person(MailKind.AUTOMATIC, "recall", note, needs_person=True)
    return None


def _by_subject(mail: ParsedMail, reason: str, note: str) -> Screening:
    """Where only the subject speaks for a machine, a form in it speaks for a person: it is read all the same."""
    if any(is_named_like_form(attachment) for attachment in mail.attachments):
        return _for_a_person(reason, "主题像自动邮件，但附有回执样的文件：文件照常读取，请人工决定是否答复。")
    return _not_from_a_person(MailKind.AUTOMATIC, reason, note)


def _forwarded_by_machine(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if mail.header("X-QQ-AUTO-FWD"):
        return _for_a_person("automatic_forward", "由他人邮箱自动转来的邮件：照常读取，请人工决定是否答复。")
    return None


def _automatic_header(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    submitted = first_word(mail.header("Auto-Submitted"))
    if submitted == "auto-generated":
        generated = _not_from_a_person(MailKind.AUTOMATIC, "auto_submitted", "系统自动发出的邮件，不答复。")
        return _machine_with_file(mail) or generated
    replied = submitted not in ("", "no") or first_word(mail.header("Precedence")) in ("auto_reply", "auto-reply")
    marked = any(
        AUTOMATIC_HEADER.fullmatch(name) and value.strip().lower() not in ("", "no", "false", "0")
        for name, value in mail.headers
    )
    if replied or marked or "+auto_=" in (mail.envelope_sender or ""):
        reason = "auto_submitted" if replied else "automatic_reply"
        return _not_from_a_person(
            MailKind.AUTOMATIC,
            reason,
            "自动回复，不答复。",
            needs_person=any(is_named_like_form(attachment) for attachment in mail.attachments),
        )
    return None


def _automatic_words(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if AUTOMATIC_SUBJECT.match(mail.subject):
        return _by_subject(mail, "automatic_subject", "自动回复，不答复。")
    if QQ_AUTOMATIC_BODY.search(new_text(mail.text)):
        return _by_subject(mail, "automatic_reply", "自动回复，不答复。")
    return None


def _report(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if report_type(mail) or mail.header("Feedback-Type"):
        return _not_from_a_person(MailKind.AUTOMATIC, "report", "邮件系统的报告，不答复。")
    return None


def _list_mail(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    listed = any(mail.header(name) for name in LIST_HEADERS)
    bulk = first_word(mail.header("Precedence")) in ("bulk", "junk", "list")
    if not (listed or bulk):
        return None
    return _not_from_a_person(
        MailKind.OTHER,
        "list_mail" if listed else "bulk_mail",
        "群发邮件或邮件列表，不答复。",
        needs_person=any(is_named_like_form(attachment) for attachment in mail.attachments),
    )


def _machine_sender(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if ROBOT.fullmatch(local_part(mail)):
        robot = _not_from_a_person(MailKind.AUTOMATIC, "machine_sender", "由系统地址发出的邮件，不答复。")
        return _machine_with_file(mail) or robot
    if mail.envelope_sender == "":
        null = _not_from_a_person(MailKind.AUTOMATIC, "null_sender", "没有退信地址的系统邮件，不答复。")
        return _machine_with_file(mail) or null
    return None


def _unclear_sender(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if mail.sender is None:
        several = "several_senders" in mail.defects
        return _for_a_person(
            "several_senders" if several else "no_sender",
            "邮件写了不止一个发件人，请人工处理。" if several else "邮件没有可答复的发件人地址，请人工处理。",
        )
    return None


def _suppressed(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    wanted = {word.strip().lower() for word in mail.header("X-Auto-Response-Suppress").split(",")}
    # DR, RN and NRN only ask for no receipts (MS-OXCMAIL, 2.1.3.2.20) and stand on people's mails, too.
    if wanted & {"all", "oof", "autoreply"}:
        return _for_a_person("answer_suppressed", "发件方系统要求不要自动答复，请人工答复。")
    return None


def _forged(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    """Only an explicit failure bars the answer: relays, 代发 and bounce addresses make a mere mismatch common."""
    spf, _, dmarc = authentication(mail)
    if (spf in ("fail", "hardfail") or dmarc == "fail") and not signed_by_sender(mail):
        return _for_a_person(
            "sender_not_authentic", "发件人未通过邮件系统的验证，可能是冒用：照常登记，请人工核实后答复。"
        )
    return None


def _two_subjects(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if "duplicate_subject" in mail.defects:
        return _for_a_person("duplicate_subject", "邮件有两个不同的主题，请人工看一下。")
    return None


def _not_addressed(mail: ParsedMail, own: frozenset[str]) -> Screening | None:
    if not own or any(address.address.lower() in own for address in mail.recipients):
        return None
    # Headers too odd to be read as addresses may still name us.
    named = " ".join(mail.all_headers("To") + mail.all_headers("Cc") + mail.all_headers("Resent-To")).lower()
    if any(re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w.-])", named) for address in own):
        return None
    return _for_a_person("not_addressed_to_us", "收件人和抄送里没有本邮箱（密送或转来）：照常读取，请人工答复。")


def _person(mail: ParsedMail, own: frozenset[str]) -> Screening:
    """A person's mail: answered to From, or to the one Reply-To of the same domain."""
    sender = mail.sender.address if mail.sender else ""
    domain = mail.sender.domain if mail.sender else ""
    usable = [
        other.address
        for other in mail.reply_to
        if is_address(other.address)
        and other.domain == domain
        and other.address.lower() not in own
        and not ROBOT.fullmatch(other.address.rpartition("@")[0])
    ]
    answer_to = usable[0] if len(mail.reply_to) == 1 and usable else sender
    elsewhere = bool(mail.reply_to) and not usable
    note = "对方要求回复到另一个域名的地址，仍按发件人地址答复。" if elsewhere else ""
    return Screening(None, may_answer=True, answer_to=answer_to, reason="person", note=note)


RULES: tuple[NamedRule, ...] = (
    NamedRule("our_mark", _our_mark),
    NamedRule("bounce", _bounce),
    NamedRule("own_mail", _own_mail),
    NamedRule("receipt", _receipt),
    NamedRule("recall", _recall),
    NamedRule("forwarded_by_machine", _forwarded_by_machine),
    NamedRule("automatic_header", _automatic_header),
    NamedRule("automatic_words", _automatic_words),
    NamedRule("report", _report),
    NamedRule("list_mail", _list_mail),
    NamedRule("machine_sender", _machine_sender),
    NamedRule("unclear_sender", _unclear_sender),
    NamedRule("forged", _forged),
    NamedRule("suppressed", _suppressed),
    NamedRule("two_subjects", _two_subjects),
    NamedRule("not_addressed", _not_addressed),
    NamedRule("person", _person),
)
"""The policy, in order; the last rule always answers."""


def screen(mail: ParsedMail, own_addresses: frozenset[str]) -> Screening:
    """What a mail is, and whether and where an automatic answer may go.

    `own_addresses`: the mailbox's own addresses (case does not matter); empty when they are not known, and then
    nobody is held back for not naming us.
    """
    own = frozenset(address.lower() for address in own_addresses)
    answers = (rule.answer(mail, own) for rule in RULES)
    found = next(screening for screening in answers if screening is not None)
    return replace(found, authenticity=authenticity(mail))
