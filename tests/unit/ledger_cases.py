"""A ledger with invented mails, for its tests on SQLite and PostgreSQL alike."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.admission.policy import decide_mail, kind_of, mark_of
from bot.ledger.ledger import Ledger
from bot.records.decision import Decision, Outcome, Reason, Submission
from bot.records.event import Event
from bot.records.form import RegistrationForm
from bot.records.mail import Address, FetchedMail, MailKind, MailLocation, MailMark, ParsedMail
from bot.records.outgoing import ComposedMail
from tests.unit.admission_cases import A_PERSON, EVENT, MEMBERS, MORNING, REGISTERS

NOW = datetime(2026, 3, 28, 2, 30, tzinfo=UTC)


def location(uid: int) -> MailLocation:
    # As real mailboxes have it: wider than 31 bits.
    return MailLocation("INBOX", 3_992_611_444, uid)


def a_mail(
    uid: int, *, message_id: str = "", content: str = "", subject: str = "报名回执"
) -> tuple[FetchedMail, ParsedMail]:
    raw = f"Message-ID: {message_id}\r\n\r\n{content or uid}".encode()
    fetched = FetchedMail(location(uid), MORNING + timedelta(minutes=uid), len(raw), raw)
    parsed = ParsedMail(
        message_id=message_id or f"<{uid}@example.org>",
        message_id_given=True,
        raw_hash=hashlib.sha256(raw).hexdigest(),
        content_key=hashlib.sha256(f"{content or uid}".encode()).hexdigest(),
        subject=subject,
        sender=Address("会务联系人", "Clerk@example.org"),
        text="您好，回执见附件。",
    )
    return fetched, parsed


def a_reply(template: str = "confirmed", to: str = "Clerk@example.org") -> ComposedMail:
    return ComposedMail(template, (to,), "回复：报名回执", f"<{uuid4()}@126.com>", b"MIME\r\n\x00\xff")


def arrive(
    ledger: Ledger, uid: int, *forms: RegistrationForm, event: Event = EVENT, draft: bool = False
) -> Decision:
    """Takes a mail through one commit, as the bot does."""
    fetched, parsed = a_mail(uid)
    with ledger.mail_commit(event.id) as commit:
        mail = Submission(fetched.received_at, uid, parsed.message_id, "clerk@example.org", forms)
        decision = decide_mail(
            event, commit.roll(), submission=mail, screening=A_PERSON, intent=REGISTERS, members=MEMBERS
        )
        reply = a_reply(str(decision.reply)) if decision.reply else None
        kind = kind_of(decision, A_PERSON, REGISTERS)
        commit.record(fetched, parsed, kind, decision, mark_of(decision), reply, NOW, draft=draft)
    return decision


def nothing_to_do(note: str = "仅作记录。") -> Decision:
    return Decision(Outcome.RECORDED, Reason.NO_REGISTRATION, note)


def record_only(ledger: Ledger, fetched: FetchedMail, parsed: ParsedMail) -> int:
    """Records a mail that has no event and gets no answer."""
    with ledger.mail_commit(None) as commit:
        return commit.record(fetched, parsed, MailKind.OTHER, nothing_to_do(), MailMark.NONE, None, NOW)
