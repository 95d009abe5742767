"""Workbook and digest as the office meets them: written when something changed, closed or open, one per event."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.app import commands
from bot.errors import TransientError
from bot.jobs import publish
from bot.jobs.publish import LAST_DIGEST, publish_workbooks, queue_digest
from bot.ledger import outbox
from bot.ledger.ledger import Ledger
from bot.records.outgoing import ComposedMail, OutboxState
from tests.scenarios.office126 import SECOND_EVENT, Office126


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office126]:
    with Office126(tmp_path) as office:
        yield office


def names_in(path: Path) -> list[object]:
    sheet = openpyxl.load_workbook(path)["报名名单"]
    return [sheet.cell(row, 3).value for row in range(2, sheet.max_row + 1) if sheet.cell(row, 3).value]


def test_workbook_is_left_alone_while_nothing_changed(office: Office126) -> None:
    office.arrive(1)
    office.works()
    path = office.settings.workbook
    written = path.stat().st_mtime_ns

    office.works()
    untouched = path.stat().st_mtime_ns
    office.arrive(1)
    office.works()

    assert untouched == written
    assert len(names_in(path)) == 2


def test_workbook_that_was_open_is_brought_up_to_date_once_it_is_closed(office: Office126) -> None:
    office.arrive(1)
    office.works()
    path = office.settings.workbook
    lock = path.with_name(f"~${path.name}")
    lock.touch()
    office.arrive(1)
    summary = office.works()
    said, kept = office.note(publish.WORKBOOK_BUSY), names_in(path)

    lock.unlink()
    office.works()

    assert not summary.errors
    assert "正在 Excel 或 WPS 中打开" in said
    assert len(kept) == 1
    assert len(names_in(path)) == 2
    assert office.note(publish.WORKBOOK_BUSY) == ""


def test_what_staff_enter_is_read_back_and_stands_in_the_journal(office: Office126) -> None:
    office.arrive(1)
    office.works()
    path = office.settings.workbook
    book = openpyxl.load_workbook(path)
    sheet = book["报名名单"]
    columns = [cell.value for cell in sheet[1]]
    sheet.cell(2, columns.index("备注") + 1, "已电话确认")
    book.save(path)

    office.works()

    with office.bot() as bot:
        assert [entry.remark for entry in bot.ledger.staff_entries("study-tour")] == ["已电话确认"]
        assert [line.actor for line in bot.ledger.journal() if line.action == "staff_entry"] == ["staff"]


def test_each_event_has_its_own_workbook_and_one_that_fails_keeps_back_no_other(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.configure(rehabilitation=SECOND_EVENT)
    office.arrive(1, "赴浙江临床重点专科调研学习，回执表见附件。")
    path = office.settings.workbook
    write = publish.write_workbook  # type: ignore[attr-defined]

    def fails_once(target: Path, *more: Any) -> object:
        if target == path:
            raise TransientError("写不了汇总表。")
        return write(target, *more)

    monkeypatch.setattr(publish, "write_workbook", fails_once)
    summary = office.works()
    first = sorted(file.name for file in path.parent.glob("*.xlsx"))
    monkeypatch.setattr(publish, "write_workbook", write)
    office.works()

    assert [str(error) for error in summary.errors] == ["写不了汇总表。"]
    assert first == ["报名汇总-study-tour.xlsx"]
    assert sorted(file.name for file in path.parent.glob("*.xlsx")) == [
        "报名汇总-study-tour.xlsx",
        "报名汇总.xlsx",
    ]


def test_digest_is_queued_for_all_or_for_none(office: Office126, monkeypatch: pytest.MonkeyPatch) -> None:
    add, calls = outbox.add, iter(range(9))

    def fails_at_the_second(*args: object, **named: object) -> int:
        if next(calls) == 1:
            raise TransientError("磁盘已满。")
        return add(*args, **named)  # type: ignore[arg-type]

    with office.bot() as bot:
        with monkeypatch.context() as faulty:
            faulty.setattr(outbox, "add", fails_at_the_second)
            with pytest.raises(TransientError):
                queue_digest(bot.office, office.now)
        nothing = bot.ledger.get_state(LAST_DIGEST), bot.ledger.due(office.now)

        queued = queue_digest(bot.office, office.now)
        again = queue_digest(bot.office, office.now)

    assert nothing == (None, ())
    assert (queued, again) == (2, 0)
    assert office.waiting() == {OutboxState.QUEUED: 2}


def test_digest_asked_for_while_the_bot_is_at_work_is_left_to_it(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_MAIL_PASSWORD", office.imap.password)
    said: list[str] = []
    with office.bot() as bot:
        commands.digest(office.config, office.now, None, True, said.append)
        publish_workbooks(bot.office, office.now)
    sent_by_the_command = len(office.smtp.accepted)

    office.works()

    assert said == ["简报 2 份已排入待发；机器人正在运行，会在下一轮发出。"]
    assert sent_by_the_command == 0
    assert len(office.smtp.accepted) == 2


def test_ledger_opened_beside_a_bot_takes_a_mail_for_its_outbox(office: Office126) -> None:
    mail = ComposedMail("digest", ("office@example.org",), "简报", "<1@example.org>", b"mime")
    with office.bot() as bot, Ledger.open_beside(office.settings.ledger_url) as beside:
        beside.queue(mail, office.now)

        assert [item.message_id for item in bot.ledger.due(office.now)] == ["<1@example.org>"]


def test_workbook_stays_with_its_event_when_a_file_is_added_before_it(office: Office126) -> None:
    office.arrive(1)
    office.works()
    path = office.settings.workbook
    before = names_in(path)

    office.configure(rehabilitation=SECOND_EVENT)
    office.works()

    assert names_in(path) == before
    assert names_in(path.with_stem("报名汇总-rehabilitation")) == []


def test_workbook_of_an_event_that_is_gone_steps_aside_whole(office: Office126) -> None:
    office.arrive(1)
    office.works()
    path = office.settings.workbook
    before = names_in(path)

    office.configure(rehabilitation=SECOND_EVENT)
    (office.config / "events" / "study-tour.toml").unlink()
    office.works()

    assert names_in(path.with_stem("报名汇总-study-tour")) == before
    assert names_in(path) == []
