"""Where hostile files are opened: in this process (tests) or in worker processes (bot.forms.workers).

Both give the same answers and raise only UnreadableFileError.
"""

from __future__ import annotations

from typing import Protocol

from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.openers import OPENERS, PICTURES_IN
from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.heavy import NeedsOcrError
from bot.forms.readers.registry import PAGE_READERS, READERS
from bot.records.form import Document, UnreadCode

_NOT_INSTALLED = "本机没有安装读取这种文件的组件，系统读不了，请改用 Word 或 Excel 格式的回执表发送。"


class Workshop(Protocol):
    """Opens files. Every method raises UnreadableFileError for what can't be opened, and nothing else."""

    def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
        """What the file says. `kind` is one of READERS."""
        ...

    def unpack(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        """The files inside. `kind` is one of OPENERS."""
        ...

    def pictures(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        """The pictures inside a document. `kind` is one of PICTURES_IN."""
        ...

    def convert(self, kind: FileKind, content: bytes) -> bytes | None:
        """The file as another program saves it anew, for readers that could not read it; None where there is no
        such program, or it does not know the kind."""
        ...


class SameProcess:
    """Opens files right here, without any limit but the readers' own.

    With `pages`, documents come with pictures of their pages, where they have fixed ones.
    """

    def __init__(self, *, pages: bool = False) -> None:
        self._readers = {**READERS, **PAGE_READERS} if pages else READERS

    def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
        try:
            return self._readers[kind](origin, content)
        except (UnreadableFileError, NeedsOcrError, MemoryError):
            raise
        except ImportError:
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED) from None
        except Exception:  # noqa: BLE001 -- files come from anybody: whatever one breaks, it costs only that file
            raise UnreadableFileError(UnreadCode.CORRUPT) from None

    def unpack(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        try:
            return OPENERS[kind](origin, content, limits)
        except (UnreadableFileError, NeedsOcrError, MemoryError):
            raise
        except ImportError:
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED) from None
        except Exception:  # noqa: BLE001 -- as above
            raise UnreadableFileError(UnreadCode.CORRUPT) from None

    def pictures(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        try:
            return PICTURES_IN[kind](origin, content, limits)
        except (UnreadableFileError, NeedsOcrError, MemoryError):
            raise
        except ImportError:
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED) from None
        except Exception:  # noqa: BLE001 -- as above
            raise UnreadableFileError(UnreadCode.CORRUPT) from None

    def convert(self, kind: FileKind, content: bytes) -> bytes | None:
        return None
