"""A ledger in draft mode, and mailboxes as a person has them who sends, changes or deletes what lies in Drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn, Protocol

from bot.intake.mailbox import Mailbox
from bot.intake.parse import parse
from bot.jobs.drafts import EVERY, watch_drafts
from bot.jobs.send import Sending, send_replies
from bot.ledger.ledger import Ledger
from bot.records.account import Correspondent, MailAccount
from bot.records.decision import Decision, Outcome, Reason, ReplyTemplate
from bot.records.mail import FetchedMail, MailKind, MailLocation, MailMark
from bot.records.office import JournalEntry, MailEntry
from bot.records.outgoing import ComposedMail
from bot.replies.limits import pace_for
from bot.replies.mime import Enclosure, mailbox, message_id, reply_bytes
from tests.servers.dovecot import Dovecot
from tests.servers.fake126 import DRAFTS, SENT, Fake126, FakeMail

OFFICE = Correspondent("office@example.org", "示例协会会务组")
CLERK = "clerk@hospital.example.org"
PLACED = datetime(2026, 3, 27, 1, 0, tzinfo=UTC)
TEXT = "您好：\n\n周晓云　已录取。\n请于 4 月 10 日前汇款 2,980 元。\n"
HTML = "<html><body><p>您好：</p><p>周晓云　已录取。<br>请于 4 月 10 日前汇款 2,980 元。</p></body></html>"


class Folders(Protocol):
    """A mailbox as a person sees it in her mail program."""

    @property
    def account(self) -> MailAccount: ...

    def drafts(self) -> list[bytes]: ...

    def drop_draft(self, place: int) -> None: ...

    def save_draft(self, raw: bytes, when: datetime) -> None: ...

    def file_sent(self, raw: bytes, when: datetime) -> None: ...


@dataclass
class At126:
    server: Fake126

    @property
    def account(self) -> MailAccount:
        return self.server.account()

    def drafts(self) -> list[bytes]:
        return [mail.raw for mail in self.server.folders[DRAFTS]]

    def drop_draft(self, place: int) -> None:
        del self.server.folders[DRAFTS][place]

    def save_draft(self, raw: bytes, when: datetime) -> None:
        self.server.deliver(FakeMail(0, raw, when), DRAFTS)

    def file_sent(self, raw: bytes, when: datetime) -> None:
        self.server.deliver(FakeMail(0, raw, when), SENT)


@dataclass
class AtDovecot:
    server: Dovecot

    @property
    def account(self) -> MailAccount:
        return self.server.account()

    def drafts(self) -> list[bytes]:
        with self.server.client("Drafts") as person:
            answer = person.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
        return [part[1] for part in answer if isinstance(part, tuple)]

    def drop_draft(self, place: int) -> None:
        with self.server.client("Drafts") as person:
            uid = person.uid("SEARCH", "ALL")[1][0].split()[place].decode()
            person.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
            person.expunge()

    def save_draft(self, raw: bytes, when: datetime) -> None:
        self.server.append(raw, when, "Drafts", r"(\Draft)")

    def file_sent(self, raw: bytes, when: datetime) -> None:
        self.server.append(raw, when, SENT, r"(\Seen)")


@dataclass
class World:
    """A ledger in draft mode, its mailbox, and a clock moved by hand."""

    ledger: Ledger
    box: Mailbox
    folders: Folders
    now: datetime = PLACED
    placed: list[ComposedMail] = field(default_factory=list)

    @property
    def sending(self) -> Sending:
        return Sending(self.ledger, _no_server, self.box, pace_for("localhost"), lambda: self.now)

    def answers(self, number: int = 1, *, text: str = TEXT, html: str = HTML, subject: str = "报名结果") -> int:
        """A clerk's mail is recorded, and the answer to it lies in Drafts; gives the mail's id."""
        raw = (
            f"From: {CLERK}\r\nMessage-ID: <{number}@hospital.example.org>\r\nSubject: 报名\r\n\r\n{number}"
        ).encode()
        answered = parse(raw)
        fetched = FetchedMail(MailLocation("INBOX", 1, number), self.now, len(raw), raw)
        own_id = message_id(("reply", str(number)), OFFICE)
        mime = reply_bytes(
            sender=OFFICE,
            recipient=CLERK,
            subject=subject,
            message_id=own_id,
            answered=answered,
            date=self.now,
            text=text,
            html=html,
            enclosures=[Enclosure("回执表.txt", b"blank", "text/plain")],
        )
        reply = ComposedMail("confirmed", (mailbox(CLERK),), subject, own_id, mime)
        decision = Decision(Outcome.REGISTERED, Reason.SEAT_FREE, "已录取 1 人。", ReplyTemplate.CONFIRMED)
        with self.ledger.mail_commit(None) as commit:
            mail_id = commit.record(
                fetched,
                answered,
                MailKind.REGISTRATION,
                decision,
                MailMark.FOR_PERSON,
                reply,
                self.now,
                draft=True,
            )
        self.placed.append(reply)
        self.places()
        return mail_id

    def places(self) -> int:
        return send_replies(self.sending).drafts

    def looks(self, after: timedelta = EVERY) -> int:
        self.now += after
        return watch_drafts(self.sending, self.now)

    def mail(self, mail_id: int = 1) -> MailEntry:
        return next(one for one in self.ledger.mails() if one.id == mail_id)

    def fates(self) -> list[JournalEntry]:
        return [line for line in self.ledger.journal() if line.action.startswith("draft_")]

    def sends(self, raw: bytes, place: int = 0) -> None:
        """A person sends the draft: it leaves Drafts, and what went out lies in Sent."""
        self.folders.drop_draft(place)
        self.folders.file_sent(raw, self.now + timedelta(minutes=2))


def _no_server() -> NoReturn:
    raise AssertionError("a draft is never sent by the bot")


def by_webmail(
    *,
    answers: Sequence[int] = (1,),
    own_id: str = "<webmail-7@126.example>",
    to: str = CLERK,
    subject: str = "报名结果",
    html: str = HTML,
) -> bytes:
    """The same words as a webmail sends them: another Message-ID, HTML only, none of our own headers."""
    ids = " ".join(f"<{number}@hospital.example.org>" for number in answers)
    link = f"In-Reply-To: {ids}\r\nReferences: {ids}\r\n" if ids else ""
    return (
        f'From: "office" <office@example.org>\r\nTo: "clerk" <{to}>\r\nSubject: {subject}\r\n'
        f"Message-ID: {own_id}\r\n{link}X-Mailer: Coremail Webmail\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f'<div style="line-height:1.7">{html}</div>\r\n'
    ).encode()
