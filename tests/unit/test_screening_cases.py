"""Whom the bot answers and whom never: the numbered cases 21-29 and 59-63, and what clerks must not suffer from.

Cases 57 and 58 are screened here; matching a bounce to what we sent is the ledger's.
"""

from __future__ import annotations

import pytest

from bot.intake.parse import parse
from bot.intake.screening import RULES, screen
from bot.records.mail import LOOP_MARK, MailKind
from tests.unit.mail_samples import (
    CLERK,
    FORM_NAME,
    HOSPITAL,
    OFFICE,
    OWN,
    PDF,
    bounce,
    ew,
    file_part,
    mail,
    multipart,
    named_file,
    parsed,
    text_mail,
    text_part,
)


def test_answers_a_clerks_ordinary_mail_to_its_sender() -> None:
    found = screen(parsed("请查收"), OWN)

    assert (found.kind, found.may_answer, found.answer_to) == (None, True, CLERK)
    assert not found.needs_person


def test_case_21_answers_the_address_and_not_the_display_name() -> None:
    found = screen(parse(text_mail("x", From=b'"dean@hospital.example.org" <other@x.example.org>')), OWN)

    assert found.answer_to == "other@x.example.org"


@pytest.mark.parametrize("sender", [None, b"<>", b"z@@qq..com"])
def test_case_22_leaves_mail_without_sender_to_a_person(sender: bytes | None) -> None:
    found = screen(parse(text_mail("x", From=sender)), OWN)

    assert (found.kind, found.may_answer, found.needs_person, found.reason) == (None, False, True, "no_sender")


def test_case_23_leaves_mail_of_several_senders_to_a_person() -> None:
    found = screen(parse(text_mail("x", From=b"a@hosp.cn", extra=b"From: b@hosp.cn\r\n")), OWN)

    assert (found.kind, found.may_answer, found.needs_person) == (None, False, True)
    assert found.reason == "several_senders"


@pytest.mark.parametrize(
    ("reply_to", "answered"),
    [
        pytest.param("b@gmail.example.com", CLERK, id="case-24-other-domain"),
        pytest.param(f"desk@{HOSPITAL.domain}", f"desk@{HOSPITAL.domain}", id="same-domain"),
        pytest.param(f"noreply@{HOSPITAL.domain}", CLERK, id="nobody-reads-it"),
        pytest.param(f"a@{HOSPITAL.domain}, b@{HOSPITAL.domain}", CLERK, id="two-addresses"),
        pytest.param("nonsense", CLERK, id="no-address"),
    ],
)
def test_case_24_answers_reply_to_only_within_the_senders_domain(reply_to: str, answered: str) -> None:
    found = screen(parsed("x", Reply_To=reply_to.encode()), OWN)

    assert (found.may_answer, found.answer_to) == (True, answered)


@pytest.mark.parametrize(
    ("results", "answered"),
    [
        pytest.param("mx40; spf=fail smtp.mail=x@evil.example.net; dkim=none", False, id="case-25"),
        pytest.param(
            f"mx40; spf=fail smtp.mail={CLERK}; dkim=pass header.i=@{HOSPITAL.domain}", True, id="signed"
        ),
        pytest.param(
            "mx40; spf=fail smtp.mail=x@e.example.net; dkim=pass header.i=@e.example.net", False, id="foreign"
        ),
        pytest.param("mx40; spf=fail smtp.mail=x@e.example.net; dkim=pass", True, id="signer-not-named"),
        pytest.param("mx40; spf=pass smtp.mail=bounce+7@relay.example.net; dkim=none", True, id="relayed"),
        pytest.param(f"mx40; spf=softfail smtp.mail={CLERK}; dkim=none", True, id="softfail"),
        pytest.param(f"mx40; spf=none smtp.mail={CLERK}", True, id="no-spf"),
        pytest.param("mx40; spf=pass smtp.mail=x@e.example.net; dmarc=fail", False, id="dmarc"),
    ],
)
def test_case_25_holds_answer_back_only_for_plainly_forged_senders(results: str, answered: bool) -> None:
    found = screen(parsed("x", Authentication_Results=results.encode()), OWN)

    assert found.kind is None
    assert found.may_answer is answered
    assert found.needs_person is not answered


@pytest.mark.parametrize(
    ("to", "addressed"),
    [
        pytest.param(f"b@hosp.cn；{OFFICE}", True, id="case-27"),
        pytest.param("undisclosed-recipients:;", False, id="case-28"),
        pytest.param(None, False, id="no-to"),
        pytest.param(f"x{OFFICE}", False, id="longer-address"),
        pytest.param(OFFICE.upper(), True, id="upper-case"),
        pytest.param(f"会务组<<{OFFICE}", True, id="too-odd-to-be-parsed"),
    ],
)
def test_case_28_leaves_answer_to_a_person_when_we_are_not_addressed(to: str | None, addressed: bool) -> None:
    found = screen(parse(text_mail("x", To=None if to is None else to.encode())), OWN)

    assert found.kind is None
    assert found.may_answer is addressed
    assert found.needs_person is not addressed


def test_holds_nobody_back_when_own_addresses_are_unknown() -> None:
    found = screen(parsed("x", To=b"other@x.example.org"), frozenset())

    assert found.may_answer


def test_case_29_answers_only_the_sender_of_a_mail_to_sixty() -> None:
    listed = ", ".join(f"clerk{i}@{HOSPITAL.domain}" for i in range(60))

    found = screen(parsed("x", Cc=listed.encode()), OWN)

    assert found.answer_to == CLERK


def test_case_57_knows_neteases_bounce() -> None:
    found = screen(parse(bounce()), OWN)

    assert (found.kind, found.may_answer, found.reason) == (MailKind.BOUNCE, False, "bounce")


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        pytest.param(b'"PostMaster" <PostMaster@qq.com>', b"=?gb2312?B?wLTX1HFxLmNvbbXEzcvQxQ==?=", id="case-58"),
        pytest.param(CLERK.encode(), ew("系统退信"), id="netease-subject-alone"),
        pytest.param(CLERK.encode(), ew("[Qmail] 来自qq.com的退信"), id="qq-subject-alone"),
        pytest.param(b"MAILER-DAEMON@mx.example.org", b"Undelivered Mail Returned to Sender", id="postfix"),
        pytest.param(
            b"MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@hosp.cn", ew("未送达: 报名"), id="exchange"
        ),
    ],
)
def test_case_58_knows_bounces_by_sender_or_subject(sender: bytes, subject: bytes) -> None:
    found = screen(parse(text_mail("550", From=sender, Subject=subject)), OWN)

    assert (found.kind, found.may_answer) == (MailKind.BOUNCE, False)


def test_case_59_tells_delay_from_failure() -> None:
    found = screen(parse(bounce("delayed")), OWN)

    assert (found.kind, found.reason, found.may_answer) == (MailKind.BOUNCE, "bounce_delayed", False)


def test_case_59_takes_report_from_a_hospital_address_as_bounce() -> None:
    found = screen(parse(bounce(sender=CLERK.encode())), OWN)

    assert (found.kind, found.may_answer) == (MailKind.BOUNCE, False)


@pytest.mark.parametrize(
    ("subject", "extra"),
    [
        pytest.param(
            b"=?utf-8?B?6Ieq5Yqo5Zue5aSNOiDkvKbnkIblrqHmn6XnlLPor7c=?=",
            b"X-QQ-AUTO-REPLY: true\r\n",
            id="case-60-2024",
        ),
        pytest.param(b"=?gbk?B?19S2r7vYuLQ6wtfA7cnzsunJ6sfr?=", b"X-QQ-HolidayReply: true\r\n", id="case-60-2020"),
        pytest.param(ew("自动答复: 报名"), b"", id="exchange-subject"),
        pytest.param(b"Automatic reply: x", b"", id="outlook-subject"),
        pytest.param(ew("x"), b"X-Autoreply: yes\r\n", id="x-autoreply"),
        pytest.param(ew("x"), b"X-Autorespond: x\r\n", id="x-autorespond"),
        pytest.param(ew("x"), b"Precedence: auto_reply\r\n", id="precedence"),
        pytest.param(ew("x"), b"Return-Path: <1+auto_=a=b.cn@qq.com>\r\n", id="qq-envelope"),
        pytest.param(ew("x"), b"Return-Path: <>\r\n", id="null-envelope"),
        pytest.param(ew("x"), b"Auto-Submitted: auto-replied (vacation)\r\n", id="case-61-replied"),
        pytest.param(ew("x"), b"Auto-Submitted: auto-generated\r\n", id="case-61-generated"),
        pytest.param(ew("x"), b"Feedback-Type: abuse\r\n", id="feedback"),
    ],
)
def test_case_60_never_answers_automatic_mail(subject: bytes, extra: bytes) -> None:
    found = screen(parse(text_mail("我在休假", Subject=subject, extra=extra)), OWN)

    assert (found.kind, found.may_answer, found.needs_person) == (MailKind.AUTOMATIC, False, False)


def test_case_60_knows_qqs_automatic_reply_by_its_own_words() -> None:
    found = screen(parsed("您好！\n这是来自QQ邮箱的假期自动回复邮件。", subject="你好"), OWN)

    assert found.kind is MailKind.AUTOMATIC


def test_answers_a_person_who_quotes_an_automatic_reply() -> None:
    text = "报名表见附件\n------------------ 原始邮件 ------------------\n这是来自QQ邮箱的假期自动回复邮件。"

    found = screen(parsed(text), OWN)

    assert found.may_answer


@pytest.mark.parametrize(
    ("extra", "kind", "answered"),
    [
        pytest.param(b"Auto-Submitted: no\r\n", None, True, id="case-61-no"),
        pytest.param(b"Precedence: bulk\r\n", MailKind.OTHER, False, id="case-61-bulk"),
        pytest.param(b"List-Id: <x.y>\r\n", MailKind.OTHER, False, id="case-61-list"),
        pytest.param(b"X-Auto-Response-Suppress: OOF\r\n", None, False, id="case-61-oof"),
        pytest.param(b"X-Auto-Response-Suppress: All\r\n", None, False, id="suppress-all"),
        pytest.param(b"X-Auto-Response-Suppress: DR, RN, NRN\r\n", None, True, id="only-receipts"),
        pytest.param(b"X-Auto-Response-Suppress: None\r\n", None, True, id="suppress-none"),
        pytest.param(b"Precedence: first-class\r\n", None, True, id="first-class"),
        pytest.param(b"X-Autoreply: no\r\n", None, True, id="x-autoreply-no"),
        pytest.param(b"X-QQ-AUTO-FWD: a@b.cn\r\n", None, False, id="forwarded-by-machine"),
    ],
)
def test_case_61_reads_the_headers_that_speak_of_machines(
    extra: bytes, kind: MailKind | None, answered: bool
) -> None:
    found = screen(parse(text_mail("x", extra=extra)), OWN)

    assert (found.kind, found.may_answer) == (kind, answered)


def test_case_62_knows_own_mail_by_sender_and_by_mark() -> None:
    by_sender = screen(parse(text_mail("x", From=OFFICE.upper().encode())), OWN)
    by_mark = screen(parse(text_mail("x", extra=b"X-Loop: " + LOOP_MARK.encode() + b"\r\n")), OWN)

    assert (by_sender.kind, by_sender.may_answer, by_sender.reason) == (MailKind.OTHER, False, "own_mail")
    assert (by_mark.kind, by_mark.may_answer, by_mark.reason) == (MailKind.AUTOMATIC, False, "own_mark")
    assert not by_sender.needs_person


def test_shows_a_person_the_form_that_the_office_mailed_to_itself() -> None:
    found = screen(parsed("x", files=(FORM_NAME,), From=OFFICE.encode()), OWN)

    assert (found.may_answer, found.needs_person) == (False, True)


def test_case_63_answers_mail_that_asks_for_a_receipt() -> None:
    found = screen(parsed("x", Disposition_Notification_To=CLERK.encode()), OWN)

    assert found.may_answer


def test_case_63_records_receipts() -> None:
    subject = b"=?utf-8?B?5bey6K+7OiDkvKbnkIblrqHmn6XnlLPor7c=?="
    kind = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n"

    reported = screen(parse(mail(b"--x\r\n\r\nread\r\n--x--", kind, Subject=b"x")), OWN)
    by_subject = screen(parse(text_mail("x", Subject=subject)), OWN)

    assert [found.kind for found in (reported, by_subject)] == [MailKind.AUTOMATIC] * 2
    assert not reported.may_answer
    assert not by_subject.may_answer


def test_case_63_shows_recall_to_a_person() -> None:
    found = screen(parse(text_mail("x", Subject=b"=?utf-8?B?5pKk5ZueOiDkvKbnkIblrqHmn6XnlLPor7c=?=")), OWN)

    assert (found.kind, found.may_answer, found.needs_person) == (MailKind.AUTOMATIC, False, True)


@pytest.mark.parametrize(
    "subject",
    [
        "撤回报名",
        "已读，回执见附件",
        "转发: 系统退信",
        "退信了，重新发送回执",
        "自动化科报名",
        "Re: 自动回复: 报名",
        "回执",
    ],
)
def test_answers_people_whose_subject_only_resembles(subject: str) -> None:
    found = screen(parsed("x", subject=subject), OWN)

    assert (found.kind, found.may_answer) == (None, True)


@pytest.mark.parametrize("local", ["admin", "service", "info", "office", "yiwuke", "postmaster.li", "rooter"])
def test_answers_people_at_office_addresses(local: str) -> None:
    found = screen(parse(text_mail("x", From=f"{local}@{HOSPITAL.domain}".encode())), OWN)

    assert found.may_answer


@pytest.mark.parametrize("local", ["no-reply", "noreply", "system", "root", "owner-x", "x-request", "listserv"])
def test_never_answers_machines_addresses(local: str) -> None:
    found = screen(parse(text_mail("x", From=f"{local}@{HOSPITAL.domain}".encode())), OWN)

    assert (found.kind, found.may_answer) == (MailKind.AUTOMATIC, False)


@pytest.mark.parametrize(
    "raw",
    [
        multipart(named_file("扫描件.pdf", PDF), From=f"system@{HOSPITAL.domain}".encode()),
        multipart(named_file(FORM_NAME), Auto_Submitted=b"auto-generated"),
        multipart(named_file(FORM_NAME), Return_Path=b"<>"),
        multipart(named_file(FORM_NAME), Subject=ew("已读：回执")),
        multipart(named_file(FORM_NAME), Subject=ew("自动回复：回执")),
        multipart(file_part(b"Content-Type: image/jpeg\r\n", bytes(90_000)), From=b"noreply@hosp.cn"),
    ],
)
def test_reads_forms_that_a_machine_sends_but_leaves_the_answer_to_a_person(raw: bytes) -> None:
    found = screen(parse(raw), OWN)

    assert (found.kind, found.may_answer, found.needs_person) == (None, False, True)


@pytest.mark.parametrize("extra", [b"Auto-Submitted: auto-replied\r\n", b"List-Id: <x.y>\r\n"])
def test_shows_form_in_a_machines_answer_or_a_list_to_a_person(extra: bytes) -> None:
    raw = extra + multipart(text_part("x"), named_file(FORM_NAME))

    found = screen(parse(raw), OWN)

    assert found.kind is not None
    assert (found.may_answer, found.needs_person) == (False, True)


def test_case_16_leaves_mail_with_two_subjects_to_a_person() -> None:
    found = screen(parse(text_mail("x", extra=b"Subject: other\r\n")), OWN)

    assert (found.kind, found.may_answer, found.needs_person) == (None, False, True)


def test_names_every_rule_once_and_ends_with_the_person() -> None:
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert names[-1] == "person"
