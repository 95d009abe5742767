"""The vocabulary: which field a heading means, and the file that it stands in."""

from __future__ import annotations

import pytest

from bot.forms.labels import Field, default_labels, load_labels

LABELS = default_labels()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓 名", Field.NAME),
        ("姓　　名", Field.NAME),
        ("姓\u00a0\u00a0\u00a0名：", Field.NAME),
        ("*姓名", Field.NAME),
        ("姓名 *", Field.NAME),
        ("姓名(Name)", Field.NAME),
        ("姓名 Name", Field.NAME),
        ("1、姓名", Field.NAME),
        ("参会人员姓名", Field.NAME),
        ("导师姓名", Field.OTHER_PERSON),
        ("接送人姓名", Field.OTHER_PERSON),
        ("合住人姓名", Field.OTHER_PERSON),
        ("家庭成员的姓名", Field.OTHER_PERSON),
        ("填表人", Field.OTHER_PERSON),
        ("接站负责人", Field.OTHER_PERSON),
        ("姓名拼音", Field.EXTRA),
        ("联系人姓名", Field.CONTACT),
        ("会务联系人", Field.CONTACT),
        ("参会单位联系人手机", Field.CONTACT_PHONE),
        ("会务联系人邮箱", Field.EMAIL),
        ("联系人职务", Field.OTHER_PERSON),
        ("电话（手机）", Field.MOBILE),
        ("手\n机", Field.MOBILE),
        ("本单位手机号码", Field.MOBILE),
        ("办公电话", Field.TELEPHONE),
        ("企业（集团）名称", Field.ORGANISATION),
        ("参会人所在单位名称", Field.ORGANISATION),
        ("填报单位（盖章）", Field.SUBMITTER),
        ("申报单位(加盖公章)", Field.SUBMITTER),
        ("单位级别", Field.EXTRA),
        ("作者（单位）", Field.EXTRA),
        ("职务/职称", Field.JOB_TITLE),
        ("职称", Field.RANK),
        ("是否单间\n（请填是/否）", Field.SINGLE_ROOM),
        ("是否需要单间住宿", Field.SINGLE_ROOM),
        ("要求房间类型说明", Field.SINGLE_ROOM),
        ("开具发票的单位抬头名称", Field.INVOICE_TITLE),
        ("开具发票的", Field.INVOICE_TITLE),
        ("纳税人识别", Field.TAXPAYER_ID),
        ("是否单", Field.SINGLE_ROOM),
        ("增值税发票单位名称", Field.INVOICE_TITLE),
        ("增值税发票税号", Field.TAXPAYER_ID),
        ("发票邮寄方式", Field.INVOICE),
        ("统一社会信用代码/纳税人识别号", Field.TAXPAYER_ID),
        ("ＩＤ　Ｎｏ．", Field.ID_NUMBER),
        ("E-mail*", Field.EMAIL),
        ("身份证号（必填）", Field.ID_NUMBER),
        ("身份证号必填", Field.ID_NUMBER),
        ("序号", Field.SEQUENCE),
        ("#", Field.SEQUENCE),
        ("不合住", None),
        ("请填写真实姓名", None),
        ("副院长", None),
        ("主任医师", None),
        ("深圳市人民医院", None),
        ("", None),
        ("（）", None),
        ("13800000000", None),
        ("各会员单位，各相关单位", None),
        ("张" * 200 + "姓名", None),
        ("张" * 30 + "姓名", None),
    ],
)
def test_heading_means_its_field(heading: str, field: Field | None) -> None:
    assert LABELS.field_of(heading) is field


def test_only_whole_headings_are_exact() -> None:
    assert LABELS.is_exact("姓 名")
    assert not LABELS.is_exact("会议学员的姓名")
    assert not LABELS.is_exact("姓名" * 100)


@pytest.mark.parametrize(
    "text",
    [
        "fields = 3",
        "[fields]\nname = 3",
        "[fields.name]\nexact = '姓名'",
        "[fields.name]\nexact = ['']",
        "[fields.name]\nexact = ['姓名']\n[fields.contact]\nexact = ['姓 名']",
        "[fields.nonsense]\nexact = ['姓名']",
        "[fields",
    ],
)
def test_refuses_a_file_that_is_no_vocabulary(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_labels(text)


def test_a_vocabulary_may_be_small() -> None:
    labels = load_labels("[fields.name]\nexact = ['姓名']")

    assert labels.field_of("姓名") is Field.NAME
    assert labels.field_of("导师姓名") is None
