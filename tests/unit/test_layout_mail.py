"""Forms as plain text: in a mail's body, in a quoted thread, at the end of the notice itself."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.records.form import Table
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, footers_of, names, one, read, rows_of

HOSPITAL, OTHER = islice(hospitals(9), 2)
ANN, BEN, EVE, OFFICE, CLERK = islice(people(9), 5)
TITLE = "参加赴浙江开展临床重点专科建设专题调研学习回执表"
FOOTERS = (
    f"填报单位：{HOSPITAL.name}\n联系人：{CLERK.name}\n电话（手机）：{CLERK.mobile}\n邮箱：{HOSPITAL.email}\n"
    f"开具发票的单位抬头名称：{HOSPITAL.name}\n纳税人识别号：{HOSPITAL.taxpayer_id}"
)
BLANK_FOOTERS = "填报单位：\n联系人：\n电话（手机）：\n邮箱：\n开具发票的单位抬头名称：\n纳税人识别号："
NOTICE = f"""深圳市医院协会
深医协字[2026]013号
关于组织赴浙江开展临床重点专科建设 专题调研学习的通知
协会各会员单位，各相关医疗单位：
为贯彻落实有关决定精神，学习借鉴国内先进地区在临床重点专科建设方面的经验，协会定于**2026年4月22日-25日**组织会员单位赴浙江省开展专题调研学习。现将有关事项通知如下：
### 一、调研学习主题
对标一流 聚智强基
## 三、调研学习行程安排：
4月22日（星期三）：下午统一从深圳启程赴杭州，报到入住。
#### 四、参加人员
各会员单位分管医疗、科研、教学的院领导，重点专科负责人或学科带头人，医院职能部门负责人。本次活动按报名顺序录满50人为止。
#### 五、报名方式
请各单位务必于**4月10日（星期五）**前将参加学习回执表（见附件）一律通过电子邮件发送至协会电子邮箱：szsyyxhbgs@126.com
联系电话：82336671 {OFFICE.mobile}（协会公用手机）
联系人：{OFFICE.name} {OFFICE.mobile} 祁某 {EVE.mobile}
郭某某 {BEN.mobile} 魏某某 {ANN.mobile}
#### 六、其他事项
2. 缴费账户：
**户名：深圳市医院协会**
**开户银行：某银行深圳某支行**
**账号：4425 0100 0022**
缴费发票将在汇款后领取，需提供单位抬头名称及纳税人识别号。
**去程：4月22日 深圳—杭州 深航 ZH9887 14:00/16:10**
附件：赴浙江专题调研学习回执表
{TITLE}"""


def row(person: InventedPerson) -> list[str]:
    return [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, "否"]


FILLED = [HOSPITAL.name, CLERK.name, CLERK.mobile, HOSPITAL.email, HOSPITAL.name, HOSPITAL.taxpayer_id]


@pytest.mark.parametrize(
    "blank",
    [
        (NOTICE, table([HEADINGS, *([[""] * 6] * 5)]), BLANK_FOOTERS),
        (NOTICE + "\n" + "\t".join(HEADINGS) + "\n" + BLANK_FOOTERS,),
    ],
)
def test_blank_notice_has_nobody_and_nothing_of_the_offices(blank: tuple[str | Table, ...]) -> None:
    forms = read(*blank)

    assert [form.attendees for form in forms] == [()]
    assert footers_of(forms[0]) == [""] * 6
    assert forms[0].extras == ()


def test_filled_notice_has_exactly_its_people_and_fields() -> None:
    form = one(NOTICE, table([HEADINGS, row(ANN), row(BEN), [""] * 6]), FOOTERS)

    assert rows_of(form) == [row(ANN), row(BEN)]
    assert footers_of(form) == FILLED
    assert form.title == TITLE
    assert form.extras == ()


def test_filled_notice_with_the_schedule_and_account_in_tables() -> None:
    schedule = table([["时间", "事项"], ["4月22日", "报到"]])
    account = table([["户名", "深圳市医院协会"], ["联系人", OFFICE.name], ["联系电话", OFFICE.mobile]])

    form = one("通知", schedule, account, TITLE, table([HEADINGS, row(ANN)]), BLANK_FOOTERS)

    assert rows_of(form) == [row(ANN)]
    assert footers_of(form) == [""] * 6


@pytest.mark.parametrize("separator", ["\t", " | ", "   ", " "])
def test_list_in_text_columns(separator: str) -> None:
    body = "\n".join(separator.join(words) for words in (HEADINGS, row(ANN), row(BEN)))

    form = one(f"各位老师好，报名如下：\n{body}\n{FOOTERS}")

    assert rows_of(form) == [row(ANN), row(BEN)]
    assert footers_of(form) == FILLED


def test_list_with_one_cell_per_line() -> None:
    form = one("\n".join([*HEADINGS, *row(ANN), *row(BEN)]) + "\n" + FOOTERS)

    assert rows_of(form) == [row(ANN), row(BEN)]
    assert footers_of(form) == FILLED


def card(person: InventedPerson, separator: str = "\n") -> str:
    return separator.join(f"{label}：{value}" for label, value in zip(HEADINGS, row(person), strict=True))


@pytest.mark.parametrize("separator", ["\n", "  ", "，", "；"])
def test_blocks_of_pairs_repeated_per_person(separator: str) -> None:
    form = one(f"报名信息\n{card(ANN, separator)}\n\n{card(BEN, separator)}\n{FOOTERS}")

    assert rows_of(form) == [row(ANN), row(BEN)]
    assert footers_of(form) == FILLED


def test_blocks_that_begin_with_the_unit() -> None:
    form = one(
        f"单位：{HOSPITAL.name}\n姓名：{ANN.name}\n手机：{ANN.mobile}\n"
        f"单位：{OTHER.name}\n姓名：{BEN.name}\n手机：{BEN.mobile}"
    )

    assert [(p.name.text, p.organisation.text, p.mobile.text) for p in form.attendees] == [
        (ANN.name, HOSPITAL.name, ANN.mobile),
        (BEN.name, OTHER.name, BEN.mobile),
    ]


def test_unit_before_several_people_is_the_forms() -> None:
    form = one(
        f"单位：{HOSPITAL.name}\n姓名：{ANN.name}\n手机：{ANN.mobile}\n姓名：{BEN.name}\n手机：{BEN.mobile}"
    )

    assert form.organisation.text == HOSPITAL.name
    assert [p.mobile.text for p in form.attendees] == [ANN.mobile, BEN.mobile]


def test_contact_among_the_pairs_is_no_participant() -> None:
    form = one(f"{card(ANN)}\n联系人：{CLERK.name}\n手机：{CLERK.mobile}")

    assert names(form) == [ANN.name]
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)
    assert form.attendees[0].mobile.text == ANN.mobile


@pytest.mark.parametrize(
    "pattern",
    [
        "{n}、{p.name}，{h}，{p.job_title}，{p.mobile}，身份证{p.id_number}，不要单间",
        "{n}. {p.name} {h} {p.job_title} {p.mobile} {p.id_number} 不要单间",
        "{p.name}，{h}，{p.job_title}，手机{p.mobile}，身份证号：{p.id_number}，不要单间",
        "（{n}）{p.name}；{h}；{p.job_title}；{p.mobile}；{p.id_number}；不要单间。",
        "{p.name}\t{h}\t{p.job_title}\t{p.mobile}\t{p.id_number}\t不要单间",
    ],
)
def test_one_person_per_free_line(pattern: str) -> None:
    listed = "\n".join(pattern.format(n=n, p=p, h=HOSPITAL.name) for n, p in enumerate((ANN, BEN), start=1))

    form = one(f"我院参加人员如下：\n{listed}\n联系人：{CLERK.name} {CLERK.mobile}")

    assert rows_of(form) == [[*row(ANN)[:5], "不要单间"], [*row(BEN)[:5], "不要单间"]]
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_free_lines_under_a_heading_for_names() -> None:
    form = one(f"参加人员：\n1、{ANN.name}，{HOSPITAL.name}，{ANN.job_title}，{ANN.mobile}，{ANN.id_number}\n")

    assert rows_of(form) == [[*row(ANN)[:5], ""]]


def test_closing_of_a_mail_registers_nobody() -> None:
    closing = f"报名表见附件，请查收。\n祝好！\n{CLERK.name}\n{HOSPITAL.name} 医务科\n手机：{CLERK.mobile}"

    assert read(closing) == ()
    assert read(f"见附件。\n{CLERK.name} {HOSPITAL.name} 医务科 {CLERK.mobile}") == ()


def test_lists_after_one_heading_are_told_apart_when_they_agree() -> None:
    form = one(
        f"参加人员：{ANN.name}、{BEN.name}\n单位：{HOSPITAL.name}\n职务：院长、科长\n"
        f"手机：{ANN.mobile}，{BEN.mobile}\n身份证号：{ANN.id_number}、{BEN.id_number}\n是否单间：是、否"
    )

    assert rows_of(form) == [
        [ANN.name, HOSPITAL.name, "院长", ANN.mobile, ANN.id_number, "是"],
        [BEN.name, HOSPITAL.name, "科长", BEN.mobile, BEN.id_number, "否"],
    ]


def test_one_number_for_two_names_is_nobodys() -> None:
    form = one(f"姓名：{ANN.name}、{BEN.name}\n手机：{ANN.mobile}")

    assert names(form) == [ANN.name, BEN.name]
    assert [p.mobile.text for p in form.attendees] == ["", ""]
    assert all(("手机", ANN.mobile) in [(label, v.text) for label, v in p.extras] for p in form.attendees)


def test_two_titles_make_two_forms() -> None:
    second = FOOTERS.replace(CLERK.name, EVE.name)

    forms = read(
        TITLE,
        table([HEADINGS, row(ANN)]),
        FOOTERS,
        "参加赴上海调研学习回执表",
        table([HEADINGS, row(BEN)]),
        second,
    )

    assert [form.title for form in forms] == [TITLE, "参加赴上海调研学习回执表"]
    assert [names(form) for form in forms] == [[ANN.name], [BEN.name]]
    assert [form.contact.text for form in forms] == [CLERK.name, EVE.name]


def test_two_forms_without_titles_part_at_the_second_unit() -> None:
    second = FOOTERS.replace(HOSPITAL.name, OTHER.name)

    below = read(table([HEADINGS, row(ANN)]), FOOTERS, table([HEADINGS, row(BEN)]), second)
    above = read(FOOTERS, table([HEADINGS, row(ANN)]), second, table([HEADINGS, row(BEN)]))

    for forms in (below, above):
        assert [names(form) for form in forms] == [[ANN.name], [BEN.name]]
        assert [form.organisation.text for form in forms] == [HOSPITAL.name, OTHER.name]


def test_quoted_blank_form_does_not_hide_the_filled_one() -> None:
    quoted = f"-----原始邮件-----\n发件人：协会\n联系人：{OFFICE.name} {OFFICE.mobile}"
    blank = table([HEADINGS, *([[""] * 6] * 3)])

    form = one(table([HEADINGS, row(ANN)]), BLANK_FOOTERS, quoted, TITLE, blank, BLANK_FOOTERS)

    assert names(form) == [ANN.name]
    assert footers_of(form) == [""] * 6


def test_quoted_copy_of_the_same_form_is_not_a_second_one() -> None:
    form = one(
        TITLE, table([HEADINGS, row(ANN)]), FOOTERS, "发件人：某人", TITLE, table([HEADINGS, row(ANN)]), FOOTERS
    )

    assert names(form) == [ANN.name]


def test_note_between_list_and_fields_does_not_part_them() -> None:
    note = "请各单位如实填写以上信息并核对无误，会务组将据此安排住宿和接送，如有变动请及时与会务组联系说明情况。"

    form = one(TITLE, table([HEADINGS, row(ANN)]), note, FOOTERS)

    assert footers_of(form) == FILLED


def test_letter_after_the_form_does_not_fill_its_blanks() -> None:
    letter = (
        "为贯彻落实有关决定精神，学习先进经验，协会定于四月组织会员单位赴外地开展专题调研学习，现将有关事项通知。"
    )

    form = one(
        TITLE, table([HEADINGS, row(ANN)]), BLANK_FOOTERS, letter, f"联系人：{OFFICE.name}\n电话：{OFFICE.mobile}"
    )

    assert (form.contact.text, form.phone.text) == ("", "")
