"""Whether text in pictures may be recognised here: libraries installed, and the process the heavy one."""

from __future__ import annotations

import os
from importlib.util import find_spec

from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

OCR_ALLOWED = True
"""False in the light worker process: what needs recognition is then handed on to the heavy one."""

LIBRARIES = ("cv2", "rapidocr")
"""What recognition needs (extra `ocr`)."""

NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}
"""What keeps onnxruntime, from 1.29 on, from telling Microsoft of each start (its docs/Privacy.md). It must stand
in the environment before the library is loaded."""

_NOT_INSTALLED = "这是扫描件或图片，本机没有安装文字识别组件，系统读不了，请改用 Word 或 Excel 格式的回执表发送。"


class NeedsOcrError(Exception):
    """This file needs recognition, and this process is not the one for it."""


def has_ocr() -> bool:
    """Whether the libraries are installed."""
    return all(find_spec(name) is not None for name in LIBRARIES)


def require_ocr() -> None:
    """Go on only where pictures can be read. NeedsOcrError in the light process; UnreadableFileError where the
    libraries are missing."""
    if not has_ocr():
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED)
    if not OCR_ALLOWED:
        raise NeedsOcrError
    os.environ.update(NO_TELEMETRY)
