"""What a scan shows badly, in the shared workbook: marked cells, counts, and the cells' pictures."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.records.form import FieldProblem, ProblemCode
from bot.records.picture import fitted, png_size
from bot.roster.layout import ROSTER, SCANS
from bot.roster.pictures import Picture, place
from bot.roster.sheets import scan_pictures
from bot.roster.styles import DOUBT_FILL
from bot.roster.write import render, write_workbook
from tests.unit.office_views import NOW
from tests.unit.scan_cases import doubtful, png, scanned_view


def sheet_of(content: bytes, title: str) -> Worksheet:
    sheet = load_workbook(BytesIO(content))[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def marked(content: bytes) -> set[tuple[int, str]]:
    """(row, header) of each marked cell of 报名名单."""
    sheet = sheet_of(content, ROSTER.title)
    return {
        (number, header)
        for number, row in enumerate(sheet.iter_rows(min_row=2, max_col=len(ROSTER.headers)), 2)
        for header, cell in zip(ROSTER.headers, row, strict=True)
        if str(cell.fill.fgColor.rgb).endswith(DOUBT_FILL)
    }


def media(content: bytes) -> Counter[str]:
    """How often each picture lies in the file, by its hash."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
        return Counter(hashlib.sha256(archive.read(name)).hexdigest() for name in names)


def hashes(*pictures: bytes) -> Counter[str]:
    return Counter(hashlib.sha256(picture).hexdigest() for picture in pictures)


def pictures_of(*people: int) -> list[bytes]:
    view = scanned_view(*people)
    return [p.picture for r in view.registrations for p in r.problems if p.picture]


def test_doubtful_cells_are_marked_and_hold_what_was_read() -> None:
    view = scanned_view(3)
    person = view.registrations[3]

    content = render(view, NOW)

    assert marked(content) == {(5, "姓名"), (5, "手机"), (5, "纳税人识别号")}
    sheet = sheet_of(content, ROSTER.title)
    assert [sheet.cell(5, ROSTER.headers.index(h) + 1).value for h in ("姓名", "手机")] == [
        person.name,
        person.mobile,
    ]
    assert sheet["C5"].font.b
    assert "看不清" in str(sheet.cell(5, ROSTER.headers.index("问题") + 1).value)


def test_a_mark_goes_when_the_doubt_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    write_workbook(path, scanned_view(3, 4), NOW)

    write_workbook(path, scanned_view(4), NOW)

    assert marked(path.read_bytes()) == {(6, "姓名"), (6, "手机"), (6, "纳税人识别号")}


def test_each_doubtful_value_has_a_row_with_its_picture() -> None:
    view = scanned_view(3, 7)

    sheet = sheet_of(render(view, NOW), SCANS.title)

    assert [sheet.cell(row, 4).value for row in range(2, 8)] == ["姓名", "手机", "纳税人识别号"] * 2
    anchors = [(image.anchor._from.row + 1, image.anchor._from.col + 1) for image in sheet._images]  # type: ignore[attr-defined]
    assert anchors == [(row, SCANS.headers.index("图片") + 1) for row in range(2, 8)]
    assert all((sheet.row_dimensions[row].height or 0) >= 42 for row in range(2, 8))


def test_units_and_figures_count_the_people_to_check() -> None:
    content = render(scanned_view(3, 7), NOW)

    units = sheet_of(content, "单位汇总")
    column = next(cell.column for cell in units[1] if cell.value == "扫描待核对人数")
    assert sum(units.cell(row, column).value for row in range(2, units.max_row + 1)) == 2  # type: ignore[misc]
    figures = sheet_of(content, "统计")
    assert ("扫描件待核对", 2) in {(row[0].value, row[1].value) for row in figures.iter_rows(max_col=2)}


def test_an_event_without_scans_has_no_sheet_for_them() -> None:
    assert SCANS.title not in load_workbook(BytesIO(render(scanned_view(), NOW))).sheetnames


def test_pictures_do_not_multiply(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    for _ in range(3):
        write_workbook(path, scanned_view(3, 7), NOW)

    assert media(path.read_bytes()) == hashes(*pictures_of(3, 7))


def test_pictures_go_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    write_workbook(path, scanned_view(3, 7), NOW)

    write_workbook(path, scanned_view(3), NOW)

    assert media(path.read_bytes()) == hashes(*pictures_of(3))


def test_the_sheet_stays_with_what_staff_wrote_when_nothing_is_to_check(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    write_workbook(path, scanned_view(3), NOW)
    book = load_workbook(path)
    book[SCANS.title]["K2"] = "已电话核对"
    book.save(path)

    write_workbook(path, scanned_view(), NOW)

    sheet = sheet_of(path.read_bytes(), SCANS.title)
    assert "已电话核对" in {cell.value for row in sheet.iter_rows() for cell in row}
    assert media(path.read_bytes()) == Counter()


def test_staffs_own_pictures_on_the_same_sheet_survive(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    theirs = png(33, 44, shade=7)
    write_workbook(path, scanned_view(3), NOW)
    _add_picture(path, SCANS.title, theirs)

    for _ in range(3):
        write_workbook(path, scanned_view(3, 7), NOW)

    found = media(path.read_bytes())
    assert found[next(iter(hashes(theirs)))] == 1
    assert found == hashes(theirs, *pictures_of(3, 7))


def test_staffs_pictures_on_another_sheet_survive(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    theirs = png(33, 44, shade=7)
    write_workbook(path, scanned_view(3), NOW)
    _add_picture(path, ROSTER.title, theirs)

    write_workbook(path, scanned_view(3), NOW)

    assert media(path.read_bytes()) == hashes(theirs, *pictures_of(3))


def _add_picture(path: Path, title: str, content: bytes) -> None:
    """As a spreadsheet program would: into the sheet's drawing, the bot's pictures keeping their names."""
    bots = scan_pictures(scanned_view(3)) if title == SCANS.title else []
    path.write_bytes(_renamed(place(path.read_bytes(), title, [*bots, Picture("x", 1, 1, content, (33, 44))])))


def _renamed(content: bytes) -> bytes:
    """The bot's own name taken off the picture that shall be staff's."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(result, "w") as target:
        for item in source.infolist():
            data = source.read(item.filename)
            if item.filename.endswith("drawing.xml"):
                data = data.replace('"扫描件局部 x"'.encode(), '"图片 1"'.encode())
            target.writestr(item, data)
    return result.getvalue()


def test_a_problem_with_a_picture_is_listed_though_the_reading_was_sure() -> None:
    view = scanned_view(3)
    wrong = FieldProblem("id_number", ProblemCode.CHECKSUM, "校验码不对。", "身份证号", "某人", True, png())
    people = list(view.registrations)
    people[3] = replace(people[3], problems=(wrong,))

    content = render(replace(view, registrations=tuple(people)), NOW)

    assert sheet_of(content, SCANS.title)["D2"].value == "身份证号"
    assert marked(content) == set()


@pytest.mark.parametrize("broken", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_left_out(broken: bytes) -> None:
    view = scanned_view()
    people = list(view.registrations)
    person = doubtful(people[3], 0)
    people[3] = replace(person, problems=tuple(replace(p, picture=broken) for p in person.problems))

    content = render(replace(view, registrations=tuple(people)), NOW)

    assert media(content) == Counter()
    assert sheet_of(content, SCANS.title).max_row == 4


def test_pictures_shrink_with_their_proportions_and_never_grow() -> None:
    assert png_size(png(640, 90)) == (640, 90)
    assert fitted((640, 90), 300, 48) == (300, 42)
    assert fitted((20, 10), 300, 48) == (20, 10)
