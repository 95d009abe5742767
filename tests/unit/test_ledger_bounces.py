"""Mail that came back: found by what the bounce names, shown to staff, and cleared by mail that arrived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.ledger.ledger import Ledger
from bot.records.decision import Decision, Outcome, Reason
from bot.records.mail import BounceReport, MailKind, MailMark
from bot.records.outgoing import Delivery, DeliveryResult, DraftFate, Notice, OutboxItem
from tests.unit.admission_cases import EVENT, form_of
from tests.unit.ledger_cases import NOW, a_mail, a_reply, arrive, nothing_to_do, record_only

LATER = NOW + timedelta(minutes=10)
CLERK = "clerk@example.org"
OTHER_EVENT = replace(EVENT, id="guangdong-2026")
UNKNOWN = BounceReport(message_id="<unknown@other.example>", text="550 no such user")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/data/ledger.db") as opened:
        yield opened


def sent(ledger: Ledger, queue_id: str = "", at: datetime = NOW) -> OutboxItem:
    """Sends the newest mail that waits."""
    item = ledger.due(at)[-1]
    ledger.start_sending(item.id, at)
    ledger.settle(item.id, Delivery(DeliveryResult.SENT, 250, "Mail OK", queue_id=queue_id), at)
    return item


def answered(ledger: Ledger, uid: int = 1, people: int = 1, queue_id: str = "") -> OutboxItem:
    """A registration that was answered, and the answer that went out."""
    arrive(ledger, uid, form_of(people))
    return sent(ledger, queue_id)


def notified(ledger: Ledger, uid: int, *people: int) -> OutboxItem:
    """A notice to the sender of mail 1, composed and sent after another mail's decision."""
    fetched, parsed = a_mail(uid)
    notice = Notice(a_reply("promoted"), EVENT.id, 1, people)
    decision = Decision(Outcome.RECORDED, Reason.NO_REGISTRATION, "仅作记录。", event_id=EVENT.id)
    with ledger.mail_commit(EVENT.id) as commit:
        commit.record(fetched, parsed, MailKind.OTHER, decision, MailMark.NONE, None, NOW, notices=(notice,))
    return sent(ledger)


def bounced(ledger: Ledger, report: BounceReport, now: datetime = LATER) -> int | None:
    with ledger.mail_commit(None) as commit:
        return commit.bounced(report, now)


def row(ledger: Ledger, item: OutboxItem) -> OutboxItem:
    return next(one for one in ledger.sent() if one.id == item.id)


@pytest.mark.parametrize("by", ["queue_id", "message_id", "recipient"])
def test_bounce_is_matched_by_whatever_it_names(ledger: Ledger, by: str) -> None:
    item = answered(ledger, queue_id="D8CowEXAMPLE--.1S2")
    reports = {
        "queue_id": BounceReport(queue_id="D8CowEXAMPLE--.1S2"),
        "message_id": BounceReport(message_id=item.message_id),
        "recipient": BounceReport(recipient=CLERK.upper()),
    }

    found = bounced(ledger, replace(reports[by], text="550 User not found"))

    assert found == item.id
    assert (row(ledger, item).bounced_at, row(ledger, item).bounce_text) == (LATER, "550 User not found")


def test_queue_id_of_another_server_does_not_hide_the_message_id(ledger: Ledger) -> None:
    item = answered(ledger, queue_id="ours")

    assert bounced(ledger, BounceReport(queue_id="theirs", message_id=item.message_id)) == item.id


@pytest.mark.parametrize(
    "report",
    [
        UNKNOWN,
        replace(UNKNOWN, recipient=CLERK),
        replace(UNKNOWN, queue_id="unknown"),
        BounceReport(queue_id="unknown"),
        BounceReport(recipient="stranger@example.org"),
        BounceReport(),
    ],
)
def test_bounce_about_no_mail_of_ours_changes_nothing(ledger: Ledger, report: BounceReport) -> None:
    item = answered(ledger)

    assert bounced(ledger, report) is None
    assert row(ledger, item).bounced_at is None
    assert "mail_bounced" not in [line.action for line in ledger.journal()]


def test_address_alone_decides_nothing_where_two_mails_went_there(ledger: Ledger) -> None:
    answered(ledger, 1)
    answered(ledger, 2)

    assert bounced(ledger, BounceReport(recipient=CLERK)) is None


@pytest.mark.parametrize(("days", "found"), [(4, True), (6, False)])
def test_address_alone_counts_for_the_days_that_servers_keep_trying(
    ledger: Ledger, days: int, found: bool
) -> None:
    answered(ledger)

    matched = bounced(ledger, BounceReport(recipient=CLERK), NOW + timedelta(days=days))

    assert (matched is not None) is found


def test_mail_that_never_left_cannot_come_back(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    (waiting,) = ledger.due(NOW)
    arrive(ledger, 2, form_of(1), draft=True)
    (draft,) = ledger.drafts_to_place()

    for item in (waiting, draft):
        assert bounced(ledger, BounceReport(message_id=item.message_id)) is None


def test_bounce_may_come_before_it_is_known_that_the_mail_left(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    (item,) = ledger.due(NOW)
    ledger.start_sending(item.id, NOW)
    ledger.settle(item.id, Delivery(DeliveryResult.IN_DOUBT), NOW, NOW)

    found = bounced(ledger, BounceReport(message_id=item.message_id, text="550"))
    ledger.settle(item.id, Delivery(DeliveryResult.SENT, text="found in the Sent folder"), LATER)

    assert found == item.id
    assert ledger.undelivered_people(EVENT.id) == {1: "退信：550"}


def test_draft_that_a_person_sent_can_come_back_under_its_new_message_id(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1), draft=True)
    (draft,) = ledger.drafts_to_place()
    ledger.draft_placed(draft.id, NOW)
    ledger.drafts.settle(draft.id, DraftFate.SENT, NOW, sent_as="<webmail@126.com>")

    found = bounced(ledger, BounceReport(message_id="<webmail@126.com>", text="550"))

    assert found == draft.id
    assert ledger.mails(EVENT.id)[0].undelivered == "退信：550"


def test_first_bounce_counts(ledger: Ledger) -> None:
    item = answered(ledger)

    for text in ("first", "second"):
        assert bounced(ledger, BounceReport(message_id=item.message_id, text=text)) == item.id

    assert row(ledger, item).bounce_text == "first"
    assert [line.action for line in ledger.journal(mail_id=1)].count("mail_bounced") == 1


def test_delay_is_no_failure(ledger: Ledger) -> None:
    item = answered(ledger)

    assert bounced(ledger, BounceReport(message_id=item.message_id, text="4.4.1", delayed=True)) is None
    assert row(ledger, item).bounced_at is None
    assert ledger.undelivered_people(EVENT.id) == {}


def test_bounced_digest_is_known_and_says_which_of_its_readers_missed_it(ledger: Ledger) -> None:
    digest = replace(a_reply("digest"), recipients=("office@example.org", "chief@example.org"))
    ledger.queue(digest, NOW)
    item = sent(ledger)

    assert bounced(ledger, BounceReport(recipient="chief@example.org", text="552 full")) == item.id
    assert row(ledger, item).bounce_text == "chief@example.org：552 full"


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (BounceReport(status="5.1.1"), "5.1.1"),
        (BounceReport(), "对方邮件服务器没有说明原因"),
    ],
)
def test_bounce_without_words_still_says_something(ledger: Ledger, report: BounceReport, why: str) -> None:
    item = answered(ledger)

    bounced(ledger, replace(report, message_id=item.message_id))

    assert row(ledger, item).bounce_text == why


def test_journal_tells_of_the_bounce_with_the_mail_and_with_each_person(ledger: Ledger) -> None:
    item = answered(ledger, people=2)

    bounced(ledger, BounceReport(message_id=item.message_id, text="550"))

    (of_mail,) = [line for line in ledger.journal(mail_id=1) if line.action == "mail_bounced"]
    assert (of_mail.at, of_mail.reason, of_mail.text, of_mail.event_id) == (LATER, "confirmed", "550", EVENT.id)
    for person in (1, 2):
        assert "mail_bounced" in [line.action for line in ledger.journal(registration_id=person)]


def test_people_are_undelivered_by_their_last_mail(ledger: Ledger) -> None:
    first = answered(ledger, 1, people=2)
    answered(ledger, 2)

    bounced(ledger, BounceReport(message_id=first.message_id, text="550"))

    assert ledger.undelivered_people(EVENT.id) == {1: "退信：550", 2: "退信：550"}
    assert ledger.undelivered_people(OTHER_EVENT.id) == {}


def test_later_mail_that_went_through_clears_only_those_it_told_of(ledger: Ledger) -> None:
    first = answered(ledger, 1, people=2)
    bounced(ledger, BounceReport(message_id=first.message_id, text="550"))

    notified(ledger, 2, 2)

    assert ledger.undelivered_people(EVENT.id) == {1: "退信：550"}


def test_later_mail_that_still_waits_clears_nothing(ledger: Ledger) -> None:
    first = answered(ledger)
    bounced(ledger, BounceReport(message_id=first.message_id, text="550"))

    fetched, parsed = a_mail(2)
    notice = Notice(a_reply("promoted"), EVENT.id, 1, (1,))
    with ledger.mail_commit(None) as commit:
        commit.record(
            fetched, parsed, MailKind.OTHER, nothing_to_do(), MailMark.NONE, None, NOW, notices=(notice,)
        )

    assert ledger.undelivered_people(EVENT.id) == {1: "退信：550"}


def test_refused_mail_leaves_its_people_undelivered(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    (item,) = ledger.due(NOW)
    ledger.start_sending(item.id, NOW)
    ledger.settle(item.id, Delivery(DeliveryResult.PERSON, 550, "User unknown", advice="地址不存在"), NOW)

    assert ledger.undelivered_people(EVENT.id) == {1: "地址不存在；550 User unknown"}


def test_mail_shows_that_its_answer_came_back_and_that_it_was_sent(ledger: Ledger) -> None:
    item = answered(ledger)

    bounced(ledger, BounceReport(message_id=item.message_id, text="收件人不存在"))

    (mail,) = ledger.mails(EVENT.id)
    assert (mail.reply, mail.undelivered) == ("sent", "退信：收件人不存在")


def test_mail_shows_that_a_notice_about_it_came_back_until_a_later_one_arrives(ledger: Ledger) -> None:
    answered(ledger)
    notice = notified(ledger, 2, 1)

    bounced(ledger, BounceReport(message_id=notice.message_id, text="552 full"))
    before = ledger.mails()[0]
    notified(ledger, 3, 1)
    after = ledger.mails()[0]

    assert (before.reply, before.undelivered) == ("sent", "退信：552 full")
    assert after.undelivered == ""


def test_bounces_of_a_bounced_mail_come_to_an_end(ledger: Ledger) -> None:
    item = answered(ledger)
    before = len(ledger.due(LATER))

    for _ in range(20):
        bounced(ledger, BounceReport(message_id=item.message_id, text="loop"))

    assert len(ledger.due(LATER)) == before
    assert [line.action for line in ledger.journal(registration_id=1)].count("mail_bounced") == 1


def test_thread_tells_the_event_by_our_mail_and_by_theirs(ledger: Ledger) -> None:
    item = answered(ledger)
    notice = notified(ledger, 2, 1)

    for one in (item.message_id, notice.message_id, "<1@example.org>"):
        assert ledger.event_of_thread(("<unknown@example.org>", one)) == EVENT.id


def test_thread_tells_no_event_where_it_knows_none_or_several(ledger: Ledger) -> None:
    ours = answered(ledger)
    fetched, parsed = a_mail(3)
    record_only(ledger, fetched, parsed)
    arrive(ledger, 2, form_of(1), event=OTHER_EVENT)

    assert ledger.event_of_thread(()) is None
    assert ledger.event_of_thread(("<unknown@example.org>",)) is None
    assert ledger.event_of_thread((parsed.message_id,)) is None
    assert ledger.event_of_thread((ours.message_id, "<2@example.org>")) is None


def test_thread_tells_the_event_of_a_draft_by_what_a_person_sent_it_as(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1), draft=True)
    (draft,) = ledger.drafts_to_place()
    ledger.drafts.settle(draft.id, DraftFate.CHANGED, NOW, sent_as="<webmail@126.com>")

    assert ledger.event_of_thread(("<webmail@126.com>",)) == EVENT.id
