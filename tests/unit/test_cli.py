"""The command line: exit codes, one line per error, clean JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.demo.form_files import FilledForm, word_form
from bot.demo.invented import hospitals, people
from tests.unit.test_settings import BOT, EVENT


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "events").mkdir(parents=True)
    (folder / "bot.toml").write_text(BOT, encoding="utf-8")
    (folder / "events" / "tour.toml").write_text(EVENT, encoding="utf-8")
    return folder


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["run_bot.py", *map(str, words)])
        code = cli._run()
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["status", "--jsn"],
        ["read"],
        ["export", "--format", "pdf"],
        ["once", "--now", "tomorrow"],
        ["once", "--now", "2026-04-01T09:00:00"],
        ["read", "nowhere.docx"],
    ],
)
def test_mistake_in_the_call_is_one_chinese_line_and_code_2(call, words: list[str]) -> None:  # type: ignore[no-untyped-def]
    code, out, err = call(*words)

    assert code == 2
    assert out == ""
    assert err.strip().count("\n") == 0
    assert any("一" <= character <= "鿿" for character in err)


def test_ctrl_c_is_said_in_one_line(call, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.app.commands.once", interrupted)

    assert call("once") == (1, "", "已中断。\n")


def test_demonstration_never_overwrites_a_file(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    target = tmp_path / "list.txt"
    target.write_text("kept", encoding="utf-8")

    code, _, err = call("demo", "--out", target)

    assert code == 2
    assert "是一个文件" in err
    assert target.read_text(encoding="utf-8") == "kept"


def test_configuration_mistakes_end_with_code_2(call, config: Path) -> None:  # type: ignore[no-untyped-def]
    (config / "bot.toml").write_text("[mailbox]\n", encoding="utf-8")

    code, _, err = call("status", "--config", config)

    assert code == 2
    assert "mailbox.host" in err


def test_status_of_a_bot_that_never_ran_is_readable_and_creates_nothing(call, config: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = call("status", "--config", config, "--json")

    status = json.loads(out)
    assert code == 0
    assert status["events"][0]["confirmed"] == 0
    assert status["last_cycle"] is None
    assert not (config.parent / "data").exists()


@pytest.mark.parametrize("form", ["json", "csv"])
def test_export_of_an_empty_ledger_is_an_empty_list(call, config: Path, form: str) -> None:  # type: ignore[no-untyped-def]
    target = config.parent / f"list.{form}"

    code, _, _ = call("export", "--config", config, "--format", form, "--out", target)

    assert code == 0
    text = target.read_text(encoding="utf-8-sig")
    assert json.loads(text)["registrations"] == [] if form == "json" else text.startswith("number,state,name")


def test_export_asks_for_an_event_that_exists(call, config: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, err = call("export", "--config", config, "--event", "other")

    assert code == 2
    assert "tour" in err


def test_export_of_several_events_takes_that_of_the_workbook_and_says_so_aside(call, config: Path) -> None:  # type: ignore[no-untyped-def]
    (config / "events" / "course.toml").write_text(EVENT.replace('"tour"', '"course"'), encoding="utf-8")

    code, out, err = call("export", "--config", config)
    named = call("export", "--config", config, "--event", "tour")

    assert code == 0
    assert json.loads(out)["event"] == "course"
    assert err == "导出的是 course；另有 tour，用 --event 指定。\n"
    assert (json.loads(named[1])["event"], named[2]) == ("tour", "")


def test_digest_preview_needs_no_password(call, config: Path) -> None:  # type: ignore[no-untyped-def]
    page = config.parent / "digest.html"

    code, _, err = call("digest", "--config", config, "--preview", page)

    assert (code, err) == (0, "")
    assert "<html" in page.read_text(encoding="utf-8")


def test_read_prints_one_json_document_for_one_path_and_an_array_for_several(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "回执.docx"
    person = next(people())
    path.write_bytes(word_form(FilledForm(next(hospitals()), (person,))))

    one = json.loads(call("read", path, "--json")[1])
    two = json.loads(call("read", path, path, "--json")[1])

    assert one["source"] == "回执.docx"
    assert one["forms"][0]["attendees"][0]["id_number"] == person.id_number
    assert one["forms"][0]["attendees"][0]["single_room"] is person.single_room
    assert two == [one, one]


def test_read_shows_people_where_each_person_stood(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "回执.docx"
    form = FilledForm(next(hospitals()), (next(people()),))
    path.write_bytes(word_form(form))

    code, out, _ = call("read", path)

    assert code == 0
    assert form.people[0].name in out
    assert form.hospital.name in out
    assert "回执.docx" in out


def test_help_is_chinese(call) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = call("--help")

    assert code == 0
    assert "报名机器人" in out
