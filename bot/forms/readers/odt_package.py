"""Opens an OpenDocument file, as a package (.odt, .ods) or flat (.fodt, .fods; OpenDocument 1.3, part 2).

Fails with UnreadableFileError; an encrypted package says so in its manifest.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from bot.forms.readers.failure import UnreadableFileError
from bot.forms.readers.package import MAX_PARSED_PART, Package, local_name, safe_parser
from bot.records.form import UnreadCode

_MANIFEST = "META-INF/manifest.xml"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The roots that hold body and styles; the same one in a flat file."""

    body: etree._Element
    roots: tuple[etree._Element, ...]


def opened(content: bytes, kind: str) -> OpenDocument:
    """The document's parts; `kind` is the body's element, "text" or "spreadsheet". Raises UnreadableFileError."""
    roots = _packed(content) if content.startswith(b"PK") else (_flat(content),)
    for root in roots:
        for holder in root:
            if local_name(holder) == "body":
                body = next((child for child in holder if local_name(child) == kind), None)
                if body is not None:
                    return OpenDocument(body, roots)
    raise UnreadableFileError(UnreadCode.CORRUPT)


def _packed(content: bytes) -> tuple[etree._Element, ...]:
    package = Package(content)
    if package.has(_MANIFEST) and next(package.parse(_MANIFEST).iter("{*}encryption-data"), None) is not None:
        raise UnreadableFileError(UnreadCode.ENCRYPTED)
    roots = [package.parse("content.xml")]
    if package.has("styles.xml"):
        roots.append(package.parse("styles.xml"))
    return tuple(roots)


def _flat(content: bytes) -> etree._Element:
    if len(content) > MAX_PARSED_PART:
        raise UnreadableFileError(UnreadCode.TOO_LARGE)
    try:
        root = etree.fromstring(content, safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(UnreadCode.CORRUPT) from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(UnreadCode.CORRUPT)
    return root
