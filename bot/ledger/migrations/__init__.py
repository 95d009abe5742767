"""Brings a ledger's tables to the version that this program needs. Never goes back, never drops anything."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

HEAD = "0001"
"""The newest version in versions/; a test holds it."""


def version_of(connection: Connection) -> str | None:
    """The version of the tables, None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> None:
    """Makes or upgrades the tables within the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
