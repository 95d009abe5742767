"""OFD files (GB/T 33190-2016), made part by part. All people are invented."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from bot.forms.kinds import FileKind, kind_of
from bot.forms.read import read_file
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.ofd import read_ofd
from bot.records.form import UnreadCode
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.shown import shown as said_by
from tests.unit.test_readers_pdf import all_of, values_of

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
XS = (10, 32, 74, 100, 128, 172, 196)
SLIP = slip(61, 3)


def text(words: str, x: float, y: float, size: float = 3.5, *, more: str = "") -> str:
    """A text whose base line begins at (x, y), in millimetres."""
    steps = " ".join(str(size / 2 if c.isascii() else size) for c in words[:-1])
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - 5} 90 6" Font="3" Size="{size}"{more}>'
        f'<ofd:TextCode X="0" Y="5" DeltaX="{steps}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {x1 - x0} {y1 - y0}">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def ofd(*pages: str, template: str = "", other: dict[str, str] | None = None) -> bytes:
    used = '<ofd:Template TemplateID="9"/>' if template else ""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    parts = {
        "OFD.xml": f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData>'
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/T.xml": f"<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer>{template}</ofd:Layer>"
        "</ofd:Content></ofd:Page>",
    }
    for number, content in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {NAMESPACE}>{used}<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (parts | (other or {})).items():
            archive.writestr(name, part)
    return buffer.getvalue()


def rows(*, ruled: bool) -> str:
    drawn = ""
    table = [HEADINGS, *SLIP.rows]
    if ruled:
        drawn += "".join(line(x, 30, x, 30 + 8 * len(table)) for x in XS)
        drawn += "".join(line(XS[0], 30 + 8 * n, XS[-1], 30 + 8 * n) for n in range(len(table) + 1))
    for number, row in enumerate(table):
        drawn += "".join(text(word, x + 1, 35 + 8 * number) for x, word in zip(XS, row, strict=False))
    return drawn


def footers() -> str:
    return "".join(text(f"{label}：{value}", 12, 90 + 7 * n) for n, (label, value) in enumerate(SLIP.lines))


@pytest.mark.parametrize("ruled", [True, False])
def test_form_in_an_ofd_file_is_read_whole(ruled: bool) -> None:
    content = ofd(text(TITLE, 40, 20) + rows(ruled=ruled) + footers())

    reading = read_file("回执表.ofd", content)

    assert kind_of(content) is FileKind.OFD
    assert [values_of(form) for form in reading.forms] == [all_of(SLIP)]


def test_template_below_the_page_is_read_with_it() -> None:
    content = ofd(text("赵安博", 40, 50), template=text("联系人：", 26, 50))

    assert said_by(read_ofd("a.ofd", content)) == ["联系人：赵安博"]


def test_equal_steps_written_short_place_each_character() -> None:
    code = '<ofd:TextCode X="0" Y="5" DeltaX="g 10 1.75">13800138000</ofd:TextCode>'
    content = ofd(f'<ofd:TextObject Boundary="10 10 50 8" Size="3.5">{code}</ofd:TextObject>')

    assert said_by(read_ofd("a.ofd", content)) == ["13800138000"]


def test_hidden_and_slanting_texts_are_left_out() -> None:
    hidden = text("隐藏", 40, 50, more=' Visible="false"')
    mark = text("水印", 40, 70, more=' CTM="0.7 0.7 -0.7 0.7 0 0"')

    assert said_by(read_ofd("a.ofd", ofd(text("看得见", 40, 30) + hidden + mark))) == ["看得见"]


def test_ofd_of_pictures_only_is_reported_in_words() -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read_ofd("a.ofd", ofd('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="5"/>'))

    assert raised.value.code is UnreadCode.UNSUPPORTED


@pytest.mark.parametrize(
    "broken",
    [
        '<ofd:TextObject Boundary="x" Size="y">',
        '<ofd:TextObject Boundary="0 0 9 9" Size="1e300">',
        '<ofd:TextObject Boundary="0 0 9 9" Size="3" CTM="0 0 0 0 0 0">',
        '<ofd:TextObject Boundary="0 0 9 9" Size="3" CTM="1 2 3">',
        '<ofd:TextObject Boundary="1e308 1e308 9 9" Size="3">',
    ],
)
def test_broken_object_costs_only_itself(broken: str) -> None:
    inside = '<ofd:TextCode DeltaX="g 99999999999 1">字</ofd:TextCode></ofd:TextObject>'

    said = said_by(read_ofd("a.ofd", ofd(text("联系人：赵安博", 26, 150) + broken + inside)))

    assert "联系人：赵安博" in said


@pytest.mark.parametrize("path", ["M L C 1 B 2 3", "M 1e999 0 L 5", "L L L", "A 1 2 3 4 5 6 7", ""])
def test_senseless_path_costs_only_itself(path: str) -> None:
    drawn = (
        f'<ofd:PathObject Boundary="0 0 9 9"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'
    )

    assert said_by(read_ofd("a.ofd", ofd(drawn + text("联系人：赵安博", 26, 150)))) == ["联系人：赵安博"]


def test_more_characters_than_any_form_has_are_too_large() -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read_ofd("a.ofd", ofd(*[text("字" * 50_000, 10, 10)] * 4))

    assert raised.value.code is UnreadCode.TOO_LARGE


def test_page_that_is_not_in_the_package_is_corrupt() -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read_ofd("a.ofd", ofd("", other={"Doc_0/Pages/Page_0/Content.xml": "<!DOCTYPE x><x/>"}))

    assert raised.value.code is UnreadCode.CORRUPT
