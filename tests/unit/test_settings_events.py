"""What an event's file may say beside the notice's facts, and what is wrong between two events."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.records.event import Event
from bot.replies.blank_form import COLUMNS, PARTICULARS
from bot.settings import load_settings
from tests.unit.test_settings import BOT, EVENT, ROOT, SECRET, folder, load, mistakes

__all__ = ["folder"]  # the fixture
CHINA = timezone(timedelta(hours=8))
FURTHER = """
promote_until = 2026-04-20
limit_per_organisation = 3
roles = ["院领导", "科主任"]
form_headings = ["保障岗位"]
templates = "tour"
remind_unpaid_days = 7
[fees]"""


def write(folder: Path, text: str, name: str = "tour") -> None:
    (folder / "events" / f"{name}.toml").write_text(text, encoding="utf-8")


def shipped() -> dict[str, Event]:
    settings = load_settings(ROOT / "config", SECRET, project=ROOT)
    return {event.id: event for event in settings.events}


def test_what_an_event_says_further_is_read(folder: Path) -> None:
    (folder.parent / "templates" / "tour").mkdir(parents=True)
    write(folder, EVENT.replace("[fees]", FURTHER))

    event = load(folder).events[0]

    assert event.limit_per_organisation == 3
    assert event.roles == ("院领导", "科主任")
    assert event.form_headings == ("保障岗位",)
    assert event.templates == "tour"
    assert event.remind_unpaid_days == 7


def test_event_that_says_nothing_further_limits_reminds_and_promises_nothing(folder: Path) -> None:
    event = load(folder).events[0]

    assert (event.promote_until, event.limit_per_organisation, event.remind_unpaid_days) == (None, None, None)
    assert (event.roles, event.form_headings, event.templates) == ((), (), "")
    assert event.promotes_until == datetime(2026, 4, 21, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("2026-04-20", datetime(2026, 4, 20, 23, 59, 59, 999999, tzinfo=CHINA)),
        ("2026-04-20T12:00:00", datetime(2026, 4, 20, 12, tzinfo=CHINA)),
        ("2026-04-20T12:00:00Z", datetime(2026, 4, 20, 12, tzinfo=UTC)),
        ("2026-03-25", datetime(2026, 3, 25, 23, 59, 59, 999999, tzinfo=CHINA)),
        ("2026-04-25", datetime(2026, 4, 25, 23, 59, 59, 999999, tzinfo=CHINA)),
    ],
)
def test_promotion_ends_with_the_day_or_at_the_time(folder: Path, written: str, until: datetime) -> None:
    write(folder, EVENT.replace("[fees]", f"promote_until = {written}\n[fees]"))

    event = load(folder).events[0]

    assert event.promotes_until == until


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("promote_until = 2026-03-24", "promote_until（递补到何时为止）早于 opens"),
        ("promote_until = 2026-04-26", "promote_until（递补到何时为止）晚于 ends"),
        ('promote_until = "20 April"', "promote_until 应是日期"),
        ("promote_until = 12:00:00", "promote_until 应是日期"),
        ("promote_untill = 2026-04-20", "是不是想写 promote_until？"),
        ("limit_per_organisation = 0", "limit_per_organisation 应不小于 1"),
        ('limit_per_organisation = "3"', "limit_per_organisation 应是整数"),
        ('roles = "院领导"', "roles 应是列表"),
        ('roles = ["院领导", ""]', "roles.2 不能为空"),
        ("remind_unpaid_days = 0", "remind_unpaid_days 应不小于 1"),
        ("remind_unpaid_days = 366", "remind_unpaid_days 应不大于 365"),
        ('templates = "../../etc"', "templates 只写 templates/ 下一个文件夹的名字"),
        ('templates = "tour/late"', "templates 只写 templates/ 下一个文件夹的名字"),
        ('templates = "C:tour"', "templates 只写 templates/ 下一个文件夹的名字"),
        ('templates = ".."', "templates 只写 templates/ 下一个文件夹的名字"),
        ('templates = "demo"', "templates 只写 templates/ 下一个文件夹的名字"),
        ('templates = "nowhere"', "活动 tour：templates 所写的文件夹 nowhere 不在 templates/ 里"),
        ('form_headings = ["是否单间（是/否）"]', "form_headings 里的“是否单间（是/否）”各活动的回执表都有"),
        ('form_headings = ["保障岗位", "姓 名"]', "form_headings 里的“姓 名”各活动的回执表都有"),
    ],
)
def test_mistake_is_one_line_that_names_the_key(folder: Path, line: str, says: str) -> None:
    write(folder, EVENT.replace("[fees]", f"{line}\n[fees]"))

    found = mistakes(folder)

    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize("heading", [*(heading for heading, _ in COLUMNS), *PARTICULARS])
def test_heading_of_the_blank_form_tells_no_event_apart(folder: Path, heading: str) -> None:
    write(folder, EVENT.replace("[fees]", f'form_headings = ["{heading}"]\n[fees]'))

    assert "不能用来区分活动" in mistakes(folder)[0]


def test_heading_that_two_events_claim_is_a_mistake(folder: Path) -> None:
    claiming = EVENT.replace("[fees]", 'form_headings = ["保障岗位"]\n[fees]')
    write(folder, claiming)
    write(folder, claiming.replace('"tour"', '"course"').replace("保障岗位", "保障 岗位："), "course")

    found = mistakes(folder)

    assert len(found) == 1
    assert "活动 course 也写了" in found[0]


def test_who_may_change_and_whether_questions_are_acknowledged_is_set_in_bot_toml(folder: Path) -> None:
    text = BOT.replace("[smtp]", 'authentication = "required"\n[replies]\nacknowledge_questions = true\n[smtp]')
    (folder / "bot.toml").write_text(text, encoding="utf-8")

    bot = load(folder).bot

    assert bot.mailbox.authentication == "required"
    assert bot.replies.acknowledge_questions is True


def test_senders_are_believed_when_nothing_is_told_and_questions_left_alone_by_default(folder: Path) -> None:
    bot = load(folder).bot

    assert bot.mailbox.authentication == "when_told"
    assert bot.replies.acknowledge_questions is False


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('authentication = "never"', "mailbox.authentication 只能是 'when_told'、'required'"),
        ('[replies]\nacknowledge_questions = "yes"', "replies.acknowledge_questions 应是 true 或 false"),
        ("[replies]\nacknowledge_questions = 1", "replies.acknowledge_questions 应是 true 或 false"),
    ],
)
def test_mistake_in_what_is_new_in_bot_toml_is_named(folder: Path, line: str, says: str) -> None:
    (folder / "bot.toml").write_text(BOT.replace("[smtp]", f"{line}\n[smtp]"), encoding="utf-8")

    found = mistakes(folder)

    assert len(found) == 1
    assert says in found[0]


def test_shipped_notice_stands_before_the_example_and_so_keeps_the_workbook() -> None:
    assert list(shipped()) == ["zhejiang-2026", "zhongda-baozhang-2026"]


def test_shipped_example_is_the_newsletters_training_course() -> None:
    event = shipped()["zhongda-baozhang-2026"]

    assert event.title == "重大活动医疗卫生保障工作培训班"
    assert event.capacity == 300
    assert (event.starts.isoformat(), event.ends.isoformat()) == ("2026-03-26", "2026-03-27")
    assert (event.fees.member, event.fees.non_member) == (0, 0)
    assert not event.travel.flights


def test_shipped_example_says_that_it_is_one() -> None:
    text = (ROOT / "config" / "events" / "zhongda-baozhang-2026.toml").read_text(encoding="utf-8")

    assert text.startswith("# 示例")


def test_shipped_events_are_open_together_for_a_while_and_share_no_word() -> None:
    tour, course = shipped().values()

    assert course.opens < tour.opens < course.deadline < tour.deadline
    assert not any(one in other or other in one for one in tour.keywords for other in course.keywords)


def test_lines_left_out_of_the_shipped_example_are_right_when_switched_on(folder: Path) -> None:
    text = (ROOT / "config" / "events" / "zhongda-baozhang-2026.toml").read_text(encoding="utf-8")
    (folder.parent / "templates" / "zhongda").mkdir(parents=True)
    write(folder, re.sub(r"(?m)^# (\w+ = )", r"\1", text))

    event = load(folder).events[0]

    assert event.limit_per_organisation == 10
    assert event.form_headings == ("保障岗位",)
