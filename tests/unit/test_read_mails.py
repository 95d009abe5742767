"""From a mail to its forms: attachments, then the mail's own text, each form once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.invented import taxpayer_id
from bot.forms.bodies import BODY
from bot.forms.read import read_mail
from bot.records.form import Document, UnreadCode
from bot.records.mail import Attachment, ParsedMail
from tests.samples.make_forms import Slip, excel_form, slip, text_form, web_form, word_form
from tests.samples.make_package import compound_file
from tests.samples.make_word_xml import p, word_xml

ONE, OTHER = slip(5, 2), slip(6, 3)
NOTICE = word_xml(p("关于组织赴浙江开展调研学习的通知") + p("请于4月10日前将回执表发送至协会邮箱。"))
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x01" * 200_000


def mail(*attachments: tuple[str, bytes], text: str = "", html: str = "", referenced: bool = False) -> ParsedMail:
    return ParsedMail(
        message_id="<1@example.org>",
        message_id_given=True,
        raw_hash="",
        content_key="",
        subject="报名",
        sender=None,
        text=text,
        html=html,
        attachments=tuple(
            Attachment(name, content, "application/octet-stream", referenced=referenced)
            for name, content in attachments
        ),
    )


def names(parsed: ParsedMail) -> list[list[str]]:
    return [[attendee.name.text for attendee in form.attendees] for form in read_mail(parsed).forms]


def unread(parsed: ParsedMail) -> list[tuple[str, UnreadCode]]:
    return [(entry.origin, entry.code) for entry in read_mail(parsed).unread]


def people(content: Slip) -> list[str]:
    return [person.name for person in content.people]


def test_reads_every_attached_form_in_the_mails_order() -> None:
    parsed = mail(("a.docx", word_form(ONE)), ("b.xlsx", excel_form(OTHER)))

    assert names(parsed) == [people(ONE), people(OTHER)]
    assert [form.origin for form in read_mail(parsed).forms] == ["a.docx", "b.xlsx"]


@pytest.mark.parametrize(
    "parsed",
    [
        mail(text=text_form(ONE)),
        mail(html=web_form(ONE)),
        mail(html=web_form(ONE), text=text_form(ONE)),
        mail(html=web_form(ONE), text=text_form(ONE).replace("\t", "\n")),
        mail(html="<div>" + text_form(ONE).replace("\n", "<br>").replace("\t", " | ") + "</div>"),
        mail(text="> " + text_form(ONE).replace("\n", "\n> ")),
    ],
)
def test_reads_a_form_in_the_mails_own_text_once(parsed: ParsedMail) -> None:
    assert names(parsed) == [people(ONE)]
    assert read_mail(parsed).forms[0].origin == BODY


def test_a_page_without_form_leaves_the_plain_text_to_read() -> None:
    assert names(mail(html="<table><tr><td>您好<td>谢谢</table>", text=text_form(ONE))) == [people(ONE)]


@pytest.mark.parametrize(
    "parsed",
    [
        mail(("a.docx", word_form(ONE)), ("a.xlsx", excel_form(ONE))),
        mail(("a.docx", word_form(ONE)), ("b.docx", word_form(ONE))),
        mail(("a.docx", word_form(ONE)), html=web_form(ONE)),
        mail(("a.docx", word_form(ONE)), text=text_form(ONE)),
        mail(("a.docx", word_form(ONE)), text=text_form(Slip(ONE.hospital, ONE.people[:1]))),
    ],
)
def test_a_copy_of_a_form_does_not_count_again(parsed: ParsedMail) -> None:
    assert names(parsed) == [people(ONE)]
    assert read_mail(parsed).unread == ()


def test_the_longer_of_two_lists_counts() -> None:
    shorter = word_form(Slip(ONE.hospital, ONE.people[:1]))

    assert names(mail(("a.docx", shorter), ("b.docx", word_form(ONE)))) == [people(ONE)]


def test_forms_that_contradict_each_other_are_both_kept() -> None:
    changed = replace(ONE.people[0], id_number=OTHER.people[0].id_number, mobile=OTHER.people[0].mobile)

    parsed = mail(("a.docx", word_form(ONE)), ("b.docx", word_form(Slip(ONE.hospital, (changed,)))))

    assert len(names(parsed)) == 2


def test_a_copy_fills_what_the_kept_form_left_empty() -> None:
    unpaid = replace(ONE.hospital, taxpayer_id="")
    bare = replace(ONE.people[0], mobile="", job_title="")
    attached = word_form(Slip(unpaid, (bare, ONE.people[1])))

    form = read_mail(mail(("a.docx", attached), text=text_form(ONE))).forms[0]

    assert form.taxpayer_id.text == ONE.hospital.taxpayer_id
    assert form.attendees[0].mobile.text == ONE.people[0].mobile
    assert form.attendees[0].problems == ()


def test_a_form_without_people_counts_only_alone() -> None:
    template = word_form(Slip(ONE.hospital, ()))

    assert names(mail(("template.docx", template), ("a.docx", word_form(ONE)))) == [people(ONE)]
    assert names(mail(("template.docx", template))) == [[]]


def test_a_quoted_notice_and_an_empty_form_in_the_text_give_nobody() -> None:
    template = text_form(Slip(replace(ONE.hospital, taxpayer_id=taxpayer_id(1)), ()))

    assert names(mail(text="已收到，谢谢。\n> " + template.replace("\n", "\n> "))) == []


def test_people_with_masked_numbers_stand_in_a_quoted_answer() -> None:
    masked = tuple(
        replace(person, id_number=person.id_number[:6] + "********" + person.id_number[14:])
        for person in ONE.people
    )

    assert names(mail(html=web_form(Slip(ONE.hospital, masked)))) == []
    assert names(mail(html=web_form(Slip(ONE.hospital, (*masked, OTHER.people[0]))))) == [[OTHER.people[0].name]]


@pytest.mark.parametrize(
    ("parsed", "expected"),
    [
        (mail(("通知.docx", NOTICE)), [("通知.docx", UnreadCode.NO_FORM)]),
        (mail(("a.rar", b"Rar!\x1a\x07\x01\x00")), [("a.rar", UnreadCode.CORRUPT)]),
        (mail(("", b"%PDF-1.4")), [("附件1", UnreadCode.CORRUPT)]),
        (mail(("扫描.png", PICTURE)), [("扫描.png", UnreadCode.CORRUPT)]),
        (mail(("logo.png", PICTURE[:20_000])), []),
        (mail(("image001.png", PICTURE[:90_000]), referenced=True), []),
        (mail(("image001.png", PICTURE), referenced=True), [("image001.png", UnreadCode.CORRUPT)]),
        (
            mail(
                ("x.vcf", b"BEGIN:VCARD\r\n"), ("smime.p7s", b"0\x82\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
            ),
            [],
        ),
        (mail(("", b"")), []),
        (mail(("a.docx", b"")), [("a.docx", UnreadCode.CORRUPT)]),
        (mail(("a.pdf", b"%PDF-1.4"), ("b.pdf", b"%PDF-1.4")), [("a.pdf", UnreadCode.CORRUPT)]),
        (mail(text="您好"), []),
    ],
)
def test_names_every_file_that_may_be_a_form(parsed: ParsedMail, expected: list[tuple[str, UnreadCode]]) -> None:
    assert unread(parsed) == expected


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("通知.docx", NOTICE, False),
        ("回执表（盖章版）.pdf", b"%PDF-1.4", False),
        ("回执表-扫描件.png", PICTURE, False),
        ("回执表2.pdf", b"%PDF-1.4", True),
        ("另一份.doc", compound_file("WordDocument"), True),
        ("盖章扫描件.pdf", b"%PDF-1.4", True),
        ("加密.docx", compound_file("EncryptedPackage"), True),
    ],
)
def test_beside_a_form_only_what_may_hold_another_is_named(name: str, content: bytes, told: bool) -> None:
    parsed = mail(("回执表.docx", word_form(ONE)), (name, content))

    assert names(parsed) == [people(ONE)]
    assert [origin for origin, _ in unread(parsed)] == ([name] if told else [])


NETEASE = (
    '<div>从网易163邮箱发来的超大附件</div><a href="https://mail.163.com/large-attachment-download/index.html?file=x">'
    "回执.docx</a> (80.96M, 2026年4月30日 23:59 到期)"
)


@pytest.mark.parametrize(
    "parsed",
    [
        mail(html=NETEASE),
        mail(text="从QQ邮箱发来的超大附件\n回执.docx http://mail.qq.com/cgi-bin/ftnExs_download?k=1"),
        mail(text="云附件\n回执.docx (12.5M, 2026年4月30日 23:59 到期)"),
        mail(text="回执见 https://pan.baidu.com/s/1abc 提取码 1234"),
    ],
)
def test_a_link_instead_of_a_file_is_named(parsed: ParsedMail) -> None:
    assert unread(parsed) == [(BODY, UnreadCode.LINK_ONLY)]


def test_a_word_about_net_disks_is_no_link() -> None:
    assert unread(mail(text="> 请作为普通附件（不用超大附件或网盘链接）回复本邮件。\n好的，稍后发送。")) == []


def test_a_link_beside_a_form_is_not_named() -> None:
    assert unread(mail(("a.docx", word_form(ONE)), html=NETEASE)) == []


def test_one_broken_attachment_costs_only_itself() -> None:
    parsed = mail(("a.docx", word_form(ONE)[:-300]), ("b.docx", word_form(OTHER)))

    assert names(parsed) == [people(OTHER)]
    assert unread(parsed) == [("a.docx", UnreadCode.CORRUPT)]


def test_a_body_that_breaks_a_reader_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Document:
        raise RecursionError

    monkeypatch.setattr("bot.forms.bodies.read_html", broken)

    assert names(mail(html=web_form(ONE), text=text_form(ONE))) == [people(ONE)]


def test_a_layout_that_breaks_on_the_body_costs_only_the_body(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Document:
        raise ValueError

    monkeypatch.setattr("bot.forms.bodies.find_forms", broken)

    assert names(mail(text=text_form(ONE))) == []
