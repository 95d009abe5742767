"""The text of one Word paragraph as a person sees it, and the text boxes anchored in it.

Knows runs, tabs and breaks, fields, old and new form fields, tick boxes, symbols, phonetic guides and tracked
changes. Never fails on unknown elements: what it does not know it passes by or looks into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from bot.forms.readers.package import attribute, local_name
from bot.forms.readers.symbols import EMPTY_BOX, TICKED_BOX, is_symbol_font, readable, symbol

# Runs stand inside these as if they were not there.
_TRANSPARENT = frozenset(
    {
        "hyperlink",
        "ins",
        "moveTo",
        "smartTag",
        "customXml",
        "fldSimple",
        "sdtContent",
        "dir",
        "bdo",
        "ruby",
        "rubyBase",
    }
)
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OBJECT_MARK = "\ufffc"
_OFF = ("0", "false", "off", "none")
_ASKS_FOR_INPUT = re.compile(
    r"(单击|点击|点按|轻触|请|click|tap).*(输入|选择|填写|enter|choose|select)|选择一项", re.I | re.S
)


def chosen(element: etree._Element) -> Iterator[etree._Element]:
    """An element's children; of mc:AlternateContent only the branch that is shown: nothing is read twice."""
    if local_name(element) != "AlternateContent":
        yield from element
        return
    branches = [child for child in element if local_name(child) in ("Choice", "Fallback")]
    told = next((branch for branch in branches if _says_something(branch)), None)
    if told is not None:
        yield from told


def paragraph_text(paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
    """The paragraph's text (line breaks and tabs kept), and its text boxes' contents for the caller to read."""
    collector = _Collector()
    collector.walk(paragraph)
    return "".join(collector.pieces), collector.boxes


def is_struck_out(properties: etree._Element) -> bool:
    """Whether a run is crossed out or hidden: Word's reader does not count it as written."""
    return any(
        local_name(child) in ("strike", "dstrike", "vanish") and attribute(child, "val") not in _OFF
        for child in properties
    )


def blank_placeholders(root: etree._Element) -> None:
    """Empties, in place, content controls that still show their placeholder (点击此处输入文字).

    WPS leaves the placeholder mark on controls that were filled in, so the mark alone is not believed: the text
    must also look like a placeholder, or be styled as one.
    """
    for mark in [element for element in root.iter("{*}showingPlcHdr") if attribute(element, "val") not in _OFF]:
        properties = mark.getparent()
        control = None if properties is None else properties.getparent()
        if control is None or local_name(control) != "sdt":
            continue
        texts = list(control.iter("{*}t"))
        styled = next(control.iter("{*}rStyle"), None) is not None
        if styled or _ASKS_FOR_INPUT.search("".join(text.text or "" for text in texts)):
            for text in texts:
                text.text = ""


class _Collector:
    """Gathers pieces of text. Each open field is True while its instruction lasts, which nobody sees."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.boxes: list[etree._Element] = []
        self._open_fields: list[bool] = []
        self._in_instruction = False

    def walk(self, element: etree._Element) -> None:
        for child in chosen(element):
            name = local_name(child)
            if name == "r":
                self._run(child)
            elif name == "sdt":
                self._content_control(child)
            elif name in _TRANSPARENT or name == "AlternateContent":
                self.walk(child)

    def _run(self, run: etree._Element) -> None:
        font = ""
        for child in chosen(run):
            name = local_name(child)
            if name == "rPr":
                if is_struck_out(child):
                    return
                font = _font(child)
            elif name == "t":
                if not self._in_instruction:
                    self.pieces.append(readable((child.text or "").replace(_OBJECT_MARK, ""), font))
            elif name in _CHARACTERS:
                self.pieces.append(_CHARACTERS[name])
            elif name == "sym":
                self._symbol(child)
            elif name == "fldChar":
                self._field_character(child)
            elif name == "ruby":
                self.walk(child)
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                self.boxes.extend(_text_boxes(child))
                if name == "AlternateContent":
                    self.pieces.extend(t.text or "" for t in _texts_outside_boxes(child))

    def _symbol(self, element: etree._Element) -> None:
        code = attribute(element, "char")
        try:
            self.pieces.append(symbol(int(code, 16), attribute(element, "font")))
        except ValueError:
            return

    def _field_character(self, element: etree._Element) -> None:
        """w:fldChar: between `begin` and `separate` stands the instruction, which nobody sees."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._open_fields.append(True)
            self.pieces.append(_old_form_field(element))
        elif kind == "separate" and self._open_fields:
            self._open_fields[-1] = False
        elif kind == "end" and self._open_fields:
            self._open_fields.pop()
        self._in_instruction = any(self._open_fields)

    def _content_control(self, control: etree._Element) -> None:
        properties = next((child for child in control if local_name(child) == "sdtPr"), None)
        box = None if properties is None else next((c for c in properties if local_name(c) == "checkbox"), None)
        if box is not None:
            checked = next((c for c in box if local_name(c) == "checked"), None)
            ticked = checked is not None and attribute(checked, "val") not in (*_OFF, "")
            self.pieces.append(TICKED_BOX if ticked else EMPTY_BOX)
            return
        for child in control:
            if local_name(child) == "sdtContent":
                self.walk(child)


def _font(properties: etree._Element) -> str:
    for child in properties:
        if local_name(child) == "rFonts":
            fonts = (attribute(child, name) for name in ("ascii", "hAnsi", "eastAsia"))
            return next((font for font in fonts if is_symbol_font(font)), "")
    return ""


def _old_form_field(element: etree._Element) -> str:
    """What a form field of Word 97-2003 shows: a tick box or the chosen entry of a list (w:ffData)."""
    settings = next((child for child in element if local_name(child) == "ffData"), None)
    for field in settings if settings is not None else ():
        name = local_name(field)
        values = {
            local_name(child): attribute(child, "val") for child in field if local_name(child) != "listEntry"
        }
        if name == "checkBox":
            if "checked" in values:
                return EMPTY_BOX if values["checked"] in _OFF else TICKED_BOX
            return TICKED_BOX if values.get("default", "0") in ("1", "true", "on") else EMPTY_BOX
        if name == "ddList":
            entries = [attribute(child, "val") for child in field if local_name(child) == "listEntry"]
            index = values.get("result", values.get("default", "0"))
            return entries[int(index)] if index.isdigit() and int(index) < len(entries) else ""
    return ""


def _says_something(branch: etree._Element) -> bool:
    return any(local_name(element) in ("t", "txbxContent", "sym", "tbl") for element in branch.iter())


def _text_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The contents of the text boxes drawn here, outermost only: a box inside a box is found when that is read."""
    for child in chosen(element):
        if local_name(child) == "txbxContent":
            yield child
        else:
            yield from _text_boxes(child)


def _texts_outside_boxes(element: etree._Element) -> Iterator[etree._Element]:
    for child in chosen(element):
        name = local_name(child)
        if name == "t":
            yield child
        elif name != "txbxContent":
            yield from _texts_outside_boxes(child)
