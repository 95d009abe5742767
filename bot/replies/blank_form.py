"""Makes the blank registration form (.docx) of an event, for answers to mails that brought none.

Laid out as the association's own form: one row per person, below it the organisation's particulars. The bot's
own reader reads it back; the instructions name no field in front of a colon, so that none is taken for a value.
Never asks a clock: the same event gives the same form.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO

from docx import Document
from docx.document import Document as Form
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from bot.records.event import Event
from bot.replies.wording import days, deadline_of

COLUMNS: tuple[tuple[str, float], ...] = (
    ("姓名", 2.6),
    ("单位", 7.2),
    ("职务", 3.6),
    ("手机", 3.6),
    ("身份证号", 5.6),
    ("是否单间", 2.4),
)
PARTICULARS = ("填报单位", "联系人", "电话（手机）", "邮箱", "开具发票的单位抬头名称", "纳税人识别号")
_WIDTH = 25.0
"""Of both tables, in centimetres."""
BLANK_ROWS = 6
_ROOMS = "；申请单间的请填“是”，不申请的填“否”。"


def blank_form(event: Event) -> bytes:
    """The bytes of the form, A4 across, with room for six people (rows can be added)."""
    form = Document()
    _set_up(form, event)
    _line(form, event.form_title or f"参加{event.title}回执表", size=18, bold=True, centred=True, after=4)
    _line(form, _subtitle(event), size=11, centred=True, after=8)
    columns, labels = _asked(event)
    people = form.add_table(rows=1 + BLANK_ROWS, cols=len(columns))
    wider = _WIDTH / sum(width for _, width in columns)
    _lay_out(people, [width * wider for _, width in columns], first_height=0.9, height=0.95)
    for cell, (heading, _) in zip(people.rows[0].cells, columns, strict=True):
        _write(cell, heading, bold=True, centred=True)
    _line(form, "", size=6, after=0)
    particulars = form.add_table(rows=len(labels), cols=2)
    _lay_out(particulars, [6.2, _WIDTH - 6.2], first_height=0.85, height=0.85)
    for row, label in zip(particulars.rows, labels, strict=True):
        _write(row.cells[0], label, bold=True)
    for text in _instructions(event):
        _line(form, text, size=10, after=0, before=4)
    out = BytesIO()
    form.save(out)
    return out.getvalue()


def _asked(event: Event) -> tuple[list[tuple[str, float]], list[str]]:
    """The columns and lines that this event needs: no identity number that it does not require, no room where
    nobody is lodged, no invoice where nothing is paid."""
    wanted = {
        "身份证号": "id_number" in event.required,
        "是否单间": event.lodges,
        "开具发票的单位抬头名称": event.charges,
        "纳税人识别号": event.charges,
    }
    return (
        [column for column in COLUMNS if wanted.get(column[0], True)],
        [label for label in PARTICULARS if wanted.get(label, True)],
    )


def _subtitle(event: Event) -> str:
    parts = (event.document_number, f"活动时间 {days(event.starts, event.ends)}")
    return "　".join(part for part in parts if part)


def _instructions(event: Event) -> tuple[str, ...]:
    where = f"发送至 {event.mailbox}，或" if event.mailbox else ""
    return (
        f"填好后请以附件形式{where}直接回复会务组来信。"
        f"请于{deadline_of(event)}前报送，按收到先后录取，名额 {event.capacity} 人。",
        "每人一行，行数不够可以加行" + (_ROOMS if event.lodges else "。"),
    )


def _set_up(form: Form, event: Event) -> None:
    section = form.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.6)
    properties = form.core_properties
    properties.author = properties.last_modified_by = event.payee.name if event.payee else ""
    properties.title = event.form_title or f"参加{event.title}回执表"
    properties.comments = ""
    properties.language = "zh-CN"
    # Office stores these without a zone, in UTC.
    properties.created = properties.modified = event.opens.astimezone(UTC).replace(tzinfo=None)
    style = form.styles["Normal"]
    style.font.name = "Times New Roman"
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), "宋体")


def _line(
    form: Form, text: str, *, size: int, bold: bool = False, centred: bool = False, before: int = 0, after: int
) -> Paragraph:
    paragraph = form.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    return paragraph


def _write(cell: _Cell, text: str, *, bold: bool = False, centred: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(12), bold


def _lay_out(table: Table, widths: list[float], *, first_height: float, height: float) -> None:
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for index, row in enumerate(table.rows):
        row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
        row.height = Cm(height if index else first_height)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    # Word takes column widths from the grid, other programs from the cells.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    if len(table.columns) > 2:
        heading = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(heading)
