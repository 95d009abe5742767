"""Identity documents: what is accepted, and what is named as wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.invented import id_number
from bot.forms.identity import check_character, check_id_number
from bot.records.form import ProblemCode

GOOD = id_number("440303", "19900307", 123)
DAYS = st.dates(date(1935, 1, 1), date(2005, 12, 31))
NUMBERS = st.builds(
    lambda day, sequence: id_number("440305", f"{day:%Y%m%d}", sequence),
    DAYS,
    st.integers(min_value=0, max_value=999),
)


def resident(body: str) -> str:
    return body + check_character(body)


@given(NUMBERS)
def test_accepts_every_rightly_made_number(number: str) -> None:
    assert check_id_number(number) is None


@given(NUMBERS, st.integers(min_value=0, max_value=17), st.integers(min_value=1, max_value=9))
def test_detects_any_one_wrong_digit(number: str, position: int, shift: int) -> None:
    old = number[position]
    new = "0" if old == "X" else str((int(old) + shift) % 10)
    wrong = number[:position] + new + number[position + 1 :]

    finding = check_id_number(wrong)

    assert finding is not None


@given(NUMBERS, st.integers(min_value=0, max_value=16))
def test_detects_two_neighbouring_digits_swapped(number: str, position: int) -> None:
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]

    finding = check_id_number(swapped)

    assert (finding is None) == (swapped == number)


@pytest.mark.parametrize(
    ("text", "document"),
    [
        (resident("44030319880229001"), "leap day"),
        (resident("81000019900101001"), "residence permit for Hong Kong residents"),
        (resident("82000019900101001"), "residence permit for Macau residents"),
        (resident("83000019900101001"), "residence permit for Taiwan residents"),
        (resident("93184019900101001"), "permanent resident card of foreigners since 2023"),
        ("440303900307123", "first-generation number"),
        ("H12345678", "home return permit"),
        ("M1234567801", "home return permit with the older two digits more"),
        ("12345678", "Taiwan travel permit"),
        ("1234567890", "older Taiwan travel permit"),
        ("FRA440190010100", "older permanent resident card"),
        ("E12345678", "passport"),
        ("EA1234567", "passport with two letters"),
        ("G12345678", "older passport"),
        ("AB123456", "foreign passport"),
        ("A123456(7)", "Hong Kong identity card"),
        ("军字第1234567号", "officer's certificate"),
    ],
)
def test_accepts_the_documents_people_carry(text: str, document: str) -> None:
    assert check_id_number(text) is None, document


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (GOOD[:17] + ("0" if GOOD[17] != "0" else "1"), ProblemCode.CHECKSUM, "校验码"),
        (GOOD[:17], ProblemCode.FORMAT, "位数"),
        (GOOD + "1", ProblemCode.FORMAT, "位数"),
        (resident("44030319900230001"), ProblemCode.FORMAT, "出生日期不存在"),
        (resident("44030319891301001"), ProblemCode.FORMAT, "出生日期不存在"),
        (resident("17030319900101001"), ProblemCode.FORMAT, "地区代码"),
        ("170303900307123", ProblemCode.FORMAT, "地区代码"),
        ("440303901307123", ProblemCode.FORMAT, "出生日期"),
        ("见附件", ProblemCode.FORMAT, "格式"),
        ("12", ProblemCode.FORMAT, "格式"),
    ],
)
def test_names_what_is_wrong(text: str, code: ProblemCode, words: str) -> None:
    finding = check_id_number(text)

    assert finding is not None
    assert finding.code is code
    assert words in finding.text


@pytest.mark.parametrize("text", [GOOD[:15] + "000", "4403031990030712300"])
def test_explains_that_a_spreadsheet_lost_the_last_digits(text: str) -> None:
    finding = check_id_number(text, stored_as="number")

    assert finding is not None
    assert finding.code is ProblemCode.FORMAT
    assert "文本" in finding.text


def test_accepts_a_fifteen_digit_number_stored_as_a_number() -> None:
    assert check_id_number("440303900307123", stored_as="number") is None


def test_hints_at_zeros_that_a_spreadsheet_put_in() -> None:
    zeros = next(
        f"4403031990{month:02d}070000" for month in range(1, 13) if check_id_number(f"4403031990{month:02d}070000")
    )

    finding = check_id_number(zeros)

    assert finding is not None
    assert finding.code is ProblemCode.CHECKSUM
    assert "表格" in finding.text


@pytest.mark.parametrize(
    ("birthday", "today", "plausible"),
    [
        ("20100423", date(2026, 4, 22), False),
        ("20100422", date(2026, 4, 22), True),
        ("19250421", date(2026, 4, 22), False),
        ("20300101", date(2026, 4, 22), False),
        ("19900307", date(2026, 4, 22), True),
    ],
)
def test_judges_the_age_when_told_the_day(birthday: str, today: date, plausible: bool) -> None:
    finding = check_id_number(id_number("440303", birthday, 123), today=today)

    assert (finding is None) is plausible
