"""Which mails of a folder arrived since a moment and are not recorded yet.

Asks SEARCH for days only (servers count days in zones of their own) and cuts by INTERNALDATE itself. Does not
take SEARCH at its word: the newest mails are also listed by number, and one that SEARCH left out makes it
list the whole folder. Remembers dates, so that no mail is asked for its date at every poll.
Raises the session's two errors; a mail whose date the server cannot tell is listed last, never dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.intake.mailbox_session import CommandRefusedError, ConnectionLostError, OpenedFolder, Session, Stamp
from bot.records.mail import MailLocation

LOG = logging.getLogger("bot.mailbox")

_NEWEST = 50
_AT_ONCE = 80
_EARLIEST_DAY = date(1970, 1, 2)


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the mailbox that is not recorded: INTERNALDATE in UTC, RFC822.SIZE in bytes (0: not known)."""

    location: MailLocation
    received_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Look:
    """One look into a folder. `listed` is in order of arrival; `in_mailbox` counts all mails that arrived since
    the moment asked for, `recorded` those of them that were recorded before."""

    folder: str
    uidvalidity: int
    listed: tuple[Listed, ...]
    in_mailbox: int
    recorded: int


class Listing:
    """The listing of one folder, with what it remembers between looks."""

    def __init__(self) -> None:
        self._uidvalidity = -1
        self._since: datetime | None = None
        self._stamps: dict[int, Stamp] = {}
        self._surely_since: set[int] = set()
        self._suspects: dict[int, int] = {}

    def look(
        self, session: Session, folder: OpenedFolder, since: datetime, recorded: Callable[[int], frozenset[int]]
    ) -> Look:
        """`since` is aware; `recorded` gives the UIDs recorded under a UIDVALIDITY."""
        self._forget_what_changed(folder, since)
        candidates = self._candidates(session, folder, since)
        done = recorded(folder.uidvalidity) & candidates
        self._ask_dates(session, candidates - done)
        listed = self._in_order(folder, since, candidates - done)
        counted = self._count_since(session, since, done)
        return Look(folder.name, folder.uidvalidity, listed, len(listed) + counted, counted)

    def _forget_what_changed(self, folder: OpenedFolder, since: datetime) -> None:
        if folder.uidvalidity != self._uidvalidity:
            self._stamps.clear()
            self._suspects.clear()
            self._surely_since.clear()
        if since != self._since:
            self._surely_since.clear()
        self._uidvalidity, self._since = folder.uidvalidity, since

    def _candidates(self, session: Session, folder: OpenedFolder, since: datetime) -> set[int]:
        if not folder.exists:
            return set()
        try:
            hits = session.search_since(_search_day(since, -1))
        except CommandRefusedError:
            return self._everything(session, folder)
        newest = self._newest(session, folder)
        missed = {uid for uid, stamp in newest.items() if uid not in hits and _is_since(stamp, since)}
        if not missed:
            return hits
        LOG.warning("邮箱的按日期搜索漏了 %d 封新邮件，改为逐封核对日期。", len(missed))
        return hits | missed | self._everything(session, folder)

    def _newest(self, session: Session, folder: OpenedFolder) -> dict[int, Stamp]:
        try:
            newest = session.stamps_by_number(max(1, folder.exists - _NEWEST + 1), folder.exists)
        except CommandRefusedError:
            return {}
        self._stamps.update(newest)
        return newest

    def _everything(self, session: Session, folder: OpenedFolder) -> set[int]:
        try:
            uids = session.search_all()
        except CommandRefusedError:
            uids = set()
        if len(uids) < folder.exists:
            by_number = session.stamps_by_number(1, folder.exists)
            self._stamps.update(by_number)
            uids |= by_number.keys()
        return uids

    def _ask_dates(self, session: Session, uids: Iterable[int]) -> None:
        """Learns the dates that are not known yet; what is gone meanwhile stays unknown. One mail that makes the
        server fail is asked for alone, twice, then goes without a date."""
        unknown = sorted(set(uids) - self._stamps.keys())
        unsuspected = [uid for uid in unknown if uid not in self._suspects]
        for start in range(0, len(unsuspected), _AT_ONCE):
            batch = unsuspected[start : start + _AT_ONCE]
            try:
                self._stamps.update(session.stamps(batch))
            except CommandRefusedError:
                self._suspects.update(dict.fromkeys(batch, 0))
            except ConnectionLostError:
                self._suspects.update(dict.fromkeys(batch, 0))
                raise
        for uid in [uid for uid in unknown if uid in self._suspects]:
            if self._suspects[uid] >= 2:
                self._stamps[uid] = Stamp(None, 0)
                continue
            self._suspects[uid] += 1
            try:
                self._stamps.update(session.stamps([uid]))
            except CommandRefusedError:
                self._stamps[uid] = Stamp(None, 0)
            del self._suspects[uid]

    def _in_order(self, folder: OpenedFolder, since: datetime, uids: Iterable[int]) -> tuple[Listed, ...]:
        present = {uid: self._stamps[uid] for uid in uids if uid in self._stamps}
        dated = [stamp.received_at for stamp in present.values() if stamp.received_at is not None]
        # A mail without a date must not push in front of one that has its place.
        last = max([since.astimezone(UTC), *dated])
        listed = [
            Listed(MailLocation(folder.name, folder.uidvalidity, uid), stamp.received_at or last, stamp.size)
            for uid, stamp in present.items()
            if _is_since(stamp, since)
        ]
        return tuple(sorted(listed, key=lambda mail: (mail.received_at, mail.location.uid)))

    def _count_since(self, session: Session, since: datetime, done: Iterable[int]) -> int:
        """How many recorded mails arrived since; only those near the limit are asked for their date."""
        unsure = set(done) - self._surely_since - self._stamps.keys()
        if unsure:
            try:
                self._surely_since |= unsure & session.search_since(_search_day(since, 2))
            except CommandRefusedError:
                LOG.info("邮箱不肯再按日期搜索一次，逐封核对日期。")
            self._ask_dates(session, unsure - self._surely_since)
        return sum(
            uid in self._surely_since or (uid in self._stamps and _is_since(self._stamps[uid], since))
            for uid in done
        )


def _is_since(stamp: Stamp, since: datetime) -> bool:
    return stamp.received_at is None or stamp.received_at >= since


def _search_day(since: datetime, days: int) -> date:
    """A day's distance covers every zone that a server may count its days in."""
    day = since.astimezone(UTC).date()
    return day + timedelta(days=days) if day > _EARLIEST_DAY else _EARLIEST_DAY
