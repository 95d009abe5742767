"""Staff's hands in an office's workbook, and what is to be seen afterwards; rows are found by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from bot.demo import clients
from bot.demo.clients import Letter
from bot.demo.form_files import FilledForm
from bot.records.decision import Registration
from bot.records.office import JournalEntry, MailEntry
from tests.scenarios.office import Answer, Office
from tests.scenarios.replaying import Kept
from tests.unit.roster_edits import column_of, edit, fill, sheet_in, texts

PEOPLE, WAITING = "报名名单", "待处理"


def row_of(path: Path, title: str, header: str, value: object) -> int:
    """The only row in which this stands."""
    rows = [number for number, text in enumerate(texts(path, title, header), start=2) if text == value]
    assert len(rows) == 1, f"{len(rows)} rows instead of one"
    return rows[0]


def writes(office: Office, name: str, **cells: str) -> None:
    """Into the cells of a person's row in 报名名单, named by their headers; the workbook is saved and closed."""
    row = row_of(office.workbook, PEOPLE, "姓名", name)
    fill(office.workbook, PEOPLE, {(row, header): text for header, text in cells.items()})


def decides(office: Office, name: str, word: str | None) -> None:
    row = row_of(office.workbook, PEOPLE, "姓名", name)
    fill(office.workbook, PEOPLE, {(row, "处理"): word})


def beside(office: Office, name: str, header: str = "问题") -> str:
    """What stands beside a person in 报名名单."""
    row = row_of(office.workbook, PEOPLE, "姓名", name)
    return str(texts(office.workbook, PEOPLE, header)[row - 2] or "")


def completes(office: Office, mail: MailEntry, *rows: dict[str, str], book: Path | None = None) -> None:
    """Staff fill in the rows of a waiting mail: the first where it stands, the others in copies of its row."""

    def change(sheet: Worksheet) -> None:
        numbers = [sheet.cell(row, column_of(sheet, "邮件编号")).value for row in range(2, sheet.max_row + 1)]
        first = 2 + numbers.index(mail.id)
        for _ in range(numbers.count(mail.id), len(rows)):
            sheet.insert_rows(first + 1)
            for column in range(1, sheet.max_column + 1):
                sheet.cell(first + 1, column).value = sheet.cell(first, column).value
        for place, cells in enumerate(rows):
            for header, text in cells.items():
                sheet.cell(first + place, column_of(sheet, header)).value = text

    edit(book or office.workbook, WAITING, change)


def waiting_rows(office: Office, path: Path | None = None) -> list[object]:
    """The numbers of the mails that 待处理 shows."""
    return [number for number in texts(path or office.workbook, WAITING, "邮件编号") if number is not None]


def hint(office: Office, mail: MailEntry) -> str:
    row = texts(office.workbook, WAITING, "邮件编号").index(mail.id)
    return str(texts(office.workbook, WAITING, "提示")[row] or "")


def link_of(office: Office, mail: MailEntry) -> Path:
    """The file that 打开原信 opens."""
    sheet = sheet_in(office.workbook, WAITING)
    row = 2 + texts(office.workbook, WAITING, "邮件编号").index(mail.id)
    link = sheet.cell(row, column_of(sheet, "原信")).hyperlink
    assert link is not None
    return office.workbook.parent / str(link.target)


def name_in(form: FilledForm, place: int = 0) -> str:
    return form.people[place].name


def registered(office: Office, count: int) -> list[tuple[FilledForm, Letter, str]]:
    """So many hospitals register one person each, one after the other: (form, letter, name)."""
    found = []
    for _ in range(count):
        form = office.form()
        found.append((form, office.sends_word_form(form), name_in(form)))
    office.works()
    office.answers()
    return found


def roll(office: Office) -> dict[str, Registration]:
    """Everybody by name."""
    return {one.name: one for one in office.view().registrations}


def states(office: Office) -> dict[str, str]:
    return {name: one.state.value for name, one in roll(office).items()}


def journal(office: Office, action: str) -> list[JournalEntry]:
    bot = office.bot()
    try:
        return [line for line in bot.ledger.journal() if line.action == action]
    finally:
        bot.close()


def staff_acts(office: Office) -> int:
    """How often something that staff decided was carried out."""
    [[count]] = Kept(office.folder).rows("SELECT count(*) FROM acts WHERE kind = 'staff'")
    assert isinstance(count, int)
    return count


def asks(office: Office, text: str, form: FilledForm | None = None) -> Letter:
    """A mail that waits for a person."""
    form = form or office.form()
    letter = office.letter(form, "咨询", text)
    office.arrives(clients.modern(letter))
    return letter


def waiting_mail(office: Office) -> MailEntry:
    """The only mail that waits for a person."""
    [mail] = office.view().reviews
    return mail


def answers_by_reader(office: Office) -> dict[str, Answer]:
    """The answers since the last look, by the address that they go to; one each."""
    found: dict[str, Answer] = {}
    for answer in office.answers():
        assert answer.recipients[0] not in found, "two answers to one reader"
        found[answer.recipients[0]] = answer
    return found


def in_thread_of(answer: Answer, letter: Letter) -> bool:
    return str(answer.mail["In-Reply-To"]).strip("<>") == letter.id.strip("<>")


def minutes_pass(office: Office, cycles: int, look: Callable[[], object] = lambda: None) -> None:
    """Some cycles in which nobody does anything."""
    for _ in range(cycles):
        office.works()
        look()
