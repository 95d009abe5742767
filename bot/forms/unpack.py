"""Which of a mail's attachments may hold a form, and which links stand in for one.

Nothing is opened here beyond telling its kind, and no link is ever followed. Logos, signatures, calling cards and
calendar entries are no candidates; the same bytes attached twice are one. Pure; never fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.forms.kinds import FileKind, kind_of
from bot.records.form import Unread, UnreadCode
from bot.records.mail import Attachment, ParsedMail

SMALL_PICTURE = 30_000
"""Bytes below which a picture is taken for a logo, attached or not."""

SMALL_INLINE_PICTURE = 100_000
"""Bytes below which a picture shown inside the text (cid:) is taken for decoration."""

# What NetEase, QQ, their mail programs and net disks put around a file kept on their servers. The bare word
# 超大附件 is not enough: our own answers ask people not to use it, and come back as quotations.
_NET_DISK = re.compile(
    r"发来的(?:超大|云)附件|(?:超大附件|云附件|文件中转站)[^。；]{0,200}到期\s*[)）]|large-attachment-download|HUGE-ATTACHMENT|ftnExs_download|/ftn/download|bigattach"
    r"|cloud-attachment-download|edisk\.qiye\.163\.com|pan\.baidu\.com/s/|//(?:www\.)?(?:aliyundrive|alipan)\.com/s/"
    r"|cloud\.189\.cn/|//(?:share\.)?weiyun\.com/|(?:docs\.qq|kdocs|feishu)\.(?:com|cn)/|jinshuju\.(?:net|com)/f/",
    re.I,
)
_LINK_TEXT = "邮件里只有网盘或在线文档的链接，系统不会打开链接，请把回执表作为普通附件重新发送。"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One attachment worth reading; `origin` is its name, or 附件 and its number where it has none."""

    origin: str
    content: bytes
    kind: FileKind


def candidates(mail: ParsedMail) -> tuple[Candidate, ...]:
    """The attachments that may be forms, in the mail's order."""
    found: list[Candidate] = []
    seen: set[bytes] = set()
    for number, attachment in enumerate(mail.attachments, start=1):
        kind = kind_of(attachment.content)
        if attachment.content in seen or is_decoration(attachment, kind):
            continue
        seen.add(attachment.content)
        found.append(Candidate(attachment.name or f"附件{number}", attachment.content, kind))
    return tuple(found)


def is_decoration(attachment: Attachment, kind: FileKind) -> bool:
    """Whether an attachment belongs to the mail's looks or its sender's card rather than to what it says."""
    if kind in (FileKind.CARD, FileKind.SIGNATURE):
        return True
    if kind is FileKind.EMPTY:
        return attachment.referenced or not attachment.name
    if kind is not FileKind.PICTURE:
        return False
    limit = SMALL_INLINE_PICTURE if attachment.referenced else SMALL_PICTURE
    return len(attachment.content) < limit


def net_disk_link(mail: ParsedMail, origin: str) -> Unread | None:
    """What to tell a sender whose mail holds a link to a file kept elsewhere, or None."""
    if _NET_DISK.search(mail.text) or _NET_DISK.search(mail.html):
        return Unread(origin, UnreadCode.LINK_ONLY, _LINK_TEXT)
    return None
