"""Which of a mail's attachments may hold a form, and which links stand in for one.

Nothing is opened here beyond telling its kind, and no link is ever followed. Logos, signatures, calling cards and
calendar entries are no candidates; the same bytes attached twice are one. Pure; never fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.forms.containers.picture_size import is_small_picture
from bot.forms.kinds import FileKind, kind_of
from bot.forms.links import has_link, is_link_file, newly_written
from bot.records.form import Unread, UnreadCode
from bot.records.mail import Attachment, ParsedMail

_LINK_TEXT = "邮件里只有网盘或在线文档的链接，系统不会打开链接，请把回执表作为普通附件重新发送。"
LINK_FILE_TEXT = "文件里只有网盘或在线文档的链接，系统不会打开链接，请把回执表作为普通附件重新发送。"
"""What is said of a file that is only a link."""


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
    return is_small_picture(attachment.content, inline=attachment.referenced)


def net_disk_link(mail: ParsedMail, origin: str) -> Unread | None:
    """What to tell a sender whose mail, or a small file with it, holds a link to a file kept elsewhere, or None.

    `origin` is what the mail's own text is called. A link in a quoted mail or below a signature counts only where
    nothing is attached: whoever attaches something does not mean the link of an earlier mail.
    """
    attached = candidates(mail)
    for text in (mail.text, mail.html):
        if has_link(text if not attached else newly_written(text)):
            return Unread(origin, UnreadCode.LINK_ONLY, _LINK_TEXT)
    for file in attached:
        if is_link_file(file.kind, file.content):
            return Unread(file.origin, UnreadCode.LINK_ONLY, LINK_FILE_TEXT)
    return None
