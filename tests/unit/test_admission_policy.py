"""The whole policy: which rule answers for which mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.admission.numbering import number_roll
from bot.admission.policy import POLICY, decide_after_failure, decide_mail, kind_of, mark_of
from bot.admission.reasons import SENTENCES, sentence
from bot.records.decision import Decision, Outcome, Reason, ReplyTemplate, State, Submission
from bot.records.event import Event
from bot.records.form import Unread, UnreadCode
from bot.records.mail import Intent, MailKind, MailMark, Screening
from tests.unit.admission_cases import (
    A_PERSON,
    EVENT,
    MEMBERS,
    OPENS,
    REGISTERS,
    form,
    form_of,
    roll_of,
    submission,
)

BOUNCE = Screening(MailKind.BOUNCE, False, "", "null_sender", "退信。")
AUTOMATIC = Screening(MailKind.AUTOMATIC, False, "", "auto_submitted", "自动回复。")
NO_ANSWER = Screening(None, False, "", "several_senders")
RAR = Unread("名单.rar", UnreadCode.ENCRYPTED, "压缩包有密码。")
NOTICE = Unread("通知.docx", UnreadCode.NO_FORM, "没有回执表。")

QUESTION = Intent(MailKind.QUESTION, "question")
CANCELS = Intent(MailKind.CANCELLATION, "asks_to_cancel")
REPLACES = Intent(MailKind.REPLACEMENT, "asks_to_replace")
PERHAPS = Intent(MailKind.REGISTRATION, "document")
OTHER = Intent(MailKind.OTHER, "nothing_to_do")
THANKS = Intent(MailKind.OTHER, "thanks")
ADVERTISEMENT = Intent(MailKind.OTHER, "advertisement")


def decided(
    mail: Submission,
    intent: Intent = REGISTERS,
    screening: Screening = A_PERSON,
    event: Event | None = EVENT,
    unrouted: Reason | None = None,
) -> Decision:
    return decide_mail(
        event, (), submission=mail, screening=screening, intent=intent, members=MEMBERS, unrouted=unrouted
    )


@pytest.mark.parametrize(
    ("mail", "intent", "outcome", "reply", "reviews", "kind", "mark"),
    [
        (submission(form_of(1)), REGISTERS, "registered", "confirmed", (), "registration", "answered"),
        (submission(form_of(1)), QUESTION, "registered", "confirmed", (), "registration", "answered"),
        (submission(form_of(1)), OTHER, "registered", "confirmed", (), "registration", "answered"),
        (
            submission(form_of(1)),
            REPLACES,
            "handed_to_staff",
            "handed_to_staff",
            ("asks_to_replace", "not_entitled"),
            "replacement",
            "for_person",
        ),
        (
            submission(),
            CANCELS,
            "handed_to_staff",
            "handed_to_staff",
            ("asks_to_cancel", "not_entitled"),
            "cancellation",
            "for_person",
        ),
        (
            submission(unread=(RAR,)),
            OTHER,
            "unreadable",
            "unreadable",
            ("not_readable",),
            "registration",
            "for_person",
        ),
        (submission(), REGISTERS, "no_form", "no_form", (), "registration", "answered"),
        (
            submission(unread=(NOTICE,)),
            REGISTERS,
            "no_form",
            "no_form",
            ("no_form_found",),
            "registration",
            "for_person",
        ),
        (submission(form()), OTHER, "no_form", "no_form", (), "registration", "answered"),
        (submission(form()), QUESTION, "handed_to_staff", None, ("question",), "question", "for_person"),
        (submission(), QUESTION, "handed_to_staff", None, ("question",), "question", "for_person"),
        (submission(), PERHAPS, "handed_to_staff", None, ("no_form_found",), "registration", "for_person"),
        (submission(), OTHER, "recorded", None, ("no_registration",), "other", "for_person"),
        (submission(), THANKS, "recorded", None, (), "other", "none"),
        (submission(unread=(RAR,)), THANKS, "recorded", None, ("no_registration",), "other", "for_person"),
        (
            submission(unread=(RAR,)),
            ADVERTISEMENT,
            "recorded",
            None,
            ("no_registration",),
            "other",
            "for_person",
        ),
    ],
)
def test_mail_of_a_person_has_one_outcome(
    mail: Submission,
    intent: Intent,
    outcome: str,
    reply: str | None,
    reviews: tuple[str, ...],
    kind: str,
    mark: str,
) -> None:
    decision = decided(mail, intent)

    assert (decision.outcome, decision.reply, decision.review_reasons) == (outcome, reply, reviews)
    assert kind_of(decision, A_PERSON, intent) == kind
    assert mark_of(decision) == mark
    assert decision.note


def test_nobody_is_registered_from_a_form_that_replaces_somebody() -> None:
    assert decided(submission(form_of(2)), REPLACES).people == ()


@pytest.mark.parametrize("screening", [BOUNCE, AUTOMATIC])
def test_mail_from_no_person_is_recorded_and_never_answered(screening: Screening) -> None:
    decision = decided(submission(), screening=screening)

    assert (decision.outcome, decision.reply) == (Outcome.RECORDED, None)
    assert decision.reason is Reason.NOT_FROM_A_PERSON
    assert not decision.needs_person
    assert kind_of(decision, screening, REGISTERS) is screening.kind
    assert mark_of(decision) is MailMark.NONE


def test_screening_may_ask_for_a_person() -> None:
    decision = decided(submission(), screening=replace(AUTOMATIC, needs_person=True))

    assert decision.review_reasons == (Reason.NOT_FROM_A_PERSON,)


@pytest.mark.parametrize("event", [EVENT, None])
def test_form_of_somebody_unknown_in_an_automatic_mail_is_seen_by_a_person(event: Event | None) -> None:
    decision = decided(submission(form_of(1)), screening=AUTOMATIC, event=event)

    assert decision.outcome is Outcome.RECORDED
    assert decision.people == ()
    assert decision.needs_person


def test_bounce_that_carries_a_form_needs_nobody() -> None:
    assert not decided(submission(form_of(1)), screening=BOUNCE).needs_person


def test_automatic_reply_that_quotes_people_on_the_roll_needs_nobody() -> None:
    mail = submission(form_of(1))
    roll = decided(mail).new_registrations

    decision = decide_mail(EVENT, roll, submission=mail, screening=AUTOMATIC, intent=REGISTERS, members=MEMBERS)

    assert not decision.needs_person


def test_mail_before_the_opening_is_recorded_without_an_answer() -> None:
    early = submission(form_of(1), received_at=OPENS - timedelta(microseconds=1))

    for decision in (decided(early), decided(early, event=None, unrouted=Reason.BEFORE_OPENING)):
        assert (decision.outcome, decision.reason) == (Outcome.RECORDED, Reason.BEFORE_OPENING)
        assert (decision.reply, decision.needs_person, decision.event_id) == (None, False, None)
        assert kind_of(decision, A_PERSON, REGISTERS) is MailKind.REGISTRATION


@pytest.mark.parametrize("mail", [submission(form_of(1)), submission(unread=(RAR,))])
def test_registration_for_no_certain_event_is_left_to_a_person(mail: Submission) -> None:
    decision = decided(mail, event=None)

    assert decision.outcome is Outcome.HANDED_TO_STAFF
    assert decision.reason is Reason.EVENT_UNCLEAR
    assert decision.reply is ReplyTemplate.HANDED_TO_STAFF
    assert decision.needs_person


@pytest.mark.parametrize("intent", [QUESTION, THANKS])
def test_question_and_thanks_need_no_event(intent: Intent) -> None:
    decision = decided(submission(), intent, event=None, unrouted=Reason.EVENT_UNCLEAR)

    assert decision.reason in (Reason.QUESTION, Reason.NO_REGISTRATION)


@pytest.mark.parametrize("mail", [submission(form_of(1)), submission(), submission(unread=(RAR,))])
def test_answer_that_must_not_go_out_is_left_to_a_person(mail: Submission) -> None:
    decision = decided(mail, screening=NO_ANSWER)

    assert decision.reply is None
    assert decision.review_reasons[-1] is Reason.ANSWER_HELD_BACK
    assert mark_of(decision) is MailMark.FOR_PERSON


def test_held_back_answer_still_registers() -> None:
    assert len(decided(submission(form_of(2)), screening=NO_ANSWER).new_registrations) == 2


def test_no_answer_was_due_so_none_is_held_back() -> None:
    assert decided(submission(), QUESTION, NO_ANSWER).review_reasons == (Reason.QUESTION,)


@pytest.mark.parametrize("event", [EVENT, None])
def test_failed_station_leaves_the_mail_to_a_person(event: Event | None) -> None:
    decision = decide_after_failure(event)

    assert (decision.outcome, decision.reply) == (Outcome.HANDED_TO_STAFF, None)
    assert decision.review_reasons == (Reason.STATION_FAILED,)
    assert kind_of(decision, A_PERSON, QUESTION) is MailKind.QUESTION


def test_unreadable_note_says_what_was_wrong_with_each_file() -> None:
    assert "压缩包有密码。" in decided(submission(unread=(RAR,))).note


def test_last_rule_always_answers() -> None:
    assert POLICY[-1].__name__ == "anything_else"


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_one_chinese_sentence(reason: Reason) -> None:
    assert sentence(reason).endswith("。")
    assert len(set(SENTENCES.values())) == len(Reason)


def test_roll_is_numbered_in_order_of_admission() -> None:
    people = list(roll_of(3, 3))
    people[1] = replace(people[1], state=State.CANCELLED)
    people[2] = replace(people[2], state=State.LATE)

    numbered = number_roll(reversed(people))

    assert [person.number for person in numbered] == [1, 2, 3, 4, 5, None]
    assert [person.state for person in numbered] == [
        State.CONFIRMED,
        State.CONFIRMED,
        State.WAITLISTED,
        State.WAITLISTED,
        State.LATE,
        State.CANCELLED,
    ]
