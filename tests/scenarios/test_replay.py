"""Replaying: what the bot decided comes out the same again, and what was changed behind its back is told."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot import cli
from bot.app.cycle import run_cycle
from bot.app.replay import lines_of
from bot.app.wiring import PROJECT, wire
from bot.demo.mailbox_story import story
from bot.demo.servers import PASSWORD, EmbeddedImap, EmbeddedSmtp
from bot.demo.show import configure
from bot.forms.workshop import SameProcess
from bot.jobs import receive
from bot.ledger.ledger import Ledger
from bot.records.act import ActKind
from bot.settings import load_settings
from tests.scenarios.office import Office, composer_for
from tests.scenarios.replaying import Kept, live, told
from tests.scenarios.workers import WORKERS


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    with Office(tmp_path_factory.mktemp("lived"), capacity=5) as office:
        live(office)
    return Kept(office.folder)


@pytest.fixture
def kept(lived: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setattr("bot.app.replay.composer_of", lambda of: composer_for(of.templates, of.sender))
    return lived.copied_to(tmp_path / "kept")


def test_a_life_of_a_mailbox_comes_out_the_same(kept: Kept) -> None:
    before = kept.everything()

    result = kept.replayed(WORKERS)

    assert told(result) == []
    assert result.acts[ActKind.MAIL] == 9
    assert kept.rows("SELECT state, count(*) FROM registrations GROUP BY state") == [
        ("confirmed", 5),
        ("late", 1),
        ("waitlisted", 2),
    ]
    outcomes = {row[0] for row in kept.rows("SELECT outcome FROM mails")}
    assert outcomes >= {"registered", "unchanged", "unreadable", "handed_to_staff", "recorded"}
    assert lines_of(result)[-1].endswith("，与台账完全一致。")
    assert kept.everything() == before


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ("state = 'confirmed', reason = 'seat_free'", "state", "状态台账为“已录取”，重算为“候补”。"),
        ("name = '甲某某'", "name", "甲某某（"),
        ("membership = 'member', fee = 1", "fee", "应缴费用台账为“1”"),
        ("mobile = '13000000000'", "mobile", "：手机与重算的不同。"),
        ("id_number = '', certain_id = ''", "id_number", "：身份证号与重算的不同。"),
        ("by_staff = 1", "by_staff", "由工作人员决定台账为“是”，重算为“否”。"),
        ("created_at = '2026-03-27T01:00:00.000000Z'", "created_at", "登记时间台账为“2026-03-27 09:00:00”"),
        ("problems = '[]', single_room = NULL", "single_room", "是否单间台账为“空”"),
    ],
)
def test_changed_registration_is_told(kept: Kept, change: str, field: str, words: str) -> None:
    [(person,), *_] = kept.rows("SELECT id FROM registrations WHERE state = 'waitlisted' ORDER BY id")
    kept.tamper(f"UPDATE registrations SET {change} WHERE id = {person}")

    found = kept.replayed().differences

    [difference] = [one for one in found if one.field == field]
    assert words in difference.text
    assert {(one.about, one.registration_id) for one in found} == {("registration", person)}


def test_numbers_and_addresses_are_never_shown(kept: Kept) -> None:
    personal = [str(value) for row in kept.rows("SELECT mobile, id_number FROM registrations") for value in row]
    kept.tamper(
        "UPDATE registrations SET mobile = '13000000000', certain_id = '', id_number = 'X', phone = 'Y'",
        "UPDATE mails SET sender = 'other@example.org', subject = '机密', answer_to = 'other@example.org'",
        "UPDATE outbox SET recipients = '[\"other@example.org\"]'",
    )

    lines = "\n".join(told(kept.replayed()))

    assert "手机" in lines
    assert "答复的收件人" in lines
    assert not [secret for secret in (*personal, "@", "13000000000", "机密") if secret in lines]


def test_person_who_was_put_in_and_one_who_was_taken_out_are_told(kept: Kept) -> None:
    [(columns,)] = kept.rows("SELECT group_concat(name, ', ') FROM pragma_table_info('registrations')")
    [(taken_out,)] = kept.rows("SELECT name FROM registrations WHERE id = 2")
    values = f" {columns},".replace(" id,", " 99,").replace(" name,", " '乙某某',").replace(" position,", " 9,")
    values = values.replace(" certain_id,", " '',").rstrip(",")
    kept.tamper(
        f"INSERT INTO registrations ({columns}) SELECT {values} FROM registrations WHERE id = 1",
        "UPDATE journal SET registration_id = NULL WHERE registration_id = 2",
        "DELETE FROM outbox_registrations",
        "DELETE FROM registrations WHERE id = 2",
    )

    found = told(kept.replayed())

    assert any(line.startswith("乙某某（") and "台账里有，重算没有登记" in line for line in found)
    assert any(line.startswith(f"{taken_out}（") and "重算登记了，台账里没有" in line for line in found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE mails SET outcome = 'recorded' WHERE id = 1", "结果台账为“已记录，无需答复”，重算为“已登记”。"),
        ("UPDATE mails SET review_reasons = '[\"question\"]' WHERE id = 1", "转人工的原因台账为“来信咨询”"),
        (
            "UPDATE outbox SET template = 'waitlisted' WHERE mail_id = 1",
            "答复台账为“候补通知”，重算为“录取通知”。",
        ),
        ("DELETE FROM outbox WHERE mail_id = 1", "答复台账为“无”，重算为“录取通知”。"),
        (
            "UPDATE journal SET reason = 'decided_by_staff' WHERE mail_id = 1 AND action = 'person_registered'",
            "流水里有一行台账有、重算没有：person_registered，decided_by_staff",
        ),
        ("DELETE FROM journal WHERE mail_id = 1", "流水里有一行重算有、台账没有：mail_recorded"),
        (
            "UPDATE raw_mails SET content = x'00' WHERE size = (SELECT max(size) FROM raw_mails)",
            "原信的内容已经不在",
        ),
    ],
)
def test_changed_mail_answer_or_journal_is_told(kept: Kept, change: str, words: str) -> None:
    kept.tamper("PRAGMA foreign_keys = OFF", "DELETE FROM outbox_registrations", change)

    found = told(kept.replayed())

    assert any(words in line for line in found), found


class InThisProcess(SameProcess):
    def close(self) -> None:
        """Nothing was started."""


def test_command_tells_and_ends_with_one_where_anything_differs(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.app.replay.WorkerProcesses", InThisProcess)

    def call(*words: object) -> tuple[int, str]:
        config = str(kept.folder / "config")
        monkeypatch.setattr(sys, "argv", ["run_bot.py", "replay", "--config", config, *map(str, words)])
        return cli._run(), capsys.readouterr().out

    same = call()
    kept.tamper("UPDATE registrations SET state = 'late' WHERE id = 1")
    line = call()
    document = call("--json")

    assert same[0] == 0
    assert same[1].splitlines()[-1] == "共重算 9 封来信、0 次人工处理，与台账完全一致。"
    assert line[0] == document[0] == 1
    assert "状态台账为“逾期”，重算为“已录取”。" in line[1].splitlines()[0]
    shown = json.loads(document[1])
    assert (shown["same"], shown["mails"]) == (False, 9)
    [found] = shown["differences"]
    assert (found["about"], found["registration_id"], found["recorded"]) == ("registration", 1, "逾期")


def test_replaying_works_beside_a_bot(kept: Kept) -> None:
    with Ledger.open(kept.settings.ledger_url):
        assert kept.replayed().same


def test_ledger_that_does_not_exist_yet_is_the_same_and_is_not_made(kept: Kept) -> None:
    shutil.rmtree(kept.folder / "data")

    assert lines_of(kept.replayed()) == ["共重算 0 封来信、0 次人工处理，与台账完全一致。"]
    assert not kept.file.exists()


def test_mail_on_which_a_station_failed_is_only_held_to_wait_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    with Office(tmp_path) as office, monkeypatch.context() as faulty:
        faulty.setattr(receive, "decide_mail", fails)
        office.sends_word_form(office.form())
        office.works()
    kept = Kept(tmp_path)
    after = kept.replayed()
    kept.tamper("UPDATE mails SET needs_person = 0, review_reasons = '[]'")
    changed = kept.replayed()

    assert told(after) == []
    assert any("没有重新判断" in note for note in after.notes)
    assert {one.field for one in changed.differences} == {"needs_person", "review_reasons"}


def test_mail_that_fails_only_now_is_told_and_the_others_are_compared(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, calls = receive.record_mail, iter(range(99))

    def fails_at_the_first(*arguments: object) -> object:
        if next(calls) == 0:
            raise RuntimeError
        return record(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.app.replay_acts.record_mail", fails_at_the_first)

    found = told(kept.replayed())

    assert "重算时出错（RuntimeError）" in found[0]
    assert sum("重算没有登记" in line for line in found) == 2


def test_everything_that_the_demonstration_shows_comes_out_the_same(tmp_path: Path) -> None:
    """But for its pictures, which take long."""
    mails = [mail for mail in story() if not mail.drawn]
    with EmbeddedImap() as imap, EmbeddedSmtp() as smtp:
        configure(tmp_path / "config", imap.port, smtp.port)
        settings = load_settings(tmp_path / "config", {"BOT_MAIL_PASSWORD": PASSWORD}, project=PROJECT)
        now = mails[0].received_at
        bot = wire(settings, clock=lambda: now, workshop=SameProcess())
        try:
            for first in range(0, len(mails), 15):
                some = mails[first : first + 15]
                imap.append((mail.raw, mail.received_at) for mail in some)
                now = some[-1].received_at + timedelta(minutes=3)
                assert not run_cycle(bot).errors
        finally:
            bot.close()
    kept = Kept(tmp_path)

    result = kept.replayed()

    recorded = kept.rows("SELECT count(*) FROM mails")
    assert recorded == [(result.acts[ActKind.MAIL],)] != [(0,)]
    assert told(result) == []
