"""Has LibreOffice, where the machine has it, save an Office file anew that no reader can read.

Called by the bot's own process, never by a worker, which may start no programs. LibreOffice runs with a profile of
its own (no macros, no links, nothing of the user's), on a file with a name of ours, within limits of time and
size. Fails with UnreadableFileError.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

MAX_BYTES = 64 * 2**20
MAX_CONVERTED = 64 * 2**20
TIMEOUT_SECONDS = 60

_TEXT, _SHEET = "docx:MS Word 2007 XML", "xlsx:Calc MS Excel 2007 XML"
_TARGETS: Mapping[FileKind, tuple[str, str]] = {
    FileKind.DOC: ("doc", _TEXT),
    FileKind.DOCX: ("docx", _TEXT),
    FileKind.RTF: ("rtf", _TEXT),
    FileKind.ODT: ("odt", _TEXT),
    FileKind.OFFICE_XML: ("xml", _TEXT),
    FileKind.XLS: ("xls", _SHEET),
    FileKind.XLSB: ("xlsb", _SHEET),
    FileKind.XLSX: ("xlsx", _SHEET),
    FileKind.ODS: ("ods", _SHEET),
}
CONVERTIBLE = frozenset(_TARGETS)
"""The kinds that LibreOffice can save anew."""

_USUAL_PLACES = (
    "/usr/bin/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
# (path, name, value): no macros, no active content, links never updated, no start-up extras.
_SETTINGS = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
)
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PROGRAMFILES")


def is_installed() -> bool:
    """Whether LibreOffice is on PATH or in one of the usual places."""
    return _program() is not None


def convert(kind: FileKind, content: bytes) -> bytes | None:
    """The file as a .docx or .xlsx, or None where LibreOffice is missing or does not know the kind.

    What is no Office file at all LibreOffice takes for text: a result counts only when a form is found in it.
    Raises UnreadableFileError: `too_large` for a file or result beyond the limits, `corrupt` where LibreOffice
    gives nothing or takes longer than TIMEOUT_SECONDS.
    """
    program, target = _program(), _TARGETS.get(kind)
    if program is None or target is None:
        return None
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    ending, wanted = target
    if kind is FileKind.OFFICE_XML and b"office:spreadsheet" in content[:8192]:
        wanted = _SHEET
    with tempfile.TemporaryDirectory(prefix="office", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, profile, out = folder / f"a.{ending}", folder / "profile", folder / "out"
        source.write_bytes(content)
        _write_profile(profile)
        _run(_command(program, profile, wanted, out, source), folder)
        saved = out / f"a.{wanted.partition(':')[0]}"
        if not saved.is_file():
            raise UnreadableFileError(UnreadCode.CORRUPT)
        if saved.stat().st_size > MAX_CONVERTED:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        return saved.read_bytes()


def _program() -> str | None:
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    return on_path or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def _command(program: str, profile: Path, wanted: str, out: Path, source: Path) -> list[str]:
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"]
    user = f"-env:UserInstallation={profile.as_uri()}"
    return [program, user, *options, "--convert-to", wanted, "--outdir", str(out), str(source)]


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )


def _run(command: list[str], folder: Path) -> None:
    """Runs the program to its end, with no more of the environment than it needs; ended with all its children when
    it takes too long."""
    environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
    home = str(folder)
    environment |= {"HOME": home, "TMPDIR": home, "TMP": home, "TEMP": home, "USERPROFILE": home}
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        ) as process:
            try:
                process.wait(TIMEOUT_SECONDS)
            except BaseException:
                _end(process)
                raise
            _end(process)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it started: soffice is a starter for another process."""
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
