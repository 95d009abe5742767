"""Three people of one invented hospital, and what a sender's words ask of them, in short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.admission.requests import worded
from bot.demo.invented import hospitals, id_number, taxpayer_id
from bot.intake.intent import judge_intent
from bot.records.decision import Membership, Reason, Registration, State
from bot.records.form import FieldProblem, ProblemCode
from bot.records.request import Request, Worded
from tests.unit.mail_samples import parsed

HOSPITAL = next(hospitals(seed=17))
ID = id_number("440304", "19800203", 117)
OTHER_ID = id_number("440305", "19850607", 24)
X_ID = next(number for n in range(200) if (number := id_number("440303", "19790412", n)).endswith("X"))
WRONG_ID = ID[:17] + ("1" if ID[17] != "1" else "2")
TAX = taxpayer_id(4711)
WRONG_TAX = TAX[:17] + ("A" if TAX[17] != "A" else "B")
MOBILE = "13800138000"

NOTHING, UNCLEAR = "nothing", "unclear"


def person(name: str, job_title: str = "", *, position: int = 0, form_index: int = 0) -> Registration:
    """Somebody on the roll, of the form `form_index`."""
    return Registration(
        event_id="zhejiang-2026",
        state=State.CONFIRMED,
        reason=Reason.SEAT_FREE,
        name=name,
        organisation=HOSPITAL.name,
        submitting_organisation=HOSPITAL.name,
        job_title=job_title,
        mobile=f"1390000{position:04d}",
        id_number=id_number("440306", "19770809", 200 + position),
        single_room=None,
        membership=Membership.MEMBER,
        fee=2980,
        contact=HOSPITAL.contact,
        phone=HOSPITAL.phone,
        email=HOSPITAL.email,
        invoice_title=HOSPITAL.name,
        taxpayer_id=HOSPITAL.taxpayer_id,
        received_at=datetime(2026, 3, 27, 1, tzinfo=UTC),
        uid=7,
        form_index=form_index,
        position=position,
        message_id="<7@example.org>",
        sender="clerk@example.org",
        id=position + 1,
    )


WANG, LI, ZHANG = (
    person("王芳", "副主任"),
    person("李明", "科主任", position=1),
    person("张伟国", "院长", position=2),
)
THREE = (WANG, LI, ZHANG)


def unsure(one: Registration, *fields: str) -> Registration:
    """The same, with values that were read with little certainty."""
    problems = (
        FieldProblem(field, ProblemCode.UNCERTAIN, "看不清，请核对。", person=one.name) for field in fields
    )
    return replace(one, problems=tuple(problems))


def understood(
    text: str,
    people: tuple[Registration, ...] = THREE,
    *,
    subject: str = "回复：报名确认",
    sender_name: str = "医务科",
    form_names: tuple[str, ...] = (),
) -> Worded:
    """What is understood of a mail with this text, its sentences taken apart as they are on arrival."""
    sentences = judge_intent(parsed(text, subject), ()).sentences
    return worded(sentences, people, sender_name=sender_name, form_names=form_names)


def short(found: Worded) -> str:
    """`cancel 王芳+李明; replace 王芳>赵六 mobile=…; correct 王芳 mobile=…`."""
    if found.unclear:
        return UNCLEAR
    return "; ".join(map(_short, found.requests)) or NOTHING


def _short(request: Request) -> str:
    names = "+".join(one.name for one in request.people)
    successor = f">{request.successor}" if request.kind == "replace" else ""
    values = "".join(f" {field}={value}" for field, value in request.values)
    return f"{request.kind.value} {names}{successor}{values}"
