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
from bot.replies.facts import Reminder, Reply
from bot.replies.gather import gather
from bot.replies.remind import remind

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
    lodging="统一安排标准双人间住宿",
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
_AMENDED = replace(_PERSON, name="周八", id=8, position=4, number=3)
_SUCCESSOR = replace(_PERSON, name="吴九", id=9, position=5, number=4)
_STAYS = replace(_PERSON, name="郑十", id=10, position=6, number=5)
_MISTYPED = FieldProblem("mobile", ProblemCode.FORMAT, "手机号码应为11位数字。", "手机", "张三")
_BADLY_READ = FieldProblem("name", ProblemCode.UNCERTAIN, "张三的姓名看不清，请核对。", "姓名", "张三")
_REFUSED = FieldProblem("id_number", ProblemCode.CHECKSUM, "周八的身份证号校验码不符。", "身份证号", "周八")
_LOCKED = Unread("回执表.zip", UnreadCode.ENCRYPTED, "文件设有密码。")
_ROOM = (("single_room", "否", "是"),)
_TAKES_OVER = (("name", "钱二", "吴九"), ("mobile", "13800000003", "13800000000"))

_NEW, _MOVED = Standing.NEW, Standing.MOVED


def _is(
    standing: Standing,
    registration: Registration,
    changed: tuple[tuple[str, str, str], ...] = (),
    refused: tuple[FieldProblem, ...] = (),
) -> PersonDecision:
    return PersonDecision(standing, registration, registration.reason, changed, refused)


# All that one mail can come to at once: whatever the answer is about first, nobody in it may be forgotten.
_EVERYTHING = (
    _is(_NEW, _PERSON),
    _is(_NEW, _WAITING),
    _is(Standing.AMENDED, _AMENDED, _ROOM, (_REFUSED,)),
    _is(Standing.REPLACED, _SUCCESSOR, _TAKES_OVER),
    _is(Standing.CANCELLED, _GONE),
    _is(Standing.UNCHANGED, _STAYS),
)
_LATE_ONES = (_is(_NEW, _LATE), *_EVERYTHING[2:])
_TO_MEND = (_is(_NEW, replace(_PERSON, problems=(_MISTYPED, _BADLY_READ))), *_EVERYTHING[1:])
_KINDS = ReplyTemplate
_CASES: tuple[tuple[ReplyTemplate, Reason, tuple[PersonDecision, ...]], ...] = (
    (_KINDS.CONFIRMED, Reason.SEAT_FREE, (_is(_NEW, _PERSON), *_EVERYTHING[2:])),
    (_KINDS.CONFIRMED, Reason.DECIDED_BY_STAFF, (_is(_MOVED, _PERSON),)),
    (_KINDS.MIXED, Reason.SEAT_FREE, _EVERYTHING),
    (_KINDS.WAITLISTED, Reason.CAPACITY_REACHED, (_is(_NEW, _WAITING), *_EVERYTHING[2:])),
    (_KINDS.WAITLISTED, Reason.DECIDED_BY_STAFF, (_is(_MOVED, replace(_WAITING, by_staff=True)),)),
    (_KINDS.LATE, Reason.AFTER_DEADLINE, _LATE_ONES),
    (_KINDS.LATE, Reason.EVENT_OVER, (_is(Standing.REJECTED, _LATE),)),
    (_KINDS.NEEDS_CORRECTION, Reason.SEAT_FREE, _TO_MEND),
    (_KINDS.NEEDS_CORRECTION, Reason.AMENDED, _EVERYTHING[2:3]),
    (_KINDS.NO_FORM, Reason.NO_FORM_FOUND, ()),
    (_KINDS.UNREADABLE, Reason.NOT_READABLE, ()),
    (
        _KINDS.UNCHANGED,
        Reason.SAME_AS_BEFORE,
        (_is(Standing.UNCHANGED, _STAYS), _is(Standing.UNCHANGED, _WAITING)),
    ),
    (_KINDS.UPDATED, Reason.AMENDED, _EVERYTHING),
    (_KINDS.UPDATED, Reason.CONFIRMED_AS_READ, (_is(Standing.AMENDED, _AMENDED),)),
    (_KINDS.UPDATED, Reason.DECIDED_BY_STAFF, (_is(_MOVED, _PERSON), _is(_MOVED, _WAITING), _is(_MOVED, _GONE))),
    (_KINDS.UPDATED, Reason.MEMBERSHIP_SETTLED, (_is(_MOVED, _PERSON),)),
    (_KINDS.CANCELLED, Reason.CANCELLED_BY_SENDER, (_is(Standing.CANCELLED, _GONE),)),
    (_KINDS.CANCELLED, Reason.DECIDED_BY_STAFF, (_is(_MOVED, _GONE),)),
    (_KINDS.PROMOTED, Reason.PROMOTED, (_is(_MOVED, _PERSON),)),
    (_KINDS.REPLACED, Reason.REPLACED_BY_SENDER, _EVERYTHING[3:4]),
    (_KINDS.HANDED_TO_STAFF, Reason.DIFFERS_FROM_BEFORE, (_is(Standing.CHANGED, _PERSON, _ROOM),)),
    (_KINDS.HANDED_TO_STAFF, Reason.ASKS_TO_CANCEL, _EVERYTHING),
    (_KINDS.HANDED_TO_STAFF, Reason.QUESTION, ()),
)


def sample_answers(office: str) -> Iterator[Reply]:
    """Answers of each kind and for every occasion; those that can come without an event also without one."""
    for template, reason, people in _CASES:
        decision = Decision(
            outcome=Outcome.REGISTERED,
            reason=reason,
            note="",
            reply=template,
            people=people,
            unread=(_LOCKED,) if template in (ReplyTemplate.UNREADABLE, ReplyTemplate.CONFIRMED) else (),
            left_out=(replace(_STAYS, name="冯十一"),)
            if Standing.UNCHANGED in {p.standing for p in people}
            else (),
        )
        roll = tuple(person.registration for person in people)
        yield gather(decision, template, _EVENT, _MAIL, _SENDER, roll, _NOW, office, _EVENT.timezone)
        if not people or template is ReplyTemplate.HANDED_TO_STAFF:
            alone = replace(decision, people=(), left_out=(), reason=Reason.EVENT_UNCLEAR)
            yield gather(alone, template, None, _MAIL, _SENDER, (), _NOW, office, _EVENT.timezone)


def sample_reminders(office: str) -> Iterator[Reminder]:
    """A reminder below a mail and one that stands alone."""
    for mail in (_MAIL, None):
        yield remind(_EVENT, (_PERSON,), _SENDER, mail, _NOW, office)
