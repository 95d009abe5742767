"""What staff mean by a word in 处理: the four of the drop-down, and what people type who mean just these. Pure.

Only sure synonyms count. 确认, 同意, 撤销, 取消录取 and the like can mean two things and are no word; a wrong
cancellation is worse than a question.
"""

from __future__ import annotations

import re
from typing import Final

from bot.records.staff import StaffAction
from bot.roster.match import plain

_MEANT: Final[dict[StaffAction, str]] = {
    StaffAction.ADMIT: "录取 已录取 予以录取 同意录取 准予录取 改录取 改为录取 转录取 录用 已录用 补录 递补录取",
    StaffAction.WAIT: "候补 已候补 转候补 改候补 改为候补 列候补 列入候补 列为候补 继续候补 候补中",
    StaffAction.CANCEL: "取消 已取消 取消报名 取消参加 取消名额 取消参会 不参加 不参加了 退出 退出报名",
    StaffAction.IGNORE: "忽略 已忽略 忽略不计 不处理 不用处理 不必处理 不需处理 无需处理 无须处理",
}
_WORDS: Final = {word: action for action, words in _MEANT.items() for word in words.split()}
_TRADITIONAL: Final = str.maketrans("錄補選擇參轉為繼續報無須處額", "录补选择参转为继续报无须处额")
_AROUND: Final = re.compile(r"^[\"'“”‘’「」\[\]【】()√✓✔:]+|[\"'“”‘’「」\[\]【】()√✓✔。.!,;、]+$")


def understood(text: str) -> StaffAction | None:
    """What is meant by the text of a cell (NONE by an empty one), None where that can't be said for sure."""
    word = plain(text).translate(_TRADITIONAL)
    while (bare := _AROUND.sub("", word)) != word:
        word = bare
    if not word:
        return StaffAction.NONE if not plain(text) else None
    return _WORDS.get(word)
