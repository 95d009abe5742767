"""What the answers say: facts and figures, not whole texts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import PermanentError
from bot.records.decision import Membership, PersonDecision, Reason, ReplyTemplate, Standing, State
from bot.records.event import Fees, Travel
from bot.records.form import FieldProblem, ProblemCode, Unread, UnreadCode
from bot.records.mail import Address, enquiry_number
from tests.unit.reply_cases import (
    ACCOUNT,
    ARRIVED,
    EVENT,
    HOSPITAL,
    MAIL,
    NOW,
    PEOPLE,
    answer,
    composer,
    decided,
    every_kind,
    is_silent_on,
    others,
    registration,
    says,
    visible,
)

NEW, SAME, CHANGED = Standing.NEW, Standing.UNCHANGED, Standing.CHANGED
KINDS = ReplyTemplate
ID_SHAPED = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def test_confirmation_names_each_person_with_place_masked_number_and_room() -> None:
    decision = decided(KINDS.CONFIRMED, (NEW, registration(0)), (NEW, registration(1, single_room=True)))

    answered = answer(decision, others(11))

    assert says(answered, PEOPLE[0].name, "第 12 位", PEOPLE[1].name, "第 13 位", "标准双人间", "单间")
    for person in PEOPLE[:2]:
        assert says(answered, f"{person.id_number[:6]}********{person.id_number[-4:]}", person.mobile[:3] + "****")
        assert is_silent_on(answered, person.id_number, person.mobile)


def test_confirmation_tells_account_reference_flights_invoice_and_telephone() -> None:
    answered = answer(decided(KINDS.CONFIRMED, (NEW, registration(0)), (NEW, registration(1))))

    reference = f"浙江调研学习+{HOSPITAL.name}+{PEOPLE[0].name}、{PEOPLE[1].name}"
    assert says(answered, ACCOUNT, "深圳市医院协会", "中国建设银行股份有限公司深圳翠园支行", reference)
    assert says(answered, "ZH9887", "4月22日（星期三）", "14:00 起飞，16:10 到达", "ZH9882", "请尽早购买")
    assert says(answered, HOSPITAL.name, HOSPITAL.taxpayer_id, "请核对", "0755-82336671")
    assert says(answered, f"{HOSPITAL.name} {HOSPITAL.contact}老师：您好！", "2026年3月27日09:00")


@pytest.mark.parametrize(
    ("fees", "total"),
    [((2980,), "2,980元"), ((2980, 2980, 2980), "8,940元"), ((3600, 3600), "7,200元"), ((2980, 3600), "6,580元")],
)
def test_sums_the_fees_of_the_confirmed(fees: tuple[int, ...], total: str) -> None:
    sorts = {2980: Membership.MEMBER, 3600: Membership.NON_MEMBER}
    people = [(NEW, registration(i, fee=fee, membership=sorts[fee])) for i, fee in enumerate(fees)]

    answered = answer(decided(KINDS.CONFIRMED, *people))

    assert says(answered, f"应缴合计：{total}")


def test_names_both_rates_and_no_total_while_the_membership_is_unknown() -> None:
    unknown = registration(0, fee=None, membership=Membership.UNKNOWN)

    answered = answer(decided(KINDS.CONFIRMED, (NEW, unknown), (NEW, registration(1))))

    assert says(answered, "2,980元", "3,600元", "共5,960元", "共6,580元", "核实")
    assert is_silent_on(answered, "应缴合计")


@pytest.mark.parametrize(
    ("supplement", "fee", "words"),
    [
        (None, 2980, "房差金额另行通知"),
        (480, 3460, "已含单间房差（每人480元）"),
        (480, 2980, "另缴单间房差每人480元"),
    ],
)
def test_tells_how_the_single_room_is_paid(supplement: int | None, fee: int, words: str) -> None:
    event = replace(EVENT, fees=Fees(2980, 3600, single_room_supplement=supplement))
    decision = decided(KINDS.CONFIRMED, (NEW, registration(0, single_room=True, fee=fee)))

    answered = answer(decision, event=event)

    assert says(answered, words)


def test_course_without_rooms_and_numbers_speaks_of_neither() -> None:
    course = replace(EVENT, required=("name", "organisation", "mobile"), lodging="", fees=Fees(0, 0))
    blank = registration(0, single_room=None, id_number="", fee=0)

    answered = answer(decided(KINDS.CONFIRMED, (NEW, blank)), event=course)
    asked = answer(decided(KINDS.CONFIRMED, (NEW, blank)), event=replace(course, required=("name", "id_number")))

    assert is_silent_on(answered, "身份证号", "住宿", "双人间")
    assert says(asked, "身份证号", "未填写")


def test_who_wants_a_room_of_her_own_hears_so_though_the_notice_speaks_of_none() -> None:
    alone = registration(0, single_room=True)

    answered = answer(decided(KINDS.CONFIRMED, (NEW, alone)), event=replace(EVENT, lodging=""))

    assert says(answered, "住宿", "单间")


def test_a_blank_room_and_a_blank_invoice_are_pointed_out_once() -> None:
    blanks = (
        FieldProblem("single_room", ProblemCode.MISSING, "没有填写是否单间。", blocking=False),
        FieldProblem("taxpayer_id", ProblemCode.MISSING, "没有填写纳税人识别号。", blocking=False),
    )
    person = registration(0, single_room=None, taxpayer_id="", problems=blanks[:1])

    answered = answer(decided(KINDS.CONFIRMED, (NEW, person), form_problems=blanks[1:]))

    assert says(answered, "未填写，按标准双人间安排", "纳税人识别号：未填写，请补充"[7:])
    assert is_silent_on(answered, "没有填写")


def test_waitlist_tells_the_position_and_to_pay_and_buy_nothing() -> None:
    waiting = (registration(0, State.WAITLISTED), registration(1, State.WAITLISTED))
    decision = decided(KINDS.WAITLISTED, *((NEW, person) for person in waiting))

    answered = answer(decision, others(50) + others(3, State.WAITLISTED, 51))

    assert says(answered, "候补第 4 位".replace("候补", ""), "第 5 位", "依次递补", "暂勿缴费、暂勿购票")
    assert is_silent_on(answered, ACCOUNT, "ZH9887", "应缴")


def test_mixed_keeps_both_apart_and_charges_the_confirmed_alone() -> None:
    decision = decided(
        KINDS.MIXED,
        (NEW, registration(0)),
        (NEW, registration(1, State.WAITLISTED)),
        reason=Reason.CAPACITY_REACHED,
    )

    answered = answer(decision, others(49))

    assert says(
        answered, "第 50 位", "第 1 位", "应缴合计：2,980元", f"浙江调研学习+{HOSPITAL.name}+{PEOPLE[0].name}"
    )
    assert is_silent_on(answered, f"{PEOPLE[0].name}、{PEOPLE[1].name}")
    assert answered.text.index("【已录取】") < answered.text.index(PEOPLE[1].name)
    assert answered.text.index("【候补】") < answered.text.index(PEOPLE[1].name) < answered.text.index("【缴费】")


def test_late_tells_that_nothing_is_promised() -> None:
    late = registration(0, State.LATE, received_at=EVENT.deadline + timedelta(hours=9))

    answered = answer(decided(KINDS.LATE, (NEW, late), reason=Reason.AFTER_DEADLINE), others(50))

    assert says(answered, "2026年4月10日（星期五）截止", "2026年4月11日08:59", "没有名额", "暂勿缴费、暂勿购票")
    assert is_silent_on(answered, ACCOUNT, "ZH9887", "第 51 位")


def test_a_rejected_late_form_is_named_as_not_recorded() -> None:
    late = registration(0, State.LATE, received_at=EVENT.deadline + timedelta(hours=9))

    answered = answer(decided(KINDS.LATE, (Standing.REJECTED, late), reason=Reason.LATE_REJECTED))

    assert says(answered, PEOPLE[0].name, "不再登记", "未能登记")


def test_correction_tells_the_place_first_then_only_what_is_wrong() -> None:
    wrong = FieldProblem(
        "id_number", ProblemCode.CHECKSUM, "身份证号校验码不符，请核对。", "身份证号", PEOPLE[0].name
    )
    hint = FieldProblem("job_title", ProblemCode.MISSING, "没有填写职务。", "职务", PEOPLE[1].name, blocking=False)
    people = (registration(0, problems=(wrong,)), registration(1, problems=(hint,)))

    answered = answer(decided(KINDS.NEEDS_CORRECTION, *((NEW, p) for p in people)), others(4))

    assert says(
        answered, f"{PEOPLE[0].name}：身份证号校验码不符，请核对。", "第 5 位", "顺序按本次来信的时间保留", ACCOUNT
    )
    corrections, _, rest = answered.text.partition("【请补正】")[2].partition("【")
    assert "校验码" in corrections
    assert "职务。" not in corrections
    assert "没有填写职务。" in rest


def test_no_form_brings_the_blank_form() -> None:
    answered = answer(decided(KINDS.NO_FORM, reason=Reason.NO_FORM_FOUND))

    (form,) = answered.message.iter_attachments()
    assert form.get_filename() == "浙江调研学习回执表.docx"
    assert form.get_content()[:2] == b"PK"
    assert says(answered, "浙江调研学习回执表.docx", "尚未登记", "2026年4月10日（星期五）")


def test_without_an_event_nothing_is_attached_and_the_event_is_asked_for() -> None:
    answered = answer(decided(KINDS.NO_FORM, reason=Reason.NO_FORM_FOUND, event_id=None), event=None)

    assert not list(answered.message.iter_attachments())
    assert says(answered, "写明活动名称")
    assert is_silent_on(answered, "浙江", "0755")


def test_a_form_after_the_deadline_is_not_promised_a_place_in_the_order() -> None:
    closed = replace(EVENT, deadline=NOW - timedelta(days=1))

    answered = answer(decided(KINDS.NO_FORM, reason=Reason.NO_FORM_FOUND), event=closed)

    assert says(answered, "按逾期处理")
    assert is_silent_on(answered, "先后录取")


def test_unreadable_names_each_file_with_its_reason() -> None:
    unread = (
        Unread("回执.rar", UnreadCode.ENCRYPTED, "文件设有密码"),
        Unread("邮件正文", UnreadCode.LINK_ONLY, "只有网盘链接，没有文件。"),
    )

    answered = answer(decided(KINDS.UNREADABLE, unread=unread, reason=Reason.NOT_READABLE))

    assert says(
        answered, "附件《回执.rar》未能自动读取：文件设有密码。", "来信中的链接未能打开：只有网盘链接，没有文件。"
    )
    assert says(answered, "人工查看", "暂勿缴费")


def test_a_file_that_was_read_but_holds_no_form_is_not_called_unreadable() -> None:
    unread = (
        Unread("通知.docx", UnreadCode.NO_FORM, "文件能打开，但里面没有找到回执表。"),
        Unread("回执.pages", UnreadCode.UNSUPPORTED, "是其他文件，系统暂时不能自动读取。"),
    )

    answered = answer(decided(KINDS.NO_FORM, unread=unread, reason=Reason.NO_FORM_FOUND))

    assert says(answered, "附件《通知.docx》：文件能打开，但里面没有找到回执表。")
    assert says(answered, "附件《回执.pages》未能自动读取：文件是其他文件，系统暂时不能自动读取。")


@pytest.mark.parametrize(
    "template", [KINDS.CONFIRMED, KINDS.MIXED, KINDS.WAITLISTED, KINDS.NEEDS_CORRECTION, KINDS.LATE]
)
def test_every_decision_mentions_files_that_could_not_be_read(template: ReplyTemplate) -> None:
    states = {KINDS.WAITLISTED: State.WAITLISTED, KINDS.LATE: State.LATE}
    people = [(NEW, registration(0, states.get(template, State.CONFIRMED)))]
    if template is KINDS.MIXED:
        people.append((NEW, registration(1, State.WAITLISTED)))
    unread = (Unread("名单.pdf", UnreadCode.UNSUPPORTED, "扫描件没有文字。"),)

    answered = answer(decided(template, *people, unread=unread))

    assert says(answered, "附件《名单.pdf》未能自动读取：扫描件没有文字。")


def test_unchanged_tells_places_and_repeats_payment_and_flights() -> None:
    known = registration(0, id=70, uid=2)

    answered = answer(decided(KINDS.UNCHANGED, (SAME, known), reason=Reason.SAME_AS_BEFORE), others(6))

    assert says(answered, PEOPLE[0].name, "第 7 位", "状态不变", ACCOUNT, "ZH9887", "已经办理的请忽略")


def test_unchanged_and_still_waiting_is_told_to_wait() -> None:
    known = registration(0, State.WAITLISTED, id=51)

    answered = answer(decided(KINDS.UNCHANGED, (SAME, known), reason=Reason.SAME_AS_BEFORE), others(50))

    assert says(answered, "候补", "第 1 位", "暂勿缴费")
    assert is_silent_on(answered, ACCOUNT)


def test_people_who_stood_there_before_are_told_apart_and_not_charged_again() -> None:
    decision = decided(KINDS.CONFIRMED, (SAME, registration(0, id=5, uid=2)), (NEW, registration(1)))

    answered = answer(decision)

    assert says(answered, "此前已登记", PEOPLE[0].name, "应缴合计：2,980元")


def test_a_person_named_twice_is_mentioned() -> None:
    decision = decided(KINDS.CONFIRMED, (NEW, registration(0)), (Standing.REPEATED, registration(0, position=1)))

    assert says(answer(decision), f"{PEOPLE[0].name}在本次来信中填报了不止一次，按一人登记")


DIFFERENCE = (("mobile", PEOPLE[0].mobile, PEOPLE[1].mobile),)


def test_of_a_differing_person_only_the_fields_are_told() -> None:
    recorded = registration(0, id=5, uid=2)
    change = PersonDecision(CHANGED, recorded, Reason.DIFFERS_FROM_BEFORE, DIFFERENCE)

    answered = answer(decided(KINDS.HANDED_TO_STAFF, people=(change,), reason=Reason.DIFFERS_FROM_BEFORE))

    assert says(answered, PEOPLE[0].name, "不一致的栏目：手机", "原登记", "第 1 位")
    assert is_silent_on(answered, PEOPLE[0].id_number[:6], PEOPLE[0].mobile[-4:], PEOPLE[1].mobile[-4:])
    assert is_silent_on(answered, HOSPITAL.taxpayer_id)


def test_who_did_not_register_a_person_is_not_told_what_differs_nor_where_she_stands() -> None:
    recorded = registration(0, id=5, uid=2, sender="other@elsewhere.example.org", contact="别院联系人")
    change = PersonDecision(CHANGED, recorded, Reason.DIFFERS_FROM_BEFORE, DIFFERENCE)

    answered = answer(decided(KINDS.HANDED_TO_STAFF, people=(change,), reason=Reason.DIFFERS_FROM_BEFORE))

    assert says(answered, PEOPLE[0].name, "待核", "待核对")
    assert is_silent_on(answered, "不一致的栏目：手机", "第 1 位", "已录取")
    assert is_silent_on(answered, PEOPLE[0].id_number[:6], PEOPLE[0].mobile[-4:], "别院联系人")


def test_an_unchanged_form_from_another_address_does_not_learn_the_invoice_particulars() -> None:
    recorded = registration(0, id=5, uid=2)

    answered = answer(decided(KINDS.UNCHANGED, (SAME, recorded)), answer_to="somebody@else.example.org")

    assert is_silent_on(answered, HOSPITAL.taxpayer_id, HOSPITAL.contact)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.ASKS_TO_CANCEL, "取消报名由会务组"),
        (Reason.ASKS_TO_REPLACE, "更换参加人员由会务组"),
        (Reason.EVENT_UNCLEAR, "哪一项活动"),
        (Reason.QUESTION, "人工答复"),
        (Reason.STATION_FAILED, "人工核对"),
    ],
)
def test_handed_to_staff_says_what_staff_will_do(reason: Reason, words: str) -> None:
    assert says(answer(decided(KINDS.HANDED_TO_STAFF, reason=reason)), words)


def test_nothing_of_other_hospitals_gets_into_an_answer() -> None:
    before = others(20) + others(2, State.WAITLISTED, 51)

    for answered in (answer(decided(KINDS.CONFIRMED, (NEW, registration(0))), before), *every_kind().values()):
        assert is_silent_on(answered, "外院", *(r.id_number[-4:] + r.name for r in before), before[0].organisation)


@pytest.mark.parametrize("template", list(KINDS))
def test_no_answer_shows_a_personal_number(template: ReplyTemplate) -> None:
    answered = every_kind()[template]

    shown = answered.text + answered.html + str(answered.message["Subject"])
    assert not ID_SHAPED.search(shown)
    for person in PEOPLE:
        assert person.id_number not in shown
        assert person.mobile not in shown
    assert HOSPITAL.phone not in shown


@pytest.mark.parametrize("template", list(KINDS))
def test_text_and_html_carry_the_same_facts(template: ReplyTemplate) -> None:
    answered = every_kind()[template]

    figures = re.findall(r"[0-9A-Z*][0-9A-Za-z*:,.\-]{2,}", answered.text)
    in_html = visible(answered)
    assert figures
    assert [figure for figure in figures if figure.rstrip(".") not in in_html] == []
    sentences = [s for s in re.split(r"[。\n]", answered.text) if len(s) > 12 and "：" not in s and "　" not in s]
    assert [s for s in sentences if re.sub(r"^\d+\.|\s", "", s) not in in_html and "----" not in s] == []


@pytest.mark.parametrize("template", list(KINDS))
def test_every_answer_can_be_asked_about_on_the_telephone(template: ReplyTemplate) -> None:
    assert says(every_kind()[template], enquiry_number(MAIL.message_id), "0755-82336671", "深圳市医院协会会务组")


def test_subjects_tell_kinds_and_organisations_apart() -> None:
    subjects = {str(answered.message["Subject"]) for answered in every_kind().values()}

    assert len(subjects) == len(KINDS)
    assert f"报名确认：浙江调研学习（{HOSPITAL.name} 2 人）" in subjects


def test_the_message_id_is_fixed_by_mail_and_decision() -> None:
    decision = decided(KINDS.CONFIRMED, (NEW, registration(0)))

    first, again = answer(decision), answer(decision)
    other = answer(decision, mail=replace(MAIL, message_id="<other@x>"))

    assert first.composed == again.composed
    assert first.message["Message-ID"] == first.composed.message_id
    assert other.composed.message_id != first.composed.message_id


def test_what_a_sender_wrote_stays_text() -> None:
    nasty = registration(
        0,
        name="<script>alert(1)</script>{{ 7*7 }}",
        job_title="院长\r\nBcc: evil@x.cn\u202egnp",
        organisation="http://evil.example.com/中奖",
        submitting_organisation="甲<b>医院</b>" + "长" * 300,
        contact="点击www.evil.com\r\n领奖",
        invoice_title=f"抬头{PEOPLE[0].id_number}",
        taxpayer_id='"><img src=x>',
    )
    unread = (Unread(f"{PEOPLE[1].id_number}.docx", UnreadCode.CORRUPT, "见 https://evil.com"),)

    answered = answer(decided(KINDS.CONFIRMED, (NEW, nasty), unread=unread))

    assert "<script" not in answered.html
    assert "<img" not in answered.html
    assert "&lt;script&gt;" in answered.html
    assert "{{ 7*7 }}" in answered.text
    assert "长" * 61 not in answered.text
    assert "Bcc" not in answered.message
    for shown in (answered.text, answered.html):
        assert not re.search(r"https?://|www\.|evil\.|@x", shown)
        assert not re.search(r"[\r\x00-\x08\u202a-\u202e]", shown.replace("\r\n", "\n"))
        assert PEOPLE[0].id_number not in shown
        assert PEOPLE[1].id_number not in shown


def test_a_thousand_people_still_give_one_mail() -> None:
    people = [(NEW, registration(i, name=f"张{i}")) for i in range(300)]

    answered = answer(decided(KINDS.CONFIRMED, *people))

    assert says(answered, "第 300 位", "应缴合计：894,000元", "张0等300人")
    assert len(answered.composed.mime) < 3_000_000


def test_several_organisations_in_one_mail_are_each_named() -> None:
    people = [
        registration(i, submitting_organisation=name, organisation=name, invoice_title=name, form_index=i)
        for i, name in enumerate(("甲医院", "乙医院", "丙医院"))
    ]

    two = answer(decided(KINDS.CONFIRMED, *((NEW, p) for p in people[:2])))
    three = answer(decided(KINDS.CONFIRMED, *((NEW, p) for p in people)))

    assert says(two, "甲医院、乙医院", f"适用人员{PEOPLE[0].name}"[4:])
    assert says(three, "甲医院等3家单位", "丙医院")


def test_an_event_without_account_flights_and_telephones_says_nothing_of_them() -> None:
    bare = replace(EVENT, payee=None, travel=Travel(), telephones=(), included="")

    answered = answer(decided(KINDS.CONFIRMED, (NEW, registration(0))), event=bare)

    assert is_silent_on(answered, "账号", "航班", "咨询电话", "发票信息")
    assert says(answered, "第 1 位")


def test_whole_forms_on_the_waitlist_are_told_why() -> None:
    waiting = registration(0, State.WAITLISTED, reason=Reason.FORM_DOES_NOT_FIT)

    assert says(answer(decided(KINDS.WAITLISTED, (NEW, waiting)), others(49)), "不足以安排整张回执表")


@pytest.mark.parametrize(
    ("name", "salutation"),
    [
        ("深圳市某医院", "深圳市某医院：您好！"),
        ("王小明", "王小明老师：您好！"),
        ("office@x.cn", "您好！"),
        ("", "您好！"),
    ],
)
def test_without_a_form_the_sender_is_addressed_by_a_plain_name_only(name: str, salutation: str) -> None:
    mail = replace(MAIL, sender=Address(name, HOSPITAL.email))

    answered = answer(decided(KINDS.NO_FORM, reason=Reason.NO_FORM_FOUND), mail=mail)

    assert answered.text.startswith(salutation)


def test_answers_mail_without_a_sender_name() -> None:
    assert says(answer(decided(KINDS.NO_FORM), mail=replace(MAIL, sender=None)), "您好！")


def test_refuses_to_compose_what_the_decision_does_not_want() -> None:
    with pytest.raises(ValueError, match="no reply"):
        composer().reply(decided(KINDS.CONFIRMED, reply=None), EVENT, MAIL, HOSPITAL.email, (), NOW)


def test_refuses_an_address_that_cannot_be_written_to() -> None:
    with pytest.raises(PermanentError):
        composer().reply(decided(KINDS.NO_FORM), EVENT, MAIL, "a@b\r\nBcc: c@d.cn", (), NOW)


def test_a_deadline_given_as_a_time_is_shown_with_its_time() -> None:
    event = replace(EVENT, deadline=ARRIVED + timedelta(days=1), deadline_is_day=False)

    assert says(answer(decided(KINDS.NO_FORM), event=event), "2026年3月28日（星期六）09:00")
