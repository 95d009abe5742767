"""What comes back once people have got an answer: thanks, quotations, corrections, money, machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.demo import clients, form_files
from bot.demo.clients import DOCX, XLSX, File
from bot.demo.form_files import FilledForm
from bot.demo.servers import USERNAME
from bot.records.mail import MailKind
from tests.scenarios.office import Answer, Office, word_file


def _quoted(answer: Answer) -> str:
    lines = "\n".join(f"> {line}" for line in answer.text.splitlines())
    return f'\n\n在 2026-03-27 10:00:00，"示例协会会务组" <{USERNAME}> 写道：\n{lines}'


def _unmarked(answer: Answer) -> str:
    return f"\n\n{answer.text}"


def _registered(office: Office, count: int = 1) -> tuple[FilledForm, Answer]:
    form = office.form(count)
    office.sends_word_form(form)
    office.works()
    return form, office.answer()


def _writes_back(
    office: Office,
    form: FilledForm,
    answer: Answer,
    text: str,
    *,
    quoted: Callable[[Answer], str] = _quoted,
    files: tuple[File, ...] = (),
) -> None:
    letter = office.letter(
        form,
        f"回复：{answer.subject}",
        text + quoted(answer),
        files=list(files),
        reply_to_id=str(answer.mail["Message-ID"]),
    )
    office.arrives(clients.modern(letter))


THANKS = ("收到", "好的，收到。感谢老师！", "👌", "收到，辛苦了[玫瑰]", "收到\n\n发自我的iPhone")
FOR_STAFF = (
    "",
    "我院人员不需要更换，请按原名单。",
    "我们不取消报名，会按时参加。",
    "请勿取消我院名额，费用马上汇。",
    "我院参加人员不变，谢谢。",
    "我院会按时参加本次活动。",
    "已汇款2980元，请查收。",
)


@pytest.mark.parametrize("quoted", [_quoted, _unmarked])
def test_thanks_need_neither_answer_nor_person(tmp_path: Path, quoted: Callable[[Answer], str]) -> None:
    with Office(tmp_path) as office:
        form, answer = _registered(office)
        for words in THANKS:
            _writes_back(office, form, answer, words, quoted=quoted)

        office.works()

        assert office.answers() == []
        assert office.view().reviews == ()


@pytest.mark.parametrize("quoted", [_quoted, _unmarked])
def test_words_on_an_answer_are_left_to_staff_and_get_no_answer_of_ours(
    tmp_path: Path, quoted: Callable[[Answer], str]
) -> None:
    with Office(tmp_path) as office:
        form, answer = _registered(office)
        for words in FOR_STAFF:
            _writes_back(office, form, answer, words, quoted=quoted)

        office.works()

        assert office.answers() == []
        assert {mail.kind for mail in office.view().reviews} == {MailKind.OTHER}
        assert len(office.view().reviews) == len(FOR_STAFF)
        assert len(office.view().registrations) == 1


@pytest.mark.parametrize("name", ["电子回单.pdf", "扫描件.pdf"])
def test_a_bank_slip_is_not_taken_for_an_unreadable_form(tmp_path: Path, name: str) -> None:
    with Office(tmp_path) as office:
        form, answer = _registered(office)
        slip = File(name, b"%PDF-1.4\n%%EOF\n", ("application", "pdf"))

        _writes_back(office, form, answer, "费用已转，汇款凭证见附件，请查收。", files=(slip,))
        office.works()

        assert office.answers() == []
        assert "缴费" in office.view().reviews[0].note


def test_a_corrected_form_is_taken_with_the_place_unchanged(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, answer = _registered(office, 2)
        corrected = form.with_people([replace(form.people[0], mobile="13911112222"), form.people[1]])

        _writes_back(office, form, answer, "更正后的回执见附件。", files=(word_file(corrected),))
        office.works()

        reply = office.answer()
        assert office.templates() == ["confirmed", "updated"]
        assert "手机：原为" in reply.text
        assert "13911112222" not in reply.text
        assert [one.mobile for one in office.view().registrations] == [one.mobile for one in corrected.people]


def test_one_more_person_gets_the_next_seat(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, answer = _registered(office)
        more = form.with_people([*form.people, *office.form().people])

        _writes_back(office, form, answer, "我院增加一名参加人员，见附件。", files=(word_file(more),))
        office.works()

        assert "第 2 位" in office.answer().text
        assert [one.name for one in office.view().registrations] == [one.name for one in more.people]


@pytest.mark.parametrize(
    ("subject", "text", "file"),
    [
        ("2026年医疗设备展览会邀请函", "我公司专业生产医疗设备，现有优惠。退订请回复。", "报价单.pdf"),
        ("您收到一张新的电子发票", "发票号码：12345678 价税合计：2980.00，请下载附件。", "dzfp_123.pdf"),
        ("医用耗材报价", "您好，附件为我司医用耗材报价单，请查收。", "报价单.xlsx"),
        ("深圳卫生周刊第12期", "本期内容见附件。", "周刊.pdf"),
        (
            "关于举办医院管理研修班的通知",
            "现将通知及报名回执表发给你们，欢迎报名。报名热线：010",
            "报名回执表.docx",
        ),
    ],
)
def test_other_peoples_papers_get_no_answer(tmp_path: Path, subject: str, text: str, file: str) -> None:
    kinds = {"pdf": ("application", "pdf"), "xlsx": XLSX, "docx": DOCX}
    kind = kinds[file.rpartition(".")[2]]
    content = form_files.empty_word_form() if kind is DOCX else b"%PDF-1.4\n%%EOF\n"
    with Office(tmp_path) as office:
        letter = office.letter(office.form(), subject, text, files=[File(file, content, kind)])
        office.arrives(clients.modern(letter))

        office.works()

        assert office.answers() == []
        assert len(office.view().mails) == 1


def test_a_question_beside_a_form_reaches_a_person_and_the_form_counts(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        letter = office.letter(form, "报名回执", "回执见附件。请问费用含住宿吗？", files=[word_file(form)])
        office.arrives(clients.modern(letter))

        office.works()

        assert office.answer().recipients == (form.hospital.email,)
        assert office.templates() == ["confirmed"]
        assert len(office.view().reviews) == 1


def test_a_question_with_the_blank_form_is_a_question(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        blank = File("回执表.docx", form_files.empty_word_form(), DOCX)
        letter = office.letter(office.form(), "咨询", "请问这个表格身份证号必须填吗？", files=[blank])
        office.arrives(clients.modern(letter))

        office.works()

        assert office.answers() == []
        assert [mail.kind for mail in office.view().reviews] == [MailKind.QUESTION]


def test_asking_for_a_receipt_beside_a_form_is_no_question(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        letter = office.letter(form, "报名", "回执见附件，是否收到请回复，谢谢！", files=[word_file(form)])
        office.arrives(clients.modern(letter))

        office.works()

        assert len(office.answers()) == 1
        assert office.view().reviews == ()


def test_two_bots_stop_answering_each_other(tmp_path: Path) -> None:
    theirs = ("您的邮件已收到，我会尽快答复。", "此邮件为系统自动回复，请勿直接回复。", "收到", "回执表见附件")
    with Office(tmp_path) as office:
        form, answer = _registered(office)
        answers = 1

        for turn in range(20):
            quoted = (_quoted, _unmarked)[turn % 2]
            _writes_back(office, form, answer, theirs[turn % len(theirs)], quoted=quoted)
            office.works()
            fresh = office.answers()
            answers += len(fresh)
            answer = fresh[-1] if fresh else answer

        assert answers <= 4, "the confirmation, and three times that there is no form"
        assert len(office.view().registrations) == 1


def test_a_bureaus_many_forms_are_answered_up_to_the_days_limit(tmp_path: Path) -> None:
    with Office(tmp_path, max_per_sender_per_day=12) as office:
        for _ in range(14):
            form = office.form()
            letter = office.letter(form, files=[word_file(form)], sender="bureau@district.example.org")
            office.arrives(clients.modern(letter))

        office.works()

        assert len(office.answers()) == 12
        assert len(office.view().registrations) == 14
        assert len(office.view().reviews) == 2


@pytest.mark.parametrize("way", ["no form", "handed to staff", "unchanged"])
def test_every_answer_says_when_the_mail_arrived_and_its_number_is_in_the_workbook(
    tmp_path: Path, way: str
) -> None:
    with Office(tmp_path) as office:
        form, _ = _registered(office)
        files = [word_file(form)] if way == "unchanged" else []
        text = "我院临时有事，申请取消报名。" if way == "handed to staff" else "我院报名回执表见附件。"
        office.arrives(clients.modern(office.letter(form, "报名", text, files=files)))

        office.works()

        answer = office.answer()
        sheet = load_workbook(next(tmp_path.rglob("*.xlsx")))["邮件记录"]
        numbers = [str(row[-1]) for row in sheet.iter_rows(values_only=True)]
        assert "您的来信已于2026年3月27日09:20收到" in answer.text
        assert numbers[0] == "查询编号"
        assert f"查询编号 {numbers[2]}" in answer.text


@pytest.mark.parametrize("with_another", [False, True])
def test_a_form_that_leaves_somebody_out_takes_nobodys_seat_and_the_sender_is_told(
    tmp_path: Path, with_another: bool
) -> None:
    with Office(tmp_path) as office:
        form, _ = _registered(office, 2)
        another = office.form().people if with_another else ()
        office.sends_word_form(form.with_people([form.people[0], *another]))

        office.works()

        assert f"此次未列出，原报名保持不变：{form.people[1].name}" in office.answer().text
        assert "没有列出" in office.view().mails[-1].note
        assert len(office.view().registrations) == 2 + with_another


def test_a_form_that_comes_again_with_one_more_needs_no_person(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, _ = _registered(office, 2)
        office.sends_word_form(form.with_people([*form.people, *office.form().people]))

        office.works()

        assert len(office.answers()) == 1
        assert office.view().reviews == ()
