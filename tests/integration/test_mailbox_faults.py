"""Many polls against a server that fails at random: no mail lost, none twice, none out of order."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ConnectionFailedError
from bot.intake.mailbox import Mailbox, Timeouts
from bot.records.mail import MailLocation, MailMark
from tests.servers.fake126 import Fake126, FakeMail

pytestmark = pytest.mark.integration

OPENS = datetime(2026, 3, 25, tzinfo=UTC)
COMMANDS = ("LOGIN", "ID", "EXAMINE", "SELECT", "UID SEARCH", "UID FETCH", "FETCH", "UID STORE", "CAPABILITY")


class Poller:
    """What the bot does at every poll, with a set in place of the ledger."""

    def __init__(self, server: Fake126) -> None:
        self.box = Mailbox(server.account(), sleep=lambda _: None, timeouts=Timeouts(connect=5, read=5))
        self.recorded: dict[MailLocation, bytes] = {}
        self.unmarked: list[MailLocation] = []
        self.balances: list[bool] = []

    def poll(self) -> None:
        look = self.box.look(OPENS, lambda _: frozenset(place.uid for place in self.recorded))
        arrivals = []
        for mail in self.box.fetch(look.listed):
            assert mail.location not in self.recorded
            assert mail.complete
            arrivals.append(mail.arrival)
            self.recorded[mail.location] = mail.raw
            self.unmarked.append(mail.location)
        assert arrivals == sorted(arrivals)
        self.balances.append(look.in_mailbox == len(self.recorded))
        done = self.box.mark([(place, MailMark.ANSWERED) for place in self.unmarked])
        self.unmarked = [place for place in self.unmarked if place not in done]


def break_something(server: Fake126, chance: random.Random) -> None:
    faults = server.faults
    for _ in range(chance.randint(0, 3)):
        faults.drop_at[chance.choice(COMMANDS)] += chance.randint(1, 2)
    for mail in chance.sample(server.mails, k=min(3, len(server.mails))):
        faults.cut_in_literal[mail.uid] = chance.choice((0, 0, 1, 2))
    faults.hidden_from_search = {mail.uid for mail in chance.sample(server.mails, k=len(server.mails) // 4)}
    faults.newest_first = chance.random() < 0.5
    faults.unsolicited = chance.choice(([], ["* 1 EXPUNGE", "* 99 EXISTS"], [r"* 1 FETCH (FLAGS (\Seen))"]))
    if chance.random() < 0.3:
        server.close_connections()


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_or_doubled_whatever_breaks(seed: int) -> None:
    chance = random.Random(seed)
    with Fake126() as server:
        poller = Poller(server)
        for number in range(-10, 60):
            server.deliver(
                FakeMail(0, b"Subject: %d\r\n\r\n" % number + b"x" * 500, OPENS + timedelta(hours=number))
            )
            if number % 6 == 0:
                break_something(server, chance)
                try:
                    poller.poll()
                except ConnectionFailedError:
                    continue
        server.faults = type(server.faults)()
        poller.poll()
        poller.poll()
        poller.box.close()

        wanted = {mail.uid: mail.raw for mail in server.mails if mail.received_at >= OPENS}
        assert {place.uid: raw for place, raw in poller.recorded.items()} == wanted
        assert poller.balances[-1]
        assert poller.unmarked == []
        assert {mail.uid for mail in server.mails if mail.flags} == set(wanted)
