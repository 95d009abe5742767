"""Random lives of an office: what arrives, what staff decide, what settings become, and how it must look after
each step. No servers: mails are given to the bot's own code, the workbook and the ledger are real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import cast

from bot.app.wiring import PROJECT, composer_of, members_of
from bot.demo import clients, form_files
from bot.demo.clients import Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import InventedHospital, InventedPerson, hospitals, people
from bot.forms.labels import default_labels
from bot.forms.workshop import SameProcess
from bot.intake.mailbox import Mailbox
from bot.intake.parse import parse
from bot.jobs.desk import event_view
from bot.jobs.receive import Parts, record_mail
from bot.jobs.staff import carry_out
from bot.jobs.terms import take_terms
from bot.ledger.ledger import Ledger
from bot.records.decision import Reason, Registration, State
from bot.records.mail import FetchedMail, MailLocation
from bot.records.office import EventView
from bot.records.staff import ReviewWord, StaffAction, StaffWord, StaffWords
from bot.replies.compose import Composer
from bot.settings import Settings, load_settings
from bot.settings.terms import terms_text
from tests.scenarios.office import EVENT

HOSPITALS: list[InventedHospital] = list(islice(hospitals(seed=7), 4))
PEOPLE: list[InventedPerson] = list(islice(people(seed=7), 12))
BEGIN = datetime(2026, 3, 27, 1, 0, tzinfo=UTC)
ACTIONS = (StaffAction.ADMIT, StaffAction.WAIT, StaffAction.CANCEL, StaffAction.IGNORE, StaffAction.NONE)
_BOT = """
[mailbox]
host = "127.0.0.1"
port = 1
username = "office@example.org"
security = "none"
[smtp]
host = "127.0.0.1"
port = 1
username = "office@example.org"
security = "none"
from_address = "office@example.org"
from_name = "会务组"
[replies]
max_per_sender_per_day = 1000
[digest]
recipients = ["office@example.org"]
"""
_COMPOSERS: dict[Path, Composer] = {}


@dataclass(frozen=True)
class Step:
    """One thing that happens. `who` is a hospital, `whom` are people, `kind` says what: form, changed_form,
    cancel, cancel_all, replace, correct, staff, review, capacity, restart."""

    kind: str
    who: int = 0
    whom: tuple[int, ...] = (0,)
    number: int = 0


class Life:
    """One office's life; `capacity` changes with the steps."""

    def __init__(self, folder: Path, *, capacity: int, whole_form: bool) -> None:
        self.folder, self.capacity, self.whole_form = folder, capacity, whole_form
        self.now = BEGIN
        self.uid = 0
        (folder / "config" / "events").mkdir(parents=True)
        (folder / "config" / "bot.toml").write_text(_BOT, encoding="utf-8")
        self.ledger: Ledger | None = None
        self.start()

    def start(self) -> None:
        """The bot is started anew, as after a crash, with the settings as they are now."""
        if self.ledger is not None:
            self.ledger.close()
        policy = "whole_form" if self.whole_form else "in_form_order"
        event = EVENT.format(capacity=self.capacity, when_partly_full=policy, late="record")
        (self.folder / "config" / "events" / "study-tour.toml").write_text(event, encoding="utf-8")
        self.settings: Settings = load_settings(self.folder / "config", {}, secrets=False, project=PROJECT)
        self.ledger = Ledger.open(self.settings.ledger_url)
        composer = _COMPOSERS.setdefault(self.settings.templates, composer_of(self.settings))
        self.parts = Parts(
            mailbox=cast(Mailbox, None),
            folder="INBOX",
            ledger=self.ledger,
            composer=composer,
            members=members_of(self.settings),
            labels=default_labels(),
            workshop=SameProcess(),
            events=self.settings.events,
            own_addresses=self.settings.own_addresses,
            reply_mode="send",
            max_per_sender_per_day=1000,
        )
        take_terms(self.parts, terms_text(self.settings), self.now)

    def close(self) -> None:
        if self.ledger is not None:
            self.ledger.close()

    @property
    def view(self) -> EventView:
        assert self.ledger is not None
        return event_view(self.ledger, self.settings.events[0], self.now)

    @property
    def roll(self) -> tuple[Registration, ...]:
        return self.view.registrations

    def takes(self, step: Step) -> None:
        self.now += timedelta(minutes=7)
        if step.kind == "restart":
            self.start()
        elif step.kind == "capacity":
            self.capacity = 1 + step.number % 8
            self.start()
        elif step.kind == "staff":
            self._staff_decide(step)
        elif step.kind == "review":
            self._staff_complete(step)
        else:
            self._mail(step)

    def _staff_decide(self, step: Step) -> None:
        roll = self.roll
        if roll:
            person = roll[step.whom[0] % len(roll)]
            word = StaffWord(person.id, ACTIONS[step.number % len(ACTIONS)])
            carry_out(self.parts, self.settings.events[0], StaffWords(people=(word,)), self.now)

    def _staff_complete(self, step: Step) -> None:
        """Staff complete the row of a mail that waits, and say what becomes of it."""
        assert self.ledger is not None
        waiting = self.ledger.reviews()
        if waiting:
            mail = waiting[step.who % len(waiting)]
            rows = tuple(
                (
                    ("name", one.name),
                    ("organisation", HOSPITALS[step.who].name),
                    ("mobile", one.mobile),
                    ("id_number", one.id_number),
                )
                for one in (PEOPLE[index] for index in step.whom)
            )
            action = ACTIONS[step.number % 4]
            word = ReviewWord(mail.id, action, () if action is StaffAction.IGNORE else rows)
            carry_out(self.parts, self.settings.events[0], StaffWords(reviews=(word,)), self.now)

    def _mail(self, step: Step) -> None:
        self.uid += 1
        hospital = HOSPITALS[step.who]
        letter = Letter(hospital.contact, hospital.email, self.now, *self._words(step, hospital))
        raw = clients.modern(letter).replace(b"To: huiwuzu@example.org", b"To: office@example.org")
        fetched = FetchedMail(MailLocation("INBOX", 1, self.uid), self.now, len(raw), raw)
        record_mail(self.parts, fetched, parse(raw), self.now)

    def _words(self, step: Step, hospital: InventedHospital) -> tuple[str, str]:
        named = [PEOPLE[index] for index in step.whom]
        if step.kind == "cancel":
            return f"取消报名 {self.uid}", f"您好，{'、'.join(one.name for one in named)}因工作原因取消报名。"
        if step.kind == "cancel_all":
            return f"取消报名 {self.uid}", "您好，因医院有任务，我院报名人员全部取消报名。"
        if step.kind == "correct":
            mobile = f"139{step.number:08d}"
            return f"更正 {self.uid}", f"您好，{named[0].name}的手机号码更正为{mobile}，谢谢。"
        if step.kind == "replace":
            other = PEOPLE[step.number % len(PEOPLE)]
            words = f"您好，{named[0].name}换成{other.name}参加，手机{other.mobile}，身份证号{other.id_number}。"
            return f"更换人员 {self.uid}", words
        if step.kind == "changed_form":
            named = [replace(one, job_title=f"{one.job_title}兼{step.number % 3}") for one in named]
        form = FilledForm(hospital, tuple(named))
        return f"报名回执 {self.uid}", form_files.lines_form(form)


def mistakes(life: Life, before: Sequence[Registration], step: Step) -> list[str]:
    """What is wrong after a step, in words; empty when all holds."""
    roll = life.roll
    event = life.settings.events[0]
    earlier = {one.id: one for one in before}
    confirmed = [one for one in roll if one.state is State.CONFIRMED]
    queue = sorted(
        (one for one in roll if one.state is State.WAITLISTED and not one.by_staff), key=lambda r: r.order
    )
    seated_now = [
        one
        for one in confirmed
        if not one.by_staff and (one.id not in earlier or earlier[one.id].state is not State.CONFIRMED)
    ]
    found = []
    if seated_now and len(confirmed) > event.capacity:
        found.append("more seats than there are")
    if any(other.order < one.order for other in queue for one in seated_now):
        found.append("somebody was overtaken")
    active = [one.certain_id for one in roll if one.state is not State.CANCELLED and one.certain_id]
    if len(active) != len(set(active)):
        found.append("somebody has two places")
    free = event.capacity - len(confirmed)
    head = [one for one in queue if life.whole_form and one.order[:3] == queue[0].order[:3]] or queue[:1]
    if queue and len(head) <= free:
        found.append("a free seat was not given on")
    if step.kind not in ("staff", "review"):
        found += [
            "a person's word was undone"
            for one in roll
            if one.id in earlier and earlier[one.id].by_staff and one.state is not earlier[one.id].state
        ]
    lost = set(earlier) - {one.id for one in roll}
    moved = [one for one in roll if one.id in earlier and one.order != earlier[one.id].order]
    if lost or moved:
        found.append("a registration was lost or moved")
    numbers = [one.number for one in roll if one.number is not None]
    if numbers != list(range(1, len(numbers) + 1)):
        found.append("the numbers are not those of admission")
    if any(one.reason is Reason.PROMOTED and one.state is State.WAITLISTED for one in roll):
        found.append("promoted, but waiting")
    return found
