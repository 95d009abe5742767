"""Pictures: how large they are by their headers, which are decoration, and those inside documents."""

from __future__ import annotations

import base64
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.containers.contents import Limits
from bot.forms.containers.picture_size import is_small_picture, picture_size
from bot.forms.containers.pictures import pictures_in_package, pictures_in_page
from bot.forms.kinds import FileKind, kind_of
from bot.forms.unpack import is_decoration
from bot.records.form import UnreadCode
from bot.records.mail import Attachment
from tests.samples.make_forms import slip, word_form
from tests.samples.make_outlook import compound, packed_object
from tests.samples.make_package import package

NOISE = random.Random(1).randbytes(20_000)


def png(width: int, height: int, size: int = 20_000) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">LL", width, height) + NOISE[:size]


def jpeg(width: int, height: int) -> bytes:
    exif = b"\xff\xe1" + struct.pack(">H", 1_002) + b"Exif\x00\x00" + NOISE[:994]
    frame = b"\xff\xff\xc2" + struct.pack(">HBHH", 17, 8, height, width)
    return b"\xff\xd8" + exif + b"\xff\x01" + frame + NOISE


def tiff(order: str, width: int, height: int) -> bytes:
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    short = struct.pack(order + "HHLHH", 256, 3, 1, width, 0)
    long = struct.pack(order + "HHLL", 257, 4, 1, height)
    return mark + struct.pack(order + "LH", 8, 2) + short + long + NOISE


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<LLLLll", 20_054, 0, 54, 40, width, height) + NOISE


def webp(kind: bytes, header: bytes) -> bytes:
    return b"RIFF\x00\x00\x00\x00WEBP" + kind + header + NOISE


def heic(*sizes: tuple[int, int]) -> bytes:
    boxes = b"".join(struct.pack(">L4sLLL", 20, b"ispe", 0, *size) for size in sizes)
    return b"\x00\x00\x00\x18ftypheic" + bytes(12) + boxes + NOISE


@pytest.mark.parametrize(
    "content",
    [
        png(1240, 1754),
        jpeg(1240, 1754),
        b"GIF89a" + struct.pack("<HH", 1240, 1754) + NOISE,
        bmp(1240, -1754),
        b"BM" + struct.pack("<LLLLHH", 20_054, 0, 26, 12, 1240, 1754) + NOISE,
        tiff("<", 1240, 1754),
        tiff(">", 1240, 1754),
        webp(b"VP8 ", bytes(10) + struct.pack("<HH", 1240, 1754)),
        webp(b"VP8L", bytes(4) + b"\x2f" + struct.pack("<L", 1239 | 1753 << 14)),
        webp(b"VP8X", bytes(8) + (1239).to_bytes(3, "little") + (1753).to_bytes(3, "little")),
        heic((320, 240), (1240, 1754), (512, 512)),
    ],
)
def test_reads_the_size_from_the_header_of_every_kind(content: bytes) -> None:
    assert kind_of(content) is FileKind.PICTURE
    assert picture_size(content) == (1240, 1754)
    assert not is_small_picture(content, inline=True)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff\xda", b"\xff\xd8x", b"II*\x00\xff\xff\xff\xff", png(0, 5), NOISE]
)
def test_what_the_header_does_not_say_is_not_guessed(content: bytes) -> None:
    assert picture_size(content) is None


@given(
    st.sampled_from(
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"RIFFxxxxWEBPVP8L", b"xxxxftypispe"]
    ),
    st.binary(max_size=300),
)
def test_no_header_breaks_it(beginning: bytes, rest: bytes) -> None:
    size = picture_size(beginning + rest)

    assert size is None or min(size) > 0


@pytest.mark.parametrize(
    ("content", "inline", "decoration"),
    [
        (png(1654, 2339, 18_000), False, False),
        (png(1654, 2339, 18_000), True, False),
        (png(1100, 420), True, False),
        (png(900, 260), False, False),
        (png(600, 150), True, True),
        (png(430, 430), True, True),
        (png(430, 430), False, True),
        (png(200, 60), False, True),
        (png(1, 1, 40), True, True),
        (png(2000, 2000, 900), False, True),
    ],
)
def test_a_picture_is_decoration_by_its_pixels(content: bytes, inline: bool, decoration: bool) -> None:
    attachment = Attachment("图.png", content, "image/png", referenced=inline)

    assert is_decoration(attachment, kind_of(content)) is decoration


def test_pictures_of_a_word_file_come_in_their_order_without_logos() -> None:
    parts = {f"word/media/image{number}.png": png(1240, 1000 + number) for number in (10, 2, 1)}
    content = package({"word/document.xml": "<x/>", "word/media/logo.png": png(120, 40), **parts})

    items = pictures_in_package("回执.docx", content, Limits())

    assert [item.name for item in items] == ["image1.png", "image2.png", "image10.png"]
    assert all(item.inline for item in items)


def test_pictures_of_a_sheet_and_of_an_open_document_are_found() -> None:
    page = png(1240, 1754)

    for name in ("xl/media/image1.png", "Pictures/1000.png"):
        assert [item.content for item in pictures_in_package("x", package({name: page}), Limits())] == [page]


def test_forms_embedded_as_objects_are_found() -> None:
    form = word_form(slip(5, 2))
    content = package(
        {
            "word/embeddings/Microsoft_Word_Document.docx": form,
            "word/embeddings/oleObject1.bin": compound({"\x01Ole10Native": packed_object("回执.docx", form)}),
            "word/embeddings/other.bin": b"\x01\x02",
        }
    )

    items = pictures_in_package("x.docx", content, Limits())

    assert [kind_of(item.content) for item in items] == [FileKind.DOCX, FileKind.OTHER_OLE]


def test_a_part_that_is_too_large_costs_only_itself() -> None:
    content = package(
        {"word/media/image1.bmp": bmp(1240, 1754) + bytes(5_000), "word/media/image2.png": png(900, 900, 6_000)}
    )

    items = pictures_in_package("x.docx", content, Limits(bytes=8_000))

    assert [(item.name, item.code) for item in items] == [
        ("image1.bmp", UnreadCode.TOO_LARGE),
        ("image2.png", None),
    ]


def test_pictures_of_a_saved_page_are_found() -> None:
    page = png(1240, 1754)
    coded = base64.encodebytes(page).decode()
    archive = (
        "From: <saved>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b\r\nContent-Type: image/png\r\n"
        f"Content-Location: file:///C:/x/scan.png\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}\r\n--b--\r\n"
    )
    inside = f'<html><img src="data:image/png;base64,{coded}"><img src="data:image/gif;base64,{"A" * 300}">'

    assert [(i.name, i.content) for i in pictures_in_page("x", archive.encode(), Limits())] == [("scan.png", page)]
    assert [(i.name, i.content) for i in pictures_in_page("x", inside.encode(), Limits())] == [("图片1", page)]
