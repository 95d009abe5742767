"""The settings that decisions depend on, as one text and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.errors import PermanentError
from bot.records.event import Fees, Flight, LatePolicy, Payee, Travel, WhenPartlyFull
from bot.settings import Settings
from bot.settings.terms import settings_with, terms_in, terms_of, terms_text
from tests.unit.test_settings import BOT, EVENT, load

FULL_EVENT = """
document_number = "示例[2026]1号"
keywords = ["浙江", "学习"]
when_partly_full = "whole_form"
late = "reject"
required = ["name", "mobile"]
telephones = ["0755-12345678"]
lodging = "双人间"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(written(tmp_path / "one", BOT, FULL_EVENT + EVENT))


def written(folder: Path, bot: str, event: str, organisations: str = "深圳市云杉医院,云杉；云杉院,yes\n") -> Path:
    config = folder / "config"
    (config / "events").mkdir(parents=True)
    (config / "bot.toml").write_text(bot, encoding="utf-8")
    (config / "events" / "tour.toml").write_text(event, encoding="utf-8")
    (config / "organisations.csv").write_text("name,aliases,member\n" + organisations, encoding="utf-8")
    (config / "form_labels.toml").write_text('[labels]\nname = ["参会者大名"]\n', encoding="utf-8")
    return config


def test_terms_come_back_as_they_went(settings: Settings) -> None:
    terms = terms_of(terms_text(settings))

    assert terms == terms_in(settings)
    assert terms.events == settings.events
    assert terms.organisations == settings.organisations
    assert set(terms.own_addresses) == settings.own_addresses
    assert terms.form_labels == settings.form_labels


def test_every_field_of_an_event_comes_back(settings: Settings) -> None:
    event = replace(
        settings.events[0],
        late=LatePolicy.REJECT,
        when_partly_full=WhenPartlyFull.WHOLE_FORM,
        fees=Fees(0, 100, "CNY", 300),
        payee=Payee("示例协会", "示例银行", "6200", "备注"),
        travel=Travel((Flight("去程", date(2026, 4, 22), "深圳—杭州", "示例", "XX1", "14:00", "16:00"),), "机场"),
        promote_until=datetime(2026, 4, 20, 9, 0, tzinfo=UTC),
        limit_per_organisation=3,
        roles=("院长",),
        form_headings=("值班电话",),
        templates="tour",
        remind_unpaid_days=5,
        deadline_is_day=False,
    )

    assert terms_of(terms_text(replace(settings, events=(event,)))).events == (event,)


def test_moments_come_back_in_the_zone_of_their_event(settings: Settings) -> None:
    event = terms_of(terms_text(settings)).events[0]

    assert event.deadline.tzinfo == settings.events[0].deadline.tzinfo
    assert (event.deadline.hour, event.deadline.minute) == (23, 59)


def test_how_the_files_are_written_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    event = "# 说明\n\n" + FULL_EVENT.replace('["浙江", "学习"]', '[ "浙江" , "学习" , ]') + EVENT
    other = load(written(tmp_path / "other", "\n# 说明\n" + BOT, event))

    assert terms_text(other) == terms_text(settings)


@pytest.mark.parametrize(
    ("bot", "event", "organisations"),
    [
        ("", "capacity = 51", "深圳市云杉医院,云杉；云杉院,yes\n"),
        ("", "member = 2981", "深圳市云杉医院,云杉；云杉院,yes\n"),
        ("", "", "深圳市云杉医院,云杉；云杉院,no\n"),
        ('[replies]\nmode = "draft"\n', "", "深圳市云杉医院,云杉；云杉院,yes\n"),
        ("[replies]\nmax_per_sender_per_day = 5\n", "", "深圳市云杉医院,云杉；云杉院,yes\n"),
        ("[replies]\nacknowledge_questions = true\n", "", "深圳市云杉医院,云杉；云杉院,yes\n"),
    ],
)
def test_whatever_decisions_depend_on_changes_the_text(
    settings: Settings, tmp_path: Path, bot: str, event: str, organisations: str
) -> None:
    key = event.partition(" =")[0]
    lines = [event if key and line.startswith(f"{key} =") else line for line in (FULL_EVENT + EVENT).split("\n")]
    other = load(written(tmp_path / "other", BOT + bot, "\n".join(lines), organisations))

    assert terms_text(other) != terms_text(settings)


def test_servers_and_secrets_are_no_terms(settings: Settings, tmp_path: Path) -> None:
    bot = BOT.replace("imap.example.org", "imap.other.example") + '[workbook]\npath = "other.xlsx"\n'
    other = load(written(tmp_path / "other", bot, FULL_EVENT + EVENT))

    assert terms_text(other) == terms_text(settings)
    assert settings.mailbox.password
    assert settings.mailbox.password not in terms_text(settings)


def test_settings_take_on_other_terms_and_keep_their_servers(settings: Settings, tmp_path: Path) -> None:
    strict = BOT.replace("[smtp]", 'authentication = "required"\n[smtp]')
    bot = strict + '[replies]\nmode = "draft"\nmax_per_sender_per_day = 7\nacknowledge_questions = true\n'
    other = load(written(tmp_path / "other", bot, EVENT, "深圳市榕江医院,,no\n"))

    taken = settings_with(settings, terms_of(terms_text(other)))

    assert terms_text(taken) == terms_text(other)
    assert taken.mailbox == settings.mailbox
    assert taken.templates == settings.templates


def test_terms_of_another_version_are_read_as_far_as_they_are_known(settings: Settings) -> None:
    stored = json.loads(terms_text(settings))
    del stored["max_per_sender_per_day"], stored["acknowledge_questions"]
    del stored["events"][0]["promote_until"], stored["events"][0]["roles"]
    stored |= {"invented_later": {"a": 1}}
    stored["events"][0] |= {"colour": "green"}

    terms = terms_of(json.dumps(stored))

    assert terms.events == settings.events
    assert terms.max_per_sender_per_day == 20
    assert terms.acknowledge_questions is False


@pytest.mark.parametrize("text", ["", "[]", "{", '{"events":[{"id":"王芳"}]}', '{"events":7}'])
def test_what_is_no_terms_is_told_without_quoting_it(text: str) -> None:
    with pytest.raises(PermanentError) as error:
        terms_of(text)

    assert "王芳" not in str(error.value)
