"""What `explain` shows: the same stories as lines for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.explain import Explanation, MailStory, PersonStory, Step
from bot.app.explain_words import actor_word
from bot.records.decision import Registration, State
from bot.records.event import Event
from bot.records.mail import enquiry_number
from bot.records.office import MailEntry
from bot.records.words import OUTCOME_WORDS, STATE_WORDS, reply_status_word

Json = dict[str, object]

_ACTORS = {"sender": "来信"}


def explained_lines(found: Explanation, zone: ZoneInfo) -> list[str]:
    """One paragraph per person and mail; people's times in their event's zone, mails' in `zone`."""
    lines: list[str] = []
    if len(found.people) + len(found.mails) > 1:
        lines += [f"找到 {len(found.people) + len(found.mails)} 条：", ""]
    for person in found.people:
        lines += [*_person_lines(person), ""]
    for mail in found.mails:
        lines += [*_mail_lines(mail, zone), ""]
    return lines[:-1]


def _person_lines(story: PersonStory) -> list[str]:
    one, zone = story.registration, ZoneInfo(story.event.timezone)
    lines = [f"{one.name or '（未填姓名）'}　{one.organisation}", f"活动　{story.event.title}"]
    lines.append(f"现状　{_standing(story)}")
    if one.by_staff:
        lines.append("　　　状态由工作人员定过，机器人不再自动改动。")
    if story.mail is not None:
        lines.append(f"来信　{_reference(story.mail)}，{_moment(one.received_at, zone)} 到达")
        lines.append(_answer(story.mail))
    if noted := _noted(story):
        lines.append(f"备注　{noted}")
    return [*lines, "经过", *_step_lines(story.steps, zone, one.mail_id)]


def _standing(story: PersonStory) -> str:
    one = story.registration
    parts = [STATE_WORDS[one.state]]
    if story.before is not None:
        ahead = f"前面还有 {story.before} 人" if story.before else "前面没有人"
        parts.append(f"候补第 {story.before + 1} 位（{ahead}）")
    if one.number is not None:
        parts.append(f"名单序号 {one.number}")
    if one.state in (State.CONFIRMED, State.WAITLISTED, State.LATE):
        parts.append(f"应缴费用 {'待确认' if one.fee is None else f'{one.fee} 元'}")
    return "，".join(parts)


def _noted(story: PersonStory) -> str:
    if story.staff is None:
        return ""
    entries = (
        ("缴费", story.staff.paid),
        ("开票", story.staff.invoiced),
        ("处理", story.staff.action),
        ("备注", story.staff.remark),
    )
    return "，".join(f"{name}：{text}" for name, text in entries if text)


def _mail_lines(story: MailStory, zone: ZoneInfo) -> list[str]:
    mail = story.mail
    people = "，".join(_short(event, one) for event, one in story.people) or "没有登记人员"
    waits = "，等工作人员处理" if mail.needs_person else ""
    return [
        f"来信　{_reference(mail)}，{_moment(mail.received_at, zone)} 到达",
        f"　　　{mail.sender}《{mail.subject}》　Message-ID {mail.message_id}",
        f"结果　{OUTCOME_WORDS[mail.outcome]}{waits}：{mail.note}",
        f"名单　{people}",
        _answer(mail),
        "经过",
        *_step_lines(story.steps, zone, mail.id),
    ]


def _short(event: Event, one: Registration) -> str:
    number = f"（{event.id} 序号 {one.number}）" if one.number is not None else f"（{event.id}）"
    return f"{one.name or '未填姓名'} {STATE_WORDS[one.state]}{number}"


def _answer(mail: MailEntry) -> str:
    why = f"：{mail.undelivered}" if mail.undelivered else ""
    return f"答复　{reply_status_word(mail.reply, mail.undelivered)}{why}"


def _reference(mail: MailEntry) -> str:
    return f"邮件 #{mail.id}（查询编号 {enquiry_number(mail.message_id)}）"


def _step_lines(steps: Iterable[Step], zone: ZoneInfo, own: int) -> list[str]:
    return [
        f"{_moment(step.at, zone)}　{_ACTORS.get(step.actor) or actor_word(step.actor)}　"
        f"{f'{step.person}：' if step.person else ''}{step.text}"
        f"{f'（邮件 #{step.mail.id}）' if step.mail is not None and step.mail.id != own else ''}"
        for step in steps
    ]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def explained_json(found: Explanation, zone: ZoneInfo) -> Json:
    """The shape that docs/commands.md gives."""
    return {
        "query": found.asked,
        "people": [_person_json(one) for one in found.people],
        "mails": [_mail_story_json(one, zone) for one in found.mails],
    }


def _person_json(story: PersonStory) -> Json:
    one, zone = story.registration, ZoneInfo(story.event.timezone)
    return {
        "event": story.event.id,
        "number": one.number,
        "state": one.state.value,
        "name": one.name,
        "organisation": one.organisation,
        "by_staff": one.by_staff,
        "waiting_before": story.before,
        "fee": one.fee,
        "received_at": one.received_at.astimezone(zone).isoformat(),
        "mail": _mail_json(story.mail, zone) if story.mail else None,
        "steps": [_step_json(step, zone) for step in story.steps],
    }


def _mail_story_json(story: MailStory, zone: ZoneInfo) -> Json:
    people = [
        {"event": event.id, "number": one.number, "state": one.state.value, "name": one.name}
        for event, one in story.people
    ]
    return {
        **_mail_json(story.mail, zone),
        "people": people,
        "steps": [_step_json(step, zone) for step in story.steps],
    }


def _mail_json(mail: MailEntry, zone: ZoneInfo) -> Json:
    return {
        "id": mail.id,
        "enquiry_number": enquiry_number(mail.message_id),
        "message_id": mail.message_id,
        "received_at": mail.received_at.astimezone(zone).isoformat(),
        "sender": mail.sender,
        "subject": mail.subject,
        "attachments": list(mail.attachment_names),
        "kind": mail.kind.value,
        "outcome": mail.outcome.value,
        "reason": mail.reason.value,
        "note": mail.note,
        "needs_person": mail.needs_person,
        "reply": mail.reply,
        "reply_template": mail.reply_template.value if mail.reply_template else None,
        "undelivered": mail.undelivered,
    }


def _step_json(step: Step, zone: ZoneInfo) -> Json:
    return {
        "at": step.at.astimezone(zone).isoformat(),
        "actor": step.actor,
        "action": step.action,
        "reason": step.reason,
        "name": step.person,
        "text": step.text,
        "mail": step.mail.id if step.mail else None,
    }
