"""Rich Text files: tables with merged cells, Chinese in every way that programs write it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.rtf import MAX_DEPTH, read_rtf
from bot.records.form import Table, UnreadCode
from tests.samples.make_forms import HEADINGS, TITLE, slip
from tests.samples.shown import shown, tables

FONTS = r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\fnil\fcharset0 Arial;}{\f2\fnil\fcharset2 Wingdings;}}"


def rtf(body: str, head: str = r"\ansi\ansicpg936\deff0" + FONTS) -> bytes:
    return (r"{\rtf1" + head + body + "}").encode("latin-1")


def quoted(text: str) -> str:
    """As WordPad writes it: the bytes of GBK in hexadecimal."""
    return "".join(chr(b) if b < 128 else f"\\'{b:02x}" for b in text.encode("gb18030"))


def numbered(text: str) -> str:
    r"""As Word writes it: \uN and a question mark for old readers."""
    units = text.encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    return "".join(chr(code) if 0 <= code < 128 else f"\\u{code}?" for code in codes)


def row(*cells: str, shape: str = "") -> str:
    edges = shape or "".join(f"\\cellx{1000 * (number + 1)}" for number in range(len(cells)))
    return r"\trowd" + edges + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row"


def texts(body: str) -> list[str | list[list[str]]]:
    return shown(read_rtf("x", rtf(body)))


def only_table(body: str) -> Table:
    found = tables(read_rtf("x", rtf(body)))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("written", [quoted, numbered])
def test_reads_the_form(written: Callable[[str], str]) -> None:
    content = slip()
    rows = [list(HEADINGS), *content.rows]
    lines = [f"{label}：{value}" for label, value in content.lines]
    body = rf"\pard {written(TITLE)}\par" + "".join(row(*map(written, cells)) for cells in rows)

    found = texts(body + "".join(rf"\pard {written(line)}\par" for line in lines))

    assert found == [TITLE, rows, *lines]


def test_a_character_outside_the_basic_plane_survives() -> None:
    assert texts(numbered("𬭛某𠮷") + r"\par") == ["𬭛某𠮷"]


def test_the_bytes_that_stand_in_for_a_unicode_character_are_left_out() -> None:
    assert texts(r"\uc2\u24352\'d5\'c5\u19977\'c8\'fd\uc1 4\par") == ["张三4"]


def test_chinese_without_a_charset_is_chinese() -> None:
    content = rtf(quoted("张三") + r"\par", r"\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}")

    assert shown(read_rtf("x", content)) == ["张三"]


def test_bytes_that_were_written_as_they_are_read_too() -> None:
    content = b"{\\rtf1\\ansi " + "张三".encode("gbk") + b"\\par}"

    assert shown(read_rtf("x", content)) == ["张三"]


def test_cells_merged_sideways_are_one() -> None:
    shape = r"\clmgf\cellx1000\clmrg\cellx2000\cellx3000"

    table = only_table(row("a", "b", "c") + row("d", "", "e", shape=shape))

    assert table.rows[1][0] is table.rows[1][1]
    assert [cell.text for cell in table.rows[1]] == ["d", "d", "e"]


def test_cells_merged_downwards_are_one() -> None:
    first, second = r"\clvmgf\cellx1000\cellx2000", r"\clvmrg\cellx1000\cellx2000"

    table = only_table(row("a", "b", shape=first) + row("", "c", shape=second))

    assert table.rows[0][0] is table.rows[1][0]
    assert table.rows[0][0].row_span == 2


def test_a_wide_cell_covers_the_columns_below_it() -> None:
    table = only_table(
        row("wide", shape=r"\cellx3000") + row("a", "b", "c", shape=r"\cellx990\cellx2010\cellx3000")
    )

    assert [cell.text for cell in table.rows[0]] == ["wide"] * 3
    assert [cell.text for cell in table.rows[1]] == ["a", "b", "c"]


def test_a_row_definition_repeated_behind_the_row_changes_nothing() -> None:
    again = r"\trowd\cellx1000\cellx2000\row"

    assert texts(row("a", "b").removesuffix(r"\row") + again + row("c", "d")) == [[["a", "b"], ["c", "d"]]]


def test_a_nested_table_follows_the_one_it_stands_in() -> None:
    nested = (
        r"\pard\intbl\itap2 x\nestcell y\nestcell{\*\nesttableprops\trowd\cellx400\cellx800\nestrow}"
        r"{\nonesttables\par}"
    )

    found = texts(r"\trowd\cellx1000\cellx2000" + nested + r"\pard\intbl\itap1 a\cell b\cell\row")

    assert found == [[["a", "b"]], [["x", "y"]]]


def test_a_table_of_one_cell_is_a_frame() -> None:
    assert texts(row(r"one\par two")) == ["one", "two"]


def test_paragraphs_in_a_cell_are_its_lines() -> None:
    assert texts(row(r"one\par two", r"three\line four")) == [[["one\ntwo", "three\nfour"]]]


@pytest.mark.parametrize("mark", [r"\v", r"\strike", r"\deleted"])
def test_what_is_not_shown_is_not_read(mark: str) -> None:
    assert texts(rf"a{{{mark} secret}}b{mark} more{mark}0 c\par") == ["abc"]


def test_plain_ends_what_hides() -> None:
    assert texts(r"\v secret\plain a\par") == ["a"]


def test_pictures_and_objects_say_nothing() -> None:
    assert texts(r"a{\pict\pngblip 8950}{\object{\*\objdata 0102}{\result x}}{\*\unknown y}b\par") == ["ab"]


def test_binary_data_is_passed_over() -> None:
    assert texts(r"a{\pict\bin5 }}}{{}b\par") == ["ab"]


def test_a_text_box_follows_its_paragraph() -> None:
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt \pard one\par two\par}}{\shprslt{\*\do x}}}"

    assert texts(rf"a{box}b\par c\par") == ["ab", "one", "two", "c"]


def test_a_text_box_in_a_cell_belongs_to_it() -> None:
    box = r"{\shp{\*\shpinst{\shptxt \pard boxed\par}}}"

    assert texts(row("a" + box, "b")) == [[["boxed\na", "b"]]]


def test_headers_and_footers_come_last() -> None:
    assert texts(r"{\header\pard top\par}{\footer\pard bottom\par}text\par") == ["text", "top", "bottom"]


@pytest.mark.parametrize(("result", "default", "box"), [(1, 0, "☑"), (0, 1, "☐"), (25, 1, "☑"), (25, 0, "☐")])
def test_a_tick_box_shows_its_state(result: int, default: int, box: str) -> None:
    form = rf"{{\*\formfield{{\fftype1\ffres{result}{{\*\ffname c}}\ffdefres{default}}}}}"

    assert texts(rf"a{{\field{{\*\fldinst FORMCHECKBOX {form}}}{{\fldrslt }}}}b\par") == [f"a{box}b"]


def test_a_list_shows_the_chosen_entry() -> None:
    form = r"{\*\formfield{\fftype2\ffres1{\*\ffl one}{\*\ffl two}}}"

    assert texts(rf"{{\field{{\*\fldinst FORMDROPDOWN {form}}}{{\fldrslt }}}}\par") == ["two"]


def test_a_field_shows_its_result_only() -> None:
    assert texts(r'{\field{\*\fldinst HYPERLINK "mailto:a@example.org"}{\fldrslt a@example.org}}\par') == [
        "a@example.org"
    ]


@pytest.mark.parametrize(
    "written", [r"{\f2\'fe}", r"\u-3842?", r'{\field{\*\fldinst SYMBOL 254 \\f "Wingdings"}{\fldrslt}}']
)
def test_a_symbol_fonts_tick_is_a_tick(written: str) -> None:
    assert texts(written + r"\par") == ["☑"]


def test_the_unicode_version_of_a_text_written_twice_is_read() -> None:
    assert texts(r"{\upr{old}{\*\ud{new}}}\par") == ["new"]


def test_a_web_page_wrapped_in_rtf_is_read_as_a_page() -> None:
    body = (
        r"\fromhtml1 {\*\htmltag64 <table><tr><td>}a & b{\*\htmltag72 </td><td>}\htmlrtf \tab hidden\htmlrtf0 c"
        r"{\*\htmltag72 </td></tr></table>}"
    )

    assert texts(body) == [[["a & b", "c"]]]


def test_a_file_that_was_cut_off_is_corrupt() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_rtf("x", rtf(row("a", "b"))[:-20])

    assert caught.value.code is UnreadCode.CORRUPT


def test_groups_beyond_measure_are_too_large() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_rtf("x", rtf("{" * (MAX_DEPTH + 2)))

    assert caught.value.code is UnreadCode.TOO_LARGE


@given(
    st.lists(
        st.sampled_from(
            [
                r"\trowd",
                r"\cellx1000",
                r"\cell",
                r"\row",
                r"\nestcell",
                r"\nestrow",
                r"\pard",
                r"\intbl",
                r"\itap9",
                r"\par",
                r"{",
                r"}",
                r"text",
                r"\'b0",
                r"\u-5",
                r"\clmrg",
                r"\clvmrg",
                r"{\shptxt",
                r"{\footer",
                r"\*",
            ]
        ),
        max_size=60,
    )
)
def test_never_fails_but_as_promised(pieces: list[str]) -> None:
    with suppress(UnreadableFileError):
        assert read_rtf("x", rtf(" ".join(pieces))).origin == "x"
