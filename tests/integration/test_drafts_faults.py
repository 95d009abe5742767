"""Drafts where folders are missing or the server fails, and through the bot's whole cycle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import ConnectionFailedError
from bot.intake.mailbox import Mailbox, Timeouts
from bot.jobs.drafts import EVERY, GRACE
from bot.ledger.ledger import Ledger
from bot.records.outgoing import OutboxState
from tests.integration.draft_cases import At126, World, by_webmail
from tests.scenarios.office126 import Office126
from tests.servers.fake126 import DRAFTS, SENT, Fake126

pytestmark = pytest.mark.integration


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


def test_whole_cycle_puts_an_answer_into_drafts_and_learns_that_a_person_sent_it(tmp_path: Path) -> None:
    with Office126(tmp_path, mode="draft") as office:
        office.arrive(1)
        office.works()
        (draft,) = office.imap.folders[DRAFTS]
        office.imap.folders[DRAFTS].clear()
        office.file_in_sent(draft.raw)
        before = office.view().mails[0].reply

        office.now += EVERY
        summary = office.works()

        assert not summary.errors
        assert (before, office.view().mails[0].reply) == ("draft", "sent")
        assert office.smtp.accepted == []


def test_drafts_stay_a_persons_when_the_bot_is_told_to_send_again(tmp_path: Path) -> None:
    with Office126(tmp_path, mode="draft") as office:
        office.arrive(1)
        office.works()
    with Office126(tmp_path, mode="send") as office:
        office.now += EVERY

        summary = office.works()

        assert not summary.errors
        assert office.smtp.accepted == []
        assert office.waiting() == {OutboxState.DRAFT: 1}
