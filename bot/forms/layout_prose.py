"""Lines that are no values: titles of forms, heads of parts, running text, the head of a quoted mail.

Pure; judged by the line alone.
"""

from __future__ import annotations

import re

from bot.forms.labels import Field, Labels, fold
from bot.forms.layout_found import Break, Section
from bot.forms.layout_text import collapse

_STOPS = re.compile(r"[，。；：！？,;:!?]")
_QUOTED = re.compile(
    r"^[\s>]*(?:-{2,}\s*(?:原始邮件|原邮件|转发邮件|回复的原邮件|转发的邮件|Original Message|Forwarded message).*"
    r"|(?:发件人|发件时间|发送时间|From|Sent)\s*[:：].*"
    r"|(?:On|在|于)\s?.{4,80}(?:wrote|写道|来信)\s*[:：]\s*)$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"请|现将|见附|附上|发送|提交|填好|您好|你好|谢谢|命名|如下|收悉|查收|附件是|报送")
_PART = re.compile(r"^\s*[#*]*\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+[条部章])")
_LONG = 40
_LONGEST_TITLE = 60
_TAIL = re.compile(r"(?:信息|情况|资料|一览|登记|部分|栏|名单)$")
_STAYS_AWAY = re.compile(r"不参[会加训]|未参[会加训]|请假|缺席")
_ATTACHMENT = re.compile(r"^\s*附\s*(?:件|表)?\s*[0-9一二三四五六七八九十]*\s*[:：]?\s*")


def title_of(text: str, labels: Labels) -> str:
    """The title of a form that a line gives, or "". A sentence that only mentions a form is none."""
    title = collapse(text)
    bare = _ATTACHMENT.sub("", title).strip("《》*# ")
    plain = fold(bare).replace(" ", "")
    if not 2 <= len(plain) <= _LONGEST_TITLE or not any(word in plain for word in labels.titles):
        return ""
    if (
        _STOPS.search(re.sub(r"[(（][^()（）]*[)）]", "", bare))
        or _ASKS.search(plain)
        or _STAYS_AWAY.search(plain)
    ):
        return ""
    return bare if labels.field_of(bare) is not Field.NAME else ""


def section_of(text: str, labels: Labels) -> Section | None:
    """The head of a part of a form (一、联系人信息), or None."""
    plain = collapse(text)
    if not plain or len(plain) > 20 or _STOPS.search(plain):
        return None
    if _STAYS_AWAY.search(plain):
        return Section(Field.OTHER_PERSON)
    for candidate in (plain, _TAIL.sub("", plain)):
        field = labels.field_of(candidate)
        if field in (Field.CONTACT, Field.OTHER_PERSON):
            return Section(field)
        if field in (Field.INVOICE, Field.INVOICE_TITLE):
            return Section(Field.INVOICE)
        if field is Field.NAME:
            return Section(None)
    return None


def is_prose(text: str) -> bool:
    """Running text, or the numbered heading of a letter's part."""
    plain = collapse(text)
    return (len(plain) >= _LONG and "。" in plain) or (len(plain) >= 2 * _LONG) or bool(_PART.match(plain))


def break_of(text: str) -> Break | None:
    if _QUOTED.match(text.strip()):
        return Break(hard=True)
    return Break() if is_prose(text) else None
