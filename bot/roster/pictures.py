"""The bot's own pictures on a sheet: cells cut out of scans, each anchored in its row.

Written into the finished file, so that Pillow is not needed and staff's drawings on the same sheet stay byte for
byte. Each write takes off the pictures of the last one, known by their names, and puts on those of now (ECMA-376
part 1, 20.5: spreadsheet drawings; part 2: packages).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from bot.roster.cells import safe_text
from bot.roster.parts import (
    OFFICE,
    RELATIONS,
    TYPES,
    relations_of,
    relations_part,
    sheets_in,
    target_of,
    xml_of,
)

OWN_NAME: Final = "扫描件局部 "
"""How the names of the bot's pictures begin, by which they are known again whatever program saved the file."""

_PIXEL: Final = 9525
"""English Metric Units in a pixel of 96 to the inch (ECMA-376 part 1, 20.1.2.1)."""
_MARGIN: Final = 4
_FOLDER: Final = "xl/scans"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_SPREADSHEET: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ANCHOR = re.compile(r"<(?P<tag>(?:\w+:)?(?:oneCell|twoCell|absolute)Anchor)\b.*?</(?P=tag)>", re.S)
_OWN = re.compile(rf'\b(?:name|descr)="{OWN_NAME}')
_ID_USED = re.compile(r'\b\w+:(?:embed|id|link|pict)="([^"]+)"')
_END = re.compile(r"</(?:\w+:)?wsDr\s*>\s*\Z")
_AFTER_DRAWING = re.compile(r"<legacyDrawing\b|<tableParts\b|<extLst\b|</worksheet>")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG for the cell at `row` and `column` (from 1), shown at `size` pixels; `key` names it on its sheet."""

    key: str
    row: int
    column: int
    png: bytes
    size: tuple[int, int]


def place(content: bytes, title: str, pictures: Sequence[Picture]) -> bytes:
    """The workbook file with exactly these pictures of the bot's on the sheet; staff's stay as they are.

    Unchanged where there is no such sheet, or nothing to take off or put on.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = sheets_in(archive).get(title)
        if sheet is None:
            return content
        drawing = next(
            (target_of(sheet, r) for r in relations_of(archive, sheet) if r["Type"].endswith("/drawing")), ""
        )
        if not drawing and not pictures:
            return content
        return _Placing(archive, sheet, drawing, pictures).written()


class _Placing:
    def __init__(self, archive: zipfile.ZipFile, sheet: str, drawing: str, pictures: Sequence[Picture]) -> None:
        self.archive, self.sheet, self.pictures = archive, sheet, pictures
        self.is_new = not drawing
        self.drawing = drawing or f"{_FOLDER}/drawing.xml"
        self.changed: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self.prefix = "scan"

    def written(self) -> bytes:
        text = f'<xdr:wsDr xmlns:xdr="{_SPREADSHEET}"></xdr:wsDr>'
        if not self.is_new:
            text = self.archive.read(self.drawing).decode("utf-8")
        kept = _ANCHOR.sub(lambda anchor: "" if _OWN.search(anchor[0]) else anchor[0], text)
        kept = re.sub(r"<((?:\w+:)?wsDr)\b([^>]*)/>\s*\Z", r"<\1\2></\1>", kept)
        end = _END.search(kept)
        if end is None:
            return self._zipped()
        used = set(_ID_USED.findall(kept))
        while any(name.startswith(self.prefix) for name in used):
            self.prefix += "x"
        anchors = "".join(_anchor(number, picture, self.prefix) for number, picture in enumerate(self.pictures, 1))
        self.changed[self.drawing] = (kept[: end.start()] + anchors + kept[end.start() :]).encode("utf-8")
        self._relate(used)
        if self.is_new:
            self._name_in_sheet()
        self.changed["[Content_Types].xml"] = self._typed()
        return self._zipped()

    def _relate(self, used: set[str]) -> None:
        """The drawing's relations, without those of pictures taken off; their parts go with them if unshared."""
        before = [] if self.is_new else relations_of(self.archive, self.drawing)
        kept = [r for r in before if r["Id"] in used or not r["Type"].endswith("/image")]
        for relation in before:
            if relation not in kept:
                self.gone.add(target_of(self.drawing, relation))
        self.gone -= {target_of(self.drawing, r) for r in kept if r.get("TargetMode") != "External"}
        for part in self.archive.namelist():
            if part.endswith(".rels") and part != relations_part(self.drawing):
                folder, name = posixpath.split(part.removesuffix(".rels"))
                owner = posixpath.join(posixpath.dirname(folder), name)
                self.gone -= {
                    target_of(owner, r)
                    for r in relations_of(self.archive, owner)
                    if r.get("TargetMode") != "External"
                }
        for number, picture in enumerate(self.pictures, 1):
            part = f"{_FOLDER}/cell{number}.png"
            self.changed[part] = picture.png
            kept.append({"Id": f"{self.prefix}{number}", "Type": f"{OFFICE}/image", "Target": f"/{part}"})
        self.changed[relations_part(self.drawing)] = _relations_xml(kept)

    def _name_in_sheet(self) -> None:
        text = self.archive.read(self.sheet).decode("utf-8")
        mark = f'<drawing xmlns:scans="{OFFICE}" scans:id="scans1"/>'
        place = _AFTER_DRAWING.search(text)
        if place:
            self.changed[self.sheet] = (text[: place.start()] + mark + text[place.start() :]).encode("utf-8")
        relations = relations_of(self.archive, self.sheet)
        relations.append({"Id": "scans1", "Type": f"{OFFICE}/drawing", "Target": f"/{self.drawing}"})
        self.changed[relations_part(self.sheet)] = _relations_xml(relations)

    def _typed(self) -> bytes:
        root = ElementTree.fromstring(self.archive.read("[Content_Types].xml"))
        for node in list(root):
            if node.get("PartName", "")[1:] in self.gone - set(self.changed):
                root.remove(node)
        if not any(node.get("Extension", "").lower() == "png" for node in root):
            root.insert(
                0, ElementTree.Element(f"{{{TYPES}}}Default", {"Extension": "png", "ContentType": "image/png"})
            )
        if self.is_new:
            given = {"PartName": f"/{self.drawing}", "ContentType": _DRAWING_TYPE}
            ElementTree.SubElement(root, f"{{{TYPES}}}Override", given)
        return xml_of(root, TYPES)

    def _zipped(self) -> bytes:
        result = BytesIO()
        changed = dict(self.changed)
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
            for item in self.archive.infolist():
                if item.filename in changed:
                    target.writestr(item, changed.pop(item.filename))
                elif item.filename not in self.gone:
                    target.writestr(item, self.archive.read(item.filename))
            for name, data in changed.items():
                target.writestr(name, data)
        return result.getvalue()


def _anchor(number: int, picture: Picture, prefix: str) -> str:
    """One picture, moved with its cell but not stretched; its namespaces are its own, whatever the drawing's."""
    name = '"' + escape(safe_text(OWN_NAME + picture.key), {'"': "&quot;"}) + '"'
    width, height = (side * _PIXEL for side in picture.size)
    margin = _MARGIN * _PIXEL
    return (
        f'<xdr:oneCellAnchor xmlns:xdr="{_SPREADSHEET}" xmlns:a="{_DRAWING}" xmlns:r="{OFFICE}">'
        f"<xdr:from><xdr:col>{picture.column - 1}</xdr:col><xdr:colOff>{margin}</xdr:colOff>"
        f"<xdr:row>{picture.row - 1}</xdr:row><xdr:rowOff>{margin}</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="{width}" cy="{height}"/><xdr:pic>'
        f'<xdr:nvPicPr><xdr:cNvPr id="{10_000 + number}" name={name} descr={name}/>'
        '<xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip r:embed="{prefix}{number}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
        "</xdr:pic><xdr:clientData/></xdr:oneCellAnchor>"
    )


def _relations_xml(relations: Sequence[dict[str, str]]) -> bytes:
    root = ElementTree.Element(f"{{{RELATIONS}}}Relationships")
    for relation in relations:
        ElementTree.SubElement(root, f"{{{RELATIONS}}}Relationship", relation)
    return xml_of(root, RELATIONS)
