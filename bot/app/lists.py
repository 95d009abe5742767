"""One list of those who have a seat, as `export --list` gives it: JSON or CSV for programs, xlsx for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.lists.office import office_lists
from bot.records.lists import ListKind, OfficeLists, Room
from bot.records.office import EventView
from bot.roster.cells import starts_like_formula
from bot.roster.list_book import render_list

Row = dict[str, object]


def exported_list(
    kind: ListKind, form: str, view: EventView, key: Callable[[str], str], now: datetime, mark: bytes = b""
) -> bytes:
    """The list as a file of this form (`json`, `csv` or `xlsx`); `key` makes spellings of one organisation equal,
    `mark` goes before CSV."""
    lists = office_lists(view, key)
    if form == "xlsx":
        made_at = now.astimezone(ZoneInfo(view.event.timezone)).replace(tzinfo=None)
        return render_list(kind, lists, view.event.title, made_at)
    if form == "csv":
        return mark + _csv(*_table(kind, lists)).encode()
    shown = {"event": view.event.id, "list": kind.value, **_json(kind, lists)}
    return (json.dumps(shown, ensure_ascii=False, indent=2) + "\n").encode()


def _json(kind: ListKind, lists: OfficeLists) -> Row:
    """In the shape that docs/commands.md describes."""
    if kind is ListKind.FLIGHTS:
        flights = [{**asdict(flight), "day": flight.day.isoformat()} for flight in lists.flights]
        return {"flights": flights, "passengers": [asdict(one) for one in lists.passengers]}
    if kind is ListKind.ROOMS:
        return {"rooms": [_room(room) for room in lists.rooms]}
    if kind is ListKind.INVOICES:
        return {"invoices": [asdict(one) for one in lists.invoices]}
    return {"badges": [asdict(one) for one in lists.badges]}


def _room(room: Room) -> Row:
    return {
        "room": room.label,
        "kind": room.kind.value,
        "waits_for_partner": room.waits_for_partner,
        "needs_person": room.needs_person,
        "guests": [asdict(guest) for guest in room.guests],
    }


def _csv(names: tuple[str, ...], rows: Iterable[Row]) -> str:
    """RFC 4180: one line per person, per person and flight, or per invoice; the JSON's names as header. A
    text that a spreadsheet would calculate gets an apostrophe in front (CWE-1236)."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _csv_text(row[name]) for name in names})
    return out.getvalue()


def _table(kind: ListKind, lists: OfficeLists) -> tuple[tuple[str, ...], Iterable[Row]]:
    if kind is ListKind.ROOMS:
        return _ROOM_NAMES, (
            {"room": room.label, "kind": room.kind.value, **asdict(guest)}
            for room in lists.rooms
            for guest in room.guests
        )
    if kind is ListKind.FLIGHTS:
        return _FLIGHT_NAMES, (
            {"label": flight.label, "day": flight.day.isoformat(), "flight": flight.number, **asdict(one)}
            for flight in lists.flights
            for one in lists.passengers
        )
    if kind is ListKind.INVOICES:
        return _INVOICE_NAMES, map(asdict, lists.invoices)
    return _BADGE_NAMES, map(asdict, lists.badges)


_ROOM_NAMES: Final = (
    *("room", "kind", "registration_id", "number", "name", "sex", "organisation", "mobile", "single_room"),
    "notes",
)
_FLIGHT_NAMES: Final = (
    *("label", "day", "flight", "registration_id", "number", "name", "document", "id_number", "mobile"),
    *("organisation", "remark", "problems"),
)
_INVOICE_NAMES: Final = (
    *("id", "organisation", "title", "taxpayer_id", "people", "amount", "undetermined", "currency", "paid"),
    *("invoiced", "contact", "phone", "email", "problems"),
)
_BADGE_NAMES: Final = ("registration_id", "number", "name", "organisation", "job_title", "notes")


def _csv_text(value: object) -> object:
    if value is None:
        return ""
    text = "；".join(value) if isinstance(value, tuple) else value
    return f"'{text}" if isinstance(text, str) and starts_like_formula(text) else text
