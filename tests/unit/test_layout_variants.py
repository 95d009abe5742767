"""Ways in which clerks bend a form; whom heads and cards are about."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from tests.unit.documents import table, wide
from tests.unit.reading import HEADINGS, names, one, read, rows_of

HOSPITAL, OTHER = islice(hospitals(13), 2)
ANN, BEN, EVE, CLERK, TUTOR = islice(people(13), 5)


def row(person: InventedPerson) -> list[str]:
    return [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, "否"]


def test_heading_repeated_on_each_page_and_title_too() -> None:
    title = "赴浙江专题调研学习回执表"

    form = one(title, table([HEADINGS, row(ANN)]), title, table([HEADINGS, row(BEN), HEADINGS, row(EVE)]))

    assert names(form) == [ANN.name, BEN.name, EVE.name]


def test_list_goes_on_in_a_table_without_headings() -> None:
    form = one(table([HEADINGS, row(ANN)]), table([row(BEN), row(EVE)]), f"填报单位：{HOSPITAL.name}")

    assert names(form) == [ANN.name, BEN.name, EVE.name]


def test_headings_below_title_rows_of_the_same_table() -> None:
    first, span = wide("赴浙江专题调研学习回执表", 0, 6)
    second, span_2 = wide(f"填报单位：{HOSPITAL.name}", 1, 6)

    form = one(table([first, second, HEADINGS, row(ANN)], merged=[span, span_2]))

    assert (form.title, form.organisation.text, names(form)) == (
        "赴浙江专题调研学习回执表",
        HOSPITAL.name,
        [ANN.name],
    )


def test_group_heads_say_whom_columns_are_about() -> None:
    rows = [
        ["序号", "参会人员信息", "", "", "联系人信息", ""],
        ["", "姓名", "手机", "身份证号", "姓名", "电话"],
        ["1", ANN.name, ANN.mobile, ANN.id_number, CLERK.name, CLERK.mobile],
        ["2", BEN.name, BEN.mobile, BEN.id_number, CLERK.name, CLERK.mobile],
    ]

    for merges in ([(0, 0, 2, 1), (0, 1, 1, 3), (0, 4, 1, 2)], [(0, 1, 1, 3), (0, 4, 1, 2)]):
        form = one(table(rows, merged=merges))

        assert [(p.name.text, p.mobile.text) for p in form.attendees] == [
            (ANN.name, ANN.mobile),
            (BEN.name, BEN.mobile),
        ]
        assert (form.contact.text, form.phone.text) == (CLERK.name, CLERK.mobile)


def test_one_person_per_column() -> None:
    labels = [*HEADINGS, "填报单位", "联系人"]
    columns = [row(ANN), row(BEN), [EVE.name, "", "", EVE.mobile, "", "单间"]]
    rows = [[label, *(c[i] if i < 6 else "" for c in columns)] for i, label in enumerate(labels)]
    rows[6][1], rows[7][1] = HOSPITAL.name, CLERK.name

    form = one(table(rows))

    assert rows_of(form) == columns
    assert (form.organisation.text, form.contact.text) == (HOSPITAL.name, CLERK.name)


def test_hints_right_of_the_values_are_no_second_person() -> None:
    rows = [
        ["姓名", ANN.name, "请填写真实姓名"],
        ["手机", ANN.mobile, "11位"],
        ["身份证号", ANN.id_number, "18位"],
    ]

    form = one(table(rows))

    assert [(p.name.text, p.id_number.text) for p in form.attendees] == [(ANN.name, ANN.id_number)]


def card(person: InventedPerson) -> list[list[str]]:
    return [
        ["姓名", person.name, "工作单位", HOSPITAL.name],
        ["职务", person.job_title, "手机号码", person.mobile],
        ["身份证号码", person.id_number, "是否单间", "单间"],
    ]


def expected(person: InventedPerson) -> list[str]:
    return [*row(person)[:5], "单间"]


def test_cards_in_one_table_in_several_and_on_sheets() -> None:
    together = one(table([*card(ANN), *card(BEN)]))
    apart = one(table(card(ANN)), table(card(BEN)))
    sheets = one(table(card(ANN), title="报名表1"), table(card(BEN), title="报名表2"))

    for form in (together, apart, sheets):
        assert rows_of(form) == [expected(ANN), expected(BEN)]


def test_cards_beside_each_other() -> None:
    rows = [[*left, *right] for left, right in zip(card(ANN), card(BEN), strict=True)]

    assert rows_of(one(table(rows))) == [expected(ANN), expected(BEN)]


def test_two_lists_beside_each_other() -> None:
    rows = [
        ["序号", "姓名", "手机"] * 2,
        ["1", ANN.name, ANN.mobile, "2", BEN.name, BEN.mobile],
        ["3", EVE.name, EVE.mobile],
    ]

    form = one(table(rows))

    assert [(p.name.text, p.mobile.text) for p in form.attendees] == [(p.name, p.mobile) for p in (ANN, BEN, EVE)]


def test_blank_card_is_a_form_without_people() -> None:
    blank = [[text if column % 2 == 0 else "" for column, text in enumerate(line)] for line in card(ANN)]

    assert one("报名表", table(blank)).attendees == ()


@pytest.mark.parametrize("head", ["导师", "家庭成员情况", "指导老师信息", "紧急联系人"])
def test_lists_under_other_heads_are_no_participants(head: str) -> None:
    others = table([["姓名", "单位", "电话"], [TUTOR.name, OTHER.name, TUTOR.mobile]])

    form = one("报名表", table([HEADINGS, row(ANN)]), head, others)

    assert names(form) == [ANN.name]


def test_speakers_beside_the_form_are_no_participants() -> None:
    speakers = table([["序号", "姓名", "单位", "职务", "讲题"], ["1", TUTOR.name, OTHER.name, "院长", "重点专科"]])

    assert names(one(speakers, table([HEADINGS, row(ANN)]))) == [ANN.name]
    assert one(speakers, table([HEADINGS, [""] * 6])).attendees == ()


def test_whoever_fills_in_is_no_participant() -> None:
    rows = [
        ["姓名", ANN.name, "手机", ANN.mobile],
        ["填表人", CLERK.name, "报送人", TUTOR.name],
        ["合住人姓名", EVE.name, "", ""],
    ]

    form = one(table(rows))

    assert names(form) == [ANN.name]
    assert form.contact.text == ""


def test_contact_who_is_also_listed_takes_part() -> None:
    form = one(table([HEADINGS, row(ANN), row(CLERK)]), f"联系人：{CLERK.name}")

    assert names(form) == [ANN.name, CLERK.name]
    assert form.contact.text == CLERK.name


def test_values_that_read_like_headings_are_values() -> None:
    rows = [
        ["姓名", ANN.name, "职务", "学科负责人"],
        ["职称", "讲师", "住宿", "单间"],
        ["手机", ANN.mobile, "单位", "深圳某单位"],
    ]

    person = one(table(rows)).attendees[0]

    assert (person.job_title.text, person.single_room_value.text) == ("学科负责人", "单间")
    assert (person.mobile.text, person.organisation.text) == (ANN.mobile, "深圳某单位")


def test_phone_and_post_columns_give_way_to_better_ones() -> None:
    both = one(
        table([["姓名", "职称", "职务", "电话", "手机"], [ANN.name, "教授", "院长", "0755-82336671", ANN.mobile]])
    )
    lone = one(table([["姓名", "职称", "电话"], [ANN.name, "教授", ANN.mobile]]))

    assert (both.attendees[0].job_title.text, both.attendees[0].mobile.text) == ("院长", ANN.mobile)
    assert [(label, v.text) for label, v in both.attendees[0].extras] == [
        ("职称", "教授"),
        ("电话", "0755-82336671"),
    ]
    assert (lone.attendees[0].job_title.text, lone.attendees[0].mobile.text) == ("教授", ANN.mobile)


def test_document_type_beside_the_number_is_an_extra() -> None:
    form = one(table([["姓名", "证件类型", "证件号码"], [ANN.name, "护照", "E12345678"]]))

    assert form.attendees[0].id_number.text == "E12345678"
    assert [(label, v.text) for label, v in form.attendees[0].extras] == [("证件类型", "护照")]


def test_several_names_in_a_cell_with_as_many_numbers() -> None:
    cells = [f"{ANN.name}\n{BEN.name}", HOSPITAL.name, "院长\n科长", f"{ANN.mobile}\n{BEN.mobile}", "", ""]

    form = one(table([HEADINGS, cells]))

    assert [(p.name.text, p.mobile.text) for p in form.attendees] == [
        (ANN.name, ANN.mobile),
        (BEN.name, BEN.mobile),
    ]


def test_name_broken_over_two_lines_is_one_name() -> None:
    form = one(table([HEADINGS, ["欧阳\n娜娜", *row(ANN)[1:]]]))

    assert names(form) == ["欧阳 娜娜"]


def test_digits_in_boxes_of_their_own_are_one_number() -> None:
    boxes = [["姓名", "身份证号", *[""] * 17], [ANN.name, *ANN.id_number]]

    form = one(table(boxes, merged=[(0, 1, 1, 18)]))

    assert form.attendees[0].id_number.text == ANN.id_number


def test_english_headings() -> None:
    headings = ["Name", "Organization", "Title/Position", "Mobile/Phone", "ID No.", "Single room"]

    assert rows_of(one(table([headings, row(ANN)]))) == [row(ANN)]


def test_unit_in_the_invoice_block_is_the_invoice_title() -> None:
    rows = [["发票信息", "", "", ""], ["单位名称", OTHER.name, "税号", OTHER.taxpayer_id]]

    form = one(table([HEADINGS, row(ANN)]), f"填报单位：{HOSPITAL.name}", table(rows, merged=[(0, 0, 1, 4)]))

    assert (form.organisation.text, form.invoice_title.text) == (HOSPITAL.name, OTHER.name)
    assert form.taxpayer_id.text == OTHER.taxpayer_id


def test_name_columns_beside_typed_columns_only_when_called_so() -> None:
    goods = table([["名称", "数量", "单位"], ["口罩", "3", "个"]])
    named = table([["名称", "手机", "单位"], [ANN.name, ANN.mobile, HOSPITAL.name]])

    assert read(goods) == ()
    assert names(one(named)) == [ANN.name]


def test_late_person_on_a_card_beside_a_list_takes_part() -> None:
    form = one(table([HEADINGS, row(ANN)]), table(card(BEN)))

    assert rows_of(form) == [row(ANN), expected(BEN)]
