"""The layouts of the corpus, as blocks that any file format can be made of.

Each takes what a clerk writes and gives the page as it looks when she has filled it in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.samples.corpus_truth import Answers, Person

TITLE = "参加赴浙江开展临床重点专科建设专题调研学习回执表"
HEADINGS = ("姓名", "单位", "职务", "手机", "身份证号", "是否单间")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell, `across` columns wide and `down` rows high."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of the cells that begin in them, as in HTML; `widths` are parts of the page's width."""

    rows: tuple[tuple[Slot, ...], ...]
    widths: tuple[float, ...]
    ruled: bool = True


Block = Text | Grid


@dataclass(frozen=True, slots=True)
class Layout:
    """`fill` makes the blocks; `people` is how many the form is filled with; `left_out` it doesn't ask for."""

    fill: Callable[[Answers], Sequence[Block]]
    people: int
    landscape: bool = False
    sans: bool = False
    long_units: bool = False
    left_out: tuple[str, ...] = ()


def _room(person: Person) -> str:
    return "是" if person.single_room else "否"


def _row(person: Person) -> list[str]:
    return [person.name, person.organisation, person.job_title, person.mobile, person.id_number, _room(person)]


def _footers(given: Answers) -> list[tuple[str, str]]:
    return [
        ("填报单位", given.organisation),
        ("联系人", given.contact),
        ("电话（手机）", given.phone),
        ("邮箱", given.email),
        ("开具发票的单位抬头名称", given.invoice_title),
        ("纳税人识别号", given.taxpayer_id),
    ]


def _lines(given: Answers) -> list[Block]:
    return [Text(f"{label}：{value}") for label, value in _footers(given)]


def _plain(rows: Sequence[Sequence[str]], widths: Sequence[float], *, ruled: bool = True) -> Grid:
    return Grid(tuple(tuple(Slot(text) for text in row) for row in rows), tuple(widths), ruled)


_SIX = (0.14, 0.24, 0.12, 0.16, 0.25, 0.09)


def _own(given: Answers) -> Sequence[Block]:
    """The association's own form."""
    rows = [HEADINGS, *map(_row, given.people), [""] * 6]
    return [Text("附件："), Text(TITLE, title=True), _plain(rows, _SIX), *_lines(given)]


def _numbered(given: Answers) -> Sequence[Block]:
    """Home-made: more columns, and the form's own fields as merged rows of the same table."""
    headings = (
        "序号",
        "姓名",
        "性别",
        "单位",
        "科室",
        "职务",
        "职称",
        "手机号码",
        "身份证号码",
        "是否住单间",
        "备注",
    )
    rows = [tuple(map(Slot, headings))]
    for number, p in enumerate(given.people, start=1):
        row = (str(number), p.name, p.gender, p.organisation, p.department, p.job_title, p.rank)
        rows.append(tuple(map(Slot, (*row, p.mobile, p.id_number, _room(p), ""))))
    rows += [(Slot(label, across=3), Slot(value, across=8)) for label, value in _footers(given)]
    widths = (0.045, 0.085, 0.045, 0.145, 0.09, 0.09, 0.09, 0.115, 0.175, 0.06, 0.06)
    return [Text(TITLE, title=True), Grid(tuple(rows), widths)]


def _cards(given: Answers) -> Sequence[Block]:
    """A card of label and value for each person."""
    blocks: list[Block] = [Text("参会回执", title=True)]
    for number, p in enumerate(given.people, start=1):
        pairs = list(zip(HEADINGS, _row(p), strict=True))
        if number == len(given.people):
            pairs += _footers(given)
        blocks += [Text(f"参加人员{number}"), _plain(pairs, (0.35, 0.65))]
    return blocks


def _four_columns(given: Answers) -> Sequence[Block]:
    """Label, value, label, value; long values over merged cells."""
    p = given.people[0]
    rows: list[tuple[Slot, ...]] = [
        (Slot("姓  名"), Slot(p.name), Slot("性  别"), Slot(p.gender)),
        (Slot("工作单位"), Slot(p.organisation, across=3)),
        (Slot("职  务"), Slot(p.job_title), Slot("职  称"), Slot(p.rank)),
        (Slot("手机号码"), Slot(p.mobile), Slot("是否单间"), Slot(_room(p))),
        (Slot("身份证号码"), Slot(p.id_number, across=3)),
        (Slot("填报单位"), Slot(given.organisation, across=3)),
        (Slot("联系人"), Slot(given.contact), Slot("电话（手机）"), Slot(given.phone)),
        (Slot("邮箱"), Slot(given.email, across=3)),
        (Slot("开票信息", down=2), Slot("开具发票的单位抬头名称"), Slot(given.invoice_title, across=2)),
        (Slot("纳税人识别号"), Slot(given.taxpayer_id, across=2)),
        (Slot("备  注"), Slot("", across=3)),
    ]
    return [Text("临床重点专科建设专题调研学习报名登记表", title=True), Grid(tuple(rows), (0.18, 0.32, 0.2, 0.3))]


def _two_row_heading(given: Answers) -> Sequence[Block]:
    """Headings in two rows, the upper ones over several columns."""
    head = [
        (
            Slot("序号", down=2),
            Slot("参加人员", across=4),
            Slot("证件及联系方式", across=2),
            Slot("是否单间", down=2),
        ),
        tuple(map(Slot, ("姓名", "性别", "单位", "职务", "手机", "身份证号"))),
    ]
    rows = [
        tuple(map(Slot, (str(n), p.name, p.gender, *_row(p)[1:]))) for n, p in enumerate(given.people, start=1)
    ]
    widths = (0.06, 0.12, 0.06, 0.22, 0.12, 0.14, 0.21, 0.07)
    return [Text(TITLE, title=True), Grid((*head, *rows), widths), *_lines(given)]


_NOTICE = (
    "协会各会员单位，各相关医疗单位：",
    "为学习借鉴国内先进地区在临床重点专科建设方面的成功经验，深圳市医院协会定于4月22日—25日组织会员单位开展专题调研学习，现将有关事项通知如下：",
    "一、参加人员：各会员单位分管医疗、科研、教学的院领导，重点专科负责人或学科带头人。",
    "二、报名方式：请各单位务必于4月10日（星期五）前将回执表（见附件）发送至邮箱 secretariat@example.org。",
    "三、费用：会员单位每名学员酌交2980元，非会员单位每名学员交3600元（安排标双住宿，单间需另补房差）。",
    "户名：深圳市医院协会    账号：0000 0000 0000 0000 0000",
)


def _notice(given: Answers) -> Sequence[Block]:
    """The notice and the form in one file, the dates in a table of their own."""
    dates = _plain(
        (
            ("时间", "安排"),
            ("4月22日下午", "统一从深圳启程，报到入住"),
            ("4月23日上午", "调研学习"),
            ("4月25日", "返程"),
        ),
        (0.3, 0.7),
    )
    rows = [HEADINGS, *map(_row, given.people)]
    return [
        Text("关于组织专题调研学习的通知", title=True),
        *map(Text, _NOTICE),
        dates,
        Text("附件：回执表"),
        Text(TITLE, title=True),
        _plain(rows, _SIX),
        *_lines(given),
    ]


def _beside(given: Answers) -> Sequence[Block]:
    """The form's own fields in columns at the right of the people."""
    footers = _footers(given)
    rows: list[tuple[Slot, ...]] = [(*map(Slot, HEADINGS), Slot("填报信息", across=2))]
    for number in range(max(len(footers), len(given.people))):
        person = _row(given.people[number]) if number < len(given.people) else [""] * 6
        rows.append(tuple(map(Slot, (*person, *(footers[number] if number < len(footers) else ("", ""))))))
    return [Text(TITLE, title=True), Grid(tuple(rows), (0.08, 0.15, 0.08, 0.11, 0.18, 0.06, 0.14, 0.2))]


def _many(given: Answers) -> Sequence[Block]:
    """A long list, the unit in one cell over all rows, the form's own fields above it."""
    first, *others = given.people
    rows = [tuple(map(Slot, ("序号", "单位", "姓名", "职务", "手机", "身份证号", "是否单间")))]
    rows.append((Slot("1"), Slot(first.organisation, down=len(given.people)), *_but_unit(first)))
    rows += [(Slot(str(n)), *_but_unit(p)) for n, p in enumerate(others, start=2)]
    widths = (0.07, 0.2, 0.14, 0.14, 0.16, 0.21, 0.08)
    return [Text("参会人员汇总表", title=True), *_lines(given), Grid(tuple(rows), widths)]


def _but_unit(p: Person) -> tuple[Slot, ...]:
    return tuple(map(Slot, (p.name, p.job_title, p.mobile, p.id_number, _room(p))))


def _check_boxes(given: Answers) -> Sequence[Block]:
    """Boxes to tick, blanks to fill, rows left empty."""
    rows = [HEADINGS]
    for p in given.people:
        box = "☑是 □否" if p.single_room else "□是 ☑否"
        rows.append((p.name, p.organisation, p.job_title, p.mobile, p.id_number, box))
    rows += [("", "", "", "", "", "□是 □否")] * 3
    lines = [Text(f"{label}：____{value}____") for label, value in _footers(given)]
    return [Text(TITLE, title=True), _plain(rows, (0.13, 0.22, 0.12, 0.15, 0.24, 0.14)), *lines]


def _borderless(given: Answers) -> Sequence[Block]:
    """A list without lines around its cells."""
    rows = [HEADINGS, *map(_row, given.people)]
    pairs = [(f"{label}：", value) for label, value in _footers(given)]
    return [
        Text(TITLE, title=True),
        _plain(rows, (0.15, 0.25, 0.13, 0.15, 0.22, 0.1), ruled=False),
        Text(""),
        _plain(pairs, (0.4, 0.6), ruled=False),
    ]


def _spaced_labels(given: Answers) -> Sequence[Block]:
    """Labels padded with blanks and ending in colons, two pairs in a row above the list."""
    top = (
        (Slot("填 报 单 位："), Slot(given.organisation, across=3)),
        (Slot("联  系  人："), Slot(given.contact), Slot("电 话（手 机）："), Slot(given.phone)),
        (Slot("邮    箱："), Slot(given.email, across=3)),
        (Slot("开具发票的单位抬头名称："), Slot(given.invoice_title, across=3)),
        (Slot("纳税人识别号："), Slot(given.taxpayer_id, across=3)),
    )
    headings = ("姓  名", "单  位", "职  务", "手  机", "身 份 证 号", "是否\n单间")
    people = [headings, *map(_row, given.people)]
    return [
        Text(TITLE, title=True),
        Grid(top, (0.26, 0.28, 0.2, 0.26)),
        Text("参加人员名单"),
        _plain(people, _SIX),
    ]


def _long_units(given: Answers) -> Sequence[Block]:
    """Long names that wrap in narrow cells."""
    rows = [HEADINGS, *map(_row, given.people)]
    return [Text(TITLE, title=True), _plain(rows, (0.16, 0.2, 0.11, 0.16, 0.26, 0.11)), *_lines(given)]


def _long_list(given: Answers) -> Sequence[Block]:
    """More people than fit on a page: the table goes on without its headings."""
    rows = [("序号", *HEADINGS), *((str(n), *_row(p)) for n, p in enumerate(given.people, start=1))]
    return [Text(TITLE, title=True), _plain(rows, (0.06, 0.12, 0.2, 0.13, 0.16, 0.25, 0.08)), *_lines(given)]


LAYOUTS = {
    "own": Layout(_own, 2),
    "numbered": Layout(_numbered, 3, landscape=True, sans=True),
    "cards": Layout(_cards, 2),
    "four_columns": Layout(_four_columns, 1, sans=True),
    "two_row_heading": Layout(_two_row_heading, 4, landscape=True),
    "notice": Layout(_notice, 2),
    "beside": Layout(_beside, 3, landscape=True, sans=True),
    "many": Layout(_many, 8),
    "check_boxes": Layout(_check_boxes, 2, sans=True),
    "borderless": Layout(_borderless, 3),
    "spaced_labels": Layout(_spaced_labels, 3),
    "long_units": Layout(_long_units, 3, long_units=True),
    "long_list": Layout(_long_list, 26),
}
