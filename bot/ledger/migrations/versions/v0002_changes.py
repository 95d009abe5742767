"""What changes, people's decisions and returned mail need: acts, notices, and where answers may go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.ledger.columns import Flag, Instant, Json, Words

revision = "0002"
down_revision = "0001"

_OLD_OUTCOMES = "'unchanged', 'rejected'"
_NEW_OUTCOMES = "'unchanged', 'changed', 'rejected'"


def upgrade() -> None:
    _add_columns()
    _make_tables()
    _allow_changed_mails()
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER acts_no_{verb.lower()} BEFORE {verb} ON acts "
                "BEGIN SELECT RAISE(ABORT, 'the acts are append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION acts_are_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the acts are append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER acts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON acts "
            "FOR EACH STATEMENT EXECUTE FUNCTION acts_are_append_only()"
        )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, Words(), nullable=False, server_default=sa.text("''"))


def _add_columns() -> None:
    op.add_column("mails", _words("answer_to"))
    op.add_column("registrations", _words("answer_to"))
    # Until now answers went to the sender, where they went anywhere.
    op.execute("UPDATE mails SET answer_to = sender WHERE id IN (SELECT mail_id FROM outbox)")
    op.execute("UPDATE registrations SET answer_to = sender WHERE mail_id IN (SELECT mail_id FROM outbox)")
    op.add_column("registrations", sa.Column("by_staff", Flag(), nullable=False, server_default=sa.text("0")))
    op.add_column("outbox", sa.Column("about_mail_id", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("event_id", Words(), nullable=True))
    op.add_column("outbox", _words("draft_fate"))
    op.add_column("outbox", sa.Column("bounced_at", Instant(), nullable=True))
    op.add_column("outbox", _words("bounce_text"))


def _make_tables() -> None:
    op.create_table(
        "outbox_registrations",
        sa.Column("outbox_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("registration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_outbox_registrations_outbox_id"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_outbox_registrations_registration_id"
        ),
        sa.PrimaryKeyConstraint("outbox_id", "registration_id", name="pk_outbox_registrations"),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_registrations_registration_id", "outbox_registrations", ["registration_id"])
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("event_id", Words(), nullable=True),
        sa.Column("payload", Json(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_acts_mail_id"),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
        sa.CheckConstraint("kind IN ('mail', 'staff', 'settings')", name=op.f("ck_acts_kind")),
        sqlite_strict=True,
    )
    op.create_index("ix_acts_mail_id", "acts", ["mail_id"])
    op.add_column("journal", sa.Column("act_id", sa.Integer(), nullable=True))


def _allow_changed_mails() -> None:
    """One more word in a CHECK constraint. SQLite cannot alter one; its documentation (lang_altertable, "Making
    Other Kinds Of Table Schema Changes") gives this way for changes that no stored row depends on."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        found = connection.exec_driver_sql(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_mails_outcome'"
        ).scalar_one()
        op.execute("ALTER TABLE mails DROP CONSTRAINT ck_mails_outcome")
        widened = str(found).replace("'unchanged'::text,", "'unchanged'::text, 'changed'::text,")
        op.execute(f"ALTER TABLE mails ADD CONSTRAINT ck_mails_outcome {widened}")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'mails'",
        (_OLD_OUTCOMES, _NEW_OUTCOMES),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
