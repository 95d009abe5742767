"""The numbered cases of the mail research that concern parsing (1-23, 26-42, 44-55), one test each or more.

Elsewhere: 13 and 14 (prefixes, threads: here subjects only), 24, 25, 29 and 59-63 (whom to answer, in
test_screening_cases), 33 (the second copy: the ledger), 34 (our own In-Reply-To: replies), 43 (quoted mail, in
test_intent_words), 51 (what a file really is: forms), 54-58 and 64 (archives, links, bounces matched, masking).
"""

from __future__ import annotations

import base64

import pytest

from bot.intake.parse import parse
from tests.unit.mail_samples import (
    CLERK,
    HOSPITAL,
    OFFICE,
    PDF,
    Part,
    ew,
    file_part,
    mail,
    multipart,
    nested,
    text_mail,
    text_part,
)

FOXMAIL_SUBJECT = (
    "【请注意，邮件由代发】关于组织赴浙江开展临床重点专科建设专题调研学习的通知"
    "及参加学习回执表填报事项\r\n 的补充说明，请各会员单位务必于规定日期之前将回执表一律通过电子邮件发送"
)


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        pytest.param("关于伦理审查的通知".encode("gbk"), "关于伦理审查的通知", id="case-01"),
        pytest.param(b"\xcd\xa8\xd6\xaa", "通知", id="case-02"),
        pytest.param("伦理审查".encode(), "伦理审查", id="case-03"),
        pytest.param(b"=?gb2312?B?sbG+qbQ=?=\r\n =?gb2312?B?89GntdrSu9K91Lo=?=", "北京大学第一医院", id="case-04"),
        pytest.param(ew("祝镕喆 申请表", "gbk", "gb2312"), "祝镕喆 申请表", id="case-05"),
        pytest.param(b"=?GBK?B?wO6ZM8M2?=", "李𬱖", id="case-06"),
        pytest.param(b"=?x-gbk?B?wtfA7Q==?=", "伦理", id="case-07"),
        pytest.param(b"=?utf-8?B?wtfA7cnzsuk=?=", "伦理审查", id="case-08"),
        pytest.param(b"=?utf-8?B?5Lya6K6u?= \xcd\xa8\xd6\xaa", "会议 通知", id="case-09"),
        pytest.param(b"=?utf-8?B?5Lym?==?utf-8?B?55CG?=", "伦理", id="case-10"),
        pytest.param(b"=?utf-8?B?562U5aSNDQpCY2M6IGV2aWxAeC5jbg==?=", "答复 Bcc: evil@x.cn", id="case-11"),
        pytest.param(
            b"=?utf-8?B?562U5aSNOiDovazlj5E6IOWbnuWkje+8muS8pueQhuWuoeafpeeUs+ivtw==?=",
            "答复: 转发: 回复：伦理审查申请",
            id="case-13",
        ),
        pytest.param(b"Re:Re:Re:[2026-001]\xc2\xd7\xc0\xed", "Re:Re:Re:[2026-001]伦理", id="case-14"),
        pytest.param(ew("会议通知", "utf-8", "gb2312"), "会议通知", id="utf8-labelled-gb2312"),
        pytest.param(ew("回執表", "big5"), "回執表", id="big5"),
        pytest.param(b"=?utf-8?Q?=E5=9B=9E=E6=89=A7?ab?=", "回执?ab", id="question-mark-inside-q"),
    ],
)
def test_reads_subject(raw: bytes, subject: str) -> None:
    found = parse(mail(Subject=raw))

    assert found.subject == subject
    assert found.header("Subject") == subject


def test_case_11_flags_line_break_in_subject() -> None:
    found = parse(mail(Subject=b"=?utf-8?B?562U5aSNDQpCY2M6IGV2aWxAeC5jbg==?="))

    assert "line_break_in_subject" in found.defects
    assert not found.header("Bcc")


def test_case_12_reads_overlong_word_with_line_break_inside() -> None:
    coded = base64.b64encode(FOXMAIL_SUBJECT.encode()).decode()
    folded = "=?utf-8?B?" + coded[:90] + "\r\n " + coded[90:200] + "\r\n " + coded[200:] + "?="

    found = parse(mail(Subject=folded.encode()))

    assert found.subject == FOXMAIL_SUBJECT.replace("\r\n ", " ")


def test_case_15_takes_mail_that_is_only_a_file() -> None:
    found = parse(multipart(file_part(b"Content-Type: application/pdf; name=a.pdf\r\n"), Subject=None))

    assert found.subject == ""
    assert found.text == ""
    assert [(a.name, a.content) for a in found.attachments] == [("a.pdf", PDF)]


def test_case_16_takes_first_of_two_subjects_and_says_so() -> None:
    found = parse(mail(extra=b"Subject: other\r\n"))

    assert found.subject == "报名回执"
    assert "duplicate_subject" in found.defects


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        pytest.param(b'"=?utf-8?B?5byg5LiJ?=" <z@qq.com>', "张三", "z@qq.com", id="case-17"),
        pytest.param(b"=?utf-8?B?5byg5LiJLOadjuWbmw==?= <z@qq.com>", "张三,李四", "z@qq.com", id="case-18"),
        pytest.param(b"\xd5\xc5\xc8\xfd <z@qq.com>", "张三", "z@qq.com", id="case-19"),
        pytest.param(b"=?gb18030?B?1cXI/Q==?=<z@qq.com>", "张三", "z@qq.com", id="case-20"),
        pytest.param(b'"dean@pku.example.org" <other@x.com>', "dean@pku.example.org", "other@x.com", id="case-21"),
        pytest.param(
            b"dean@pku.example.org <other@x.com>", "dean@pku.example.org", "other@x.com", id="case-21-bare"
        ),
        pytest.param(b"=?utf-8?Q?a=40b.com?= <a@b.com>", "", "a@b.com", id="mail-master"),
        pytest.param(b'"\xd5\xc5\xc8\xfd" <z@qq.com>', "张三", "z@qq.com", id="raw-in-quotes"),
        pytest.param(b"z@qq.com (Zhang San)", "Zhang San", "z@qq.com", id="comment"),
        pytest.param(b"Zhang, San <z@qq.com>", "Zhang San", "z@qq.com", id="comma-without-quotes"),
        pytest.param("张三，李四 <z@qq.com>".encode(), "张三，李四", "z@qq.com", id="full-width-comma-in-name"),
        pytest.param(b"<z@qq.com>", "", "z@qq.com", id="bare"),
        pytest.param(b"Z <z@qq.com\r\n >", "Z", "z@qq.com", id="folded-inside-angles"),
    ],
)
def test_reads_sender(raw: bytes, name: str, address: str) -> None:
    found = parse(mail(From=raw))

    assert found.sender is not None
    assert (found.sender.name, found.sender.address) == (name, address)


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        pytest.param(b"<>", "invalid_sender", id="case-22-empty"),
        pytest.param(b"z@@qq..com", "invalid_sender", id="case-22-broken"),
        pytest.param(None, "no_sender", id="case-22-missing"),
        pytest.param(b"a@hosp.cn, b@hosp.cn", "several_senders", id="case-23-one-header"),
    ],
)
def test_case_22_has_no_sender(raw: bytes | None, defect: str) -> None:
    found = parse(mail(From=raw))

    assert found.sender is None
    assert defect in found.defects


def test_case_23_has_no_sender_when_two_from_headers_differ() -> None:
    found = parse(mail(extra=b"From: b@hosp.cn\r\n", From=b"a@hosp.cn"))

    assert found.sender is None
    assert "several_senders" in found.defects


def test_case_23_keeps_sender_when_from_is_repeated_unchanged() -> None:
    found = parse(mail(extra=b"From: a@hosp.cn\r\n", From=b"a@hosp.cn"))

    assert found.sender is not None


@pytest.mark.parametrize(
    ("extra", "sender"),
    [
        pytest.param(
            b"Authentication-Results: mx38; spf=pass smtp.mail=06707e54-fbab-11e5-bd\r\n"
            b"        62-00163e15002f@x.com\r\n",
            "06707e54-fbab-11e5-bd62-00163e15002f@x.com",
            id="case-26",
        ),
        pytest.param(
            b"Authentication-Results: mx.example.org; spf=pass\r\n smtp.mailfrom=a@b.cn;\r\n"
            b" dkim=pass header.i=@b.cn\r\n",
            "a@b.cn",
            id="folded-between-items",
        ),
        pytest.param(b"Return-Path: <a@b.cn>\r\n", "a@b.cn", id="return-path"),
        pytest.param(b"Return-Path: <>\r\n", "", id="null-sender"),
        pytest.param(b"", None, id="unknown"),
    ],
)
def test_reads_envelope_sender(extra: bytes, sender: str | None) -> None:
    found = parse(mail(extra=extra))

    assert found.envelope_sender == sender


def test_case_27_reads_full_width_separators_in_recipients() -> None:
    found = parse(mail(To=f"{OFFICE}；b@hosp.cn，c@d.cn".encode()))

    assert [address.address for address in found.recipients] == [OFFICE, "b@hosp.cn", "c@d.cn"]


def test_case_28_reads_undisclosed_recipients_as_nobody() -> None:
    found = parse(mail(To=b"undisclosed-recipients:;"))

    assert found.recipients == ()


def test_case_29_reads_sixty_recipients() -> None:
    listed = ", ".join(f'"=?utf-8?B?5byg5LiJ?=" <clerk{i}@{HOSPITAL.domain}>' for i in range(60))

    found = parse(mail(Cc=listed.encode()))

    assert len(found.recipients) == 61
    assert found.recipients[1].name == "张三"


def test_case_30_derives_message_id_from_bytes() -> None:
    raw = text_mail("x", extra=b"X-OQ-MSGID: <1@android.mail.163.com>\r\n", Message_ID=None)

    first, again = parse(raw), parse(raw)

    assert not first.message_id_given
    assert first.message_id == again.message_id
    assert first.message_id.startswith("<")
    assert first.message_id.endswith(".invalid>")


@pytest.mark.parametrize(
    ("raw", "given", "message_id"),
    [
        pytest.param(b"<>", False, None, id="case-31-empty"),
        pytest.param(b"<[20240101.1@pc]>", True, "<[20240101.1@pc]>", id="case-31-brackets"),
        pytest.param(b"abc@pc.example.org", True, "<abc@pc.example.org>", id="without-brackets"),
        pytest.param(b"\r\n <folded@pc>", True, "<folded@pc>", id="folded"),
        pytest.param("<报名@pc>".encode(), False, None, id="not-ascii"),
    ],
)
def test_case_31_reads_odd_message_ids(raw: bytes, given: bool, message_id: str | None) -> None:
    found = parse(mail(Message_ID=raw))

    assert found.message_id_given is given
    assert message_id is None or found.message_id == message_id


def test_case_32_tells_same_message_id_with_other_content_apart() -> None:
    one, other = parse(text_mail("甲")), parse(text_mail("乙"))

    assert one.message_id == other.message_id
    assert one.content_key != other.content_key


def test_case_33_knows_redelivered_mail_by_its_content_key() -> None:
    trace = b"Received: from a by b; Fri, 27 Mar 2026 09:00:01 +0800\r\nDelivered-To: x@y.cn\r\nX-CM-TRANSID:1\r\n"
    once, again = parse(text_mail("甲")), parse(trace + text_mail("甲").replace(b"\r\n", b"\n"))

    assert once.content_key == again.content_key
    assert once.raw_hash != again.raw_hash


def test_case_34_keeps_long_outlook_id_whole() -> None:
    outlook = b"<TYZPR06MB5274A1B2C3D4E5F60718293A4B5C6D@TYZPR06MB5274.apcprd06.prod.outlook.com>"

    found = parse(mail(Message_ID=b"\r\n " + outlook))

    assert found.message_id == outlook.decode()


def test_case_35_reads_foxmails_comma_separated_references() -> None:
    found = parse(mail(extra=b"References: <a@x>, \r\n <b@y>\r\n"))

    assert found.references == ("<a@x>", "<b@y>")
    assert found.in_reply_to == ()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param(b"Tue, 28 Jul 2015 22:48:08 CST", "Tue, 28 Jul 2015 22:48:08 +0800", id="case-36"),
        pytest.param(
            "周二, 28 7月 2015 22:48:08 +0800".encode(), "周二, 28 7月 2015 22:48:08 +0800", id="case-37-chinese"
        ),
        pytest.param(b"2015-07-28 22:48:08", "2015-07-28 22:48:08", id="case-37-iso"),
        pytest.param(b"Tue, 28 Jul 2015 22:48:08 +8000", "Tue, 28 Jul 2015 22:48:08 +8000", id="case-37-zone"),
        pytest.param(b"Tue, 28 Jul 2105 22:48:08 +0800", "Tue, 28 Jul 2105 22:48:08 +0800", id="case-37-year"),
        pytest.param(None, "", id="case-37-missing"),
    ],
)
def test_case_37_keeps_any_date_for_display(raw: bytes | None, shown: str) -> None:
    found = parse(mail(Date=raw))

    assert found.date_header == shown


@pytest.mark.parametrize(
    "label",
    [
        pytest.param(b"gb2312", id="case-38"),
        pytest.param(b"x-gbk", id="case-39-x-gbk"),
        pytest.param(b"gb_2312-80", id="case-39-gb-2312-80"),
        pytest.param(b'"unicode-1-1-utf-7"', id="case-39-utf-7"),
        pytest.param(b"", id="case-39-none"),
        pytest.param(b"us-ascii", id="us-ascii"),
        pytest.param(b"utf-8", id="utf-8"),
        pytest.param(b"windows-936", id="windows-936"),
        pytest.param(b"idna", id="idna"),
        pytest.param(b"nonsense", id="nonsense"),
    ],
)
def test_case_38_reads_gbk_body_under_any_label(label: bytes) -> None:
    said = "祝镕喆 伦理審查 ① ㎡，甄喆彧"
    kind = b"Content-Type: text/plain" + (b"; charset=" + label if label else b"") + b"\r\n"

    found = parse(mail(said.encode("gb18030"), kind + b"Content-Transfer-Encoding: 8bit\r\n"))

    assert found.text == said


def test_case_40_decodes_base64_with_trailing_blank_in_its_name() -> None:
    kind = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Base64 \r\n"

    found = parse(mail(base64.encodebytes("报名".encode()), kind))

    assert found.text == "报名"


def test_case_41_keeps_text_before_an_advertisement_behind_base64() -> None:
    kind = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    body = base64.encodebytes("我院报名三人，名单如下".encode()) + "-- \r\n广告签名 Regards\r\n".encode("gbk")

    found = parse(mail(body, kind))

    assert found.text == "我院报名三人，名单如下"
    assert "base64_junk" in found.defects


def test_case_42_believes_header_charset_before_meta_and_derives_text() -> None:
    html = (
        "<html><head><meta charset='gbk'><title>t</title><style>p{}</style></head><body><p>我院报名</p>"
        "<table><tr><td>姓名</td><td>单位</td></tr><tr><td>甲&nbsp;乙</td><td>某院</td></tr></table>"
        "<img src='http://x.example.org/a.png'></body></html>"
    )

    found = parse(mail(html.encode(), b"Content-Type: text/html; charset=utf-8\r\n"))

    assert found.html == html
    assert found.text == "我院报名\n\n姓名\t单位\n\n甲 乙\t某院"


def test_case_42_uses_meta_charset_where_header_has_none() -> None:
    html = "<meta http-equiv=Content-Type content='text/html; charset=big5'><p>回執表</p>"

    found = parse(mail(html.encode("big5"), b"Content-Type: text/html\r\n"))

    assert found.text == "回執表"


PDF_NAME = "伦理审查申请表.pdf"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        pytest.param(
            b'Content-Type: application/octet-stream; name="=?GBK?B?wtfA7cnzsunJ6sfrse0ucGRm?="\r\n'
            b'Content-Disposition: attachment;\r\n\tfilename="=?GBK?B?wtfA7cnzsunJ6sfrse0ucGRm?="\r\n',
            PDF_NAME,
            id="case-44",
        ),
        pytest.param(
            b'Content-Disposition: attachment;\r\n filename="=?GBK?B?wtfA7cnzsg==?=\r\n'
            b' =?GBK?B?6cnqx+ux7S5wZGY=?="\r\n',
            PDF_NAME,
            id="case-45",
        ),
        pytest.param(
            b"Content-Disposition: attachment; filename*=GBK''%C2%D7%C0%ED%C9%F3%B2%E9%C9%EA%C7%EB%B1%ED.pdf\r\n",
            PDF_NAME,
            id="case-46-gbk",
        ),
        pytest.param(
            b"Content-Disposition: attachment;"
            b" filename*=utf-8''%E4%BC%A6%E7%90%86%E5%AE%A1%E6%9F%A5%E7%94%B3%E8%AF%B7%E8%A1%A8.pdf\r\n",
            PDF_NAME,
            id="case-46-utf8",
        ),
        pytest.param(
            b"Content-Disposition: attachment; filename*0*=utf-8''%E4%BC%A6%E7%90%86%E5%AE%A1%E6;\r\n"
            b" filename*1*=%9F%A5%E7%94%B3%E8%AF%B7;\r\n filename*2*=%E8%A1%A8.pdf\r\n",
            PDF_NAME,
            id="case-46-continued",
        ),
        pytest.param(
            b'Content-Disposition: attachment; filename="' + PDF_NAME.encode("gbk") + b'"\r\n',
            PDF_NAME,
            id="case-47",
        ),
        pytest.param(
            b'Content-Disposition: attachment; filename="' + PDF_NAME.encode() + b'"\r\n', PDF_NAME, id="raw-utf8"
        ),
        pytest.param(
            b"Content-Disposition: attachment; filename==?gb2312?B?t72wuC5wZGY=?=\r\n", "方案.pdf", id="case-48"
        ),
        pytest.param(
            b'Content-Type: application/msword; name="=?gb18030?B?wtfA7cnzsunJ6sfrse0uZG9j?="\r\n',
            "伦理审查申请表.doc",
            id="case-49",
        ),
        pytest.param(
            b"Content-Disposition: attachment; filename=protocol v1 (final).pdf\r\n",
            "protocol v1 (final).pdf",
            id="blanks-without-quotes",
        ),
        pytest.param(
            b"Content-Disposition: attachment; filename=\"a.pdf\"; filename*=utf-8''%E8%A1%A8.pdf\r\n",
            "表.pdf",
            id="extended-before-plain",
        ),
        pytest.param(
            rb'Content-Disposition: attachment; filename="..\..\..\C:\a.pdf"' + b"\r\n", "a.pdf", id="case-50-path"
        ),
        pytest.param(b'Content-Disposition: attachment; filename=".."\r\n', "", id="case-50-dots"),
        pytest.param(b'Content-Disposition: attachment; filename="a\x00b.pdf"\r\n', "ab.pdf", id="case-50-nul"),
        pytest.param(
            'Content-Disposition: attachment; filename="报告.pdf\u202efdp.exe"\r\n'.encode(),
            "报告.pdffdp.exe",
            id="case-50-bidi",
        ),
        pytest.param(b"Content-Type: application/pdf\r\n", "", id="no-name-at-all"),
        pytest.param(b"Content-Disposition: attachment\r\n", "", id="attachment-without-type-or-name"),
    ],
)
def test_reads_file_name(header: bytes, name: str) -> None:
    found = parse(multipart(text_part("见附件"), file_part(header)))

    assert [(a.name, a.content) for a in found.attachments] == [(name, PDF)]
    assert found.text == "见附件"


def test_case_50_shortens_long_name_and_keeps_extension() -> None:
    header = b'Content-Disposition: attachment; filename="' + b"a" * 2000 + b'.docx"\r\n'

    found = parse(multipart(file_part(header)))

    assert len(found.attachments[0].name) == 120
    assert found.attachments[0].name.endswith(".docx")


def test_case_51_takes_octet_stream_whatever_it_is() -> None:
    header = b'Content-Type: application/octet-stream; name="a.bin"\r\n'

    found = parse(multipart(file_part(header), file_part(header, b"MZ" + PDF)))

    assert [a.content[:2] for a in found.attachments] == [b"%P", b"MZ"]


def test_case_52_takes_root_part_that_is_a_file() -> None:
    kind = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n"

    found = parse(mail(base64.encodebytes(PDF), kind))

    assert [(a.name, a.content) for a in found.attachments] == [("a.pdf", PDF)]
    assert found.text == ""


def test_case_53_keeps_tnef_as_attachment() -> None:
    tnef = b"\x78\x9f\x3e\x22" + bytes(40)

    found = parse(
        multipart(text_part("x"), file_part(b'Content-Type: application/ms-tnef; name="winmail.dat"\r\n', tnef))
    )

    assert [(a.name, a.content) for a in found.attachments] == [("winmail.dat", tnef)]


def test_case_54_keeps_base64_coded_mail_as_attachment_with_its_bytes() -> None:
    inner = text_mail("内", From=CLERK.encode())

    found = parse(multipart(text_part("x"), file_part(b'Content-Type: message/rfc822; name="a.eml"\r\n', inner)))

    assert [(a.name, a.content) for a in found.attachments] == [("a.eml", inner)]


def test_finds_files_of_attached_mail_once() -> None:
    inner = multipart(
        text_part("inner"), file_part(b"Content-Type: application/pdf; name=a.pdf\r\n"), boundary="inner"
    )
    attached = Part(b"Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=x.eml\r\n", inner)

    found = parse(multipart(text_part("outer"), attached))

    assert [a.name for a in found.attachments] == ["a.pdf"]
    assert found.text == "outer"


def test_keeps_attached_mail_without_files_whole() -> None:
    attached = Part(b"Content-Type: message/rfc822\r\n", text_mail("inner words"))

    found = parse(multipart(text_part("outer"), attached))

    assert [a.content_type for a in found.attachments] == ["message/rfc822"]
    assert b"Coremail" in found.attachments[0].content
    assert found.text == "outer"


def test_marks_picture_that_html_shows() -> None:
    picture = file_part(b"Content-Type: image/png\r\nContent-ID: <p1@a>\r\n")
    html = text_part('<p>见图</p><img src="cid:p1@a">', subtype="html")
    raw = multipart(nested(html, picture, subtype="related", boundary="rel"))

    found = parse(raw)

    assert [(a.content_id, a.referenced) for a in found.attachments] == [("p1@a", True)]
    assert found.text == "见图"
