"""What people typed into a PDF's fields or wrote onto its pages, as glyphs where it stands.

By ISO 32000-1, 12.7 (fields, values inherited from their parents) and 12.5.6.6 (free text). Values are taken, not
appearances: many programs write none. Scripts and links are never looked at. Broken fields are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, list_value, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_rect, decode_text

from bot.forms.readers.pdf_device import page_matrix
from bot.forms.readers.pdf_page import Glyph
from bot.forms.readers.symbols import EMPTY_BOX, TICKED_BOX

MAX_ANNOTATIONS = 5_000
MAX_DEPTH = 32
MAX_VALUE = 4_000

_HIDDEN_FLAGS = 0b100010
_PUSH_BUTTON = 1 << 16
_PASSWORD = 1 << 13
_MARKUP = re.compile(r"<[^>]*>")
_BOXES = "□☐○◯〇"
_LINE = 14.0
_LETTER = 6.0
_DOCUMENT_ENCODED = re.compile(rb"[\x80-\xff]")

Dictionary = dict[str, Any]


def is_xfa_only(document: PDFDocument, pages: tuple[PDFPage, ...]) -> bool:
    """Whether the form exists only as XFA, which other programs than Acrobat show as 'please wait'."""
    form = _dictionary(document.catalog.get("AcroForm"))
    if "XFA" not in form:
        return False
    if resolve1(document.catalog.get("NeedsRendering")) is True:
        return True
    return not any(_kind(one, "Subtype") == "Widget" for page in pages for one in _annotations(page))


def typed_glyphs(page: PDFPage) -> list[Glyph]:
    """The values of a page's fields and free texts, each as one glyph that fills its rectangle. Never fails."""
    found: list[Glyph] = []
    for one in _annotations(page):
        try:
            text = _text_of(one)
            x0, y0, x1, y1 = (float(resolve1(number)) for number in list_value(one.get("Rect")))
            box = apply_matrix_rect(page_matrix(page), (x0, y0, x1, y1))
        except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
            continue
        if text:
            found += _placed(text, *box)
    return found


def merged(printed: list[Glyph], typed: list[Glyph]) -> list[Glyph]:
    """Both together; what is printed where a tick box stands is that box's own drawing."""
    ticks = [one for one in typed if one.text in (TICKED_BOX, EMPTY_BOX)]
    kept = [one for one in printed if not (one.text in _BOXES and any(_on(one, tick) for tick in ticks))]
    return kept + typed


def _on(glyph: Glyph, box: Glyph) -> bool:
    return box.x0 - 2 <= glyph.centre <= box.x1 + 2 and box.top - 2 <= glyph.middle <= box.bottom + 2


def _annotations(page: PDFPage) -> Iterator[Dictionary]:
    try:
        entries = list_value(page.annots) if page.annots is not None else []
    except (TypeError, ValueError):
        return
    for entry in entries[:MAX_ANNOTATIONS]:
        one = _dictionary(entry)
        flags = resolve1(one.get("F", 0))
        if one and not (isinstance(flags, int) and flags & _HIDDEN_FLAGS):
            yield one


def _dictionary(value: Any) -> Dictionary:
    found = resolve1(value)
    return found if isinstance(found, dict) else {}


def _kind(one: Dictionary, key: str) -> str:
    value = resolve1(one.get(key))
    return str(value.name) if isinstance(value, PSLiteral) else ""


def _text_of(one: Dictionary) -> str:
    if _kind(one, "Subtype") == "FreeText":
        return _text(one.get("Contents")) or _MARKUP.sub("", _text(one.get("RC"))).strip()
    if _kind(one, "Subtype") != "Widget":
        return ""
    kind = _inherited(one, "FT")
    flags = _inherited(one, "Ff")
    flags = flags if isinstance(flags, int) else 0
    name = kind.name if isinstance(kind, PSLiteral) else ""
    if name == "Btn":
        return "" if flags & _PUSH_BUTTON else _tick(one)
    if name == "Ch":
        return _chosen(one)
    return "" if name != "Tx" or flags & _PASSWORD else _text(_inherited(one, "V"))


def _inherited(one: Dictionary, key: str) -> Any:
    """An attribute of a field, from itself or the nearest parent that has it."""
    for _ in range(MAX_DEPTH):
        if key in one:
            return resolve1(one[key])
        one = _dictionary(one.get("Parent"))
        if not one:
            return None
    return None


def _tick(one: Dictionary) -> str:
    """A ticked or an empty box: by its state, else by whether the field's value is the name of its own state."""
    state = resolve1(one.get("AS"))
    value = _inherited(one, "V")
    shown = _dictionary(_dictionary(one.get("AP")).get("N"))
    states = {str(name) for name in shown if str(name) != "Off"}
    chosen = value.name if isinstance(value, PSLiteral) else _text(value)
    if states and chosen and chosen != "Off":
        return TICKED_BOX if chosen in states else EMPTY_BOX
    name = state.name if isinstance(state, PSLiteral) else chosen
    return TICKED_BOX if name and name != "Off" else EMPTY_BOX


def _chosen(one: Dictionary) -> str:
    """The shown words of what was chosen from a list."""
    value = _inherited(one, "V")
    chosen = [_text(entry) for entry in (value if isinstance(value, list) else [value])]
    shown: dict[str, str] = {}
    options = _inherited(one, "Opt")
    for option in options[:MAX_ANNOTATIONS] if isinstance(options, list) else []:
        pair = resolve1(option)
        if isinstance(pair, list) and len(pair) > 1:
            shown.setdefault(_text(pair[0]), _text(pair[1]))
    return "、".join(shown.get(word, word) for word in chosen if word)


def _text(value: Any) -> str:
    """A text string: UTF-16 or UTF-8 with its mark, GBK as some Chinese programs write it, else PDFDocEncoding."""
    found = resolve1(value)
    if isinstance(found, PDFStream):
        found = found.get_data()
    if isinstance(found, str):
        return found[:MAX_VALUE].strip()
    if not isinstance(found, bytes):
        return ""
    found = found[: MAX_VALUE * 2]
    if found.startswith(b"\xef\xbb\xbf"):
        return found[3:].decode("utf-8", "ignore").strip()
    if not found.startswith((b"\xfe\xff", b"\xff\xfe")) and _DOCUMENT_ENCODED.search(found):
        for charset in ("utf-8", "gb18030"):
            try:
                return found.decode(charset).strip()
            except UnicodeDecodeError:
                continue
    if found.startswith(b"\xff\xfe"):
        return found[2:].decode("utf-16-le", "ignore").strip()
    return str(decode_text(found)).replace("\r\n", "\n").replace("\r", "\n").strip()


def _placed(text: str, x0: float, top: float, x1: float, bottom: float) -> list[Glyph]:
    """A value in its rectangle. A high rectangle is that of one line at its top, so that lines stay in order."""
    if text in (TICKED_BOX, EMPTY_BOX):
        return [Glyph(text, x0, top, x1, bottom)]
    lines = [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]
    height = bottom - top
    pitch = height / len(lines) if len(lines) == 1 or height <= 2 * _LINE * len(lines) else _LINE
    if len(lines) == 1 and height > 2 * _LINE:
        pitch = 2 * _LINE
    return [
        Glyph(line, x0, top + number * pitch, min(x1, x0 + _width(line)), top + (number + 1) * pitch)
        for number, line in enumerate(lines)
    ]


def _width(line: str) -> float:
    """About how wide a line is: what is typed to the left of a wide field says nothing about its right end."""
    return sum(_LETTER if character.isascii() else 2 * _LETTER for character in line)
