"""The process is killed between two steps: what is found afterwards is whole, and nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest

from bot.ledger.ledger import Ledger
from bot.records.decision import State
from bot.records.outgoing import OutboxState
from tests.unit.admission_cases import EVENT, attendee, form
from tests.unit.ledger_cases import NOW, arrive, location

ROOT = Path(__file__).resolve().parents[2]

# What the bot does with one mail, cut off at the step that is named on the command line.
SCRIPT = textwrap.dedent(
    """
    import os, sys
    from bot.ledger import commit, journal, mails, outbox, registrations
    from bot.ledger.ledger import Ledger
    from tests.unit.admission_cases import EVENT, form_of
    from tests.unit.ledger_cases import NOW, arrive

    step = sys.argv[2]

    def die_in(module, name):
        def dying(*args, **kwargs):
            result = original(*args, **kwargs)
            os._exit(9)
            return result
        original = getattr(module, name)
        setattr(module, name, dying)

    ledger = Ledger.open(sys.argv[1])
    arrive(ledger, 1, form_of(2))
    steps = {
        "raw": (mails, "add_raw"),
        "mail": (mails, "add"),
        "location": (mails, "add_location"),
        "people": (registrations, "add"),
        "reply": (outbox, "add"),
        "journal": (journal, "write"),
    }
    if step in steps:
        die_in(*steps[step])
    arrive(ledger, 2, form_of(3))
    (first, second) = ledger.due(NOW)
    if step == "committed":
        os._exit(9)
    ledger.start_sending(first.id, NOW)
    os._exit(9)
    """
)


def crash(url: str, step: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, url, step],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )
    assert ended.returncode == 9


@pytest.mark.parametrize("step", ["raw", "mail", "location", "people", "reply", "journal"])
def test_crash_before_the_commit_leaves_nothing_of_the_mail(tmp_path: Path, step: str) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"

    crash(url, step)

    with Ledger.open(url) as ledger:
        assert ledger.recorded_uids("INBOX", location(1).uidvalidity) == {1}
        assert len(ledger.mails()) == len(ledger.due(NOW)) == 1
        assert ledger.event_view(EVENT, NOW).count(State.CONFIRMED) == 2
        assert {line.mail_id for line in ledger.journal()} == {1}
        arrive(ledger, 2, form(attendee()))
        assert len(ledger.mails()) == 2


def test_crash_after_the_commit_keeps_mail_seats_and_answer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"

    crash(url, "committed")

    with Ledger.open(url) as ledger:
        view = ledger.event_view(EVENT, NOW)
        assert (view.count(State.CONFIRMED), view.count(State.WAITLISTED)) == (4, 1)
        assert [item.template for item in ledger.due(NOW)] == ["confirmed", "mixed"]
        assert len(ledger.marks_due()) == 2


def test_crash_while_sending_leaves_the_mail_in_doubt(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"

    crash(url, "sending")

    with Ledger.open(url) as ledger:
        assert [item.state for item in ledger.unsettled()] == [OutboxState.SENDING]
        assert len(ledger.due(NOW)) == 1


def test_replaying_mails_in_any_batching_gives_the_same_roll(tmp_path: Path) -> None:
    rng = random.Random(5)
    people = [attendee() for _ in range(9)]
    forms = {uid: form(*rng.sample(people, rng.randint(1, 3))) for uid in range(1, 11)}

    def outcome(name: str, stops: set[int]) -> list[tuple[str, str, int]]:
        ledger = Ledger.open(f"sqlite:///{tmp_path}/{name}.db")
        for uid, one in forms.items():
            if uid in stops:
                # A new cycle, or a new process: nothing but the ledger is known.
                ledger.close()
                ledger = Ledger.open(f"sqlite:///{tmp_path}/{name}.db")
            arrive(ledger, uid, one)
        roll = ledger.event_view(EVENT, NOW).registrations
        ledger.close()
        return [(person.name, person.state.value, person.uid) for person in roll]

    whole = outcome("whole", set())
    batches = [outcome(f"batch{n}", set(rng.sample(range(1, 11), n))) for n in (1, 4, 10)]

    assert all(batch == whole for batch in batches)
    assert max(Counter(name for name, _, _ in whole).values()) == 1
    assert [state for _, state, _ in whole].count("confirmed") == EVENT.capacity
