"""What a person does with drafts, seen over IMAP: at a real Dovecot, and at the imitation of 126.com."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.intake.mailbox import Mailbox, Timeouts
from bot.intake.parse import parse
from bot.jobs.drafts import CLOCKS_DIFFER, EVERY, EVERY_LATER, GRACE
from bot.ledger.ledger import Ledger
from bot.records.act import ActKind
from bot.records.outgoing import ComposedMail, Notice, OutboxState
from bot.replies.mime import message_id, notice_bytes, reply_bytes
from tests.integration.draft_cases import (
    CLERK,
    HTML,
    OFFICE,
    PLACED,
    TEXT,
    At126,
    AtDovecot,
    Folders,
    World,
    by_webmail,
)
from tests.servers.dovecot import Dovecot
from tests.servers.fake126 import SENT, Fake126
from tests.unit.office_views import EVENT, roll

pytestmark = pytest.mark.integration


@pytest.fixture(params=["dovecot", "126"])
def folders(request: pytest.FixtureRequest) -> Iterator[Folders]:
    if request.param == "126":
        with Fake126() as server:
            yield At126(server)
    else:
        server = request.getfixturevalue("dovecot")
        server.create(SENT)
        yield AtDovecot(server)


@pytest.fixture
def world(folders: Folders, tmp_path: Path) -> Iterator[World]:
    with (
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger,
        Mailbox(folders.account, sleep=lambda _: None, timeouts=Timeouts(connect=5, read=20)) as box,
    ):
        yield World(ledger, box, folders)


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


def test_draft_placed_before_a_crash_is_not_placed_twice(world: World) -> None:
    world.answers()
    world.box.append_draft(world.placed[0].mime, world.now + timedelta(minutes=1))

    assert len(world.folders.drafts()) == 1


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
