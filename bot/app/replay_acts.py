"""One act done again, by the very code that did it first. What cannot be done again is told, never raised."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from bot import maillog
from bot.admission.policy import decide_after_failure, mark_of
from bot.app.replay_ids import Ids
from bot.errors import BotError, PermanentError
from bot.intake.parse import parse
from bot.jobs.receive import Parts, record_mail
from bot.jobs.staff import carry_out
from bot.ledger.replaying import Row
from bot.records.act import Act
from bot.records.decision import Reason
from bot.records.mail import Address, FetchedMail, MailKind, MailLocation, ParsedMail
from bot.records.staff import StaffWords

_GONE = "原信的内容已经不在，或与登记时不同，无法重算，按转人工处理"
_FAILED = "重算时出错（{}）"
_TWICE = "重算时认作与另一封来信相同，没有单独登记"
_NO_EVENT = "当时的设置里没有这个活动，无法重算"
_NOT_READABLE = "记下的内容读不出来，无法重算"
_NOT_THERE = "其中有人或来信在重算里没有，只重算了其余的"


def mail_again(parts: Parts, row: Row, fetched: FetchedMail | None, now: datetime) -> str:
    """Decides a recorded mail again; gives why that could not be done, "" otherwise."""
    if row["reason"] == Reason.STATION_FAILED:
        _keep_aside(parts, row, fetched, now)
        return ""
    if fetched is None or hashlib.sha256(fetched.raw).hexdigest() != row["raw_hash"]:
        _keep_aside(parts, row, None, now)
        return _GONE
    try:
        decision = record_mail(parts, fetched, parse(fetched.raw, complete=fetched.complete), now)
    except Exception as error:  # noqa: BLE001 - kept for a person, as the bot does
        trouble = trouble_of(error)
        _keep_aside(parts, row, fetched, now)
        return trouble
    return "" if decision is not None else _TWICE


def trouble_of(error: Exception) -> str:
    """What is said of an act that failed: one must not keep the others from being compared. Raises what is no
    fault of the act's own (a full disk, workers that cannot start)."""
    if isinstance(error, BotError) and not isinstance(error, PermanentError):
        raise error
    maillog.job_failed("replay", error)
    return _FAILED.format(type(error).__name__)


def _keep_aside(parts: Parts, row: Row, fetched: FetchedMail | None, now: datetime) -> None:
    """Records the mail for a person, known by what the ledger knows it by, as after a station's failure."""
    event = next((event for event in parts.events if event.id == row["event_id"]), None)
    decision = decide_after_failure(event)
    mail = ParsedMail(
        message_id=row["message_id"],
        message_id_given=False,
        raw_hash=row["raw_hash"],
        content_key=row["content_key"],
        subject=row["subject"],
        sender=Address(row["sender_name"], row["sender"]) if row["sender"] else None,
    )
    if fetched is None:
        fetched = FetchedMail(MailLocation("", row["id"], row["uid"]), row["received_at"], 0, b"", complete=False)
    with parts.ledger.mail_commit(decision.event_id) as commit:
        if commit.find_same(mail) is None:
            commit.record(fetched, mail, MailKind(row["kind"]), decision, mark_of(decision), None, now)


def staff_again(parts: Parts, act: Act, ids: Ids) -> str:
    """Carries out staff's words again; gives why not all of that could be done, "" otherwise. Whom the words name
    by the ledger's ids is looked up in the one made anew."""
    event = next((event for event in parts.events if event.id == act.event_id), None)
    if event is None:
        return _NO_EVENT
    try:
        words = StaffWords.of_json(act.payload)
    except (KeyError, TypeError, ValueError):
        return _NOT_READABLE
    people, mails = ids.people(), ids.mails
    # Whom the ledger does not know staff named by mistake: that is said again, to nobody.
    again = StaffWords(
        tuple(
            replace(word, registration_id=people.get(word.registration_id, -word.registration_id))
            for word in words.people
        ),
        tuple(replace(word, mail_id=mails.get(word.mail_id, -word.mail_id)) for word in words.reviews),
    )
    carry_out(parts, event, again, act.at)
    lost = {word.registration_id for word in words.people} & (ids.recorded.people.keys() - people.keys())
    lost_mails = {word.mail_id for word in words.reviews} & (ids.recorded.mails.keys() - mails.keys())
    return _NOT_THERE if lost or lost_mails else ""
