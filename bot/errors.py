"""The two kinds of failure that a station may raise, and the ones that end a command.

A refusal (no seat, unreadable form) is a value, never an exception.
Messages are shown to people: Chinese, one line, what is wrong and what to do; never personal data.
"""

from __future__ import annotations


class BotError(Exception):
    """Base of every error that is shown to a person as one line."""

    exit_code = 1


class TransientError(BotError):
    """Nothing was committed; the same step may be tried again later."""


class PermanentError(BotError):
    """Trying again cannot help; the mail is kept for a person."""


class UsageError(BotError):
    """A mistake in the call or in the configuration (exit code 2)."""

    exit_code = 2


class ConnectionFailedError(TransientError):
    """The mailbox or the mail server cannot be reached (exit code 3)."""

    exit_code = 3


class LoginRefusedError(BotError):
    """The mailbox or the mail server refused the credentials: never tried twice (exit code 3)."""

    exit_code = 3


class NotFoundError(BotError):
    """What was asked about is not in the ledger (exit code 1)."""


class LedgerBusyError(BotError):
    """Another bot already works on this ledger (exit code 4)."""

    exit_code = 4


class WorkbookBusyError(TransientError):
    """The workbook is open in another program; it is left alone until it is closed."""
