"""The mailbox against an imitation of 126.com's server, with everything that such a server has been seen to do."""

from __future__ import annotations

import locale
import socket
import ssl
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bot.errors import ConnectionFailedError, LoginRefusedError, UsageError
from bot.intake.mailbox import Listed, Look, Mailbox, Timeouts
from bot.records.account import MailAccount, Security
from bot.records.mail import MailLocation, MailMark
from tests.servers.fake126 import DRAFTS, SENT, Fake126, FakeMail

pytestmark = pytest.mark.integration

OPENS = datetime(2026, 3, 24, 16, 0, tzinfo=UTC)  # 25 March, midnight in Shenzhen
QUICK = Timeouts(connect=5, read=3)


def mail(number: int, received_at: datetime | None = None, *, uid: int = 0, size: int = 0) -> FakeMail:
    raw = (
        f"Received: from mail\r\nMessage-ID: <{number}@hospital.example.org>\r\nSubject: {number}\r\n\r\n".encode()
    )
    return FakeMail(uid, raw + b"x" * size + b"\r\n", received_at or OPENS + timedelta(minutes=number))


@pytest.fixture
def server() -> Iterator[Fake126]:
    with Fake126() as started:
        yield started


class Waits(list[float]):
    """Stands in for sleeping, and remembers for how long."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def mailbox(server: Fake126, waits: Waits) -> Iterator[Mailbox]:
    box = Mailbox(server.account(), sleep=waits, timeouts=QUICK)
    yield box
    box.close()


def look(box: Mailbox, *recorded: int, since: datetime = OPENS) -> Look:
    return box.look(since, lambda uidvalidity: frozenset(recorded))


def uids(listed: tuple[Listed, ...]) -> list[int]:
    return [each.location.uid for each in listed]


def fetched(box: Mailbox, *recorded: int) -> list[int]:
    return [each.location.uid for each in box.fetch(look(box, *recorded).listed)]


# --- connecting ---------------------------------------------------------------------------------------------


def test_introduces_itself_after_login_and_before_any_folder(server: Fake126, mailbox: Mailbox) -> None:
    mailbox.connect()

    names = [command.split()[0] for command in server.commands]
    assert names.index("LOGIN") < names.index("ID") < names.index("EXAMINE")
    assert "AUTHENTICATE" not in names


def test_introduces_itself_on_every_connection(server: Fake126, mailbox: Mailbox) -> None:
    mailbox.connect()
    server.close_connections()

    look(mailbox)

    assert server.connections == 2
    assert len(server.named("ID (")) == 2


def test_refused_login_is_tried_exactly_once(server: Fake126, waits: Waits) -> None:
    box = Mailbox(server.account(password="WRONG-CODE"), sleep=waits, timeouts=QUICK)

    with pytest.raises(LoginRefusedError) as caught:
        box.connect()

    assert server.login_attempts == 1
    assert waits == []
    assert "授权码" in str(caught.value)
    assert "WRONG-CODE" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        "NO [AUTHENTICATIONFAILED] Authentication failed.",
        "NO LOGIN Login error or password error",
        "BAD LOGIN szsyyxhbgs@126.com WRONG-CODE not understood",
        "NO Login fail. Account is abnormal, password is incorrect, login frequency limited, or system is busy",
    ],
)
def test_refusals_of_the_credentials_are_told_apart_from_trouble(server: Fake126, answer: str) -> None:
    server.faults.login_answer = answer

    with pytest.raises(LoginRefusedError) as caught:
        Mailbox(server.account(password="WRONG-CODE"), timeouts=QUICK).connect()

    assert "WRONG-CODE" not in str(caught.value)
    assert server.username not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        "NO [UNAVAILABLE] Temporary authentication failure.",
        "NO [INUSE] Mailbox in use",
        "NO LOGIN Too many connections, try again later",
    ],
)
def test_a_server_in_trouble_is_tried_again(server: Fake126, mailbox: Mailbox, waits: Waits, answer: str) -> None:
    server.faults.login_answer = answer
    server.faults.refuse_logins = 1

    mailbox.connect()

    assert server.login_attempts == 2
    assert len(waits) == 1


def test_connection_lost_during_login_is_no_wrong_password(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.drop_at["LOGIN"] = 1

    mailbox.connect()

    assert server.connections == 2


def test_unsafe_login_is_tried_on_one_fresh_connection(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.unsafe_once = True

    mailbox.connect()

    assert server.connections == 2
    assert len(server.named("ID (")) == 2


def test_unsafe_login_that_persists_is_for_a_person(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.deaf_to_id = True

    with pytest.raises(LoginRefusedError, match=r"Unsafe Login.*账号密码没有问题"):
        mailbox.connect()

    assert server.login_attempts == 2


def test_unreachable_server_is_tried_with_growing_waits(waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    account = MailAccount("127.0.0.1", port, Security.NONE, "bot", "code")

    with pytest.raises(ConnectionFailedError, match="连不上邮箱服务器"):
        Mailbox(account, sleep=waits, timeouts=QUICK).connect()

    assert len(waits) == 2
    assert 1 <= waits[0] <= 1.5
    assert 2 <= waits[1] <= 3


def test_unknown_host_is_told(waits: Waits) -> None:
    account = MailAccount("imap.invalid", 993, Security.TLS, "bot", "code")

    with pytest.raises(ConnectionFailedError, match=r"imap\.invalid"):
        Mailbox(account, sleep=waits, timeouts=QUICK).connect()


@pytest.mark.parametrize("command", ["CAPABILITY", "ID", "EXAMINE"])
def test_connection_lost_while_connecting_is_mended(server: Fake126, mailbox: Mailbox, command: str) -> None:
    server.faults.drop_at[command] = 1

    mailbox.connect()

    assert server.connections == 2


@pytest.mark.parametrize("command", ["LOGIN", "ID", "UID SEARCH", "UID FETCH"])
def test_answer_that_never_comes_ends_in_a_fresh_connection(server: Fake126, command: str) -> None:
    server.deliver(mail(1))
    server.faults.silent_at[command] = 1

    with Mailbox(server.account(), sleep=lambda _: None, timeouts=Timeouts(connect=2, read=0.3)) as box:
        assert len(list(box.fetch(look(box).listed))) == 1

    assert server.connections == 2


def test_silent_server_does_not_hold_up_the_bot(server: Fake126, waits: Waits) -> None:
    server.faults.silent_at["EXAMINE"] = 9
    box = Mailbox(server.account(), sleep=waits, timeouts=Timeouts(connect=1, read=0.2))

    with pytest.raises(ConnectionFailedError):
        box.connect()


def test_greeting_with_bye_is_tried_again_later(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.greeting = "* BYE System is busy"

    with pytest.raises(ConnectionFailedError, match="稍后会再试"):
        mailbox.connect()


def test_missing_folder_is_a_mistake_in_the_configuration(server: Fake126) -> None:
    box = Mailbox(server.account(), "报名回执", timeouts=QUICK)

    with pytest.raises(UsageError, match="报名回执"):
        box.connect()


@pytest.mark.parametrize("password", ['a"b\\c d', "授权码", "p@ss {5}", "*()%"])
def test_logs_in_with_special_characters(password: str) -> None:
    with Fake126(password=password) as server:
        if not password.isascii():
            with pytest.raises(LoginRefusedError):  # 126 reads no SASL, and its codes are letters only
                Mailbox(server.account(), timeouts=QUICK).connect()
        else:
            with Mailbox(server.account(), timeouts=QUICK):
                assert server.login_attempts == 1


@pytest.mark.parametrize("password", ["", "ABCDEFGH\r\nA1 LOGOUT", "ABCDEFGH\n"])
def test_password_that_cannot_be_is_never_sent(server: Fake126, password: str) -> None:
    with pytest.raises(LoginRefusedError):
        Mailbox(server.account(password=password), timeouts=QUICK).connect()

    assert server.connections == 0


def test_never_talks_in_the_clear_to_another_machine() -> None:
    account = MailAccount("imap.example.org", 143, Security.NONE, "bot", "code")

    with pytest.raises(UsageError, match="不在本机"):
        Mailbox(account, timeouts=QUICK).connect()


def test_certificate_of_an_unknown_authority_is_refused_at_once(tmp_path: Path, waits: Waits) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    with Fake126(tls=context) as server:
        with pytest.raises(ConnectionFailedError, match="证书"):
            Mailbox(server.account(), sleep=waits, timeouts=QUICK).connect()
        with Mailbox(server.account(ca_file=str(tmp_path / "ca.pem")), timeouts=QUICK):
            pass

    assert waits == []


def test_starttls_that_the_server_will_not_do_never_ends_in_the_clear(server: Fake126, waits: Waits) -> None:
    account = replace(server.account(), security=Security.STARTTLS)

    with pytest.raises(ConnectionFailedError):
        Mailbox(account, sleep=waits, timeouts=QUICK).connect()

    assert server.login_attempts == 0


def test_trouble_with_an_answer_never_quotes_a_mail(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    server.faults.unsolicited = ["Subject: 440303 is nobody's number", "* 1 FETCH (UID)", "* 1 FETCH 440303"]

    with pytest.raises(ConnectionFailedError) as caught:
        look(mailbox)

    assert "440303" not in "".join(traceback.format_exception(caught.value))


# --- looking ------------------------------------------------------------------------------------------------


def test_lists_in_order_of_arrival_then_uid(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.newest_first = True
    server.deliver(mail(1, OPENS + timedelta(hours=3), uid=100))
    server.deliver(mail(2, OPENS + timedelta(hours=1), uid=300))
    server.deliver(mail(3, OPENS + timedelta(hours=1), uid=200))

    found = look(mailbox)

    assert uids(found.listed) == [200, 300, 100]
    assert found.uidvalidity == 1
    assert found.listed[0].received_at == OPENS + timedelta(hours=1)


def test_leaves_out_what_arrived_before_and_what_is_recorded(server: Fake126, mailbox: Mailbox) -> None:
    early = server.deliver(mail(1, OPENS - timedelta(seconds=1)))
    first = server.deliver(mail(2, OPENS))
    second = server.deliver(mail(3))

    found = look(mailbox, early.uid, first.uid)

    assert uids(found.listed) == [second.uid]
    assert (found.in_mailbox, found.recorded) == (2, 1)


def test_counts_recorded_mails_near_and_far_from_the_limit(server: Fake126, mailbox: Mailbox) -> None:
    kept = [server.deliver(mail(n, OPENS + timedelta(days=n))) for n in range(6)]
    server.deliver(mail(9, OPENS - timedelta(hours=2)))

    found = look(mailbox, *(each.uid for each in kept))

    assert found.listed == ()
    assert (found.in_mailbox, found.recorded) == (6, 6)


def test_does_not_ask_twice_for_the_date_of_an_early_mail(server: Fake126, mailbox: Mailbox) -> None:
    for number in range(60):
        server.deliver(mail(number, OPENS - timedelta(hours=1)))
    look(mailbox)
    server.commands.clear()

    look(mailbox)

    assert server.named("UID FETCH") == []


def test_search_date_is_english_whatever_the_locale(server: Fake126, mailbox: Mailbox) -> None:
    before = locale.setlocale(locale.LC_TIME)
    server.deliver(mail(1))
    try:
        for name in ("zh_CN.UTF-8", "zh_CN", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            look(mailbox)
    finally:
        locale.setlocale(locale.LC_TIME, before)

    assert set(server.named("SEARCH SINCE")) == {"UID SEARCH SINCE 23-Mar-2026"}


def test_finds_mail_that_search_by_date_does_not_show(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.blind_since = True
    everything = [server.deliver(mail(n)) for n in range(70)]

    found = look(mailbox)

    assert uids(found.listed) == [each.uid for each in everything]


def test_finds_mail_when_no_search_shows_anything(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.blind_since = server.faults.blind_all = True
    server.deliver(mail(0, OPENS - timedelta(days=400)))
    everything = [server.deliver(mail(n)) for n in range(170)]

    found = look(mailbox)

    assert uids(found.listed) == [each.uid for each in everything]


def test_finds_mail_when_search_is_refused(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.refuse_search = True
    server.deliver(mail(0, OPENS - timedelta(days=400)))
    new = server.deliver(mail(1))

    assert uids(look(mailbox).listed) == [new.uid]
    assert look(mailbox, new.uid).recorded == 1


def test_finds_the_one_mail_that_search_has_not_indexed_yet(server: Fake126, mailbox: Mailbox) -> None:
    first, second = server.deliver(mail(1)), server.deliver(mail(2))
    server.faults.hidden_from_search = {second.uid}

    assert uids(look(mailbox, first.uid).listed) == [second.uid]


def test_does_not_list_years_of_mail_when_search_is_honest(server: Fake126, mailbox: Mailbox) -> None:
    for number in range(400):
        server.deliver(mail(number, OPENS - timedelta(days=number + 3)))

    found = look(mailbox)

    assert found.listed == ()
    assert server.named("SEARCH ALL") == []
    assert len(server.named("FETCH")) == 1


def test_hundred_thousand_mails_in_one_search_answer_are_no_trouble(server: Fake126, mailbox: Mailbox) -> None:
    server.mails.extend(FakeMail(1392611444 + n, b"\r\n", OPENS + timedelta(days=9)) for n in range(100_000))
    everything = frozenset(each.uid for each in server.mails)

    found = mailbox.look(OPENS, lambda uidvalidity: everything)

    assert (found.in_mailbox, found.recorded) == (100_000, 100_000)
    assert len(server.named("FETCH")) == 1


def test_mail_moved_back_with_a_lower_uid_and_an_older_date_is_found(server: Fake126, mailbox: Mailbox) -> None:
    late = server.deliver(mail(2, uid=500))
    assert uids(look(mailbox).listed) == [late.uid]

    back = server.deliver(mail(1, OPENS, uid=3))

    assert uids(look(mailbox, late.uid).listed) == [back.uid]


def test_new_uidvalidity_forgets_the_old_listing(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1, OPENS - timedelta(hours=1), uid=7))
    assert look(mailbox).listed == ()
    server.uidvalidity = 2
    server.mails[0] = mail(2, uid=7)

    found = look(mailbox)

    assert found.listed[0].location == MailLocation("INBOX", 2, 7)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25-Mar-2026 08:00:00 +0000", datetime(2026, 3, 25, 8, tzinfo=UTC)),
        (" 5-Apr-2026 08:00:00 -1130", datetime(2026, 4, 5, 19, 30, tzinfo=UTC)),
        ("25-Mar-2026 08:00:00 +1400", datetime(2026, 3, 24, 18, tzinfo=UTC)),
        ("25-Mar-2026 08:00:00 +8000", datetime(2026, 3, 25, 0, tzinfo=UTC)),
    ],
)
def test_reads_dates_of_every_zone(server: Fake126, mailbox: Mailbox, text: str, moment: datetime) -> None:
    server.deliver(mail(1)).date_text = text

    assert look(mailbox).listed[0].received_at == moment


def test_mail_without_a_readable_date_is_listed_last(server: Fake126, mailbox: Mailbox) -> None:
    undated, dated = server.deliver(mail(1)), server.deliver(mail(2))
    undated.date_text = "gestern"

    found = look(mailbox)

    assert sorted(uids(found.listed)) == [undated.uid, dated.uid]
    assert {each.received_at for each in found.listed} == {dated.received_at}


def test_mail_whose_date_kills_the_connection_is_listed_all_the_same(server: Fake126, mailbox: Mailbox) -> None:
    first = server.deliver(mail(0))
    for number in range(60):
        server.deliver(mail(number + 1))
    server.faults.cut_at_date[first.uid] = 99

    for _ in range(3):
        try:
            found = look(mailbox)
            break
        except ConnectionFailedError:
            continue

    assert len(found.listed) == 61


def test_mail_whose_date_the_server_refuses_is_listed_all_the_same(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(70)]
    server.faults.refuse_dates = {everything[0].uid, everything[5].uid}

    found = look(mailbox)

    assert sorted(uids(found.listed)) == [each.uid for each in everything]
    assert {found.listed[-1].received_at} == {each.received_at for each in found.listed[-3:]}


def test_recorded_mails_are_counted_although_search_is_blind(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(70)]
    server.faults.blind_since = True

    found = look(mailbox, *(each.uid for each in everything))

    assert (found.in_mailbox, found.recorded) == (70, 70)


def test_moment_long_ago_lists_everything(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1, datetime(1999, 12, 31, tzinfo=UTC)))

    assert len(look(mailbox, since=datetime(1, 1, 1, tzinfo=UTC)).listed) == 1


def test_unsafe_login_in_a_running_session_is_mended_by_a_fresh_one(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    mailbox.connect()
    server.faults.unsafe_once = True

    assert len(look(mailbox).listed) == 1
    assert server.connections == 2


def test_unsolicited_lines_do_not_disturb(server: Fake126, mailbox: Mailbox) -> None:
    known = server.deliver(mail(1))
    other = server.deliver(mail(2))
    server.faults.unsolicited = [
        "* 5 EXISTS",
        r"* 1 FETCH (FLAGS (\Seen))",
        rf"* 9 FETCH (UID {known.uid} FLAGS (\Answered))",
        r"* 77 FETCH (UID 4711 FLAGS ())",
        "* 3 EXPUNGE",
        "* 0 RECENT",
    ]

    assert fetched(mailbox) == [known.uid, other.uid]


# --- fetching -----------------------------------------------------------------------------------------------


def test_fetches_whole_mails_in_order_and_leaves_them_unread(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.newest_first = True
    everything = [server.deliver(mail(n, size=n * 100)) for n in range(25)]

    found = list(mailbox.fetch(look(mailbox).listed))

    assert [each.raw for each in found] == [each.raw for each in everything]
    assert [each.size for each in found] == [len(each.raw) for each in everything]
    assert all(each.complete for each in found)
    assert not any(each.flags for each in server.mails)
    assert len(server.named("BODY.PEEK[]")) == 3


def test_connection_cut_inside_a_mail_is_mended(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n, size=5000)) for n in range(12)]
    server.faults.cut_in_literal[everything[4].uid] = 2

    assert fetched(mailbox) == [each.uid for each in everything]
    assert mailbox.failed == {}


def test_mail_that_always_kills_the_connection_does_not_block_the_others(
    server: Fake126, mailbox: Mailbox
) -> None:
    everything = [server.deliver(mail(n, size=5000)) for n in range(12)]
    bad = everything[4]
    server.faults.cut_in_literal[bad.uid] = 99

    found = fetched(mailbox)

    assert found == [each.uid for each in everything if each is not bad]
    assert list(mailbox.failed) == [MailLocation("INBOX", 1, bad.uid)]


def test_beginning_is_taken_of_a_mail_that_failed_before(server: Fake126, mailbox: Mailbox) -> None:
    bad = server.deliver(mail(1, size=600_000))
    server.faults.cut_in_literal[bad.uid] = 4
    assert fetched(mailbox) == []

    found = list(mailbox.fetch(look(mailbox).listed))

    assert [each.complete for each in found] == [False]
    assert found[0].raw == bad.raw[: 256 * 1024]
    assert found[0].size == len(bad.raw)
    assert mailbox.failed == {}


def test_mail_that_recovers_is_fetched_whole_the_next_time(server: Fake126, mailbox: Mailbox) -> None:
    bad = server.deliver(mail(1, size=600_000))
    server.faults.cut_in_literal[bad.uid] = 3
    assert fetched(mailbox) == []

    found = list(mailbox.fetch(look(mailbox).listed))

    assert [each.raw for each in found] == [bad.raw]


def test_mail_that_the_server_refuses_is_fetched_in_part(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n, size=400_000)) for n in range(3)]
    server.faults.refuse_content[everything[1].uid] = 99

    found = list(mailbox.fetch(look(mailbox).listed))

    assert [each.location.uid for each in found] == [each.uid for each in everything]
    assert [each.complete for each in found] == [True, False, True]


def test_mail_that_the_server_refuses_altogether_is_reported(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(3)]
    bad = everything[1]
    server.faults.refuse_content[bad.uid] = server.faults.refuse_beginning[bad.uid] = 99

    assert fetched(mailbox) == [everything[0].uid, everything[2].uid]
    assert "不肯给出" in mailbox.failed[MailLocation("INBOX", 1, bad.uid)]


def test_several_mails_in_a_row_that_kill_the_connection_give_way_in_the_end(
    server: Fake126, mailbox: Mailbox
) -> None:
    bad = [server.deliver(mail(n)) for n in range(4)]
    good = server.deliver(mail(9))
    for each in bad:
        server.faults.cut_in_literal[each.uid] = 999

    seen: list[int] = []
    for _ in range(6):
        try:
            seen += fetched(mailbox)
        except ConnectionFailedError:
            continue

    assert good.uid in seen


def test_server_that_breaks_at_every_mail_is_tried_again_later(
    server: Fake126, mailbox: Mailbox, waits: Waits
) -> None:
    for number in range(40):
        server.faults.cut_in_literal[server.deliver(mail(number)).uid] = 999
    found = look(mailbox)

    with pytest.raises(ConnectionFailedError):
        list(mailbox.fetch(found.listed))

    assert server.login_attempts <= 12
    assert max(waits) > 30


def test_recalled_mail_is_reported_as_vanished(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(3)]
    found = look(mailbox)
    server.faults.not_in_fetch = {everything[1].uid}

    got = [each.location.uid for each in mailbox.fetch(found.listed)]

    assert got == [everything[0].uid, everything[2].uid]
    assert mailbox.vanished == (MailLocation("INBOX", 1, everything[1].uid),)


def test_mail_without_content_has_not_vanished(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(3)]
    server.faults.without_content = {everything[1].uid}

    assert fetched(mailbox) == [everything[0].uid, everything[2].uid]
    assert mailbox.vanished == ()
    assert list(mailbox.failed) == [MailLocation("INBOX", 1, everything[1].uid)]


def test_uidvalidity_that_changes_on_the_way_gives_no_wrong_mail(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    found = look(mailbox)
    server.uidvalidity = 2
    server.close_connections()

    assert list(mailbox.fetch(found.listed)) == []
    assert mailbox.vanished == (found.listed[0].location,)


def test_oversized_mail_is_fetched_in_part(server: Fake126) -> None:
    big, small = server.deliver(mail(1, size=600_000)), server.deliver(mail(2))
    with Mailbox(server.account(), timeouts=QUICK, max_mail_bytes=500_000) as box:
        found = list(box.fetch(look(box).listed))

    assert [each.complete for each in found] == [False, True]
    assert found[0].raw == big.raw[: 256 * 1024]
    assert (found[0].size, found[1].raw) == (len(big.raw), small.raw)


def test_marking_between_two_fetches_does_not_lose_the_place(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(23)]

    seen = []
    for each in mailbox.fetch(look(mailbox).listed):
        seen.append(each.location.uid)
        mailbox.mark([(each.location, MailMark.ANSWERED)])

    assert seen == [each.uid for each in everything]
    assert all(each.flags == {r"\Seen", r"\Answered"} for each in everything)


def test_session_that_idled_too_long_is_rebuilt(waits: Waits) -> None:
    with Fake126(idle_seconds=0.2) as server, Mailbox(server.account(), sleep=waits, timeouts=QUICK) as box:
        first, second = server.deliver(mail(1)), server.deliver(mail(2))
        assert len(look(box).listed) == 2
        for thread in server._threads[1:]:
            thread.join(timeout=5)

        assert fetched(box) == [first.uid, second.uid]
        assert server.connections == 2
        assert waits == []


# --- marking and filing ---------------------------------------------------------------------------------------


def test_marks_answered_and_for_a_person(server: Fake126, mailbox: Mailbox) -> None:
    answered, review, alone = (server.deliver(mail(n)) for n in range(3))
    review.flags.add(r"\Seen")
    places = [each.location for each in look(mailbox).listed]

    done = mailbox.mark(
        [(places[0], MailMark.ANSWERED), (places[1], MailMark.FOR_PERSON), (places[2], MailMark.NONE)]
    )

    assert done == tuple(places)
    assert answered.flags == {r"\Seen", r"\Answered"}
    assert review.flags == {r"\Flagged"}
    assert alone.flags == set()
    assert server.commands[-1].startswith("EXAMINE")


def test_mark_leaves_mails_of_another_uidvalidity_alone(server: Fake126, mailbox: Mailbox) -> None:
    here = server.deliver(mail(1))

    done = mailbox.mark([(MailLocation("INBOX", 2, here.uid), MailMark.ANSWERED)])

    assert done == ()
    assert here.flags == set()


def test_vanished_mail_is_not_marked_for_ever(server: Fake126, mailbox: Mailbox) -> None:
    here = server.deliver(mail(1))
    wanted = [MailLocation("INBOX", 1, uid) for uid in (99, here.uid)]

    assert mailbox.mark([(each, MailMark.ANSWERED) for each in wanted]) == tuple(wanted)
    assert here.flags == {r"\Seen", r"\Answered"}


def test_mark_in_a_read_only_mailbox_is_not_done(server: Fake126, mailbox: Mailbox) -> None:
    here = server.deliver(mail(1))
    server.faults.read_only = True

    assert mailbox.mark([(MailLocation("INBOX", 1, here.uid), MailMark.ANSWERED)]) == ()
    assert fetched(mailbox) == [here.uid]


def test_mark_that_is_refused_does_not_spoil_the_others(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(5)]
    server.faults.refuse_flags = {everything[2].uid}
    places = [MailLocation("INBOX", 1, each.uid) for each in everything]

    done = mailbox.mark([(place, MailMark.FOR_PERSON) for place in places])

    assert done == tuple(place for place in places if place.uid != everything[2].uid)


def test_mark_is_repeated_after_a_lost_connection(server: Fake126, mailbox: Mailbox) -> None:
    here = server.deliver(mail(1))
    server.faults.drop_at["UID STORE"] = 1

    assert len(mailbox.mark([(MailLocation("INBOX", 1, here.uid), MailMark.FOR_PERSON)])) == 1
    assert here.flags == {r"\Flagged"}


def test_never_sends_a_command_that_deletes_or_that_126_does_not_know(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    for each in mailbox.fetch(look(mailbox).listed):
        mailbox.mark([(each.location, MailMark.ANSWERED)])
    mailbox.append_draft(b"Message-ID: <d@126.com>\r\n\r\n", OPENS)
    mailbox.find_in_sent("<x@126.com>", OPENS)
    mailbox.close()

    spoken = " ".join(server.commands).upper()
    for word in (
        "EXPUNGE",
        "DELETED",
        "MOVE",
        "COPY",
        "IDLE",
        "CLOSE",
        "UIDNEXT",
        "ENVELOPE",
        "BODYSTRUCTURE",
        "UNSEEN",
    ):
        assert word not in spoken


def test_finds_its_own_mail_in_sent(server: Fake126, mailbox: Mailbox) -> None:
    sent = server.deliver(mail(1), SENT)
    sent.raw = b"message-id:\r\n\t<7@126.com>\r\nSubject: x\r\n\r\nMessage-ID: <8@126.com>\r\n"

    assert mailbox.find_in_sent("<7@126.com>", OPENS) is True
    assert mailbox.find_in_sent("<8@126.com>", OPENS) is False


def test_finds_in_sent_what_search_does_not_show(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.blind_since = True
    server.deliver(mail(1), SENT)

    assert mailbox.find_in_sent("<1@hospital.example.org>", OPENS) is True


def test_finds_in_sent_although_search_is_refused(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.refuse_search = True
    for number in range(60):
        server.deliver(mail(number), SENT)

    assert mailbox.find_in_sent("<1@hospital.example.org>", OPENS) is True
    assert mailbox.find_in_sent("<99@hospital.example.org>", OPENS) is False


def test_sent_folder_does_not_stay_open(server: Fake126, mailbox: Mailbox) -> None:
    everything = [server.deliver(mail(n)) for n in range(25)]

    seen = []
    for each in mailbox.fetch(look(mailbox).listed):
        seen.append(each.location.uid)
        mailbox.find_in_sent("<1@126.com>", OPENS)

    assert seen == [each.uid for each in everything]


def test_no_sent_folder_is_neither_yes_nor_no(server: Fake126, mailbox: Mailbox) -> None:
    del server.folders[SENT]

    assert mailbox.find_in_sent("<1@hospital.example.org>", OPENS) is None


def test_draft_lies_in_drafts_once_although_the_answer_was_lost(server: Fake126, mailbox: Mailbox) -> None:
    server.faults.drop_after_append = 1

    mailbox.append_draft(b"Subject: x\r\nMessage-ID: <d@126.com>\r\n\r\nhello\r\n", OPENS)

    assert len(server.folders[DRAFTS]) == 1
    assert server.folders[DRAFTS][0].flags == {r"\Draft"}
    assert server.folders[DRAFTS][0].received_at == OPENS


def test_drafts_folder_is_made_where_there_is_none(server: Fake126, mailbox: Mailbox) -> None:
    del server.folders[DRAFTS]

    mailbox.append_draft(b"Message-ID: <d@126.com>\r\n\r\n", OPENS)

    assert len(server.folders["Drafts"]) == 1


def test_mailbox_can_be_used_again_after_closing(server: Fake126, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    look(mailbox)
    mailbox.close()

    assert len(look(mailbox).listed) == 1
    assert server.connections == 2
