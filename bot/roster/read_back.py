"""What staff wrote in the workbook, read back for the ledger: their columns of 报名名单, and 待处理.

Never writes. Never guesses: a row that fits no registration, or several, gives no entry but a problem, in
words for staff (with names, so for the digest, not for the log). A file that can't be read gives no
entries at all, so that nothing is taken for erased.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import WorkbookBusyError
from bot.records.decision import Registration
from bot.records.office import MailEntry, StaffEntry
from bot.records.staff import StaffWords
from bot.roster import locks
from bot.roster.existing import OldRow, OldTable, read_table
from bot.roster.layout import REVIEWS, ROSTER, Layout
from bot.roster.published import Published
from bot.roster.read_reviews import ReviewReading, read_reviews
from bot.roster.read_roster import RosterReader, RosterReading, TextOf
from bot.roster.write import UnreadableWorkbookError, assert_no_password, load

NOTHING_NEW: Final = StaffWords()


@dataclass(frozen=True, slots=True)
class StaffReading:
    """One entry for every registration whose row was found (an erased cell is ""), and what did not fit.

    `words` are the decisions to carry out: in `people` only those that differ from what was known, in `reviews`
    every word that stands beside a mail that still waits. `remarks` (registration -> sentence) and
    `review_remarks` (mail -> sentence) are to be shown beside the rows."""

    entries: tuple[StaffEntry, ...] = ()
    problems: tuple[str, ...] = ()
    words: StaffWords = NOTHING_NEW
    remarks: tuple[tuple[int, str], ...] = ()
    review_remarks: tuple[tuple[int, str], ...] = ()


def read_staff(
    path: Path,
    registrations: tuple[Registration, ...],
    known: tuple[StaffEntry, ...] = (),
    timezone: str = "Asia/Shanghai",
    *,
    reviews: tuple[MailEntry, ...] = (),
    published: str | None = None,
    settled: Collection[int] = (),
) -> StaffReading:
    """Read staff's columns and match them to `registrations` and `reviews`, wherever rows and columns were moved.

    `known` are the entries that the ledger holds: they stand in for a column that is no longer there, and tell
    which words are new. `published` is that of the last `WriteReport`; without it no deleted row is missed and no
    changed cell told. `settled` are the mails on which staff's word was carried out before: a word that still
    stands beside one (the workbook was open since) is neither new nor a problem.
    Raises WorkbookBusyError when another program does not let the file be read.
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
        sheets = _Sheets(content)
    except WorkbookBusyError as error:
        return StaffReading(problems=(str(error),))
    except UnreadableWorkbookError:
        return StaffReading(problems=(f"汇总表“{path.name}”读不出来，可能已损坏；这次没有读取其中填写的内容。",))
    last = Published.of_text(published)
    roster = _read_roster(sheets, registrations, known, ZoneInfo(timezone), last)
    waiting = _read_reviews(sheets, reviews, last, settled)
    return StaffReading(
        roster.entries,
        (*roster.problems, *waiting.problems),
        StaffWords(roster.words, waiting.words),
        roster.remarks,
        waiting.remarks,
    )


def _read_roster(
    sheets: _Sheets,
    registrations: tuple[Registration, ...],
    known: tuple[StaffEntry, ...],
    zone: ZoneInfo,
    last: Published,
) -> RosterReading:
    table = sheets.table(ROSTER)
    if table is None:
        return RosterReading(problems=(f"汇总表里找不到工作表“{ROSTER.title}”，没有读取其中填写的内容。",))
    return RosterReader(table, sheets.text_of(ROSTER, table), registrations, known, zone, last).read()


def _read_reviews(
    sheets: _Sheets, reviews: tuple[MailEntry, ...], last: Published, settled: Collection[int]
) -> ReviewReading:
    table = sheets.table(REVIEWS)
    if table is None:
        told = f"汇总表里找不到工作表“{REVIEWS.title}”，没有读取其中填写的内容。"
        return ReviewReading(problems=(told,) if reviews else ())
    return read_reviews(table, sheets.text_of(REVIEWS, table), reviews, last, settled)


class _Sheets:
    """The sheets of one file; raises UnreadableWorkbookError where it is no workbook. The results of formulas are
    loaded when the first one is asked for."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._book = load(content)
        self._values: Workbook | None = None

    def table(self, layout: Layout) -> OldTable | None:
        """A sheet's table, None where there is no such sheet."""
        sheet = self._book[layout.title] if layout.title in self._book.sheetnames else None
        return read_table(sheet, layout) if isinstance(sheet, Worksheet) else None

    def text_of(self, layout: Layout, table: OldTable) -> TextOf:
        """Reads cells of a table as text; of a formula its result, as far as the file still holds one."""

        def text(row: OldRow, header: str) -> str:
            cell = row.cells.get(table.positions.get(header, 0))
            if cell is None or cell.data_type != "f":
                return cell.text if cell else ""
            if self._values is None:
                self._values = load(self._content, values_only=True)
            result = self._values[layout.title].cell(cell.row, cell.column).value
            return str(result).strip() if result is not None else cell.text

        return text
