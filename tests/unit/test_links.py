"""Links that stand in for an attachment, and words that only look like one."""

from __future__ import annotations

import plistlib

import pytest

from bot.forms.bodies import BODY
from bot.forms.links import has_link, newly_written
from bot.forms.read import read_mail
from bot.records.form import UnreadCode
from tests.samples.make_forms import slip, word_form
from tests.unit.test_read_mails import mail, unread

FORM = word_form(slip(5, 2))
BAIDU = "https://pan.baidu.com/s/1abcDEF"


@pytest.mark.parametrize(
    "text",
    [
        "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT1&title=x",
        "http://u.163.com/AbC1",
        "http://fs.163.com/fs/preview/?file=x",
        "https://dashi.163.com/html/cloud-attachment-download/?key=x",
        "https://edisk.qiye.163.com/api/biz/attachment/download?identity=x",
        "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=x",
        "https://wx.mail.qq.com/ftn/download?func=3&k=x",
        "https://drive.weixin.qq.com/s?k=AbC",
        "https://docs.qq.com/sheet/DABC",
        "https://doc.weixin.qq.com/sheet/e3_x",
        BAIDU,
        "https://www.alipan.com/s/abc",
        "https://www.aliyundrive.com/s/abc",
        "https://cloud.189.cn/t/abc",
        "https://www.jianguoyun.com/p/abc",
        "https://example.feishu.cn/file/abc",
        "https://alidocs.dingtalk.com/i/nodes/abc",
        "https://www.kdocs.cn/l/abc",
        "https://f.wps.cn/g/abc https://www.wps.cn/l/abc",
        "https://www.icloud.com/attachment/?u=https%3A%2F%2Fcvws.icloud-content.com",
        "https://1drv.ms/w/s!abc",
        "https://example-my.sharepoint.com/:w:/g/personal/x",
        "https://we.tl/t-abc",
        "https://yun.139.com/link/w/i/abc",
        "https://caiyun.139.com/m/i?shareid=1&link=2",
        "https://share.weiyun.com/abc",
        "https://www.123pan.com/s/abc",
        "https://pan.quark.cn/s/abc",
        "https://wj.qq.com/s2/1/a/",
        "从QQ邮箱发来的超大附件",
        "文件中转站\n回执.docx (1.2M, 2026年5月1日 0:00 到期)",
    ],
)
def test_knows_the_services_that_clerks_use(text: str) -> None:
    assert has_link(f"回执见 {text} 请查收")
    assert has_link(f'<a href="{text}">回执</a>')


@pytest.mark.parametrize(
    "text",
    [
        "请勿使用超大附件、云附件或网盘链接。",
        "http://www.example.org/hospital",
        "https://mail.163.com/",
        "本院微信公众号：example，官网 www.example.org.cn",
        "联系 office@139.com 或 office@189.cn",
    ],
)
def test_an_ordinary_address_is_no_link_to_a_file(text: str) -> None:
    assert not has_link(text)


QUOTATIONS = [
    f"您好。\n------------------ 原始邮件 ------------------\n{BAIDU}",
    f"您好。\n> 通知见 {BAIDU}",
    f"您好。\n发件人：协会\n{BAIDU}",
    f"您好。\n-- \n某医院 资料 {BAIDU}",
    f"您好。\n-----Original Message-----\n{BAIDU}",
    f"<p>您好</p><blockquote>{BAIDU}</blockquote>",
    f'<p>您好</p><div id="divRplyFwdMsg">{BAIDU}</div>',
]


@pytest.mark.parametrize("text", QUOTATIONS)
def test_what_is_quoted_or_signed_is_not_newly_written(text: str) -> None:
    assert has_link(text)
    assert not has_link(newly_written(text))


@pytest.mark.parametrize("text", QUOTATIONS)
def test_a_quoted_link_counts_only_where_nothing_is_attached(text: str) -> None:
    unreadable = ("回执.bin", b"\x01\x02\x03 something")

    assert unread(mail(text=text)) == [(BODY, UnreadCode.LINK_ONLY)]
    assert (BODY, UnreadCode.LINK_ONLY) not in unread(mail(unreadable, text=text))


@pytest.mark.parametrize(
    "content",
    [
        b"[InternetShortcut]\r\nURL=https://www.example.org/x\r\n",
        f"<html><body><a href='{BAIDU}'>回执表</a></body></html>".encode(),
        f"回执表：{BAIDU} 提取码 1234".encode("gbk"),
        plistlib.dumps({"URL": "https://www.example.org/x"}),
        plistlib.dumps({"URL": "https://www.example.org/x"}, fmt=plistlib.FMT_BINARY),
    ],
)
def test_a_file_that_is_only_a_link_is_named(content: bytes) -> None:
    assert ("回执表.url", UnreadCode.LINK_ONLY) in unread(mail(("回执表.url", content)))


def test_a_link_never_wins_over_an_attached_form() -> None:
    reading = read_mail(mail(("回执.docx", FORM), ("x.url", b"[InternetShortcut]\r\nURL=https://a"), text=BAIDU))

    assert len(reading.forms) == 1
    assert [entry.code for entry in reading.unread] == []


def test_a_long_text_with_an_address_in_it_is_no_link_file() -> None:
    assert UnreadCode.LINK_ONLY not in [
        code for _, code in unread(mail(("说明.txt", (BAIDU + "\n" + "说明\n" * 60_000).encode())))
    ]
