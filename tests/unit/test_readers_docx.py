"""Word files: what a person would read in them, in the order they would read it."""

from __future__ import annotations

import pytest

from bot.forms.readers.docx import read_docx
from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import Place, UnreadCode
from tests.samples.make_forms import TITLE, slip, word_form
from tests.samples.make_package import package, relationships
from tests.samples.make_word_xml import p, part_xml, r, sdt, tbl, tc, tr, word_xml
from tests.samples.shown import shown, tables


def read(body: str) -> list[str | list[list[str]]]:
    return shown(read_docx("回执.docx", word_xml(body)))


def test_reads_paragraphs_and_tables_in_their_order() -> None:
    content = slip()

    blocks = shown(read_docx("回执.docx", word_form(content, blank_rows=1)))

    assert blocks[0] == TITLE
    assert blocks[1] == [["姓名", "单位", "职务", "手机", "身份证号", "是否单间"], *content.rows, [""] * 6]
    assert blocks[2:] == [f"{label}：{value}" for label, value in content.lines]


def test_every_cell_knows_where_it_stood() -> None:
    document = read_docx("回执.docx", word_form(slip()))

    assert tables(document)[0].rows[1][3].place == Place("回执.docx", "表1", "第2行第4列")


@pytest.mark.parametrize(
    "table",
    [
        tbl(tr(tc(sdt(p("张三"))), "甲")),
        tbl(tr(tc(p(sdt(r("张三")))), "甲")),
        tbl(tr(sdt(tc("张三")), "甲")),
        tbl(sdt(tr("张三", "甲"))),
        sdt(tbl(tr("张三", "甲"))),
        tbl(sdt(tr(sdt(tc(sdt(p(sdt(r("张三")))))), sdt(sdt(tc("甲")))))),
        tbl("<w:customXml>" + tr("<w:customXml>" + tc("张三") + "</w:customXml>", "甲") + "</w:customXml>"),
    ],
)
def test_reads_cells_inside_content_controls(table: str) -> None:
    assert read(table) == [[["张三", "甲"]]]


def test_resolves_merged_cells() -> None:
    span, restart, down = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = tbl(
        tr(tc("单位", restart), tc("参加人员", span)),
        tr(tc("", down), "姓名", "手机"),
        tr(tc("", down), "张三", "1"),
        tr("乙", "李四", "2"),
    )

    document = read_docx("x", word_xml(table))

    assert shown(document) == [
        [["单位", "参加人员", "参加人员"], ["单位", "姓名", "手机"], ["单位", "张三", "1"], ["乙", "李四", "2"]]
    ]
    rows = tables(document)[0].rows
    assert rows[0][0] is rows[2][0]
    assert (rows[0][0].row_span, rows[0][1].column_span) == (3, 2)


def test_keeps_columns_where_a_row_begins_later_or_ends_earlier() -> None:
    table = tbl(tr("a", "b", "c"), tr("x", properties='<w:gridBefore w:val="1"/>'))

    assert read(table) == [[["a", "b", "c"], ["", "x", ""]]]


def test_joins_cells_merged_the_old_way() -> None:
    table = tbl(tr(tc("a", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "b"))

    assert read(table) == [[["a", "a", "b"]]]


def test_a_nested_table_follows_the_one_around_it() -> None:
    inner = tbl(tr("姓名", "手机"), tr("张三", "1"))

    assert read(tbl(tr("单位", tc(p("见下") + inner)))) == [[["单位", "见下"]], [["姓名", "手机"], ["张三", "1"]]]


def test_a_table_of_one_cell_is_only_a_frame() -> None:
    inner = tbl(tr("姓名", "手机"), tr("张三", "1"))

    assert read(tbl(tr(tc(p("标题") + inner + p("联系人：王五"))))) == [
        "标题",
        [["姓名", "手机"], ["张三", "1"]],
        "联系人：王五",
    ]


def test_reads_a_text_box_once() -> None:
    box = f"<w:txbxContent>{p('填报单位：甲')}{tbl(tr('姓名', '张三'))}</w:txbxContent>"
    drawn = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )

    assert read(p("前", drawn)) == ["前", "填报单位：甲", [["姓名", "张三"]]]


def test_reads_a_text_box_inside_a_cell() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('李四')}</w:txbxContent></v:textbox></w:pict></w:r>"

    assert read(tbl(tr(tc(p("张三", box)), "甲"))) == [[["张三\n李四", "甲"]]]


def test_reads_a_symbol_that_only_the_fallback_can_show() -> None:
    run = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w16se:symEx xmlns:w16se="x"/></mc:Choice>'
        "<mc:Fallback><w:t>☑</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )

    assert read(p(run, "是")) == ["☑是"]


def test_takes_tracked_changes_as_accepted() -> None:
    deleted, inserted = "<w:del><w:r><w:delText>李</w:delText></w:r></w:del>", f"<w:ins>{r('张')}</w:ins>"
    moved = f"<w:moveFrom>{r('旧')}</w:moveFrom><w:moveTo>{r('新')}</w:moveTo>"

    assert read(p(deleted, inserted, "三", moved)) == ["张三新"]


def test_leaves_out_deleted_rows_and_cells() -> None:
    table = tbl(tr("a", "b"), tr("x", "y", properties="<w:del/>"), tr("c", tc("z", "<w:cellDel/>")))

    assert read(table) == [[["a", "b"], ["c", ""]]]


def test_leaves_out_struck_and_hidden_text() -> None:
    assert read(p("是/", r("否", "<w:strike/>"), r("密", "<w:vanish/>"), r("了", '<w:strike w:val="0"/>'))) == [
        "是/了"
    ]


def test_tells_which_rows_are_hidden() -> None:
    table = tbl(tr("a", "b"), tr("x", "y", properties="<w:hidden/>"))

    assert tables(read_docx("x", word_xml(table)))[0].hidden_rows == {1}


def test_reads_breaks_tabs_links_and_fields() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "mailto:x"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("a@example.org")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    link = f'<w:hyperlink r:id="rId9">{r("主页")}</w:hyperlink>'

    assert read(p("邮箱：", field, "<w:r><w:tab/></w:r>", link, "<w:r><w:br/></w:r>", "下一行")) == [
        "邮箱：a@example.org 主页",
        "下一行",
    ]


def test_reads_tick_boxes_of_every_age() -> None:
    modern = sdt(r("☐"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>')
    empty = sdt(r("☐"), '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>')
    off = '<w:default w:val="0"/>'
    old, older = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>'
        f"<w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar></w:r>"
        for state in (off + "<w:checked/>", off)
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'

    assert read(p(modern, "是", empty, "否", old, end, "是", older, end, "否")) == ["☑是☐否☑是☐否"]


def test_reads_symbol_fonts() -> None:
    sym = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    letter = r("R", '<w:rFonts w:ascii="Wingdings 2"/>')
    private = r("\uf0a8")

    assert read(p(sym, "是", letter, "要", private, "否")) == ["☑是☑要☐否"]


def test_reads_the_chosen_entry_of_an_old_list_field() -> None:
    entries = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="是"/><w:listEntry w:val="否"/></w:ddList>'
    field = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{entries}</w:ffData></w:fldChar></w:r>'

    assert read(p(field)) == ["否"]


def test_a_placeholder_is_empty() -> None:
    asks = sdt(r("单击或点击此处输入文字。"), "<w:showingPlcHdr/>")
    styled = sdt(r("姓名示例", '<w:rStyle w:val="a3"/>'), "<w:showingPlcHdr/>")
    filled = sdt(r("张三"), "<w:showingPlcHdr/>")

    assert read(
        tbl(tr(tc(p(asks)), sdt(tc("点击此处输入文字"), "<w:showingPlcHdr/>"), tc(p(styled)), tc(p(filled))))
    ) == [[["", "", "", "张三"]]]


def test_reads_the_base_of_a_phonetic_guide() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{r('zhāng')}</w:rt><w:rubyBase>{r('张')}</w:rubyBase></w:ruby></w:r>"

    assert read(p(ruby, "三")) == ["张三"]


def test_headers_and_footers_come_last() -> None:
    content = word_xml(
        p("正文"),
        more={"word/header1.xml": part_xml("hdr", p("附件")), "word/footer1.xml": part_xml("ftr", p("第1页"))},
        links=(("rId1", "header", "header1.xml"), ("rId2", "footer", "/word/footer1.xml")),
    )

    assert shown(read_docx("x", content)) == ["正文", "附件", "第1页"]


def test_reads_a_web_page_put_into_the_package() -> None:
    page = "<html><meta charset=gbk><table><tr><td>姓名<td>张三</table></html>".encode("gbk")
    archive = b'MIME-Version: 1.0\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n' + "<p>单位：甲</p>".encode()
    content = word_xml(
        '<w:altChunk r:id="rId1"/><w:altChunk r:id="rId2"/><w:altChunk r:id="rId3"/>',
        more={"word/a.html": page, "word/b.mht": archive},
        links=(("rId1", "aFChunk", "a.html"), ("rId2", "aFChunk", "b.mht")),
    )

    assert shown(read_docx("x", content)) == [[["姓名", "张三"]], "单位：甲"]


def test_reads_strict_files() -> None:
    body = p("标题", "<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>") + tbl(
        tr(tc("a", '<w:gridSpan w:val="2"/>')), tr("b", "c")
    )

    assert shown(read_docx("x", word_xml(body, strict=True))) == ["标题✓", [["a", "a"], ["b", "c"]]]


def test_reads_a_package_without_relationships_and_with_backslashes() -> None:
    inside = word_xml(p("标题"))
    bare = package({"word\\document.xml": part_xml("document", f"<w:body>{p('标题')}</w:body>")})

    assert shown(read_docx("x", inside)) == shown(read_docx("x", bare)) == ["标题"]


def corrupt_code(content: bytes) -> UnreadCode:
    with pytest.raises(UnreadableFileError) as caught:
        read_docx("x", content)
    return caught.value.code


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no zip",
        package({"word/other.xml": "<x/>"}),
        package({"word/document.xml": "<w:document"}),
        package({"word/document.xml": ""}),
        package({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
        package({"_rels/.rels": relationships(("a", "officeDocument", "../../etc/passwd"))}),
        word_form(slip())[:-400],
    ],
)
def test_a_broken_file_is_corrupt(content: bytes) -> None:
    assert corrupt_code(content) is UnreadCode.CORRUPT


def test_entities_are_never_expanded() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    )
    content = package({"word/document.xml": f"{bomb}<x>&b;&c;</x>"})

    assert corrupt_code(content) is UnreadCode.CORRUPT


def test_a_bomb_is_too_large() -> None:
    tight = package({"word/document.xml": b"<x>" + b" " * (8 * 2**20) + b"</x>"})
    many = package({f"word/{number}.xml": "" for number in range(5_001)})

    assert corrupt_code(tight) is UnreadCode.TOO_LARGE
    assert corrupt_code(many) is UnreadCode.TOO_LARGE


def test_an_overlong_table_is_too_large() -> None:
    row = "<w:tr>" + "<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>" * 512 + "</w:tr>"

    assert corrupt_code(word_xml(tbl(row * 400))) is UnreadCode.TOO_LARGE


def test_impossible_spans_are_bounded() -> None:
    table = tbl(tr(tc("a", '<w:gridSpan w:val="99999999"/>'), tc("b", '<w:gridSpan w:val="x"/>')))

    assert {len(row) for block in tables(read_docx("x", word_xml(table))) for row in block.rows} == {512}


def test_columns_beyond_the_bound_are_dropped() -> None:
    table = tbl(tr(*["a"] * 600), tr("b"))

    assert len(tables(read_docx("x", word_xml(table)))[0].rows[0]) == 512
