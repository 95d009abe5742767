"""What a person does with drafts, seen over IMAP: at a real Dovecot, and at the imitation of 126.com."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn, Protocol

import pytest

from bot.errors import ConnectionFailedError
from bot.intake.mailbox import Mailbox, Timeouts
from bot.intake.parse import parse
from bot.jobs.drafts import CLOCKS_DIFFER, EVERY, EVERY_LATER, GRACE, watch_drafts
from bot.jobs.send import Sending, send_replies
from bot.ledger.ledger import Ledger
from bot.records.account import Correspondent, MailAccount
from bot.records.act import ActKind
from bot.records.decision import Decision, Outcome, Reason, ReplyTemplate
from bot.records.mail import FetchedMail, MailKind, MailLocation, MailMark
from bot.records.office import JournalEntry, MailEntry
from bot.records.outgoing import ComposedMail, Notice, OutboxState
from bot.replies.limits import pace_for
from bot.replies.mime import Enclosure, mailbox, message_id, notice_bytes, reply_bytes
from tests.servers.dovecot import Dovecot
from tests.servers.fake126 import DRAFTS, SENT, Fake126, FakeMail
from tests.unit.office_views import EVENT, roll

pytestmark = pytest.mark.integration

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


@pytest.fixture(params=["dovecot", "126"])
def folders(request: pytest.FixtureRequest) -> Iterator[Folders]:
    if request.param == "126":
        with Fake126() as server:
            yield At126(server)
    else:
        server = request.getfixturevalue("dovecot")
        server.create(SENT)
        yield AtDovecot(server)


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


@pytest.fixture
def world(folders: Folders, tmp_path: Path) -> Iterator[World]:
    with (
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger,
        Mailbox(folders.account, sleep=lambda _: None, timeouts=Timeouts(connect=5, read=20)) as box,
    ):
        yield World(ledger, box, folders)


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


def test_draft_that_lies_there_waits(world: World) -> None:
    world.answers()

    changed = [world.looks() for _ in range(10)]

    assert changed == [0] * 10
    assert world.mail().reply == "draft"
    assert world.ledger.outbox_counts()[OutboxState.DRAFT] == 1
    assert world.fates() == []


def test_draft_sent_as_it_is_counts_as_sent(world: World) -> None:
    mail_id = world.answers()
    world.sends(world.folders.drafts()[0])

    changed = world.looks()

    assert changed == 1
    assert world.mail().reply == "sent"
    assert world.ledger.outbox_counts()[OutboxState.DRAFT] == 0
    assert [(line.action, line.actor, line.mail_id) for line in world.fates()] == [
        ("draft_sent", "staff", mail_id)
    ]


def test_draft_sent_by_webmail_under_another_id_counts_as_sent(world: World) -> None:
    world.answers()
    world.sends(by_webmail())

    changed = world.looks()

    assert changed == 1
    assert [(line.action, line.text) for line in world.fates()] == [("draft_sent", "")]


def test_webmail_that_forgets_what_it_answers_is_known_by_recipient_and_subject(world: World) -> None:
    world.answers()
    world.sends(by_webmail(answers=()))

    world.looks()

    assert [line.action for line in world.fates()] == ["draft_sent"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (by_webmail(html=HTML.replace("2,980", "2,680")), "改动了正文"),
        (by_webmail(subject="报名结果（更正）"), "改动了主题"),
        (by_webmail(to="head@hospital.example.org"), "改动了收件人"),
        (by_webmail(to=f"{CLERK}>, <head@hospital.example.org"), "改动了收件人"),
        (by_webmail(subject="回复：您的来信", html="<p>已电话沟通。</p>"), "改动了主题、正文"),
    ],
)
def test_draft_sent_with_other_words_counts_as_changed(world: World, sent: bytes, said: str) -> None:
    world.answers()
    world.sends(sent)

    world.looks()

    assert [(line.action, line.text) for line in world.fates()] == [("draft_changed", said)]
    assert world.mail().reply == "sent"


def test_draft_changed_under_its_own_id_counts_as_changed(world: World) -> None:
    world.answers(text=TEXT, html=HTML)
    ours = world.placed[0]
    other = reply_bytes(
        sender=OFFICE,
        recipient=CLERK,
        subject=ours.subject,
        message_id=ours.message_id,
        answered=parse(b"Message-ID: <1@hospital.example.org>\r\n\r\n"),
        date=world.now,
        text=TEXT + "另：请带身份证。",
        html=HTML.replace("</p></body>", "另：请带身份证。</p></body>"),
    )
    world.sends(other)

    world.looks()

    assert [(line.action, line.text) for line in world.fates()] == [("draft_changed", "改动了正文")]


def test_draft_that_is_nowhere_counts_as_deleted_only_after_a_while(world: World) -> None:
    world.answers()
    world.folders.drop_draft(0)

    at_once = world.looks()
    soon = world.looks(GRACE - timedelta(minutes=1))
    meanwhile = world.mail().reply
    later = world.looks(timedelta(minutes=6))

    assert (at_once, soon, meanwhile, later) == (0, 0, "draft", 1)
    assert world.mail().reply == "none"
    assert [line.action for line in world.fates()] == ["draft_deleted"]


def test_deleted_draft_is_never_placed_again(world: World) -> None:
    world.answers()
    world.folders.drop_draft(0)
    world.looks()
    world.looks(GRACE)

    placed = world.places()

    assert placed == 0
    assert world.folders.drafts() == []
    assert world.ledger.due(world.now) == ()


def test_sent_folder_that_is_late_is_waited_for(world: World) -> None:
    world.answers()
    raw = world.folders.drafts()[0]
    world.folders.drop_draft(0)
    world.looks()
    world.looks(timedelta(minutes=20))
    world.folders.file_sent(raw, PLACED + timedelta(minutes=3))

    world.looks()

    assert [line.action for line in world.fates()] == ["draft_sent"]


def test_what_seemed_deleted_counts_as_sent_once_it_turns_up(world: World) -> None:
    world.answers()
    raw = world.folders.drafts()[0]
    world.folders.drop_draft(0)
    world.looks()
    world.looks(GRACE)
    world.folders.file_sent(raw, PLACED + timedelta(minutes=3))

    too_soon = world.looks(EVERY)
    world.looks(EVERY_LATER)

    assert too_soon == 0
    assert [line.action for line in world.fates()] == ["draft_deleted", "draft_sent"]
    assert world.mail().reply == "sent"


def test_edited_draft_still_waits(world: World) -> None:
    world.answers()
    world.folders.drop_draft(0)
    edited = by_webmail(own_id="<draft-2@126.example>", subject="报名结果（修改中）", html="<p>草稿</p>")
    world.folders.save_draft(edited, PLACED + timedelta(minutes=4))

    world.looks()
    changed = world.looks(2 * GRACE)

    assert changed == 0
    assert world.mail().reply == "draft"


def test_draft_that_was_away_for_a_moment_begins_a_new_wait(world: World) -> None:
    world.answers()
    raw = world.folders.drafts()[0]
    world.folders.drop_draft(0)
    world.looks()
    world.folders.save_draft(raw, world.now)
    world.looks(GRACE)
    world.folders.drop_draft(0)

    changed = world.looks()

    assert changed == 0
    assert world.mail().reply == "draft"


def test_each_of_two_drafts_to_one_clerk_has_its_own_fate(world: World) -> None:
    first, second = world.answers(1), world.answers(2, text="候补", html="<p>候补第 3 位</p>")
    world.sends(by_webmail(answers=(), html="<p>候补第 3 位</p>"), place=1)
    world.folders.drop_draft(0)

    world.looks()
    world.looks(GRACE)

    assert [(line.mail_id, line.action) for line in world.fates()] == [
        (second, "draft_sent"),
        (first, "draft_deleted"),
    ]


def test_one_sent_mail_never_stands_for_two_drafts(world: World) -> None:
    world.answers(1)
    world.sends(by_webmail(answers=()))
    world.looks()
    second = world.answers(2)
    world.folders.drop_draft(0)

    # The mail that the first was sent as lies after the second was put down, by the mailbox's clock.
    world.looks(timedelta(minutes=1) + EVERY)
    world.looks(GRACE)

    assert [(line.mail_id, line.action) for line in world.fates()] == [
        (1, "draft_sent"),
        (second, "draft_deleted"),
    ]


def test_mail_from_before_the_draft_is_not_the_draft(world: World) -> None:
    world.folders.file_sent(by_webmail(), PLACED - CLOCKS_DIFFER - timedelta(minutes=1))
    world.answers()
    world.folders.drop_draft(0)

    changed = world.looks()

    assert changed == 0
    assert world.mail().reply == "draft"


def test_answer_to_another_mail_of_the_clerk_is_not_the_draft(world: World) -> None:
    world.answers(1)
    world.folders.drop_draft(0)
    world.folders.file_sent(by_webmail(answers=(9,)), PLACED + timedelta(minutes=3))

    changed = world.looks()

    assert changed == 0


def test_drafts_that_are_there_need_no_look_at_what_was_sent(world: World) -> None:
    world.answers()
    world.folders.file_sent(by_webmail(), PLACED + timedelta(minutes=3))

    changed = world.looks()

    assert changed == 0
    assert world.mail().reply == "draft"


def test_folders_are_not_looked_at_more_often_than_needed(world: World) -> None:
    world.answers()
    world.looks()
    world.sends(world.folders.drafts()[0])

    soon = world.looks(EVERY - timedelta(seconds=1))
    then = world.looks(timedelta(seconds=1))

    assert (soon, then) == (0, 1)


def test_fate_of_a_notice_is_told_with_everybody_it_is_about(world: World) -> None:
    about = world.answers()
    own_id = message_id(("notice",), OFFICE)
    mime = notice_bytes(
        sender=OFFICE, recipients=(CLERK,), subject="递补录取", message_id=own_id, date=PLACED, text="a", html="a"
    )
    with world.ledger.act_commit((EVENT.id,), ActKind.STAFF, {}, world.now) as act:
        ids = act.register(roll(2), about)
        mail = ComposedMail("promoted", (CLERK,), "递补录取", own_id, mime)
        act.notify((Notice(mail, EVENT.id, about, ids),), draft=True)
    world.places()
    world.sends(world.folders.drafts()[1], place=1)

    world.looks()

    assert [(line.action, line.reason, line.registration_id) for line in world.fates()] == [
        ("draft_sent", "promoted", ids[0]),
        ("draft_sent", "promoted", ids[1]),
    ]
    assert world.mail().reply == "draft"


def test_draft_marked_to_be_deleted_lies_there_no_more(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.create(SENT)
    with (
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger,
        Mailbox(dovecot.account(), sleep=lambda _: None) as box,
    ):
        world = World(ledger, box, AtDovecot(dovecot))
        world.answers()
        with dovecot.client("Drafts") as person:
            person.store("1", "+FLAGS", r"(\Deleted)")

        world.looks()
        world.looks(GRACE)

        assert [line.action for line in world.fates()] == ["draft_deleted"]


@pytest.fixture
def at_126(tmp_path: Path) -> Iterator[tuple[World, Fake126]]:
    """For faults that a real server does not show on demand."""
    with (
        Fake126() as server,
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger,
        Mailbox(server.account(), sleep=lambda _: None, timeouts=Timeouts(connect=5, read=3)) as box,
    ):
        yield World(ledger, box, At126(server)), server


@pytest.mark.parametrize("folder", [DRAFTS, SENT])
def test_folder_that_does_not_exist_leaves_drafts_as_they_are(folder: str, at_126: tuple[World, Fake126]) -> None:
    world, server = at_126
    world.answers()
    del server.folders[DRAFTS][:]
    del server.folders[folder]

    changed = [world.looks(), world.looks(2 * GRACE), world.looks(2 * GRACE)]

    assert changed == [0, 0, 0]


def test_server_that_shows_only_some_drafts_leaves_them_as_they_are(at_126: tuple[World, Fake126]) -> None:
    world, server = at_126
    world.answers()
    server.faults.not_in_fetch = {mail.uid for mail in server.folders[DRAFTS]}

    changed = [world.looks(), world.looks(2 * GRACE), world.looks(2 * GRACE)]

    assert changed == [0, 0, 0]


def test_mailbox_out_of_reach_is_an_error_and_looked_at_again_at_once(at_126: tuple[World, Fake126]) -> None:
    world, server = at_126
    world.answers()
    world.sends(world.folders.drafts()[0])
    server.faults.drop_at["LIST"] = 4

    with pytest.raises(ConnectionFailedError):
        world.looks()
    changed = world.looks(timedelta(seconds=60))

    assert changed == 1


def test_content_that_the_server_does_not_give_is_not_compared(at_126: tuple[World, Fake126]) -> None:
    world, server = at_126
    world.answers()
    world.sends(by_webmail())
    server.faults.refuse_content[server.folders[SENT][0].uid] = 1

    world.looks()

    assert [(line.action, line.text) for line in world.fates()] == [("draft_sent", "正文没有取到，未作比对")]


def test_watching_marks_nothing_as_read(folders: Folders, world: World) -> None:
    world.answers()
    world.sends(by_webmail())
    world.looks()

    if isinstance(folders, At126):
        assert not [command for command in folders.server.commands if "STORE" in command or "BODY[]" in command]
    else:
        assert isinstance(folders, AtDovecot)
        with folders.server.client(SENT) as person:
            answer = person.uid("FETCH", "1:*", "(FLAGS)")[1]
        assert isinstance(answer[0], bytes)
        assert set(imaplib.ParseFlags(answer[0])) <= {rb"\Seen", rb"\Recent"}
