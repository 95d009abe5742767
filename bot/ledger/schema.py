"""The tables, and what must always hold, each with its reason. migrations/ makes them; a test holds both equal.

Texts are NOT NULL with "" for missing, times are UTC, lists that are only read back whole are JSON text.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

from bot.ledger.columns import Flag, Instant, Json, Whole, Words, one_of
from bot.records.act import ActKind
from bot.records.decision import Membership, Outcome, State
from bot.records.mail import MailKind, MailMark
from bot.records.outgoing import OutboxState

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

events = Table(
    "events",
    metadata,
    # What an event is stands in config/events; this row exists to be locked before seats are counted.
    Column("id", Words, primary_key=True),
    # How often recorded registrations of the event were changed (a trigger counts, migrations/): while it stays, a
    # roll that was read before only lacks the people recorded since.
    Column("changes", Integer, nullable=False, server_default=text("0")),
    sqlite_strict=True,
)

raw_mails = Table(
    "raw_mails",
    metadata,
    # The mail as fetched, zlib-compressed, by the SHA-256 of its bytes: every decision can be made again from it.
    Column("raw_hash", Words, primary_key=True),
    Column("size", Whole, nullable=False),
    Column("complete", Flag, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_strict=True,
)

mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Words, nullable=False),
    Column("content_key", Words, nullable=False),
    Column("raw_hash", Words, ForeignKey("raw_mails.raw_hash"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("uid", Whole, nullable=False),
    Column("sender", Words, nullable=False),
    Column("sender_name", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("excerpt", Words, nullable=False),
    Column("attachment_names", Json, nullable=False),
    Column("telephone", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("event_id", Words, ForeignKey("events.id"), nullable=True),
    Column("review_reasons", Json, nullable=False),
    Column("form_problems", Json, nullable=False),
    Column("unread", Json, nullable=False),
    Column("needs_person", Flag, nullable=False),
    Column("reviewed_at", Instant, nullable=True),
    Column("mark", Words, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    # Where an answer may go, "" for nowhere: later mails about the same people go there, too.
    Column("answer_to", Words, nullable=False, server_default=text("''")),
    CheckConstraint(one_of("kind", list(MailKind)), name="kind"),
    CheckConstraint(one_of("outcome", list(Outcome)), name="outcome"),
    CheckConstraint(one_of("mark", list(MailMark)), name="mark"),
    sqlite_strict=True,
)
# The same bytes are the same mail, under whatever UID: it is decided and answered once.
Index("ux_mails_raw_hash", mails.c.raw_hash, unique=True)
# So is the same content under the same Message-ID, delivered or restored with other trace headers. The Message-ID
# alone proves nothing: senders repeat it, and anybody may choose one.
Index(
    "ux_mails_message_id_content_key",
    mails.c.message_id,
    mails.c.content_key,
    unique=True,
    sqlite_where=text("content_key <> ''"),
    postgresql_where=text("content_key <> ''"),
)
Index("ix_mails_event_id_received_at", mails.c.event_id, mails.c.received_at)

mail_locations = Table(
    "mail_locations",
    metadata,
    # One UID of one folder holds one mail for ever (RFC 3501, 2.3.1.1). One mail may lie at several.
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", Whole, primary_key=True, autoincrement=False),
    Column("uid", Whole, primary_key=True, autoincrement=False),
    Column("mail_id", Integer, ForeignKey("mails.id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("mark", Words, nullable=False),
    Column("marked_at", Instant, nullable=True),
    CheckConstraint(one_of("mark", list(MailMark)), name="mark"),
    sqlite_strict=True,
)
Index("ix_mail_locations_mail_id", mail_locations.c.mail_id)
Index(
    "ix_mail_locations_due",
    mail_locations.c.folder,
    mail_locations.c.uidvalidity,
    sqlite_where=text("marked_at IS NULL AND mark <> 'none'"),
    postgresql_where=text("marked_at IS NULL AND mark <> 'none'"),
)

registrations = Table(
    "registrations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", Words, ForeignKey("events.id"), nullable=False),
    Column("mail_id", Integer, ForeignKey("mails.id"), nullable=False),
    Column("state", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("organisation", Words, nullable=False),
    Column("submitting_organisation", Words, nullable=False),
    Column("job_title", Words, nullable=False),
    Column("mobile", Words, nullable=False),
    Column("id_number", Words, nullable=False),
    # The identity number where nothing is wrong with it, else "": only such a number proves who somebody is.
    Column("certain_id", Words, nullable=False),
    Column("single_room", Flag, nullable=True),
    Column("membership", Words, nullable=False),
    Column("fee", Integer, nullable=True),
    Column("contact", Words, nullable=False),
    Column("phone", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("invoice_title", Words, nullable=False),
    Column("taxpayer_id", Words, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("uid", Whole, nullable=False),
    Column("form_index", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("sender", Words, nullable=False),
    Column("problems", Json, nullable=False),
    Column("extras", Json, nullable=False),
    Column("origin", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("answer_to", Words, nullable=False, server_default=text("''")),
    # A person decided on the state: only a person changes it again.
    Column("by_staff", Flag, nullable=False, server_default=text("0")),
    CheckConstraint(one_of("state", list(State)), name="state"),
    CheckConstraint(one_of("membership", list(Membership)), name="membership"),
    # A fee is known exactly when the membership is.
    CheckConstraint("(fee IS NULL) = (membership = 'unknown')", name="fee"),
    sqlite_strict=True,
)
# Nobody has two places in one event. Cancelled ones do not count: their person may register anew.
Index(
    "ux_registrations_event_id_certain_id",
    registrations.c.event_id,
    registrations.c.certain_id,
    unique=True,
    sqlite_where=text("certain_id <> '' AND state <> 'cancelled'"),
    postgresql_where=text("certain_id <> '' AND state <> 'cancelled'"),
)
# Each row of a mail's forms is recorded once.
Index(
    "ux_registrations_mail_id_form_index_position",
    registrations.c.mail_id,
    registrations.c.form_index,
    registrations.c.position,
    unique=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mail_id", Integer, ForeignKey("mails.id"), nullable=True),
    Column("template", Words, nullable=False),
    Column("recipients", Json, nullable=False),
    # The first recipient in lower case, to count what an address was sent.
    Column("address", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("mime", LargeBinary, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_error", Words, nullable=False),
    Column("queue_id", Words, nullable=False),
    Column("sent_at", Instant, nullable=True),
    # The mail that a notice goes back to which answers no mail: a promotion, a person's decision.
    Column("about_mail_id", Integer, nullable=True),
    Column("event_id", Words, nullable=True),
    # What a person did with a draft: sent, changed (sent with other words), deleted; "" while it lies there.
    Column("draft_fate", Words, nullable=False, server_default=text("''")),
    # Accepted by our server, and returned later by another one.
    Column("bounced_at", Instant, nullable=True),
    Column("bounce_text", Words, nullable=False, server_default=text("''")),
    CheckConstraint(one_of("state", list(OutboxState)), name="state"),
    sqlite_strict=True,
)
# One mail gets at most one reply, whatever it carries.
Index(
    "ux_outbox_mail_id",
    outbox.c.mail_id,
    unique=True,
    sqlite_where=text("mail_id IS NOT NULL"),
    postgresql_where=text("mail_id IS NOT NULL"),
)
# A Message-ID tells in the Sent folder whether this very mail went out.
Index("ux_outbox_message_id", outbox.c.message_id, unique=True)
Index("ix_outbox_state_next_attempt_at", outbox.c.state, outbox.c.next_attempt_at)
Index("ix_outbox_address_created_at", outbox.c.address, outbox.c.created_at)

outbox_registrations = Table(
    "outbox_registrations",
    metadata,
    # Whom an outgoing mail tells about: they do not know it when the mail comes back.
    Column("outbox_id", Integer, ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    Column("registration_id", Integer, ForeignKey("registrations.id"), primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
Index("ix_outbox_registrations_registration_id", outbox_registrations.c.registration_id)

acts = Table(
    "acts",
    metadata,
    # All that ever led to a decision, in the order in which it was taken: mails, staff's words, and the settings
    # that decisions depend on. From these every decision can be made again. Append-only, as the journal.
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Words, nullable=False),
    Column("mail_id", Integer, ForeignKey("mails.id"), nullable=True),
    Column("event_id", Words, nullable=True),
    Column("payload", Json, nullable=False),
    CheckConstraint(one_of("kind", list(ActKind)), name="kind"),
    sqlite_strict=True,
)
Index("ix_acts_mail_id", acts.c.mail_id)

journal = Table(
    "journal",
    metadata,
    # Append-only: triggers (migrations/) refuse UPDATE and DELETE.
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("mail_id", Integer, ForeignKey("mails.id"), nullable=True),
    Column("registration_id", Integer, ForeignKey("registrations.id"), nullable=True),
    Column("event_id", Words, nullable=True),
    Column("act_id", Integer, nullable=True),
    sqlite_strict=True,
)
Index("ix_journal_mail_id", journal.c.mail_id)
Index("ix_journal_registration_id", journal.c.registration_id)

staff_entries = Table(
    "staff_entries",
    metadata,
    Column("registration_id", Integer, ForeignKey("registrations.id"), primary_key=True, autoincrement=False),
    Column("paid", Words, nullable=False),
    Column("invoiced", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("remark", Words, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_strict=True,
)

state = Table(
    "state",
    metadata,
    # The worker's own notes: heartbeat, last cycle, last error, last digest, pauses.
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_strict=True,
)
