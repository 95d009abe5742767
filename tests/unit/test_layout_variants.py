"""Ways in which clerks bend a form, and rows and cards that are not people."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.forms.labels import default_labels
from bot.forms.layout import find_forms
from bot.records.form import Line, ProblemCode, RegistrationForm, Table
from tests.unit.documents import document, table, wide

LABELS = default_labels()
HOSPITAL, OTHER = islice(hospitals(13), 2)
ANN, BEN, EVE, CLERK, TUTOR = islice(people(13), 5)
HEADINGS = ["姓名", "单位", "职务", "手机", "身份证号", "是否单间"]


def row(person: InventedPerson) -> list[str]:
    return [person.name, HOSPITAL.name, person.job_title, person.mobile, person.id_number, "否"]


def read(*blocks: Table | str | Line) -> tuple[RegistrationForm, ...]:
    return find_forms(document(*blocks), LABELS)


def one(*blocks: Table | str | Line) -> RegistrationForm:
    forms = read(*blocks)
    assert len(forms) == 1
    return forms[0]


def names(form: RegistrationForm) -> list[str]:
    return [person.name.text for person in form.attendees]


def rows_of(form: RegistrationForm) -> list[list[str]]:
    return [
        [v.text for v in (a.name, a.organisation, a.job_title, a.mobile, a.id_number, a.single_room_value)]
        for a in form.attendees
    ]


@pytest.mark.parametrize(
    "example",
    [
        ["例：张三", "XX医院", "主任", "138XXXXXXXX", "4403XXXX", "是"],
        ["示例", "深圳某医院", "主任", TUTOR.mobile, TUTOR.id_number, "是"],
        ["（填写示例）张三", "深圳某医院", "主任", TUTOR.mobile, TUTOR.id_number, "是"],
        ["张某某", "深圳某医院", "主任", "", "", "是"],
        ["XXX", "XX医院", "XX", "138XXXXXXXX", "XXXXXX", ""],
        ["张三", "深圳某医院", "主任", "138XXXXXXXX", "", "是"],
        ["合计", "2人", "", "", "", ""],
        ["总计：1人", "", "", "", "", ""],
        ["备注：请如实填写", "", "", "", "", ""],
        ["注：身份证号用于购票", "", "", "", "", ""],
        ["说明", "本表可续", "", "", "", ""],
        ["", HOSPITAL.name, "", "", "", ""],
        ["", HOSPITAL.name, "", "", "", "□是 □否"],
        ["/", "/", "/", "/", "/", "/"],
        ["无", "", "", "", "", ""],
        ["……", "……", "……", "……", "……", "……"],
        ["暂无信息", "", "", "", "", ""],
        ["以下空白", "", "", "", "", ""],
        ["填表人：" + CLERK.name, "", "", "", "", ""],
        ["联系人", CLERK.name, "电话", CLERK.mobile, "", ""],
        HEADINGS,
    ],
)
def test_rows_that_are_nobody(example: list[str]) -> None:
    form = one(table([HEADINGS, example, row(ANN), example, row(BEN), example]))

    assert rows_of(form) == [row(ANN), row(BEN)]


@pytest.mark.parametrize(
    ("kept", "name"),
    [
        (["", HOSPITAL.name, "", ANN.mobile, "", ""], ""),
        (["", HOSPITAL.name, "", "", ANN.id_number, ""], ""),
        ([ANN.name, "", "", "", "", ""], ANN.name),
        (["阿卜杜拉·买买提", "", "院长", "", "", ""], "阿卜杜拉·买买提"),
        (["John Smith", "", "", ANN.mobile, "", ""], "John Smith"),
        ([ANN.name, HOSPITAL.name, "", "138XXXXXXXX", ANN.id_number, ""], ANN.name),
        ([ANN.name, HOSPITAL.name, "", "138****1234", "4403**********1234", ""], ANN.name),
        ([ANN.name + "（组长）", "", "", ANN.mobile, "", ""], ANN.name + "（组长）"),
        (["总某明", "", "", ANN.mobile, ANN.id_number, ""], "总某明"),
    ],
)
def test_rows_that_are_somebody(kept: list[str], name: str) -> None:
    form = one(table([HEADINGS, kept, row(BEN)]))

    assert names(form) == [name, BEN.name]


def test_only_ordinals_are_nobody() -> None:
    rows = [["序号", *HEADINGS], ["1", *row(ANN)], *([str(n), *[""] * 6] for n in range(2, 20))]

    assert names(one(table(rows))) == [ANN.name]


def test_unit_merged_over_rows_is_everybodys_and_no_person() -> None:
    rows = [HEADINGS, row(ANN), row(BEN), [""] * 6, [""] * 6]
    rows[2][1] = ""

    form = one(table(rows, merged=[(1, 1, 4, 1)]))

    assert rows_of(form) == [row(ANN), row(BEN)]


def test_mobile_merged_over_blank_rows_is_no_person() -> None:
    form = one(table([HEADINGS, row(ANN), [""] * 6], merged=[(1, 3, 2, 1)]))

    assert names(form) == [ANN.name]


def test_person_over_two_rows_is_one_person() -> None:
    rows = [[*HEADINGS, "航班"], [*row(ANN), "去程"], ["", "", "", "", "", "", "返程"], [*row(BEN), "去程"]]
    merges = [(1, column, 2, 1) for column in range(6)]

    assert names(one(table(rows, merged=merges))) == [ANN.name, BEN.name]


def test_people_in_hidden_rows_are_reported_and_not_taken() -> None:
    form = one(table([HEADINGS, row(ANN), row(BEN)], hidden_rows=[2]))

    assert names(form) == [ANN.name]
    assert [(p.person, p.code, p.blocking) for p in form.problems] == [(BEN.name, ProblemCode.CONFLICT, False)]
    assert "隐藏" in form.problems[0].text


def test_hidden_sheet_gives_nobody() -> None:
    alone = one(table([HEADINGS, row(ANN)], hidden=True))
    beside = one(table([HEADINGS, row(ANN)]), table([HEADINGS, row(BEN)], hidden=True))

    assert (names(alone), len(alone.problems)) == ([], 1)
    assert (names(beside), len(beside.problems)) == ([ANN.name], 1)


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


def test_late_person_on_a_card_beside_a_list_takes_part() -> None:
    form = one(table([HEADINGS, row(ANN)]), table(card(BEN)))

    assert rows_of(form) == [row(ANN), expected(BEN)]


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
