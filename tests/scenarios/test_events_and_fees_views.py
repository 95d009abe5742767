"""A list with life in it, as the commands show it: rehearsed without a trace, told in order, replayed, listed."""

from __future__ import annotations

import imaplib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import cli
from bot.app import commands
from bot.app.explain import explain
from bot.app.explain_view import explained_lines
from bot.app.replay import replay_ledger
from bot.app.wiring import PROJECT
from bot.demo import clients
from bot.demo.form_files import FilledForm
from bot.demo.servers import PASSWORD, USERNAME
from bot.forms.workshop import SameProcess
from bot.records.decision import Registration, State
from bot.settings import load_settings
from tests.scenarios.office import Office, word_file
from tests.unit.roster_edits import fill

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path, capacity=3) as one:
        yield one


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], office: Office) -> Call:
    monkeypatch.setenv("BOT_MAIL_PASSWORD", PASSWORD)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["run_bot.py", *map(str, words), "--config", str(office.config)])
        code = cli._run()
        out, err = capsys.readouterr()
        return code, out, err

    return run


def flags(office: Office) -> list[bytes]:
    """What the mailbox says of every mail in it."""
    with imaplib.IMAP4("127.0.0.1", office.imap.port, timeout=30) as client:
        client.login(USERNAME, PASSWORD)
        client.select("INBOX", readonly=True)
        answer = client.uid("FETCH", "1:*", "(FLAGS)")[1]
        return [part for part in answer if isinstance(part, bytes)]


def files(office: Office) -> dict[str, bytes]:
    """Every file that the bot keeps, its log apart."""
    folder = office.folder / "data"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".log" and not path.name.endswith(("-shm", "-wal", ".lock"))
    }


def roll(office: Office) -> list[Registration]:
    return sorted(office.view().registrations, key=lambda one: one.order)


def lived(office: Office) -> tuple[FilledForm, FilledForm, FilledForm]:
    """Three seats: two of the first hospital, one of the second; the third's two wait. Then the first cancels one,
    the second replaces its own, and staff cancel the first's other."""
    first, second, third = office.form(2), office.form(1), office.form(2)
    for form in (first, second, third):
        office.sends_word_form(form)
    office.works()
    office.cancels(first, first.people[0].name)
    replaces(office, second)
    office.works()
    office.works()
    place = 1 + next(
        number
        for one in office.view().registrations
        if one.name == first.people[1].name and (number := one.number)
    )
    fill(office.workbook, "报名名单", {(place, "处理"): "取消"})
    office.now += timedelta(minutes=10)
    office.works()
    office.answers()
    return first, second, third


def replaces(office: Office, form: FilledForm) -> str:
    """The hospital hands its only seat on; gives the new one's name."""
    (other,) = office.form(1, hospital=form.hospital).people
    words = (
        f"您好，{form.people[0].name}因故不能参加，换成{other.name}参加，"
        f"手机{other.mobile}，身份证号{other.id_number}。"
    )
    office.arrives(clients.modern(office.letter(form, f"更换人员（{form.hospital.name}）", words)))
    return other.name


def test_rehearsal_shows_cancellation_amendment_and_notices_and_leaves_no_trace(
    office: Office, call: Call
) -> None:
    first, second, third = office.form(2), office.form(1), office.form(1)
    for form in (first, second, third):
        office.sends_word_form(form)
    office.works()
    office.works()
    office.answers()
    office.cancels(first, first.people[0].name)
    moved = office.letter(second, "更正", "见附件。", files=[word_file(with_another_title(second))])
    office.arrives(clients.modern(moved))
    fill(office.workbook, "报名名单", {(3, "缴费"): "已缴"})
    before = flags(office), files(office), roll(office), len(office.smtp.accepted)

    code, out, err = call("rehearse", "--now", (office.now + timedelta(minutes=1)).isoformat())

    assert (code, err) == (0, "")
    assert "答复：《报名已取消" in out
    assert "答复：《报名信息已更新" in out
    assert f"通知 1　发给 {third.hospital.email}" in out
    assert "通知：《候补递补成功" in out
    assert "演练完毕：2 封来信，另有通知 1 封；没有标记、发信或登记。" in out
    assert (flags(office), files(office), roll(office), len(office.smtp.accepted)) == before


def with_another_title(form: FilledForm) -> FilledForm:
    return replace(form, people=(replace(form.people[0], job_title="总务科科长"),))


def test_rehearsal_shows_what_staffs_word_in_the_workbook_and_more_seats_would_bring(
    office: Office, call: Call
) -> None:
    forms = [office.form(1) for _ in range(5)]
    for form in forms:
        office.sends_word_form(form)
    office.works()
    office.works()
    office.answers()
    fill(office.workbook, "报名名单", {(2, "处理"): "取消"})
    office.sets("capacity = 3", "capacity = 4")
    before = files(office), roll(office)

    code, out, _ = call("rehearse", "--now", office.now.isoformat())

    assert code == 0
    assert f"发给 {forms[0].hospital.email}" in out
    assert f"发给 {forms[3].hospital.email}" in out
    assert f"发给 {forms[4].hospital.email}" in out
    assert (files(office), roll(office)) == before


def test_story_of_each_tells_who_moved_her_and_why(office: Office) -> None:
    first, _, third = lived(office)

    bot = office.bot()
    try:
        told = {
            name: "\n".join(
                explained_lines(
                    explain(bot.ledger, bot.settings.events, name, office.now), ZoneInfo("Asia/Shanghai")
                )
            )
            for name in (first.people[0].name, first.people[1].name, third.people[0].name)
        }
    finally:
        bot.close()

    cancelled, by_staff, promoted = told.values()
    assert all(word in cancelled for word in ("已取消", "按来信"))
    assert all(word in by_staff for word in ("已取消", "工作人员"))
    assert all(word in promoted for word in ("候补", "递补"))
    assert first.people[1].name not in promoted
    assert first.people[0].name not in promoted


def test_life_is_replayed_the_same(office: Office) -> None:
    lived(office)
    kept = [one.state for one in roll(office)]
    settings = load_settings(office.config, {}, secrets=False, project=PROJECT)

    result = replay_ledger(settings, workshop=SameProcess())

    assert kept == [State.CANCELLED, State.CANCELLED, *[State.CONFIRMED] * 3]
    assert result.differences == ()


def test_lists_hold_those_who_have_a_seat_now_and_nobody_who_had(office: Office, call: Call) -> None:
    first, second, third = lived(office)
    seated = {one.name for one in roll(office) if one.state is State.CONFIRMED}
    gone = {one.name for one in (*first.people, *second.people)}

    shown = {kind: call("export", "--list", kind) for kind in ("rooms", "flights", "invoices", "badges")}

    assert {code for code, _, _ in shown.values()} == {0}
    texts = {kind: out for kind, (_, out, _) in shown.items()}
    assert len(seated) == 3
    for kind in ("rooms", "invoices", "badges"):
        assert all(name in texts[kind] for name in seated), kind
    for text in texts.values():
        assert not any(name in text for name in gone)
    guests = [guest["name"] for room in json.loads(texts["rooms"])["rooms"] for guest in room["guests"]]
    assert sorted(guests) == sorted(seated)
    assert {one.name for one in third.people} < seated


def test_status_shows_every_event_that_is_configured(office: Office, call: Call) -> None:
    event = (office.config / "events" / "study-tour.toml").read_text(encoding="utf-8")
    other = event.replace('"study-tour"', '"rehabilitation"').replace("capacity = 3", "capacity = 40")
    (office.config / "events" / "rehabilitation.toml").write_text(other, encoding="utf-8")

    code, out, _ = call("status", "--json")
    lines = commands.status_lines(office.config)

    assert code == 0
    assert {one["event"]: one["capacity"] for one in json.loads(out)["events"]} == {
        "study-tour": 3,
        "rehabilitation": 40,
    }
    assert sum(line.startswith("名额") for line in lines) == 2
