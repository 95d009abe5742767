"""What a database error means: try again, or a person has to look. Never shows what was to be stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bot.errors import BotError, PermanentError, TransientError

# SQLite's own words (sqlite3_errstr), with what they mean for an office.
_SQLITE: tuple[tuple[str, type[BotError], str], ...] = (
    ("full", TransientError, "台账写不进去：磁盘已满。请清理磁盘空间，机器人会自动重试。"),
    ("locked", TransientError, "台账正被别的程序占用，机器人会自动重试；若一直如此，请关闭打开台账文件的程序。"),
    ("busy", TransientError, "台账正被别的程序占用，机器人会自动重试；若一直如此，请关闭打开台账文件的程序。"),
    ("disk i/o", TransientError, "读写台账文件出错，请检查磁盘是否正常；机器人会自动重试。"),
    ("readonly", TransientError, "台账文件只能读、不能写，请检查文件和所在文件夹的权限。"),
    ("read-only", TransientError, "这里只能查看台账，不能改动。"),
    ("unable to open", TransientError, "打不开台账文件，请检查路径和所在文件夹的权限。"),
    ("not a database", PermanentError, "台账文件不是有效的数据库，请从备份恢复，或检查 ledger.url 的路径。"),
    ("malformed", PermanentError, "台账文件已损坏，请停止机器人，并从备份恢复。"),
    ("append-only", PermanentError, "台账日志只能追加，不能修改或删除。"),
)


@contextmanager
def translated() -> Iterator[None]:
    """Turns database errors into TransientError or PermanentError with one Chinese line.

    The original error is dropped, not chained: its text may hold names and numbers.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise meaning_of(error) from None


def meaning_of(error: SQLAlchemyError) -> BotError:
    """The error that a database error stands for."""
    if isinstance(error, IntegrityError):
        return PermanentError(f"台账拒绝了这次写入，因为与已有记录冲突（{_constraint(error)}）。请查看日志。")
    if isinstance(error, DBAPIError):
        said = str(error.orig).lower()
        for words, kind, text in _SQLITE:
            if words in said:
                return kind(text)
        if error.connection_invalidated or type(error.orig).__name__ == "OperationalError":
            return TransientError("台账数据库暂时连不上，机器人会自动重试；若一直如此，请检查数据库服务。")
    return PermanentError(f"台账出错（{type(error).__name__}），请查看日志。")


def _constraint(error: IntegrityError) -> str:
    """The name of what was violated: table and column in SQLite, the constraint in PostgreSQL; no values."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    _, _, name = str(error.orig).partition(": ")
    return name
