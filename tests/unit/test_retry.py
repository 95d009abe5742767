"""What mail servers' replies mean, and when to try again. NetEase's list is tested over SMTP in test_smtp_126."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records.outgoing import Delivery, DeliveryResult
from bot.replies.reply_rules import MAX_ATTEMPTS, RULES, Stage
from bot.replies.retry import next_attempt, next_server_day, queue_id, sort_reply, weigh_refusals
from bot.replies.wire import as_transmitted, decode_reply, envelope_address, stuff_dots

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
RETRY = Delivery(DeliveryResult.RETRY, 451, rule="later")


@pytest.mark.parametrize(
    ("code", "text", "stage", "result", "rule"),
    [
        # Postfix
        (
            550,
            "5.1.1 <a@b.cn>: Recipient address rejected: User unknown",
            Stage.RCPT,
            "person",
            "no_such_recipient",
        ),
        (554, "5.7.1 <a@b.cn>: Relay access denied", Stage.RCPT, "stop", "relay_denied"),
        (
            553,
            "5.7.1 <a@b.cn>: Sender address rejected: not owned by user x",
            Stage.RCPT,
            "stop",
            "sender_refused",
        ),
        (552, "5.3.4 Message size exceeds fixed limit", Stage.MAIL, "person", "too_large"),
        (530, "5.7.0 Must issue a STARTTLS command first", Stage.MAIL, "stop", "login_refused"),
        (450, "4.1.8 <a@b.cn>: Sender address rejected: Domain not found", Stage.RCPT, "retry", "later"),
        (452, "4.3.1 Insufficient system storage", Stage.MAIL, "retry", "later"),
        (454, "4.7.0 Temporary authentication failure", Stage.LOGIN, "retry", "later"),
        # Exchange, Exim, QQ, Google and whoever reads RFC 3463
        (
            550,
            "5.7.60 SMTP; Client does not have permissions to send as this sender",
            Stage.DOT,
            "person",
            "refused",
        ),
        (535, "5.7.3 Authentication unsuccessful", Stage.LOGIN, "stop", "login_refused"),
        (550, "5.2.1 mailbox is inactive", Stage.RCPT, "person", "no_such_recipient"),
        (552, "5.2.2 over quota", Stage.RCPT, "person", "mailbox_full"),
        (452, "4.2.2 mailbox full", Stage.RCPT, "retry", "later"),
        (550, "5.7.26 unauthenticated mail is prohibited", Stage.DOT, "stop", "sender_refused"),
        (550, "5.7.11 encryption needed", Stage.MAIL, "stop", "security_needed"),
        (554, "Service unavailable; client blocked using bl.example.org", Stage.CONNECT, "stop", "unwelcome"),
        (550, "Ip frequency limited", Stage.DOT, "pause", "frequency"),
        (421, "4.7.0 too many connections", Stage.CONNECT, "pause", "frequency"),
        (550, "mailbox not found", Stage.RCPT, "person", "no_such_recipient"),
        # The same words, said of ourselves
        (550, "User suspended", Stage.MAIL, "stop", "mail_refused"),
        (550, "User suspended", Stage.LOGIN, "stop", "login_refused_otherwise"),
        # Known by code alone
        (421, "closing", Stage.DOT, "retry", "later"),
        (432, "", Stage.RCPT, "retry", "later"),
        (599, "", Stage.RCPT, "person", "refused"),
        (554, "Transaction failed", Stage.DOT, "person", "refused"),
        (554, "no service", Stage.CONNECT, "retry", "turned_away"),
        (501, "bad address", Stage.RCPT, "person", "refused"),
        (503, "bad sequence", Stage.DATA, "stop", "protocol"),
        (500, "line too long", Stage.DOT, "person", "refused"),
        # Not replies at all
        (-1, "hello", Stage.MAIL, "retry", "unclear"),
        (250, "instead of 354", Stage.DATA, "retry", "unclear"),
        (-1, "hello", Stage.DOT, "in_doubt", "unclear_after_dot"),
        (354, "again", Stage.DOT, "in_doubt", "unclear_after_dot"),
    ],
)
def test_a_reply_is_sorted_by_the_first_rule_that_fits(
    code: int, text: str, stage: Stage, result: str, rule: str
) -> None:
    delivery = sort_reply(code, text, stage)

    assert (delivery.result, delivery.rule) == (result, rule)
    assert (delivery.code, delivery.text) == (code, text)


def test_2xx_after_the_final_dot_is_sent_whatever_it_says() -> None:
    delivery = sort_reply(250, "2.0.0 Ok: queued as 4XyZ, DT:SPM", Stage.DOT)

    assert delivery == Delivery(
        DeliveryResult.SENT, 250, "2.0.0 Ok: queued as 4XyZ, DT:SPM", queue_id="4XyZ", rule="accepted"
    )


@given(code=st.integers(-1, 999), text=st.text(max_size=80), stage=st.sampled_from(Stage))
def test_every_reply_has_a_meaning_and_only_an_accepted_mail_is_sent(code: int, text: str, stage: Stage) -> None:
    delivery = sort_reply(code, text, stage)

    assert (delivery.result is DeliveryResult.SENT) == (stage is Stage.DOT and 200 <= code < 300)
    assert delivery.result is not DeliveryResult.IN_DOUBT or stage is Stage.DOT


@given(code=st.integers(400, 599), text=st.text(max_size=80), stage=st.sampled_from((Stage.CONNECT, Stage.LOGIN)))
def test_an_unknown_refusal_before_any_mail_is_never_blamed_on_one(code: int, text: str, stage: Stage) -> None:
    delivery = sort_reply(code, text.replace(":", ""), stage)

    assert delivery.rule in ("too_large", "illegal_attachment") or delivery.result is not DeliveryResult.PERSON


def test_each_rule_has_its_own_name_and_a_sentence_for_people() -> None:
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert all(rule.advice.endswith("。") and re.search("[一-鿿]", rule.advice) for rule in RULES)
    assert not any(re.search(r"[,;!?]", rule.advice) for rule in RULES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mail OK queued as smtp11,D8CowABXRAHFeUpcvx3dAg--.43886S2 1548385572",
            "D8CowABXRAHFeUpcvx3dAg--.43886S2",
        ),
        ("Mail OK queued as gzga-smtp-mtada-g0-1,_____wDnP8x1 1711958400", "_____wDnP8x1"),
        ("2.0.0 Ok: queued as 4V7xyz1Z2Y3X", "4V7xyz1Z2Y3X"),
        ("2.0.0 <a@b.cn> KkLmN+abc Saved", "KkLmN+abc"),
        ("2.0.0 31A8Xy012345 Message accepted for delivery", "31A8Xy012345"),
        ("OK id=1rrABC-0000Xy-2d", "1rrABC-0000Xy-2d"),
        ("2.6.0 <1@x> [InternalId=3710, Hostname=x] Queued mail for delivery", "3710"),
        ("ok 1711958400 qp 12345", "12345"),
        ("2.0.0 OK  1711958400 d9443c01a7336 - gsmtp", "1711958400 d9443c01a7336"),
        ("OK: queued as.", ""),
        ("Message accepted", ""),
        ("", ""),
    ],
)
def test_the_queue_id_is_found_in_the_words_of_common_servers(text: str, expected: str) -> None:
    assert queue_id(text) == expected


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 2), (1, 2), (2, 5), (3, 10), (4, 30), (5, 60), (6, 60), (49, 60)]
)
def test_the_pause_between_attempts_grows_to_an_hour(attempts: int, minutes: int) -> None:
    moment = next_attempt(attempts, NOW, RETRY, "<1.answer@126.com>")

    assert moment is not None
    pause = moment - NOW
    assert timedelta(minutes=minutes) <= pause <= timedelta(minutes=minutes * 1.2)


def test_a_mail_is_given_up_after_about_two_days() -> None:
    moment = NOW
    attempts = 1
    while (following := next_attempt(attempts, moment, RETRY, "seed")) is not None:
        moment, attempts = following, attempts + 1

    assert attempts == MAX_ATTEMPTS
    assert timedelta(days=1.5) < moment - NOW < timedelta(days=2.5)


def test_mails_that_failed_together_are_not_tried_together() -> None:
    moments = {next_attempt(3, NOW, RETRY, f"<{n}@126.com>") for n in range(50)}

    assert len(moments) == 50


def test_the_same_mail_gets_the_same_moment_again() -> None:
    assert next_attempt(3, NOW, RETRY, "seed") == next_attempt(3, NOW, RETRY, "seed")


def test_a_suspicion_of_spam_is_tried_three_times() -> None:
    suspicion = sort_reply(451, "DT:SPM ,please try again", Stage.DOT)

    moments = [next_attempt(attempts, NOW, suspicion, "seed") for attempts in (1, 2, 3)]

    assert moments[0] is not None
    assert moments[0] - NOW >= timedelta(minutes=2)
    assert moments[1] is not None
    assert moments[2] is None


def test_a_rules_own_wait_is_kept_where_it_is_longer() -> None:
    moment = next_attempt(1, NOW, sort_reply(554, "no service", Stage.CONNECT), "seed")

    assert moment is not None
    assert timedelta(minutes=15) <= moment - NOW <= timedelta(minutes=18)


@pytest.mark.parametrize(
    ("text", "minutes"), [("450 MI:DMC", 1), ("451 MI:SFQ", 15), ("421 HL:IFC", 15), ("550 RP:QRC", 60)]
)
def test_a_pause_lasts_as_long_as_the_server_wants_and_never_ends(text: str, minutes: int) -> None:
    pause = sort_reply(int(text[:3]), text[4:], Stage.MAIL)

    for attempts in (1, MAX_ATTEMPTS + 1):
        moment = next_attempt(attempts, NOW, pause, "seed")
        assert moment is not None
        assert timedelta(minutes=minutes) <= moment - NOW <= timedelta(minutes=minutes * 1.2)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 4, 1, 8, 0, tzinfo=UTC), datetime(2026, 4, 1, 16, 10, tzinfo=UTC)),
        (datetime(2026, 4, 1, 15, 59, tzinfo=UTC), datetime(2026, 4, 1, 16, 10, tzinfo=UTC)),
        (datetime(2026, 4, 1, 16, 0, tzinfo=UTC), datetime(2026, 4, 2, 16, 10, tzinfo=UTC)),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), datetime(2026, 12, 31, 16, 10, tzinfo=UTC)),
    ],
)
def test_a_used_up_day_ends_at_ten_past_midnight_in_beijing(now: datetime, expected: datetime) -> None:
    quota = sort_reply(554, "MI:STC 126 smtp11", Stage.MAIL)

    assert next_attempt(1, now, quota, "seed") == expected
    assert next_server_day(now) == expected


def test_a_mail_in_doubt_is_looked_for_four_times() -> None:
    doubt = Delivery(DeliveryResult.IN_DOUBT)

    moments = [next_attempt(looks, NOW, doubt, "seed") for looks in (1, 2, 3, 4, 5)]

    assert [moment and (moment - NOW) // timedelta(minutes=1) for moment in moments] == [2, 5, 10, 30, None]


@pytest.mark.parametrize("result", [DeliveryResult.SENT, DeliveryResult.STOP, DeliveryResult.PERSON])
def test_what_is_settled_or_stopped_is_not_tried_again_by_itself(result: DeliveryResult) -> None:
    assert next_attempt(1, NOW, Delivery(result), "seed") is None


def test_a_single_refusal_among_several_recipients_stops_nothing() -> None:
    person = sort_reply(550, "Invalid User", Stage.RCPT)

    assert weigh_refusals({}, 2) is None
    assert weigh_refusals({"a": person}, 2) is None
    assert weigh_refusals({"a": person}, 1) is person


def test_among_refusals_the_word_about_ourselves_weighs_most() -> None:
    person, later = sort_reply(550, "Invalid User", Stage.RCPT), sort_reply(450, "later", Stage.RCPT)
    stop, pause = sort_reply(550, "RP:FRL", Stage.RCPT), sort_reply(550, "RP:TRC", Stage.RCPT)
    closing = sort_reply(421, "closing", Stage.RCPT)

    assert weigh_refusals({"a": person, "b": pause, "c": stop}, 9) is stop
    assert weigh_refusals({"a": person, "b": pause}, 9) is pause
    assert weigh_refusals({"a": closing}, 9) is closing
    assert weigh_refusals({"a": person, "b": later}, 2) is later


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"authentication failed", "authentication failed"),
        ("用户无权登陆".encode("gbk"), "用户无权登陆"),
        ("请使用授权码登录".encode(), "请使用授权码登录"),
        ("通知".encode("gbk"), "通知"),
        (b"\xff\xfe", "��"),
        ("already text", "already text"),
    ],
)
def test_a_servers_words_are_read_in_either_encoding(raw: bytes | str, expected: str) -> None:
    assert decode_reply(raw) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("office@hospital01.example.org", "office@hospital01.example.org"),
        (" office@example.org ", "office@example.org"),
        ("o'neil+a.b@example.org", "o'neil+a.b@example.org"),
        ("office@医院.example", "office@" + "医院.example".encode("idna").decode()),
        ("院办@example.org", None),
        ("office@a..example", None),
        ("@example.org", None),
        ("office@", None),
        ("office", None),
        ("a@b.cn\r\nRCPT TO:<c@d.cn>", None),
        ("a" * 250 + "@b.cn", None),
    ],
)
def test_only_an_address_that_fits_the_envelope_is_used(address: str, expected: str | None) -> None:
    assert envelope_address(address) == expected


@given(st.binary(max_size=200))
def test_no_line_of_a_mail_can_end_it(mime: bytes) -> None:
    transmitted = stuff_dots(as_transmitted(mime))

    assert b"\r\n.\r\n" not in b"\r\n" + transmitted
    assert transmitted.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", transmitted)


def test_a_mail_with_proper_line_ends_is_transmitted_unchanged() -> None:
    mime = b"Subject: a\r\n\r\nb\r\n"

    assert as_transmitted(mime) == mime
