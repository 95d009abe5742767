"""What clerks write under 是否单间, and what it means."""

from __future__ import annotations

import pytest

from bot.forms.single_room import single_room


def words(text: str) -> list[str]:
    return text.split()


TRUE = words(
    "是 是的 要 需要 需 好 √ ✓ ✔ ☑ ✅ Y yes YES True 1 １ 单间 单人间 大床房 要单间 需要单间 单住 标间单住 "
    "不合住 不拼房 不愿合住 不要标双 单人间（1人独住） 单人包房 □否☑是 ☑是□否 是☑否□ 是√ [√]是[]否 "
    "（√）是（）否 是（√）否（） 单间/大床 是，补房差 是（需补差价） 住单间 1间 是否单间：是 ☑单间□合住 "
    "一人一间 需补房差"
)
FALSE = words(
    "否 不 不要 不需要 不用 无需 非 N no False 0 × ✗ 合住 拼房 标双 双人间 标准间 标间 双床房 不单住 "
    "不要单间 不住单间 无需单间 不需要单间 标准间（2人合住） 单人拼房 双人包房 □是☑否 ☑否□是 是□否☑ "
    "[]是[√]否 是（）否（√） 否，合住 否（标双） 不住宿 不需要安排住宿 自行解决 与人合住 □单间☑合住 "
    "是否单间：否 两人一间 不是"
)
OPEN = words("无 / - 待定 是/否 □是□否 □ 单间/合住 服从安排 都可以 ☑是☑否 张三 是否 ☐单间☐标双 ？")


@pytest.mark.parametrize("text", [*TRUE, "是√ 否", "√是 否", "□ 否  ☑ 是", "[ √ ] 是  [   ] 否", "√ 单间  合住"])
def test_reads_a_wish_for_a_single_room(text: str) -> None:
    assert single_room(text, "是否单间") is True


@pytest.mark.parametrize("text", [*FALSE, "是 否√", "是 √否", "□ 是  ☑ 否", "[   ]是  [ x ]否", "单间  √合住"])
def test_reads_that_a_shared_room_will_do(text: str) -> None:
    assert single_room(text, "是否单间") is False


@pytest.mark.parametrize("text", [*OPEN, "", "  ", "□是        □否", "是  /  否"])
def test_leaves_open_what_says_nothing(text: str) -> None:
    assert single_room(text, "是否单间") is None


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("是", "是否合住", False),
        ("否", "是否合住", True),
        ("合住", "是否合住", False),
        ("不合住", "是否合住", True),
        ("√", "是否拼房", False),
        ("是", "是否单间（否则合住）", True),
        ("是", "是否住宿", None),
        ("单间", "住宿要求", True),
        ("是", "是否单间住宿", True),
        ("标双", "房型", False),
    ],
)
def test_reads_the_answer_under_its_heading(text: str, label: str, expected: bool | None) -> None:
    assert single_room(text, label) is expected


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("R是 £否", True),
        ("£是 R否", False),
        ("þ是 ¨否", True),
        ("⊠是 □否", True),
        ("是：□ 否：☑", False),
        ("是：☑ 否：□", True),
        ("單間", True),
        ("標雙", False),
        ("不需要單間", False),
        ("£是 £否", None),
    ],
)
def test_reads_boxes_of_lost_fonts_colons_before_boxes_and_traditional_words(
    text: str, answer: bool | None
) -> None:
    assert single_room(text, "是否單間") is answer
