"""An event in which some values were read from a scan with little certainty, with pictures of their cells."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

from bot.records.decision import Registration
from bot.records.form import FieldProblem, ProblemCode
from bot.records.office import EventView
from tests.unit.office_views import full_view


def png(width: int = 320, height: int = 60, shade: int = 200) -> bytes:
    """A plain grey picture (PNG, 3rd edition: signature, IHDR, IDAT, IEND)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    row = b"\x00" + bytes([shade]) * width
    pixels = zlib.compress(row * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def unsure(field: str, label: str, person: str, *, picture: bytes = b"", blocking: bool = True) -> FieldProblem:
    text = f"{person}的{label}" if person else label
    text += "在扫描件或照片上看不清，请核对。"
    return FieldProblem(field, ProblemCode.UNCERTAIN, text, label, person, blocking, picture)


def doubtful(person: Registration, number: int) -> Registration:
    """The person with an uncertain name, mobile and tax number, each with a picture of its own."""
    return replace(
        person,
        origin="回执表（盖章）.pdf 第1页 第3行",
        problems=(
            unsure("name", "姓名", person.name, picture=png(shade=100 + number)),
            unsure("mobile", "手机", person.name, picture=png(640, 90, shade=120 + number)),
            unsure("taxpayer_id", "纳税人识别号", "", picture=png(900, 40, shade=140 + number)),
        ),
    )


def scanned_view(*places: int) -> EventView:
    """`full_view` with doubtful people at these places of its list."""
    view = full_view()
    people = [replace(person, id=person.id or index + 1) for index, person in enumerate(view.registrations)]
    for number, place in enumerate(places):
        people[place] = doubtful(people[place], number)
    return replace(view, registrations=tuple(people))
