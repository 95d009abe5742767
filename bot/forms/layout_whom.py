"""Tells words about whom somebody invites (各会员单位分管院领导) from the names of those who come.

Pure; judged by the words alone. A notice that asks for people must never register any.
"""

from __future__ import annotations

import re

from bot.forms.labels import bare_heading
from bot.forms.layout_text import collapse, has_surname, identities_in, is_name, mobiles_in, split_list

_COUNTED = r"(?:^|[限派约共各及和、，])(?:\d{1,3}|[一二两三四五六七八九十]{1,3})(?:[-—~至]\d{1,3})?\s*[人名位]"
_GROUP = re.compile(
    r"^各|各(?:会员|医|单|科|相|有|级|区|部|院|参|市|分|类|自)|全体|全院|有关|相关|分管|主管|负责人|负责同志|领导|带头人|骨干|员工|职工|人员|同仁|会员|代表$|成员|干部|专家|"
    r"单位|科室|部门|医务|医生|护士|院长|主任|书记|不限|不少于|不超过|至少|最多|以上|以内|若干|应当|要求|优先|"
    rf"自行|安排|{_COUNTED}"
)
_MORE = re.compile(r"等(?:同志|人|各|\d|[一二两三四五六七八九十]|$).*$")
_BRACKETED = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
_ADDRESSED = re.compile(
    r"(?!班主|党|时任)[\u3400-\u9fff]{1,3}(?:副?院长|副?主任|书记|科长|处长|医生|护士长?|老师|教授)"
)
_WORDS = re.compile(r"[\s,，、;；。/|]+")
_LONGEST_NAME = 12


def invites(text: str) -> bool:
    """Whether what stands where names are asked for says who may come, and names nobody. Words for groups of
    people count unless a name comes first; so does a text too long for one."""
    plain = _MORE.sub("", _BRACKETED.sub(" ", collapse(text))).strip()
    if not plain or is_name(plain):
        return bool(_GROUP.search(plain))
    first = next((word for word in _WORDS.split(plain) if word), "")
    if (is_name(first) and not _GROUP.search(first)) or (has_surname(first) and _ADDRESSED.fullmatch(first)):
        return False
    if mobiles_in(plain) or identities_in(plain):
        return False
    return bool(_GROUP.search(plain)) or (len(first) > _LONGEST_NAME and not first.isascii())


def names_people(text: str) -> bool:
    """Whether every part of an enumeration is a name by its look, with a surname or a shape that only names
    have."""
    parts = [_BRACKETED.sub("", part).strip() for part in split_list(_MORE.sub("", text.replace("\n", "、")))]
    if len(parts) == 1 and " " in parts[0] and not is_name(parts[0]):
        parts = parts[0].split()
    return bool(parts) and all(is_name(part) and _is_sure(part) for part in parts)


def _is_sure(name: str) -> bool:
    return not _GROUP.search(name) and (has_surname(name) or name.isascii() or not name.replace(" ", "").isalnum())


def asks_for_a_name(label: str) -> bool:
    """Whether a heading asks for a name and nothing else (姓名), unlike 参加人员, which notices use as well."""
    return bare_heading(label).endswith(("名", "name"))
