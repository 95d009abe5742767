"""Binary Word files that can't be read, and Word files that are XML. Real ones are read in
tests/integration/test_readers_legacy.py and in the corpus."""

from __future__ import annotations

import struct
import sys

import pytest

from bot.forms.kinds import FileKind, kind_of
from bot.forms.read import read_file
from bot.forms.readers import libreoffice
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.office_xml import read_office_xml
from bot.forms.readers.word_binary import MAX_BYTES, read_doc
from bot.records.form import UnreadCode
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.make_outlook import compound
from tests.samples.make_word_xml import WORD, p, r, tbl, tc, tr
from tests.samples.shown import shown
from tests.unit.reading import footers_of, rows_of

WORD_97, WORD_95, ENCRYPTED = 0xA5EC, 0xA5DC, 0x0100
SLIP = slip(11, 3)
BODY = (
    p(TITLE)
    + tbl(tr(*HEADINGS), *[tr(*row) for row in SLIP.rows])
    + "".join(p(f"{a}：{b}") for a, b in SLIP.lines)
)


def doc(ident: int, flags: int = 0) -> bytes:
    """A compound file whose Word stream has this beginning ([MS-DOC] FibBase)."""
    stream = struct.pack("<HHHHHHHI", ident, 0xC1, 0, 0x804, 0, flags, 0xBF, 1).ljust(4096, b"\0")
    return compound({"WordDocument": stream, "0Table": bytes(4096)})


def word_2003(body: str) -> bytes:
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        f'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
        'xmlns:aml="http://schemas.microsoft.com/aml/2001/core">'
        f"<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>"
    ).encode()


def texts(content: bytes) -> list[str | list[list[str]]]:
    return shown(read_office_xml("x", content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (doc(WORD_95), UnreadCode.UNSUPPORTED),
        (doc(WORD_97, ENCRYPTED), UnreadCode.ENCRYPTED),
        (doc(WORD_97), UnreadCode.CORRUPT),
        (doc(WORD_97)[:700], UnreadCode.CORRUPT),
        (bytes(MAX_BYTES + 1), UnreadCode.TOO_LARGE),
    ],
)
def test_says_why_a_binary_file_is_not_read(content: bytes, code: UnreadCode) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_doc("x", content)

    assert caught.value.code is code


def test_without_the_library_asks_for_another_kind_of_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "doc2docx", None)

    reading = read_file("回执.doc", doc(WORD_97))

    assert reading.unread[0].code is UnreadCode.UNSUPPORTED
    assert "docx" in reading.unread[0].text


def test_reads_the_form_of_word_2003_xml() -> None:
    content = word_2003(BODY)

    reading = read_file("回执.doc", content)

    assert kind_of(content) is FileKind.OFFICE_XML
    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]
    assert footers_of(reading.forms[0]) == [value for _, value in SLIP.lines]


def test_merged_cells_of_word_2003_xml_are_one() -> None:
    first, second = '<w:vmerge w:val="restart"/>', "<w:vmerge/>"
    body = tbl(tr(tc("w", first), "a"), tr(tc("", second), "b"))

    assert texts(word_2003(body)) == [[["w", "a"], ["w", "b"]]]


@pytest.mark.parametrize(
    ("kind", "text"), [("Word.Deletion", "ab"), ("Word.Insertion", "axb"), ("Word.Comment", "ab")]
)
def test_tracked_changes_of_word_2003_xml_count(kind: str, text: str) -> None:
    change = f'<aml:annotation w:type="{kind}"><aml:content>{r("x")}</aml:content></aml:annotation>'

    assert texts(word_2003(p(r("a"), change, r("b")))) == [text]


def test_a_header_of_word_2003_xml_comes_last() -> None:
    body = p("text") + f"<w:sectPr><w:hdr>{p('top')}</w:hdr></w:sectPr>"

    assert texts(word_2003(body)) == ["text", "top"]


def test_reads_the_form_of_a_docx_written_flat() -> None:
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    link = f'<Relationship Id="rId1" Type="{kind}" Target="word/document.xml"/>'
    parts = {
        "/_rels/.rels": f'<Relationships xmlns="{rels}">{link}</Relationships>',
        "/word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{BODY}</w:body></w:document>',
    }
    inside = "".join(
        f'<pkg:part pkg:name="{name}"><pkg:xmlData>{part}</pkg:xmlData></pkg:part>' for name, part in parts.items()
    )
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"

    reading = read_file(
        "x", f'<?xml version="1.0"?><pkg:package xmlns:pkg="{space}">{inside}</pkg:package>'.encode()
    )

    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (word_2003(BODY)[:-300], UnreadCode.CORRUPT),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Workbook/>', UnreadCode.CORRUPT),
        (b"<other/>", UnreadCode.UNSUPPORTED),
        (b"<package/>", UnreadCode.CORRUPT),
    ],
)
def test_says_why_xml_is_not_read(content: bytes, code: UnreadCode) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_office_xml("x", content)

    assert caught.value.code is code


def test_without_libreoffice_nothing_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(libreoffice, "_USUAL_PLACES", ())

    assert not libreoffice.is_installed()
    assert libreoffice.convert(FileKind.DOC, b"x") is None


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_libreoffice_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "_command", lambda *a: ["/bin/sh", "-c", "sleep 60 & sleep 60"])
    monkeypatch.setattr(libreoffice, "_program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "TIMEOUT_SECONDS", 0.2)

    with pytest.raises(UnreadableFileError) as caught:
        libreoffice.convert(FileKind.DOC, b"x")

    assert caught.value.code is UnreadCode.CORRUPT
