"""What clerks want, in their own words; quoted mails and other people's subjects never count. Case 43 is here."""

from __future__ import annotations

import pytest

from bot.intake.intent import RULES, judge_intent
from bot.intake.quotation import new_text
from bot.records.mail import MailKind
from tests.unit.mail_samples import FORM_NAME, parsed

KEYWORDS = ("浙江", "临床重点专科", "调研学习")
REGISTRATION, CANCELLATION, REPLACEMENT = MailKind.REGISTRATION, MailKind.CANCELLATION, MailKind.REPLACEMENT
QUESTION, OTHER = MailKind.QUESTION, MailKind.OTHER


@pytest.mark.parametrize(
    ("kind", "subject", "text", "files"),
    [
        (REGISTRATION, "报名", "请查收回执表。", ()),
        (REGISTRATION, "报名", "老师您好，附件为我院报名回执，请查收。如有人员变更，将及时告知。", (FORM_NAME,)),
        (REGISTRATION, "报名", "因院长无法参加，特派副院长参加，回执见附件", ("回执.docx",)),
        (REGISTRATION, "某院", "我院两人：\n姓名：甲乙\n单位：某院\n职务：主任\n手机：1", ()),
        (REGISTRATION, "参会名单", "您好，我院派3人参加，名单见附件", ("名单.xlsx",)),
        (REGISTRATION, "报名回执", "是否收到，请回复，谢谢", ("回执.docx",)),
        (REGISTRATION, "报名", "报名表见附件，是否报名成功请告知", ("1.docx",)),
        (REGISTRATION, "某院", "兹有我院3名同志参加贵会赴浙江学习，现将回执报上。", ()),
        (REGISTRATION, "更正回执", "更新后的回执表见附件，以此为准，请替换之前的表格", ("回执2.docx",)),
        (REGISTRATION, "回复：关于组织赴浙江调研学习的通知", "", ("回执表.docx",)),
        (REGISTRATION, "转发：报名", "", ("a.docx",)),
        (REGISTRATION, "求回执表", "我想报名参加，但找不到回执表，请发我一份", ()),
        (REGISTRATION, "", "", ("scan.pdf",)),
        (CANCELLATION, "取消报名", "我院李主任因工作原因不能参加，申请取消报名。", ()),
        (CANCELLATION, "您好", "我院甲某去不了了，名额让给其他单位吧", ()),
        (CANCELLATION, "回复：通知", "我院不参加本次活动。", ()),
        (CANCELLATION, "某院", "能否帮忙取消甲某的报名？谢谢", ()),
        (CANCELLATION, "Re: 报名确认", "因疫情无法前往，退出本次学习", ()),
        (CANCELLATION, "回复：取消报名", "", ()),
        (REPLACEMENT, "回复：人员更换", "", ()),
        (REPLACEMENT, "Re: 报名确认", "李主任不能参加，改由王主任参加。", ()),
        (REPLACEMENT, "人员更换", "请将我院参会人员甲某换成乙某", ()),
        (REPLACEMENT, "Re: 报名确认", "我院改派乙某参加", ("新回执.docx",)),
        (QUESTION, "咨询", "您好，请问还能报名吗？", ()),
        (QUESTION, "回复：报名确认", "请问单间房差多少？", ()),
        (QUESTION, "回复：报名确认", "发票抬头写错了，请更正发票抬头。", ()),
        (QUESTION, "Re: 报名确认", "取消单间，谢谢", ()),
        (QUESTION, "咨询", "航班取消了，请问怎么办？", ()),
        (QUESTION, "问", "如不能参加，能换人吗？", ()),
        (OTHER, "回复：报名确认", "收到，谢谢！", ()),
        (OTHER, "Re: 报名确认", "好的", ()),
        (OTHER, "Re: 报名", "无需更换人员，谢谢", ()),
        (OTHER, "Re: 报名", "我们不取消报名，请放心。", ()),
        (OTHER, "医疗设备报价", "我司专业生产医疗设备，产品优惠", ("产品.pdf",)),
        (
            OTHER,
            "医院管理高级研修班招生通知",
            "欢迎参加医院管理培训班，立即报名享优惠，点击退订",
            ("报名表.docx",),
        ),
        (OTHER, "", "", ()),
    ],
)
def test_judges_what_the_mail_wants(kind: MailKind, subject: str, text: str, files: tuple[str, ...]) -> None:
    found = judge_intent(parsed(text, subject, files), KEYWORDS)

    assert found.kind is kind, found.reason


@pytest.mark.parametrize(
    ("plainly", "subject", "text", "files"),
    [
        (True, "报名", "请查收回执表。", ()),
        (True, "咨询", "请问这样填对吗？", ("回执表.docx",)),
        (True, "赴浙江调研学习", "", ("某院.docx",)),
        (False, "你好", "请查阅", ("某院.docx",)),
        (False, "咨询", "还能报名吗？", ()),
        (False, "回复：赴浙江调研学习", "", ("某院.docx",)),
        (False, "取消报名", "取消报名", ("回执表.docx",)),
    ],
)
def test_says_plainly_registers_only_where_words_or_file_names_do(
    plainly: bool, subject: str, text: str, files: tuple[str, ...]
) -> None:
    found = judge_intent(parsed(text, subject, files), KEYWORDS)

    assert found.plainly_registers is plainly, found.reason


OLD = "我院取消报名，不同意，请换成王五。还能报名吗？"


@pytest.mark.parametrize(
    "divider",
    [
        pytest.param(f"------------------ 原始邮件 ------------------\n发件人: x\n{OLD}", id="case-43-qq"),
        pytest.param(
            f"------------------&nbsp;原始邮件&nbsp;------------------\n{OLD}".replace("&nbsp;", " "), id="qq-new"
        ),
        pytest.param(f"-----原始邮件-----\n{OLD}", id="netease"),
        pytest.param(f"---- 回复的原邮件 ----\n| 发件人 | x |\n{OLD}", id="mail-master"),
        pytest.param(f"发件人： 甲\n发送时间： 2026-03-27 09:00\n收件人： 乙\n主题： 报名\n{OLD}", id="foxmail"),
        pytest.param(f"From: A <a@b.cn>\nSent: Friday\nTo: B\nSubject: x\n{OLD}", id="outlook-en"),
        pytest.param(f"*发件人:* 甲\n*日期:* 2026年3月27日\n*收件人:* 乙\n{OLD}", id="outlook-zh-bold"),
        pytest.param(f'在 2026-03-27 09:00:00，"甲" <a@b.cn> 写道：\n{OLD}', id="netease-webmail"),
        pytest.param(f'At 2026-03-27 09:00:00, "A" <a@b.cn> wrote:\n{OLD}', id="netease-en"),
        pytest.param(f"甲 <a@b.cn> 于2026年3月27日周五 09:00写道：\n{OLD}", id="gmail-zh"),
        pytest.param(f"On Fri, Mar 27, 2026 at 9:00 AM A\n<a@b.cn> wrote:\n{OLD}", id="gmail-two-lines"),
        pytest.param(f"> {OLD}\n> 再见", id="quoted-lines"),
        pytest.param(f"---------- Forwarded message ---------\n{OLD}", id="forwarded"),
        pytest.param(f"-- \n{OLD}", id="signature"),
        pytest.param(f"发自我的iPhone\n\n{OLD}", id="phone"),
        pytest.param(f"本邮件及其附件含有保密信息，\n{OLD}", id="disclaimer"),
    ],
)
def test_case_43_never_counts_quoted_text(divider: str) -> None:
    mail = parsed(f"同意，谢谢\n\n{divider}", "回复：报名确认")

    assert new_text(mail.text) == "同意，谢谢"
    assert judge_intent(mail, KEYWORDS).kind is OTHER


def test_keeps_a_form_that_looks_a_little_like_a_quoted_header() -> None:
    text = "姓名：甲乙\n发件人：某院医务科\n电话：1"

    assert new_text(text) == text


def test_gives_the_new_text_as_excerpt_of_at_most_five_hundred_characters() -> None:
    found = judge_intent(parsed("好" * 900), KEYWORDS)

    assert found.excerpt == "好" * 500


def test_answers_soon_on_long_monotonous_text() -> None:
    found = judge_intent(parsed("谢" * 80 + "参加" * 20_000 + "X"), KEYWORDS)

    assert found.reason


def test_names_every_rule_once_and_ends_with_nothing_to_do() -> None:
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert names[-1] == "nothing_to_do"
