"""Plain text: rows pasted from a sheet become a table, all else stays a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.readers.text import read_text
from bot.records.form import Line, Place
from tests.samples.make_forms import TITLE, slip, text_form
from tests.samples.shown import shown

ONE, TWO = "13900000001", "13900000002"


def read(text: str) -> list[str | list[list[str]]]:
    return shown(read_text("邮件正文", text))


def test_reads_the_form_pasted_from_a_sheet() -> None:
    content = slip()

    blocks = read(text_form(content))

    assert blocks[0] == TITLE
    assert blocks[1] == [["姓名", "单位", "职务", "手机", "身份证号", "是否单间"], *content.rows]
    assert blocks[2:] == [f"{label}：{value}" for label, value in content.lines]


EXPECTED = [["姓名", "单位", "手机"], ["张三", "甲", ONE], ["李四", "乙", TWO]]


@pytest.mark.parametrize(
    "text",
    [
        f"姓名\t单位\t手机\n张三\t甲\t{ONE}\n李四\t乙\t{TWO}",
        f"姓名\t单位\t手机\n\n张三\t甲\t{ONE}\n\n李四\t乙\t{TWO}",
        f"> 姓名\t单位\t手机\n> 张三\t甲\t{ONE}\n>> 李四\t乙\t{TWO}",
        f"| 姓名 | 单位 | 手机 |\n|---|---|---|\n| 张三 | 甲 | {ONE} |\n| 李四 | 乙 | {TWO} |",
        f"+----+----+\n姓名｜单位｜手机\n张三｜甲｜{ONE}\n--------\n李四｜乙｜{TWO}",
        f"姓名    单位    手机\n张三    甲      {ONE}\n李四    乙      {TWO}",
        f"姓名　　单位　　手机\n张  三　　甲　　{ONE}\n李四　　乙　　{TWO}",
        f"姓名,单位,手机\n张三,甲,{ONE}\n李四,乙,{TWO}",
        f"姓名，单位，手机\n张三，甲，{ONE}\n李四，乙，{TWO}",
    ],
)
def test_finds_the_columns(text: str) -> None:
    assert read(text) == [EXPECTED]


def test_finds_columns_parted_by_single_blanks_by_the_numbers_in_them() -> None:
    text = f"姓名 单位 职务 手机\n张 三 甲 主任 {ONE}\n李四 乙 院长 {TWO}\n此致 敬礼 各位 老师"

    assert read(text) == [
        [["姓名", "单位", "职务", "手机"], ["张三", "甲", "主任", ONE], ["李四", "乙", "院长", TWO]],
        "此致 敬礼 各位 老师",
    ]


def test_an_empty_cell_shifts_nothing() -> None:
    text = (
        f"姓名    单位        职务    手机\n张三    甲医院              {ONE}\n李四                院长    {TWO}"
    )

    assert read(text) == [
        [["姓名", "单位", "职务", "手机"], ["张三", "甲医院", "", ONE], ["李四", "", "院长", TWO]]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "填报单位：甲\t联系人：王五\n电话：1\t邮箱：x",
        "您好，谢谢，再见\n再见，谢谢，您好",
        "各位 老师 大家 好\n谢谢 大家 再见 啦",
        f"姓名：张三    手机：{ONE}    职务：主任\n姓名：李四    手机：{TWO}    职务：院长",
        "只有\t一行",
    ],
)
def test_prose_and_labelled_lines_stay_lines(text: str) -> None:
    blocks = read(text)

    assert all(isinstance(block, str) for block in blocks)
    assert len(blocks) == len(text.split("\n"))


def test_lines_know_their_number_and_rules_say_nothing() -> None:
    document = read_text("邮件正文", "一\r\n------\r\n\r\n> 二")

    assert document.blocks == (
        Line("一", Place("邮件正文", "", "第1行")),
        Line("二", Place("邮件正文", "", "第4行")),
    )


@given(st.text("姓名张三1390 \t|,，>\n-", max_size=120))
def test_never_fails(text: str) -> None:
    read_text("x", text)


def test_a_long_text_takes_moments() -> None:
    read_text("x", ("a  b  c\n" * 30_000) + "x\ty\n" * 3_000)
