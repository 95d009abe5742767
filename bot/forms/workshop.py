"""Where hostile files are opened: in this process (tests) or in worker processes (bot.forms.workers).

Both give the same answers. What a file breaks is an UnreadableFileError, a full disk a TransientError.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.errors import TransientError
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.openers import OPENERS, PICTURES_IN
from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.heavy import NeedsOcrError
from bot.forms.readers.registry import PAGE_READERS, READERS
from bot.records.form import Document, UnreadCode

_NOT_INSTALLED = "本机没有安装读取这种文件的组件，系统读不了，请改用 Word 或 Excel 格式的回执表发送。"
_DISK_FULL = "本机的临时文件夹写不下了，附件暂时读不了，请清理磁盘；稍后会自动再试。"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)})

_Result = TypeVar("_Result")


class Workshop(Protocol):
    """Opens files. Every method raises UnreadableFileError for what can't be opened, TransientError where it is
    this machine's fault, and nothing else."""

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

    With `pages`, documents come with pictures of their pages, where they have fixed ones. With `hands_on`, as in a
    worker process, NeedsOcrError is raised for what another process has to read.
    """

    def __init__(self, *, pages: bool = False, hands_on: bool = False) -> None:
        self._readers = {**READERS, **PAGE_READERS} if pages else READERS
        self._hands_on = hands_on

    def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
        return self._orderly(lambda: self._readers[kind](origin, content))

    def unpack(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        return self._orderly(lambda: OPENERS[kind](origin, content, limits))

    def pictures(self, kind: FileKind, origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
        return self._orderly(lambda: PICTURES_IN[kind](origin, content, limits))

    def convert(self, kind: FileKind, content: bytes) -> bytes | None:
        return None

    def _orderly(self, opened: Callable[[], _Result]) -> _Result:
        """What a reader gives; whatever it raises is turned into a reason."""
        try:
            return opened()
        except (UnreadableFileError, TransientError):
            raise
        except NeedsOcrError:
            if self._hands_on:
                raise
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED) from None
        except ImportError:
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, _NOT_INSTALLED) from None
        except MemoryError:
            raise UnreadableFileError(UnreadCode.TOO_LARGE) from None
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise TransientError(_DISK_FULL) from None
            code = UnreadCode.TOO_LARGE if error.errno == errno.EFBIG else UnreadCode.CORRUPT
            raise UnreadableFileError(code) from None
        except Exception:  # noqa: BLE001 -- files come from anybody: whatever one breaks, it costs only that file
            raise UnreadableFileError(UnreadCode.CORRUPT) from None
