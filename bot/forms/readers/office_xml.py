"""Reads Office files that are one XML text: Word 2003 XML, Excel 2003 XML (as some registration systems export it
under the name .xls) and a .docx written flat (Flat OPC).

The two of Word are packed up as the .docx that they amount to and read as one. Fails with UnreadableFileError.
"""

from __future__ import annotations

import base64
import binascii
import re
import zipfile
from io import BytesIO

from lxml import etree

from bot.forms.readers.decoding import decoded
from bot.forms.readers.docx import read_docx
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.package import MAX_PARSED_PART, RELATIONSHIPS, attribute, local_name, safe_parser
from bot.forms.readers.spreadsheet_xml import read_spreadsheet_xml
from bot.records.form import Document, UnreadCode

MOST_PARTS = 500

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_SAVE_AS = "这种 XML 格式的文件系统读不了，请另存为 docx 或 xlsx 后重新发送。"
# What the docx reader looks into, as if it were not there.
_TRANSPARENT = "smartTag"
_WORD_2003 = {
    "sect": _TRANSPARENT,
    "sub-section": _TRANSPARENT,
    "annotation": _TRANSPARENT,
    "content": _TRANSPARENT,
    "vmerge": "vMerge",
    "hmerge": "hMerge",
}
_NOT_WRITTEN = ("Word.Deletion", "Word.Comment", "Word.Formatting", "Word.Move.From")


def read_office_xml(origin: str, content: bytes) -> Document:
    """As the reader of the kind that the root element tells. Raises UnreadableFileError."""
    root = _parsed(content)
    name = local_name(root)
    if name == "Workbook":
        return read_spreadsheet_xml(origin, root)
    if name == "package":
        return read_docx(origin, _unflattened(root))
    if name == "wordDocument":
        return read_docx(origin, _as_docx(root))
    raise UnreadableFileError(UnreadCode.UNSUPPORTED, _SAVE_AS)


def _parsed(content: bytes) -> etree._Element:
    if len(content) > MAX_PARSED_PART:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    try:
        root = etree.fromstring(content, safe_parser())
    except (etree.XMLSyntaxError, ValueError):
        # Often what is called gb2312 holds characters that only GB 18030 has.
        try:
            root = etree.fromstring(_DECLARATION.sub("", decoded(content)).encode(), safe_parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return root


def _unflattened(root: etree._Element) -> bytes:
    """The package whose parts stand in a flat one."""
    parts: dict[str, bytes] = {}
    for part in root:
        name = attribute(part, "name").lstrip("/")
        if local_name(part) != "part" or not name or len(parts) >= MOST_PARTS:
            continue
        for holder in part:
            if local_name(holder) == "xmlData" and len(holder):
                parts[name] = etree.tostring(holder[0])
            elif local_name(holder) == "binaryData":
                try:
                    parts[name] = base64.b64decode(holder.text or "")
                except (binascii.Error, ValueError):
                    continue
    return _packed(parts)


def _as_docx(root: etree._Element) -> bytes:
    """The .docx that a Word 2003 XML text amounts to: its body, headers and footers."""
    for element in list(root.iter("{*}annotation", "{*}binData")):
        if local_name(element) == "binData" or attribute(element, "type") in _NOT_WRITTEN:
            _drop(element)
    for element in root.iter(*("{*}" + name for name in _WORD_2003)):
        element.tag = f"{{{etree.QName(element).namespace}}}{_WORD_2003[local_name(element)]}"
    parts: dict[str, bytes] = {}
    links = etree.Element(RELATIONSHIPS.replace("}Relationship", "}Relationships"))
    for number, element in enumerate(list(root.iter("{*}hdr", "{*}ftr"))[:MOST_PARTS]):
        target = f"header{number}.xml"
        etree.SubElement(links, RELATIONSHIPS, Id=f"h{number}", Type=_KINDS + "header", Target=target)
        parts[f"word/{target}"] = etree.tostring(element, with_tail=False)
    parts["word/document.xml"] = etree.tostring(root)
    parts["word/_rels/document.xml.rels"] = etree.tostring(links)
    return _packed(parts)


def _drop(element: etree._Element) -> None:
    """Takes an element out, keeping the text that follows it."""
    parent = element.getparent()
    if parent is not None:
        element.tail = None
        parent.remove(element)


def _packed(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
