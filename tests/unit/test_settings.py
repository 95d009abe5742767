"""The configuration: what is right is read whole, what is wrong is told all at once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.records.event import LatePolicy, WhenPartlyFull
from bot.settings import ConfigurationError, Settings, load_settings
from bot.settings.files import is_loopback

ROOT = Path(__file__).resolve().parents[2]
SECRET = {"BOT_MAIL_PASSWORD": "invented-code"}
CHINA = timezone(timedelta(hours=8))

BOT = """
[mailbox]
host = "imap.example.org"
port = 993
security = "tls"
username = "office@example.org"
[smtp]
host = "smtp.example.org"
port = 465
security = "tls"
username = "office@example.org"
from_address = "office@example.org"
from_name = "会务组"
"""
EVENT = """
id = "tour"
title = "学习"
capacity = 50
opens = 2026-03-25
deadline = 2026-04-10
starts = 2026-04-22
ends = 2026-04-25
[fees]
member = 2980
non_member = 3600
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = tmp_path / "config"
    (config / "events").mkdir(parents=True)
    (config / "bot.toml").write_text(BOT, encoding="utf-8")
    (config / "events" / "tour.toml").write_text(EVENT, encoding="utf-8")
    (config / "organisations.csv").write_text(
        "name,aliases,member\n深圳市云杉医院,云杉医院；云杉,yes\n深圳市榕江医院,,no\n", encoding="utf-8"
    )
    return config


def load(folder: Path) -> Settings:
    return load_settings(folder, SECRET)


def mistakes(folder: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(folder, SECRET if environment is None else environment)
    return list(caught.value.mistakes)


def test_shipped_configuration_holds_the_notices_facts() -> None:
    settings = load_settings(ROOT / "config", SECRET, project=ROOT)

    event = settings.events[0]
    assert event.id == "zhejiang-2026"
    assert event.capacity == 50
    assert event.deadline.date().isoformat() == "2026-04-10"
    assert (event.fees.member, event.fees.non_member, event.fees.single_room_supplement) == (2980, 3600, None)
    assert [flight.number for flight in event.travel.flights] == ["ZH9887", "ZH9882"]
    assert event.payee is not None
    assert event.payee.account.replace(" ", "") == "44250100002200000146"


def test_deadline_given_as_a_day_lasts_to_its_end(folder: Path) -> None:
    event = load(folder).events[0]

    assert event.deadline == datetime(2026, 4, 10, 23, 59, 59, 999999, tzinfo=CHINA)
    assert event.opens == datetime(2026, 3, 25, tzinfo=CHINA)
    assert event.deadline_is_day


def test_deadline_given_as_a_time_is_that_time(folder: Path) -> None:
    text = EVENT.replace("deadline = 2026-04-10", "deadline = 2026-04-10T17:00:00")
    (folder / "events" / "tour.toml").write_text(text, encoding="utf-8")

    event = load(folder).events[0]

    assert event.deadline == datetime(2026, 4, 10, 17, tzinfo=CHINA)
    assert not event.deadline_is_day


def test_what_is_left_out_has_the_documented_default(folder: Path) -> None:
    settings = load(folder)

    assert settings.bot.replies.mode == "send"
    assert settings.bot.replies.max_per_sender_per_day == 20
    assert settings.bot.schedule.poll_seconds == 60
    assert settings.events[0].when_partly_full is WhenPartlyFull.IN_FORM_ORDER
    assert settings.events[0].late is LatePolicy.RECORD


def test_relative_paths_count_from_the_folder_above(folder: Path) -> None:
    settings = load(folder)

    assert settings.workbook == folder.parent.resolve() / "data" / "报名汇总.xlsx"
    assert settings.ledger_url == f"sqlite:///{folder.parent.resolve() / 'data' / 'ledger.db'}"


def test_aliases_are_separated_by_either_semicolon(folder: Path) -> None:
    rows = load(folder).organisations

    assert rows[0].aliases == ("云杉医院", "云杉")
    assert [row.member for row in rows] == [True, False]


def test_files_that_begin_with_a_byte_order_mark_are_read(folder: Path) -> None:
    for path in (folder / "bot.toml", folder / "organisations.csv"):
        path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")

    assert len(load(folder).organisations) == 2


def test_all_mistakes_are_told_at_once_with_the_nearest_key(folder: Path) -> None:
    (folder / "bot.toml").write_text(BOT.replace("host =", "hots =", 1) + "[shedule]\n", encoding="utf-8")
    (folder / "events" / "tour.toml").write_text(
        EVENT.replace("capacity = 50", 'capacity = "fifty"').replace("member = 2980", "membre = 2980", 1),
        encoding="utf-8",
    )
    (folder / "organisations.csv").write_text("name,aliases,member\n甲,,maybe\n", encoding="utf-8")

    found = "\n".join(mistakes(folder))

    assert "bot.toml：mailbox.host 缺少这一项" in found
    assert "是不是想写 host？" in found
    assert "是不是想写 schedule？" in found
    assert "events/tour.toml：capacity 应是整数" in found
    assert "是不是想写 member？" in found
    assert "organisations.csv：第 2 行" in found


def test_missing_secret_names_the_variable_and_never_a_value(folder: Path) -> None:
    found = mistakes(folder, {})

    assert len(found) == 1, "one variable that two sections share is one mistake"
    assert "mailbox.password_env、smtp.password_env" in found[0]
    assert all("BOT_MAIL_PASSWORD" in line for line in found)


def test_secrets_are_not_needed_where_no_server_is_reached(folder: Path) -> None:
    settings = load_settings(folder, {}, secrets=False)

    assert settings.mailbox.password == ""


def test_password_never_shows_in_a_repr(folder: Path) -> None:
    assert SECRET["BOT_MAIL_PASSWORD"] not in repr(load(folder))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("port = 993", "port = 99300", "不大于 65535"),
        ('security = "tls"', 'security = "none"', "只许用于本机地址"),
        ('from_address = "office@example.org"', 'from_address = "office"', "smtp.from_address"),
        ("[smtp]", '[schedule]\ntimezone = "Asia/Shenzen"\n[smtp]', "没有这个时区"),
        ("[smtp]", '[schedule]\ndigest_at = "half past"\n[smtp]', "08:30"),
        ("[smtp]", '[ledger]\nurl = "mysql://x"\n[smtp]', "sqlite:///"),
        ("[smtp]", '[workbook]\npath = "list.xls"\n[smtp]', ".xlsx"),
        ("[smtp]", '[replies]\nmode = "later"\n[smtp]', "'send'、'draft'、'off'"),
        ("[smtp]", "[mailbox", "写法不对"),
    ],
)
def test_mistake_in_bot_toml_is_named(folder: Path, old: str, new: str, says: str) -> None:
    (folder / "bot.toml").write_text(BOT.replace(old, new, 1), encoding="utf-8")

    assert says in "\n".join(mistakes(folder))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("starts = 2026-04-22", "starts = 2026-04-29", "晚于 ends"),
        ("opens = 2026-03-25", "opens = 2026-05-25", "晚于 deadline"),
        ("deadline = 2026-04-10", 'deadline = "10 April"', "应是日期"),
        ("capacity = 50", "capacity = 0", "不小于 1"),
        ('id = "tour"', 'id = "学习"', "events/tour.toml：id"),
    ],
)
def test_mistake_in_an_event_is_named(folder: Path, old: str, new: str, says: str) -> None:
    (folder / "events" / "tour.toml").write_text(EVENT.replace(old, new, 1), encoding="utf-8")

    assert says in "\n".join(mistakes(folder))


def test_two_events_of_one_id_are_a_mistake(folder: Path) -> None:
    (folder / "events" / "other.toml").write_text(EVENT, encoding="utf-8")

    assert "id 与另一个活动文件重复" in mistakes(folder)[0]


def test_configuration_without_events_is_a_mistake(folder: Path) -> None:
    (folder / "events" / "tour.toml").unlink()

    assert "还没有活动文件" in mistakes(folder)[0]


def test_file_in_another_encoding_is_a_mistake(folder: Path) -> None:
    (folder / "organisations.csv").write_bytes("name,aliases,member\n深圳市云杉医院,,yes\n".encode("gbk"))

    assert mistakes(folder) == ["organisations.csv：不是 UTF-8 编码，请在编辑器里另存为 UTF-8"]


def test_missing_folder_says_how_to_name_another(tmp_path: Path) -> None:
    assert "--config" in mistakes(tmp_path / "nowhere")[0]


@pytest.mark.parametrize(
    ("host", "answer"),
    [("localhost", True), ("127.0.0.9", True), ("::1", True), ("192.168.1.2", False), ("imap.126.com", False)],
)
def test_knows_loopback_addresses(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer
