"""What a mail is known by: Message-ID, thread ids, envelope sender, hashes of raw mail and of what stays equal.

Only the first occurrence of a header counts. Never raises. Pure.
"""

from __future__ import annotations

import hashlib
import re

from bot.intake.authentication import own_authentication_results
from bot.intake.decode import decode_text, unfold

Headers = tuple[tuple[str, bytes], ...]

_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,900}>")
_GOOD_ID = re.compile(r"<[!-;=?-~]+>")
_BARE_ID = re.compile(r"[^<>\s@,;]+@[^<>\s@,;]+")
_KEPT = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")
"""Written by the sender's program and left alone by relays and mailboxes; all else may be a trace header."""
_FOLD = re.compile(rb"\r?\n[ \t]+")
_KNOWN_KEY = re.compile(
    rb"(?:(?:spf|dkim|dmarc|arc|auth|iprev|compauth|reason|action)|(?:smtp|header|policy)\.[a-z-]+)="
)
_SMTP_MAIL = re.compile(r"\bsmtp\.mail(?:from)?=([^\s;]*)", re.IGNORECASE)


def first(headers: Headers, name: str) -> bytes:
    """The first header of that name in lower case, still folded, or b""."""
    return next((value for key, value in headers if key.lower() == name), b"")


def ids(value: bytes) -> tuple[str, ...]:
    """All message ids in a header, brackets kept, whatever stands between them (Foxmail writes commas)."""
    return tuple(dict.fromkeys(_ID.findall(decode_text(re.sub(rb"[\r\n]", b"", value[:65536])))))[:200]


def message_id(headers: Headers) -> str | None:
    """The Message-ID as written (`<…>`), None where it is missing, empty or holds what no id may hold."""
    written = decode_text(unfold(first(headers, "message-id"))[:2000]).strip()
    for candidate in _ID.findall(written):
        return candidate if _GOOD_ID.fullmatch(candidate) else None
    bare = _BARE_ID.fullmatch(written)
    candidate = f"<{written}>" if bare else ""
    return candidate if _GOOD_ID.fullmatch(candidate) else None


def derived_message_id(content_key: str) -> str:
    """An id for a mail without one: the same for the same content; RFC 6761's `invalid` says that it's made up."""
    return f"<{content_key[:40]}@mail.invalid>"


def unfold_authentication(value: bytes) -> bytes:
    """An Authentication-Results header on one line.

    NetEase folds in the middle of an address, so a fold is nothing at all unless a new item begins there.
    """

    def join(match: re.Match[bytes]) -> bytes:
        before, after = value[: match.start()].rstrip()[-1:], value[match.end() : match.end() + 40]
        return b" " if before in (b";", b")", b"") or after[:1] == b"(" or _KNOWN_KEY.match(after) else b""

    return _FOLD.sub(join, value)


def envelope_sender(headers: Headers) -> str | None:
    """The envelope's sender: "" for the null sender, None where the mail does not tell.

    Return-Path (RFC 5321, 4.4), else the mailbox server's own Authentication-Results (NetEase gives only that;
    those of servers that the mail passed before tell of another envelope).
    """
    for name, value in headers:
        if name.lower() == "return-path":
            text = decode_text(unfold(value)).strip()
            match = re.search(r"<\s*([^<>\s]*)\s*>", text)
            return match[1] if match else text
    texts = [
        (name, decode_text(unfold_authentication(value)))
        for name, value in headers
        if name.lower() in ("received", "x-cm-transid", "authentication-results")
    ]
    found = (_SMTP_MAIL.search(value) for value in own_authentication_results(texts))
    return next((match[1].strip("<>\"'") for match in found if match), None)


def content_key(raw: bytes, headers: Headers) -> str:
    """SHA-256 over what stays equal when the same mail is delivered, moved or restored again."""
    digest = hashlib.sha256()
    for name in _KEPT:
        for key, value in headers:
            if key.lower() == name:
                digest.update(name.encode("ascii") + b":" + b" ".join(value.split()) + b"\n")
    end = re.search(rb"\r?\n[ \t]*\r?\n", raw)
    body = raw[end.end() :] if end else b""
    digest.update(b"\n" + body.replace(b"\r\n", b"\n").rstrip())
    return digest.hexdigest()
