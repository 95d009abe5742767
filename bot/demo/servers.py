"""The demonstration's mail system: an IMAP server and an SMTP server inside this process, on loopback.

Both are real servers of well-kept packages (pymap, aiosmtpd: the `demo` extra), on free ports, with one account.
What the SMTP server accepts is kept in memory, in order. Nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import imaplib
import socket
import threading
from argparse import Namespace
from collections.abc import Coroutine, Generator, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pysasl.hashing import BuiltinHash

USERNAME = "huiwuzu@example.org"
PASSWORD = "demonstration"
_START_SECONDS = 15


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class EmbeddedImap:
    """An IMAP server with one mailbox; use it as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self._up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._serve, name="demo-imap", daemon=True)

    def __enter__(self) -> EmbeddedImap:
        self._thread.start()
        if not self._up.wait(_START_SECONDS) or self._failure:
            raise RuntimeError("the embedded IMAP server did not start") from self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_START_SECONDS)

    def append(self, mails: Iterable[tuple[bytes, datetime]]) -> None:
        """Put mails into INBOX; the moment given becomes the mail's INTERNALDATE."""
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        try:
            connection.login(USERNAME, PASSWORD)
            # One small literal per command: without this, Nagle's algorithm costs 40 ms a mail.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for raw, received_at in mails:
                status, _ = connection.append("INBOX", "", imaplib.Time2Internaldate(received_at), raw)
                if status != "OK":
                    raise RuntimeError("the embedded IMAP server refused a mail")
        finally:
            connection.logout()

    def _serve(self) -> None:
        try:
            asyncio.run(self._run())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the start
            self._failure = error
            self._up.set()

    def _kept_task(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        **more: Any,
    ) -> asyncio.Task[Any]:
        """A task that is kept until it is done: the loop itself holds tasks weakly, and from Python 3.12 on
        nothing else holds a session of the IMAP server that waits for its client."""
        task = asyncio.Task(work, loop=loop, **more)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_task_factory(self._kept_task)
        arguments = Namespace(
            host=["127.0.0.1"],
            port=str(self.port),
            cert=None,
            key=None,
            tls=False,
            proxy_protocol=None,
            inherited_sockets=None,
            demo_data=False,
            demo_user=USERNAME,
            demo_password=PASSWORD,
            passlib_cfg=None,
            debug=False,
            skip_services=[],
            set_uid=None,
            set_gid=None,
        )
        # One invented password on loopback needs no half second of hashing at every login.
        backend, config = await DictBackend.init(arguments, hash_context=BuiltinHash(rounds=1))
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            self._up.set()
            await self._stop.wait()
            # Sessions that clients left open end here, in order, not when the loop is torn down.
            sessions = asyncio.all_tasks() - {asyncio.current_task()}
            for session in sessions:
                session.cancel()
            await asyncio.gather(*sessions, return_exceptions=True)


@dataclass
class AcceptedMail:
    """One mail that the SMTP server took: envelope and bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass
class _Collector:
    accepted: list[AcceptedMail] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        self.accepted.append(AcceptedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw))
        return f"250 Mail OK queued as demo,{len(self.accepted):06d}"


class _SilentSession(Session):
    login_data: object = None
    """A plain field: aiosmtpd's own property warns of its deprecation whenever aiosmtpd itself sets it."""


class _Smtp(SMTP):
    def _create_session(self) -> Session:
        return _SilentSession(self.loop)


class _SmtpController(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


class EmbeddedSmtp:
    """An SMTP server that demands a login and keeps what it is given; use it as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self._collector = _Collector()
        self._controller = _SmtpController(
            self._collector,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=_authenticate,
            auth_require_tls=False,
        )

    @property
    def accepted(self) -> list[AcceptedMail]:
        return self._collector.accepted

    def __enter__(self) -> EmbeddedSmtp:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: object
) -> AuthResult:
    right = (
        isinstance(credentials, LoginPassword)
        and credentials.login == USERNAME.encode()
        and credentials.password == PASSWORD.encode()
    )
    return AuthResult(success=right)
