"""Run by Alembic: brings the database on the given connection to the newest version. Started by `upgrade` only."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
