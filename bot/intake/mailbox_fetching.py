"""Fetches whole mails in small batches, so that no single mail can hold up the others.

A mail in a batch that fails is asked for alone. What the server refuses to give whole is asked for its
beginning; what kills the connection three times is left out for now and named in `failed`, and at the next
call gets one more try, then its beginning. A mail that is gone is named in `vanished`: not visible, which is
not the same as deleted. Never marks a mail as read. Raises ConnectionFailedError only when nothing gets through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.errors import ConnectionFailedError
from bot.intake.mailbox_listing import Listed
from bot.intake.mailbox_session import CommandRefusedError, ConnectionLostError, Session
from bot.records.mail import FetchedMail, MailLocation

BEGINNING_BYTES = 256 * 1024
_MAILS_AT_ONCE = 10
_BYTES_AT_ONCE = 8 * 1024 * 1024
_TRIES = 3
_TRIES_OF_STUBBORN = 2
_LOSSES_IN_A_ROW = 10
_LOSSES_OF_STUBBORN = 6
_LOST = "服务器一送这封邮件就断开连接"
_REFUSED = "服务器不肯给出这封邮件"


def batches(listed: Sequence[Listed], largest: int) -> Iterator[tuple[Listed, ...]]:
    """The mails in their order, cut into batches by number and bytes; one over `largest` bytes goes alone."""
    batch: list[Listed] = []
    size = 0
    for mail in listed:
        alone = mail.size > largest
        if batch and (alone or len(batch) == _MAILS_AT_ONCE or size + mail.size > _BYTES_AT_ONCE):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
        if alone:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


class Fetching:
    """`session(location)` gives a live session with that mail's folder open for reading, or None when the folder
    has another UIDVALIDITY now; `lost(times)` throws the dead session away and waits."""

    def __init__(
        self,
        session: Callable[[MailLocation], Session | None],
        lost: Callable[[int], None],
        largest: int,
    ) -> None:
        self.vanished: list[MailLocation] = []
        self.failed: dict[MailLocation, str] = {}
        self._session = session
        self._lost = lost
        self._largest = largest
        self._stubborn: set[MailLocation] = set()
        self._losses = 0
        self._stubborn_losses = 0

    def fetch(self, listed: Sequence[Listed]) -> Iterator[FetchedMail]:
        self.vanished.clear()
        self.failed.clear()
        self._losses = self._stubborn_losses = 0
        for batch in batches(listed, self._largest):
            together = self._fetch_together(batch)
            for mail in batch:
                raw = together.pop(mail.location.uid, None)
                fetched = self._fetch_alone(mail) if raw is None else _whole(mail, raw)
                if fetched is not None:
                    self._stubborn.discard(mail.location)
                    yield fetched

    def _fetch_together(self, batch: Sequence[Listed]) -> dict[int, bytes]:
        easy = [mail for mail in batch if mail.size <= self._largest and mail.location not in self._stubborn]
        if len(easy) < 2:
            return {}
        try:
            session = self._session(easy[0].location)
            bodies = session.bodies([mail.location.uid for mail in easy]) if session else {}
        except CommandRefusedError:
            return {}
        except ConnectionLostError as error:
            self._count_loss(error)
            return {}
        self._losses = 0
        return bodies

    def _fetch_alone(self, mail: Listed) -> FetchedMail | None:
        """The mail, or None with its reason noted in `vanished` or `failed`."""
        location = mail.location
        stubborn = location in self._stubborn
        if stubborn and self._stubborn_losses >= _LOSSES_OF_STUBBORN:
            self._give_up(location, _LOST)
            return None
        whole = mail.size <= self._largest
        missing = lost = refused = 0
        while True:
            try:
                session = self._session(location)
                raw = None if session is None else self._read(session, mail, whole)
                # A mail that is still there, only without content, has not vanished.
                there = raw is None and missing == 1 and session is not None and session.stamps([location.uid])
            except ConnectionLostError as error:
                lost += 1
                if lost == (_TRIES_OF_STUBBORN if stubborn else _TRIES):
                    self._give_up(location, _LOST)
                self._count_loss(error, stubborn=stubborn)
                if location in self.failed:
                    return None
                whole = whole and not stubborn
            except CommandRefusedError:
                refused += 1
                if refused >= 2 and not whole:
                    self._give_up(location, _REFUSED)
                    return None
                whole = whole and refused < 2
            else:
                self._losses = 0
                if raw is not None:
                    return _whole(mail, raw) if whole else _beginning(mail, raw)
                missing += 1
                if there:
                    self._give_up(location, _REFUSED)
                elif session is None or missing == 2:
                    self.vanished.append(location)
                else:
                    continue
                return None

    def _read(self, session: Session, mail: Listed, whole: bool) -> bytes | None:
        uid = mail.location.uid
        if whole:
            return session.bodies([uid]).get(uid)
        return session.beginning(uid, BEGINNING_BYTES)

    def _give_up(self, location: MailLocation, reason: str) -> None:
        self._stubborn.add(location)
        self.failed[location] = f"{reason}，已跳过，下一轮会再试；请在网页邮箱里打开这封邮件看看。"

    def _count_loss(self, error: ConnectionLostError, *, stubborn: bool = False) -> None:
        """Mails known to be bad do not count as a sign that the server is, or they would block the others."""
        if stubborn:
            self._stubborn_losses += 1
            self._lost(self._stubborn_losses)
            return
        self._losses += 1
        if self._losses < _LOSSES_IN_A_ROW:
            self._lost(self._losses)
            return
        self._lost(0)
        raise ConnectionFailedError(
            f"邮箱服务器接连 {self._losses} 次在取邮件时断开连接：稍后会再试；"
            "一直这样，请在网页邮箱里看看有没有提示。"
        ) from error


def _whole(mail: Listed, raw: bytes) -> FetchedMail:
    return FetchedMail(mail.location, mail.received_at, mail.size or len(raw), raw)


def _beginning(mail: Listed, raw: bytes) -> FetchedMail:
    complete = len(raw) < BEGINNING_BYTES and len(raw) >= mail.size > 0
    return FetchedMail(mail.location, mail.received_at, mail.size or len(raw), raw, complete=complete)
