"""Draft mode: what tells of a promotion or of staff's word is left to a person as well, and its fate noticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.demo import clients
from bot.demo.clients import Letter
from bot.jobs.drafts import EVERY, GRACE
from bot.jobs.publish import digest_summary
from bot.records.decision import State
from bot.records.outgoing import DraftFate, OutboxItem
from tests.scenarios.office126 import Office126
from tests.servers.fake126 import DRAFTS, SENT, FakeMail
from tests.unit.roster_edits import fill


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office126]:
    """Three seats, four people, one of whom waits; all answers lie in Drafts."""
    with Office126(tmp_path, mode="draft") as one:
        one.arrive(4)
        one.works()
        one.now += timedelta(hours=1)
        yield one


def subjects(office: Office126) -> list[str]:
    """Of what lies in the mailbox's Drafts folder."""
    mails = (message_from_bytes(mail.raw, policy=policy.default) for mail in office.imap.folders[DRAFTS])
    return [str(mail["Subject"]) for mail in mails]


def first_cancels(office: Office126) -> None:
    form = office.forms[0]
    words = f"您好，{form.people[0].name}因工作原因不能参加，请取消报名。"
    letter = Letter(form.hospital.contact, form.hospital.email, office.now, "取消报名", words)
    office.imap.deliver(FakeMail(0, clients.modern(letter), office.now))
    office.works()


def states(office: Office126) -> list[State]:
    return [one.state for one in sorted(office.view().registrations, key=lambda one: one.order)]


def items(office: Office126) -> list[OutboxItem]:
    """The drafts in the mailbox that wait, and those found deleted."""
    with office.bot() as bot:
        return list(bot.ledger.drafts.watched(office.now - timedelta(days=1)))


def promotion_place(office: Office126) -> int:
    return next(place for place, text in enumerate(subjects(office)) if text.startswith("候补递补成功"))


def fates(office: Office126, template: str) -> list[str]:
    """What the journal says a person did with drafts of this kind."""
    with office.bot() as bot:
        lines = bot.ledger.journal()
    return [line.action for line in lines if line.action.startswith("draft_") and line.reason == template]


def test_promotion_is_told_by_a_draft_that_nobody_but_a_person_sends(office: Office126) -> None:
    first_cancels(office)

    assert states(office) == [State.CANCELLED, *[State.CONFIRMED] * 3]
    assert [text[:6] for text in subjects(office)[4:]] == ["报名已取消：", "候补递补成功"]
    assert not office.smtp.accepted
    promotion = message_from_bytes(office.imap.folders[DRAFTS][-1].raw, policy=policy.default)
    assert office.forms[3].hospital.email in str(promotion["To"])


def test_draft_of_a_promotion_is_counted_for_staff_until_it_is_sent(office: Office126) -> None:
    first_cancels(office)
    with office.bot() as bot:
        before = digest_summary(bot.office, bot.settings.events[0], office.now).drafts

    draft = office.imap.folders[DRAFTS].pop(promotion_place(office))
    office.imap.deliver(FakeMail(0, draft.raw, office.now + timedelta(minutes=2)), SENT)
    office.now += EVERY
    office.works()

    assert before == 6
    with office.bot() as bot:
        assert digest_summary(bot.office, bot.settings.events[0], office.now).drafts == 5
    assert fates(office, "promoted") == ["draft_sent"]
    assert "promoted" not in [item.template for item in items(office)]


def test_draft_of_a_promotion_that_a_person_deletes_is_noticed_and_takes_no_seat_away(office: Office126) -> None:
    first_cancels(office)

    office.imap.folders[DRAFTS].pop(promotion_place(office))
    for _ in range(2):
        office.now += GRACE
        office.works()

    (deleted,) = [item for item in items(office) if item.template == "promoted"]
    assert deleted.draft_fate is DraftFate.DELETED
    assert states(office)[3] is State.CONFIRMED


def test_staffs_word_is_told_by_a_draft_to_whom_it_concerns(office: Office126) -> None:
    fill(office.settings.workbook, "报名名单", {(2, "处理"): "取消"})
    office.now += timedelta(minutes=5)

    office.works()

    assert states(office) == [State.CANCELLED, *[State.CONFIRMED] * 3]
    assert [text[:6] for text in subjects(office)[4:]] == ["取消报名通知", "候补递补成功"]
    assert not office.smtp.accepted


def test_more_seats_are_told_by_drafts(office: Office126) -> None:
    path = office.config / "events" / "study-tour.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("capacity = 3", "capacity = 4"), encoding="utf-8")

    office.works()
    office.works()

    assert states(office) == [State.CONFIRMED] * 4
    assert [text[:6] for text in subjects(office)[4:]] == ["候补递补成功"]


def test_drafts_stay_drafts_when_the_office_lets_the_bot_send(office: Office126) -> None:
    first_cancels(office)
    path = office.config / "bot.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"draft"', '"send"'), encoding="utf-8")

    office.works()

    assert not office.smtp.accepted
    assert len(subjects(office)) == 6
