"""The text of one OpenDocument paragraph as a person sees it, and the text boxes anchored in it.

Knows spans, blanks, fields, tick boxes, symbol fonts, hidden and crossed-out text (OpenDocument 1.3, part 3). Text
deleted in tracked changes stands elsewhere and is never met. Never fails on unknown elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from bot.forms.readers.package import attribute, local_name
from bot.forms.readers.symbols import EMPTY_BOX, TICKED_BOX, is_symbol_font, readable

_NOT_READ = frozenset(
    {"note", "annotation", "annotation-end", "ruby-text", "placeholder", "hidden-text", "tracked-changes", "label"}
)
_DRAWN = frozenset({"frame", "text-box", "g", "a", "custom-shape", "rect", "ellipse", "circle", "polygon", "path"})
_LONGEST_BLANK = 100
_DEEPEST_STYLE = 20
_HIDDEN_PARTS = ("display", "text-line-through-style", "text-line-through-type")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """What of a text style matters: shown or not, and its font where letters stand for pictures."""

    hidden: bool = False
    symbols: str = ""


_PLAIN = TextStyle()


class Look:
    """What the styles and form controls of one document say."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self._faces: dict[str, str] = {}
        self._boxes: dict[str, str] = {}
        self._known: dict[tuple[str, str], TextStyle] = {}
        for root in roots:
            for element in root.iter("{*}style", "{*}font-face", "{*}checkbox", "{*}radio"):
                name = local_name(element)
                if name == "style":
                    self._styles.setdefault((attribute(element, "family"), attribute(element, "name")), element)
                elif name == "font-face":
                    self._faces[attribute(element, "name")] = attribute(element, "font-family").strip("'\"")
                else:
                    ticked = attribute(element, "current-state") == "checked" or (
                        attribute(element, "current-selected") == "true"
                    )
                    self._boxes[attribute(element, "id")] = TICKED_BOX if ticked else EMPTY_BOX

    def of(self, family: str, name: str) -> TextStyle:
        """The text style of this name and family ("text", "paragraph"), with what it inherits."""
        key = (family, name)
        if not name:
            return _PLAIN
        if key not in self._known:
            self._known[key] = self._resolved(family, name)
        return self._known[key]

    def is_shown(self, family: str, name: str) -> bool:
        """False for a table or section whose style is not displayed."""
        style = self._styles.get((family, name))
        return style is None or all(attribute(child, "display") not in ("false", "none") for child in style)

    def control(self, name: str) -> str:
        """What a form control shows: a tick box or nothing."""
        return self._boxes.get(name, "")

    def _resolved(self, family: str, name: str) -> TextStyle:
        said: dict[str, str] = {}
        for _ in range(_DEEPEST_STYLE):
            style = self._styles.get((family, name))
            if style is None:
                break
            for child in style:
                if local_name(child) == "text-properties":
                    for key, value in child.items():
                        said.setdefault(str(key).rpartition("}")[2], str(value))
            name = attribute(style, "parent-style-name")
        hidden = said.get("display") == "none" or any(
            said.get(part, "none") != "none" for part in _HIDDEN_PARTS if part != "display"
        )
        font = said.get("font-name") or said.get("font-family", "")
        font = self._faces.get(font, font).strip("'\"")
        return TextStyle(hidden, font if is_symbol_font(font) else "")


def paragraph_text(paragraph: etree._Element, look: Look) -> tuple[str, list[etree._Element]]:
    """The paragraph's text (line breaks and tabs kept), and its text boxes for the caller to read."""
    collector = _Collector(look)
    style = look.of("paragraph", attribute(paragraph, "style-name"))
    collector.walk(paragraph, style)
    return "".join(collector.pieces), collector.boxes


def text_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The elements drawn here that hold paragraphs or tables, outermost only."""
    if any(local_name(child) in ("p", "h", "list", "table") for child in element):
        yield element
        return
    for child in element:
        if local_name(child) in _DRAWN:
            yield from text_boxes(child)


class _Collector:
    def __init__(self, look: Look) -> None:
        self.pieces: list[str] = []
        self.boxes: list[etree._Element] = []
        self._look = look

    def walk(self, element: etree._Element, style: TextStyle) -> None:
        self._say(element.text, style)
        for child in element:
            self._child(child, style)
            self._say(child.tail, style)

    def _say(self, text: str | None, style: TextStyle) -> None:
        if text and not style.hidden:
            self.pieces.append(readable(" ".join(text.split("\n")), style.symbols))

    def _child(self, child: etree._Element, style: TextStyle) -> None:
        name = local_name(child)
        if not name or name in _NOT_READ:
            return
        if name == "s":
            count = attribute(child, "c")
            self.pieces.append(
                " " * (min(int(count), _LONGEST_BLANK) if count.isascii() and count.isdigit() else 1)
            )
        elif name == "tab":
            self.pieces.append("\t")
        elif name == "line-break":
            self.pieces.append("\n")
        elif name == "control":
            self.pieces.append(self._look.control(attribute(child, "control")))
        elif name == "fieldmark":
            self.pieces.append(_old_form_field(child))
        elif name in _DRAWN and "drawing" in str(child.tag):
            self.boxes.extend(text_boxes(child))
        elif name == "content-control" and attribute(child, "showing-place-holder") == "true":
            return
        else:
            own = self._look.of("text", attribute(child, "style-name")) if name == "span" else _PLAIN
            self.walk(child, TextStyle(own.hidden or style.hidden, own.symbols or style.symbols))


def _old_form_field(element: etree._Element) -> str:
    """A tick box that stood in a Word form ("field:fieldmark")."""
    if not attribute(element, "type").upper().endswith("FORMCHECKBOX"):
        return ""
    said = {attribute(child, "name").lower(): attribute(child, "value").lower() for child in element}
    return TICKED_BOX if said.get("checkbox_checked") in ("true", "1") else EMPTY_BOX
