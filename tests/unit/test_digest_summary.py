"""The digest's words and counts, and its templates as mail programs will show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.digest.summarise import MOST_MAILS, MOST_NEW, MOST_WAITING, summarise
from bot.records.account import Correspondent
from bot.records.decision import Membership, Outcome, Reason, Registration, State
from bot.records.digest import DigestSummary
from bot.records.event import WhenPartlyFull
from bot.records.office import Balance, EventView, StaffEntry
from bot.replies.compose import Composer
from tests.unit.office_views import EVENT, NOW, full_view, mail, registration, roll, view

YESTERDAY = NOW - timedelta(days=1)


def digest(of: EventView, since: datetime | None = None, now: datetime = NOW) -> DigestSummary:
    return summarise(of, since=since, now=now)


def test_counts_people_by_state() -> None:
    summary = digest(full_view())

    assert (summary.confirmed, summary.waitlisted, summary.late) == (50, 4, 1)
    assert (summary.cancelled, summary.in_review, summary.seats_free) == (1, 1, 0)
    assert summary.headline == "50 个名额已满，候补 4 人"


@pytest.mark.parametrize(
    ("count", "headline", "percent"),
    [
        (0, "已录取 0 人，还剩 50 个名额", 0),
        (9, "已录取 9 人，还剩 41 个名额", 18),
        (50, "50 个名额已满", 100),
        (51, "50 个名额已满，候补 1 人", 100),
    ],
)
def test_headline_tells_the_seats(count: int, headline: str, percent: int) -> None:
    summary = digest(view(roll(count)))

    assert (summary.headline, summary.seats_percent) == (headline, percent)


def test_percent_is_whole_only_when_it_is_true() -> None:
    big = replace(EVENT, capacity=1000)

    assert digest(replace(view(roll(999, capacity=999)), event=big)).seats_percent == 99
    assert digest(replace(view(roll(1)), event=big)).seats_percent == 1
    assert digest(replace(view(()), event=replace(EVENT, capacity=0))).seats_percent == 100


def test_new_is_what_came_since_the_last_digest() -> None:
    summary = digest(full_view(), since=NOW - timedelta(days=3))

    assert summary.new_count == 9
    assert [group.organisation for group in summary.new_people] == list(
        dict.fromkeys(group.organisation for group in summary.new_people)
    )
    assert summary.since == "3月31日 08:30"
    assert summary.new_words.startswith("已录取 2 人，候补 4 人")
    assert summary.mail_words == "收到来信 6 封：报名 4 封，换人 1 封，自动回复 1 封。"


def test_mail_that_waited_while_the_bot_stood_still_is_new() -> None:
    person = replace(registration(0), number=1)
    waited = mail(0, message_id=person.message_id, recorded_at=NOW - timedelta(minutes=5))

    summary = digest(view((person,), (waited,)), since=YESTERDAY)

    assert summary.new_count == 1
    assert summary.mail_words == "收到来信 1 封：报名 1 封。"


def test_nothing_new_is_said_so() -> None:
    summary = digest(view(roll(3), (mail(0),)), since=YESTERDAY)

    assert (summary.new_count, summary.mail_words, summary.new_people) == (0, "没有新来信。", ())


def test_waitlist_has_its_own_places_in_order() -> None:
    summary = digest(view(tuple(reversed(roll(53)))))

    assert [line.position for line in summary.waitlist] == [1, 2, 3]
    assert [line.number for line in summary.waitlist] == [51, 52, 53]
    named = {p.name: p.position for group in summary.new_people for p in group.people if p.position}
    assert named == {line.name: line.position for line in summary.waitlist}


def test_what_needs_a_person_says_who_why_and_whom_to_call() -> None:
    first, second = digest(full_view()).reviews

    assert (first.why, first.waiting_days) == ("回执表读不出", 2)
    assert first.note.startswith("附件是手写回执")
    assert first.telephone
    assert second.why == "要求换人"


def test_undelivered_answers_say_why() -> None:
    (line,) = digest(full_view()).undelivered

    assert (line.why, line.note) == ("答复没有送达", "对方邮件服务器拒收：收件人不存在。")


def test_a_mail_without_subject_or_note_is_still_named() -> None:
    odd = mail(0, needs_person=True, reason=Reason.QUESTION, subject="  ", undelivered="退回")

    (line,) = digest(view((), (odd,))).reviews

    assert (line.subject, line.note) == ("（无主题）", "退回")


def test_long_lists_are_cut_and_say_how_much_is_missing() -> None:
    mails = tuple(mail(n, needs_person=True, undelivered="x") for n in range(MOST_MAILS + 2))
    summary = digest(view(roll(200), mails))

    assert (summary.new_more, summary.waitlist_more) == (200 - MOST_NEW, 150 - MOST_WAITING)
    assert (summary.reviews_more, summary.undelivered_more) == (2, 2)


@pytest.mark.parametrize(
    ("now", "words", "left"),
    [
        (datetime(2026, 4, 3, 0, 30, tzinfo=UTC), "距报名截止还有 7 天（4月10日星期五）", 7),
        (datetime(2026, 4, 9, 15, 59, tzinfo=UTC), "距报名截止还有 1 天（4月10日星期五）", 1),
        (datetime(2026, 4, 9, 16, 0, tzinfo=UTC), "报名今天截止", 0),
        (datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC), "报名今天截止", 0),
        (datetime(2026, 4, 10, 16, 0, tzinfo=UTC), "报名已于4月10日星期五截止，已过 1 天", -1),
    ],
)
def test_deadline_counts_days_of_the_events_zone(now: datetime, words: str, left: int) -> None:
    summary = digest(view(()), now=now)

    assert (summary.deadline_text, summary.days_left) == (words, left)


def test_a_deadline_with_a_time_shows_it() -> None:
    noon = replace(EVENT, deadline=datetime(2026, 4, 3, 4, 0, tzinfo=UTC), deadline_is_day=False)

    before = digest(replace(view(()), event=noon))
    after = digest(replace(view(()), event=noon), now=NOW + timedelta(hours=6))

    assert before.deadline_text == "报名今天 12:00 截止"
    assert after.deadline_text == "报名已于4月3日星期五 12:00截止"


@pytest.mark.parametrize(
    ("balance", "holds", "words"),
    [
        (None, True, "没有清点"),
        (Balance(5, 5, NOW), True, "两边一致（4月3日 08:30 清点）"),
        (Balance(7, 5, NOW), False, "有 2 封还没有登记"),
        (Balance(5, 6, NOW), False, "台账多出 1 封"),
    ],
)
def test_balance_is_told(balance: Balance | None, holds: bool, words: str) -> None:
    summary = digest(replace(view(()), balance=balance))

    assert summary.balance_holds is holds
    assert words in summary.balance_text


def test_money_and_rooms_count_only_those_with_a_seat() -> None:
    people = view(roll(14, capacity=12))
    summary = digest(
        replace(people, staff=(StaffEntry(1, paid="已缴"), StaffEntry(2, paid=" "), StaffEntry(13, "x")))
    )

    assert (summary.paid, summary.unpaid) == (1, 11)
    assert (summary.members, summary.non_members, summary.membership_unknown) == (6, 3, 3)
    assert summary.fees_due == 6 * 2980 + 3 * 3600
    assert summary.single_rooms == 4


def test_all_quiet_only_when_nothing_waits() -> None:
    assert digest(view(roll(3), (mail(0),))).all_quiet
    assert not digest(view((), (mail(0, reply="draft"),))).all_quiet
    assert not digest(full_view()).all_quiet
    assert not summarise(view(()), since=None, now=NOW, warnings=("收不到邮件。",)).all_quiet


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("0755-8233 6671", "075582336671"),
        ("13800000000（王老师）", "13800000000"),
        ("办公室 82336671 / 13800000000", "82336671"),
        ("请发邮件", ""),
        ("", ""),
    ],
)
def test_a_tap_dials_the_first_number(written: str, dialled: str) -> None:
    (line,) = digest(view((), (mail(0, needs_person=True, telephone=written),))).reviews

    assert line.dial == dialled


def test_people_without_name_or_organisation_are_still_listed() -> None:
    nobody = replace(registration(0), name="", organisation="", submitting_organisation="", number=1)

    (group,) = digest(view((nobody,))).new_people

    assert (group.organisation, group.people[0].name) == ("（未填单位）", "（未填姓名）")


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(Path("templates"), Correspondent("office@example.org", "会务组"))


SCENES = {
    "full": full_view(),
    "calm": view(roll(9), (mail(0),)),
    "empty": view(()),
    "drafts": view(roll(60), (mail(0, reply="draft"),)),
    "unbalanced": replace(view(roll(3)), balance=Balance(9, 3, NOW)),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("ending", ["html", "txt"])
def test_templates_tell_every_scene_without_personal_numbers(composer: Composer, scene: str, ending: str) -> None:
    shown = SCENES[scene]
    summary = summarise(shown, since=None, now=NOW, warnings=("汇总表正在 Excel 中打开。",))

    text = composer.render(f"digest.{ending}", {"summary": summary})

    assert summary.headline in text
    assert summary.deadline_text in text
    assert "汇总表正在 Excel 中打开。" in text
    assert summary.balance_text in text
    for line in (*summary.reviews, *summary.undelivered):
        assert all(word in text for word in (line.why, line.note, line.subject, line.sender, line.telephone))
    assert not any(person.id_number in text for person in shown.registrations)
    assert not any(person.mobile in text for person in shown.registrations)
    assert "None" not in text


def test_markup_in_a_mail_is_shown_not_obeyed(composer: Composer) -> None:
    nasty = '<img src=x onerror="alert(1)">'
    bad = mail(
        0, needs_person=True, subject=nasty, sender_name=nasty, note=nasty, excerpt=nasty, telephone=f'"{nasty}'
    )
    summary = digest(view((replace(registration(0), name=nasty, organisation=nasty, number=1),), (bad,)))

    html = composer.render("digest.html", {"summary": summary})

    assert "<img" not in html
    assert "&lt;img" in html


def test_the_subject_tells_the_main_thing(composer: Composer) -> None:
    summary = digest(full_view())

    composed = composer.digest(summary, ("office@example.org",), b"PK", "报名汇总.xlsx", NOW)

    assert composed.subject == "报名简报 2026年4月3日：50 个名额已满，候补 4 人，2 封待处理"


def test_membership_and_outcome_words_are_complete() -> None:
    from bot.records import words
    from bot.records.decision import ReplyTemplate
    from bot.records.mail import MailKind

    assert set(words.STATE_WORDS) == set(State)
    assert set(words.MEMBERSHIP_WORDS) == set(Membership)
    assert set(words.KIND_WORDS) == set(MailKind)
    assert set(words.OUTCOME_WORDS) == set(Outcome)
    assert set(words.REASON_WORDS) == set(Reason)
    assert set(words.TEMPLATE_WORDS) == set(ReplyTemplate)
    assert words.reply_status_word("sent") == "已发送"
    assert words.reply_status_word("none", "退回") == "发送失败"
    assert [words.yes_no_word(value) for value in (True, False, None)] == ["是", "否", ""]


def _whole_forms(*sizes: int, capacity: int) -> EventView:
    """One form a size; the first is seated, the others wait as a whole."""
    people: list[Registration] = []
    for form, size in enumerate(sizes):
        state = State.CONFIRMED if form == 0 else State.WAITLISTED
        for position in range(size):
            number = len(people) + 1
            one = registration(number, state)
            people.append(replace(one, message_id=f"<{form}@x.example.org>", position=position))
    event = replace(EVENT, capacity=capacity, when_partly_full=WhenPartlyFull.WHOLE_FORM)
    return replace(view(tuple(people)), event=event)


def test_a_form_too_large_for_the_free_seats_is_told_for_it_holds_up_everybody_behind() -> None:
    summary = digest(_whole_forms(2, 3, 1, capacity=4))

    assert len(summary.warnings) == 1
    assert "还有 2 个名额空着" in summary.warnings[0]
    assert "3 人" in summary.warnings[0]


@pytest.mark.parametrize(("sizes", "capacity"), [((2, 3), 2), ((2, 3), 5), ((2,), 4)])
def test_nothing_is_told_where_nobody_is_held_up(sizes: tuple[int, ...], capacity: int) -> None:
    assert digest(_whole_forms(*sizes, capacity=capacity)).warnings == ()


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_numbers_in_a_mails_own_words_are_masked(composer: Composer, ending: str) -> None:
    person = roll(1)[0]
    said = f"身份证号更正为{person.id_number}，手机{person.mobile}。"
    waiting = replace(view((person,)), mails=(mail(0, needs_person=True, excerpt=said),))

    shown = composer.render(f"digest.{ending}", {"summary": digest(waiting)})

    assert "身份证号更正为" in shown
    assert person.id_number not in shown
    assert person.mobile not in shown
