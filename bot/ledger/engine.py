"""How the database is reached: SQLite with WAL, or PostgreSQL; and the lock that keeps a second bot out."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from bot.errors import LedgerBusyError, UsageError
from bot.ledger.faults import translated

_BUSY = "另一个机器人正在使用这份台账，请先停止它。"
_ADVISORY_LOCK = 0x6261_6F6D  # any number, the same for every bot; PostgreSQL keeps such locks per database
_BUSY_TIMEOUT_MS = 15_000


def parsed(url: str) -> URL:
    """The ledger's address; UsageError where it is none, or names a database that is not supported."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise UsageError("台账地址（ledger.url）写得不对，例如 sqlite:///data/ledger.db。") from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise UsageError("台账地址（ledger.url）只支持 sqlite 和 postgresql。")
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return address


def file_of(address: URL) -> Path | None:
    """The SQLite file, or None for one in memory and for PostgreSQL."""
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return None
    return Path(address.database)


def make_engine(address: URL, *, read_only: bool = False) -> Engine:
    """An engine whose errors never show values, and whose transactions are what the ledger relies on."""
    if address.get_backend_name() == "postgresql":
        try:
            return create_engine(address, hide_parameters=True, pool_pre_ping=True)
        except (ModuleNotFoundError, NoSuchModuleError):
            raise UsageError("台账用的是 PostgreSQL，但没有安装它的驱动：请安装附加组件 postgresql。") from None
    file = file_of(address)
    if file is None:
        memory: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(address, hide_parameters=True, **memory)
    elif read_only:
        # mode=ro: a reader can neither change nor create the file, whatever it is asked to do.
        uri = file.absolute().as_uri() + "?mode=ro"
        engine = create_engine(f"sqlite:///{uri}&uri=true", hide_parameters=True, poolclass=NullPool)
    else:
        engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _set_up_reader if read_only else _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: SqliteConnection, _record: object) -> None:
    _set_up_reader(connection, _record)
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: with NORMAL, a power cut may take back the last commits. Then a mail whose answer already went out
    # would be fetched again and answered twice.
    connection.execute("PRAGMA synchronous = FULL")


def _set_up_reader(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is written by _begin, not by the driver when it sees fit
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # IMMEDIATE takes SQLite's one write lock before anything is read, so that seats are counted under it.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class BotLock:
    """Held while a bot works on a ledger: a locked file beside the SQLite file, or an advisory lock in PostgreSQL.

    Both vanish with the process, however it ends.
    """

    def __init__(self, address: URL) -> None:
        self._file: FileLock | None = None
        self._server: Engine | None = None
        self._connection: Connection | None = None
        file = file_of(address)
        if file is not None:
            self._file = FileLock(f"{file}.lock", timeout=0)
            try:
                self._file.acquire()
            except Timeout:
                raise LedgerBusyError(_BUSY) from None
            except OSError:
                raise UsageError(f"台账所在的文件夹“{file.parent}”不能写入，请检查权限和磁盘。") from None
        elif address.get_backend_name() == "postgresql":
            # A connection of its own, outside any pool: closing it ends the session, and with it the lock.
            self._server = create_engine(
                address, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
            )
            self._take()

    def confirm(self) -> None:
        """Makes sure that the lock is still held: PostgreSQL drops it with a broken connection. Raises
        LedgerBusyError where another bot took it meanwhile, TransientError while the server is away."""
        if self._server is None:
            return
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
                return
            except SQLAlchemyError:
                self._drop()
        self._take()

    def release(self) -> None:
        if self._file is not None:
            self._file.release()
        self._drop()

    def _take(self) -> None:
        if self._server is None:
            return
        with translated():
            connection = self._server.connect()
            taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        if not taken:
            connection.close()
            raise LedgerBusyError(_BUSY)
        self._connection = connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
