"""Personal numbers are recognisable in an answer, and never readable."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import invented
from bot.replies.masking import masked_id, masked_mobile, masked_taxpayer_id, masked_text

RESIDENT = invented.id_number("440301", "19900307", 123)
OLD = RESIDENT[:6] + RESIDENT[8:17]
SEPARATORS = st.sampled_from(("", " ", "-", "　", "－"))


def test_shows_region_and_last_four_of_a_resident_number() -> None:
    assert masked_id(RESIDENT) == f"440301{'*' * 8}{RESIDENT[-4:]}"


def test_shows_region_and_last_four_of_the_old_form() -> None:
    assert masked_id(OLD) == f"440301{'*' * 5}{OLD[-4:]}"


@pytest.mark.parametrize(
    ("number", "masked"),
    [("H12345678", "H1*****78"), ("E1234567", "E1****67"), ("1234567", "12***67"), ("12345", "*****"), ("", "")],
)
def test_masks_permits_passports_and_fragments(number: str, masked: str) -> None:
    assert masked_id(number) == masked


def test_masks_a_mistyped_resident_number_like_a_right_one() -> None:
    assert masked_id(RESIDENT[:17]) == f"440301{'*' * 7}{RESIDENT[13:17]}"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800000000", "138****0000"),
        ("138 0000 0000", "138****0000"),
        ("82336671", "*****671"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_masks_the_middle_of_a_mobile_number(number: str, masked: str) -> None:
    assert masked_mobile(number) == masked


def test_shows_a_taxpayer_id_whole() -> None:
    number = invented.taxpayer_id(4711)

    assert masked_taxpayer_id(number) == number


def test_hides_a_taxpayer_id_that_is_a_resident_number() -> None:
    assert RESIDENT not in masked_taxpayer_id(RESIDENT + "00")


@given(
    person=st.sampled_from(list(islice(invented.people(5), 20))),
    before=st.sampled_from(("", "张三", "身份证号：", "sfz", "(", "附件")),
    after=st.sampled_from(("", "。", ".docx", "号", ")", "李四")),
    gap=SEPARATORS,
)
def test_free_text_never_keeps_a_resident_number(
    person: invented.InventedPerson, before: str, after: str, gap: str
) -> None:
    number = person.id_number
    written = gap.join((number[:6], number[6:14], number[14:]))

    shown = masked_text(before + written + after)

    assert number[6:14] not in re.sub(r"\W", "", shown)


@pytest.mark.parametrize(
    "text", ["电话13812345678", "+8613812345678", "８６１３８１２３４５６７８", "138-1234-5678", "tel13812345678"]
)
def test_free_text_never_keeps_a_mobile_number(text: str) -> None:
    assert not re.search(r"123456", re.sub(r"\W", "", masked_text(text)))


def test_free_text_hides_full_width_and_foreign_digits_too() -> None:
    full_width = RESIDENT.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    arabic = RESIDENT.translate({ord(str(d)): chr(0x0660 + d) for d in range(10)})

    shown = masked_text(full_width + "、" + arabic)

    assert shown == f"{masked_id(RESIDENT)}、{masked_id(RESIDENT)}"


def test_free_text_hides_a_full_width_check_character() -> None:
    number = next(p.id_number for p in invented.people(5) if p.id_number.endswith("X"))

    assert masked_text(number.replace("X", "ｘ")) == masked_id(number)


def test_free_text_hides_a_permit_number() -> None:
    assert masked_text("通行证H12345678") == "通行证H1*****78"


@pytest.mark.parametrize(
    "text", ["2026年4月10日", "ZH9887 14:00/16:10", "第3行第5列", "回执表20260327.docx", "0755-82336671"]
)
def test_free_text_keeps_dates_flights_and_places(text: str) -> None:
    assert masked_text(text) == text
