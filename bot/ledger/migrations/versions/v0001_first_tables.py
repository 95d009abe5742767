"""The first tables. Triggers keep the journal append-only and count changes of registrations.

A migration stays as it was when it was released: it does not read schema.py, which moves on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.ledger.columns import Flag, Instant, Json, Whole, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    _make_tables_of_mails()
    _make_tables_of_people()
    _make_tables_of_answers_and_notes()
    if op.get_bind().dialect.name == "sqlite":
        _protect_journal_in_sqlite()
        op.execute(
            "CREATE TRIGGER registrations_changed AFTER UPDATE ON registrations "
            "BEGIN UPDATE events SET changes = changes + 1 WHERE id = NEW.event_id; END"
        )
    else:
        _protect_journal_in_postgresql()
        op.execute(
            "CREATE FUNCTION count_registration_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN UPDATE events SET changes = changes + 1 WHERE id = NEW.event_id; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER registrations_changed AFTER UPDATE ON registrations "
            "FOR EACH ROW EXECUTE FUNCTION count_registration_change()"
        )


def _make_tables_of_mails() -> None:
    op.create_table(
        "events",
        sa.Column("id", Words(), nullable=False),
        sa.Column("changes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_strict=True,
    )
    op.create_table(
        "raw_mails",
        sa.Column("raw_hash", Words(), nullable=False),
        sa.Column("size", Whole, nullable=False),
        sa.Column("complete", Flag(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("raw_hash", name="pk_raw_mails"),
        sqlite_strict=True,
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", Words(), nullable=False),
        sa.Column("content_key", Words(), nullable=False),
        sa.Column("raw_hash", Words(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("uid", Whole, nullable=False),
        sa.Column("sender", Words(), nullable=False),
        sa.Column("sender_name", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("excerpt", Words(), nullable=False),
        sa.Column("attachment_names", Json(), nullable=False),
        sa.Column("telephone", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("outcome", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.Column("event_id", Words(), nullable=True),
        sa.Column("review_reasons", Json(), nullable=False),
        sa.Column("form_problems", Json(), nullable=False),
        sa.Column("unread", Json(), nullable=False),
        sa.Column("needs_person", Flag(), nullable=False),
        sa.Column("reviewed_at", Instant(), nullable=True),
        sa.Column("mark", Words(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('registration', 'cancellation', 'replacement', 'question', 'bounce', 'automatic', 'other')",
            name="ck_mails_kind",
        ),
        sa.CheckConstraint("mark IN ('answered', 'for_person', 'none')", name="ck_mails_mark"),
        sa.CheckConstraint(
            "outcome IN ('registered', 'unchanged', 'rejected', 'no_form', 'unreadable', 'handed_to_staff', "
            "'recorded')",
            name="ck_mails_outcome",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_mails_event_id"),
        sa.ForeignKeyConstraint(["raw_hash"], ["raw_mails.raw_hash"], name="fk_mails_raw_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sqlite_strict=True,
    )
    op.create_index("ix_mails_event_id_received_at", "mails", ["event_id", "received_at"], unique=False)
    op.create_index(
        "ux_mails_message_id_content_key",
        "mails",
        ["message_id", "content_key"],
        unique=True,
        sqlite_where=sa.text("content_key <> ''"),
        postgresql_where=sa.text("content_key <> ''"),
    )
    op.create_index("ux_mails_raw_hash", "mails", ["raw_hash"], unique=True)
    op.create_table(
        "mail_locations",
        sa.Column("folder", Words(), nullable=False),
        sa.Column("uidvalidity", Whole, autoincrement=False, nullable=False),
        sa.Column("uid", Whole, autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("mark", Words(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=True),
        sa.CheckConstraint("mark IN ('answered', 'for_person', 'none')", name="ck_mail_locations_mark"),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_mail_locations_mail_id"),
        sa.PrimaryKeyConstraint("folder", "uidvalidity", "uid", name="pk_mail_locations"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_mail_locations_due",
        "mail_locations",
        ["folder", "uidvalidity"],
        unique=False,
        sqlite_where=sa.text("marked_at IS NULL AND mark <> 'none'"),
        postgresql_where=sa.text("marked_at IS NULL AND mark <> 'none'"),
    )
    op.create_index("ix_mail_locations_mail_id", "mail_locations", ["mail_id"], unique=False)


def _make_tables_of_people() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", Words(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("organisation", Words(), nullable=False),
        sa.Column("submitting_organisation", Words(), nullable=False),
        sa.Column("job_title", Words(), nullable=False),
        sa.Column("mobile", Words(), nullable=False),
        sa.Column("id_number", Words(), nullable=False),
        sa.Column("certain_id", Words(), nullable=False),
        sa.Column("single_room", Flag(), nullable=True),
        sa.Column("membership", Words(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=True),
        sa.Column("contact", Words(), nullable=False),
        sa.Column("phone", Words(), nullable=False),
        sa.Column("email", Words(), nullable=False),
        sa.Column("invoice_title", Words(), nullable=False),
        sa.Column("taxpayer_id", Words(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("uid", Whole, nullable=False),
        sa.Column("form_index", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("message_id", Words(), nullable=False),
        sa.Column("sender", Words(), nullable=False),
        sa.Column("problems", Json(), nullable=False),
        sa.Column("extras", Json(), nullable=False),
        sa.Column("origin", Words(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("(fee IS NULL) = (membership = 'unknown')", name="ck_registrations_fee"),
        sa.CheckConstraint(
            "membership IN ('member', 'non_member', 'unknown')", name="ck_registrations_membership"
        ),
        sa.CheckConstraint(
            "state IN ('confirmed', 'waitlisted', 'late', 'cancelled', 'review')", name="ck_registrations_state"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_registrations_event_id"),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_registrations_mail_id"),
        sa.PrimaryKeyConstraint("id", name="pk_registrations"),
        sqlite_strict=True,
    )
    op.create_index(
        "ux_registrations_event_id_certain_id",
        "registrations",
        ["event_id", "certain_id"],
        unique=True,
        sqlite_where=sa.text("certain_id <> '' AND state <> 'cancelled'"),
        postgresql_where=sa.text("certain_id <> '' AND state <> 'cancelled'"),
    )
    op.create_index(
        "ux_registrations_mail_id_form_index_position",
        "registrations",
        ["mail_id", "form_index", "position"],
        unique=True,
    )
    op.create_table(
        "staff_entries",
        sa.Column("registration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paid", Words(), nullable=False),
        sa.Column("invoiced", Words(), nullable=False),
        sa.Column("action", Words(), nullable=False),
        sa.Column("remark", Words(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_staff_entries_registration_id"
        ),
        sa.PrimaryKeyConstraint("registration_id", name="pk_staff_entries"),
        sqlite_strict=True,
    )


def _make_tables_of_answers_and_notes() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("template", Words(), nullable=False),
        sa.Column("recipients", Json(), nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("message_id", Words(), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_error", Words(), nullable=False),
        sa.Column("queue_id", Words(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'in_doubt', 'sent', 'failed', 'draft')", name="ck_outbox_state"
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_outbox_mail_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_address_created_at", "outbox", ["address", "created_at"], unique=False)
    op.create_index("ix_outbox_state_next_attempt_at", "outbox", ["state", "next_attempt_at"], unique=False)
    op.create_index(
        "ux_outbox_mail_id",
        "outbox",
        ["mail_id"],
        unique=True,
        sqlite_where=sa.text("mail_id IS NOT NULL"),
        postgresql_where=sa.text("mail_id IS NOT NULL"),
    )
    op.create_index("ux_outbox_message_id", "outbox", ["message_id"], unique=True)
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("action", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("event_id", Words(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_journal_mail_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_journal_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sqlite_strict=True,
    )
    op.create_index("ix_journal_mail_id", "journal", ["mail_id"], unique=False)
    op.create_index("ix_journal_registration_id", "journal", ["registration_id"], unique=False)
    op.create_table(
        "state",
        sa.Column("key", Words(), nullable=False),
        sa.Column("value", Words(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_state"),
        sqlite_strict=True,
    )


def _protect_journal_in_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )


def _protect_journal_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
