"""A form saved by LibreOffice in old and open formats reads the same; LibreOffice reads what no reader does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.forms.kinds import FileKind, kind_of
from bot.forms.read import read_file
from bot.forms.readers import libreoffice
from bot.forms.readers.word_binary import read_doc
from bot.records.form import UnreadCode
from tests.integration.test_readers_libreoffice import converted, said
from tests.samples.make_forms import HEADINGS, TITLE, excel_form, slip, word_form
from tests.samples.make_package import package, relationships
from tests.samples.make_word_xml import WORD, p, sdt, tbl, tc, tr
from tests.samples.shown import shown
from tests.servers.require import require

pytestmark = pytest.mark.integration

SLIP = slip(11, 3)
WANTED = [said(form) for form in read_file("回执", word_form(SLIP)).forms]
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
WPS_CLASS_ID = bytes.fromhex("0609020000000000c000000000000046")


@pytest.fixture(scope="module")
def soffice() -> str:
    pytest.importorskip("doc2docx")
    return libreoffice._program() or require("LibreOffice")


def raw_word(body: str) -> bytes:
    """A Word file of these elements that LibreOffice opens."""
    grid = "<w:tblPr/><w:tblGrid>" + '<w:gridCol w:w="1500"/>' * 6 + "</w:tblGrid>"
    spaces = f'xmlns:w="{WORD}" xmlns:v="urn:schemas-microsoft-com:vml"'
    document = f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    return package(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relationships(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": document.replace("<w:tbl>", f"<w:tbl>{grid}"),
        }
    )


def merged_form() -> bytes:
    """The unit stands in one cell merged downwards, the lines in cells merged sideways."""
    rows = [tr(*HEADINGS)]
    for number, row in enumerate(SLIP.rows):
        unit = tc(row[1], '<w:vMerge w:val="restart"/>') if number == 0 else tc("", "<w:vMerge/>")
        rows.append(tr(row[0], unit, *row[2:]))
    rows += [tr(label, tc(value, '<w:gridSpan w:val="5"/>')) for label, value in SLIP.lines]
    return raw_word(p(TITLE) + tbl(*rows) + p(""))


def boxed_form() -> bytes:
    """Each person's row in a content control, the lines in a text box."""
    rows = [tr(*HEADINGS), *[sdt(tr(*row)) for row in SLIP.rows]]
    lines = "".join(p(f"{label}：{value}") for label, value in SLIP.lines)
    box = (
        '<w:r><w:pict><v:shape style="width:400pt;height:200pt"><v:textbox>'
        f"<w:txbxContent>{lines}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    return raw_word(p(TITLE) + tbl(*rows) + p(box))


# LibreOffice forgets cells merged downwards when it writes Word 2003 XML.
@pytest.mark.parametrize(
    ("form", "target"),
    [
        *[(form, target) for form in ("plain", "merged") for target in ("doc", "rtf", "odt", "fodt")],
        ("plain", "xml:MS Word 2003 XML"),
    ],
)
def test_a_text_saved_in_another_format_reads_the_same(
    soffice: str, tmp_path: Path, form: str, target: str
) -> None:
    content = word_form(SLIP) if form == "plain" else merged_form()
    saved = converted(soffice, tmp_path, "form.docx", content, target)

    reading = read_file("回执", saved)

    assert [said(form) for form in reading.forms] == WANTED


@pytest.mark.parametrize("target", ["docx:MS Word 2007 XML", "doc", "odt"])
def test_a_text_box_and_rows_in_content_controls_read_once(soffice: str, tmp_path: Path, target: str) -> None:
    saved = converted(soffice, tmp_path, "form.docx", boxed_form(), target)

    reading = read_file("回执", saved)

    assert [said(form) for form in reading.forms] == WANTED


@pytest.mark.parametrize("target", ["xls", "ods", "fods"])
def test_a_sheet_saved_in_another_format_reads_the_same(soffice: str, tmp_path: Path, target: str) -> None:
    saved = converted(soffice, tmp_path, "form.xlsx", excel_form(SLIP), target)

    reading = read_file("回执", saved)

    assert [said(form) for form in reading.forms] == WANTED


def test_a_file_with_the_class_id_of_wps_reads_the_same(soffice: str, tmp_path: Path) -> None:
    plain = converted(soffice, tmp_path, "form.docx", word_form(SLIP), "doc")
    saved = plain[:8] + WPS_CLASS_ID + plain[24:]

    assert shown(read_doc("x", saved)) == shown(read_doc("x", plain))


def test_libreoffice_saves_a_file_anew(soffice: str, tmp_path: Path) -> None:
    old = converted(soffice, tmp_path, "form.docx", word_form(SLIP), "doc")

    new = libreoffice.convert(FileKind.DOC, old)

    assert new is not None
    assert kind_of(new) is FileKind.DOCX
    assert [said(form) for form in read_file("回执", new).forms] == WANTED


def test_libreoffice_saves_a_sheet_as_a_workbook(soffice: str, tmp_path: Path) -> None:
    old = converted(soffice, tmp_path, "form.xlsx", excel_form(SLIP), "xls")

    new = libreoffice.convert(FileKind.XLS, old)

    assert new is not None
    assert [said(form) for form in read_file("回执", new).forms] == WANTED


def test_garbage_saved_anew_holds_no_form(soffice: str) -> None:
    new = libreoffice.convert(FileKind.DOC, b"\xd0\xcf\x11\xe0" + b"garbage" * 100)

    assert new is not None
    assert read_file("x", new).unread[0].code is UnreadCode.NO_FORM
