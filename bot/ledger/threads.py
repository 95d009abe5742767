"""Conversations: which event earlier mail of one was about."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from bot.ledger.drafts import item_sent_as
from bot.ledger.schema import mails, outbox


def event_of(connection: Connection, ids: tuple[str, ...]) -> str | None:
    """The event that earlier mail with one of these Message-IDs belongs to, ours or theirs; None where none of it
    does, or where it belongs to several."""
    if not ids:
        return None
    drafts = [item for item in (item_sent_as(connection, one) for one in ids) if item is not None]
    ours = select(outbox.c.event_id, outbox.c.mail_id, outbox.c.about_mail_id).where(
        or_(outbox.c.message_id.in_(ids), outbox.c.id.in_(drafts))
    )
    found: set[str] = set()
    answered: set[int] = set()
    for event_id, mail_id, about_mail_id in connection.execute(ours):
        if event_id is not None:
            found.add(event_id)
        else:
            # Answers composed before they named their event, and drafts of them.
            answered |= {one for one in (mail_id, about_mail_id) if one is not None}
    theirs = select(mails.c.event_id).where(
        or_(mails.c.message_id.in_(ids), mails.c.id.in_(answered)), mails.c.event_id.is_not(None)
    )
    found |= {event_id for event_id in connection.scalars(theirs) if event_id is not None}
    return next(iter(found)) if len(found) == 1 else None
