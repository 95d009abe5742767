"""Excel files: the cells as their owner saw them."""

from __future__ import annotations

import time
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.xlsx import read_xlsx
from bot.forms.readers.xlsx_numbers import GENERAL, number_format, number_text
from bot.forms.readers.xlsx_stream import FilledCells
from bot.records.form import Place, Table, UnreadCode
from tests.samples.make_forms import TITLE, excel_form, saved, slip
from tests.samples.make_package import package, relationships
from tests.samples.shown import shown, tables

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def new_book() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return book, sheet


def only_table(content: bytes) -> Table:
    found = tables(read_xlsx("x", content))
    assert len(found) == 1
    return found[0]


def rows(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in only_table(content).rows]


def raw_book(
    sheet: str, *, namespace: str = MAIN, more: dict[str, str | bytes] | None = None, book: str = ""
) -> bytes:
    """A workbook around one hand-written sheet part."""
    relation = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    sheets = '<sheets><sheet name="回执" sheetId="1" r:id="rId1"/></sheets>'
    return package(
        {
            "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{namespace}" {relation}>{book}{sheets}</workbook>',
            "xl/_rels/workbook.xml.rels": relationships(("rId1", "worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}">{sheet}</worksheet>',
            **(more or {}),
        }
    )


def test_reads_the_form_as_a_sheet() -> None:
    content = slip()

    table = only_table(excel_form(content))

    texts = [[cell.text for cell in row] for row in table.rows]
    assert texts[0] == [TITLE] * 6
    assert texts[2:4] == content.rows
    assert texts[4][:2] == ["填报单位：", content.hospital.name]
    assert table.title == "回执表"
    assert table.rows[2][4].place == Place("x", "回执表", "E3")


def test_numbers_read_as_they_were_typed() -> None:
    book, sheet = new_book()
    sheet.append([13900000001, 13900000001.0, 0.1 + 0.2, 1.5, 440303900307123, 7])
    sheet["F1"].number_format = "000000"

    table = only_table(saved(book))

    assert [cell.text for cell in table.rows[0]] == [
        "13900000001",
        "13900000001",
        "0.3",
        "1.5",
        "440303900307123",
        "000007",
    ]
    assert {cell.stored_as for cell in table.rows[0]} == {"number"}


def test_tells_that_an_identity_number_was_stored_as_a_number() -> None:
    book, sheet = new_book()
    sheet.append(["x", 440303199003071239])

    cell = only_table(saved(book)).rows[0][1]

    assert (cell.stored_as, len(cell.text)) == ("number", 18)


def test_reads_dates_booleans_errors_and_formulas() -> None:
    book, sheet = new_book()
    afternoon = datetime(2026, 4, 10, 14, 0)  # noqa: DTZ001 -- a spreadsheet knows no time zone
    sheet.append([date(2026, 4, 10), afternoon, True, "#N/A", "=1+1", "末"])

    table = only_table(saved(book))

    assert [cell.text for cell in table.rows[0]] == ["2026-04-10", "2026-04-10 14:00", "TRUE", "", "", "末"]
    assert table.rows[0][0].stored_as == "date"


def test_takes_a_formula_for_what_it_last_showed() -> None:
    cells = '<c r="A1" t="str"><f>B1</f><v>张三</v></c><c r="B1"><f>1+1</f><v>2</v></c>'

    assert rows(raw_book(f"<sheetData><row>{cells}</row></sheetData>")) == [["张三", "2"]]


def test_reads_inline_rich_and_escaped_text() -> None:
    runs = "<r><t>张</t></r><r><rPr><strike/></rPr><t>错</t></r><rPh><t>zhang</t></rPh><r><t>三_x000D_</t></r>"
    sheet = f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is>{runs}</is></c></row></sheetData>'

    assert rows(raw_book(sheet)) == [["张三"]]


def test_reads_rich_text_made_by_openpyxl() -> None:
    book, sheet = new_book()
    sheet["A1"] = CellRichText(TextBlock(InlineFont(b=True), "张"), "三")

    assert rows(saved(book)) == [["张三"]]


def test_leaves_out_struck_cells_and_reads_symbol_fonts() -> None:
    book, sheet = new_book()
    sheet.append(["R", "李四", "是"])
    sheet["A1"].font = Font(name="Wingdings 2")
    sheet["B1"].font = Font(strike=True)

    assert rows(saved(book)) == [["☑", "", "是"]]


def test_spreads_merged_cells() -> None:
    book, sheet = new_book()
    for row in (["单位", "姓名"], ["甲", "张三"], [None, "李四"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")

    table = only_table(saved(book))

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["单位", "姓名"],
        ["甲", "张三"],
        ["甲", "李四"],
    ]
    assert table.rows[1][0] is table.rows[2][0]


def test_marks_hidden_rows_and_sheets() -> None:
    book, sheet = new_book()
    for row in (["姓名"], ["张三"], ["李四"]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    for state in ("hidden", "veryHidden"):
        other = book.create_sheet(state)
        other["A1"] = "x"
        other.sheet_state = state

    found = tables(read_xlsx("x", saved(book)))

    assert found[0].hidden_rows == {1}
    assert [(table.title, table.hidden) for table in found] == [
        ("Sheet", False),
        ("hidden", True),
        ("veryHidden", True),
    ]


def test_a_row_without_height_is_hidden() -> None:
    cell = '<c t="inlineStr"><is><t>x</t></is></c>'
    rows = f'<row ht="0" customHeight="1">{cell}</row><row ht="15" customHeight="1">{cell}</row>'

    assert only_table(raw_book(f"<sheetData>{rows}</sheetData>")).hidden_rows == {0}


def test_leaves_out_empty_sheets_and_charts() -> None:
    book, sheet = new_book()
    book.create_sheet("空")
    book.create_chartsheet("图")
    sheet["A1"] = "x"

    assert shown(read_xlsx("x", saved(book))) == [[["x"]]]


def test_a_stray_character_far_away_makes_no_million_rows() -> None:
    book, sheet = new_book()
    sheet["A1"], sheet["A30"], sheet["XFD1048576"] = "a", "b", "."
    sheet.row_dimensions[30].hidden = True

    table = only_table(saved(book))

    assert (len(table.rows), len(table.rows[0])) == (13, 7)
    assert table.rows[6][0].place.spot == "A30"
    assert table.hidden_rows == {6}


def test_a_million_formatted_empty_rows_are_read_in_moments() -> None:
    row = '<row r="{0}" s="1" customFormat="1"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>'
    sheet = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
    sheet += "".join(row.format(number) for number in range(2, 200_000)) + "</sheetData>"
    sheet += '<mergeCells><mergeCell ref="A1:B200000"/></mergeCells>'
    content = raw_book(sheet)
    began = time.perf_counter()

    table = only_table(content)

    assert [[cell.text for cell in row] for row in table.rows] == [["姓名"]]
    assert time.perf_counter() - began < 10


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=40))
def test_leaving_out_empty_cells_touches_nothing_else(noise: bytes, size: int) -> None:
    filled = b'<row r="2"><c r="A2"><v>' + noise.replace(b"<", b"") + b"</v></c></row>"
    empty = b'<row r="1" s="1"/><row r="3"><c r="A3" s="1"/><c r="B3"></c></row>'
    stream = FilledCells(BytesIO(empty + filled + empty))

    passed = b"".join(iter(lambda: stream.read(size), b""))

    assert passed == filled


def test_reads_what_openpyxl_refuses() -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fills><fill/></fills>'
        '<fonts><font><color rgb="red"/><name val="x"/></font></fonts>'
        '<cellXfs><xf numFmtId="x" fontId="99"/><xf numFmtId="14" fontId="0"/></cellXfs></styleSheet>'
    )
    sheet = (
        '<sheetData><row><c t="inlineStr"><is><t>姓名</t></is></c>'
        '<c s="1"><v>46122</v></c><c s="7"><v>x</v></c></row>'
        '<row><c t="s"><v>5</v></c><c t="inlineStr"><is><t>张三</t></is></c></row></sheetData>'
        '<mergeCells><mergeCell ref="nonsense"/></mergeCells>'
    )

    assert rows(raw_book(sheet, more={"xl/styles.xml": styles})) == [["姓名", "2026-04-10", "x"], ["", "张三", ""]]


def test_reads_strict_workbooks() -> None:
    sheet = '<sheetData><row r="1"><c r="A1" t="d"><v>2026-04-10T00:00:00</v></c></row></sheetData>'

    assert rows(raw_book(sheet, namespace=STRICT)) == [["2026-04-10"]]


def test_counts_days_from_1904_where_the_workbook_does() -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheet = '<sheetData><row r="1"><c r="A1" s="0"><v>44660</v></c></row></sheetData>'
    content = raw_book(sheet, more={"xl/styles.xml": styles}, book='<workbookPr date1904="1"/>')

    assert rows(content) == [["2026-04-10"]]


def test_reads_text_in_shapes() -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    words = "<a:p><a:r><a:t>填报</a:t></a:r><a:r><a:t>单位：甲</a:t></a:r></a:p><a:p/>"
    box = f'<wsDr xmlns:a="{drawing}"><txBody>{words}</txBody></wsDr>'
    content = raw_book(
        "<sheetData/>",
        more={
            "xl/worksheets/_rels/sheet1.xml.rels": relationships(("rId1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": box,
        },
    )

    assert shown(read_xlsx("x", content)) == ["填报单位：甲"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK", UnreadCode.CORRUPT),
        (raw_book("<sheetData><row>"), UnreadCode.CORRUPT),
        (excel_form(slip())[:-300], UnreadCode.CORRUPT),
        (
            raw_book("<sheetData>" + "<row><c><v>1</v></c><c><v>1</v></c></row>" * 30_001 + "</sheetData>"),
            UnreadCode.TOO_LARGE,
        ),
        (raw_book("<sheetData>" + "<row></row>" * 1_000_000 + "</sheetData>"), UnreadCode.TOO_LARGE),
    ],
)
def test_names_why_a_workbook_is_unreadable(content: bytes, code: UnreadCode) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_xlsx("x", content)

    assert caught.value.code is code


@pytest.mark.parametrize(
    ("format_id", "code", "written", "text"),
    [
        (0, "", "1.39E10", "13900000001"[:3] + "00000000"),
        (0, "General", "13900000001", "13900000001"),
        (49, "@", "13900000001", "13900000001"),
        (164, "000-0000-0000", "13900000001", "13900000001"),
        (164, "00000000", "123", "00000123"),
        (164, "#,##0.00", "1234", "1234"),
        (164, '0"人"', "3", "3"),
        (164, 'yyyy"年"m"月"d"日"', "46122", "2026-04-10"),
        (164, "[$-804]aaaa;@", "46122", "46122"),
        (31, "", "46122", "2026-04-10"),
        (14, "", "59", "1900-02-28"),
        (14, "", "1", "1900-01-01"),
        (20, "", "0.5833333333", "14:00"),
        (20, "", "0.99999999", "24:00"),
        (164, "[h]:mm", "0.25", "06:00"),
        (14, "", "99999999999", "99999999999"),
        (14, "", "2958465.9999999", "2958465.9999999"),
        (14, "", "-5", "-5"),
        (0, "", "1E+300", "1E+300"),
        (0, "", "NaN", "NaN"),
        (0, "", "张三", "张三"),
        (0, "", "-0.50", "-0.5"),
        (164, "000", "-5", "-5"),
    ],
)
def test_number_formats(format_id: int, code: str, written: str, text: str) -> None:
    assert number_text(written, number_format(format_id, code))[0] == text


@given(st.integers(min_value=0, max_value=10**18))
def test_whole_numbers_lose_no_digit(number: int) -> None:
    assert number_text(str(number), GENERAL)[0] == str(number)


@given(st.dates(date(1900, 3, 1), date(2100, 1, 1)))
def test_dates_read_as_openpyxl_wrote_them(day: date) -> None:
    book, sheet = new_book()
    sheet["A1"] = day

    assert rows(saved(book)) == [[f"{day:%Y-%m-%d}"]]
