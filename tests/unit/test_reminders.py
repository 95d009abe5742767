"""One organisation that cannot be reminded keeps no reminder from the others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from bot.errors import PermanentError
from bot.jobs import reminders
from bot.jobs.office import Office
from tests.unit.admission_cases import EVENT, MORNING, roll_of


@pytest.mark.parametrize("trouble", [ValueError("no account"), PermanentError("no such address")])
def test_who_cannot_be_reminded_is_left_out(trouble: Exception) -> None:
    def refuses(*_: object) -> None:
        raise trouble

    ledger = SimpleNamespace(raw_mail=lambda _: b"From: clerk@example.org\r\n\r\nhello")
    office = SimpleNamespace(ledger=ledger, composer=SimpleNamespace(reminder=refuses))

    notice = reminders._notice(cast(Office, office), EVENT, roll_of(1), MORNING)

    assert notice is None
