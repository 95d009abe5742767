"""Layouts of forms in use elsewhere, one test each: who is read, and who must not be."""

from __future__ import annotations

from itertools import islice

from bot.demo.invented import hospitals, people
from tests.unit.documents import table
from tests.unit.reading import extra, names, one, read

HOSPITAL, OTHER = islice(hospitals(7), 2)
ANN, BEN, EVE, TUTOR, CLERK = islice(people(7), 5)


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
