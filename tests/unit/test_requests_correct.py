"""Corrections and confirmations in a sender's own words: one person, one value that passes its check."""

from __future__ import annotations

import pytest

from bot.records.decision import Registration
from tests.unit.requests_cases import (
    HOSPITAL,
    ID,
    LI,
    MOBILE,
    NOTHING,
    OTHER_ID,
    TAX,
    THREE,
    UNCLEAR,
    WANG,
    WRONG_ID,
    WRONG_TAX,
    X_ID,
    person,
    short,
    understood,
    unsure,
)

TWO_FORMS = (WANG, person("李明", position=1, form_index=1))


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (f"correct 王芳 id_number={ID}", f"王芳的身份证号更正为{ID}。"),
        (f"correct 王芳 id_number={ID}", f"王芳身份证号写错了，应为{ID}。"),
        (f"correct 王芳 id_number={ID}", f"王芳的身份证号有误，正确的是：{ID}"),
        (f"correct 王芳 id_number={ID}", f"王芳身份证号码填错了。\n正确的身份证号为{ID}"),
        (f"correct 王芳 id_number={X_ID}", f"王芳的身份证号应为 {X_ID.lower()}"),
        (f"correct 王芳 id_number={ID}", f"王芳的身份证号由{OTHER_ID}改为{ID}。"),
        (f"correct 王芳 id_number={ID}", f"更正：王芳，身份证号：{ID}"),
        (f"correct 王芳 id_number={ID}", f"王芳的身份证号不是{OTHER_ID}，是{ID}。"),
        ("correct 王芳 id_number=H12345678", "王芳的证件号码更正为H12345678。"),
        ("correct 王芳 id_number=440304800203117", "王芳的身份证号应为440304800203117"),
        ("correct 王芳+李明+张伟国 phone=0755-25550000", "联系人电话更正为0755-25550000。"),
        (f"correct 王芳 mobile={MOBILE}", f"王芳的手机改为{MOBILE}。"),
        (f"correct 王芳 mobile={MOBILE}", "王芳手机号码更正为 138-0013-8000"),
        (f"correct 王芳 mobile={MOBILE}", f"王芳的电话改成{MOBILE}，谢谢。"),
        (f"correct 王芳 mobile={MOBILE}", f"请将王芳主任的手机号修改为{MOBILE}"),
        ("correct 王芳 job_title=主任医师", "王芳的职务应为主任医师。"),
        ("correct 王芳 job_title=副院长", "王芳的职务更正为“副院长”，谢谢。"),
        ("correct 王芳 organisation=深圳市云杉医院（集团）", "王芳的单位名称应为深圳市云杉医院（集团）。"),
        (
            "correct 王芳 organisation=深圳市云杉医院; correct 王芳 job_title=院长",
            "王芳的单位改为深圳市云杉医院，职务改为院长。",
        ),
        ("correct 王芳 name=王方", "王芳的姓名应为王方。"),
        ("correct 王芳 name=王方", "姓名打错了，王芳应为王方。"),
        ("correct 王芳 name=王方", "姓名误写为王芳，应为王方。"),
        ("correct 张伟国 name=张维国", "张伟国的名字有误，更正为张维国。"),
        ("correct 王芳 single_room=是", "王芳改为单间。"),
        ("correct 王芳 single_room=否", "王芳不需要单间，改为双人间。"),
        ("correct 王芳 single_room=否", "王芳的单间改为标间。"),
        ("correct 王芳 single_room=否", "取消王芳的单间。"),
        ("correct 王芳 single_room=是", "王芳主任需要住单间。"),
        ("correct 王芳 single_room=是; correct 李明 single_room=是", "王芳、李明改为单间。"),
        (
            "correct 王芳 single_room=否; correct 李明 single_room=否; correct 张伟国 single_room=否",
            "我院三人均改为双人间。",
        ),
        (
            f"correct 王芳 mobile={MOBILE}; correct 李明 id_number={ID}",
            f"王芳的手机改为{MOBILE}；李明的身份证号改为{ID}。",
        ),
        (
            f"correct 王芳 mobile={MOBILE}; correct 王芳 id_number={ID}",
            f"更正王芳的信息：手机：{MOBILE}，身份证号：{ID}",
        ),
        ("correct 王芳+李明+张伟国 invoice_title=深圳市云杉医院", "发票抬头改成深圳市云杉医院。"),
        (f"correct 王芳+李明+张伟国 taxpayer_id={TAX}", f"税号写错了，应为{TAX}。"),
        (
            f"correct 王芳+李明+张伟国 invoice_title=深圳市云杉医院; correct 王芳+李明+张伟国 taxpayer_id={TAX}",
            f"开票信息更正如下：\n抬头：深圳市云杉医院\n税号：{TAX}",
        ),
        ("correct 王芳+李明+张伟国 contact=赵晨", "联系人改为赵晨。"),
        (
            f"correct 王芳+李明+张伟国 contact=赵晨; correct 王芳+李明+张伟国 phone={MOBILE}",
            f"联系人更换为赵晨，电话{MOBILE}。",
        ),
        ("correct 王芳+李明+张伟国 email=office@hospital.example", "邮箱更正为office@hospital.example。"),
    ],
)
def test_takes_corrections_that_say_whose_and_what(asked: str, text: str) -> None:
    assert short(understood(text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        f"王芳的身份证号更正为{WRONG_ID}。",
        "王芳的手机改为1380013800。",
        f"税号更正为{WRONG_TAX}。",
        f"身份证号更正为{ID}。",
        f"手机号写错了，应为{MOBILE}。",
        f"李四的手机改为{MOBILE}。",
        f"王芳、李明的手机改为{MOBILE}。",
        f"王芳的手机改为{MOBILE}或13900139000。",
        f"联系电话改为{MOBILE}。",
        "改为单间。",
        "王芳的身份证号写错了。",
        "王芳的身份证号有误，请更正。",
        "发票抬头写错了，请更正。",
        "回执信息有误。",
        "邮箱更正为office＠。",
        "王芳的身份证号改为44030419801503117X。",
        "王芳的身份证号改为440304801503117。",
        "联系人电话更正为12345678901234。",
        "税号更正为12345。",
        "王芳的姓名应为李四海。",
        "王芳的名字写错了。",
        "王芳可能改为单间。",
        f"王芳的手机改为{MOBILE}。\n王芳的手机改为13900139000。",
        "王芳的发票抬头改为深圳市云杉医院。",
        f"取消王芳的报名，王芳的手机改为{MOBILE}。",
    ],
)
def test_leaves_doubtful_corrections_to_a_person(text: str) -> None:
    assert short(understood(text)) == UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "请问还有单间吗？",
        "身份证号可以改吗？",
        "如需修改手机号请告知。",
        f"我的电话是{MOBILE}，有事请联系。",
        "发票抬头不需要修改。",
        f"发票抬头：深圳市云杉医院，税号：{TAX}",
        "单间房差是多少？",
        "王芳的手机号没有变更。",
    ],
)
def test_corrects_nothing_where_that_is_not_asked(text: str) -> None:
    assert short(understood(text)) == NOTHING


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (f"correct 王芳 id_number={ID}", f"身份证号更正为{ID}。"),
        (f"correct 王芳 mobile={MOBILE}", f"手机号写错了，应为{MOBILE}。"),
        ("correct 王芳 single_room=是", "改为单间，谢谢。"),
        ("correct 王芳 single_room=否", "取消单间，谢谢"),
        ("correct 王芳 organisation=深圳市云杉医院", "单位名称应为深圳市云杉医院。"),
        ("correct 王芳 invoice_title=深圳市云杉医院", "抬头改成深圳市云杉医院"),
        (UNCLEAR, f"李明的手机改为{MOBILE}。"),
    ],
)
def test_needs_no_name_for_the_only_one(asked: str, text: str) -> None:
    assert short(understood(text, (WANG,))) == asked


def test_leaves_what_concerns_a_form_to_a_person_where_there_are_two_forms() -> None:
    assert short(understood(f"税号更正为{TAX}。", TWO_FORMS)) == UNCLEAR


def test_lets_an_attached_form_tell_the_value() -> None:
    assert short(understood("王芳的身份证号有误，更正后的回执见附件。", form_names=("王芳",))) == NOTHING


def test_takes_what_a_new_forms_people_want_from_the_form() -> None:
    assert short(understood("我院3人，均需要单间，回执见附件。", form_names=("王芳",))) == NOTHING


UNSURE = (unsure(WANG, "id_number"), unsure(LI, "mobile", "id_number"), THREE[2])
BOTH = "confirm 王芳+李明"


@pytest.mark.parametrize(
    ("asked", "text", "people"),
    [
        (BOTH, "核对无误。", UNSURE),
        (BOTH, "无误，谢谢！", UNSURE),
        (BOTH, "信息正确。", UNSURE),
        (BOTH, "没问题，都对。", UNSURE),
        (BOTH, "您好，经核对，以上信息均无误，谢谢。", UNSURE),
        (BOTH, "信息核对无误，王芳、李明、张伟国都对。", UNSURE),
        ("confirm 王芳", "王芳的身份证号核对无误。", UNSURE),
        (f"correct 李明 mobile={MOBILE}; {BOTH}", f"李明手机更正为{MOBILE}，其他信息无误。", UNSURE),
        (UNCLEAR, "李明的手机号无误。", UNSURE),
        (UNCLEAR, "没问题", UNSURE),
        (UNCLEAR, "李明的身份证号有误，其他无误。", UNSURE),
        (NOTHING, "收到，谢谢。", UNSURE),
        (NOTHING, "好的。", UNSURE),
        (NOTHING, "请问信息是否正确？", UNSURE),
        (NOTHING, "请核对是否无误。", UNSURE),
        (NOTHING, "核对无误。", THREE),
        (NOTHING, "没问题", THREE),
    ],
)
def test_confirms_only_what_was_uncertain_and_is_plainly_called_right(
    asked: str, text: str, people: tuple[Registration, ...]
) -> None:
    assert short(understood(text, people)) == asked


def test_the_invented_hospital_is_no_part_of_an_answer() -> None:
    assert short(understood(f"{HOSPITAL.name}感谢协会。")) == NOTHING
