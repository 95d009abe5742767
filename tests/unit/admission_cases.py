"""Events, forms and mails for the tests of admission and ledger; every person and hospital is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice

from bot.admission.decide import decide
from bot.admission.membership import MemberDirectory
from bot.demo.invented import InventedPerson, hospitals, people
from bot.records.decision import Decision, Registration, Submission
from bot.records.event import Event, Fees, LatePolicy, WhenPartlyFull
from bot.records.form import Attendee, FieldProblem, ProblemCode, RegistrationForm, Unread, Value
from bot.records.mail import Intent, MailKind, Screening

OPENS = datetime(2026, 3, 24, 16, tzinfo=UTC)
DEADLINE = datetime(2026, 4, 10, 15, 59, 59, 999_999, tzinfo=UTC)
MORNING = datetime(2026, 3, 27, 1, tzinfo=UTC)

HOSPITAL, OTHER_HOSPITAL, STRANGE_HOSPITAL = islice(hospitals(seed=3), 3)
MEMBERS = MemberDirectory.of(
    [(HOSPITAL.name, (), True), (OTHER_HOSPITAL.name, (), False)],
)

EVENT = Event(
    id="zhejiang-2026",
    title="赴浙江开展临床重点专科建设专题调研学习",
    document_number="深医协字[2026]013号",
    keywords=("浙江", "临床重点专科", "调研学习"),
    capacity=4,
    opens=OPENS,
    deadline=DEADLINE,
    starts=date(2026, 4, 22),
    ends=date(2026, 4, 25),
    fees=Fees(2980, 3600),
)
WHOLE_FORMS = replace(EVENT, when_partly_full=WhenPartlyFull.WHOLE_FORM)
REJECTING = replace(EVENT, late=LatePolicy.REJECT)

A_PERSON = Screening(kind=None, may_answer=True, answer_to="clerk@example.org", reason="from_a_person")
REGISTERS = Intent(MailKind.REGISTRATION, "registration_words", plainly_registers=True)

_PEOPLE: Iterator[InventedPerson] = people(seed=41)
_UIDS = count(1)


def attendee(person: InventedPerson | None = None, **changed: object) -> Attendee:
    """Somebody new, or the given person, as a row of a form."""
    one = person or next(_PEOPLE)
    row = Attendee(
        name=Value(one.name + ("" if person else str(next(_UIDS)))),
        organisation=Value(HOSPITAL.name),
        job_title=Value(one.job_title),
        mobile=Value(one.mobile),
        id_number=Value(one.id_number),
        single_room=one.single_room,
    )
    values = {key: Value(value) if isinstance(value, str) else value for key, value in changed.items()}
    return replace(row, **values)  # type: ignore[arg-type]


def form(*rows: Attendee, **changed: object) -> RegistrationForm:
    made = RegistrationForm(
        origin="回执.docx",
        organisation=Value(HOSPITAL.name),
        contact=Value(HOSPITAL.contact),
        phone=Value(HOSPITAL.phone),
        email=Value(HOSPITAL.email),
        invoice_title=Value(HOSPITAL.name),
        taxpayer_id=Value(HOSPITAL.taxpayer_id),
        attendees=rows,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def form_of(number: int) -> RegistrationForm:
    """A form with so many new people."""
    return form(*(attendee() for _ in range(number)))


def submission(
    *forms: RegistrationForm,
    received_at: datetime = MORNING,
    uid: int | None = None,
    unread: tuple[Unread, ...] = (),
) -> Submission:
    number = uid if uid is not None else next(_UIDS)
    return Submission(received_at, number, f"<{number}@example.org>", "clerk@example.org", forms, unread)


def roll_of(*numbers: int, event: Event = EVENT, start: datetime = MORNING) -> tuple[Registration, ...]:
    """The roll after one mail a minute, each with a form of so many new people."""
    roll: tuple[Registration, ...] = ()
    for minute, number in enumerate(numbers):
        mail = submission(form_of(number), received_at=start + timedelta(minutes=minute))
        roll += decide(event, roll, mail, MEMBERS).new_registrations
    return roll


def states(decision: Decision) -> list[str]:
    return [person.registration.state.value for person in decision.people]


def standings(decision: Decision) -> list[str]:
    return [person.standing.value for person in decision.people]


def problem(field: str = "id_number", *, blocking: bool = True) -> FieldProblem:
    return FieldProblem(field, ProblemCode.CHECKSUM, "校验位不对，请核对。", blocking=blocking)
