"""Whether an ask that names nobody of the sender's people is really about all of them. Pure.

"Somebody can't come" must never cancel somebody else, and no list of surnames knows every name (萨仁, 阿依古丽),
no list of hospitals every hospital. So it is the other way round: what stands before the verb has to be words that
are known to name nobody; anything else may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.admission.requests_text import shaped, simplified, tight
from bot.records.decision import Registration

_CITY = re.compile(r"深圳市?|广东省?|中国")
_OURS = r"(?:我|本|敝|全)(?:们)?(?:院|单位|医院|中心|研究所|所|公司|校|局|会|科室|科|部门|部|处|方|人|区)?"
_PEOPLE = (
    r"报名者|参会者|参加者|学员|报名|参会|参训|参学|参加|人员|人选|老师|同志|同事|医生|医师|专家|代表|领导|院长|名单|成员|团队|"
    r"全部|所有|全体|全员|悉数|整个?团|一律|统统|大家|各位|几位|两位|三位|以上|上述|前述|该|他们|她们|自己|个人|都|均|也|皆|"
    r"(?:[两俩三四五六七八九十一]|\d{1,2})(?:名|位|个)?(?:人|老师)?"
)
_DOINGS = (
    r"申请|恳请|烦请|麻烦|劳烦|请求|请|帮忙|帮我们?|帮|协助|予以|给予|经过?|院(?:领导|方|办公?会|里|内)|领导班子|研究|讨论|商议|协商|决定|慎重|考虑|"
    r"通知|告知|函告|特此|特|兹|现|拟|将|把|对|向|于|在|自|与|和|及|并|而|但|故|需要?|须|要|想|只好|只能|不得不|不得已|无奈|"
    r"此前|之前|原先?|原定|原计划|计划|预定|已|前期|上次|上报|报送|提交|安排|派员|派人|派|组织|再|才|就|仍|还|暂|先|会|能|可|有|无|没|"
    r"本次|此次|这次|该次|这个?|此|其|的|了|地|得|是|为|以|按|因此|所以|于是|另外|此外|同时|今[天日年]?|明[天日年]?|昨[天日]|届时|当[天日]|目前|近[日期来]?|最近|临时|突然|突发|"
    r"非常|十分|万分|实在|确实|真的|很|太|抱歉|对不起|不好意思|遗憾|可惜|打扰|您好|你好|贵|协会|会务组|老师们|不巧|不慎|不幸|意外|"
    r"活动|会议|培训班?|学习|调研|研修|考察|名额|席位|资格|回执表?|登记|行程|关于|取消|退出|全程|如期|前往|前来|浙江|杭州"
)
_REASONS = (
    r"原因|事由|缘故|接到|那个|工作|公务|业务|任务|冲突|事务|事情|事|变动|变化|调整|调动|调离|变更|时间|日程|行程|排班|值班|班|门诊|手术|查房|会诊|抢救|急诊|"
    r"出差|开会|检查|督查|督导|评审|评级|评审|验收|飞行|迎检|审计|巡视|巡察|上级|医院|单位|科室|科里|院感|病区|病房|人手|人力|人员|紧张|紧缺|不足|不够|繁忙|较忙|太忙|忙|"
    r"生病|疾病|患病|病|住院|身体|不适|发烧|发热|感冒|骨折|受伤|手术|怀孕|生产|产假|休假|请假|年假|假期|家里|家中|家庭|家人|家属|父亲|母亲|父母|爱人|妻子|丈夫|孩子|小孩|儿子|女儿|老人|"
    r"疫情|台风|天气|暴雨|航班|机票|车票|交通|经费|预算|财务|审批|批准|批复|同意|政策|规定|要求|特殊|个人|私人|自身|其他|各种|种种|一些|某些|不可抗力|紧急|重要|重大|等"
)
_BY = r"因|由于|鉴于|受|遇|逢|根据"
_KNOWN = re.compile(f"{_OURS}|{_PEOPLE}|{_DOINGS}|{_REASONS}|{_BY}")
_MAY_BE_NAME = re.compile(r"[\u3400-\u9fff·]{2,}")


def known_names(people: Iterable[Registration], topics: Iterable[str]) -> tuple[str, ...]:
    """The names of the people's organisations, and what names the event, as they may stand in a sentence, the
    longest first."""
    names = {one for person in people for one in (person.submitting_organisation, person.organisation) if one}
    names |= set(topics)
    plain = {simplified(tight(shaped(name))) for name in names}
    short = {_CITY.sub("", name) for name in plain}
    return tuple(sorted((name for name in plain | short if len(name) >= 2), key=len, reverse=True))


def without_known(text: str, names: Iterable[str]) -> str:
    """The text without the names of `known_names`."""
    for name in names:
        text = text.replace(name, "\n")
    return text


def may_name_somebody(subject: str) -> bool:
    """Whether marked text that stands before the verb may name anybody, or another organisation."""
    subject = _CITY.sub("\n", subject)
    return _MAY_BE_NAME.search(_KNOWN.sub("\n", subject)) is not None


def is_nothing_but_a_name(clause: str, names: Iterable[str]) -> bool:
    """Whether a clause before the ask may be just somebody's name (阿依古丽，因病无法参加)."""
    return len(clause) <= 8 and may_name_somebody(without_known(clause, names)) and _KNOWN.search(clause) is None


def are_of_one_sender(people: Iterable[Registration]) -> bool:
    """Whether 全部 can only mean these people: one address registered them, for one organisation. Who writes for
    a bureau or for one of a hospital's departments may mean hers alone."""
    people = tuple(people)
    senders = {person.sender.strip().lower() for person in people}
    units = {
        _CITY.sub("", simplified(tight(shaped(person.submitting_organisation or person.organisation))))
        for person in people
    }
    return len(senders) <= 1 and len(units) <= 1
