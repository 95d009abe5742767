r"""What the bot writes into the mailbox: marks and drafts; and where it looks for what was sent.

Sets and clears \Seen, \Answered and \Flagged only (other keywords are answered OK and forgotten by NetEase);
never \Deleted. Every step may be repeated without harm. Raises the session's two errors.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.intake.mailbox_session import CommandRefusedError, Head, OpenedFolder, Session, message_id_of
from bot.records.mail import MailLocation, MailMark

LOG = logging.getLogger("bot.mailbox")

_AT_ONCE = 80
_NEWEST = 50
_SENT_NAMES = ("已发送", "Sent Messages", "Sent", "Sent Items", "Sent Mail", "已发送邮件", "已发邮件", "寄件备份")
_DRAFTS_NAMES = ("草稿箱", "Drafts", "Draft", "草稿", "草稿夹")

_FLAGS: dict[MailMark, tuple[tuple[bytes, ...], tuple[bytes, ...]]] = {
    MailMark.ANSWERED: ((b"\\Seen", b"\\Answered"), ()),
    MailMark.FOR_PERSON: ((b"\\Flagged",), (b"\\Seen",)),
}
"""Per mark: the flags to set, the flags to clear."""


def is_marked(mark: MailMark) -> bool:
    """Whether that mark changes anything in the mailbox."""
    return mark in _FLAGS


def file_marks(session: Session, folder: str, marks: Sequence[tuple[MailLocation, MailMark]]) -> set[MailLocation]:
    """The mails with which there is nothing left to do. The folder is open for writing only meanwhile."""
    done: set[MailLocation] = set()
    try:
        opened = session.open(folder, writable=True)
        for mark, (add, remove) in _FLAGS.items():
            here = [
                location
                for location, wanted in marks
                if wanted is mark and (location.folder, location.uidvalidity) == (opened.name, opened.uidvalidity)
            ]
            for start in range(0, len(here), _AT_ONCE):
                done |= _change_flags(session, here[start : start + _AT_ONCE], add, remove)
        session.open(folder)
    except CommandRefusedError:
        LOG.warning("邮箱现在不让改邮件标记，下一轮再试。")
    return done


def _change_flags(
    session: Session, locations: Sequence[MailLocation], add: Sequence[bytes], remove: Sequence[bytes]
) -> set[MailLocation]:
    try:
        session.change_flags([location.uid for location in locations], add=add, remove=remove)
    except CommandRefusedError:
        if len(locations) == 1:
            return set()
        # One that is refused does not spoil the others.
        return set().union(*(_change_flags(session, [location], add, remove) for location in locations))
    return set(locations)


def lies_in_sent(session: Session, message_id: str, since: datetime) -> bool | None:
    """Whether the Sent folder holds that Message-ID; None when there is no such folder."""
    folder = session.special_folder(b"\\Sent", _SENT_NAMES)
    return None if folder is None else _holds(session, folder, message_id, since)


@dataclass(frozen=True, slots=True)
class FiledMail:
    """A mail in Drafts or Sent: since when it lies there (UTC, None where the server does not tell), and the
    header fields that tell whose answer to what it is, as they stand in it."""

    uid: int
    filed_at: datetime | None
    head: bytes


def mails_in_drafts(session: Session) -> tuple[FiledMail, ...] | None:
    """All that lies in Drafts; None when the server does not show it, or shows only a part of it."""
    try:
        folder = session.special_folder(b"\\Drafts", _DRAFTS_NAMES)
        if folder is None:
            return None
        opened = session.open(folder)
        # By number: what a lagging search index leaves out would be taken for deleted.
        uids = session.stamps_by_number(1, opened.exists)
        heads = session.heads(sorted(uids))
        return _filed(heads) if len(heads) == len(uids) == opened.exists else None
    except CommandRefusedError:
        LOG.warning("邮箱现在不让看草稿箱，稍后再看。")
        return None


def mails_in_sent(session: Session, since: datetime) -> tuple[FiledMail, ...] | None:
    """What was filed in Sent since then (a day earlier, too, and its newest); None when it cannot be seen."""
    try:
        folder = session.special_folder(b"\\Sent", _SENT_NAMES)
        if folder is None:
            return None
        return _filed(session.heads(sorted(_uids_since(session, session.open(folder), since))))
    except CommandRefusedError:
        LOG.warning("邮箱现在不让看已发送文件夹，稍后再看。")
        return None


def contents_in_sent(session: Session, uids: Sequence[int]) -> dict[int, bytes]:
    """The whole mails of Sent, left as they are; those that are gone or not given are missing."""
    try:
        folder = session.special_folder(b"\\Sent", _SENT_NAMES)
        if folder is None:
            return {}
        session.open(folder)
        return session.bodies(uids)
    except CommandRefusedError:
        return {}


def _filed(heads: Mapping[int, Head]) -> tuple[FiledMail, ...]:
    """Without those that a mail program has only marked to be deleted (Outlook does not remove them)."""
    return tuple(FiledMail(uid, one.filed_at, one.text) for uid, one in heads.items() if not one.deleted)


def file_draft(session: Session, mime: bytes, when: datetime) -> None:
    """Appends the mail to Drafts, unless it lies there from an attempt whose end is not known."""
    folder = session.special_folder(b"\\Drafts", _DRAFTS_NAMES)
    if folder is None:
        folder = "Drafts"
        session.create_folder(folder)
    message_id = message_id_of(mime)
    if message_id and _holds(session, folder, message_id, when):
        return
    session.append(folder, mime, (b"\\Draft",), when)


def _holds(session: Session, folder: str, message_id: str, since: datetime) -> bool:
    """Whether a folder holds a mail with that Message-ID that was filed since then, or is among its newest."""
    wanted = "".join(message_id.split())
    newest_first = sorted(_uids_since(session, session.open(folder), since), reverse=True)
    return any(
        wanted in session.message_ids(newest_first[start : start + _AT_ONCE]).values()
        for start in range(0, len(newest_first), _AT_ONCE)
    )


def _uids_since(session: Session, opened: OpenedFolder, since: datetime) -> set[int]:
    """What was filed in the open folder since then, a day earlier, too, and its newest."""
    uids: set[int] = set()
    if opened.exists:
        newest = max(1, opened.exists - _NEWEST + 1)
        try:
            uids |= session.search_since(since.astimezone(UTC).date() - timedelta(days=1))
        except CommandRefusedError:
            newest = 1
        # A search index may lag behind, and what is looked for was sent a moment ago.
        uids |= session.stamps_by_number(newest, opened.exists).keys()
    return uids
