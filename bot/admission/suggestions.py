"""Which listed units somebody may have meant by a name that is not on the list: hints for staff, never a decision.

A name is taken apart into what tells one hospital from another (city, district, number, university, what it is
for) and the rest. A unit is named only where all of these agree, or where the clerk left them out; what she did
write and the list does not say is somebody else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from bot.admission.membership import MemberDirectory
from bot.admission.spelling import DISTRICTS, bracketed, spelling
from bot.records.decision import Membership

_MOST = 3
_ALIKE = 0.5
_LONGEST = 60
_UNLIKE = (False, 0.0)
_HERE = "深圳"
_BRANCH = re.compile(r"(?<=医院)[^院]{1,6}(?:分院|院区|门诊部)$")
_UNIVERSITIES = {
    "中国医科院": "中国医学科学院",
    "港中文": "香港中文大学",
    "港中大": "香港中文大学",
    "北中医": "北京中医药大学",
    "广中医": "广州中医药大学",
    "南医大": "南方医科大学",
    "南科大": "南方科技大学",
    "华科大": "华中科技大学",
    "医科院": "中国医学科学院",
    "北大": "北京大学",
    "港大": "香港大学",
    "深大": "深圳大学",
    "中大": "中山大学",
    "暨大": "暨南大学",
}
"""How clerks shorten them, the longer first."""
_UNIVERSITY = re.compile(r"^.{2,8}?(?:大学|科学院)(?:医学[院部](?!院))?")
_PLACE = re.compile(
    "深圳|广州|东莞|佛山|惠州|珠海|中山|江门|汕头|汕尾|湛江|北京|上海|天津|重庆|香港|澳门|武汉|南京|杭州|长沙|成都|西安"
)
_CITY_FIRST = re.compile(r"^(?:.{2,3}省)?(.{2,3}?)市|^(.{2,3}省)")
_DISTRICT = re.compile(
    rf"({DISTRICTS})(?:新区|区)?|(?!自贸|保税|高新|合作|工业|开发)([一-鿿]{{2}})(?<![院病社新])区"
)
_NUMBER = re.compile(r"第?([一二三四五六七八九十]{1,3})(?=附属|临床|人民|中心|中医|儿童|眼科|妇幼|口腔|医院|院)")
_PURPOSE = re.compile(
    "中西医结合|纯中医|中医|妇幼|妇产|妇儿|儿童|眼科|口腔|肿瘤|心血管|脑科|精神|骨伤科?|骨科|慢性病|职业病|急救|血液|皮肤|胸科"
    "|传染|康复|整形|耳鼻喉|肝胆|疾病预防控制|疾控|人民|中心医院|总医院|华侨|红十字|武警|陆军|海军"
)
_COMMON = re.compile(
    "集团|总院|分院|院区|本部|附属|直属|临床|教学|医学院|学院|医院|卫生院|保健院|防治院|防治所|中心|防治|治疗|保健|卫生|医疗"
    "|有限责任公司|有限公司|股份|[市院]"
)
_NO_HOSPITAL = re.compile(r"协会|学会|委员会|卫健|卫生局|管理局|后勤|药业|科技有限|物业|大学$|学校")


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a name says, each "" where it says nothing; `own` is what is left: the name that is its own."""

    university: str
    city: str
    district: str
    number: str
    purpose: str
    own: str


def suggest(organisation: str, directory: MemberDirectory) -> tuple[str, ...]:
    """Up to three listed names that an unknown organisation may be, the likeliest first; () where it is known.

    For staff only: nothing may be decided by it.
    """
    written = spelling(organisation)
    if not written or len(written) > _LONGEST or _NO_HOSPITAL.search(written):
        return ()
    if directory.membership(organisation) is not Membership.UNKNOWN:
        return ()
    readings = dict.fromkeys(_BRANCH.sub("", one) for one in (written, *(bracketed(organisation) or ())))
    found: dict[str, tuple[bool, float]] = {}
    for name, aliases in directory.listed:
        meant = [spelling(one) for one in (name, *aliases)]
        rank = max((_likeness(said, one) for said in readings for one in meant), default=_UNLIKE)
        if rank[1] >= _ALIKE:
            found[name] = max(rank, found.get(name, _UNLIKE))
    same = any(equal for equal, _ in found.values())
    ranked = sorted(found, key=lambda name: found[name], reverse=True)
    return tuple(name for name in ranked if found[name][0] or not same)[:_MOST]


@lru_cache(maxsize=4096)
def _parts(name: str) -> _Parts:
    """A name's spelling, taken apart."""
    rest = name
    if re.match("深圳市.{2,8}?(?:大学|科学院)", rest):
        rest = rest.removeprefix("深圳市")
    short = next((one for one in _UNIVERSITIES if rest.startswith(one)), "")
    full = _UNIVERSITIES.get(short, "")
    rest = full + rest.removeprefix(short) if not rest.startswith(full) else rest
    university, rest = _taken(_UNIVERSITY, rest)
    city, rest = (_HERE, rest[1:]) if rest.startswith("市") else _taken(_CITY_FIRST, rest)
    places = sorted({*_PLACE.findall(rest), *([city] if city else [])})
    rest = _PLACE.sub("", rest)
    district, rest = _taken(_DISTRICT, rest)
    number, rest = _taken(_NUMBER, rest)
    purpose = "".join(sorted({one.removesuffix("科") for one in _PURPOSE.findall(rest)}))
    return _Parts(university, "".join(places), district, number, purpose, _COMMON.sub("", _PURPOSE.sub("", rest)))


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """What the pattern finds first (its group, where it has one), and the text without the whole match."""
    found = pattern.search(text)
    if found is None:
        return "", text
    what = next((group for group in found.groups() if group), found[0])
    return what, text[: found.start()] + text[found.end() :]


def _likeness(written: str, listed: str) -> tuple[bool, float]:
    """Whether two spellings say the same of everything that tells hospitals apart, and how alike they look, 0 to
    1; 0 where they cannot be one hospital, or share nothing particular."""
    said, meant = _parts(written), _parts(listed)
    if not (_may_be(said, meant) and _share_something(said, meant)):
        return _UNLIKE
    one, other = _bare(written), _bare(listed)
    if not meant.university:
        one = one.replace(said.university, "")
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    alike = sum(block.size for block in matcher.get_matching_blocks()) / max(len(one), 1)
    return said == meant, (alike + matcher.ratio()) / 2


def _may_be(said: _Parts, meant: _Parts) -> bool:
    """Whether nothing that was said is otherwise, or is not said, in the listed spelling."""
    own = not said.own or (bool(meant.own) and _same_name(said.own, meant.own))
    city = said.city in ("", meant.city) or (not meant.city and said.city == _HERE)
    same_place = any(
        one and one == other for one, other in ((said.city, meant.city), (said.district, meant.district))
    )
    university = said.university in ("", meant.university) or (not meant.university and same_place)
    details = ((said.district, meant.district), (said.number, meant.number), (said.purpose, meant.purpose))
    return own and city and university and all(one in ("", other) for one, other in details)


def _share_something(said: _Parts, meant: _Parts) -> bool:
    """Whether both say something that few hospitals have in common. A number that a university gave (附属第七) is
    nothing without the university."""
    shared = [(said.district, meant.district), (said.purpose, meant.purpose), (said.university, meant.university)]
    if said.university == meant.university:
        shared.append((said.number, meant.number))
    return any(one and one == other for one, other in shared) or bool(said.own and meant.own)


def _bare(name: str) -> str:
    """Without what clerks leave out or put behind."""
    return re.sub("深圳市?|^市|附属|集团|总院|(?:股份)?有限(?:责任)?公司", "", name)


def _same_name(one: str, other: str) -> bool:
    """Whether two names of their own can be one: a part of the other, or off by one character of three or more."""
    if one in other or other in one:
        return True
    apart = sum(a != b for a, b in zip(one, other, strict=False))
    return len(one) == len(other) >= 3 and apart == 1
