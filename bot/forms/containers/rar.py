"""Takes files out of RAR archives, old and new (RAR 4 and 5), by UnRAR's library (unrar2-cffi, extra `archives`).

The library opens files only by path, so the archive lies in a private temporary folder while it is read, under a
name of our own; nothing is unpacked to disk and no password tried. Every byte passes a counter that stops the
library at the limit. Raises UnreadableFileError for the archive; single files become Items with a code.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bot.forms.containers.basket import THE_REST, Basket
from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.names import is_clutter
from bot.forms.containers.sentences import LIBRARY_MISSING, SEVERAL_VOLUMES
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

# Codes and messages of the library (dll.hpp of UnRAR).
_SUCCESS, _END, _MISSING_PASSWORD, _BAD_PASSWORD, _NEXT_VOLUME_MISSING = 0, 10, 22, 24, 15
_DATA, _GO_ON, _STOP = 1, 1, -1
_SPLIT_BEFORE, _SPLIT_AFTER, _ENCRYPTED, _DIRECTORY = 0x01, 0x02, 0x04, 0x20
_MOST_ENTRIES = 20_000


def open_rar(origin: str, content: bytes, limits: Limits) -> tuple[Item, ...]:
    """The files in a RAR archive, in its order. `origin` is not needed."""
    try:
        from unrar.cffi import unrarlib
    except ImportError as error:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, LIBRARY_MISSING) from error
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        path = Path(folder, "archive.rar")
        path.write_bytes(content)
        try:
            with unrarlib.RarArchive.open_for_processing(str(path)) as archive:
                return _files_of(unrarlib, archive.handle, limits)
        except unrarlib.BadRarPassword as error:
            raise UnreadableFileError(UnreadCode.ENCRYPTED) from error
        except unrarlib.BadRarFile as error:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error


def _files_of(unrarlib: Any, handle: Any, limits: Limits) -> tuple[Item, ...]:
    basket = Basket(limits)
    encrypted = readable = entries = 0
    for _ in range(_MOST_ENTRIES):
        header = unrarlib.RARHeaderDataEx()
        code = unrarlib.RARReadHeaderEx(handle, header)
        if code != _SUCCESS:
            break
        entries += 1
        name = unrarlib.ffi.string(header.FileNameW)
        if header.Flags & (_SPLIT_BEFORE | _SPLIT_AFTER):
            raise UnreadableFileError(UnreadCode.UNSUPPORTED, SEVERAL_VOLUMES)
        if header.Flags & _DIRECTORY or is_clutter(name):
            done = _skip(unrarlib, handle)
        elif header.Flags & _ENCRYPTED:
            encrypted += 1
            basket.refuse(name, UnreadCode.ENCRYPTED)
            done = _skip(unrarlib, handle)
        else:
            readable += 1
            done = _take(unrarlib, handle, header, name, basket)
        if not done:
            break
    else:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    if (encrypted and not readable) or code in (_MISSING_PASSWORD, _BAD_PASSWORD):
        raise UnreadableFileError(UnreadCode.ENCRYPTED)
    if not entries:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    if code != _END:
        if not basket.items:
            raise UnreadableFileError(UnreadCode.CORRUPT)
        basket.refuse(THE_REST, UnreadCode.CORRUPT)
    return basket.items


def _skip(unrarlib: Any, handle: Any) -> bool:
    return bool(
        unrarlib.RARProcessFileW(handle, unrarlib.C_RAR_SKIP, unrarlib.ffi.NULL, unrarlib.ffi.NULL) == _SUCCESS
    )


def _take(unrarlib: Any, handle: Any, header: Any, name: str, basket: Basket) -> bool:
    """Takes the file whose header was just read into the basket; False where the library can't go on after it."""
    size = header.UnpSize + (header.UnpSizeHigh << 32)
    packed = header.PackSize + (header.PackSizeHigh << 32)
    if not basket.fits(size, packed):
        basket.refuse(name, UnreadCode.TOO_LARGE)
        return _skip(unrarlib, handle)
    content = bytearray()
    limit = basket.room

    def receive(message: int, first: int, second: int) -> int:
        """What the library calls: for data, and to ask for a password, a volume, memory (never had)."""
        if message != _DATA or len(content) + second > limit:
            return _STOP
        content.extend(unrarlib.ffi.buffer(unrarlib.ffi.cast("char *", first), second))
        return _GO_ON

    ffi = unrarlib.ffi
    kept_alive = ffi.new_handle(receive)
    unrarlib.RARSetCallbackPtr(handle, unrarlib.PyUNRARCALLBACKStub, kept_alive)
    code = unrarlib.RARProcessFileW(handle, unrarlib.C_RAR_TEST, ffi.NULL, ffi.NULL)
    unrarlib.RARSetCallbackPtr(handle, ffi.NULL, ffi.NULL)
    if code == _SUCCESS:
        basket.add(name, bytes(content))
    elif code in (_MISSING_PASSWORD, _BAD_PASSWORD):
        basket.refuse(name, UnreadCode.ENCRYPTED)
    elif code == _NEXT_VOLUME_MISSING:
        raise UnreadableFileError(UnreadCode.UNSUPPORTED, SEVERAL_VOLUMES)
    else:
        basket.refuse(name, UnreadCode.CORRUPT)
    return True
