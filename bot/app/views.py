"""What `status`, `export` and `digest` show: read from the ledger, nothing decided, nothing connected."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.cycle import HEARTBEAT, LAST_CYCLE, LAST_ERROR
from bot.jobs.desk import event_view
from bot.jobs.publish import WORKBOOK_BUSY
from bot.jobs.send import STOPPED, paused_until
from bot.ledger.ledger import Ledger
from bot.records.decision import Registration, State
from bot.records.event import Event
from bot.records.office import EventView, MailEntry
from bot.records.outgoing import OutboxState

Json = dict[str, object]


def export_json(view: EventView) -> Json:
    """The whole registration list of one event, in the shape that other programs rely on."""
    zone = ZoneInfo(view.event.timezone)
    return {
        "event": view.event.id,
        "capacity": view.event.capacity,
        "confirmed": view.count(State.CONFIRMED),
        "waitlisted": view.count(State.WAITLISTED),
        "late": view.count(State.LATE),
        "cancelled": view.count(State.CANCELLED),
        "review": view.count(State.REVIEW) + len(view.reviews),
        "registrations": [_registration(one, zone) for one in view.registrations],
        "mails": [_mail(mail, zone) for mail in view.mails],
    }


def _registration(one: Registration, zone: ZoneInfo) -> Json:
    return {
        "number": one.number,
        "state": one.state.value,
        "name": one.name,
        "organisation": one.organisation,
        "submitting_organisation": one.submitting_organisation,
        "job_title": one.job_title,
        "mobile": one.mobile,
        "id_number": one.id_number,
        "single_room": one.single_room,
        "membership": one.membership.value,
        "fee": one.fee,
        "received_at": one.received_at.astimezone(zone).isoformat(),
        "message_id": one.message_id,
        "sender": one.sender,
        "contact": one.contact,
        "phone": one.phone,
        "email": one.email,
        "invoice_title": one.invoice_title,
        "taxpayer_id": one.taxpayer_id,
        "problems": [
            {"field": problem.field, "code": problem.code.value, "text": problem.text} for problem in one.problems
        ],
    }


def _mail(mail: MailEntry, zone: ZoneInfo) -> Json:
    return {
        "message_id": mail.message_id,
        "received_at": mail.received_at.astimezone(zone).isoformat(),
        "sender": mail.sender,
        "subject": mail.subject,
        "kind": mail.kind.value,
        "outcome": mail.outcome.value,
        "reason": mail.reason.value,
        "needs_person": mail.needs_person,
        "reply": mail.reply,
        "reply_template": mail.reply_template.value if mail.reply_template else None,
    }


def export_csv(view: EventView) -> str:
    """The registrations as CSV (RFC 4180), one line per person, the JSON's field names as header."""
    rows = export_json(view)["registrations"]
    assert isinstance(rows, list)
    out = io.StringIO(newline="")
    names = [*_registration_names()]
    writer = csv.DictWriter(out, names, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        row = {**row, "problems": "；".join(problem["text"] for problem in row["problems"])}
        writer.writerow({name: "" if row[name] is None else row[name] for name in names})
    return out.getvalue()


def _registration_names() -> tuple[str, ...]:
    return (
        *("number", "state", "name", "organisation", "submitting_organisation", "job_title", "mobile"),
        *("id_number", "single_room", "membership", "fee", "received_at", "message_id", "sender", "contact"),
        *("phone", "email", "invoice_title", "taxpayer_id", "problems"),
    )


def status_json(ledger: Ledger, events: tuple[Event, ...], now: datetime) -> Json:
    """Seats, waitlist, open reviews, unsent mail, last cycle, last error."""
    views = [event_view(ledger, event, now) for event in events]
    counts = ledger.outbox_counts()
    last = ledger.get_state(LAST_CYCLE)
    balance = ledger.balance()
    waiting = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.IN_DOUBT)
    return {
        "now": now.isoformat(),
        "events": [_event_status(view, now) for view in views],
        "open_reviews": len(ledger.reviews()),
        "unsent": sum(counts.get(state, 0) for state in waiting),
        "undelivered": counts.get(OutboxState.FAILED, 0),
        "drafts": counts.get(OutboxState.DRAFT, 0),
        "sending_paused_until": paused.isoformat() if (paused := paused_until(ledger, now)) else None,
        "sending_stopped": ledger.get_state(STOPPED) or None,
        "workbook_busy": ledger.get_state(WORKBOOK_BUSY) or None,
        "balance": {"in_mailbox": balance.in_mailbox, "recorded": balance.recorded, "holds": balance.holds}
        if balance
        else None,
        "heartbeat": ledger.get_state(HEARTBEAT) or None,
        "last_cycle": json.loads(last) if last else None,
        "last_error": ledger.get_state(LAST_ERROR) or None,
    }


def _event_status(view: EventView, now: datetime) -> Json:
    event = view.event
    return {
        "event": event.id,
        "title": event.title,
        "capacity": event.capacity,
        "confirmed": view.count(State.CONFIRMED),
        "waitlisted": view.count(State.WAITLISTED),
        "late": view.count(State.LATE),
        "cancelled": view.count(State.CANCELLED),
        "review": view.count(State.REVIEW) + len(view.reviews),
        "deadline": event.deadline.isoformat(),
        "open": event.opens <= now <= event.deadline,
        "closed": now > event.deadline,
    }


def _phase(event: Json) -> str:
    if event["open"]:
        return "进行中"
    return "已截止" if event["closed"] else "未开始"


def status_lines(status: Json, zone: ZoneInfo) -> list[str]:
    """The same for a person at the terminal, times in `zone`."""
    lines: list[str] = []
    events = status["events"]
    assert isinstance(events, list)
    for event in events:
        lines += [
            f"活动　　{event['title']}（{event['event']}）",
            f"名额　　{event['confirmed']} / {event['capacity']}，候补 {event['waitlisted']}，"
            f"逾期 {event['late']}，取消 {event['cancelled']}",
            f"报名　　{_phase(event)}（截止日期 {event['deadline'][:10]}）",
        ]
    lines.append(f"待处理　{status['open_reviews']} 封邮件等人处理")
    lines.append(f"待发　　{status['unsent']} 封，发不出 {status['undelivered']} 封，草稿 {status['drafts']} 封")
    balance = status["balance"]
    if isinstance(balance, dict):
        sign = "一致" if balance["holds"] else "不一致，请查看日志"
        lines.append(f"对账　　邮箱 {balance['in_mailbox']} 封，已登记 {balance['recorded']} 封（{sign}）")
    lines.append(f"上次运行　{_local(status['heartbeat'], zone) or '还没有运行过'}")
    names = (("sending_stopped", "停止发信"), ("sending_paused_until", "暂停发信至"))
    for key, name in (*names, ("workbook_busy", "工作簿"), ("last_error", "最近的错误")):
        if status[key]:
            shown = _local(status[key], zone) if key == "sending_paused_until" else status[key]
            lines.append(f"{name}　{shown}")
    return lines


def _local(moment: object, zone: ZoneInfo) -> str:
    """An ISO 8601 time as people read it; "" for none."""
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(moment, str) else ""
