"""What stands on each table sheet: an event's view turned into records. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.records.decision import Membership, Registration, State
from bot.records.form import FieldProblem
from bot.records.mail import enquiry_number
from bot.records.office import EventView, MailEntry, StaffEntry
from bot.records.picture import fitted, png_size
from bot.records.words import (
    KIND_WORDS,
    MEMBERSHIP_WORDS,
    OUTCOME_WORDS,
    REASON_WORDS,
    STATE_WORDS,
    TEMPLATE_WORDS,
    reply_status_word,
    yes_no_word,
)
from bot.roster.cells import CellValue
from bot.roster.layout import SCANS, Record
from bot.roster.pictures import Picture
from bot.roster.remarks import joined

PICTURE_ROW: Final = 42.0
"""Points; 56 pixels, with a margin around the highest picture."""
WIDEST_PICTURE: Final = 300
HIGHEST_PICTURE: Final = 48
MOST_PICTURES: Final = 1000
UNDELIVERED: Final = "回复未送达，请电话联系。"

_HEADERS: Final = {
    "name": "姓名",
    "organisation": "单位",
    "job_title": "职务",
    "mobile": "手机",
    "id_number": "身份证号",
    "single_room": "是否单间",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "邮箱",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
}


def local_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as a cell holds it: the zone's wall clock, to the second, without a zone (Excel knows none)."""
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def in_list_order(registrations: Iterable[Registration]) -> list[Registration]:
    """Numbered ones by number, then the others in order of arrival."""
    return sorted(registrations, key=lambda r: (r.number is None, r.number or 0, r.order, r.id))


def roster_records(view: EventView) -> list[Record]:
    """报名名单: one record per registration, keyed by the registration's place in `in_list_order`."""
    zone = ZoneInfo(view.event.timezone)
    staff = {entry.registration_id: entry for entry in view.staff}
    told = _told_beside(view)
    return [
        Record(
            key=index,
            values=roster_values(registration, zone, staff.get(registration.id), told.get(registration.id, "")),
            doubtful=_doubtful(registration),
        )
        for index, registration in enumerate(in_list_order(view.registrations))
    ]


def _told_beside(view: EventView) -> dict[int, str]:
    """What 问题 says after the problems of the form: answers that did not arrive, then remarks."""
    told = {number: UNDELIVERED for number, _ in view.undelivered}
    for number, sentence in view.remarks:
        told[number] = joined((told.get(number, ""), sentence))
    return told


def roster_values(
    r: Registration, zone: ZoneInfo, entry: StaffEntry | None = None, told: str = ""
) -> tuple[CellValue, ...]:
    """The cells of one row of 报名名单; `told` stands in 问题 after the registration's own problems."""
    staff = (entry.paid, entry.invoiced, entry.action, entry.remark) if entry else ("", "", "", "")
    return (
        r.number,
        STATE_WORDS[r.state],
        r.name,
        r.organisation,
        r.job_title,
        r.mobile,
        r.id_number,
        yes_no_word(r.single_room),
        MEMBERSHIP_WORDS[r.membership],
        r.fee,
        r.submitting_organisation,
        r.contact,
        r.phone,
        r.email,
        r.invoice_title,
        r.taxpayer_id,
        local_time(r.received_at, zone),
        problems_text(r) + told,
        *staff,
    )


def _doubtful(registration: Registration) -> frozenset[str]:
    """The headers under which an uncertain value of this person stands."""
    headers = {
        "填报单位" if problem.field == "organisation" and not problem.person else _HEADERS.get(problem.field, "")
        for problem in registration.uncertain
    }
    if "单位" in headers and registration.organisation == registration.submitting_organisation:
        headers.add("填报单位")
    return frozenset(headers)


def problems_text(registration: Registration) -> str:
    """The problems of one registration as one sentence, or ""."""
    sentences = [problem.text.strip().rstrip("。；;.") for problem in registration.problems]
    told = list(dict.fromkeys(sentence for sentence in sentences if sentence))
    return "；".join(told) + "。" if told else ""


def organisation_records(view: EventView) -> list[Record]:
    """单位汇总: one record per organisation, by first registration; contact and invoice as last given."""
    groups: dict[str, list[Registration]] = {}
    for registration in sorted(view.registrations, key=lambda r: r.order):
        name = registration.organisation or registration.submitting_organisation
        groups.setdefault(name, []).append(registration)
    return [Record(key=name, values=_organisation_values(name, people)) for name, people in groups.items()]


def _organisation_values(name: str, people: list[Registration]) -> tuple[CellValue, ...]:
    def count(state: State) -> int:
        return sum(person.state is state for person in people)

    def latest(field: str) -> str:
        return next((value for p in reversed(people) if (value := str(getattr(p, field)))), "")

    known = {p.membership for p in people if p.membership is not Membership.UNKNOWN}
    membership = known.pop() if len(known) == 1 else Membership.UNKNOWN
    return (
        name or "（未填单位）",
        MEMBERSHIP_WORDS[membership],
        count(State.CONFIRMED),
        count(State.WAITLISTED),
        count(State.LATE),
        count(State.REVIEW),
        count(State.CANCELLED),
        sum(p.fee or 0 for p in people if p.state is State.CONFIRMED),
        latest("contact"),
        latest("phone"),
        latest("email"),
        latest("invoice_title"),
        latest("taxpayer_id"),
        sum(bool(p.uncertain) for p in people if p.state is not State.CANCELLED),
    )


def scan_records(view: EventView) -> list[Record]:
    """扫描核对: what was read from a scan with little certainty."""
    zone = ZoneInfo(view.event.timezone)
    return [
        Record(
            key=_scan_key(r, problem),
            values=(
                _scan_key(r, problem),
                r.name if problem.person else "（整张回执表）",
                r.organisation or r.submitting_organisation,
                problem.label,
                r.as_read(problem) or "（没有认出）",
                "",
                problem.text,
                r.origin,
                local_time(r.received_at, zone),
                enquiry_number(r.message_id),
                "",
            ),
            height=PICTURE_ROW if png_size(problem.picture) else 0.0,
        )
        for r, problem in view.to_check
    ]


def scan_pictures(view: EventView) -> list[Picture]:
    """The pictures of the cells that 扫描核对 names, each in its record's row."""
    column = SCANS.headers.index("图片") + 1
    return [
        Picture(_scan_key(r, problem), row, column, problem.picture, fitted(size, WIDEST_PICTURE, HIGHEST_PICTURE))
        for row, (r, problem) in enumerate(view.to_check, 2)
        if (size := png_size(problem.picture)) is not None
    ][:MOST_PICTURES]


def _scan_key(registration: Registration, problem: FieldProblem) -> str:
    """Names one value for good: the registration's number in the ledger, and what was read."""
    return f"{registration.id}-{problem.label or problem.field}"


def mail_records(view: EventView) -> list[Record]:
    """邮件记录: every recorded mail, oldest first."""
    zone = ZoneInfo(view.event.timezone)
    return [
        Record(key=str(mail.id), values=_mail_values(mail, zone))
        for mail in sorted(view.mails, key=lambda m: (m.received_at, m.id))
    ]


def _mail_values(mail: MailEntry, zone: ZoneInfo) -> tuple[CellValue, ...]:
    return (
        mail.id,
        local_time(mail.received_at, zone),
        mail.sender_name,
        mail.sender,
        mail.subject,
        KIND_WORDS[mail.kind],
        OUTCOME_WORDS[mail.outcome],
        REASON_WORDS[mail.reason],
        mail.note,
        TEMPLATE_WORDS[mail.reply_template] if mail.reply_template else "",
        reply_status_word(mail.reply, mail.undelivered),
        mail.undelivered,
        "是" if mail.needs_person else "",
        "\n".join(mail.attachment_names),
        enquiry_number(mail.message_id),
    )
