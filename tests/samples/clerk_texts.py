"""Writes one slip the ways clerks write it into a mail, without any form file."""

from __future__ import annotations

from tests.samples.make_forms import HEADINGS, Slip


def footers(slip: Slip) -> str:
    return "\n".join(f"{label}：{value}" for label, value in slip.lines)


def in_brackets(slip: Slip) -> str:
    """【姓名】…, a line for each."""
    pairs = [*zip(HEADINGS, slip.rows[0], strict=True), *slip.lines]
    return "\n".join(f"【{label}】{value}" for label, value in pairs)


def without_colons(slip: Slip) -> str:
    pairs = [*zip(HEADINGS, slip.rows[0], strict=True), *slip.lines]
    return "\n".join(f"{label} {value}" for label, value in pairs)


def in_one_value(slip: Slip) -> str:
    """参加人员：name，unit and post，mobile，number，room."""
    name, unit, post, mobile, number, room = slip.rows[0]
    wants = "需单间" if room == "是" else "不需单间"
    return f"参加人员：{name}，{unit}{post}，{mobile}，{number}，{wants}\n{footers(slip)}"


def numbered(slip: Slip) -> str:
    """1、name，unit，… under 报名人员：."""
    rooms = {"是": "需单间", "否": "不需单间"}
    rows = [f"{n}、" + "，".join([*row[:-1], rooms[row[-1]]]) for n, row in enumerate(slip.rows, start=1)]
    return "\n".join(["报名人员：", *rows, footers(slip)])


def under_each_other(slip: Slip) -> str:
    """A card pasted without its lines: each heading and each value on a line of its own."""
    pairs = [*zip(HEADINGS, slip.rows[0], strict=True), *slip.lines]
    return "\n".join(f"{label}\n{value}" for label, value in pairs)
