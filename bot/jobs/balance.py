"""The balance: mails that lie in the mailbox since the earliest opening, against mails recorded of them."""

from __future__ import annotations

from datetime import datetime

from bot.ledger.ledger import Ledger
from bot.records.office import Balance

_KEY = "balance"


def write_balance(ledger: Ledger, balance: Balance, now: datetime) -> None:
    """Keep the last count of the mailbox for status, workbook and digest."""
    ledger.set_state(_KEY, f"{balance.in_mailbox} {balance.recorded} {balance.counted_at.isoformat()}", now)


def read_balance(ledger: Ledger) -> Balance | None:
    """The last count of the mailbox, None before the first."""
    stored = ledger.get_state(_KEY)
    if not stored:
        return None
    in_mailbox, recorded, counted_at = stored.split(" ", 2)
    return Balance(int(in_mailbox), int(recorded), datetime.fromisoformat(counted_at))
