"""The association's own form: a grid of people, then the form's fields as lines or as cells."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.records.form import Document, Line, RegistrationForm, Table
from tests.unit.documents import document, table, wide

LABELS = default_labels()
HOSPITAL, OTHER = islice(hospitals(5), 2)
PEOPLE = tuple(islice(people(5), 9))
CLERK = PEOPLE[8]
HEADINGS = ["姓名", "单位", "职务", "手机", "身份证号", "是否单间"]
TITLE = "参加赴浙江开展临床重点专科建设专题调研学习回执表"
BLANK = [""] * 6


def room(person: InventedPerson) -> str:
    return "是" if person.single_room else "否"


def row(person: InventedPerson) -> list[str]:
    return [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, room(person)]


def one_form(found: Document) -> RegistrationForm:
    forms = find_forms(found, LABELS)
    assert len(forms) == 1
    return forms[0]


def rows_of(form: RegistrationForm) -> list[list[str]]:
    return [
        [v.text for v in (a.name, a.organisation, a.job_title, a.mobile, a.id_number, a.single_room_value)]
        for a in form.attendees
    ]


def footers_of(form: RegistrationForm) -> list[str]:
    values = (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    return [value.text for value in values]


FOOTERS = [HOSPITAL.name, CLERK.name, CLERK.mobile, HOSPITAL.email, HOSPITAL.name, HOSPITAL.taxpayer_id]
LABELLED = list(
    zip(
        ["填报单位", "联系人", "电话（手机）", "邮箱", "开具发票的单位抬头名称", "纳税人识别号"],
        FOOTERS,
        strict=True,
    )
)


def grid(count: int, blank: int = 3) -> list[list[str]]:
    return [HEADINGS, *(row(person) for person in PEOPLE[:count]), *([BLANK] * blank)]


def pairs_in_cells() -> Table:
    return table([*grid(2), *([label, value, "", "", "", ""] for label, value in LABELLED)])


def pairs_in_merged_cells() -> Table:
    rows, merged = grid(2), []
    for label, value in LABELLED:
        cells, span = wide(f"{label}：{value}", len(rows), 6)
        rows.append(cells)
        merged.append(span)
    return table(rows, merged=merged)


def pairs_in_one_cell(separator: str) -> Table:
    rows = grid(2)
    cells, span = wide(separator.join(f"{label}：{value}" for label, value in LABELLED), len(rows), 6)
    return table([*rows, cells], merged=[span])


def pairs_two_per_row() -> Table:
    rows, merged = grid(2), []
    for (label, value), (label_2, value_2) in zip(LABELLED[::2], LABELLED[1::2], strict=True):
        merged += [(len(rows), 1, 1, 2), (len(rows), 4, 1, 2)]
        rows.append([f"{label}：", value, "", f"{label_2}：", value_2, ""])
    return table(rows, merged=merged)


def lines_of(pattern: str, separator: str = "\n") -> str:
    return separator.join(pattern.format(label=label, value=value) for label, value in LABELLED)


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param((table(grid(2)), lines_of("{label}：{value}")), id="lines"),
        pytest.param((table(grid(2)), lines_of("{label}: {value}")), id="half-width colons"),
        pytest.param((table(grid(2)), lines_of("{label}：____{value}____")), id="underlines"),
        pytest.param((table(grid(2)), lines_of("{label}（盖章）：{value}")), id="stamp beside the heading"),
        pytest.param((table(grid(2)), lines_of("*{label}：　{value}　")), id="asterisk and wide blanks"),
        pytest.param((table(grid(2)), lines_of("{label}：{value}", "    ")), id="several on a line"),
        pytest.param((table(grid(2)), lines_of("{label}：{value}", "；")), id="several with semicolons"),
        pytest.param((table(grid(2)), lines_of("{label}：\n{value}")), id="value on the next line"),
        pytest.param((table(grid(2)), lines_of("{label}  {value}")), id="no colons"),
        pytest.param((table(grid(2)), lines_of("{label}：（必填）{value}")), id="hint before the value"),
        pytest.param((pairs_in_cells(),), id="cells of the same table"),
        pytest.param((pairs_in_merged_cells(),), id="merged cells"),
        pytest.param((pairs_in_one_cell("\n"),), id="one cell, lines"),
        pytest.param((pairs_in_one_cell("   "),), id="one cell, blanks"),
        pytest.param((pairs_two_per_row(),), id="two per row"),
        pytest.param((table(grid(2)), table([[a, b] for a, b in LABELLED])), id="a table of their own"),
        pytest.param(
            (table(grid(2)), table([[a for a, _ in LABELLED], [b for _, b in LABELLED]])),
            id="values under headings",
        ),
        pytest.param((lines_of("{label}：{value}"), table(grid(2))), id="above the grid"),
    ],
)
def test_reads_people_and_fields_wherever_the_fields_stand(blocks: tuple[Table | str, ...]) -> None:
    form = one_form(document(TITLE, *blocks))

    assert rows_of(form) == [row(person) for person in PEOPLE[:2]]
    assert footers_of(form) == FOOTERS
    assert form.title == TITLE
    assert form.extras == ()


@pytest.mark.parametrize("count", [1, 2, 8])
def test_reads_any_number_of_rows_and_no_blank_ones(count: int) -> None:
    form = one_form(document(TITLE, table(grid(count, blank=10)), lines_of("{label}：{value}")))

    assert rows_of(form) == [row(person) for person in PEOPLE[:count]]


def test_keeps_what_was_written_its_heading_and_its_place() -> None:
    rows = [["姓 名*", *HEADINGS[1:]], [f" {PEOPLE[0].name[0]}\u3000{PEOPLE[0].name[1:]} ", *row(PEOPLE[0])[1:]]]

    value = one_form(document(table(rows, confidence=0.8, numbers=[(1, 0)]))).attendees[0].name

    assert value.text == value.written == f"{PEOPLE[0].name[0]} {PEOPLE[0].name[1:]}"
    assert (value.label, value.confidence, value.stored_as) == ("姓 名*", 0.8, "number")
    assert value.place is not None
    assert value.place.spot == "A2"


def test_gives_a_form_without_people_for_the_blank_form() -> None:
    form = one_form(document(TITLE, table(grid(0)), lines_of("{label}：").replace(HOSPITAL.name, "")))

    assert form.attendees == ()


def test_blank_footers_do_not_take_what_follows() -> None:
    blank = (
        "填报单位：\n联系人：\n电话（手机）：\n邮箱：\n开具发票的单位抬头名称：\n纳税人识别号：\n谢谢！\n医务科"
    )

    form = one_form(document(TITLE, table(grid(1)), blank))

    assert footers_of(form) == [""] * 6


def test_form_confidence_is_that_of_its_least_sure_cell() -> None:
    form = one_form(document(table(grid(1), confidence=0.7), lines_of("{label}：{value}")))

    assert form.confidence == 0.7


def test_takes_a_number_out_of_the_contact() -> None:
    form = one_form(document(table(grid(1)), f"填报单位：{HOSPITAL.name}\n联系人：{CLERK.name} {CLERK.mobile}"))

    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_finds_no_form_in_a_letter() -> None:
    letter = "各位老师：\n请问单间差价是多少？\n联系人：王某\n电话：0755-82336671"

    assert find_forms(document(letter), LABELS) == ()


def test_finds_no_form_in_a_table_of_other_things() -> None:
    schedule = table([["时间", "事项"], ["4月22日", "报到"], ["4月23日", "学习"]])

    assert find_forms(document(schedule), LABELS) == ()


def test_finds_nothing_in_an_empty_document() -> None:
    assert find_forms(Document("空.docx", ()), LABELS) == ()
    assert find_forms(document(table([]), Line("", table([["x"]]).rows[0][0].place)), LABELS) == ()
