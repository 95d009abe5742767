"""Builders of raw mails as Chinese mail programs write them. All people, hospitals and addresses are invented."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from bot.demo.invented import hospitals, people
from bot.intake.parse import parse
from bot.records.mail import ParsedMail

OFFICE = "szsyyxhbgs@126.com"
OWN = frozenset({OFFICE})
HOSPITAL = next(hospitals(7))
CLERK = f"clerk@{HOSPITAL.domain}"
PERSON = next(people(7))
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 4 + b"\n%%EOF\n"
DOCX = b"PK\x03\x04" + bytes(range(256)) * 4
FORM_NAME = "赴浙江专题调研学习回执表.docx"


def ew(text: str, charset: str = "gb18030", label: str | None = None) -> bytes:
    """An RFC 2047 word with base64; `label` is what the mail says, `charset` what it is."""
    coded = base64.b64encode(text.encode(charset)).decode("ascii")
    return f"=?{label or charset}?B?{coded}?=".encode("ascii")


def header_lines(**changed: bytes | None) -> bytes:
    """A sane header; keyword arguments replace fields (`_` stands for `-`), None leaves one out."""
    fields: dict[str, bytes | None] = {
        "From": CLERK.encode(),
        "To": OFFICE.encode(),
        "Subject": ew("报名回执"),
        "Date": b"Fri, 27 Mar 2026 09:00:00 +0800 (CST)",
        "Message-ID": b"<17a.1b2c.19d0.Coremail.clerk@hospital.example.org>",
        "MIME-Version": b"1.0",
    }
    for name, value in changed.items():
        wanted = name.replace("_", "-").lower()
        known = next((field for field in fields if field.lower() == wanted), name.replace("_", "-"))
        fields[known] = value
    return b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields.items() if value is not None)


def mail(body: bytes = b"\r\n", extra: bytes = b"", **changed: bytes | None) -> bytes:
    """A mail of one part; `extra` are further header lines, each with its line end."""
    return header_lines(**changed) + extra + b"\r\n" + body


def text_mail(text: str, subject: str = "报名回执", extra: bytes = b"", **changed: bytes | None) -> bytes:
    """A plain mail in UTF-8."""
    kind = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    changed.setdefault("Subject", ew(subject, "utf-8"))
    return mail(base64.encodebytes(text.encode("utf-8")), extra + kind, **changed)


@dataclass(frozen=True)
class Part:
    """One part of a multipart mail: its header lines (each with its line end) and its coded body."""

    header: bytes
    body: bytes


def text_part(text: str, charset: str = "utf-8", subtype: str = "plain") -> Part:
    header = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n".encode()
    return Part(header, base64.encodebytes(text.encode(charset)))


def file_part(header: bytes, content: bytes = PDF) -> Part:
    """A base64-coded file with exactly these header lines besides."""
    return Part(header + b"Content-Transfer-Encoding: base64\r\n", base64.encodebytes(content))


def named_file(name: str, content: bytes = DOCX) -> Part:
    coded = ew(name, "utf-8")
    return file_part(
        b'Content-Type: application/octet-stream; name="' + coded + b'"\r\n'
        b'Content-Disposition: attachment; filename="' + coded + b'"\r\n',
        content,
    )


def multipart(
    *parts: Part, subtype: str = "mixed", boundary: str = "----=_Part_1", **changed: bytes | None
) -> bytes:
    line = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    return mail(multipart_body(*parts, boundary=boundary), line, **changed)


def multipart_body(*parts: Part, boundary: str = "----=_Part_1") -> bytes:
    delimiter = b"--" + boundary.encode()
    pieces = [delimiter + b"\r\n" + part.header + b"\r\n" + part.body + b"\r\n" for part in parts]
    return b"".join(pieces) + delimiter + b"--\r\n"


def nested(*parts: Part, subtype: str, boundary: str) -> Part:
    """A multipart as a part of another one."""
    header = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    return Part(header, multipart_body(*parts, boundary=boundary))


def parsed(
    text: str = "", subject: str = "报名回执", files: tuple[str, ...] = (), **changed: bytes | None
) -> ParsedMail:
    """A person's ordinary mail, parsed: text, subject, files by name; keyword arguments replace header fields."""
    fields: dict[str, bytes | None] = {"Subject": ew(subject, "utf-8"), **changed}
    body = multipart_body(text_part(text), *(named_file(name) for name in files))
    return parse(header_lines(**fields) + b'Content-Type: multipart/mixed; boundary="----=_Part_1"\r\n\r\n' + body)


def bounce(action: str = "failed", sender: bytes = b"Postmaster@126.com") -> bytes:
    """A refused mail as NetEase's servers report it: no Reporting-MTA, no Auto-Submitted, no In-Reply-To."""
    said = "抱歉，您的邮件被退回来了……\r\n退信原因：收件人不存在\r\n英文说明:\r\n建议解决方案"
    status = f"Final-Recipient: RFC822; nobody@{HOSPITAL.domain}\r\nAction: {action}\r\nStatus: 5.0.0\r\n"
    status += "Diagnostic-Code: SMTP; 550 User not found\r\n"
    original = header_lines(From=OFFICE.encode(), To=f"nobody@{HOSPITAL.domain}".encode(), Subject=b"Re: x")
    body = multipart_body(
        text_part(said, "gb2312"),
        Part(b"Content-Type: Message/delivery-status\r\n", status.encode()),
        Part(b"Content-Type: Message/Rfc822\r\n", original + b"\r\nquoted\r\n"),
    )
    kind = b'Content-Type: Multipart/report;\r\n  report-type=delivery-status;\r\n  boundary="----=_Part_1"\r\n'
    marks = b"X-CM-TRANSID: AbCowEXAMPLE--.1234S2.B27461\r\nX-Mailer: Coremail MTA server\r\n"
    return mail(body, kind + marks, From=sender, Subject=b"=?gb2312?B?z7XNs83L0MU=?=")
