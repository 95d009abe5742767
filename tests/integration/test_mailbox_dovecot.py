"""The mailbox against a real Dovecot: everything over real IMAP, with and without TLS."""

from __future__ import annotations

import imaplib
import smtplib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.errors import ConnectionFailedError, LoginRefusedError, UsageError
from bot.intake.mailbox import Listed, Look, Mailbox, Timeouts
from bot.records.account import MailAccount, Security
from bot.records.mail import MailLocation, MailMark
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.integration

OPENS = datetime(2026, 3, 25, tzinfo=timezone(timedelta(hours=8)))
QUICK = Timeouts(connect=5, read=20)
SENT = "&XfJT0ZAB-"


def raw_mail(number: int, size: int = 0) -> bytes:
    head = (
        f"From: a@hospital.example.org\r\nMessage-ID: <{number}@hospital.example.org>\r\nSubject: {number}\r\n\r\n"
    )
    return head.encode() + (b"x" * 70 + b"\r\n") * (size // 72) + b"end\r\n"


def no_mails(_: int) -> frozenset[int]:
    return frozenset()


def uids(listed: tuple[Listed, ...]) -> list[int]:
    return [each.location.uid for each in listed]


def look(box: Mailbox, recorded: Callable[[int], frozenset[int]] = no_mails) -> Look:
    return box.look(OPENS, recorded)


def opened(server: Dovecot, security: Security = Security.TLS) -> Mailbox:
    return Mailbox(server.account(security), sleep=lambda _: None, timeouts=QUICK)


@pytest.mark.parametrize("security", list(Security))
def test_logs_in_with_every_kind_of_protection(dovecot: Dovecot, security: Security) -> None:
    dovecot.append(raw_mail(1), OPENS)

    with opened(dovecot, security) as box:
        found = list(box.fetch(look(box).listed))

    assert [each.raw for each in found] == [raw_mail(1)]
    assert found[0].received_at == OPENS
    assert found[0].received_at.tzinfo is UTC


def test_certificate_is_verified(dovecot: Dovecot) -> None:
    for security in (Security.TLS, Security.STARTTLS):
        account = replace(dovecot.account(security), ca_file="")

        with pytest.raises(ConnectionFailedError, match="证书"):
            Mailbox(account, timeouts=QUICK).connect()


def test_tls_on_a_plain_port_is_told(dovecot: Dovecot) -> None:
    account = replace(dovecot.account(), port=dovecot.imap_port)

    with pytest.raises(ConnectionFailedError, match="security"):
        Mailbox(account, timeouts=QUICK).connect()


def test_wrong_password_is_refused(dovecot: Dovecot) -> None:
    with pytest.raises(LoginRefusedError, match="授权码"):
        Mailbox(dovecot.account(password="wrong"), timeouts=QUICK).connect()


def test_missing_folder_and_missing_ca_file_are_told(dovecot: Dovecot) -> None:
    with pytest.raises(UsageError, match="没有文件夹"):
        Mailbox(dovecot.account(), "没有", timeouts=QUICK).connect()
    with pytest.raises(UsageError, match="ca_file"):
        Mailbox(replace(dovecot.account(), ca_file="/nowhere/ca.pem"), timeouts=QUICK).connect()


def test_user_name_with_special_characters(dovecot: Dovecot) -> None:
    server = replace(dovecot, username='of fice"1"@example.org')

    account = MailAccount("localhost", server.imaps_port, Security.TLS, server.username, "wrong", server.ca_file)

    with pytest.raises(LoginRefusedError, match="拒绝登录"):
        Mailbox(account, timeouts=QUICK).connect()


def test_password_in_chinese_is_understood(dovecot: Dovecot) -> None:
    with pytest.raises(LoginRefusedError, match="拒绝登录"):
        Mailbox(dovecot.account(password="授权码"), timeouts=QUICK).connect()


def test_order_is_internaldate_then_uid_whatever_the_order_of_filing(dovecot: Dovecot) -> None:
    hours = [5, 2, 2, 9, 1]
    filed = dovecot.append_all([(raw_mail(n), OPENS + timedelta(hours=hour)) for n, hour in enumerate(hours)])

    with opened(dovecot) as box:
        found = look(box)

    assert uids(found.listed) == [filed[4], filed[1], filed[2], filed[0], filed[3]]


def test_years_of_old_mail_are_not_fetched(dovecot: Dovecot) -> None:
    dovecot.append_all([(raw_mail(n), OPENS - timedelta(days=1, hours=7 * n)) for n in range(300)])
    just_before = dovecot.append(raw_mail(998), OPENS - timedelta(seconds=1))
    new = dovecot.append(raw_mail(999), OPENS)

    with opened(dovecot) as box:
        found = look(box)
        got = [each.location.uid for each in box.fetch(found.listed)]

    assert got == [new]
    assert just_before not in uids(found.listed)
    assert (found.in_mailbox, found.recorded) == (1, 0)


@pytest.mark.parametrize("hours", [-12, -3, 0, 5.75, 14])
def test_limit_holds_whatever_zone_the_mail_was_filed_in(dovecot: Dovecot, hours: float) -> None:
    zone = timezone(timedelta(hours=hours))
    dovecot.append(raw_mail(1), (OPENS - timedelta(seconds=1)).astimezone(zone))
    new = dovecot.append(raw_mail(2), OPENS.astimezone(zone))

    with opened(dovecot) as box:
        assert uids(look(box).listed) == [new]


def test_recorded_mails_are_subtracted_and_counted(dovecot: Dovecot) -> None:
    filed = dovecot.append_all([(raw_mail(n), OPENS + timedelta(days=n)) for n in range(6)])
    asked: list[int] = []

    def recorded(uidvalidity: int) -> frozenset[int]:
        asked.append(uidvalidity)
        return frozenset([*filed[:4], 4711])

    with opened(dovecot) as box:
        found = look(box, recorded)

    assert uids(found.listed) == filed[4:]
    assert (found.in_mailbox, found.recorded) == (6, 4)
    assert asked == [found.uidvalidity]


def test_new_mail_is_seen_at_the_next_look_of_the_same_connection(dovecot: Dovecot) -> None:
    with opened(dovecot) as box:
        assert look(box).listed == ()
        new = dovecot.append(raw_mail(1), OPENS)

        assert uids(look(box).listed) == [new]


def test_delivered_mail_counts_from_its_delivery(dovecot: Dovecot) -> None:
    before = datetime.now(UTC)
    with smtplib.LMTP("127.0.0.1", dovecot.lmtp_port) as delivery:
        delivery.sendmail("a@hospital.example.org", [dovecot.username], raw_mail(1))

    with opened(dovecot) as box:
        found = list(box.fetch(look(box).listed))

    assert before - timedelta(seconds=2) <= found[0].received_at <= datetime.now(UTC) + timedelta(seconds=2)
    assert found[0].raw.endswith(raw_mail(1))


def test_mail_moved_away_and_back_is_found_at_its_old_date(dovecot: Dovecot) -> None:
    dovecot.create("Junk")
    first, second = dovecot.append_all([(raw_mail(n), OPENS + timedelta(hours=n)) for n in range(2)])

    with opened(dovecot) as box:
        assert uids(look(box).listed) == [first, second]
        with dovecot.client() as person:
            person.uid("MOVE", str(first), "Junk")
        assert uids(look(box).listed) == [second]
        with dovecot.client("Junk") as person:
            person.uid("MOVE", "1:*", "INBOX")

        found = look(box, lambda _: frozenset([second]))

    assert len(found.listed) == 1
    assert found.listed[0].received_at == OPENS
    assert (found.in_mailbox, found.recorded) == (2, 1)


def test_mail_expunged_between_look_and_fetch_has_vanished(dovecot: Dovecot) -> None:
    filed = dovecot.append_all([(raw_mail(n), OPENS + timedelta(minutes=n)) for n in range(3)])

    with opened(dovecot) as box:
        found = look(box)
        with dovecot.client() as person:
            person.uid("STORE", str(filed[1]), "+FLAGS", r"(\Deleted)")
            person.expunge()
        got = [each.location.uid for each in box.fetch(found.listed)]

        assert got == [filed[0], filed[2]]
        assert box.vanished == (found.listed[1].location,)


def test_reading_leaves_mails_unread_and_marks_say_what_happened(dovecot: Dovecot) -> None:
    filed = dovecot.append_all([(raw_mail(n), OPENS + timedelta(minutes=n)) for n in range(3)])
    with dovecot.client() as person:
        person.uid("STORE", str(filed[1]), "+FLAGS", r"(\Seen)")

    with opened(dovecot) as box:
        places = [each.location for each in box.fetch(look(box).listed)]
        unread = dovecot.flags(filed[0])
        done = box.mark(list(zip(places, (MailMark.ANSWERED, MailMark.FOR_PERSON, MailMark.NONE), strict=True)))

    assert unread == set()
    assert done == tuple(places)
    assert dovecot.flags(filed[0]) == {r"\Seen", r"\Answered"}
    assert dovecot.flags(filed[1]) == {r"\Flagged"}
    assert dovecot.flags(filed[2]) == set()


def test_mark_under_another_uidvalidity_is_not_done(dovecot: Dovecot) -> None:
    filed = dovecot.append(raw_mail(1), OPENS)

    with opened(dovecot) as box:
        assert box.mark([(MailLocation("INBOX", 1, filed), MailMark.ANSWERED)]) == ()

    assert dovecot.flags(filed) == set()


def test_five_hundred_mails(dovecot: Dovecot) -> None:
    filed = dovecot.append_all([(raw_mail(n, 20_000), OPENS + timedelta(seconds=n)) for n in range(500)])

    with opened(dovecot) as box:
        started = time.monotonic()
        found = list(box.fetch(look(box).listed))
        marked = box.mark([(each.location, MailMark.ANSWERED) for each in found])
        seconds = time.monotonic() - started

    assert [each.location.uid for each in found] == filed
    assert all(each.raw == raw_mail(n, 20_000) for n, each in enumerate(found))
    assert len(marked) == 500
    assert seconds < 30


def test_mail_of_25_megabytes(dovecot: Dovecot) -> None:
    big = raw_mail(1, 25_000_000)
    dovecot.append(big, OPENS)
    after = dovecot.append(raw_mail(2), OPENS + timedelta(minutes=1))

    with opened(dovecot) as box:
        found = list(box.fetch(look(box).listed))

    assert found[0].raw == big
    assert found[0].complete
    assert found[1].location.uid == after


def test_mail_over_the_limit_is_fetched_in_part(dovecot: Dovecot) -> None:
    big = raw_mail(1, 2_000_000)
    dovecot.append(big, OPENS)

    with Mailbox(dovecot.account(), timeouts=QUICK, max_mail_bytes=1_000_000) as box:
        (found,) = box.fetch(look(box).listed)

    assert not found.complete
    assert found.raw == big[: 256 * 1024]
    assert found.size == len(big)


def test_chinese_folder(dovecot: Dovecot) -> None:
    dovecot.create("&YqVUDVbeYmc-")
    dovecot.append(raw_mail(1), OPENS, "&YqVUDVbeYmc-")

    with Mailbox(dovecot.account(), "报名回执", timeouts=QUICK) as box:
        found = look(box)
        done = box.mark([(found.listed[0].location, MailMark.ANSWERED)])

    assert found.listed[0].location.folder == "报名回执"
    assert len(done) == 1


def test_restarted_server_is_found_again(dovecot: Dovecot) -> None:
    filed = dovecot.append_all([(raw_mail(n), OPENS + timedelta(minutes=n)) for n in range(30)])

    with opened(dovecot) as box:
        mails = box.fetch(look(box).listed)
        got = [next(mails).location.uid]
        dovecot.disconnect_users()
        got += [each.location.uid for each in mails]

    assert got == filed


def test_own_mail_is_found_in_the_sent_folder(dovecot: Dovecot) -> None:
    with opened(dovecot) as box:
        assert box.find_in_sent("<1@hospital.example.org>", OPENS) is None
        dovecot.create(SENT)
        assert box.find_in_sent("<1@hospital.example.org>", OPENS) is False
        dovecot.append(raw_mail(1), OPENS + timedelta(hours=1), SENT)

        assert box.find_in_sent("<1@hospital.example.org>", OPENS) is True
        assert box.find_in_sent("<2@hospital.example.org>", OPENS) is False


def test_draft_lies_in_drafts(dovecot: Dovecot) -> None:
    with opened(dovecot) as box:
        box.append_draft(raw_mail(1), OPENS)
        box.append_draft(raw_mail(2), OPENS)

    with dovecot.client("Drafts") as person:
        answer = person.uid("FETCH", "1:*", "(FLAGS INTERNALDATE)")[1]
    assert len(answer) == 2
    assert isinstance(answer[0], bytes)
    assert imaplib.ParseFlags(answer[0])[:1] == (rb"\Draft",)
    assert b"25-Mar-2026 00:00:00 +0800" in answer[0] or b"24-Mar-2026 16:00:00 +0000" in answer[0]
