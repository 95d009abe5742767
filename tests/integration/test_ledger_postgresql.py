"""The ledger in PostgreSQL: the same claims as in SQLite, and what only a server can do wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.errors import BotError, LedgerBusyError, PermanentError, TransientError
from bot.ledger.copy import copy_ledger
from bot.ledger.ledger import Ledger
from bot.ledger.schema import metadata
from bot.records.decision import State
from tests.servers.postgresql import Postgresql, postgresql
from tests.unit import test_ledger_bounces, test_ledger_mails, test_ledger_outbox
from tests.unit.admission_cases import EVENT, form_of
from tests.unit.ledger_cases import NOW, arrive

__all__ = ["postgresql"]

pytestmark = pytest.mark.integration

# Every test of mails and outbox runs here as well: they ask for `ledger`, which is below.
for _module in (test_ledger_bounces, test_ledger_mails, test_ledger_outbox):
    globals().update({name: claim for name, claim in vars(_module).items() if name.startswith("test_")})


@pytest.fixture
def url(postgresql: Postgresql) -> str:
    return postgresql.new_database()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger.open(url) as opened:
        yield opened


def test_second_bot_is_kept_out_until_the_first_is_gone(url: str) -> None:
    first = Ledger.open(url)

    with pytest.raises(LedgerBusyError):
        Ledger.open(url)
    first.close()

    Ledger.open(url).close()


def test_two_databases_of_one_server_have_a_bot_each(url: str, postgresql: Postgresql) -> None:
    with Ledger.open(url), Ledger.open(postgresql.new_database()) as other:
        assert other.mails() == ()


def test_rehearsal_gets_a_copy_of_the_ledger_on_the_server(ledger: Ledger, url: str, tmp_path: Path) -> None:
    arrive(ledger, 1, form_of(2))

    copied = copy_ledger(url, tmp_path / "copy.db")

    with Ledger.open(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert copied
        assert copy.event_view(EVENT, NOW) == ledger.event_view(EVENT, NOW)


def test_nothing_is_copied_from_a_database_without_tables(url: str, tmp_path: Path) -> None:
    assert not copy_ledger(url, tmp_path / "copy.db")


def test_reader_of_a_database_without_tables_finds_nothing_and_makes_nothing(url: str) -> None:
    with Ledger.open(url, exclusive=False) as reader:
        assert reader.mails() == ()

    with Ledger.open(url) as ledger:
        assert ledger.mails() == ()


def test_reader_can_change_nothing(ledger: Ledger, url: str) -> None:
    arrive(ledger, 1, form_of(2))

    with Ledger.open(url, exclusive=False) as reader:
        assert len(reader.event_view(EVENT, NOW).registrations) == 2
        with pytest.raises((PermanentError, TransientError)):
            reader.set_state("a", "b", NOW)

    assert ledger.get_state("a") is None


def test_migrations_make_the_tables_of_the_schema(ledger: Ledger) -> None:
    with ledger._reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("statement", ["UPDATE journal SET text = ''", "DELETE FROM journal", "TRUNCATE journal"])
def test_journal_is_append_only(ledger: Ledger, statement: str) -> None:
    ledger.write_journal(NOW, "bot_started")

    with pytest.raises(PermanentError), ledger._writing() as connection:
        connection.execute(text(statement))

    assert len(ledger.journal()) == 1


def test_change_of_a_registration_is_seen_by_the_next_commit(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(2))
    with ledger.mail_commit(EVENT.id) as commit:
        commit.roll()
    with ledger._writing() as connection:
        connection.execute(text("UPDATE registrations SET state = 'cancelled' WHERE position = 0"))

    with ledger.mail_commit(EVENT.id) as commit:
        roll = commit.roll()

    assert [person.state for person in roll] == [State.CANCELLED, State.CONFIRMED]


def test_seats_are_counted_under_the_lock_of_the_event(ledger: Ledger) -> None:
    """Two threads that record at the same moment never give out more seats than there are."""
    start = threading.Barrier(4)
    failures: list[BotError] = []

    def record(first_uid: int) -> None:
        start.wait()
        try:
            for uid in range(first_uid, first_uid + 3):
                arrive(ledger, uid, form_of(1))
        except BotError as error:
            failures.append(error)

    threads = [threading.Thread(target=record, args=(10 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    view = ledger.event_view(EVENT, NOW)
    assert failures == []
    assert (view.count(State.CONFIRMED), view.count(State.WAITLISTED)) == (4, 8)


def test_server_that_restarts_costs_one_try_and_nothing_recorded(postgresql: Postgresql, url: str) -> None:
    with Ledger.open(url) as ledger:
        arrive(ledger, 1, form_of(2))
        postgresql.stop()
        with pytest.raises(TransientError, match="连不上"):
            arrive(ledger, 2, form_of(1))
        postgresql.start()

        arrive(ledger, 2, form_of(1))

        assert len(ledger.mails()) == 2
        with pytest.raises(LedgerBusyError):
            Ledger.open(url)


def test_another_bot_that_took_over_meanwhile_is_noticed(postgresql: Postgresql, url: str) -> None:
    first = Ledger.open(url)
    arrive(first, 1, form_of(1))
    postgresql.stop()
    postgresql.start()
    with Ledger.open(url):
        with pytest.raises(LedgerBusyError):
            arrive(first, 2, form_of(1))
        first.close()
