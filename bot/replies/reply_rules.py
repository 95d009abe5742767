"""The policy on a mail server's replies: an ordered table, the first rule that fits decides.

NetEase answers in its own codes (its help page 5RAJ4LMH00753VB8, 退信代码说明), other servers with RFC 5321 reply
codes and RFC 3463 enhanced status codes. Pure; read by `retry`. Whatever no rule knows: 4xx is tried again, 5xx
goes to a person, and an answer to the final dot that cannot be understood leaves the mail in doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.records.outgoing import DeliveryResult

MAX_ATTEMPTS = 50
"""The last step of the back-off repeats, so this is about two days."""


class Stage(StrEnum):
    """How far a connection had come when the server said something."""

    CONNECT = "connect"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """After DATA, before the first byte of the mail."""
    DOT = "dot"
    """After the final dot."""


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """Fits a reply whose code begins with one of `codes`, whose text matches `pattern` and whose stage is among
    `stages` (each empty: any). `tries` is how often a mail is attempted before a person takes over."""

    name: str
    result: DeliveryResult
    advice: str
    codes: tuple[str, ...] = ()
    pattern: str = ""
    stages: tuple[Stage, ...] = ()
    wait: timedelta | None = None
    tries: int = MAX_ATTEMPTS

    def fits(self, code: int, text: str, stage: str) -> bool:
        return (
            (not self.codes or str(code).startswith(self.codes))
            and (not self.stages or stage in self.stages)
            and (not self.pattern or re.search(self.pattern, text, re.IGNORECASE) is not None)
        )


_RETRY, _PAUSE, _STOP, _PERSON = (
    DeliveryResult.RETRY,
    DeliveryResult.PAUSE,
    DeliveryResult.STOP,
    DeliveryResult.PERSON,
)
_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_TO_RECIPIENT = (Stage.RCPT, Stage.DATA, Stage.DOT)

RULES: tuple[ReplyRule, ...] = (
    # NetEase's own codes first: its reply codes (450, 550, 554) say less than they do.
    ReplyRule(
        "login_guard",
        _STOP,
        "登录失败次数过多，服务器已暂时锁定。请核对授权码，过几个小时再启动，期间不要反复尝试。",
        pattern=r"too much fail authentication|auth error limit exceed",
    ),
    ReplyRule(
        "too_many_commands",
        _STOP,
        "服务器认为连接中的命令有误或过多。请把日志交给维护人员，查明之前不要再发。",
        pattern=r"\b(MI:C[EC]L|RP:CEL)\b",
    ),
    ReplyRule(
        "connection_spent",
        _PAUSE,
        "这一次连接的发信数已到上限，换一个连接继续发，无需处理。",
        pattern=r"\b(MI:DMC|RP:DRC)\b",
        wait=timedelta(minutes=1),
    ),
    ReplyRule(
        "unwelcome",
        _STOP,
        "本机的网络地址或发信账号被服务器列入黑名单。请登录网页邮箱查看有无提示，并联系邮箱客服或网络管理员。",
        pattern=r"\b(WM:BL[IU]|DT:RBL|HL:IHU|HL:IPB|MI:SPB)\b|\bIP (is )?(in blacklist|rejected)"
        r"|blocked using",
    ),
    ReplyRule(
        "busy_address",
        _PAUSE,
        "服务器嫌本机连接过多或过密，已放慢，无需处理；若一天内反复出现，请检查是否有别的程序在用同一网络发信。",
        pattern=r"\bHL:(REP|ICC|IFC|MEP)\b",
        wait=_QUARTER,
    ),
    ReplyRule(
        "quarter_quota",
        _PAUSE,
        "十五分钟内的发信数已到上限，稍后自动继续，无需处理。",
        pattern=r"\bMI:SFQ\b",
        wait=_QUARTER,
    ),
    ReplyRule(
        "hour_recipients",
        _PAUSE,
        "短时间内的收件人数已到上限，一小时后自动继续，无需处理。",
        pattern=r"\bRP:QRC\b",
        wait=_HOUR,
    ),
    ReplyRule(
        "day_quota",
        _PAUSE,
        "当天的发信数已到上限，明天零点十分以后自动继续；着急的答复请用电话告知。",
        pattern=r"\b(MI:STC|RP:TRC|RP:RCL)\b|too much recipient",
    ),
    ReplyRule(
        "frequency",
        _PAUSE,
        "服务器限制发信频率，稍后自动继续，无需处理。",
        codes=("4", "5"),
        pattern=r"frequency limit|rate limit|too many (messages|connections)",
        wait=_QUARTER,
    ),
    ReplyRule(
        "sender_differs",
        _STOP,
        "发件人地址与登录账号不一致。请把 [smtp] 的 from_address 改成与 username 相同的地址。",
        pattern=r"\bDT:SUM\b",
    ),
    ReplyRule(
        "suspected_spam",
        _RETRY,
        "服务器怀疑是垃圾邮件，将再试；连续三次不成就转人工。",
        codes=("4",),
        pattern=r"\bDT:SPM\b",
        wait=timedelta(minutes=2),
        tries=3,
    ),
    ReplyRule(
        "judged_spam",
        _PERSON,
        "服务器把这封答复判为垃圾邮件，没有发出。请电话告知对方，或在网页邮箱里换个说法发一封。",
        codes=("5",),
        pattern=r"\bDT:SPM\b",
    ),
    ReplyRule(
        "our_mistake",
        _STOP,
        "服务器认为发信方式或发件人设置有误。请运行 check 检查设置，并把日志交给维护人员。",
        codes=("5",),
        pattern=r"\b(MI:(NHD|IMF|SPF|DMA)|RP:FRL)\b|bad syntax|NULL sender|Local user only",
    ),
    # Who we are: credentials, permission, sender, relaying.
    ReplyRule(
        "no_permission",
        _STOP,
        "邮箱没有开通 SMTP 服务，或账号无权发信。请登录网页邮箱，在“设置—POP3/SMTP/IMAP”里开启服务并新建授权码。",
        codes=("5",),
        pattern=r"has no permission|无权登[陆录]|authentication (is )?required|not (yet )?authenticated",
    ),
    ReplyRule(
        "login_refused",
        _STOP,
        "用户名或授权码不对（授权码不是登录密码，可能已被停用）。请在网页邮箱里新建授权码，更新环境变量后再启动。",
        codes=("530", "534", "535", "538"),
    ),
    ReplyRule(
        "login_refused_otherwise",
        _STOP,
        "服务器拒绝登录。请先用网页邮箱登录，看账号有无异常提示，再核对用户名和授权码。",
        codes=("5",),
        stages=(Stage.LOGIN,),
    ),
    ReplyRule(
        "relay_denied",
        _STOP,
        "服务器不肯替本账号转发邮件。请核对 [smtp] 的服务器地址、端口和用户名。",
        codes=("5",),
        pattern=r"relay(ing)? (access )?denied|unable to relay|(not permitted|not allowed) to relay|"
        r"client host rejected",
    ),
    ReplyRule(
        "sender_refused",
        _STOP,
        "服务器不接受本发件人地址。请核对 [smtp] 的 from_address。",
        codes=("5",),
        pattern=r"sender address rejected|not owned by user|\b5\.1\.[78]\b|\b5\.7\.2\d\b",
    ),
    ReplyRule(
        "security_needed",
        _STOP,
        "服务器对登录或加密另有要求。请核对 [smtp] 的 security 和端口。",
        codes=("5",),
        pattern=r"\b5\.7\.(8|9|11|14)\b|must issue a STARTTLS",
    ),
    # The mail itself.
    ReplyRule(
        "too_large",
        _PERSON,
        "邮件超过服务器允许的大小，没有发出。请人工发送，或改用网盘。",
        codes=("5",),
        pattern=r"mailsize limit|size (limit|exceeds)|too (large|big)|\b5\.(3\.4|2\.3)\b",
    ),
    ReplyRule(
        "illegal_attachment",
        _PERSON,
        "服务器不接受这种附件，没有发出。请人工处理。",
        codes=("5",),
        pattern=r"illegal attachment",
    ),
    # The recipient; at MAIL FROM the same words would be about ourselves.
    ReplyRule(
        "mailbox_full",
        _PERSON,
        "对方邮箱已满，没有送达。请电话告知对方。",
        codes=("5",),
        pattern=r"\b5\.2\.2\b|mailbox (is )?full|over ?quota|quota exceeded",
        stages=_TO_RECIPIENT,
    ),
    ReplyRule(
        "no_such_recipient",
        _PERSON,
        "对方邮箱不存在或已停用。请按报名表上的电话联系，问清正确的邮箱。",
        codes=("5",),
        pattern=r"invalid user|user suspended|user in blacklist|does not exist"
        r"|(unknown|no such) (user|mailbox|recipient)"
        r"|(user|mailbox|recipient|account)\b.*\b(unknown|not (be )?found|unavailable|disabled|rejected)"
        r"|deactivated|\b5\.1\.(0|1|2|3|6|10)\b|\b5\.2\.1\b",
        stages=_TO_RECIPIENT,
    ),
    # What is left is judged by code and stage.
    ReplyRule(
        "mail_refused",
        _STOP,
        "服务器不让本账号开始发信。请登录网页邮箱查看账号有无异常，并运行 check。",
        codes=("5",),
        stages=(Stage.MAIL,),
    ),
    ReplyRule(
        "turned_away",
        _RETRY,
        "服务器暂不接受连接，稍后再试。",
        codes=("5",),
        stages=(Stage.CONNECT,),
        wait=_QUARTER,
    ),
    ReplyRule(
        "protocol",
        _STOP,
        "服务器看不懂本程序的命令。请把日志交给维护人员。",
        codes=("500", "502", "503", "504"),
        stages=(Stage.RCPT, Stage.DATA),
    ),
    ReplyRule("later", _RETRY, "服务器暂时不能受理，稍后自动再试，无需处理。", codes=("4",)),
    ReplyRule(
        "refused",
        _PERSON,
        "服务器拒收这封答复，没有送达。请看服务器的原话，或电话告知对方。",
        codes=("5",),
    ),
    ReplyRule(
        "unclear_after_dot",
        DeliveryResult.IN_DOUBT,
        "服务器最后的回答看不懂，可能已经发出，先到“已发送”里核对。",
        stages=(Stage.DOT,),
    ),
    ReplyRule("unclear", _RETRY, "服务器的回答看不懂，稍后自动再试。"),
)
