"""Whether a sentence speaks of somebody who is none of the sender's people. Pure.

Rather too often than too seldom: it only means that a person looks.
"""

from __future__ import annotations

import re

from bot.admission.requests_people import ANYBODY, NAME, NOBODY_KNOWN, SURNAMES, TITLE, is_no_name

_BEFORE = (
    rf"(?:^|[,、:(]|{ANYBODY}|取消|申请|退掉|删除|"
    rf"[的将把由和与及请为是因让给派替]|由于|我院|我单位|本院|我科|[科室部处办]|同志|老师|{TITLE})"
)
_AFTER = (
    rf"(?=$|[,、):]|的|因|由于|无法|不能|不参|不便|去不|来不|没法|请假|取消|退|等|和|与|及|均|都|两|三|临时|近|身体|今|改|换|"
    rf"参加|报名|名额|参会|有事|突|替|代|顶|接|去|陪|前往|出席|补|生病|住院|出差|{TITLE})"
)
_STRANGER = re.compile(rf"(?<={ANYBODY})({NAME}){_AFTER}|{_BEFORE}({NAME}){_AFTER}")
_NICKNAME = re.compile(rf"(?:^|[^\u3400-\u9fff]|[我院科请由和与及将把替让的消])[小老阿][{SURNAMES}](?![时家年计])")
_OTHERS = re.compile(
    r"家属|家人(?:不|无|去|来)|司机|随行|助手|秘书|朋友|同学|专家|(?:有|另)一?[位名]|"
    rf"(?<!{ANYBODY})(?<![烦请劳苦帮])(?:{TITLE})(?=因|无法|不能|去不|来不|有事|临时|近期?|生病|要|需|突|的报名|的名额|请假|不参加|取消)"
)


def names_stranger(sentence: str) -> bool:
    """Whether marked text names somebody who is not on the sender's list, by name, nickname or title alone."""
    if NOBODY_KNOWN in sentence or _OTHERS.search(sentence) or _NICKNAME.search(sentence):
        return True
    return any(not is_no_name(found[1] or found[2]) for found in _STRANGER.finditer(sentence))
