"""Makes Word files out of hand-written WordprocessingML, for what python-docx can't write."""

from __future__ import annotations

from tests.samples.make_package import TRANSITIONAL, package, relationships

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    f'xmlns:r="{TRANSITIONAL}"'
)


def word_xml(
    body: str,
    *,
    strict: bool = False,
    more: dict[str, str | bytes] | None = None,
    links: tuple[tuple[str, str, str], ...] = (),
) -> bytes:
    """A package whose document part holds `body` (the inside of w:body)."""
    namespace, kinds = (STRICT_WORD, STRICT_KINDS) if strict else (WORD, TRANSITIONAL)
    return package(
        {
            "_rels/.rels": relationships(("rId1", "officeDocument", "word/document.xml"), kinds=kinds),
            "word/document.xml": f'<w:document xmlns:w="{namespace}" {_OTHERS}>'
            f"<w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relationships(*links, kinds=kinds),
            **(more or {}),
        }
    )


def part_xml(root: str, inside: str) -> str:
    """Another part, e.g. a header."""
    return f'<w:{root} xmlns:w="{WORD}" {_OTHERS}>{inside}</w:{root}>'


def p(*runs: str) -> str:
    """A paragraph; plain text becomes a run."""
    return "<w:p>" + "".join(run if run.startswith("<") else r(run) for run in runs) + "</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def tc(inside: str = "", properties: str = "") -> str:
    """A cell; plain text becomes a paragraph."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside if inside.startswith('<') else p(inside)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return (
        f"<w:tr><w:trPr>{properties}</w:trPr>"
        + "".join(c if c.startswith("<") else tc(c) for c in cells)
        + "</w:tr>"
    )


def tbl(*rows: str) -> str:
    return "<w:tbl>" + "".join(rows) + "</w:tbl>"


def sdt(content: str, properties: str = "") -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
