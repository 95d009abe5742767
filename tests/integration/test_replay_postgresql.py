"""A ledger in PostgreSQL is replayed from a copy of one moment; gaps in its sequences change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.app.replay import lines_of
from bot.jobs.staff import carry_out
from bot.ledger.engine import parsed
from bot.ledger.ledger import Ledger
from bot.records.staff import StaffAction, StaffWord, StaffWords
from tests.scenarios.office import Office
from tests.scenarios.replaying import Kept, told
from tests.servers.postgresql import Postgresql, postgresql

__all__ = ["postgresql"]

pytestmark = pytest.mark.integration


def execute(url: str, *statements: str) -> None:
    engine = create_engine(parsed(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_ledger_on_a_server_comes_out_the_same_and_a_change_in_it_is_told(
    postgresql: Postgresql, tmp_path: Path
) -> None:
    url = postgresql.new_database()
    with Office(tmp_path, capacity=2) as office:
        with (office.config / "bot.toml").open("a", encoding="utf-8") as file:
            file.write(f'[ledger]\nurl = "{url}"\n')
        Ledger.open(url).close()
        execute(url, "SELECT setval('mails_id_seq', 70), setval('registrations_id_seq', 900)")
        for _ in range(3):
            office.sends_word_form(office.form())
        office.works()
        execute(url, "SELECT setval('mails_id_seq', 500)")
        bot = office.bot()
        first = bot.ledger.event_view(bot.settings.events[0], office.now).registrations[0]
        words = StaffWords((StaffWord(first.id, StaffAction.CANCEL),))
        carry_out(bot.parts, bot.settings.events[0], words, office.now)
        beside = Kept(tmp_path).replayed()
        bot.close()
        office.sends_word_form(office.form())
        office.works()
        office.answers()
    kept = Kept(tmp_path)

    same = kept.replayed()
    execute(url, "UPDATE registrations SET state = 'confirmed' WHERE state = 'waitlisted'")
    changed = kept.replayed()

    assert first.id > 900
    assert told(beside) == told(same) == []
    assert lines_of(same)[-1] == "共重算 4 封来信、1 次人工处理，与台账完全一致。"
    assert [(one.field, one.recorded, one.replayed) for one in changed.differences] == [
        ("state", "已录取", "候补")
    ]
