"""Who has not paid is reminded once, on the right day, where the office wants it; and nobody else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.explain import explain
from bot.app.replay import replay_ledger
from bot.demo.form_files import FilledForm
from bot.errors import TransientError, WorkbookBusyError
from bot.forms.workshop import SameProcess
from bot.jobs import desk
from bot.ledger import outbox
from bot.records.decision import State
from bot.records.outgoing import OutboxItem, OutboxState
from tests.scenarios.office import CHINA, Office
from tests.unit.roster_edits import fill

REMIND = "deadline = 2026-04-10", "deadline = 2026-04-10\nremind_unpaid_days = 7"
DAY_BEFORE = datetime(2026, 4, 14, 16, 0, tzinfo=CHINA)
NIGHT = datetime(2026, 4, 15, 8, 59, tzinfo=CHINA)
MORNING = datetime(2026, 4, 15, 9, 0, tzinfo=CHINA)
FIRST_DAY = datetime(2026, 4, 22, 9, 0, tzinfo=CHINA)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.sets(*REMIND)
        yield one


def registered(office: Office, *counts: int) -> list[FilledForm]:
    """One member hospital for each number, with so many people; all answered."""
    forms = [office.form(count) for count in counts]
    rows = "".join(f"{form.hospital.name},,yes\n" for form in forms)
    office.sets("member\n", f"member\n{rows}", "organisations.csv")
    for form in forms:
        office.sends_word_form(form)
    office.works()
    office.works()
    office.answers()
    return forms


def waiting(office: Office) -> tuple[OutboxItem, ...]:
    bot = office.bot()
    try:
        return bot.ledger.due(office.now)
    finally:
        bot.close()


def test_reminder_names_the_people_the_sum_and_the_account(office: Office) -> None:
    (form,) = registered(office, 2)

    office.now = MORNING
    office.works()

    answer = office.answer()
    assert answer.recipients == (form.hospital.email,)
    assert answer.subject.startswith("缴费提醒")
    assert all(one.name in answer.text for one in form.people)
    assert all(words in answer.text for words in ("5,960元", "6200 0000 0000", "如已缴费，不必再缴"))
    assert not any(one.id_number in answer.text or one.mobile in answer.text for one in form.people)


def test_reminder_goes_out_on_its_morning_once_whatever_restarts_there_are(office: Office) -> None:
    registered(office, 1)

    counts = []
    for moment in (DAY_BEFORE, NIGHT, MORNING, MORNING, MORNING + timedelta(days=1), FIRST_DAY):
        office.now = moment
        office.works()
        counts.append(len(office.answers()))

    assert counts == [0, 0, 1, 0, 0, 0]


def test_bot_that_stood_still_on_that_day_reminds_on_the_next(office: Office) -> None:
    registered(office, 1)

    office.now = MORNING + timedelta(days=1, hours=-3)
    office.works()

    assert len(office.answers()) == 1


def test_nobody_is_reminded_when_the_event_has_begun(office: Office) -> None:
    registered(office, 1)

    office.now = FIRST_DAY - timedelta(hours=9)
    office.works()

    assert office.answers() == []


def test_reminders_are_off_unless_the_office_asks_for_them(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        registered(office, 1)

        office.now = MORNING
        office.works()

        assert office.answers() == []


@pytest.mark.parametrize("mode", ["draft", "off"])
def test_reminder_is_a_draft_in_draft_mode_and_nothing_where_the_bot_is_silent(tmp_path: Path, mode: str) -> None:
    with Office(tmp_path, mode=mode) as office:
        office.sets(*REMIND)
        registered(office, 1)
        before = office.digest().drafts

        office.now = MORNING
        office.works()

        bot = office.bot()
        drafts = [
            item.template for item in (*bot.ledger.drafts.watched(office.now), *bot.ledger.drafts_to_place())
        ]
        sent = bot.ledger.outbox_counts()[OutboxState.SENT]
        bot.close()
        assert sent == 0
        assert drafts.count("reminder") == (1 if mode == "draft" else 0)
        assert office.digest().drafts == (before + 1 if mode == "draft" else 0)
        office.answers()


def test_whoever_paid_cancelled_or_waits_is_not_reminded(office: Office) -> None:
    office.sets("capacity = 50", "capacity = 3")
    first, second, third = registered(office, 1, 2, 1)
    states = [one.state for one in office.view().registrations]
    fill(office.workbook, "报名名单", {(2, "缴费"): "已缴"})

    # The cancellation arrives, and the payment is noted, while the bot does not run.
    office.now = MORNING - timedelta(minutes=10)
    office.cancels(second, second.people[0].name)
    office.works()

    assert states == [*[State.CONFIRMED] * 3, State.WAITLISTED]
    reminded = [one for one in office.answers() if one.subject.startswith("缴费提醒")]
    assert first.hospital.email not in [address for one in reminded for address in one.recipients]
    assert not [one for one in reminded if second.people[0].name in one.text]
    assert [address for one in reminded for address in one.recipients] == [
        second.hospital.email,
        third.hospital.email,
    ]


def test_whose_fee_is_open_is_not_asked_for_a_sum(office: Office) -> None:
    office.sends_word_form(office.form(1))
    office.works()
    office.answers()

    office.now = MORNING
    office.works()

    assert office.answers() == []


def test_workbook_that_cannot_be_read_keeps_the_reminder_until_it_can(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(office, 1)
    fill(office.workbook, "报名名单", {(2, "缴费"): "已缴"})
    office.now = MORNING

    def is_open(*_: object, **__: object) -> None:
        raise WorkbookBusyError("汇总表正在 Excel 或 WPS 中打开。")

    with monkeypatch.context() as busy:
        busy.setattr(desk, "read_staff", is_open)
        office.works()
    kept = office.answers()
    office.works()

    assert kept == []
    assert office.answers() == []
    assert office.digest().paid == 1


def test_reminders_are_queued_all_or_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(office, 1, 1)
    office.now = MORNING
    add, calls = outbox.add, iter(range(9))

    def fails_at_the_second(*args: object, **named: object) -> int:
        if next(calls) == 1:
            raise TransientError("磁盘已满。")
        return add(*args, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as faulty:
        faulty.setattr(outbox, "add", fails_at_the_second)
        with pytest.raises(AssertionError, match="磁盘已满"):
            office.works()
    nothing = waiting(office), office.answers()
    office.works()
    office.works()

    assert nothing == ((), [])
    assert len(office.answers()) == 2


@pytest.mark.parametrize(("mode", "words"), [("send", "等待发送"), ("draft", "放进草稿箱等人发送")])
def test_story_of_whoever_was_reminded_says_so(tmp_path: Path, mode: str, words: str) -> None:
    with Office(tmp_path, mode=mode) as office:
        office.sets(*REMIND)
        (form,) = registered(office, 1)
        office.now = MORNING
        office.works()
        office.answers()

        bot = office.bot()
        (story,) = explain(bot.ledger, bot.settings.events, form.people[0].name, office.now).people
        bot.close()

        assert f"通知“缴费提醒”已写好，{words}。" in [step.text for step in story.steps]


def test_ledger_with_reminders_is_replayed_the_same(office: Office) -> None:
    registered(office, 1)
    office.now = MORNING
    office.works()
    office.answers()

    bot = office.bot()
    settings = bot.settings
    bot.close()

    assert replay_ledger(settings, workshop=SameProcess()).differences == ()
