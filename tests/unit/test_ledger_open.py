"""Opening: one bot at a time, readers that change nothing, tables as migrated, faults in Chinese."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError, SQLAlchemyError

from bot.errors import BotError, LedgerBusyError, PermanentError, TransientError, UsageError
from bot.ledger import migrations
from bot.ledger.columns import clean
from bot.ledger.copy import copy_ledger
from bot.ledger.engine import make_engine, parsed
from bot.ledger.faults import meaning_of
from bot.ledger.ledger import Ledger
from bot.ledger.schema import metadata
from bot.records.decision import State
from tests.unit.admission_cases import EVENT, form_of
from tests.unit.ledger_cases import NOW, arrive


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ledger.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger.open(url) as opened:
        yield opened


def test_change_of_a_registration_by_another_program_is_seen(ledger: Ledger, file: Path) -> None:
    arrive(ledger, 1, form_of(2))
    with ledger.mail_commit(EVENT.id) as commit:
        commit.roll()
    with closing(sqlite3.connect(file)) as other:
        other.execute("UPDATE registrations SET state = 'cancelled' WHERE position = 0")
        other.commit()

    with ledger.mail_commit(EVENT.id) as commit:
        roll = commit.roll()

    assert [person.state for person in roll] == [State.CANCELLED, State.CONFIRMED]


def test_second_bot_is_kept_out_until_the_first_is_gone(url: str) -> None:
    first = Ledger.open(url)

    with pytest.raises(LedgerBusyError) as busy:
        Ledger.open(url)
    first.close()

    assert busy.value.exit_code == 4
    Ledger.open(url).close()


def test_second_process_is_kept_out(ledger: Ledger, url: str) -> None:
    code = (
        "import sys; from bot.ledger.ledger import Ledger; from bot.errors import LedgerBusyError\n"
        "try: Ledger.open(sys.argv[1])\n"
        "except LedgerBusyError: sys.exit(4)"
    )

    ended = subprocess.run([sys.executable, "-c", code, url], check=False, timeout=60)

    assert ended.returncode == 4


def test_reader_works_beside_the_bot_and_sees_what_is_committed(ledger: Ledger, url: str) -> None:
    arrive(ledger, 1, form_of(2))

    with Ledger.open(url, exclusive=False) as reader:
        before = len(reader.mails())
        arrive(ledger, 2, form_of(1))

        assert (before, len(reader.mails())) == (1, 2)
        assert len(reader.event_view(EVENT, NOW).registrations) == 3


def test_reader_can_change_nothing(ledger: Ledger, url: str) -> None:
    with Ledger.open(url, exclusive=False) as reader, pytest.raises(TransientError, match="只能读"):
        reader.set_state("a", "b", NOW)


def test_reader_of_a_ledger_that_does_not_exist_finds_it_empty_and_makes_nothing(url: str, file: Path) -> None:
    with Ledger.open(url, exclusive=False) as reader:
        assert reader.mails() == ()
        assert reader.event_view(EVENT, NOW).registrations == ()

    assert not file.parent.exists()


def test_reader_of_an_empty_file_finds_nothing(url: str, file: Path) -> None:
    file.parent.mkdir()
    file.touch()

    with Ledger.open(url, exclusive=False) as reader:
        assert reader.mails() == ()

    assert file.stat().st_size == 0


@pytest.mark.parametrize("exclusive", [True, False])
def test_ledger_of_another_version_is_not_touched(url: str, file: Path, exclusive: bool) -> None:
    Ledger.open(url).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(UsageError, match="版本"):
        Ledger.open(url, exclusive=exclusive)

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_file_that_is_no_database_is_told_in_one_line(url: str, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is a text file, not a database" * 100)

    for exclusive in (True, False):
        with pytest.raises(PermanentError, match="不是有效的数据库") as told:
            Ledger.open(url, exclusive=exclusive)
        assert "\n" not in str(told.value)


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")

    with pytest.raises(UsageError, match="建不了"):
        Ledger.open(f"sqlite:///{tmp_path}/data/ledger.db")


@pytest.mark.parametrize("url", ["not a url", "mysql://localhost/x", "sqlite"])
def test_address_that_is_not_supported_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="台账地址"):
        Ledger.open(url)


def test_ledger_in_memory_needs_no_file() -> None:
    with Ledger.open("sqlite://") as ledger:
        arrive(ledger, 1, form_of(1))

        assert len(ledger.mails()) == 1


def test_reopened_ledger_is_the_same(url: str) -> None:
    with Ledger.open(url) as ledger:
        arrive(ledger, 1, form_of(2))
        before = ledger.event_view(EVENT, NOW)

    with Ledger.open(url) as ledger:
        assert ledger.event_view(EVENT, NOW) == before


def test_sqlite_is_set_up_to_survive_a_power_cut(ledger: Ledger) -> None:
    with ledger._reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}


def test_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path}/migrated.db") as ledger, ledger._reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        migrated = _statements(connection)
    engine = create_engine(f"sqlite:///{tmp_path}/made.db")
    metadata.create_all(engine)
    with engine.connect() as connection:
        made = _statements(connection)
    engine.dispose()

    assert migrated == made


def _statements(connection) -> dict[str, list[str]]:  # type: ignore[no-untyped-def]
    """Each table and index with its definition; the order of columns and constraints says nothing."""
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
    )
    return {
        name: sorted(filter(None, (part.strip(" \t\n,)") for part in re.split(r",\s(?![^(]*\))|\n", sql))))
        for name, sql in rows
        if name != "alembic_version"
    }


def test_head_is_the_newest_migration() -> None:
    folder = Path(migrations.__file__).parent / "versions"

    newest = max(path.name for path in folder.glob("v*.py"))

    assert newest.startswith(f"v{migrations.HEAD}_")


def test_every_table_is_strict() -> None:
    assert all(table.dialect_options["sqlite"]["strict"] for table in metadata.tables.values())


def test_ledger_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    engine = make_engine(parsed(url))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        migrations.upgrade(connection, "0001")
        connection.execute(text("INSERT INTO events (id) VALUES ('old')"))
    engine.dispose()

    with Ledger.open(url) as ledger:
        arrive(ledger, 1, form_of(1))
        with ledger._reading() as connection:
            words = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'mails'")).scalar_one()
            whole = connection.execute(text("PRAGMA integrity_check")).scalar_one()

    assert "'changed'" in words
    assert whole == "ok"


@pytest.mark.parametrize("statement", ["UPDATE acts SET payload = ''", "DELETE FROM acts"])
def test_acts_are_append_only(ledger: Ledger, statement: str) -> None:
    arrive(ledger, 1, form_of(1))

    with pytest.raises(PermanentError), ledger._writing() as connection:
        connection.execute(text(statement))

    assert len(ledger.acts()) == 1


@pytest.mark.parametrize("statement", ["UPDATE journal SET text = ''", "DELETE FROM journal"])
def test_journal_is_append_only(ledger: Ledger, statement: str) -> None:
    ledger.write_journal(NOW, "bot_started")

    with pytest.raises(PermanentError), ledger._writing() as connection:
        connection.execute(text(statement))

    assert len(ledger.journal()) == 1


def test_full_disk_is_told_and_leaves_the_ledger_whole(ledger: Ledger) -> None:
    arrive(ledger, 1, form_of(1))
    with ledger._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(TransientError, match="磁盘已满"):
        _arrive_many(ledger)

    with ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    mails = len(ledger.mails())
    assert mails == len(ledger.due(NOW, 100)) == len(ledger.recorded_uids("INBOX", 3_992_611_444))
    assert {person.message_id for person in ledger.event_view(EVENT, NOW).registrations} == {
        mail.message_id for mail in ledger.mails()
    }
    arrive(ledger, 99, form_of(1))


def _arrive_many(ledger: Ledger) -> None:
    for uid in range(2, 60):
        arrive(ledger, uid, form_of(3))


def test_locked_ledger_is_tried_again_later(ledger: Ledger, file: Path) -> None:
    with ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError, match="占用"):
            ledger.set_state("a", "b", NOW)

    ledger.set_state("a", "b", NOW)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OperationalError("", {}, sqlite3.OperationalError("disk I/O error")), TransientError, "磁盘"),
        (
            OperationalError("", {}, sqlite3.OperationalError("unable to open database file")),
            TransientError,
            "打不开",
        ),
        (OperationalError("", {}, sqlite3.OperationalError("connection refused")), TransientError, "连不上"),
        (
            OperationalError("", {}, sqlite3.DatabaseError("database disk image is malformed")),
            PermanentError,
            "损坏",
        ),
        (IntegrityError("", {}, sqlite3.IntegrityError("UNIQUE constraint failed: a.b")), PermanentError, "a.b"),
        (InvalidRequestError("anything"), PermanentError, "InvalidRequestError"),
    ],
)
def test_fault_means(error: SQLAlchemyError, kind: type[BotError], words: str) -> None:
    meaning = meaning_of(error)

    assert isinstance(meaning, kind)
    assert words in str(meaning)


def test_clean_text_is_left_alone() -> None:
    assert clean("喆😀①") == "喆😀①"


def test_postgresql_without_its_driver_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(UsageError, match="驱动"):
        make_engine(parsed("postgresql://localhost/x"))


def test_copy_is_taken_while_the_bot_works(ledger: Ledger, url: str, tmp_path: Path) -> None:
    arrive(ledger, 1, form_of(2))

    copied = copy_ledger(url, tmp_path / "copy.db")

    with Ledger.open(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert copied
        assert copy.event_view(EVENT, NOW) == ledger.event_view(EVENT, NOW)


def test_nothing_is_copied_where_there_is_no_ledger(url: str, tmp_path: Path) -> None:
    assert not copy_ledger(url, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_no_rehearsal_begins_from_nothing_when_the_server_is_away(tmp_path: Path) -> None:
    with pytest.raises(TransientError):
        copy_ledger(f"postgresql://x@/y?host={tmp_path}", tmp_path / "copy.db")


def test_copy_of_what_cannot_be_read_is_tried_later(url: str, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is a text file, not a database" * 100)

    with pytest.raises(TransientError, match="读不出来"):
        copy_ledger(url, tmp_path / "copy.db")
