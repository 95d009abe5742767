"""The office's own file of headings: what it adds, what it switches off, and how its mistakes are told."""

from __future__ import annotations

import tomllib
from itertools import islice
from pathlib import Path

import pytest

from bot.demo.invented import hospitals, people
from bot.forms.label_additions import label_mistakes, labels_with
from bot.forms.labels import Field, default_labels
from bot.forms.layout import find_forms
from tests.unit.documents import document, table

HOSPITAL = next(hospitals(41))
(ANN,) = islice(people(41), 1)
ROOT = Path(__file__).resolve().parents[2]


def test_reads_a_form_under_headings_that_the_office_added() -> None:
    labels = labels_with(
        {"labels": {"name": ["赴会同志"], "organisation": ["选送基地"], "id_number": ["身份编码"]}}
    )
    form = table(
        [
            ["赴会 同志*", "选送基地（全称）", "身份編碼：", "手机"],
            [ANN.name, HOSPITAL.name, ANN.id_number, ANN.mobile],
        ]
    )

    person = find_forms(document(form), labels)[0].attendees[0]

    assert [person.name.text, person.organisation.text] == [ANN.name, HOSPITAL.name]
    assert [person.id_number.text, person.mobile.text] == [ANN.id_number, ANN.mobile]


def test_a_heading_switched_off_is_only_kept() -> None:
    labels = labels_with({"switched_off": {"single_room": ["住宿"]}})

    assert default_labels().field_of("住宿") is Field.SINGLE_ROOM
    assert labels.field_of("住宿：") is Field.EXTRA


def test_a_heading_moves_to_another_field_when_switched_off_first() -> None:
    content = {"switched_off": {"submitter": ["派出单位"]}, "labels": {"organisation": ["派出单位"]}}

    assert label_mistakes(content) == ()
    assert labels_with(content).field_of("派出单位") is Field.ORGANISATION


def test_an_empty_file_changes_nothing() -> None:
    assert labels_with({}) is default_labels()
    assert labels_with({"labels": {}}) is default_labels()


def test_the_file_that_comes_with_the_bot_is_right_and_its_examples_too() -> None:
    text = (ROOT / "config" / "form_labels.toml").read_text("utf-8")
    examples = [part.replace("#   ", "") for part in text.split("例如")[1:]]
    examples = [
        "\n".join(line for line in part.splitlines() if line[:1] in "[" or " = [" in line) for part in examples
    ]

    assert label_mistakes(tomllib.loads(text)) == ()
    assert [label_mistakes(tomllib.loads(part.split("[labels]\n\n[switched_off]")[0])) for part in examples] == [
        (),
        (),
    ]


def test_names_every_field_that_it_explains() -> None:
    text = (ROOT / "config" / "form_labels.toml").read_text("utf-8")
    explained = {field for field in Field if f"   {field} " in text}

    assert {Field.NAME, Field.TAXPAYER_ID, Field.OTHER_PERSON, Field.SINGLE_ROOM} < explained


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"label": {}}, "form_labels.toml：没有 label 这一项，是不是想写 labels？"),
        (
            {"labels": {"organization": ["甲"]}},
            "form_labels.toml：没有 labels.organization 这一项，是不是想写 organisation？",
        ),
        ({"labels": {"zzz": ["甲"]}}, "form_labels.toml：没有 labels.zzz 这一项"),
        ({"labels": ["甲"]}, "form_labels.toml：labels 应是一个小节（写成 [labels]）"),
        ({"labels": {"name": "学员"}}, 'form_labels.toml：labels.name 应是列表，例如 ["甲", "乙"]'),
        ({"labels": {"name": ["甲乙", 3]}}, "form_labels.toml：labels.name.2 应是加引号的文字"),
        ({"labels": {"name": [" ："]}}, "form_labels.toml：labels.name.1 不能为空"),
        ({"labels": {"name": ["甲" * 41]}}, "form_labels.toml：labels.name.1 太长（最多 40 个字）"),
        (
            {"labels": {"name": ["联 系人"]}},
            "form_labels.toml：labels.name 里的“联 系人”已经是 contact 的写法；"
            '要改过来，请在 [switched_off] 里加上 contact = ["联 系人"]',
        ),
        (
            {"labels": {"name": ["研修者"], "contact": ["研修者"]}},
            "form_labels.toml：“研修者”同时写在 labels.name 和 labels.contact 里，只能留一处",
        ),
        (
            {"switched_off": {"name": ["单位"]}},
            "form_labels.toml：switched_off.name 里的“单位”本来就不在这一项里，它在 organisation 里",
        ),
        (
            {"switched_off": {"name": ["从没见过"]}},
            "form_labels.toml：switched_off.name 里的“从没见过”本来就不在这一项里",
        ),
    ],
)
def test_tells_a_mistake_in_one_line(content: dict[str, object], line: str) -> None:
    assert label_mistakes(content) == (line,)
    with pytest.raises(ValueError, match=r"form_labels\.toml"):
        labels_with(content)


def test_tells_all_mistakes_at_once() -> None:
    content = {"labels": {"nam": ["甲"], "contact": "乙"}, "other": 3}

    assert len(label_mistakes(content)) == 3
