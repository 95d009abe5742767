"""Mends a raw mail before mail-parser reads it, where mail-parser or Python's `email` is known to fail.

Bounds nesting and parts; finds lost boundaries; gives every part a clean type, name and character set;
makes every file an attachment with a name (mail-parser drops those without). The result is one flat
multipart/mixed of text bodies and files. Drops nothing without a word in `defects`.
Raises only what `email` raises on bytes beyond help; `parse` catches that.
"""

from __future__ import annotations

import base64
import email
import email.policy
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import quote

from bot.intake.addresses import encoded, mend_addresses
from bot.intake.decode import decode_header, decode_text, harmless_text
from bot.intake.html_text import charset_of_html
from bot.intake.identity import Headers
from bot.intake.params import HeaderValue, file_name, read_header_value
from bot.intake.tame import guess_boundary, tame
from bot.intake.transfer import MAGIC, decode_base64, encoding_name, looks_like_base64_file

UNNAMED = "\u2063unnamed"
"""What mail-parser sees as the name of a file without one; no real name can hold U+2063."""
MAX_PARTS = 256
_NO_TYPE = "application/octet-stream"
_HTML = ("text/html", "application/xhtml+xml")
_DAEMON = re.compile(rb"(?:post-?master|mailer-?daemon)[\w.-]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mended:
    """`message` for mail-parser; `headers` of the mail as octets, still folded; `defects` in stable words.

    `lonely_html` is True when an HTML body has no plain twin, so that its text is wanted as well.
    """

    message: Message
    headers: Headers
    defects: tuple[str, ...]
    lonely_html: bool


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One part: a body (`text` is its decoded text) or a file (`base64` is its content, coded)."""

    content_type: str
    text: str | None = None
    base64: str = ""
    name: str = ""
    content_id: str = ""
    has_twin: bool = False


@dataclass(frozen=True, slots=True)
class _Where:
    """What surrounds a part."""

    root: bool = False
    alternative: bool = False
    attached_mail: bool = False
    digest: bool = False
    report: bool = False
    """Within a report about a mail: that mail's header is wanted, whatever else comes back with it."""


def mend(raw: bytes) -> Mended:
    """The mail's octets as something mail-parser reads without loss."""
    tamed, found = tame(raw)
    defects = list(found)
    top = email.message_from_bytes(tamed)
    headers = tuple((name, _octets(value)) for name, value in top.raw_items())
    leaves = list(_leaves(top, _Where(root=True, report=_is_report(top)), defects))
    if len(leaves) > MAX_PARTS:
        defects.append("too_many_parts")
        leaves = leaves[:MAX_PARTS]
    flat = Message()
    _mend_headers(flat, headers, defects)
    flat["Content-Type"] = "multipart/mixed"
    for leaf in leaves or [_Leaf("text/plain", text="")]:
        flat.attach(_part(leaf))
    lonely = any(leaf.text and leaf.content_type == "text/html" and not leaf.has_twin for leaf in leaves)
    return Mended(flat, headers, tuple(dict.fromkeys(defects)), lonely)


def _octets(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")


def _mend_headers(flat: Message, headers: Headers, defects: list[str]) -> None:
    """Only what mail-parser is asked for: all else is read from `headers`, and costs nothing here."""
    values: dict[str, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    for name in ("subject", "from", "message-id", "date", "to"):
        if len({b" ".join(value.split()) for value in values.get(name, ())}) > 1:
            defects.append(f"duplicate_{name.replace('-', '_')}")
    subject = values.get("subject", [b""])[0]
    flat["Subject"] = encoded(decode_header(subject)[:998])
    for name in ("From", "Reply-To", "To", "Cc"):
        found = values.get(name.lower(), [])
        mended = mend_addresses(found, several=name in ("To", "Cc"))
        flat[name] = mended.header
        if name == "From":
            if not mended.count:
                defects.append("invalid_sender" if mended.refused else "no_sender")
            elif len(set(re.findall(r"<([^<>]+)>", mended.header.lower()))) > 1:
                defects.append("several_senders")


def _is_report(top: Message) -> bool:
    """A bounce, by its type (RFC 6522) or by the sender's address."""
    kind = _header(top, "content-type").lower()
    report = b"multipart/report" in kind and b"disposition-notification" not in kind
    return report or _DAEMON.search(_header(top, "from")) is not None


def _header(part: Message, name: str) -> bytes:
    return next((_octets(value) for key, value in part.raw_items() if key.lower() == name), b"")


def _leaves(part: Message, where: _Where, defects: list[str]) -> Iterator[_Leaf]:
    """The part's bodies and files, in order. Depth is bounded by `tame`."""
    content_type = read_header_value(_header(part, "content-type"))
    kind = content_type.value
    defects.extend(_structure_defects(part))
    if kind.startswith("multipart/"):
        children = _children(part, defects)
        if children is not None:
            inner = replace(
                where, root=False, alternative=kind == "multipart/alternative", digest=kind == "multipart/digest"
            )
            yield from _mark_twins([leaf for child in children for leaf in _leaves(child, inner, defects)], kind)
            return
        content_type = replace(content_type, value="text/plain")
    elif part.is_multipart():
        yield from _attached_mail(part, content_type, where, defects)
        return
    yield _leaf(part, content_type, where, defects)


def _structure_defects(part: Message) -> list[str]:
    words = {
        "CloseBoundaryNotFoundDefect": "truncated_multipart",
        "StartBoundaryNotFoundDefect": "lost_boundary",
        "NoBoundaryInMultipartDefect": "lost_boundary",
        "MissingHeaderBodySeparatorDefect": "broken_header",
    }
    return [words[type(d).__name__] for d in part.defects if type(d).__name__ in words]


def _children(part: Message, defects: list[str]) -> list[Message] | None:
    """A container's parts; looks for the boundary where the header does not name the right one."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    del part["content-transfer-encoding"]
    content = part.get_payload(decode=True)
    boundary = guess_boundary(content) if isinstance(content, bytes) else None
    if boundary is None or not isinstance(content, bytes):
        return None
    defects.append("lost_boundary")
    again = email.message_from_bytes(
        b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + content.lstrip(b"\r\n")
    )
    found = again.get_payload()
    return [child for child in found if isinstance(child, Message)] if isinstance(found, list) else None


def _mark_twins(leaves: list[_Leaf], kind: str) -> list[_Leaf]:
    """In an alternative, HTML with a plain version beside it says nothing new."""
    if kind != "multipart/alternative":
        return leaves
    plain = any(leaf.text and leaf.text.strip() for leaf in leaves if leaf.content_type == "text/plain")
    return [replace(leaf, has_twin=plain) if leaf.text is not None else leaf for leaf in leaves]


def _attached_mail(part: Message, content_type: HeaderValue, where: _Where, defects: list[str]) -> Iterator[_Leaf]:
    """A message/* part: an attached mail gives its files (once); one without files stays a file itself."""
    inner = [child for child in part.get_payload() if isinstance(child, Message)]
    is_mail = content_type.value == "message/rfc822" or where.digest
    coded = encoding_name(decode_text(_header(part, "content-transfer-encoding"))) == "base64"
    if is_mail and not coded:
        files = [
            leaf
            for child in inner
            for leaf in _leaves(child, replace(where, root=True, attached_mail=True), defects)
            if leaf.text is None
        ]
        if files:
            if where.report and inner:
                lines = b"".join(
                    name.encode() + b": " + _octets(value) + b"\n" for name, value in inner[0].raw_items()
                )
                yield _Leaf("text/rfc822-headers", base64=base64.b64encode(lines).decode("ascii"))
            yield from files
            return
    policy = email.policy.compat32.clone(mangle_from_=False, max_line_length=0)
    content = b"\n".join(child.as_bytes(policy=policy) for child in inner)
    if coded:
        content, _ = decode_base64(content)
    name = file_name(read_header_value(_header(part, "content-disposition")), content_type)
    yield _Leaf(
        content_type.value or "message/rfc822", base64=base64.b64encode(content).decode("ascii"), name=name
    )


def _leaf(part: Message, content_type: HeaderValue, where: _Where, defects: list[str]) -> _Leaf:
    disposition = read_header_value(_header(part, "content-disposition"))
    name = file_name(disposition, content_type)
    is_file = bool(name) or disposition.value == "attachment"
    kind = content_type.value if "/" in content_type.value else (_NO_TYPE if is_file else "text/plain")
    coding = encoding_name(decode_text(_header(part, "content-transfer-encoding")))
    content_id = re.sub(r"[^!-~]", "", decode_text(_header(part, "content-id")))[:250]
    del part["content-transfer-encoding"]
    raw = part.get_payload(decode=True)
    octets = raw if isinstance(raw, bytes) else b""
    kind = "text/html" if kind in _HTML else kind
    # A name or the word "attachment" on the only text of a mail (or on one of two versions) makes it no file.
    whole = where.root and not (name and disposition.value == "attachment")
    body = (not is_file or where.alternative or whole) and not where.attached_mail
    if kind in ("text/plain", "text/html") and body:
        content = _decoded(octets, coding, defects)
        if not content.startswith(MAGIC):
            charset = content_type.parameter("charset")
            if not charset and kind == "text/html":
                charset = charset_of_html(content)
            return _Leaf(kind, text=harmless_text(decode_text(content, charset)))
        kind, octets, coding = _NO_TYPE, content, "done"
    if where.attached_mail and not is_file and kind in ("text/plain", "text/html"):
        return _Leaf(kind, text="")
    if coding == "base64" or (not coding and looks_like_base64_file(octets)):
        coded = octets.decode("ascii", "replace")
    else:
        coded = base64.b64encode(_decoded(octets, coding, defects)).decode("ascii")
    return _Leaf(kind, base64=coded, name=name, content_id=content_id)


def _decoded(octets: bytes, coding: str, defects: list[str]) -> bytes:
    if coding == "base64":
        content, junk = decode_base64(octets)
        if junk:
            defects.append("base64_junk")
        return content
    if coding == "quoted-printable":
        return quopri.decodestring(octets)
    if coding == "x-uuencode":
        wrapped = Message()
        wrapped["Content-Transfer-Encoding"] = coding
        wrapped.set_payload(octets.decode("ascii", "replace"))
        unwrapped = wrapped.get_payload(decode=True)
        return unwrapped if isinstance(unwrapped, bytes) else octets
    return octets


def _part(leaf: _Leaf) -> Message:
    """A leaf as a part that mail-parser reads without having to guess."""
    part = Message()
    if leaf.text is not None:
        part["Content-Type"] = f'{leaf.content_type}; charset="utf-8"'
        part.set_payload(leaf.text)
        return part
    part["Content-Type"] = leaf.content_type
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(leaf.name or UNNAMED, safe='')}"
    if leaf.content_id:
        part["Content-ID"] = leaf.content_id
    part.set_payload(leaf.base64)
    return part
