"""A mail or file beyond any form is not read to its end, and somebody is told."""

from __future__ import annotations

from bot.forms.extent import MOST_FILLED_CELLS, MOST_LINES, beginning, is_too_long
from bot.forms.read import read_file, read_mail
from bot.intake.parse import parse
from bot.records.form import UnreadCode
from tests.samples.make_forms import slip, text_form
from tests.unit.documents import document, table
from tests.unit.mail_samples import text_mail


def test_calls_a_file_of_too_many_lines_too_large() -> None:
    text = "\n".join(f"第{n}条。" for n in range(MOST_LINES + 1))

    reading = read_file("通知.txt", text.encode())

    assert [unread.code for unread in reading.unread] == [UnreadCode.TOO_LARGE]


def test_reads_the_form_above_an_endless_quotation_and_says_so() -> None:
    text = text_form(slip(23, 2)) + "\n\n" + "\n".join(f"> 第{n}条。" for n in range(MOST_LINES + 1))

    reading = read_mail(parse(text_mail(text)))

    assert [len(form.attendees) for form in reading.forms] == [2]
    assert [(unread.origin, unread.code) for unread in reading.unread] == [("邮件正文", UnreadCode.TOO_LARGE)]


def test_counts_a_merged_cell_once_in_each_row() -> None:
    wide = table([["通知" * 3] + [""] * 9] * 3, merged=[(row, 0, 1, 10) for row in range(3)])

    assert beginning(document(wide)) is not None
    assert not is_too_long(document(wide))


def test_finds_a_table_of_too_many_cells_too_long() -> None:
    rows = [["无"] * 60] * (MOST_FILLED_CELLS // 60 + 1)

    assert is_too_long(document(table(rows)))
