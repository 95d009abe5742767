"""Workbooks of old Excel, binary ones of new Excel, and those saved as XML."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forms.kinds import FileKind, kind_of
from bot.forms.read import read_file
from bot.forms.readers.compound import compound_file
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.office_xml import read_office_xml
from bot.forms.readers.spreadsheet import read_spreadsheet
from bot.forms.readers.xlsb_extent import positions_in
from bot.records.form import Place, Table, UnreadCode
from tests.samples.make_biff import number_record, record, xls, xlsb
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.make_package import compound_file as empty_compound_file
from tests.samples.make_package import package
from tests.samples.shown import tables
from tests.unit.reading import footers_of, rows_of

SLIP = slip(11, 3)
FORM = [[TITLE], list(HEADINGS), *SLIP.rows, *[[f"{label}：", value] for label, value in SLIP.lines]]


def only_table(content: bytes) -> Table:
    found = tables(read_spreadsheet("x", content))
    assert len(found) == 1
    return found[0]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def refused(content: bytes) -> UnreadCode:
    with pytest.raises(UnreadableFileError) as caught:
        read_spreadsheet("x", content)
    return caught.value.code


def xml_sheet(rows: str, *, options: str = "", charset: str = "utf-8") -> bytes:
    """A workbook as XML (Excel 2003)."""
    return (
        f'<?xml version="1.0" encoding="{charset}"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<Worksheet ss:Name="回执"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    ).encode("gb18030" if charset == "gb2312" else charset)


def xml_row(*cells: str, attributes: str = "") -> str:
    inside = "".join(c if c.startswith("<") else f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in cells)
    return f"<Row {attributes}>{inside}</Row>"


def xml_table(rows: str, options: str = "") -> Table:
    found = tables(read_office_xml("x", xml_sheet(rows, options=options)))
    assert len(found) == 1
    return found[0]


def test_reads_the_form_of_an_old_workbook() -> None:
    reading = read_file("回执.xls", xls(FORM, merged=[(0, 0, 0, 5)]))

    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]
    assert footers_of(reading.forms[0]) == [value for _, value in SLIP.lines]


def test_a_cell_is_called_as_in_excel() -> None:
    table = only_table(xls(FORM))

    assert table.title == "回执"
    assert table.rows[1][4].place == Place("x", "回执", "E2")


def test_a_merged_cell_is_one() -> None:
    table = only_table(xls([["w"], ["a", "b", "c"], ["", "d", "e"]], merged=[(0, 0, 0, 2), (1, 0, 2, 0)]))

    assert table.rows[0][0] is table.rows[0][2]
    assert table.rows[1][0] is table.rows[2][0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13900000001.0, "13900000001"),
        (440301198001010000.0, "440301198001010000"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_numbers_read_as_they_were_typed(value: float, text: str) -> None:
    cell = only_table(xls([["姓名", value]])).rows[0][1]

    assert (cell.text, cell.stored_as) == (text, "number")


def test_a_sheet_that_is_not_shown_is_marked() -> None:
    assert only_table(xls([["a"]], hidden=True)).hidden


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_spreadsheet("x", xls([["a"]], encrypted=True))

    assert caught.value.code is UnreadCode.ENCRYPTED


@pytest.mark.parametrize("content", [empty_compound_file("Workbook"), xls(FORM)[:2000], b"\x09\x08\x10\x00"])
def test_a_broken_workbook_is_corrupt(content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_spreadsheet("x", content)

    assert caught.value.code is UnreadCode.CORRUPT


def test_reads_a_binary_workbook_of_new_excel() -> None:
    content = xlsb([(row, column, text) for row, cells in enumerate(FORM) for column, text in enumerate(cells)])

    reading = read_file("回执.xlsb", content)

    assert kind_of(content) is FileKind.XLSB
    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]


def test_a_stray_cell_in_the_last_corner_of_a_binary_workbook_is_too_large() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_spreadsheet("x", xlsb([(0, 0, "a"), (1048575, 16383, "z")]))

    assert caught.value.code is UnreadCode.TOO_LARGE


def test_a_stray_cell_is_found_in_whatever_part_the_book_links_to() -> None:
    parts = {}
    with zipfile.ZipFile(BytesIO(xlsb([(0, 0, "a"), (1048575, 16383, "z")]))) as archive:
        for name in archive.namelist():
            parts[name.replace("sheet1.bin", "sheet1")] = archive.read(name).replace(b"sheet1.bin", b"sheet1")

    assert refused(package(parts)) is UnreadCode.TOO_LARGE


@pytest.mark.parametrize("sheet", [b"\x02\x00", b"\x00\x00", b"\x66\x04\xff\xff\xff\x7f\x02\x03\x00\x00\x00"])
def test_a_cell_of_a_binary_workbook_that_does_not_say_where_it_stands_is_corrupt(sheet: bytes) -> None:
    parts = {}
    with zipfile.ZipFile(BytesIO(xlsb([(0, 0, "a")]))) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    parts["xl/worksheets/sheet1.bin"] = parts["xl/worksheets/sheet1.bin"].replace(b"\x92\x01", sheet + b"\x92\x01")

    assert refused(package(parts)) is UnreadCode.CORRUPT


@pytest.mark.parametrize("place", [100, 300, 500, 700, 900])
def test_a_damaged_binary_workbook_is_read_or_refused(place: int) -> None:
    content = xlsb([(row, 0, f"第{row}行") for row in range(30)])

    try:
        found = read_spreadsheet("x", content[:place] + b"\xff\x00\xff" + content[place + 3 :])
    except UnreadableFileError:
        return

    assert len(found.blocks) == 1


@pytest.mark.parametrize("torn", [b"", b"\x00", b"\x00\xff\xff\xff\x7f", b"\x06\x04\x01\x00", b"\xff" * 40])
def test_the_extent_of_torn_records_never_fails(torn: bytes) -> None:
    assert positions_in(BytesIO(torn)) >= 0


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_reads_the_form_of_a_workbook_saved_as_xml(charset: str) -> None:
    title = f'<Cell ss:MergeAcross="5"><Data ss:Type="String">{TITLE}镕</Data></Cell>'
    content = xml_sheet(xml_row(title) + "".join(xml_row(*row) for row in FORM[1:]), charset=charset)

    reading = read_file("回执.xls", content)

    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]
    assert footers_of(reading.forms[0]) == [value for _, value in SLIP.lines]


def test_cells_of_xml_stand_where_their_index_says() -> None:
    placed = '<Cell ss:Index="3"><Data ss:Type="String">c</Data></Cell>'

    table = xml_table(xml_row("a", placed) + xml_row("d", attributes='ss:Index="3"'))

    assert texts(table) == [["a", "", "c"], ["", "", ""], ["d", "", ""]]
    assert table.rows[2][0].place.spot == "A3"


def test_merged_cells_of_xml_are_one() -> None:
    merged = '<Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">w</Data></Cell>'

    below = '<Cell ss:Index="3"><Data ss:Type="String">b</Data></Cell>'

    table = xml_table(xml_row(merged, "a") + xml_row(below) + xml_row("c", "d", "e"))

    assert table.rows[0][0] is table.rows[1][1]
    assert texts(table) == [["w", "w", "a"], ["w", "w", "b"], ["c", "d", "e"]]


@pytest.mark.parametrize(
    ("kind", "written", "text", "stored_as"),
    [
        ("Number", "13900000001", "13900000001", "number"),
        ("Number", "4.40301198001010000E+17", "440301198001010000", "number"),
        ("DateTime", "2026-04-10T00:00:00.000", "2026-04-10", "date"),
        ("DateTime", "2026-04-10T14:30:00.000", "2026-04-10 14:30", "date"),
        ("Boolean", "1", "TRUE", "text"),
        ("String", "<B>张</B>三", "张三", "text"),
    ],
)
def test_cells_of_xml_read_as_they_were_typed(kind: str, written: str, text: str, stored_as: str) -> None:
    cell = xml_table(xml_row(f'<Cell><Data ss:Type="{kind}">{written}</Data></Cell>')).rows[0][0]

    assert (cell.text, cell.stored_as) == (text, stored_as)


def test_an_error_in_xml_says_nothing() -> None:
    assert texts(xml_table(xml_row("a", '<Cell><Data ss:Type="Error">#N/A</Data></Cell>', "b"))) == [
        ["a", "", "b"]
    ]


def test_what_xml_does_not_show_is_marked() -> None:
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"

    table = xml_table(xml_row("a") + xml_row("b", attributes='ss:Hidden="1"'), hidden)

    assert table.hidden
    assert table.hidden_rows == {1}


@pytest.mark.parametrize(("row", "column"), [(65535, 255), (0, 65535), (65535, 65535)])
def test_a_stray_cell_in_the_last_corner_of_an_old_workbook_reads_or_is_too_large(row: int, column: int) -> None:
    content = xls([["a"]], more=number_record(row, column))

    if row * column:
        assert refused(content) is UnreadCode.TOO_LARGE
    else:
        assert texts(only_table(content))[0][0] == "a"


def test_a_sheet_that_is_named_a_thousand_times_is_too_large() -> None:
    assert refused(xls(FORM, sheets=1_000)) is UnreadCode.TOO_LARGE


def test_sheets_that_together_reach_too_far_are_too_large() -> None:
    content = xls([["a"]], more=number_record(10_000, 255), sheets=50)

    assert refused(content) is UnreadCode.TOO_LARGE


def test_a_sheet_that_claims_to_be_endless_is_read() -> None:
    endless = record(0x0200, struct.pack("<LLHHH", 0, 2**32 - 1, 0, 0xFFFF, 0))

    assert texts(only_table(xls([["a", "b"]], more=endless))) == [["a", "b"]]


def test_a_sheet_that_claims_to_end_before_it_begins_is_read() -> None:
    backwards = record(0x0200, struct.pack("<LLHHH", 9, 1, 9, 1, 0))

    assert texts(only_table(xls([["a", "b"]], more=backwards))) == [["a", "b"]]


def test_a_book_that_claims_billions_of_texts_costs_nothing() -> None:
    claimed = record(0x00FC, struct.pack("<LL", 1, 0x7FFFFFFF))

    assert texts(only_table(xls([["a", "b"]], first=claimed))) == [["a", "b"]]


def test_a_workbook_is_read_without_its_container_too() -> None:
    with compound_file(xls(FORM)) as file, file.openstream("Workbook") as stream:
        bare = stream.read()

    reading = read_file("回执.xls", bare)

    assert [rows_of(form) for form in reading.forms] == [SLIP.rows]


@pytest.mark.parametrize("place", [20, 24])
def test_what_makes_the_library_break_off_is_corrupt(place: int) -> None:
    torn = record(0x0085, struct.pack("<IBBBB", 0x7FFFFFFF, 0, 0, 2, 1) + b"a\0b\0")[:place]

    assert refused(xls(FORM, first=torn)) is UnreadCode.CORRUPT


@pytest.mark.parametrize("lost", [1, 30, 200])
def test_a_workbook_that_ends_in_the_middle_of_its_people_is_corrupt(lost: int) -> None:
    with compound_file(xls(FORM)) as file, file.openstream("Workbook") as stream:
        bare = stream.read().rstrip(b"\0")

    assert refused(bare[: -lost - 4]) is UnreadCode.CORRUPT


def test_only_the_library_breaking_off_is_turned_into_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(origin: str, content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.forms.readers.spreadsheet._read", stopped)

    with pytest.raises(KeyboardInterrupt):
        read_spreadsheet("x", xls(FORM))


@pytest.mark.parametrize("rows", [1, 5_000, 40_000])
def test_workbooks_of_any_length_come_through(rows: int) -> None:
    table = only_table(xls([[f"第{number}行"] for number in range(rows)]))

    assert [table.rows[0][0].text, table.rows[-1][0].text] == ["第0行", f"第{rows - 1}行"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4))
def test_damage_to_an_old_workbook_is_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(xls(FORM, merged=[(0, 0, 0, 5)]))
    for place, data in changes:
        content[place : place + len(data)] = data

    try:
        found = read_spreadsheet("x", bytes(content))
    except UnreadableFileError:
        return

    assert len(found.blocks) <= 1
