r"""The mailbox: looks for mail, fetches it, marks it, keeps drafts, finds what was sent. The only IMAP there is.

One connection, kept between polls and rebuilt with back-off whenever it breaks; mail is read from a folder
opened read-only, so that nothing becomes \Seen by being read. Never deletes, expunges, moves, or sets a
keyword; whether a mail is new is for the ledger to say, never for its flags. For one thread at a time.
Fails with LoginRefusedError (a person must look) or ConnectionFailedError (tried again later); a folder that
does not exist is a UsageError.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from bot.errors import ConnectionFailedError, LoginRefusedError, UsageError
from bot.intake.mailbox_fetching import Fetching
from bot.intake.mailbox_filing import (
    FiledMail,
    contents_in_sent,
    file_draft,
    file_marks,
    is_marked,
    lies_in_sent,
    mails_in_drafts,
    mails_in_sent,
)
from bot.intake.mailbox_listing import Listed, Listing, Look
from bot.intake.mailbox_login import PointlessRetryError, Timeouts, open_connection, server_words
from bot.intake.mailbox_session import (
    CommandRefusedError,
    ConnectionLostError,
    OpenedFolder,
    Session,
    is_unsafe_login,
)
from bot.records.account import MailAccount
from bot.records.mail import FetchedMail, MailLocation, MailMark

__all__ = ["FiledMail", "Listed", "Look", "Mailbox", "Timeouts"]

LOG = logging.getLogger("bot.mailbox")

_Result = TypeVar("_Result")

_TRIES = 4
_TRIES_TO_CONNECT = 3
_LONGEST_WAIT = 30.0


class Mailbox:
    """One folder of one account; a context manager that connects and closes.

    After `fetch`, `vanished` holds the mails that were listed but are not visible any more, `failed` those that
    the server would not deliver this time, each with its reason. `sleep` waits between attempts (seconds);
    a mail over `max_mail_bytes` is fetched in part.
    """

    def __init__(
        self,
        account: MailAccount,
        folder: str = "INBOX",
        *,
        sleep: Callable[[float], None] = time.sleep,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 (frozen)
        max_mail_bytes: int = 60 * 1024 * 1024,
    ) -> None:
        self._account = account
        self._folder = folder
        self._sleep = sleep
        self._timeouts = timeouts
        self._session: Session | None = None
        self._login_refused: LoginRefusedError | None = None
        self._listing = Listing()
        self._fetching = Fetching(self._session_for, self._drop_and_wait, max_mail_bytes)

    @property
    def vanished(self) -> tuple[MailLocation, ...]:
        return tuple(self._fetching.vanished)

    @property
    def failed(self) -> dict[MailLocation, str]:
        return dict(self._fetching.failed)

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Connects, logs in, introduces itself and opens the folder; nothing to do when that is so already."""
        self._with_session(lambda session: None)

    def close(self) -> None:
        """Says good-bye; never fails, and the mailbox can be used again afterwards."""
        if self._session is not None:
            self._session.close(politely=True)
            self._session = None

    def look(self, since: datetime, recorded: Callable[[int], frozenset[int]]) -> Look:
        """What arrived since the moment (aware) and is not among the UIDs `recorded` under a UIDVALIDITY."""
        return self._with_session(
            lambda session: self._listing.look(session, self._examine(session), since, recorded)
        )

    def fetch(self, listed: Sequence[Listed]) -> Iterator[FetchedMail]:
        """The mails one by one, in the order given, left unread. Other calls may come in between."""
        return self._fetching.fetch(listed)

    def mark(self, marks: Sequence[tuple[MailLocation, MailMark]]) -> tuple[MailLocation, ...]:
        """Sets the flags of mails whose outcome is recorded; gives those with which nothing is left to do (marked
        now, to be left as they are, or gone). Mails of another UIDVALIDITY or folder are not among them."""
        wanted = [pair for pair in marks if is_marked(pair[1])]
        done = {location for location, mark in marks if not is_marked(mark)}
        if wanted:
            done |= self._with_session(lambda session: file_marks(session, self._folder, wanted))
        return tuple(location for location, _ in marks if location in done)

    def find_in_sent(self, message_id: str, since: datetime) -> bool | None:
        """Whether the Sent folder holds a mail with that Message-ID, filed since then (aware); None without one.

        Read from the mails themselves, because searching by header finds nothing on some NetEase servers.
        "No" is no proof on servers that give mail a Message-ID of their own (QQ).
        """
        return self._with_session(lambda session: lies_in_sent(session, message_id, since))

    def append_draft(self, mime: bytes, when: datetime) -> None:
        r"""Puts a mail into the Drafts folder (made when there is none), flagged \Draft, dated `when` (aware).

        It is first looked up there, so that no draft lies there twice, whatever broke on the way.
        """
        self._with_session(lambda session: file_draft(session, mime, when))

    def drafts(self) -> tuple[FiledMail, ...] | None:
        """All that lies in the Drafts folder; None when the server does not show all of it."""
        return self._with_session(mails_in_drafts)

    def sent_since(self, since: datetime) -> tuple[FiledMail, ...] | None:
        """What was filed in the Sent folder since then (aware), and some that is older; None when the server does
        not show it."""
        return self._with_session(lambda session: mails_in_sent(session, since))

    def sent_contents(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Whole mails of the Sent folder, by UID; those that are gone are missing."""
        return self._with_session(lambda session: contents_in_sent(session, uids))

    # --- one live session ---------------------------------------------------------------------------------

    def _with_session(self, work: Callable[[Session], _Result]) -> _Result:
        """Does the work; when the connection breaks, all of it again on a fresh one, a few times."""
        for attempt in range(_TRIES):
            session = self._live_session()
            try:
                return work(session)
            except CommandRefusedError as error:
                raise self._refused(error) from error
            except ConnectionLostError as error:
                self._drop()
                if attempt == _TRIES - 1:
                    words = server_words(error, self._account)
                    raise ConnectionFailedError(
                        f"邮箱服务器 {self._account.host} 一再断开连接（{words}）：稍后会再试。"
                    ) from error
                self._wait(attempt)
        raise AssertionError("every attempt returns or raises")

    def _live_session(self) -> Session:
        """The session there is, or a fresh one with the folder open for reading."""
        attempt = 0
        while self._session is None:
            attempt += 1
            try:
                self._session = self._log_in()
            except ConnectionFailedError as error:
                if attempt == _TRIES_TO_CONNECT or isinstance(error, PointlessRetryError):
                    raise
                self._wait(attempt)
        return self._session

    def _log_in(self) -> Session:
        """Refused credentials are offered once, however often this mailbox is used: the account could lock."""
        if self._login_refused is not None:
            raise LoginRefusedError(str(self._login_refused))
        try:
            return self._log_in_anew()
        except LoginRefusedError as error:
            self._login_refused = error
            raise

    def _log_in_anew(self) -> Session:
        for again in (False, True):
            session = Session(open_connection(self._account, self._timeouts))
            try:
                session.open(self._folder)
            except (CommandRefusedError, ConnectionLostError) as error:
                session.close(politely=False)
                if not is_unsafe_login(error):
                    raise self._refused(error) from error
                if again:
                    raise LoginRefusedError(
                        f"邮箱服务器 {self._account.host} 把本程序当作不安全的客户端（Unsafe Login），"
                        "账号密码没有问题：请在网页邮箱里确认 IMAP 服务已开启，按提示做安全验证或新建授权码；"
                        "仍不行请联系邮箱客服。"
                    ) from error
                LOG.warning("邮箱服务器说 Unsafe Login，换一个新连接再报一次客户端身份。")
            else:
                return session
        raise AssertionError("the second attempt returns or raises")

    def _refused(self, error: CommandRefusedError | ConnectionLostError) -> ConnectionFailedError | UsageError:
        words = server_words(error, self._account)
        if re.search(r"not exist|doesn't exist|nonexistent|unknown mailbox|no such", words, re.IGNORECASE):
            return UsageError(f"邮箱里没有文件夹“{self._folder}”：请检查 config/bot.toml 里 [mailbox] 的 folder。")
        return ConnectionFailedError(f"邮箱服务器 {self._account.host} 没有照办（{words}）：稍后会再试。")

    def _drop(self) -> None:
        if self._session is not None:
            LOG.info("与邮箱服务器的连接断了，重新连接。")
            self._session.close(politely=False)
            self._session = None

    def _drop_and_wait(self, losses: int) -> None:
        # An idle connection that the server closed is no fault: the first time there is no wait.
        self._drop()
        self._wait(losses - 1)

    def _wait(self, times: int) -> None:
        if times > 0:
            self._sleep(min(_LONGEST_WAIT, 2.0 ** (times - 1)) * random.uniform(1.0, 1.5))

    # --- folders ------------------------------------------------------------------------------------------

    def _examine(self, session: Session) -> OpenedFolder:
        try:
            return session.open(self._folder)
        except CommandRefusedError as error:
            if is_unsafe_login(error):  # a fresh connection introduces itself anew
                raise ConnectionLostError(str(error)) from error
            raise

    def _session_for(self, location: MailLocation) -> Session | None:
        session = self._live_session()
        opened = session.opened
        if opened is None or opened.name != self._folder or opened.writable:
            opened = self._examine(session)
        return session if (location.folder, location.uidvalidity) == (opened.name, opened.uidvalidity) else None
