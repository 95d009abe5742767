"""The office's desk: what staff wrote in a workbook is read back, carried out and remembered before it is written.

What was carried out is stored only afterwards: a crash in between reads the same word once more, and it then
changes nothing. A word that could not be carried out is not tried again until it is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.admission.numbering import number_roll
from bot.admission.roles import role_remark
from bot.admission.staff_word import words_made_possible
from bot.jobs.letters import letters_of
from bot.jobs.office import Office
from bot.ledger.ledger import Ledger
from bot.lists.office import office_lists
from bot.records.decision import Reason, Registration
from bot.records.event import Event
from bot.records.office import EventView
from bot.records.staff import ReviewWord, StaffAction, StaffWord, StaffWords
from bot.roster import locks
from bot.roster.actions import understood
from bot.roster.read_back import StaffReading, read_staff

PUBLISHED = "workbook_rows:"
SEEN = "workbook_seen:"
_REMARKS = "workbook_remarks:"
_REFUSED = "workbook_refused:"
_WORDS = "words"

_CALL = "录取情况有变动，没有可以自动答复的邮箱，没有通知对方；请电话告知，并在“备注”里记一笔。"
_WITHOUT_MAIL = frozenset({Reason.PROMOTED, Reason.DECIDED_BY_STAFF})
"""Why somebody's state may be other than what an answer to a mail of hers said."""

Remarks = dict[str, dict[str, str]]
"""people, mails -> number -> the sentence."""


def event_view(ledger: Ledger, event: Event, now: datetime) -> EventView:
    """Everything about one event, its roll numbered in order of admission."""
    view = ledger.event_view(event, now)
    return replace(
        view,
        registrations=number_roll(view.registrations),
        undelivered=tuple(sorted(ledger.undelivered_people(event.id).items())),
    )


def to_call(view: EventView) -> tuple[Registration, ...]:
    """Whose state was changed and whom no mail could tell of it, until staff note in 备注 that they did."""
    noted = {entry.registration_id for entry in view.staff if entry.remark.strip()}
    return tuple(
        one
        for one in view.registrations
        if one.reason in _WITHOUT_MAIL and not one.answer_to and one.id not in noted
    )


def workbook_view(office: Office, event: Event, path: Path, now: datetime) -> EventView:
    """The view with what stands in the workbook alone: remarks, letters, what could be read of waiting mails."""
    view = event_view(office.ledger, event, now)
    settled = _settled_here(office, view)
    said = (_stored(office.ledger, _REFUSED + event.id), _stored(office.ledger, _REMARKS + event.id))
    return replace(
        view,
        remarks=(
            *((int(key), text) for stored in said for key, text in sorted(stored["people"].items())),
            *((one.id, _CALL) for one in to_call(view)),
            *((one.id, hint) for one in view.registrations if (hint := role_remark(event, one))),
        ),
        review_remarks=tuple((int(key), text) for stored in said for key, text in sorted(stored["mails"].items())),
        lists=office_lists(view, office.members.key),
        mail_files=letters_of(office.ledger, view.reviews, path),
        read_people=tuple((mail.id, rows) for mail in view.reviews if (rows := office.ledger.rows_read(mail.id))),
        settled_reviews=settled,
    )


def _settled_here(office: Office, view: EventView) -> tuple[int, ...]:
    """The mails that staff decided on in this event's workbook. What stands in it beside a mail of unclear event
    that was decided on in another's was not carried out, and must not look so."""
    own, alone = view.event.id, len(office.events) == 1
    closed = [mail for mail in view.mails if mail.review_reasons and not mail.needs_person]
    return tuple(
        mail.id
        for mail in closed
        if alone
        or mail.event_id == own
        or any(
            line.action == "staff_decided" and line.event_id == own
            for line in office.ledger.journal(mail_id=mail.id)
        )
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
    words for staff. WorkbookBusyError where the file can't be read now, or is still open: what stands in it then
    may be half of what they mean."""
    if not path.exists():
        return ()
    locks.assert_closed(path)
    mark = mark_of(path)
    view = event_view(office.ledger, event, now)
    reading = read_staff(
        path,
        view.registrations,
        view.staff,
        event.timezone,
        reviews=view.reviews,
        published=office.ledger.get_state(PUBLISHED + event.id),
        settled=_settled_here(office, view),
    )
    _carry_out(office, view, reading, now)
    office.ledger.save_staff_entries(reading.entries, now)
    read = {"people": reading.remarks, "mails": reading.review_remarks}
    told = {kind: {str(number): text for number, text in found} for kind, found in read.items()}
    _note(office.ledger, _REMARKS + event.id, told, now)
    if office.ledger.get_state(SEEN + event.id) != mark:
        office.ledger.set_state(SEEN + event.id, mark, now)
    return reading.problems


def _carry_out(office: Office, view: EventView, reading: StaffReading, now: datetime) -> None:
    """Does what is new; what can't be done is told beside its row while the word there is the same, and not tried
    again before staff take away what stood in its way."""
    event = view.event
    refused = _stored(office.ledger, _REFUSED + event.id)
    asked = {number: _as_text(own) for number, own in _by_mail(reading.words.reviews).items()}
    people = (*reading.words.people, *_possible_now(office, view, reading, refused["people"]))
    decided = {str(word.registration_id) for word in people}
    known = {number for number, text in asked.items() if refused[_WORDS].get(str(number)) == text}
    still = {
        "people": {key: text for key, text in refused["people"].items() if key not in decided},
        "mails": {key: text for key, text in refused["mails"].items() if int(key) in known},
        _WORDS: {str(number): asked[number] for number in known},
    }
    words = StaffWords(people, tuple(word for word in reading.words.reviews if word.mail_id not in known))
    if words and office.carry_out is not None:
        report = office.carry_out(event, words, now)
        still["people"] |= {str(number): text for number, text in report.remarks.items()}
        still["mails"] |= {str(number): text for number, text in report.review_remarks.items()}
        still[_WORDS] |= {str(number): asked[number] for number in report.review_remarks}
    _note(office.ledger, _REFUSED + event.id, still, now)


def _possible_now(
    office: Office, view: EventView, reading: StaffReading, refused: Collection[str]
) -> tuple[StaffWord, ...]:
    """Words that still stand where they were refused, and that a cancellation of this reading makes possible."""
    new = {word.registration_id: word.action for word in reading.words.people}
    cancelled = [one for one in view.registrations if new.get(one.id) is StaffAction.CANCEL]
    standing = {entry.registration_id: understood(entry.action) or StaffAction.NONE for entry in view.staff}
    waiting = [
        (one, standing[one.id])
        for one in view.registrations
        if str(one.id) in refused and one.id in standing and one.id not in new
    ]
    return words_made_possible(waiting, cancelled, office.members.key)


def _by_mail(words: Iterable[ReviewWord]) -> dict[int, list[ReviewWord]]:
    found: dict[int, list[ReviewWord]] = {}
    for word in words:
        found.setdefault(word.mail_id, []).append(word)
    return found


def _as_text(words: Iterable[ReviewWord]) -> str:
    """A short mark of what stands beside one mail; it holds nobody's particulars."""
    said = json.dumps(StaffWords(reviews=tuple(words)).as_json(), ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _stored(ledger: Ledger, key: str) -> Remarks:
    """The remarks as they stand; none where they were noted by an older version."""
    stored = json.loads(ledger.get_state(key) or "{}")
    kinds = ("people", "mails", _WORDS)
    if not isinstance(stored, dict):
        return {kind: {} for kind in kinds}
    return {
        kind: {number: text for number, text in stored.get(kind, {}).items() if isinstance(text, str)}
        for kind in kinds
    }


def _note(ledger: Ledger, key: str, value: Any, now: datetime) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if (ledger.get_state(key) or "") != text:
        ledger.set_state(key, text, now)
