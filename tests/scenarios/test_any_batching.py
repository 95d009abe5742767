"""Random lives of a mailbox: whatever arrives, in whatever batches and however often the bot is restarted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.admission.membership import MemberDirectory
from bot.app.wiring import PROJECT
from bot.demo import clients, form_files
from bot.demo.clients import Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import hospitals, people
from bot.forms.labels import default_labels
from bot.forms.workshop import SameProcess
from bot.intake.mailbox import Mailbox
from bot.intake.parse import parse
from bot.jobs.desk import event_view
from bot.jobs.receive import Parts, record_mail
from bot.ledger.ledger import Ledger
from bot.records.account import Correspondent
from bot.records.decision import Registration, State
from bot.records.event import Event, WhenPartlyFull
from bot.records.mail import FetchedMail, MailLocation
from bot.replies.compose import Composer
from bot.settings import load_settings

NOTICE = load_settings(PROJECT / "config", {}, secrets=False, project=PROJECT).events[0]
COMPOSER = Composer(PROJECT / "templates", Correspondent("office@example.org", "会务组"))
LABELS = default_labels()
HOSPITALS = list(islice(hospitals(seed=5), 6))
PEOPLE = list(islice(people(seed=5), 14))
BEGIN = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Life:
    """Who writes for whom, and when."""

    capacity: int
    whole_form: bool
    letters: tuple[tuple[int, tuple[int, ...], int], ...]
    cuts: tuple[int, ...]


LIVES = st.builds(
    Life,
    capacity=st.integers(1, 8),
    whole_form=st.booleans(),
    letters=st.lists(
        st.tuples(
            st.integers(0, len(HOSPITALS) - 1),
            st.lists(st.integers(0, len(PEOPLE) - 1), min_size=1, max_size=4, unique=True).map(tuple),
            st.integers(0, 600),
        ),
        min_size=1,
        max_size=9,
    ).map(tuple),
    cuts=st.lists(st.integers(0, 9), max_size=4).map(lambda cuts: tuple(sorted(set(cuts)))),
)


def mails_of(life: Life) -> list[FetchedMail]:
    """The mails in order of arrival, minutes apart; some past the deadline."""
    found = []
    moment = BEGIN
    for number, (who, whom, minutes) in enumerate(life.letters, start=1):
        moment += timedelta(minutes=minutes)
        form = FilledForm(HOSPITALS[who], tuple(PEOPLE[index] for index in whom))
        text = form_files.lines_form(form)
        letter = Letter(form.hospital.contact, form.hospital.email, moment, f"报名回执 {number}", text)
        raw = clients.modern(letter).replace(b"To: huiwuzu@example.org", b"To: office@example.org")
        found.append(FetchedMail(MailLocation("INBOX", 1, number), moment, len(raw), raw))
    return found


def work_off(folder: Path, event: Event, batches: Sequence[Sequence[FetchedMail]]) -> tuple[Registration, ...]:
    """Each batch by a bot of its own, on the same ledger."""
    roll: tuple[Registration, ...] = ()
    for batch in batches:
        ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}")
        parts = Parts(
            mailbox=cast(Mailbox, None),
            folder="INBOX",
            ledger=ledger,
            composer=COMPOSER,
            members=MemberDirectory.of([]),
            labels=LABELS,
            workshop=SameProcess(),
            events=(event,),
            own_addresses=frozenset({"office@example.org"}),
            reply_mode="send",
            max_per_sender_per_day=100,
        )
        for fetched in batch:
            record_mail(parts, fetched, parse(fetched.raw), fetched.received_at)
        roll = event_view(ledger, event, BEGIN).registrations
        ledger.close()
    return roll


def batched(mails: list[FetchedMail], cuts: tuple[int, ...]) -> list[list[FetchedMail]]:
    edges = [0, *(cut for cut in cuts if 0 < cut < len(mails)), len(mails)]
    return [mails[begin:end] for begin, end in pairwise(edges)]


@given(LIVES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_seats_follow_arrival_and_batching_changes_nothing(life: Life) -> None:
    policy = WhenPartlyFull.WHOLE_FORM if life.whole_form else WhenPartlyFull.IN_FORM_ORDER
    event = replace(NOTICE, capacity=life.capacity, when_partly_full=policy)
    mails = mails_of(life)

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        at_once = work_off(Path(one), event, [mails])
        in_batches = work_off(Path(other), event, batched(mails, life.cuts))

    assert [replace(r, id=0) for r in at_once] == [replace(r, id=0) for r in in_batches]
    confirmed = [r for r in at_once if r.state is State.CONFIRMED]
    waiting = [r for r in at_once if r.state is State.WAITLISTED]
    assert len(confirmed) <= life.capacity
    assert len({r.id_number for r in at_once}) == len(at_once)
    assert all(r.received_at <= event.deadline for r in (*confirmed, *waiting))
    if confirmed and waiting:
        assert max(r.order for r in confirmed) < min(r.order for r in waiting)
    assert [r.number for r in at_once] == list(range(1, len(at_once) + 1))


@given(LIVES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_mails_fetched_again_change_nothing(life: Life) -> None:
    mails = mails_of(life)
    again = [replace(mail, location=replace(mail.location, uidvalidity=2)) for mail in mails]

    with tempfile.TemporaryDirectory() as folder:
        once = work_off(Path(folder), NOTICE, [mails])
        twice = work_off(Path(folder), NOTICE, [again])

    assert twice == once
