"""One Chinese sentence per line of the journal, for people. Pure; a test holds that every action has its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.admission.reasons import sentence
from bot.records.decision import Reason, ReplyTemplate, State
from bot.records.office import JournalEntry
from bot.records.words import STATE_WORDS, TEMPLATE_WORDS

ACTOR_WORDS: Final = MappingProxyType({"bot": "机器人", "staff": "工作人员"})

ACTION_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mail_recorded": "读信并作出判断",
        "message_id_reused": "{text}",
        "person_registered": "登记为“{state}”",
        "person_unchanged": "再次报送，内容相同，仍为“{state}”",
        "person_differs": "再次报送，内容与登记的不同，原登记未改",
        "person_repeated": "同一封邮件里再次出现",
        "person_rejected": "没有登记",
        "person_amended": "按来信更正了登记内容，仍为“{state}”",
        "person_cancelled": "按来信取消了报名",
        "person_replaced": "按来信换人，由新参加人员承接，状态为“{state}”",
        "person_moved": "状态变为“{state}”",
        "person_withheld": "来信涉及此人，没有改动，仍为“{state}”",
        "registration_changed": "{states}",
        "review_opened": "转给工作人员处理",
        "review_closed": "来信已由工作人员处理完毕",
        "reply_queued": "答复“{template}”已写好，等待发送",
        "reply_drafted": "答复“{template}”已写好，放进草稿箱等人发送",
        "notice_queued": "通知“{template}”已写好，等待发送",
        "notice_drafted": "通知“{template}”已写好，放进草稿箱等人发送",
        "mail_sent": "邮件已发出",
        "mail_queued": "邮件这次没有发出，稍后再发",
        "mail_in_doubt": "邮件不能确定是否发出，先到“已发送”里查",
        "mail_failed": "邮件发不出去，需要打电话告知",
        "mail_bounced": "“{template}”的邮件被退回，对方没有收到",
        "draft_sent": "草稿“{template}”已由人发出",
        "draft_changed": "草稿“{template}”经人修改后发出",
        "draft_deleted": "草稿“{template}”没有发出，已被删除",
        "staff_entry": "在汇总表里填写了缴费、开票、处理或备注",
        "staff_decided": "在汇总表“处理”栏{chose}",
    }
)
"""By the journal's stable words. What else a line says (why, which fields, the server's words) follows them."""

FIELD_WORDS: Final = MappingProxyType(
    {
        "name": "姓名",
        "organisation": "单位",
        "submitting_organisation": "填报单位",
        "job_title": "职务",
        "mobile": "手机",
        "id_number": "身份证号",
        "single_room": "是否单间",
        "membership": "会员",
        "fee": "应缴费用",
        "contact": "联系人",
        "phone": "联系电话",
        "email": "邮箱",
        "invoice_title": "开票抬头",
        "taxpayer_id": "纳税人识别号",
        "problems": "填写问题",
        "extras": "其他栏目",
        "received_at": "收到时间",
    }
)

_OTHER_TEMPLATES = {"digest": "每日简报", "reminder": "缴费提醒"}
_WITH_TEXT = ("mail_recorded", "mail_queued", "mail_in_doubt", "mail_failed", "mail_bounced", "draft_")
"""Actions whose text is said as it is; others' text holds states and fields."""
_STATED = re.compile(
    r"(?:(?P<origin>.*)：)?(?:(?P<before>[a-z_]+) -> )?(?P<state>[a-z_]+)(?:（(?P<fields>[^（）]*)）)?", re.DOTALL
)


def said(line: JournalEntry) -> str:
    """What a line of the journal means, as a Chinese sentence. An action without words is said as it stands."""
    found = _STATED.fullmatch(line.text)
    origin, before, state, fields = found.group("origin", "before", "state", "fields") if found else ("",) * 4
    facts = {
        "text": line.text.rstrip("。"),
        "state": _state(state),
        "states": f"状态由“{_state(before)}”变为“{_state(state)}”" if before else "登记内容有变动",
        "template": _template(line.reason),
        "chose": f"选了“{line.reason}”" if line.reason else "清空了原来的选择",
    }
    words = ACTION_WORDS.get(line.action, line.action)
    head = words.format_map(facts)
    if origin and line.action == "person_registered":
        head += f"（填在：{origin}）"
    if fields:
        head += f"（涉及：{'、'.join(FIELD_WORDS.get(field, field) for field in fields.split('、'))}）"
    more = line.text if line.action.startswith(_WITH_TEXT) or line.action not in ACTION_WORDS else ""
    if not more and "{template}" not in words and line.reason in set(Reason):
        more = sentence(Reason(line.reason))
    return f"{head}：{more.rstrip('。')}。" if more else f"{head}。"


def actor_word(actor: str) -> str:
    return ACTOR_WORDS.get(actor, actor)


def _state(word: str | None) -> str:
    return STATE_WORDS[State(word)] if word in set(State) else word or ""


def _template(word: str) -> str:
    return TEMPLATE_WORDS[ReplyTemplate(word)] if word in set(ReplyTemplate) else _OTHER_TEMPLATES.get(word, word)
