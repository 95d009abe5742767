"""The Chinese word for every state, kind and outcome that people get to see.

One word per value, used by workbook, digest, status and pages alike; a test holds that none is missing.
"""

from __future__ import annotations

from typing import Final

from bot.records.decision import Membership, Outcome, Reason, ReplyTemplate, State
from bot.records.mail import MailKind

STATE_WORDS: Final[dict[State, str]] = {
    State.CONFIRMED: "已录取",
    State.WAITLISTED: "候补",
    State.LATE: "逾期",
    State.CANCELLED: "已取消",
    State.REVIEW: "待核",
}

MEMBERSHIP_WORDS: Final[dict[Membership, str]] = {
    Membership.MEMBER: "会员",
    Membership.NON_MEMBER: "非会员",
    Membership.UNKNOWN: "待确认",
}

KIND_WORDS: Final[dict[MailKind, str]] = {
    MailKind.REGISTRATION: "报名",
    MailKind.CANCELLATION: "取消报名",
    MailKind.REPLACEMENT: "换人",
    MailKind.QUESTION: "咨询",
    MailKind.BOUNCE: "退信",
    MailKind.AUTOMATIC: "自动回复",
    MailKind.OTHER: "其他",
}

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    Outcome.REGISTERED: "已登记",
    Outcome.UNCHANGED: "重复报送，无变化",
    Outcome.CHANGED: "已按来信变更",
    Outcome.REJECTED: "逾期，未登记",
    Outcome.NO_FORM: "没有回执表",
    Outcome.UNREADABLE: "回执表读不出",
    Outcome.HANDED_TO_STAFF: "转人工",
    Outcome.RECORDED: "已记录，无需答复",
}

REASON_WORDS: Final[dict[Reason, str]] = {
    Reason.SEAT_FREE: "有名额",
    Reason.CAPACITY_REACHED: "名额已满",
    Reason.OTHERS_WAIT_BEFORE: "前面还有候补",
    Reason.FORM_DOES_NOT_FIT: "剩余名额容不下整张表",
    Reason.AFTER_DEADLINE: "超过截止时间",
    Reason.LATE_REJECTED: "逾期不再受理",
    Reason.SAME_AS_BEFORE: "与已登记的相同",
    Reason.DIFFERS_FROM_BEFORE: "与已登记的不一致",
    Reason.SAME_PERSON_TWICE: "同一人重复填报",
    Reason.NO_FORM_FOUND: "没有找到回执表",
    Reason.FORM_WITHOUT_PEOPLE: "回执表里没有填人员",
    Reason.NOT_READABLE: "回执表读不出",
    Reason.FILE_NOT_READABLE: "有附件读不出",
    Reason.ARRIVED_BEFORE_SEATED: "来信早于已录取的人，处理得晚",
    Reason.EVENT_UNCLEAR: "看不出报的是哪个活动",
    Reason.BEFORE_OPENING: "早于报名开始时间",
    Reason.ASKS_TO_CANCEL: "要求取消报名",
    Reason.ASKS_TO_REPLACE: "要求换人",
    Reason.QUESTION: "来信咨询",
    Reason.NO_REGISTRATION: "与报名无关",
    Reason.NOT_FROM_A_PERSON: "系统自动发出的邮件",
    Reason.ANSWER_HELD_BACK: "答复先不发出，待人工确认",
    Reason.STATION_FAILED: "处理时出错，待人工查看",
    Reason.AMENDED: "按来信更正",
    Reason.CANCELLED_BY_SENDER: "按来信取消",
    Reason.REPLACED_BY_SENDER: "按来信换人",
    Reason.PROMOTED: "有名额空出，依次递补",
    Reason.DECIDED_BY_STAFF: "由工作人员决定",
    Reason.MEMBERSHIP_SETTLED: "会员名单更新",
    Reason.ASKS_TO_CORRECT: "要求更正内容",
    Reason.REQUEST_UNCLEAR: "要求变更，但看不准是谁或改什么",
    Reason.NOT_ENTITLED: "不是原报名邮箱来信，身份待核",
    Reason.STAFF_DECIDED_BEFORE: "此前已由工作人员定过",
    Reason.VALUE_REFUSED: "更正的内容通不过校验",
    Reason.ORGANISATION_LIMIT: "超过每单位限报人数",
    Reason.EVENT_OVER: "活动已经结束",
    Reason.NOT_DELIVERED: "答复被退回，对方没有收到",
    Reason.CONFIRMED_AS_READ: "来信确认内容无误",
}

TEMPLATE_WORDS: Final[dict[ReplyTemplate, str]] = {
    ReplyTemplate.CONFIRMED: "录取通知",
    ReplyTemplate.MIXED: "部分录取通知",
    ReplyTemplate.WAITLISTED: "候补通知",
    ReplyTemplate.LATE: "逾期通知",
    ReplyTemplate.NEEDS_CORRECTION: "请补正",
    ReplyTemplate.NO_FORM: "请附回执表",
    ReplyTemplate.UNREADABLE: "回执表读不出",
    ReplyTemplate.UNCHANGED: "已收到过",
    ReplyTemplate.UPDATED: "已更新",
    ReplyTemplate.CANCELLED: "已取消",
    ReplyTemplate.PROMOTED: "递补录取通知",
    ReplyTemplate.REPLACED: "已换人",
    ReplyTemplate.HANDED_TO_STAFF: "已转工作人员",
}

REPLY_STATUS_WORDS: Final[dict[str, str]] = {
    "sent": "已发送",
    "queued": "待发送",
    "draft": "在草稿箱，待人工发送",
    "none": "不答复",
}
"""For `MailEntry.reply`, the words of `export`."""


def reply_status_word(reply: str, undelivered: str = "") -> str:
    """How the answer to a mail stands; `undelivered` (why it could not be sent) outweighs `reply`."""
    if undelivered:
        return "发送失败"
    return REPLY_STATUS_WORDS.get(reply, reply)


def yes_no_word(value: bool | None) -> str:
    """是, 否, or "" where nothing was filled in."""
    if value is None:
        return ""
    return "是" if value else "否"
