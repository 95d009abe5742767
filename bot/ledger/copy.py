"""A copy of the ledger for a rehearsal, taken while a bot may be writing to it. Always a SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, insert, select

from bot.errors import TransientError, UsageError
from bot.ledger import migrations
from bot.ledger.engine import file_of, make_engine, parsed
from bot.ledger.faults import translated
from bot.ledger.schema import metadata

_ROWS_AT_ONCE = 500


def copy_ledger(url: str, target: Path) -> bool:
    """Copies the ledger at `url` into the SQLite file `target`, as of one moment.

    False, and no file, where there is nothing to copy: no ledger yet. TransientError when it cannot be read.
    """
    address = parsed(url)
    if address.get_backend_name() == "postgresql":
        return _copy_from_server(address, target)
    file = file_of(address)
    if file is None or not file.exists():
        return False
    try:
        with (
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=15)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # SQLite's online backup: one moment, however much is written meanwhile.
            source.backup(copy)
    except sqlite3.Error:
        raise TransientError("台账暂时读不出来，请稍后再试。") from None
    return True


def _copy_from_server(address: URL, target: Path) -> bool:
    server = make_engine(address, read_only=True)
    copy = make_engine(parsed(f"sqlite:///{target}"))
    try:
        with (
            translated(),
            server.connect().execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            ) as source,
        ):
            version = migrations.version_of(source)
            if version is None:
                return False
            if version != migrations.HEAD:
                raise UsageError("台账是另一个版本的程序建立的，请先用当前版本运行一次机器人（once 或 run）。")
            with copy.connect().execution_options(writes=True) as there, there.begin():
                migrations.upgrade(there)
                _copy_rows(source, there)
    finally:
        server.dispose()
        copy.dispose()
    return True


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        rows = source.execution_options(stream_results=True).execute(select(table)).mappings()
        for some in rows.partitions(_ROWS_AT_ONCE):
            target.execute(insert(table), [dict(row) for row in some])
