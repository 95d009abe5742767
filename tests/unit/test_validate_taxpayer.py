"""Taxpayer ids: unified social credit codes and what was in use before them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.invented import id_number, taxpayer_id
from bot.forms.taxpayer import check_character, check_taxpayer_id
from bot.records.form import ProblemCode

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODES = st.builds(
    lambda body: body + check_character(body),
    st.builds(lambda rest: "12440300" + rest, st.text(CHARACTERS, min_size=9, max_size=9)),
)


@given(st.integers(min_value=0, max_value=99_999_999))
def test_accepts_codes_made_by_the_standard(number: int) -> None:
    assert check_taxpayer_id(taxpayer_id(number)) is None


@given(CODES, st.integers(min_value=0, max_value=17), st.sampled_from(CHARACTERS))
def test_detects_any_one_wrong_character(code: str, position: int, character: str) -> None:
    wrong = code[:position] + character + code[position + 1 :]

    assert (check_taxpayer_id(wrong) is None) == (wrong == code)


@given(CODES, st.integers(min_value=0, max_value=16))
def test_detects_two_neighbouring_characters_swapped(code: str, position: int) -> None:
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]

    assert (check_taxpayer_id(swapped) is None) == (swapped == code)


@pytest.mark.parametrize(
    "text",
    [
        "440300123456789",
        "44030012345678X",
        id_number("440303", "19900307", 123) + "01",
        "440303900307123" + "01",
    ],
)
def test_accepts_older_ids(text: str) -> None:
    assert check_taxpayer_id(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1244030", "位数"),
        ("12440300" + "0" * 11, "位数"),
        ("1" * 20, "位数"),
        ("I2440300000000007B", "字母"),
        ("12440300000000O07B", "字母"),
        ("44O300123456789", "字母"),
    ],
)
def test_names_what_is_wrong(text: str, words: str) -> None:
    finding = check_taxpayer_id(text)

    assert finding is not None
    assert finding.code is ProblemCode.FORMAT
    assert words in finding.text


def test_names_a_wrong_check_character() -> None:
    code = taxpayer_id(7)

    finding = check_taxpayer_id(code[:17] + ("A" if code[17] != "A" else "B"))

    assert finding is not None
    assert finding.code is ProblemCode.CHECKSUM


def test_explains_that_a_spreadsheet_lost_the_last_digits() -> None:
    finding = check_taxpayer_id("124403001234567000", stored_as="number")

    assert finding is not None
    assert "文本" in finding.text
