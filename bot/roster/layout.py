"""The sheets of the workbook as tables: their headers, widths and kinds of value; and what stands in a row.

Pure values. The headers of 报名名单 are a public contract: their words and order never change.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Literal

from bot.roster.cells import CellValue
from bot.roster.guidance import (
    HINTS_NOTE,
    PROBLEMS_NOTE,
    REVIEW_NAME_NOTE,
    REVIEW_NOTE,
    REVIEW_PROMPT,
    ROOM_PROMPT,
    ROSTER_NOTE,
    ROSTER_PROMPT,
)

Kind = Literal["text", "wrapped", "number", "money", "time", "link"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its width in characters, what it holds, and whether staff fill it. `exact` keeps
    what staff type as text (a spreadsheet rounds numbers of more than fifteen digits). `choices` are offered in a
    drop-down, with `prompt` beside the cell; `note` is a comment on the header."""

    header: str
    width: float
    kind: Kind = "text"
    centred: bool = False
    staff: bool = False
    exact: bool = False
    choices: tuple[str, ...] = ()
    prompt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet that is a table: header in row 1, one record per row, staff's additions to the right."""

    title: str
    columns: tuple[Column, ...]
    freeze: str
    tab_colour: str
    leftover_note: str
    keeps_strangers: bool = False
    """Whether a row that no record belongs to is kept even if it carries nothing of staff's."""

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns)


@dataclass(frozen=True, slots=True)
class Record:
    """One row as the ledger wants it. `key` names it within the sheet; `values` are those of all columns
    (staff's columns as last known, used only where the sheet has no such row or column yet)."""

    key: Hashable
    values: tuple[CellValue, ...]
    doubtful: frozenset[str] = frozenset()
    """The headers of those columns whose value was read from a scan with little certainty."""
    height: float = 0.0
    """Points that the row needs at least, for a picture in it."""
    links: tuple[tuple[str, str], ...] = ()
    """Header -> where its cell leads, relative to the workbook."""


STAFF_HEADERS: Final = ("缴费", "开票", "处理", "备注")
ACTIONS: Final = ("录取", "候补", "取消", "忽略")
REVIEW_FIELDS: Final[dict[str, str]] = {
    "姓名": "name",
    "单位": "organisation",
    "职务": "job_title",
    "手机": "mobile",
    "身份证号": "id_number",
    "是否单间": "single_room",
    "联系人": "contact",
    "联系人电话": "phone",
    "开票抬头": "invoice_title",
    "纳税人识别号": "taxpayer_id",
}
"""The cells of 待处理 that staff complete -> fields of a registration (联系电话 there is the mail's)."""
LEFTOVER_MARK: Final = "▼"

ROSTER: Final = Layout(
    title="报名名单",
    columns=(
        Column("序号", 6, "number", centred=True),
        Column("状态", 9, centred=True),
        Column("姓名", 10),
        Column("单位", 26, "wrapped"),
        Column("职务", 14, "wrapped"),
        Column("手机", 14),
        Column("身份证号", 21),
        Column("是否单间", 9, centred=True),
        Column("会员", 9, centred=True),
        Column("应缴费用", 10, "money"),
        Column("填报单位", 26, "wrapped"),
        Column("联系人", 10),
        Column("联系电话", 15),
        Column("邮箱", 26),
        Column("开票抬头", 26, "wrapped"),
        Column("纳税人识别号", 22),
        Column("收到时间", 20, "time"),
        Column("问题", 34, "wrapped", note=PROBLEMS_NOTE),
        Column("缴费", 12, staff=True),
        Column("开票", 12, staff=True),
        Column("处理", 10, centred=True, staff=True, choices=ACTIONS, prompt=ROSTER_PROMPT, note=ROSTER_NOTE),
        Column("备注", 24, "wrapped", staff=True),
    ),
    freeze="D2",
    tab_colour="1F5C99",
    leftover_note=f"{LEFTOVER_MARK} 以下各行与台账里的报名对不上，原样保留、不作处理；请核对，不需要的可以删除。",
    keeps_strangers=True,
)

ORGANISATIONS: Final = Layout(
    title="单位汇总",
    columns=(
        Column("单位", 30, "wrapped"),
        Column("会员", 9, centred=True),
        Column("录取人数", 10, "number", centred=True),
        Column("候补人数", 10, "number", centred=True),
        Column("逾期人数", 10, "number", centred=True),
        Column("待核人数", 10, "number", centred=True),
        Column("取消人数", 10, "number", centred=True),
        Column("应缴合计", 12, "money"),
        Column("联系人", 10),
        Column("联系电话", 15),
        Column("邮箱", 26),
        Column("开票抬头", 30, "wrapped"),
        Column("纳税人识别号", 22),
        Column("扫描待核对人数", 10, "number", centred=True),
    ),
    freeze="B2",
    tab_colour="2E8B57",
    leftover_note=f"{LEFTOVER_MARK} 以下各行的单位已不在名单中，因为留有您写的内容而保留；不需要的可以删除。",
)

REVIEWS: Final = Layout(
    title="待处理",
    columns=(
        Column("邮件编号", 9, "number", centred=True),
        Column("收到时间", 20, "time"),
        Column("发件人", 14),
        Column("发件邮箱", 28),
        Column("联系电话", 15),
        Column("主题", 34, "wrapped"),
        Column("类别", 10, centred=True),
        Column("原因", 22, "wrapped"),
        Column("说明", 46, "wrapped"),
        Column("来信摘录", 46, "wrapped"),
        Column("附件", 30, "wrapped"),
        Column("答复情况", 14, "wrapped"),
        Column("查询编号", 12),
        Column("原信", 11, "link", centred=True),
        Column("提示", 34, "wrapped", note=HINTS_NOTE),
        Column("姓名", 10, staff=True, exact=True, note=REVIEW_NAME_NOTE),
        Column("单位", 26, "wrapped", staff=True, exact=True),
        Column("职务", 14, "wrapped", staff=True, exact=True),
        Column("手机", 14, staff=True, exact=True),
        Column("身份证号", 21, staff=True, exact=True),
        Column("是否单间", 10, centred=True, staff=True, exact=True, choices=("是", "否"), prompt=ROOM_PROMPT),
        Column("联系人", 10, staff=True, exact=True),
        Column("联系人电话", 15, staff=True, exact=True),
        Column("开票抬头", 26, "wrapped", staff=True, exact=True),
        Column("纳税人识别号", 22, staff=True, exact=True),
        Column("处理", 10, centred=True, staff=True, choices=ACTIONS, prompt=REVIEW_PROMPT, note=REVIEW_NOTE),
        Column("备注", 24, "wrapped", staff=True),
    ),
    freeze="D2",
    tab_colour="C0392B",
    leftover_note=f"{LEFTOVER_MARK} 以下各封已处理完，因为留有您写的内容而保留；不需要的可以删除。",
)

SCANS: Final = Layout(
    title="扫描核对",
    columns=(
        Column("编号", 17),
        Column("姓名", 10),
        Column("单位", 26, "wrapped"),
        Column("项目", 14, "wrapped"),
        Column("识别结果", 26, "wrapped"),
        Column("图片", 44),
        Column("问题", 34, "wrapped"),
        Column("来源", 30, "wrapped"),
        Column("收到时间", 20, "time"),
        Column("查询编号", 12),
        Column("核对情况", 24, "wrapped", staff=True),
    ),
    freeze="C2",
    tab_colour="D9822B",
    leftover_note=f"{LEFTOVER_MARK} 以下各项已不需核对，因为留有您写的内容而保留；不需要的可以删除。",
)
"""Only there once something was read from a scan with little certainty."""

MAILS: Final = Layout(
    title="邮件记录",
    columns=(
        Column("邮件编号", 9, "number", centred=True),
        Column("收到时间", 20, "time"),
        Column("发件人", 14),
        Column("发件邮箱", 28),
        Column("主题", 36, "wrapped"),
        Column("类别", 10, centred=True),
        Column("结果", 16),
        Column("原因", 22, "wrapped"),
        Column("说明", 46, "wrapped"),
        Column("答复", 14),
        Column("答复状态", 14),
        Column("未送达原因", 30, "wrapped"),
        Column("待人工", 8, centred=True),
        Column("附件", 30, "wrapped"),
        Column("查询编号", 12),
    ),
    freeze="C2",
    tab_colour="7F8C8D",
    leftover_note=f"{LEFTOVER_MARK} 以下各行与邮件记录对不上，因为留有您写的内容而保留；不需要的可以删除。",
)

TABLES: Final = (ROSTER, ORGANISATIONS, REVIEWS, MAILS)
STATISTICS_TITLE: Final = "统计"
