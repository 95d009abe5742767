"""What a delivery report says in the form that machines read: message/delivery-status (RFC 3464).

Reads it as NetEase writes it, too: without the block about the whole message. Never raises. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.intake.addresses import is_address

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_LIMIT = 100_000
ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
"""An enhanced status code (RFC 3463)."""
SMTP_CODE = re.compile(r"(?<![\d.-])[45][0-5]\d(?=[ \-])")
"""A reply code (RFC 5321, 4.2) of refusal."""


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What became of one recipient: `action` is `failed`, `delayed`, `delivered`, `relayed`, `expanded` or "" for
    none; `recipient` the address that we wrote to, as far as it is told; `diagnostic` the server's words."""

    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def failed(self) -> bool:
        """Where the action is not said, the status tells (RFC 3463: class 2 is a success)."""
        return self.action == "failed" or (not self.action and not self.status.startswith("2"))


def recipients_of(report: str) -> tuple[RecipientStatus, ...]:
    """Every recipient that a message/delivery-status part tells about, in its order."""
    text = report[:_LIMIT].replace("\r\n", "\n").replace("\r", "\n")
    return tuple(_status(fields) for fields in _blocks(text) if {"final-recipient", "action"} & set(fields))


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Fields by their names in lower case, the first of each name; some servers leave out the blank line between
    two recipients."""
    fields: dict[str, str] = {}
    for line in [*re.sub(r"\n[ \t]+(?=\S)", " ", text).split("\n"), ""]:
        match = _FIELD.match(line)
        name = match[1].lower() if match else ""
        if (not line.strip() or (name in fields and name == "final-recipient")) and fields:
            yield fields
            fields = {}
        if match:
            fields.setdefault(name, match[2].strip())


def _status(fields: dict[str, str]) -> RecipientStatus:
    addresses = (_address(fields.get(name, "")) for name in ("original-recipient", "final-recipient"))
    action = re.match(r"[a-z]+", fields.get("action", "").lower())
    # A type and a semicolon stand before the words: `smtp; 550 5.1.1 …`.
    diagnostic = re.sub(r"^\s*[A-Za-z][\w-]{0,20}\s*;\s*", "", fields.get("diagnostic-code", ""))
    return RecipientStatus(
        recipient=next((address for address in addresses if address), ""),
        action=action[0] if action else "",
        status=best_code(fields.get("status", ""), diagnostic),
        diagnostic=diagnostic,
    )


def _address(value: str) -> str:
    """`rfc822; <somebody@example.org>` without the type and the brackets; "" where it is no address."""
    address = value.rpartition(";")[2].strip().strip("<>").strip()
    return address if is_address(address) else ""


def best_code(status: str, words: str) -> str:
    """The most telling code: many servers put 5.0.0 into the field and the real one into the words."""
    given = ENHANCED.search(status)
    written = ENHANCED.search(words)
    reply = SMTP_CODE.search(words + " ")
    if given and not given[0].endswith(".0.0"):
        return given[0]
    return next((found[0] for found in (written, reply, given) if found), "")
