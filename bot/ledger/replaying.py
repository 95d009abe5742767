"""What replaying needs of a ledger: everything recorded, read at one moment from a file nobody else writes; and,
in the ledger that is made anew, what became of outgoing mail after its commit, which later mail may refer to.

Rows are given as they are stored, column by column: whatever a later version stores is compared as well.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select, update

from bot.ledger import acts as act_rows
from bot.ledger import drafts
from bot.ledger import journal as journal_rows
from bot.ledger.engine import make_engine, parsed
from bot.ledger.faults import translated
from bot.ledger.schema import acts, mail_locations, mails, outbox, outbox_registrations, raw_mails, registrations
from bot.records.act import Act, ActKind
from bot.records.mail import FetchedMail, MailLocation
from bot.records.office import JournalEntry
from bot.records.outgoing import OutboxState

Row = Mapping[str, Any]
PersonKey = tuple[int, int, int]
"""Mail, form in the mail, row in the form: what one registration is known by in two ledgers."""

_FATE = ("message_id", "sent_at", "queue_id", "draft_fate")
_NEXT = timedelta(microseconds=1)
_OF_ONE_LEDGER = frozenset(
    {"id", "mail_id", "about_mail_id", "registration_ids", "sent_as", "bounced_at", "bounce_text"}
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """All that is recorded; mails, people and outgoing mail (without its bytes) by their ids. An outgoing mail's
    `registration_ids` are those it tells about, `sent_as` the Message-IDs under which a person sent it. `journal`
    holds the lines of acts only. Acts of mails that were recorded before there were acts have negative ids, and
    come first."""

    acts: tuple[Act, ...]
    mails: Mapping[int, Row]
    people: Mapping[int, Row]
    outbox: Mapping[int, Row]
    journal: tuple[JournalEntry, ...]


def key_of(person: Row) -> PersonKey:
    return (person["mail_id"], person["form_index"], person["position"])


class LedgerFile:
    """A ledger's SQLite file, to be closed after use. Reading sees what is committed at that moment."""

    def __init__(self, file: Path) -> None:
        self._engine = make_engine(parsed(f"sqlite:///{file}"))

    def close(self) -> None:
        self._engine.dispose()

    def read(self) -> Recorded:
        """Everything recorded, without the mails' bytes."""
        with translated(), self._engine.connect() as connection, connection.begin():
            rows = {row["id"]: row for row in _rows(connection, select(mails).order_by(mails.c.id))}
            all_acts = _all_acts(connection, rows)
            return Recorded(
                acts=all_acts,
                mails=rows,
                people=_by_id(connection, registrations),
                outbox=_outgoing(connection, 0),
                journal=_of_acts(journal_rows.read(connection), all_acts),
            )

    def fetched(self, mail: Row) -> FetchedMail | None:
        """A recorded mail as the mailbox gave it; None where its bytes cannot be read any more."""
        with translated(), self._engine.connect() as connection, connection.begin():
            raw = next(iter(_rows(connection, _raw_of(mail))), None)
            places = _rows(connection, select(mail_locations).where(mail_locations.c.mail_id == mail["id"]))
        try:
            content = zlib.decompress(raw["content"]) if raw else None
        except zlib.error:
            content = None
        if raw is None or content is None:
            return None
        return FetchedMail(_first(places, mail), mail["received_at"], raw["size"], content, raw["complete"])

    def last_ids(self) -> tuple[int, int]:
        """The ids of the newest act and of the newest outgoing mail, 0 where there is none."""
        with translated(), self._engine.connect() as connection, connection.begin():
            newest = (connection.scalar(select(func.max(table.c.id))) or 0 for table in (acts, outbox))
            act, item = newest
            return act, item

    def acts_since(self, act_id: int) -> tuple[tuple[int, int | None], ...]:
        """(id, mail) of the acts after that one."""
        query = select(acts.c.id, acts.c.mail_id).where(acts.c.id > act_id).order_by(acts.c.id)
        with translated(), self._engine.connect() as connection, connection.begin():
            return tuple((row[0], row[1]) for row in connection.execute(query))

    def outgoing_since(self, item_id: int) -> dict[int, Row]:
        """Outgoing mail composed after that one, by id."""
        with translated(), self._engine.connect() as connection, connection.begin():
            return _outgoing(connection, item_id)

    def people_by_key(self) -> dict[PersonKey, int]:
        """Everybody's id."""
        columns = (registrations.c[name] for name in ("id", "mail_id", "form_index", "position"))
        with translated(), self._engine.connect() as connection, connection.begin():
            return {key_of(row): row["id"] for row in _rows(connection, select(*columns))}

    def send_as(self, item_id: int, original: Row) -> None:
        """Lets an outgoing mail have gone out as the original did, under its Message-ID: answers and bounces refer
        to it. Nothing refers to a mail before it was sent, so that this may be told at any time."""
        fate = {name: original[name] for name in _FATE}
        if original["sent_at"] is not None:
            # What left at the moment of an act, as clocks go, left after it: in each cycle mail is sent last.
            fate["sent_at"] = original["sent_at"] + _NEXT
        if original["state"] == OutboxState.SENT:
            fate["state"] = OutboxState.SENT
        with self._writing() as connection:
            here = update(outbox).where(outbox.c.id == item_id)
            connection.execute(here.prefix_with("OR IGNORE").values(fate))
            drafts.keep_sent_as(connection, item_id, original["sent_as"], original["created_at"])

    def add_sent(self, originals: Iterable[Row]) -> None:
        """Adds mails that no act made (digests), as they were sent: they may come back, too."""
        with self._writing() as connection:
            for original in originals:
                values = {name: value for name, value in original.items() if name not in _OF_ONE_LEDGER}
                connection.execute(insert(outbox).values(values | {"mime": b""}))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            translated(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection


def _all_acts(connection: Connection, recorded: Mapping[int, Row]) -> tuple[Act, ...]:
    known = act_rows.read(connection)
    named = {act.mail_id for act in known}
    early = (row for row in recorded.values() if row["id"] not in named)
    made = (Act(-row["id"], row["recorded_at"], ActKind.MAIL, row["id"], row["event_id"], {}) for row in early)
    return (*made, *known)


def _of_acts(lines: Iterable[JournalEntry], known: Iterable[Act]) -> tuple[JournalEntry, ...]:
    """The lines of acts. Before there were acts, what was written at the moment of a mail's commit was its own."""
    early = {act.mail_id: act for act in known if act.id < 0}
    found = []
    for line in lines:
        act = early.get(line.mail_id)
        if line.act_id is not None:
            found.append(line)
        elif act is not None and line.at == act.at and not _tells_of_sending(line):
            found.append(replace(line, act_id=act.id))
    return tuple(found)


def _tells_of_sending(line: JournalEntry) -> bool:
    return line.action.startswith("mail_") and line.action != "mail_recorded"


def _outgoing(connection: Connection, after: int) -> dict[int, Row]:
    columns = (column for column in outbox.c if column.name != "mime")
    found = {row["id"]: dict(row) for row in _rows(connection, select(*columns).where(outbox.c.id > after))}
    told = select(outbox_registrations).where(outbox_registrations.c.outbox_id > after)
    known = drafts.sent_as(connection)
    for number, item in found.items():
        item |= {"registration_ids": (), "sent_as": known.get(number, ())}
    for row in _rows(connection, told.order_by(outbox_registrations.c.registration_id)):
        found[row["outbox_id"]]["registration_ids"] += (row["registration_id"],)
    return {number: found[number] for number in sorted(found)}


def _raw_of(mail: Row) -> Select[Any]:
    return select(raw_mails).where(raw_mails.c.raw_hash == mail["raw_hash"])


def _first(places: list[Row], mail: Row) -> MailLocation:
    """Where the mail lay when it was decided; for one without any place, its UID in no folder."""
    fitting = [row for row in places if (row["uid"], row["received_at"]) == (mail["uid"], mail["received_at"])]
    for row in sorted(fitting, key=lambda row: (row["uidvalidity"], row["folder"])):
        return MailLocation(row["folder"], row["uidvalidity"], row["uid"])
    return MailLocation("", mail["id"], mail["uid"])


def _by_id(connection: Connection, table: Table) -> dict[int, Row]:
    return {row["id"]: row for row in _rows(connection, select(table).order_by(table.c.id))}


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
