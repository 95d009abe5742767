"""Sending over SMTP: one connection for a batch, one transaction for each mail.

What became of a mail is a `Delivery`, never an exception; only a connection or login that fails raises. A
connection that breaks before the final dot leaves the mail undelivered (RETRY); from the dot on it is IN_DOUBT
(RFC 1047) and nothing here sends it again. Credentials are offered once: smtplib's own `login` would try every
mechanism in turn, and mail servers lock accounts for less. Exceptions hold no addresses.
"""

from __future__ import annotations

import binascii
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.errors import ConnectionFailedError, LoginRefusedError
from bot.records.account import Correspondent, MailAccount, Security
from bot.records.outgoing import Delivery, DeliveryResult, OutboxItem
from bot.replies.reply_rules import Stage
from bot.replies.retry import sort_reply, weigh_refusals
from bot.replies.wire import as_transmitted, decode_reply, envelope_address, stuff_dots

MAX_MESSAGE_BYTES = 71_680_000
"""NetEase's limit on the wire (50 MiB of files in base64); its SMTP server does not announce a SIZE."""

_EHLO_NAME = "[127.0.0.1]"
"""An address literal (RFC 5321, 4.1.4): the computer's own name may be Chinese, and is nobody's business."""


class ServerDeferredError(ConnectionFailedError):
    """The server answered, but does not let us in now; `delivery` tells for how long to leave it alone."""

    def __init__(self, message: str, delivery: Delivery) -> None:
        super().__init__(message)
        self.delivery = delivery


class MailServer:
    """A mail server and one connection to it; as a context manager it connects and quits.

    Timeouts in seconds. `accept_timeout` is for the answer to the final dot: RFC 5321 (4.5.3.2.6) asks for ten
    minutes, because giving up sooner makes mails be sent twice.
    """

    def __init__(
        self,
        account: MailAccount,
        sender: Correspondent,
        *,
        connect_timeout: float = 15.0,
        command_timeout: float = 60.0,
        accept_timeout: float = 600.0,
    ) -> None:
        self._account = account
        self._from = envelope_address(sender.address)
        self._connect_timeout = connect_timeout
        self._command_timeout = command_timeout
        self._accept_timeout = accept_timeout
        self._client: smtplib.SMTP | None = None
        self._refused: str | None = None

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Open the connection and log in, unless that is done already.

        Raises LoginRefusedError where trying again would be wrong (and again at every later call, without
        asking the server), ConnectionFailedError or its ServerDeferredError where it may help.
        """
        if self._client is not None:
            return
        if self._refused is not None:
            raise LoginRefusedError(self._refused)
        try:
            client = self._open()
        except smtplib.SMTPResponseException as error:
            raise self._turned_away(error, Stage.CONNECT) from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._refusal(
                "服务器不提供 STARTTLS 加密，没有登录。请把 [smtp] 的 security 改为 tls"
            ) from error
        except OSError as error:
            raise self._unreachable(error) from error
        try:
            self._log_in(client)
        except smtplib.SMTPResponseException as error:
            client.close()
            raise self._turned_away(error, Stage.LOGIN) from error
        except OSError as error:
            client.close()
            raise self._unreachable(error) from error
        except binascii.Error as error:
            client.close()
            raise self._unreachable(smtplib.SMTPException("challenge is not base64")) from error
        except BaseException:
            client.close()
            raise
        self._client = client

    def check(self) -> None:
        """Log in and quit; sends nothing. Raises as `connect`."""
        try:
            self.connect()
        finally:
            self.close()

    def close(self) -> None:
        """Say goodbye and close; never raises, and may be called twice."""
        if self._client is not None and self._client.sock is not None:
            with suppress(OSError):
                self._client.sock.settimeout(min(5.0, self._command_timeout))
                self._client.quit()
        self._drop()

    def send(self, item: OutboxItem, before_data: Callable[[], None]) -> Delivery:
        """Send one mail to all its recipients in one transaction.

        `before_data` is called when the server has accepted sender and recipient and waits for the mail itself,
        just before its first byte. If it raises, nothing is sent and its exception passes through.

        One transaction has one final dot, so a mail is delivered as a whole or not at all, and trying again cannot
        reach anybody twice. With several recipients it goes to those that the server accepts; the others
        stand in `Delivery.refused` and are not tried again.
        Raises as `connect`, when the connection has to be opened anew.
        """
        content = as_transmitted(item.mime)
        envelope = tuple(dict.fromkeys(envelope_address(address) for address in item.recipients))
        unsendable = self._unsendable(envelope, len(content))
        if unsendable is not None:
            return unsendable
        self.connect()
        try:
            refused, refusal = self._offer(tuple(a for a in envelope if a), content)
        except OSError:
            self._drop()
            return _lost("连接在发送之前中断，邮件没有发出，稍后自动再试。")
        except BaseException:
            self._drop()
            raise
        if refusal is not None:
            self._start_over(refusal.code)
            return refusal
        delivery = self._transmit(content, before_data)
        if delivery.result is not DeliveryResult.SENT or not refused:
            return delivery
        return Delivery(
            delivery.result,
            delivery.code,
            delivery.text,
            delivery.queue_id,
            advice=f"有 {len(refused)} 个收件地址被服务器拒收，其余已经发出。请核对地址。",
            rule=delivery.rule,
            refused=refused,
        )

    def _open(self) -> smtplib.SMTP:
        account = self._account
        client: smtplib.SMTP
        if account.security is Security.TLS:
            client = smtplib.SMTP_SSL(
                account.host, account.port, _EHLO_NAME, timeout=self._connect_timeout, context=_context(account)
            )
        else:
            client = smtplib.SMTP(account.host, account.port, _EHLO_NAME, timeout=self._connect_timeout)
        try:
            assert client.sock is not None
            # Body and final dot are written apart; without this the dot would wait for an acknowledgement.
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet(client)
            if account.security is Security.STARTTLS:
                client.starttls(context=_context(account))
                self._greet(client)
            client.sock.settimeout(self._command_timeout)
        except BaseException:
            client.close()
            raise
        return client

    def _greet(self, client: smtplib.SMTP) -> None:
        code, answer = client.ehlo()
        if not 200 <= code < 300:
            raise smtplib.SMTPResponseException(code, answer)

    def _log_in(self, client: smtplib.SMTP) -> None:
        if not self._account.username:
            return
        offered = client.esmtp_features.get("auth", "").upper().split()
        client.user, client.password = self._account.username, self._account.password
        authenticators = {"PLAIN": client.auth_plain, "LOGIN": client.auth_login}
        mechanism = next((name for name in authenticators if name in offered), None)
        if mechanism is None:
            raise self._refusal("服务器没有提供可用的登录方式。请核对 [smtp] 的端口和 security")
        try:
            client.auth(mechanism, authenticators[mechanism])
        except UnicodeEncodeError:
            # The exception holds the password: it must not be chained.
            raise self._refusal("用户名或授权码里有全角字符或汉字。请重新复制授权码") from None

    def _offer(self, envelope: tuple[str, ...], content: bytes) -> tuple[tuple[str, ...], Delivery | None]:
        """MAIL, RCPT and DATA: the recipients refused, and what to end with when the server declines the mail."""
        options = ""
        client = self._connected()
        if client.has_extn("size"):
            options += f" SIZE={len(content)}"
        if client.has_extn("8bitmime") and not content.isascii():
            options += " BODY=8BITMIME"
        code, text = self._ask(f"MAIL FROM:<{self._from}>{options}")
        if not 200 <= code < 300:
            return (), sort_reply(code, text, Stage.MAIL)
        refusals: dict[str, Delivery] = {}
        for address in envelope:
            code, text = self._ask(f"RCPT TO:<{address}>")
            if 200 <= code < 300:
                continue
            refusals[address] = sort_reply(code, text, Stage.RCPT)
            if code == 421:
                break
        refusal = weigh_refusals(refusals, len(envelope))
        if refusal is not None:
            return tuple(refusals), refusal
        code, text = self._ask("DATA")
        return tuple(refusals), None if code == 354 else sort_reply(code, text, Stage.DATA)

    def _transmit(self, content: bytes, before_data: Callable[[], None]) -> Delivery:
        """The mail and its final dot. Whatever interrupts this closes the connection: a server that has not seen
        the dot must throw the mail away (RFC 5321, 4.1.1.4), and a QUIT would become part of it."""
        client = self._connected()
        dotted = False
        try:
            before_data()
        except BaseException:
            self._drop()
            raise
        try:
            client.send(stuff_dots(content))
            assert client.sock is not None
            client.sock.settimeout(self._accept_timeout)
            dotted = True
            client.send(b".\r\n")
            code, text = self._answer()
            if client.sock is not None:
                client.sock.settimeout(self._command_timeout)
        except OSError:
            self._drop()
            if dotted:
                return Delivery(
                    DeliveryResult.IN_DOUBT,
                    advice="邮件已经传完，服务器没有回音，可能已经发出，先到“已发送”里核对。",
                    rule="lost_after_dot",
                )
            return _lost("连接在传送途中中断，服务器没有收全，稍后自动再试。")
        except BaseException:
            self._drop()
            raise
        delivery = sort_reply(code, text, Stage.DOT)
        if delivery.result is not DeliveryResult.SENT:
            self._start_over(code)
        return delivery

    def _ask(self, command: str) -> tuple[int, str]:
        self._connected().putcmd(command)
        return self._answer()

    def _answer(self) -> tuple[int, str]:
        try:
            code, text = self._connected().getreply()
        except smtplib.SMTPResponseException as error:
            # smtplib's word for a line without end: nothing that the server meant as a 500.
            return -1, decode_reply(error.smtp_error)
        return code, decode_reply(text)

    def _connected(self) -> smtplib.SMTP:
        if self._client is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._client

    def _start_over(self, code: int) -> None:
        """Make the connection fit for the next mail after a refusal, or close it."""
        if code == 421 or code < 0:
            self._drop()
            return
        try:
            code, _ = self._ask("RSET")
        except OSError:
            code = -1
        if not 200 <= code < 300:
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError):
                client.close()

    def _unsendable(self, envelope: tuple[str | None, ...], size: int) -> Delivery | None:
        if self._from is None:
            return Delivery(
                DeliveryResult.STOP,
                advice="发件人地址写法不对。请核对 [smtp] 的 from_address。",
                rule="sender_unsendable",
            )
        if not envelope or None in envelope:
            return Delivery(
                DeliveryResult.PERSON,
                advice="收件地址写法不对或含有汉字，无法发送。请按报名表上的电话联系。",
                rule="address_unsendable",
            )
        if size > MAX_MESSAGE_BYTES:
            return Delivery(
                DeliveryResult.PERSON, advice="邮件超过 50 MB，服务器不收。请人工处理。", rule="too_large"
            )
        return None

    def _refusal(self, reason: str) -> LoginRefusedError:
        self._refused = f"邮件服务器（SMTP）{self._account.host}:{self._account.port}：{reason}。"
        return LoginRefusedError(self._refused)

    def _turned_away(
        self, error: smtplib.SMTPResponseException, stage: Stage
    ) -> LoginRefusedError | ServerDeferredError:
        text = decode_reply(error.smtp_error)
        delivery = sort_reply(error.smtp_code, text, stage)
        shown = re.sub(r"\S+@\S+", "…", " ".join(text.split()))[:120]
        advice = delivery.advice.rstrip("。")
        reason = f"{advice}（服务器答复：{error.smtp_code} {shown}）"
        if delivery.result is DeliveryResult.STOP:
            return self._refusal(reason)
        return ServerDeferredError(
            f"邮件服务器（SMTP）{self._account.host}:{self._account.port}：{reason}。", delivery
        )

    def _unreachable(self, error: OSError) -> ConnectionFailedError:
        return ConnectionFailedError(
            f"连不上邮件服务器（SMTP）{self._account.host}:{self._account.port}：{_in_words(error)}。"
            "请检查网络和 [smtp] 的 host、port、security。"
        )


def _lost(advice: str) -> Delivery:
    return Delivery(DeliveryResult.RETRY, advice=advice, rule="connection_lost")


def _context(account: MailAccount) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if account.ca_file:
        context.load_verify_locations(account.ca_file)
    return context


def _in_words(error: OSError) -> str:
    kinds: tuple[tuple[type[OSError], str], ...] = (
        (FileNotFoundError, "找不到设置里写的证书文件 ca_file"),
        (socket.gaierror, "找不到这个服务器名"),
        (ssl.SSLCertVerificationError, "服务器的证书无法验证"),
        (ssl.SSLError, "加密连接没有建立起来，端口与 security 可能不相配"),
        (TimeoutError, "对方迟迟没有回应"),
        (ConnectionRefusedError, "这个端口上没有邮件服务"),
        (smtplib.SMTPServerDisconnected, "对方中断了连接"),
    )
    return next((words for kind, words in kinds if isinstance(error, kind)), "网络不通")
