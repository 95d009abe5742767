"""What must never be answered, and what must never be answered twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo import clients
from bot.demo.mailbox_story import story
from bot.demo.servers import USERNAME
from bot.records.mail import MailKind
from tests.scenarios.office import Office, word_file

MACHINES = {
    "qq": [("X-QQ-AUTO-REPLY", "true")],
    "rfc3834": [("Auto-Submitted", "auto-replied")],
    "list": [("List-Id", "<news.example.org>")],
    "bulk": [("Precedence", "bulk")],
    "ours": [("X-Loop", "szsyyxh-registration-bot")],
}


@pytest.mark.parametrize("machine", MACHINES)
def test_machines_get_no_answer_even_with_a_form(tmp_path: Path, machine: str) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        letter = office.letter(form, files=[word_file(form)])
        office.arrives(clients.modern(letter, extra=MACHINES[machine]))

        office.works()

        assert office.answers() == []
        assert office.view().registrations == ()
        assert len(office.view().mails) == 1


def test_bounce_is_recorded_and_never_answered(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.arrives(clients.netease_bounce("nobody@hospital.example.org", office.now))

        office.works()

        assert office.answers() == []
        assert [mail.kind for mail in office.view().mails] == [MailKind.BOUNCE]


def test_own_mail_coming_back_is_never_answered(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        letter = office.letter(form, files=[word_file(form)], sender=USERNAME)
        office.arrives(clients.modern(letter))

        office.works()

        assert office.answers() == []


def test_same_mail_under_another_uid_is_not_a_new_one(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        raw = clients.modern(office.letter(form, files=[word_file(form)]))
        office.arrives(raw)
        office.arrives(raw)
        office.works()
        office.arrives(raw)

        office.works()

        assert len(office.answers()) == 1
        assert len(office.view().mails) == 1


def test_nothing_is_answered_twice_by_a_second_cycle(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form())
        office.works()

        office.works()

        assert len(office.answers()) == 1


def test_endless_repeats_are_held_back_and_left_to_a_person(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        form = office.form()
        for number in range(6):
            letter = office.letter(form, f"报名回执表 {number}", "我院报名回执表见附件。")
            office.arrives(clients.modern(letter))

        office.works()

        assert len(office.answers()) == 3
        assert len(office.view().reviews) == 3


def test_replies_off_answers_nobody_and_still_registers(tmp_path: Path) -> None:
    with Office(tmp_path, mode="off") as office:
        office.sends_word_form(office.form())

        office.works()

        assert office.answers() == []
        assert len(office.view().registrations) == 1


def test_drafts_wait_for_a_person_instead_of_being_sent(tmp_path: Path) -> None:
    with Office(tmp_path, mode="draft") as office:
        office.sends_word_form(office.form())

        summary = office.works()

        assert office.answers() == []
        assert summary.sent.drafts == 1
        assert [mail.reply for mail in office.view().mails] == ["draft"]


def test_the_whole_story_answers_no_machine(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        mails = story()
        silent = {mail.raw for mail in mails if mail.silent}
        office.imap.append((mail.raw, mail.received_at) for mail in mails)
        office.now = mails[-1].received_at

        office.works()

        replies = [one for one in office.answers() if str(one.mail["Auto-Submitted"]) == "auto-replied"]
        assert 0 < len(replies) <= len(mails) - len(silent)
        assert {
            mail.reply for mail in office.view().mails if mail.kind in (MailKind.BOUNCE, MailKind.AUTOMATIC)
        } == {"none"}
