"""How clerks spell one and the same organisation. Pure text rules; no list of organisations here."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.admission.words import compact

_STAMPS = re.compile(r"\((?:加盖)?(?:单位)?(?:公|印|签|行政)?(?:盖)?章\)|\((?:公章|盖章处|签章|章)\)|\(全称\)")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_NUMERALS = "零一二三四五六七八九"
_BRACKETED = re.compile(r"^(?P<outer>[^()]+)\((?P<inner>[^()]+)\)$")
_EDGES = " ,.;:、。，；：-—_/\\*\"'“”"

DISTRICTS = "罗湖|福田|南山|宝安|龙岗|盐田|龙华|坪山|光明|大鹏"
_DISTRICT_FIRST = re.compile(rf"(?P<district>{DISTRICTS})(?P<qu>区|新区)?(?P<rest>.+)")

# Behind a hospital's name: what is a part of that hospital ...
_DEPARTMENT_END = re.compile(
    r"(?:科|科室|部|处|办|办公室|室|组|病区|院区|门诊|门诊部|教研室|研究室|实验室|党委|工会|中心|院办|党办|团委)$"
)
# ... and what makes it another unit. 院区, 病区 and 社区 are places in a hospital, not districts.
_OTHER_UNIT = re.compile(
    r"医院|保健院|防治院|学院|大学|附属|集团|公司|协会|卫生院|卫生局|卫健|研究院|市|省|县|第[一二三四五六七八九十]|(?<![院病])区"
)
_LONGEST_DEPARTMENT = 16
_RANK = "(?:第[一二三四五六七八九十]+)?"
_AFFILIATION = re.compile(
    rf".{{2,12}}大学(?:医学[院部])?{_RANK}(?:"
    rf"(?:非?直属)?附属{_RANK}(?:临床|教学)?(?:医院|医?学院)|(?:临床|教学)(?:医院|医?学院|基地)"
    rf"|医学院)"
)


@lru_cache(maxsize=4096)
def spelling(organisation: str) -> str:
    """The comparable spelling: half-width, no blanks or stamp note, 第2 as 第二, no brackets, no province."""
    text = _STAMPS.sub("", compact(organisation)).strip(_EDGES)
    text = _ORDINAL.sub(lambda found: _numeral(int(found[0])), text)
    text = text.replace("(", "").replace(")", "")
    return text.removeprefix("广东省") if text.startswith("广东省深圳") else text


def bracketed(organisation: str) -> tuple[str, str] | None:
    """The spellings outside and inside of one closing pair of brackets, or None."""
    found = _BRACKETED.match(_STAMPS.sub("", compact(organisation)).strip(_EDGES))
    return (spelling(found["outer"]), spelling(found["inner"])) if found else None


def is_department(text: str) -> bool:
    """Whether a text behind a hospital's name is only a part of that hospital."""
    return (
        0 < len(text) <= _LONGEST_DEPARTMENT
        and _DEPARTMENT_END.search(text) is not None
        and _OTHER_UNIT.search(text) is None
    )


def is_affiliation(text: str) -> bool:
    """Whether a text is only a rank that a university gave a hospital (第二临床医学院, 第一附属医院), which may
    stand beside its name. 附属华南医院 and 附属口腔医院 are hospitals of their own."""
    return _AFFILIATION.fullmatch(text) is not None


def variants(key: str) -> frozenset[str]:
    """Other spellings of a name that mean the same unit in Shenzhen.

    深圳市 may be left out before a district (宝安区人民医院). Elsewhere it may become 市 or 深圳, but not be left
    out: 新华医院 stands in other cities too. 区 may be left out behind a district.
    """
    rest = key.removeprefix("深圳市") if key.startswith("深圳市") else key.removeprefix("深圳")
    names_the_city = rest != key
    district = _DISTRICT_FIRST.fullmatch(rest)
    found: set[str] = set()
    if district is not None and (names_the_city or district["rest"].endswith(("院", "中心", "所", "站"))):
        for qu in ("", "区", district["qu"] or ""):
            plain = district["district"] + qu + district["rest"]
            found |= {plain, "深圳" + plain, "深圳市" + plain}
    elif names_the_city and len(rest) >= 3:
        found |= {"深圳" + rest, "深圳市" + rest}
        if key.startswith("深圳市"):
            found.add("市" + rest)
    return frozenset(found - {key})


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")
