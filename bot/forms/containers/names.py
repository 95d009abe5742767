"""What files inside containers are called: decoded, harmless to show, and never a path.

Pure; never fails: what can't be decoded is shown as well as it can be.
"""

from __future__ import annotations

import re

_NOT_SHOWN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_DRIVE = re.compile(r"^[A-Za-z]:")
_LONGEST_PART = 120
_MOST_PARTS = 6
_NAMELESS = "未命名文件"
_CLUTTER_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "icon\r"})
_CLUTTER_FOLDERS = frozenset({"__macosx", "$recycle.bin", ".git", ".svn"})


def shown_name(name: str) -> str:
    """A file's name for people: folders by "/", without drive, "..", control and direction characters."""
    parts = [_DRIVE.sub("", part) for part in name.replace("\\", "/").split("/")]
    kept = [clean for part in parts if (clean := _NOT_SHOWN.sub("", part).strip()) not in ("", ".", "..")]
    return "/".join(_shortened(part) for part in kept[-_MOST_PARTS:]) or _NAMELESS


def is_clutter(name: str) -> bool:
    """Whether a file is what file managers and office programs leave behind, not what somebody sent."""
    *folders, last = name.replace("\\", "/").lower().rstrip("/").split("/")
    if last in _CLUTTER_FILES or last.startswith(("._", "~$", ".~lock.")):
        return True
    return any(folder in _CLUTTER_FOLDERS for folder in folders)


def decoded_name(raw: bytes) -> str:
    """A name whose charset nobody wrote down: UTF-8, else what Chinese Windows writes (GB 18030), else cp437."""
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _shortened(part: str) -> str:
    """A long name keeps its end, where its kind stands."""
    return part if len(part) <= _LONGEST_PART else part[: _LONGEST_PART - 20] + "…" + part[-19:]
