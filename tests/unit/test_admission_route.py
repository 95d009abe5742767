"""Which event a mail is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.admission.route import choose_event
from bot.records.decision import Reason
from bot.records.event import Event
from tests.unit.admission_cases import DEADLINE, EVENT, MORNING, OPENS

JIANGSU = replace(
    EVENT,
    id="jiangsu-2026",
    title="赴江苏开展护理质量管理专题培训",
    document_number="深医协字[2026]014号",
    keywords=("江苏", "护理质量", "调研学习"),
)
LATER = replace(JIANGSU, opens=OPENS + timedelta(days=30), deadline=DEADLINE + timedelta(days=30))
BOTH = (EVENT, JIANGSU)


def chosen(
    events: tuple[Event, ...],
    *titles: str,
    subject: str = "",
    text: str = "",
    at: datetime = MORNING,
    headings: tuple[tuple[str, ...], ...] = (),
    thread: str | None = None,
) -> str:
    event, reason = choose_event(
        events, at, titles=titles, headings=headings, subject=subject, thread=thread, text=text
    )
    assert (event is None) != (reason is None)
    return event.id if event else str(reason)


@pytest.mark.parametrize(
    ("titles", "subject", "text", "answer"),
    [
        (("参加赴浙江开展临床重点专科建设专题调研学习回执表",), "江苏", "", "zhejiang-2026"),
        (("赴江苏护理质量回执表",), "", "", "jiangsu-2026"),
        ((), "深医协字〔2026〕14号报名", "", "jiangsu-2026"),
        ((), "深医协字[2026]013号 报名", "", "zhejiang-2026"),
        ((), "浙江报名", "", "zhejiang-2026"),
        ((), "报名", "我院两人参加江苏之行", "jiangsu-2026"),
        (("回执表",), "回执", "请查收", "event_unclear"),
        (("调研学习回执表",), "浙江", "", "zhejiang-2026"),
        (("调研学习回执表",), "", "请查收", "event_unclear"),
        (("浙江回执", "江苏回执"), "浙江", "", "event_unclear"),
        (("浙江临床重点专科", ""), "", "", "zhejiang-2026"),
    ],
)
def test_nearest_hint_chooses(titles: tuple[str, ...], subject: str, text: str, answer: str) -> None:
    assert chosen(BOTH, *titles, subject=subject, text=text) == answer


def test_only_open_event_needs_no_hint() -> None:
    assert chosen((EVENT,), "回执表", subject="报名", text="见附件") == EVENT.id
    assert chosen((EVENT, LATER), "回执表") == EVENT.id


def test_event_past_its_deadline_still_owns_its_late_mail() -> None:
    assert chosen((EVENT,), at=DEADLINE + timedelta(days=2)) == EVENT.id


def test_event_that_is_over_gets_mail_only_by_name() -> None:
    after = DEADLINE + timedelta(days=60)

    assert chosen((EVENT,), at=after) == Reason.EVENT_UNCLEAR
    assert chosen((EVENT,), "赴浙江专题调研学习回执表", at=after) == EVENT.id


def test_last_day_of_the_event_is_not_over() -> None:
    assert chosen((replace(EVENT, ends=date(2026, 3, 27)),)) == EVENT.id


def test_mail_before_every_opening_is_for_no_event() -> None:
    assert chosen(BOTH, "浙江", at=OPENS - timedelta(seconds=1)) == Reason.BEFORE_OPENING
    assert chosen((), "浙江") == Reason.BEFORE_OPENING


def test_mail_that_names_an_unopened_event_came_before_the_opening() -> None:
    assert chosen((EVENT, LATER), "江苏护理质量") == Reason.BEFORE_OPENING


def test_last_years_notice_is_not_this_years() -> None:
    assert chosen((EVENT,), "深医协字[2025]013号 赴浙江临床重点专科回执") == Reason.EVENT_UNCLEAR


def test_contradicting_hints_are_unclear() -> None:
    third = replace(EVENT, id="third", title="另一个活动", document_number="", keywords=("调研学习", "福建"))

    assert chosen((*BOTH, third), "调研学习", subject="深圳", text="") == Reason.EVENT_UNCLEAR
    assert chosen((EVENT, replace(JIANGSU, keywords=("江苏",)), third), "调研学习", subject="江苏") == (
        Reason.EVENT_UNCLEAR
    )


def test_words_that_any_event_uses_name_none() -> None:
    generic = replace(EVENT, keywords=("报名", "培训"), title="甲", document_number="")

    assert chosen((generic, JIANGSU), "报名 培训") == Reason.EVENT_UNCLEAR


COURSE = replace(
    EVENT,
    id="course-2026",
    title="重大活动医疗卫生保障工作培训班",
    form_title="参加重大活动医疗卫生保障工作培训班回执表",
    document_number="",
    keywords=("重大活动", "医疗卫生保障"),
    form_headings=("保障岗位", "是否驻会（是/否）"),
)
TOUR = replace(EVENT, form_title=f"参加{EVENT.title}回执表", form_headings=("乘机意向",))
PAIR = (TOUR, COURSE)
OVER = DEADLINE + timedelta(days=60)
GONE = replace(COURSE, starts=date(2026, 3, 26), ends=date(2026, 3, 26))
COURSE_FORM = ("姓名", "单位", "手机", "保障岗位")
TOUR_FORM = ("姓名", "单位", "手机", "乘机意向")
PLAIN_FORM = ("姓名", "单位", "职务", "手机", "身份证号", "是否单间")


@pytest.mark.parametrize(
    ("headings", "answer"),
    [
        ((COURSE_FORM,), "course-2026"),
        ((TOUR_FORM,), "zhejiang-2026"),
        ((("姓名", "保障 岗位："),), "course-2026"),
        ((("姓名", "是否驻会"),), "course-2026"),
        ((("姓名", "*是否驻会（请选择）"),), "course-2026"),
        ((PLAIN_FORM, COURSE_FORM), "course-2026"),
        ((PLAIN_FORM,), "event_unclear"),
        ((TOUR_FORM, COURSE_FORM), "event_unclear"),
        (((*TOUR_FORM, *COURSE_FORM),), "event_unclear"),
        ((("姓名", "保障岗位职责说明"),), "event_unclear"),
    ],
)
def test_form_without_a_title_is_known_by_headings_of_its_own(
    headings: tuple[tuple[str, ...], ...], answer: str
) -> None:
    assert chosen(PAIR, *("回执表" for _ in headings), headings=headings, subject="报名") == answer


def test_forms_title_says_more_than_its_headings() -> None:
    assert chosen(PAIR, COURSE.form_title, headings=(TOUR_FORM,)) == COURSE.id


def test_title_that_only_hints_is_contradicted_by_headings() -> None:
    assert chosen(PAIR, "浙江回执", headings=(COURSE_FORM,)) == Reason.EVENT_UNCLEAR


def test_titled_form_and_one_of_another_events_headings_are_unclear() -> None:
    titles = (TOUR.form_title, "")

    assert chosen(PAIR, *titles, headings=(PLAIN_FORM, COURSE_FORM)) == Reason.EVENT_UNCLEAR


def test_subject_of_her_own_contradicts_headings() -> None:
    assert chosen(PAIR, "", headings=(TOUR_FORM,), subject="重大活动培训报名") == Reason.EVENT_UNCLEAR


def test_headings_say_more_than_the_subject_that_is_answered() -> None:
    subject = f"回复：{TOUR.title}报名已收到"

    assert chosen(PAIR, "", headings=(COURSE_FORM,), subject=subject, thread=TOUR.id) == COURSE.id


def test_headings_of_an_event_that_is_over_tell_nothing() -> None:
    assert chosen((TOUR, GONE), "", headings=(COURSE_FORM,)) == TOUR.id


@pytest.mark.parametrize(
    ("subject", "thread", "text", "answer"),
    [
        ("Re: 报名", "course-2026", "再加一人，见附件", "course-2026"),
        ("报名", "zhejiang-2026", "", "zhejiang-2026"),
        ("报名", "an-event-of-last-year", "", "event_unclear"),
        ("重大活动培训报名", "zhejiang-2026", "", "course-2026"),
        ("报名", "zhejiang-2026", "附件是重大活动培训班的回执", "event_unclear"),
        ("回复：赴浙江专题调研学习", "zhejiang-2026", f"另报{COURSE.title}两人", "event_unclear"),
        ("回复：赴浙江专题调研学习", None, "重大活动保障的也报两人", "event_unclear"),
        ("浙江报名", None, "重大活动保障的也报两人", "event_unclear"),
        ("浙江报名、重大活动报名", None, "请查收", "event_unclear"),
        ("浙江报名、重大活动报名", None, "重大活动的附后，浙江的稍后", "event_unclear"),
        (f"{TOUR.title}报名", None, "重大活动保障办公室 报送", "zhejiang-2026"),
        ("Fw: Re: 深医协字[2026]013号", None, "", "zhejiang-2026"),
    ],
)
def test_thread_counts_after_the_subject_and_never_against_what_is_newly_written(
    subject: str, thread: str | None, text: str, answer: str
) -> None:
    assert chosen(PAIR, "", subject=subject, thread=thread, text=text) == answer


def test_titled_form_in_the_thread_of_another_event_is_for_the_one_it_names() -> None:
    subject = f"Re: {TOUR.title}报名已收到"

    assert chosen(PAIR, COURSE.form_title, subject=subject, thread=TOUR.id) == COURSE.id


def test_form_and_subject_that_plainly_name_different_events_are_unclear() -> None:
    assert chosen(PAIR, TOUR.form_title, subject=f"{COURSE.title}报名表") == Reason.EVENT_UNCLEAR


def test_longer_title_that_holds_a_shorter_one_names_only_its_own_event() -> None:
    second = replace(COURSE, id="second", title=COURSE.title + "第二期", form_title="")

    assert chosen((COURSE, second), f"{COURSE.title}（第二期）回执表") == "second"
    assert chosen((COURSE, second), f"{COURSE.title}回执表") == COURSE.id
    assert chosen((COURSE, second), subject=f"{COURSE.title}、{COURSE.title}第二期") == Reason.EVENT_UNCLEAR


def test_event_that_is_over_is_chosen_when_it_is_named_though_another_is_open() -> None:
    assert chosen((TOUR, GONE), COURSE.form_title) == GONE.id
    assert chosen((TOUR, GONE), "重大活动回执") == GONE.id
    assert chosen((TOUR, GONE), "", subject=f"{COURSE.title}补报") == GONE.id


def test_thank_you_in_the_thread_of_an_event_that_is_over_is_about_that_event() -> None:
    assert chosen((TOUR, GONE), subject="回复：发票", thread=GONE.id, text="发票收到，谢谢") == GONE.id


def test_untitled_form_in_the_thread_of_an_event_that_is_over_is_unclear_while_another_is_open() -> None:
    assert chosen((TOUR, GONE), "", subject="回复：报名", thread=GONE.id) == Reason.EVENT_UNCLEAR


def test_untitled_form_with_a_word_of_an_unopened_event_is_never_let_go_silently() -> None:
    assert chosen((EVENT, LATER), "", text="参加江苏的会议回来再补章") == Reason.EVENT_UNCLEAR


def test_event_that_is_over_is_no_choice_without_any_hint() -> None:
    assert chosen((TOUR, GONE), "回执表") == TOUR.id
    assert chosen((GONE,), "回执表") == Reason.EVENT_UNCLEAR
    assert chosen(PAIR, "回执表", at=OVER) == Reason.EVENT_UNCLEAR


def test_event_is_over_only_after_its_last_moment() -> None:
    last = GONE.over_after

    assert chosen((GONE,), "回执表", at=last) == GONE.id
    assert chosen((GONE,), "回执表", at=last + timedelta(microseconds=1)) == Reason.EVENT_UNCLEAR


def test_event_past_its_deadline_and_one_that_is_open_are_both_possible() -> None:
    closed = replace(COURSE, deadline=MORNING - timedelta(hours=1))

    assert chosen((TOUR, closed), "回执表", subject="补报") == Reason.EVENT_UNCLEAR
