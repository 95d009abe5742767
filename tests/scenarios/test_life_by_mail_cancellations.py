"""A hospital takes people back: by whatever words, once, twice, too late, and what only sounds like it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.demo.servers import USERNAME
from bot.records.decision import Outcome, State
from bot.records.mail import MailKind
from tests.scenarios.letters import answered, last_template, registers, roll, seated, states, writes
from tests.scenarios.office import CHINA, Office, excel_file

LATE = datetime(2026, 4, 15, 9, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    "words",
    [
        "{name}因工作原因取消报名。",
        "我院{name}退出本次学习，给您添麻烦了。",
        "{name}临时有手术，不能参加了，抱歉。",
        "老师您好，{name}因故无法前往，请知悉。",
    ],
)
def test_named_person_is_cancelled_and_everybody_else_stays(tmp_path: Path, words: str) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        gone, stays = form.people

        answer = answered(office, form, words.format(name=gone.name))

        assert states(office) == {gone.name: State.CANCELLED, stays.name: State.CONFIRMED}
        assert last_template(office) == "cancelled"
        assert gone.name in answer.text
        assert gone.id_number not in answer.text
        assert office.view().mails[-1].kind is MailKind.CANCELLATION
        assert office.view().reviews == ()


def test_whole_organisation_is_cancelled_and_no_other_hospitals_people(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form, other = office.form(3), office.form()
        registers(office, form)
        registers(office, other)

        answer = answered(office, form, "因医院近期迎接检查，我院报名人员全部取消报名。")

        assert seated(office) == [other.people[0].name]
        assert all(person.name in answer.text for person in form.people)
        assert other.people[0].name not in answer.text


QUOTATIONS = {
    "QQ": '\n\n\n------------------ 原始邮件 ------------------\n发件人: "会务组" <{us}>;\n'
    '发送时间: 2026年3月27日(星期五) 上午9:20\n收件人: "医务科" <a@example.org>;\n主题: 报名确认\n\n{ask}',
    "Foxmail": "\n\n\n \n发件人： 会务组\n发送时间： 2026-03-27 09:20\n收件人： 医务科\n主题： 报名确认\n\n{ask}",
    "NetEase": '\n\n\n\nAt 2026-03-27 09:20:00, "会务组" <{us}> wrote:\n>{ask}',
    "NetEase Chinese": "\n\n---- 回复的原邮件 ----\n| 发件人 | 会务组<{us}> |\n| 日期 | 2026年03月27日 09:20 |\n"
    "| 收件人 | 医务科 |\n| 主题 | 报名确认 |\n\n{ask}",
    "Outlook": "\n\n发件人: 会务组 [mailto:{us}]\n发送时间: 2026年3月27日 9:20\n收件人: 医务科\n"
    "主题: 报名确认\n\n{ask}",
    "Outlook English": "\n\n-----Original Message-----\nFrom: office <{us}>\nSent: Friday, March 27, 2026\nTo: x\n"
    "Subject: x\n\n{ask}",
    "phone": "\n\n在 2026年3月27日，09:20，会务组 <{us}> 写道：\n\n{ask}",
}


@pytest.mark.parametrize("program", QUOTATIONS)
def test_quoted_words_cancel_nobody(tmp_path: Path, program: str) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        answer = registers(office, form)
        ask = f"{form.people[0].name}无法参加，请取消报名。"
        quoted = QUOTATIONS[program].format(us=USERNAME, ask=ask)

        writes(office, form, f"收到，谢谢老师！{quoted}", subject=f"回复：{answer.subject}")
        office.works()

        assert office.answers() == []
        assert seated(office) == [form.people[0].name]


def test_words_above_a_quotation_count(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        gone, stays = form.people
        quoted = QUOTATIONS["QQ"].format(us=USERNAME, ask=f"{stays.name}取消报名。")

        answered(office, form, f"{gone.name}去不了，请取消。{quoted}", subject="回复：报名确认")

        assert seated(office) == [stays.name]


@pytest.mark.parametrize(
    ("words", "for_person"),
    [
        ("我院不取消报名，会按时参加。", True),
        ("请勿取消{name}的名额，费用马上汇。", True),
        ("{name}的航班取消了，改乘高铁前往。", True),
        ("如果{name}不能参加，我们会提前告知。", True),
        ("{name}可能不能参加，等通知。", True),
        ("有一位老师去不了，请取消。", True),
        ("我因出差在外，无法第一时间回复您的来信，敬请谅解。", True),
        ("萨仁因病无法参加，申请取消报名。", True),
    ],
)
def test_denied_supposed_or_ambiguous_words_cancel_nobody(tmp_path: Path, words: str, for_person: bool) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        registers(office, form)

        writes(office, form, words.format(name=form.people[0].name), subject="你好")
        office.works()

        told = office.answers()
        assert seated(office) == [form.people[0].name]
        assert last_template(office) in (None, "handed_to_staff")
        assert all("已取消" not in answer.text for answer in told)
        assert (len(office.view().reviews) == 1) == for_person


def test_same_cancellation_again_frees_no_second_seat_and_is_not_answered_for_ever(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        form, waiting = office.form(2), office.form(2)
        registers(office, form)
        registers(office, waiting)
        gone, stays = form.people
        for number in range(5):
            writes(office, form, f"{gone.name}取消报名。", subject=f"取消报名 {number}")

        office.works()

        assert seated(office) == [stays.name, waiting.people[0].name]
        mails = office.view().mails[2:]
        assert [mail.outcome for mail in mails] == [Outcome.CHANGED] + [Outcome.UNCHANGED] * 4
        assert [mail.reply for mail in mails] == ["sent"] * 3 + ["none"] * 2
        assert len(office.answers()) == 4, "three answers, and the one promoted"


def test_vague_word_after_a_cancellation_is_not_taken_for_the_one_who_is_left(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form(2)
        registers(office, form)
        gone, stays = form.people
        answered(office, form, f"{gone.name}取消报名。")

        answered(office, form, "因病无法参加，请取消报名。")

        assert seated(office) == [stays.name]
        assert len(office.view().reviews) == 1


def test_whoever_cancelled_and_registers_again_queues_anew(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        form, other = office.form(), office.form()
        registers(office, form)
        registers(office, other)
        writes(office, form, f"{form.people[0].name}取消报名。")
        office.works()
        assert {answer.recipients for answer in office.answers()} == {
            (form.hospital.email,),
            (other.hospital.email,),
        }

        registers(office, form)

        assert [one.name for one in roll(office)] == [
            form.people[0].name,
            other.people[0].name,
            form.people[0].name,
        ]
        assert [one.state for one in roll(office)] == [State.CANCELLED, State.CONFIRMED, State.WAITLISTED]


def test_cancelling_somebody_late_or_waiting_frees_no_seat(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        first, second, third = office.form(), office.form(), office.form()
        for form in (first, second, third):
            registers(office, form)
        office.now = LATE
        late = office.form()
        registers(office, late)

        answered(office, second, f"{second.people[0].name}取消报名。")
        answered(office, late, f"{late.people[0].name}取消报名。")

        assert [one.state for one in roll(office)] == [
            State.CONFIRMED,
            State.CANCELLED,
            State.WAITLISTED,
            State.CANCELLED,
        ]


@pytest.mark.parametrize("order", ["registers first", "cancels first"])
def test_in_one_cycle_the_order_of_arrival_counts(tmp_path: Path, order: str) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        text = f"{form.people[0].name}取消报名。"
        if order == "registers first":
            writes(office, form, "见附件", files=[excel_file(form)])
            writes(office, form, text)
        else:
            writes(office, form, text)
            writes(office, form, "见附件", files=[excel_file(form)])

        office.works()

        assert len(office.answers()) == 2
        if order == "registers first":
            assert states(office) == {form.people[0].name: State.CANCELLED}
        else:
            assert states(office) == {form.people[0].name: State.CONFIRMED}
            assert [mail.kind for mail in office.view().reviews] == [MailKind.CANCELLATION]
