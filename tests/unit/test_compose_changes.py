"""What answers say of registrations that were changed: amended, replaced, cancelled, left alone, withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.records.decision import (
    Change,
    Decision,
    PersonDecision,
    Reason,
    Registration,
    ReplyTemplate,
    Standing,
    State,
)
from bot.records.form import FieldProblem, ProblemCode
from bot.replies.changes import difference
from tests.unit.reply_cases import (
    ACCOUNT,
    EVENT,
    HOSPITAL,
    MAIL,
    NOW,
    PEOPLE,
    Answer,
    answer,
    composer,
    decided,
    is_silent_on,
    others,
    read,
    registration,
    says,
)

KINDS = ReplyTemplate
Field = tuple[str, str, str]


def known(index: int, state: State = State.CONFIRMED, **changes: object) -> Registration:
    """Person `index`, registered by the same address some days before."""
    return registration(index, state, **{"id": 60 + index, "uid": 2, **changes})


def person(
    standing: Standing, registered: Registration, *changed: Field, refused: tuple[FieldProblem, ...] = ()
) -> PersonDecision:
    return PersonDecision(standing, registered, registered.reason, changed, refused)


def told(
    template: ReplyTemplate, *people: PersonDecision, reason: Reason = Reason.AMENDED, **more: object
) -> Answer:
    return answer(decided(template, reason=reason, people=people, **more), others(3))


def number_fault(index: int) -> FieldProblem:
    return FieldProblem("id_number", ProblemCode.CHECKSUM, "身份证号校验码不符。", "身份证号", PEOPLE[index].name)


def test_an_amendment_tells_old_and_new_and_the_kept_place() -> None:
    answered = told(
        KINDS.UPDATED,
        person(
            Standing.AMENDED,
            known(0, single_room=True),
            ("mobile", PEOPLE[1].mobile, PEOPLE[0].mobile),
            ("single_room", "否", "是"),
            ("job_title", "", "副院长"),
        ),
    )

    assert says(answered, PEOPLE[0].name, "第 4 位", "原有顺序保留", "原为（空），现为副院长")
    assert says(answered, "原为标准双人间，现为单间", f"现为{PEOPLE[0].mobile[:3]}****{PEOPLE[0].mobile[-4:]}")
    assert is_silent_on(answered, PEOPLE[0].mobile, PEOPLE[1].mobile)


def test_amended_people_are_not_asked_to_pay_twice_but_told_of_a_difference() -> None:
    mobile = told(KINDS.UPDATED, person(Standing.AMENDED, known(0), ("mobile", "", PEOPLE[0].mobile)))
    room = told(KINDS.UPDATED, person(Standing.AMENDED, known(0), ("single_room", "否", "是")))

    assert says(mobile, "无需重复缴费", ACCOUNT)
    assert is_silent_on(mobile, "差额")
    assert says(room, "无需重复缴费", "差额请与会务组联系")


def test_new_people_beside_amended_ones_are_charged_alone() -> None:
    answered = told(
        KINDS.UPDATED,
        person(Standing.AMENDED, known(0), ("job_title", "科员", "科长")),
        person(Standing.NEW, registration(1)),
        person(Standing.NEW, registration(2, State.WAITLISTED)),
    )

    assert says(answered, "已更正", "应缴合计：2,980元", f"浙江调研学习+{HOSPITAL.name}+{PEOPLE[1].name}")
    assert says(answered, "新报名录取 1 人，候补 1 人", "此前已录取人员的缴费安排不变")
    assert is_silent_on(answered, f"{PEOPLE[0].name}、{PEOPLE[1].name}")


def test_what_stands_once_on_a_form_is_told_once() -> None:
    title = ("invoice_title", "旧抬头", HOSPITAL.name)

    answered = told(
        KINDS.UPDATED,
        person(Standing.AMENDED, known(0), title, ("job_title", "科员", "科长")),
        person(Standing.AMENDED, known(1), title),
    )

    assert answered.text.count("原为旧抬头") == 1
    assert says(answered, "单位信息更正", "原为科员，现为科长")


@pytest.mark.parametrize(
    ("old", "new", "told_as"),
    [
        ("440301199001011237", "440301199001021237", "440301********1237（第 14 位有更正）"),
        ("440301199001011237", "440301199010011237", "440301********1237（第 11、12 位有更正）"),
        ("440301199001011237", "440301199001011238", "440301********1238"),
        ("44030119900101123", "440301199001011237", "440301********1237（由 17 位改为 18 位）"),
        ("440301199001011237", "440301198512301237", "440301********1237（共 6 位有更正）"),
        ("", "440301199001011237", "440301********1237"),
    ],
)
def test_a_changed_identity_number_shows_that_it_changed_and_no_hidden_digit(
    old: str, new: str, told_as: str
) -> None:
    assert difference("id_number", old, new).new == told_as


def test_a_changed_mobile_number_whose_ends_are_the_same_shows_where_it_changed() -> None:
    shown = difference("mobile", "13800001234", "13800101234")

    assert (shown.old, shown.new) == ("138****1234", "138****1234（第 6 位有更正）")


def test_a_changed_tax_number_is_shown_whole() -> None:
    shown = difference("taxpayer_id", "12440300000070017K", "12440300000070017G")

    assert (shown.old, shown.new) == ("12440300000070017K", "12440300000070017G")


def test_a_refused_value_is_asked_for_and_what_stands_is_said_to_stay() -> None:
    fault = number_fault(0)

    alone = told(KINDS.NEEDS_CORRECTION, person(Standing.CHANGED, known(0), refused=(fault,)))
    beside = told(
        KINDS.UPDATED, person(Standing.AMENDED, known(0), ("job_title", "科员", "科长"), refused=(fault,))
    )

    for answered in (alone, beside):
        assert says(answered, f"{PEOPLE[0].name}：身份证号校验码不符。", "暂未采用，原登记保留不变", "第 4 位")
    assert says(alone, "有 1 处请补正", "原有登记和顺序保持不变")
    assert is_silent_on(alone, "不一致的栏目", "顺序按本次来信的时间保留")


def test_what_an_amended_person_still_lacks_is_asked_for() -> None:
    lacking = known(0, problems=(number_fault(0),))

    answered = told(KINDS.UPDATED, person(Standing.AMENDED, lacking, ("job_title", "科员", "科长")))

    assert says(answered, "请补正", f"{PEOPLE[0].name}：身份证号校验码不符。")


def test_a_replacement_names_both_and_asks_for_what_the_successor_lacks() -> None:
    missing = FieldProblem(
        "id_number",
        ProblemCode.MISSING,
        f"{PEOPLE[1].name}的身份证号没有填写，请补上。",
        "身份证号",
        PEOPLE[1].name,
    )
    successor = known(1, id_number="", problems=(missing,))

    answered = told(
        KINDS.REPLACED,
        person(
            Standing.REPLACED,
            successor,
            ("name", PEOPLE[0].name, PEOPLE[1].name),
            ("id_number", PEOPLE[0].id_number, ""),
        ),
        reason=Reason.REPLACED_BY_SENDER,
    )

    assert says(answered, "接替", PEOPLE[0].name, PEOPLE[1].name, "第 4 位", "身份证号没有填写，请补上")
    assert says(answered, "已为原参加人员购票的，请自行办理退票", "无需重复缴费")
    assert is_silent_on(answered, PEOPLE[0].id_number[:6] + "********" + PEOPLE[0].id_number[-4:])


def test_who_takes_over_a_place_on_the_waitlist_is_not_told_to_buy_tickets() -> None:
    successor = known(1, State.WAITLISTED)

    answered = told(KINDS.REPLACED, person(Standing.REPLACED, successor, ("name", PEOPLE[0].name, PEOPLE[1].name)))

    assert says(answered, "接替", "候补", "第 1 位")
    assert is_silent_on(answered, "购票", ACCOUNT)


def cancelled(before: State, now_after: timedelta = timedelta()) -> Answer:
    was = known(0, before)
    gone = replace(was, state=State.CANCELLED, reason=Reason.CANCELLED_BY_SENDER)
    change = Change(was, gone, Reason.CANCELLED_BY_SENDER)
    decision = decided(
        KINDS.CANCELLED,
        reason=Reason.CANCELLED_BY_SENDER,
        people=(person(Standing.CANCELLED, gone),),
        changes=(change,),
    )
    return read(composer().reply(decision, EVENT, MAIL, HOSPITAL.email, (gone,), NOW + now_after))


def test_a_cancellation_tells_refund_tickets_and_how_to_come_back() -> None:
    answered = cancelled(State.CONFIRMED)

    assert says(answered, PEOPLE[0].name, "按您的要求", "退费事宜请联系会务组", "请自行办理退票", "重新报送回执表")
    assert says(answered, "空出的名额将按报名先后递补")
    assert is_silent_on(answered, ACCOUNT, "ZH9887")


def test_a_cancellation_promises_no_promotion_where_none_follows() -> None:
    assert is_silent_on(cancelled(State.WAITLISTED), "空出的名额")
    assert is_silent_on(cancelled(State.CONFIRMED, timedelta(days=60)), "空出的名额", "重新报送回执表")


def test_confirming_what_was_read_is_answered_as_such() -> None:
    answered = told(KINDS.UPDATED, person(Standing.AMENDED, known(0)), reason=Reason.CONFIRMED_AS_READ)

    assert says(answered, "已按您的确认登记", PEOPLE[0].name, "登记情况")
    assert is_silent_on(answered, "已更正", "原为")


def left_out() -> Decision:
    return decided(
        KINDS.UPDATED,
        people=(person(Standing.AMENDED, known(0), ("job_title", "科员", "科长")),),
        left_out=(known(1), known(2)),
    )


def test_people_whom_a_form_no_longer_names_stay_and_the_way_to_cancel_is_told() -> None:
    answered = answer(left_out())

    names = f"{PEOPLE[1].name}、{PEOPLE[2].name}"
    assert says(answered, f"以下人员此次未列出，原报名保持不变：{names}。", "“取消报名”及姓名")


@pytest.mark.parametrize("template", [KINDS.CONFIRMED, KINDS.UNCHANGED, KINDS.NEEDS_CORRECTION, KINDS.LATE])
def test_any_answer_names_whom_a_form_left_out(template: ReplyTemplate) -> None:
    state = State.LATE if template is KINDS.LATE else State.CONFIRMED
    fresh = person(Standing.NEW, registration(0, state))
    stays = person(Standing.UNCHANGED, known(3))

    answered = told(template, stays if template is KINDS.UNCHANGED else fresh, left_out=(known(1),))

    assert says(answered, f"原报名保持不变：{PEOPLE[1].name}。")


STRANGER = replace(
    known(5),
    sender="somebody@elsewhere.example",
    organisation="深圳市别家医院",
    submitting_organisation="深圳市别家医院",
    contact="别家联系人",
    problems=(number_fault(5),),
)
WITHHELD = PersonDecision(
    Standing.WITHHELD, STRANGER, Reason.NOT_ENTITLED, (("mobile", PEOPLE[5].mobile, PEOPLE[6].mobile),)
)
ONLY_HERS = (PEOPLE[5].name, PEOPLE[5].id_number[-4:], "别家", "校验码")


@pytest.mark.parametrize("template", list(KINDS))
def test_a_withheld_person_appears_in_no_answer(template: ReplyTemplate) -> None:
    fresh = person(Standing.NEW, registration(0))
    waits = person(Standing.NEW, registration(1, State.WAITLISTED))

    answered = told(template, fresh, waits, person(Standing.UNCHANGED, known(2)), WITHHELD)

    assert is_silent_on(answered, *ONLY_HERS, "第 5 位")


def test_new_people_beside_a_withheld_one_are_answered_as_ever_with_one_neutral_sentence() -> None:
    fresh = person(Standing.NEW, registration(0))
    on_roll = (*others(3), STRANGER)

    plain = answer(decided(KINDS.CONFIRMED, people=(fresh,)), on_roll)
    beside = answer(decided(KINDS.CONFIRMED, people=(fresh, WITHHELD)), on_roll)

    sentence = "来信中另有内容需会务组核对，将由工作人员与您联系。"
    assert says(beside, "报名成功，已录取 1 人", sentence)
    assert is_silent_on(plain, sentence)
    assert [line for line in beside.text.splitlines() if line and line != sentence] == [
        line for line in plain.text.splitlines() if line
    ]


def test_of_withheld_people_alone_the_answer_says_only_that_staff_will_look() -> None:
    reason = Reason.NOT_ENTITLED

    withheld = told(KINDS.HANDED_TO_STAFF, WITHHELD, reason=reason)
    nobody = told(KINDS.HANDED_TO_STAFF, reason=reason)

    assert withheld.text == nobody.text
    assert is_silent_on(withheld, *ONLY_HERS, HOSPITAL.name)


def test_one_mail_with_everything_forgets_nobody() -> None:
    answered = told(
        KINDS.UPDATED,
        person(Standing.NEW, registration(0)),
        person(Standing.NEW, registration(1, State.WAITLISTED)),
        person(Standing.AMENDED, known(2), ("job_title", "科员", "科长")),
        person(Standing.REPLACED, known(3), ("name", "钱二", PEOPLE[3].name)),
        person(Standing.CANCELLED, known(4, State.CANCELLED)),
        person(Standing.UNCHANGED, known(5)),
        person(Standing.CHANGED, known(6), ("mobile", PEOPLE[6].mobile, PEOPLE[0].mobile)),
    )

    assert says(answered, *(one.name for one in PEOPLE[:7]), "钱二", "不一致的栏目：手机", "已取消")


def test_beside_other_changes_a_cancellation_and_a_replacement_keep_their_advice() -> None:
    answered = told(
        KINDS.UPDATED,
        person(Standing.CANCELLED, known(4, State.CANCELLED)),
        person(Standing.REPLACED, known(3), ("name", "钱二", PEOPLE[3].name)),
    )

    assert says(answered, "退费事宜请联系会务组", "请自行办理退票", "已为原参加人员购票的")


def test_people_who_came_too_late_beside_a_change_are_named() -> None:
    late = registration(0, State.LATE)

    answered = told(
        KINDS.UPDATED,
        person(Standing.CANCELLED, known(4, State.CANCELLED)),
        person(Standing.REJECTED, late),
    )

    assert says(answered, f"在截止之后到达，未予登记：{PEOPLE[0].name}。")
