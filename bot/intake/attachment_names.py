"""What an attachment's name and size say before anybody opens it: a document, perhaps a form. Pure."""

from __future__ import annotations

import re

from bot.records.mail import Attachment, ParsedMail

_DOCUMENT = re.compile(
    r"\.(docx?|wps|wpt|xlsx?|xlsm|et|csv|rtf|pdf|ofd|zip|rar|7z|odt|ods|tiff?|eml|msg|dat)$", re.IGNORECASE
)
_PICTURE = re.compile(r"\.(jpe?g|png|bmp|heic|webp)$", re.IGNORECASE)
_DOCUMENT_TYPE = re.compile(
    r"application/(pdf|msword|vnd\.|zip|x-zip|x-rar|x-7z|rtf|ms-tnef|kswps|wps|ofd|octet-stream)|text/(rtf|csv)|image/tiff"
    r"|message/rfc822"
)
_SCAN_BYTES = 60_000
"""Smaller pictures are logos and stickers in signatures."""
_FORM = re.compile(r"回执|报名|登记|参会|参加|参训|参学|学员|名单|名册|人员|汇总|信息表|统计表|申请表|填报|推荐表")
_NO_FORM = re.compile(
    r"通知|邀请函|议程|日程|须知|指南|简介|手册|宣传|方案|课程表|发票|付款|汇款|缴费|转账|凭证|回单|公告"
)


def is_document(attachment: Attachment) -> bool:
    """Whether it could hold a form: a document, an archive, or a picture large enough to be a scan."""
    if _DOCUMENT.search(attachment.name):
        return True
    if _PICTURE.search(attachment.name) or attachment.content_type.startswith("image/"):
        return len(attachment.content) >= _SCAN_BYTES
    return not attachment.referenced and _DOCUMENT_TYPE.match(attachment.content_type) is not None


def documents(mail: ParsedMail) -> tuple[Attachment, ...]:
    return tuple(attachment for attachment in mail.attachments if is_document(attachment))


def is_named_like_form(attachment: Attachment) -> bool:
    """A document whose name says 回执, 报名, 名单 or the like, and not 通知 or 发票."""
    named = _FORM.search(attachment.name) is not None
    plain = _NO_FORM.search(attachment.name) is None or "回执" in attachment.name or "报名表" in attachment.name
    return named and plain and is_document(attachment)
