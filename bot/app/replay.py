"""`replay`: every decision made again from the stored mails, staff's words and settings, and compared with the
ledger.

Works on a copy of the ledger, taken at one moment, beside a bot that may be at work; the decisions are made anew
in a fresh ledger in a temporary folder, by the very code that made them first. Sends nothing, writes nothing else.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.replay_acts import mail_again, staff_again, trouble_of
from bot.app.replay_compare import Comparison
from bot.app.replay_ids import Ids, Outgoing
from bot.app.replay_words import Difference, Names
from bot.app.wiring import composer_of, wire
from bot.errors import PermanentError, UsageError
from bot.forms.workers.pool import WorkerProcesses
from bot.forms.workshop import Workshop
from bot.jobs.receive import Parts
from bot.jobs.terms import take_terms
from bot.ledger.copy import copy_ledger
from bot.ledger.ledger import Ledger
from bot.ledger.replaying import LedgerFile, Recorded
from bot.records.act import Act, ActKind
from bot.records.decision import Reason
from bot.settings import Settings
from bot.settings.terms import settings_with, terms_of

Progress = Callable[[int, int], None]
"""Is told after every act how many of how many are done."""

_NO_SETTINGS = "台账里没有记下当时的设置（旧版程序登记的），全部按现在的设置重算，设置改过的地方可能不同。"
_EARLY = "最早的 {} 封来信登记时还没有记下设置，按最早记下的设置重算。"
_OLD = "有 {} 封来信是旧版程序登记的，当时的规则与现在可能不同。"
_STOPPED = "有 {} 封来信当时处理出错、转了人工，没有重新判断，只核对了转人工。"
_TEMPLATES_GONE = "活动自己的模板文件夹已经不在，答复按通用模板重算，只核对种类和收件人。"
_SETTINGS_UNREADABLE = "记下的设置读不出来，仍按此前的设置重算"


@dataclass(frozen=True, slots=True)
class Replay:
    """What replaying came to: how many acts of each kind were done again, what differs, and what to know of it."""

    acts: Counter[ActKind]
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not self.differences


def replay_ledger(
    settings: Settings, *, workshop: Workshop | None = None, progress: Progress = lambda done, total: None
) -> Replay:
    """Make every decision of the ledger again, and compare. A `workshop` that is given is the caller's to close.

    Raises TransientError where this machine cannot do it now (a full disk, workers that do not start)."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="replay-")))
        copy, fresh = folder / "recorded.db", folder / "replayed.db"
        if not copy_ledger(settings.ledger_url, copy):
            return Replay(Counter())
        # A copy of an older version's ledger is brought up to date, as the bot would do it.
        Ledger.open(f"sqlite:///{copy}").close()
        source = stack.enter_context(closing(LedgerFile(copy)))
        ledger = stack.enter_context(Ledger.open(f"sqlite:///{fresh}"))
        made = stack.enter_context(closing(LedgerFile(fresh)))
        workers = workshop or stack.enter_context(closing(WorkerProcesses()))
        return _Run(settings, source, ledger, made, workers).through(progress)


class _Run:
    """The acts of one ledger, done again one after the other in a fresh one."""

    def __init__(
        self, settings: Settings, source: LedgerFile, ledger: Ledger, fresh: LedgerFile, workshop: Workshop
    ) -> None:
        self._settings, self._workshop = settings, workshop
        self._source, self._ledger, self._fresh = source, ledger, fresh
        self._recorded = source.read()
        self._ids = Ids(self._recorded, self._fresh)
        self._outgoing = Outgoing(self._ids)
        self._names = Names(self._recorded, ZoneInfo(settings.bot.schedule.timezone))
        self._troubles: list[Difference] = []
        self._left_out: set[int] = set()
        self._notes = _notes(self._recorded)
        self._parts = self._first_parts()

    def through(self, progress: Progress) -> Replay:
        """All acts in their order, then the comparison."""
        acts = self._recorded.acts
        for done, act in enumerate(acts, start=1):
            self._again(act)
            progress(done, len(acts))
        made = self._ids.translated(self._fresh.read())
        comparison = Comparison(self._recorded, made, self._left_out, self._names)
        differences = (*self._troubles, *comparison.differences())
        return Replay(Counter(act.kind for act in acts), differences, tuple(dict.fromkeys(self._notes)))

    def _again(self, act: Act) -> None:
        last_act, last_item = self._fresh.last_ids()
        try:
            trouble = self._done_again(act)
        except Exception as error:  # noqa: BLE001 - the others are compared all the same
            trouble = trouble_of(error)
        for number, mail_id in self._fresh.acts_since(last_act):
            self._ids.acts[number] = act.id
            if mail_id is not None and act.mail_id is not None:
                self._ids.mails[act.mail_id] = mail_id
        self._outgoing.composed(self._fresh.outgoing_since(last_item), act.mail_id, act.at)
        if trouble:
            self._troubles.append(Difference("act", f"{self._names.act(act)}：{trouble}。", mail_id=act.mail_id))
            if act.mail_id is not None:
                self._left_out.add(act.mail_id)

    def _done_again(self, act: Act) -> str:
        """Does it; gives why it could not be done, "" where it could."""
        if act.kind is ActKind.SETTINGS:
            return self._take(act)
        if act.kind is ActKind.STAFF:
            return staff_again(self._parts, act, self._ids)
        assert act.mail_id is not None
        row = self._recorded.mails[act.mail_id]
        return mail_again(self._parts, row, self._source.fetched(row), act.at)

    def _take(self, act: Act) -> str:
        try:
            text = str(act.payload["terms"])
            self._parts = self._parts_of(text)
        except (PermanentError, KeyError, TypeError):
            return _SETTINGS_UNREADABLE
        take_terms(self._parts, text, act.at)
        return ""

    def _first_parts(self) -> Parts:
        """As wired before the first act: by the first settings that were recorded, else by today's."""
        for act in self._recorded.acts:
            if act.kind is ActKind.SETTINGS:
                try:
                    return self._parts_of(str(act.payload["terms"]))
                except (PermanentError, KeyError, TypeError):
                    break
        return self._wired(self._settings)

    def _parts_of(self, text: str) -> Parts:
        """The stations as they were wired under these terms. PermanentError for what are none."""
        terms = terms_of(text)
        parts = self._wired(settings_with(self._settings, terms))
        return replace(parts, own_addresses=frozenset(terms.own_addresses))

    def _wired(self, settings: Settings) -> Parts:
        try:
            composer = composer_of(settings)
        except UsageError:
            if not any(event.templates for event in settings.events):
                raise
            self._notes.append(_TEMPLATES_GONE)
            events = tuple(replace(event, templates="") for event in settings.events)
            settings = replace(settings, events=events)
            composer = composer_of(settings)
        return wire(settings, ledger=self._ledger, composer=composer, workshop=self._workshop).parts


def _notes(recorded: Recorded) -> list[str]:
    """What to know before reading the differences."""
    acts = recorded.acts
    first = next((number for number, act in enumerate(acts) if act.kind is ActKind.SETTINGS), None)
    failed = sum(row["reason"] == Reason.STATION_FAILED for row in recorded.mails.values())
    old = sum(act.id < 0 for act in acts)
    notes = [_NO_SETTINGS] if first is None and acts else []
    notes += [_EARLY.format(first)] if first else []
    notes += [_OLD.format(old)] if old else []
    return notes + ([_STOPPED.format(failed)] if failed else [])


def lines_of(result: Replay) -> list[str]:
    """For a person at the terminal: one line per difference, what to know of it, and the sum."""
    mails, staff = result.acts[ActKind.MAIL], result.acts[ActKind.STAFF]
    done = f"共重算 {mails} 封来信、{staff} 次人工处理"
    if result.same:
        return [*result.notes, f"{done}，与台账完全一致。"]
    found = [one.text for one in result.differences]
    return [*found, *result.notes, f"{done}，与台账有 {len(found)} 处不同，见上。"]


def as_json(result: Replay) -> dict[str, object]:
    """The same for programs; what is nobody's business is null."""
    return {
        "same": result.same,
        "mails": result.acts[ActKind.MAIL],
        "staff": result.acts[ActKind.STAFF],
        "settings": result.acts[ActKind.SETTINGS],
        "notes": list(result.notes),
        "differences": [
            {
                "about": one.about,
                "field": one.field,
                "mail_id": one.mail_id,
                "registration_id": one.registration_id,
                "recorded": one.recorded,
                "replayed": one.replayed,
                "text": one.text,
            }
            for one in result.differences
        ],
    }
