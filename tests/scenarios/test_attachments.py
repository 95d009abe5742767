"""Every kind of attachment, mail in and mail out: what is read is registered, what is not is kept and said why.

Pages that must be recognised take seconds each; the scenarios share as few of them as they can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bot.app import views
from bot.demo import clients, form_files, pictured
from bot.demo.clients import DOCX, File
from bot.demo.form_files import FilledForm
from bot.forms.readers import heavy
from bot.jobs.publish import queue_digest
from bot.records.decision import Outcome
from tests.samples import make_archives, make_corpus_packed, make_outlook
from tests.scenarios.office import OPENING, Answer, Office, word_file
from tests.servers.require import require

CORPUS = Path(__file__).parents[1] / "samples" / "corpus"
ENCRYPTED_WORD = make_outlook.compound({"EncryptionInfo": bytes(200), "EncryptedPackage": bytes(5000)})
ENCRYPTED_ZIP = make_archives.raw_zip([("回执表.docx".encode("gbk"), bytes(300))], flags=1)
LINK = (
    "<div>回执见附件。</div><div>从QQ邮箱发来的超大附件</div>"
    '<a href="https://wx.mail.qq.com/ftn/download?func=3">回执表.docx</a>'
)
SHAPE: dict[str, type | tuple[type, ...]] = {
    "number": int,
    "state": str,
    "name": str,
    "organisation": str,
    "submitting_organisation": str,
    "job_title": str,
    "mobile": str,
    "id_number": str,
    "single_room": (bool, type(None)),
    "membership": str,
    "fee": (int, type(None)),
    "received_at": str,
    "message_id": str,
    "sender": str,
    "contact": str,
    "phone": str,
    "email": str,
    "invoice_title": str,
    "taxpayer_id": str,
    "problems": list,
}
"""One registration as `export --format json` gives it, for programs that rely on it."""


def sends(office: Office, *files: File, form: FilledForm | None = None, subject: str = "", text: str = "") -> None:
    """A mail of a hospital not heard of before, or of the form's, with these files."""
    letter = office.letter(form or office.form(), subject, text or "您好，回执见附件。", files=files)
    office.arrives(clients.modern(letter))


def packed(form: FilledForm) -> File:
    files = [("通知.txt", "请于四月十日前报名。".encode("gbk")), ("某医院回执表.docx", form_files.word_form(form))]
    return File("报名材料.zip", make_corpus_packed.zip_gbk(files))


def forwarded(form: FilledForm) -> File:
    mail = clients.Letter("张三", "ward@example.org", OPENING, "回执表", "请代为报名。", files=[word_file(form)])
    return File("转发的邮件.eml", clients.modern(mail))


def outlook_mail(form: FilledForm) -> File:
    tree = make_outlook.message(("回执表.docx", form_files.word_form(form)), text="您好")
    return File("回执.msg", make_outlook.compound(tree))


def winmail(form: FilledForm) -> File:
    return File("winmail.dat", make_outlook.tnef(("回执表.docx", form_files.word_form(form))))


def names_on(office: Office) -> list[str]:
    return [one.name for one in office.view().registrations]


def digest_of(office: Office) -> Answer:
    bot = office.bot()
    try:
        queue_digest(bot.office, office.now)
    finally:
        bot.close()
    office.works()
    return office.answer()


def sheet_of(office: Office, name: str) -> Worksheet:
    sheet = openpyxl.load_workbook(office.folder / "data" / "报名汇总.xlsx")[name]
    assert isinstance(sheet, Worksheet)
    return sheet


# --- what is read like any form


@pytest.mark.parametrize("packs", [packed, forwarded, outlook_mail, winmail])
def test_a_form_in_a_container_is_registered_and_confirmed(
    tmp_path: Path, packs: Callable[[FilledForm], File]
) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        sends(office, packs(form), form=form)
        office.works()

        answer = office.answer()
        assert answer.subject.startswith("报名确认")
        assert names_on(office) == [person.name for person in form.people]
        assert all(person.id_number not in answer.text for person in form.people)
        assert office.view().reviews == ()


def test_a_pdf_that_holds_text_is_registered_without_any_doubt(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        sends(office, File("回执.pdf", (CORPUS / "pdf" / "own.pdf").read_bytes()))
        office.works()

        assert office.answer().subject.startswith("报名确认")
        assert names_on(office) == ["令狐瑀", "欧阳一"]
        people = office.export()["registrations"]
        assert isinstance(people, list)
        for person in people:
            assert set(person) == set(SHAPE)
            assert all(isinstance(person[field], kind) for field, kind in SHAPE.items())


# --- what cannot be read: said why, kept with its time, shown to staff


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (File("回执表.docx", ENCRYPTED_WORD, DOCX), "请取消密码后重新发送"),
        (File("回执表.zip", ENCRYPTED_ZIP), "请取消密码后重新发送"),
        (File("回执表.zip", make_archives.overlapping_zip(200, 3_000_000)), "请只保留回执表后重新发送"),
        (File("回执表.docx", form_files.empty_word_form()[:3000], DOCX), "请重新保存后再发一次"),
    ],
    ids=["word with a password", "zip with a password", "bomb", "half a file"],
)
def test_a_file_that_cannot_be_read_is_asked_for_anew_and_left_to_staff(
    tmp_path: Path, file: File, said: str
) -> None:
    with Office(tmp_path) as office:
        sends(office, file)
        after = office.form()
        office.sends_word_form(after)
        office.works()

        asked, confirmed = office.answers()
        assert asked.subject.startswith("回执表未能读取")
        assert said in asked.text
        assert "2026年3月27日09:10收到，到达时间已经记录" in asked.text
        assert confirmed.subject.startswith("报名确认")
        (mail,) = office.view().reviews
        assert mail.outcome is Outcome.UNREADABLE
        assert said in mail.note


def test_a_mail_with_nothing_but_a_link_is_asked_for_an_attachment(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.arrives(clients.modern(office.letter(office.form(), "报名回执表", html=LINK)))
        office.works()

        assert "系统不会打开链接，请把回执表作为普通附件重新发送" in office.answer().text
        assert office.templates() == ["unreadable"]
        assert len(office.view().reviews) == 1


def test_staff_find_every_unread_file_in_digest_workbook_and_status(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        sends(office, File("回执表.docx", ENCRYPTED_WORD, DOCX), subject="一院回执")
        office.arrives(clients.modern(office.letter(office.form(), "二院回执", html=LINK)))
        office.works()
        office.answers()

        digest = digest_of(office)
        waiting = sheet_of(office, "待处理")
        bot = office.bot()
        try:
            status = views.status_json(bot.ledger, bot.settings.events, office.now)
        finally:
            bot.close()
        assert "【需要您处理】2 封" in digest.text
        assert all(subject in digest.text for subject in ("一院回执", "二院回执"))
        assert [waiting.cell(row, 8).value for row in (2, 3)] == ["回执表读不出", "回执表读不出"]
        assert status["open_reviews"] == 2


# --- scans and photos


@pytest.fixture
def recognition() -> None:
    if not heavy.has_ocr():
        require("recognition of text in pictures (extra ocr)")


def scan_of(name: str) -> bytes:
    return (CORPUS / "scan" / name).read_bytes()


def drawn(lines: Sequence[str]) -> bytes:
    """A photo of a card or a slip: dark letters on a light ground."""
    from PIL import Image, ImageDraw, ImageFont

    from tests.samples.degrade import FONTS

    found = next((path for path in FONTS if Path(path).is_file()), None) or require("a Chinese font")
    font = ImageFont.truetype(found, 44)
    picture = Image.new("RGB", (1400, 160 + 90 * len(lines)), (235, 238, 240))
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((90, 80 + number * 90), line, font=font, fill=(20, 20, 30))
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def identity_card() -> File:
    lines = (
        "姓名  缪翀",
        "性别  女    民族  汉",
        "住址  深圳市福田区红荔路一号",
        "公民身份号码  44030319881201009X",
    )
    return File("身份证.jpg", drawn(lines))


def payment_slip() -> File:
    lines = ("示例银行  电子回单", "付款人：深圳市紫荆眼科医院", "收款人：示例协会", "金额：人民币 2980.00 元")
    return File("缴费回单.jpg", drawn(lines))


@pytest.mark.usefixtures("recognition")
def test_word_file_and_its_stamped_scan_are_one_registration(tmp_path: Path) -> None:
    form = pictured.scan_form()
    with Office(tmp_path) as office:
        sends(office, word_file(form), File("盖章件.pdf", pictured.scan_file()), form=form)
        office.works()

        assert office.answer().subject.startswith("报名确认")
        assert names_on(office) == [person.name for person in form.people]
        assert all(one.problems == () for one in office.view().registrations)


@pytest.mark.usefixtures("recognition")
def test_where_scan_and_word_file_differ_the_sender_is_asked_which_is_right(tmp_path: Path) -> None:
    form = pictured.scan_form()
    first, *others = form.people
    typed = replace(form, people=(replace(first, mobile="13800000017"), *others))
    with Office(tmp_path) as office:
        sends(office, word_file(typed), File("盖章件.pdf", pictured.scan_file()), form=form)
        office.works()

        answer = office.answer()
        assert office.templates() == ["needs_correction"]
        assert f"{first.name}的手机在两份文件里写得不一样" in answer.text
        assert first.mobile not in answer.text
        registered = office.view().registrations
        assert [one.name for one in registered] == [person.name for person in form.people]
        assert [[problem.code for problem in one.problems] for one in registered] == [["conflict"], []]


@pytest.mark.usefixtures("recognition")
def test_a_scan_keeps_its_place_and_only_what_is_unsure_is_asked_about(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        sends(office, File("盖章回执.jpg", scan_of("03_four_columns.jpg")))
        office.sends_word_form(office.form())
        office.works()

        asked, later = office.answers()
        scanned, second = office.view().registrations
        assert office.templates() == ["needs_correction", "waitlisted"]
        assert (scanned.mobile, scanned.id_number) == ("16198336171", "440303197612070018")
        assert f"姓名：识别为 {scanned.name}，请确认或更正" in asked.text
        assert "顺序按本次来信的时间保留" in asked.text
        assert scanned.id_number not in asked.text
        assert "候补" in later.text
        assert second.number == 2
        digest = digest_of(office)
        assert f"姓名：识别为 {scanned.name}" in digest.text
        assert sheet_of(office, "扫描核对").cell(2, 5).value == scanned.name


@pytest.mark.usefixtures("recognition")
def test_a_photo_taken_with_a_phone_is_registered(tmp_path: Path) -> None:
    form = pictured.photo_form()
    with Office(tmp_path) as office:
        sends(office, File("IMG_2026.jpg", pictured.photo_file()), form=form, subject="报名")
        office.works()

        office.answers()
        (registered,) = office.view().registrations
        person = form.people[0]
        assert (registered.name, registered.mobile, registered.id_number) == (
            person.name,
            person.mobile,
            person.id_number,
        )


@pytest.mark.usefixtures("recognition")
def test_the_scan_of_an_empty_form_goes_to_staff_without_an_answer(tmp_path: Path) -> None:
    from PIL import Image

    head = BytesIO()
    with Image.open(BytesIO(scan_of("00_own.jpg"))) as page:
        page.crop((0, 0, page.width, page.height * 16 // 100)).save(head, "JPEG")
    with Office(tmp_path) as office:
        sends(office, File("回执.jpg", head.getvalue()))
        office.works()

        assert office.answers() == []
        (mail,) = office.view().reviews
        assert "没有认出参加人员，请查看原件" in mail.note


@pytest.mark.usefixtures("recognition")
def test_card_and_slip_alone_register_nobody_and_are_left_to_staff(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        sends(office, identity_card(), subject="身份证", text="身份证照片，请查收。")
        sends(office, payment_slip(), subject="缴费凭证", text="已缴费，回单见附件。")
        office.works()

        assert office.answers() == []
        assert names_on(office) == []
        assert ["缴费" in mail.note for mail in office.view().reviews] == [False, True]


@pytest.mark.usefixtures("recognition")
def test_notice_slip_and_card_beside_the_form_disturb_nothing(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        notice = File("关于举办调研学习的通知.docx", form_files.empty_word_form(), DOCX)
        sends(office, notice, payment_slip(), identity_card(), word_file(form), form=form)
        office.works()

        assert office.answer().subject.startswith("报名确认")
        assert names_on(office) == [person.name for person in form.people]
        assert office.view().reviews == ()
