"""Files to begin with for the kinds of which the corpus has none: binary workbooks, Office as XML, OFD, MHTML."""

from __future__ import annotations

import io
import zipfile
from html import escape

from tests.samples.make_biff import xlsb
from tests.samples.make_forms import HEADINGS, TITLE, slip, web_form, word_form
from tests.unit.test_readers_ofd import footers, ofd, rows

_EXCEL = "urn:schemas-microsoft-com:office:spreadsheet"
_PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"


def made() -> list[bytes]:
    """Two files or one of each such kind, always the same."""
    form = slip(5, 3)
    table = [[TITLE], list(HEADINGS), *form.rows, *[[f"{label}：", value] for label, value in form.lines]]
    cells = [(row, column, text) for row, texts in enumerate(table) for column, text in enumerate(texts)]
    files = [
        xlsb(cells),
        _excel_xml(table),
        _flat_package(word_form(form)),
        ofd(rows(ruled=True) + footers()),
        ofd(rows(ruled=False) + footers()),
        _mhtml(web_form(form)),
    ]
    return [_without_times(content) if content.startswith(b"PK") else content for content in files]


def _without_times(package: bytes) -> bytes:
    """The same package without the times at which it was made: cases are known by the files that they break."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as archive, zipfile.ZipFile(buffer, "w") as written:
        for name in archive.namelist():
            written.writestr(zipfile.ZipInfo(name), archive.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _excel_xml(table: list[list[str]]) -> bytes:
    lines = "".join(
        "<Row>"
        + "".join(
            f'<Cell ss:Index="{n}"><Data ss:Type="String">{escape(t)}</Data></Cell>' for n, t in enumerate(r, 1)
        )
        + "</Row>"
        for r in table
    )
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{_EXCEL}" xmlns:ss="{_EXCEL}">'
        f'<Worksheet ss:Name="回执"><Table>{lines}</Table></Worksheet></Workbook>'
    ).encode()


def _flat_package(docx: bytes) -> bytes:
    """A Word file saved as one XML file."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        for name in archive.namelist():
            data = archive.read(name).decode("utf-8", "replace")
            if name.endswith((".xml", ".rels")) and not name.startswith("docProps") and data.startswith("<"):
                inside = data[data.index("?>") + 2 :] if data.startswith("<?xml") else data
                parts.append(f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{inside}</pkg:xmlData></pkg:part>')
    return (
        f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="{_PACKAGE}">'
        + "".join(parts)
        + "</pkg:package>"
    ).encode()


def _mhtml(page: str) -> bytes:
    return (
        "From: <saved>\r\nSubject: a\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        f"Content-Location: file:///C:/a.htm\r\n\r\n{page}\r\n--b--\r\n"
    ).encode()
