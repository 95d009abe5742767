"""One connection to the imitation of 126.com's IMAP server: reads commands and answers as Coremail does."""

from __future__ import annotations

import re
import socket
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tests.servers.fake126 import Fake126, FakeMail

CAPABILITIES = (
    "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1 "
    "SASL-IR AUTH=XOAUTH2"
)
UNSAFE = "Unsafe Login. Please contact kefu@188.com for help"
FIVE_FLAGS = r"\Answered \Seen \Deleted \Draft \Flagged"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_Key = TypeVar("_Key")
_CHINA = timezone(timedelta(hours=8))


class _Hangup(Exception):  # noqa: N818 (the end of a connection, no error)
    pass


class FakeSession:
    """Serves one connection until it ends."""

    def __init__(self, server: Fake126, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines = connection.makefile("rb")
        self._logged_in = False
        self._introduced = False
        self._folder = ""
        self._writable = False

    def serve(self) -> None:
        try:
            self._say(self._server.faults.greeting)
            while True:
                self._connection.settimeout(self._server.idle_seconds)
                try:
                    line = self._read_command()
                except TimeoutError:
                    self._say("* BYE Autologout; idle for too long")
                    return
                tag, _, command = line.partition(" ")
                self._answer(tag, command)
        except _Hangup:
            return
        finally:
            self._lines.close()

    def _read_command(self) -> str:
        line = b""
        while True:
            piece = self._lines.readline()
            if not piece:
                raise _Hangup
            line += piece.rstrip(b"\r\n")
            literal = re.search(rb"\{(\d+)(\+?)\}\r\n$", piece)
            if not literal:
                return line.decode("latin-1")
            if not literal[2]:
                self._say("+ Ready for literal")
            self._literal = self._lines.read(int(literal[1]))

    def _say(self, line: str) -> None:
        self._connection.sendall(line.encode("latin-1") + b"\r\n")

    def _answer(self, tag: str, command: str) -> None:
        words = command.split(" ", 1)
        name, rest = words[0].upper(), words[1] if len(words) > 1 else ""
        if name == "UID":
            name, _, rest = rest.partition(" ")
            name = f"UID {name.upper()}"
        with self._server.lock:
            self._server.commands.append(name if name in ("LOGIN", "AUTHENTICATE") else f"{name} {rest}".strip())
            faults = self._server.faults
            if _take(faults.drop_at, name):
                raise _Hangup
            if _take(faults.silent_at, name):
                return
            method = getattr(self, "_on_" + name.lower().replace(" ", "_"), None)
            if method is None:
                self._say(f"{tag} BAD command not support")
            else:
                self._say(f"{tag} {method(rest)}")
                if name == "LOGOUT":
                    raise _Hangup

    # --- session ------------------------------------------------------------------------------------------

    def _on_capability(self, _: str) -> str:
        self._say(f"* CAPABILITY {CAPABILITIES}")
        return "OK CAPABILITY completed"

    def _on_noop(self, _: str) -> str:
        return "OK NOOP completed"

    def _on_logout(self, _: str) -> str:
        self._say("* BYE IMAP4rev1 Server logging out")
        return "OK LOGOUT completed"

    def _on_authenticate(self, _: str) -> str:
        return "BAD Request not ending with"

    def _on_login(self, rest: str) -> str:
        server = self._server
        server.login_attempts += 1
        name, password = (_unquoted(word) for word in _words(rest))
        if (name, password) != (server.username, server.password) or server.faults.refuse_logins > 0:
            server.faults.refuse_logins -= 1
            return server.faults.login_answer
        self._logged_in = True
        return "OK LOGIN completed"

    def _on_id(self, rest: str) -> str:
        if not re.fullmatch(r'\(("[^"]*" ?)+\)|NIL', rest) or rest.endswith(" )"):
            return "BAD Parse command error"
        self._introduced = not self._server.faults.deaf_to_id
        self._say('* ID ("name" "coremail" "version" "1.0")')
        return "OK ID completed"

    def _refused(self, name: str) -> str | None:
        if not self._logged_in:
            return f"NO {name} State error"
        if not self._introduced or self._server.faults.unsafe_once:
            self._server.faults.unsafe_once = False
            return f"NO {name} {UNSAFE}"
        return None

    # --- folders ------------------------------------------------------------------------------------------

    def _on_examine(self, rest: str) -> str:
        return self._open("EXAMINE", rest, writable=False)

    def _on_select(self, rest: str) -> str:
        return self._open("SELECT", rest, writable=not self._server.faults.read_only)

    def _open(self, name: str, rest: str, *, writable: bool) -> str:
        self._folder = ""
        if refusal := self._refused(name):
            return refusal
        folder = _unquoted(rest)
        if folder not in self._server.folders:
            return f"NO {name} Folder not exist"
        self._folder, self._writable = folder, writable
        self._say(f"* {len(self._mails())} EXISTS")
        self._say("* 0 RECENT")
        self._say(f"* OK [UIDVALIDITY {self._server.uidvalidity}] UIDs valid")
        self._say(f"* FLAGS ({FIVE_FLAGS})")
        self._say(f"* OK [PERMANENTFLAGS ({FIVE_FLAGS})] Limited")
        return f"OK [READ-{'WRITE' if writable else 'ONLY'}] {name} completed"

    def _on_list(self, _: str) -> str:
        if refusal := self._refused("LIST"):
            return refusal
        for folder in self._server.folders:
            self._say(f'* LIST ({self._server.special_use(folder)}) "/" "{folder}"')
        return "OK LIST Completed"

    def _on_status(self, rest: str) -> str:
        if refusal := self._refused("STATUS"):
            return refusal
        self._say(f"* STATUS {rest.split(' (', maxsplit=1)[0]} ()")
        return "OK STATUS completed"

    def _on_create(self, rest: str) -> str:
        self._server.folders[_unquoted(rest)] = []
        return "OK CREATE completed"

    def _on_append(self, rest: str) -> str:
        from tests.servers.fake126 import FakeMail

        folder = _unquoted(_words(rest)[0])
        flags = re.search(r"\(([^)]*)\)", rest)
        dated = re.search(r'"(\d\d-\w{3}-\d{4} [\d:]{8} [+-]\d{4})"', rest)
        when = datetime.strptime(dated[1], "%d-%b-%Y %H:%M:%S %z") if dated else datetime.now(UTC)
        self._server.deliver(FakeMail(0, self._literal, when, set(flags[1].split()) if flags else set()), folder)
        if self._server.faults.drop_after_append > 0:
            self._server.faults.drop_after_append -= 1
            raise _Hangup
        return "OK APPEND completed"

    # --- mails --------------------------------------------------------------------------------------------

    def _mails(self) -> list[FakeMail]:
        return self._server.folders[self._folder]

    def _on_uid_search(self, rest: str) -> str:
        faults = self._server.faults
        if not self._folder:
            return "NO SEARCH State error"
        if faults.refuse_search:
            return "BAD Parse command error"
        words = rest.upper().split()
        if words[0] == "SINCE" and len(words) == 2:
            day = _day(words[1])
            found = [] if faults.blind_since else [m for m in self._mails() if _shown(m).date() >= day]
        elif words == ["ALL"]:
            found = [] if faults.blind_all else list(self._mails())
        else:
            found = []
        self._say(" ".join(["* SEARCH", *(str(m.uid) for m in found if m.uid not in faults.hidden_from_search)]))
        return "OK SEARCH completed"

    def _on_fetch(self, rest: str) -> str:
        return self._fetch(rest, by_uid=False)

    def _on_uid_fetch(self, rest: str) -> str:
        return self._fetch(rest, by_uid=True)

    def _fetch(self, rest: str, *, by_uid: bool) -> str:
        if not self._folder:
            return "NO FETCH State error"
        ids, _, items = rest.partition(" ")
        faults = self._server.faults
        chosen = self._chosen(ids, by_uid=by_uid)
        whole = "BODY.PEEK[]" in items and "<" not in items
        part = "BODY.PEEK[]<" in items
        for number, mail in reversed(chosen) if faults.newest_first else chosen:
            if mail.uid in faults.not_in_fetch:
                continue
            if (whole and _take(faults.refuse_content, mail.uid)) or (
                part and _take(faults.refuse_beginning, mail.uid)
            ):
                return "NO FETCH Internal error"
            if "INTERNALDATE" in items and by_uid and mail.uid in faults.refuse_dates:
                return "NO FETCH Internal error"
            if "INTERNALDATE" in items and _take(faults.cut_at_date, mail.uid):
                raise _Hangup
            self._send_fetched(number, mail, items, by_uid=by_uid)
        for line in faults.unsolicited:
            self._say(line)
        return "OK FETCH completed"

    def _send_fetched(self, number: int, mail: FakeMail, items: str, *, by_uid: bool) -> None:
        fields = [f"UID {mail.uid}"] if by_uid or "UID" in items else []
        if "FLAGS" in items:
            fields.append(f"FLAGS ({' '.join(sorted(mail.flags))})")
        if "INTERNALDATE" in items:
            fields.append(f'INTERNALDATE "{mail.date_text or _internaldate(mail)}"')
        if "RFC822.SIZE" in items:
            fields.append(f"RFC822.SIZE {len(mail.raw) if mail.claimed_size is None else mail.claimed_size}")
        name, content = _content(mail, items)
        if name and mail.uid in self._server.faults.without_content:
            fields, name = [*fields, f"{name} NIL"], ""
        line = f"* {number} FETCH ({' '.join(fields)}"
        if name:
            head = f"{line}{' ' if fields else ''}{name} {{{len(content)}}}\r\n".encode()
            if "[]" in name and _take(self._server.faults.cut_in_literal, mail.uid):
                self._connection.sendall(head + content[: len(content) // 2])
                raise _Hangup
            self._connection.sendall(head + content + b")\r\n")
        else:
            self._say(line + ")")

    def _on_uid_store(self, rest: str) -> str:
        if not self._writable:
            return "NO STORE Folder is read-only"
        ids, action, flags = rest.split(" ", 2)
        if any(mail.uid in self._server.faults.refuse_flags for _, mail in self._chosen(ids, by_uid=True)):
            return "NO STORE Internal error"
        wanted = {flag for flag in flags.strip("()").split() if flag in FIVE_FLAGS.split()}
        for number, mail in self._chosen(ids, by_uid=True):
            mail.flags = mail.flags | wanted if action.startswith("+") else mail.flags - wanted
            if "SILENT" not in action:
                self._say(f"* {number} FETCH (UID {mail.uid} FLAGS ({' '.join(sorted(mail.flags))}))")
        return "OK STORE completed"

    def _on_uid_expunge(self, _: str) -> str:
        return "BAD Parse command error"

    def _chosen(self, ids: str, *, by_uid: bool) -> list[tuple[int, FakeMail]]:
        numbered = list(enumerate(self._mails(), start=1))
        if not numbered:
            return []
        last = numbered[-1][1].uid if by_uid else numbered[-1][0]
        ranges = []
        for piece in ids.split(","):
            ends = [last if end == "*" else int(end) for end in piece.split(":")]
            ranges.append((min(ends), max(ends)))
        return [
            (number, mail)
            for number, mail in numbered
            if any(low <= (mail.uid if by_uid else number) <= high for low, high in ranges)
        ]


def _take(counter: Counter[_Key], key: _Key) -> bool:
    if counter[key] <= 0:
        return False
    counter[key] -= 1
    return True


def _words(text: str) -> list[str]:
    return re.findall(r'"(?:[^"\\]|\\.)*"|\S+', text)


def _unquoted(word: str) -> str:
    if word.startswith('"'):
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word


def _content(mail: FakeMail, items: str) -> tuple[str, bytes]:
    if asked := re.search(r"HEADER\.FIELDS \(([^)]*)\)", items):
        head = mail.raw.split(b"\r\n\r\n", 1)[0] + b"\r\n"
        names = "|".join(map(re.escape, asked[1].split())).encode()
        fields = re.finditer(rb"^(?:%s):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*" % names, head, re.I | re.M)
        return f"BODY[HEADER.FIELDS ({asked[1]})]", b"".join(field[0] for field in fields) + b"\r\n"
    if partial := re.search(r"BODY(?:\.PEEK)?\[\]<(\d+)\.(\d+)>", items):
        start, length = int(partial[1]), int(partial[2])
        return f"BODY[]<{start}>", mail.raw[start : start + length]
    if "BODY[]" in items or "RFC822 " in items:
        mail.flags.add(r"\Seen")
    return ("BODY[]", mail.raw) if "BODY.PEEK[]" in items or "BODY[]" in items else ("", b"")


def _shown(mail: FakeMail) -> datetime:
    return mail.received_at.astimezone(_CHINA)


def _internaldate(mail: FakeMail) -> str:
    moment = _shown(mail)
    return f"{moment.day:2d}-{_MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S} +0800"


def _day(text: str) -> date:
    day, month, year = text.strip('"').split("-")
    return date(int(year), [name.upper() for name in _MONTHS].index(month) + 1, int(day))
