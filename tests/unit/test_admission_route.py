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
) -> str:
    event, reason = choose_event(events, at, titles=titles, subject=subject, text=text)
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
