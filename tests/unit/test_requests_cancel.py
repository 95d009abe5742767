"""Who is to be cancelled, in the words of clerks; and what only sounds like it. A wrong one is worse than none."""

from __future__ import annotations

import pytest

from tests.unit.requests_cases import LI, NOTHING, THREE, UNCLEAR, WANG, person, short, understood

W, L, Z = "cancel 王芳", "cancel 李明", "cancel 张伟国"
WL, ALL = "cancel 王芳+李明", "cancel 王芳+李明+张伟国"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (W, "请取消王芳的报名。"),
        (W, "王芳因工作原因不能参加，申请取消报名。"),
        (W, "我院王芳医生因临时有手术，无法参加本次学习，特此说明。"),
        (W, "王芳去不了了。"),
        (W, "王芳老师因病请假。"),
        (W, "您好，王芳近期身体不适，无法前往，请取消她的报名，谢谢！"),
        (W, "您好！我院王芳主任因公出差。\n无法参加此次调研学习，请予取消。"),
        (W, "申请退掉王芳的名额，给您添麻烦了。"),
        (W, "王芳退出本次学习，抱歉。"),
        (W, "取消 王 芳 报名"),
        (W, "取消人员：王芳"),
        (W, "关于取消王芳同志报名的申请"),
        (W, "请将王芳从参会名单中删除。"),
        (W, "王芳放弃本次参会名额。"),
        (W, "王芳不参加了"),
        (W, "王芳的名额让给其他单位吧，她去不了。"),
        (W, "非常抱歉，由于王芳临时有紧急任务，不得不取消报名。"),
        (W, "王芳已调离我院，请取消其报名。"),
        (W, "王芳的报名取消，李明、张伟国照常参加。"),
        (W, "王芳不能参加，其他人不变。"),
        (W, "麻烦帮忙取消一下王芳的报名，其余两位正常参会。"),
        (W, "請取消王芳的報名，謝謝。"),
        (W, "王芳無法參加，特此請假。"),
        (W, "各位老师好，我院原报名3人，现王芳因故不能参加。"),
        (W, "因航班取消，王芳无法前往，请取消报名。"),
        (W, "王芳（医务科）因会议冲突无法参加，望批准。"),
        (W, "Please cancel 王芳, thanks."),
        (W, "请取消以下人员报名：\n王芳\n谢谢"),
        (W, "王芳怀孕，不便参加，请取消报名。如已缴费，请退回。"),
        (W, "联系人李明，电话已留。王芳因病无法参加，请取消。"),
        (W, "请取消王芳的报名。费用可以退吗？"),
        (W, "王芳不能参加了，麻烦老师取消一下，谢谢"),
        (W, "李老师，\n取消王芳的报名，谢谢李老师"),
        (W, "以下人员取消：王芳"),
        (W, "王芳因23日有手术不能参加"),
        (W, "王芳4月22日有会，无法参加，取消报名"),
        (W, "因王芳母亲住院，无法参加"),
        (W, "我院原定王芳、李明参加，现王芳因故不能参加"),
        (W, "王芳无法参加。请老师安排退费，谢谢"),
        (L, "李主任因工作原因不能参加，申请取消报名。"),
        (L, "经院领导研究，李明同志不再参加此次学习。"),
        (Z, "张院长临时有会议安排，无法出席，请取消。"),
        (Z, "张伟国院长去不了了，请取消他的名额"),
        (WL, "王芳、李明因工作原因，无法参加本次学习，特申请取消报名。"),
        (WL, "王芳和李明两人均不能参加。"),
        (WL, "请取消王芳 李明两位老师的报名"),
        (WL, "请取消以下人员的报名：\n1. 王芳\n2. 李明\n谢谢！"),
        (WL, "王芳要出差，李明有手术，两人均无法参加，请取消。"),
        (WL, "王芳主任、李明主任退出本次活动。张伟国院长照常参加。"),
        (ALL, "我院取消报名。"),
        (ALL, "因上级检查，我院3人全部取消，请谅解。"),
        (ALL, "我单位所有人员均不能参加，请取消。"),
        (ALL, "由于近期工作安排调整，我院无法参加本次调研学习，特此说明。"),
        (ALL, "我院三位老师都去不了了，抱歉。"),
        (ALL, "全部取消报名"),
        (ALL, "王芳、李明、张伟国全部取消报名。"),
        (ALL, "我院退出本次学习，名额让给其他单位。"),
    ],
)
def test_cancels_those_whom_the_words_name(asked: str, text: str) -> None:
    assert short(understood(text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "我们不取消报名，请放心。",
        "不是要取消王芳的报名，只是问一下发票。",
        "请勿取消王芳的报名。",
        "王芳的报名不用取消。",
        "无需取消，谢谢。",
        "如不能参加，我们会提前告知。",
        "万一王芳去不了，我们再联系您。",
        "如需取消，请提前告知我们。",
        "取消的话请提前说一声。",
        "王芳能否取消？",
        "是否可以取消报名？",
        "请问取消报名需要什么手续？",
        "可以换人吗？",
        "王芳去不了怎么办？",
        "如果要换人怎么办？",
        "请告知取消报名的流程。",
        "航班取消了，我们改坐高铁。",
        "王芳的门诊已取消。",
        "我们已经取消其他安排，准时参加。",
        "请取消发票。",
        "会议室取消了。",
        "为参加学习，王芳已取消当天的手术。",
        "王芳、李明正常参加。",
        "王芳确认参加。",
        "收到，谢谢！",
        "好的，王芳和李明按时参加。",
        "",
        "请问王芳报上了吗？",
        "我院会按时参加，感谢协会安排。",
        "什么时候开会？",
        "发票抬头是深圳市医院。",
        "如有问题请联系王芳。",
        "我院退出协会。",
        "希望不要取消我院报名。",
        "避免被取消名额，现补交材料。",
        "我院所有人员均能参加，不取消。",
        "我院取消2人的住宿。",
    ],
)
def test_asks_for_nothing_where_nothing_is_asked(text: str) -> None:
    assert short(understood(text)) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "取消报名",
        "申请取消报名，谢谢。",
        "我不能参加了。",
        "请取消李四的报名。",
        "李四无法参加，请取消。",
        "取消王芳、李四的报名。",
        "取消王芳李四的报名。",
        "王芳芳不能参加，请取消。",
        "陈主任不能参加，请取消。",
        "王芳等3人无法参加。",
        "王芳等人无法参加。",
        "我院2人取消报名。",
        "我院一人无法参加。",
        "我院有一位老师无法参加。",
        "我院部分人员不能参加。",
        "我院一名同事去不了。",
        "王芳可能无法参加。",
        "王芳暂时不能参加。",
        "考虑取消王芳的报名。",
        "王芳无法参加第一天的学习。",
        "王芳不能参加开幕式。",
        "王芳下午不能参加。",
        "王芳不能按时参加。",
        "王芳只能线上参加，无法参加现场讨论。",
        "王芳和李明有一人无法参加。",
        "除王芳外，其他人取消报名。",
        "仅王芳参加，其余取消报名。",
        "王芳因李明生病需要顶班，无法参加。",
        "王芳出差，李明值班，无法参加。",
        "王芳无法参加。可以换人吗？",
        "王芳不能参加了。能否让同事去？",
        "王芳去不了。怎么办？",
        "王芳不能参加，如果可以的话换成赵六。",
        "取消王芳的报名。王芳照常参加。",
        "王芳取消报名，增加王芳的名额",
        "请恢复王芳的报名，之前取消是误操作。",
        "王芳的报名怎么被取消了，请恢复。",
        "上次邮件申请取消王芳的报名，现在她可以参加了。",
        "王芳的报名已取消。",
        "能否帮忙取消王芳的报名？谢谢",
        "我想取消王芳的报名，可以吗？",
        "王芳无法参加，全部取消。",
        "小李去不了，请取消报名。",
        "她去不了了，请取消。",
        "王芳的名额让给李四。",
        "王芳、李明换着去，取消一个。",
        "王芳把另一个会议的报名取消了。",
        "院长无法参加，请取消。",
        "家属无法参加，请取消报名。",
        "王芳无法参加其他活动。",
        "小王、王芳都去不了。",
        "我和王芳都去不了了。",
        "请不要因我院迟交而取消报名。",
        "Please do not cancel 王芳.",
        "我们不能参加上次的活动，这次一定来。",
        "李主任\n因故取消报名",
        "王芳因病无法参加，请李明代为领取资料。",
        "取消报名，王芳，李明",
        "王芳说她不参加了",
        "王芳25日下午不参加。",
        "王芳4月25日下午不能参加",
        "王芳23号不参加",
        "王芳23日的考察不参加",
        "王芳23日起不能参加",
        "王芳最后一天不能参加",
        "王芳24日请假",
        "王芳不参加集体返程，自行返回",
        "王芳周五不能参加",
        "王芳返程不参加",
    ],
)
def test_leaves_to_a_person_what_can_be_read_in_two_ways(text: str) -> None:
    assert short(understood(text)) == UNCLEAR


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (W, "取消报名"),
        (W, "申请取消报名，给您添麻烦了，谢谢。"),
        (W, "我不能参加了。"),
        (W, "因病无法参加，请取消报名。"),
        (W, "由于科室人手紧张，无法前往参加，望谅解。"),
        (W, "我院取消报名"),
        (W, "本人因工作冲突，退出此次学习。"),
        (W, "因父亲住院，我去不了了。"),
        (W, "Please cancel my registration."),
        (W, "王老师去不了了。"),
        (W, "我院1人取消。"),
        (UNCLEAR, "我院两人取消报名。"),
        (UNCLEAR, "李四无法参加，请取消报名。"),
        (UNCLEAR, "小李去不了了，取消吧。"),
        (UNCLEAR, "张主任无法参加。"),
        (UNCLEAR, "王院长无法参加。"),
        (UNCLEAR, "取消李明的报名"),
        (UNCLEAR, "我院李四、赵六去不了。"),
        (NOTHING, "取消单间可以吗？"),
        (NOTHING, "取消会议室"),
        (NOTHING, "请假条见附件"),
        (NOTHING, "我无法打开您的附件"),
        (NOTHING, "听说活动取消了"),
        (UNCLEAR, "请取消上一份回执，以新回执为准。"),
        (UNCLEAR, "我院李四医生因病住院。\n申请取消报名。"),
        (UNCLEAR, "取消报名。\n李四因病住院了。"),
        (UNCLEAR, "无法参加，请假一天。"),
    ],
)
def test_needs_no_name_where_there_is_only_one(asked: str, text: str) -> None:
    assert short(understood(text, (WANG,))) == asked


@pytest.mark.parametrize(
    ("asked", "text", "sender_name"),
    [
        (L, "我不能参加了。", "李明"),
        (L, "本人因病无法参加，申请取消报名。", "李 明"),
        (L, "我因家里有事，去不了了，请取消我的报名。", "某院李明"),
        (L, "本人临时出差，无法参加。\n李明", "李明"),
        (L, "您好，我是李明，因手术安排我无法参加了。", ""),
        (UNCLEAR, "我不能参加了。", ""),
        (UNCLEAR, "我不能参加了。", "赵六"),
        (UNCLEAR, "请帮我取消报名。", "李明"),
        (UNCLEAR, "我是王芳，我不能参加了。", "李明"),
    ],
)
def test_takes_me_for_the_sender(asked: str, text: str, sender_name: str) -> None:
    assert short(understood(text, sender_name=sender_name)) == asked


@pytest.mark.parametrize(
    ("asked", "subject", "text"),
    [
        (W, "取消报名", "王芳因病无法参加。"),
        (W, "取消报名", "您好：\n我院王芳因故无法参加，请取消。"),
        (W, "取消王芳报名", ""),
        (W, "关于取消王芳报名的函", "王芳同志因工作原因无法参加，申请取消报名。"),
        (W, "我院取消报名", "因王芳临时有任务，申请取消其报名。"),
        (ALL, "取消报名", "我院因故全部取消。"),
        (UNCLEAR, "取消报名", ""),
        (UNCLEAR, "全部取消报名", "王芳无法参加。"),
        (NOTHING, "回复：取消报名", "收到，谢谢"),
    ],
)
def test_counts_the_senders_own_subject(asked: str, subject: str, text: str) -> None:
    assert short(understood(text, subject=subject)) == asked


def test_knows_the_longest_name() -> None:
    people = (WANG, person("王芳芳", position=3))

    assert short(understood("取消王芳芳的报名。", people)) == "cancel 王芳芳"
    assert short(understood("取消王芳的报名。", people)) == W


def test_leaves_a_name_that_stands_twice_to_a_person() -> None:
    people = (WANG, person("王芳", position=3), LI)

    assert short(understood("取消王芳的报名。", people)) == UNCLEAR
    assert short(understood("取消李明的报名。", people)) == L


def test_leaves_a_surname_with_title_that_fits_two_to_a_person() -> None:
    people = (person("张伟", "主任"), person("张敏", "主任", position=1))

    assert short(understood("张主任去不了，请取消。", people)) == UNCLEAR


def test_tells_two_of_one_surname_apart_by_their_posts() -> None:
    people = (person("张伟", "院长"), person("张敏", "护士长", position=1))

    assert short(understood("张护士长去不了，请取消。", people)) == "cancel 张敏"


def test_leaves_all_to_a_person_where_the_sender_has_nobody() -> None:
    assert short(understood("请取消王芳的报名。", ())) == UNCLEAR
    assert short(understood("取消报名", ())) == UNCLEAR
    assert short(understood("谢谢", ())) == NOTHING


def test_keeps_to_the_people_it_was_given() -> None:
    found = understood("我院3人全部取消。")

    assert found.requests[0].people == THREE


def test_leaves_what_is_too_long_to_be_read_whole_to_a_person() -> None:
    assert short(understood("请取消王芳的报名。" + "\n谢谢" * 200)) == UNCLEAR
    assert short(understood("请取消王芳的报名。" + "辛苦" * 1500)) == UNCLEAR
