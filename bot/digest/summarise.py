"""What the staff's digest says, out of an event's view: counted, ordered, put into words.

Pure. Identity and mobile numbers never enter a summary, except those that staff have to check against a scan;
telephone numbers of mails that need a call do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.digest.chart import registrations_chart
from bot.digest.life import MOST_CHANGES, MOST_UNITS, capacity_note, change_lines, payment_notes, unit_lines
from bot.records.decision import Membership, Reason, Registration, State
from bot.records.digest import DigestSummary, MailLine, OrganisationLines, PersonLine, ScanLine
from bot.records.event import Event, WhenPartlyFull
from bot.records.form import FieldProblem, ProblemCode
from bot.records.mail import MailKind, enquiry_number
from bot.records.office import Balance, EventView, JournalEntry, MailEntry
from bot.records.picture import fitted, png_size
from bot.records.words import KIND_WORDS, REASON_WORDS, STATE_WORDS

MOST_NEW: Final = 60
MOST_WAITING: Final = 30
MOST_MAILS: Final = 30
MOST_SCANS: Final = 30
WIDEST_PICTURE: Final = 300
HIGHEST_PICTURE: Final = 60
_WEEKDAYS: Final = "一二三四五六日"


def summarise(
    view: EventView,
    *,
    since: datetime | None,
    now: datetime,
    warnings: tuple[str, ...] = (),
    journal: Sequence[JournalEntry] = (),
    suggestions: Mapping[str, tuple[str, ...]] | None = None,
) -> DigestSummary:
    """The digest of one event at `now`, new being what came after `since` (None: everything). `journal` is the
    event's; `suggestions` are listed names that an unknown organisation may mean.

    Undelivered answers are those mails of the view whose `undelivered` says why. `warnings` are whole
    sentences of other parts (the workbook is open, the mailbox can't be reached)."""
    zone = ZoneInfo(view.event.timezone)
    local = now.astimezone(zone)
    people = view.registrations
    seated = [person for person in people if person.state is State.CONFIRMED]
    came = {mail.message_id: _told_at(mail) for mail in view.mails}
    new = [p for p in _by_arrival(people) if since is None or came.get(p.message_id, p.received_at) > since]
    waiting = sorted(
        (person for person in people if person.state is State.WAITLISTED),
        key=lambda person: (person.number is None, person.number or 0, person.order),
    )
    positions = {id(person): place for place, person in enumerate(waiting, 1)}
    scans = [_scan_line(*found, zone) for found in _newest_first(view.to_check)]
    reviews = [_mail_line(mail, local, zone) for mail in view.reviews]
    undelivered = [
        replace(_mail_line(mail, local, zone), why="答复没有送达", note=mail.undelivered)
        for mail in view.mails
        if mail.undelivered
    ]
    changes = change_lines(view, journal, since)
    units = unit_lines(view, suggestions or {})
    days_left = (view.event.deadline.astimezone(zone).date() - local.date()).days
    paid_ids = {entry.registration_id for entry in view.staff if entry.paid.strip()}
    paid = sum(person.id in paid_ids for person in seated)
    known = Counter(person.membership for person in seated)
    return DigestSummary(
        event_title=view.event.title,
        document_number=view.event.document_number,
        made_on=f"{local.year}年{local.month}月{local.day}日",
        made_at=f"{local:%H:%M}",
        weekday=f"星期{_WEEKDAYS[local.weekday()]}",
        since=_moment(since, zone) if since else "",
        headline=_headline(view, len(seated), len(waiting)),
        capacity=view.event.capacity,
        confirmed=len(seated),
        waitlisted=len(waiting),
        late=view.count(State.LATE),
        cancelled=view.count(State.CANCELLED),
        in_review=view.count(State.REVIEW),
        seats_free=max(view.event.capacity - len(seated), 0),
        seats_percent=_percent(len(seated), view.event.capacity),
        deadline=view.event.deadline,
        days_left=days_left,
        deadline_text=_deadline_words(view, now, days_left, zone),
        new_count=len(new),
        new_people=_by_organisation(new[:MOST_NEW], zone, positions),
        new_more=max(len(new) - MOST_NEW, 0),
        new_words=_state_words(new),
        mail_words=_mail_words(view.mails, since),
        waitlist=tuple(_person_line(p, zone, place) for place, p in enumerate(waiting[:MOST_WAITING], 1)),
        waitlist_more=max(len(waiting) - MOST_WAITING, 0),
        reviews=tuple(reviews[:MOST_MAILS]),
        reviews_more=max(len(reviews) - MOST_MAILS, 0),
        undelivered=tuple(undelivered[:MOST_MAILS]),
        undelivered_more=max(len(undelivered) - MOST_MAILS, 0),
        drafts=sum(mail.reply == "draft" for mail in view.mails),
        chart=registrations_chart(
            _arrival_days(people, zone), *_chart_span(view, local, zone), view.event.capacity
        ),
        organisations=len({person.organisation for person in people if person.state is not State.CANCELLED}),
        members=known[Membership.MEMBER],
        non_members=known[Membership.NON_MEMBER],
        membership_unknown=known[Membership.UNKNOWN],
        single_rooms=sum(person.single_room is True for person in seated),
        fees_due=sum(person.fee or 0 for person in seated),
        paid=paid,
        unpaid=sum(person.id not in paid_ids and person.fee != 0 for person in seated),
        balance=view.balance,
        balance_text=_balance_words(view.balance, zone),
        scans=tuple(scans[:MOST_SCANS]),
        scans_more=max(len(scans) - MOST_SCANS, 0),
        warnings=(
            *warnings,
            *capacity_note(view.event, len(seated)),
            *_blocked(view.event, waiting, view.event.capacity - len(seated)),
            *payment_notes(view),
        ),
        changes=changes[-MOST_CHANGES:],
        changes_more=max(len(changes) - MOST_CHANGES, 0),
        units=units[:MOST_UNITS],
        units_more=max(len(units) - MOST_UNITS, 0),
        charges=view.event.charges,
        lodges=view.event.lodges,
    )


def _blocked(event: Event, queue: Sequence[Registration], free: int) -> tuple[str, ...]:
    """A form that waits as a whole and needs more seats than are free keeps everybody behind it waiting."""
    waiting = [one for one in queue if not one.by_staff and one.reason is not Reason.ORGANISATION_LIMIT]
    if event.when_partly_full is not WhenPartlyFull.WHOLE_FORM or not waiting or free <= 0:
        return ()
    first_form = (waiting[0].message_id, waiting[0].form_index)
    group = sum((person.message_id, person.form_index) == first_form for person in waiting)
    if group <= free:
        return ()
    first = waiting[0].submitting_organisation or waiting[0].organisation or "（未填单位）"
    return (
        f"还有 {free} 个名额空着，但候补第一位的回执表（{first}）有 {group} 人，整张放不下，后面的候补也在等；"
        "如要拆开录取或让后面的先补，请在汇总表“处理”一栏为要录取的人选“录取”。",
    )


def _by_arrival(people: Iterable[Registration]) -> list[Registration]:
    return sorted(people, key=lambda person: (person.order, person.id))


def _told_at(mail: MailEntry) -> datetime:
    """When a mail became known here: one that waited while the bot stood still is new afterwards."""
    return max(mail.received_at, mail.recorded_at or mail.received_at)


def _percent(part: int, whole: int) -> int:
    """Whole percent, 100 only when nothing is left, 0 only when nothing is there."""
    if whole <= 0 or part >= whole:
        return 100
    return min(max(round(100 * part / whole), 1), 99) if part else 0


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _headline(view: EventView, seated: int, waiting: int) -> str:
    free = view.event.capacity - seated
    if free > 0:
        return f"已录取 {seated} 人，还剩 {free} 个名额"
    if waiting:
        return f"{view.event.capacity} 个名额已满，候补 {waiting} 人"
    return f"{view.event.capacity} 个名额已满"


def _deadline_words(view: EventView, now: datetime, days_left: int, zone: ZoneInfo) -> str:
    deadline = view.event.deadline.astimezone(zone)
    when = f"{deadline.month}月{deadline.day}日星期{_WEEKDAYS[deadline.weekday()]}"
    if not view.event.deadline_is_day:
        when += f" {deadline:%H:%M}"
    if now > view.event.deadline:
        return f"报名已于{when}截止" + (f"，已过 {-days_left} 天" if days_left < 0 else "")
    if days_left == 0:
        return "报名今天截止" if view.event.deadline_is_day else f"报名今天 {deadline:%H:%M} 截止"
    return f"距报名截止还有 {days_left} 天（{when}）"


def _state_words(people: Sequence[Registration]) -> str:
    counts = Counter(person.state for person in people)
    return "，".join(f"{STATE_WORDS[state]} {counts[state]} 人" for state in State if counts[state])


def _mail_words(mails: Sequence[MailEntry], since: datetime | None) -> str:
    new = [mail for mail in mails if since is None or _told_at(mail) > since]
    counts = Counter(mail.kind for mail in new)
    kinds = "，".join(f"{KIND_WORDS[kind]} {counts[kind]} 封" for kind in MailKind if counts[kind])
    return f"收到来信 {len(new)} 封：{kinds}。" if new else "没有新来信。"


def _person_line(person: Registration, zone: ZoneInfo, position: int | None = None) -> PersonLine:
    return PersonLine(
        name=person.name or "（未填姓名）",
        organisation=person.organisation or person.submitting_organisation,
        job_title=person.job_title,
        state=person.state.value,
        standing=STATE_WORDS[person.state],
        received=_moment(person.received_at, zone),
        number=person.number,
        position=position,
    )


def _by_organisation(
    people: Sequence[Registration], zone: ZoneInfo, positions: dict[int, int]
) -> tuple[OrganisationLines, ...]:
    groups: dict[str, list[PersonLine]] = {}
    for person in people:
        line = _person_line(person, zone, positions.get(id(person)))
        groups.setdefault(line.organisation or "（未填单位）", []).append(line)
    return tuple(OrganisationLines(name, tuple(lines)) for name, lines in groups.items())


def _mail_line(mail: MailEntry, now: datetime, zone: ZoneInfo) -> MailLine:
    return MailLine(
        mail_id=mail.id,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject.strip() or "（无主题）",
        received=_moment(mail.received_at, zone),
        why=REASON_WORDS[mail.why],
        note=mail.note or mail.undelivered,
        telephone=mail.telephone,
        waiting_days=max((now.date() - mail.received_at.astimezone(zone).date()).days, 0),
        attachments=mail.attachment_names,
        excerpt=mail.excerpt,
        enquiry_number=enquiry_number(mail.message_id),
    )


def _newest_first(
    found: Iterable[tuple[Registration, FieldProblem]],
) -> list[tuple[Registration, FieldProblem]]:
    """What staff have not seen yet comes first; people of one mail stay together in their order."""
    return sorted(found, key=lambda one: one[0].received_at, reverse=True)


def _scan_line(person: Registration, problem: FieldProblem, zone: ZoneInfo) -> ScanLine:
    size = png_size(problem.picture)
    width, height = fitted(size, WIDEST_PICTURE, HIGHEST_PICTURE) if size else (0, 0)
    return ScanLine(
        name=(person.name or "（未填姓名）") if problem.person else "回执表",
        organisation=person.organisation or person.submitting_organisation,
        label=problem.label,
        read=person.as_read(problem),
        problem="" if problem.code is ProblemCode.UNCERTAIN else problem.text,
        received=_moment(person.received_at, zone),
        enquiry_number=enquiry_number(person.message_id),
        picture=problem.picture if size else b"",
        width=width,
        height=height,
    )


def _arrival_days(people: Iterable[Registration], zone: ZoneInfo) -> list[date]:
    return [p.received_at.astimezone(zone).date() for p in people if p.state is not State.CANCELLED]


def _chart_span(view: EventView, local: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """From the opening to today, or to the deadline once that is past; never backwards."""
    first = view.event.opens.astimezone(zone).date()
    last = min(local.date(), view.event.deadline.astimezone(zone).date())
    return first, max(first, last)


def _balance_words(balance: Balance | None, zone: ZoneInfo) -> str:
    if balance is None:
        return "这次没有清点邮箱。"
    when = _moment(balance.counted_at, zone)
    if balance.holds:
        return f"邮箱来信 {balance.in_mailbox} 封，台账记录 {balance.recorded} 封，两边一致（{when} 清点）。"
    gap = balance.in_mailbox - balance.recorded
    what = f"有 {gap} 封还没有登记" if gap > 0 else f"台账多出 {-gap} 封（可能有邮件被移走或删除）"
    return f"邮箱来信 {balance.in_mailbox} 封，台账记录 {balance.recorded} 封，{what}（{when} 清点）。"
