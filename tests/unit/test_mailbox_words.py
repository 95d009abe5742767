"""What is read out of answers, and what may be quoted of them."""

from __future__ import annotations

import pytest

from bot.errors import LoginRefusedError, UsageError
from bot.intake.mailbox_login import Timeouts, open_connection, server_words
from bot.intake.mailbox_session import message_id_of
from bot.records.account import MailAccount, Security


def account(**changes: object) -> MailAccount:
    given = {
        "host": "imap.126.com",
        "port": 993,
        "security": Security.TLS,
        "username": "office@126.com",
        "password": "ABCDEFGHIJKLMNOP",
        **changes,
    }
    return MailAccount(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "message_id"),
    [
        (b"Message-ID: <1@a.cn>\r\n\r\n", "<1@a.cn>"),
        (b"message-id:<1@a.cn>\n\n", "<1@a.cn>"),
        (b"Subject: x\r\nMESSAGE-ID:\r\n\t<1@\r\n a.cn>\r\nTo: y\r\n\r\n", "<1@a.cn>"),
        (b"X-Message-ID: <2@a.cn>\r\n\r\n", ""),
        (b"Subject: x\r\n\r\nMessage-ID: <2@a.cn>\r\n", ""),
        (b"Message-ID:\r\n\r\n", ""),
        (b"", ""),
        (b"Message-ID: <\xc2\xd7@a.cn>\r\n\r\n", "<Â×@a.cn>"),
    ],
)
def test_reads_the_message_id_of_a_header(header: bytes, message_id: str) -> None:
    assert message_id_of(header) == message_id


def test_server_words_hold_no_credentials_and_fit_one_line() -> None:
    said = Exception("BAD LOGIN office@126.com ABCDEFGHIJKLMNOP\r\n" + "?" * 500)

    words = server_words(said, account())

    assert words.startswith("BAD LOGIN *** *** ?")
    assert len(words) <= 160
    assert "\n" not in words


def test_server_without_words_is_named_by_the_kind_of_error() -> None:
    assert server_words(TimeoutError(), account()) == "TimeoutError"


@pytest.mark.parametrize("host", ["imap.126.com", "10.0.0.5", "192.168.1.1", "localhost.example.org", "::2"])
def test_no_protection_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(UsageError, match="不在本机"):
        open_connection(account(host=host, security=Security.NONE), Timeouts())


@pytest.mark.parametrize("password", ["", "CODE\n", "CODE\r\nA2 LOGOUT", "CODE\0"])
def test_impossible_passwords_are_refused_before_connecting(password: str) -> None:
    with pytest.raises(LoginRefusedError, match="授权码"):
        open_connection(account(password=password), Timeouts())
