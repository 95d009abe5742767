"""People who stand on a form beside the participants, and whom to call, as clerks write them."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import hospitals, people
from tests.unit.documents import table
from tests.unit.reading import HEADINGS, names, one, read

HOSPITAL = next(hospitals(91))
ANN, BEN, EVE = islice(people(91), 3)
ROW = [ANN.name, HOSPITAL.name, ANN.job_title, ANN.mobile, ANN.id_number, "否"]


@pytest.mark.parametrize("head", ["随行家属", "陪同人员情况", ""])
def test_relatives_with_identity_numbers_in_a_list_of_their_own_take_no_seat(head: str) -> None:
    relatives = table([["姓名", "关系", "身份证号"], [BEN.name, "配偶", BEN.id_number]])

    form = one(table([HEADINGS, ROW]), head, relatives, f"填报单位：{HOSPITAL.name}")

    assert names(form) == [ANN.name]


@pytest.mark.parametrize("between", ["、", "；", "  "])
def test_of_several_people_to_call_the_first_is_the_contact(between: str) -> None:
    contacts = f"联系人：{BEN.name} {BEN.mobile}{between}{EVE.name} {EVE.mobile}"

    form = one(table([HEADINGS, ROW]), contacts)

    assert (form.contact.text, form.phone.text) == (BEN.name, BEN.mobile)
    assert names(form) == [ANN.name]


@pytest.mark.parametrize("head", ["同行人员（不参会）", "不参加人员名单", "请假人员"])
def test_people_listed_as_staying_away_take_no_seat(head: str) -> None:
    away = table([["姓名", "身份证号"], [BEN.name, BEN.id_number]])

    form = one(table([HEADINGS, ROW]), head, away, f"填报单位：{HOSPITAL.name}")

    assert names(form) == [ANN.name]


def test_number_in_brackets_behind_a_name_is_that_person_s() -> None:
    headings = ["姓名（手机）", "单位", "职务", "身份证号", "是否单间"]
    row = [f"{ANN.name}（{ANN.mobile}）", HOSPITAL.name, ANN.job_title, ANN.id_number, "否"]

    form = one(table([headings, row]))

    assert names(form) == [ANN.name]
    assert form.attendees[0].mobile.text == ANN.mobile


def test_minutes_of_a_meeting_register_nobody() -> None:
    minutes = f"会议纪要\n时间：4月1日\n主持人：{EVE.name}\n出席人员：{ANN.name}、{BEN.name}\n记录：{EVE.name}"

    assert read(minutes) == ()


FIELDS = [["填报单位：" + HOSPITAL.name], ["联系人：" + BEN.name], ["发票抬头：" + HOSPITAL.name]]


def test_contact_under_headings_of_its_own_below_the_list_takes_no_seat() -> None:
    rows = [HEADINGS, ROW, ["联系人姓名", "手机", "邮箱"], [BEN.name, BEN.mobile, HOSPITAL.email]]

    form = one(table(rows))

    assert names(form) == [ANN.name]
    assert (form.contact.text, form.phone.text) == (BEN.name, BEN.mobile)


def test_headings_of_a_plan_of_rooms_below_the_list_are_nobody() -> None:
    form = one(table([HEADINGS, ROW, ["住宿安排"], ["房间", "姓名", "姓名"], ["1", ANN.name, ""]]))

    assert names(form) == [ANN.name]


def test_line_of_who_submits_below_a_list_without_units_is_no_group_of_people() -> None:
    form = one(table([["姓名", "手机", "身份证号"], [ANN.name, ANN.mobile, ANN.id_number], *FIELDS]))

    assert (form.organisation.text, form.contact.text) == (HOSPITAL.name, BEN.name)


def test_fields_of_the_form_below_a_list_of_others_on_the_same_sheet_are_kept() -> None:
    rows = [HEADINGS, ROW, ["请假人员"], ["姓名", "请假原因"], [EVE.name, "出差"], *FIELDS]

    form = one(table(rows))

    assert names(form) == [ANN.name]
    assert (form.organisation.text, form.contact.text) == (HOSPITAL.name, BEN.name)
