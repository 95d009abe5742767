"""Passengers and badges: what the airline and the reception desk need, and what is doubtful in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.lists.badges import badges
from bot.lists.flights import document_of, passengers
from bot.lists.office import office_lists
from bot.records.decision import State
from bot.records.form import ProblemCode
from bot.records.lists import OfficeLists
from bot.records.office import StaffEntry
from tests.unit.lists_cases import FLYING, key, person, problem
from tests.unit.office_views import EVENT, view


def test_passengers_stand_in_order_of_arrival_with_their_whole_numbers() -> None:
    people = [person(2), person(1), replace(person(3), state=State.WAITLISTED)]

    found = passengers(people)

    assert [(one.name, one.id_number, one.mobile) for one in found] == [
        ("甲1", people[1].id_number, people[1].mobile),
        ("甲2", people[0].id_number, people[0].mobile),
    ]
    assert all((one.document, one.remark, one.problems) == ("居民身份证", "", ()) for one in found)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("", ""),
        ("810000199001011234", "港澳台居民居住证"),
        ("911124198108030024", "外国人永久居留身份证"),
        ("H12345678", "港澳居民来往内地通行证"),
        ("E12345678", "其他证件"),
    ],
)
def test_document_is_named_for_the_airline(number: str, name: str) -> None:
    assert document_of(number) == name


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id_number": ""}, ("缺身份证号",)),
        ({"mobile": ""}, ("缺手机号",)),
        ({"problems": (problem("id_number"),)}, ("身份证号待核对",)),
        ({"problems": (problem("name", ProblemCode.UNCERTAIN),)}, ("姓名待核对",)),
        ({"id_number": "440305800101123"}, ("15位旧身份证号，订票请用18位",)),
        ({"id_number": "E12345678"}, ("不是居民身份证，订票请核对证件种类",)),
        ({"problems": (problem("taxpayer_id"),)}, ()),
    ],
)
def test_what_a_ticket_cannot_be_booked_with_is_told(changes: dict[str, object], told: tuple[str, ...]) -> None:
    (one,) = passengers([person(1, **changes)])

    assert one.problems == told


def test_doubtful_number_names_no_document() -> None:
    (one,) = passengers([replace(person(1), problems=(problem("id_number"),))])

    assert (one.document, bool(one.id_number)) == ("", True)


@pytest.mark.parametrize(
    ("label", "text", "remark"),
    [
        ("航班", "自行前往", "航班：自行前往"),
        ("返程 航班（请填写）：", "ZH9882", "返程航班：ZH9882"),
        ("备注", "自驾，不坐\n飞机", "备注：自驾，不坐 飞机"),
        ("备注", "素食", ""),
        ("航班", "/", ""),
        ("去程", "无", ""),
        ("", "高铁往返", "高铁往返"),
    ],
)
def test_what_the_clerk_said_about_the_journey_is_a_remark(label: str, text: str, remark: str) -> None:
    (one,) = passengers([replace(person(1), extras=((label, text),))])

    assert one.remark == remark


def test_badges_of_colleagues_lie_together_in_the_order_of_pinyin() -> None:
    people = [
        person(1, "男", 1),
        person(2, "男", 3),
        person(3, "男", 1),
        person(4, "男", 2),
    ]
    nowhere = replace(person(5), organisation="", submitting_organisation="")

    found = badges([*people, nowhere, replace(person(6), state=State.LATE)], key)

    # 白鹭 bai, 木棉 mu, 榕江 rong
    assert [one.number for one in found] == [2, 4, 1, 3, 5]
    assert found[-1].notes == ("缺单位",)


def test_two_spellings_of_one_organisation_are_told_on_both_badges() -> None:
    found = badges([person(1), replace(person(2), organisation="云杉医院"), person(3)], key)

    assert [one.notes for one in found] == [
        ("同单位还写作：云杉医院",),
        ("同单位还写作：深圳市云杉医院",),
        ("同单位还写作：云杉医院",),
    ]


def test_badge_says_what_is_doubtful_on_it() -> None:
    one = replace(
        person(1), job_title="", problems=(problem("name", ProblemCode.UNCERTAIN), problem("organisation"))
    )

    (badge,) = badges([one], key)

    assert set(badge.notes) == {"缺职务", "姓名待核对", "单位待核对"}


def test_badge_falls_back_on_the_organisation_that_sent_the_form() -> None:
    (badge,) = badges([replace(person(1), organisation="")], key)

    assert (badge.organisation, badge.notes) == (person(1).organisation, ())


def test_all_lists_are_empty_while_nobody_is_confirmed() -> None:
    waiting = replace(person(1), state=State.WAITLISTED)

    assert office_lists(view((waiting,)), key) == OfficeLists()


def test_there_are_no_passengers_where_there_is_no_flight() -> None:
    seen = view((person(1),))

    without, with_flights = office_lists(seen, key), office_lists(replace(seen, event=FLYING), key)

    assert (without.flights, without.passengers) == ((), ())
    assert [flight.number for flight in with_flights.flights] == ["ZH9887", "ZH9882"]
    assert len(with_flights.passengers) == 1


def test_lists_of_one_event_use_its_currency_and_staffs_entries() -> None:
    fees = replace(EVENT.fees, currency="HKD")
    seen = replace(view((person(1),)), event=replace(EVENT, fees=fees), staff=(StaffEntry(1, paid="已缴"),))

    (invoice,) = office_lists(seen, key).invoices

    assert (invoice.currency, invoice.paid) == ("HKD", "已缴")
