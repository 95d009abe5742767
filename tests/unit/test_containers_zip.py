"""Zip archives as people pack them, and as attackers do."""

from __future__ import annotations

import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forms.containers.contents import Limits
from bot.forms.containers.zip import open_zip
from bot.forms.kinds import FileKind, kind_of
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode
from tests.samples.make_archives import overlapping_zip, raw_zip, unicode_path_extra, zipped

NAME, FORM = "材料/回执表.docx", b"form " * 400
TWO = [(NAME, FORM), ("名单.xlsx", b"list")]


def opened(content: bytes, limits: Limits | None = None) -> list[tuple[str, bytes | UnreadCode]]:
    return [(item.name, item.code or item.content) for item in open_zip("资料.zip", content, limits or Limits())]


def refused(content: bytes, limits: Limits | None = None) -> UnreadCode:
    with pytest.raises(UnreadableFileError) as error:
        open_zip("资料.zip", content, limits or Limits())
    return error.value.code


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_gives_the_files_in_their_order_however_packed(method: int) -> None:
    assert opened(zipped(TWO, method)) == TWO


@pytest.mark.parametrize(
    "content",
    [
        raw_zip([(NAME.encode("gbk"), FORM)]),
        raw_zip([(NAME.encode(), FORM)]),
        raw_zip([(NAME.encode(), FORM)], flags=0x800),
        raw_zip([(b"x.docx", FORM)], extra=unicode_path_extra(b"x.docx", NAME)),
        raw_zip([(NAME.encode("gbk"), FORM)], descriptor=True),
        b"#!/bin/sh\nexit\n" * 50 + zipped([(NAME, FORM)]),
    ],
)
def test_knows_names_in_every_charset_and_data_behind_every_header(content: bytes) -> None:
    assert opened(content) == [(NAME, FORM)]


def test_a_name_that_fits_no_charset_is_still_shown() -> None:
    assert opened(raw_zip([(b"\xff\xfe.docx", FORM)]))[0][1] == FORM


@pytest.mark.parametrize("descriptor", [True, False])
def test_a_zip_that_lost_its_directory_gives_what_is_whole(descriptor: bool) -> None:
    content = raw_zip([(NAME.encode("gbk"), FORM), (b"b", b"2")], descriptor=descriptor)

    torn = content[: content.index(b"PK\x01\x02")]

    assert opened(torn) == [(NAME, FORM), ("b", b"2")]


def test_a_zip_cut_in_its_last_file_names_that_file_only() -> None:
    content = raw_zip([(b"a.docx", FORM), (b"b.docx", bytes(range(256)) * 4)], method=0)

    assert opened(content[: content.index(b"PK\x01\x02") - 100]) == [
        ("a.docx", FORM),
        ("b.docx", UnreadCode.CORRUPT),
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04torn", zipped([])])
def test_a_zip_without_any_file_is_corrupt(content: bytes) -> None:
    assert refused(content) is UnreadCode.CORRUPT


def test_clutter_of_file_managers_is_left_out() -> None:
    clutter = ["__MACOSX/._回执.docx", ".DS_Store", "a/Thumbs.db", "a/desktop.ini", "a/~$回执.docx", "a/"]

    assert opened(zipped([*((name, b"x") for name in clutter), (NAME, FORM)])) == [(NAME, FORM)]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\报名\\回执.docx", "报名/回执.docx"),
        ("/a//./b.docx", "a/b.docx"),
        ("回执\u202excod.exe", "回执xcod.exe"),
        ("..", "未命名文件"),
        ("长" * 300 + ".docx", "长" * 100 + "…" + "长" * 14 + ".docx"),
    ],
)
def test_a_name_never_is_a_path_or_a_trick(stored: str, shown: str) -> None:
    assert opened(zipped([(stored, FORM)])) == [(shown, FORM)]


def test_an_encrypted_zip_is_named_so() -> None:
    assert refused(raw_zip([(b"a", FORM), (b"b", FORM)], flags=0x1)) is UnreadCode.ENCRYPTED
    assert refused(raw_zip([(b"a", FORM)], method=99)) is UnreadCode.ENCRYPTED


def test_beside_an_encrypted_file_the_others_are_read() -> None:
    content = bytearray(raw_zip([(b"a.docx", FORM), (b"b.docx", FORM)]))
    content[content.index(b"PK\x01\x02") + 8] |= 0x1

    assert opened(bytes(content)) == [("a.docx", UnreadCode.ENCRYPTED), ("b.docx", FORM)]


def test_a_volume_of_several_is_told_so() -> None:
    content = bytearray(zipped(TWO))
    content[content.index(b"PK\x05\x06") + 4] = 3
    content[content.index(b"PK\x01\x02")] = 0

    for volume in (bytes(content), b"PK\x07\x08" + zipped(TWO)):
        assert kind_of(volume) is FileKind.ZIP
        with pytest.raises(UnreadableFileError, match="分卷"):
            open_zip("x", volume, Limits())


def test_a_huge_file_beside_the_form_costs_only_itself() -> None:
    content = zipped([("录像.mp4", bytes(90_000_000)), (NAME, FORM)])

    assert opened(content) == [("录像.mp4", UnreadCode.TOO_LARGE), (NAME, FORM)]


def test_a_file_packed_too_tightly_is_not_unpacked() -> None:
    assert opened(zipped([("零", bytes(20_000_000)), (NAME, FORM)])) == [
        ("零", UnreadCode.TOO_LARGE),
        (NAME, FORM),
    ]


def test_bytes_are_counted_over_all_files() -> None:
    files = [(f"{number}.bin", bytes([number]) * 400) for number in range(4)]

    codes = [content for _, content in opened(zipped(files), Limits(bytes=1_000))]

    assert codes == [files[0][1], files[1][1], UnreadCode.TOO_LARGE, UnreadCode.TOO_LARGE]


@pytest.mark.parametrize(
    "content",
    [
        overlapping_zip(250, 1_000_000),
        raw_zip([(b"%d" % number, b"") for number in range(201)], method=0),
        raw_zip([(b"%d" % number, b"") for number in range(25_000)], method=0),
    ],
)
def test_a_bomb_is_too_large(content: bytes) -> None:
    assert refused(content) is UnreadCode.TOO_LARGE


@pytest.mark.parametrize("claimed", [10, 2_100])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_size_that_is_a_lie_makes_the_file_corrupt(method: int, claimed: int) -> None:
    content = bytearray(zipped([(NAME, FORM)], method))
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, claimed)

    assert opened(bytes(content)) == [(NAME, UnreadCode.CORRUPT)]


def test_an_unknown_way_of_packing_costs_only_its_file() -> None:
    content = bytearray(zipped(TWO))
    content[content.index(b"PK\x01\x02") + 10] = 97

    assert opened(bytes(content)) == [(NAME, UnreadCode.CORRUPT), TWO[1]]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"#!/bin/sh\n" + zipped(TWO), FileKind.ZIP),
        (b"some text " + zipped(TWO)[:-30], FileKind.UNKNOWN),
        (b"MZ" + zipped(TWO), FileKind.PROGRAM),
        (zipped([("x.docx", b"word/document.xml")], zipfile.ZIP_STORED)[:-40], FileKind.ZIP),
        (raw_zip([(b"word/%d" % number, b"") for number in range(20_001)], method=0), FileKind.ZIP),
    ],
)
def test_what_holds_a_zip_is_told_by_its_beginning_and_end(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.binary(min_size=1, max_size=6)), max_size=6))
def test_no_damage_breaks_more_than_the_archive(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(zipped([*TWO, ("c", bytes(range(256)) * 10)]))
    for at, noise in changes:
        content[at % len(content) : at % len(content) + len(noise)] = noise

    try:
        items = open_zip("x", bytes(content), Limits())
    except UnreadableFileError:
        return
    assert sum(len(item.content) for item in items) <= Limits().bytes
