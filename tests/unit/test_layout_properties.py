"""What holds for every document: people are read exactly whatever the columns, and nothing ever raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.invented import InventedPerson, people
from bot.forms.labels import Field, default_labels
from bot.forms.layout import find_forms
from bot.records.form import Document, Line, Place, Table
from tests.unit.documents import document, lines, table

LABELS = default_labels()
PEOPLE = tuple(islice(people(11), 40))
COLUMNS: dict[Field, Callable[[InventedPerson], str]] = {
    Field.NAME: lambda person: person.name,
    Field.ORGANISATION: lambda person: f"深圳市{person.job_title}研究医院",
    Field.JOB_TITLE: lambda person: person.job_title,
    Field.MOBILE: lambda person: person.mobile,
    Field.ID_NUMBER: lambda person: person.id_number,
    Field.SINGLE_ROOM: lambda person: "是" if person.single_room else "否",
}
ORDER = tuple(COLUMNS)
SYNONYMS = {
    field: sorted(word for word, found in LABELS.exact.items() if found is field and word not in ("id",))
    for field in ORDER
}


@st.composite
def headings(draw: st.DrawFn) -> dict[Field, str]:
    """The columns in any order, each under any of its names, written in any of the usual ways."""
    order = draw(st.permutations(ORDER))
    styles = ("{}", "{}*", " {} ", "*{}：", "{}（必填）", "{}\n", "【{}】")
    return {field: draw(st.sampled_from(styles)).format(draw(st.sampled_from(SYNONYMS[field]))) for field in order}


@settings(max_examples=150, deadline=None)
@given(headings(), st.lists(st.sampled_from(PEOPLE), max_size=12, unique=True), st.integers(0, 4), st.booleans())
def test_reads_each_person_exactly_in_any_columns(
    labels: dict[Field, str], listed: list[InventedPerson], blank: int, numbered: bool
) -> None:
    rows = [[COLUMNS[field](person) for field in labels] for person in listed] + [[""] * len(labels)] * blank
    rows = [list(labels.values()), *rows]
    if numbered:
        rows = [["序号" if i == 0 else str(i), *row] for i, row in enumerate(rows)]

    forms = find_forms(document(table(rows)), LABELS)

    assert len(forms) == 1
    read = [
        [
            a.name.text,
            a.organisation.text,
            a.job_title.text,
            a.mobile.text,
            a.id_number.text,
            a.single_room_value.text,
        ]
        for a in forms[0].attendees
    ]
    assert read == [[COLUMNS[field](person) for field in ORDER] for person in listed]
    assert all(a.extras == () and a.problems == () for a in forms[0].attendees)


WORDS = st.sampled_from(
    [
        *(
            "姓名",
            "单位",
            "手机",
            "身份证号",
            "是否单间",
            "联系人",
            "填报单位",
            "填报单位：",
            "联系人：",
            "电话：",
            "导师姓名",
        ),
        *(
            "参会回执表",
            "附件",
            "序号",
            "1",
            "合计",
            "例",
            "张三",
            "赵安、钱博",
            "深圳市某医院",
            "联系人信息",
            "发票信息",
            "参会人员信息",
        ),
        *(
            "姓名：",
            "姓名：赵安",
            "是",
            "否",
            "",
            "",
            "/",
            "单位名称",
            "税号",
            "职务",
            "关系",
            "\n",
            "：",
            "第2-3行为示例",
            "-----原始邮件-----",
        ),
        *(
            PEOPLE[0].mobile,
            PEOPLE[0].id_number,
            PEOPLE[1].name,
            "发件人：某某",
            "一、报名方式",
            "单间",
            "职称",
            "负责人",
        ),
    ]
)
TEXTS = (
    WORDS
    | st.text(max_size=30)
    | st.lists(WORDS, max_size=4).map("  ".join)
    | st.lists(WORDS, max_size=4).map("：".join)
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    height, width = draw(st.integers(0, 7)), draw(st.integers(0, 7))
    rows = [[draw(TEXTS) for _ in range(width)] for _ in range(height)]
    merged = []
    if height and width:
        row, column = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        merged = [(row, column, draw(st.integers(1, height - row)), draw(st.integers(1, width - column)))]
    hidden = draw(st.sets(st.integers(0, 9), max_size=3))
    return table(rows, merged=merged, hidden_rows=hidden, hidden=draw(st.booleans()), title=draw(TEXTS))


BLOCKS = st.lists(tables() | TEXTS.map(lambda text: Line(text, Place("x"))), max_size=6)


@settings(max_examples=400, deadline=None)
@given(BLOCKS)
def test_never_raises_and_never_invents(blocks: list[Table | Line]) -> None:
    forms = find_forms(Document("x", tuple(blocks)), LABELS)

    for form in forms:
        for person in form.attendees:
            assert person.name.text or person.mobile.text or person.id_number.text
            assert person.name.text == person.name.written
            assert person.single_room is None


def _unsure(block: Table | Line) -> Table | Line:
    """The block as read from a picture."""
    if isinstance(block, Line):
        return replace(block, confidence=0.9)
    cells = {id(cell): replace(cell, confidence=0.9) for row in block.rows for cell in row}
    return replace(block, rows=tuple(tuple(cells[id(cell)] for cell in row) for row in block.rows))


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_never_raises_for_pictures_and_never_surer_than_they_are(blocks: list[Table | Line]) -> None:
    forms = find_forms(Document("x", tuple(map(_unsure, blocks))), LABELS)

    for form in forms:
        assert not form.attendees or form.confidence == 0.9
        assert all(value.confidence == 0.9 for person in form.attendees for _, value in person.extras)


def test_reads_a_large_table_in_a_moment() -> None:
    rows = [["姓名", "单位", "手机", *(f"备注{n}" for n in range(57))]]
    rows += [[person.name, "深圳某医院", person.mobile] for person in islice(people(12), 2999)]
    large = document(table(rows))
    started = time.process_time()

    forms = find_forms(large, LABELS)

    assert len(forms[0].attendees) == 2999
    assert time.process_time() - started < 5  # about 0.5 s on an idle machine


def test_long_texts_take_no_long_time() -> None:
    texts = ["(" * 9000, "：" * 9000, "姓名：" * 3000, " " * 9000 + "：", "1" * 9000, "1-" * 5000, "赵安、" * 5000]
    texts += [
        "我院拟派赵安（138" * 2000 + "）参加",
        "1. " * 5000,
        "姓名 赵安 " * 2000,
        "派和与及由" * 2000 + PEOPLE[0].mobile,
    ]
    started = time.process_time()

    for text in texts:
        find_forms(document(lines(text)[0] if lines(text) else text, table([[text, text]])), LABELS)

    assert time.process_time() - started < 20
