"""What an answer tells of changed particulars: old and new of each field, personal numbers masked.

Pure. A masked number hides most of its digits, so two of them may look alike: then the places that differ are
named, never their digits.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.records.decision import Membership, State
from bot.replies.facts import STATE_WORDS, Difference
from bot.replies.masking import STAR, masked_id, masked_mobile, masked_taxpayer_id
from bot.replies.payment import MEMBERSHIP_WORDS
from bot.replies.wording import NAME_LIMIT, ORGANISATION_LIMIT, shortened, tame

LABELS: dict[str, str] = {
    "name": "姓名",
    "organisation": "单位",
    "submitting_organisation": "填报单位",
    "job_title": "职务",
    "mobile": "手机",
    "id_number": "身份证号",
    "single_room": "住宿",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "邮箱",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
    "state": "状态",
    "membership": "会员身份",
    "fee": "应缴费用",
}
# What stands once on a form, for everybody on it.
OF_THE_FORM = frozenset(
    ("submitting_organisation", "contact", "phone", "email", "invoice_title", "taxpayer_id", "membership")
)
TOUCHES_FEE = frozenset(("single_room", "organisation", "submitting_organisation", "membership", "fee"))

_EMPTY = "（空）"
_ROOMS = {"true": "单间", "是": "单间", "false": "标准双人间", "否": "标准双人间", "none": "未填写", "": "未填写"}
_MOST_PLACES = 4


def difference(field: str, old: str, new: str) -> Difference:
    """One changed field as an answer shows it. `field` is the registration's own or the form's heading."""
    was, now = _shown(field, old), _shown(field, new)
    if field in ("id_number", "mobile", "phone") and old and new:
        now += _hidden_change(old, new, was, now)
    return Difference(LABELS.get(field, tame(field, NAME_LIMIT)), was, now)


def parted(
    people: Sequence[Sequence[tuple[str, str, str]]],
) -> tuple[tuple[Difference, ...], tuple[tuple[Difference, ...], ...]]:
    """(what changed for everybody because it stands once on their form, what else changed for each of them)."""
    shared: list[tuple[str, str, str]] = []
    if len(people) > 1:
        shared = [c for c in people[0] if c[0] in OF_THE_FORM and all(c in changes for changes in people)]
    each = tuple(tuple(difference(*c) for c in changes if c not in shared) for changes in people)
    return tuple(difference(*c) for c in shared), each


def _shown(field: str, value: str) -> str:
    if field == "single_room":
        return _ROOMS.get(value.strip().lower(), tame(value, NAME_LIMIT))
    if field == "state" and value in list(State):
        return STATE_WORDS[State(value)]
    if field == "membership" and value in list(Membership):
        return MEMBERSHIP_WORDS[Membership(value)]
    if field == "fee":
        return f"{int(value):,}元" if value.isdecimal() else "待核定"
    if field == "taxpayer_id":
        return shortened(masked_taxpayer_id("".join(filter(str.isalnum, value))), 30) or _EMPTY
    if field == "id_number":
        value = masked_id(value)
    elif field in ("mobile", "phone"):
        value = masked_mobile(value)
    return tame(value, ORGANISATION_LIMIT) or _EMPTY


def _hidden_change(old: str, new: str, was: str, now: str) -> str:
    """（第 11、14 位有更正）where a hidden digit is another one; "" where everything that changed is seen."""
    if len(old) != len(new):
        return f"（由 {len(old)} 位改为 {len(new)} 位）"
    places = [n for n, (a, b) in enumerate(zip(old, new, strict=True), start=1) if a != b]
    masks_fit = len(was) == len(old) and len(now) == len(new)
    if not places or (masks_fit and not any(now[place - 1] == STAR for place in places)):
        return ""
    if len(places) > _MOST_PLACES:
        return f"（共 {len(places)} 位有更正）"
    return f"（第 {'、'.join(map(str, places))} 位有更正）"
