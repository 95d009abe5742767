"""What staff decided in 待处理: a word and completed cells beside each mail that waits for a person. Pure.

A mail's rows are carried out together or not at all: with the first word carried out the mail no longer waits, and
whoever had no word yet would be forgotten. What is not clear is told beside the row and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.records.mail import enquiry_number
from bot.records.office import MailEntry
from bot.records.staff import ReviewWord, StaffAction
from bot.roster import remarks
from bot.roster.actions import understood
from bot.roster.existing import OldRow, OldTable
from bot.roster.layout import REVIEW_FIELDS, REVIEWS
from bot.roster.published import Published
from bot.roster.review_rows import DONE, mail_number, rows_of_mails

EXACT_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps (IEEE 754 doubles, as Excel shows them)."""

TextOf = Callable[[OldRow, str], str]
"""The text of a row's cell under a header, of a formula its result."""


@dataclass(frozen=True, slots=True)
class ReviewReading:
    """Words to carry out; (mail id, sentence) to show beside a mail's rows; problems for the digest."""

    words: tuple[ReviewWord, ...] = ()
    remarks: tuple[tuple[int, str], ...] = ()
    problems: tuple[str, ...] = ()


def read_reviews(
    table: OldTable,
    text_of: TextOf,
    reviews: Sequence[MailEntry],
    published: Published,
    settled: Collection[int] = (),
) -> ReviewReading:
    """Read the sheet as it stands; `reviews` are the mails that wait, `settled` those decided here before."""
    if not table.header_row:
        lost = f"工作表“{REVIEWS.title}”的第一行已不是表头，没有读取其中填写的内容；下次更新时会补上表头。"
        return ReviewReading(problems=(lost,) if reviews else ())
    problems = []
    missing = [header for header in ("姓名", "处理") if header not in table.positions]
    if len(missing) == 1:
        problems.append(f"工作表“{REVIEWS.title}”里找不到“{missing[0]}”列，没有读取其中的处理意见。")
    words: list[ReviewWord] = []
    told: list[tuple[int, str]] = []
    rows = rows_of_mails(table, {mail.id: enquiry_number(mail.message_id) for mail in reviews})
    for mail in reviews if not missing else ():
        own = [_Row.of(table, table.rows[index], text_of) for index in rows.of_mail.get(mail.id, ())]
        objections = _objections(own)
        if not objections:
            words += _words(mail.id, own)
        if not own and mail.id in published.reviews:
            objections.append(remarks.REVIEW_DELETED)
        for one in own:
            objections += remarks.carried(table.text(one.row, "提示"))
        if objections:
            told.append((mail.id, remarks.joined(objections)))
    for index in rows.strangers:
        row = table.rows[index]
        action = text_of(row, "处理") if "处理" in table.positions else ""
        if action and not action.endswith(DONE) and mail_number(table, row) not in settled:
            problems.append(_stranger(row, text_of(row, "邮件编号"), text_of(row, "姓名")))
    return ReviewReading(tuple(words), tuple(told), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a waiting mail: what stands in its cells, and the word that is meant (None: not clear)."""

    row: OldRow
    action: str
    word: StaffAction | None
    cells: Mapping[str, str]
    lost: str = ""
    """The header of a number that a spreadsheet has rounded, or ""."""

    @classmethod
    def of(cls, table: OldTable, row: OldRow, text_of: TextOf) -> _Row:
        cells = {header: text for header in REVIEW_FIELDS if (text := text_of(row, header))}
        action = text_of(row, "处理")
        lost = next((header for header in cells if _is_rounded(table, row, header)), "")
        return cls(row, action, understood(action), cells, lost)

    @property
    def name(self) -> str:
        return self.cells.get("姓名", "")

    @property
    def open(self) -> bool:
        """Whether somebody stands here about whom nothing is decided yet."""
        return self.word is StaffAction.NONE and bool(self.cells)

    @property
    def person(self) -> tuple[tuple[str, str], ...]:
        return tuple((REVIEW_FIELDS[header], text) for header, text in self.cells.items())


def _is_rounded(table: OldTable, row: OldRow, header: str) -> bool:
    """Whether a number stands here that has more digits than a spreadsheet keeps."""
    value = row.cells[table.positions[header]].value
    return isinstance(value, int | float) and abs(value) >= 10**EXACT_DIGITS


def _objections(rows: Sequence[_Row]) -> list[str]:
    """Why nothing of this mail may be carried out, in sentences; empty when all is clear."""
    decided = [row for row in rows if row.word is not StaffAction.NONE]
    if not decided:
        return []
    found = [remarks.unknown_word(row.action) for row in decided if row.word is None]
    for row in decided:
        if row.word in (StaffAction.ADMIT, StaffAction.WAIT) and not row.name:
            found.append(remarks.NO_NAME.format(word=row.word))
        if row.word is StaffAction.CANCEL and not row.name:
            found.append(remarks.NOBODY_TO_CANCEL)
        if row.lost and row.word is not StaffAction.IGNORE:
            found.append(remarks.DIGITS_LOST.format(header=row.lost))
    if still_open := [row.name or "未填姓名的一行" for row in rows if row.open]:
        found.append(remarks.ROWS_OPEN.format(who="、".join(still_open[:5])))
    return found


def _words(mail_id: int, rows: Sequence[_Row]) -> list[ReviewWord]:
    """One word for each action, in the order of the drop-down; the same person twice counts once."""
    words = []
    for action in (StaffAction.ADMIT, StaffAction.WAIT, StaffAction.CANCEL, StaffAction.IGNORE):
        own = [row for row in rows if row.word is action]
        if own:
            people = () if action is StaffAction.IGNORE else tuple(dict.fromkeys(row.person for row in own))
            words.append(ReviewWord(mail_id, action, people))
    return words


def _stranger(row: OldRow, number: str, name: str) -> str:
    who = f"“{REVIEWS.title}”第 {row.number} 行" + (f"（{name}）" if name else "")
    what = f"的邮件编号“{number[:12]}”对不上等待处理的来信" if number else "没有邮件编号"
    return f"{who}{what}，没有执行“处理”；请核对编号和查询编号，已办完的可以删除这一行。"
