"""What a bounce says to people: NetEase, Coremail, QQ, Exchange in two languages, qmail, Exim, Postfix, sendmail.

Finds the address, the reason and the Message-ID in their words, each "" where they say none. Pure.
"""

from __future__ import annotations

import re

from bot.intake.bounce_status import ENHANCED, SMTP_CODE

_LIMIT = 20_000
"""Characters; what servers write themselves is shorter, and what follows is our own mail."""
_COPY = re.compile(
    r"^[ \t>*-]*(?:below this line is a copy of the message|this is a copy of (?:the|your) message|"
    r"(?:the )?original message (?:follows|headers?)|unsent message follows|undelivered message follows|"
    r"message header follows|included is a copy of the message|the headers? of the original message|"
    r"原始?邮件(?:标)?头|原始邮件$|被退回的?邮件(?:内容|原文)).*",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = r"([A-Za-z0-9._%+=&'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
_RECIPIENTS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"(?:发往|发给|寄往|寄给|发送[到至给])[^\n@]{{0,10}}?{_ADDRESS}",
        rf"无法(?:发送|投递|送达|传递)(?:到|至|给)?[^\n@]{{0,20}}?{_ADDRESS}",
        rf"收件人(?:地址|邮箱)?[^\n@]{{0,30}}?{_ADDRESS}",
        rf"^[ \t]*<{_ADDRESS}>[ \t]*(?::|\(|$)",
        rf"^[ \t]*{_ADDRESS}[ \t]*(?::|\(|$)",
        rf"\bRCPT TO:\s*<{_ADDRESS}>",
        rf"(?:recipients?|address(?:es)?|to)[^\n@]{{0,40}}[:\s<(\"']{_ADDRESS}",
        rf"[(<]{_ADDRESS}[)>]",
    )
)
_AFTER_REASON = r"\n\s*\n|\n?[ \t]*(?:英文说明|退信代码|bounce code|建议解决方案|解决方案|解决办法|建议[：:])"
_CHINESE_REASON = re.compile(
    r"退信原因(?:\s*/\s*[A-Za-z ]{0,30})?[ \t]*[：:]?\s*"
    rf"(?!{_AFTER_REASON})(\S(?:(?!{_AFTER_REASON}).){{0,300}})",
    re.DOTALL | re.IGNORECASE,
)
_ENGLISH_NOTE = re.compile(
    r"(?:英文说明|退信代码(?:\s*/\s*bounce code)?)[ \t]*[：:]?[ \t]*([^\n]{1,200})", re.IGNORECASE
)
_SERVERS_WORDS = re.compile(
    r"(?:\bsaid|\bresponded(?: with)?|\breturned|\breply(?: was)?|返回|响应|回复)\s*[:：]?\s*['\"“‘]?\s*"
    r"([45][0-5]\d[ -][^\n]{1,250})",
    re.IGNORECASE,
)
_BOUNCED = re.compile(
    r"退信|被退回|无法(?:送达|投递|传递|发送)|未(?:能)?(?:送达|传递)|(?:投递|传递|发送|送信)失败|"
    r"(?:投递|传递)(?:已)?延迟|"
    r"undeliver|not (?:be |been )?delivered|could ?n[o']t be delivered|wasn't able to deliver|"
    r"delivery (?:to|has|status|failure|failed|delayed|incomplete)|returned mail|failure notice|"
    r"returned to sender|mail delivery (?:failed|system)|delayed mail|not yet been delivered",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"still being retried|will (?:keep|continue) (?:trying|to try|to retry)|will be retried|"
    r"delivery (?:is )?delayed|has been delayed|delayed mail|not yet been delivered|"
    r"could not send message for past|\(delay(?:ed)?\)|"
    r"warning message only|do not need to resend|仍在(?:重试|尝试)|(?:将|会)(?:继续|再次|重新)(?:尝试|重试|投递)|"
    r"(?:投递|传递|送达)(?:已)?延迟|延迟(?:投递|送达|传递)",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"^[ \t>*]*message-id[ \t]*[:：]\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)


def human_part(text: str) -> str:
    """The server's own words, without the copy of our mail behind them."""
    copy = _COPY.search(text[:_LIMIT])
    return text[: copy.start() if copy else _LIMIT]


def original_message_id(text: str) -> str:
    """The Message-ID of our mail, from its header copied into the text; brackets kept."""
    found = _MESSAGE_ID.search(text[:200_000])
    return found[1] if found else ""


def recipient_written(words: str) -> str:
    """The address that the words name as failed."""
    found = (pattern.search(words) for pattern in _RECIPIENTS)
    return next((match[1].strip(".'") for match in found if match), "")


def reason_written(words: str) -> str:
    """Why: the Chinese reason, else the other server's reply, else the first line with a code in it."""
    chinese = _CHINESE_REASON.search(words)
    if chinese:
        english = _ENGLISH_NOTE.search(words, chinese.end())
        pieces = (chinese[1], english[1] if english else "")
        return "；".join(" ".join(piece.split()) for piece in pieces if piece.strip())
    reply = _SERVERS_WORDS.search(words)
    if reply:
        return " ".join(reply[1].split()).strip("'\"”’")
    lines = (line for line in words.split("\n") if ENHANCED.search(line) or SMTP_CODE.search(line + " "))
    return " ".join(next(lines, "").split()).strip("#' ")


def announces_bounce(text: str) -> bool:
    """Whether the words are about mail that did not arrive, or not yet."""
    return _BOUNCED.search(text) is not None or _DELAYED.search(text) is not None


def announces_delay(subject: str, words: str) -> bool:
    """Whether the server keeps trying."""
    return _DELAYED.search(f"{subject}\n{words}") is not None
