"""Files as clerks pack and forward them: links in place of a form, and mails around one."""

from __future__ import annotations

import plistlib
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.forms.read import read_file, read_mail
from bot.intake.parse import parse
from bot.records.form import Reading, UnreadCode
from tests.samples.make_archives import zipped
from tests.samples.make_forms import slip, word_form
from tests.samples.make_outlook import compound, message

FORM = word_form(slip(31, 2))
LINK = "回执见链接：https://pan.baidu.com/s/1abcDEF 提取码 ab12"
PAGE = '<html><body><a href="https://pan.baidu.com/s/1abcDEF">回执</a></body></html>'


def mail(text: str, *files: tuple[str, bytes], as_mail: bool = False) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.org", "b@example.org", "报名回执"
    letter.set_content(text)
    for name, content in files:
        if as_mail:
            letter.add_attachment(message_from_bytes(content, policy=policy.default), filename=name)
        else:
            letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


def told(reading: Reading) -> list[tuple[str, UnreadCode]]:
    return [(unread.origin, unread.code) for unread in reading.unread]


@pytest.mark.parametrize(
    ("name", "content", "origin"),
    [
        ("链接.txt", LINK.encode("gbk"), "链接.txt"),
        ("链接.html", PAGE.encode(), "链接.html"),
        (
            "链接.zip",
            zipped([("回执.url", b"[InternetShortcut]\r\nURL=https://example.org/x\r\n")]),
            "链接.zip/回执.url",
        ),
        (
            "回执.webloc",
            plistlib.dumps({"URL": "https://pan.baidu.com/s/1abcDEF"}, fmt=plistlib.FMT_BINARY),
            "回执.webloc",
        ),
        ("转发.msg", compound(message(text=LINK)), "转发.msg/邮件正文.txt"),
        ("转发.msg", compound(message(html=PAGE)), "转发.msg/邮件正文.html"),
    ],
)
def test_a_file_that_is_only_a_link_is_called_a_link(name: str, content: bytes, origin: str) -> None:
    reading = read_file(name, content)

    assert reading.forms == ()
    assert told(reading) == [(origin, UnreadCode.LINK_ONLY)]


@pytest.mark.parametrize("as_mail", [True, False])
def test_a_forwarded_mail_with_only_a_link_is_called_a_link(as_mail: bool) -> None:
    outer = parse(mail("请查收", ("原邮件.eml", mail(LINK)), as_mail=as_mail))

    reading = read_mail(outer, open_mail=parse)

    assert told(reading) == [("原邮件.eml/邮件正文", UnreadCode.LINK_ONLY)]


def test_an_attached_link_is_named_once() -> None:
    reading = read_mail(parse(mail("请查收", ("链接.txt", LINK.encode()))), open_mail=parse)

    assert told(reading) == [("链接.txt", UnreadCode.LINK_ONLY)]


def test_an_attached_link_beside_a_form_is_not_named() -> None:
    sent = mail("请查收", ("回执.docx", FORM), ("盖章件.txt", LINK.encode()), ("原邮件.eml", mail(LINK)))

    reading = read_mail(parse(sent), open_mail=parse)

    assert len(reading.forms) == 1
    assert reading.unread == ()


def test_a_forwarded_mail_with_link_and_form_gives_the_form() -> None:
    reading = read_file("转发.zip", zipped([("原.eml", mail(LINK, ("回执.docx", FORM)))]), open_mail=parse)

    assert [form.origin for form in reading.forms] == ["转发.zip/原.eml/回执.docx"]
    assert reading.unread == ()


@pytest.mark.parametrize("note", ["见附件", LINK])
def test_the_cover_note_of_an_outlook_mail_needs_no_form_beside_one(note: str) -> None:
    reading = read_file("来信.msg", compound(message(("回执.docx", FORM), text=note)))

    assert [form.origin for form in reading.forms] == ["来信.msg/回执.docx"]
    assert reading.unread == ()


def test_the_cover_note_of_an_outlook_mail_without_a_form_is_named() -> None:
    reading = read_file("来信.msg", compound(message(text="老师好，我院回执稍后发送。")))

    assert told(reading) == [("来信.msg/邮件正文.txt", UnreadCode.NO_FORM)]
