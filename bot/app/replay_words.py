"""How `replay` names mails, people and fields, and one difference as a line for the office.

People are named by their names; numbers, addresses and telephones are never shown, only that they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from bot.ledger.replaying import Recorded
from bot.records.act import Act, ActKind
from bot.records.mail import enquiry_number
from bot.records.words import (
    KIND_WORDS,
    MEMBERSHIP_WORDS,
    OUTCOME_WORDS,
    REASON_WORDS,
    STATE_WORDS,
    TEMPLATE_WORDS,
    yes_no_word,
)

_FIELDS = {
    "kind": "种类",
    "outcome": "结果",
    "reason": "原因",
    "note": "说明",
    "event_id": "活动",
    "review_reasons": "转人工的原因",
    "needs_person": "是否转人工",
    "reviewed_at": "处理时间",
    "form_problems": "回执表的问题",
    "unread": "未能读取的附件",
    "mark": "邮箱标记",
    "subject": "主题",
    "sender": "发件人",
    "sender_name": "发件人名称",
    "excerpt": "正文摘录",
    "attachment_names": "附件名",
    "telephone": "联系电话",
    "answer_to": "答复地址",
    "recorded_at": "登记时间",
    "created_at": "登记时间",
    "received_at": "收到时间",
    "uid": "邮箱序号",
    "state": "状态",
    "name": "姓名",
    "organisation": "单位",
    "submitting_organisation": "填报单位",
    "job_title": "职务",
    "mobile": "手机",
    "id_number": "身份证号",
    "certain_id": "无误的身份证号",
    "single_room": "是否单间",
    "membership": "会员",
    "fee": "应缴费用",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "邮箱",
    "invoice_title": "开票抬头",
    "taxpayer_id": "纳税人识别号",
    "message_id": "邮件编号",
    "problems": "问题",
    "problem_pictures": "问题的截图",
    "extras": "表中其他内容",
    "origin": "出处",
    "by_staff": "由工作人员决定",
    "template": "答复",
    "recipients": "答复的收件人",
    "bounced_at": "退信时间",
}
_SHOWN = frozenset(
    {
        *("kind", "outcome", "reason", "note", "event_id", "review_reasons", "needs_person", "mark", "template"),
        *("state", "name", "organisation", "submitting_organisation", "job_title", "single_room", "membership"),
        *("fee", "origin", "by_staff", "received_at", "recorded_at", "created_at", "bounced_at", "uid"),
    }
)
"""Fields whose values may stand in a line; of every other only its name does."""
_WORDS: dict[str, Mapping[Any, str]] = {
    "kind": KIND_WORDS,
    "outcome": OUTCOME_WORDS,
    "reason": REASON_WORDS,
    "review_reasons": REASON_WORDS,
    "state": STATE_WORDS,
    "membership": MEMBERSHIP_WORDS,
    "template": TEMPLATE_WORDS,
}
_OTHERWISE_READ = frozenset(
    {
        *(".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".heic", ".heif"),
        *(".pdf", ".ofd", ".doc", ".wps", ".rar", ".7z"),
    }
)
"""Kinds of file that are read as far as optional parts are installed."""
_HINT = "（附件是扫描件、旧格式或压缩包，也可能是现在装的读取组件与当时不同）"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the ledger tells otherwise than the decision made again. `recorded` and `replayed` are None
    where they are nobody's business, or where there is nothing; `text` is the line for people."""

    about: str
    """`mail`, `registration`, `journal`, `notice` or `act`."""
    text: str
    field: str = ""
    recorded: str | None = None
    replayed: str | None = None
    mail_id: int | None = None
    registration_id: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What mails, people and acts are called, by what is recorded; times in `zone`."""

    recorded: Recorded
    zone: ZoneInfo

    def mail(self, mail_id: int) -> str:
        row = self.recorded.mails.get(mail_id)
        if row is None:
            return f"第{mail_id}号来信"
        enquiry = enquiry_number(row["message_id"])
        return f"第{mail_id}号来信（查询编号 {enquiry}，{self.moment(row['received_at'])}到达）"

    def person(self, row: Mapping[str, object]) -> str:
        name = row["name"] or "（未填姓名）"
        form, position = int(str(row["form_index"])) + 1, int(str(row["position"])) + 1
        return f"{name}（第{row['mail_id']}号来信第{form}份回执表第{position}人）"

    def act(self, act: Act) -> str:
        if act.kind is ActKind.MAIL and act.mail_id is not None:
            return self.mail(act.mail_id)
        what = "人工处理" if act.kind is ActKind.STAFF else "设置变更"
        return f"{self.moment(act.at)}的{what}"

    def moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def hint(self, mail_id: int) -> str:
        """What may explain a difference in what was read from the mail's files; "" for most."""
        row = self.recorded.mails.get(mail_id)
        names = row["attachment_names"] if row else ()
        return _HINT if any(PurePath(name).suffix.lower() in _OTHERWISE_READ for name in names) else ""


def field_word(field: str) -> str:
    return _FIELDS.get(field, field)


def shown(field: str, value: object, zone: ZoneInfo) -> str | None:
    """A value for people, 空 for nothing; None where it is not to be shown."""
    if field not in _SHOWN:
        return None
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return yes_no_word(value)
    words = _WORDS.get(field, {})
    texts = value if isinstance(value, list | tuple) else () if value is None else (value,)
    return "、".join(words.get(str(one), str(one)) for one in texts) or "空"


def otherwise(subject: str, field: str, recorded: str | None, replayed: str | None, hint: str = "") -> str:
    """`张三（…）：状态台账为“已录取”，重算为“候补”。`"""
    if recorded is None or replayed is None or recorded == replayed:
        return f"{subject}：{field_word(field)}与重算的不同{hint}。"
    return f"{subject}：{field_word(field)}台账为“{recorded}”，重算为“{replayed}”{hint}。"
