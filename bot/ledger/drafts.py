"""Answers that were left in the Drafts folder, and what a person did with them: sent, changed, deleted.

A draft's state stays `draft` for ever, so that the bot never sends it, whatever the settings say later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update

from bot.ledger import notes
from bot.ledger.outbox import items, note
from bot.ledger.schema import outbox, state
from bot.records.outgoing import DraftFate, OutboxItem, OutboxState

STAFF = "staff"
_SENT_AS = "draft_sent_as:"
_MISSING = "draft_missing:"

_Transaction = Callable[[], AbstractContextManager[Connection]]


def item_sent_as(connection: Connection, message_id: str) -> int | None:
    """The draft that a person sent under this Message-ID; None where none is known."""
    noted = notes.get(connection, _SENT_AS + message_id)
    return int(noted) if noted else None


def sent_as(connection: Connection) -> dict[int, tuple[str, ...]]:
    """The Message-IDs under which persons sent drafts, by the draft's id."""
    found: dict[int, tuple[str, ...]] = {}
    query = select(state).where(state.c.key.startswith(_SENT_AS, autoescape=True)).order_by(state.c.key)
    for row in connection.execute(query).mappings():
        item = int(row["value"])
        found[item] = (*found.get(item, ()), row["key"].removeprefix(_SENT_AS))
    return found


def keep_sent_as(connection: Connection, item_id: int, message_ids: Iterable[str], now: datetime) -> None:
    """Remembers under which Message-IDs a person sent a draft."""
    for message_id in message_ids:
        notes.put(connection, _SENT_AS + message_id, str(item_id), now)


class Drafts:
    """The drafts of one ledger; every method is one transaction. Got from `Ledger.drafts`."""

    def __init__(self, reading: _Transaction, writing: _Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def watched(self, deleted_since: datetime) -> tuple[OutboxItem, ...]:
        """Drafts in the mailbox that wait for a person, and those found deleted since then: they may turn up in
        the Sent folder after all."""
        # A deleted draft has no next attempt: there stands when it was found to be gone.
        lately = and_(outbox.c.draft_fate == DraftFate.DELETED, outbox.c.next_attempt_at >= deleted_since)
        query = select(outbox).where(
            outbox.c.state == OutboxState.DRAFT,
            outbox.c.sent_at.is_not(None),
            or_(outbox.c.draft_fate == DraftFate.WAITING, lately),
        )
        with self._reading() as connection:
            return items(connection, query.order_by(outbox.c.id))

    def taken(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Those of the Message-IDs that are known to be certain mails: our own, or what a draft was sent as."""
        asked = sorted(set(message_ids))
        with self._reading() as connection:
            known = {one for one in asked if notes.get(connection, _SENT_AS + one)}
            query = select(outbox.c.message_id).where(outbox.c.message_id.in_(asked))
            return frozenset(known | set(connection.scalars(query)))

    def missing_since(self, item_id: int) -> datetime | None:
        """Since when the draft lies in neither folder; None while it does, or nobody has looked."""
        with self._reading() as connection:
            noted = notes.get(connection, f"{_MISSING}{item_id}")
        return datetime.fromisoformat(noted) if noted else None

    def note_missing(self, item_id: int, since: datetime | None, now: datetime) -> None:
        """Since when the draft lies in neither folder; None when it turned up."""
        with self._writing() as connection:
            notes.put(connection, f"{_MISSING}{item_id}", since.isoformat() if since else "", now)

    def settle(
        self,
        item_id: int,
        fate: DraftFate,
        now: datetime,
        *,
        sent_at: datetime | None = None,
        sent_as: str = "",
        text: str = "",
    ) -> bool:
        """Writes down what a person did with a draft; False when that was known.

        `sent_at` is when it left (None: about now), `sent_as` the Message-ID it left under, `text` says in Chinese
        what was changed. Sent is final; deleted is not, for a Sent folder may be late.
        """
        with self._writing() as connection:
            row = connection.execute(select(outbox).where(outbox.c.id == item_id)).mappings().one()
            final = (fate, DraftFate.SENT, DraftFate.CHANGED)
            if row["state"] != OutboxState.DRAFT or row["draft_fate"] in final or fate is DraftFate.WAITING:
                return False
            gone = fate is DraftFate.DELETED
            moment = {"next_attempt_at": now} if gone else {"sent_at": sent_at or now}
            here = outbox.c.id == item_id
            connection.execute(update(outbox).where(here).values(draft_fate=fate, **moment))
            if sent_as and sent_as != row["message_id"]:
                keep_sent_as(connection, item_id, (sent_as,), now)
            note(connection, row, now, f"draft_{fate}", reason=row["template"], text=text, actor=STAFF)
            return True
