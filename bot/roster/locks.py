"""Whether somebody has the workbook open, told by the lock files that office programs lay beside it.

LibreOffice writes `.~lock.NAME#`, Excel and WPS on Windows `~$NAME`, WPS on Linux `.~NAME`. Never touches
them. A lock file that has not changed for a day is taken for the remains of a crash: a program that
really still has the file open then refuses the replacement (Windows) or warns before it saves over it.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from bot.errors import WorkbookBusyError

STALE_AFTER_SECONDS: Final = 24 * 3600


def _lock_files(path: Path) -> tuple[tuple[Path, str], ...]:
    return (
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice"),
        (path.with_name(f"~${path.name}"), "Excel 或 WPS"),
        (path.with_name(f".~{path.name}"), "WPS"),
    )


def open_in(path: Path) -> str:
    """The program that has the workbook open, or "". Looks at the machine's clock: a lock file's age is a fact
    of the machine, not of the time that a rehearsal plays in."""
    for lock, program in _lock_files(path):
        try:
            changed = lock.stat().st_mtime
        except OSError:
            continue
        if time.time() - changed < STALE_AFTER_SECONDS:
            return program
    return ""


def busy(path: Path, program: str = "") -> WorkbookBusyError:
    """The error that tells what to do; without the name of who has it open."""
    where = f"正在 {program} 中打开" if program else "正被其他程序占用"
    return WorkbookBusyError(
        f"汇总表“{path.name}”{where}，暂不更新；关闭该文件后会自动补上，期间的报名都已记录，不会丢失。"
    )


def assert_closed(path: Path) -> None:
    """Raise WorkbookBusyError when a lock file beside the workbook says that it is open."""
    program = open_in(path)
    if program:
        raise busy(path, program)
