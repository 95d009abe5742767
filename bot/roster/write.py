"""The shared workbook written: loaded with all that staff added, the bot's cells renewed, replaced in one step.

Never changes a workbook that is open elsewhere (WorkbookBusyError) and never overwrites one that it can't
read: that one is kept aside under another name. Between the old file and the new one there is no moment
without a whole file: the new one is written beside it, flushed to disk, then takes its name.
"""

from __future__ import annotations

import itertools
import os
import stat
import tempfile
import warnings as python_warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import TransientError, WorkbookBusyError
from bot.records.office import EventView
from bot.roster import locks, parts, pictures
from bot.roster.existing import OldTable, match_people
from bot.roster.layout import MAILS, ORGANISATIONS, REVIEWS, ROSTER, SCANS, STATISTICS_TITLE, TABLES, Record
from bot.roster.list_sheets import list_tables
from bot.roster.match import Matching
from bot.roster.published import Published, person_of
from bot.roster.review_rows import arrange, published_now, review_records
from bot.roster.sheets import (
    in_list_order,
    local_time,
    mail_records,
    organisation_records,
    roster_records,
    scan_pictures,
    scan_records,
)
from bot.roster.statistics import write_statistics
from bot.roster.styles import Styles
from bot.roster.table import Rebuild

OLE_SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""A workbook with a password to open it, or one saved in the format of Excel 97 ([MS-CFB] 2.2)."""
_OWN_SHEETS: Final = frozenset({*(layout.title for layout in TABLES), SCANS.title, STATISTICS_TITLE})
_TEMPORARY: Final = ".xlsx-writing"


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What staff should know about a write, in Chinese; empty when all went as always. Not for the log.

    `published` is what the workbook shows now, as marks (hashes): to be kept until the next read and write."""

    warnings: tuple[str, ...] = ()
    published: str = ""


def write_workbook(path: Path, view: EventView, now: datetime, published: str | None = None) -> WriteReport:
    """Bring the workbook at `path` up to date, making it (and its folder) if need be. `published` is that of the
    last report: by it the row of somebody who was replaced since is still known for the same registration's.

    Raises WorkbookBusyError while another program has it open, and when it has a password; TransientError
    when the disk refuses or the file holds what can't be worked with. In each case it stands as it was.
    """
    path = path.resolve()
    locks.assert_closed(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_remains(path)
        before = _read(path)
        content, warnings = _renewed(path, before, view, now, Published.of_text(published))
        if _read(path) != before:
            raise locks.busy(path)
        _replace(path, content)
    except WorkbookBusyError:
        raise
    except PermissionError as error:
        raise locks.busy(path) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TransientError(
            f"汇总表“{path.name}”写不进去（{reason}）；请检查磁盘空间和文件夹权限，稍后会自动再试。"
        ) from error
    return WriteReport(warnings, published_now(view).as_text())


def set_aside(path: Path, target: Path) -> None:
    """Give the workbook at `path` the name `target`; one that has that name already stays, and ours gets a number.

    Raises WorkbookBusyError while another program has it open.
    """
    locks.assert_closed(path)
    free = target
    for number in itertools.count(2):
        if not free.exists():
            break
        free = target.with_stem(f"{target.stem}-{number}")
    try:
        path.replace(free)
    except OSError as error:
        raise locks.busy(path) from error


def render(view: EventView, now: datetime) -> bytes:
    """A workbook made from the ledger alone (for `export --format xlsx`)."""
    book = _empty_book()
    _fill(book, view, now, Published())
    return pictures.place(_bytes_of(book), SCANS.title, scan_pictures(view))


def workbook_bytes(path: Path) -> bytes | None:
    """The shared workbook as it lies there (for the digest), None where there is none.

    Raises WorkbookBusyError when another program does not let it be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise locks.busy(path) from error


def load(content: bytes, *, values_only: bool = False) -> Workbook:
    """Open a workbook with all that openpyxl can keep; what it warns about is carried over by `parts`.

    Raises UnreadableWorkbookError for anything that is no workbook."""
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        try:
            return load_workbook(BytesIO(content), rich_text=True, data_only=values_only)
        # Damaged files make openpyxl fail in every conceivable way.
        except Exception as error:
            raise UnreadableWorkbookError(type(error).__name__) from error


class UnreadableWorkbookError(Exception):
    """The file is no workbook that can be read."""


def assert_no_password(path: Path, content: bytes) -> None:
    """Raise WorkbookBusyError for a file that only its owner can open."""
    if content.startswith(OLE_SIGNATURE):
        raise WorkbookBusyError(
            f"汇总表“{path.name}”设了打开密码，或存成了旧的 xls 格式，暂不更新；"
            "请取消密码、另存为 xlsx 后关闭，会自动补上。"
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _renewed(
    path: Path, before: bytes, view: EventView, now: datetime, published: Published
) -> tuple[bytes, tuple[str, ...]]:
    """The new file's bytes, and what to tell staff."""
    if not before:
        return render(view, now), ()
    assert_no_password(path, before)
    try:
        book = load(before)
    except UnreadableWorkbookError:
        aside = _keep_aside(path, before, local_time(now, ZoneInfo(view.event.timezone)))
        told = (
            f"汇总表“{path.name}”已损坏、读不出来，原文件另存为“{aside.name}”，并按台账重新生成了一份；"
            "请把自己添加的内容从旧文件中补回。"
        )
        return render(view, now), (told,)
    try:
        return _refilled(book, before, view, now, published)
    # Whatever strange thing stands in it: a person decides what becomes of the file, the bot leaves it alone.
    except Exception as error:
        raise TransientError(
            f"汇总表“{path.name}”里有机器人处理不了的内容（{type(error).__name__}），暂不更新；"
            "请先把它改名留存，下次更新会另外生成一份。"
        ) from error


def _refilled(
    book: Workbook, before: bytes, view: EventView, now: datetime, published: Published
) -> tuple[bytes, tuple[str, ...]]:
    lists = {layout.title for layout, _ in list_tables(view.lists, book)}
    package = parts.collect(before, frozenset({STATISTICS_TITLE}), _OWN_SHEETS | lists)
    warnings = _fill(book, view, now, published)
    for title, kept in package.sheets.items():
        sheet = book[title]
        if kept.drawing and isinstance(sheet, Worksheet):
            sheet._charts, sheet._images = [], []  # type: ignore[attr-defined]
    grafted = parts.graft(_bytes_of(book), package)
    return pictures.place(grafted, SCANS.title, scan_pictures(view)), tuple(warnings)


def _empty_book() -> Workbook:
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    return book


def _fill(book: Workbook, view: EventView, now: datetime, published: Published) -> list[str]:
    styles, zone = Styles(book), ZoneInfo(view.event.timezone)
    people = [person_of(registration, zone, published) for registration in in_list_order(view.registrations)]
    roster, reviews, scans = roster_records(view), review_records(view), scan_records(view)

    def place_people(table: OldTable) -> tuple[Sequence[Record], Matching]:
        return roster, match_people(table, ROSTER, people)

    warnings: list[str] = []
    for layout, records, place in (
        (ROSTER, roster, place_people),
        (ORGANISATIONS, organisation_records(view), None),
        (REVIEWS, reviews, arrange(reviews, view.settled_reviews, published)),
        *(((SCANS, scans, None),) if scans or SCANS.title in book.sheetnames else ()),
        *((layout, rows, None) for layout, rows in list_tables(view.lists, book)),
        (MAILS, mail_records(view), None),
    ):
        rebuild = Rebuild(book, layout, records, styles)
        rebuild.run(place)
        warnings += rebuild.warnings
    write_statistics(book, view, now)
    # Formulas that staff wrote lose their stored results when openpyxl saves them.
    book.calculation.fullCalcOnLoad = True
    return warnings


def _bytes_of(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _keep_aside(path: Path, content: bytes, now: datetime) -> Path:
    """A copy under a name that tells what it is; the original stands until the new one takes its place."""
    aside = path.with_name(f"{path.stem}.损坏-{now:%Y%m%d-%H%M%S}{path.suffix}")
    number = 1
    while aside.exists() and aside.read_bytes() != content:
        number += 1
        aside = path.with_name(f"{path.stem}.损坏-{now:%Y%m%d-%H%M%S}-{number}{path.suffix}")
    _replace(aside, content)
    return aside


def _clear_remains(path: Path) -> None:
    """Half-written files of a run that was killed."""
    for remains in path.parent.glob(f".*{_TEMPORARY}"):
        if remains.name.startswith(f".{path.stem}."):
            remains.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    """Write beside the target, flush to disk, then take its name in one step."""
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=_TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode_for(path))
        locks.assert_closed(path)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _mode_for(path: Path) -> int:
    """The old file's permissions; for a new one those that any program's file would get (mkstemp gives 0600)."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """So that the new name survives a power cut; Windows neither can nor needs to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
