"""A sentence in one shape, so that the rules need to know only one: half-width signs, simplified characters.

Pure. Only what is compared is changed; a value that is taken out of a sentence is given back as it was written.
"""

from __future__ import annotations

import re
import unicodedata

_PAIRS = (
    "報报 會会 參参 與与 員员 學学 無无 當当 換换 變变 為为 爲为 應应 該该 請请 號号 碼码 "
    "證证 電电 話话 機机 單单 間间 職职 務务 聯联 絡络 發发 擡抬 頭头 納纳 稅税 識识 別别 "
    "額额 讓让 給给 從从 說说 還还 麼么 嗎吗 問问 題题 個个 們们 兩两 雙双 標标 準准 來来 "
    "臨临 時时 醫医 療疗 護护 師师 長长 任任 處处 書书 記记 開开 錯错 誤误 確确 認认 對对 "
    "訂订 寫写 填填 這这 裡里 裏里 於于 後后 將将 則则 據据 遞递 補补 銷销 刪删 離离 調调 "
    "動动 術术 診诊 張张 陳陈 劉刘 趙赵 黃黄 吳吴 鄭郑 馬马 葉叶 鐘钟 鍾钟 蘇苏 楊杨 謝谢 "
    "許许 鄧邓 蕭萧 韓韩 馮冯 盧卢 羅罗 萬万 孫孙 呂吕 蔣蒋 譚谭 賈贾 閻阎 龍龙 賴赖 龔龚 "
    "嚴严 錢钱 範范 顧顾 賀贺 陸陆 鄒邹 歐欧 陽阳 麗丽 華华 國国 偉伟 紅红 蘭兰 輝辉 潔洁 "
    "靜静 瓊琼 鳳凤 雲云 傑杰 強强 東东 軍军 寧宁 嬌娇 婭娅 瑩莹 穎颖 曉晓 飛飞 誌志 愛爱 "
    "榮荣 貴贵 衛卫 衞卫 協协 訓训 習习 議议 務务 業业 產产 專专 樓楼 門门 現现 親亲 須须 "
    "盡尽 儘尽 統统 體体 絕绝 難难 "
)
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_QUOTES = re.compile(r"[“”\"‘’「」『』【】\[\]*<>《》]")
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
LONGEST = 2_000
"""Characters of a sentence that are looked at."""


def shaped(sentence: str) -> str:
    """NFKC (，becomes `,`), without quotation marks and invisible characters, blanks made single."""
    text = unicodedata.normalize("NFKC", sentence[:LONGEST])
    arrows = re.sub(r"[-—=]+>|[⇒➔➡]", "→", text)
    return " ".join(_QUOTES.sub("", _PRIVATE.sub("", _INVISIBLE.sub("", arrows))).split())


def simplified(text: str) -> str:
    """Same length, traditional characters of words and common names in their simplified form."""
    return text.translate(_SIMPLIFIED)


def tight(text: str) -> str:
    """Without the blanks beside Chinese characters and marks."""
    return _BESIDE_HAN.sub("", text)


def as_written(value: str, sentence: str) -> str:
    """`value`, found in the simplified form of `sentence`, in the characters that were really written."""
    written = tight(shaped(sentence))
    start = simplified(written).find(value)
    return written[start : start + len(value)] if start >= 0 else value
