"""The SMTP client against an imitation of 126.com: what a real server will not do on demand."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from bot.errors import ConnectionFailedError, LoginRefusedError
from bot.records.account import Correspondent, MailAccount, Security
from bot.records.outgoing import DeliveryResult, OutboxItem, OutboxState
from bot.replies.smtp import MailServer, ServerDeferredError
from tests.servers.fake126_smtp import NO_PERMISSION, Drop, Fake126Smtp, Late, NextAnswer

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
SENDER = Correspondent("huiwuzu@126.com", "会务组")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca = trustme.CA()
    ca_file = tmp_path_factory.mktemp("authority") / "ca.pem"
    ca.cert_pem.write_to_path(str(ca_file))
    return ca, ca_file


@pytest.fixture
def fake() -> Iterator[Fake126Smtp]:
    with Fake126Smtp() as server:
        yield server


def account_of(fake: Fake126Smtp) -> MailAccount:
    return MailAccount("127.0.0.1", fake.port, Security.NONE, fake.username, fake.password)


def client_of(fake: Fake126Smtp, accept_timeout: float = 5.0) -> MailServer:
    return MailServer(account_of(fake), SENDER, command_timeout=5.0, accept_timeout=accept_timeout)


def outbox_item(*recipients: str, body: bytes = b"5oKo5aW9\r\n", sender: str = SENDER.address) -> OutboxItem:
    headers = f"From: <{sender}>\r\nMessage-ID: <1.answer@126.com>\r\nSubject: answer\r\n\r\n".encode()
    return OutboxItem(
        id=1,
        mail_id=1,
        template="confirmed",
        recipients=recipients or ("office@hospital01.example.org",),
        subject="answer",
        message_id="<1.answer@126.com>",
        mime=headers + body,
        state=OutboxState.QUEUED,
        attempts=0,
        next_attempt_at=NOW,
        created_at=NOW,
    )


def nothing() -> None:
    """The ledger's note before DATA, where a test has no ledger."""


def test_sends_and_keeps_the_queue_id_that_bounces_will_quote(fake: Fake126Smtp) -> None:
    with client_of(fake) as server:
        delivery = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.SENT
    assert delivery.queue_id == fake.accepted[0].queue_id == "D8CowABXRAHFeUpcvx3dAg--.43886S2"
    assert fake.accepted[0].content == outbox_item().mime
    assert fake.accepted[0].recipients == ("office@hospital01.example.org",)


def test_sends_a_batch_over_one_connection_and_one_login(fake: Fake126Smtp) -> None:
    with client_of(fake) as server:
        results = [server.send(outbox_item(), nothing).result for _ in range(20)]

    assert results == [DeliveryResult.SENT] * 20
    assert (fake.connections, fake.logins) == (1, 1)
    assert fake.commands[-1] == "QUIT"


def test_speaks_over_tls_with_a_certificate_it_can_verify(authority: tuple[trustme.CA, Path]) -> None:
    ca, ca_file = authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)

    with Fake126Smtp(tls=context) as fake:
        account = replace(account_of(fake), security=Security.TLS, ca_file=str(ca_file))
        with MailServer(account, SENDER) as server:
            delivery = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.SENT


def test_does_not_log_in_where_the_certificate_cannot_be_verified(authority: tuple[trustme.CA, Path]) -> None:
    ca, _ = authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)

    with Fake126Smtp(tls=context) as fake:
        server = MailServer(replace(account_of(fake), security=Security.TLS), SENDER)
        with pytest.raises(ConnectionFailedError, match="证书"):
            server.connect()

        assert fake.logins == 0


def test_does_not_log_in_where_the_certificate_is_another_servers(authority: tuple[trustme.CA, Path]) -> None:
    ca, ca_file = authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("smtp.example.org").configure_cert(context)

    with Fake126Smtp(tls=context) as fake:
        account = replace(account_of(fake), security=Security.TLS, ca_file=str(ca_file))
        with pytest.raises(ConnectionFailedError, match="证书"):
            MailServer(account, SENDER).connect()

        assert fake.logins == 0


def test_does_not_log_in_without_the_encryption_asked_for(fake: Fake126Smtp) -> None:
    fake.next_answer("ehlo", b"250 AUTH LOGIN PLAIN")
    server = MailServer(replace(account_of(fake), security=Security.STARTTLS), SENDER)

    with pytest.raises(LoginRefusedError, match="STARTTLS"):
        server.connect()

    assert fake.logins == 0


@pytest.mark.parametrize("mechanisms", [b"LOGIN", b"PLAIN", b"LOGIN PLAIN"])
def test_logs_in_by_either_mechanism(mechanisms: bytes) -> None:
    with Fake126Smtp(mechanisms=mechanisms) as fake:
        client_of(fake).check()

        assert fake.logins == 1
        assert not fake.accepted


def test_says_so_where_no_login_is_offered() -> None:
    with Fake126Smtp(mechanisms=b"") as fake, pytest.raises(LoginRefusedError, match="登录方式"):
        client_of(fake).connect()


def test_needs_no_login_where_no_username_is_set(fake: Fake126Smtp) -> None:
    MailServer(replace(account_of(fake), username=""), SENDER).check()

    assert fake.logins == 0


def test_offers_a_wrong_password_exactly_once(fake: Fake126Smtp) -> None:
    server = MailServer(replace(account_of(fake), password="wrong"), SENDER)

    for _ in range(3):
        with pytest.raises(LoginRefusedError, match="授权码"):
            server.connect()

    assert (fake.connections, fake.logins) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"535 Error: authentication failed", "授权码"),
        ("535 Error: 请使用授权码登录".encode("gbk"), "请使用授权码登录"),
        (b"550 User has no permission", "开通 SMTP"),
        (NO_PERMISSION, "用户无权登陆"),
        (b"451 Requested action aborted: too much fail authentication", "次数过多"),
        (b"554 IP is rejected, smtp auth error limit exceed", "次数过多"),
        (b"550 User suspended", "拒绝登录"),
    ],
)
def test_login_refusals_name_what_to_do(fake: Fake126Smtp, answer: bytes, words: str) -> None:
    fake.next_answer("auth", answer)

    with pytest.raises(LoginRefusedError, match=words) as raised:
        client_of(fake).connect()

    assert raised.value.exit_code == 3
    assert "\n" not in str(raised.value)


def test_an_account_name_in_the_servers_words_is_not_repeated(fake: Fake126Smtp) -> None:
    fake.next_answer("auth", b"535 <somebody@126.com> authentication failed")

    with pytest.raises(LoginRefusedError) as raised:
        client_of(fake).connect()

    assert "somebody" not in str(raised.value)


def test_a_password_in_chinese_is_refused_without_showing_it(fake: Fake126Smtp) -> None:
    server = MailServer(replace(account_of(fake), password="授权码ＡＢＣ"), SENDER)

    with pytest.raises(LoginRefusedError) as raised:
        server.connect()

    assert "ＡＢＣ" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert fake.logins == 0


@pytest.mark.parametrize(
    ("stage", "answer", "result"),
    [
        ("connect", b"421 HL:IFC 126 smtp11 too many", DeliveryResult.PAUSE),
        ("connect", b"550 MI:STC 126 smtp11", DeliveryResult.PAUSE),
        ("connect", b"554 Transaction failed", DeliveryResult.RETRY),
        ("ehlo", b"421 closing", DeliveryResult.RETRY),
        ("auth", b"454 Temporary authentication failure", DeliveryResult.RETRY),
    ],
)
def test_being_turned_away_for_now_says_for_how_long(
    fake: Fake126Smtp, stage: str, answer: bytes, result: DeliveryResult
) -> None:
    fake.next_answer(stage, answer)

    with pytest.raises(ServerDeferredError) as raised:
        client_of(fake).connect()

    assert raised.value.delivery.result is result


def test_a_blacklisted_network_address_stops_the_sender(fake: Fake126Smtp) -> None:
    fake.next_answer("connect", b"554 IP in blacklist")

    with pytest.raises(LoginRefusedError, match="黑名单"):
        client_of(fake).connect()


@pytest.mark.parametrize("stage", ["connect", "ehlo", "auth"])
def test_a_connection_that_breaks_before_login_is_done_may_be_tried_again(fake: Fake126Smtp, stage: str) -> None:
    fake.next_answer(stage, Drop())
    server = client_of(fake)

    with pytest.raises(ConnectionFailedError, match="中断"):
        server.connect()
    delivery = server.send(outbox_item(), nothing)
    server.close()

    assert delivery.result is DeliveryResult.SENT


def test_a_login_dialogue_that_makes_no_sense_may_be_tried_again() -> None:
    with Fake126Smtp(mechanisms=b"LOGIN") as fake:
        fake.next_answer("challenge", b"334 A")

        with pytest.raises(ConnectionFailedError):
            client_of(fake).connect()


def test_a_server_that_is_not_there_is_named(fake: Fake126Smtp) -> None:
    account = account_of(fake)
    fake.__exit__(None, None, None)

    with pytest.raises(ConnectionFailedError, match=rf"127\.0\.0\.1:{account.port}"):
        MailServer(account, SENDER).connect()


def test_a_silent_server_is_given_up_after_the_timeout(fake: Fake126Smtp) -> None:
    fake.next_answer("connect", Late(5))

    with pytest.raises(ConnectionFailedError):
        MailServer(account_of(fake), SENDER, connect_timeout=0.2).connect()


# Every reply in the order of NetEase's list: stage, answer, what follows.
NETEASE: list[tuple[str, bytes, DeliveryResult]] = [
    ("mail", b"421 HL:REP 126 smtp11", DeliveryResult.PAUSE),
    ("mail", b"421 HL:ICC 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"421 HL:IFC 126 smtp11", DeliveryResult.PAUSE),
    ("mail", b"421 HL:MEP 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"450 MI:CEL 126 smtp11", DeliveryResult.STOP),
    ("rcpt", b"450 MI:CCL 126 smtp11", DeliveryResult.STOP),
    ("rcpt", b"451 RP:CEL 126 smtp11", DeliveryResult.STOP),
    ("mail", b"450 MI:DMC 126 smtp11", DeliveryResult.PAUSE),
    ("mail", b"451 MI:DMC 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"450 RP:DRC 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"451 RP:DRC 126 smtp11", DeliveryResult.PAUSE),
    ("mail", b"450 WM:BLI 126 smtp11", DeliveryResult.STOP),
    ("mail", b"450 WM:BLU 126 smtp11", DeliveryResult.STOP),
    ("mail", b"450 DT:RBL 126 smtp11", DeliveryResult.STOP),
    ("dot", b"451 DT:RBL 126 smtp11", DeliveryResult.STOP),
    ("mail", b"554 IP in blacklist", DeliveryResult.STOP),
    ("mail", b"554 HL:IHU 126 smtp11", DeliveryResult.STOP),
    ("mail", b"554 HL:IPB 126 smtp11", DeliveryResult.STOP),
    ("mail", b"554 MI:SPB 126 smtp11", DeliveryResult.STOP),
    ("dot", b"451 DT:SPM ,please try again", DeliveryResult.RETRY),
    ("mail", b"451 MI:SFQ 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"451 RP:QRC 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"550 RP:QRC 126 smtp11", DeliveryResult.PAUSE),
    ("mail", b"451 Requested mail action not taken: too much fail authentication", DeliveryResult.STOP),
    ("mail", b"554 IP is rejected, smtp auth error limit exceed", DeliveryResult.STOP),
    ("mail", b"451 Requested action aborted: local error in processing", DeliveryResult.RETRY),
    ("mail", b"535 Error: authentication failed", DeliveryResult.STOP),
    ("mail", b"550 User has no permission", DeliveryResult.STOP),
    ("mail", NO_PERMISSION, DeliveryResult.STOP),
    ("mail", b"553 authentication is required", DeliveryResult.STOP),
    ("mail", b"550 MI:STC 126 smtp11", DeliveryResult.PAUSE),
    ("mail", b"554 MI:STC 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"550 RP:TRC 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"550 RP:RCL 126 smtp11", DeliveryResult.PAUSE),
    ("rcpt", b"550 Requested mail action not taken: too much recipient", DeliveryResult.PAUSE),
    ("rcpt", b"550 DT:SPM 126 smtp11", DeliveryResult.PERSON),
    ("dot", b"554 DT:SPM smtp11,D8CowABX 1548385572,please see http://mail.163.com/help", DeliveryResult.PERSON),
    ("dot", b"554 DT:SUM smtp11,D8CowABX 1548385572", DeliveryResult.STOP),
    ("rcpt", b"550 Invalid User", DeliveryResult.PERSON),
    ("rcpt", b"550 User suspended", DeliveryResult.PERSON),
    ("rcpt", b"550 User in blacklist", DeliveryResult.PERSON),
    ("dot", b"552 Illegal Attachment", DeliveryResult.PERSON),
    ("dot", b"552 Requested mail action aborted: exceeded mailsize limit", DeliveryResult.PERSON),
    ("mail", b"553 Requested action not taken: NULL sender is not allowed", DeliveryResult.STOP),
    ("mail", b"553 Requested action not taken: Local user only", DeliveryResult.STOP),
    ("mail", b"550 MI:NHD 126 smtp11", DeliveryResult.STOP),
    ("mail", b"550 MI:IMF 126 smtp11", DeliveryResult.STOP),
    ("mail", b"550 MI:SPF 126 smtp11", DeliveryResult.STOP),
    ("dot", b"550 MI:DMA 126 smtp11", DeliveryResult.STOP),
    ("rcpt", b"550 RP:FRL 126 smtp11", DeliveryResult.STOP),
    ("mail", b"500 bad syntax", DeliveryResult.STOP),
]


@pytest.mark.parametrize(("stage", "answer", "result"), NETEASE)
def test_each_of_neteases_refusals_is_sorted_and_sends_nothing(
    fake: Fake126Smtp, stage: str, answer: bytes, result: DeliveryResult
) -> None:
    fake.next_answer(stage, answer)

    with client_of(fake) as server:
        refused = server.send(outbox_item(), nothing)
        then = server.send(outbox_item(), nothing)

    assert refused.result is result
    assert refused.code == int(answer[:3])
    assert refused.advice
    assert then.result is DeliveryResult.SENT
    assert len(fake.accepted) == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_mail_was_asked_for_is_tried_again(fake: Fake126Smtp, stage: str) -> None:
    fake.next_answer(stage, Drop())
    noted: list[str] = []

    with client_of(fake) as server:
        delivery = server.send(outbox_item(), lambda: noted.append("sending"))

    assert delivery.result is DeliveryResult.RETRY
    assert noted == []
    assert fake.accepted == []


def test_a_connection_lost_in_the_middle_of_the_mail_is_tried_again(fake: Fake126Smtp) -> None:
    fake.next_answer("body", Drop())
    noted: list[str] = []

    with client_of(fake) as server:
        # More than the sockets can hold back, so that the client is still writing when the server goes.
        delivery = server.send(outbox_item(body=b"x" * 50_000_000), lambda: noted.append("sending"))
        then = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.RETRY
    assert noted == ["sending"]
    assert then.result is DeliveryResult.SENT
    assert len(fake.accepted) == 1


def test_a_connection_lost_after_the_final_dot_leaves_the_mail_in_doubt(fake: Fake126Smtp) -> None:
    fake.next_answer("dot", Drop())
    noted: list[str] = []

    with client_of(fake) as server:
        delivery = server.send(outbox_item(), lambda: noted.append("sending"))

    assert delivery.result is DeliveryResult.IN_DOUBT
    assert noted == ["sending"]
    assert len(fake.accepted) == 1


def test_an_answer_later_than_the_timeout_leaves_the_mail_in_doubt(fake: Fake126Smtp) -> None:
    fake.next_answer("dot", Late(3))

    with client_of(fake, accept_timeout=0.2) as server:
        delivery = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.IN_DOUBT


def test_waits_longer_for_the_last_answer_than_for_others(fake: Fake126Smtp) -> None:
    fake.next_answer("dot", Late(0.6))

    with MailServer(account_of(fake), SENDER, command_timeout=0.3, accept_timeout=5) as server:
        delivery = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.SENT


@pytest.mark.parametrize("answer", [b"hello", b"354 go on", b"250" + b"x" * 9000])
def test_an_unintelligible_answer_to_the_final_dot_leaves_the_mail_in_doubt(
    fake: Fake126Smtp, answer: bytes
) -> None:
    fake.next_answer("dot", answer)

    with client_of(fake) as server:
        delivery = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.IN_DOUBT


@pytest.mark.parametrize("answer", [b"hello", b"250 but no 354", b"451" + b"x" * 9000])
def test_an_unintelligible_answer_before_the_mail_is_tried_again(fake: Fake126Smtp, answer: bytes) -> None:
    fake.next_answer("data", answer)

    with client_of(fake) as server:
        delivery = server.send(outbox_item(), nothing)
        then = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.RETRY
    assert then.result is DeliveryResult.SENT


def test_the_ledger_is_told_after_the_server_asked_for_the_mail_and_before_it_has_any(fake: Fake126Smtp) -> None:
    seen: list[tuple[str, int]] = []

    with client_of(fake) as server:
        server.send(outbox_item(), lambda: seen.append((fake.commands[-1], len(fake.accepted))))

    assert seen == [("DATA", 0)]


def test_nothing_is_sent_where_the_ledger_cannot_take_its_note(fake: Fake126Smtp) -> None:
    def locked() -> None:
        raise RuntimeError("ledger is locked")

    with client_of(fake) as server:
        with pytest.raises(RuntimeError, match="locked"):
            server.send(outbox_item(), locked)
        then = server.send(outbox_item(), nothing)

    assert then.result is DeliveryResult.SENT
    assert len(fake.accepted) == 1
    assert fake.connections == 2


def test_a_from_that_differs_from_the_login_stops_the_sender(fake: Fake126Smtp) -> None:
    with client_of(fake) as server:
        delivery = server.send(outbox_item(sender="other@126.com"), nothing)

    assert delivery.result is DeliveryResult.STOP
    assert "from_address" in delivery.advice


def test_goes_to_the_accepted_recipients_in_one_transaction(fake: Fake126Smtp) -> None:
    fake.next_answer("rcpt", b"250 Mail OK", b"550 Invalid User", b"250 Mail OK")
    item = outbox_item("first@example.org", "second@example.org", "third@example.org")

    with client_of(fake) as server:
        delivery = server.send(item, nothing)

    assert delivery.result is DeliveryResult.SENT
    assert delivery.refused == ("second@example.org",)
    assert delivery.queue_id
    assert [mail.recipients for mail in fake.accepted] == [("first@example.org", "third@example.org")]


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([b"550 Invalid User", b"550 Invalid User"], DeliveryResult.PERSON),
        ([b"550 Invalid User", b"450 try later"], DeliveryResult.RETRY),
        ([b"250 Mail OK", b"550 RP:TRC"], DeliveryResult.PAUSE),
        ([b"250 Mail OK", b"421 closing"], DeliveryResult.RETRY),
        ([b"250 Mail OK", Drop()], DeliveryResult.RETRY),
        ([b"250 Mail OK", b"550 RP:FRL"], DeliveryResult.STOP),
    ],
)
def test_a_refusal_that_is_not_one_recipients_alone_sends_to_nobody(
    fake: Fake126Smtp, answers: list[NextAnswer], result: DeliveryResult
) -> None:
    fake.next_answer("rcpt", *answers)

    with client_of(fake) as server:
        delivery = server.send(outbox_item("first@example.org", "second@example.org"), nothing)

    assert delivery.result is result
    assert fake.accepted == []


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "no-at-sign",
        "two@at@example.org",
        "院办@example.org",
        "a b@example.org",
        "a@example.org>\r\nDATA",
        "<a@b.cn>",
    ],
)
def test_an_address_that_cannot_be_sent_to_goes_to_a_person(fake: Fake126Smtp, recipient: str) -> None:
    with client_of(fake) as server:
        delivery = server.send(outbox_item(recipient), nothing)

    assert delivery.result is DeliveryResult.PERSON
    assert not any(command.startswith("MAIL") for command in fake.commands)


def test_no_recipient_at_all_goes_to_a_person(fake: Fake126Smtp) -> None:
    delivery = client_of(fake).send(replace(outbox_item(), recipients=()), nothing)

    assert delivery.result is DeliveryResult.PERSON


def test_a_chinese_domain_is_sent_to_in_ascii(fake: Fake126Smtp) -> None:
    with client_of(fake) as server:
        delivery = server.send(outbox_item("office@医院.example"), nothing)

    assert delivery.result is DeliveryResult.SENT
    assert fake.accepted[0].recipients == ("office@" + "医院.example".encode("idna").decode(),)


def test_a_sender_address_that_cannot_be_used_stops_the_sender(fake: Fake126Smtp) -> None:
    server = MailServer(account_of(fake), Correspondent("会务组", "会务组"))

    delivery = server.send(outbox_item(), nothing)

    assert delivery.result is DeliveryResult.STOP


def test_a_mail_over_neteases_limit_goes_to_a_person_unsent(fake: Fake126Smtp) -> None:
    with client_of(fake) as server:
        delivery = server.send(outbox_item(body=b"x" * 71_680_000), nothing)

    assert delivery.result is DeliveryResult.PERSON
    assert fake.commands == ["EHLO [127.0.0.1]", "AUTH", "QUIT"]


def test_lines_that_begin_with_a_dot_arrive_as_written(fake: Fake126Smtp) -> None:
    body = b".\r\n..two\r\n.hidden\r\n\r\n.\r\nlast"

    with client_of(fake) as server:
        server.send(outbox_item(body=body), nothing)

    assert fake.accepted[0].content == outbox_item(body=body + b"\r\n").mime


def test_a_bare_line_feed_cannot_smuggle_in_a_second_mail(fake: Fake126Smtp) -> None:
    body = b"one\n.\nMAIL FROM:<huiwuzu@126.com>\n\r.\rtwo\n"

    with client_of(fake) as server:
        server.send(outbox_item(body=body), nothing)

    assert len(fake.accepted) == 1
    assert b"\r\n.\r\nMAIL FROM" in fake.accepted[0].content


def test_closing_twice_or_without_a_connection_is_harmless(fake: Fake126Smtp) -> None:
    server = client_of(fake)

    server.close()
    server.connect()
    server.connect()
    fake.next_answer("quit", Drop())
    server.close()
    server.close()

    assert fake.connections == 1


def test_a_broken_reset_costs_only_the_connection(fake: Fake126Smtp) -> None:
    fake.next_answer("rcpt", b"550 Invalid User", b"550 Invalid User")
    fake.next_answer("rset", Drop(), b"451 no")

    with client_of(fake) as server:
        first = server.send(outbox_item(), nothing)
        second = server.send(outbox_item(), nothing)
        third = server.send(outbox_item(), nothing)

    assert [first.result, second.result, third.result] == [
        DeliveryResult.PERSON,
        DeliveryResult.PERSON,
        DeliveryResult.SENT,
    ]
    assert fake.connections == 3
