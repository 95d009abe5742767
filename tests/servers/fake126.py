"""An imitation of 126.com's IMAP server that can be told what to fail next, for what a real server will not do
on demand. On loopback, in the clear unless it is given a TLS context; each connection has its own thread.

Its habits, seen at NetEase: no folder before ID ("Unsafe Login"), `STATUS "INBOX" ()`, no UIDNEXT, UIDVALIDITY
always 1, five flags only (keywords are answered OK and forgotten), BAD for IDLE, MOVE, UID EXPUNGE and for an
initial response to AUTHENTICATE, the last mail for `n:*`, and BYE after idling. The faults are attributes.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from bot.records.account import MailAccount, Security
from tests.servers.fake126_session import FakeSession

SENT = "&XfJT0ZAB-"
DRAFTS = "&g0l6P3ux-"
_FOLDERS = {
    "INBOX": "",
    DRAFTS: r"\Drafts",
    SENT: r"\Sent",
    "&XfJSIJZk-": r"\Trash",
    "&V4NXPpCuTvY-": r"\Junk",
    "&i6KWBZCuTvY-": "",
}


@dataclass
class FakeMail:
    """A mail in a folder. `date_text` and `claimed_size` let the server say something else than what is true."""

    uid: int
    raw: bytes
    received_at: datetime
    flags: set[str] = field(default_factory=set)
    date_text: str = ""
    claimed_size: int | None = None


@dataclass
class Faults:
    """What goes wrong next. A counter's number is how many times it still happens."""

    login_answer: str = "NO LOGIN Login error or password error"
    """To a wrong password."""
    refuse_logins: int = 0
    """So many right logins are answered like wrong ones."""
    greeting: str = "* OK Coremail System IMap Server Ready(163com[20121016])"
    deaf_to_id: bool = False
    """Every folder stays an unsafe login, ID or not."""
    unsafe_once: bool = False
    cut_in_literal: Counter[int] = field(default_factory=Counter)
    """UIDs at whose content the connection breaks in the middle."""
    refuse_content: Counter[int] = field(default_factory=Counter)
    """UIDs whose whole content is answered NO."""
    refuse_beginning: Counter[int] = field(default_factory=Counter)
    cut_at_date: Counter[int] = field(default_factory=Counter)
    """UIDs at whose date the connection breaks."""
    refuse_dates: set[int] = field(default_factory=set)
    refuse_flags: set[int] = field(default_factory=set)
    without_content: set[int] = field(default_factory=set)
    """UIDs whose content is answered NIL."""
    not_in_fetch: set[int] = field(default_factory=set)
    """UIDs that SEARCH lists and FETCH leaves out (a recalled mail)."""
    unsolicited: list[str] = field(default_factory=list)
    """Lines that come before every tagged answer to FETCH."""
    blind_since: bool = False
    blind_all: bool = False
    refuse_search: bool = False
    hidden_from_search: set[int] = field(default_factory=set)
    newest_first: bool = False
    """FETCH answers in reverse order."""
    drop_at: Counter[str] = field(default_factory=Counter)
    """Commands on which the connection is closed without an answer."""
    silent_at: Counter[str] = field(default_factory=Counter)
    """Commands that are never answered."""
    drop_after_append: int = 0
    """So many APPENDs are done, but the connection breaks before the answer."""
    read_only: bool = False


class Fake126:
    """`with Fake126(mails=[...]) as server:`; a mail's UID may be left 0, then the next one is taken.

    `commands` holds every command line without credentials, `login_attempts` and `connections` count.
    """

    def __init__(
        self,
        mails: Sequence[FakeMail] = (),
        *,
        username: str = "szsyyxhbgs@126.com",
        password: str = "ABCDEFGHIJKLMNOP",
        idle_seconds: float = 120.0,
        uidvalidity: int = 1,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.username = username
        self.password = password
        self.idle_seconds = idle_seconds
        self.uidvalidity = uidvalidity
        self.tls = tls
        self.faults = Faults()
        self.folders: dict[str, list[FakeMail]] = {name: [] for name in _FOLDERS}
        self.commands: list[str] = []
        self.login_attempts = 0
        self.connections = 0
        self.lock = threading.RLock()
        self._next_uid = 1392611444
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._stopping = False
        for mail in mails:
            self.deliver(mail)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def mails(self) -> list[FakeMail]:
        return self.folders["INBOX"]

    def account(self, password: str | None = None, **changes: str) -> MailAccount:
        return MailAccount(
            host=changes.get("host", "localhost"),
            port=self.port,
            security=Security.TLS if self.tls else Security.NONE,
            username=changes.get("username", self.username),
            password=self.password if password is None else password,
            ca_file=changes.get("ca_file", ""),
        )

    def deliver(self, mail: FakeMail, folder: str = "INBOX") -> FakeMail:
        """Puts a mail into a folder; INBOX keeps its mails in the order of their UIDs."""
        with self.lock:
            if not mail.uid:
                mail.uid = self._next_uid
            # NetEase counts for the whole account, with gaps.
            self._next_uid = max(self._next_uid, mail.uid) + 3
            self.folders[folder].append(mail)
            self.folders[folder].sort(key=lambda each: each.uid)
        return mail

    def special_use(self, folder: str) -> str:
        return _FOLDERS.get(folder, "")

    def named(self, word: str) -> list[str]:
        """The commands that contain a word."""
        return [command for command in self.commands if word in command]

    def close_connections(self) -> None:
        """Breaks every open connection at once, as a router or a restarted server would."""
        with self.lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.close_connections()
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
        try:
            if self.tls is not None:
                connection.settimeout(10)
                connection = self.tls.wrap_socket(connection, server_side=True)
            with self.lock:
                self._open.add(connection)
            FakeSession(self, connection).serve()
        except (OSError, ValueError):
            return
        finally:
            with self.lock:
                self._open.discard(connection)
            connection.close()
