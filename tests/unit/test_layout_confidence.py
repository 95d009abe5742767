"""How sure a reading is, and its picture, stay with every value, whatever way it takes through the layouts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.invented import hospitals, people
from bot.forms.copies import without_copies
from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.forms.normalise import normalise_form
from bot.records.form import Box, Cell, Document, Line, Place, RegistrationForm, Table, Value
from tests.unit.documents import document, table
from tests.unit.reading import HEADINGS

HOSPITAL = next(hospitals(51))
ANN, BEN = islice(people(51), 2)
A = [ANN.name, HOSPITAL.name, ANN.job_title, ANN.mobile, ANN.id_number, "否"]
B = [BEN.name, HOSPITAL.name, BEN.job_title, BEN.mobile, BEN.id_number, "否"]
FOOTER = f"填报单位：{HOSPITAL.name}\n联系人：{BEN.name} {BEN.mobile}\n邮箱：office@example.org"
LAYOUTS: dict[str, tuple[Table | str, ...]] = {
    "list": (table([HEADINGS, A, B]), FOOTER),
    "list without headings": (table([A, B]),),
    "boxes of single digits": (
        table([["姓名", "身份证号", *[""] * 17], [ANN.name, *ANN.id_number]], merged=[(0, 1, 1, 18)]),
    ),
    "several people in a row": (
        table([HEADINGS, [f"{x}、{y}" if x != y else x for x, y in zip(A, B, strict=True)]]),
    ),
    "numbers behind the names": (
        table([HEADINGS[:2], [f"{ANN.name}（{ANN.mobile}）\n{BEN.name}（{BEN.mobile}）", "某医院"]]),
    ),
    "same as above": (table([HEADINGS, A, [B[0], "同上", "同上", *B[3:5], "同上"]]),),
    "swapped columns": (table([HEADINGS, [*A[:3], A[4], A[3], A[5]]]),),
    "card": (table([[label, text] for label, text in zip(HEADINGS, A, strict=True)]),),
    "columns": (table([[label, x, y] for label, x, y in zip(HEADINGS, A, B, strict=True)]),),
    "stuck cells": (table([[f"{label}{text}"] for label, text in zip(HEADINGS, A, strict=True)]),),
    "lines": ("\n".join(f"{label}：{text}" for label, text in zip(HEADINGS, A, strict=True)),),
    "lines in columns": ("\n".join("\t".join(row) for row in (HEADINGS, A, B)),),
    "one line": ("  ".join(f"{label} {text}" for label, text in zip(HEADINGS, A, strict=True)),),
    "free lines": ("，".join(A) + "\n" + "，".join(B),),
    "sentence": (f"我院拟派{ANN.name}（{ANN.job_title}，手机{ANN.mobile}，身份证{ANN.id_number}）参加。",),
    "example written over": (table([["序号", *HEADINGS], ["示例", *A], ["1", *B]]),),
}


def seen(blocks: tuple[Table | str, ...], levels: list[float]) -> Document:
    """The blocks as read from a picture: each cell and line with a level in turn, a box, and a picture that names
    its level."""
    turn = 0

    def level() -> float:
        nonlocal turn
        turn += 1
        return levels[turn % len(levels)]

    found: dict[int, Cell] = {}

    def as_seen(cell: Cell) -> Cell:
        if id(cell) not in found:
            sure = level()
            box = Box(0, cell.column * 100, cell.row * 30, cell.column * 100 + 90, cell.row * 30 + 25)
            found[id(cell)] = replace(cell, confidence=sure, box=box, picture=f"{sure}".encode())
        return found[id(cell)]

    done: list[Table | Line] = []
    for block in document(*blocks).blocks:
        if isinstance(block, Table):
            done.append(replace(block, rows=tuple(tuple(map(as_seen, row)) for row in block.rows)))
        else:
            sure = level()
            done.append(replace(block, confidence=sure, box=Box(0, 0, 0, 9, 9), picture=f"{sure}".encode()))
    return Document("扫描.jpg", tuple(done))


def fields_of(form: RegistrationForm) -> Iterator[Value]:
    yield from (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    for person in form.attendees:
        yield from (person.name, person.organisation, person.job_title, person.mobile, person.id_number)
        yield person.single_room_value


def values_of(form: RegistrationForm) -> Iterator[Value]:
    yield from fields_of(form)
    yield from (value for _, value in form.extras)
    yield from (value for person in form.attendees for _, value in person.extras)


@pytest.mark.parametrize("blocks", LAYOUTS.values(), ids=LAYOUTS)
@settings(max_examples=15, deadline=None)
@given(levels=st.lists(st.sampled_from([0.31, 0.5, 0.72, 0.9, 0.99]), min_size=1, max_size=7))
def test_no_value_is_surer_than_its_cell_and_each_keeps_its_picture(
    blocks: tuple[Table | str, ...], levels: list[float]
) -> None:
    page = seen(blocks, levels)

    forms = without_copies([normalise_form(form) for form in find_forms(page, default_labels())])

    values = [value for form in forms for value in values_of(form) if value.text]
    assert len(values) >= 2
    for value in values:
        assert value.picture
        assert value.box is not None
        assert value.confidence <= float(value.picture.decode())


@pytest.mark.parametrize("blocks", LAYOUTS.values(), ids=LAYOUTS)
def test_form_is_as_sure_as_its_least_sure_value(blocks: tuple[Table | str, ...]) -> None:
    page = seen(blocks, [0.99, 0.6, 0.8])

    form = find_forms(page, default_labels())[0]

    assert form.confidence == min(value.confidence for value in fields_of(form) if value.text)
    assert form.confidence < 1.0


def test_sure_file_gives_a_sure_form() -> None:
    (form,) = find_forms(document(*LAYOUTS["list"]), default_labels())

    assert form.confidence == 1.0


def test_value_in_several_cells_is_as_sure_as_the_worst_and_has_a_box_round_all() -> None:
    cells = [
        Cell("姓名", 0, 0, Place("x"), confidence=0.99),
        Cell("手机", 0, 1, Place("x"), column_span=2, confidence=0.99),
        Cell(ANN.name, 1, 0, Place("x"), confidence=0.99, box=Box(0, 0, 30, 90, 55), picture=b"name"),
        Cell(ANN.mobile[:3], 1, 1, Place("x"), confidence=0.95, box=Box(0, 100, 30, 190, 55), picture=b"first"),
        Cell(ANN.mobile[3:], 1, 2, Place("x"), confidence=0.4, box=Box(0, 200, 28, 290, 55), picture=b"second"),
    ]
    page = Document("扫描.jpg", (Table(((cells[0], cells[1], cells[1]), tuple(cells[2:]))),))

    mobile = find_forms(page, default_labels())[0].attendees[0].mobile

    assert (mobile.confidence, mobile.picture) == (0.4, b"second")
    assert mobile.box == Box(0, 100, 28, 290, 55)
