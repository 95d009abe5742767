"""Who shall come instead of whom, with what the words tell about the one who comes."""

from __future__ import annotations

import pytest

from tests.unit.requests_cases import ID, MOBILE, NOTHING, UNCLEAR, WANG, WRONG_ID, X_ID, short, understood

R = "replace 王芳>赵晨"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (R, "请将王芳换成赵晨。"),
        (R, "王芳换成赵晨参加。"),
        (R, "把王芳换成赵晨，谢谢！"),
        (R, "王芳改为赵晨参加。"),
        (R, "参会人员由王芳变更为赵晨。"),
        (R, "王芳因工作原因无法参加，改由赵晨参加。"),
        (R, "王芳因故不能参加，现改派赵晨同志前往。"),
        (R, "王芳去不了了，我院改由心内科副主任赵晨参加学习。"),
        (R, "王芳老师临时有手术，无法参加。改由赵晨老师参加。"),
        (R, "王芳因病不能参加，由赵晨代替参加。"),
        (R, "由赵晨替王芳参加。"),
        (R, "赵晨代王芳参加本次学习。"),
        (R, "赵晨顶替王芳。"),
        (R, "由我院医务科赵晨代替王芳出席。"),
        (R, "原参会人员王芳，现更换为赵晨。"),
        (R, "原：王芳，现：赵晨，申请换人。"),
        (R, "换人：王芳→赵晨"),
        (R, "更换参会人员：王芳更换为赵晨"),
        (R, "取消王芳的报名，换成赵晨。"),
        (R, "請將王芳換成趙晨".replace("趙", "赵")),
        (R, "申请更换人员。\n王芳换成赵晨。"),
        (R, "我院参会人员有变：王芳无法前往，改由赵晨前往，请协助更改，谢谢。"),
        (R, "王 芳 换成 赵 晨"),
        ("replace 王芳>欧阳若兰", "王芳换成欧阳若兰。"),
        ("replace 王芳>买买提·艾力", "王芳换成买买提·艾力参加。"),
        (R + "; replace 李明>钱一诺", "王芳换成赵晨，李明换成钱一诺。"),
        (R + "; cancel 李明", "王芳换成赵晨，李明取消报名。"),
        ("replace 李明>赵晨", "李主任因工作原因不能参加，改由赵晨参加。"),
        (R, "王芳换成赵晨，李明不变。"),
        (R, "王芳不能去，换赵晨去。"),
        (R, "请将王芳的报名信息改为赵晨的。"),
        (R, "王芳无法参加，赵晨顶替。"),
        (R, "由于王芳出差，参会人员调整为赵晨。"),
        (R, "将原报名的王芳副主任替换为赵晨主任医师参加"),
    ],
)
def test_replaces_the_one_who_goes_by_the_one_who_comes(asked: str, text: str) -> None:
    assert short(understood(text)) == asked


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (
            f"{R} mobile={MOBILE} id_number={ID} job_title=科主任",
            f"把王芳换成赵晨（手机 {MOBILE}，身份证号 {ID}，职务 科主任）",
        ),
        (f"{R} mobile={MOBILE}", f"王芳换成赵晨，手机：{MOBILE[:3]} {MOBILE[3:7]} {MOBILE[7:]}。"),
        (f"{R} mobile={MOBILE}", f"王芳换成赵晨，{MOBILE}。"),
        (f"{R} id_number={X_ID}", f"王芳改由赵晨参加，身份证号码：{X_ID.lower()}"),
        (f"{R} mobile={MOBILE} id_number={ID}", f"王芳无法参加，改由赵晨参加。\n手机：{MOBILE}\n身份证号：{ID}"),
        (f"{R} job_title=副主任医师 mobile={MOBILE}", f"王芳换成赵晨。\n职务：副主任医师；手机号码：{MOBILE}"),
        (f"{R} mobile={MOBILE} single_room=是", f"王芳换成赵晨，手机{MOBILE}，住单间。"),
        (f"{R} organisation=深圳市云杉医院", "王芳换成赵晨，单位：深圳市云杉医院"),
        (R, f"王芳换成赵晨。\n谢谢\n医务科\n手机：{MOBILE}"),
        (R, "王芳换成赵晨。\n联系电话：0755-25550000"),
        (UNCLEAR, f"王芳换成赵晨，身份证号{WRONG_ID}。"),
        (UNCLEAR, "王芳换成赵晨，手机号1380013800。"),
        (UNCLEAR, f"王芳换成赵晨，手机{MOBILE}，手机13900139000。"),
    ],
)
def test_takes_what_the_words_tell_about_the_new_one(asked: str, text: str) -> None:
    assert short(understood(text)) == asked


@pytest.mark.parametrize(
    ("asked", "text", "form_names"),
    [
        ("replace 王芳>赵晨", "申请更换人员，王芳换成赵晨，回执见附件。", ("赵晨",)),
        ("replace 王芳>赵晨", "王芳因故不能参加，更换人员，新的回执表见附件。", ("赵晨",)),
        ("replace 王芳>赵晨", "王芳换人，见附件。", ("赵晨", "李明", "张伟国")),
        ("replace 王芳>赵晨", "更换人员，回执见附件。", ("赵晨", "李明", "张伟国")),
        (UNCLEAR, "王芳不能参加，改由赵主任参加，回执见附件。", ("赵晨",)),
        ("replace 王芳>", "王芳需要更换人员，具体名单另报。", ()),
        (UNCLEAR, "更换人员，回执见附件。", ("赵晨", "钱一诺")),
        (UNCLEAR, "王芳换成赵晨，见附件。", ("钱一诺",)),
        (UNCLEAR, "王芳不能参加，改由赵主任参加。", ()),
        (UNCLEAR, "更换人员，稍后发回执。", ()),
        (UNCLEAR, "王芳换人，见附件。", ("赵晨", "钱一诺")),
    ],
)
def test_lets_a_form_tell_who_comes(asked: str, text: str, form_names: tuple[str, ...]) -> None:
    assert short(understood(text, form_names=form_names)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "人员不需要更换。",
        "无需更换人员，谢谢。",
        "王芳不换了，还是她参加。",
        "能否换人？",
        "王芳可以换成赵晨吗？",
        "如需更换人员，请告知。",
        "如果王芳去不了，就由赵晨参加。",
        "如有人员变更，将及时告知。",
        "请替换之前的表格。",
        "航班改为下午的。",
        "酒店换成别的可以吗？",
        "王芳由李明陪同参加。",
        "请勿将王芳换成赵晨。",
        "王芳改签了机票。",
    ],
)
def test_replaces_nobody_where_that_is_not_asked(text: str) -> None:
    assert short(understood(text)) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "王芳换成李明。",
        "赵晨换成王芳。",
        "王芳替赵晨参加。",
        "李明替王芳参加。",
        "李四换成赵晨。",
        "王芳、李明换成赵晨、钱一诺。",
        "王芳换成同事参加。",
        "王芳改为线上参加，李明不能参加下午的会。",
        "王芳换成赵晨。王芳换成钱一诺。",
        "王芳换成赵晨，李明也换成赵晨。",
        "取消王芳的报名。\n另：王芳换成赵晨。\n王芳照常参加。",
        "改由赵晨参加。",
        "换成赵晨参加。",
        "王芳可能换成赵晨。",
        "麻烦将王芳换成赵晨，可以吗？",
        "王芳无法参加，让王主任去吧。",
        "王芳的名额让给钱一诺。",
        "姓名由王芳改为赵晨。",
        "取消王芳的报名，增加赵晨。",
        "王芳和赵晨换一下。",
        "王芳改为单独前往。",
    ],
)
def test_leaves_doubtful_replacements_to_a_person(text: str) -> None:
    assert short(understood(text)) == UNCLEAR


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (R, "改由赵晨参加。"),
        (R, "我院参会人员更换为赵晨。"),
        (R, "我去不了，换成赵晨。"),
        (R, "原报名人员无法参加，改派赵晨参加。"),
        (UNCLEAR, "李明换成赵晨。"),
        (UNCLEAR, "我去不了，换成王芳。"),
    ],
)
def test_needs_no_name_for_the_only_one(asked: str, text: str) -> None:
    assert short(understood(text, (WANG,))) == asked


def test_replaces_the_sender_who_speaks_of_herself() -> None:
    assert short(understood("我临时有事无法参加，改由赵晨参加。", sender_name="王芳")) == R
