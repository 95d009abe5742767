"""What a field of an RTF file shows where its result says nothing: tick boxes, chosen entries, symbols.

Pure. Never fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.forms.readers.symbols import EMPTY_BOX, TICKED_BOX, symbol

_NO_RESULT = 25
_CHECK_BOX, _LIST = 1, 2
_SYMBOL_FIELD = re.compile(r"SYMBOL\s+(\d{1,5})\b.*?\\f\s*\"?([\w ]+)", re.I)


@dataclass(slots=True)
class FormField:
    """A field's code, and what a form field of Word 97-2003 says of itself (\\fftype, \\ffres, \\ffl)."""

    code: list[str] = field(default_factory=list)
    kind: int = -1
    result: int = _NO_RESULT
    default: int = 0
    entries: list[str] = field(default_factory=list)

    def shown(self) -> str:
        """ "" for a field whose result stands beside it."""
        chosen = self.default if self.result == _NO_RESULT else self.result
        if self.kind == _CHECK_BOX:
            return TICKED_BOX if chosen else EMPTY_BOX
        if self.kind == _LIST:
            return self.entries[chosen] if 0 <= chosen < len(self.entries) else ""
        found = _SYMBOL_FIELD.search("".join(self.code))
        return symbol(int(found[1]), found[2].strip()) if found else ""
