"""One commit per mail: all of it or nothing, and the same mail only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.admission.decide import decide
from bot.errors import PermanentError
from bot.ledger.ledger import Ledger
from bot.records.decision import Reason, State
from bot.records.form import FieldProblem, ProblemCode, Unread, UnreadCode
from bot.records.mail import MailKind, MailMark
from bot.records.office import Balance, StaffEntry
from tests.unit.admission_cases import EVENT, MEMBERS, MORNING, attendee, form, form_of, problem, submission
from tests.unit.ledger_cases import NOW, a_mail, a_reply, arrive, location, nothing_to_do, record_only


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/data/ledger.db") as opened:
        yield opened


def test_gives_back_registrations_as_decided(ledger: Ledger) -> None:
    row = replace(attendee(single_room=True), problems=(problem(),), extras=(("饮食", attendee().job_title),))

    decided = arrive(ledger, 1, form(row, attendee(single_room=None))).new_registrations

    recorded = ledger.event_view(EVENT, NOW).registrations
    assert [replace(person, id=0, mail_id=0) for person in recorded] == list(decided)
    assert all(person.id for person in recorded)
    assert recorded[0].received_at.tzinfo is not None


def test_roll_is_in_order_of_arrival_whatever_the_order_of_recording(ledger: Ledger) -> None:
    for uid in (3, 1, 2):
        arrive(ledger, uid, form_of(1))

    with ledger.mail_commit(EVENT.id) as commit:
        roll = commit.roll()

    assert [person.uid for person in roll] == [1, 2, 3]
    assert ledger.event_view(EVENT, NOW).registrations == roll


def test_roll_without_an_event_is_empty(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))

    with ledger.mail_commit(None) as commit:
        assert commit.roll() == ()


def test_later_commits_see_the_seats_taken_before(ledger: Ledger) -> None:
    for uid in range(1, 4):
        arrive(ledger, uid, form_of(2))

    view = ledger.event_view(EVENT, NOW)

    assert (view.count(State.CONFIRMED), view.count(State.WAITLISTED)) == (4, 2)
    assert ledger.events_with_registrations() == {EVENT.id}


def test_error_inside_a_commit_takes_everything_back(ledger: Ledger) -> None:
    fetched, parsed = a_mail(1)

    def fail() -> None:
        with ledger.mail_commit(EVENT.id) as commit:
            commit.record(fetched, parsed, MailKind.OTHER, nothing_to_do(), MailMark.ANSWERED, a_reply(), NOW)
            commit.roll()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert ledger.mails() == ()
    assert ledger.recorded_uids("INBOX", fetched.location.uidvalidity) == frozenset()
    assert ledger.due(NOW) == ()
    assert ledger.journal() == ()
    assert ledger.marks_due() == ()


def test_rolled_back_people_are_not_remembered(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.mail_commit(EVENT.id) as commit:
            fetched, parsed = a_mail(1)
            decision = decide(EVENT, (), submission(form_of(1)), MEMBERS)
            commit.record(fetched, parsed, MailKind.REGISTRATION, decision, MailMark.ANSWERED, None, NOW)
            assert len(commit.roll()) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with ledger.mail_commit(EVENT.id) as commit:
        assert commit.roll() == ()


def test_same_bytes_at_another_uid_are_the_same_mail(ledger: Ledger) -> None:
    fetched, parsed = a_mail(1)
    mail_id = record_only(ledger, fetched, parsed)

    with ledger.mail_commit(None) as commit:
        found = commit.find_same(parsed)
        assert found == mail_id
        commit.add_location(found, location(9), fetched.received_at)
        commit.add_location(found, location(9), fetched.received_at)

    assert ledger.recorded_uids("INBOX", location(9).uidvalidity) == {1, 9}
    assert len(ledger.mails()) == 1


def test_same_content_under_the_same_message_id_is_the_same_mail(ledger: Ledger) -> None:
    fetched, parsed = a_mail(1, message_id="<a@example.org>", content="x")
    mail_id = record_only(ledger, fetched, parsed)

    with ledger.mail_commit(None) as commit:
        assert commit.find_same(replace(parsed, raw_hash="other trace headers")) == mail_id
        assert commit.find_same(replace(parsed, raw_hash="other", message_id="<b@example.org>")) is None


def test_two_mails_with_one_message_id_are_both_kept_and_noted(ledger: Ledger) -> None:
    first = record_only(ledger, *a_mail(1, message_id="<a@example.org>", content="x"))
    fetched, parsed = a_mail(2, message_id="<a@example.org>", content="y")

    with ledger.mail_commit(None) as commit:
        assert commit.find_same(parsed) is None
    second = record_only(ledger, fetched, parsed)

    assert [line.action for line in ledger.journal(mail_id=second)] == ["mail_recorded", "message_id_reused"]
    assert len(ledger.mails()) == 2
    assert first != second


def test_mail_without_a_content_key_is_known_by_its_bytes_alone(ledger: Ledger) -> None:
    for uid in (1, 2):
        fetched, parsed = a_mail(uid, message_id="<a@example.org>", content=str(uid))
        record_only(ledger, fetched, replace(parsed, content_key=""))

    assert len(ledger.mails()) == 2


def test_recording_the_same_mail_twice_is_refused_by_the_ledger_itself(ledger: Ledger) -> None:
    record_only(ledger, *a_mail(1))

    with pytest.raises(PermanentError, match="冲突"):
        record_only(ledger, *a_mail(1))

    assert len(ledger.mails()) == 1


def test_second_place_for_one_id_number_is_refused_without_showing_it(ledger: Ledger) -> None:
    row = attendee()
    first = arrive(ledger, 1, form(row))
    twin = replace(first.people[0], registration=replace(first.new_registrations[0], position=5))
    fetched, parsed = a_mail(2)

    with pytest.raises(PermanentError) as refused, ledger.mail_commit(EVENT.id) as commit:
        commit.record(
            fetched,
            parsed,
            MailKind.REGISTRATION,
            replace(first, people=(twin,)),
            MailMark.ANSWERED,
            None,
            NOW,
        )

    assert row.id_number.text not in str(refused.value)
    assert refused.value.__cause__ is None


def test_decision_on_an_event_that_was_not_locked_is_a_mistake(ledger: Ledger) -> None:
    decision = replace(nothing_to_do(), event_id=EVENT.id)

    with pytest.raises(ValueError, match="locked"), ledger.mail_commit(None) as commit:
        commit.record(*a_mail(1), MailKind.OTHER, decision, MailMark.NONE, None, NOW)


def test_marks_are_due_until_they_are_done(ledger: Ledger) -> None:
    arrive(ledger, 2, form_of(1))
    arrive(ledger, 1, form_of(1))
    record_only(ledger, *a_mail(3))
    due = ledger.marks_due()

    ledger.marks_done([due[0][0]], NOW)

    assert due == ((location(1), MailMark.ANSWERED), (location(2), MailMark.ANSWERED))
    assert ledger.marks_due() == due[1:]


def test_raw_mail_is_kept_as_fetched(ledger: Ledger) -> None:
    fetched, parsed = a_mail(1)

    mail_id = record_only(ledger, fetched, parsed)

    assert ledger.raw_mail(mail_id) == fetched.raw
    with pytest.raises(PermanentError, match="第99号"):
        ledger.raw_mail(99)


def test_no_text_of_a_mail_keeps_it_from_being_recorded(ledger: Ledger) -> None:
    fetched, parsed = a_mail(1, subject="报\x00名\ud83d")

    record_only(ledger, fetched, replace(parsed, sender=None, headers=(("From", "a@b.cn, c@d.cn"),)))

    mail = ledger.mails()[0]
    assert mail.subject.startswith("报名")
    assert mail.subject.isprintable()
    assert (mail.sender, mail.sender_name) == ("a@b.cn, c@d.cn", "")


def test_office_sees_the_mail_with_its_answer(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    arrive(ledger, 2, form_of(1), draft=True)
    record_only(ledger, *a_mail(3))

    first, second, third = ledger.event_view(EVENT, NOW).mails

    assert (first.reply, first.reply_template) == ("queued", "confirmed")
    assert second.reply == "draft"
    assert (third.reply, third.reply_template, third.event_id) == ("none", None, None)
    assert first.location == location(1)
    assert first.telephone
    assert first.excerpt == "您好，回执见附件。"
    assert first.received_at == MORNING + timedelta(minutes=1)


def test_mails_of_other_events_are_not_shown(ledger: Ledger) -> None:
    other = replace(EVENT, id="other")
    arrive(ledger, 1, form_of(1))
    arrive(ledger, 2, form_of(1), event=other)

    assert [mail.event_id for mail in ledger.mails(EVENT.id)] == [EVENT.id]
    assert len(ledger.mails()) == 2
    assert len(ledger.event_view(other, NOW).registrations) == 1


def test_review_is_open_until_a_person_has_looked(ledger: Ledger) -> None:
    decision = replace(
        nothing_to_do(),
        review_reasons=(Reason.NO_REGISTRATION,),
        unread=(Unread("a.rar", UnreadCode.ENCRYPTED, "压缩包有密码。"),),
        form_problems=(FieldProblem("taxpayer_id", ProblemCode.CHECKSUM, "校验位不对。"),),
    )
    with ledger.mail_commit(None) as commit:
        mail_id = commit.record(
            *a_mail(1), MailKind.OTHER, decision, MailMark.FOR_PERSON, None, NOW, excerpt="节选"
        )
    waiting = ledger.reviews()

    closed = [ledger.close_review(mail_id, NOW), ledger.close_review(mail_id, NOW)]

    assert [mail.id for mail in waiting] == [mail_id]
    assert waiting[0].excerpt == "节选"
    assert closed == [True, False]
    assert ledger.reviews() == ()
    assert [line.action for line in ledger.journal(mail_id=mail_id)] == [
        "mail_recorded",
        "review_opened",
        "review_closed",
    ]


def test_journal_tells_why_somebody_stands_where_they_stand(ledger: Ledger) -> None:
    row = attendee()
    arrive(ledger, 1, form_of(4))
    arrive(ledger, 2, form(row))
    arrive(ledger, 3, form(row))
    person = ledger.event_view(EVENT, NOW).registrations[-1]

    lines = ledger.journal(registration_id=person.id)

    assert [(line.action, line.reason) for line in lines] == [
        ("person_registered", "capacity_reached"),
        ("person_unchanged", "same_as_before"),
    ]
    assert lines[0].text == "回执.docx：waitlisted"
    assert ledger.journal(event_id=EVENT.id, since=NOW + timedelta(seconds=1)) == ()


def test_staff_entries_are_kept_and_journaled_once(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(2))
    first, second = (person.id for person in ledger.event_view(EVENT, NOW).registrations)
    entries = [StaffEntry(first, paid="已缴"), StaffEntry(second), StaffEntry(999, remark="查无此人")]

    saved = [ledger.save_staff_entries(entries, NOW), ledger.save_staff_entries(entries, NOW)]
    changed = ledger.save_staff_entries([StaffEntry(first, paid="已缴", remark="素食")], NOW)

    assert (saved, changed) == ([1, 0], 1)
    assert ledger.staff_entries() == (StaffEntry(first, paid="已缴", remark="素食"),)
    assert ledger.staff_entries("other") == ()
    assert ledger.event_view(EVENT, NOW).staff == ledger.staff_entries(EVENT.id)
    assert [line.actor for line in ledger.journal(registration_id=first)] == ["bot", "staff", "staff"]


def test_notes_and_balance_are_kept(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    balance = Balance(1, ledger.count_recorded("INBOX", location(1).uidvalidity, MORNING), NOW)

    ledger.set_state("heartbeat", "a", NOW)
    ledger.set_state("heartbeat", "b", NOW)
    ledger.save_balance(balance)
    ledger.write_journal(NOW, "bot_started", text="开始运行")

    assert ledger.get_state("heartbeat") == "b"
    assert ledger.get_state("unknown") is None
    assert ledger.balance() == balance
    assert ledger.event_view(EVENT, NOW).balance == balance
    assert balance.holds
    assert ledger.count_recorded("INBOX", 3_992_611_444, MORNING + timedelta(hours=1)) == 0


def test_time_without_a_zone_is_a_mistake(ledger: Ledger) -> None:
    with pytest.raises(PermanentError):
        ledger.set_state("heartbeat", "a", NOW.replace(tzinfo=None))
