"""Invoices: who pays with whom, how much, and what staff must ask before they write one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.lists.invoices import invoices
from bot.records.decision import Membership, Registration, State
from bot.records.event import Fees
from bot.records.lists import Invoice
from bot.records.office import StaffEntry
from tests.unit.lists_cases import NUMBERS, ORGANISATIONS, cancelled, key, person, problem


def of(*people: Registration, staff: tuple[StaffEntry, ...] = ()) -> tuple[Invoice, ...]:
    return invoices(people, staff, key, Fees(2980, 3600))


def test_people_with_one_title_and_number_share_an_invoice() -> None:
    one, other = of(person(1), person(2, "男", 1), person(3))

    assert (one.title, one.taxpayer_id, one.people, one.amount) == (
        ORGANISATIONS[0],
        NUMBERS[0],
        ("甲1", "甲3"),
        5960,
    )
    assert other.people == ("甲2",)
    assert one.problems == other.problems == ()


def test_spellings_of_one_title_are_one_invoice() -> None:
    assert len(of(person(1), replace(person(2), invoice_title="云杉医院"))) == 1


def test_two_hospitals_that_pay_under_one_title_are_both_named() -> None:
    (one,) = of(person(1), replace(person(2), organisation=ORGANISATIONS[1]))

    assert one.organisation == f"{ORGANISATIONS[0]}、{ORGANISATIONS[1]}"


def test_unknown_membership_leaves_the_amount_open_by_name() -> None:
    (one,) = of(person(1), replace(person(2), fee=None, membership=Membership.UNKNOWN))

    assert (one.amount, one.undetermined) == (2980, ("甲2",))
    assert one.problems == ("应缴待定：甲2（会员身份未确认）",)


def test_supplement_that_is_not_known_yet_is_told() -> None:
    people = [person(1, single_room=True), person(2)]

    (open_,) = invoices(people, (), key, Fees(2980, 3600))
    (known,) = invoices(people, (), key, Fees(2980, 3600, single_room_supplement=600))

    assert open_.problems == ("甲1要单间，房差未定，未计入",)
    assert known.problems == ()


def test_missing_title_and_number_fall_back_on_the_organisation_and_are_told() -> None:
    (one,) = of(replace(person(1), invoice_title="", taxpayer_id=""))

    assert (one.title, one.taxpayer_id) == (ORGANISATIONS[0], "")
    assert one.problems == ("缺开票抬头，暂按单位名称", "缺纳税人识别号")


def test_what_one_left_empty_is_taken_from_colleagues_and_told() -> None:
    (one,) = of(person(1), replace(person(2), invoice_title="", taxpayer_id=""))

    assert (one.people, one.taxpayer_id) == (("甲1", "甲2"), NUMBERS[0])
    assert one.problems == (
        "甲2未填开票抬头，暂按同单位或同抬头所填",
        "甲2未填纳税人识别号，暂按同单位或同抬头所填",
    )


def test_nothing_is_taken_from_colleagues_who_contradict_each_other() -> None:
    titles = [replace(person(2), invoice_title="深圳市海棠基金会", taxpayer_id=NUMBERS[1])]

    found = of(person(1), *titles, replace(person(3), invoice_title="", taxpayer_id=""))

    assert [one.people for one in found] == [("甲1", "甲3"), ("甲2",)]
    assert "甲3未填纳税人识别号，暂按同单位或同抬头所填" in found[0].problems
    assert not any("未填开票抬头" in told for told in found[0].problems)


def test_title_is_known_by_its_tax_number() -> None:
    (one,) = of(person(1), replace(person(2, "男", 1), invoice_title="", taxpayer_id=NUMBERS[0]))

    assert (one.title, one.people) == (ORGANISATIONS[0], ("甲1", "甲2"))


def test_two_tax_numbers_of_one_organisation_are_told_with_both() -> None:
    one, other, open_ = of(
        person(1), replace(person(2), taxpayer_id=NUMBERS[1]), replace(person(3), taxpayer_id="")
    )

    assert one.problems == (f"同单位另填了税号{NUMBERS[1]}",)
    assert other.problems == (f"同单位另填了税号{NUMBERS[0]}",)
    assert open_.problems == ("缺纳税人识别号", f"同单位另填了税号{NUMBERS[0]}、{NUMBERS[1]}")


def test_two_titles_with_one_tax_number_are_told() -> None:
    one, other = of(person(1), replace(person(2), invoice_title="云杉医院工会"))

    assert one.problems == ("同一税号另填了抬头“云杉医院工会”",)
    assert other.problems == (f"同一税号另填了抬头“{ORGANISATIONS[0]}”",)


@pytest.mark.parametrize("title", ["个人", "个人（甲）"])
def test_private_persons_get_invoices_of_their_own_without_a_tax_number(title: str) -> None:
    changes = {"invoice_title": title, "taxpayer_id": ""}

    found = of(person(1, **changes), person(2, **changes))

    assert [(one.people, one.problems) for one in found] == [(("甲1",), ()), (("甲2",), ())]


@pytest.mark.parametrize("title", ["不需要", "无需开票", "不开发票", "不用开"])
def test_who_wants_no_invoice_is_asked_for_each_organisation(title: str) -> None:
    changes = {"invoice_title": title, "taxpayer_id": ""}

    found = of(person(1, **changes), person(2, "男", 1, **changes))

    assert [one.problems for one in found] == [(f"对方写的是“{title}”，请确认是否开票",)] * 2


@pytest.mark.parametrize("title", ["同单位", "同上", "同填报单位", "单位全称", "同单位名称"])
def test_same_as_the_organisation_is_a_title(title: str) -> None:
    (one,) = of(person(1), replace(person(2), invoice_title=title))

    assert (one.title, one.problems) == (ORGANISATIONS[0], ())


@pytest.mark.parametrize("title", ["/", "无", "——"])
def test_crossed_out_title_is_missing(title: str) -> None:
    (one,) = of(replace(person(1), invoice_title=title))

    assert one.problems == ("缺开票抬头，暂按单位名称",)


def test_nobody_shares_where_neither_title_nor_organisation_is_known() -> None:
    nothing = {"invoice_title": "", "taxpayer_id": "", "organisation": "", "submitting_organisation": ""}

    found = of(person(1, **nothing), person(2, name="", **nothing))

    assert [one.people for one in found] == [("甲1",), ("（缺姓名）",)]
    assert found[0].problems == ("缺开票抬头", "缺纳税人识别号")


def test_doubtful_numbers_are_told() -> None:
    (one,) = of(replace(person(1), problems=(problem("taxpayer_id"), problem("invoice_title"))))

    assert one.problems == ("开票抬头待核对", "纳税人识别号待核对")


def test_what_staff_wrote_is_summed_up() -> None:
    staff = (StaffEntry(1, paid="已缴", invoiced="已开"), StaffEntry(2, paid="已缴"))

    (one,) = of(person(1), person(2), staff=staff)

    assert (one.paid, one.invoiced) == ("已缴", "已开（1人）；未填（1人）")


def test_contact_is_one_person_with_her_own_telephone() -> None:
    last = replace(person(2), contact="", phone="", email="")

    (one,) = of(replace(person(1), contact="乙", phone="0755-1", email="yi@example.org"), last)

    assert (one.contact, one.phone, one.email) == ("乙", "0755-1", "yi@example.org")


def test_address_of_an_earlier_form_helps_where_the_last_has_none() -> None:
    last = replace(person(2), contact="丙", phone="0755-2", email="")

    (one,) = of(replace(person(1), email="yi@example.org"), last)

    assert (one.contact, one.phone, one.email) == ("丙", "0755-2", "yi@example.org")


def test_only_the_confirmed_pay_and_the_row_keeps_its_name_when_the_first_cancels() -> None:
    people = (person(1), person(2), replace(person(3), state=State.WAITLISTED))

    before, after = of(*people)[0], of(cancelled(people[0]), *people[1:])[0]

    assert (before.people, after.people) == (("甲1", "甲2"), ("甲2",))
    assert before.id == after.id == 1
