"""Outlook's .msg and winmail.dat, and files embedded as objects."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forms.containers import mapi
from bot.forms.containers.contents import Limits, Opener
from bot.forms.containers.msg import open_msg
from bot.forms.containers.ole_object import open_ole_object
from bot.forms.containers.tnef import open_tnef
from bot.forms.kinds import FileKind, kind_of
from bot.forms.readers.decoding import decoded
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode
from tests.samples.make_outlook import attribute, compound, mapi_list, message, packed_object, tnef
from tests.servers.require import require

NAME, FORM = "医院回执表（盖章）.docx", b"form " * 2_000
LOGO = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">LL", 120, 40) + bytes(9_000)


@pytest.fixture(autouse=True)
def _needs_olefile(request: pytest.FixtureRequest) -> None:
    if "winmail" not in request.node.name:
        try:
            import olefile  # noqa: F401
        except ImportError:
            require("olefile")


def from_msg(content: bytes) -> list[tuple[str, bytes | UnreadCode]]:
    return [(item.name, item.code or item.content) for item in open_msg("转发.msg", content, Limits())]


def from_tnef(content: bytes) -> list[tuple[str, bytes]]:
    return [(item.name, item.content) for item in open_tnef("winmail.dat", content, Limits())]


@pytest.mark.parametrize("ansi", [True, False])
def test_msg_gives_attachments_and_text_in_both_charsets(ansi: bool) -> None:
    content = compound(message((NAME, FORM), ("二.xlsx", b"x"), text="见附件", ansi=ansi))

    assert kind_of(content) is FileKind.OUTLOOK_MESSAGE
    assert from_msg(content) == [("邮件正文.txt", "见附件".encode()), (NAME, FORM), ("二.xlsx", b"x")]


def test_msg_text_is_given_as_a_page_where_it_was_one() -> None:
    page = '<meta charset="gb2312"><table><tr><td>回执表</table>'

    found = from_msg(compound(message(html=page, text="回执表")))

    assert [name for name, _ in found] == ["邮件正文.html"]
    assert isinstance(found[0][1], bytes)
    assert decoded(found[0][1]) == page


def test_msg_inside_msg_is_read_too() -> None:
    inner = message((NAME, FORM), text="内", inside=True)

    found = from_msg(compound(message(("转发：报名", inner), text="外")))

    assert found == [
        ("邮件正文.txt", "外".encode()),
        ("转发：报名/邮件正文.txt", "内".encode()),
        (f"转发：报名/{NAME}", FORM),
    ]


def test_msg_within_msg_ends_somewhere() -> None:
    inner = message((NAME, FORM), inside=True)
    for _ in range(6):
        inner = message(("再转发", inner), inside=True)

    codes = [content for _, content in from_msg(compound(message(("转发", inner))))]

    assert codes == [UnreadCode.TOO_LARGE]


def test_msg_gives_what_was_put_in_as_an_object() -> None:
    tree = {"\x01Ole10Native": packed_object(NAME, FORM)}

    assert from_msg(compound(message(("对象", tree)))) == [(NAME, FORM)]


def test_msg_leaves_logos_out() -> None:
    assert from_msg(compound(message(("image001.png", LOGO), content_id="image001.png@01", text="x"))) == [
        ("邮件正文.txt", b"x")
    ]


def test_msg_attachment_that_is_too_large_costs_only_itself() -> None:
    content = compound(message(("录像.mp4", bytes(9_000)), (NAME, FORM[:500])))

    found = [(item.name, item.code) for item in open_msg("x", content, Limits(bytes=1_000))]

    assert found == [("录像.mp4", UnreadCode.TOO_LARGE), (NAME, None)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(8, 50_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6))
def test_damage_to_msg_never_hangs_and_invents_nothing(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(compound(message((NAME, FORM), text="见附件")))
    for at, noise in changes:
        content[at % len(content) : at % len(content) + len(noise)] = noise

    try:
        items = open_msg("x", bytes(content), Limits())
    except Exception:  # noqa: BLE001 -- the workshop turns whatever a broken file raises into `corrupt`
        return
    assert sum(len(item.content) for item in items) <= 3 * len(content)


@pytest.mark.parametrize("long_names", [True, False])
def test_winmail_gives_attachments_with_chinese_names(long_names: bool) -> None:
    content = tnef((NAME, FORM), ("二.xlsx", b"xy"), text="见附件", long_names=long_names)

    assert kind_of(content) is FileKind.TNEF
    assert from_tnef(content) == [("邮件正文.txt", "见附件".encode()), (NAME, FORM), ("二.xlsx", b"xy")]


def test_winmail_gives_its_page() -> None:
    found = from_tnef(tnef(html="<table><tr><td>回执表</table>"))

    assert found[0][0] == "邮件正文.html"
    assert decoded(found[0][1]) == "<table><tr><td>回执表</table>"


def test_winmail_gives_a_mail_attached_to_it_to_be_opened_again() -> None:
    inner = tnef((NAME, FORM))
    properties = mapi_list((0x000D, 0x3701, bytes(16) + inner))
    content = tnef() + attribute(2, 0x069002, bytes(14)) + attribute(2, 0x069005, properties)

    assert from_tnef(content) == [("转发的邮件", inner)]


@pytest.mark.parametrize("content", [b"\x78\x9f\x3e\x22", b"\x78\x9f\x3e\x22\x01\x00" + b"\xff" * 60, b"other"])
def test_winmail_that_is_none_is_corrupt(content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as error:
        open_tnef("winmail.dat", content, Limits())

    assert error.value.code is UnreadCode.CORRUPT


def test_winmail_cut_short_gives_what_is_whole() -> None:
    content = tnef((NAME, FORM), ("二.xlsx", b"xy" * 500))

    assert from_tnef(content[:-900])[0] == (NAME, FORM)


@settings(max_examples=200, deadline=2_000)
@given(st.lists(st.tuples(st.integers(6, 9_000), st.binary(min_size=1, max_size=8)), max_size=8))
def test_winmail_damage_never_hangs(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(tnef((NAME, FORM[:600]), html="<p>x</p>", text="y"))
    for at, noise in changes:
        content[at % len(content) : at % len(content) + len(noise)] = noise

    try:
        items = open_tnef("x", bytes(content), Limits())
    except UnreadableFileError:
        return
    assert sum(len(item.content) for item in items) <= 4 * len(content)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"\x01Ole10Native": packed_object(NAME, FORM)}, (NAME, FORM)),
        ({"\x01Ole10Native": packed_object(NAME, FORM[:60])}, (NAME, FORM[:60])),
        ({"Package": FORM}, ("oleObject1.bin", FORM)),
        ({"\x01Ole10Native": b"\x05\x00\x00\x00bare!"}, ("oleObject1.bin", b"bare!")),
    ],
)
def test_an_embedded_object_is_unwrapped(tree: dict[str, bytes], expected: tuple[str, bytes]) -> None:
    items = open_ole_object("回执.docx/oleObject1.bin", compound(tree), Limits())

    assert [(item.name, item.content) for item in items] == [expected]


def test_a_compound_file_without_anything_embedded_is_unsupported() -> None:
    with pytest.raises(UnreadableFileError) as error:
        open_ole_object("x", compound({"something": b"1"}), Limits())

    assert error.value.code is UnreadCode.UNSUPPORTED


@pytest.mark.parametrize("open_it", [open_msg, open_ole_object])
def test_a_file_that_says_a_path_does_not_open_what_lies_there(open_it: Opener, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(compound({**message((NAME, FORM)), "Package": FORM}))

    with pytest.raises(UnreadableFileError) as caught:
        open_it("文件", str(other).encode(), Limits())

    assert caught.value.code is UnreadCode.CORRUPT


@pytest.mark.parametrize("open_it", [open_msg, open_ole_object])
@pytest.mark.parametrize(
    "content",
    [
        compound({f"s{number}": b"x" for number in range(3_000)}),
        compound({"a": b"x"})[:600],
        compound({"a": b"x"})[:700],
        compound({"a": b"x"})[:30] + b"\xff\xff" + compound({"a": b"x"})[32:],
        compound({"a": b"x"})[:68] + b"\x00\x00\x00\x00\x01" + compound({"a": b"x"})[73:],
    ],
    ids=["endless directory", "no table", "torn table", "huge sectors", "more tables"],
)
def test_a_damaged_compound_file_is_refused(open_it: Opener, content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        open_it("文件", content, Limits())


def test_msg_name_that_is_a_book_is_not_read() -> None:
    found = from_msg(compound(message(("长" * 10_000, FORM))))

    assert [len(name) < 20 for name, _ in found] == [True]
    assert found[0][1] == FORM


def test_compressed_rtf_unpacks_to_the_standards_example() -> None:
    # The first example of [MS-OXRTFCP] 4.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )

    assert mapi.rtf_from(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert mapi.rtf_from(packed[:30]) != b""
    assert mapi.rtf_from(b"x") == b""
    assert mapi.rtf_from(struct.pack("<LL4sL", 20, 4, b"MELA", 0) + b"{\\rtf") == b"{\\rt"


@pytest.mark.parametrize(
    ("codepage", "name"),
    [(936, "gb18030"), (65001, "utf-8"), (1252, "cp1252"), (950, "cp950"), (99_999, "gb18030")],
)
def test_every_code_page_has_a_charset(codepage: int, name: str) -> None:
    assert mapi.codepage_name(codepage) == name
