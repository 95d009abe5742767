"""Invented answers, one of each kind, with which the templates are tried before the first real mail.

Pure. Nobody in here exists: the numbers are no one's, the organisation is called 某医院.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.records.decision import (
    Decision,
    Membership,
    Outcome,
    PersonDecision,
    Reason,
    Registration,
    ReplyTemplate,
    Standing,
    State,
)
from bot.records.event import Event, Fees, Flight, Payee, Travel
from bot.records.form import FieldProblem, ProblemCode, Unread, UnreadCode
from bot.records.mail import Address, ParsedMail
from bot.replies.facts import Reply
from bot.replies.gather import gather

_NOW = datetime(2026, 3, 27, 1, 0, tzinfo=UTC)
_SENDER = "office@hospital.example.org"
_EVENT = Event(
    id="sample",
    title="赴外地开展专题调研学习",
    capacity=50,
    opens=datetime(2026, 3, 24, 16, 0, tzinfo=UTC),
    deadline=datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC),
    starts=date(2026, 4, 22),
    ends=date(2026, 4, 25),
    fees=Fees(2980, 3600),
    document_number="示例字[2026]001号",
    payee=Payee("示例协会", "示例银行", "0000 0000 0000 0000 000"),
    travel=Travel((Flight("去程", date(2026, 4, 22), "甲地—乙地", "示例航空", "XX0001", "14:00", "16:10"),)),
    telephones=("0755-00000000",),
)
_MAIL = ParsedMail(
    message_id="<sample@hospital.example.org>",
    message_id_given=True,
    raw_hash="",
    content_key="",
    subject="报名",
    sender=Address("", _SENDER),
)
_PERSON = Registration(
    event_id="sample",
    state=State.CONFIRMED,
    reason=Reason.SEAT_FREE,
    name="张三",
    organisation="深圳市某医院",
    submitting_organisation="深圳市某医院",
    job_title="副院长",
    mobile="13800000000",
    id_number="440301190001010000",
    single_room=None,
    membership=Membership.MEMBER,
    fee=2980,
    contact="李四",
    phone="13800000001",
    email=_SENDER,
    invoice_title="深圳市某医院",
    taxpayer_id="",
    received_at=_NOW,
    uid=1,
    form_index=0,
    position=0,
    message_id=_MAIL.message_id,
    sender=_SENDER,
    number=1,
)
_WAITING = replace(
    _PERSON,
    name="王五",
    state=State.WAITLISTED,
    reason=Reason.CAPACITY_REACHED,
    position=1,
    number=51,
    single_room=True,
)
_LATE = replace(_PERSON, name="赵六", state=State.LATE, reason=Reason.AFTER_DEADLINE, position=2, number=52)
_GONE = replace(_PERSON, name="孙七", state=State.CANCELLED, position=3, number=None)
_MISTYPED = FieldProblem("mobile", ProblemCode.FORMAT, "手机号码应为11位数字。", "手机", "张三")
_BADLY_READ = FieldProblem("name", ProblemCode.UNCERTAIN, "张三的姓名看不清，请核对。", "姓名", "张三")
_LOCKED = Unread("回执表.zip", UnreadCode.ENCRYPTED, "文件设有密码。")

_CASES: tuple[tuple[ReplyTemplate, tuple[tuple[Standing, Registration], ...]], ...] = (
    (ReplyTemplate.CONFIRMED, ((Standing.NEW, _PERSON),)),
    (ReplyTemplate.MIXED, ((Standing.NEW, _PERSON), (Standing.NEW, _WAITING))),
    (ReplyTemplate.WAITLISTED, ((Standing.NEW, _WAITING),)),
    (ReplyTemplate.LATE, ((Standing.NEW, _LATE),)),
    (ReplyTemplate.NEEDS_CORRECTION, ((Standing.NEW, replace(_PERSON, problems=(_MISTYPED, _BADLY_READ))),)),
    (ReplyTemplate.NO_FORM, ()),
    (ReplyTemplate.UNREADABLE, ()),
    (ReplyTemplate.UNCHANGED, ((Standing.UNCHANGED, _PERSON), (Standing.UNCHANGED, _WAITING))),
    (ReplyTemplate.UPDATED, ((Standing.CHANGED, _PERSON),)),
    (ReplyTemplate.CANCELLED, ((Standing.CHANGED, _GONE),)),
    (ReplyTemplate.PROMOTED, ((Standing.CHANGED, _PERSON),)),
    (ReplyTemplate.REPLACED, ((Standing.CHANGED, _PERSON),)),
    (ReplyTemplate.HANDED_TO_STAFF, ((Standing.CHANGED, _PERSON),)),
)


def sample_answers(office: str) -> Iterator[Reply]:
    """One answer of each kind; those that can come without an event also without one."""
    for template, people in _CASES:
        decision = Decision(
            outcome=Outcome.REGISTERED,
            reason=people[0][1].reason if people else Reason.NO_FORM_FOUND,
            note="",
            reply=template,
            people=tuple(
                PersonDecision(standing, person, person.reason, (("mobile", "", "13800000002"),))
                if standing is Standing.CHANGED
                else PersonDecision(standing, person, person.reason)
                for standing, person in people
            ),
            unread=(_LOCKED,) if template in (ReplyTemplate.UNREADABLE, ReplyTemplate.CONFIRMED) else (),
        )
        roll = tuple(person for _, person in people)
        yield gather(decision, template, _EVENT, _MAIL, _SENDER, roll, _NOW, office, _EVENT.timezone)
        if not people or template is ReplyTemplate.HANDED_TO_STAFF:
            alone = replace(decision, people=(), reason=Reason.EVENT_UNCLEAR)
            yield gather(alone, template, None, _MAIL, _SENDER, (), _NOW, office, _EVENT.timezone)
