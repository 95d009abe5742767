"""Scans and photos in which nobody could be made out: a person reads them, nobody is told that no form came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.admission.policy import decide_mail
from bot.forms.kinds import FileKind
from bot.forms.read import read_file, read_mail
from bot.forms.readers import registry
from bot.forms.scans import shows_a_form
from bot.records.decision import Outcome, Reason
from bot.records.form import Document, Line, Place, Reading, Unread, UnreadCode
from bot.records.mail import Attachment, ParsedMail
from tests.samples.make_forms import slip, word_form
from tests.unit.admission_cases import A_PERSON, EVENT, MEMBERS, REGISTERS, attendee, form, submission

PHOTO = b"\xff\xd8\xff\xe0" + bytes(40_000)
HEADINGS = ("参加调研学习回执表", "姓名 单位 职务 手机 身份证号 是否单间", "填报单位：", "联系人：")
NOBODY = Unread("回执.jpg", UnreadCode.NO_FORM, "没有认出参加人员。", form_like=True)
NOTHING = Unread("微信图片.jpg", UnreadCode.NO_FORM, "没有找到回执表。")


def page(*lines: str, confidence: float = 0.97) -> Document:
    return Document("回执.jpg", tuple(Line(line, Place("回执.jpg"), confidence) for line in lines))


def read_photo(monkeypatch: pytest.MonkeyPatch, document: Document) -> Reading:
    monkeypatch.setitem(registry.READERS, FileKind.PICTURE, lambda origin, content: document)
    return read_file("回执.jpg", PHOTO)


@pytest.mark.parametrize(
    "lines",
    [
        ("参加调研学习回  执  表",),
        ("报名登记表",),
        ("姓名 单位 职务 手机 身份证号码",),
    ],
)
def test_headings_of_a_form_make_a_picture_a_form(lines: tuple[str, ...]) -> None:
    assert shows_a_form(FileKind.PICTURE, page(*lines))


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("姓名 某某某", "性别 女 民族 汉", "住址 深圳市", "公民身份号码 440301199001010000"),
        ("深圳市某医院", "联系人：某某某", "手机：13800000000"),
        ("电子发票", "纳税人识别号：", "单位 数量", "开票人：某某某", "电话："),
    ],
)
def test_cards_invoices_and_logos_are_no_forms(lines: tuple[str, ...]) -> None:
    assert not shows_a_form(FileKind.PICTURE, page(*lines))


def test_a_file_that_was_not_read_from_a_picture_is_no_scan() -> None:
    assert not shows_a_form(FileKind.PDF, page(*HEADINGS, confidence=1.0))


def test_a_mail_with_such_a_scan_goes_to_a_person_unanswered() -> None:
    mail = submission(unread=(NOTHING, NOBODY))

    decision = decide_mail(EVENT, (), submission=mail, screening=A_PERSON, intent=REGISTERS, members=MEMBERS)

    assert decision.outcome is Outcome.HANDED_TO_STAFF
    assert decision.reply is None
    assert decision.review_reasons == (Reason.NOT_READABLE,)


def test_a_mail_with_some_other_picture_is_told_that_the_form_is_missing() -> None:
    mail = submission(unread=(NOTHING,))

    decision = decide_mail(EVENT, (), submission=mail, screening=A_PERSON, intent=REGISTERS, members=MEMBERS)

    assert decision.outcome is Outcome.NO_FORM


def test_such_a_scan_beside_a_form_makes_work_for_a_person() -> None:
    mail = submission(form(attendee()), unread=(NOBODY,))

    decision = decide_mail(EVENT, (), submission=mail, screening=A_PERSON, intent=REGISTERS, members=MEMBERS)

    assert decision.outcome is Outcome.REGISTERED
    assert Reason.FILE_NOT_READABLE in decision.review_reasons


def test_a_photo_of_a_form_without_names_is_reported_as_a_form() -> None:
    with pytest.MonkeyPatch.context() as patch:
        reading = read_photo(patch, page(*HEADINGS))

    assert [(unread.code, unread.form_like) for unread in reading.unread] == [(UnreadCode.NO_FORM, True)]
    assert reading.forms == ()


@pytest.mark.parametrize(("name", "kept"), [("回执表（盖章）.jpg", 0), ("第二批人员.jpg", 1)])
def test_beside_a_read_form_only_another_scan_is_reported(name: str, kept: int) -> None:
    mail = ParsedMail("<1@example.org>", True, "", "", "报名", None)
    files = (Attachment("回执表.docx", word_form(slip(5, 1)), ""), Attachment(name, PHOTO, "image/jpeg"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.READERS, FileKind.PICTURE, lambda origin, content: page(*HEADINGS))
        reading = read_mail(replace(mail, attachments=files))

    assert len(reading.unread) == kept
