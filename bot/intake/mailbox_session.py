"""The few IMAP commands that the bot speaks (RFC 3501), on one open connection.

Only what every server gets right: EXAMINE, UID SEARCH by date, UID FETCH of date, size and PEEKed bytes, the
five system flags, LIST, APPEND. Never \\Deleted, EXPUNGE, MOVE, IDLE, UIDNEXT, ENVELOPE or a text search.
Fails in two ways only: ConnectionLostError (throw this session away) and CommandRefusedError (the server
answered, but not with what was asked; the session lives on).
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from bot.intake.mailbox_login import close_connection

# One UID SEARCH answer is one line; imaplib's limit of a megabyte ends at some 90,000 mails.
setattr(imaplib, "_MAXLINE", 16 * 1024 * 1024)  # noqa: B010 (the name is not in the type stubs)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHINA = timezone(timedelta(hours=8))
_LISTED_AT_ONCE = 80
"""Ten-digit UIDs: keeps a command below the 1,000 octets that RFC 2683, 3.2.1.5 advises."""

_TELLING = "MESSAGE-ID IN-REPLY-TO REFERENCES SUBJECT FROM TO CC"

_BROKEN_STREAM = (IMAPClientAbortError, OSError, EOFError, MemoryError, OverflowError)
_NONSENSE = (IMAPClientError, ValueError, TypeError, LookupError, AttributeError)


class ConnectionLostError(Exception):
    """The connection is dead or out of step; only a fresh one can help."""


class CommandRefusedError(Exception):
    """The server answered NO or BAD, or something that makes no sense; the connection lives."""


def is_unsafe_login(error: Exception) -> bool:
    """NetEase's words for a client that did not introduce itself, or that it distrusts all the same."""
    return "unsafe login" in str(error).lower()


@dataclass(frozen=True, slots=True)
class OpenedFolder:
    """A folder as EXAMINE or SELECT showed it: UIDVALIDITY (0 when the server names none) and mail count."""

    name: str
    uidvalidity: int
    exists: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """INTERNALDATE in UTC (None when the server gives none that can be read) and RFC822.SIZE in bytes."""

    received_at: datetime | None
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """INTERNALDATE in UTC (None when the server gives none that can be read), whether the mail is marked to be
    deleted, and some of its header as it stands there."""

    filed_at: datetime | None
    deleted: bool
    text: bytes


@contextmanager
def _talking() -> Iterator[None]:
    # Never with the original error behind it: what the library could not read may be people's mail.
    try:
        yield
    except _BROKEN_STREAM as error:
        raise ConnectionLostError(_harmless(error)) from None
    except _NONSENSE as error:
        if "got more than" in str(error):  # imaplib left the rest of the line unread
            raise ConnectionLostError("the answer's line is too long") from None
        raise CommandRefusedError(_harmless(error)) from None


def _harmless(error: Exception) -> str:
    """The error's text where it holds the server's status or the system's words, else only its kind."""
    text = str(error)
    if isinstance(error, OSError):
        return text or type(error).__name__
    status = type(error) in (IMAPClientError, IMAPClientAbortError) and not re.search(
        r"unexpected (tagged )?response|unterminated line", text
    )
    return text if status and text else f"the answer makes no sense ({type(error).__name__})"


class Session:
    """One logged-in connection; `opened` is the folder that is open now."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self.opened: OpenedFolder | None = None

    def close(self, *, politely: bool) -> None:
        close_connection(self._client, politely=politely)

    def open(self, folder: str, *, writable: bool = False) -> OpenedFolder:
        """EXAMINE (or SELECT), always asked anew: some servers show new mail only then."""
        self.opened = None
        with _talking():
            try:
                answer = self._client.select_folder(folder, readonly=not writable)
            except IMAPClientReadOnlyError as error:
                raise IMAPClientError(str(error)) from error
        self.opened = OpenedFolder(
            folder, int(answer.get(b"UIDVALIDITY", 0)), int(answer.get(b"EXISTS", 0)), writable
        )
        return self.opened

    def search_since(self, day: date) -> set[int]:
        """UIDs of mails whose INTERNALDATE, in whatever zone the server counts, is on that day or later."""
        with _talking():
            return set(self._client.search(["SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}"]))

    def search_all(self) -> set[int]:
        with _talking():
            return set(self._client.search(["ALL"]))

    def stamps(self, uids: Sequence[int]) -> dict[int, Stamp]:
        """Date and size of each; UIDs that are gone are missing."""
        found = self._fetch(uids, ["INTERNALDATE", "RFC822.SIZE"])
        return {uid: _stamp(fields) for uid, fields in found.items() if _is_stamped(fields)}

    def stamps_by_number(self, first: int, last: int) -> dict[int, Stamp]:
        """The same by sequence number, for a server whose SEARCH cannot be trusted; keys are UIDs."""
        found: dict[int, Stamp] = {}
        for start in range(first, last + 1, _LISTED_AT_ONCE):
            numbers = range(start, min(last + 1, start + _LISTED_AT_ONCE))
            with _talking():
                self._client.use_uid = False
                try:
                    answer = self._client.fetch(list(numbers), ["UID", "INTERNALDATE", "RFC822.SIZE"])
                finally:
                    self._client.use_uid = True
            for fields in answer.values():
                if b"UID" in fields and _is_stamped(fields):
                    found[int(fields[b"UID"])] = _stamp(fields)
        return found

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The whole mails, left unread; UIDs that are gone are missing."""
        return self._texts(uids, "BODY.PEEK[]", b"BODY[]")

    def beginning(self, uid: int, length: int) -> bytes | None:
        r"""The first `length` bytes of a mail, left unread; None when it is gone."""
        return self._texts([uid], f"BODY.PEEK[]<0.{length}>", b"BODY[]").get(uid, b"")[:length] or None

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-ID header of each, unfolded and bare; "" where there is none."""
        found = self._texts(uids, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]", b"BODY[HEADER.FIELDS")
        return {uid: message_id_of(header) for uid, header in found.items()}

    def heads(self, uids: Sequence[int]) -> dict[int, Head]:
        """When each was filed, and the header fields that tell whose answer to what it is."""
        found: dict[int, Head] = {}
        for uid, fields in self._fetch(
            uids, ["INTERNALDATE", "FLAGS", f"BODY.PEEK[HEADER.FIELDS ({_TELLING})]"]
        ).items():
            text = next((value for key, value in fields.items() if bytes(key).startswith(b"BODY[HEADER.F")), None)
            if isinstance(text, bytes):
                flags = {bytes(flag).lower() for flag in fields.get(b"FLAGS", ())}
                found[uid] = Head(_in_utc(fields.get(b"INTERNALDATE")), b"\\deleted" in flags, text)
        return found

    def change_flags(self, uids: Sequence[int], *, add: Sequence[bytes], remove: Sequence[bytes] = ()) -> None:
        """Clears and sets system flags; UIDs that are gone are passed over (RFC 3501, 6.4.8)."""
        with _talking():
            if remove:
                self._client.remove_flags(list(uids), list(remove), silent=True)
            if add:
                self._client.add_flags(list(uids), list(add), silent=True)

    def special_folder(self, use: bytes, names: Sequence[str]) -> str | None:
        """The folder with that SPECIAL-USE mark (RFC 6154), else the first that bears one of the names."""
        with _talking():
            folders = self._client.list_folders()
        usable = [
            ({flag.lower() for flag in flags}, name, _last_part(name, separator))
            for flags, separator, name in folders
            if isinstance(name, str) and not {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in flags}
        ]
        for flags, name, _ in usable:
            if use.lower() in flags:
                return name
        return next((name for wanted in names for _, name, last in usable if last == wanted.lower()), None)

    def create_folder(self, name: str) -> None:
        with _talking():
            self._client.create_folder(name)

    def append(self, folder: str, mime: bytes, flags: Sequence[bytes], when: datetime) -> None:
        with _talking():
            self._client.append(folder, mime, flags=flags, msg_time=when)

    def _texts(self, uids: Sequence[int], item: str, answered_as: bytes) -> dict[int, bytes]:
        found = {}
        for uid, fields in self._fetch(uids, [item]).items():
            # Unasked-for FETCH answers may add fields, and servers differ in how they repeat the item's name.
            text = next((value for key, value in fields.items() if bytes(key).startswith(answered_as)), None)
            if isinstance(text, int):  # a bare number, read as one by the library
                text = str(text).encode()
            if isinstance(text, bytes):
                found[uid] = text
        return found

    def _fetch(self, uids: Iterable[int], items: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        wanted = list(uids)
        found: dict[int, dict[bytes, Any]] = {}
        for start in range(0, len(wanted), _LISTED_AT_ONCE):
            with _talking():
                found.update(self._client.fetch(wanted[start : start + _LISTED_AT_ONCE], list(items)))
        return found


def message_id_of(header: bytes) -> str:
    """The Message-ID in a mail or its header, unfolded and without blanks; "" where there is none."""
    head = re.split(rb"\r?\n\r?\n", header, maxsplit=1)[0]
    found = re.search(rb"^message-id[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", head, re.IGNORECASE | re.MULTILINE)
    return re.sub(r"\s+", "", found[1].decode("latin-1")) if found else ""


def _last_part(name: str, separator: bytes | None) -> str:
    parts = name.split(separator.decode("ascii", "replace")) if separator else [name]
    return parts[-1].strip().lower()


def _is_stamped(fields: dict[bytes, Any]) -> bool:
    # An unasked-for FETCH answer without a UID may stand under a number that happens to be a UID asked for.
    return b"INTERNALDATE" in fields or b"RFC822.SIZE" in fields


def _stamp(fields: dict[bytes, Any]) -> Stamp:
    size = fields.get(b"RFC822.SIZE")
    return Stamp(_in_utc(fields.get(b"INTERNALDATE")), size if isinstance(size, int) else 0)


def _in_utc(moment: object) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        # A zone that cannot be (+8000 has been seen): the wall clock of a Chinese server it is.
        return moment.replace(tzinfo=_CHINA).astimezone(UTC)
