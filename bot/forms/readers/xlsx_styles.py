"""The parts of a workbook that its sheets refer to: shared strings, and what cell formats mean for the text.

Never fails on odd styles: openpyxl refuses workbooks for a colour it doesn't know, while only number formats,
symbol fonts and crossed-out text matter to a form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from bot.forms.readers.package import Package, attribute, local_name
from bot.forms.readers.symbols import is_symbol_font, readable
from bot.forms.readers.xlsx_numbers import GENERAL, NumberFormat, number_format

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OFF = ("0", "false")


@dataclass(frozen=True, slots=True)
class Font:
    """What of a font matters: its name where letters stand for pictures, and whether it crosses out."""

    symbols: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """One cell format (cellXfs/xf)."""

    number: NumberFormat = GENERAL
    font: Font = Font()


PLAIN = Style()


def unescape(text: str) -> str:
    """Characters that XML can't hold are kept as _xHHHH_ (ISO/IEC 29500-1, 22.9.2.19); carriage returns go."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return "".join(c for c in text if c in "\t\n" or not ("\ud800" <= c <= "\udfff" or c < " "))


def string_item(item: etree._Element) -> str:
    """A shared or inline string: plain or rich text; phonetic guides and crossed-out runs left out."""
    pieces = []
    for child in item:
        name = local_name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            properties = next((c for c in child if local_name(c) == "rPr"), None)
            font = Font() if properties is None else _font(properties)
            if not font.struck:
                text = "".join(c.text or "" for c in child if local_name(c) == "t")
                pieces.append(readable(text, font.symbols))
    return unescape("".join(pieces))


def shared_strings(package: Package, part: str) -> list[str]:
    """The shared strings in order; none where the workbook has no such part."""
    return [string_item(item) for item in package.parse(part).iter("{*}si")] if package.has(part) else []


def styles(package: Package, part: str) -> list[Style]:
    """The cell formats in order; none where the workbook has no such part."""
    if not package.has(part):
        return []
    root = package.parse(part)
    codes = {_number(entry, "numFmtId"): attribute(entry, "formatCode") for entry in root.iter("{*}numFmt")}
    fonts = [_font(font) for holder in root.iter("{*}fonts") for font in holder]
    found = []
    for holder in root.iter("{*}cellXfs"):
        for xf in holder:
            format_id, font_id = _number(xf, "numFmtId"), _number(xf, "fontId")
            number = number_format(format_id, codes.get(format_id, ""))
            found.append(Style(number, fonts[font_id] if font_id < len(fonts) else Font()))
    return found


def _font(element: etree._Element) -> Font:
    symbols, struck = "", False
    for child in element:
        name = local_name(child)
        if name in ("name", "rFont") and is_symbol_font(attribute(child, "val")):
            symbols = attribute(child, "val")
        elif name == "strike":
            struck = attribute(child, "val") not in _OFF
    return Font(symbols, struck)


def _number(element: etree._Element, name: str) -> int:
    text = attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
