"""HTML: what a mail program shows of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.readers.decoding import decoded
from bot.forms.readers.html import read_html, web_page_in
from bot.records.form import Place
from tests.samples.make_forms import TITLE, slip, web_form
from tests.samples.shown import shown, tables


def read(markup: str) -> list[str | list[list[str]]]:
    return shown(read_html("邮件正文", markup))


def test_reads_the_form_in_a_mail() -> None:
    content = slip()

    blocks = read(web_form(content))

    assert blocks[:2] == ["您好：", TITLE]
    assert blocks[2] == [["姓名", "单位", "职务", "手机", "身份证号", "是否单间"], *content.rows]
    assert blocks[3:] == [f"{label}：{value}" for label, value in content.lines]


def test_every_cell_and_line_knows_where_it_stood() -> None:
    document = read_html("邮件正文", "<p>a</p><p>b</p><table><tr><td>x<td>y</table>")

    assert tables(document)[0].rows[0][1].place == Place("邮件正文", "表1", "第1行第2列")
    assert document.blocks[1].place == Place("邮件正文", "", "第2行")  # type: ignore[union-attr]


def test_resolves_spans() -> None:
    upper = "<tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d"
    markup = f"<table>{upper}<tr><td rowspan=0>e<td colspan='2x'>f<tr><td>g</table>"

    assert read(markup) == [[["a", "b", "b"], ["a", "c", "d"], ["e", "f", "f"], ["e", "g", ""]]]


def test_bounds_impossible_spans() -> None:
    document = read_html("x", "<table><tr><td colspan=99999>a<td rowspan=99999>b<td colspan=-1>c</table>")

    assert len(tables(document)[0].rows[0]) == 512


def test_reads_tables_that_only_arrange_others_as_what_they_arrange() -> None:
    inner = "<table><tr><td>姓名<td>手机<tr><td>张三<td>1</table>"
    middle = f"<table><tr><td>{inner}</td><td>&nbsp;</td></tr></table>"
    markup = f"<table><tr><td>您好</td></tr><tr><td>{middle}</td></tr></table>"

    assert read(markup) == ["您好", [["姓名", "手机"], ["张三", "1"]]]


def test_a_table_inside_a_data_cell_follows_its_table() -> None:
    markup = "<table><tr><td>单位<td>甲<td><table><tr><td>姓名<td>张三</table></table>"

    assert read(markup) == [[["单位", "甲", ""]], [["姓名", "张三"]]]


def test_collapses_blanks_and_keeps_line_breaks() -> None:
    markup = "<table><tr><td>姓&nbsp;&nbsp;\n 名<td>甲<br>乙<p>丙</p></table>第一行<br/>第二\n行<div>第三行</div>"

    assert read(markup) == [[["姓 名", "甲\n乙\n丙"]], "第一行", "第二 行", "第三行"]


def test_leaves_out_what_is_not_shown() -> None:
    markup = (
        "<?xml version='1.0' encoding='gbk'?><html><head><title>t</title><style>x</style></head><body>"
        "<!-- c --><!--[if mso]><p>mso</p><![endif]--><script>s</script>"
        "<div style='display:none'>预览</div><p hidden>h</p>"
        "<p>是/<s>否</s><span style='text-decoration: line-through'>旧</span></p><xml><w:x>1</w:x></xml>"
        "<table><tr style='mso-hide:all'><td>a<td>b<tr><td>c<td style='display:none'>d</table>"
        "<v:shape>v</v:shape></body></html>"
    )

    assert read(markup) == ["是/", [["c", ""]]]


def test_reads_ticks_boxes_and_fields() -> None:
    markup = (
        "<p><input type=checkbox checked>是<input type=radio>否</p>"
        "<p><input value=张三><input type=hidden value=x></p>"
        "<p><select><option>a<option selected>b</select></p><p><font face='Wingdings 2'>R</font>要"
        '<span style="font-family:Wingdings">¨</span>不要</p>'
    )

    assert read(markup) == ["☑是☐否", "张三", "b", "☑要☐不要"]


@pytest.mark.parametrize("markup", ["", "  ", "\x00", "<!-- only -->", "<html></html>"])
def test_an_empty_page_says_nothing(markup: str) -> None:
    assert read(markup) == []


def test_survives_deep_nesting() -> None:
    assert isinstance(read("<div>" * 5_000 + "x" + "<table><tr><td>" * 3_000), list)


@given(st.text("<>/=\"' abtrd姓名&;!-", max_size=80))
def test_never_fails_on_bad_markup(markup: str) -> None:
    read_html("x", "<table>" + markup)


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb18030", "utf-16"])
def test_reads_pages_in_any_usual_charset(charset: str) -> None:
    page = "<html><table><tr><td>姓名<td>张三</table></html>"

    assert read(web_page_in(page.encode(charset))) == [[["姓名", "张三"]]]


def test_believes_a_declared_charset_only_where_it_fits() -> None:
    assert decoded("姓名".encode("gbk"), "utf-8") == "姓名"
    assert decoded("姓名".encode(), "no-such-charset") == "姓名"
    assert decoded("<meta charset=gb2312>喆".encode("gbk")).endswith("喆")
    assert "\ufffd" in decoded(b"\xff\xff\x81")
