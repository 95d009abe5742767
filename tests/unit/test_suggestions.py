"""Which listed hospitals are shown to staff beside a name that is not on the list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.admission.membership import MemberDirectory
from bot.admission.suggestions import suggest
from bot.records.decision import Membership
from tests.unit import hospital_names
from tests.unit.test_admission_membership import SHIPPED

ALL = MemberDirectory.of((name, (), True) for name in hospital_names.LISTED)
WORDS = "深圳市广州宝安龙华区第一二三人民中心儿童妇幼医院附属大学（）总集团分科"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("第二人民医院", ("深圳市第二人民医院",)),
        ("深圳市二人民医院", ("深圳市第二人民医院",)),
        ("市第二医院", ("深圳市第二人民医院",)),
        ("儿童医院", ("深圳市儿童医院",)),
        ("深圳市人民医院总院", ("深圳市人民医院",)),
        ("深圳市人民医院龙华分院", ("深圳市人民医院",)),
        ("宝安区人民医院集团", ("深圳市宝安区人民医院",)),
        ("深圳市宝安人民医院（集团）", ("深圳市宝安区人民医院",)),
        ("宝安中医院总院", ("深圳市宝安区中医院",)),
        ("华南医院总院", ("深圳大学附属华南医院",)),
        ("南山区人民医院总院", ("华中科技大学协和深圳医院",)),
        ("协和医院", ("华中科技大学协和深圳医院",)),
        ("北大医院", ("北京大学深圳医院",)),
        ("港大深圳", ("香港大学深圳医院",)),
        ("深圳市北京大学深圳医院", ("北京大学深圳医院",)),
        ("香港中文大学深圳医院总院", ("香港中文大学（深圳）医院",)),
        ("深圳肿瘤医院", ("中国医学科学院肿瘤医院深圳医院",)),
        ("中国医学科学院肿瘤医院", ("中国医学科学院肿瘤医院深圳医院",)),
        ("阜外医院", ("中国医学科学院阜外医院深圳医院",)),
        ("深圳市平乐医院", ("深圳平乐骨伤科医院",)),
        ("泰康医院", ("泰康前海国际医院",)),
        ("泰康前海国际院", ("泰康前海国际医院",)),
        ("泰康前诲国际医院", ("泰康前海国际医院",)),
        ("康宁医院（精神卫生中心）", ("深圳市康宁医院",)),
        ("中西医结合医院", ("深圳市中西医结合医院",)),
        ("妇幼保健院", ("深圳市妇幼保健院", "深圳市宝安区妇幼保健院")),
        ("暨南大学附属深圳市人民医院", ("深圳市人民医院", "深圳市第二人民医院", "深圳市第三人民医院")),
    ],
)
def test_unknown_name_shows_whom_it_may_mean(written: str, shown: tuple[str, ...]) -> None:
    assert suggest(written, SHIPPED) == shown


def test_what_the_clerk_left_out_leaves_three_at_most() -> None:
    assert suggest("人民医院", SHIPPED) == ("深圳市人民医院", "深圳市第二人民医院", "深圳市第三人民医院")
    assert set(suggest("中心医院", ALL)) == {"宝安区中心医院", "龙华中心医院", "龙岗中心医院"}


@pytest.mark.parametrize(
    "written",
    [
        *(one for one in hospital_names.ELSEWHERE if "中国医学科学院" not in one),
        "深圳市第二儿童医院",
        "深圳市第二眼科医院",
        "龙华区中医院",
        "龙岗区妇幼保健院",
        "深圳市罗湖医院集团",
        "深圳市新华医院",
        "深圳市第七人民医院",
        "宝安区第二人民医院",
        "平安医院",
    ],
)
def test_hospital_that_differs_in_what_was_written_is_not_shown(written: str) -> None:
    assert suggest(written, SHIPPED) == ()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "医院",
        "心内科",
        "深圳市",
        "深圳市医院协会",
        "深圳市卫生健康委员会",
        "深圳大学",
        "某某药业有限公司",
        "院" * 61,
    ],
)
def test_what_names_no_hospital_shows_nothing(written: str) -> None:
    assert suggest(written, SHIPPED) == ()


@pytest.mark.parametrize("name", hospital_names.LISTED)
def test_known_hospital_needs_no_hint(name: str) -> None:
    assert suggest(name, ALL) == ()


@pytest.mark.parametrize("name", hospital_names.LISTED)
def test_group_or_main_house_of_a_listed_hospital_shows_that_hospital_first(name: str) -> None:
    for written in (name + "总院", name + "（集团）"):
        assert suggest(written, ALL)[:1] == (name,)


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("深圳市第二人民医院", "深圳市第三人民医院"),
        ("深圳市第二人民医院", "深圳市人民医院"),
        ("宝安区人民医院", "龙华区人民医院"),
        ("宝安区人民医院", "深圳市人民医院"),
        ("宝安区儿童医院", "深圳市儿童医院"),
        ("深圳市中西医结合医院", "深圳市中医院"),
        ("深圳市中医院", "深圳市中西医结合医院"),
        ("宝安纯中医治疗医院", "宝安区中医院"),
        ("宝安区中心医院", "龙岗中心医院"),
        ("宝安区中心医院", "宝安区人民医院"),
        ("南方医科大学深圳口腔医院", "南方医科大学深圳医院"),
        ("南方医科大学南方医院", "南方医科大学深圳医院"),
        ("北京大学第一医院", "北京大学深圳医院"),
        ("广州市第三人民医院", "深圳市第三人民医院"),
        ("广东省第二人民医院", "深圳市第二人民医院"),
        ("深圳市眼科医院", "深圳市儿童医院"),
        ("深圳市急救中心", "深圳市血液中心"),
        ("深圳大学附属华南医院", "深圳大学附属口腔医院"),
        ("香港大学深圳医院", "北京大学深圳医院"),
        ("香港中文大学（深圳）医院", "香港大学深圳医院"),
    ],
)
def test_hospitals_that_differ_in_one_word_are_no_hint_for_each_other(written: str, listed: str) -> None:
    assert suggest(written, MemberDirectory.of([(listed, (), True)])) == ()


def test_non_members_are_shown_as_well() -> None:
    assert suggest("平乐医院集团", MemberDirectory.of([("深圳平乐骨伤科医院", (), False)])) == (
        "深圳平乐骨伤科医院",
    )


@given(st.text(alphabet=WORDS, max_size=24))
def test_hints_are_few_listed_and_only_for_the_unknown(written: str) -> None:
    shown = suggest(written, ALL)

    assert len(shown) <= 3
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(hospital_names.LISTED)
    assert not shown or ALL.membership(written) is Membership.UNKNOWN
