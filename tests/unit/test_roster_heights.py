"""Rows are as high as their wrapped text, and as high as staff made them."""

from __future__ import annotations

import pytest

from bot.roster.heights import row_height, text_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("短", 1), ("来信提问，请工作人员回复。", 2), ("a\nb\nc", 3), ("a" * 19, 1), ("a" * 20, 2)],
)
def test_counts_lines_as_a_cell_wraps_them(text: str, lines: int) -> None:
    assert text_lines(text, 20) == lines


def test_one_line_is_left_to_the_program_and_many_are_cut() -> None:
    assert row_height(1, None) is None
    assert row_height(3, None) == 48.75
    assert row_height(99, None) == row_height(12, None)


def test_our_height_follows_the_text_and_staffs_stays_unless_too_low() -> None:
    assert row_height(1, 48.75) is None
    assert row_height(2, 48.75) == 33.75
    assert row_height(2, 40.0) == 40.0
    assert row_height(4, 40.0) == 63.75
    assert row_height(1, 40.0) == 40.0
