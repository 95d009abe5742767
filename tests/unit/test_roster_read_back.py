"""What staff wrote is read back for the right person, or told as a problem; never guessed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import WorkbookBusyError
from bot.records.decision import Registration, State
from bot.records.office import StaffEntry
from bot.roster.layout import ACTIONS
from bot.roster.read_back import StaffReading, read_staff
from bot.roster.write import OLE_SIGNATURE, write_workbook
from tests.unit.office_views import NOW, registration, roll, view

FIRST = roll(6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "报名汇总.xlsx"
    write_workbook(place, view(FIRST), NOW)
    return place


def edit(path: Path, change: Callable[[Worksheet], object]) -> None:
    book = load_workbook(path)
    sheet = book["报名名单"]
    assert isinstance(sheet, Worksheet)
    change(sheet)
    book.save(path)


def sort_rows(sheet: Worksheet, seed: int = 5) -> None:
    """Put the rows in another order, as sorting by a column does."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    random.Random(seed).shuffle(rows)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value


def test_reads_every_entry_of_every_person(path: Path) -> None:
    edit(path, lambda s: [s.cell(3, number, word) for number, word in enumerate(("缴", "开", "录取", "备"), 19)])

    reading = read_staff(path, FIRST)

    assert len(reading.entries) == 6
    assert reading.entries[1] == StaffEntry(2, "缴", "开", "录取", "备")
    assert reading.problems == ()


def test_sorted_rows_are_read_for_the_right_people(path: Path) -> None:
    edit(path, lambda s: [s.cell(row, 22, f"给第{row - 1}人") for row in range(2, 8)])
    edit(path, sort_rows)

    entries = {entry.registration_id: entry.remark for entry in read_staff(path, FIRST).entries}

    assert entries == {number: f"给第{number}人" for number in range(1, 7)}


def test_an_erased_cell_is_read_as_empty(path: Path) -> None:
    entries = read_staff(path, FIRST, (StaffEntry(1, paid="已缴"),)).entries

    assert entries[0] == StaffEntry(1)


def test_a_missing_column_keeps_what_is_known(path: Path) -> None:
    edit(path, lambda s: s.cell(1, 19, "缴费情况"))

    reading = read_staff(path, FIRST, (StaffEntry(1, paid="已缴", remark="旧"),))

    assert reading.entries[0] == StaffEntry(1, paid="已缴")
    assert "缴费" in reading.problems[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [(2980, "2980"), (2980.0, "2980"), (True, "是"), ("  已缴 ", "已缴"), ("=1+1", "=1+1")],
)
def test_cells_are_read_as_people_see_them(path: Path, value: str | float, said: str) -> None:
    edit(path, lambda s: s.cell(2, 19, value))

    assert read_staff(path, FIRST).entries[0].paid == said


def test_a_corrected_identity_number_does_not_part_the_row_from_its_person(path: Path) -> None:
    edit(path, lambda s: s.cell(2, 19, "已缴"))
    corrected = (replace(FIRST[0], id_number=registration(99).id_number), *FIRST[1:])

    assert read_staff(path, corrected).entries[0].paid == "已缴"


def test_a_corrected_name_does_not_part_the_row_from_its_person(path: Path) -> None:
    edit(path, lambda s: s.cell(2, 19, "已缴"))
    corrected = (replace(FIRST[0], name="改正后的名字"), *FIRST[1:])

    assert read_staff(path, corrected).entries[0].paid == "已缴"


def test_a_changed_mobile_and_number_still_leave_name_organisation_and_arrival(path: Path) -> None:
    edit(path, lambda s: s.cell(2, 19, "已缴"))
    corrected = (replace(FIRST[0], id_number="", mobile=""), *FIRST[1:])

    assert read_staff(path, corrected).entries[0].paid == "已缴"


def test_another_person_of_the_same_mail_gets_nothing(path: Path) -> None:
    edit(path, lambda s: s.cell(2, 19, "已缴"))
    other = registration(50)
    replaced = (
        replace(FIRST[0], name=other.name, id_number=other.id_number, mobile=other.mobile),
        *FIRST[1:],
    )

    reading = read_staff(path, replaced)

    assert all(entry.paid == "" for entry in reading.entries)
    assert "没有对应的报名" in reading.problems[0]


def test_somebody_who_registered_again_after_cancelling_has_two_rows(path: Path) -> None:
    again = replace(FIRST[0], id=70, number=6, received_at=FIRST[0].received_at + timedelta(days=3), uid=1900)
    both = (replace(FIRST[0], state=State.CANCELLED, number=None), *FIRST[1:], again)
    edit(path, lambda s: s.cell(2, 19, "已退款"))

    before = {entry.registration_id: entry.paid for entry in read_staff(path, both).entries}
    write_workbook(path, view(both), NOW)
    after = {entry.registration_id: entry.paid for entry in read_staff(path, both).entries}

    assert before[1] == "已退款"
    assert 70 not in before
    assert (after[1], after[70]) == ("已退款", "")


def test_two_people_who_cannot_be_told_apart_are_a_problem_not_a_guess(path: Path) -> None:
    twin = replace(FIRST[0], id_number="", mobile="")
    twins = (twin, replace(twin, id=90, position=1, number=2))
    write_workbook(path, view(twins), NOW)
    edit(path, lambda s: s.cell(2, 19, "已缴"))

    reading = read_staff(path, twins)

    assert all(entry.paid == "" for entry in reading.entries)
    assert any("不止一条" in problem for problem in reading.problems)


def test_problems_name_no_numbers_and_stay_few(path: Path) -> None:
    def strangers(sheet: Worksheet) -> None:
        for row in range(8, 38):
            sheet.cell(row, 3, f"某人{row}")
            sheet.cell(row, 7, registration(row).id_number)

    edit(path, strangers)

    problems = read_staff(path, FIRST).problems

    assert len(problems) == 21
    assert "另有 10 行" in problems[-1]
    assert not any(registration(row).id_number in problem for row in range(8, 38) for problem in problems)


def test_no_file_or_an_empty_one_erases_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(b"")

    assert read_staff(tmp_path / "none.xlsx", FIRST).entries == ()
    assert read_staff(tmp_path / "empty.xlsx", FIRST).entries == ()


@pytest.mark.parametrize("content", [b"rubbish", OLE_SIGNATURE + bytes(100)])
def test_an_unreadable_file_erases_nothing_and_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.xlsx"
    path.write_bytes(content)

    reading = read_staff(path, FIRST)

    assert reading.entries == ()
    assert "w.xlsx" in reading.problems[0]


def test_a_file_that_another_program_withholds_means_busy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(WorkbookBusyError):
        read_staff(path, FIRST)


def test_a_renamed_sheet_and_a_lost_header_are_told(path: Path) -> None:
    edit(path, lambda s: s.delete_rows(1))
    assert "表头" in read_staff(path, FIRST).problems[0]

    edit(path, lambda s: setattr(s, "title", "别的"))
    assert "报名名单" in read_staff(path, FIRST).problems[0]


def test_a_lost_header_loses_no_row_of_staffs(path: Path) -> None:
    edit(path, lambda s: s.cell(2, 19, "已缴"))
    edit(path, lambda s: s.delete_rows(1))

    write_workbook(path, view(FIRST), NOW)

    values = [cell.value for row in load_workbook(path)["报名名单"].iter_rows() for cell in row]
    assert "已缴" in values


# Any sequence of views: people come, change state, are corrected and replaced; staff write, decide, sort, and add
# columns meanwhile.
Step = tuple[str, int]
Expected = dict[tuple[int, str], str]
KINDS = ("earlier", "later", "cancel", "write", "decide", "sort", "column", "correct", "replace")
steps = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 999)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_every_entry_stays_with_its_person_through_any_sequence(course: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "w.xlsx"
        people = [registration(number) for number in (20, 21, 22, 23)]
        expected: Expected = {}
        published = write_workbook(path, view(numbered(people)), NOW).published
        for place, (what, number) in enumerate(course):
            _step(path, people, expected, what, number, place)
            reading = read_staff(path, numbered(people), published=published)
            assert _found(reading) == expected
            assert (reading.problems, reading.remarks) == ((), ())
            published = write_workbook(path, view(numbered(people)), NOW, published).published
        assert _found(read_staff(path, numbered(people), published=published)) == expected


def _found(reading: StaffReading) -> Expected:
    """What stands beside people, by registration and header; a word must be told as one, too."""
    words = {(word.registration_id, "处理"): str(word.action) for word in reading.words.people}
    assert words == {(e.registration_id, "处理"): e.action for e in reading.entries if e.action}
    return words | {(e.registration_id, "备注"): e.remark for e in reading.entries if e.remark}


def numbered(people: list[Registration]) -> tuple[Registration, ...]:
    standing = sorted((p for p in people if p.state is not State.CANCELLED), key=lambda p: p.order)
    numbers = {p.id: number for number, p in enumerate(standing, 1)}
    return tuple(replace(p, number=numbers.get(p.id)) for p in people)


def _step(path: Path, people: list[Registration], expected: Expected, what: str, number: int, place: int) -> None:
    chosen = number % len(people)
    if what == "earlier":
        people.append(registration(place))
    elif what == "later":
        people.append(registration(100 + place))
    elif what == "cancel":
        people[chosen] = replace(people[chosen], state=State.CANCELLED)
    elif what == "correct":
        changes = ({"mobile": "13900000000"}, {"id_number": ""}, {"name": f"改名{place}"})[number % 3]
        people[chosen] = replace(people[chosen], **changes)  # type: ignore[arg-type]
    elif what == "replace":
        other = registration(200 + place)
        people[chosen] = replace(people[chosen], name=other.name, id_number=other.id_number, mobile=other.mobile)
    elif what in ("write", "decide"):
        header, word = ("备注", f"={number}") if what == "write" else ("处理", ACTIONS[number % 4])
        expected[people[chosen].id, header] = word
        edit(path, lambda s: _write(s, people[chosen], header, word))
    elif what == "sort":
        edit(path, lambda s: sort_rows(s, number))
    else:
        edit(path, lambda s: s.insert_cols(number % 20 + 1))
        edit(path, lambda s: s.cell(1, number % 20 + 1, f"列{place}"))


def _write(sheet: Worksheet, person: Registration, header: str, words: str) -> None:
    headers = [cell.value for cell in sheet[1]]
    names, target = headers.index("姓名") + 1, headers.index(header) + 1
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, names).value == person.name)
    sheet.cell(row, target).value = words
    sheet.cell(row, target).data_type = "s"
