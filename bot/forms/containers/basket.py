"""Collects what is taken out of one container, within the limits of the mail.

`UnreadableFileError` (too_large) ends the whole container when it holds too many files; a single file that is too
large becomes an Item with that code, and the others are still read.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.names import is_clutter, shown_name
from bot.forms.containers.sentences import TOO_MANY_FILES
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

LARGEST_FILE = 60_000_000
"""Bytes of one unpacked file: more than a mail can bring unpacked, so no form is larger."""

RATIO_COUNTS_FROM = 4 * 2**20
"""Bytes from which the ratio is looked at: small files may be mostly blanks."""

THE_REST = "其余文件"
"""What the files are called that can't be listed behind a damage."""


class Basket:
    """What was taken out so far. Names may be raw; clutter (.DS_Store, ~$lock files) is left out."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.bytes
        self._items: list[Item] = []

    @property
    def items(self) -> tuple[Item, ...]:
        """What was taken out, in the container's order."""
        return tuple(self._items)

    @property
    def room(self) -> int:
        """The most bytes that the next file may have."""
        return min(LARGEST_FILE, self._left)

    def fits(self, size: int, packed: int | None = None) -> bool:
        """Whether a file of `size` bytes may be taken out; `packed` is how many it takes in the container."""
        too_tight = packed is not None and size > RATIO_COUNTS_FROM and size > self._limits.ratio * max(packed, 1)
        return 0 <= size <= self.room and not too_tight

    def add(self, name: str, content: bytes, *, inline: bool = False) -> None:
        """Keeps one file. Raises UnreadableFileError where there are too many."""
        if is_clutter(name):
            return
        if len(content) > self.room:
            self.refuse(name, UnreadCode.TOO_LARGE)
            return
        self._left -= len(content)
        self._put(Item(shown_name(name), content, inline=inline))

    def refuse(self, name: str, code: UnreadCode) -> None:
        """Names one file that can't be taken out. Raises UnreadableFileError where there are too many."""
        if not is_clutter(name):
            self._put(Item(shown_name(name), code=code))

    def take(
        self,
        name: str,
        size: int,
        read: Callable[[int], bytes],
        *,
        packed: int | None = None,
        inline: bool = False,
    ) -> None:
        """Takes one file out by `read`, which gets the most bytes that it may give (one more tells that there are
        more) and may raise UnreadableFileError for this file alone. `size` is what the container promises."""
        if is_clutter(name):
            return
        if not self.fits(size, packed):
            self.refuse(name, UnreadCode.TOO_LARGE)
            return
        try:
            content = read(self.room)
        except UnreadableFileError as error:
            self.refuse(name, error.code)
        else:
            self.add(name, content, inline=inline)

    def _put(self, item: Item) -> None:
        if len(self._items) >= self._limits.items:
            raise UnreadableFileError(UnreadCode.TOO_LARGE, TOO_MANY_FILES)
        self._items.append(item)
