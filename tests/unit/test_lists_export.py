"""`export --list`: the same list for programs and for people, from a real ledger."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import cli
from bot.app.lists import exported_list
from bot.ledger.ledger import Ledger
from bot.records.decision import Registration
from bot.records.lists import ListKind
from bot.records.office import EventView
from bot.settings import load_settings
from tests.unit.admission_cases import EVENT as DECIDED
from tests.unit.admission_cases import form_of
from tests.unit.ledger_cases import arrive
from tests.unit.lists_cases import FLYING, key, person
from tests.unit.office_views import NOW, view
from tests.unit.test_settings import BOT, EVENT


def seen(*people: Registration) -> EventView:
    return replace(view(people), event=FLYING)


def as_json(kind: ListKind, *people: Registration) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported_list(kind, "json", seen(*people), key, NOW))
    return found


def as_rows(kind: ListKind, *people: Registration) -> list[dict[str, str]]:
    text = exported_list(kind, "csv", seen(*people), key, NOW).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_sheets(kind: ListKind, *people: Registration) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(BytesIO(exported_list(kind, "xlsx", seen(*people), key, NOW)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_rooms_name_their_guests() -> None:
    found = as_json(ListKind.ROOMS, person(1), person(2, "女"))

    assert (found["event"], found["list"]) == ("trial-2026", "rooms")
    assert [(room["room"], room["kind"], room["waits_for_partner"]) for room in found["rooms"]] == [
        ("男1", "twin", True),
        ("女1", "twin", True),
    ]
    assert found["rooms"][0]["guests"] == [
        {
            "registration_id": 1,
            "number": 1,
            "name": "甲1",
            "sex": "male",
            "organisation": person(1).organisation,
            "mobile": person(1).mobile,
            "single_room": False,
            "notes": ["落单（待拼房）"],
        }
    ]


def test_flights_stand_once_and_passengers_once() -> None:
    found = as_json(ListKind.FLIGHTS, person(1), person(2))

    assert [(flight["number"], flight["day"]) for flight in found["flights"]] == [
        ("ZH9887", "2026-04-22"),
        ("ZH9882", "2026-04-25"),
    ]
    assert [one["id_number"] for one in found["passengers"]] == [person(1).id_number, person(2).id_number]


def test_invoices_and_badges_have_their_own_names() -> None:
    (invoice,) = as_json(ListKind.INVOICES, person(1), person(2))["invoices"]
    badges = as_json(ListKind.BADGES, person(1))["badges"]

    assert (invoice["people"], invoice["amount"], invoice["currency"]) == (["甲1", "甲2"], 5960, "CNY")
    assert badges[0]["name"] == "甲1"


def test_csv_has_a_line_for_each_person_and_flight() -> None:
    rows = as_rows(ListKind.FLIGHTS, person(1), person(2))

    assert [(row["flight"], row["name"]) for row in rows] == [
        ("ZH9887", "甲1"),
        ("ZH9887", "甲2"),
        ("ZH9882", "甲1"),
        ("ZH9882", "甲2"),
    ]


def test_csv_joins_several_words_and_leaves_unknown_cells_empty() -> None:
    (row,) = as_rows(ListKind.INVOICES, person(1), person(2))
    (guest,) = as_rows(ListKind.ROOMS, replace(person(1), single_room=None, number=None))

    assert row["people"] == "甲1；甲2"
    assert (guest["number"], guest["single_room"], guest["notes"]) == (
        "",
        "",
        "落单（待拼房）；未填是否单间，按标双",
    )


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+852 5123", "@SUM(A1)", "-1", "　=1"])
def test_csv_holds_no_formula(text: str) -> None:
    (row,) = as_rows(ListKind.BADGES, replace(person(1), job_title=text))

    assert row["job_title"] == f"'{text}"


def test_workbook_of_flights_has_a_sheet_for_each() -> None:
    sheets = as_sheets(ListKind.FLIGHTS, person(1), person(2))

    assert list(sheets) == ["去程 ZH9887", "回程 ZH9882"]
    heading, below, header, *rows = sheets["回程 ZH9882"]
    assert (heading[0], "深航ZH9882" in str(below[0]), header[0]) == (f"{FLYING.title}　乘机人名单", True, "序号")
    assert [row[:2] for row in rows] == [(1, "甲1"), (2, "甲2")]


def test_flights_of_one_name_get_sheets_of_their_own() -> None:
    flight = FLYING.travel.flights[0]
    event = replace(FLYING, travel=replace(FLYING.travel, flights=(flight, replace(flight, label="去程*"))))
    content = exported_list(ListKind.FLIGHTS, "xlsx", replace(seen(person(1)), event=event), key, NOW)

    assert len(set(load_workbook(BytesIO(content)).sheetnames)) == 2


def test_workbook_of_flights_says_where_there_is_none() -> None:
    content = exported_list(ListKind.FLIGHTS, "xlsx", view((person(1),)), key, NOW)

    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert "没有设置航班" in str(sheet["A2"].value)


def test_workbook_of_rooms_counts_them_and_shades_who_is_alone() -> None:
    content = exported_list(ListKind.ROOMS, "xlsx", seen(person(1), person(2), person(3, "女")), key, NOW)
    sheet = load_workbook(BytesIO(content))["住房安排"]

    assert str(sheet["A2"].value).startswith("共3人，标双2间，单间0间，其中落单待拼房1人")
    fills = [sheet.cell(row, 1).fill.fgColor.rgb[-6:] for row in (4, 5, 6)]
    assert fills[0] == fills[1] != fills[2]


def test_workbook_of_invoices_ends_with_their_sum() -> None:
    rows = as_sheets(ListKind.INVOICES, person(1), person(2, "男", 1), replace(person(3), fee=None))["开票清单"]

    header, last = rows[2], rows[-1]
    assert last[0] == "合计"
    assert [last[header.index(name)] for name in ("人数", "应缴合计", "待定")] == [3, 5960, 1]


def test_badges_come_as_rows_for_a_mail_merge_and_as_cards() -> None:
    sheets = as_sheets(ListKind.BADGES, *(person(place) for place in range(1, 13)))

    assert sheets["胸牌"][0] == ("序号", "姓名", "单位", "职务", "问题")
    assert len(sheets["胸牌"]) == 13
    cards = [value for row in sheets["胸牌打印版"] for value in row]
    assert [name for name in cards if str(name).startswith("甲")] == [f"甲{place}" for place in range(1, 13)]


def test_numbers_in_workbooks_are_text_and_names_no_formulas() -> None:
    odd = replace(person(1), name="=1+1")
    sheet = load_workbook(BytesIO(exported_list(ListKind.FLIGHTS, "xlsx", seen(odd), key, NOW))).worksheets[0]

    name, number = sheet["B4"], sheet["D4"]
    assert (name.value, name.data_type, number.data_type, number.number_format) == ("=1+1", "s", "s", "@")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose ledger holds one form of three people."""
    folder = tmp_path / "config"
    (folder / "events").mkdir(parents=True)
    (folder / "bot.toml").write_text(BOT, encoding="utf-8")
    (folder / "events" / "tour.toml").write_text(EVENT, encoding="utf-8")
    settings = load_settings(folder, os.environ, secrets=False)
    ledger = Ledger.open(settings.ledger_url)
    arrive(ledger, 1, form_of(3), event=replace(DECIDED, id=settings.events[0].id))
    ledger.close()
    return folder


@pytest.mark.parametrize("kind", list(ListKind))
def test_command_writes_each_list_in_each_form(
    config: Path, kind: ListKind, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for form, beginning in (("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        target = config.parent / f"{kind}.{form}"
        words = ["export", "--list", kind.value, "--format", form, "--out", target, "--config", config]
        monkeypatch.setattr(sys, "argv", ["run_bot.py", *map(str, words)])

        code = cli._run()

        assert (code, capsys.readouterr().err) == (0, "")
        assert target.read_bytes().startswith(beginning)
    shown = json.loads((config.parent / f"{kind}.json").read_text(encoding="utf-8"))
    assert shown["list"] == kind.value


def test_list_that_does_not_exist_is_one_chinese_line(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["run_bot.py", "export", "--list", "buses", "--config", str(config)])

    assert cli._run() == 2
    assert capsys.readouterr().err == "--list 的值不对；用 --help 查看用法\n"
