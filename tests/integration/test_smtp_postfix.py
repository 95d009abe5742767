"""The SMTP client against a real Postfix that asks a real Dovecot about passwords and delivers into it."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.demo.invented import hospitals
from bot.errors import ConnectionFailedError, LoginRefusedError
from bot.records.account import Correspondent, Security
from bot.records.outgoing import DeliveryResult, OutboxItem, OutboxState
from bot.replies.smtp import MailServer
from tests.servers.dovecot import Dovecot, free_port
from tests.servers.postfix import MESSAGE_SIZE_LIMIT, Postfix

pytestmark = pytest.mark.integration

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
HOSPITALS = {hospital.email: hospital for hospital in itertools.islice(hospitals(seed=7), 3)}
# A parent's id as Outlook makes them: longer than a line may be before it must be folded.
LONG_ID = f"<{'TYZPR06MB5274A1B2C3D4E5F60718' * 3}@TYZPR06MB5274.apcprd06.prod.outlook.example.org>"


def sender_of(user: Dovecot) -> Correspondent:
    return Correspondent(user.username, "会务组")


def outbox_item(user: Dovecot, *recipients: str, body: bytes = b"answer\r\n", number: int = 1) -> OutboxItem:
    message_id = f"<{number}.{user.username.partition('@')[0]}@example.org>"
    headers = (
        f"From: =?utf-8?b?5Lya5Yqh57uE?= <{user.username}>\r\n"
        "Date: Wed, 01 Apr 2026 16:00:00 +0800\r\n"
        f"Message-ID: {message_id}\r\n"
        f"In-Reply-To: {LONG_ID}\r\n"
        f"References: {LONG_ID}\r\n"
        "Subject: =?utf-8?b?5oql5ZCN5oiQ5Yqf?=\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return OutboxItem(
        id=number,
        mail_id=1,
        template="confirmed",
        recipients=recipients,
        subject="报名成功",
        message_id=message_id,
        mime=headers.encode() + body,
        state=OutboxState.QUEUED,
        attempts=0,
        next_attempt_at=NOW,
        created_at=NOW,
    )


def nothing() -> None:
    """The ledger's note before DATA, where a test has no ledger."""


def arrived(user: Dovecot, address: str, count: int = 1) -> list[bytes]:
    """The mails in that address's mailbox, once there are `count`."""
    mailbox = replace(user, username=address)
    deadline = time.monotonic() + 20
    while len(uids := mailbox.uids()) < count:
        assert time.monotonic() < deadline, "the mail did not arrive"
        time.sleep(0.05)
    with mailbox.client() as client:
        answers = [client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0] for uid in uids]
    return [answer[1] for answer in answers if isinstance(answer, tuple)]


def recipient_of(user: Dovecot) -> str:
    """A mailbox that only this test writes to."""
    return f"office-of-{user.username}"


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_mail_arrives_byte_for_byte(postfix: Postfix, dovecot: Dovecot, security: Security) -> None:
    hospital = next(iter(HOSPITALS.values()))
    body = f"{hospital.name} {hospital.contact}：\r\n.点在行首\r\n..\r\n.\r\n喆，①，㎡\r\n".encode()
    item = outbox_item(dovecot, recipient_of(dovecot), body=body)

    with MailServer(postfix.account(dovecot, security), sender_of(dovecot)) as server:
        delivery = server.send(item, nothing)

    [mail] = arrived(dovecot, recipient_of(dovecot))
    assert delivery.result is DeliveryResult.SENT
    assert mail.endswith(item.mime)
    assert mail.count(b"\r\nMessage-ID:") == 1


def test_keeps_the_queue_id_that_stands_in_the_servers_log(postfix: Postfix, dovecot: Dovecot) -> None:
    with MailServer(postfix.account(dovecot), sender_of(dovecot)) as server:
        delivery = server.send(outbox_item(dovecot, recipient_of(dovecot)), nothing)

    arrived(dovecot, recipient_of(dovecot))
    assert delivery.queue_id
    assert f"{delivery.queue_id}: to=<{recipient_of(dovecot)}>" in postfix.log()


def test_one_connection_carries_a_batch(postfix: Postfix, dovecot: Dovecot) -> None:
    with MailServer(postfix.account(dovecot), sender_of(dovecot)) as server:
        results = [
            server.send(outbox_item(dovecot, recipient_of(dovecot), number=n), nothing).result for n in range(20)
        ]

    mails = arrived(dovecot, recipient_of(dovecot), count=20)
    assert results == [DeliveryResult.SENT] * 20
    assert len({line for mail in mails for line in mail.splitlines() if line.startswith(b"Message-ID")}) == 20


def test_a_mail_to_several_goes_once_to_each_that_exists(postfix: Postfix, dovecot: Dovecot) -> None:
    first, second = f"a-{recipient_of(dovecot)}", f"b-{recipient_of(dovecot)}"
    item = outbox_item(dovecot, first, "unknown@hospital01.example.org", second, first)

    with MailServer(postfix.account(dovecot), sender_of(dovecot)) as server:
        delivery = server.send(item, nothing)

    assert delivery.result is DeliveryResult.SENT
    assert delivery.refused == ("unknown@hospital01.example.org",)
    assert len(arrived(dovecot, first)) == len(arrived(dovecot, second)) == 1


def test_an_unknown_recipient_goes_to_a_person_and_the_next_mail_is_sent(
    postfix: Postfix, dovecot: Dovecot
) -> None:
    with MailServer(postfix.account(dovecot), sender_of(dovecot)) as server:
        refused = server.send(outbox_item(dovecot, "unknown@hospital01.example.org"), nothing)
        then = server.send(outbox_item(dovecot, recipient_of(dovecot), number=2), nothing)

    assert (refused.result, refused.rule) == (DeliveryResult.PERSON, "no_such_recipient")
    assert then.result is DeliveryResult.SENT


def test_a_mail_too_large_for_the_server_goes_to_a_person_untransmitted(
    postfix: Postfix, dovecot: Dovecot
) -> None:
    noted: list[str] = []
    item = outbox_item(dovecot, recipient_of(dovecot), body=b"x" * 70 + b"\r\n" * MESSAGE_SIZE_LIMIT)

    with MailServer(postfix.account(dovecot), sender_of(dovecot)) as server:
        delivery = server.send(item, lambda: noted.append("sending"))

    assert (delivery.result, delivery.rule) == (DeliveryResult.PERSON, "too_large")
    assert noted == []


def test_a_foreign_sender_address_stops_the_sender(postfix: Postfix, dovecot: Dovecot) -> None:
    sender = Correspondent("somebody-else@example.org", "会务组")

    with MailServer(postfix.account(dovecot), sender) as server:
        delivery = server.send(outbox_item(dovecot, recipient_of(dovecot)), nothing)

    assert (delivery.result, delivery.rule) == (DeliveryResult.STOP, "sender_refused")


def test_without_a_login_the_server_relays_nothing_and_the_sender_stops(
    postfix: Postfix, dovecot: Dovecot
) -> None:
    account = replace(postfix.account(dovecot), username="")

    with MailServer(account, sender_of(dovecot)) as server:
        delivery = server.send(outbox_item(dovecot, recipient_of(dovecot)), nothing)

    assert delivery.result is DeliveryResult.STOP


def test_a_wrong_password_is_tried_once(postfix: Postfix, dovecot: Dovecot) -> None:
    server = MailServer(postfix.account(dovecot, password="wrong"), sender_of(dovecot))
    before = postfix.log().count("authentication failed")

    for _ in range(2):
        with pytest.raises(LoginRefusedError, match="授权码"):
            server.connect()

    assert postfix.log().count("authentication failed") == before + 1


def test_checking_sends_nothing(postfix: Postfix, dovecot: Dovecot) -> None:
    before = postfix.log().count("from=<")

    MailServer(postfix.account(dovecot), sender_of(dovecot)).check()

    assert postfix.log().count("from=<") == before


def test_a_login_is_not_offered_before_encryption(postfix: Postfix, dovecot: Dovecot) -> None:
    with pytest.raises(LoginRefusedError, match="登录方式"):
        MailServer(postfix.account(dovecot, Security.NONE), sender_of(dovecot)).connect()


def test_tls_and_starttls_mixed_up_is_told_in_words(postfix: Postfix, dovecot: Dovecot) -> None:
    account = replace(postfix.account(dovecot), port=postfix.submission_port)

    with pytest.raises(ConnectionFailedError, match="security"):
        MailServer(account, sender_of(dovecot)).connect()


def test_a_certificate_of_an_unknown_authority_is_not_trusted(postfix: Postfix, dovecot: Dovecot) -> None:
    with pytest.raises(ConnectionFailedError, match="证书"):
        MailServer(replace(postfix.account(dovecot), ca_file=""), sender_of(dovecot)).connect()


def test_a_missing_authority_file_is_named(postfix: Postfix, dovecot: Dovecot) -> None:
    with pytest.raises(ConnectionFailedError, match="ca_file"):
        MailServer(replace(postfix.account(dovecot), ca_file="/nowhere.pem"), sender_of(dovecot)).connect()


def test_a_server_that_is_down_fails_the_connection(postfix: Postfix, dovecot: Dovecot) -> None:
    account = replace(postfix.account(dovecot), port=free_port())

    with pytest.raises(ConnectionFailedError, match="没有邮件服务"):
        MailServer(account, sender_of(dovecot)).connect()
