"""Address headers put into the form that RFC 5322 asks for, so that mail-parser reads them right.

Mends raw octets, encoded words inside quotes, commas inside encoded names, full-width separators, a
missing blank before `<`, and display names that look like addresses. Invents no address. Pure.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from bot.intake.decode import decode_text, decode_words, one_line, unfold

_WORDS_OR_QUOTED = re.compile(
    rb'"((?:[^"\\]|\\.)*)"|((?:=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,6000}\?=[ \t]*)+)', re.DOTALL
)
_HELD = re.compile("\ue000(\\d+)\ue001")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.+[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\.?@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
)
"""RFC 5322's addr-spec without quoted local parts; dots may double before the @, as some providers allow."""
_LIMIT = 500


@dataclass(frozen=True, slots=True)
class MendedAddresses:
    """`header` for mail-parser, ASCII only; `count` good addresses in it; `refused` items that name none."""

    header: str
    count: int
    refused: int


def is_address(text: str) -> bool:
    """Whether `text` is one plain address that a mail may be sent to."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def encoded(text: str) -> str:
    """Text as RFC 2047 words in UTF-8, "" for no text."""
    pieces = [text[i : i + 14] for i in range(0, len(text), 14)]
    return " ".join(f"=?utf-8?b?{base64.b64encode(piece.encode('utf-8')).decode('ascii')}?=" for piece in pieces)


def mend_addresses(values: list[bytes], *, several: bool) -> MendedAddresses:
    """All occurrences of one address header as one list; `several` where a list is normal (To, Cc), so that
    full-width commas and semicolons separate as well."""
    items: list[str] = []
    refused = 0
    for value in values:
        found, bad = _mend_one(value, several)
        items += found
        refused += bad
    items = items[:_LIMIT]
    return MendedAddresses(", ".join(items), len(items), refused)


def _mend_one(value: bytes, several: bool) -> tuple[list[str], int]:
    held: list[str] = []

    def hold(match: re.Match[bytes]) -> bytes:
        quoted = match[1]
        text = decode_words(re.sub(rb"\\(.)", rb"\1", quoted) if quoted is not None else match[2])
        held.append(one_line(text))
        return f" \ue000{len(held) - 1}\ue001 ".encode()

    octets = _WORDS_OR_QUOTED.sub(hold, unfold(value[:65536]))
    pieces = re.split(rb"( \xee\x80\x80\d+\xee\x80\x81 )", octets)
    text = "".join(p.decode() if i % 2 else decode_text(p) for i, p in enumerate(pieces))
    if several:
        text = re.sub("[，、；;]", ",", text)
    items: list[str] = []
    refused = 0
    name_so_far = ""
    for item in text.split(","):
        closed = [piece.rpartition("<") for piece in item.split(">")[:-1] if "<" in piece]
        mailboxes = [(name, address) for name, _, address in closed] or _without_angles(item)
        if not mailboxes:
            # A comma inside a name without quotes, or a group's name: it belongs to what follows.
            name_so_far = f"{name_so_far} {item}".strip()[:1000]
            continue
        for name, address in mailboxes:
            address = re.sub(r"\s+", "", _released(address, held))
            if is_address(address):
                shown = one_line(_released(f"{name_so_far} {name}", held)).strip(" '\"")[:300]
                items.append(f"{encoded(shown)} <{address}>".strip())
            else:
                refused += 1
            name_so_far = ""
    return items, refused


def _without_angles(item: str) -> list[tuple[str, str]]:
    """`a@b.cn` or `a@b.cn (Name)` or `Name a@b.cn`."""
    item = item[:2000]
    bare = re.sub(r"\([^()]*\)", " ", item)
    comment = " ".join(re.findall(r"\(([^()]*)\)", item))
    words = [word for word in bare.rpartition(":")[2].split() if "@" in word]
    if not words:
        return []
    rest = " ".join(word for word in bare.split() if word != words[-1])
    return [(f"{rest} {comment}", words[-1])]


def _released(text: str, held: list[str]) -> str:
    return _HELD.sub(lambda match: held[int(match[1])] if int(match[1]) < len(held) else "", text)
