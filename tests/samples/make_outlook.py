"""Makes what Outlook makes: compound files ([MS-CFB]), .msg ([MS-OXMSG]) and winmail.dat ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

Tree = Mapping[str, "bytes | Tree"]
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096


@dataclass
class _Node:
    name: str
    data: bytes | None
    children: list[int] = field(default_factory=list)
    right: int = _FREE
    start: int = _END


def compound(tree: Tree) -> bytes:
    """A compound file with these storages (mappings) and streams (bytes)."""
    nodes = [_Node("Root Entry", None)]
    _grow(nodes, 0, tree)
    chains: list[tuple[int, int]] = []
    body, small = bytearray(), bytearray()
    small_table: list[int] = []
    for node in nodes:
        if node.data and len(node.data) < _CUTOFF:
            node.start = len(small) // _SMALL
            count = -(-len(node.data) // _SMALL)
            small_table += [*range(node.start + 1, node.start + count), _END]
            small += node.data.ljust(count * _SMALL, b"\0")
        elif node.data:
            node.start = _append(body, node.data, chains)
    nodes[0].data = bytes(small)
    nodes[0].start = _append(body, bytes(small), chains) if small else _END
    packed_table = struct.pack(f"<{len(small_table)}L", *small_table)
    packed_table = packed_table.ljust(-(-len(packed_table) // _SECTOR) * _SECTOR, b"\xff")
    small_table_at = _append(body, packed_table, chains) if small else _END
    directory_at = _append(body, b"".join(_entry(number, node) for number, node in enumerate(nodes)), chains)
    used = len(body) // _SECTOR
    tables = next(count for count in range(1, 110) if count * 128 >= used + count)
    table = [_FREE] * (tables * 128)
    for start, count in chains:
        table[start : start + count] = [*range(start + 1, start + count), _END]
    table[used : used + tables] = [_FAT] * tables
    header = struct.pack(
        "<8s16xHHHHH6xLLLLLLLLL",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        tables,
        directory_at,
        0,
        _CUTOFF,
        small_table_at,
        len(packed_table) // _SECTOR,
        _END,
        0,
    )
    places = [used + number for number in range(tables)]
    header += struct.pack("<109L", *places, *[_FREE] * (109 - tables))
    return header + bytes(body) + struct.pack(f"<{len(table)}L", *table)


def _grow(nodes: list[_Node], parent: int, tree: Tree) -> None:
    for name, content in sorted(tree.items(), key=lambda pair: (len(pair[0]), pair[0].upper())):
        nodes.append(_Node(name, content if isinstance(content, bytes) else None))
        nodes[parent].children.append(len(nodes) - 1)
        if not isinstance(content, bytes):
            _grow(nodes, len(nodes) - 1, content)
    children = nodes[parent].children
    for one, following in pairwise(children):
        nodes[one].right = following


def _append(body: bytearray, data: bytes, chains: list[tuple[int, int]]) -> int:
    start, count = len(body) // _SECTOR, max(1, -(-len(data) // _SECTOR))
    chains.append((start, count))
    body += data.ljust(count * _SECTOR, b"\0")
    return start


def _entry(number: int, node: _Node) -> bytes:
    name = node.name.encode("utf-16-le")
    kind = 5 if number == 0 else 1 if node.data is None else 2
    child = node.children[0] if node.children else _FREE
    return struct.pack(
        "<64sHBBLLL36xLQ",
        name,
        len(name) + 2,
        kind,
        1,
        _FREE,
        node.right,
        child,
        node.start,
        len(node.data or b""),
    )


def message(
    *attachments: tuple[str, bytes | Tree],
    html: str = "",
    text: str = "",
    ansi: bool = False,
    inside: bool = False,
    rtf: bytes = b"",
    content_id: str = "",
) -> Tree:
    """The storages of a .msg: attachments by name (a mapping: an attached mail, or an embedded object); `ansi`:
    texts in code page 936; `inside` for one that is attached to another."""
    kind = 0x001E if ansi else 0x001F

    def coded(value: str) -> bytes:
        return value.encode("gbk") if ansi else value.encode("utf-16-le")

    numbers = [(0x3FFD, 936), (0x3FDE, 936)]
    properties = bytes(24 if inside else 32) + b"".join(
        struct.pack("<HHLL4x", 0x0003, number, 6, value) for number, value in numbers
    )
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": properties}
    if text:
        tree[f"__substg1.0_1000{kind:04X}"] = coded(text)
    if html:
        tree["__substg1.0_10130102"] = html.encode("gbk")
    if rtf:
        tree["__substg1.0_10090102"] = rtf
    for number, (name, content) in enumerate(attachments):
        attachment: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(8)}
        attachment[f"__substg1.0_3707{kind:04X}"] = coded(name)
        if content_id:
            attachment[f"__substg1.0_3712{kind:04X}"] = coded(content_id)
        attachment["__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"] = content
        tree[f"__attach_version1.0_#{number:08X}"] = attachment
    return tree


def packed_object(name: str, content: bytes) -> bytes:
    """An Ole10Native stream: a file put into a document as a package."""
    raw = name.encode("gbk") + b"\0"
    body = b"\x02\x00" + raw + b"C:\\" + raw + bytes.fromhex("00000300")
    path = b"C:\\Temp\\" + raw
    body += struct.pack("<L", len(path)) + path + struct.pack("<L", len(content)) + content
    return struct.pack("<L", len(body)) + body


def tnef(*attachments: tuple[str, bytes], html: str = "", text: str = "", long_names: bool = True) -> bytes:
    """A winmail.dat in code page 936; with `long_names` each name stands as a MAPI property in UTF-16, too."""
    out = struct.pack("<LH", 0x223E9F78, 1) + attribute(1, 0x069007, struct.pack("<LL", 936, 0))
    if text:
        out += attribute(1, 0x02800C, text.encode("gbk") + b"\0")
    if html:
        out += attribute(1, 0x069003, mapi_list((0x0102, 0x1013, html.encode("gbk"))))
    for name, content in attachments:
        out += attribute(2, 0x069002, bytes(14)) + attribute(2, 0x018010, name.encode("gbk") + b"\0")
        out += attribute(2, 0x06800F, content)
        if long_names:
            out += attribute(2, 0x069005, mapi_list((0x001F, 0x3707, (name + "\0").encode("utf-16-le"))))
    return out


def attribute(level: int, number: int, value: bytes) -> bytes:
    """One TNEF attribute with its checksum."""
    return struct.pack("<BLL", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def mapi_list(*properties: tuple[int, int, bytes]) -> bytes:
    """MAPI properties of variable length (type, number, bytes each) behind a named one and a fixed one."""
    named = (
        struct.pack("<HH16xLL", 0x000B, 0x8001, 1, 6)
        + "ab\0".encode("utf-16-le")
        + bytes(2)
        + struct.pack("<L", 1)
    )
    fixed = struct.pack("<HHQ", 0x0040, 0x3007, 1)
    out = struct.pack("<L", len(properties) + 2) + named + fixed
    for kind, number, value in properties:
        out += struct.pack("<HHLL", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
    return out
