"""People in a letter's own sentences, and sentences that name people who do not register by them."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from bot.forms.normalise import normalise_form
from tests.unit.reading import names, one, read, rows_of

HOSPITAL = next(hospitals(31))
ANN, BEN, EVE = islice(people(31), 3)
A = f"手机{ANN.mobile}，身份证{ANN.id_number}"
B = f"手机：{BEN.mobile}，身份证号：{BEN.id_number}"


def test_person_in_brackets_behind_the_name() -> None:
    form = one(f"我院拟派{ANN.name}（{ANN.job_title}，{A}）参加贵会组织的调研学习，请予安排。")

    assert rows_of(form) == [[ANN.name, "", ANN.job_title, ANN.mobile, ANN.id_number, ""]]


def test_several_people_with_one_wish_for_rooms() -> None:
    form = one(f"我院拟派{ANN.name}（{ANN.job_title}，{A}）、{BEN.name}（{BEN.job_title}，{B}）参加，不需要单间。")

    assert [(p.name.text, p.id_number.text) for p in form.attendees] == [
        (ANN.name, ANN.id_number),
        (BEN.name, BEN.id_number),
    ]
    assert [p.single_room for p in normalise_form(form).attendees] == [False, False]


@pytest.mark.parametrize(
    "sentence",
    [
        f"兹委派我院{ANN.job_title}{ANN.name}同志（身份证号{ANN.id_number}，电话{ANN.mobile}）参加本次学习。",
        f"您好！我院{ANN.job_title}{ANN.name}（手机{ANN.mobile}，身份证号码{ANN.id_number}）报名参加，谢谢！",
        f"您好，我是{HOSPITAL.name}的{ANN.name}，职务{ANN.job_title}，手机{ANN.mobile}，身份证号{ANN.id_number}，想报名。",
        f"报名：{ANN.name}，{HOSPITAL.name}，{ANN.job_title}，{ANN.mobile}，{ANN.id_number}，不要单间",
    ],
)
def test_person_however_the_sentence_runs(sentence: str) -> None:
    form = one(sentence)

    person = form.attendees[0]
    assert names(form) == [ANN.name]
    assert (person.job_title.text, person.mobile.text, person.id_number.text) == (
        ANN.job_title,
        ANN.mobile,
        ANN.id_number,
    )


def test_unit_that_the_sentence_names_is_everybodys() -> None:
    form = one(
        f"{HOSPITAL.name}报名2人：{ANN.name}，{ANN.job_title}，{ANN.mobile}，{ANN.id_number}；"
        f"{BEN.name}，{BEN.job_title}，{BEN.mobile}，{BEN.id_number}。"
    )

    assert [(p.name.text, p.organisation.text) for p in form.attendees] == [
        (ANN.name, HOSPITAL.name),
        (BEN.name, HOSPITAL.name),
    ]


def test_name_with_the_word_for_and_in_it_is_whole() -> None:
    form = one(f"我院拟派韩和珂和{BEN.name}（{BEN.job_title}，{B}）参加，另派柳和晨（院长，{A}）参加。")

    assert names(form) == [BEN.name, "柳和晨"]


@pytest.mark.parametrize(
    "sentence",
    [
        f"如需参加请联系{ANN.name}（手机{ANN.mobile}，身份证{ANN.id_number}）。",
        f"授课专家{ANN.name}（{ANN.job_title}，{A}）参加活动，请安排接送。",
        f"原报名人员{ANN.name}（{ANN.job_title}，{A}）因故不能参加。",
        f"{ANN.name}（{ANN.job_title}，{A}）是我院的老同志。",
        f"请于4月10日前报名参加，联系人{ANN.name}，电话{ANN.mobile}。",
        "我院拟派人员参加学习，人员名单另行报送，届时电话13800138000通知会务组。",
    ],
)
def test_sentences_that_register_nobody(sentence: str) -> None:
    assert [person for form in read(sentence) for person in form.attendees] == []


def test_several_numbered_people_on_one_line() -> None:
    form = one(
        f"参会人员名单: 1. {ANN.name} {ANN.job_title} {ANN.mobile} 2. {BEN.name} {BEN.job_title} {BEN.mobile}"
    )

    assert [(p.name.text, p.mobile.text) for p in form.attendees] == [
        (ANN.name, ANN.mobile),
        (BEN.name, BEN.mobile),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"报名回执：姓名 {ANN.name} 单位 {HOSPITAL.name} 职务 {ANN.job_title} "
        f"手机 {ANN.mobile} 身份证号 {ANN.id_number}",
        f"姓名{ANN.name}，单位{HOSPITAL.name}，职务{ANN.job_title}，手机{ANN.mobile}，身份证号{ANN.id_number}",
        f"参会回执\n姓名__{ANN.name}__单位__{HOSPITAL.name}__职务_{ANN.job_title}_\n"
        f"手机__{ANN.mobile}___ 身份证号___{ANN.id_number}___",
    ],
)
def test_headings_without_colons_on_one_line(text: str) -> None:
    assert rows_of(one(text)) == [[ANN.name, HOSPITAL.name, ANN.job_title, ANN.mobile, ANN.id_number, ""]]


def test_hospital_that_signs_the_letter_is_who_submits() -> None:
    form = one(
        f"深圳市医院协会：\n我院拟派{ANN.name}（{ANN.job_title}，{A}）参加。\n特此回复。\n{HOSPITAL.name}\n2026年4月1日"
    )

    assert (form.organisation.text, names(form)) == (HOSPITAL.name, [ANN.name])
