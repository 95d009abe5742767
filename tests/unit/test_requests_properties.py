"""Whatever is written: only people on the list are named, and words that name nobody cancel nobody."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.admission.requests import worded
from bot.records.request import RequestKind, Worded
from tests.unit.requests_cases import MOBILE, THREE, person, short

_NAMES = tuple(one.name for one in THREE)
_PLAIN_WORDS = (
    "取消 报名 不能参加 无法前往 退出 请假 换成 改为 改由 由 替 参加 身份证号 手机 单间 更正为 应为 "
    "因病 因 的 ， 。 、 （ ） ： 请 不 勿 如果 吗 ？ 主任 院长 老师 李四 赵晨 王芳芳 张三丰 小李 "
    "名额 出差 照常 已 可能 其 他 本次学习 无误 正确 谢谢 收到 取消报名 抬头 税号 联系人 单位 职务 "
    "双人间 等 和 与 名单 以下 原 现 新增 发票 航班 门诊 下午 线上"
)
_WHOLE_WORDS = "我院 我单位 我们 全部 所有 全体 两人 三人 3人 均 都 我 本人"
_PLAIN, _WHOLE = tuple(_PLAIN_WORDS.split()), tuple(_WHOLE_WORDS.split())
anything = st.lists(
    st.one_of(st.sampled_from((*_PLAIN, *_WHOLE, *_NAMES, MOBILE, " ", "\n")), st.text(max_size=3))
)
sentences = st.lists(anything.map("".join), max_size=5).map(tuple)
namelessly = st.lists(st.lists(st.sampled_from((*_PLAIN, MOBILE, " ")), max_size=12).map("".join), max_size=5).map(
    tuple
)
_SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _ask(words: tuple[str, ...]) -> Worded:
    return worded(words, THREE, sender_name="医务科", form_names=())


@_SETTINGS
@given(sentences)
def test_names_only_people_on_the_list(words: tuple[str, ...]) -> None:
    found = _ask(words)

    assert all(one in THREE for request in found.requests for one in request.people)
    assert all(request.people for request in found.requests)


@_SETTINGS
@given(sentences)
def test_asks_for_nothing_where_it_is_unclear(words: tuple[str, ...]) -> None:
    found = _ask(words)

    assert not (found.unclear and found.requests)


@_SETTINGS
@given(namelessly)
@example(("取消报名",))
@example(("不能参加，请取消",))
@example(("取消以下名单",))
def test_words_that_name_nobody_and_no_group_cancel_nobody(words: tuple[str, ...]) -> None:
    found = _ask(words)

    assert not [request for request in found.requests if request.kind is RequestKind.CANCEL]


@_SETTINGS
@given(sentences)
def test_cancels_only_those_who_are_named_unless_a_group_is(words: tuple[str, ...]) -> None:
    found = _ask(words)

    said = "".join(words)
    spoken = "".join(character for character in said if not character.isspace())
    cancelled = [one for request in found.requests if request.kind is RequestKind.CANCEL for one in request.people]
    grouped = any(word in spoken for word in _WHOLE)
    titled = any(title in spoken for title in ("主任", "院长", "老师"))
    assert grouped or titled or all(one.name in spoken for one in cancelled)


@_SETTINGS
@given(st.sampled_from(THREE), st.sampled_from(["请取消{}的报名。", "{}因病不能参加，请取消。", "{}退出本次学习"]))
def test_understands_a_plain_request_whatever_stands_around_it(one: object, phrase: str) -> None:
    name = getattr(one, "name", "")

    found = _ask(("您好", phrase.format(name), "谢谢", "医务科"))

    assert short(found) == f"cancel {name}"


@_SETTINGS
@given(st.sampled_from("芳明国华伟强丽静军洋"))
def test_never_takes_a_longer_name_for_the_shorter_one(character: str) -> None:
    people = (person("王芳"), person("李明", position=1))

    found = worded((f"请取消王芳{character}的报名",), people, sender_name="", form_names=())

    assert found == Worded(unclear=True)
