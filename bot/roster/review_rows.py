"""待处理: one row for each person of each mail that waits for a person. Pure, apart from the sheet it is given.

Staff complete the rows, copy one to add a person, delete one to drop a person. So once a mail has rows, these rows
are the mail's; what the ledger made out of the mail only fills them in the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.records.mail import enquiry_number
from bot.records.office import EventView, MailEntry
from bot.records.words import KIND_WORDS, REASON_WORDS, reply_status_word
from bot.roster.cells import CellValue
from bot.roster.existing import OldRow, OldTable
from bot.roster.layout import REVIEW_FIELDS, REVIEWS, ROSTER, Record
from bot.roster.marks import mark_of
from bot.roster.match import Matching, plain
from bot.roster.published import Published, marks_of, seen
from bot.roster.remarks import joined
from bot.roster.sheets import local_time, roster_values

OPEN_MAIL: Final = "打开原信"
DONE: Final = "（已办）"
"""Stands after a word that was carried out, in a row that stays for what else staff wrote there."""
_NUMBER, _ENQUIRY, _NAME = "邮件编号", "查询编号", "姓名"
_MOST_DIGITS: Final = 19
_STAFF_FROM: Final = next(place for place, column in enumerate(REVIEWS.columns) if column.staff)

Row = Mapping[str, str]


def review_records(view: EventView) -> list[Record]:
    """A record for each person made out in each waiting mail (one without a person where nobody was), oldest mail
    first; the key is the mail's number."""
    zone = ZoneInfo(view.event.timezone)
    remarks: dict[int, str] = {}
    for number, sentence in view.review_remarks:
        remarks[number] = joined((remarks.get(number, ""), sentence))
    files, people = dict(view.mail_files), dict(view.read_people)
    records = []
    for mail in sorted(view.reviews, key=lambda m: (m.received_at, m.id)):
        file = files.get(mail.id, "")
        own = _mail_values(mail, zone, OPEN_MAIL if file else "", remarks.get(mail.id, ""))
        links = (("原信", file),) if file else ()
        for person in people.get(mail.id) or ((),):
            records.append(Record(mail.id, (*own, *_staff_values(dict(person))), links=links))
    return records


def _mail_values(mail: MailEntry, zone: ZoneInfo, link: str, remark: str) -> tuple[CellValue, ...]:
    return (
        mail.id,
        local_time(mail.received_at, zone),
        mail.sender_name,
        mail.sender,
        mail.telephone,
        mail.subject,
        KIND_WORDS[mail.kind],
        REASON_WORDS[mail.why],
        mail.note,
        mail.excerpt,
        "\n".join(mail.attachment_names),
        reply_status_word(mail.reply, mail.undelivered),
        enquiry_number(mail.message_id),
        link,
        remark,
    )


def _staff_values(person: Row) -> tuple[CellValue, ...]:
    return tuple(
        person.get(REVIEW_FIELDS.get(column.header, ""), "") for column in REVIEWS.columns if column.staff
    )


def published_now(view: EventView) -> Published:
    """The marks of what the workbook shows after a write."""
    zone = ZoneInfo(view.event.timezone)
    people = {
        registration.id: marks_of(dict(zip(ROSTER.headers, roster_values(registration, zone), strict=True)))
        for registration in view.registrations
    }
    read = dict(view.read_people)
    reviews = {
        mail.id: tuple(
            mark_of(seen(dict(person).get(name, "")) for name in REVIEW_FIELDS.values())
            for person in read.get(mail.id) or ((),)
        )
        for mail in view.reviews
    }
    return Published(people, reviews)


@dataclass(frozen=True, slots=True)
class ReviewRows:
    """Which row of the sheet is of which waiting mail: `of_mail` holds indices of rows, in the order they stand
    in; the others are `strangers`. A row whose two numbers name different mails is nobody's: dragging a cell down
    counts its number up."""

    of_mail: Mapping[int, list[int]]
    strangers: list[int]


def rows_of_mails(table: OldTable, waiting: Mapping[int, str]) -> ReviewRows:
    """Sort the rows by mail; `waiting` is mail id -> enquiry number."""
    by_enquiry = {plain(enquiry): number for number, enquiry in waiting.items()}
    of_mail: dict[int, list[int]] = {}
    strangers = []
    for index, row in enumerate(table.rows):
        enquiry, number = plain(table.text(row, _ENQUIRY)), mail_number(table, row)
        if not plain(table.text(row, _NUMBER)):
            number = by_enquiry.get(enquiry)
        if number is not None and number in waiting and enquiry in ("", plain(waiting[number])):
            of_mail.setdefault(number, []).append(index)
        else:
            strangers.append(index)
    return ReviewRows(of_mail, strangers)


def mail_number(table: OldTable, row: OldRow) -> int | None:
    """The number that stands in a row, None where there is no such."""
    digits = plain(table.text(row, _NUMBER))
    return int(digits) if digits.isdecimal() and len(digits) < _MOST_DIGITS else None


def untouched(table: OldTable, row: OldRow, published: Published) -> bool:
    """Whether nothing stands in the row but what the bot filled in, as far as the last write is known."""
    if table.text(row, "处理") or _added(table, row):
        return False
    texts = [plain(table.text(row, header)) for header in REVIEW_FIELDS]
    number = mail_number(table, row)
    return not any(texts) or mark_of(texts) in published.reviews.get(number or 0, ())


def _added(table: OldTable, row: OldRow) -> bool:
    """Whether staff added something to the row besides its cells to complete: 备注, own columns, comments."""
    completed = {str(table.positions[header]) for header in (*REVIEW_FIELDS, "处理") if header in table.positions}
    return any(column not in completed or comment for column, _, comment in table.staff_content(row, REVIEWS))


def arrange(
    records: Sequence[Record], settled: Iterable[int], published: Published
) -> Callable[[OldTable], tuple[list[Record], Matching]]:
    """How the sheet is filled: every row of a waiting mail stays, in its mail's place; a mail without rows gets
    those that the ledger can fill in. Rows of mails that no longer wait go once staff's word on them was carried
    out (`settled`) or nothing of staff's stands in them; others are kept below."""
    done = frozenset(settled)

    def place(table: OldTable) -> tuple[list[Record], Matching]:
        by_mail: dict[int, list[Record]] = {}
        for record in records:
            assert isinstance(record.key, int)
            by_mail.setdefault(record.key, []).append(record)
        enquiry = REVIEWS.headers.index(_ENQUIRY)
        rows = rows_of_mails(table, {number: str(own[0].values[enquiry]) for number, own in by_mail.items()})
        placed: list[Record] = []
        matching = Matching()
        for number, own in by_mail.items():
            standing = rows.of_mail.get(number, [])
            for at, index in enumerate(standing):
                matching.sure[index] = len(placed)
                placed.append(own[at] if at < len(own) else _blank(own[0]))
            # Rows of a workbook that had no cells to complete yet stand for the first people only.
            if not standing or _NAME not in table.positions:
                placed += own[len(standing) :]
        for index in rows.strangers:
            row = table.rows[index]
            carried_out = mail_number(table, row) in done
            if untouched(table, row, published) or (carried_out and not _added(table, row)):
                matching.copies.add(index)
            elif carried_out:
                _stamp(table, row)
        return placed, matching

    return place


def _stamp(table: OldTable, row: OldRow) -> None:
    """Say in 处理 that it was carried out: a row kept for its other cells is no new decision."""
    cell = row.cells.get(table.positions.get("处理", 0))
    if cell is not None and cell.text and not cell.text.endswith(DONE):
        cell.value, cell.data_type = cell.text + DONE, "s"


def _blank(record: Record) -> Record:
    """A record's mail without its person."""
    staff = ("",) * (len(record.values) - _STAFF_FROM)
    return replace(record, values=(*record.values[:_STAFF_FROM], *staff))
