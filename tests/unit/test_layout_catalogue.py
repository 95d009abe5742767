"""Layouts of forms in use elsewhere, one test each: who is read, and who must not be."""

from __future__ import annotations

from itertools import islice

from bot.demo.invented import hospitals, people
from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.records.form import Attendee, Line, RegistrationForm, Table
from tests.unit.documents import document, table, wide

LABELS = default_labels()
HOSPITAL, OTHER = islice(hospitals(7), 2)
ANN, BEN, EVE, TUTOR, CLERK = islice(people(7), 5)


def read(*blocks: Table | str | Line) -> tuple[RegistrationForm, ...]:
    return find_forms(document(*blocks), LABELS)


def one(*blocks: Table | str | Line) -> RegistrationForm:
    forms = read(*blocks)
    assert len(forms) == 1
    return forms[0]


def names(form: RegistrationForm) -> list[str]:
    return [person.name.text for person in form.attendees]


def extra(person: Attendee, label: str) -> str:
    return dict(person.extras)[label].text


def test_01_vertical_card_with_a_second_table_about_a_paper() -> None:
    form = one(
        "IFAISE2020参会回执",
        "个人信息",
        table(
            [
                ["姓名", ANN.name],
                ["性别", "[√]男  [   ]女"],
                ["单位", HOSPITAL.name],
                ["职称/职位", ANN.job_title],
                ["地址", " "],
                ["邮箱", HOSPITAL.email],
                ["电话", ANN.mobile],
                ["是否申请做发言报告", "[   ]是  [   ]否"],
            ]
        ),
        "投稿信息",
        table([["题目", "临床专科建设"], ["作者（单位）", f"{TUTOR.name}（{OTHER.name}）"], ["摘要", "略"]]),
        "此回执填好后请于12月21日之前发送到协会邮箱,回执文件名请用以下命名格式：回执单+单位+姓名，以便于我们汇总。谢谢合作！",
    )

    assert names(form) == [ANN.name]
    person = form.attendees[0]
    assert (person.organisation.text, person.job_title.text) == (HOSPITAL.name, ANN.job_title)
    assert (person.mobile.text, form.email.text) == (ANN.mobile, HOSPITAL.email)
    assert form.title == "IFAISE2020参会回执"


def test_02_four_column_card_does_not_register_the_tutor() -> None:
    rows = [
        ["姓名", ANN.name, "年级", "2020"],
        ["所在学校", HOSPITAL.name, "专业", "内科"],
        ["电话", ANN.mobile, "邮箱", HOSPITAL.email],
        ["导师姓名", TUTOR.name, "导师职称", "教授"],
        ["所在地址及邮编", "深圳市罗湖区 518000", "意向分议题会场\n（例：议题一）", "议题二"],
        ["征文题目", "重点专科建设", "", ""],
        ["摘要（800字以内）", "本文讨论姓名与单位。" * 40, "", ""],
    ]

    form = one("附件1  2022年博士生“重点专科 ”学术论坛报名表", table(rows, merged=[(5, 1, 1, 3), (6, 1, 1, 3)]))

    assert names(form) == [ANN.name]
    assert form.attendees[0].organisation.text == HOSPITAL.name
    assert form.attendees[0].mobile.text == ANN.mobile
    assert form.attendees[0].job_title.text == ""


TEAM = (
    "*队伍名称：红树林队\n"
    f"*参赛人员：（人名之间用逗号分隔，默认第1位为队长）{ANN.name}，{BEN.name},{EVE.name}\n"
    f"*隶属单位全称：（如：“某某大学 / 某某公司 / 某某研究所” / “个人” 等）{HOSPITAL.name}\n"
    f"*联系电话：（优先填写队长手机号）{ANN.mobile}\n"
    f"*联系邮箱：（优先填写队长邮箱）{HOSPITAL.email}"
)


def test_03_several_persons_on_one_starred_line() -> None:
    form = one("中文糖尿病问题分类评测任务报名表", TEAM)

    assert names(form) == [ANN.name, BEN.name, EVE.name]
    assert {person.organisation.text for person in form.attendees} == {HOSPITAL.name}
    assert {person.mobile.text for person in form.attendees} == {""}


def test_03_blank_instructions_are_no_values() -> None:
    blank = (
        "*参赛人员：（人名之间用逗号分隔，默认第1位为队长）\n"
        "*隶属单位全称：（如：“某某大学 / 某某公司 / 某某研究所” / “个人” 等）\n*联系电话：（优先填写队长手机号）"
    )

    form = one("评测任务报名表", blank)

    assert form.attendees == ()
    assert (form.organisation.text, form.phone.text) == ("", "")


def test_04_form_at_the_end_of_a_notice_with_other_tables() -> None:
    form = one(
        "任务介绍",
        table([["训练集", "开发集", "测试集", "总计"], ["500", "100", "100", "700"]]),
        table([["时间", "事项"], ["3月10日", "开放报名"], ["5月14日", "公布结果"]]),
        "报名方式",
        "请填写下表发送到组委会邮箱。",
        TEAM,
    )

    assert names(form) == [ANN.name, BEN.name, EVE.name]


def test_05_dense_form_does_not_register_relatives() -> None:
    rows = [
        ["姓   名", ANN.name, "性   别", "女", "民   族", "汉", "（贴小一寸彩色近照）"],
        ["籍    贯", "广东", "出生日期", "1980-01", "政治面貌", "党员", ""],
        ["身份证号", ANN.id_number, "", "学    历", "本科", "", ""],
        ["计算机\n能力", "□优 □良", "是否残疾人", "否", "残疾类别", "", ""],
        ["联系电话", ANN.mobile, "户口地址", "深圳", "常住地址", "深圳", ""],
        ["家庭主要成员及社会关系", "姓名", "性别", "关系", "出生年月", "现工作单位及职务", "联系电话"],
        ["", BEN.name, "男", "父子", "1950-01", OTHER.name, BEN.mobile],
        ["", EVE.name, "女", "母子", "1952-01", OTHER.name, EVE.mobile],
        ["", "", "", "", "", "", ""],
        ["资格初审情况\n（招聘单位填写）", "", "", "", "", "", ""],
    ]
    merges = [(0, 6, 4, 1), (2, 1, 1, 2), (2, 4, 1, 2), (5, 0, 4, 1), (9, 1, 1, 6)]

    form = one(
        "越秀区登峰街公开招聘辅助人员报名", "登记表", table(rows, merged=merges), "填表人签名：      填表时间："
    )

    assert names(form) == [ANN.name]
    assert form.attendees[0].id_number.text == ANN.id_number
    assert form.attendees[0].mobile.text == ANN.mobile
    assert extra(form.attendees[0], "民 族") == "汉"
    assert form.title == "越秀区登峰街公开招聘辅助人员报名登记表"


L6 = [
    ["姓名", "性别", "单位及地址", "职务", "手机/电话", "电子邮箱"],
    [ANN.name, "女", HOSPITAL.name, ANN.job_title, ANN.mobile, HOSPITAL.email],
    [""] * 6,
]
L12 = [
    ["单位名称", HOSPITAL.name],
    ["姓名", ANN.name],
    ["性别", "女"],
    ["手机号码", ANN.mobile],
    ["电子邮箱", HOSPITAL.email],
    ["到达方式", "高铁"],
    ["到达车次", "G1"],
    ["到达时间", "4月22日"],
]


def test_06_the_reply_office_is_no_contact_of_the_form() -> None:
    form = one(
        "出席会议的代表须填写回执(见下面)，于6月30日前传真至会务组或电邮",
        "出席会议代表参会回执单",
        table(L6),
    )

    assert names(form) == [ANN.name]
    assert form.attendees[0].organisation.text == HOSPITAL.name
    assert form.attendees[0].mobile.text == ANN.mobile


def test_06_and_12_name_the_same_person_once() -> None:
    together = read("出席会议代表参会回执单", table(L6), table(L12))
    titled = read("出席会议代表参会回执单", table(L6), "填写参会回执", table(L12))

    assert [names(form) for form in together] == [[ANN.name]]
    assert [names(form) for form in titled] == [[ANN.name]]


def test_07_contacts_over_a_grid_are_no_participants() -> None:
    head = [
        ["单位名称 *", HOSPITAL.name, "", "联系人 *", CLERK.name, ""],
        ["手机号码 *", CLERK.mobile, "", "E-mail*", HOSPITAL.email, ""],
        ["办公电话*", "0755-82336671", "", "通讯地址*", "深圳", ""],
        ["参加的培训班名称 *", "重点专科班", "", "我方联系人员   *", TUTOR.name, ""],
    ]
    grid = [
        ["姓名 *", "性别 *", "部门 *", "职位 *", "手机 *", "邮箱 *"],
        [ANN.name, "女", "内科", ANN.job_title, ANN.mobile, "a@example.org"],
        [BEN.name, "男", "外科", BEN.job_title, BEN.mobile, "b@example.org"],
        *([[""] * 6] * 4),
        ["您了解本论坛的途径", "网站", "", "", "", ""],
    ]
    merges = [(row, column, 1, 2) for row in range(4) for column in (1, 4)]

    for form in (
        one("参会报名表", table([*head, *grid], merged=merges)),
        one("参会报名表", table(head), table(grid)),
    ):
        assert names(form) == [ANN.name, BEN.name]
        assert [person.mobile.text for person in form.attendees] == [ANN.mobile, BEN.mobile]
        assert [person.job_title.text for person in form.attendees] == [ANN.job_title, BEN.job_title]
        assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)
        assert (form.organisation.text, form.email.text) == (HOSPITAL.name, HOSPITAL.email)


def test_08_roster_export_with_people_who_fetch_others() -> None:
    headings = (
        "姓名 性别 职务 企业（集团）名称 部门或子企业 是否发言 观光意向 是否合住 代表号 "
        "到达航班/车次 返回航班/车次 接送人姓名 酒店名 房型 入住时间"
    )
    values = [ANN.name, "女士", ANN.job_title, HOSPITAL.name, "内科", "不发言", "", "不合住", "7", "ZH1", "ZH2"]

    form = one(
        table([headings.split(), [*values, TUTOR.name, "某酒店", "单人间", "22日到25日"]], title="代表名单")
    )

    assert names(form) == [ANN.name]
    assert form.attendees[0].organisation.text == HOSPITAL.name
    assert form.attendees[0].single_room_value.text == "不合住"
    assert extra(form.attendees[0], "接送人姓名") == TUTOR.name


def test_09_record_without_a_name_registers_nobody() -> None:
    rows = [
        ["微信号", "住宿要求", "代表单位", "职务", "是否接送站", "出发方式", "备注"],
        ["wx1", "单人间（1人独住）", HOSPITAL.name, ANN.job_title, "是", "高铁", ""],
    ]

    assert read(table(rows)) == ()


def test_09_lodging_answers_are_kept_as_written() -> None:
    rows = [
        ["姓名", "住宿要求", "代表单位"],
        [ANN.name, "单人间（1人独住）", HOSPITAL.name],
        [BEN.name, "不需要安排住宿", ""],
    ]

    form = one(table(rows))

    assert [p.single_room_value.text for p in form.attendees] == ["单人间（1人独住）", "不需要安排住宿"]


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
