"""What this installation can read beyond Word, Excel and text: the extras and programs that are there.

Looks only whether they can be found; loads none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from bot.forms.readers import heavy, libreoffice

PICTURES = "图片、扫描件和照片"
_INSTALL = "安装方法：在程序文件夹里运行 python -m pip install --require-hashes -r requirements/full.lock。"
_LIBREOFFICE = "个别打不开的旧文件会留给人工处理；装上 LibreOffice 后，程序会请它另存一份再读。"


@dataclass(frozen=True, slots=True)
class Ability:
    """One kind of file for people: its name, whether it can be read, and what to say where it can't."""

    name: str
    available: bool
    missing_text: str = ""


def abilities() -> tuple[Ability, ...]:
    """All abilities that an installation may lack, in the order in which they matter."""
    return (
        _of(PICTURES, *heavy.LIBRARIES),
        _of("旧版 Word（doc、wps）", "doc2docx"),
        _of("7z 压缩包", "py7zr"),
        _of("RAR 压缩包", "unrar.cffi"),
        _of("苹果手机照片（heic）", "pi_heif"),
        Ability("LibreOffice（读不了的旧文件请它另存）", libreoffice.is_installed(), _LIBREOFFICE),
    )


def _of(name: str, *libraries: str) -> Ability:
    text = f"{name}读不了，会留给人工处理；{_INSTALL}"
    return Ability(name, all(_is_there(library) for library in libraries), text)


def _is_there(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        # The package around it is missing, or half installed.
        return False
