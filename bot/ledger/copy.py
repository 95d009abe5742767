"""A copy of the ledger for a rehearsal, taken while a bot may be writing to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import TransientError
from bot.ledger.engine import file_of, parsed


def copy_ledger(url: str, target: Path) -> bool:
    """Copies the SQLite ledger at `url` into the file `target`, as of one moment (SQLite's online backup).

    False, and no file, where there is nothing to copy: no ledger yet, or one in PostgreSQL. TransientError when it
    cannot be read.
    """
    file = file_of(parsed(url))
    if file is None or not file.exists():
        return False
    try:
        with (
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=15)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error:
        raise TransientError("台账暂时读不出来，请稍后再试。") from None
    return True
