"""What a mail server may do to an answer, and what becomes of it: sent once, later, looked up, or for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import views
from bot.app.cycle import run_cycle
from bot.errors import LoginRefusedError
from bot.jobs import send
from bot.jobs.publish import digest_summary
from bot.jobs.receive import receive_mail
from bot.ledger.ledger import Ledger
from bot.records.outgoing import OutboxState
from bot.replies.limits import Pace
from tests.scenarios.office126 import Office126
from tests.servers.fake126 import DRAFTS
from tests.servers.fake126_smtp import Drop, Late

QUEUED, SENT, FAILED, IN_DOUBT = (
    OutboxState.QUEUED,
    OutboxState.SENT,
    OutboxState.FAILED,
    OutboxState.IN_DOUBT,
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office126]:
    with Office126(tmp_path) as office:
        yield office


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("connect", Drop()),
        ("connect", b"421 Service not available"),
        ("mail", Drop()),
        ("data", Drop()),
        ("dot", b"451 DT:SPM ,please try again"),
        ("dot", b"451 Requested action aborted: local error in processing"),
    ],
)
def test_answer_that_did_not_get_through_is_sent_later_and_once(
    office: Office126, stage: str, answer: bytes | Drop
) -> None:
    office.arrive(1)
    office.smtp.next_answer(stage, answer)
    office.works()
    then = office.waiting()

    office.now += timedelta(minutes=5)
    office.works()

    assert then == {QUEUED: 1}
    assert office.waiting() == {SENT: 1}
    assert len(office.smtp.accepted) == 1


def test_late_250_is_waited_for(office: Office126) -> None:
    office.arrive(1)
    office.smtp.next_answer("dot", Late(0.5))

    office.works()

    assert office.waiting() == {SENT: 1}


def test_answer_lost_after_the_dot_and_found_in_sent_is_not_sent_again(office: Office126) -> None:
    office.arrive(1)
    office.smtp.next_answer("dot", Drop())
    office.works()
    then = office.waiting()

    office.file_in_sent(office.smtp.accepted[0].content)
    office.works()
    office.now += timedelta(days=1)
    office.works()

    assert then == {IN_DOUBT: 1}
    assert office.waiting() == {SENT: 1}
    assert len(office.smtp.accepted) == 1


@pytest.mark.parametrize("has_sent_folder", [True, False])
def test_answer_in_doubt_that_never_shows_in_sent_is_sent_once_more_with_the_same_bytes(
    office: Office126, has_sent_folder: bool
) -> None:
    if not has_sent_folder:
        del office.imap.folders["&XfJT0ZAB-"]
    office.arrive(1)
    office.smtp.next_answer("dot", Drop())
    office.works()

    office.now += timedelta(minutes=5)
    office.works()
    too_early = len(office.smtp.accepted)
    office.now += send.IN_DOUBT_WAIT
    office.works()

    first, again = office.smtp.accepted
    assert too_early == 1
    assert first.content == again.content
    assert office.waiting() == {SENT: 1}


def test_answer_in_doubt_again_and_again_is_for_a_person(office: Office126) -> None:
    office.arrive(1)
    office.smtp.next_answer("dot", *[Drop()] * 5)
    for _ in range(8):
        office.works()
        office.now += send.IN_DOUBT_WAIT

    assert office.waiting() == {FAILED: 1}
    assert len(office.smtp.accepted) <= send.MOST_DOUBTFUL_ATTEMPTS


def test_doubt_stays_while_the_mailbox_is_out_of_reach_and_the_others_are_sent(office: Office126) -> None:
    office.arrive(1)
    office.smtp.next_answer("dot", Drop())
    office.works()
    office.arrive(1)
    with office.bot() as bot:
        run_cycle(bot)
        office.faults.drop_at["LIST"] = 99
        office.arrive(1)
        office.now += 2 * send.IN_DOUBT_WAIT
        summary = run_cycle(bot)

    assert summary.sent.sent == 1
    assert office.waiting() == {IN_DOUBT: 1, SENT: 2}


def test_power_cut_between_250_and_its_note_sends_nothing_twice(
    office: Office126, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCutError(BaseException):
        pass

    def cut_power(*_: object) -> None:
        raise PowerCutError

    office.arrive(2)
    with monkeypatch.context() as faulty:
        faulty.setattr(Ledger, "settle", cut_power)
        with pytest.raises(PowerCutError):
            office.works()
    office.file_in_sent(office.smtp.accepted[0].content)

    office.works()

    assert office.waiting() == {SENT: 2}
    assert len(office.smtp.accepted) == 2


def test_quota_of_the_day_pauses_everything_and_says_until_when(office: Office126) -> None:
    office.arrive(3)
    office.smtp.next_answer("mail", b"550 MI:STC")
    office.works()
    office.works()
    with office.bot() as bot:
        status = views.status_json(bot.ledger, bot.settings.events, office.now)
        digest = digest_summary(bot.office, bot.settings.events[0], office.now)
    paused = len(office.smtp.accepted)

    office.now += timedelta(hours=16)
    office.works()
    with office.bot() as bot:
        later = views.status_json(bot.ledger, bot.settings.events, office.now)

    assert paused == 0
    assert str(status["sending_paused_until"]).startswith("2026-03-28T00:10")
    assert any("暂停发信到 03-28 00:10" in line for line in digest.warnings)
    assert office.waiting() == {SENT: 3}
    assert later["sending_paused_until"] is None


def test_pause_noted_by_a_clock_that_was_wrong_holds_nothing(office: Office126) -> None:
    office.arrive(1)
    with office.bot() as bot:
        bot.ledger.set_state(send.PAUSED_UNTIL, (office.now + timedelta(days=400)).isoformat(), office.now)
        run_cycle(bot)

    assert office.waiting() == {SENT: 1}


def test_what_only_a_person_can_mend_stops_sending_until_one_starts_the_bot(office: Office126) -> None:
    office.arrive(2)
    office.smtp.next_answer("dot", b"554 DT:SUM smtp11,D8CowABX 1548385572")
    with office.bot() as bot:
        run_cycle(bot)
        run_cycle(bot)
        status = views.status_json(bot.ledger, bot.settings.events, office.now)
        digest = digest_summary(bot.office, bot.settings.events[0], office.now)
        stopped = len(office.smtp.accepted)
        send.resume(bot.ledger, office.now)
        run_cycle(bot)

    assert stopped == 0
    assert "from_address" in str(status["sending_stopped"])
    assert any("from_address" in line for line in digest.warnings)
    assert office.waiting() == {SENT: 2}


def test_password_that_the_mail_server_refuses_is_offered_once(office: Office126) -> None:
    office.arrive(3)
    office.smtp.password = "another"

    summary = office.works()

    assert [type(error) for error in summary.errors] == [LoginRefusedError]
    assert office.smtp.logins == 1
    assert office.waiting() == {QUEUED: 3}


def test_password_that_the_mailbox_refuses_is_offered_once_and_never_to_the_mail_server(
    office: Office126,
) -> None:
    office.arrive(1)
    office.smtp.next_answer("dot", Drop())
    office.works()
    office.arrive(1)
    logins = office.smtp.logins
    with office.bot() as bot:
        office.imap.password, office.imap.login_attempts = "another", 0
        run_cycle(bot)
        summary = run_cycle(bot)

    assert [type(error) for error in summary.errors] == [LoginRefusedError]
    assert office.imap.login_attempts == 1
    assert office.smtp.logins == logins


def test_answers_leave_in_order_at_the_pace_even_while_the_clock_stands_still(office: Office126) -> None:
    office.arrive(3)
    slept: list[float] = []
    with office.bot() as bot:
        sending = send.Sending(
            bot.ledger,
            bot.sending.server,
            bot.mailbox,
            Pace(between=timedelta(seconds=3), per_connection=2, per_day=100),
            bot.clock,
            sleep=slept.append,
        )
        receive_mail(bot.parts, office.now)

        send.send_replies(sending)

    assert [one.recipients[0] for one in office.smtp.accepted] == [form.hospital.email for form in office.forms]
    assert sum(slept) == 6
    assert office.smtp.connections == 2


def test_draft_that_the_mailbox_refuses_does_not_keep_back_the_next(tmp_path: Path) -> None:
    with Office126(tmp_path, mode="draft") as office:
        office.arrive(3)
        office.faults.drop_at["APPEND"] = 4
        summary = office.works()
        office.works()

        assert len(summary.errors) == 1
        assert len(office.imap.folders[DRAFTS]) == 3
        assert office.smtp.accepted == []
