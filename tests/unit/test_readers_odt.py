"""OpenDocument texts and sheets: tables with spans and repeats, what is shown and what is not."""

from __future__ import annotations

import pytest

from bot.forms.read import read_file
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.odt import read_odt
from bot.forms.readers.odt_sheet import read_ods
from bot.records.form import Place, Table, UnreadCode
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.make_package import package
from tests.samples.shown import shown, tables
from tests.unit.reading import footers_of, rows_of

_BASE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_BASE}{name}:1.0"'
    for prefix, name in [
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("form", "form"), ("manifest", "manifest"),
    ]
)  # fmt: skip
FIELD = 'xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'
TYPE = "application/vnd.oasis.opendocument."


def content(body: str, kind: str, styles: str = "") -> str:
    return (
        f"<office:document {NAMESPACES} {FIELD} office:mimetype='{TYPE}{kind}'>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )


def texts(body: str, styles: str = "") -> list[str | list[list[str]]]:
    return shown(read_odt("x", content(body, "text", styles).encode()))


def sheet(rows: str, styles: str = "", name: str = "回执") -> Table:
    body = f'<table:table table:name="{name}" table:style-name="t">{rows}</table:table>'
    found = tables(read_ods("x", content(body, "spreadsheet", styles).encode()))
    assert len(found) == 1
    return found[0]


def p(inside: str) -> str:
    return f"<text:p>{inside}</text:p>"


def tc(inside: str = "", attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{p(inside) if inside else ''}</table:table-cell>"


def tr(*cells: str, attributes: str = "") -> str:
    inside = "".join(cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<table:table-row {attributes}>{inside}</table:table-row>"


def tbl(*rows: str) -> str:
    return f"<table:table>{''.join(rows)}</table:table>"


COVERED = "<table:covered-table-cell/>"


def rows_of_texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_reads_the_form() -> None:
    given = slip()
    rows = [list(HEADINGS), *given.rows]
    body = p(TITLE) + tbl(*[tr(*row) for row in rows]) + "".join(p(f"{a}：{b}") for a, b in given.lines)
    written = package({"mimetype": TYPE + "text", "content.xml": content(body, "text")})

    reading = read_file("回执.odt", written)

    assert [rows_of(form) for form in reading.forms] == [given.rows]
    assert footers_of(reading.forms[0]) == [value for _, value in given.lines]


def test_a_merged_cell_stands_everywhere_it_covers() -> None:
    wide = tc("w", 'table:number-columns-spanned="2" table:number-rows-spanned="2"')
    body = tbl(tr(wide, COVERED, "a"), tr(COVERED, COVERED, "b"))

    table = tables(read_odt("x", content(body, "text").encode()))[0]

    assert table.rows[0][0] is table.rows[1][1]
    assert rows_of_texts(table) == [["w", "w", "a"], ["w", "w", "b"]]


def test_a_repeated_cell_or_row_stands_as_often_as_it_says() -> None:
    body = tbl(tr(tc("a", 'table:number-columns-repeated="2"'), "b", attributes='table:number-rows-repeated="2"'))

    assert texts(body) == [[["a", "a", "b"], ["a", "a", "b"]]]


def test_heading_rows_are_rows() -> None:
    assert texts(
        f"<table:table><table:table-header-rows>{tr('a', 'b')}</table:table-header-rows></table:table>"
    ) == [[["a", "b"]]]


def test_a_nested_table_follows_the_one_it_stands_in() -> None:
    outer = tbl(tr(f"<table:table-cell>{p('a')}{tbl(tr('x', 'y'))}</table:table-cell>", "b"))

    assert texts(outer) == [[["a", "b"]], [["x", "y"]]]


def test_a_table_of_one_cell_is_a_frame() -> None:
    assert texts(tbl(tr(f"<table:table-cell>{p('a')}{tbl(tr('x', 'y'))}</table:table-cell>"))) == [
        "a",
        [["x", "y"]],
    ]


def test_blanks_tabs_and_breaks_are_kept() -> None:
    assert texts(p('a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d')) == ["a b c", "d"]


def test_lists_and_sections_are_read_through() -> None:
    listed = f"<text:list><text:list-item>{p('a')}</text:list-item></text:list>"
    hidden = f'<text:section text:display="none">{p("secret")}</text:section>'

    assert texts(listed + f"<text:section>{p('b')}</text:section>" + hidden) == ["a", "b"]


def test_a_text_box_follows_its_paragraph() -> None:
    box = f"<draw:frame><draw:text-box>{p('boxed')}</draw:text-box></draw:frame>"

    assert texts(p("a" + box + "b")) == ["ab", "boxed"]


def test_a_shape_in_a_cell_belongs_to_it() -> None:
    shape = f"<draw:custom-shape>{p('boxed')}</draw:custom-shape>"

    assert texts(tbl(tr("a" + shape, "b"))) == [[["a\nboxed", "b"]]]


@pytest.mark.parametrize(
    "written",
    [
        "<office:annotation><text:p>secret</text:p></office:annotation>",
        "<text:note><text:note-body><text:p>secret</text:p></text:note-body></text:note>",
        "<text:placeholder>secret</text:placeholder>",
        "<text:hidden-text>secret</text:hidden-text>",
        '<text:span text:style-name="hidden">secret</text:span>',
        '<text:span text:style-name="struck">secret</text:span>',
        '<text:span text:style-name="child">secret</text:span>',
    ],
)
def test_what_is_not_shown_is_not_read(written: str) -> None:
    styles = (
        '<style:style style:name="hidden" style:family="text">'
        '<style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="struck" style:family="text">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="child" style:family="text" style:parent-style-name="hidden"/>'
    )

    assert texts(p(f"a{written}b"), styles) == ["ab"]


def test_text_deleted_in_a_tracked_change_is_not_read() -> None:
    change = f"<text:tracked-changes><text:changed-region><text:deletion>{p('old')}</text:deletion></text:changed-region></text:tracked-changes>"  # noqa: E501

    assert texts(change + p("a<text:change/>b")) == ["ab"]


def test_a_symbol_fonts_tick_is_a_tick() -> None:
    styles = (
        '<style:style style:name="w" style:family="text">'
        '<style:text-properties style:font-name="Wingdings"/></style:style>'
    )

    assert texts(p('<text:span text:style-name="w">\u00fe</text:span>'), styles) == ["☑"]


def test_a_tick_box_shows_its_state() -> None:
    box = (
        '<field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX">'
        '<field:param field:name="Checkbox_Checked" field:value="true"/></field:fieldmark>'
    )
    control = '<form:checkbox form:id="c1" form:current-state="checked"/>'

    assert texts(f"<office:forms>{control}</office:forms>" + p(box + '是<draw:control draw:control="c1"/>否')) == [
        "☑是☑否"
    ]


def test_headers_and_footers_come_last() -> None:
    page = f"<style:master-page><style:header>{p('top')}</style:header></style:master-page>"

    assert texts(p("text"), page) == ["text", "top"]


def test_an_encrypted_document_says_so() -> None:
    manifest = f"<manifest:manifest {NAMESPACES}><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"  # noqa: E501
    written = package({"mimetype": TYPE + "text", "META-INF/manifest.xml": manifest, "content.xml": b"\x01\x02"})

    assert read_file("x", written).unread[0].code is UnreadCode.ENCRYPTED


@pytest.mark.parametrize("written", [b"<office:document", b"<a/>", b"PK\x03\x04", b"<!DOCTYPE a><office/>"])
def test_what_is_broken_is_corrupt(written: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_odt("x", written)

    assert caught.value.code is UnreadCode.CORRUPT


def test_a_sheets_cells_are_called_as_in_the_program() -> None:
    table = sheet(tr(COVERED, "a") + tr("b", "c"))

    assert table.title == "回执"
    assert table.rows[1][1].place == Place("x", "回执", "B2")


@pytest.mark.parametrize(
    ("attributes", "inside", "text", "stored_as"),
    [
        ('office:value-type="float" office:value="13900000001"', "1.39E+10", "13900000001", "number"),
        (
            'office:value-type="float" office:value="4.40301198001010000E17"',
            "4.4E+17",
            "440301198001010000",
            "number",
        ),
        ('office:value-type="float" office:value="7"', "007", "007", "number"),
        ('office:value-type="date" office:date-value="2026-04-10"', "4月10日", "2026-04-10", "date"),
        ('office:value-type="date" office:date-value="2026-04-10T14:00:00"', "x", "2026-04-10 14:00", "date"),
        ('office:value-type="time" office:time-value="PT14H30M00S"', "x", "14:30", "date"),
        ('office:value-type="boolean" office:boolean-value="true"', "真", "TRUE", "text"),
        ('office:value-type="string"', "440301198001010000", "440301198001010000", "text"),
        ('office:value-type="string"', "#REF!", "", "text"),
    ],
)
def test_cells_read_as_they_were_typed(attributes: str, inside: str, text: str, stored_as: str) -> None:
    table = sheet(tr("姓名", tc(inside, attributes)))

    found = [(cell.text, cell.stored_as) for cell in table.rows[0][1:]]
    assert found == ([(text, stored_as)] if text else [])


def test_a_merged_cell_of_a_sheet_is_one() -> None:
    wide = tc("w", 'table:number-columns-spanned="2"')

    table = sheet(tr(wide, COVERED) + tr("a", "b"))

    assert table.rows[0][0] is table.rows[0][1]


def test_rows_and_sheets_that_are_not_shown_are_marked() -> None:
    styles = '<style:style style:name="t" style:family="table"><style:table-properties table:display="false"/></style:style>'  # noqa: E501

    table = sheet(tr("a", "b") + tr("c", "d", attributes='table:visibility="collapse"'), styles)

    assert table.hidden
    assert table.hidden_rows == {1}


def test_a_stray_cell_in_the_last_corner_makes_no_giant_table() -> None:
    gap = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'  # noqa: E501
    last = tr('<table:table-cell table:number-columns-repeated="16383"/>', "z")

    table = sheet(tr("a", "b") + gap + last)

    assert len(table.rows) * len(table.rows[0]) < 100
    assert table.rows[-1][-1].place.spot == "XFD1048576"


def test_a_cell_repeated_without_end_is_too_large() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        sheet(tr("a", attributes='table:number-rows-repeated="1048576"'))

    assert caught.value.code is UnreadCode.TOO_LARGE


def test_text_boxes_on_a_sheet_are_lines() -> None:
    shapes = f"<table:shapes><draw:frame><draw:text-box>{p('boxed')}</draw:text-box></draw:frame></table:shapes>"
    body = f'<table:table table:name="s">{shapes}{tr("a", "b")}</table:table>'

    assert shown(read_ods("x", content(body, "spreadsheet").encode())) == [[["a", "b"]], "boxed"]
