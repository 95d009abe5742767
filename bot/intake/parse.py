"""A raw mail to a ParsedMail: mail-parser reads it, after `mend` has put right what mail-parser can't read.

The only module that imports mail-parser. Opens no attachment, follows no link, believes no header.
Never raises: of a mail beyond help it gives the headers that can be read, with the defect `unparsable`.
"""

from __future__ import annotations

import hashlib
import logging
import re
from urllib.parse import unquote

import mailparser

from bot.intake.addresses import is_address
from bot.intake.decode import decode_header, decode_words
from bot.intake.html_text import text_of_html
from bot.intake.identity import (
    Headers,
    content_key,
    derived_message_id,
    envelope_sender,
    first,
    ids,
    message_id,
    unfold_authentication,
)
from bot.intake.mend import UNNAMED, Mended, mend
from bot.intake.params import harmless_name
from bot.intake.transfer import decode_base64
from bot.records.mail import Address, Attachment, ParsedMail

# mail-parser logs file names and whole headers; personal data must not reach a log.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

_TEXT_LIMIT = 2_000_000


def parse(raw: bytes, *, complete: bool = True) -> ParsedMail:
    """A mail's octets as a ParsedMail, whatever they are.

    `complete` is False where `raw` is only a mail's beginning: the defect `truncated` says so.
    """
    truncated = () if complete else ("truncated",)
    try:
        mended = mend(raw)
        return _parsed(raw, mended, mailparser.MailParser(mended.message), truncated)
    except Exception:  # noqa: BLE001 - no mail may stop the ones behind it, whatever the libraries raise
        return _unparsable(raw, truncated)


def _parsed(raw: bytes, mended: Mended, parser: mailparser.MailParser, defects: tuple[str, ...]) -> ParsedMail:
    headers = mended.headers
    key = content_key(raw, headers)
    given = message_id(headers)
    defects += mended.defects
    html = "\n".join(parser.text_html)
    attachments, junk = _attachments(parser, html)
    if junk:
        defects += ("base64_junk",)
    if re.search(r"[\r\n]", decode_words(first(headers, "subject"))):
        defects += ("line_break_in_subject",)
    return ParsedMail(
        message_id=given or derived_message_id(key),
        message_id_given=given is not None,
        raw_hash=hashlib.sha256(raw).hexdigest(),
        content_key=key,
        subject=str(parser.subject or ""),
        sender=_sender(parser, mended.defects),
        reply_to=_addresses(parser.reply_to),
        recipients=_addresses(parser.to) + _addresses(parser.cc),
        envelope_sender=envelope_sender(headers),
        date_header=_date(headers),
        in_reply_to=ids(first(headers, "in-reply-to")),
        references=ids(first(headers, "references")),
        text=_text(parser, html, mended.lonely_html),
        html=html,
        attachments=attachments,
        headers=_decoded_headers(headers),
        defects=tuple(dict.fromkeys(defects)),
    )


def _addresses(found: object) -> tuple[Address, ...]:
    """mail-parser's (name, address) pairs, those that a mail could be sent to."""
    pairs = found if isinstance(found, list) else []
    return tuple(Address(str(name), str(address)) for name, address in pairs if is_address(str(address)))


def _sender(parser: mailparser.MailParser, defects: tuple[str, ...]) -> Address | None:
    """The one sender; None where From names nobody or more than one address."""
    found = _addresses(parser.from_)
    return found[0] if found and "several_senders" not in defects else None


def _text(parser: mailparser.MailParser, html: str, lonely_html: bool) -> str:
    """The plain body; HTML's text where it has no plain twin, followed by plain parts that say something else."""
    plain = [text.strip("\n") for text in parser.text_plain if text.strip()]
    if plain and not lonely_html:
        return "\n".join(plain)[:_TEXT_LIMIT]
    from_html = text_of_html(html)
    said = "".join(from_html.split())
    more = [text for text in plain if "".join(text.split()) not in said]
    return "\n".join(piece for piece in (from_html, *more) if piece)[:_TEXT_LIMIT]


def _attachments(parser: mailparser.MailParser, html: str) -> tuple[tuple[Attachment, ...], bool]:
    """The files, and whether one of them had foreign matter in its base64."""
    shown = {unquote(cid).strip("<>") for cid in re.findall(r"cid:([^\s\"'<>)]{1,250})", html, re.IGNORECASE)}
    found: list[Attachment] = []
    any_junk = False
    for part in parser.attachments:
        content, junk = decode_base64(part["payload"].encode("ascii", "replace"))
        any_junk = any_junk or junk
        name = "" if part["filename"] == UNNAMED else harmless_name(part["filename"])
        content_id = part["content-id"].strip("<>")
        found.append(
            Attachment(
                name=name,
                content=content,
                content_type=part["mail_content_type"],
                content_id=content_id,
                referenced=bool(content_id) and content_id in shown,
            )
        )
    return tuple(found), any_junk


def _decoded_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    decoded: list[tuple[str, str]] = []
    for name, value in headers:
        whole = unfold_authentication(value) if name.lower() == "authentication-results" else value
        decoded.append((name, decode_header(whole)))
    return tuple(decoded)


def _date(headers: Headers) -> str:
    """The Date header for display only. A bare CST is China's (+0800) here, not America's."""
    return re.sub(r"\bCST$", "+0800", decode_header(first(headers, "date"))[:200])


def _unparsable(raw: bytes, defects: tuple[str, ...]) -> ParsedMail:
    """What can be said of a mail that no parser reads: its hash, and its subject if there is one."""
    block = re.split(rb"\r?\n\r?\n", raw[:65536], maxsplit=1)[0]
    fields = re.findall(rb"(?:^|\n)([!-9;-~]{1,80}):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", block)
    headers: Headers = tuple((name.decode("ascii"), value) for name, value in fields[:200])
    digest = hashlib.sha256(raw).hexdigest()
    given = message_id(headers)
    return ParsedMail(
        message_id=given or derived_message_id(digest),
        message_id_given=given is not None,
        raw_hash=digest,
        content_key=digest,
        subject=decode_header(first(headers, "subject"))[:998],
        sender=None,
        headers=tuple((name, decode_header(value)) for name, value in headers),
        defects=(*defects, "unparsable"),
    )
