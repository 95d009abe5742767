"""Tells what kind of file something is by its content, never by its name or by what the mail claims.

A web page saved as .xls, a Word file sent as application/octet-stream or a program called .pdf are what their
bytes say. Pure; never fails: what is not recognised is UNKNOWN.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection
from enum import StrEnum
from io import BytesIO


class FileKind(StrEnum):
    """What a file is; the words are only for code, people see `name_of`."""

    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    XLSB = "xlsb"
    ODT = "odt"
    ODS = "ods"
    OPEN_DOCUMENT = "open_document"
    OFD = "ofd"
    IWORK = "iwork"
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    OTHER_ARCHIVE = "other_archive"
    ENCRYPTED_OFFICE = "encrypted_office"
    DOC = "doc"
    XLS = "xls"
    PPT = "ppt"
    OUTLOOK_MESSAGE = "msg"
    OTHER_OLE = "other_ole"
    PDF = "pdf"
    RTF = "rtf"
    PICTURE = "picture"
    MEDIA = "media"
    TNEF = "tnef"
    MAIL = "mail"
    MHTML = "mhtml"
    HTML = "html"
    OFFICE_XML = "office_xml"
    CARD = "card"
    SIGNATURE = "signature"
    PROGRAM = "program"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


_NAMES = {
    FileKind.DOCX: "Word 文档（docx）",
    FileKind.XLSX: "Excel 表格（xlsx）",
    FileKind.PPTX: "PPT 演示文稿",
    FileKind.XLSB: "二进制 Excel 表格（xlsb）",
    FileKind.ODT: "OpenDocument 文字文档（odt）",
    FileKind.ODS: "OpenDocument 表格（ods）",
    FileKind.OPEN_DOCUMENT: "OpenDocument 演示文稿或图形",
    FileKind.OFD: "OFD 版式文件",
    FileKind.IWORK: "苹果 Pages、Numbers 文件",
    FileKind.ZIP: "ZIP 压缩包",
    FileKind.RAR: "RAR 压缩包",
    FileKind.SEVEN_ZIP: "7z 压缩包",
    FileKind.OTHER_ARCHIVE: "压缩包",
    FileKind.ENCRYPTED_OFFICE: "加密的 Office 文件",
    FileKind.DOC: "旧版 Word 或 WPS 文字文档（doc、wps）",
    FileKind.XLS: "旧版 Excel 或 WPS 表格（xls、et）",
    FileKind.PPT: "旧版 PPT 演示文稿",
    FileKind.OUTLOOK_MESSAGE: "Outlook 邮件文件（msg）",
    FileKind.OTHER_OLE: "旧版 Office 文件",
    FileKind.PDF: "PDF 文件",
    FileKind.RTF: "RTF 文档",
    FileKind.PICTURE: "图片",
    FileKind.MEDIA: "音频或视频",
    FileKind.TNEF: "Outlook 打包附件（winmail.dat）",
    FileKind.MAIL: "邮件文件（eml）",
    FileKind.MHTML: "网页存档（mht）",
    FileKind.HTML: "网页",
    FileKind.OFFICE_XML: "XML 格式的 Office 文件",
    FileKind.CARD: "名片或日程",
    FileKind.SIGNATURE: "数字签名",
    FileKind.PROGRAM: "程序文件",
    FileKind.TEXT: "文本文件",
    FileKind.EMPTY: "空文件",
    FileKind.UNKNOWN: "无法识别的文件",
}

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_MAGICS: tuple[tuple[bytes, int, FileKind], ...] = (
    (b"{\\rtf", 0, FileKind.RTF),
    (b"Rar!\x1a\x07", 0, FileKind.RAR),
    (b"7z\xbc\xaf\x27\x1c", 0, FileKind.SEVEN_ZIP),
    (b"\x1f\x8b", 0, FileKind.OTHER_ARCHIVE),
    (b"BZh", 0, FileKind.OTHER_ARCHIVE),
    (b"\xfd7zXZ\x00", 0, FileKind.OTHER_ARCHIVE),
    (b"ustar", 257, FileKind.OTHER_ARCHIVE),
    (b"MSCF\x00\x00\x00\x00", 0, FileKind.OTHER_ARCHIVE),
    (b"\x28\xb5\x2f\xfd", 0, FileKind.OTHER_ARCHIVE),
    (b"\x1f\x9d", 0, FileKind.OTHER_ARCHIVE),
    (b"-lh5-", 2, FileKind.OTHER_ARCHIVE),
    (b"\x89PNG\r\n\x1a\n", 0, FileKind.PICTURE),
    (b"\xff\xd8\xff", 0, FileKind.PICTURE),
    (b"GIF8", 0, FileKind.PICTURE),
    (b"II*\x00", 0, FileKind.PICTURE),
    (b"MM\x00*", 0, FileKind.PICTURE),
    (b"WEBP", 8, FileKind.PICTURE),
    (b"ftypheic", 4, FileKind.PICTURE),
    (b"ftypheix", 4, FileKind.PICTURE),
    (b"ftypmif1", 4, FileKind.PICTURE),
    (b"ftypavif", 4, FileKind.PICTURE),
    (b"ftyp", 4, FileKind.MEDIA),
    (b"RIFF", 0, FileKind.MEDIA),
    (b"ID3", 0, FileKind.MEDIA),
    (b"#!AMR", 0, FileKind.MEDIA),
    (b"OggS", 0, FileKind.MEDIA),
    (b"\x78\x9f\x3e\x22", 0, FileKind.TNEF),
    (b"BEGIN:VC", 0, FileKind.CARD),
    (b"-----BEGIN PGP", 0, FileKind.SIGNATURE),
    (b"MZ", 0, FileKind.PROGRAM),
    # Sheets of Excel 2 to 5 outside a compound file, as some registration systems still write them ([MS-XLS] BOF).
    (b"\x09\x00\x04\x00", 0, FileKind.XLS),
    (b"\x09\x02\x06\x00", 0, FileKind.XLS),
    (b"\x09\x04\x06\x00", 0, FileKind.XLS),
    (b"\x09\x08\x08\x00", 0, FileKind.XLS),
    (b"\x09\x08\x10\x00", 0, FileKind.XLS),
    (b"\x7fELF", 0, FileKind.PROGRAM),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|style)\b", re.I)
_OFFICE_XML = re.compile(
    rb"progid=[\"'](?:Word|Excel)\.|<pkg:package|schemas-microsoft-com:office:(?:word|spreadsheet)", re.I
)
_OPEN_DOCUMENT_TYPE = re.compile(rb"vnd\.oasis\.opendocument\.(text|spreadsheet)\b")
_FLAT_OPEN_DOCUMENT = re.compile(rb"<office:document\b")
_LONGEST_TYPE = 200
_ZIP_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    KeyError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)
# Such a workbook has elements called Table and Style, which make no web page of it.
_OFFICE_ROOT = re.compile(
    rb"<(?:\w+:)?(?:Workbook|wordDocument|package)\b[^<>]*schemas[-.]microsoft[-.]com[:/]office"
)
_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[ \t].*\r?\n(?:[ \t].*\r?\n)*){3}")
_MAIL_HEADER = re.compile(rb"^(?:from|received|subject|message-id|mime-version|return-path):", re.I | re.M)
_PKCS7 = bytes.fromhex("06092a864886f70d0107")
_MAX_DIRECTORY = 4_000
_PACKAGE_BEGINNINGS = (b"[Content_Types]", b"_rels/", b"docProps/", b"customXml/", b"word/", b"xl/", b"ppt/")
_ZIP_DIRECTORY_ENTRY = b"PK\x01\x02"
MOST_ZIP_ENTRIES = 20_000
"""Entries of a zip above which not even its directory is read: no form comes that way."""
_NO_SECTOR = 0xFFFFFFFA


def name_of(kind: FileKind) -> str:
    """What people call this kind of file, in Chinese."""
    return _NAMES[kind]


def kind_of(content: bytes) -> FileKind:
    """The kind of a file, from its bytes alone."""
    if not content.strip(b"\x00 \t\r\n"):
        return FileKind.EMPTY
    for look in _LOOKS:
        kind = look(content)
        if kind is not None:
            return kind
    return FileKind.UNKNOWN


def _zip_kind(content: bytes) -> FileKind | None:
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")):
        return None
    if zip_entry_count(content) > MOST_ZIP_ENTRIES:
        return FileKind.ZIP
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = [entry.filename.replace("\\", "/").lstrip("/").lower() for entry in archive.infolist()]
            kind = _package_kind(names)
            return _open_document_kind(_said_type(archive)) if kind is FileKind.OPEN_DOCUMENT else kind
    except _ZIP_FAILURES:
        return _torn_zip_kind(content)


def zip_entry_count(content: bytes) -> int:
    """At most how many entries the directory of a zip has, without reading it."""
    return content.count(_ZIP_DIRECTORY_ENTRY)


def _prefixed_zip_kind(content: bytes) -> FileKind | None:
    """A zip behind something else; what its beginning makes a program, a picture or a PDF stays that."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_600))
    if end < 0 or not 0 < zip_entry_count(content) <= MOST_ZIP_ENTRIES:
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return FileKind.ZIP if archive.infolist() else None
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, struct.error):
        return None


def _package_kind(names: Collection[str]) -> FileKind:
    """By the parts that a zip holds: office packages are zips too."""
    known = set(names)
    if "[content_types].xml" in known:
        if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in known):
            return FileKind.XLSB
        for folder, kind in (("word/", FileKind.DOCX), ("xl/", FileKind.XLSX), ("ppt/", FileKind.PPTX)):
            if any(name.startswith(folder) for name in known):
                return kind
    if "ofd.xml" in known:
        return FileKind.OFD
    if "mimetype" in known and "content.xml" in known:
        return FileKind.OPEN_DOCUMENT
    if "index/document.iwa" in known or "index.zip" in known:
        return FileKind.IWORK
    return FileKind.ZIP


def _said_type(archive: zipfile.ZipFile) -> bytes:
    """What an OpenDocument package calls itself (OpenDocument 1.3, part 2, 3.3); b"" where that can't be read."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(_LONGEST_TYPE)
    except _ZIP_FAILURES:
        return b""


def _open_document_kind(beginning: bytes) -> FileKind:
    """Text, sheet or other, by the type that stands in `beginning`."""
    found = _OPEN_DOCUMENT_TYPE.search(beginning)
    kinds = {b"text": FileKind.ODT, b"spreadsheet": FileKind.ODS}
    return kinds[found[1]] if found else FileKind.OPEN_DOCUMENT


def _torn_zip_kind(content: bytes) -> FileKind:
    """A zip whose directory is lost: by the names that its entries carry themselves. An archive that holds an
    office file has its parts' names in it, too, but does not begin with one."""
    if not content.startswith(_PACKAGE_BEGINNINGS, 30):
        return FileKind.ZIP
    for mark, kind in ((b"word/", FileKind.DOCX), (b"xl/", FileKind.XLSX), (b"ppt/", FileKind.PPTX)):
        if mark in content:
            return kind
    return FileKind.ZIP


def _ole_kind(content: bytes) -> FileKind | None:
    if not content.startswith(_OLE_MAGIC):
        return None
    names = _ole_names(content)
    for wanted, kind in (
        ("encryptedpackage", FileKind.ENCRYPTED_OFFICE),
        ("__properties_version1.0", FileKind.OUTLOOK_MESSAGE),
        ("powerpoint document", FileKind.PPT),
        ("worddocument", FileKind.DOC),
        ("workbook", FileKind.XLS),
        ("book", FileKind.XLS),
    ):
        if wanted in names:
            return kind
    return FileKind.OTHER_OLE


def _ole_names(content: bytes) -> set[str]:
    """The entry names of a compound file's directory ([MS-CFB] 2.6), in lower case."""
    header = content[:512].ljust(512, b"\xff")
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        return set()
    size = 1 << shift
    (first,) = struct.unpack_from("<I", header, 48)
    fat_sectors = [number for number in struct.unpack_from("<109I", header, 76) if number < _NO_SECTOR]
    names: set[str] = set()
    sector, seen = first, 0
    while sector < _NO_SECTOR and seen < _MAX_DIRECTORY:
        seen += 1
        begin = (sector + 1) * size
        for offset in range(begin, min(begin + size, len(content) - 127), 128):
            (length,) = struct.unpack_from("<H", content, offset + 64)
            if 2 <= length <= 64 and content[offset + 66]:
                names.add(content[offset : offset + length - 2].decode("utf-16-le", "replace").lower())
        sector = _next_sector(content, fat_sectors, sector, size)
    return names


def _next_sector(content: bytes, fat_sectors: list[int], sector: int, size: int) -> int:
    """The sector that follows in its chain, by the file allocation table; "end of chain" where that is torn."""
    index, offset = divmod(sector, size // 4)
    if index >= len(fat_sectors):
        return _NO_SECTOR
    position = (fat_sectors[index] + 1) * size + offset * 4
    if position + 4 > len(content):
        return _NO_SECTOR
    return int(struct.unpack_from("<I", content, position)[0])


def _magic_kind(content: bytes) -> FileKind | None:
    if b"%PDF-" in content[:1024]:
        return FileKind.PDF
    for magic, offset, kind in _MAGICS:
        if content.startswith(magic, offset):
            return kind
    if content.startswith(b"BM") and len(content) > 54 and content[6:10] == b"\x00\x00\x00\x00":
        return FileKind.PICTURE
    if content.startswith(b"0") and _PKCS7 in content[:64]:
        return FileKind.SIGNATURE
    return None


def _text_kind(content: bytes) -> FileKind | None:
    beginning = content[:8192]
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if beginning.startswith(mark):
            beginning = content[2:8192].replace(b"\x00", b"")
            return _markup_kind(beginning) or FileKind.TEXT
    if b"\x00" in beginning:
        return None
    # Office programs leave control characters in the web pages that they write out.
    if (kind := _markup_kind(beginning.removeprefix(b"\xef\xbb\xbf"))) is not None:
        return kind
    if re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", beginning):
        return None
    return FileKind.TEXT if _is_text(content) else None


def _markup_kind(beginning: bytes) -> FileKind | None:
    if _HEADER.match(beginning.lstrip()) and _MAIL_HEADER.search(beginning[:4096]):
        sent = re.search(rb"^(?:to|received):", beginning, re.I | re.M)
        archive = re.search(rb"multipart/related", beginning, re.I) and not sent
        return FileKind.MHTML if archive else FileKind.MAIL
    if beginning.lstrip().startswith(b"<"):
        if _OFFICE_ROOT.search(beginning):
            return FileKind.OFFICE_XML
        if _OFFICE_XML.search(beginning) and not _HTML.search(beginning):
            return FileKind.OFFICE_XML
        if _FLAT_OPEN_DOCUMENT.search(beginning):
            return _open_document_kind(beginning)
        if _HTML.search(beginning):
            return FileKind.HTML
    return None


def _is_text(content: bytes) -> bool:
    """Whether the bytes are text in UTF-8 or the GB family."""
    for charset in ("utf-8", "gb18030"):
        try:
            content.decode(charset)
        except UnicodeDecodeError:
            continue
        return True
    return False


_LOOKS: tuple[Callable[[bytes], FileKind | None], ...] = (
    _zip_kind,
    _ole_kind,
    _magic_kind,
    _text_kind,
    _prefixed_zip_kind,
)
