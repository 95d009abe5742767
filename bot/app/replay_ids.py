"""Which mail, person and outgoing mail of the ledger is which in the one made anew: ids need not agree
(PostgreSQL's sequences have gaps), but mail, form and row do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.app.replay_compare import notices_of_acts
from bot.ledger.replaying import LedgerFile, PersonKey, Recorded, Row, key_of
from bot.records.office import JournalEntry

_REUSED = "message_id_reused"
_MAIL_NUMBER = re.compile(r"(?<=第)\d+(?=号)")


@dataclass
class Ids:
    """The ledger's ids and the fresh ledger's, as far as its acts are done again."""

    recorded: Recorded
    fresh: LedgerFile
    mails: dict[int, int] = field(default_factory=dict)
    """Of the ledger to fresh."""
    acts: dict[int, int] = field(default_factory=dict)
    """Fresh to those of the ledger; one act may be made of several."""

    def people(self) -> dict[int, int]:
        """Of the ledger to fresh: everybody who is in both now."""
        fresh = self.fresh.people_by_key()
        keys = {number: self._fresh_key(person) for number, person in self.recorded.people.items()}
        return {number: fresh[key] for number, key in keys.items() if key in fresh}

    def _fresh_key(self, person: Row) -> PersonKey:
        mail, form, position = key_of(person)
        return (self.mails.get(mail, 0), form, position)

    def translated(self, made: Recorded) -> Recorded:
        """What the fresh ledger holds, with the ids of the original; whoever is not there gets a negative one."""
        mails = {fresh: number for number, fresh in self.mails.items()}
        people = {fresh: number for number, fresh in self.people().items()}
        return Recorded(
            acts=(),
            mails={_of(mails, number): {**row, "id": _of(mails, number)} for number, row in made.mails.items()},
            people={
                _of(people, number): {**row, "id": _of(people, number), "mail_id": _of(mails, row["mail_id"])}
                for number, row in made.people.items()
            },
            outbox={number: _outgoing(row, mails, people) for number, row in made.outbox.items()},
            journal=tuple(self._line(line, mails, people) for line in made.journal),
        )

    def _line(self, line: JournalEntry, mails: dict[int, int], people: dict[int, int]) -> JournalEntry:
        text = line.text
        if line.action == _REUSED:
            text = _MAIL_NUMBER.sub(lambda found: str(_of(mails, int(found[0]))), text)
        return replace(
            line,
            act_id=self.acts.get(line.act_id or 0),
            mail_id=None if line.mail_id is None else _of(mails, line.mail_id),
            registration_id=None if line.registration_id is None else _of(people, line.registration_id),
            text=text,
        )


def _of(ids: Mapping[int, int], number: int) -> int:
    return ids.get(number, -number)


def _outgoing(row: Row, mails: dict[int, int], people: dict[int, int]) -> Row:
    told = tuple(sorted(_of(people, one) for one in row["registration_ids"]))
    named = {name: row[name] and _of(mails, row[name]) for name in ("mail_id", "about_mail_id")}
    return {**row, **named, "registration_ids": told}


class Outgoing:
    """Lets the fresh ledger's outgoing mail have gone out as the original's did: later mail may answer it, or be
    its bounce. Nothing is sent."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        outbox = ids.recorded.outbox
        self._notices = notices_of_acts(ids.recorded)
        self._answers = {row["mail_id"]: row for row in outbox.values() if row["mail_id"] is not None}
        made_by_acts = {*self._notices, *(row["id"] for row in self._answers.values())}
        ids.fresh.add_sent(row for number, row in outbox.items() if number not in made_by_acts and row["sent_at"])

    def composed(self, made: Mapping[int, Row], mail_id: int | None, moment: datetime) -> None:
        """Outgoing mail that one act made has gone out as that act's in the original."""
        for number, row in made.items():
            if row["mail_id"] is None:
                original = self._notice_like(row, moment)
            else:
                original = None if mail_id is None else self._answers.get(mail_id)
            if original is not None:
                self._ids.fresh.send_as(number, original)

    def _notice_like(self, made: Row, moment: datetime) -> Row | None:
        mails = {fresh: number for number, fresh in self._ids.mails.items()}
        people = {fresh: number for number, fresh in self._ids.people().items()}
        made = _outgoing(made, mails, people)
        for number, row in self._notices.items():
            same = ("template", "recipients", "about_mail_id", "registration_ids")
            if row["created_at"] == moment and all(row[name] == made[name] for name in same):
                return self._notices.pop(number)
        return None
