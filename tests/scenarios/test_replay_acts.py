"""Replaying what is no mail: settings that changed, staff's words; and ledgers whose ids or acts are others."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from bot.app.replay import lines_of
from bot.demo import clients
from bot.demo.clients import Letter
from bot.jobs.staff import StaffReport, carry_out
from bot.jobs.terms import take_terms
from bot.records.act import ActKind
from bot.records.decision import Registration, State
from bot.records.staff import ReviewWord, StaffAction, StaffWord, StaffWords
from bot.settings.terms import terms_text
from tests.scenarios.office import Answer, Office, composer_for
from tests.scenarios.office126 import SECOND_EVENT, Office126
from tests.scenarios.replaying import Kept, live, told
from tests.servers.fake126 import FakeMail

OTHER_ADDRESS = "other-office@example.org"


@pytest.fixture(autouse=True)
def _one_composer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.replay.composer_of", lambda of: composer_for(of.templates, of.sender))


def says(office: Office, words: Callable[[tuple[Registration, ...]], StaffWords]) -> StaffReport:
    """Staff's words about the list as it stands, carried out."""
    people = office.view().registrations
    bot = office.bot()
    try:
        return carry_out(bot.parts, bot.settings.events[0], words(people), office.now)
    finally:
        bot.close()


def cancels(index: int) -> Callable[[tuple[Registration, ...]], StaffWords]:
    return lambda people: StaffWords((StaffWord(people[index].id, StaffAction.CANCEL),))


def set_in(office: Office | Office126, file: str, old: str, new: str) -> None:
    path = office.config / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def states(office: Office) -> list[State]:
    return [one.state for one in sorted(office.view().registrations, key=lambda one: one.order)]


def test_settings_are_those_of_each_day(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        for _ in range(4):
            office.sends_word_form(office.form())
        office.works()
        before = states(office)
        set_in(office, "events/study-tour.toml", "capacity = 2", "capacity = 3")
        office.works()
        set_in(office, "bot.toml", 'mode = "send"', 'mode = "draft"')
        office.sends_word_form(office.form())
        office.works()
        office.answers()
        after = states(office)
    kept = Kept(tmp_path)
    set_in(office, "events/study-tour.toml", "capacity = 3", "capacity = 1")
    set_in(office, "bot.toml", 'from_address = "huiwuzu@example.org"', f'from_address = "{OTHER_ADDRESS}"')

    result = kept.replayed()

    assert (before.count(State.CONFIRMED), after.count(State.CONFIRMED)) == (2, 3)
    assert told(result) == []
    assert result.acts == {ActKind.MAIL: 5, ActKind.SETTINGS: 3}
    assert result.notes == ()


def test_mails_from_before_settings_were_recorded_are_decided_by_the_first_that_were(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        office.sends_word_form(office.form(2))
        office.works()
        office.answers()
    kept = Kept(tmp_path)
    kept.tamper("UPDATE acts SET id = id + 10 WHERE kind = 'settings'")
    early = kept.replayed()
    kept.tamper("DELETE FROM acts WHERE kind = 'settings'", "DELETE FROM journal WHERE action LIKE '%settings%'")
    set_in(office, "events/study-tour.toml", "capacity = 1", "capacity = 2")
    never = kept.replayed()

    assert any("最早的 1 封来信" in note for note in early.notes)
    assert told(early) == []
    assert any("没有记下当时的设置" in note for note in never.notes)
    assert [one.recorded for one in never.differences if one.field == "state"] == ["候补"]


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        office.sends_word_form(office.form())
        office.works()
        office.answers()
    kept = Kept(tmp_path)
    kept.tamper("UPDATE acts SET payload = '{\"terms\":\"[]\"}' WHERE kind = 'settings'")

    result = kept.replayed()

    assert any("设置变更：记下的设置读不出来" in line for line in told(result))


def test_what_staff_decide_is_carried_out_again(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=2) as office:
        for _ in range(4):
            office.sends_word_form(office.form())
        question = office.letter(office.form(), "咨询", "您好，请问住宿怎么安排？我院还想报一位。")
        office.arrives(clients.modern(question))
        office.works()
        says(office, cancels(0))
        asked = next(mail for mail in office.view().mails if mail.needs_person)
        row = (("name", "甲乙丙"), ("organisation", "示例医院"), ("mobile", "13800138000"))
        admit = StaffWords(reviews=(ReviewWord(asked.id, StaffAction.ADMIT, (row,)),))
        report = says(office, lambda people: admit)
        says(office, lambda people: StaffWords((StaffWord(9999, StaffAction.ADMIT),)))
        office.sends_word_form(office.form())
        office.works()
        office.answers()
        after = states(office)
    kept = Kept(tmp_path)

    same = kept.replayed()
    kept.tamper("UPDATE registrations SET by_staff = 0 WHERE state = 'cancelled'")
    changed = kept.replayed()

    assert report.done == 1
    assert sorted(after) == sorted([State.CANCELLED, *[State.CONFIRMED] * 3, *[State.WAITLISTED] * 2])
    assert told(same) == []
    assert lines_of(same)[-1] == "共重算 6 封来信、3 次人工处理，与台账完全一致。"
    assert [one.field for one in changed.differences] == ["by_staff"]


def test_notices_that_are_gone_or_went_elsewhere_are_told(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=1) as office:
        office.sends_word_form(office.form())
        office.sends_word_form(office.form())
        office.works()
        says(office, cancels(0))
        office.works()
        office.answers()
    kept = Kept(tmp_path)
    gone, elsewhere = kept.copied_to(tmp_path / "gone"), kept.copied_to(tmp_path / "elsewhere")
    gone.tamper(
        "DELETE FROM outbox_registrations WHERE outbox_id IN (SELECT id FROM outbox WHERE template = 'promoted')",
        "DELETE FROM outbox WHERE template = 'promoted'",
    )
    elsewhere.tamper("UPDATE outbox SET recipients = '[\"x@example.org\"]' WHERE template = 'promoted'")

    missing, other = told(gone.replayed()), told(elsewhere.replayed())

    assert len(missing) == len(other) == 1
    assert missing[0].endswith("发出的通知（递补录取通知）：重算有，台账里没有。")
    assert other[0].endswith("发出的通知：答复的收件人与重算的不同。")


def test_ids_need_not_agree(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=5) as office:
        live(office)
        says(office, cancels(1))
        office.works()
        office.answers()
    kept = Kept(tmp_path)
    with_gaps(kept)

    assert kept.rows("SELECT min(id) FROM mails") == [(1001,)]
    assert told(kept.replayed()) == []


def with_gaps(kept: Kept) -> None:
    """As if the numbers of mails and people had been given by a sequence that left many out."""
    moved = {
        "mail_id": (1000, ("mail_locations", "registrations", "outbox", "acts", "journal")),
        "about_mail_id": (1000, ("outbox",)),
        "registration_id": (500, ("outbox_registrations", "journal", "staff_entries")),
    }
    statements = [
        f"UPDATE {table} SET {column} = {column} + {by} WHERE {column} IS NOT NULL"
        for column, (by, tables) in moved.items()
        for table in tables
    ]
    kept.tamper(
        *statements,
        "UPDATE mails SET id = id + 1000",
        "UPDATE registrations SET id = id + 500",
        "UPDATE journal SET text = replace(text, '第1号', '第1001号') WHERE action = 'message_id_reused'",
    )
    with closing(sqlite3.connect(kept.file)) as ledger, ledger:
        for number, payload in ledger.execute("SELECT id, payload FROM acts WHERE kind = 'staff'").fetchall():
            words = json.loads(payload)
            words["people"] = [[person + 500, action] for person, action in words["people"]]
            ledger.execute("UPDATE acts SET payload = ? WHERE id = ?", (json.dumps(words), number))


def test_ledger_from_before_there_were_acts_is_replayed_in_the_order_of_its_mails(tmp_path: Path) -> None:
    with Office(tmp_path, capacity=5) as office:
        live(office)
    kept = Kept(tmp_path)
    kept.tamper("DELETE FROM journal WHERE mail_id IS NULL AND act_id IS NOT NULL", "DELETE FROM acts")
    kept.tamper("UPDATE journal SET act_id = NULL", "UPDATE mails SET answer_to = sender")

    result = kept.replayed()

    assert told(result) == []
    assert result.acts[ActKind.MAIL] == 9
    assert any("旧版程序登记" in note for note in result.notes)


def test_answers_held_back_are_held_back_again(tmp_path: Path) -> None:
    with Office(tmp_path, max_per_sender_per_day=2) as office:
        form = office.form()
        for _ in range(3):
            office.sends_word_form(form)
        office.works()
        held = [mail.review_reasons for mail in office.view().mails]
        office.answers()

    assert [len(reasons) for reasons in held] == [0, 0, 1]
    assert told(Kept(tmp_path).replayed()) == []


def test_terms_that_did_not_change_are_no_act(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        bot = office.bot()
        try:
            taken = [take_terms(bot.parts, terms_text(bot.settings), office.now) for _ in range(2)]
        finally:
            bot.close()

    assert taken == [True, False]
    assert Kept(tmp_path).replayed().acts == {ActKind.SETTINGS: 1}


def bounce_of(answer: Answer, recipient: str) -> bytes:
    """A bounce (RFC 3464) that names the mail by its Message-ID and no queue id."""
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: huiwuzu@example.org\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <bounce@mx.example.org>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nUser unknown.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: huiwuzu@example.org\r\nTo: {recipient}\r\nMessage-ID: {answer.mail['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("named", [True, False])
def test_bounce_is_tied_to_the_same_answer_again(tmp_path: Path, named: bool) -> None:
    with Office(tmp_path) as office:
        for _ in range(2):
            letter = office.sends_word_form(office.form())
        office.works()
        answers = office.answers()
        answer = next(one for one in answers if letter.sender in one.recipients)
        office.now += timedelta(minutes=5)
        office.arrives(
            bounce_of(answer, letter.sender) if named else clients.netease_bounce(letter.sender, office.now)
        )
        office.works()
        office.answers()
    kept = Kept(tmp_path)
    set_in(office, "bot.toml", 'from_address = "huiwuzu@example.org"', f'from_address = "{OTHER_ADDRESS}"')

    same = kept.replayed()
    kept.tamper("UPDATE outbox SET bounced_at = NULL")
    changed = kept.replayed()

    assert kept.rows("SELECT count(*) FROM journal WHERE action = 'mail_bounced' AND mail_id = 2") == [(1,)]
    assert told(same) == []
    assert [one.field for one in changed.differences] == ["bounced_at"]


def test_answer_to_a_mail_of_ours_finds_its_event_again(tmp_path: Path) -> None:
    with Office126(tmp_path) as office:
        office.configure(rehabilitation=SECOND_EVENT)
        office.arrive(1, "赴浙江临床重点专科调研学习，回执表见附件。")
        office.works()
        [sent] = office.smtp.accepted
        own_id = message_from_bytes(sent.content)["Message-ID"]
        form = office.forms[0].hospital
        office.now += timedelta(minutes=5)
        answer = Letter(form.contact, "colleague@example.org", office.now, "Re: 回复", "您好，请问可以住单间吗？")
        raw = clients.modern(answer, extra=[("In-Reply-To", own_id)])
        office.imap.deliver(FakeMail(0, raw, office.now))
        office.works()
    kept = Kept(tmp_path)
    with_gaps(kept)
    set_in(office, "bot.toml", f'from_address = "{office.imap.username}"', f'from_address = "{OTHER_ADDRESS}"')

    assert kept.rows("SELECT event_id FROM mails ORDER BY id") == [("study-tour",), ("study-tour",)]
    assert told(kept.replayed()) == []
