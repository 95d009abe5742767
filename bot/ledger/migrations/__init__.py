"""Brings a ledger's tables to the version that this program needs. Never goes back, never drops anything."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.errors import UsageError

HEAD = "0002"
"""The newest version in versions/; a test holds it."""


def version_of(connection: Connection) -> str | None:
    """The version of the tables, None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, version: str = "head") -> None:
    """Makes or upgrades the tables within the caller's transaction, up to a version. UsageError where a newer
    program made them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, version)
    except CommandError:
        # A version that this program does not know: made by a newer one.
        raise UsageError("台账是更新版本的程序建立的，请使用那个版本，或从备份恢复。") from None
