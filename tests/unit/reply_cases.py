"""Invented decisions, mails and a notice like the real one, for the tests of the answers."""

from __future__ import annotations

import email
import email.policy
import html as html_entities
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from email.message import EmailMessage
from functools import cache
from itertools import islice
from pathlib import Path

from bot.demo import invented
from bot.records.account import Correspondent
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
from bot.records.outgoing import ComposedMail
from bot.replies.compose import Composer

TEMPLATES = Path(__file__).parents[2] / "templates"
CHINA = timezone(timedelta(hours=8))
ARRIVED = datetime(2026, 3, 27, 9, 0, tzinfo=CHINA)
NOW = datetime(2026, 3, 27, 9, 2, tzinfo=CHINA)
OFFICE = Correspondent("szsyyxhbgs@126.com", "深圳市医院协会会务组")
ACCOUNT = "4425 0100 0022 0000 0146"
HOSPITAL = next(invented.hospitals(3))
PEOPLE = tuple(islice(invented.people(7), 8))

EVENT = Event(
    id="zhejiang-2026",
    title="赴浙江开展临床重点专科建设专题调研学习",
    capacity=50,
    opens=datetime(2026, 3, 25, tzinfo=CHINA),
    deadline=datetime(2026, 4, 10, 23, 59, 59, tzinfo=CHINA),
    starts=date(2026, 4, 22),
    ends=date(2026, 4, 25),
    fees=Fees(2980, 3600),
    document_number="深医协字[2026]013号",
    keywords=("浙江", "临床重点专科", "调研学习"),
    payee=Payee("深圳市医院协会", "中国建设银行股份有限公司深圳翠园支行", ACCOUNT, "缴费发票在汇款后领取"),
    travel=Travel(
        (
            Flight("去程", date(2026, 4, 22), "深圳—杭州", "深航", "ZH9887", "14:00", "16:10"),
            Flight("回程", date(2026, 4, 25), "杭州—深圳", "深航", "ZH9882", "10:30", "12:50"),
        ),
        meeting_point="4月22日在深圳宝安机场集合",
        note="请购买以下指定航班的往返机票",
        buy_by="所选航班机票有限，请尽早购买",
    ),
    lodging="统一安排标准双人间住宿，单间需另补房差",
    included="3晚4天住宿、学习交流、考察当地区间交通",
    telephones=("0755-82336671", "13682476671（协会公用手机）"),
    mailbox="szsyyxhbgs@126.com",
    form_title="参加赴浙江开展临床重点专科建设专题调研学习回执表",
)

MAIL = ParsedMail(
    message_id="<2026032709000012345678@hospital01.example.org>",
    message_id_given=True,
    raw_hash="0" * 64,
    content_key="1" * 64,
    subject="报名回执",
    sender=Address("医务科", HOSPITAL.email),
)


def registration(index: int, state: State = State.CONFIRMED, **changes: object) -> Registration:
    """Person `index` of the invented ones, a member's, on row `index` of the form in MAIL."""
    person = PEOPLE[index % len(PEOPLE)]
    reasons = {State.CONFIRMED: Reason.SEAT_FREE, State.WAITLISTED: Reason.CAPACITY_REACHED}
    base = Registration(
        event_id=EVENT.id,
        state=state,
        reason=reasons.get(state, Reason.AFTER_DEADLINE),
        name=person.name,
        organisation=HOSPITAL.name,
        submitting_organisation=HOSPITAL.name,
        job_title=person.job_title,
        mobile=person.mobile,
        id_number=person.id_number,
        single_room=False,
        membership=Membership.MEMBER,
        fee=2980,
        contact=HOSPITAL.contact,
        phone=HOSPITAL.phone,
        email=HOSPITAL.email,
        invoice_title=HOSPITAL.name,
        taxpayer_id=HOSPITAL.taxpayer_id,
        received_at=ARRIVED,
        uid=7,
        form_index=0,
        position=index,
        message_id=MAIL.message_id,
        sender=HOSPITAL.email,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def others(count: int, state: State = State.CONFIRMED, first_number: int = 1) -> tuple[Registration, ...]:
    """People of other hospitals, who arrived before."""
    hospital = list(invented.hospitals(9))[5]
    earlier = ARRIVED - timedelta(days=1)
    return tuple(
        registration(
            0,
            state,
            name=f"外院{person.name}",
            mobile=person.mobile,
            id_number=person.id_number,
            organisation=hospital.name,
            submitting_organisation=hospital.name,
            contact=hospital.contact,
            received_at=earlier,
            uid=1,
            position=index,
            message_id="<other@elsewhere.example.org>",
            sender=hospital.email,
            number=first_number + index,
            id=first_number + index,
        )
        for index, person in enumerate(islice(invented.people(99), count))
    )


def numbered(roll: tuple[Registration, ...]) -> tuple[Registration, ...]:
    """The roll as the ledger gives it after recording: with ids, numbered in order of admission."""
    order = (State.CONFIRMED, State.WAITLISTED, State.LATE)
    ranked = [r for state in order for r in sorted(roll, key=lambda r: r.order) if r.state is state]
    rest = [r for r in roll if r.state not in order]
    return tuple(replace(r, id=r.id or 900 + n, number=n) for n, r in enumerate(ranked, start=1)) + tuple(rest)


@dataclass(frozen=True)
class Answer:
    """A composed mail and what a mail program makes of its bytes."""

    composed: ComposedMail
    message: EmailMessage
    text: str
    html: str


def read(composed: ComposedMail) -> Answer:
    message = email.message_from_bytes(composed.mime, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return Answer(composed, message, plain.get_content(), html.get_content())


def visible(answered: Answer) -> str:
    """The words of the HTML mail without tags, styles and layout blanks."""
    body = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", answered.html, flags=re.S)
    return html_entities.unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", body)))


def says(answered: Answer, *facts: str) -> bool:
    """Whether both forms of the mail say all of it."""
    in_html, in_text = visible(answered), re.sub(r"\s+", "", answered.text)
    return all(re.sub(r"\s+", "", fact) in in_text and re.sub(r"\s+", "", fact) in in_html for fact in facts)


def is_silent_on(answered: Answer, *facts: str) -> bool:
    everything = re.sub(r"\s+", "", answered.text) + visible(answered) + str(answered.message["Subject"])
    return not any(re.sub(r"\s+", "", fact) in everything for fact in facts)


@cache
def composer() -> Composer:
    return Composer(TEMPLATES, OFFICE)


def decided(
    template: ReplyTemplate,
    *people: tuple[Standing, Registration],
    reason: Reason = Reason.SEAT_FREE,
    **changes: object,
) -> Decision:
    """A decision as admission makes it: NEW people carry no id and no number yet."""
    decision = Decision(
        outcome=Outcome.REGISTERED,
        reason=reason,
        note="",
        reply=template,
        event_id=EVENT.id,
        people=tuple(PersonDecision(standing, person, person.reason) for standing, person in people),
    )
    return replace(decision, **changes)  # type: ignore[arg-type]


def answer(
    decision: Decision,
    before: tuple[Registration, ...] = (),
    event: Event | None = EVENT,
    mail: ParsedMail = MAIL,
    answer_to: str = HOSPITAL.email,
) -> Answer:
    """Composes with the roll that follows from the decision, and reads the bytes back."""
    fresh = tuple(p.registration for p in decision.people if p.standing is Standing.NEW)
    known = {r.id for r in before}
    kept = tuple(
        p.registration
        for p in decision.people
        if p.standing not in (Standing.NEW, Standing.REPEATED, Standing.REJECTED)
        and p.registration.id not in known
    )
    roll = numbered((*before, *kept, *fresh))
    return read(composer().reply(decision, event, mail, answer_to, roll, NOW))


@cache
def every_kind() -> dict[ReplyTemplate, Answer]:
    """One answer of each kind, with people in every state, problems, unread files and blanks."""
    new, same, changed = Standing.NEW, Standing.UNCHANGED, Standing.CHANGED
    seat, wait = registration(0), registration(1, State.WAITLISTED)
    late = registration(2, State.LATE, single_room=None)
    known = registration(3, id=33, uid=2, invoice_title="", taxpayer_id="")
    gone = registration(4, State.CANCELLED, id=34, uid=2)
    typo = FieldProblem("mobile", ProblemCode.FORMAT, "手机号码应为11位数字。", "手机", seat.name)
    locked = (Unread("资料.zip/回执表.docx", UnreadCode.ENCRYPTED, "文件设有密码，打不开。"),)
    renamed = (("name", PEOPLE[5].name, PEOPLE[3].name), ("id_number", PEOPLE[5].id_number, PEOPLE[3].id_number))
    reached = (("mobile", PEOPLE[5].mobile, PEOPLE[3].mobile), ("id_number", PEOPLE[5].id_number, known.id_number))

    def with_changes(
        person: Registration,
        template: ReplyTemplate,
        standing: Standing = changed,
        changes: tuple[tuple[str, str, str], ...] = (),
    ) -> Decision:
        people = (PersonDecision(standing, person, person.reason, changes),)
        return decided(template, reason=person.reason, people=people)

    kinds = ReplyTemplate
    decisions = (
        decided(kinds.CONFIRMED, (new, seat), (new, registration(5, single_room=True)), unread=locked),
        decided(kinds.MIXED, (new, seat), (new, wait), (same, known), (Standing.REPEATED, seat)),
        decided(kinds.WAITLISTED, (new, wait)),
        decided(kinds.LATE, (new, late)),
        decided(kinds.NEEDS_CORRECTION, (new, replace(seat, problems=(typo,))), (new, wait)),
        decided(kinds.NO_FORM, reason=Reason.NO_FORM_FOUND),
        decided(kinds.UNREADABLE, reason=Reason.NOT_READABLE, unread=locked),
        decided(kinds.UNCHANGED, (same, known), (same, replace(wait, id=35))),
        with_changes(known, kinds.UPDATED, Standing.AMENDED, reached),
        with_changes(gone, kinds.CANCELLED, Standing.CANCELLED),
        with_changes(replace(known, reason=Reason.PROMOTED), kinds.PROMOTED, Standing.MOVED),
        with_changes(known, kinds.REPLACED, Standing.REPLACED, renamed),
        with_changes(known, kinds.HANDED_TO_STAFF, changed, renamed),
    )
    return {d.reply: answer(d, others(3)) for d in decisions if d.reply}
