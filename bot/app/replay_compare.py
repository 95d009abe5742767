"""What the ledger tells otherwise than its acts done again: mail by mail, line by line of the journal, and the
whole roll. Both sides carry the ledger's own ids here. Compares values only; reads and writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import SequenceMatcher
from typing import Any

from bot.app.replay_words import Difference, Names, otherwise, shown
from bot.ledger.replaying import Recorded, Row
from bot.records.act import Act
from bot.records.decision import Reason
from bot.records.office import JournalEntry

_NOT_DECIDED = frozenset({"id", "reviewed_at"})
"""Columns of a mail that no decision fills in."""
_OF_FAILURES = ("outcome", "reason", "review_reasons", "needs_person")
"""What can be compared of a mail on which a station failed."""
_ANSWER = ("template", "recipients", "bounced_at")
_TOLD_ALREADY = {
    "mail_recorded": frozenset({"reason", "note"}),
    "review_opened": frozenset({"review_reasons"}),
    "reply_queued": frozenset({"template"}),
    "reply_drafted": frozenset({"template"}),
}
"""Lines of the journal that only repeat these fields of a mail."""
_NOTICE = frozenset({"notice_queued", "notice_drafted"})
_NONE: Row = {"template": "无", "recipients": [], "bounced_at": None}


class Comparison:
    """Of one ledger (`recorded`) with its acts done again (`replayed`). Mails in `left_out` could not be done
    again, which is told elsewhere."""

    def __init__(self, recorded: Recorded, replayed: Recorded, left_out: Set[int], names: Names) -> None:
        self._recorded, self._replayed, self._left_out, self._names = recorded, replayed, left_out, names
        self._answers = tuple(_by_mail(side.outbox.values()) for side in (recorded, replayed))
        # Before there were acts, bounces were not tied to the mails that came back.
        early = any(act.id < 0 for act in recorded.acts)
        self._of_answers = _ANSWER[:2] if early else _ANSWER
        self._lines = tuple(_by_act(side.journal) for side in (recorded, replayed))

    def differences(self) -> Iterator[Difference]:
        """Act by act, then the roll as it stands now, then the notices."""
        for act in self._recorded.acts:
            if act.mail_id in self._left_out:
                continue
            found = [] if act.mail_id is None else list(self._mail(act, act.mail_id))
            yield from found
            yield from self._journal(act, {one.field for one in found})
        yield from self._roll()
        yield from self._order()
        yield from self._notices()

    def _mail(self, act: Act, mail_id: int) -> Iterator[Difference]:
        before, after = self._recorded.mails[mail_id], self._replayed.mails[mail_id]
        wanted = [column for column in before if column not in _NOT_DECIDED]
        if act.id < 0:
            wanted.remove("answer_to")
        if before["reason"] == Reason.STATION_FAILED:
            yield from self._fields("mail", before, after, _OF_FAILURES, self._names.mail(mail_id))
            return
        hint = self._names.hint(mail_id)
        yield from self._fields("mail", before, after, wanted, self._names.mail(mail_id), hint)
        answer, made = (side.get(mail_id, _NONE) for side in self._answers)
        yield from self._fields("mail", answer, made, self._of_answers, self._names.mail(mail_id), hint, mail_id)

    def _fields(
        self,
        about: str,
        before: Row,
        after: Row,
        wanted: Iterable[str],
        subject: str,
        hint: str = "",
        mail_id: int | None = None,
    ) -> Iterator[Difference]:
        for field in wanted:
            if before.get(field) == after.get(field):
                continue
            values = [shown(field, side.get(field), self._names.zone) for side in (before, after)]
            yield Difference(
                about,
                otherwise(subject, field, values[0], values[1], hint),
                field,
                recorded=values[0],
                replayed=values[1],
                mail_id=mail_id or before["id" if about == "mail" else "mail_id"],
                registration_id=before["id"] if about == "registration" else None,
            )

    def _journal(self, act: Act, told: Set[str]) -> Iterator[Difference]:
        """The journal's lines of one act, without those that only repeat what was told of its mail."""
        if act.mail_id is not None and self._recorded.mails[act.mail_id]["reason"] == Reason.STATION_FAILED:
            return
        before, after = (
            [line for line in side.get(act.id, ()) if not _TOLD_ALREADY.get(line.action, frozenset()) & told]
            for side in self._lines
        )
        matcher = SequenceMatcher(None, [*map(_said, before)], [*map(_said, after)], autojunk=False)
        for tag, begin, end, other_begin, other_end in matcher.get_opcodes():
            if tag != "equal":
                yield from self._lines_differ(act, before[begin:end], after[other_begin:other_end])

    def _lines_differ(
        self, act: Act, before: list[JournalEntry], after: list[JournalEntry]
    ) -> Iterator[Difference]:
        hint = self._names.hint(act.mail_id) if act.mail_id is not None else ""
        for side, lines in (("台账有、重算没有", before), ("重算有、台账没有", after)):
            for line in lines:
                what = "，".join(part for part in (line.action, line.reason, line.text) if part)
                yield Difference(
                    "journal",
                    f"{self._names.act(act)}：流水里有一行{side}：{what}{hint}。",
                    line.action,
                    what if lines is before else None,
                    what if lines is after else None,
                    line.mail_id,
                    line.registration_id if (line.registration_id or 0) > 0 else None,
                )

    def _roll(self) -> Iterator[Difference]:
        """Everybody as stored now, field by field."""
        early = {act.mail_id for act in self._recorded.acts if act.id < 0}
        both = (self._recorded.people, self._replayed.people)
        for number, before in both[0].items():
            subject, hint = self._names.person(before), self._names.hint(before["mail_id"])
            if number not in both[1]:
                yield self._one_sided(f"{subject}：台账里有，重算没有登记{hint}。", before, number)
                continue
            left_out = {"answer_to"} if before["mail_id"] in early else set()
            stored, made = _without_pictures(before), _without_pictures(both[1][number])
            fields = [field for field in stored if field not in left_out]
            if stored["id_number"] != made["id_number"]:
                fields.remove("certain_id")
            yield from self._fields("registration", stored, made, fields, subject, hint)
        for number, after in both[1].items():
            if number not in both[0]:
                hint = self._names.hint(after["mail_id"])
                text = f"{self._names.person(after)}：重算登记了，台账里没有{hint}。"
                yield self._one_sided(text, after, None)

    def _one_sided(self, text: str, person: Row, number: int | None) -> Difference:
        return Difference("registration", text, mail_id=person["mail_id"], registration_id=number)

    def _order(self) -> Iterator[Difference]:
        before, after = (_in_order(side.people) for side in (self._recorded, self._replayed))
        for event in before:
            common = set(before[event]) & set(after.get(event, ()))
            orders = [[one for one in side.get(event, ()) if one in common] for side in (before, after)]
            if orders[0] != orders[1]:
                yield Difference("registration", f"活动 {event} 的名单：先后次序与重算的不同。", "order")

    def _notices(self) -> Iterator[Difference]:
        """Mails that tell of decisions and answer no mail; each by whom it tells, of what, and when."""
        before, after = (_notices_of(side) for side in (self._recorded, self._replayed))
        for key in sorted({*before, *after}, key=str):
            row = before.get(key) or after[key]
            about = row["about_mail_id"]
            subject = f"{self._names.moment(row['created_at'])}就{self._names.mail(about)}发出的通知"
            if key in before and key in after:
                sides = before[key], after[key]
                yield from self._fields("notice", *sides, self._of_answers, subject, mail_id=about)
            else:
                side = "台账里有，重算没有" if key in before else "重算有，台账里没有"
                template = shown("template", row["template"], self._names.zone)
                yield Difference("notice", f"{subject}（{template}）：{side}。", mail_id=about)


def _said(line: JournalEntry) -> tuple[object, ...]:
    return (
        line.actor,
        line.action,
        line.reason,
        line.text,
        line.mail_id,
        line.registration_id,
        line.event_id,
    )


def _by_mail(outgoing: Iterable[Row]) -> dict[int, Row]:
    return {row["mail_id"]: row for row in outgoing if row["mail_id"] is not None}


def _by_act(lines: Iterable[JournalEntry]) -> dict[int, list[JournalEntry]]:
    found: dict[int, list[JournalEntry]] = defaultdict(list)
    for line in lines:
        if line.act_id is not None:
            found[line.act_id].append(line)
    return found


def notices_of_acts(side: Recorded) -> dict[int, Row]:
    """Outgoing mails that answer no mail and were composed in an act, by id; digests and reminders are none."""
    told = {(line.at, line.reason, line.registration_id) for line in side.journal if line.action in _NOTICE}
    return {
        number: row
        for number, row in side.outbox.items()
        if row["mail_id"] is None
        and row["about_mail_id"] is not None
        and any((row["created_at"], row["template"], one) in told for one in row["registration_ids"])
    }


def _notices_of(side: Recorded) -> dict[tuple[Any, ...], Row]:
    return {
        (row["created_at"], row["about_mail_id"], tuple(sorted(row["registration_ids"]))): row
        for row in notices_of_acts(side).values()
    }


def _in_order(people: Mapping[int, Row]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    arrival = ("received_at", "uid", "form_index", "position", "id")
    for number, row in sorted(people.items(), key=lambda item: tuple(item[1][name] for name in arrival)):
        found[row["event_id"]].append(number)
    return found


def _without_pictures(person: Row) -> dict[str, Any]:
    """The row with the pictures apart from the problems: otherwise drawn, it is still the same problem."""
    problems = [{name: text for name, text in one.items() if name != "picture"} for one in person["problems"]]
    pictures = [one.get("picture", "") for one in person["problems"]]
    return {**person, "problems": problems, "problem_pictures": pictures}
