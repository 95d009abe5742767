"""Breaks files in the ways that find mistakes in readers: bytes anywhere, and inside the parts of packages.

The same file, other file and number always give the same broken file, so that a case is known by its number.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

_EXTREMES = (
    b"\x00" * 4,
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x01\x00\x00\x00",
    b"\xfe\xff\xff\xff",
)
_NUMBERS = (b"0", b"-1", b"65536", b"2147483647", b"99999999999999999999", b"1e309", b"")
_DEEP = 3_000
_LARGEST_PART = 4_000_000

Mutation = Callable[[random.Random, bytes, bytes], bytes]


def broken(content: bytes, other: bytes, number: int) -> bytes:
    """`content` broken in one to three ways; `other` is another file of the same kind to splice with."""
    rng = random.Random(f"{zlib.crc32(content)}:{number}")
    if content.startswith(b"PK") and rng.random() < 0.8:
        return _in_a_part(rng, content, other)
    return _several(rng, content, other)


def _several(rng: random.Random, content: bytes, other: bytes) -> bytes:
    ways: tuple[Mutation, ...] = _BYTES
    if _is_marked_up(content):
        ways = (*_BYTES, *_MARKUP, *_MARKUP)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if content:
            content = rng.choice(ways)(rng, content, other)
    return content


def _is_marked_up(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf\r\n ")[:1] in (b"<", b"{")


def _in_a_part(rng: random.Random, content: bytes, other: bytes) -> bytes:
    """The package with one of its parts broken and packed again, so that its check sum fits."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if one.file_size < _LARGEST_PART]
            parts = {one.filename: archive.read(one) for one in entries}
    except Exception:  # noqa: BLE001 -- a file that is no whole zip is broken byte by byte
        return _several(rng, content, other)
    weights = [len(part) + 50 for part in parts.values()]
    chosen = rng.choices(list(parts), weights)[0]
    action = rng.random()
    if action < 0.06:
        del parts[chosen]
    elif action < 0.1:
        parts[rng.choice(list(parts))] = parts[chosen]
    else:
        parts[chosen] = _several(rng, parts[chosen], rng.choice(list(parts.values())))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _flipped(rng: random.Random, content: bytes, other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 4, 16))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _overwritten(rng: random.Random, content: bytes, other: bytes) -> bytes:
    """A number turned into an extreme one; more often near the beginning, where headers are."""
    place = rng.randrange(min(len(content), rng.choice((64, 1024, len(content)))))
    return content[:place] + rng.choice(_EXTREMES) + content[place + 4 :]


def _cut(rng: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: rng.randrange(len(content))]


def _hole(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 2_000) :]


def _repeated(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start = rng.randrange(len(content))
    piece = content[start : start + rng.randrange(1, 500)]
    return content[:start] + piece * rng.choice((2, 3, 50)) + content[start:]


def _spliced(rng: random.Random, content: bytes, other: bytes) -> bytes:
    if not other:
        return content
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def _swapped_piece(rng: random.Random, content: bytes, other: bytes) -> bytes:
    if not other:
        return content
    start, source = rng.randrange(len(content)), rng.randrange(len(other))
    size = rng.randrange(1, 1_000)
    return content[:start] + other[source : source + size] + content[start + size :]


def _other_number(rng: random.Random, content: bytes, other: bytes) -> bytes:
    found = list(re.finditer(rb"-?\d+", content[:200_000]))
    if not found:
        return content
    hit = rng.choice(found)
    return content[: hit.start()] + rng.choice(_NUMBERS) + content[hit.end() :]


def _piece(rng: random.Random, content: bytes) -> tuple[int, int]:
    """Where an element or group begins, and where its opening ends."""
    found = list(re.finditer(rb"<[A-Za-z][^<>]{0,200}>|\{\\?[a-z]{0,12}", content[:500_000]))
    if not found:
        return 0, 0
    return rng.choice(found).span()


def _nested(rng: random.Random, content: bytes, other: bytes) -> bytes:
    """An opening that is never closed, thousands of times."""
    start, end = _piece(rng, content)
    return content[:start] + content[start:end] * rng.choice((2, 20, _DEEP)) + content[start:]


def _without_tag(rng: random.Random, content: bytes, other: bytes) -> bytes:
    start, end = _piece(rng, content)
    return content[:start] + content[end:]


def _with_entities(rng: random.Random, content: bytes, other: bytes) -> bytes:
    """Entities that would grow without bound, for readers that expand them."""
    lines = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(9))
    declared = b'<!DOCTYPE x [<!ENTITY e0 "eeeeeeeeee">' + lines + b"]>"
    head, mark, rest = content.partition(b"?>")
    return head + mark + declared + rest.replace(b"</", b"&e9;</", 1) if mark else declared + content


_BYTES: tuple[Mutation, ...] = (
    _flipped,
    _flipped,
    _overwritten,
    _overwritten,
    _cut,
    _hole,
    _repeated,
    _spliced,
    _swapped_piece,
    _other_number,
)
_MARKUP: tuple[Mutation, ...] = (_other_number, _nested, _without_tag, _with_entities)
