"""Opens one connection to the mailbox: TLS, LOGIN, ID.

NetEase lets nobody into a folder whose client has not introduced itself by ID (RFC 2971), and it announces
SASL initial responses that it cannot read; so it is always the plain LOGIN command, then ID.
Never sends a password over an unprotected line unless the server runs on this machine.
Fails with LoginRefusedError (a person must look, another attempt would only lock the account) or
ConnectionFailedError; those that waiting cannot cure say so by `PointlessRetryError`.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from bot.errors import ConnectionFailedError, LoginRefusedError, UsageError
from bot.records.account import MailAccount, Security

# The library prints what goes over the line, and that is people's mail.
logging.getLogger("imapclient").setLevel(logging.ERROR)

IDENTITY = '("name" "bot" "version" "1")'

_TRANSIENT_CODE = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)
_TRANSIENT_TEXT = re.compile(r"too many|try (it )?(again|later)|temporar|busy|timed? ?out", re.IGNORECASE)
_CREDENTIALS = re.compile(
    r"password|credential|authenticationfailed|authentication failed|login error", re.IGNORECASE
)
_ATOM = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|~]+")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds without a sign of life: while connecting, and while waiting for an answer."""

    connect: float = 15.0
    read: float = 60.0


class PointlessRetryError(ConnectionFailedError):
    """The connection failed for a reason that waiting does not cure (certificate, wrong port, no STARTTLS)."""


def open_connection(account: MailAccount, timeouts: Timeouts) -> IMAPClient:
    """A logged-in client that has introduced itself and has no folder open yet; the caller closes it."""
    _refuse_impossible(account)
    context = None if account.security is Security.NONE else _tls_context(account)
    client = _connect(account, timeouts, context)
    try:
        _log_in(client, account)
        _introduce(client, account)
    except BaseException:
        close_connection(client, politely=False)
        raise
    return client


def close_connection(client: IMAPClient, *, politely: bool) -> None:
    """Ends the connection; never fails. `politely` says LOGOUT first and waits a moment for the answer."""
    if politely:
        with suppress(IMAPClientError, OSError, ValueError):
            client.socket().settimeout(5)
            client.logout()
    with suppress(IMAPClientError, OSError, ValueError):
        client.shutdown()


def server_words(error: BaseException, account: MailAccount) -> str:
    """What the server said, fit for one line: no controls, not long, and neither login nor password in it
    (some servers repeat a command that they do not understand)."""
    words = str(error)
    # The library passes on bytes as Python writes them.
    if quoted := re.fullmatch(r"b(['\"])(.*)\1", words, re.DOTALL):
        words = quoted[2]
    for secret in (account.password, account.username):
        if secret:
            words = words.replace(secret, "***")
    words = re.sub(r"[\x00-\x1f\x7f]+", " ", words).strip()
    return words[:160] or type(error).__name__


def _refuse_impossible(account: MailAccount) -> None:
    if account.security is Security.NONE and not _is_loopback(account.host):
        raise UsageError(f'邮箱服务器 {account.host} 不在本机，不能用 security = "none"；请改为 tls 或 starttls。')
    if not account.password:
        raise LoginRefusedError("没有邮箱密码：请把 126 邮箱的授权码放进 password_env 所指的环境变量。")
    if re.search(r"[\r\n\x00]", account.username + account.password):
        raise LoginRefusedError("邮箱账号或密码里有换行等控制字符：请检查环境变量里的授权码，首尾不要带换行。")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _tls_context(account: MailAccount) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if account.ca_file:
        try:
            context.load_verify_locations(cafile=account.ca_file)
        except OSError as error:
            raise UsageError(
                f"读不了证书文件 {account.ca_file}：请检查 ca_file 的路径和内容（要 PEM 格式）。"
            ) from error
    return context


def _connect(account: MailAccount, timeouts: Timeouts, context: ssl.SSLContext | None) -> IMAPClient:
    where = f"{account.host}:{account.port}"
    client = None
    try:
        client = IMAPClient(
            account.host,
            account.port,
            ssl=account.security is Security.TLS,
            ssl_context=context,
            timeout=SocketTimeout(timeouts.connect, timeouts.read),
        )
        client.normalise_times = False
        # The library turns imaplib's tracing on, which formats every byte of every mail, logged or not.
        client._imap.debug = 0
        # It also sends the end of a line by itself, which costs 40 ms each time where small packets are held back.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if account.security is Security.STARTTLS:
            client.starttls(context)
    except (IMAPClientError, OSError, ValueError) as error:
        if client is not None:
            close_connection(client, politely=False)
        raise _connection_error(where, error, account) from error
    return client


def _connection_error(where: str, error: Exception, account: MailAccount) -> ConnectionFailedError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return PointlessRetryError(
            f"邮箱服务器 {where} 的证书通不过验证（{error.verify_message}）：请检查服务器地址和本机时间；"
            "单位自建的服务器请在 ca_file 里给出它的根证书。"
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return PointlessRetryError(
            f"与邮箱服务器 {where} 谈不成加密连接：请检查端口和 security（993 端口用 tls，143 端口用 starttls）。"
        )
    if isinstance(error, CapabilityError):
        return PointlessRetryError(f"邮箱服务器 {where} 不支持 STARTTLS：请把 security 改为 tls，端口改为 993。")
    if isinstance(error, socket.gaierror):
        return ConnectionFailedError(
            f"查不到邮箱服务器 {account.host} 的地址：请检查网络、DNS 和 host 的拼写；稍后会再试。"
        )
    if isinstance(error, TimeoutError):
        return ConnectionFailedError(f"邮箱服务器 {where} 没有回应：请检查网络和防火墙；稍后会再试。")
    return ConnectionFailedError(
        f"连不上邮箱服务器 {where}（{server_words(error, account)}）：请检查网络、地址和端口；稍后会再试。"
    )


def _log_in(client: IMAPClient, account: MailAccount) -> None:
    try:
        if client.has_capability("LOGINDISABLED"):
            raise LoginRefusedError(
                f"邮箱服务器 {account.host} 不让在未加密的连接上登录：请把 security 改为 tls。"
            )
        if (account.username + account.password).isascii():
            # imaplib quotes the password but not the name.
            client.login(_astring(account.username), account.password)
        else:
            client.plain_login(account.username, account.password)
    except LoginError as error:
        raise _login_error(error, account) from None
    except (IMAPClientError, OSError, ValueError) as error:
        raise ConnectionFailedError(
            f"登录邮箱 {account.host} 时连接断了（{server_words(error, account)}）：稍后会再试。"
        ) from None


def _astring(text: str) -> str:
    """A user name as RFC 3501's astring: bare where that is allowed, else quoted."""
    if _ATOM.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _login_error(error: LoginError, account: MailAccount) -> ConnectionFailedError | LoginRefusedError:
    words = server_words(error, account)
    # The library calls everything that goes wrong during LOGIN a LoginError, a lost connection as well.
    lost = isinstance(error.__context__, IMAPClientAbortError)
    busy = _TRANSIENT_TEXT.search(words) and not _CREDENTIALS.search(words)
    if lost or busy or _TRANSIENT_CODE.search(words):
        return ConnectionFailedError(f"邮箱服务器 {account.host} 暂时不能登录（{words}）：稍后会再试。")
    return LoginRefusedError(
        f"邮箱 {account.host} 拒绝登录（{words}）：请检查账号；密码要用授权码而不是登录密码，"
        "授权码可能已失效，请在网页邮箱“设置－POP3/SMTP/IMAP”里确认 IMAP 服务已开启，必要时新建授权码。"
    )


def _introduce(client: IMAPClient, account: MailAccount) -> None:
    """ID, asked of every server: one that does not know it answers BAD, and no harm is done."""
    try:
        client._imap.xatom("ID", IDENTITY)
    except IMAPClientAbortError as error:
        raise ConnectionFailedError(
            f"邮箱服务器 {account.host} 登录后断开了连接（{server_words(error, account)}）：稍后会再试。"
        ) from error
    except OSError as error:
        raise _connection_error(f"{account.host}:{account.port}", error, account) from error
    except IMAPClientError:
        return
