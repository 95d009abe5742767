"""RAR, 7z, tar and single packed files, and what each does with bombs, passwords and damage."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forms.containers.contents import Item, Limits
from bot.forms.containers.rar import open_rar
from bot.forms.containers.seven_zip import open_7z
from bot.forms.containers.tar import open_packed
from bot.forms.kinds import FileKind, kind_of
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode
from tests.samples.make_archives import gzipped, rar4, rar5, tarred, zeros_gz
from tests.servers.require import require

NAME, FORM = "材料/回执表.docx", b"form " * 400
TWO = [(NAME, FORM), ("名单.xlsx", b"list")]
Open = Callable[[str, bytes, Limits], tuple[Item, ...]]


def seven_zipped(files: Iterable[tuple[str, bytes]], password: str = "", *, whole: bool = False) -> bytes:
    """A 7z archive; `whole` hides the names behind the password, too."""
    try:
        import py7zr
    except ImportError:
        require("py7zr")
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=password or None, header_encryption=whole) as archive:
        for name, content in files:
            archive.writestr(content, name)
    return buffer.getvalue()


def opened(open_it: Open, content: bytes, origin: str = "资料") -> list[tuple[str, bytes | UnreadCode]]:
    return [(item.name, item.code or item.content) for item in open_it(origin, content, Limits())]


def refused(open_it: Open, content: bytes) -> tuple[UnreadCode, str]:
    with pytest.raises(UnreadableFileError) as error:
        open_it("资料", content, Limits())
    return error.value.code, str(error.value)


@pytest.fixture(autouse=True)
def _needs_unrar(request: pytest.FixtureRequest) -> None:
    if "rar" in request.node.name:
        try:
            import unrar.cffi  # noqa: F401
        except ImportError:
            require("unrar2-cffi")


@pytest.mark.parametrize("content", [rar4(TWO), rar5(TWO)])
def test_rar_gives_the_files_of_both_generations(content: bytes) -> None:
    assert opened(open_rar, content) == TWO


@pytest.mark.parametrize(
    "content",
    [
        rar4(TWO, encrypted=True),
        rar4(TWO, encrypted_headers=True),
        rar5(TWO, encrypted=True),
        rar5(TWO, encrypted_headers=True),
    ],
)
def test_rar_with_a_password_is_encrypted(content: bytes) -> None:
    assert refused(open_rar, content)[0] is UnreadCode.ENCRYPTED


@pytest.mark.parametrize("content", [rar4(TWO, part=True), rar5(TWO, part=True)])
def test_rar_of_several_volumes_is_told_so(content: bytes) -> None:
    code, text = refused(open_rar, content)

    assert code is UnreadCode.UNSUPPORTED
    assert "分卷" in text


def test_rar_that_promises_ten_gigabytes_is_not_unpacked() -> None:
    codes = [content for _, content in opened(open_rar, rar5(TWO, claimed=10_000_000_000))]

    assert codes == [UnreadCode.TOO_LARGE, UnreadCode.TOO_LARGE]


@pytest.mark.parametrize(
    "content", [b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00", rar5(TWO)[:25], b"Rar!" + bytes(90)]
)
def test_rar_without_any_entry_is_corrupt(content: bytes) -> None:
    assert refused(open_rar, content)[0] is UnreadCode.CORRUPT


@pytest.mark.parametrize("content", [rar4(TWO), rar5(TWO)])
def test_rar_cut_short_names_what_is_missing(content: bytes) -> None:
    found = opened(open_rar, content[: content.index(FORM) + 500])

    assert found[0] == (NAME, UnreadCode.CORRUPT)


@pytest.mark.parametrize("content", [rar5([("../../x/回执.docx", FORM)]), rar4([("C:\\x\\回执.docx", FORM)])])
def test_rar_names_are_words_only(content: bytes) -> None:
    assert opened(open_rar, content) == [("x/回执.docx", FORM)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(8, 5_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6))
def test_rar_damage_never_breaks_more_than_the_archive(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(rar5(TWO))
    for at, noise in changes:
        content[at % len(content) : at % len(content) + len(noise)] = noise

    try:
        items = open_rar("x", bytes(content), Limits())
    except UnreadableFileError:
        return
    assert all(item.code is not None or item.content in (FORM, b"list", b"") for item in items)


def test_7z_gives_the_files_in_their_order() -> None:
    assert opened(open_7z, seven_zipped(TWO)) == TWO


def test_7z_gives_both_of_two_files_with_one_name() -> None:
    assert opened(open_7z, seven_zipped([("a", b"1"), ("a", b"2")])) == [("a", b"1"), ("a", b"2")]


@pytest.mark.parametrize("whole", [True, False])
def test_7z_with_a_password_is_encrypted(whole: bool) -> None:
    assert refused(open_7z, seven_zipped(TWO, "1234", whole=whole))[0] is UnreadCode.ENCRYPTED


def test_7z_leaves_a_huge_file_out_and_reads_the_form_behind_it() -> None:
    content = seven_zipped([("录像.mp4", bytes(70_000_000)), (NAME, FORM)])

    assert opened(open_7z, content) == [("录像.mp4", UnreadCode.TOO_LARGE), (NAME, FORM)]


@pytest.mark.parametrize("kept", [10, 40, -10])
def test_7z_cut_short_is_corrupt(kept: int) -> None:
    assert refused(open_7z, seven_zipped(TWO)[:kept])[0] is UnreadCode.CORRUPT


@pytest.mark.parametrize("place", [32, 40, 60])
def test_7z_with_damaged_data_is_corrupt(place: int) -> None:
    content = seven_zipped(TWO)

    assert refused(open_7z, content[:place] + b"\xff" * 8 + content[place + 8 :])[0] is UnreadCode.CORRUPT


def test_7z_with_an_absurd_directory_is_too_large() -> None:
    content = bytearray(seven_zipped(TWO))
    content[20:28] = (2**40).to_bytes(8, "little")

    assert refused(open_7z, bytes(content))[0] is UnreadCode.TOO_LARGE


def test_7z_names_are_words_only() -> None:
    content = seven_zipped([("C:\\x\\..\\回执.docx", FORM)])

    assert opened(open_7z, content) == [("x/回执.docx", FORM)]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_tar_gives_the_files_however_packed_and_named(mode: str, encoding: str) -> None:
    assert opened(open_packed, tarred(TWO, mode, encoding)) == TWO


def test_tar_gives_files_with_long_names_of_both_dialects() -> None:
    long = [("夹" * 60 + "/" + "名" * 60 + ".docx", FORM)]

    for kind in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert [content for _, content in opened(open_packed, tarred(long, kind=kind))] == [FORM]


def test_tar_leaves_links_and_clutter_out() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("回执.docx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo("._回执.docx"))

    assert opened(open_packed, buffer.getvalue()) == []


def test_tar_cut_short_names_what_is_missing() -> None:
    content = tarred([*TWO, ("c", bytes(30_000))])

    assert opened(open_packed, content[:20_000]) == [
        *TWO,
        ("c", UnreadCode.CORRUPT),
        ("其余文件", UnreadCode.CORRUPT),
    ]


def test_tar_that_unpacks_to_gigabytes_gives_what_stands_before() -> None:
    beginning = tarred([(NAME, FORM)])[: 512 + 2048]
    huge = tarfile.TarInfo("录像.mp4")
    huge.size = 2_000_000_000
    packed = gzipped(beginning + huge.tobuf() + bytes(260_000_000))

    found = opened(open_packed, packed)

    assert found[0] == (NAME, FORM)
    assert found[1] == ("录像.mp4", UnreadCode.TOO_LARGE)


@pytest.mark.parametrize(
    ("content", "origin", "name"),
    [
        (gzipped(FORM), "资料/回执.docx.gz", "回执.docx"),
        (gzipped(FORM, "b.docx"), "a.gz", "b.docx"),
        (gzipped(FORM), "a", "a"),
        (gzipped(FORM[:1_000]) + gzipped(FORM[1_000:]) + bytes(20), "回执.docx.gz", "回执.docx"),
    ],
)
def test_a_single_packed_file_is_called_as_it_was(content: bytes, origin: str, name: str) -> None:
    assert opened(open_packed, content, origin) == [(name, FORM)]


def test_a_gz_of_zeros_is_too_large() -> None:
    assert refused(open_packed, zeros_gz(200))[0] is UnreadCode.TOO_LARGE


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00"])
def test_a_packed_file_that_is_none_is_corrupt(magic: bytes) -> None:
    assert refused(open_packed, magic + b"\x01" * 100)[0] is UnreadCode.CORRUPT


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_packed_file_cut_short_is_corrupt(mode: str) -> None:
    assert refused(open_packed, tarred(TWO, mode)[:-60])[0] is UnreadCode.CORRUPT


@pytest.mark.parametrize(
    "magic", [b"MSCF\x00\x00\x00\x00", b"\x28\xb5\x2f\xfd", b"\x1f\x9d\x90", b"\x20\x00-lh5-"]
)
def test_an_archive_of_another_kind_is_named_as_one(magic: bytes) -> None:
    content = magic + b"\x01" * 600

    code, text = refused(open_packed, content)

    assert kind_of(content) is FileKind.OTHER_ARCHIVE
    assert code is UnreadCode.UNSUPPORTED
    assert "zip" in text
