"""Papers that are sent along with forms or instead of them, and that register nobody."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from bot.records.form import Table
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, names, one, read

HOSPITAL, OTHER = islice(hospitals(31), 2)
ANN, BEN, EVE = islice(people(31), 3)
CARD = [
    ["姓名", ANN.name],
    ["性别", "女"],
    ["民族", "汉"],
    ["出生", "1980年1月1日"],
    ["住址", "广东省深圳市罗湖区某路1号"],
    ["公民身份号码", ANN.id_number],
]
CARD_LINES = "\n".join(f"{label} {text}" for label, text in CARD)
PAPERS: dict[str, tuple[str | Table, ...]] = {
    "identity card": (CARD_LINES,),
    "identity card, stuck": (CARD_LINES.replace(" ", ""),),
    "identity card, with colons": (CARD_LINES.replace(" ", "："),),
    "identity card as a table": (table(CARD),),
    "back of an identity card": (
        "中华人民共和国\n居民身份证\n签发机关 某市公安局\n有效期限 2010.01.01-2030.01.01",
    ),
    "driving licence": (
        f"中华人民共和国机动车驾驶证\n证号：{ANN.id_number}\n姓名：{ANN.name}\n国籍：中国\n住址：深圳\n准驾车型：C1",
    ),
    "medical licence": (
        f"医师执业证书\n姓名：{ANN.name}\n身份证号：{ANN.id_number}\n执业地点：{HOSPITAL.name}\n执业类别：临床",
    ),
    "certificate of a title": (
        f"姓名 {ANN.name}\n身份证号 {ANN.id_number}\n专业名称 内科\n资格名称 主任医师\n批准日期 2010年",
    ),
    "bank slip": (
        f"电子回单\n付款人户名：{ANN.name}\n收款人户名：深圳市医院协会\n金额：2980.00\n手机：{ANN.mobile}\n附言：会务费",
    ),
    "bank slip as a table": (
        table(
            [
                ["付款人", "户名", HOSPITAL.name, "收款人", "户名", "深圳市医院协会"],
                ["", "账号", "44250100", "", "账号", "44250101"],
                ["金额", "2980.00", "", "", "", ""],
            ]
        ),
    ),
    "invoice": (
        f"电子发票（普通发票）\n购买方信息\n名称：{HOSPITAL.name}\n纳税人识别号：{HOSPITAL.taxpayer_id}\n"
        f"销售方信息\n名称：某酒店\n纳税人识别号：{OTHER.taxpayer_id}\n开票人：{ANN.name}",
    ),
    "business licence": (f"营业执照\n名称：{HOSPITAL.name}\n法定代表人：{ANN.name}\n住所：深圳市",),
    "roster of duty": (
        f"{HOSPITAL.name}2026年4月值班表",
        table([["日期", "姓名", "科室", "电话"], ["4月1日", ANN.name, "医务科", ANN.mobile]]),
    ),
    "list of addresses": (
        "协会通讯录",
        table([["序号", "姓名", "单位", "职务", "手机"], ["1", ANN.name, HOSPITAL.name, "院长", ANN.mobile]]),
    ),
    "list of wages": (
        "工资表（4月）",
        table([["姓名", "科室", "基本工资", "身份证号"], [ANN.name, "医务科", "5000", ANN.id_number]]),
    ),
    "list of doctors": (
        f"{HOSPITAL.name}医师名单",
        table(
            [
                ["序号", "姓名", "单位", "手机", "身份证号"],
                ["1", ANN.name, HOSPITAL.name, ANN.mobile, ANN.id_number],
            ]
        ),
    ),
    "list of doctors with the years of their work": (
        "在职人员名单",
        table(
            [
                ["姓名", "性别", "参加工作时间", "职称", "身份证号"],
                [ANN.name, "女", "1999年", "主任医师", ANN.id_number],
            ]
        ),
    ),
    "attendance sheet of a meeting": (
        "参加专题学习会议人员签到表",
        table([["序号", "姓名", "单位", "职务", "手机"], ["1", ANN.name, HOSPITAL.name, "院长", ANN.mobile]]),
    ),
    "attendance sheet told by its column": (
        table([["序号", "姓名", "单位", "手机", "签到"], ["1", ANN.name, HOSPITAL.name, ANN.mobile, ""]]),
    ),
    "health check": (
        "健康体检表",
        table([["姓名", ANN.name, "单位", HOSPITAL.name], ["身份证号", ANN.id_number, "手机", ANN.mobile]]),
    ),
    "health check told by what was measured": (
        f"姓名：{ANN.name}\n单位：{HOSPITAL.name}\n身份证号：{ANN.id_number}\n手机：{ANN.mobile}",
        table([["身高", "体重", "血压"], ["165", "55", "120/80"]]),
    ),
    "people insured": (
        "参保人员信息",
        table([["姓名", "单位", "身份证号", "手机"], [ANN.name, HOSPITAL.name, ANN.id_number, ANN.mobile]]),
    ),
    "people insured, told by the columns": (
        table([["姓名", "身份证号", "参保状态", "手机"], [ANN.name, ANN.id_number, "正常参保", ANN.mobile]]),
    ),
    "insurance policy": (
        f"被保险人：{ANN.name}\n身份证号：{ANN.id_number}\n手机：{ANN.mobile}\n保险期间：2026年",
        table([["姓名", "身份证号", "险种"], [ANN.name, ANN.id_number, "意外险"]]),
    ),
    "boarding pass": (f"登机牌\n姓名 {ANN.name}\n航班 ZH9887\n座位 12A\n登机口 5",),
}


@pytest.mark.parametrize("blocks", PAPERS.values(), ids=PAPERS)
def test_other_papers_register_nobody(blocks: tuple[str | Table, ...]) -> None:
    assert read(*blocks) == ()


def row() -> list[str]:
    return [BEN.name, HOSPITAL.name, BEN.job_title, BEN.mobile, BEN.id_number, "否"]


def test_identity_card_copied_under_a_form_registers_nobody_more() -> None:
    form = one("参会回执", table([HEADINGS, row()]), CARD_LINES.replace(" ", "："))

    assert names(form) == [BEN.name]


def test_card_with_those_headings_that_asks_for_unit_and_number_is_a_form() -> None:
    card = [*CARD, ["单位", HOSPITAL.name], ["手机", ANN.mobile]]

    form = one(table(card))

    assert names(form) == [ANN.name]
    assert form.attendees[0].id_number.text == ANN.id_number


@pytest.mark.parametrize("word", ["参会人员通讯录", "学习班学员花名册", "报名人员联系表"])
def test_list_that_speaks_of_a_registration_is_a_form(word: str) -> None:
    form = one(word, table([["姓名", "单位", "手机"], [ANN.name, HOSPITAL.name, ANN.mobile]]))

    assert names(form) == [ANN.name]


@pytest.mark.parametrize("note", ["注：报到当日请在签到表上签名。", "参会代表凭身份证签到，签到时间14:00—17:00。"])
def test_note_about_signing_in_leaves_a_form_a_form(note: str) -> None:
    form = one(table([HEADINGS, row()]), note)

    assert names(form) == [BEN.name]


def test_form_on_an_attendance_sheet_stays_a_form() -> None:
    form = one("学习班报名回执暨签到表", table([["姓名", "单位", "手机"], [ANN.name, HOSPITAL.name, ANN.mobile]]))

    assert names(form) == [ANN.name]


def test_list_of_people_with_a_column_to_sign_at_a_registration_is_a_form() -> None:
    rows = [["姓名", "单位", "手机", "签到"], [ANN.name, HOSPITAL.name, ANN.mobile, ""]]

    form = one("专题学习报名汇总，请参会代表到场签到", table(rows))

    assert names(form) == [ANN.name]
