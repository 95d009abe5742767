"""What people type into a PDF's fields or write onto its pages. All people are invented."""

from __future__ import annotations

import pytest

from bot.forms.read import read_file
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.pdf import read_pdf
from bot.records.form import UnreadCode
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.make_pdf import Pdf, ruled, shown, stacked, string
from tests.samples.shown import shown as said_by
from tests.samples.shown import tables
from tests.unit.test_readers_pdf import XS, all_of, values_of

SLIP = slip(31, 2)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"/Rect[{x0} {y0} {x1} {y1}]"


def text_field(value: str, place: str, more: str = "") -> str:
    return f"<</Type/Annot/Subtype/Widget/FT/Tx/T({abs(hash(place))})/V {value}{place}{more}>>"


def free_text(value: str, place: str) -> str:
    return f"<</Type/Annot/Subtype/FreeText/Contents {value}{place}/DA(/Helv 10 Tf)>>"


def with_annotations(content: str, annotations: list[str], *, turn: int = 0, catalogue: str = "") -> bytes:
    pdf = Pdf()
    numbers = [pdf.add(one) for one in annotations]
    pdf.page(content, annotations=numbers, words=f"/Rotate {turn}" if turn else "")
    fields = " ".join(f"{number} 0 R" for number in numbers)
    pdf.catalogue = catalogue or f"/AcroForm<</Fields[{fields}]/NeedAppearances true>>"
    return pdf.saved()


def blank_form() -> str:
    empty = [[""] * len(HEADINGS)] * len(SLIP.people)
    labels = [f"{label}：" for label, _ in SLIP.lines]
    return shown(TITLE, 60, 800) + ruled([HEADINGS, *empty], XS, 780) + stacked(labels, 40, 680)


def places() -> list[tuple[str, str]]:
    """Each value of the form and the rectangle of its field."""
    cells = [
        (text, rectangle(XS[column] + 2, 780 - 24 * (row + 2) + 2, XS[column + 1] - 2, 780 - 24 * (row + 1) - 2))
        for row, person in enumerate(SLIP.rows)
        for column, text in enumerate(person)
    ]
    lines = [
        (value, rectangle(160, 676 - 20 * number, 400, 692 - 20 * number))
        for number, (_, value) in enumerate(SLIP.lines)
    ]
    return cells + lines


@pytest.mark.parametrize("make", [text_field, free_text])
def test_form_filled_in_by_typing_is_read_whole(make: object) -> None:
    assert callable(make)
    content = with_annotations(blank_form(), [make(string(text), place) for text, place in places()])

    reading = read_file("回执表.pdf", content)

    assert [values_of(form) for form in reading.forms] == [all_of(SLIP)]


def test_value_of_a_parent_counts_for_its_field() -> None:
    pdf = Pdf()
    parent = pdf.add(f"<</FT/Tx/T(a)/V {string('赵安博')}>>")
    child = pdf.add(f"<</Subtype/Widget/Parent {parent} 0 R{rectangle(90, 697, 200, 712)}>>")
    pdf.page(shown("联系人：", 50, 700), annotations=[child])

    assert said_by(read_pdf("a.pdf", pdf.saved())) == ["联系人：赵安博"]


@pytest.mark.parametrize(
    "value",
    [
        string("赵安博"),
        f"<{'赵安博'.encode('gb18030').hex()}>",
        f"<efbbbf{'赵安博'.encode().hex()}>",
        f"<fffe{'赵安博'.encode('utf-16-le').hex()}>",
    ],
)
def test_values_are_read_in_every_encoding_that_programs_write(value: str) -> None:
    content = with_annotations(shown("联系人：", 50, 700), [text_field(value, rectangle(90, 697, 200, 712))])

    assert said_by(read_pdf("a.pdf", content)) == ["联系人：赵安博"]


@pytest.mark.parametrize(("state", "wanted"), [("Yes", "是☑  否☐"), ("Off", "是☐  否☐")])
def test_tick_boxes_stand_beside_their_words(state: str, wanted: str) -> None:
    box = "<</Subtype/Widget/FT/Btn/T({0})/AS/{1}/V/{1}/AP<</N<</Yes<<>>/Off<<>>>>>>{2}>>"
    first = box.format("a", state, rectangle(61, 698, 71, 708))
    second = box.format("b", "Off", rectangle(101, 698, 111, 708))

    content = with_annotations(shown("是□", 50, 700) + shown("否□", 90, 700), [first, second])

    assert said_by(read_pdf("a.pdf", content)) == [wanted]


def test_radio_button_is_ticked_where_the_value_is_its_own() -> None:
    pdf = Pdf()
    group = pdf.add("<</FT/Btn/Ff 49152/T(room)/V/single>>")
    states = [("single", 61), ("twin", 111)]
    kids = [
        pdf.add(
            f"<</Subtype/Widget/Parent {group} 0 R/AP<</N<</{name}<<>>/Off<<>>>>>>"
            f"{rectangle(x, 698, x + 10, 708)}>>"
        )
        for name, x in states
    ]
    pdf.page(shown("是", 50, 700) + shown("否", 100, 700), annotations=kids)

    assert said_by(read_pdf("a.pdf", pdf.saved())) == ["是☑  否☐"]


def test_choice_is_read_as_the_words_shown_for_it() -> None:
    options = f"/Opt[[(1){string('否')}][(2){string('是')}]]"
    field = f"<</Subtype/Widget/FT/Ch/T(a)/V(2){options}{rectangle(100, 697, 200, 712)}>>"

    content = with_annotations(shown("是否单间：", 50, 700), [field])

    assert said_by(read_pdf("a.pdf", content)) == ["是否单间：是"]


def test_hidden_fields_and_passwords_are_left_out() -> None:
    place = rectangle(100, 697, 200, 712)
    annotations = [text_field(string("甲"), place, "/F 2"), text_field(string("乙"), place, "/Ff 8192")]

    assert said_by(read_pdf("a.pdf", with_annotations(shown("联系人：", 50, 700), annotations))) == ["联系人："]


def test_lines_typed_into_one_box_stay_lines() -> None:
    note = free_text(string("联系人：赵安博\r电话：13800138000"), rectangle(50, 660, 250, 690))

    assert said_by(read_pdf("a.pdf", with_annotations("", [note]))) == ["联系人：赵安博", "电话：13800138000"]


def test_value_on_a_turned_page_stands_in_its_cell() -> None:
    field = text_field(string("赵安博"), rectangle(60, 152, 80, 298))
    drawn = "q 0 1 -1 0 595 0 cm " + ruled([["姓名", ""]], (50, 150, 300), 545) + "Q"

    content = with_annotations(drawn, [field], turn=90)

    assert [[cell.text for cell in row] for row in tables(read_pdf("a.pdf", content))[0].rows] == [
        ["姓名", "赵安博"]
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "<</Subtype/Widget/FT/Tx/V(a)/Rect[1 2]>>",
        "<</Subtype/Widget/FT/Tx/V(a)>>",
        "<</Subtype/Widget/FT/Tx/V[1 2 3]/Rect(x)>>",
        "<</Subtype/Widget/FT/Ch/V 5/Opt 7/Rect[1 2 3 4]>>",
        "<</Subtype/Widget/FT 3/Ff(x)/V/a/Rect[1 2 3 4]>>",
        "<</Subtype/FreeText/Contents 12/Rect[1 2 3 4]>>",
        "<</Subtype/Widget/Parent 3 0 R/Rect[1 2 3 4]>>",
        "17",
    ],
)
def test_broken_field_costs_only_itself(broken: str) -> None:
    content = with_annotations(shown("联系人：赵安博", 50, 700), [broken])

    assert said_by(read_pdf("a.pdf", content)) == ["联系人：赵安博"]


def test_form_that_exists_only_as_xfa_is_reported_in_words() -> None:
    content = with_annotations(
        shown("Please wait...", 50, 700), [], catalogue="/AcroForm<</Fields[]/XFA[(a)(b)]>>/NeedsRendering true"
    )

    with pytest.raises(UnreadableFileError) as raised:
        read_pdf("a.pdf", content)

    assert raised.value.code is UnreadCode.UNSUPPORTED
    assert "XFA" in str(raised.value)
