"""Whether a job title is among those that a notice addresses: a hint for staff, rarely wrong, or none at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.admission.roles import role_remark
from bot.records.decision import State
from tests.unit.admission_cases import EVENT, roll_of

POSTS = ("院长", "科主任", "护士长")
LEADERS = ("院领导", "职能部门负责人")
SHIPPED = ("医疗机构管理干部", "职能部门负责人", "业务骨干")


def remark(roles: tuple[str, ...], title: str) -> str:
    (person,) = roll_of(1)
    return role_remark(replace(EVENT, roles=roles), replace(person, job_title=title))


@pytest.mark.parametrize("title", ["副院长", "心内科主任", "主任", "内科 护士长", "院长、书记"])
def test_post_that_the_notice_names_gets_no_remark(title: str) -> None:
    assert remark(POSTS, title) == ""


@pytest.mark.parametrize("title", ["副主任医师", "主管护师", "医务科干事", "党委书记"])
def test_title_that_fits_none_is_told_with_whom_the_notice_asks(title: str) -> None:
    assert remark(POSTS, title) == f"职务“{title}”不在通知所请的人员（院长、科主任、护士长）之内，供参考。"


@pytest.mark.parametrize(
    "title", ["党委副书记", "医务科科长", "质控办主任", "护理部负责人", "信息科主管", "总会计师兼主任"]
)
def test_whoever_leads_anything_fits_a_circle_of_leaders(title: str) -> None:
    assert remark(LEADERS, title) == ""


@pytest.mark.parametrize("title", ["主任医师", "副主任护师", "主管药师", "住院医师", "科员"])
def test_rank_of_a_profession_is_no_post(title: str) -> None:
    assert remark(LEADERS, title) != ""


@pytest.mark.parametrize("title", ["科员", "住院医师", "老师"])
def test_circle_that_no_title_can_tell_leaves_everything_open(title: str) -> None:
    assert remark(SHIPPED, title) == ""


@pytest.mark.parametrize(("roles", "title"), [((), "科员"), (POSTS, ""), (POSTS, "　")])
def test_nothing_to_compare_is_no_remark(roles: tuple[str, ...], title: str) -> None:
    assert remark(roles, title) == ""


def test_whoever_cancelled_is_nobody_to_look_at() -> None:
    (person,) = roll_of(1)

    gone = replace(person, job_title="科员", state=State.CANCELLED)

    assert role_remark(replace(EVENT, roles=POSTS), gone) == ""
