"""An imitation of 126.com's SMTP server that can be told what to answer next, for what a real server will not do
on demand. It speaks over implicit TLS or, on loopback, in the clear; each connection has its own thread.

It keeps what it accepted in `accepted`, and every command (without credentials) in `commands`.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import parseaddr
from types import TracebackType
from typing import BinaryIO, Self

GREETING = b"220 126.com Anti-spam GT for Coremail System (126com[20140526])"
EXTENSIONS = (
    b"mail",
    b"PIPELINING",
    b"AUTH LOGIN PLAIN",
    b"AUTH=LOGIN PLAIN",
    b"coremail 1Uxr2xKj7kG0xkI17xGrU7I0s8FY2U3Uj8Cz28x1UUUUU7Ic2I0Y2Ur",
    b"STARTTLS",
    b"8BITMIME",
)
NO_PERMISSION = "550 用户无权登陆".encode("gbk")


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class Late:
    """Answer as usual, but only after so many seconds."""

    seconds: float


NextAnswer = bytes | Drop | Late


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail for which the server said 250, or had taken over before it fell silent."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    queue_id: str


@dataclass
class _Session:
    reader: BinaryIO
    connection: socket.socket
    logged_in: bool = False
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class _HangUpError(Exception):
    """The server or the client ends the connection."""


class Fake126Smtp:
    """Use it as a context manager. Stages for `next_answer`: connect, ehlo, challenge, auth, mail, rcpt, data,
    dot, rset, quit; and body, where the only answer is to drop the connection in the middle of a mail."""

    def __init__(
        self,
        username: str = "huiwuzu@126.com",
        password: str = "ABCDEFGHIJKLMNOP",
        tls: ssl.SSLContext | None = None,
        mechanisms: bytes = b"LOGIN PLAIN",
    ) -> None:
        self.username = username
        self.password = password
        self.accepted: list[Accepted] = []
        self.commands: list[str] = []
        self.logins = 0
        self.connections = 0
        self._tls = tls
        self._mechanisms = mechanisms
        self._next: dict[str, deque[NextAnswer]] = defaultdict(deque)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._stopping = threading.Event()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def next_answer(self, stage: str, *answers: NextAnswer) -> None:
        """Answer so at the next times that a client comes to `stage`; afterwards as usual."""
        self._next[stage].extend(answers)

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        # A shutdown, unlike a close, wakes a thread that waits in accept or recv.
        for waiting in (self._listener, *self._open):
            try:
                waiting.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        try:
            connection.settimeout(30)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            with connection.makefile("rb") as reader:
                self._converse(_Session(reader, connection))
        except (OSError, _HangUpError):
            return
        finally:
            self._open.discard(connection)
            connection.close()

    def _converse(self, session: _Session) -> None:
        self._say(session, "connect", GREETING)
        verbs: dict[str, Callable[[_Session, str], None]] = {
            "EHLO": self._ehlo,
            "HELO": self._ehlo,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
        }
        while True:
            verb, _, rest = self._line(session).partition(" ")
            verb = verb.upper()
            self.commands.append(verb if verb == "AUTH" else f"{verb} {rest}".strip())
            answer = verbs.get(verb)
            if answer is None:
                self._say(session, "other", b"502 Error: command not implemented")
            else:
                answer(session, rest)

    def _ehlo(self, session: _Session, rest: str) -> None:
        lines = [
            line.replace(b"LOGIN PLAIN", self._mechanisms)
            for line in EXTENSIONS
            if self._mechanisms or not line.startswith(b"AUTH")
        ]
        self._say(session, "ehlo", b"\r\n".join(b"250-" + line for line in lines[:-1]) + b"\r\n250 " + lines[-1])

    def _auth(self, session: _Session, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            _, username, password = self._decoded(initial or self._challenge(session, b"")).split("\0")
        else:
            username = self._decoded(initial or self._challenge(session, b"dXNlcm5hbWU6"))
            password = self._decoded(self._challenge(session, b"UGFzc3dvcmQ6"))
        self.logins += 1
        session.logged_in = (username, password) == (self.username, self.password)
        usual = b"235 Authentication successful" if session.logged_in else b"535 Error: authentication failed"
        self._say(session, "auth", usual)

    def _mail(self, session: _Session, rest: str) -> None:
        address = rest[rest.find("<") + 1 : rest.find(">")]
        if not session.logged_in:
            self._say(session, "mail", b"553 authentication is required,smtp11,D8CowABXRAHF 1548385572")
        elif not address:
            self._say(session, "mail", b"553 Requested action not taken: NULL sender is not allowed")
        elif address != self.username:
            self._say(session, "mail", b"553 Mail from must equal authorized user")
        else:
            session.sender = address
            self._say(session, "mail", b"250 Mail OK")

    def _rcpt(self, session: _Session, rest: str) -> None:
        answered = self._say(session, "rcpt", b"250 Mail OK")
        if answered.startswith(b"2"):
            session.recipients.append(rest[rest.find("<") + 1 : rest.find(">")])

    def _data(self, session: _Session, rest: str) -> None:
        if not session.recipients:
            self._say(session, "data", b"503 bad sequence of commands")
            return
        if self._say(session, "data", b"354 End data with <CR><LF>.<CR><LF>").startswith(b"354"):
            content = self._content(session)
            self._take(session, content)
        session.recipients = []

    def _take(self, session: _Session, content: bytes) -> None:
        queue_id = f"D8CowABXRAHFeUpcvx3dAg--.{len(self.accepted) + 43886}S2"
        usual = f"250 Mail OK queued as smtp11,{queue_id} {int(time.time())}".encode()
        if parseaddr(message_from_bytes(content).get("From", ""))[1] != session.sender:
            usual = f"554 DT:SUM smtp11,{queue_id} {int(time.time())}".encode()
        planned = self._next["dot"][0] if self._next["dot"] else usual
        # Whoever falls silent after the dot has the mail all the same: that is what makes the doubt.
        if not isinstance(planned, bytes) or planned.startswith(b"2"):
            accepted = Accepted(session.sender or "", tuple(session.recipients), content, queue_id)
            self.accepted.append(accepted)
        self._say(session, "dot", usual)

    def _rset(self, session: _Session, rest: str) -> None:
        session.sender, session.recipients = None, []
        self._say(session, "rset", b"250 Mail OK")

    def _noop(self, session: _Session, rest: str) -> None:
        self._say(session, "noop", b"250 OK")

    def _quit(self, session: _Session, rest: str) -> None:
        self._say(session, "quit", b"221 Bye")
        raise _HangUpError

    def _content(self, session: _Session) -> bytes:
        lines: list[bytes] = []
        if self._next["body"]:
            self._next["body"].popleft()
            raise _HangUpError
        while (line := session.reader.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise _HangUpError
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _challenge(self, session: _Session, challenge: bytes) -> str:
        self._say(session, "challenge", b"334 " + challenge)
        return self._line(session)

    def _line(self, session: _Session) -> str:
        line = session.reader.readline()
        if not line.endswith(b"\r\n"):
            raise _HangUpError
        return line.decode().rstrip("\r\n")

    def _decoded(self, text: str) -> str:
        return base64.b64decode(text).decode()

    def _say(self, session: _Session, stage: str, usual: bytes) -> bytes:
        answer: NextAnswer = self._next[stage].popleft() if self._next[stage] else usual
        if isinstance(answer, Drop):
            raise _HangUpError
        if isinstance(answer, Late):
            if self._stopping.wait(answer.seconds):
                raise _HangUpError
            answer = usual
        session.connection.sendall(answer + b"\r\n")
        if answer.startswith(b"421"):
            raise _HangUpError
        return answer
