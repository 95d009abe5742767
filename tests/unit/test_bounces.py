"""What a bounce tells: of which mail, to whom, why, and whether the server still tries."""

from __future__ import annotations

import pytest

from bot.intake.bounces import bounce_of, is_delivery_report
from bot.intake.parse import parse
from bot.intake.screening import screen
from bot.records.mail import BounceReport, MailKind
from tests.unit.bounce_samples import (
    MIXED,
    NOBODY,
    OUR_HEADER,
    OURS,
    QUEUE_ID,
    daemon_text,
    exchange,
    netease,
    qq,
    report,
    returned,
    returned_with_file,
    status_of,
    status_part,
)
from tests.unit.mail_samples import CLERK, OWN, PDF, Part, ew, named_file, parsed, text_mail, text_part


def told(raw: bytes) -> BounceReport:
    found = bounce_of(parse(raw))
    assert found is not None
    return found


def test_neteases_bounce_tells_queue_id_message_id_recipient_and_the_reason_in_chinese() -> None:
    found = told(netease())

    assert found == BounceReport(
        recipient=NOBODY,
        queue_id=QUEUE_ID,
        message_id=OURS,
        status="550",
        text="收件人邮箱不存在，请核对收件人地址后重新发送。；550 User not found",
    )


def test_neteases_own_header_names_our_mail_where_it_did_not_come_back() -> None:
    found = told(netease(back=text_part("")))

    assert found.message_id == OURS


def test_message_id_without_brackets_gets_them() -> None:
    found = told(netease(message_id=OURS.strip("<>"), back=text_part("")))

    assert found.message_id == OURS


def test_number_of_the_mail_that_brings_the_bounce_is_no_queue_id() -> None:
    raw = report(status_part(status_of()), returned(), extra=b"X-CM-TRANSID:QQxEXAMPLE--.1S3\r\n")

    assert told(raw).queue_id == ""


def test_hospitals_coremail_keeps_its_number_when_our_mailbox_adds_its_own() -> None:
    raw = netease().replace(b"X-Mailer: Coremail", b"X-CM-TRANSID:QQxEXAMPLE--.1S3\r\nX-Mailer: Coremail")

    assert told(raw).queue_id == QUEUE_ID


def test_qqs_bounce_tells_recipient_and_reason_out_of_nothing_but_html() -> None:
    found = told(qq())

    assert (found.recipient, found.status, found.message_id) == (NOBODY, "5.1.1", "")
    assert "不存在" in found.text
    assert "550 5.1.1 Mailbox not found" in found.text
    assert "解决方案" not in found.text


@pytest.mark.parametrize("chinese", [True, False])
def test_exchanges_bounce_tells_all(chinese: bool) -> None:
    found = told(exchange(chinese))

    assert (found.recipient, found.message_id, found.status) == (NOBODY, OURS, "5.1.1")
    assert "RecipNotFound" in found.text
    assert not found.delayed


@pytest.mark.parametrize("back", [returned(), returned(b"text/rfc822-headers"), returned_with_file()])
def test_message_id_comes_from_our_mail_however_it_comes_back(back: Part) -> None:
    found = told(report(text_part("failed"), status_part(status_of()), back))

    assert found.message_id == OURS


def test_answer_with_a_file_comes_back_within_a_plain_multipart() -> None:
    found = told(report(text_part(f"<{NOBODY}>: unknown"), returned_with_file(), kind=MIXED))

    assert (found.message_id, found.recipient) == (OURS, NOBODY)


def test_hermes_bounce_of_21cn_is_known_by_its_header() -> None:
    raw = report(
        text_part("<html><body>您的邮件无法送达</body></html>", "gbk", "html"),
        returned(),
        kind=MIXED,
        subject=ew("系统退信"),
        sender=b"admin@21cn.example",
        extra=b"Hmm-Notify: bounce\r\n",
    )

    found = told(raw)

    assert (found.message_id, found.recipient) == (OURS, NOBODY)


def test_coremail_in_two_languages_tells_recipient_reason_and_code() -> None:
    html = f"""<table><tr><th>收件人/To</th><td>{NOBODY}</td></tr>
<tr><th>退信原因/ Bounce Reason：</th><td>收件人邮箱容量已满。</td></tr>
<tr><th>退信代码/ Bounce Code：</th><td>rcpt handle timeout, 452 4.2.2 mailbox full</td></tr>
<tr><th>建议解决方案/ Suggestion</th><td>请稍后再试</td></tr></table>"""

    found = told(daemon_text(html, ew("系统退信/Systems bounce"), b"postmaster@coremail.example", subtype="html"))

    assert (found.recipient, found.status, found.delayed) == (NOBODY, "4.2.2", False)
    assert found.text == "收件人邮箱容量已满。；rcpt handle timeout, 452 4.2.2 mailbox full"


TEXTS = {
    "qmail": (
        b"failure notice",
        f"""Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{NOBODY}>:
192.0.2.153 does not like recipient.
Remote host said: 550 5.1.1 Recipient address rejected
Giving up on 192.0.2.153.

--- Below this line is a copy of the message.

Return-Path: <szsyyxhbgs@126.com>
Message-ID: {OURS}
To: {NOBODY}
""",
        "550 5.1.1 Recipient address rejected",
    ),
    "exim": (
        b"Mail delivery failed: returning message to sender",
        f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {NOBODY}
    SMTP error from remote mail server after RCPT TO:<{NOBODY}>:
    host mx.hospital.example.org [192.0.2.22]: 550 5.1.1 ... User Unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <szsyyxhbgs@126.com>
Message-ID: {OURS}
""",
        "host mx.hospital.example.org [192.0.2.22]: 550 5.1.1 ... User Unknown",
    ),
    "sendmail": (
        b"Returned mail: see transcript for details",
        f"""The original message was received at Fri, 27 Mar 2026 09:00:00 +0800

   ----- The following addresses had permanent fatal errors -----
<{NOBODY}>

   ----- Transcript of session follows -----
... while talking to mx.hospital.example.org.:
>>> RCPT To:<{NOBODY}>
<<< 550 5.1.1 User unknown

   ----- Original message follows -----
Message-Id:
 {OURS}
""",
        "<<< 550 5.1.1 User unknown",
    ),
    "postfix": (
        b"Undelivered Mail Returned to Sender",
        f"""This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<{NOBODY}>: host mx.hospital.example.org[192.0.2.22] said: 550 5.1.1
    unknown (in reply to RCPT TO command)

----- Original message headers: -----
Message-ID: {OURS}
""",
        "550 5.1.1",
    ),
}


@pytest.mark.parametrize("server", TEXTS)
def test_bounce_of_mere_words_tells_recipient_message_id_and_why(server: str) -> None:
    subject, text, why = TEXTS[server]

    found = told(daemon_text(text, subject))

    assert (found.recipient, found.message_id, found.status) == (NOBODY, OURS, "5.1.1")
    assert found.text == why
    assert not found.delayed


def test_gmails_header_names_the_recipient() -> None:
    raw = daemon_text(
        "Address not found", b"Delivery Status Notification (Failure)", extra=b"X-Failed-Recipients: "
    )
    raw = raw.replace(b"X-Failed-Recipients: ", f"X-Failed-Recipients: {NOBODY}\r\n".encode(), 1)

    assert told(raw).recipient == NOBODY


def test_the_one_who_failed_is_told_among_several_recipients() -> None:
    statuses = (
        status_of("fine@hospital.example.org", "relayed", "2.0.0", "250 ok"),
        status_of("late@hospital.example.org", "delayed", "4.4.1", "connection timed out"),
        status_of(NOBODY, "failed (bad address)"),
    )

    found = told(report(status_part(*statuses), returned()))

    assert (found.recipient, found.delayed) == (NOBODY, False)


def test_recipients_without_a_blank_line_between_them_are_told_apart() -> None:
    joined = status_of("fine@hospital.example.org", "delivered", "2.0.0") + status_of()

    assert told(report(status_part(joined), returned())).recipient == NOBODY


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "Delivered (to mailbox)"])
def test_report_of_success_is_no_bounce(action: str) -> None:
    raw = report(
        status_part(status_of(action=action, status="2.1.5")),
        returned(),
        subject=b"Successful Mail Delivery Report",
    )

    screening = screen(parse(raw), OWN)

    assert bounce_of(parse(raw)) is None
    assert (screening.kind, screening.bounce, screening.reason) == (MailKind.BOUNCE, None, "bounce_delayed")


def test_delay_is_told_as_a_delay() -> None:
    raw = report(status_part(status_of(action="delayed", status="4.4.1")), returned(), subject=b"Delayed Mail")

    screening = screen(parse(raw), OWN)

    assert screening.reason == "bounce_delayed"
    assert screening.bounce is not None
    assert (screening.bounce.delayed, screening.bounce.message_id) == (True, OURS)


@pytest.mark.parametrize(
    "text",
    [
        f"A message that you sent has not yet been delivered to one or more of its recipients:\n  {NOBODY}\n",
        f"您发往 {NOBODY} 的邮件暂时无法送达，系统将继续尝试投递。",
        f"** THIS IS A WARNING MESSAGE ONLY **\nCould not send message for past 4 hours\n<{NOBODY}>\n",
    ],
)
def test_delay_is_known_by_words_alone(text: str) -> None:
    found = told(daemon_text(text, b"Mail delivery"))

    assert (found.delayed, found.recipient) == (True, NOBODY)


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        ("5.0.0", "550 User not found", "550"),
        ("5.0.0", "552 5.2.2 Mailbox full", "5.2.2"),
        ("5.2.1 (mailbox disabled)", "550 no", "5.2.1"),
        ("5.0.0", "rejected by system", "5.0.0"),
        ("", "host 192.0.2.25 refused", ""),
    ],
)
def test_most_telling_code_is_kept(status: str, said: str, expected: str) -> None:
    assert told(report(status_part(status_of(status=status, said=said)), returned())).status == expected


def test_address_that_we_wrote_to_goes_before_the_one_that_it_was_forwarded_to() -> None:
    forwarded = f"Original-Recipient: rfc822;{NOBODY}\r\n" + status_of("elsewhere@other.example")

    assert told(report(status_part(forwarded), returned())).recipient == NOBODY


def test_words_of_a_server_are_kept_short() -> None:
    found = told(report(status_part(status_of(said="550 " + "no " * 1000)), returned()))

    assert len(found.text) <= 300


def test_bounce_that_names_nothing_is_still_no_persons_mail() -> None:
    raw = daemon_text("Sorry.", b"failure notice")

    assert bounce_of(parse(raw)) is None
    assert screen(parse(raw), OWN).kind is MailKind.BOUNCE


def test_postmasters_letter_about_something_else_is_no_bounce_of_ours() -> None:
    text = f"您的邮箱空间即将用完。隔离区有来自 {CLERK} 的邮件。"

    assert bounce_of(parse(daemon_text(text, ew("邮箱容量提醒"), b"postmaster@126.com"))) is None


@pytest.mark.parametrize(
    "subject", ["Re: 系统退信", "转发: 来自qq.com的退信", "答复: Undelivered Mail Returned to Sender", "报名"]
)
def test_persons_reply_that_quotes_a_bounce_is_no_bounce(subject: str) -> None:
    text = "您好，上次的答复退回来了，请重发到这个邮箱。\n\n---- 原始邮件 ----\n" + TEXTS["qmail"][1]

    mail = parse(text_mail(text, subject))

    assert not is_delivery_report(mail)
    assert bounce_of(mail) is None
    assert screen(mail, OWN).kind is None


def test_form_under_a_bounces_subject_is_read() -> None:
    mail = parsed("请看附件", "系统退信：重新报名", files=("报名回执.docx",))

    screening = screen(mail, OWN)

    assert (screening.kind, screening.may_answer, screening.needs_person) == (None, False, True)


def test_report_about_reading_is_no_bounce() -> None:
    raw = report(
        text_part("已读"),
        kind=b'multipart/report; report-type=disposition-notification; boundary="----=_Part_1"\r\n',
        sender=CLERK.encode(),
        subject=ew("已读：x"),
    )

    assert bounce_of(parse(raw)) is None


def test_bounces_text_or_header_may_be_cut_or_wild_without_harm() -> None:
    raw = netease()

    for end in range(0, len(raw), 97):
        bounce_of(parse(raw[:end]))
    wild = "收件人" * 5000 + "a@" * 5000 + "550 " * 5000 + "<" * 5000
    assert bounce_of(parse(daemon_text(wild))) is None
    assert bounce_of(parse(report(status_part("\x00Action: failed\r\n" * 500), named_file("x.pdf", PDF)))) is None


def test_our_own_mark_in_what_came_back_does_not_hide_the_bounce() -> None:
    assert b"X-Loop" in OUR_HEADER

    assert screen(parse(netease()), OWN).bounce is not None
