"""What stands in 报名名单 beside each person: staff's entries, their new decisions, and what contradicts itself.

Pure. A contradiction (two rows of one person that differ, a row that is gone, a changed cell of the bot's)
changes nothing and is told beside the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bot.records.decision import Registration, State
from bot.records.office import StaffEntry
from bot.records.staff import StaffAction, StaffWord
from bot.roster import remarks
from bot.roster.actions import understood
from bot.roster.existing import OldRow, OldTable, match_people
from bot.roster.layout import ROSTER, STAFF_HEADERS
from bot.roster.match import Matching, plain
from bot.roster.published import MAINTAINED, Published, marks_of, person_of, seen
from bot.roster.sheets import in_list_order, roster_values

MOST_PROBLEMS: Final = 20

TextOf = Callable[[OldRow, str], str]
"""The text of a row's cell under a header ("" where there is none), of a formula its result."""


@dataclass(frozen=True, slots=True)
class RosterReading:
    """As `StaffReading`, for 报名名单 alone; `words` are new ones only."""

    entries: tuple[StaffEntry, ...] = ()
    problems: tuple[str, ...] = ()
    words: tuple[StaffWord, ...] = ()
    remarks: tuple[tuple[int, str], ...] = ()


class RosterReader:
    """Reads one table against the registrations; used once."""

    def __init__(
        self,
        table: OldTable,
        text_of: TextOf,
        registrations: Sequence[Registration],
        known: Sequence[StaffEntry],
        zone: ZoneInfo,
        published: Published,
    ) -> None:
        self.table, self.text_of, self.zone, self.published = table, text_of, zone, published
        self.registrations = in_list_order(registrations)
        self.known = {entry.registration_id: entry for entry in known}
        self.problems: list[str] = []
        self.words: list[StaffWord] = []
        self.told: dict[int, list[str]] = {}

    def read(self) -> RosterReading:
        """Everything that the table says."""
        table = self.table
        if not table.header_row:
            told = f"工作表“{ROSTER.title}”的第一行已不是表头，没有读取其中填写的内容；下次更新时会补上表头。"
            return RosterReading(problems=(told,))
        missing = [header for header in STAFF_HEADERS if header not in table.positions]
        if missing:
            words = "、".join(f"“{header}”" for header in missing)
            self.problems.append(f"工作表“{ROSTER.title}”里找不到{words}列，先按以前填写的内容保留。")
        people = [person_of(r, self.zone, self.published) for r in self.registrations]
        matching = match_people(table, ROSTER, people)
        entries = [
            self._entry(table.rows[row], self.registrations[place])
            for row, place in sorted(matching.sure.items(), key=lambda pair: pair[1])
        ]
        self._tell_rivals(matching)
        self._tell_deleted(matching)
        self._tell_unsure(matching)
        beside = tuple((number, remarks.joined(said)) for number, said in self.told.items())
        return RosterReading(tuple(entries), tuple(self.problems), tuple(self.words), beside)

    def _entry(self, row: OldRow, registration: Registration) -> StaffEntry:
        known = self.known.get(registration.id, StaffEntry(registration.id))
        before = dict(zip(STAFF_HEADERS, (known.paid, known.invoiced, known.action, known.remark), strict=True))
        paid, invoiced, action, remark = (
            self.text_of(row, header) if header in self.table.positions else before[header]
            for header in STAFF_HEADERS
        )
        word = understood(action)
        if word is None:
            # Mended later, it shall be new again.
            self._tell(registration, remarks.unknown_word(action))
            action = known.action
        else:
            if word is not (understood(known.action) or StaffAction.NONE):
                self.words.append(StaffWord(registration.id, word))
            action = str(word)
        self._tell_changed(row, registration)
        return StaffEntry(registration.id, paid, invoiced, action, remark)

    def _tell_changed(self, row: OldRow, registration: Registration) -> None:
        """The bot's own cells that were changed by hand: only where the ledger says what it said at the last
        write, so that every difference is somebody's."""
        values = dict(zip(ROSTER.headers, roster_values(registration, self.zone), strict=True))
        if marks_of(values)[1] == self.published.what(registration.id):
            changed = [
                header
                for header in MAINTAINED
                if header in self.table.positions and plain(self.table.text(row, header)) != seen(values[header])
            ]
            self._tell(registration, remarks.restored(changed))
        if registration.state is not State.CANCELLED:
            for sentence in remarks.carried(self.table.text(row, "问题")):
                self._tell(registration, sentence)

    def _tell_rivals(self, matching: Matching) -> None:
        """Registrations with several rows that say different things."""
        rows: dict[int, list[int]] = {}
        for row, place in matching.rivals.items():
            rows.setdefault(place, []).append(row)
        for place, own in rows.items():
            actions = list(dict.fromkeys(self.text_of(self.table.rows[row], "处理") for row in own))
            sentence = remarks.TWO_ROWS
            if len(actions) > 1:
                sentence = remarks.TWO_ACTIONS.format(words="、".join(action or "未填" for action in actions))
            self._tell(self.registrations[place], sentence)

    def _tell_deleted(self, matching: Matching) -> None:
        """Rows that the last write showed and that are gone: never a cancellation."""
        present = {*matching.sure.values(), *matching.by_order.values(), *matching.rivals.values()}
        for place, registration in enumerate(self.registrations):
            shown = registration.id in self.published.people
            if shown and place not in present and registration.state is not State.CANCELLED:
                self._tell(registration, remarks.DELETED)

    def _tell_unsure(self, matching: Matching) -> None:
        table, unsure = self.table, []
        for index, row in enumerate(table.rows):
            if index in matching.sure or index in matching.copies:
                continue
            who = self._who(row)
            if index in matching.mixed:
                unsure.append(f"{who}的姓名和号码分属两个人，没有读取所填内容；更新后移到名单下方，请核对。")
            elif index in matching.rivals or (index in matching.by_order and table.staff_content(row, ROSTER)):
                unsure.append(f"{who}与不止一条报名（或不止一行）相符，没有读取所填内容，请合并或核对。")
            elif index not in matching.by_order:
                told = f"{who}在台账里没有对应的报名，没有读取所填内容；更新后移到名单下方，请核对。"
                if self.text_of(row, "处理"):
                    told += "“处理”没有执行：登记新的人，请让对方发来回执表。"
                unsure.append(told)
        self.problems += unsure[:MOST_PROBLEMS]
        if len(unsure) > MOST_PROBLEMS:
            self.problems.append(f"“{ROSTER.title}”里另有 {len(unsure) - MOST_PROBLEMS} 行与台账对不上。")

    def _who(self, row: OldRow) -> str:
        name = self.table.text(row, "姓名")
        return f"“{ROSTER.title}”第 {row.number} 行" + (f"（{name}）" if name else "")

    def _tell(self, registration: Registration, sentence: str) -> None:
        if sentence:
            self.told.setdefault(registration.id, []).append(sentence)
