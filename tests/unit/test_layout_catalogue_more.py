"""Layouts of forms in use elsewhere, from the tenth on, one test each: who is read, and who must not be."""

from __future__ import annotations

from itertools import islice

from bot.demo.invented import hospitals, people
from tests.unit.documents import table, wide
from tests.unit.reading import extra, names, one
from tests.unit.test_layout_catalogue import L12

HOSPITAL, OTHER = islice(hospitals(7), 2)
ANN, BEN, EVE, TUTOR, CLERK = islice(people(7), 5)


def test_10_pairs_with_colons_two_per_row() -> None:
    rows = [
        [f"姓名：{ANN.name}", f"手机号：{ANN.mobile}"],
        ["性别：女", "民族：回"],
        [f"单位：{HOSPITAL.name}", f"职务：{ANN.job_title}"],
        [f"邮箱：{HOSPITAL.email}", "是否接站：是"],
        ["到达航班/车次：ZH9887", "到达时间：4月22日 16:10"],
        ["是否住宿：是", ""],
    ]

    person = one(table(rows)).attendees[0]

    assert (person.name.text, person.mobile.text) == (ANN.name, ANN.mobile)
    assert (person.organisation.text, person.job_title.text) == (HOSPITAL.name, ANN.job_title)
    assert extra(person, "民族") == "回"
    assert extra(person, "到达时间") == "4月22日 16:10"


def test_11_empty_list_row_is_nobody() -> None:
    headings = ["ID", "姓名", "手机", "职称", "站点", "是否单间", "报名时间", "修改", "删除"]
    cells, span = wide("暂无信息！", 1, 9)

    assert one(table([headings, cells], merged=[span])).attendees == ()
    assert one(table([headings, ["", "暂无信息！"]])).attendees == ()
    person = one(table([headings, ["1", ANN.name, ANN.mobile, "教授", HOSPITAL.name, "是"]])).attendees[0]
    assert (person.organisation.text, person.job_title.text) == (HOSPITAL.name, "教授")
    assert person.id_number.text == ""


def test_12_field_list() -> None:
    form = one("填写参会回执", table(L12))

    assert names(form) == [ANN.name]
    assert form.attendees[0].organisation.text == HOSPITAL.name
    assert extra(form.attendees[0], "到达车次") == "G1"


def test_13_invoice_unit_is_not_the_persons_unit() -> None:
    headings = (
        "参会人姓名 参会人手机号码 参会人所在单位名称 联系邮箱 "
        "发票类型 单位全称/名称 纳税人识别号 单位地址 单位电话 银行开户账号 开户行 报名提交时间"
    )
    row = [ANN.name, ANN.mobile, HOSPITAL.name, HOSPITAL.email, "普票", OTHER.name, OTHER.taxpayer_id]

    form = one(
        table(
            [headings.split(), [*row, "路1号", "0755-82336671", "1", "某银行", "2026-04-01"]],
            title="准考证导出信息",
        )
    )

    assert form.attendees[0].organisation.text == HOSPITAL.name
    assert form.attendees[0].mobile.text == ANN.mobile
    assert (form.invoice_title.text, form.taxpayer_id.text) == (OTHER.name, OTHER.taxpayer_id)


def test_13_second_unit_beside_the_tax_number_is_the_invoices() -> None:
    headings = ["姓名", "单位名称", "手机", "单位全称", "纳税人识别号"]

    form = one(table([headings, [ANN.name, HOSPITAL.name, ANN.mobile, OTHER.name, OTHER.taxpayer_id]]))

    assert form.attendees[0].organisation.text == HOSPITAL.name
    assert form.invoice_title.text == OTHER.name


def test_14_blocks_of_two_heading_rows_per_person() -> None:
    rows = [
        ["参赛学校\n(或单位)\n全称", HOSPITAL.name, "", "", "", "", ""],
        ["参赛队名称", "红树林", "", "参赛作品名称", "某作品", "", ""],
        ["指导老师", "姓名", "性别", "职务", "手机", "E-mail", "身份证号"],
        ["", TUTOR.name, "男", "教授", TUTOR.mobile, "t@example.org", TUTOR.id_number],
        ["参赛队员一", "姓名", "性别", "学位类型", "院系、专业", "研究生\n入学时间", "研究生证号"],
        ["", ANN.name, "女", "硕士", "内科", "2020", "S1"],
        ["", "身份证号", "", "常用邮箱", "", "手机号", "QQ号"],
        ["", ANN.id_number, "", "a@example.org", "", ANN.mobile, "12345"],
        ["参赛队员二", "姓名", "性别", "学位类型", "院系、专业", "研究生\n入学时间", "研究生证号"],
        ["", BEN.name, "男", "硕士", "外科", "2021", "S2"],
        ["", "身份证号", "", "常用邮箱", "", "手机号", "QQ号"],
        ["", BEN.id_number, "", "b@example.org", "", BEN.mobile, "12346"],
    ]
    merges = [(0, 1, 1, 6), (1, 1, 1, 2), (1, 4, 1, 3), (2, 0, 2, 1), (4, 0, 4, 1), (8, 0, 4, 1)]
    merges += [(row, column, 1, 2) for row in (6, 7, 10, 11) for column in (1, 3)]

    form = one("第九届电子设计竞赛 参赛报名表", table(rows, merged=merges))

    assert names(form) == [ANN.name, BEN.name]
    assert [p.id_number.text for p in form.attendees] == [ANN.id_number, BEN.id_number]
    assert [p.mobile.text for p in form.attendees] == [ANN.mobile, BEN.mobile]
    assert form.organisation.text == HOSPITAL.name


def test_15_example_rows_that_must_stay_are_no_people() -> None:
    headings = ["序号", "姓名", "拼音", "身份证号码", "性别", "生日", "国籍", "民族"]
    example = [TUTOR.name, "#VALUE!", TUTOR.id_number, "男", "800101", "中国", "汉族"]
    filled = ["1", ANN.name, "#VALUE!", f" {ANN.id_number[:6]} {ANN.id_number[6:14]} {ANN.id_number[14:].lower()}"]

    marked = one(table([headings, ["例1", *example], ["示例", *example], ["范例", *example], filled]))
    told = one("表中第2-4行为示例，在填写时不得删除", table([headings, *([["", *example]] * 3), filled]))

    assert names(marked) == names(told) == [ANN.name]
    assert marked.attendees[0].extras == ()


def test_16_the_same_person_in_two_tables_is_listed_once() -> None:
    headings = ["姓名", "单位职务", "团内职务", "项目", "备注"]
    totals = table([["项目", "人数"], ["领队", "1"], ["教练", "2"], ["合计", "3"]], title="汇总表")
    first = table(
        [headings, [ANN.name, "院长", "领队", "", "兼"], [BEN.name, "医师", "教练", "跑步", ""]], title="A表"
    )
    second = table(
        [headings, [ANN.name, "院长", "运动员", "跑步", "兼△"], [EVE.name, "护士", "", "跳高", "△"]], title="B表"
    )

    form = one("第三次报名表", totals, first, second)

    assert names(form) == [ANN.name, BEN.name, EVE.name]
    assert [p.job_title.text for p in form.attendees] == ["院长", "医师", "护士"]


CARD_17 = [
    ["姓\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0名", CLERK.name, "职务/职称", CLERK.job_title],
    ["所属部门", "医务科", "办公电话\u00a0", "0755-82336671"],
    ["移动电话", CLERK.mobile, "电子邮件\u00a0", HOSPITAL.email],
]


def test_17_padded_headings_are_read() -> None:
    person = one(table(CARD_17)).attendees[0]

    assert (person.name.text, person.mobile.text) == (CLERK.name, CLERK.mobile)
    assert person.job_title.text == CLERK.job_title


def test_17_card_under_the_contacts_head_registers_nobody() -> None:
    grid = table([["姓名", "单位", "手机"], [ANN.name, HOSPITAL.name, ANN.mobile]])

    form = one("报名表", grid, "联系人", table(CARD_17))

    assert names(form) == [ANN.name]
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_18_three_rows_of_headings_under_a_line_of_pairs() -> None:
    title, span = wide("参会登记表", 0, 9)
    rows = [
        title,
        [""] * 9,
        [
            f"单位名称（盖章）：{HOSPITAL.name}",
            "",
            "",
            "",
            "",
            f"填表人：{CLERK.name}",
            "",
            "填表日期：2026-04-01",
            "",
        ],
        ["序号", "参会人员信息", "", "", "", "住宿", "", "备注", ""],
        ["", "姓名", "联系方式", "", "证件", "是否", "", "", ""],
        ["", "", "手机", "邮箱", "身份证号", "单间", "", "", ""],
        ["1", ANN.name, ANN.mobile, "a@example.org", ANN.id_number, "是", "", "", ""],
        ["2", BEN.name, BEN.mobile, "", BEN.id_number, "否", "", "素食", ""],
    ]
    merges = [
        span,
        (2, 0, 1, 5),
        (2, 5, 1, 2),
        (2, 7, 1, 2),
        (3, 0, 3, 1),
        (3, 1, 1, 4),
        (3, 5, 1, 2),
        (3, 7, 3, 2),
    ]
    merges += [
        (4, 1, 2, 1),
        (4, 2, 1, 2),
        (4, 5, 1, 2),
        (5, 5, 1, 2),
        *((r, c, 1, 2) for r in (6, 7) for c in (5, 7)),
    ]

    form = one(table(rows, merged=merges))

    assert names(form) == [ANN.name, BEN.name]
    assert [p.mobile.text for p in form.attendees] == [ANN.mobile, BEN.mobile]
    assert [p.id_number.text for p in form.attendees] == [ANN.id_number, BEN.id_number]
    assert [p.single_room_value.text for p in form.attendees] == ["是", "否"]
    assert form.organisation.text == HOSPITAL.name
    assert form.contact.text == ""
    assert form.title == "参会登记表"


def test_19_free_text_about_flights_stays_with_the_form() -> None:
    form = one(
        "请各参会单位于4月25日前，将参会回执（附件2）反馈至会务组",
        "参会回执",
        table([["姓名", "单位", "手机", "航班"], [ANN.name, HOSPITAL.name, ANN.mobile, "ZH9887"]]),
        "如需接站的单位，请在回执上注明火车或航班的班次及到站时间",
    )

    assert names(form) == [ANN.name]
    assert extra(form.attendees[0], "航班") == "ZH9887"
    assert form.title == "参会回执"
