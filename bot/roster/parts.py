"""Pictures, charts and shapes of staff's, carried over in the file itself where openpyxl would lose them.

A drawing and all parts it refers to are copied byte for byte from the old file into the new one (ECMA-376
part 2, open packaging). Sheets of the bot keep what staff put there too, except 统计, whose chart is the
bot's. Cross-sheet drop-downs and sparklines (extensions of Excel 2010) of staff's sheets are carried likewise.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from xml.etree import ElementTree

RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FOLDER: Final = "xl/kept"
_EXTENSIONS: Final = {
    "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",  # data validations that refer to another sheet
    "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}",  # sparklines
}


@dataclass(slots=True)
class Kept:
    """What one sheet of the old file holds beyond cells: its drawing's root part, and extensions as XML."""

    drawing: str = ""
    extensions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Package:
    """The parts of the old file that the new one needs, with their content types, by old part name."""

    sheets: dict[str, Kept] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def collect(content: bytes, without_drawing: frozenset[str], without_extensions: frozenset[str]) -> Package:
    """What is to be carried over from a workbook file; the sheets named are left out."""
    package = Package()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        types = _content_types(archive)
        for title, sheet_part in sheets_in(archive).items():
            kept = Kept()
            if title not in without_drawing:
                for relation in relations_of(archive, sheet_part):
                    if relation["Type"].endswith("/drawing"):
                        kept.drawing = target_of(sheet_part, relation)
                        _collect_part(archive, kept.drawing, types, package)
            if title not in without_extensions:
                kept.extensions = _extensions(archive.read(sheet_part))
            if kept.drawing or kept.extensions:
                package.sheets[title] = kept
    return package


def graft(content: bytes, package: Package) -> bytes:
    """The new file with the kept parts put in; unchanged when there are none."""
    if not package.sheets:
        return content
    names = {
        old: f"{_FOLDER}/part{number}{posixpath.splitext(old)[1]}" for number, old in enumerate(package.parts, 1)
    }
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        changed: dict[str, bytes] = {}
        for title, part in sheets_in(source).items():
            if title in package.sheets:
                _enter(source, part, package.sheets[title], names, changed)
        changed["[Content_Types].xml"] = _typed(source, package, names)
        for item in source.infolist():
            target.writestr(item, changed.pop(item.filename, b"") or source.read(item.filename))
        for name, text in changed.items():
            target.writestr(name, text)
        for old, new in names.items():
            target.writestr(new, package.parts[old])
            if package.relations.get(old):
                target.writestr(relations_part(new), _relations_xml(package.relations[old], names))
    return result.getvalue()


def sheets_in(archive: zipfile.ZipFile) -> dict[str, str]:
    """Title -> part name of every worksheet."""
    by_id = {r["Id"]: r for r in relations_of(archive, "xl/workbook.xml")}
    found = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{{{_MAIN}}}sheet"):
        relation = by_id.get(sheet.get(f"{{{OFFICE}}}id", ""))
        if relation and relation["Type"].endswith("/worksheet"):
            found[sheet.get("name", "")] = target_of("xl/workbook.xml", relation)
    return found


def relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def relations_of(archive: zipfile.ZipFile, part: str) -> list[dict[str, str]]:
    try:
        text = archive.read(relations_part(part))
    except KeyError:
        return []
    return [dict(node.attrib) for node in ElementTree.fromstring(text).iter(f"{{{RELATIONS}}}Relationship")]


def target_of(part: str, relation: dict[str, str]) -> str:
    target = relation["Target"]
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _content_types(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name (or `.extension`) -> content type."""
    root = ElementTree.fromstring(archive.read("[Content_Types].xml"))
    found = {
        f".{node.get('Extension', '').lower()}": node.get("ContentType", "")
        for node in root.iter(f"{{{TYPES}}}Default")
    }
    found |= {
        node.get("PartName", "")[1:]: node.get("ContentType", "") for node in root.iter(f"{{{TYPES}}}Override")
    }
    return found


def _collect_part(archive: zipfile.ZipFile, part: str, types: dict[str, str], package: Package) -> None:
    if part in package.parts or part not in archive.namelist():
        return
    package.parts[part] = archive.read(part)
    extension = posixpath.splitext(part)[1].lower()
    package.types[part] = types.get(part) or types.get(extension) or "application/octet-stream"
    package.relations[part] = []
    for relation in relations_of(archive, part):
        if relation.get("TargetMode") != "External":
            relation["Target"] = target_of(part, relation)
            _collect_part(archive, relation["Target"], types, package)
        package.relations[part].append(relation)


def _extensions(sheet_xml: bytes) -> list[str]:
    if b"<extLst" not in sheet_xml and b":extLst" not in sheet_xml:
        return []
    root = ElementTree.fromstring(sheet_xml)
    return [
        ElementTree.tostring(extension, encoding="unicode")
        for extension in root.findall(f"{{{_MAIN}}}extLst/{{{_MAIN}}}ext")
        if extension.get("uri") in _EXTENSIONS
    ]


def _enter(
    source: zipfile.ZipFile, part: str, kept: Kept, names: dict[str, str], changed: dict[str, bytes]
) -> None:
    """Name the kept drawing and extensions in the new sheet, each where the schema wants it."""
    text = source.read(part).decode("utf-8")
    if kept.drawing in names:
        mark = f'<drawing xmlns:kept="{OFFICE}" kept:id="kept1"/>'
        place = re.search(r"<legacyDrawing\b|<tableParts\b|<extLst\b|</worksheet>", text)
        if place:
            text = text[: place.start()] + mark + text[place.start() :]
        relations = relations_of(source, part)
        relations.append({"Id": "kept1", "Type": f"{OFFICE}/drawing", "Target": kept.drawing})
        changed[relations_part(part)] = _relations_xml(relations, names)
    if kept.extensions:
        text = text.replace("</worksheet>", f"<extLst>{''.join(kept.extensions)}</extLst></worksheet>")
    changed[part] = text.encode("utf-8")


def _relations_xml(relations: list[dict[str, str]], names: dict[str, str]) -> bytes:
    root = ElementTree.Element(f"{{{RELATIONS}}}Relationships")
    for relation in relations:
        given = dict(relation)
        if given["Target"] in names:
            given["Target"] = "/" + names[given["Target"]]
        ElementTree.SubElement(root, f"{{{RELATIONS}}}Relationship", given)
    return xml_of(root, RELATIONS)


def _typed(source: zipfile.ZipFile, package: Package, names: dict[str, str]) -> bytes:
    root = ElementTree.fromstring(source.read("[Content_Types].xml"))
    if not any(node.get("Extension") == "rels" for node in root):
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        root.insert(0, ElementTree.Element(f"{{{TYPES}}}Default", {"Extension": "rels", "ContentType": rels}))
    for old, new in names.items():
        given = {"PartName": f"/{new}", "ContentType": package.types[old]}
        ElementTree.SubElement(root, f"{{{TYPES}}}Override", given)
    return xml_of(root, TYPES)


def xml_of(root: ElementTree.Element, namespace: str) -> bytes:
    ElementTree.register_namespace("", namespace)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text
