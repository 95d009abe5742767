"""How the mail programs of Chinese hospitals write a mail, habits and faults included.

Each function gives the raw bytes of one mail, as the mailbox would hold it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from bot.demo.servers import USERNAME

DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
OCTETS = ("application", "octet-stream")
_SMTP = policy.SMTP.clone(max_line_length=76)


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes
    kind: tuple[str, str] = OCTETS


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person writes: who, when, about what; `text` or `html` or both, and files."""

    sender_name: str
    sender: str
    sent_at: datetime
    subject: str
    text: str = ""
    html: str = ""
    files: Sequence[File] = ()
    reply_to_id: str = ""
    message_id: str = ""

    @property
    def id(self) -> str:
        stamp = self.sent_at.strftime("%Y%m%d%H%M%S")
        return self.message_id or f"<{stamp}.{self.sender.replace('@', '.at.')}@mail.example.org>"


def modern(letter: Letter, *, extra: Sequence[tuple[str, str]] = ()) -> bytes:
    """UTF-8 throughout, as Outlook or a phone writes."""
    mail = EmailMessage(policy=_SMTP)
    user, _, domain = letter.sender.partition("@")
    mail["From"] = Address(letter.sender_name, user, domain)
    mail["To"] = USERNAME
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.sent_at)
    mail["Message-ID"] = letter.id
    if letter.reply_to_id:
        mail["In-Reply-To"] = letter.reply_to_id
    for name, value in extra:
        mail[name] = value
    mail.set_content(letter.text or "请见附件。\n", charset="utf-8")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html", charset="utf-8")
    for file in letter.files:
        mail.add_attachment(file.content, maintype=file.kind[0], subtype=file.kind[1], filename=file.name)
    return mail.as_bytes()


def _word(text: str, charset: str, codec: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(codec)).decode()}?="


def _wrapped(content: bytes) -> str:
    return base64.encodebytes(content).decode().replace("\n", "\r\n")


def webmail(letter: Letter, *, charset: str = "gb2312", codec: str = "gb18030") -> bytes:
    """As 163 and QQ webmail write: a gb2312 label over whatever GB18030 holds, names in encoded words."""
    boundary = "----=_Part_0123_demo"
    head = [
        f'From: "{_word(letter.sender_name, charset, codec)}" <{letter.sender}>',
        f"To: {USERNAME}",
        f"Subject: {_word(letter.subject, charset, codec)}",
        f"Date: {format_datetime(letter.sent_at)} (CST)",
        f"Message-ID: {letter.id}",
        "X-Mailer: Coremail Webmail Server",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        "",
    ]
    kind, body = ("html", letter.html) if letter.html else ("plain", letter.text or "请见附件。")
    parts = [
        f"--{boundary}\r\nContent-Type: text/{kind}; charset={charset}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{_wrapped(body.encode(codec))}"
    ]
    for file in letter.files:
        name = _word(file.name, charset, codec)
        parts.append(
            f'--{boundary}\r\nContent-Type: application/octet-stream; name="{name}"\r\n'
            f"Content-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{_wrapped(file.content)}'
        )
    return ("\r\n".join(head) + "\r\n".join(parts) + f"\r\n--{boundary}--\r\n").encode("ascii")


def old_program(letter: Letter) -> bytes:
    """An old office program: GBK bytes straight into the headers, a body without a charset, no Message-ID."""
    boundary = "=====demo_old====="
    head = (
        f'From: "{letter.sender_name}" <{letter.sender}>\r\nTo: {USERNAME}\r\nSubject: {letter.subject}\r\n'
        f"Date: {letter.sent_at.strftime('%Y-%m-%d %H:%M:%S')}\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{letter.text or '请查收附件'}\r\n"
    ).encode("gb18030")
    parts = b""
    for file in letter.files:
        parts += (
            f"--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="{file.name}"\r\n\r\n'
        ).encode("gb18030") + _wrapped(file.content).encode("ascii")
    return head + parts + f"--{boundary}--\r\n".encode("ascii")


def nameless_attachment(letter: Letter) -> bytes:
    """A phone's mail program: the file has neither a name nor a disposition."""
    boundary = "phone-demo"
    file = letter.files[0]
    head = (
        f"From: {_word(letter.sender_name, 'utf-8', 'utf-8')} <{letter.sender}>\r\nTo: {USERNAME}\r\n"
        f"Subject: {_word(letter.subject, 'utf-8', 'utf-8')}\r\nDate: {format_datetime(letter.sent_at)}\r\n"
        f"Message-ID: {letter.id}\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{_wrapped('发自我的手机'.encode())}--{boundary}\r\nContent-Type: {'/'.join(file.kind)}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{_wrapped(file.content)}--{boundary}--\r\n"
    )
    return head.encode("ascii")


def netease_bounce(recipient: str, when: datetime) -> bytes:
    """A bounce as NetEase's postmaster writes it: no Auto-Submitted, no In-Reply-To."""
    text = f"抱歉，您的邮件被退回来了。收件人：{recipient}；退信原因：收件人不存在。"
    return (
        f"From: Postmaster@126.com\r\nTo: {USERNAME}\r\nSubject: {_word('系统退信', 'gb2312', 'gb2312')}\r\n"
        f"Date: {format_datetime(when)}\r\nX-Mailer: Coremail MTA server\r\nMIME-Version: 1.0\r\n"
        'Content-Type: Multipart/report;\r\n  report-type=delivery-status;\r\n  boundary="demo-dsn"\r\n\r\n'
        "--demo-dsn\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{_wrapped(text.encode('gb2312'))}--demo-dsn\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Final-Recipient: rfc822;{recipient}\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        "Diagnostic-Code: SMTP; 550 Invalid User\r\n\r\n--demo-dsn--\r\n"
    ).encode("ascii")
