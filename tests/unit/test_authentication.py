"""Whom the mailbox server vouches for, and that nobody can vouch for himself by writing headers into his mail."""

from __future__ import annotations

import pytest

from bot.intake.authentication import authenticity, own_results
from bot.intake.parse import parse
from bot.records.mail import Authenticity
from tests.unit.mail_samples import CLERK, HOSPITAL, text_mail

PASSED, FAILED, UNKNOWN = Authenticity.PASSED, Authenticity.FAILED, Authenticity.UNKNOWN
DOMAIN = HOSPITAL.domain
NUMBER = "OcCowEXAMPLEx0C3VgxNvcDw--.34051S3"
NETEASE_TOP = (
    f"Received: from mx.{DOMAIN} (unknown [192.0.2.7])\r\n\tby mx40 (Coremail) with SMTP id {NUMBER};\r\n"
    "\tFri, 27 Mar 2026 09:00:01 +0800 (CST)\r\n"
)
FORGED = f"spf=pass smtp.mailfrom={CLERK}; dkim=pass header.d={DOMAIN}; dmarc=pass header.from={DOMAIN}"


def verdict(top: str = "", bottom: str = "", sender: str = CLERK) -> Authenticity:
    """What is made of a mail with these header lines above and below those that its sender wrote."""
    raw = top.encode() + text_mail("x", extra=bottom.encode(), From=sender.encode())
    return authenticity(parse(raw))


def netease(results: str, sender: str = CLERK, forged: str = "") -> Authenticity:
    """A mail in a 126 mailbox: Received on top, everything else of NetEase's behind the sender's own headers."""
    return verdict(
        NETEASE_TOP,
        f"{forged}X-CM-TRANSID:{NUMBER}\r\nAuthentication-Results: {results}\r\nX-Coremail-Antispam: 1Uf129KB\r\n",
        sender,
    )


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        pytest.param(f"mx40; spf=pass smtp.mail={CLERK}; dkim=pass header.i=@{DOMAIN}", PASSED, id="both"),
        pytest.param(f"mx40; spf=pass smtp.mail={CLERK};", PASSED, id="only-spf"),
        pytest.param(f"mx40; spf=none smtp.mail={CLERK}; dkim=pass header.i=@{DOMAIN}", PASSED, id="only-dkim"),
        pytest.param(f"mx40; spf=pass smtp.mail=x@mail.{DOMAIN}; dkim=none", PASSED, id="subdomain"),
        pytest.param(f"MX40; SPF=PASS SMTP.MAIL={CLERK.upper()}; DKIM=NONE", PASSED, id="upper-case"),
        pytest.param(
            f"mx40; spf=pass\r\n smtp.mail={CLERK[:9]}\r\n\t{CLERK[9:]}; dk\r\n\tim=none", PASSED, id="folded"
        ),
        pytest.param(f"mx40; dkim=\r\n\tpass header.i=@{DOMAIN}", PASSED, id="folded-at-equals"),
        pytest.param(f"mx40; spf=softfail smtp.mail={CLERK}; dkim=none", FAILED, id="softfail"),
        pytest.param(f"mx40; spf=fail smtp.mail={CLERK}; dkim=fail header.i=@{DOMAIN}", FAILED, id="fail"),
        pytest.param(f"mx40; spf=none smtp.mail={CLERK}", FAILED, id="none"),
        pytest.param(
            "mx40; spf=pass smtp.mail=x@evil.example; dkim=pass header.i=@evil.example", FAILED, id="forger"
        ),
        pytest.param(f"mx40; spf=pass smtp.mail=x@evil{DOMAIN}; dkim=none", FAILED, id="longer-domain"),
        pytest.param(f"mx40; spf=pass smtp.helo=mx.{DOMAIN}; dkim=none", FAILED, id="greeting-proves-nothing"),
        pytest.param("mx40; spf=pass; dkim=pass", FAILED, id="for-nobody-named"),
        pytest.param("mx40; none", UNKNOWN, id="nothing-looked-at"),
        pytest.param("mx40; auth=pass smtp.auth=someone", UNKNOWN, id="other-methods"),
    ],
)
def test_netease_vouches_for_the_domain_that_it_found_to_be_the_senders(
    results: str, expected: Authenticity
) -> None:
    assert netease(results) is expected


@pytest.mark.parametrize("server", ["mx40", "mx19", "example.org"])
def test_header_that_a_forger_wrote_into_his_mail_for_netease_counts_for_nothing(server: str) -> None:
    forged = f"X-CM-TRANSID:{NUMBER}\r\nAuthentication-Results: {server}; {FORGED}\r\n"

    found = netease("mx40; spf=pass smtp.mail=x@evil.example; dkim=none", forged=forged)

    assert found is FAILED


def test_forged_results_count_for_nothing_where_netease_itself_says_nothing() -> None:
    forged = f"Authentication-Results: mx40; {FORGED}\r\nX-Mailer: x\r\nX-CM-TRANSID:{NUMBER}\r\n"

    assert verdict(NETEASE_TOP, forged) is UNKNOWN


def test_netease_may_write_its_number_last() -> None:
    results = f"Authentication-Results: mx40; spf=pass smtp.mail={CLERK}\r\nX-CM-TRANSID:{NUMBER}\r\n"
    other = results.replace("mx40", "mx7")
    foreign = results.replace("OcCow", "XXXXX")

    assert verdict(NETEASE_TOP, results) is PASSED
    assert verdict(NETEASE_TOP, other) is UNKNOWN
    assert verdict(NETEASE_TOP, foreign) is UNKNOWN


def test_envelope_senders_own_words_in_quotes_vouch_for_nobody() -> None:
    sender = f'"a;dkim=pass header.i=@{DOMAIN};b"@evil.example'
    property_in_quotes = f'"a smtp.mailfrom={CLERK} "@evil.example'

    assert netease(f"mx40; spf=pass smtp.mail={sender}; dkim=none") is FAILED
    assert netease(f"mx40; spf=pass smtp.mail={property_in_quotes}; dkim=none") is FAILED


@pytest.mark.parametrize(
    ("received", "sender", "expected"),
    [
        (
            "from clerk$163.com ( [192.0.2.9] ) by ajax-webmail-wmsvr-40-117\r\n (Coremail) ; Fri",
            "clerk@163.com",
            PASSED,
        ),
        (
            "from clerk$163.com ( [2001:db8::9]\r\n ) by ajax-webmail-wmsvr50 (Coremail) ; Fri",
            "Clerk@163.com",
            PASSED,
        ),
        ("from other$163.com ( [192.0.2.9] ) by ajax-webmail-wmsvr50 (Coremail) ; Fri", "clerk@163.com", UNKNOWN),
        (
            "from clerk$163.com (unknown [192.0.2.9]) by mx19 (Coremail) with SMTP id 1; F",
            "clerk@163.com",
            UNKNOWN,
        ),
        (
            "from clerk$163.com ( [192.0.2.9] ) by ajax-webmail-a (Coremail) (x [192.0.2.9]) by mx19 (Coremail) ;",
            "clerk@163.com",
            UNKNOWN,
        ),
    ],
    ids=["account", "ipv6", "other-account", "only-a-greeting", "greeting-that-mimics"],
)
def test_neteases_webmail_vouches_for_the_account_that_was_logged_in(
    received: str, sender: str, expected: Authenticity
) -> None:
    assert verdict(f"Received: {received}\r\n", sender=sender) is expected


OUTSIDE = (
    f"Received: from mx.{DOMAIN} (mx.{DOMAIN} [198.51.100.7])\r\n"
    "\tby mail.example.org (Postfix) with ESMTPS id 4A\r\n"
)
HANDED_OVER = "Received: from mail.example.org\r\n\tby mail.example.org with LMTP\r\n\tid abc\r\n"
LOOPED = "Received: from localhost (localhost [127.0.0.1])\r\n\tby mail.example.org (Postfix) with ESMTP id 9\r\n"
GOOD = f"mail.example.org; spf=pass smtp.mailfrom={CLERK}"


def results(value: str) -> str:
    return f"Authentication-Results: {value}\r\n"


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [
        pytest.param(results(GOOD) + OUTSIDE, "", PASSED, id="above-its-received"),
        pytest.param(HANDED_OVER + results(GOOD) + OUTSIDE, "", PASSED, id="dovecot-on-top"),
        pytest.param(LOOPED + results(GOOD) + OUTSIDE, "", PASSED, id="content-filter-on-top"),
        pytest.param(
            results("mail.example.org; dkim=none") + results(GOOD) + OUTSIDE, "", PASSED, id="one-header-each"
        ),
        pytest.param(
            results("mail.example.org;\r\n\tdkim=pass (2048-bit key; (nested; x) \\) ok) header.d=" + DOMAIN)
            + OUTSIDE,
            "",
            PASSED,
            id="comments",
        ),
        pytest.param(OUTSIDE, results(GOOD), UNKNOWN, id="below-its-received"),
        pytest.param(OUTSIDE + OUTSIDE, results(GOOD) + OUTSIDE, UNKNOWN, id="between-forged-hops"),
        pytest.param(OUTSIDE + LOOPED + HANDED_OVER, results(GOOD) + OUTSIDE, UNKNOWN, id="forged-inner-hops"),
        pytest.param(
            results("mail.example.org; spf=fail smtp.mailfrom=x@evil.example") + OUTSIDE,
            results(GOOD) + OUTSIDE,
            FAILED,
            id="forged-below-the-real-one",
        ),
        pytest.param("ARC-" + results("i=1; " + GOOD) + OUTSIDE, "", UNKNOWN, id="arc-never-counts"),
        pytest.param(f"X-Original-{results(GOOD)}" + OUTSIDE, "", UNKNOWN, id="other-header"),
    ],
)
def test_other_servers_are_believed_only_above_the_hop_from_outside(
    top: str, bottom: str, expected: Authenticity
) -> None:
    assert verdict(top, bottom) is expected


def test_private_networks_of_the_sender_are_not_taken_for_ours() -> None:
    pretended = (
        "Received: from [127.0.0.1] (mx.evil.example [198.51.100.9]) by mail.example.org with ESMTP id 1\r\n"
    )

    assert verdict(pretended, results(GOOD) + OUTSIDE) is UNKNOWN


QQ_TOP = (
    "Received: from mx.evil.example ([198.51.100.9])\r\n\tby newxmmxszc6-1.qq.com (NewMX) with SMTP id 60\r\n"
    "X-QQ-mid: x\r\n"
)
GMAIL_TOP = (
    "Received: by 2002:a05:7000:1 with SMTP id a1csp2;\r\n        Fri, 27 Mar 2026 09:00:00 +0800\r\n"
    "Received: from mx.evil.example (evil.example. [198.51.100.9])\r\n by mx.google.com with ESMTPS id 3\r\n"
)


@pytest.mark.parametrize(("top", "server"), [(QQ_TOP, "mx.qq.com"), (GMAIL_TOP, "mx.google.com")])
def test_qq_and_gmail_are_believed_in_the_first_header_below_their_own_hop(top: str, server: str) -> None:
    good = results(
        f"{server}; spf=pass smtp.mailfrom={CLERK}; dkim=none;\r\n\t dmarc=none(permerror) header.from=x"
    )
    bad = results(f"{server}; spf=none smtp.mailfrom=; dkim=none; dmarc=none(permerror) header.from={DOMAIN}")
    forged = results(f"{server}; {FORGED}")

    assert verdict(top + good) is PASSED
    assert verdict(top + bad, forged) is FAILED
    assert verdict(top, results(f"mx.other.example; {FORGED}")) is UNKNOWN


def test_exchange_online_is_believed_between_its_own_hops() -> None:
    inner = (
        "Received: from A1.prod.outlook.com (2603:1096:4::1)\r\n by B2.prod.outlook.com with HTTPS\r\n"
        "Received: from C3.prod.outlook.com (2603:1096::2) by A1.prod.outlook.com\r\n"
        " (2603:1096::3) with Microsoft SMTP Server id 15;\r\n"
    )
    edge = (
        "Received: from mx.evil.example (198.51.100.9) by\r\n C3.mail.protection.outlook.com (10.1.1.1)\r\n"
        " with Microsoft SMTP Server id 15;\r\n"
    )
    good = (
        f"spf=pass (sender IP is 198.51.100.9)\r\n smtp.mailfrom={DOMAIN}; dkim=none (message not signed)\r\n"
        f" header.d=none;dmarc=bestguesspass action=none header.from={DOMAIN};compauth=pass reason=109"
    )

    assert verdict(inner + results(good) + edge) is PASSED
    assert verdict(inner + results(good.replace("spf=pass", "spf=fail")) + edge, results(good)) is FAILED


@pytest.mark.parametrize(
    ("protected", "expected"), [(DOMAIN, PASSED), (DOMAIN.upper(), PASSED), ("evil.example", FAILED), ("", FAILED)]
)
def test_dmarc_counts_for_the_domain_that_it_protects(protected: str, expected: Authenticity) -> None:
    value = f"mx40; spf=pass smtp.mail=x@relay.example; dkim=none; dmarc=pass header.from={protected}"

    assert netease(value) is expected


def test_mail_without_any_hop_was_put_there_by_ourselves() -> None:
    assert verdict(bottom=results(f"mx40; spf=pass smtp.mail={CLERK}")) is PASSED
    assert verdict() is UNKNOWN


def test_mail_of_several_senders_is_vouched_for_by_nobody() -> None:
    sender = f"{CLERK}, x@evil.example"

    assert netease(f"mx40; spf=pass smtp.mail={CLERK}", sender) is FAILED


def test_results_name_method_result_and_domain() -> None:
    headers = (
        ("Received", "from x (unknown [192.0.2.7]) by mx40 (Coremail) with SMTP id 7"),
        ("X-CM-TRANSID", "7"),
        ("Authentication-Results", f"mx40; spf=PASS smtp.mail={CLERK}; dkim=none"),
    )

    found = own_results(headers)

    assert [(one.method, one.result, one.domain) for one in found] == [
        ("spf", "pass", DOMAIN),
        ("dkim", "none", ""),
    ]


def test_hostile_header_costs_little() -> None:
    assert netease("mx40; spf=pass smtp.mail=" + '"(' * 20_000 + ";" * 20_000) is FAILED


def test_envelope_of_an_earlier_hop_is_not_taken_for_that_of_our_own() -> None:
    earlier = "Authentication-Results: mail.hospital.example.org; spf=none smtp.mailfrom=<>\r\n"
    own = f"X-CM-TRANSID:{NUMBER}\r\nAuthentication-Results: mx40; spf=pass smtp.mail={CLERK}; dkim=none\r\n"

    mail = parse(NETEASE_TOP.encode() + text_mail("x", extra=(earlier + own).encode()))

    assert mail.envelope_sender == CLERK
