"""Words that name none of the sender's people cancel nobody unless they can only mean all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.admission.requests import worded
from tests.unit.requests_cases import HOSPITAL, LI, NOTHING, UNCLEAR, WANG, short, understood, unsure

W, WL = "cancel 王芳", "cancel 王芳+李明"


@pytest.mark.parametrize(
    "text",
    [
        "我院萨仁因故无法参加，申请取消报名。",
        "我院扎西因工作原因不能参加本次活动。",
        "阿依古丽因病无法参加，请取消。",
        "阿依古丽，因病无法参加，请取消。",
        "古丽巴哈尔·买买提去不了了。",
        "红树林医院取消报名。",
        "红树林医院报名人员全部取消报名。",
        "王芳只参加后两天，前一天去不了。",
    ],
)
def test_somebody_or_some_hospital_unknown_never_cancels_the_only_one(text: str) -> None:
    assert short(understood(text, (WANG,))) == UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "我因出差在外，无法第一时间回复您的来信，敬请谅解。",
        "您好，我正在休假，不能马上回复您的来信。",
        "我不在办公室，无法查看来信。",
        "本人外出学习，无法前来办公室，有急事请致电。",
        "我正在外地开会，无法来单位，回来后答复您。",
        "我院电话故障，不能来电确认。",
        "因在外地，没法去银行汇款。",
    ],
)
def test_being_away_from_the_desk_is_no_cancellation(text: str) -> None:
    assert short(understood(text, (WANG,))) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        f"{HOSPITAL.name}报名人员全部取消。",
        f"{HOSPITAL.name.removeprefix('深圳市')}因工作安排，我院取消报名。",
        "由于医院近期迎接等级评审，我院两位老师都无法参加。",
        "经院领导研究决定，我院不参加本次活动，请予取消。",
        "非常抱歉，因科室工作冲突，我院报名人员均无法前往。",
    ],
)
def test_the_senders_own_hospital_means_all_of_hers(text: str) -> None:
    assert short(understood(text, (WANG, LI))) == WL


@pytest.mark.parametrize(
    "other",
    [
        replace(LI, sender="another@example.org"),
        replace(LI, organisation="深圳市榕江医院", submitting_organisation="深圳市榕江医院"),
    ],
)
def test_all_is_unclear_where_several_offices_or_hospitals_could_be_meant(other: object) -> None:
    assert isinstance(other, type(LI))
    assert short(understood("我院报名人员全部取消。", (WANG, other))) == UNCLEAR
    assert short(understood("王芳取消报名。", (WANG, other))) == W


def test_no_mistake_is_said_of_one_answers_scan_where_there_were_several() -> None:
    first, second = unsure(WANG, "mobile"), replace(unsure(LI, "mobile"), message_id="<8@example.org>")

    assert short(understood("核对无误。", (first, second))) == UNCLEAR
    assert short(understood("王芳的信息无误。", (first, second))) == "confirm 王芳"
    assert short(understood("核对无误。", (first, unsure(LI, "mobile")))) == "confirm 王芳+李明"


@pytest.mark.parametrize(
    "subject",
    [
        "更换参会人员",
        "人员更换申请",
        "关于更换参会代表的函",
        "更换报名人员",
        "参会人员变更",
        "换人申请",
        "更换名额",
    ],
)
def test_subject_that_only_says_that_people_change_spoils_nothing(subject: str) -> None:
    said = understood("王芳换成赵一帆，信息见附件。", (WANG,), subject=subject, form_names=("赵一帆",))

    assert short(said) == "replace 王芳>赵一帆"


def test_name_of_the_event_is_nobodys() -> None:
    title = "医疗纠纷防范培训班"
    sentences = (f"{title}取消报名", "王芳取消报名。")

    known = worded(sentences, (WANG, LI), sender_name="", form_names=(), topics=(title,))
    unknown = worded(sentences, (WANG, LI), sender_name="", form_names=())

    assert (short(known), short(unknown)) == (W, UNCLEAR)
