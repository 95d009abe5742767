"""What a file is, by its bytes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.kinds import FileKind, kind_of, name_of
from tests.samples.make_forms import excel_form, slip, text_form, web_form, word_form
from tests.samples.make_package import compound_file, package

MHT = (
    b'From: <x>\r\nSubject: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
)
ODF = "application/vnd.oasis.opendocument."
MAIL = b"Received: from a\r\nFrom: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nbody"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (word_form(slip()), FileKind.DOCX),
        (excel_form(slip()), FileKind.XLSX),
        (word_form(slip())[:-500], FileKind.DOCX),
        (excel_form(slip())[:-500], FileKind.XLSX),
        (package({"ppt/presentation.xml": ""}), FileKind.PPTX),
        (package({"xl/workbook.bin": ""}), FileKind.XLSB),
        (package({"customXml/item.xml": ""}), FileKind.ZIP),
        (package({"OFD.xml": "", "[Content_Types].xml": ""}), FileKind.OFD),
        (package({"mimetype": ODF + "text", "content.xml": ""}), FileKind.ODT),
        (package({"mimetype": ODF + "text-template", "content.xml": ""}), FileKind.ODT),
        (package({"mimetype": ODF + "spreadsheet", "content.xml": ""}), FileKind.ODS),
        (package({"mimetype": "", "content.xml": ""}), FileKind.OPEN_DOCUMENT),
        (f'<?xml version="1.0"?><office:document office:mimetype="{ODF}text">'.encode(), FileKind.ODT),
        (f'<?xml version="1.0"?><office:document office:mimetype="{ODF}spreadsheet">'.encode(), FileKind.ODS),
        (f'<office:document office:mimetype="{ODF}graphics">'.encode(), FileKind.OPEN_DOCUMENT),
        (bytes.fromhex("0908100000060500"), FileKind.XLS),
        (package({"Index/Document.iwa": ""}), FileKind.IWORK),
        (package({"回执.docx": word_form(slip())}), FileKind.ZIP),
        (b"PK\x03\x04torn", FileKind.ZIP),
        (compound_file("WordDocument", "1Table"), FileKind.DOC),
        (compound_file("Workbook"), FileKind.XLS),
        (compound_file("Book"), FileKind.XLS),
        (compound_file("PowerPoint Document"), FileKind.PPT),
        (compound_file("EncryptionInfo", "EncryptedPackage"), FileKind.ENCRYPTED_OFFICE),
        (compound_file("__properties_version1.0"), FileKind.OUTLOOK_MESSAGE),
        (compound_file("Something"), FileKind.OTHER_OLE),
        (compound_file("WordDocument")[:600], FileKind.OTHER_OLE),
        (compound_file("WordDocument")[:20], FileKind.OTHER_OLE),
        (compound_file("WordDocument")[:40] + b"\xff" * 800, FileKind.OTHER_OLE),
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", FileKind.PDF),
        (b"{\\rtf1\\ansi", FileKind.RTF),
        (b"Rar!\x1a\x07\x01\x00", FileKind.RAR),
        (b"7z\xbc\xaf\x27\x1c\x00", FileKind.SEVEN_ZIP),
        (b"\x1f\x8b\x08", FileKind.OTHER_ARCHIVE),
        (b"\x89PNG\r\n\x1a\n", FileKind.PICTURE),
        (b"\xff\xd8\xff\xe0", FileKind.PICTURE),
        (b"BM" + b"\x01\x02\x03\x04" + b"\x00" * 60, FileKind.PICTURE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", FileKind.PICTURE),
        (b"\x00\x00\x00\x18ftypheic", FileKind.PICTURE),
        (b"\x00\x00\x00\x18ftypmp42", FileKind.MEDIA),
        (b"\x78\x9f\x3e\x22\x01", FileKind.TNEF),
        (b"BEGIN:VCALENDAR\r\n", FileKind.CARD),
        (b"0\x82\x05\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", FileKind.SIGNATURE),
        (b"MZ\x90\x00", FileKind.PROGRAM),
        (web_form(slip()).encode("gbk"), FileKind.HTML),
        (b"\xff\xfe" + "<table><tr>".encode("utf-16-le"), FileKind.HTML),
        (b"<?xml version='1.0'?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>", FileKind.OFFICE_XML),
        (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table>', FileKind.OFFICE_XML),
        (b"<?xml version='1.0'?><other/>", FileKind.TEXT),
        (MHT, FileKind.MHTML),
        (MAIL, FileKind.MAIL),
        (text_form(slip()).encode("gb18030"), FileKind.TEXT),
        (text_form(slip()).encode("utf-16"), FileKind.TEXT),
        (b"", FileKind.EMPTY),
        (b"\x00\x00 \r\n", FileKind.EMPTY),
        (b"\x01\x02\x03 something", FileKind.UNKNOWN),
        (b"\xff\xff\xff\xff \x80", FileKind.UNKNOWN),
    ],
)
def test_tells_the_kind_by_content(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind


def test_every_kind_has_a_name_for_people() -> None:
    assert all(name_of(kind) for kind in FileKind)


@given(st.binary(max_size=700), st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"<html"]))
def test_never_fails(content: bytes, beginning: bytes) -> None:
    assert isinstance(kind_of(beginning + content), FileKind)
