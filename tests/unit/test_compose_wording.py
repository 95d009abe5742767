"""Days, money, lists, salutations as the office writes them; and sender's words made harmless."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import wording
from tests.unit.reply_cases import EVENT


def test_days_are_written_with_their_weekday() -> None:
    assert wording.full_day(date(2026, 4, 10)) == "2026年4月10日（星期五）"
    assert wording.short_day(date(2026, 4, 26)) == "4月26日（星期日）"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 4, 22), date(2026, 4, 22), "2026年4月22日"),
        (date(2026, 4, 22), date(2026, 4, 25), "2026年4月22日至25日"),
        (date(2026, 4, 30), date(2026, 5, 2), "2026年4月30日至5月2日"),
        (date(2026, 12, 30), date(2027, 1, 2), "2026年12月30日至2027年1月2日"),
    ],
)
def test_a_span_repeats_only_what_changes(first: date, last: date, written: str) -> None:
    assert wording.days(first, last) == written


def test_a_moment_is_shown_in_its_zone() -> None:
    assert wording.moment(datetime(2026, 3, 26, 18, 5, tzinfo=UTC), "Asia/Shanghai") == "2026年3月27日02:05"


def test_money_is_grouped() -> None:
    assert (wording.money(149000), wording.money(1200, "HKD")) == ("149,000元", "1,200 HKD")


@pytest.mark.parametrize(
    ("text", "ended"), [("好", "好。"), ("好。。", "好。"), ("好？", "好？"), ("好；", "好。"), ("", "")]
)
def test_a_sentence_ends_once(text: str, ended: str) -> None:
    assert wording.sentence(text) == ended


def test_the_short_title_is_made_of_the_keywords() -> None:
    assert wording.short_title(EVENT) == "浙江调研学习"
    assert wording.short_title(replace(EVENT, keywords=())) == EVENT.title[:14]
    assert wording.short_title(replace(EVENT, title="年度会议")) == "年度会议"


def test_the_payment_note_counts_from_the_fourth_name_on() -> None:
    assert wording.payment_note(EVENT, "甲医院", ["张三"]) == "浙江调研学习+甲医院+张三"
    assert wording.payment_note(EVENT, "", list("甲乙丙丁")) == "浙江调研学习+甲等4人"


@pytest.mark.parametrize(
    ("contact", "addressed"),
    [
        ("张三", "张三老师"),
        ("欧阳明月", "欧阳明月老师"),
        ("张三、李四", "张三、李四老师"),
        ("王主任", "王主任"),
        ("古丽娜尔·买买提", "古丽娜尔·买买提老师"),
        ("", ""),
        ("82336671", ""),
        ("某某某某某某某某某某某某某某某某某某老师", ""),
        ("甲、乙、丙、丁", ""),
    ],
)
def test_a_contact_is_addressed_politely(contact: str, addressed: str) -> None:
    assert wording.addressed(contact) == addressed


@pytest.mark.parametrize(
    ("written", "tamed"),
    [
        ("http://evil.com/x", "http：／／evil．com/x"),
        ("www.evil.cn", "www．evil．cn"),
        ("中奖。中国", "中奖．中国"),
        ("a@b.cn", "a＠b．cn"),
        ("资料.zip/回执表.docx", "资料.zip/回执表.docx"),
        ("x.docx.evil.com", "x．docx．evil．com"),
        ("张\u200b三\u202e", "张三"),
        ("张三\r\nBcc: x", "张三 Bcc: x"),
        ("版本1.2", "版本1.2"),
        ("请核对。", "请核对。"),
    ],
)
def test_senders_words_become_harmless(written: str, tamed: str) -> None:
    assert wording.tame(written) == tamed


def test_heaped_up_marks_are_cut() -> None:
    assert wording.tame("张" + "\u0301" * 500) == "张" + "\u0301" * 2


@given(st.text(max_size=400), st.integers(2, 60))
def test_tame_text_is_one_short_visible_line(text: str, limit: int) -> None:
    tamed = wording.tame(text, limit)

    assert len(tamed) <= limit
    assert not {unicodedata.category(c) for c in tamed} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "://" not in tamed
    assert "@" not in tamed
    tamed.encode("utf-8")


def test_rare_characters_of_names_stay() -> None:
    assert wording.tame("李𬱖喆\ue0a1") == "李𬱖喆\ue0a1"
