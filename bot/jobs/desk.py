"""The office's desk: what staff wrote in a workbook is read back, carried out and remembered before it is written.

What was carried out is stored only afterwards: a crash in between reads the same word once more, and it then
changes nothing. A word that could not be carried out is not tried again until it is another one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.admission.numbering import number_roll
from bot.admission.roles import role_remark
from bot.jobs.letters import letters_of
from bot.jobs.office import Office
from bot.ledger.ledger import Ledger
from bot.records.event import Event
from bot.records.office import EventView
from bot.records.staff import StaffWords
from bot.roster.read_back import StaffReading, read_staff

PUBLISHED = "workbook_rows:"
SEEN = "workbook_seen:"
_REMARKS = "workbook_remarks:"
_REFUSED = "workbook_refused:"

Remarks = dict[str, dict[str, dict[str, Any]]]
"""people, mails -> number -> the sentence, and whether it is about a word that could not be carried out."""


def event_view(ledger: Ledger, event: Event, now: datetime) -> EventView:
    """Everything about one event, its roll numbered in order of admission."""
    view = ledger.event_view(event, now)
    return replace(
        view,
        registrations=number_roll(view.registrations),
        undelivered=tuple(sorted(ledger.undelivered_people(event.id).items())),
    )


def workbook_view(office: Office, event: Event, path: Path, now: datetime) -> EventView:
    """The view with what stands in the workbook alone: remarks, letters, what could be read of waiting mails."""
    view = event_view(office.ledger, event, now)
    stored = _stored(office.ledger, event)
    return replace(
        view,
        remarks=(
            *((int(key), entry["text"]) for key, entry in sorted(stored["people"].items())),
            *((one.id, hint) for one in view.registrations if (hint := role_remark(event, one))),
        ),
        review_remarks=tuple((int(key), entry["text"]) for key, entry in sorted(stored["mails"].items())),
        mail_files=letters_of(office.ledger, view.reviews, path),
        read_people=tuple((mail.id, rows) for mail in view.reviews if (rows := office.ledger.rows_read(mail.id))),
        settled_reviews=tuple(mail.id for mail in view.mails if mail.review_reasons and not mail.needs_person),
    )


def touched(ledger: Ledger, event: Event, path: Path) -> bool:
    """Whether somebody else than the bot wrote the workbook since it was last read or written."""
    return path.exists() and ledger.get_state(SEEN + event.id) != mark_of(path)


def mark_of(path: Path) -> str:
    """What tells a file that nobody wrote since."""
    stat = path.stat()
    return f"{stat.st_mtime_ns}:{stat.st_size}"


def take_words(office: Office, event: Event, path: Path, now: datetime) -> tuple[str, ...]:
    """Read back what staff wrote, carry out what they decided, store what they entered. Gives what did not fit, in
    words for staff. WorkbookBusyError where the file can't be read now."""
    if not path.exists():
        return ()
    mark = mark_of(path)
    view = event_view(office.ledger, event, now)
    reading = read_staff(
        path,
        view.registrations,
        view.staff,
        event.timezone,
        reviews=view.reviews,
        published=office.ledger.get_state(PUBLISHED + event.id),
    )
    stored = _stored(office.ledger, event)
    _remember_read(stored, reading)
    words = _new_words(office.ledger, event, reading)
    if words and office.carry_out is not None:
        report = office.carry_out(event, words, now)
        for kind, told in (("people", report.remarks), ("mails", report.review_remarks)):
            stored[kind] |= {str(number): {"text": text, "refused": True} for number, text in told.items()}
        refused = [word for word in words.reviews if word.mail_id in report.review_remarks]
        _note(office.ledger, _REFUSED + event.id, StaffWords(reviews=tuple(refused)).as_json()["reviews"], now)
    office.ledger.save_staff_entries(reading.entries, now)
    _note(office.ledger, _REMARKS + event.id, stored, now)
    if office.ledger.get_state(SEEN + event.id) != mark:
        office.ledger.set_state(SEEN + event.id, mark, now)
    return reading.problems


def _new_words(ledger: Ledger, event: Event, reading: StaffReading) -> StaffWords:
    """Without the words on waiting mails that could not be carried out before and are the same still."""
    refused = json.loads(ledger.get_state(_REFUSED + event.id) or "[]")
    asked = zip(reading.words.as_json()["reviews"], reading.words.reviews, strict=True)
    return replace(reading.words, reviews=tuple(word for key, word in asked if key not in refused))


def _remember_read(stored: Remarks, reading: StaffReading) -> None:
    """The remarks of this reading take the place of those of the one before; what could not be carried out stays
    beside its row while the word there is the same."""
    decided = {str(word.registration_id) for word in reading.words.people}
    for kind, found in (("people", reading.remarks), ("mails", reading.review_remarks)):
        kept = {key: one for key, one in stored[kind].items() if one["refused"] and key not in decided}
        read = {str(number): {"text": text, "refused": False} for number, text in found}
        stored[kind] = kept | read


def _stored(ledger: Ledger, event: Event) -> Remarks:
    """The remarks as they stand."""
    stored: Remarks = json.loads(ledger.get_state(_REMARKS + event.id) or '{"people": {}, "mails": {}}')
    return stored


def _note(ledger: Ledger, key: str, value: Any, now: datetime) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if (ledger.get_state(key) or "") != text:
        ledger.set_state(key, text, now)
