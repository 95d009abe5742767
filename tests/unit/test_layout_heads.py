"""Heads over and beside lists and pairs: whom they are about, and what else decides it."""

from __future__ import annotations

from itertools import islice

from bot.demo.invented import InventedPerson, hospitals, people
from tests.unit.documents import table, wide
from tests.unit.reading import HEADINGS, names, one, rows_of

HOSPITAL, OTHER = islice(hospitals(13), 2)
ANN, BEN, EVE, CLERK, TUTOR = islice(people(13), 5)


def row(person: InventedPerson) -> list[str]:
    return [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, "否"]


def test_sorts_of_people_left_of_the_names_are_no_headings() -> None:
    rows = [
        ["类别", "姓名", "单位", "手机"],
        ["学员", ANN.name, HOSPITAL.name, ANN.mobile],
        ["领队", BEN.name, "", ""],
    ]

    form = one(table([*rows, ["联系人", CLERK.name, "电话", CLERK.mobile]]))

    assert names(form) == [ANN.name, BEN.name]
    assert form.contact.text == CLERK.name


def test_merged_headings_under_a_list_are_no_people() -> None:
    rows = [
        ["序号", "姓名", "单位", "手机"],
        ["1", ANN.name, "", ANN.mobile],
        ["单位联系人及电话", "", "", CLERK.mobile],
    ]
    rows += [["会务联系", "", "", CLERK.mobile]]

    form = one(table(rows, merged=[(2, 0, 1, 3), (3, 0, 1, 3)]))

    assert names(form) == [ANN.name]


def test_people_after_a_row_between_groups_are_kept_without_numbers() -> None:
    first, span = wide("内科组", 1, 3)
    second, span_2 = wide("外科组", 3, 3)
    rows = [
        ["姓名", "单位", "职务"],
        first,
        ["王安", HOSPITAL.name, "院长"],
        second,
        ["李宁", HOSPITAL.name, "科长"],
    ]

    assert names(one(table(rows, merged=[span, span_2]))) == ["王安", "李宁"]


def test_relatives_under_a_head_in_the_same_table_are_no_participants() -> None:
    head, span = wide("随行家属", 2, 3)
    rows = [["姓名", "手机", "身份证号"], [ANN.name, ANN.mobile, ANN.id_number], head]
    rows += [["姓名", "手机", "身份证号"], [EVE.name, EVE.mobile, EVE.id_number]]

    assert names(one(table(rows, merged=[span]))) == [ANN.name]


def test_contacts_list_under_its_head_gives_the_contact() -> None:
    contacts = table([["姓名", "电话"], [CLERK.name, CLERK.mobile]])

    form = one("报名表", table([HEADINGS, row(ANN)]), "联系人信息", contacts)

    assert names(form) == [ANN.name]
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_head_beside_pairs_says_whom_they_are_about() -> None:
    rows = [
        ["参会人", "姓名", ANN.name, "手机", ANN.mobile],
        ["联系人", "姓名", CLERK.name, "手机", CLERK.mobile],
        ["", "邮箱", HOSPITAL.email, "", ""],
        ["导师", "姓名", TUTOR.name, "手机", TUTOR.mobile],
    ]

    form = one(table(rows, merged=[(1, 0, 2, 1)]))

    assert [(p.name.text, p.mobile.text) for p in form.attendees] == [(ANN.name, ANN.mobile)]
    assert (form.contact.text, form.phone.text, form.email.text) == (CLERK.name, CLERK.mobile, HOSPITAL.email)


def test_contact_section_ends_where_a_second_name_begins() -> None:
    form = one(f"联系人信息\n姓名：{CLERK.name}\n电话：{CLERK.mobile}\n姓名：{ANN.name}\n手机：{ANN.mobile}")

    assert names(form) == [ANN.name]
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_name_and_number_beside_a_full_list_are_the_contacts() -> None:
    form = one(table([HEADINGS, row(ANN)]), f"姓名：{CLERK.name}\n电话：{CLERK.mobile}")

    assert names(form) == [ANN.name]
    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_name_and_number_after_one_heading_are_parted() -> None:
    form = one(table([HEADINGS, row(ANN)]), f"联系人及电话：{CLERK.name} {CLERK.mobile}")

    assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_headings_with_long_hints_are_headings() -> None:
    hint = (
        "（如需单间请填“是”，单间差价自理，标准另行通知；未填写的一律视为标双合住，"
        "（含领队），住宿由会务组统一安排，谢谢理解与支持）"
    )
    rows = [[*HEADINGS[:5], "是否单间" + hint], row(ANN)]

    assert rows_of(one(table(rows))) == [row(ANN)]


def test_heading_parted_over_two_rows_is_one() -> None:
    rows = [["姓名", "联系", "证件"], ["", "电话", "号码"], [ANN.name, ANN.mobile, ANN.id_number]]

    form = one(table(rows, merged=[(0, 0, 2, 1)]))

    assert [(p.mobile.text, p.id_number.text) for p in form.attendees] == [(ANN.mobile, ANN.id_number)]


def test_list_for_the_invoice_beside_the_list_of_people() -> None:
    rows = [
        ["参会人员", "", "开票信息", ""],
        ["姓名", "手机", "单位名称", "税号"],
        [ANN.name, ANN.mobile, OTHER.name, OTHER.taxpayer_id],
    ]

    form = one(table(rows, merged=[(0, 0, 1, 2), (0, 2, 1, 2)]))

    assert (form.invoice_title.text, form.taxpayer_id.text) == (OTHER.name, OTHER.taxpayer_id)
    assert form.attendees[0].organisation.text == ""


def test_several_units_in_one_list_are_not_the_forms() -> None:
    rows = [
        ["姓名", "手机", "发票抬头"],
        [ANN.name, ANN.mobile, OTHER.name],
        [BEN.name, BEN.mobile, HOSPITAL.name],
    ]

    form = one(table(rows))

    assert form.invoice_title.text == ""
    assert [dict(p.extras)["发票抬头"].text for p in form.attendees] == [OTHER.name, HOSPITAL.name]


def test_namesakes_with_different_numbers_are_two_people() -> None:
    other = [ANN.name, OTHER.name, "", BEN.mobile, "", ""]

    form = one(table([HEADINGS, row(ANN)]), table([HEADINGS, other]))

    assert names(form) == [ANN.name, ANN.name]


def test_own_mail_address_of_the_only_person_is_the_forms() -> None:
    form = one(table([["姓名", "手机", "邮箱"], [ANN.name, ANN.mobile, "a@example.org"]]))

    assert form.email.text == "a@example.org"


def test_title_and_fields_without_a_list_are_a_form_without_people() -> None:
    form = one("赴浙江专题调研学习回执表", f"填报单位：{HOSPITAL.name}\n联系人：{CLERK.name}")

    assert (form.attendees, form.organisation.text) == ((), HOSPITAL.name)
