"""An event's file, as the rest of the bot wants it: instants instead of days, and checked against the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.records.event import Event, Fees, Flight, Payee, Travel
from bot.settings.files import EventFile, plain_heading

_END_OF_DAY = time(23, 59, 59, 999999)


def event_mistakes(events: tuple[Event, ...], templates: Path) -> Iterator[str]:
    """What is wrong between the events, or between one and the folder of templates: one line each."""
    claimed: dict[str, str] = {}
    for event in events:
        if event.templates and not (templates / event.templates).is_dir():
            yield f"活动 {event.id}：templates 所写的文件夹 {event.templates} 不在 {templates.name}/ 里"
        for heading in event.form_headings:
            other = claimed.setdefault(plain_heading(heading), event.id)
            if other != event.id:
                yield (
                    f"活动 {event.id}：form_headings 里的“{heading}”活动 {other} 也写了，"
                    "两个活动的回执表都有的栏目不能用来区分，请都去掉"
                )


def _instant(moment: date | datetime, zone: ZoneInfo, clock: time) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, clock, tzinfo=zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def event_of(file: EventFile, timezone: str, mailbox: str) -> Event:
    """The event that a file describes, its days made instants of the time zone; `mailbox` is where forms go."""
    zone = ZoneInfo(timezone)
    travel = Travel(
        flights=tuple(Flight(**flight.model_dump()) for flight in file.travel.flights),
        meeting_point=file.travel.meeting_point,
        note=file.travel.note,
        buy_by=file.travel.buy_by,
    )
    return Event(
        id=file.id,
        title=file.title,
        capacity=file.capacity,
        opens=_instant(file.opens, zone, time.min),
        deadline=_instant(file.deadline, zone, _END_OF_DAY),
        starts=file.starts,
        ends=file.ends,
        fees=Fees(**file.fees.model_dump()),
        document_number=file.document_number,
        keywords=file.keywords,
        when_partly_full=file.when_partly_full,
        late=file.late,
        required=file.required,
        timezone=timezone,
        payee=Payee(**file.payee.model_dump()) if file.payee else None,
        travel=travel,
        lodging=file.lodging,
        included=file.included,
        telephones=file.telephones,
        mailbox=mailbox,
        form_title=file.form_title or f"参加{file.title}回执表",
        deadline_is_day=not isinstance(file.deadline, datetime),
        promote_until=None if file.promote_until is None else _instant(file.promote_until, zone, _END_OF_DAY),
        limit_per_organisation=file.limit_per_organisation,
        roles=file.roles,
        form_headings=file.form_headings,
        templates=file.templates,
        remind_unpaid_days=file.remind_unpaid_days,
    )
