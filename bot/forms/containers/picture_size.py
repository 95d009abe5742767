"""How large a picture is, by its header alone, and whether that is too small for a form.

Nothing is decoded. Headers: PNG (ISO/IEC 15948, 11.2.2), JPEG (ITU-T T.81, B.2.2), GIF89a, BMP, TIFF 6.0, WebP
(RFC 9649), HEIF (ISO/IEC 23008-12, `ispe`). Pure; never fails: what can't be told is None.
"""

from __future__ import annotations

import struct

from bot.forms.kinds import FileKind, kind_of

ATTACHED_SIDES = (250, 600)
"""Shorter and longer side in pixels from which an attached picture may be a form (a screenshot of two rows)."""

INLINE_SIDES = (350, 700)
"""The same for pictures shown inside the text, where signatures, logos and QR codes stand."""

FEWEST_BYTES = 4_000
"""A page with writing takes more, even in two colours."""

SMALL_BYTES = 30_000
SMALL_INLINE_BYTES = 100_000
"""Bytes below which a picture counts as small where its header does not say how many pixels it has."""

_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_MOST_TAGS = 200


def is_small_picture(content: bytes, *, inline: bool) -> bool:
    """Whether this is a picture, and one too small for a form: a logo, a signature, a QR code."""
    if kind_of(content) is not FileKind.PICTURE:
        return False
    size = picture_size(content)
    if size is None:
        return len(content) < (SMALL_INLINE_BYTES if inline else SMALL_BYTES)
    shorter, longer = INLINE_SIDES if inline else ATTACHED_SIDES
    return min(size) < shorter or max(size) < longer or len(content) < FEWEST_BYTES


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, or None where the header does not say."""
    for look in (_png, _jpeg, _gif, _bmp, _tiff, _webp, _heif):
        try:
            size = look(content)
        except (struct.error, IndexError):
            size = None
        if size is not None and size[0] > 0 and size[1] > 0:
            return size
    return None


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">LL", content, 16)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 < len(content):
        if content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        elif marker == 0xDA:
            return None
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 2
        else:
            position += 2 + max(2, struct.unpack_from(">H", content, position + 2)[0])
    return None


def _gif(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"GIF8"):
        return None
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _bmp(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"BM"):
        return None
    if struct.unpack_from("<L", content, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", content, 18)
        return width, height
    width, height = struct.unpack_from("<ll", content, 18)
    return width, abs(height)


def _tiff(content: bytes) -> tuple[int, int] | None:
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(content[:4])
    if order is None:
        return None
    (directory,) = struct.unpack_from(order + "L", content, 4)
    (count,) = struct.unpack_from(order + "H", content, directory)
    sides: dict[int, int] = {}
    for number in range(min(count, _MOST_TAGS)):
        at = directory + 2 + number * 12
        tag, kind = struct.unpack_from(order + "HH", content, at)
        if tag in (256, 257):
            sides[tag] = struct.unpack_from(order + ("H" if kind == 3 else "L"), content, at + 8)[0]
    return (sides[256], sides[257]) if len(sides) == 2 else None


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        return width, height
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<L", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def _heif(content: bytes) -> tuple[int, int] | None:
    """The largest of the sizes told: thumbnails and tiles have their own."""
    if content[4:8] != b"ftyp":
        return None
    best: tuple[int, int] | None = None
    beginning = content[:65_536]
    at = beginning.find(b"ispe")
    while at >= 0 and at + 16 <= len(beginning):
        width, height = struct.unpack_from(">LL", beginning, at + 8)
        if best is None or width * height > best[0] * best[1]:
            best = (width, height)
        at = beginning.find(b"ispe", at + 4)
    return best
