"""Tick boxes and ticks that offices draw with symbol fonts, as the Unicode characters that people see.

Word and Excel keep such a character as a letter or a private-use code (U+F0xx) plus the font's name: an `R` in
Wingdings 2 is a ticked box. Without the font the letter would be read as text.
"""

from __future__ import annotations

_WINGDINGS = {0x6F: "□", 0x71: "□", 0x72: "□", 0xA8: "☐", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}
_WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: "☒",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x56: "☒",
    0x57: "☒",
    0xA2: "□",
    0xA3: "☐",
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}

TICKED_BOX = "☑"
EMPTY_BOX = "☐"


def is_symbol_font(font: str) -> bool:
    """Whether letters in this font stand for pictures."""
    return font.strip().lower() in _FONTS


def symbol(code: int, font: str) -> str:
    """What character `code` of a symbol font shows; "" for a picture that means nothing in a form."""
    return _FONTS.get(font.strip().lower(), {}).get(code & 0xFF if code >= 0xF000 else code, "")


def readable(text: str, font: str = "") -> str:
    """`text` with letters of a symbol font, and private-use codes of any font, turned into what they show."""
    if is_symbol_font(font):
        return "".join(c if c.isspace() else symbol(ord(c), font) for c in text)
    if text.isascii() or not any("\uf000" <= c <= "\uf0ff" for c in text):
        return text
    return "".join(symbol(ord(c), "Wingdings") if "\uf000" <= c <= "\uf0ff" else c for c in text)
