"""Property: whatever hospitals and staff do, in whatever order and however often the bot is restarted."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.app.replay import replay_ledger
from bot.forms.workshop import SameProcess
from bot.records.words import STATE_WORDS
from bot.roster.write import write_workbook
from tests.scenarios.lives import HOSPITALS, PEOPLE, Life, Step, mistakes

KINDS = (
    *("form", "form", "form", "changed_form", "cancel", "cancel", "cancel_all", "replace", "correct"),
    *("staff", "review", "capacity", "restart"),
)

STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(KINDS),
        who=st.integers(0, len(HOSPITALS) - 1),
        whom=st.lists(st.integers(0, len(PEOPLE) - 1), min_size=1, max_size=3, unique=True).map(tuple),
        number=st.integers(0, 40),
    ),
    min_size=1,
    max_size=14,
)


@given(capacity=st.integers(1, 6), whole_form=st.booleans(), steps=STEPS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_life_keeps_the_rules(capacity: int, whole_form: bool, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder), capacity=capacity, whole_form=whole_form)
        try:
            for step in steps:
                before = life.roll
                life.takes(step)
                assert mistakes(life, before, step) == []
        finally:
            life.close()


@given(capacity=st.integers(1, 6), whole_form=st.booleans(), steps=STEPS)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_life_is_replayed_and_shown_as_it_is(capacity: int, whole_form: bool, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder), capacity=capacity, whole_form=whole_form)
        for step in steps:
            life.takes(step)
        view = life.view
        life.close()
        workbook = Path(folder) / "book.xlsx"

        write_workbook(workbook, view, life.now)
        again = replay_ledger(life.settings, workshop=SameProcess())

        sheet = load_workbook(workbook)["报名名单"]
        shown = [(row[0], row[1], row[2]) for row in sheet.iter_rows(min_row=2, max_col=3, values_only=True)]
        listed = [(one.number, STATE_WORDS[one.state], one.name) for one in view.registrations]
        assert [one for one in shown if one[2]] == listed
        assert [str(one) for one in again.differences] == []
