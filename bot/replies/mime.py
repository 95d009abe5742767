"""Builds the bytes of an outgoing mail: text, HTML, attachments, and headers that every mail program reads.

Never sends and never asks a clock. Written out line by line, because the standard library folds ids into encoded
words and makes those longer than allowed. Header values come in as text and leave as ASCII lines: encoded words of
at most 75 characters (RFC 2047, 2), ids byte for byte as they came (one inside an encoded word breaks the thread),
file names by RFC 2231 with the older `name=` beside it. A recipient that cannot be written so is a PermanentError.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from bot.errors import PermanentError
from bot.records.account import Correspondent
from bot.records.mail import LOOP_MARK, ParsedMail

MAX_REFERENCES = 20
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# 39 bytes give 52 characters of base64, with `=?utf-8?b?` and `?=` a word of 64: `Subject: ` before it still fits
# into a line of 76, which is the limit where encoded words stand (RFC 2047, 2).
_WORD_BYTES = 39
_LINE = 78
# A line may have 998 characters (RFC 5322, 2.1.1); `In-Reply-To: ` and the fold's blank stand before an id.
_ID_LIMIT = 980
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+>")
# A piece of a file name, beside ` filename*10*=utf-8''` and `;` in one line.
_PIECE = 54
_UTF8 = "utf-8''"
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to attach; `content_type` as `type/subtype`."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """A PNG that the HTML shows by `cid:`; `content_id` without angle brackets."""

    content_id: str
    content: bytes


def reply_bytes(
    *,
    sender: Correspondent,
    recipient: str,
    subject: str,
    message_id: str,
    answered: ParsedMail,
    date: datetime,
    text: str,
    html: str,
    enclosures: Sequence[Enclosure] = (),
    is_answer: bool = True,
) -> bytes:
    """An automatic answer (RFC 3834, 3.1) that threads below `answered` (RFC 5322, 3.6.4). `is_answer` is False
    for news that only hangs below a mail of long ago: it is no direct response to it (RFC 3834, 5)."""
    auto = "auto-replied" if is_answer else "auto-generated"
    ids = {"In-Reply-To": _in_reply_to(answered), "References": _references(answered)}
    return _build(sender, (recipient,), subject, message_id, date, auto, ids, text, html, enclosures)


def notice_bytes(
    *,
    sender: Correspondent,
    recipients: Sequence[str],
    subject: str,
    message_id: str,
    date: datetime,
    text: str,
    html: str,
    enclosures: Sequence[Enclosure] = (),
    pictures: Sequence[InlinePicture] = (),
) -> bytes:
    """A mail that answers nobody: the digest (`Auto-Submitted: auto-generated`, RFC 3834, 5)."""
    return _build(
        sender, recipients, subject, message_id, date, "auto-generated", {}, text, html, enclosures, pictures
    )


def message_id(seed: Sequence[str], sender: Correspondent) -> str:
    """`<hash@domain>`: the same seed gives the same id, so that a mail composed again is recognised as itself."""
    digest = hashlib.sha256("\x00".join(seed).encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return f"<{digest}@{sender.address.rpartition('@')[2].lower()}>"


def mailbox(address: str) -> str:
    """The address as it may stand in a header and in RCPT TO: ASCII, an international domain in its ASCII form.

    PermanentError where that is impossible: 126.com knows no SMTP_UTF8 (RFC 6531).
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    written = f"{local}@{ascii_domain}"
    if not _MAILBOX.fullmatch(written) or ".." in written or local.startswith(".") or local.endswith("."):
        raise PermanentError("收件地址写法不规范，无法自动答复。请人工联系报送人，问清邮箱。")
    return written


def encoded_words(text: str) -> list[str]:
    """The text as RFC 2047 words, none cutting a character; plain ASCII stays as it is."""
    if text.isascii() and "=?" not in text:
        return text.split(" ")
    words: list[bytes] = [b""]
    for character in text:
        piece = character.encode("utf-8", "replace")
        # A combining mark or variation selector stays with its character: some programs decode word by word.
        joins = unicodedata.combining(character) or unicodedata.category(character) == "Mn"
        if len(words[-1]) + len(piece) > _WORD_BYTES and not (joins and len(words[-1]) < _WORD_BYTES + 3):
            words.append(b"")
        words[-1] += piece
    return [f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words]


def _folded(name: str, tokens: Sequence[str]) -> str:
    """`name: tokens`, broken between tokens where a line would grow too long."""
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += " " + token
    return "\r\n".join(lines)


def _named_mailbox(sender: Correspondent) -> list[str]:
    """The words of `name <address>`; whatever the office calls itself, it is one name."""
    name = _one_line(sender.name)
    written = [_quoted(name)] if name.isascii() and "=?" not in name else encoded_words(name)
    return [*(written if name else []), f"<{mailbox(sender.address)}>"]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _one_line(text: str) -> str:
    """No control characters, so that a value can neither end a header nor begin another."""
    return " ".join(
        "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in text).split()
    )


def _usable(ids: Sequence[str]) -> list[str]:
    return [value for value in dict.fromkeys(ids) if len(value) <= _ID_LIMIT and _ID.fullmatch(value)]


def _in_reply_to(answered: ParsedMail) -> list[str]:
    return _usable((answered.message_id,)) if answered.message_id_given else []


def _references(answered: ParsedMail) -> list[str]:
    """Theirs and their own id; the first (the thread's beginning) and the last ones where there are many."""
    earlier = answered.references or (answered.in_reply_to if len(answered.in_reply_to) == 1 else ())
    own = (answered.message_id,) if answered.message_id_given else ()
    ids = _usable([*(i for i in earlier if i not in own), *own])
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[-(MAX_REFERENCES - 1) :]]
    return ids


def _build(
    sender: Correspondent,
    recipients: Sequence[str],
    subject: str,
    own_id: str,
    date: datetime,
    auto_submitted: str,
    ids: dict[str, list[str]],
    text: str,
    html: str,
    enclosures: Sequence[Enclosure],
    pictures: Sequence[InlinePicture] = (),
) -> bytes:
    to = [mailbox(recipient) for recipient in recipients]
    headers = [
        _folded("From", _named_mailbox(sender)),
        _folded("To", [f"{address}," for address in to[:-1]] + to[-1:]),
        _folded("Subject", encoded_words(_one_line(subject))),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {own_id}",
        *(f"{name}: " + "\r\n ".join(values) for name, values in ids.items() if values),
        f"Auto-Submitted: {auto_submitted}",
        "X-Auto-Response-Suppress: All",
        f"X-Loop: {LOOP_MARK}",
        "MIME-Version: 1.0",
        "Content-Language: zh-CN",
    ]
    # `=_` stands in neither base64 nor quoted-printable, so that no content can look like a boundary.
    mark = f"=_{own_id.strip('<>').partition('@')[0][:24]}"
    page = _text_part("html", html)
    if pictures:
        # The page and what it shows are one whole, beside the plain text (RFC 2387).
        page = _multipart("related", f"{mark}_r", [page, *map(_picture_part, pictures)], '; type="text/html"')
    words = _multipart("alternative", f"{mark}_a", [_text_part("plain", text), page])
    body = _multipart("mixed", f"{mark}_m", [words, *map(_file_part, enclosures)]) if enclosures else words
    return "\r\n".join([*headers, body]).encode("ascii")


def _multipart(kind: str, boundary: str, parts: Sequence[str], more: str = "") -> str:
    between = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\r\n\r\n{between}--{boundary}--\r\n'


def _text_part(kind: str, text: str) -> str:
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    return _part([f"Content-Type: text/{kind}; charset=utf-8"], lines.encode("utf-8", "replace"))


def _picture_part(picture: InlinePicture) -> str:
    headers = ["Content-Type: image/png", f"Content-ID: <{picture.content_id}>", "Content-Disposition: inline"]
    return _part(headers, picture.content)


def _file_part(enclosure: Enclosure) -> str:
    name = _one_line(enclosure.name).replace("/", "_").replace("\\", "_").replace('"', "'")
    content_type = f"Content-Type: {enclosure.content_type};\r\n name={_old_name(name)}"
    disposition = "Content-Disposition: attachment;\r\n " + ";\r\n ".join(_rfc2231(name))
    return _part([content_type, disposition], enclosure.content)


def _part(headers: Sequence[str], content: bytes) -> str:
    written = base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")
    return "\r\n".join([*headers, "Content-Transfer-Encoding: base64", "", written])


def _old_name(name: str) -> str:
    """The name as older programs (Foxmail, QQ's) expect it: encoded words in quotes, which RFC 2047 forbids."""
    return _quoted(name) if name.isascii() else '"' + "\r\n ".join(encoded_words(name)) + '"'


def _rfc2231(name: str) -> list[str]:
    """`filename*=utf-8''…`, in numbered pieces where it is long (RFC 2231, 3 and 4)."""
    if name.isascii():
        return [f"filename={_quoted(name)}"]
    pieces: list[str] = [""]
    for character in name:
        escaped = quote(character, safe="")
        if len(pieces[-1]) + len(escaped) > _PIECE:
            pieces.append("")
        pieces[-1] += escaped
    if len(pieces) == 1:
        return [f"filename*=utf-8''{pieces[0]}"]
    return [f"filename*{i}*={'' if i else _UTF8}{piece}" for i, piece in enumerate(pieces)]
