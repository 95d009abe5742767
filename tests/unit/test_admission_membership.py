"""Spellings of organisations: what is the same unit, and the traps that must never be taken for one another."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from bot.admission.fees import fee_of
from bot.admission.membership import MemberDirectory
from bot.admission.spelling import is_affiliation, is_department, spelling
from bot.records.decision import Membership
from bot.records.event import Fees
from bot.settings import load_settings
from tests.unit import hospital_names

LISTED = (
    ("深圳市人民医院", ("暨南大学第二临床医学院",), True),
    ("深圳市第二人民医院", ("市二医院", "深圳大学第一附属医院"), True),
    ("深圳市第三人民医院", ("市三院",), False),
    ("深圳市中医院", (), True),
    ("深圳市儿童医院", (), True),
    ("深圳市第二儿童医院", (), False),
    ("深圳市中西医结合医院", (), False),
    ("深圳市新华医院", (), True),
    ("深圳市眼科医院", (), True),
    ("深圳市急救中心", (), True),
    ("北京大学深圳医院", ("北大深圳医院", "北大深"), True),
    ("香港中文大学（深圳）医院", (), True),
    ("华中科技大学协和深圳医院", ("南山医院",), True),
    ("南方医科大学深圳医院", (), True),
    ("南方医科大学深圳口腔医院（坪山）", (), False),
    ("宝安区人民医院", (), True),
    ("深圳市宝安区中心医院", (), False),
    ("宝安区中医院", (), True),
    ("龙华区人民医院", (), True),
    ("龙华中心医院", (), True),
    ("龙岗中心医院", (), False),
    ("龙岗区第六人民医院", (), True),
)
UNITS = MemberDirectory.of(LISTED)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("深圳市人民医院", "深圳市人民医院"),
        ("市人民医院", "深圳市人民医院"),
        ("深圳人民医院", "深圳市人民医院"),
        ("广东省深圳市人民医院", "深圳市人民医院"),
        ("深圳 市　人民医院", "深圳市人民医院"),
        ("深圳市人民医院（盖章）", "深圳市人民医院"),
        ("深圳市人民医院(加盖公章)。", "深圳市人民医院"),
        ("深圳市人民医院心内科", "深圳市人民医院"),
        ("深圳市人民医院医务部", "深圳市人民医院"),
        ("深圳市人民医院 体检中心", "深圳市人民医院"),
        ("深圳市人民医院（坪山院区）", "深圳市人民医院"),
        ("暨南大学第二临床医学院（深圳市人民医院）", "深圳市人民医院"),
        ("深圳市人民医院（南方科技大学第一附属医院）", "深圳市人民医院"),
        ("暨南大学附属临床学院（深圳市人民医院）", "深圳市人民医院"),
        ("深圳市第2人民医院", "深圳市第二人民医院"),
        ("深圳市第２人民医院", "深圳市第二人民医院"),
        ("市二医院骨科", "深圳市第二人民医院"),
        ("北大深圳医院", "北京大学深圳医院"),
        ("北大深", "北京大学深圳医院"),
        ("香港中文大学(深圳)医院", "香港中文大学（深圳）医院"),
        ("南山医院", "华中科技大学协和深圳医院"),
        ("华中科技大学协和深圳医院（南山医院）", "华中科技大学协和深圳医院"),
        ("深圳市宝安区人民医院", "宝安区人民医院"),
        ("宝安人民医院", "宝安区人民医院"),
        ("深圳宝安区人民医院急诊科", "宝安区人民医院"),
        ("宝安区中心医院", "深圳市宝安区中心医院"),
        ("龙华区中心医院", "龙华中心医院"),
        ("龙岗区第6人民医院", "龙岗区第六人民医院"),
        ("急救中心", None),
        ("深圳市急救中心", "深圳市急救中心"),
    ],
)
def test_spelling_means_unit(written: str, meant: str | None) -> None:
    assert (UNITS.key(written) == spelling(meant)) if meant else UNITS.membership(written) is Membership.UNKNOWN


@pytest.mark.parametrize(
    "written",
    [
        "",
        "人民医院",
        "新华医院",
        "儿童医院",
        "深圳市第四人民医院",
        "广州市第三人民医院",
        "广州市人民医院",
        "南方医科大学南方医院",
        "北京大学第一医院",
        "北京大学",
        "深圳市第三儿童医院",
        "福田区人民医院",
        "深圳市罗湖区中医院",
        "深圳市人民医院宝安区人民医院",
        "宝安区人民医院（深圳市人民医院）",
        "深圳市人民医院（宝安区人民医院）",
        "深圳市人民医院（龙华）",
        "深圳市人民医院第一分院",
        "北大深心内科",
        "心内科",
        "深圳市卫生健康委员会医政处",
        "深圳市人民医院集团公司后勤管理服务中心有限责任公司办公室",
    ],
)
def test_uncertain_organisation_is_unknown(written: str) -> None:
    assert UNITS.membership(written) is Membership.UNKNOWN


def test_no_two_listed_units_are_taken_for_one() -> None:
    keys = [UNITS.key(name) for name, _, _ in LISTED]

    assert len(set(keys)) == len(LISTED)
    assert all(
        UNITS.key(a + "心内科") != UNITS.key(b) for (a, _, _), (b, _, _) in itertools.permutations(LISTED, 2)
    )


@pytest.mark.parametrize(("name", "aliases", "member"), LISTED)
def test_listed_unit_has_its_own_membership(name: str, aliases: tuple[str, ...], member: bool) -> None:
    wanted = Membership.MEMBER if member else Membership.NON_MEMBER

    assert {UNITS.membership(written) for written in (name, *aliases)} == {wanted}


def test_alias_of_two_units_is_unknown() -> None:
    units = MemberDirectory.of([("甲医院", ("市一院",), True), ("乙医院", ("市一院",), False)])

    assert units.membership("市一院") is Membership.UNKNOWN


def test_name_listed_twice_with_different_words_is_unknown() -> None:
    units = MemberDirectory.of([("深圳市甲医院", (), True), ("深圳市甲医院", (), False)])

    assert units.membership("深圳市甲医院") is Membership.UNKNOWN


def test_full_name_beats_an_alias_of_another_unit() -> None:
    units = MemberDirectory.of([("甲医院", ("乙医院",), True), ("乙医院", (), False)])

    assert units.membership("乙医院") is Membership.NON_MEMBER


def test_derived_spelling_of_two_units_is_unknown() -> None:
    units = MemberDirectory.of([("宝安区人民医院", (), True), ("深圳宝安新区人民医院", (), False)])

    assert units.membership("宝安人民医院") is Membership.UNKNOWN


def test_blank_rows_of_the_list_are_nobody() -> None:
    units = MemberDirectory.of([("", ("",), True)])

    assert units.membership("") is Membership.UNKNOWN


def test_high_ordinals_are_read() -> None:
    assert spelling("第10医院") == "第十医院"
    assert spelling("第23医院") == "第二十三医院"
    assert spelling("解放军301医院") == "解放军301医院"


@pytest.mark.parametrize(
    ("text", "answer"), [("心内科", True), ("医务部", True), ("", False), ("宝安区医务科", False)]
)
def test_department_is_no_other_unit(text: str, answer: bool) -> None:
    assert is_department(text) is answer


@pytest.mark.parametrize(
    ("membership", "single_room", "supplement", "fee"),
    [
        (Membership.MEMBER, False, 600, 2980),
        (Membership.MEMBER, None, 600, 2980),
        (Membership.MEMBER, True, 600, 3580),
        (Membership.MEMBER, True, None, 2980),
        (Membership.NON_MEMBER, True, 600, 4200),
        (Membership.NON_MEMBER, False, None, 3600),
        (Membership.UNKNOWN, True, 600, None),
    ],
)
def test_fee_of_one_person(
    membership: Membership, single_room: bool | None, supplement: int | None, fee: int | None
) -> None:
    assert fee_of(Fees(2980, 3600, "CNY", supplement), membership, single_room) == fee


ALL = MemberDirectory.of((name, (), True) for name in hospital_names.LISTED)
PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = MemberDirectory.of(
    (row.name, row.aliases, row.member)
    for row in load_settings(PROJECT / "config", {}, secrets=False).organisations
)


def as_clerks_write(name: str) -> tuple[str, ...]:
    """One hospital's name with what clerks add and leave out, all of it harmless."""
    return (
        name,
        " ".join(name),
        name.replace("（", "(").replace("）", ")"),
        name + "（盖章）",
        name + "（加盖公章）。",
        name + "心内科",
        name + "　医务部",
        name + "（急诊科）",
        name if "深圳" in name else "深圳市" + name,
        name if "深圳" in name else "深圳" + name,
        name.replace("深圳市", "深圳", 1),
        name.replace("第二", "第2").replace("第三", "第３").replace("第六", "第6"),
        "广东省" + name if name.startswith("深圳") else name,
    )


@pytest.mark.parametrize("name", hospital_names.LISTED)
def test_listed_hospital_is_never_taken_for_another_however_it_is_written(name: str) -> None:
    others = {spelling(other) for other in hospital_names.LISTED if other != name}

    assert not {ALL.key(written) for written in as_clerks_write(name)} & others


@pytest.mark.parametrize("name", hospital_names.LISTED)
def test_hospital_that_is_listed_alone_takes_no_other_in(name: str) -> None:
    alone = MemberDirectory.of([(name, (), True)])
    others = [one for one in (*hospital_names.LISTED, *hospital_names.ELSEWHERE) if one != name]

    taken = [w for one in others for w in as_clerks_write(one) if alone.membership(w) is not Membership.UNKNOWN]

    assert not taken


@pytest.mark.parametrize("name", hospital_names.LISTED)
def test_two_hospitals_in_one_name_are_neither(name: str) -> None:
    others = [one for one in hospital_names.LISTED if one != name and "（" not in one]

    both = [f"{name}（{one}）" for one in others if "（" not in name]

    assert not [written for written in both if ALL.membership(written) is not Membership.UNKNOWN]


@pytest.mark.parametrize("name", hospital_names.ELSEWHERE)
def test_hospital_of_another_name_or_place_is_on_no_list(name: str) -> None:
    written = as_clerks_write(name)

    assert {ALL.membership(one) for one in written} == {Membership.UNKNOWN}
    assert {SHIPPED.membership(one) for one in written} == {Membership.UNKNOWN}


@pytest.mark.parametrize("name", hospital_names.LISTED)
def test_shipped_list_with_its_aliases_takes_no_hospital_for_another(name: str) -> None:
    own = {SHIPPED.key(name)}
    written = [one for one in as_clerks_write(name) if SHIPPED.membership(one) is not Membership.UNKNOWN]

    assert {SHIPPED.key(one) for one in written} <= own


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("市二院", "深圳市第二人民医院"),
        ("深圳二院", "深圳市第二人民医院"),
        ("市三院肝病科", "深圳市第三人民医院"),
        ("深圳市东湖医院", "深圳市第三人民医院"),
        ("深圳市第三人民医院（南方科技大学第二附属医院）", "深圳市第三人民医院"),
        ("深圳市孙逸仙心血管医院", "中国医学科学院阜外医院深圳医院"),
        ("深圳市滨海医院", "香港大学深圳医院"),
        ("港大深", "香港大学深圳医院"),
        ("北大深", "北京大学深圳医院"),
        ("华南医院", "深圳大学附属华南医院"),
        ("南山医院", "华中科技大学协和深圳医院"),
        ("深圳市南山区人民医院", "华中科技大学协和深圳医院"),
        ("南山人民医院", "华中科技大学协和深圳医院"),
        ("中山大学第七附属医院", "中山大学附属第七医院"),
        ("深圳妇幼", "深圳市妇幼保健院"),
        ("宝安妇幼", "深圳市宝安区妇幼保健院"),
        ("宝安中心医院", "深圳市宝安区中心医院"),
        ("龙岗区中心医院", "深圳市龙岗中心医院"),
    ],
)
def test_shipped_aliases_and_former_names_mean_their_hospital(written: str, meant: str) -> None:
    assert SHIPPED.key(written) == spelling(meant)


def test_no_alias_of_the_shipped_list_belongs_to_two_hospitals() -> None:
    unsure = [
        one for _, aliases in SHIPPED.listed for one in aliases if SHIPPED.membership(one) is Membership.UNKNOWN
    ]

    assert not unsure


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("暨南大学第二临床医学院", True),
        ("南方科技大学第一附属医院", True),
        ("汕头大学医学院第三附属医院", True),
        ("遵义医科大学非直属附属医院", True),
        ("广东医科大学教学医院", True),
        ("深圳大学医学院", True),
        ("深圳大学附属华南医院", False),
        ("深圳大学附属口腔医院", False),
        ("北京大学深圳医院", False),
        ("北京大学第一医院", False),
        ("深圳大学总医院", False),
        ("深圳大学", False),
    ],
)
def test_rank_from_a_university_is_no_hospital_of_its_own(text: str, answer: bool) -> None:
    assert is_affiliation(text) is answer


@pytest.mark.parametrize("membership", [Membership.MEMBER, Membership.NON_MEMBER])
@pytest.mark.parametrize(("supplement", "single"), [(None, 0), (0, 0), (300, 300)])
def test_free_event_costs_nothing_but_a_single_room(
    membership: Membership, supplement: int | None, single: int
) -> None:
    fees = Fees(0, 0, "CNY", supplement)

    assert fee_of(fees, membership, None) == 0
    assert fee_of(fees, membership, True) == single


def test_fee_of_unknown_membership_stays_open_even_where_nobody_pays() -> None:
    assert fee_of(Fees(0, 0), Membership.UNKNOWN, False) is None
