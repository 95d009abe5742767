"""Makes a mail's octets safe to parse: bounded nesting, a bounded number of parts, a header block in one piece.

Cuts only beyond the limits, and says so. Never raises. Pure.
"""

from __future__ import annotations

import re

MAX_CONTAINERS = 48
"""multipart and message/rfc822 parts that are opened; deeper nesting would exhaust the stack of `email`."""
MAX_DELIMITERS = 1200
MAX_HEADERS = 2000
_CONTAINER = re.compile(rb"(?:\A|[\r\n])content-type[ \t]*:\s*[\"']?(multipart|message)/", re.IGNORECASE)
_BOUNDARY = re.compile(
    rb"boundary\*?0?\*?[ \t]*=[ \t]*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE
)
_FIELD = re.compile(rb"(?:From |[!-9;-~]+[ \t]*:)")
_KNOWN = re.compile(
    rb"(?:from|to|cc|date|subject|message-id|mime-version|content-(?:type|transfer-encoding|disposition)|received|x-[\w-]+)"
    rb"[ \t]*:",
    re.IGNORECASE,
)


def tame(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The octets within bounds, and what had to be done to them, in stable words."""
    defects: list[str] = []
    stripped = raw.lstrip(b"\xef\xbb\xbf\r\n \t\x00")
    if stripped[:5] != raw[:5] and stripped:
        defects.append("blank_before_header")
        raw = stripped
    raw = _joined_header(raw, defects)
    raw = _bounded_parts(raw, defects)
    raw = _bounded_containers(raw, defects)
    return raw, tuple(defects)


def _joined_header(raw: bytes, defects: list[str]) -> bytes:
    """A line in the header that is no field and no continuation would end it: it becomes a continuation."""
    end = re.search(rb"\r?\n\r?\n|\r\r", raw)
    block = raw[: end.start()] if end else raw[:65536]
    lines = re.split(rb"\r\n|\n|\r", block)
    if len(lines) > MAX_HEADERS:
        defects.append("too_many_headers")
        rest = raw[end.start() :] if end else b"\n\n"
        lines, block, raw = lines[:MAX_HEADERS], b"", b"\n".join(lines[:MAX_HEADERS]) + rest
        end = re.search(rb"\r?\n\r?\n|\r\r", raw)
    bad = [i for i, line in enumerate(lines) if line and line[:1] not in b" \t" and not _FIELD.match(line)]
    last_known = max((i for i, line in enumerate(lines) if _KNOWN.match(line)), default=-1)
    bad = [i for i in bad if 0 < i < last_known]
    if not bad or end is None:
        return raw
    defects.append("broken_header")
    for i in bad:
        lines[i] = b" " + lines[i]
    return b"\r\n".join(lines) + raw[end.start() :]


def _bounded_parts(raw: bytes, defects: list[str]) -> bytes:
    if raw.count(b"\n--") <= MAX_DELIMITERS:
        return raw
    names = {match[1] or match[2] for match in list(_BOUNDARY.finditer(raw))[:MAX_CONTAINERS]}
    if not names:
        return raw
    delimiter = re.compile(rb"\n--(?:" + b"|".join(re.escape(name.strip()) for name in sorted(names)) + rb")")
    for number, match in enumerate(delimiter.finditer(raw)):
        if number >= MAX_DELIMITERS:
            defects.append("too_many_parts")
            return raw[: match.start() + 1]
    return raw


def _bounded_containers(raw: bytes, defects: list[str]) -> bytes:
    """Containers past the limit become files, so that their octets are kept."""
    found = list(_CONTAINER.finditer(raw))
    if len(found) <= MAX_CONTAINERS:
        return raw
    defects.append("nested_too_deep")
    pieces: list[bytes] = []
    position = 0
    for match in found[MAX_CONTAINERS:]:
        pieces += [raw[position : match.start(1)], b"application"]
        position = match.end(1)
    pieces.append(raw[position:])
    return b"".join(pieces)


def guess_boundary(content: bytes) -> bytes | None:
    """The boundary that a multipart body uses, where its header names none or the wrong one; None for none."""
    for match in re.finditer(
        rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-)", content[:200_000], re.IGNORECASE
    ):
        boundary: bytes = match[1]
        if b'"' not in boundary and content.count(b"--" + boundary) > 1:
            return boundary
    return None
