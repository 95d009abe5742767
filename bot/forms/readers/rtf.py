"""Reads a Rich Text file (.rtf, or a .doc that is one; Rich Text Format 1.9.1) into a Document.

What Word would not print is not read: deleted and hidden text, text struck out, field codes, pictures, objects.
A mail's HTML wrapped in RTF ([MS-OXRTFEX]) is read as that page. Fails with UnreadableFileError.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.html import read_html
from bot.forms.readers.rtf_field import FormField
from bot.forms.readers.rtf_story import Story
from bot.forms.readers.rtf_table import RowShape
from bot.forms.readers.rtf_tokens import Token, code_page_of, joined, text_of, tokens
from bot.forms.readers.symbols import is_symbol_font, readable
from bot.records.form import Document, Line, Table, UnreadCode

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 400
MAX_TEXT = 4_000_000

_HTML_INSIDE = re.compile(rb"\\fromhtml1?\b")
_SKIPPED = frozenset(
    [
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "nonshppict",
        "shprslt",
        "sp",
        "footnote",
        "annotation",
        "listtext",
        "pntext",
        "pntxta",
        "pntxtb",
        "listtable",
        "listoverridetable",
        "revtbl",
        "rsidtbl",
        "themedata",
        "datastore",
        "filetbl",
        "nonesttables",
        "xe",
        "tc",
        "rxe",
        "txe",
    ]
)
_STARRED_BUT_READ = frozenset(("shpinst", "nesttableprops", "fldinst", "formfield", "ffl", "ud", "htmltag"))
_STORIES = frozenset(
    ["header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "shptxt"]
)
_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SYMBOLS = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}
_NOT_SHOWN = frozenset(("v", "strike", "striked", "deleted"))


@dataclass(slots=True)
class _Group:
    """What holds until the group ends."""

    destination: str = ""
    font: int = -1
    skip: int = 1
    level: int = 0
    nested: bool = False
    off: frozenset[str] = frozenset()
    outer: Story | None = None


def read_rtf(origin: str, content: bytes) -> Document:
    """Paragraphs and tables in reading order; headers and footers come last, text boxes after their paragraph.

    A nested table follows the table it stands in; a table of one cell is a frame, and read as what it frames.
    Raises UnreadableFileError.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    reader = _Reader(origin, wraps_html=_HTML_INSIDE.search(content[:4096]) is not None)
    reader.read(content)
    if reader.page is not None:
        return read_html(origin, joined("".join(reader.page)))
    return Document(origin, tuple(reader.finished()))


class _Reader:
    """Walks the tokens; `page` grows instead of the stories where the file wraps a web page."""

    def __init__(self, origin: str, *, wraps_html: bool) -> None:
        self.page: list[str] | None = [] if wraps_html else None
        self._origin = origin
        self._story = Story(origin)
        self._last: list[Story] = []
        self._group = _Group()
        self._outer: list[_Group] = []
        self._fonts: dict[int, tuple[int, str]] = {}
        self._code_page = 1252
        self._default_font = 0
        self._bytes = bytearray()
        self._to_skip = 0
        self._starred = False
        self._field = FormField()
        self._shapes = {False: RowShape(), True: RowShape()}
        self._taken = 0

    def read(self, content: bytes) -> None:
        """Raises UnreadableFileError for a file that ends before its text does, or is out of all bounds."""
        for token in tokens(content.rstrip(b"\x00 \r\n\t\x1a")):
            if token.kind == "bytes":
                self._take(token.content)
                continue
            self._flush()
            if token.kind == "{":
                self._open()
            elif token.kind == "}":
                self._close()
            elif token.kind == "word":
                self._word(token)
            else:
                self._symbol(token.name)
        self._flush()
        if self._outer:
            raise UnreadableFileError(UnreadCode.CORRUPT)

    def finished(self) -> list[Table | Line]:
        return [block for story in (self._story, *self._last) for block in story.finished()]

    def _open(self) -> None:
        if len(self._outer) > MAX_DEPTH:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        self._outer.append(self._group)
        self._group = replace(self._group, outer=None)
        self._starred = False
        self._to_skip = 0

    def _close(self) -> None:
        self._to_skip = 0
        if not self._outer:
            return
        ended, self._group = self._group, self._outer.pop()
        if ended.outer is not None:
            if ended.destination == "shptxt":
                ended.outer.take_box(self._story.finished(), self._group.level)
            else:
                self._last.append(self._story)
            self._story = ended.outer
        if ended.destination == "fldinst" and self._group.destination != "fldinst":
            self._say(self._field.shown())

    def _take(self, content: bytes) -> None:
        if self._group.destination == "skip":
            return
        if self._to_skip:
            dropped = min(self._to_skip, len(content))
            self._to_skip -= dropped
            content = content[dropped:]
        self._bytes += content

    def _flush(self) -> None:
        """Passes on the bytes gathered, as text of the font that holds."""
        if not self._bytes:
            return
        content = bytes(self._bytes)
        self._bytes.clear()
        code_page, name = self._font()
        if self._group.destination == "font":
            known, before = self._fonts.get(self._group.font, (self._code_page, ""))
            self._fonts[self._group.font] = known, before + content.decode("latin-1").rstrip("; ")
        else:
            self._say(content.decode("latin-1") if is_symbol_font(name) else text_of(content, code_page))

    def _font(self) -> tuple[int, str]:
        font = self._group.font if self._group.font >= 0 else self._default_font
        return self._fonts.get(font, (self._code_page, ""))

    def _say(self, text: str) -> None:
        destination = self._group.destination
        self._taken += len(text)
        if self._taken > MAX_TEXT:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        if destination == "fldinst":
            self._field.code.append(text)
        elif destination == "ffl" and self._field.entries:
            self._field.entries[-1] += text
        elif destination == "htmltag" and self.page is not None:
            self.page.append(text)
        elif destination in ("", "shptxt") and not self._group.off:
            if self.page is not None:
                self.page.append(html.escape(text, quote=False))
            else:
                self._story.say(readable(text, self._font()[1]))

    def _symbol(self, name: str) -> None:
        if name == "*":
            self._starred = True
        elif name in "\r\n":
            self._end_paragraph()
        elif name in _SYMBOLS:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._say(_SYMBOLS[name])

    def _end_paragraph(self) -> None:
        if self._group.destination in ("", "shptxt"):
            if self.page is not None:
                self._say("\r\n")
            else:
                self._story.end_paragraph(self._group.level)

    def _word(self, token: Token) -> None:
        group, name, number = self._group, token.name, token.number
        if self._starred:
            self._starred = False
            if name == "ud":
                group.destination = ""
            elif name not in _STARRED_BUT_READ:
                group.destination = "skip"
        if group.destination == "skip":
            return
        if name in _SKIPPED or (name == "fldrslt" and self._field.shown()):
            group.destination = "skip"
        elif name in _CHARACTERS:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._say(_CHARACTERS[name])
        elif name == "u" and number is not None:
            self._say(chr(number & 0xFFFF))
            self._to_skip = group.skip
        elif name in _NOT_SHOWN or name == "htmlrtf":
            group.off = group.off - {name} if number == 0 else group.off | {name}
        elif name in _STORIES:
            self._begin_story(name)
        elif not (self._table_word(name, number) or self._field_word(name, number)):
            self._font_word(name, number)

    def _begin_story(self, name: str) -> None:
        if self._group.outer is None:
            self._group.outer, self._story = self._story, Story(self._origin)
        self._group.destination = "shptxt" if name == "shptxt" else ""
        self._group.level = 0

    def _table_word(self, name: str, number: int | None) -> bool:
        """Whether the word was one of paragraphs, cells and rows."""
        group = self._group
        shape = self._shapes[group.nested]
        if name in ("par", "sect"):
            self._end_paragraph()
        elif name == "pard":
            group.level = 0
        elif name == "intbl":
            group.level = max(group.level, 1)
        elif name == "itap":
            group.level = max(0, min(1 if number is None else number, MAX_DEPTH))
        elif name == "nesttableprops":
            group.nested = True
        elif name == "trowd":
            self._shapes[group.nested] = RowShape()
        elif name == "trleft":
            shape.left = number or 0
        elif name == "clmrg":
            shape.next_cell.joins_left = True
        elif name == "clvmrg":
            shape.next_cell.joins_above = True
        elif name == "cellx":
            shape.end_cell(number or 0)
        elif name in ("cell", "nestcell"):
            self._story.end_cell(1 if name == "cell" else max(group.level, 2))
        elif name in ("row", "nestrow"):
            nested = name == "nestrow"
            self._story.end_row(max(group.level, 2) if nested else 1, self._shapes[nested])
        else:
            return False
        return True

    def _field_word(self, name: str, number: int | None) -> bool:
        """Whether the word was one of fields and their forms."""
        if name == "field":
            self._field = FormField()
        elif name in ("fldinst", "formfield", "htmltag"):
            self._group.destination = name
        elif name == "ffl":
            self._group.destination = name
            self._field.entries.append("")
        elif name == "fftype":
            self._field.kind = number or 0
        elif name == "ffres":
            self._field.result = number or 0
        elif name == "ffdefres":
            self._field.default = number or 0
        else:
            return False
        return True

    def _font_word(self, name: str, number: int | None) -> None:
        group, value = self._group, number or 0
        if name == "f":
            group.font = value
        elif name == "plain":
            group.font = -1
            group.off -= _NOT_SHOWN
        elif name == "uc":
            group.skip = max(0, min(value, 8))
        elif name == "fonttbl":
            group.destination = "font"
        elif name in ("fcharset", "cpg") and group.destination == "font":
            page = code_page_of(value, self._code_page) if name == "fcharset" else value
            self._fonts[group.font] = page, self._fonts.get(group.font, (0, ""))[1]
        elif name == "ansicpg":
            self._code_page = value
        elif name == "deff":
            self._default_font = value
        elif name == "upr":
            group.destination = "skip"
