"""The bot dies, or a station fails, between every two steps of a mail: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import maillog
from bot.errors import PermanentError, TransientError
from bot.forms.read import read_mail
from bot.intake.mailbox import Mailbox
from bot.jobs import receive, send
from bot.ledger.commit import MailCommit
from bot.ledger.ledger import Ledger
from bot.records.decision import Outcome, Reason
from bot.replies.compose import Composer
from bot.replies.smtp import MailServer
from tests.scenarios.office126 import SECOND_EVENT, Office126


class PowerCutError(BaseException):
    """Ends everything, as a kill would; nothing in the bot catches it."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office126]:
    with Office126(tmp_path) as office:
        yield office


def cut_power(*_: object, **__: object) -> None:
    raise PowerCutError


BEFORE_THE_COMMIT = [
    (receive, "parse"),
    (receive, "screen"),
    (receive, "read_mail"),
    (receive, "decide_mail"),
    (Composer, "reply"),
    (MailCommit, "record"),
]
AFTER_THE_COMMIT = [
    (maillog, "recorded"),
    (Ledger, "save_balance"),
    (Ledger, "marks_due"),
    (Mailbox, "mark"),
    (Ledger, "marks_done"),
    (Ledger, "due"),
    (MailServer, "connect"),
    (Ledger, "start_sending"),
]


@pytest.mark.parametrize(("place", "step"), [*BEFORE_THE_COMMIT, *AFTER_THE_COMMIT])
def test_power_cut_at_any_step_loses_nothing_and_gives_nothing_twice(
    office: Office126, monkeypatch: pytest.MonkeyPatch, place: object, step: str
) -> None:
    office.arrive(3)
    with monkeypatch.context() as faulty:
        faulty.setattr(place, step, cut_power)
        with pytest.raises(PowerCutError):
            office.works()

    office.works()
    office.now += send.IN_DOUBT_WAIT
    office.works()

    assert office.names() == [form.people[0].name for form in office.forms]
    assert sorted(one.recipients[0] for one in office.smtp.accepted) == sorted(
        form.hospital.email for form in office.forms
    )
    assert all({r"\Seen", r"\Answered"} <= mail.flags for mail in office.imap.mails)


def test_marks_that_were_half_done_are_set_once_more(office: Office126, monkeypatch: pytest.MonkeyPatch) -> None:
    office.arrive(3)
    stubborn = office.imap.mails[1].uid
    office.faults.refuse_flags = {stubborn}
    office.works()
    flags_then = [mail.flags for mail in office.imap.mails]

    office.faults.refuse_flags = set()
    office.works()

    assert [bool(flags) for flags in flags_then] == [True, False, True]
    assert all({r"\Seen", r"\Answered"} <= mail.flags for mail in office.imap.mails)


def fails_for(original: Callable[..., object], place: int, error: Exception) -> Callable[..., object]:
    """The same, but call number `place` (from 1) fails."""
    calls = iter(range(1, 1000))

    def call(*args: object, **kwargs: object) -> object:
        if next(calls) == place:
            raise error
        return original(*args, **kwargs)

    return call


STATIONS = [(receive, "parse"), (receive, "screen"), (receive, "judge_intent"), (receive, "read_mail")]


@pytest.mark.parametrize(("place", "station"), [*STATIONS, (receive, "decide_mail"), (Composer, "reply")])
def test_mail_on_which_a_station_fails_is_kept_for_a_person_and_the_next_goes_on(
    office: Office126, monkeypatch: pytest.MonkeyPatch, place: object, station: str
) -> None:
    office.arrive(3)
    with monkeypatch.context() as faulty:
        faulty.setattr(place, station, fails_for(getattr(place, station), 2, RuntimeError("陈敏 13800000000")))
        summary = office.works()

    view = office.view()

    assert not summary.errors
    assert [mail.reason for mail in view.mails][1] is Reason.STATION_FAILED
    assert [mail.event_id for mail in view.mails] == ["study-tour"] * 3
    assert [mail.needs_person for mail in view.mails] == [False, True, False]
    assert len(view.registrations) == len(office.smtp.accepted) == 2
    assert r"\Flagged" in office.imap.mails[1].flags
    assert view.balance is not None
    assert view.balance.holds


def test_mail_that_the_ledger_refuses_for_good_is_kept_without_its_words(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.arrive(3)
    record, refused = MailCommit.record, office.imap.mails[1].raw

    def refuses(self: MailCommit, fetched: object, mail: object, *more: object, **named: object) -> int:
        if getattr(fetched, "raw", b"") == refused and getattr(mail, "text", ""):
            raise PermanentError("台账拒绝了这次写入")
        return record(self, fetched, mail, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(MailCommit, "record", refuses)
    office.arrive(0)
    summary = office.works()

    view = office.view()

    assert not summary.errors
    assert len(view.mails) == 3
    assert view.mails[1].needs_person
    assert len(view.registrations) == 2


def test_mail_that_cannot_be_recorded_at_all_blocks_no_other_and_is_asked_for_again(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.arrive(3)
    record, bad = MailCommit.record, office.imap.mails[0].uid

    def refuses(self: MailCommit, fetched: object, *more: object, **named: object) -> int:
        if fetched.location.uid == bad:  # type: ignore[attr-defined]
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return record(self, fetched, *more, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as faulty:
        faulty.setattr(MailCommit, "record", refuses)
        summary = office.works()
    first = office.view()
    office.works()

    assert summary.received.not_recorded == 1
    assert len(first.registrations) == 2
    assert first.balance is not None
    assert not first.balance.holds
    assert len(office.view().registrations) == 3


def test_ledger_that_is_away_ends_the_look_and_the_next_one_has_everybody_in_order(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.arrive(3)
    with monkeypatch.context() as faulty:
        away = fails_for(MailCommit.record, 2, TransientError("台账写不进去：磁盘已满。"))
        faulty.setattr(MailCommit, "record", away)
        summary = office.works()

    office.works()

    assert [str(error) for error in summary.errors] == ["台账写不进去：磁盘已满。"]
    assert summary.received.recorded == 0
    assert office.names() == [form.people[0].name for form in office.forms]
    assert [mail.outcome for mail in office.view().mails] == [Outcome.REGISTERED] * 3


def test_failed_mail_is_shown_under_no_event_when_there_are_two(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.configure(rehabilitation=SECOND_EVENT)
    office.arrive(1)
    monkeypatch.setattr(receive, "read_mail", fails_for(read_mail, 1, RuntimeError()))

    office.works()

    assert [mail.event_id for mail in office.view().mails] == [None]


def test_mail_that_the_server_does_not_give_is_waited_for_so_many_looks(office: Office126) -> None:
    office.arrive(3)
    office.faults.without_content = {office.imap.mails[0].uid}
    looks = [office.works().received.recorded for _ in range(receive.PATIENT_LOOKS + 1)]

    office.faults.without_content = set()
    office.works()

    assert looks == [0] * receive.PATIENT_LOOKS + [2]
    assert office.names() == [form.people[0].name for form in office.forms]
