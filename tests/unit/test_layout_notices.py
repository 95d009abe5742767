"""A notice that asks for people, whole and in all its wordings, registers nobody by its running text."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from bot.forms.layout_whom import invites, names_people
from bot.records.form import Table
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, footers_of, names, one, read, rows_of

HOSPITAL = next(hospitals(61))
ANN, BEN, OFFICE, AIDE, CLERK = islice(people(61), 5)
TITLE = "参加赴浙江开展临床重点专科建设专题调研学习回执表"
FILLED = [HOSPITAL.name, CLERK.name, CLERK.mobile, HOSPITAL.email, HOSPITAL.name, HOSPITAL.taxpayer_id]
LABELS = ["填报单位", "联系人", "电话（手机）", "邮箱", "开具发票的单位抬头名称", "纳税人识别号"]
FOOTERS = "\n".join(f"{label}：{value}" for label, value in zip(LABELS, FILLED, strict=True))
BLANK_FOOTERS = "\n".join(f"{label}：" for label in LABELS)
ROW = [ANN.name, HOSPITAL.name, ANN.job_title, ANN.mobile, ANN.id_number, "否"]
INVITATIONS = [
    "一、参加人员：各会员单位分管医疗、科研、教学的院领导，重点专科负责人或学科带头人。",
    "四、参加人员\n各会员单位分管医疗、科研、教学的院领导，重点专科（含在建、拟申报）负责人或学科带头人。本次活动录满50人为止。",
    "四、参会人员\n各医院院长",
    "二、参会人员：各医院院长、分管副院长、医务科科长。",
    "参会人员：全体会员",
    "参加人员：院领导",
    "（三）参会人员：医院医务、科研、教育等职能部门负责人（每院限2名）。",
    "参加对象：各医疗机构从事护理管理工作的护士长及护理骨干。",
    "参会对象：全市二级以上医院医务部门负责人1名，质控人员1-2名。",
    "人员要求：政治素质好，具有主治医师以上职称，年龄不超过45岁。",
    "参加人员：每单位2人，其中院领导1名，科室主任1名",
    "参训人员：临床一线从事重症护理工作的同仁",
    "学员：限40名，按报名先后录取",
    "参会代表：会员单位代表",
    "名单：另行通知，请各单位按要求报送",
    "参加人员：请各单位选派1—2名业务骨干参加，并于4月10日前报名，联系电话：0755-82336671。",
    "参会人员：\n1.各会员单位院领导；\n2.重点专科负责人；\n3.医务科工作人员。",
    "Participants: 各会员单位负责人",
]
CONTACTS = [
    f"联系电话：82336671 {OFFICE.mobile}（协会公用手机）\n"
    f"联系人：{OFFICE.name} {OFFICE.mobile} {AIDE.name} {AIDE.mobile}",
    f"联系人：\n{OFFICE.name} 综合部 {OFFICE.mobile}\n{AIDE.name} 财务部 {AIDE.mobile}",
    f"会务组联系人如下：\n{OFFICE.name}，协会秘书处，{OFFICE.mobile}\n{AIDE.name}，协会秘书处，{AIDE.mobile}",
    f"联系人：{OFFICE.name}，手机：{OFFICE.mobile}",
]


def notice(invitation: str, contacts: str) -> str:
    return (
        "关于组织专题调研学习的通知\n协会各会员单位，各相关医疗单位：\n"
        "为学习借鉴国内先进地区在临床重点专科建设方面的成功经验，协会定于4月22日—25日组织会员单位开展专题调研学习，"
        "现将有关事项通知如下：\n"
        f"主办单位：深圳市医院协会\n{invitation}\n"
        "五、报名方式：请各单位务必于4月10日（星期五）前将回执表（见附件）发送至邮箱 secretariat@example.org。\n"
        f"{contacts}\n"
        "户名：深圳市医院协会\n账号：0000 0000 0000\n附件：回执表"
    )


def form_table(*rows: list[str]) -> Table:
    return table([HEADINGS, *rows, [""] * 6, [""] * 6])


@pytest.mark.parametrize("contacts", CONTACTS, ids=range(len(CONTACTS)))
@pytest.mark.parametrize("invitation", INVITATIONS)
def test_notice_with_a_blank_form_registers_nobody(invitation: str, contacts: str) -> None:
    forms = read(notice(invitation, contacts), TITLE, form_table(), BLANK_FOOTERS)

    assert [names(form) for form in forms] == [[]]


@pytest.mark.parametrize("contacts", CONTACTS, ids=range(len(CONTACTS)))
@pytest.mark.parametrize("invitation", INVITATIONS)
def test_notice_with_a_filled_form_registers_only_the_people_on_the_form(invitation: str, contacts: str) -> None:
    form = one(notice(invitation, contacts), TITLE, form_table(ROW), FOOTERS)

    assert rows_of(form) == [ROW]
    assert footers_of(form) == FILLED


@pytest.mark.parametrize("contacts", CONTACTS, ids=range(len(CONTACTS)))
@pytest.mark.parametrize("invitation", INVITATIONS)
def test_notice_alone_registers_nobody(invitation: str, contacts: str) -> None:
    forms = read(notice(invitation, contacts))

    assert [names(form) for form in forms if form.attendees] == []


@pytest.mark.parametrize("invitation", INVITATIONS)
def test_notice_in_the_cells_of_a_sheet_registers_nobody(invitation: str) -> None:
    rows = [[line, "", "", "", "", ""] for line in notice(invitation, CONTACTS[0]).splitlines()]
    merged = [(number, 0, 1, 6) for number in range(len(rows))]

    forms = read(table([*rows, [TITLE], HEADINGS, [""] * 6], merged=merged))

    assert [names(form) for form in forms if form.attendees] == []


@pytest.mark.parametrize("head", ["参加人员", "参会人员", "参会对象", "参加对象"])
@pytest.mark.parametrize(
    "whom", ["各医院院长", "全体会员", "院领导、科主任", "各会员单位医务科负责人", "会务组工作人员"]
)
def test_programme_that_says_who_attends_registers_nobody(head: str, whom: str) -> None:
    beside = table([["会议时间", "4月22日"], ["会议地点", "杭州"], [head, whom], ["联系电话", OFFICE.mobile]])
    under = table([["时间", "主办单位", "内容", head], ["4月22日", HOSPITAL.name, "开班仪式", whom]])

    assert [names(form) for form in (*read(beside), *read(under)) if form.attendees] == []


@pytest.mark.parametrize(
    "text", [f"{ANN.name}、{BEN.name}", ANN.name, f"{ANN.name}（科室负责人）", f"{ANN.name}等2人"]
)
def test_names_behind_the_same_words_are_people(text: str) -> None:
    assert not invites(text)
    assert names_people(text)


@pytest.mark.parametrize("text", ["王主任", "欧阳院长", "John Smith", "阿依努尔·买买提江", ""])
def test_people_spoken_of_with_courtesy_are_not_taken_for_an_invitation(text: str) -> None:
    assert not invites(text)


def test_clerk_who_names_people_in_her_letter_registers_them() -> None:
    form = one(f"参加人员：{ANN.name}、{BEN.name}\n单位：{HOSPITAL.name}\n{FOOTERS}")

    assert names(form) == [ANN.name, BEN.name]


def test_group_of_people_with_an_identity_number_in_a_list_is_somebody() -> None:
    form = one(table([HEADINGS, ["护理骨干", *ROW[1:]]]), FOOTERS)

    assert [person.id_number.text for person in form.attendees] == [ANN.id_number]
