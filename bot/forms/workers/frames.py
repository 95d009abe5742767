"""The messages between the bot and its worker processes: a JSON head and raw bytes after it.

A frame is the head's length (4 bytes, big-endian), the head in UTF-8, then the blobs whose lengths the head names.
Nothing is unpickled: what comes out of a worker is taken for as hostile as the file that it read.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

MOST_REQUEST = 2_000_000_000
"""The longest message to a worker: a file that was already held in memory."""

MOST_BYTES = 150_000_000
"""The longest answer of a worker; a longer one ends the conversation."""

MOST_HEAD = 24_000_000
MOST_PARTS = 1_000_000
"""Bytes of a head, and lists and objects in it, which take twenty times the room once they are taken apart. A
sheet of a hundred thousand cells takes ten million bytes."""

_LENGTH = struct.Struct(">I")


class BrokenFrameError(Exception):
    """The other side ended, or said something that is no frame."""


class FrameTooLongError(BrokenFrameError):
    """The other side wants to say more than is listened to."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: `head` is any JSON object, `blobs` the bytes that belong to it."""

    head: dict[str, Any]
    blobs: tuple[bytes, ...] = ()


def write_frame(
    stream: IO[bytes], head: dict[str, Any], blobs: Sequence[bytes] = (), most: int = MOST_BYTES
) -> None:
    """Send one message. OSError when nobody listens any more; FrameTooLongError, with nothing sent, when the other
    side would not read it."""
    sizes = [len(blob) for blob in blobs]
    text = json.dumps({**head, "blobs": sizes}, ensure_ascii=False, separators=(",", ":"))
    encoded = text.encode("utf-8", "surrogatepass")
    _check(encoded)
    if len(encoded) + sum(sizes) > most:
        raise FrameTooLongError
    stream.write(_LENGTH.pack(len(encoded)) + encoded)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def read_frame(stream: IO[bytes], most: int = MOST_BYTES) -> Frame:
    """The next message. BrokenFrameError when there is none or when it makes no sense."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > min(most, MOST_HEAD):
        raise FrameTooLongError
    encoded = _exactly(stream, length)
    _check(encoded)
    try:
        head = json.loads(encoded.decode("utf-8", "surrogatepass"))
        sizes = [int(size) for size in head.pop("blobs")]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise BrokenFrameError from None
    if length + sum(sizes) > most or any(size < 0 for size in sizes):
        raise FrameTooLongError
    return Frame(head, tuple(_exactly(stream, size) for size in sizes))


def _check(encoded: bytes) -> None:
    if len(encoded) > MOST_HEAD or encoded.count(b"[") + encoded.count(b"{") > MOST_PARTS:
        raise FrameTooLongError


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise BrokenFrameError
    return content
