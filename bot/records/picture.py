"""The size of a small picture (PNG), told from its first bytes."""

from __future__ import annotations

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST_SIDE = 20_000


def png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels (PNG, 3rd edition, 11.2.1: IHDR comes first), None for anything but a PNG."""
    if not content.startswith(_SIGNATURE) or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return (width, height) if 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE else None


def fitted(size: tuple[int, int], widest: int, highest: int) -> tuple[int, int]:
    """The size at which a picture fits into so many pixels, never enlarged, with the same proportions."""
    scale = min(1.0, widest / size[0], highest / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
