"""The outbox: what is sent when, what an attempt comes to, and what a crash leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import PermanentError
from bot.ledger import outbox
from bot.ledger.ledger import Ledger
from bot.records.mail import MailKind, MailMark
from bot.records.outgoing import Delivery, DeliveryResult, OutboxItem, OutboxState
from tests.unit.admission_cases import form_of
from tests.unit.ledger_cases import NOW, a_mail, a_reply, arrive, nothing_to_do

SENT = Delivery(DeliveryResult.SENT, 250, "Mail OK", queue_id="queue-1")
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/data/ledger.db") as opened:
        yield opened


def one_reply(ledger: Ledger) -> OutboxItem:
    arrive(ledger, 1, form_of(1))
    (item,) = ledger.due(NOW)
    return item


def test_reply_is_due_at_once_with_its_very_bytes(ledger: Ledger) -> None:
    item = one_reply(ledger)

    assert (item.template, item.recipients, item.mime) == (
        "confirmed",
        ("Clerk@example.org",),
        b"MIME\r\n\x00\xff",
    )
    assert (item.state, item.attempts, item.mail_id) == (OutboxState.QUEUED, 0, 1)


def test_due_is_in_order_of_composing_and_limited(ledger: Ledger) -> None:
    ids = [ledger.queue(a_reply("digest"), NOW) for _ in range(3)]

    assert [item.id for item in ledger.due(NOW, 2)] == ids[:2]
    assert ledger.due(NOW - timedelta(seconds=1)) == ()


def test_sent_mail_is_settled_for_good(ledger: Ledger) -> None:
    item = one_reply(ledger)

    started = ledger.start_sending(item.id, NOW)
    state = ledger.settle(item.id, SENT, LATER)
    again = ledger.settle(item.id, Delivery(DeliveryResult.RETRY), LATER, LATER)

    assert (started, state, again) == (True, OutboxState.SENT, OutboxState.SENT)
    assert ledger.due(LATER) == ()
    assert not ledger.start_sending(item.id, LATER)
    assert ledger.mails()[0].reply == "sent"
    assert ledger.outbox_counts()[OutboxState.SENT] == 1
    assert ledger.sent_times(NOW) == (LATER,)


@pytest.mark.parametrize(
    ("result", "again", "state", "attempts"),
    [
        (DeliveryResult.RETRY, LATER, OutboxState.QUEUED, 1),
        (DeliveryResult.RETRY, None, OutboxState.FAILED, 1),
        (DeliveryResult.PAUSE, LATER, OutboxState.QUEUED, 0),
        (DeliveryResult.STOP, None, OutboxState.QUEUED, 0),
        (DeliveryResult.PERSON, None, OutboxState.FAILED, 1),
        (DeliveryResult.IN_DOUBT, LATER, OutboxState.IN_DOUBT, 1),
    ],
)
def test_attempt_leads_to_state(
    ledger: Ledger, result: DeliveryResult, again: object, state: OutboxState, attempts: int
) -> None:
    item = one_reply(ledger)
    ledger.start_sending(item.id, NOW)

    settled = ledger.settle(item.id, Delivery(result, 550, "refused"), NOW, LATER if again is not None else None)

    found = [*ledger.due(LATER), *ledger.unsettled(), *ledger.failed()]
    assert settled is state
    assert [(one.state, one.attempts, one.last_error) for one in found] == [(state, attempts, "550 refused")]


def test_retry_waits_for_its_time(ledger: Ledger) -> None:
    item = one_reply(ledger)

    ledger.settle(item.id, Delivery(DeliveryResult.RETRY, 450, "busy"), NOW, LATER)

    assert ledger.due(LATER - timedelta(seconds=1)) == ()
    assert [one.id for one in ledger.due(LATER)] == [item.id]


def test_mail_being_sent_is_not_due_and_is_found_after_a_crash(ledger: Ledger) -> None:
    item = one_reply(ledger)

    ledger.start_sending(item.id, LATER)

    assert ledger.due(LATER) == ()
    (doubtful,) = ledger.unsettled()
    assert (doubtful.state, doubtful.next_attempt_at) == (OutboxState.SENDING, LATER)
    assert not ledger.start_sending(item.id, LATER)
    assert ledger.mails()[0].reply == "queued"


def test_mail_in_doubt_may_be_sent_again_or_settled(ledger: Ledger) -> None:
    item = one_reply(ledger)
    ledger.start_sending(item.id, NOW)
    ledger.settle(item.id, Delivery(DeliveryResult.IN_DOUBT), NOW)

    assert ledger.start_sending(item.id, LATER)
    assert ledger.settle(item.id, SENT, LATER) is OutboxState.SENT


def test_refused_mail_tells_the_office_why(ledger: Ledger) -> None:
    item = one_reply(ledger)

    ledger.settle(item.id, Delivery(DeliveryResult.PERSON, 550, "User unknown", advice="地址不存在"), NOW)

    mail = ledger.mails()[0]
    assert (mail.reply, mail.undelivered) == ("none", "地址不存在；550 User unknown")
    assert ledger.journal(mail_id=mail.id)[-1].action == "mail_failed"


def test_one_mail_gets_at_most_one_reply(ledger: Ledger) -> None:
    one_reply(ledger)

    with pytest.raises(PermanentError), ledger.mail_commit(None) as commit:
        outbox.add(commit._connection, a_reply(), NOW, mail_id=1)


def test_message_id_goes_out_once(ledger: Ledger) -> None:
    mail = a_reply("digest")
    ledger.queue(mail, NOW)

    with pytest.raises(PermanentError):
        ledger.queue(mail, NOW)


def test_draft_is_never_due_and_placed_once(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1), draft=True)
    (draft,) = ledger.drafts_to_place()

    ledger.draft_placed(draft.id, NOW)

    assert ledger.due(LATER) == ()
    assert not ledger.start_sending(draft.id, NOW)
    assert ledger.drafts_to_place() == ()
    assert ledger.mails()[0].reply == "draft"
    assert ledger.sent_times(NOW - timedelta(days=1)) == ()


def test_recent_replies_are_those_to_the_address_in_any_case(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    ledger.queue(a_reply("digest"), NOW)
    with ledger.mail_commit(None) as commit:
        reply = replace(a_reply("no_form"), recipients=("other@example.org",))
        commit.record(*a_mail(2), MailKind.OTHER, nothing_to_do(), MailMark.ANSWERED, reply, NOW)

    with ledger.mail_commit(None) as commit:
        recent = commit.recent_replies("clerk@EXAMPLE.org", NOW - timedelta(days=1))
        before = commit.recent_replies("clerk@example.org", NOW + timedelta(seconds=1))

    assert recent == (("confirmed", NOW),)
    assert before == ()
