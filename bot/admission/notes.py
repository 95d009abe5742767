"""What a decision came to, in Chinese, for staff. Names people and fields, never their numbers."""

from __future__ import annotations

from collections import Counter

from bot.records.decision import Change, PersonDecision, Standing, State

_STATES = {
    State.CONFIRMED: "新录取",
    State.WAITLISTED: "新列候补",
    State.LATE: "登记逾期",
}
_STANDINGS = {
    Standing.UNCHANGED: "重复报送",
    Standing.CHANGED: "内容有变动待核对",
    Standing.REPEATED: "同一邮件内重复",
    Standing.REJECTED: "逾期未登记",
    Standing.AMENDED: "已更正",
    Standing.CANCELLED: "已取消",
    Standing.REPLACED: "已换人",
    Standing.MOVED: "状态已变更",
    Standing.WITHHELD: "待核实身份",
}
_FIELDS = {
    "name": "姓名",
    "organisation": "单位",
    "job_title": "职务",
    "mobile": "手机",
    "id_number": "身份证号",
    "single_room": "是否单间",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "邮箱",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
}
_SHOWN = frozenset({"name", "organisation", "job_title", "single_room", "contact", "invoice_title"})
"""Fields whose values a note may show; numbers and addresses are looked up in the mail itself."""


def describe(people: tuple[PersonDecision, ...], promotions: tuple[Change, ...] = ()) -> str:
    """How many people came to what, then what changed for whom, then who was promoted."""
    counts = Counter(_word(person) for person in people)
    summary = "，".join(f"{word} {count} 人" for word, count in counts.items())
    changes = [_change(person) for person in people if person.changed]
    promoted = "、".join(change.after.name or "（未填姓名）" for change in promotions)
    moved = [f"空出的名额由候补递补 {len(promotions)} 人：{promoted}"] if promotions else []
    return "。".join((summary, *changes, *moved)) + "。"


def _word(person: PersonDecision) -> str:
    if person.standing is Standing.NEW:
        return _STATES[person.registration.state]
    return _STANDINGS[person.standing]


def _change(person: PersonDecision) -> str:
    fields = "、".join(_field(*change) for change in person.changed)
    return f"{person.registration.name or '（未填姓名）'}：{fields}"


def _field(field: str, old: str, new: str) -> str:
    label = _FIELDS[field]
    if field not in _SHOWN:
        return f"{label}{'有变动' if old else '补填'}（见原邮件）"
    return f"{label}由“{old}”改为“{new}”" if old else f"{label}补填“{new}”"
