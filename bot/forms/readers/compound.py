"""Opens compound files ([MS-CFB]) from memory, by olefile.

Fails with UnreadableFileError, whatever the library raises on a damaged file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

# What olefile raises on a damaged file: its own errors are OSErrors; numbers and indexes out of the file pass
# through as they come, and a directory that leads into itself ends in RecursionError.
_DAMAGED = (OSError, ValueError, TypeError, LookupError, OverflowError, AttributeError, RecursionError)


@contextmanager
def compound_file(content: bytes) -> Iterator[Any]:
    """The open OleFileIO of a file. UnreadableFileError (corrupt) also for what breaks while its streams are read
    inside the `with`."""
    import olefile

    try:
        # Never the bytes themselves: olefile takes short ones for the path of a file, and opens that.
        with olefile.OleFileIO(BytesIO(content)) as file:
            yield file
    except _DAMAGED as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
