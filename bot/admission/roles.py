"""Whether somebody's job title is among those that the notice addresses: a hint for staff. Pure.

Notices name titles (科主任, 护士长) and circles of people (职能部门负责人, 业务骨干). A circle that no job title
can tell leaves everything open, and then nothing is hinted: a remark beside every second row is read by nobody.
"""

from __future__ import annotations

import re

from bot.admission.words import loose_key
from bot.records.decision import Registration, State
from bot.records.event import Event

_LEADERS = ("领导", "干部", "负责人", "管理者", "管理人员")
_LEADING = ("长", "主任", "书记", "经理", "总监", "主管", "主席", "负责", "主持")
_OTHERS = (
    *("医师", "医生", "护师", "护士", "药师", "技师", "技士", "治疗师", "工程师", "会计师", "教授", "研究员"),
    *("干事", "科员", "职员", "秘书"),
)
_RANKS = re.compile("(?:副?主任|主管)(?=[医护药技检]|中医)")
"""Ranks of a profession, not posts: 副主任医师, 主管护师."""
_SENTENCE = "职务“{title}”不在通知所请的人员（{roles}）之内，供参考。"


def role_remark(event: Event, person: Registration) -> str:
    """What staff may want to look at: "" where the title fits, is blank, or cannot be judged."""
    title = loose_key(person.job_title)
    if not title or person.state is State.CANCELLED or not event.roles:
        return ""
    if any(_fits(loose_key(role), title) for role in event.roles):
        return ""
    return _SENTENCE.format(title=person.job_title.strip(), roles="、".join(event.roles))


def _fits(role: str, title: str) -> bool:
    """Whether the title is the role's, or the role is one that no title can tell."""
    if role in title or title in role:
        return True
    if any(word in role for word in _LEADERS):
        return any(word in _RANKS.sub("", title) for word in _LEADING)
    return not role.endswith((*_LEADING, *_OTHERS))
