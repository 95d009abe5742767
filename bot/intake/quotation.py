"""What a person newly wrote in a mail: quoted mails, signatures' tails and disclaimers cut off.

Knows the separators of QQ, Foxmail, NetEase, Mail Master, Outlook (Chinese and English), Apple Mail, Gmail.
A cut too many only hides a hint; nothing is decided here. Pure.
"""

from __future__ import annotations

import re

_LIMIT = 100_000
"""Characters that are looked at: nobody writes more to register."""
_DIVIDER = re.compile(
    r"\s*[-—_=*─ ]{2,}\s*(?:原始?邮件|原始信件|原邮件信息|回复的原邮件|被?转发的?邮件(?:信息)?|"
    r"转发邮件信息|邮件原文|历史邮件|original(?: message| appointment)?|(?:begin )?forwarded message)"
    r"\s*[-—_=*─ ]*\s*",
    re.IGNORECASE,
)
_BEGIN_FORWARDED = re.compile(
    r"\s*(?:begin forwarded message|开始转发的邮件|以下是转发的邮件|下面是被转发的邮件)\s*[:：]\s*", re.IGNORECASE
)
_WROTE = re.compile(r"(?=.*(?:\d{4}|@|<)).{0,300}(?:写道|寫道|wrote|来信|发来的邮件)\s*[:：]\s*", re.IGNORECASE)
_WROTE_BEGINS = re.compile(r"\s*(?:在|于|on|at)\s*.{0,40}\d{4}.{0,160}", re.IGNORECASE)
_FIELD = re.compile(
    r"[\s>|*]*(发\s*件\s*人|寄\s*件\s*者|寄\s*件\s*人|from|发送时间|发送日期|发件时间|日\s*期|时\s*间|sent|date|"
    r"收\s*件\s*人|收\s*件\s*者|to|抄\s*送|cc|主\s*题|subject)[\s*|]*[:：|].*",
    re.IGNORECASE,
)
_SENDER_FIELD = re.compile(r"[\s>|*]*(?:发\s*件\s*人|寄\s*件\s*[者人]|from)[\s*|]*[:：|]", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:-- ?|—{2,}|_{8,}|发自(?:我的|手机|网易|QQ|iPhone|华为|小米).{0,40}|"
    r"来自(?:我的)?(?:iPhone|华为|小米|荣耀|OPPO|vivo).{0,30}|"
    r"sent from (?:my|mail|outlook).{0,60}|get outlook for .{0,40}|获取\s*outlook.{0,40}|"
    r"从\s*(?:我的|windows|outlook).{0,40}(?:发送|发出)?)\s*",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\s*(?:【?(?:保密|免责)(?:声明|提示|说明)|本(?:电子)?邮件(?:及其?(?:任何)?附件)?.{0,20}(?:保密|机密|仅供|仅限|专属)|"
    r"(?:this|the information in this) e-?mail.{0,80}(?:confidential|intended))",
    re.IGNORECASE,
)
_OUR_SALUTATION = re.compile(r"[\s>|*]*.{0,120}(?:老师|同仁|同志|女士|先生|您好)?[，,：:]?\s*您好[！!]\s*")
_OUR_FOOTER = re.compile(r"自动发出.{0,60}查询编号\s*[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
_QUOTED = re.compile(r"\s*(?:>|&gt;|\|\s*>)")


def new_text(text: str) -> str:
    """The text above the first quoted mail, without `>` lines, signature tail and disclaimer.

    "" where nothing was newly written.
    """
    lines = _without_our_own(text[:_LIMIT].replace("\r\n", "\n").split("\n"))
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _begins_quotation(lines, number) or _TAIL.fullmatch(line) or _DISCLAIMER.match(line):
            break
        if not _QUOTED.match(line):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _without_our_own(lines: list[str]) -> list[str]:
    """The lines above an answer of ours that stands quoted without any mark: from its salutation to its footer."""
    footer = next((number for number, line in enumerate(lines) if _OUR_FOOTER.search(line)), None)
    if footer is None:
        return lines
    # The last one above the footer: the sender may have begun her own words with one, too.
    above = range(footer, -1, -1)
    salutation = next((number for number in above if _OUR_SALUTATION.fullmatch(lines[number])), footer)
    return lines[:salutation] + lines[footer + 1 :]


def _begins_quotation(lines: list[str], number: int) -> bool:
    line = lines[number][:400]
    if _DIVIDER.fullmatch(line) or _BEGIN_FORWARDED.fullmatch(line) or _WROTE.fullmatch(line):
        return True
    if _WROTE_BEGINS.fullmatch(line) and number + 1 < len(lines):
        # Some programs break the line "On …, somebody wrote:" in two.
        following = lines[number + 1][:200].strip()
        if re.fullmatch(r".{0,120}(?:写道|wrote)\s*[:：]", following, re.IGNORECASE):
            return True
    if _SENDER_FIELD.match(line):
        fields = [other for other in lines[number + 1 : number + 8] if _FIELD.fullmatch(other[:400])]
        return len(fields) >= 2
    return False
