"""What the workbook says beside a row whose words were not, or not all, carried out. Pure.

A remark about something that the next write mends (a deleted row, a changed cell) would be gone before anybody
saw it. It is therefore carried on from the cell that shows it until staff delete it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

DELETED: Final = "这一行曾在表中被删除，已按台账恢复；如需取消，请在“处理”栏选“取消”。"
REVIEW_DELETED: Final = "这封信的行曾在表中被删除，已恢复；它还在等人处理，办完后请在“处理”栏选“忽略”。"
TWO_ROWS: Final = "这个人在表中不止一行，所填内容不一样，都没有读取；请只留一行。"
TWO_ACTIONS: Final = "这个人在表中不止一行，“处理”栏填得不一样（{words}），没有改动；请只留一行。"
NO_NAME: Final = "请先填写姓名，再在“处理”栏选“{word}”；没有改动。"
NOBODY_TO_CANCEL: Final = "请在“姓名”栏填写要取消的人，再选“取消”；只是不必再管这封信的，请选“忽略”。没有改动。"
ROWS_OPEN: Final = "这封信还有人没有选“处理”（{who}），请每一行都选好，再一并办理；没有改动。"
DIGITS_LOST: Final = "“{header}”被表格当成了数字，末几位已经丢失；请把单元格设为“文本”格式，重新填写。没有改动。"

_MAINTAINED: Final = "{cells}由机器人维护，改动已恢复；{advice}。"
_ADVICE: Final = (
    (frozenset({"状态"}), "如需改变，请在“处理”栏选择"),
    (frozenset({"会员", "应缴费用"}), "会员身份或费用有误，请告诉维护人员"),
)
_OTHERWISE: Final = "如需更正，请让对方来信更正"

_CARRIED: Final = re.compile(
    "|".join(
        (re.escape(DELETED), re.escape(REVIEW_DELETED), "(?:“[^“”]{1,8}”)+由机器人维护，改动已恢复；[^。；]*。")
    )
)


def unknown_word(text: str) -> str:
    """For a cell of 处理 that nobody can be sure of; a long text is cut."""
    short = " ".join(text.split())
    shown = short if len(short) <= 20 else short[:20] + "…"
    return f"“处理”栏填的“{shown}”看不懂，请从下拉里选：录取、候补、取消、忽略；没有改动。"


def restored(headers: Iterable[str]) -> str:
    """For a row in which the cells under `headers` were changed by hand: one sentence for each kind of advice."""
    left = list(headers)
    said = []
    for kinds, advice in (*_ADVICE, (frozenset(left), _OTHERWISE)):
        cells = [header for header in left if header in kinds]
        left = [header for header in left if header not in kinds]
        if cells:
            said.append(_MAINTAINED.format(cells="".join(f"“{cell}”" for cell in cells), advice=advice))
    return "".join(said)


def carried(text: str) -> list[str]:
    """The remarks in a cell's text that go on until somebody deletes them."""
    return list(dict.fromkeys(found[0] for found in _CARRIED.finditer(text)))


def joined(sentences: Iterable[str]) -> str:
    """Remarks one after another, each once."""
    return "".join(dict.fromkeys(sentence for sentence in sentences if sentence))
