"""PDF files with text: tables, lists without lines, lines, turned pages, page breaks. All people are invented."""

from __future__ import annotations

import pytest

from bot.forms.read import read_file
from bot.forms.readers.pdf import read_pdf
from bot.forms.readers.pdf_page import plain
from bot.records.form import Line, RegistrationForm, Table
from tests.samples.make_forms import HEADINGS, TITLE, Slip, slip
from tests.samples.make_pdf import Pdf, placed, ruled, shown, single, stacked
from tests.samples.shown import shown as said_by
from tests.samples.shown import tables

XS = (30, 90, 210, 290, 370, 490, 560)
SLIP = slip(21, 3)


def footers(content: Slip = SLIP) -> list[str]:
    return [f"{label}：{value}" for label, value in content.lines]


def own_form(content: Slip = SLIP) -> str:
    """The association's form on one page."""
    top = 780 - 24 * (len(content.people) + 1)
    return (
        shown(TITLE, 60, 800) + ruled([HEADINGS, *content.rows], XS, 780) + stacked(footers(content), 40, top - 30)
    )


def the_form(content: bytes) -> RegistrationForm:
    reading = read_file("回执表.pdf", content)
    assert len(reading.forms) == 1, reading.unread
    return reading.forms[0]


def values_of(form: RegistrationForm) -> tuple[list[list[str]], list[str]]:
    people = [
        [
            a.name.text,
            a.organisation.text,
            a.job_title.text,
            a.mobile.text,
            a.id_number.text,
            "否是"[bool(a.single_room)],
        ]
        for a in form.attendees
    ]
    own = (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    return people, [value.text for value in own]


def all_of(content: Slip) -> tuple[list[list[str]], list[str]]:
    return content.rows, [value for _, value in content.lines]


def test_form_with_ruled_table_is_read_whole() -> None:
    assert values_of(the_form(single(own_form()))) == all_of(SLIP)


def test_lines_stand_in_reading_order_around_the_table() -> None:
    document = read_pdf("回执表.pdf", single(own_form()))

    assert said_by(document) == [TITLE, [list(HEADINGS), *SLIP.rows], *footers()]


def test_every_cell_and_line_says_where_it_stood() -> None:
    document = read_pdf("回执表.pdf", single(own_form()))

    title, table = document.blocks[:2]
    assert isinstance(title, Line)
    assert isinstance(table, Table)
    assert str(title.place) == "回执表.pdf 第1页 第1行"
    assert str(table.rows[1][4].place) == "回执表.pdf 第1页 表1 第2行第5列"
    box = table.rows[1][4].box
    assert box is not None
    scale = 150 / 72
    wanted = (370 * scale, (842 - 756) * scale, 490 * scale, (842 - 732) * scale)
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx(wanted, abs=3)


def test_page_picture_is_drawn_only_where_asked_for() -> None:
    content = single(own_form())

    without, with_pages = read_pdf("a.pdf", content), read_pdf("a.pdf", content, pages=True)

    assert without.pages == ()
    assert [(page.width, page.height) for page in with_pages.pages] == [(1240, 1755)]
    assert with_pages.pages[0].content.startswith(b"\x89PNG")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_page_that_is_shown_turned_reads_as_it_is_shown(degrees: int) -> None:
    # The content is drawn so that it stands upright only once the page is turned.
    matrix = {90: "0 1 -1 0 842 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 595"}[degrees]
    box = (0, 0, 595, 842) if degrees == 180 else (0, 0, 842, 595)

    content = single(f"q {matrix} cm {own_form()} Q", box=box, words=f"/Rotate {degrees}")

    document = read_pdf("a.pdf", content, pages=True)
    assert values_of(the_form(content)) == all_of(SLIP)
    assert (document.pages[0].width, document.pages[0].height) == (1240, 1755)


@pytest.mark.parametrize(
    ("matrix", "box"), [("0 1 -1 0 842 0", (0, 0, 842, 595)), ("-1 0 0 -1 595 842", (0, 0, 595, 842))]
)
def test_text_drawn_turned_is_read_upright_with_its_picture(matrix: str, box: tuple[int, ...]) -> None:
    content = single(f"q {matrix} cm {own_form()} Q", box=box)

    document = read_pdf("a.pdf", content, pages=True)

    assert values_of(the_form(content)) == all_of(SLIP)
    assert (document.pages[0].width, document.pages[0].height) == (1240, 1755)


def test_boxes_count_from_the_corner_of_a_cropped_page() -> None:
    content = single(own_form(), words="/CropBox[20 20 595 822]")

    cell = tables(read_pdf("a.pdf", content))[0].rows[0][0]

    assert cell.box is not None
    assert (cell.box.left, cell.box.top) == pytest.approx((10 * 150 / 72, 42 * 150 / 72), abs=3)


def test_what_lies_outside_the_shown_part_of_a_page_is_not_read() -> None:
    content = single(own_form() + shown("姓名：不在页面上", 30, 5), words="/CropBox[0 20 595 842]")

    assert "不在页面上" not in str(said_by(read_pdf("a.pdf", content)))


def test_merged_cells_stand_at_every_place_they_cover() -> None:
    drawn = "".join(f"{x} 700 m {x} {780 if x != 150 else 740} l S\n" for x in (50, 150, 250))
    drawn += "".join(f"50 {y} m 250 {y} l S\n" for y in (780, 740, 700))
    content = single(drawn + shown("参加人员", 60, 755) + shown("甲", 60, 715) + shown("乙", 160, 715))

    table = tables(read_pdf("a.pdf", content))[0]

    assert table.rows[0][0] is table.rows[0][1]
    assert [[cell.text for cell in row] for row in table.rows] == [["参加人员", "参加人员"], ["甲", "乙"]]
    assert table.rows[0][0].column_span == 2


def test_wrapped_texts_are_joined_and_latin_words_keep_their_blank() -> None:
    drawn = ruled([["", "", ""]], (50, 110, 170, 260), 780, 60)
    drawn += stacked(["深圳市第三", "人民医院"], 53, 765, 14)
    drawn += stacked(["1380013", "8000"], 113, 765, 14)
    drawn += stacked(["International", "Medical Center"], 173, 765, 14)

    table = tables(read_pdf("a.pdf", single(drawn)))[0]

    assert [cell.text for cell in table.rows[0]] == [
        "深圳市第三人民医院",
        "13800138000",
        "International Medical Center",
    ]


def test_two_numbers_under_each_other_in_a_wide_cell_stay_two() -> None:
    drawn = ruled([["", "b"]], (50, 250, 300), 780, 60) + stacked(["13800138000", "13900139000"], 53, 765, 14)

    assert tables(read_pdf("a.pdf", single(drawn)))[0].rows[0][0].text == "13800138000\n13900139000"


def test_text_too_long_for_its_cell_stays_in_one_piece() -> None:
    drawn = ruled([["填报单位：深圳市云杉康复医院", "", ""]], (50, 110, 210, 300), 780)

    texts = [cell.text for cell in tables(read_pdf("a.pdf", single(drawn)))[0].rows[0]]

    assert "填报单位：深圳市云杉康复医院" in texts


def test_text_that_excel_clips_is_read_as_far_as_it_is_seen() -> None:
    drawn = ruled([["", "某某"]], (50, 120, 300), 780)
    drawn += "q 50 756 70 24 re W n " + shown("开具发票的单位抬头名称", 53, 765) + "Q "

    texts = [cell.text for cell in tables(read_pdf("a.pdf", single(drawn)))[0].rows[0]]

    assert texts[1] == "某某"
    assert texts[0].startswith("开具发票的")
    assert "名称" not in texts[0]


def test_bold_by_printing_twice_is_read_once() -> None:
    twice = shown("姓名：赵安博", 50, 700) + shown("姓名：赵安博", 50.4, 700)

    assert said_by(read_pdf("a.pdf", single(twice))) == ["姓名：赵安博"]


def test_two_equal_digits_side_by_side_stay_two() -> None:
    assert said_by(read_pdf("a.pdf", single(shown("13800001111", 50, 700)))) == ["13800001111"]


def test_underlined_blank_is_no_table() -> None:
    drawn = shown("联系人：", 50, 700) + shown("赵安博", 95, 700) + "90 697 m 200 697 l S\n"

    assert said_by(read_pdf("a.pdf", single(drawn))) == ["联系人：赵安博"]


def test_frame_around_the_page_is_no_table() -> None:
    assert values_of(the_form(single("20 20 555 802 re S\n" + own_form()))) == all_of(SLIP)


def test_diagonal_watermark_is_left_out() -> None:
    mark = shown("试用版", 200, 400, 60, matrix="0.7 0.7 -0.7 0.7")

    assert values_of(the_form(single(own_form() + mark))) == all_of(SLIP)


@pytest.mark.parametrize(
    ("written", "font", "wanted"),
    [
        ("⼿", "SimSun", "手"),
        ("⻩", "PingFang", "黄"),
        ("\uf0fe", "Wingdings-Regular", "☑"),
        ("R", "Wingdings2", "☑"),
    ],
)
def test_look_alike_and_symbol_characters_are_read_as_what_they_show(written: str, font: str, wanted: str) -> None:
    assert plain(written, font) == wanted


def test_list_without_lines_is_read_by_its_columns() -> None:
    drawn = shown(TITLE, 60, 800) + placed([HEADINGS, *SLIP.rows], XS, 780) + stacked(footers(), 40, 640)

    assert values_of(the_form(single(drawn))) == all_of(SLIP)


def test_table_with_three_level_lines_is_read_by_its_columns() -> None:
    level = "".join(f"30 {y} m 560 {y} l S\n" for y in (780, 756, 684))

    assert values_of(
        the_form(single(level + placed([HEADINGS, *SLIP.rows], XS, 780) + stacked(footers(), 40, 640)))
    ) == all_of(SLIP)


def test_wrapped_text_in_a_list_without_lines_stays_with_its_person() -> None:
    drawn = placed([HEADINGS], XS, 780)
    for number, row in enumerate(SLIP.rows):
        top = 740 - 60 * number
        cells = [row[0], "", row[2], row[3], "", row[5]]
        drawn += "".join(shown(text, x + 3, top) for x, text in zip(XS, cells, strict=False))
        drawn += stacked([row[1][:5], row[1][5:]], 93, top, 13) + stacked([row[4][:10], row[4][10:]], 373, top, 13)

    people, _ = values_of(the_form(single(drawn + stacked(footers(), 40, 500))))

    assert people == SLIP.rows


def test_wrapped_text_above_and_below_a_name_stays_with_its_person() -> None:
    drawn = placed([HEADINGS], XS, 780)
    for number, row in enumerate(SLIP.rows):
        top = 735 - 32 * number
        cells = [row[0], "", row[2], row[3], row[4], row[5]]
        drawn += "".join(shown(text, x + 3, top) for x, text in zip(XS, cells, strict=False))
        drawn += stacked([row[1][:5], row[1][5:]], 93, top + 6.5, 13)

    people, _ = values_of(the_form(single(drawn + stacked(footers(), 40, 500))))

    assert people == SLIP.rows


def test_label_cut_off_by_its_neighbour_is_parted_from_the_value() -> None:
    pairs = [("联系人：", "赵安博"), ("邮箱：", "a@example.org"), ("开具发票的单位", "深圳市云杉医院")]
    drawn = "".join(
        shown(label, 50, 700 - 20 * n) + shown(value, 120, 700 - 20 * n) for n, (label, value) in enumerate(pairs)
    )

    assert said_by(read_pdf("a.pdf", single(drawn))) == [[list(pair) for pair in pairs]]


def test_running_lines_with_labels_alike_in_length_stay_lines() -> None:
    lines = [
        "电话（手机）：13800138000",
        "邮箱：office@hospital01.example.org",
        "纳税人识别号： 12440300000080017J",
    ]

    assert said_by(read_pdf("a.pdf", single(stacked(lines, 50, 700)))) == lines


def test_labels_and_values_in_columns_without_lines_are_pairs() -> None:
    p = SLIP.people[0]
    drawn = placed(
        [["姓名", p.name, "职务", p.job_title], ["手机", p.mobile, "身份证号", p.id_number]],
        (50, 130, 300, 380),
        700,
    )

    person = the_form(single(drawn)).attendees[0]

    assert [person.name.text, person.mobile.text, person.id_number.text] == [p.name, p.mobile, p.id_number]


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("draw", [ruled, placed])
def test_list_that_goes_on_overleaf_is_read_whole(draw: object, repeated: bool) -> None:
    assert callable(draw)
    content = slip(22, 40)
    pdf = Pdf()
    pdf.page(shown(TITLE, 60, 810) + draw([HEADINGS, *content.rows[:25]], XS, 790))
    rest = [list(HEADINGS)] * repeated + content.rows[25:]
    pdf.page(draw(rest, XS, 790) + stacked(footers(content), 40, 300))

    assert values_of(the_form(pdf.saved())) == all_of(content)


def test_page_number_between_does_not_end_a_list() -> None:
    content = slip(23, 12)
    pdf = Pdf()
    pdf.page(ruled([HEADINGS, *content.rows[:6]], XS, 790) + shown("第 1 页 共 2 页", 260, 30))
    pdf.page(ruled(content.rows[6:], XS, 790) + stacked(footers(content), 40, 300))

    assert values_of(the_form(pdf.saved())) == all_of(content)


def test_row_torn_by_the_end_of_the_page_is_put_together() -> None:
    row = list(SLIP.rows[0])
    torn = ["", row[1][6:], "", "", row[4][10:], ""]
    pdf = Pdf()
    pdf.page(ruled([HEADINGS, [row[0], row[1][:6], row[2], row[3], row[4][:10], row[5]]], XS, 120))
    pdf.page(ruled([torn, *SLIP.rows[1:]], XS, 790) + stacked(footers(), 40, 300))

    assert values_of(the_form(pdf.saved())) == all_of(SLIP)


def test_columns_printed_on_a_page_of_their_own_join_their_rows() -> None:
    pdf = Pdf()
    pdf.page(ruled([HEADINGS[:4], *(row[:4] for row in SLIP.rows)], XS[:5], 780) + stacked(footers(), 40, 600))
    pdf.page(ruled([HEADINGS[4:], *(row[4:] for row in SLIP.rows)], XS[:3], 780))

    assert values_of(the_form(pdf.saved())) == all_of(SLIP)
