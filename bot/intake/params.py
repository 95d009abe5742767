"""Content-Type and Content-Disposition as mail programs write them: the value, its parameters, a file's name.

Reads RFC 2231 (continuations, character sets), RFC 2047 words where the standard forbids them, raw octets,
names without quotes that hold blanks, and missing semicolons. Never raises. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from bot.intake.decode import decode_text, decode_words, one_line, unfold

NAME_LIMIT = 120
_VALUE = re.compile(rb"\s*([A-Za-z0-9!#$&^_.+-]+(?:/[A-Za-z0-9!#$&^_.+-]+)?)")
_PARAMETER = re.compile(
    rb"""(?:^|[;\s])\s*([A-Za-z][A-Za-z0-9_.-]{0,60})(\*\d{1,3}\*?|\*)?[ \t]*=[ \t]*
    (?:"((?:[^"\\]|\\.)*)"?|([^;]*))""",
    re.VERBOSE | re.DOTALL,
)
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*]')
_NEXT_PARAMETER = re.compile(
    rb"\s+(?:name|filename|charset|boundary|format|size|type|report-type)\*?\d*\*?=", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class HeaderValue:
    """`value` in lower case or ""; plain parameters as octets, the extended ones of RFC 2231 as text."""

    value: str = ""
    plain: dict[str, bytes] = field(default_factory=dict)
    extended: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        """A parameter's text, "" when missing; RFC 2231's form before the plain one."""
        if name in self.extended:
            return self.extended[name]
        return decode_words(self.plain[name]).strip() if name in self.plain else ""


def read_header_value(raw: bytes) -> HeaderValue:
    """The header's octets, still folded, as a HeaderValue."""
    raw = unfold(raw[:20000])
    head = _VALUE.match(raw)
    if head is None:
        rest, value = raw, ""
    else:
        rest, value = raw[head.end() :], head[1].decode("ascii").lower()
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    position = 0
    while match := _PARAMETER.search(rest, position):
        name, star = match[1].decode("ascii").lower(), match[2] or b""
        octets, position = _parameter_octets(match)
        if not star:
            plain.setdefault(name, octets)
        else:
            number = int(star.strip(b"*") or b"0")
            pieces.setdefault(name, {}).setdefault(number, (octets, star.endswith(b"*")))
    extended = {name: _join_pieces(found) for name, found in pieces.items()}
    return HeaderValue(value, plain, {name: text for name, text in extended.items() if text})


def _parameter_octets(match: re.Match[bytes]) -> tuple[bytes, int]:
    """A parameter's octets and where the next one may begin."""
    if match[3] is not None:
        return re.sub(rb"\\([\\\"])", rb"\1", match[3]), match.end()
    bare = match[4]
    following = _NEXT_PARAMETER.search(bare)
    if following:
        return bare[: following.start()].strip(), match.start(4) + following.start()
    return bare.strip(), match.end()


def _join_pieces(pieces: dict[int, tuple[bytes, bool]]) -> str:
    """The parts of an RFC 2231 parameter, put together before they are decoded."""
    charset, octets = "", b""
    for position, (_, (piece, encoded)) in enumerate(sorted(pieces.items())):
        if encoded:
            if position == 0 and piece.count(b"'") >= 2:
                label, _, piece = piece.split(b"'", 2)
                charset = label.decode("ascii", "replace")
            piece = unquote_to_bytes(piece)
        octets += piece
    if b"=?" in octets and not charset:
        return decode_words(octets)
    return decode_text(octets, charset)


def file_name(disposition: HeaderValue, content_type: HeaderValue) -> str:
    """The part's file name, harmless, or "". `filename*` counts before `filename`, that before `name*`, `name`."""
    for header, parameter in ((disposition, "filename"), (content_type, "name")):
        name = harmless_name(header.parameter(parameter))
        if name:
            return name
    return ""


def harmless_name(name: str) -> str:
    """A file name without path, controls, direction characters or characters that Windows forbids.

    NFC, at most 120 characters with the extension kept; "" where nothing remains. The extension proves
    nothing about the content.
    """
    name = one_line(re.split(r"[/\\]", name.replace("\x00", ""))[-1])
    name = unicodedata.normalize("NFC", _NOT_IN_A_NAME.sub("_", name)).strip(" '").rstrip(". ")
    if not name.strip("._ "):
        return ""
    if len(name) > NAME_LIMIT:
        stem, dot, extension = name.rpartition(".")
        keep = dot + extension if stem and len(extension) <= 10 else ""
        name = name[: NAME_LIMIT - len(keep)].rstrip() + keep
    return name
