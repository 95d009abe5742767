"""Short marks of what stands in a row, by which it is known again; hashes, so that they hold nobody's particulars.
Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b


def mark_of(texts: Iterable[str]) -> str:
    """A short mark of some texts as `plain` gives them."""
    return blake2b("\x1f".join(texts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def who_mark(name: str, id_number: str, mobile: str, received: datetime | None) -> str:
    """The mark of the person in a row, texts as `plain` gives them; "" where the row does not say enough."""
    if not name or received is None:
        return ""
    return mark_of((name, id_number, mobile, received.isoformat()))
