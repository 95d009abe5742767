"""Pictures that a page shows: inside the page as data, or beside it in the mail. Pure."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from bot.replies.mime import InlinePicture


def data_uri(content: bytes) -> str:
    """A PNG as an address that holds it whole (RFC 2397): for pages that are files."""
    return f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"


@dataclass
class Shown:
    """Collects the pictures of one mail as its page asks for them; equal ones are sent once. Mail programs do not
    show `data:` addresses, but they do show `cid:` ones (RFC 2392)."""

    _found: dict[bytes, InlinePicture] = field(default_factory=dict)

    def __call__(self, content: bytes) -> str:
        name = f"{hashlib.sha256(content).hexdigest()[:24]}@scan.invalid"
        return f"cid:{self._found.setdefault(content, InlinePicture(name, content)).content_id}"

    @property
    def pictures(self) -> tuple[InlinePicture, ...]:
        return tuple(self._found.values())
