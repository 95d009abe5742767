"""What the workbook itself explains to staff: comments on headers, words beside a drop-down. Pure values."""

from __future__ import annotations

from typing import Final

NOTE_MARK: Final = "【说明】"
"""How every comment of the bot's begins, by which it is known again whatever program saved the file."""

ROSTER_PROMPT: Final = "选好并保存、关闭表格，机器人几分钟内照办并答复对方。"
ROSTER_NOTE: Final = (
    f"{NOTE_MARK}在这里替机器人作决定：\n"
    "录取：给他名额（候补、逾期、已取消的也可以），发录取通知。\n"
    "候补：改为候补，发候补通知。\n"
    "取消：取消报名，空出的名额按先后递补。\n"
    "忽略：保持现状，以后来信和规则都不再改动他。\n"
    "清空：交还机器人按规则处理，现状不变。\n"
    "选好后保存并关闭表格才会办理。看不懂或前后矛盾的不会执行，“问题”栏会说明原因。"
)
PROBLEMS_NOTE: Final = (
    f"{NOTE_MARK}填写有误、答复没有送达、“处理”没有办成，都写在这里。"
    "关于误删、误改的提示，看过后把那句话删掉就不再出现。"
)
REVIEW_PROMPT: Final = "同一封信的每一行都选好，保存并关闭表格后一并办理。"
REVIEW_NOTE: Final = (
    f"{NOTE_MARK}这封信怎么办：\n"
    "录取、候补：按左边填的内容登记这个人（先填好姓名），并答复对方。\n"
    "取消：取消这个人的报名（姓名填要取消的人）。\n"
    "忽略：不用登记，或已用别的办法办好，这封信不再列出。\n"
    "一封信有几个人就有几行，每行都要选。没有选之前，填的内容一直保留。"
)
REVIEW_NAME_NOTE: Final = (
    f"{NOTE_MARK}黄色各栏由您填写；机器人认出来的已先填好，请对照原信核对。"
    "多一个人：把整行复制一份再改，邮件编号和查询编号不要动。少一个人：把那一行删掉。"
)
HINTS_NOTE: Final = f"{NOTE_MARK}“处理”没有办成时，这里写明原因。关于误删的提示，看过后把那句话删掉就不再出现。"
ROOM_PROMPT: Final = "是：住单间；否：住标双。不清楚可留空。"
