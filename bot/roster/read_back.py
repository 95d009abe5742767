"""What staff wrote in their own columns of the workbook (缴费 开票 处理 备注), read back for the ledger.

Never writes. Never guesses: a row that fits no registration, or several, gives no entry but a problem, in
words for staff (with names, so for the digest, not for the log). A file that can't be read gives no
entries at all, so that nothing is taken for erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import WorkbookBusyError
from bot.records.decision import Registration
from bot.records.office import StaffEntry
from bot.roster import locks
from bot.roster.existing import OldRow, OldTable, match_people, read_table
from bot.roster.layout import ROSTER, STAFF_HEADERS
from bot.roster.match import Person, plain
from bot.roster.sheets import in_list_order, local_time
from bot.roster.write import UnreadableWorkbookError, assert_no_password, load

MOST_PROBLEMS: Final = 20


@dataclass(frozen=True, slots=True)
class StaffReading:
    """One entry for every registration whose row was found (an erased cell is ""), and what did not fit."""

    entries: tuple[StaffEntry, ...] = ()
    problems: tuple[str, ...] = ()


def read_staff(
    path: Path,
    registrations: tuple[Registration, ...],
    known: tuple[StaffEntry, ...] = (),
    timezone: str = "Asia/Shanghai",
) -> StaffReading:
    """Read staff's columns and match them to `registrations`, wherever rows and columns were moved.

    `known` are the entries that the ledger holds: they stand in for a column that is no longer there.
    Raises WorkbookBusyError when another program does not let the file be read, or it has a password.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return StaffReading()
    except PermissionError as error:
        raise locks.busy(path) from error
    if not content:
        return StaffReading()
    try:
        assert_no_password(path, content)
        book = load(content)
    except WorkbookBusyError as error:
        return StaffReading(problems=(str(error),))
    except UnreadableWorkbookError:
        return StaffReading(problems=(f"汇总表“{path.name}”读不出来，可能已损坏；这次没有读取其中填写的内容。",))
    if ROSTER.title not in book.sheetnames or not isinstance(book[ROSTER.title], Worksheet):
        return StaffReading(problems=(f"汇总表里找不到工作表“{ROSTER.title}”，没有读取其中填写的内容。",))
    return _Reader(book, content, in_list_order(registrations), known, ZoneInfo(timezone)).read()


class _Reader:
    def __init__(
        self,
        book: Workbook,
        content: bytes,
        registrations: Sequence[Registration],
        known: tuple[StaffEntry, ...],
        zone: ZoneInfo,
    ) -> None:
        sheet = book[ROSTER.title]
        assert isinstance(sheet, Worksheet)
        self.table = read_table(sheet, ROSTER)
        self.content, self.registrations, self.zone = content, registrations, zone
        self.known = {entry.registration_id: entry for entry in known}
        self.problems: list[str] = []
        self._values: Worksheet | None = None

    def read(self) -> StaffReading:
        table = self.table
        if not table.header_row:
            told = f"工作表“{ROSTER.title}”的第一行已不是表头，没有读取其中填写的内容；下次更新时会补上表头。"
            return StaffReading(problems=(told,))
        missing = [header for header in STAFF_HEADERS if header not in table.positions]
        if missing:
            words = "、".join(f"“{header}”" for header in missing)
            self.problems.append(f"工作表“{ROSTER.title}”里找不到{words}列，先按以前填写的内容保留。")
        matching = match_people(table, ROSTER, [self._person(r) for r in self.registrations])
        entries = [
            self._entry(table.rows[row], self.registrations[place])
            for row, place in sorted(matching.sure.items(), key=lambda pair: pair[1])
        ]
        settled = set(matching.sure) | matching.copies
        unsure = []
        for index, row in enumerate(table.rows):
            if index in settled:
                continue
            if index not in matching.by_order:
                unsure.append(self._stranger(table, row))
            elif table.staff_content(row, ROSTER):
                unsure.append(
                    f"{self._who(table, row)}与不止一条报名（或不止一行）相符，没有读取所填内容，请合并或核对。"
                )
        self.problems += unsure[:MOST_PROBLEMS]
        if len(unsure) > MOST_PROBLEMS:
            self.problems.append(f"“{ROSTER.title}”里另有 {len(unsure) - MOST_PROBLEMS} 行与台账对不上。")
        return StaffReading(tuple(entries), tuple(self.problems))

    def _person(self, registration: Registration) -> Person:
        return Person(
            name=plain(registration.name),
            id_number=plain(registration.id_number),
            mobile=plain(registration.mobile),
            organisation=plain(registration.organisation),
            received=local_time(registration.received_at, self.zone),
        )

    def _entry(self, row: OldRow, registration: Registration) -> StaffEntry:
        known = self.known.get(registration.id, StaffEntry(registration.id))
        before = dict(zip(STAFF_HEADERS, (known.paid, known.invoiced, known.action, known.remark), strict=True))
        paid, invoiced, action, remark = (
            self._text(row, header) if header in self.table.positions else before[header]
            for header in STAFF_HEADERS
        )
        return StaffEntry(registration.id, paid, invoiced, action, remark)

    def _text(self, row: OldRow, header: str) -> str:
        """The text of a cell; of a formula its result, as far as the file still holds one."""
        cell = row.cells.get(self.table.positions[header])
        if cell is None:
            return ""
        if cell.data_type == "f":
            if self._values is None:
                sheet = load(self.content, values_only=True)[ROSTER.title]
                assert isinstance(sheet, Worksheet)
                self._values = sheet
            result = self._values.cell(cell.row, cell.column).value
            return str(result).strip() if result is not None else cell.text
        return cell.text

    @staticmethod
    def _who(table: OldTable, row: OldRow) -> str:
        name = table.text(row, "姓名")
        return f"“{ROSTER.title}”第 {row.number} 行" + (f"（{name}）" if name else "")

    def _stranger(self, table: OldTable, row: OldRow) -> str:
        return f"{self._who(table, row)}在台账里没有对应的报名，没有读取所填内容；更新后移到名单下方，请核对。"
