"""`check`: configuration, templates, ledger, workbook, mailbox and mail server, one by one.

Sends nothing and changes nothing: the ledger is opened read-only, the mailbox only examined, the mail server only
logged in to.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.app.wiring import PROJECT, composer_of, mailbox_of, server_of
from bot.digest.workdays import calendar_note
from bot.errors import BotError, UsageError
from bot.forms.abilities import PICTURES, abilities
from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.heavy import has_ocr
from bot.forms.workers.pool import WorkerProcesses
from bot.ledger.engine import file_of, parsed
from bot.ledger.ledger import Ledger
from bot.roster.locks import open_in
from bot.settings import ConfigurationError, Settings, load_settings

_RECOGNITION_BROKEN = (
    "文字识别组件已经安装，但启动不了（内存不足，或缺少系统运行库），扫描件和照片会留给人工处理；"
    "请重新安装组件，Windows 上还要装 Microsoft Visual C++ 运行库。"
)


@dataclass(frozen=True)
class Finding:
    """One line of the check: `ok` is False for what keeps the bot from working, None for a hint."""

    name: str
    ok: bool | None
    text: str
    exit_code: int = 0

    def __str__(self) -> str:
        sign = {True: "✓", False: "✗", None: "·"}[self.ok]
        return f"{sign} {self.name}：{self.text}"


def check_all(folder: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Each finding as soon as it is known. With a broken configuration nothing further is tried."""
    try:
        settings = load_settings(folder, environment, project=PROJECT)
    except ConfigurationError as error:
        for mistake in error.mistakes:
            yield Finding("配置", False, mistake, UsageError.exit_code)
        return
    yield _configuration(settings)
    yield from _hints(settings)
    yield from _readable()
    steps: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("模板", _templates),
        ("台账", _ledger),
        ("工作簿", _workbook),
        ("收信邮箱", _mailbox),
        ("发信邮箱", _server),
    )
    for name, step in steps:
        try:
            yield Finding(name, True, step(settings))
        except BotError as error:
            yield Finding(name, False, str(error), error.exit_code)


def _configuration(settings: Settings) -> Finding:
    titles = "、".join(f"{event.title}（{event.id}，{event.capacity} 人）" for event in settings.events)
    return Finding("配置", True, f"{settings.folder} 读取无误；活动：{titles}")


def _hints(settings: Settings) -> Iterator[Finding]:
    if not settings.organisations:
        yield Finding("会员名单", None, "organisations.csv 没有单位，会员身份都会显示“待确认”")
    else:
        yield Finding("会员名单", True, f"{len(settings.organisations)} 个单位")
    if not settings.bot.digest.recipients:
        yield Finding("简报", None, "digest.recipients 没有收件人，不会发出每日简报")
    elif any(address.endswith("@example.org") for address in settings.bot.digest.recipients):
        yield Finding("简报", None, "digest.recipients 还是示例地址，请改成本会同事的邮箱")
    last = max(event.ends for event in settings.events)
    if note := calendar_note(last, settings.bot.schedule.digest_days):
        yield Finding("节假日", None, note)


def _readable() -> Iterator[Finding]:
    """Whether attachments can be opened at all, and which kinds of file cannot be read here."""
    workers = WorkerProcesses()
    try:
        workers.read(FileKind.TEXT, "", "您好".encode())
        recognises = _recognises(workers)
    except BotError as error:
        yield Finding("附件", False, str(error), error.exit_code)
        return
    finally:
        workers.close()
    found = abilities()
    broken = PICTURES if recognises is False else ""
    known = "、".join(one.name for one in found if one.available and one.name != broken)
    yield Finding("附件", True, "Word、Excel、PDF、zip 等可以读取" + (f"；另有{known}" if known else ""))
    if broken:
        yield Finding("附件", None, _RECOGNITION_BROKEN)
    for one in found:
        if not one.available:
            yield Finding("附件", None, one.missing_text)


def _recognises(workers: WorkerProcesses) -> bool | None:
    """Whether recognition really starts: an installed library may lack what it needs of the system. None where it
    is not installed."""
    if not has_ocr():
        return None
    try:
        workers.read(FileKind.PICTURE, "", _blank_picture())
    except UnreadableFileError:
        return False
    return True


def _blank_picture(side: int = 320) -> bytes:
    """A white square as a Windows bitmap (BITMAPINFOHEADER, 24 bits)."""
    pixels = b"\xff" * (3 * side * side)
    header = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    return header + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels


def _templates(settings: Settings) -> str:
    mistakes = composer_of(settings).check()
    if mistakes:
        raise UsageError("；".join(mistakes))
    return f"{settings.templates} 齐全"


def _ledger(settings: Settings) -> str:
    ledger = Ledger.open(settings.ledger_url, exclusive=False)
    try:
        mails = len(ledger.mails(None))
    finally:
        ledger.close()
    file = file_of(parsed(settings.ledger_url))
    if file is not None and not _writable(file):
        raise UsageError(f"{file} 所在的文件夹不能写入，请检查权限或修改 ledger.url")
    return f"可以打开，已登记 {mails} 封邮件" if mails else "可以使用，还没有登记邮件"


def _workbook(settings: Settings) -> str:
    path = settings.workbook
    if not _writable(path):
        raise UsageError(f"{path} 所在的文件夹不能写入，请检查权限或修改 workbook.path")
    if path.exists() and (holder := open_in(path)):
        return f"{path} 正被打开（{holder}），关闭后会自动更新"
    return f"{path} 可以写入"


def _writable(path: Path) -> bool:
    """Whether the file, or a new one in its folder (which may have to be made), can be written."""
    existing = next((folder for folder in (path.parent, *path.parent.parents) if folder.exists()), None)
    into_folder = existing is not None and existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    return into_folder and (not path.exists() or (path.is_file() and os.access(path, os.W_OK)))


def _mailbox(settings: Settings) -> str:
    mailbox = mailbox_of(settings)
    try:
        mailbox.connect()
    finally:
        mailbox.close()
    return f"{settings.mailbox.host} 登录成功，文件夹 {settings.bot.mailbox.folder} 可以读取"


def _server(settings: Settings) -> str:
    server_of(settings).check()
    return f"{settings.smtp.host} 登录成功（没有发信）"
