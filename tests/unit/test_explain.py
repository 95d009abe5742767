"""Why somebody stands where she stands: found by what people have at hand, told in order, of nobody else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import cli
from bot.app.explain import Explanation, explain
from bot.app.explain_view import explained_json, explained_lines
from bot.ledger.ledger import Ledger
from bot.records.act import ActKind
from bot.records.decision import Change, Reason, Registration, State
from bot.records.mail import BounceReport, MailKind, MailMark, enquiry_number
from bot.records.outgoing import ComposedMail, Delivery, DeliveryResult, DraftFate, Notice
from bot.records.staff import StaffAction
from tests.unit.admission_cases import EVENT, attendee, form, form_of
from tests.unit.ledger_cases import NOW, a_mail, arrive, nothing_to_do, record_only
from tests.unit.test_settings import BOT
from tests.unit.test_settings import EVENT as EVENT_FILE

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/data/ledger.db") as opened:
        yield opened


def asked(ledger: Ledger, what: str) -> Explanation:
    return explain(ledger, (EVENT,), what, NOW)


def actions(ledger: Ledger, what: str) -> list[tuple[str, str]]:
    (story,) = asked(ledger, what).people
    return [(step.actor, step.action) for step in story.steps]


def people(ledger: Ledger) -> tuple[Registration, ...]:
    return ledger.event_view(EVENT, NOW).registrations


def shown(ledger: Ledger, what: str) -> str:
    return "\n".join(explained_lines(asked(ledger, what), CHINA))


def test_story_begins_with_the_mail_and_gives_the_reason(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    (person,) = people(ledger)

    text = shown(ledger, person.name)

    assert actions(ledger, person.name) == [
        ("sender", "mail_arrived"),
        ("bot", "mail_recorded"),
        ("bot", "person_registered"),
        ("bot", "reply_queued"),
    ]
    assert "现状　已录取，名单序号 1" in text
    assert "2026-03-27 09:01　来信　Clerk@example.org 来信《报名回执》。" in text
    assert "2026-03-28 10:30　机器人　登记为“已录取”" in text
    assert "截止前收到，尚有名额，按到达顺序录取。" in text
    assert "答复　待发送" in text


def test_who_waits_is_told_how_many_wait_before_her_and_not_who(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(4))
    arrive(ledger, 2, form_of(2))
    arrive(ledger, 3, form_of(1))
    others, last = people(ledger)[:-1], people(ledger)[-1]

    text = shown(ledger, last.name)

    assert "候补第 3 位（前面还有 2 人），名单序号 7" in text
    assert not [one.name for one in others if one.name in text]


def test_first_who_waits_has_nobody_before_her(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(4))
    arrive(ledger, 2, form_of(1))

    text = shown(ledger, "5")

    assert "候补第 1 位（前面没有人），名单序号 5" in text


@pytest.mark.parametrize("what", ["2", " 2 ", "２", "第2号"])
def test_person_is_found_by_her_place_on_the_list(ledger: Ledger, what: str) -> None:
    arrive(ledger, 1, form_of(3))

    found = asked(ledger, what)

    assert [story.registration.number for story in found.people] == [2]


@pytest.mark.parametrize("written", ["欧阳 小雪", "欧阳小雪", "欧阳　小雪 "])
def test_person_is_found_by_her_name_however_it_is_spaced(ledger: Ledger, written: str) -> None:
    arrive(ledger, 1, form(attendee(name="欧阳小雪"), attendee()))

    found = asked(ledger, written)

    assert [story.registration.name for story in found.people] == ["欧阳小雪"]


def test_all_of_one_name_are_told(ledger: Ledger) -> None:
    arrive(ledger, 1, form(attendee(name="王芳")))
    arrive(ledger, 2, form(attendee(name="王芳", organisation="示例市第九医院")))

    text = shown(ledger, "王芳")

    assert text.startswith("找到 2 条：\n")
    assert "示例市第九医院" in text


def test_part_of_a_name_is_nobody(ledger: Ledger) -> None:
    arrive(ledger, 1, form(attendee(name="王芳芳")))

    assert not asked(ledger, "王芳")


def test_mail_is_found_by_whatever_people_have_of_it(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    arrive(ledger, 2, form_of(1))
    enquiry = enquiry_number("<2@example.org>")
    spoken = enquiry.replace("-", "").replace("0", "O").replace("1", "l").lower()

    for what in ("<2@example.org>", "2@example.org", "#2", "＃2", enquiry, spoken, f" {enquiry} "):
        assert [story.mail.id for story in asked(ledger, what).mails] == [2], what


def test_mails_of_a_sender_are_found_by_the_address(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    arrive(ledger, 2, form_of(1))

    assert [story.mail.id for story in asked(ledger, "clerk@EXAMPLE.org").mails] == [1, 2]


def test_who_was_replaced_is_found_in_the_note_of_the_mail(ledger: Ledger) -> None:
    fetched, parsed = a_mail(1)
    with ledger.mail_commit(None) as commit:
        commit.record(
            fetched,
            parsed,
            MailKind.OTHER,
            nothing_to_do("李敏：姓名由“张伟”改为“李敏”。"),
            MailMark.NONE,
            None,
            NOW,
        )

    assert [story.mail.id for story in asked(ledger, "张伟").mails] == [1]
    assert not asked(ledger, "张")
    assert not asked(ledger, "由")


@pytest.mark.parametrize(
    "what", ["没有此人", "99", "#99", "<no@example.org>", "7K3M-9Q2D", "", "<", "#", "12345678"]
)
def test_what_is_not_there_is_not_found(ledger: Ledger, what: str) -> None:
    arrive(ledger, 1, form_of(2))

    assert not asked(ledger, what)


def test_number_is_no_name_in_a_note(ledger: Ledger) -> None:
    record_only(ledger, *a_mail(1))
    arrive(ledger, 2, form_of(12), event=replace(EVENT, capacity=20))

    assert not asked(ledger, "20")
    assert [story.registration.number for story in asked(ledger, "12").people] == [12]


def test_change_by_staff_is_told_with_who_did_it(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(2))
    person, other = people(ledger)
    with ledger.act_commit((EVENT.id,), ActKind.STAFF, {}, NOW + timedelta(days=1)) as act:
        act.note("staff_decided", reason=str(StaffAction.CANCEL), registration_id=person.id, event_id=EVENT.id)
        gone = replace(person, state=State.CANCELLED, reason=Reason.DECIDED_BY_STAFF, by_staff=True)
        act.change(EVENT.id, (Change(person, gone, Reason.DECIDED_BY_STAFF),))

    text = shown(ledger, person.name)

    assert "现状　已取消" in text
    assert "状态由工作人员定过" in text
    assert "2026-03-29 10:30　工作人员　在汇总表“处理”栏选了“取消”。" in text
    assert "2026-03-29 10:30　工作人员　状态由“已录取”变为“已取消”：由工作人员在汇总表“处理”一栏决定。" in text
    assert "staff" not in [actor for actor, _ in actions(ledger, other.name)]


def test_seat_that_another_mail_freed_is_told_with_that_mail_and_not_its_story(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(4))
    arrive(ledger, 2, form_of(1))
    waiting = people(ledger)[-1]
    fetched, parsed = a_mail(3)
    promoted = replace(waiting, state=State.CONFIRMED, reason=Reason.PROMOTED)
    decision = replace(
        nothing_to_do("取消 1 人。"), event_id=EVENT.id, changes=(Change(waiting, promoted, Reason.PROMOTED),)
    )
    notice = ComposedMail("promoted", ("clerk@example.org",), "递补", "<n@126.com>", b"x")
    with ledger.mail_commit(EVENT.id) as commit:
        commit.record(
            fetched,
            parsed,
            MailKind.OTHER,
            decision,
            MailMark.NONE,
            None,
            NOW,
            notices=(Notice(notice, EVENT.id, 2, (waiting.id,)),),
        )
    (item,) = [item for item in ledger.due(NOW) if item.template == "promoted"]
    ledger.start_sending(item.id, NOW)
    ledger.settle(item.id, Delivery(DeliveryResult.SENT), NOW + timedelta(minutes=1))

    text = shown(ledger, waiting.name)

    assert actions(ledger, waiting.name)[-3:] == [
        ("bot", "registration_changed"),
        ("bot", "notice_queued"),
        ("bot", "mail_sent"),
    ]
    assert "状态由“候补”变为“已录取”：有名额空出，按到达顺序从候补递补录取。（邮件 #3）" in text
    assert "取消 1 人" not in text


def test_amendment_is_told_once_with_its_fields_and_never_their_values(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    (person,) = people(ledger)
    new = replace(person, mobile="13900000000", job_title="副院长")
    fields = (("mobile", person.mobile, new.mobile), ("job_title", person.job_title, new.job_title))
    with ledger.act_commit((EVENT.id,), ActKind.STAFF, {}, NOW, actor="bot") as act:
        act.note(
            "person_amended",
            reason=str(Reason.AMENDED),
            text="回执.docx：confirmed（mobile、job_title）",
            registration_id=person.id,
        )
        act.change(EVENT.id, (Change(person, new, Reason.AMENDED, fields),))

    text = shown(ledger, person.name)

    assert [action for _, action in actions(ledger, person.name)].count("registration_changed") == 0
    assert "按来信更正了登记内容，仍为“已录取”（涉及：手机、职务）：此人已登记，" in text
    assert person.mobile not in text
    assert "13900000000" not in text


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        (DraftFate.SENT, "工作人员　草稿“录取通知”已由人发出。"),
        (DraftFate.CHANGED, "工作人员　草稿“录取通知”经人修改后发出：改动了正文。"),
        (DraftFate.DELETED, "工作人员　草稿“录取通知”没有发出，已被删除。"),
    ],
)
def test_what_a_person_did_with_a_draft_is_told(ledger: Ledger, fate: DraftFate, said: str) -> None:
    arrive(ledger, 1, form_of(1), draft=True)
    (item,) = ledger.drafts_to_place()
    ledger.draft_placed(item.id, NOW)
    ledger.drafts.settle(item.id, fate, NOW, text="改动了正文" if fate is DraftFate.CHANGED else "")

    text = shown(ledger, "1")

    assert said in text


def test_returned_mail_is_told_once_and_only_to_whom_it_was_about(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(2))
    first, second = people(ledger)
    notice = ComposedMail("promoted", ("clerk@example.org",), "递补", "<n@126.com>", b"x")
    with ledger.act_commit((EVENT.id,), ActKind.STAFF, {}, NOW) as act:
        act.notify((Notice(notice, EVENT.id, 1, (second.id,)),), draft=False)
    for item in ledger.due(NOW):
        ledger.start_sending(item.id, NOW)
        ledger.settle(item.id, Delivery(DeliveryResult.SENT), NOW)
    with ledger.mail_commit(None) as commit:
        commit.bounced(BounceReport(message_id="<n@126.com>", text="550 no such user"), NOW)

    about, other = shown(ledger, second.name), shown(ledger, first.name)

    assert about.count("“递补录取通知”的邮件被退回，对方没有收到：550 no such user。") == 1
    assert "退回" not in "".join(other.splitlines()[6:])
    assert "答复　发送失败：" in about


def test_mail_is_told_with_everybody_on_it_and_why_it_was_refused(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(2))
    (item,) = ledger.due(NOW)
    ledger.start_sending(item.id, NOW)
    refused = Delivery(DeliveryResult.PERSON, 550, "no such user", advice="地址不存在，请致电")
    ledger.settle(item.id, refused, NOW)
    first, second = people(ledger)

    text = shown(ledger, "#1")

    assert f"名单　{first.name} 已录取（{EVENT.id} 序号 1），{second.name} 已录取（{EVENT.id} 序号 2）" in text
    assert f"机器人　{second.name}：登记为“已录取”" in text
    assert "邮件发不出去，需要打电话告知：地址不存在，请致电；550 no such user。" in text
    assert "答复　发送失败" in text


def test_json_says_the_same(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(4))
    arrive(ledger, 2, form_of(1))

    document = json.loads(json.dumps(explained_json(asked(ledger, "5"), CHINA)))

    (person,) = document["people"]
    assert (document["query"], document["mails"]) == ("5", [])
    assert (person["event"], person["state"], person["waiting_before"]) == (EVENT.id, "waitlisted", 0)
    assert person["mail"]["message_id"] == "<2@example.org>"
    assert person["steps"][0] == {
        "at": "2026-03-27T09:02:00+08:00",
        "actor": "sender",
        "action": "mail_arrived",
        "reason": "",
        "name": "",
        "text": "Clerk@example.org 来信《报名回执》。",
        "mail": 2,
    }


def test_command_that_finds_nothing_says_one_line_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    (config / "events").mkdir(parents=True)
    (config / "bot.toml").write_text(BOT, encoding="utf-8")
    (config / "events" / "tour.toml").write_text(EVENT_FILE, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["run_bot.py", "explain", "没有此人", "--config", str(config), "--json"])

    code = cli._run()

    out, err = capsys.readouterr()
    assert code == 1
    assert json.loads(out) == {"query": "没有此人", "people": [], "mails": []}
    assert err.strip().count("\n") == 0
    assert "没有查到" in err
