"""What an opened container holds, and how much of it may be taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.records.form import UnreadCode


@dataclass(frozen=True, slots=True)
class Item:
    """One file inside a container; `name` is what it is called there and never becomes a path.

    `code` says why it could not be taken out (then `content` is empty). `inline` marks pictures that a mail or
    document shows inside its text.
    """

    name: str
    content: bytes = field(default=b"", repr=False)
    code: UnreadCode | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What may still be taken out of one mail's containers: number of files, and bytes unpacked altogether.

    `ratio` is how many times larger than its packed form a file may become.
    """

    items: int = 200
    bytes: int = 100_000_000
    ratio: int = 200


Opener = Callable[[str, bytes, Limits], tuple[Item, ...]]
"""Takes origin, bytes and limits; gives the files inside. Raises UnreadableFileError for the whole container."""
