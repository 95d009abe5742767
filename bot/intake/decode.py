"""Bytes of a mail to text: character sets, encoded words, unfolding, and what may not stay in a line.

Chinese mail programs label wrongly: gb2312 over GBK or GB18030, utf-8 over GBK, or nothing at all. A label
is believed when the bytes agree with it; otherwise the bytes decide. Registers no codec: every label is
looked up here, so nothing changes for the rest of the process.
Never raises: what cannot be decoded keeps U+FFFD in its place. Pure.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
import unicodedata

_GB_FAMILY = re.compile(r"(cs|x)?(gb|cp936|936|ms936|windows936|euccn|eucgb|chinese|iso58gb|isoir58|zhcn)")
"""Labels, letters and digits only, that are read as GB18030, which contains GBK and GB 2312 (GB 18030-2022)."""
_BIG5_FAMILY = re.compile(r"(cs|x)?(big5|cp950|ms950|windows950)")
_WEAK = re.compile(
    r"usascii|ascii|ansi|iso88591$|latin1|windows1252|cp1252|x?unknown|default|binary|8bit|xuser|none"
)
"""Labels that programs put on anything: they only count when nothing better fits."""
_REFUSED = re.compile(r"idna|punycode|raw_unicode_escape|unicode_escape|undefined|mbcs|oem")
"""Codecs of Python that are no character sets, or whose cost grows with the square of the input."""
_ASCII_COMPATIBLE = (None, "ascii", "utf-8", "gb18030", "big5hkscs", "iso8859-1", "cp1252")

_ENCODED_WORD = re.compile(
    rb"=\?([^?\s=]{1,60})\?(?:([bB])\?([^?]{0,6000})\?=|([qQ])\?(.{0,6000}?)\?=(?![0-9A-Fa-f]{2}))", re.DOTALL
)
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile(rf"[{_INVISIBLE}]+")
_NOT_IN_TEXT = re.compile(rf"(?:\x1b\[[0-9;]*[A-Za-z])|[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f{_INVISIBLE}]")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_HEADER_LIMIT = 65536
_REPLACEMENT = "\ufffd"


def _label(charset: str | None) -> str:
    """A label as letters and digits only, without RFC 2231's language."""
    return re.sub(r"[^a-z0-9]", "", (charset or "").lower().partition("*")[0])


def _codec(charset: str | None) -> str | None:
    """The Python codec that a label names, None when it names none that we trust."""
    if _GB_FAMILY.match(_label(charset)):
        return "gb18030"
    if _BIG5_FAMILY.match(_label(charset)):
        return "big5hkscs"
    try:
        name = codecs.lookup((charset or "").strip(" \"'\t").partition("*")[0]).name
    except (LookupError, ValueError):
        return None
    return None if _REFUSED.match(name.replace("-", "_")) else name


def _strictly(octets: bytes, codec: str) -> str | None:
    try:
        text = octets.decode(codec)
        text.encode("utf-8")
    except (LookupError, ValueError):
        return None
    return text


def _has_han(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in text)


def _is_odd(text: str) -> bool:
    """Letters of scripts that short GBK text turns into when it happens to be valid UTF-8 (通知 gives Hebrew)."""
    return any("\u0180" <= c <= "\u036f" or "\u0530" <= c <= "\u07ff" for c in text)


def _mostly_utf8(octets: bytes) -> str | None:
    """UTF-8 with a few broken places (a mail cut short, a stray byte), else None."""
    text = octets.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    whole = sum(c > "\x7f" for c in text) - broken
    return text if whole >= 10 * broken else None


def _looks_like_gb2312(octets: bytes) -> bool:
    """Whether the high bytes come in pairs as they do in Chinese text, not singly as in café."""
    high = sum(b > 0x7F for b in octets)
    paired = sum(len(run) // 2 * 2 for run in re.findall(rb"[\xa1-\xfe]{2,}", octets))
    return paired >= 0.8 * high


def _guess(octets: bytes, fallback: str | None) -> str:
    """Text without a label to trust: UTF-8, else GB18030; `fallback` is the codec that a weak label names."""
    utf8, gb = _strictly(octets, "utf-8"), _strictly(octets, "gb18030")
    if utf8 is not None:
        if gb is not None and not _has_han(utf8) and _is_odd(utf8) and _has_han(gb):
            return gb
        return utf8
    mostly = _mostly_utf8(octets)
    if mostly is not None:
        return mostly
    if gb is not None and (fallback is None or _looks_like_gb2312(octets)):
        return gb
    candidates = [octets.decode(codec, "replace") for codec in (fallback, "gb18030", "utf-8") if codec]
    return min(candidates, key=lambda text: text.count(_REPLACEMENT))


def decode_text(octets: bytes, charset: str | None = None) -> str:
    """Octets as text, by the label where the octets agree with it, else by what they look like.

    Line breaks and controls stay as they are. The result holds no lone surrogates.
    """
    codec = _codec(charset)
    if codec in _ASCII_COMPATIBLE and octets.isascii():
        return octets.decode("ascii")
    if codec is None or codec == "utf-8":
        return _guess(octets, None)
    if _WEAK.match(_label(charset)):
        return _guess(octets, None if codec == "ascii" else codec)
    if codec == "gb18030":
        utf8 = _strictly(octets, "utf-8")
        # UTF-8 under a GB label is common; GB text of three characters and more is hardly ever valid UTF-8.
        if utf8 is not None and _has_han(utf8) and not _is_odd(utf8):
            return utf8
    text = _strictly(octets, codec)
    if text is None and codec == "big5hkscs":
        text = _strictly(octets, "cp950")
    return text if text is not None else _least_broken(octets, codec)


def _least_broken(octets: bytes, codec: str) -> str:
    """Text whose label does not fit: the reading with the fewest places lost."""
    guess = _guess(octets, None)
    try:
        labelled = octets.decode(codec, "replace").encode("utf-8", "replace").decode("utf-8")
    except (LookupError, ValueError):
        return guess
    return min((guess, labelled), key=lambda text: text.count(_REPLACEMENT))


def _decode_base64_word(payload: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", payload)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def unfold(value: bytes) -> bytes:
    """A header's octets on one line (RFC 5322, 2.2.3: the line break goes, the blank stays)."""
    return _FOLD.sub(b"", value).strip(b"\r\n")


def decode_words(value: bytes) -> str:
    """A header's octets, unfolded, with RFC 2047 words decoded as people's programs write them.

    Neighbouring words of one character set are put together before they are decoded, because some programs
    cut in the middle of a character; words in quotes, longer than 75 characters or holding blanks are read
    too. Control characters remain: pass the result through `one_line` before anybody sees it.
    """
    value = unfold(value[:_HEADER_LIMIT])
    if b"=?" not in value:
        return decode_text(value)
    out: list[str] = []
    run: list[tuple[str, bytes]] = []
    position = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[position : word.start()]
        if between.strip() or not run:
            _flush(run, out)
            out.append(decode_text(between))
        label = word[1].decode("ascii", "replace").lower()
        label = "gb18030" if _GB_FAMILY.match(_label(label)) else label
        if word[2]:
            octets = _decode_base64_word(word[3])
        else:
            octets = quopri.decodestring(word[5].replace(b"_", b"=20"), header=True)
        if run and run[-1][0] == label:
            run[-1] = (label, run[-1][1] + octets)
        else:
            run.append((label, octets))
        position = word.end()
    _flush(run, out)
    out.append(decode_text(value[position:]))
    return "".join(out)


def _flush(run: list[tuple[str, bytes]], out: list[str]) -> None:
    out.extend(decode_text(octets, label) for label, octets in run)
    run.clear()


def one_line(text: str) -> str:
    """Text as one harmless line: no controls, line breaks, invisible or direction characters; blanks single."""
    text = _UNSEEN.sub("", text.encode("utf-8", "replace").decode("utf-8"))
    return " ".join(_CONTROLS.sub(" ", text).split())


def decode_header(value: bytes) -> str:
    """A header's octets as one harmless, decoded line."""
    return one_line(decode_words(value))


def harmless_text(text: str) -> str:
    """Text of several lines: LF line ends, no controls or invisible characters, NFC."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _NOT_IN_TEXT.sub("", text))
