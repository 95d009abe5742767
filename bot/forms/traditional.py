"""Traditional characters as simplified ones, for words that are compared: headings, marks, choices.

Pure. Only characters that stand in such words; names and other values keep the script they were written in.
"""

from __future__ import annotations

import re

_PAIRS = (
    "單单 職职 務务 機机 電电 話话 號号 碼码 證证 聯联 繫系 絡络 報报 會会 參参 與与 員员 學学 醫医 療疗 "
    "構构 區区 貴贵 處处 開开 發发 擡抬 頭头 納纳 稅税 識识 別别 統统 業业 專专 擬拟 戶户 賬账 帳账 銀银 "
    "額额 編编 類类 種种 護护 陸陆 灣湾 間间 雙双 標标 準准 賓宾 館馆 獨独 併并 選选 擇择 無无 應应 須须 "
    "備备 註注 說说 計计 總总 齡龄 歲岁 國国 貫贯 歷历 郵邮 遞递 傳传 飛飞 車车 時时 達达 離离 請请 樣样 "
    "範范 執执 項项 訊讯 資资 領领 隊队 導导 師师 親亲 屬属 緊紧 責责 術术 團团 黨党 級级 長长 鄉乡 門门 "
    "診诊 衛卫 產产 婦妇 兒儿 複复 籤签 簽签 蓋盖 條条 個个 幾几 屆届 議议 訓训 習习 舉举 銜衔 監监 審审 "
    "製制 闆板 際际 廳厅 鎮镇 縣县 費费 繳缴 絕绝 願愿 稱称 對对 帶带 擔担 "
)
SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_ANY = re.compile(f"[{''.join(map(chr, SIMPLIFIED))}]")


def simplified(text: str) -> str:
    """The text with the characters of headings in their simplified form."""
    return text.translate(SIMPLIFIED) if _ANY.search(text) else text


def with_traditional(characters: set[str]) -> set[str]:
    """The characters, and the traditional ones that stand for them."""
    return characters | {chr(code) for code, plain in SIMPLIFIED.items() if plain in characters}
