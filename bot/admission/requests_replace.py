"""Who shall come instead of whom, in one sentence of marked text. Pure.

The one who goes is on the roll, the one who comes is not: that tells them apart, and the verb has to agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.admission.requests_people import ANYBODY, NAME, ONE, TITLE, is_name

_BECOMES = (
    r"换成|换为|换作|换由|更换为|更换成|更换由|替换为|替换成|变更为|变更成|变更由|调整为|调整成|调整由|调换为|调换成|更改为|更改成|改换为|"
    r"改换成|改成|改为|换(?=[\u3400-\u9fff]{2,4}(?:去|来|参|$|,))(?!人|了|届|参[会加训学]|申请|事宜|通知|说明|情况|信息|请求|的|报名|与会|学员|代表|名额|乘|车|成|为|手|号|一|个|其|别|房|单|双|标|票|到)|改派|改由|改请|改让|改报|换派|另派|另行委派"
)
_SENDS = r"由|委派|指派|安排|委托|派|让"
_INSTEAD = r"代替|替代|顶替|接替|替换|取代|代|替"
_TAKES_PART = r"参加|参会|参训|参学|出席|前往|前来|赴|与会|学习|代为|代会|顶替|接替|代替|替代|来|去"
_NEW = r"(?P<new>(?!不|线上|下一?[期次])[^,。;!、()\ue000-\uf8ff]{2,24})"
_GAP = rf"(?:(?!{ANYBODY})[^,]){{0,14}}?"

_BOTH_NAMED = (
    re.compile(
        rf"原[^,{ONE[1:-1]}]{{0,10}}?:?(?P<old>{ONE})[^,]{{0,8}}?,?(?:现|变更后|新)[^,]{{0,10}}?(?:{_BECOMES}|为|成|由|是|:):?{_NEW}"
    ),
    re.compile(rf"(?P<old>{ONE}){_GAP}(?:{_BECOMES}):?{_NEW}"),
    re.compile(rf"(?P<old>{ONE})→{_NEW}"),
    re.compile(
        rf"(?:^|[,:]|{_SENDS}|改由|请)(?P<new>[^,。;!、:()\ue000-\uf8ff]{{2,20}}?)(?:{_INSTEAD})(?:参加的)?(?P<old>{ONE})"
    ),
)
_NEW_ONLY = (
    re.compile(rf"(?:{_BECOMES}):?{_NEW}"),
    re.compile(rf"(?:{_SENDS}|请){_NEW}"),
)
_STEPS_IN = re.compile(
    r"^(?P<new>[^,。;!、:()\ue000-\uf8ff]{2,12}?(?:代替|替代|顶替|接替|替|代|去|参加|前往)[^,]{0,6})"
)
_TAKING_PART = re.compile(
    r"参加|参会|参训|参学|出席|与会|学习|代会|代替|替代|顶替|接替|[替代][她他其我]|前往$|(?:前往|去|来)(?:吧|了|$)|代为(?:参加|出席|前往)"
)
_OTHER_DOINGS = re.compile(
    r"办理|领取|联系|协助|处理|缴费|沟通|对接|退费|报销|退款|取消|陪|送|接(?!替)|签到|领|核对|帮"
)
_ANY_REPLACING = re.compile(
    r"(?:更换|替换|调换|变更|调整|改换)(?:一下|为)?[^,]{0,8}?(?:人员|人选|代表|名额|参会者|学员|参会人|报名人)|"
    r"(?:人员|人选|代表|参会者|学员|参会人|报名人)[^,]{0,6}?(?:更换|替换|调换|变更|调整)|换人|换一?个人|改派他?人"
)
_BETWEEN_KNOWN = re.compile(rf"(?:{_BECOMES}|{_INSTEAD}|→):?(?:由)?{ANYBODY}")
_EACH_OTHER = re.compile(rf"{ANYBODY}[和与跟同][^,]{{1,6}}?(?:对调|互换|调换|换一下|换$|交换)|(?:对调|互换)")
_FOR_STRANGER = re.compile(rf"{ANYBODY}(?:来|去)?(?:{_INSTEAD}){NAME}")
_ENDS = re.compile(
    rf"{_TAKES_PART}|手机|电话|联系|身份证|职务|职称|单位|住|同志|先生|女士|即可|[的吧]$|了$|哦|啊|[\d(:→\uf000-\uf0ff]|的?报名|作为"
)
_MAY_STAND_BEFORE = re.compile(
    rf"^$|(?:[院科室部处办所站区组]|中心|{TITLE}|单位|同事|职工|员工|[的为成到由派让请位名]|人员|代表|我们|新人|医生)$"
)
_NOT_PEOPLE = re.compile(
    r"联系人|领队|负责人|带队|经办人|抬头|发票|税号|附件|表格|文件|版本|时间|日期|航班|机票|车票|高铁|火车|酒店|住宿|房|间|手机|电话|邮箱|身份证|证件|职务|职称|(?<![我本各贵])单位"
)


@dataclass(frozen=True, slots=True)
class Swap:
    """Marks and words of one replacement: `old` is a mark or "" where the words before tell; `new` a name or ""
    where it can't be made out from `raw`; from `start` on it is spoken of, from `end` on perhaps the new one."""

    old: str
    new: str
    raw: str = ""
    start: int = 0
    end: int = 0


def swap_in(clause: str, *, expected: bool) -> Swap | None:
    """The replacement that a clause asks for, or None. `expected` where it was just said that somebody can't come,
    so that 由…参加 names who comes instead."""
    for pattern in _BOTH_NAMED:
        found = pattern.search(clause)
        if found is not None and not _NOT_PEOPLE.search(clause[: found.start("new")]):
            return _swap(found["old"], found)
    found = _NEW_ONLY[0].search(clause)
    if found is None and expected:
        sent = _NEW_ONLY[1].search(clause)
        found = sent if sent is not None and _TAKING_PART.search(sent["new"]) else None
        stepping = _STEPS_IN.search(clause)
        if found is None and stepping is not None and new_person(stepping["new"])[0]:
            found = stepping
        if found is not None and (_OTHER_DOINGS.search(clause) or not _TAKING_PART.search(clause)):
            found = None
    about_people = found is not None and not _NOT_PEOPLE.search(clause[: found.start("new")])
    if found is not None and about_people and not re.search(ONE, clause):
        return _swap("", found)
    return None


def swaps_known(clause: str) -> bool:
    """Whether the one who comes is on the roll already: no replacement that could be made."""
    reverse = _BETWEEN_KNOWN.search(clause) or _FOR_STRANGER.search(clause) or _EACH_OTHER.search(clause)
    return reverse is not None and not _NOT_PEOPLE.search(clause)


def wants_other_people(clause: str) -> bool:
    """换人, 更换人员: that people change, without saying who comes."""
    return _ANY_REPLACING.search(clause) is not None and not re.search(r"联系人|领队|带队", clause)


def _swap(old: str, found: re.Match[str]) -> Swap:
    raw = found["new"]
    name, length = new_person(raw)
    return Swap(old, name, raw, found.start(), found.start("new") + length)


def new_person(raw: str) -> tuple[str, int]:
    """The name at the end of 我院心内科副主任赵六, and where it ends in `raw`; ("", 0) where there is none."""
    end = _ENDS.search(raw, 2)
    cut = raw[: end.start()] if end else raw
    kept = re.sub(rf"(?:{TITLE})+$", "", cut)
    if is_name(kept):
        return kept, len(kept)
    for length in (3, 2, 4):
        name, before = kept[-length:], kept[:-length]
        if len(name) == length and is_name(name) and _MAY_STAND_BEFORE.search(before):
            return name, len(kept)
    return "", 0
