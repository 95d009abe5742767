"""Opens a zip package (ISO/IEC 29500-2, OPC) within bounds, and parses its XML without entities or network.

Never unpacks to disk and never follows a path out of the package. A package that is larger, fuller or more
tightly packed than any real form ends in UnreadableFileError (too_large); a broken one in `corrupt`.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from lxml import etree

from bot.forms.readers.failure import UnreadableFileError
from bot.records.form import UnreadCode

MAX_ENTRIES = 5_000
MAX_UNPACKED = 400 * 2**20
MAX_STREAMED_PART = 200 * 2**20
MAX_PARSED_PART = 48 * 2**20
MAX_RATIO = 300
RATIO_COUNTS_FROM = 4 * 2**20

RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, KeyError)


@dataclass(frozen=True, slots=True)
class Relationship:
    """One link of a part to another; `target` is the other part's name, `kind` the last word of its type."""

    id: str
    kind: str
    target: str


def safe_parser() -> etree.XMLParser:
    """A parser that expands no entities, loads no DTD, touches no network, and keeps libxml2's own limits."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; "" for anything that is not an element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """The attribute of that local name in whatever namespace (strict and transitional differ there), or ""."""
    value = element.get(name)
    if value is not None:
        return value
    suffix = "}" + name
    return next((str(text) for key, text in element.items() if str(key).endswith(suffix)), "")


class Package:
    """An opened package. Part names have no leading slash; look-ups ignore case, as OPC asks."""

    def __init__(self, content: bytes) -> None:
        """Raises UnreadableFileError when `content` is no zip or breaks a bound."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            entries = self._zip.infolist()
        except _BROKEN as error:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._entries.setdefault(entry.filename.replace("\\", "/").lstrip("/").lower(), entry)

    def names(self) -> tuple[str, ...]:
        """All part names, in lower case."""
        return tuple(self._entries)

    def has(self, name: str) -> bool:
        return name.lower() in self._entries

    def open(self, name: str, limit: int = MAX_STREAMED_PART) -> IO[bytes]:
        """A bounded stream over one part. Raises UnreadableFileError."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise UnreadableFileError(UnreadCode.CORRUPT)
        if entry.flag_bits & 0x1:
            raise UnreadableFileError(UnreadCode.ENCRYPTED)
        packed_too_tightly = entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(
            entry.compress_size, 1
        )
        if entry.file_size > limit or packed_too_tightly:
            raise UnreadableFileError(UnreadCode.TOO_LARGE)
        try:
            return self._zip.open(entry)
        except _BROKEN as error:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error

    def read(self, name: str, limit: int = MAX_PARSED_PART) -> bytes:
        """One part's bytes: never more than its directory entry promised. Raises UnreadableFileError."""
        with self.open(name, limit) as stream:
            try:
                return stream.read(limit + 1)
            except _BROKEN as error:
                raise UnreadableFileError(UnreadCode.CORRUPT) from error

    def parse(self, name: str) -> etree._Element:
        """One part as XML. Raises UnreadableFileError; a DTD, which OPC forbids, counts as corrupt."""
        try:
            root = etree.fromstring(self.read(name), safe_parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableFileError(UnreadCode.CORRUPT) from error
        if root is None or root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableFileError(UnreadCode.CORRUPT)
        return root

    def relationships(self, part: str) -> Iterator[Relationship]:
        """The parts that `part` ("" for the package itself) links to inside the package; none when not listed."""
        folder, _, file_name = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", file_name + ".rels")
        if not self.has(rels):
            return
        for link in self.parse(rels).iter(RELATIONSHIPS):
            target = link.get("Target", "").replace("\\", "/")
            if link.get("TargetMode") == "External" or not target:
                continue
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            name = posixpath.normpath(path)
            yield Relationship(link.get("Id", ""), link.get("Type", "").rpartition("/")[2], name)

    def main_part(self, *usual: str) -> str:
        """The part that holds the document itself, by relationship, else the first of `usual` that is there."""
        linked = [link.target for link in self.relationships("") if link.kind == "officeDocument"]
        for name in (*linked, *usual):
            if self.has(name):
                return name
        raise UnreadableFileError(UnreadCode.CORRUPT)
