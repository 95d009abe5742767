"""Makes zip packages part by part, for files that no library would write."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts; a content-type part is added where none is given."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if "[Content_Types].xml" not in parts:
            archive.writestr(
                "[Content_Types].xml",
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            )
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def relationships(*links: tuple[str, str, str], kinds: str = TRANSITIONAL) -> str:
    """A .rels part: (id, last word of the type, target) each."""
    rows = "".join(
        f'<Relationship Id="{i}" Type="{kinds}/{kind}" Target="{target}"/>' for i, kind, target in links
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{rows}</Relationships>'


def compound_file(*names: str) -> bytes:
    """A compound file ([MS-CFB]) with a directory of these entries, as old office files and encrypted ones are."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    header[24:34] = bytes.fromhex("3e000300feff09000600")
    header[44:52] = (1).to_bytes(4, "little") + (1).to_bytes(4, "little")
    header[76:512] = b"\x00\x00\x00\x00" + b"\xff" * 432
    allocation = (b"\xfd\xff\xff\xff" + b"\xfe\xff\xff\xff").ljust(512, b"\xff")
    directory = b""
    for name in ("Root Entry", *names)[:4]:
        encoded = name.encode("utf-16-le") + b"\x00\x00"
        entry = encoded.ljust(64, b"\x00") + len(encoded).to_bytes(2, "little") + b"\x02"
        directory += entry.ljust(128, b"\x00")
    return bytes(header) + allocation + directory.ljust(512, b"\x00")
